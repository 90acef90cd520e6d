"""Make the pictures of the README: `python tools/make_screenshots.py` after the example report.

Headless Chromium draws the first screen of the example report (`tools/make_example.py` writes it)
and of its map, with no network interface where that is possible. Pictures differ a little between
machines, because fonts do; so nothing compares them, and they are committed when the first screen
changes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE, IMAGES = ROOT / "reports" / "example", ROOT / "docs" / "images"
PICTURES = (("report.html", "report.png", (1200, 900)), ("map.html", "map.png", (1200, 760)))
COLOURS = 256
"""As many as one byte a pixel can name; a file is a third as large as with all of them."""
MAX_BYTES = 300_000


def shoot(page: Path, out: Path, size: tuple[int, int]) -> Path:
    """The picture of a page's first screen, in few colours.

    Raises:
        FileNotFoundError: there is no Chromium.
        ValueError: the picture is larger than a README should carry.
    """
    alone = ["unshare", "-n"] if os.geteuid() == 0 and shutil.which("unshare") else []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        drawn = Path(folder) / "drawn.png"
        subprocess.run(
            [*alone, chromium(), "--headless=new", "--no-sandbox", "--disable-gpu",
             "--hide-scrollbars", "--disable-background-networking",
             f"--user-data-dir={folder}/profile", f"--window-size={size[0]},{size[1]}",
             "--virtual-time-budget=5000", f"--screenshot={drawn}", page.as_uri()],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        return reduced(drawn, out)


def reduced(drawn: Path, out: Path) -> Path:
    """The picture with at most `COLOURS` colours and no metadata."""
    with Image.open(drawn) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(out, optimize=True)
    if out.stat().st_size > MAX_BYTES:
        raise ValueError(f"{out.name}: {out.stat().st_size:,} bytes, at most {MAX_BYTES:,}")
    return out


def chromium() -> str:
    """The browser.

    Raises:
        FileNotFoundError: there is none.
    """
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise FileNotFoundError("no Chromium is installed: apt-get install chromium")


def main(example: Path) -> None:
    """Write every picture and print its size."""
    for page, picture, size in PICTURES:
        out = shoot(example / page, IMAGES / picture, size)
        print(f"{out.relative_to(ROOT)}: {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLE)
