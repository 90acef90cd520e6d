"""Reading codes off pictures: how many are right, missed, or misread into another code.

Usage: python benchmarks/image_text.py [--pictures N] [--font FONT]

Draws signs with invented telephone numbers, website filings, plates, Latin and Cyrillic lines in
several conditions, reads them as a case would, and compares. Needs the extra `ocr` and a font with
Chinese and Cyrillic characters; without them it says so and stops. Drawn signs are easier than
photographed ones: the figures are an upper end.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from forensics.clues.codes import Code, codes_in
from forensics.evaluate.metrics import wilson
from forensics.model import Refusal
from forensics.pixels import ImageFile
from forensics.pixels.ocr import read_texts
from forensics.pixels.recognise import missing_packages, programs

SEED = 7
SIZE = (900, 420)
LATIN = ("Coffee and tea", "Pottery class", "Open daily", "Central station", "Ticket office")
CYRILLIC = ("Продажа квартир", "Автосервис Рассвет", "Сдаю комнату", "Хлебный дом", "Ремонт обуви")
CODES = ("0515", "0512", "021", "010", "0755", "028")
PROVINCES = "苏沪京粤川浙"


def lines_of(rng: random.Random) -> list[str]:
    """A sign: a number, a filing, a plate, a Latin and a Cyrillic line; all invented."""
    area = rng.choice(CODES)
    number = "".join(rng.choice("0123456789") for _ in range(7))
    plate = "".join(rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789") for _ in range(4))
    return [
        f"电话：{area}-8{number}",
        f"{rng.choice(PROVINCES)}ICP备{rng.randrange(10**7, 10**8)}号-{rng.randrange(1, 9)}",
        f"车牌 苏{rng.choice('ABCDEFGHJKLMN')}·{plate}{rng.randrange(10)}",
        rng.choice(LATIN),
        rng.choice(CYRILLIC),
    ]


def scene(rng: random.Random) -> Image.Image:
    """Soft shapes, as the wall a sign hangs on."""
    noise = np.random.default_rng(rng.randrange(10**6)).integers(90, 235, (9, 16, 3), np.uint8)
    return Image.fromarray(noise).resize(SIZE, Image.Resampling.BICUBIC)


def drawn(lines: list[str], ground: Image.Image, font: ImageFont.FreeTypeFont) -> Image.Image:
    """The lines on a ground."""
    picture = ground.copy()
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        pen.text((40, 25 + 78 * number), line, fill=(20, 20, 30), font=font)
    return picture


def turned(picture: Image.Image, _rng: random.Random) -> Image.Image:
    """Held at a slant of three degrees."""
    return picture.rotate(3, Image.Resampling.BICUBIC, expand=True, fillcolor="white")


CONDITIONS: dict[str, tuple[bool, int, Callable[[Image.Image, random.Random], Image.Image]]] = {
    "clean": (False, 95, lambda picture, _rng: picture),
    "JPEG quality 40": (False, 40, lambda picture, _rng: picture),
    "a third of the size, quality 60": (
        False, 60, lambda picture, _rng: picture.resize((SIZE[0] // 3, SIZE[1] // 3)),
    ),
    "turned by 3 degrees": (False, 85, turned),
    "on a coloured scene, quality 60": (True, 60, lambda picture, _rng: picture),
}  # fmt: skip


def signs(
    count: int, folder: Path, font: ImageFont.FreeTypeFont
) -> Iterator[tuple[str, Path, list[str]]]:
    """Condition, picture and true lines."""
    rng = random.Random(SEED)  # noqa: S311 - a benchmark, repeatable on purpose
    for place, (name, (coloured, quality, change)) in enumerate(CONDITIONS.items()):
        for number in range(count):
            lines = lines_of(rng)
            ground = scene(rng) if coloured else Image.new("RGB", SIZE, "white")
            path = folder / f"{place}-{number}.jpg"
            change(drawn(lines, ground, font), rng).save(path, quality=quality)
            yield name, path, lines


def codes(lines: list[str]) -> set[tuple[str, str]]:
    """Kind and identity of every code."""
    found = (code for line in lines for code in codes_in(line))
    return {(code.kind, code.identity) for code in found if isinstance(code, Code)}


def squeezed(text: str) -> str:
    """Without spaces and marks, which engines drop and set at will."""
    return "".join(char for char in text.casefold() if char.isalnum())


def main() -> None:
    """Draw, read, compare, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--pictures", type=int, default=20, help="pictures for each condition")
    parser.add_argument("--font", default="NotoSansCJK-Regular.ttc")
    told = parser.parse_args()
    if missing_packages():
        print(f"not measured: {' and '.join(missing_packages())} not installed")
        return
    try:
        font = ImageFont.truetype(told.font, 40)
    except OSError:
        print(f"not measured: no font {told.font}")
        return
    print(programs())
    with tempfile.TemporaryDirectory() as folder:
        given = list(signs(told.pictures, Path(folder), font))
        files = [ImageFile(f"{number:064x}", path) for number, (_, path, _) in enumerate(given)]
        start = time.perf_counter()
        read = [lines for _, lines in read_texts(files)]
        spent = time.perf_counter() - start
    counts: dict[str, Counter[str]] = {}
    for (name, _, lines), found in zip(given, read, strict=True):
        texts = [] if isinstance(found, Refusal) else [line.text for line in found]
        tally = counts.setdefault(name, Counter())
        true, seen = codes(lines), codes(texts)
        tally.update(codes=len(true), right=len(true & seen), wrong=len(seen - true))
        whole = {squeezed(text) for text in texts}
        for sort, line in (("latin", lines[3]), ("cyrillic", lines[4])):
            tally[sort] += 1
            tally[f"{sort} exact"] += squeezed(line) in whole
    for name, tally in counts.items():
        parts = [f"codes right {share(tally['right'], tally['codes'])}", f"wrong {tally['wrong']}"]
        parts += [
            f"{sort} lines {share(tally[f'{sort} exact'], tally[sort])}"
            for sort in ("latin", "cyrillic")
        ]
        print(f"{name}: " + "; ".join(parts))
    every = sum((tally for tally in counts.values()), Counter[str]())
    print(
        f"all: codes right {share(every['right'], every['codes'])}; read into another code "
        f"{share(every['wrong'], every['codes'])}; {spent / len(files):.2f} s a picture"
    )


def share(hits: int, of: int) -> str:
    """`97 of 100 (.97 [.92, .99])`."""
    found = wilson(hits, of)
    return f"{hits} of {of} ({found.mean:.2f} [{found.low:.2f}, {found.high:.2f}])"


if __name__ == "__main__":
    main()
