"""Fixtures shared by all tests."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# The same examples everywhere and every time, and no clock in the judgement: a slow machine is no
# defect. Searching with new examples is what a longer run by hand is for.
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("repeatable")

_CALLS = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
}
"""Event of the interpreter -> which of its arguments says with whom."""
_HOME = {"127.0.0.1", "::1", "localhost", None}


def _stay_at_home(event: str, args: tuple[object, ...]) -> None:
    """Fail the test that calls another machine. Its failure is none that code can catch."""
    if event in _CALLS:
        called = args[_CALLS[event]]
        host = called[0] if isinstance(called, tuple) else called
        if event.startswith("socket.get") or isinstance(called, tuple):
            host = host.decode("ascii", "replace") if isinstance(host, bytes) else host
            if host not in _HOME:
                pytest.fail(f"{event}: a test called {host}", pytrace=True)


sys.addaudithook(_stay_at_home)

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Labelled development data beside the checkout; tests that need it skip where it is absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("labelled development data is not here")
    return folder


@pytest.fixture(scope="session")
def side_database() -> Callable[[], DuckDBPyConnection]:
    """Function that opens a connection for what a test prepares; make TEMP tables, close it.

    All share one database, because opening another takes longer than most of what is asked of it.
    It remembers nothing of files, which tests write anew under the same name.
    """
    import duckdb

    return duckdb.connect(config={"enable_external_file_cache": "false"}).cursor


@pytest.fixture(scope="session")
def thin_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration with a quarter of its posts, those that name pictures, and the pictures.

    Both crews and every kind of clue are still there; a run takes half the time.
    """
    from shutil import copytree

    from forensics.verbs.demo import demo_files

    source, folder = demo_files(), tmp_path_factory.mktemp("thin")
    for name, head, step in (("western.csv", 1, 4), ("weibo.ndjson", 0, 3)):
        lines = (source / name).read_bytes().splitlines(keepends=True)
        kept = [
            line for at, line in enumerate(lines) if at < head or at % step == 0 or b".jpg" in line
        ]
        (folder / name).write_bytes(b"".join(kept))
    copytree(source / "photos", folder / "photos")
    return folder


STAND_IN = """
import os
from pathlib import Path

import numpy as np


class Found:
    def __init__(self, lines):
        self.txts = tuple(lines) or None
        self.scores = (0.9,) * len(lines)
        self.boxes = [
            np.array([[10, y], [90, y], [90, y + 8], [10, y + 8]], dtype=float)
            for y in range(10, 10 + 10 * len(lines), 10)
        ]


class RapidOCR:
    def __init__(self, params):
        assert all(Path(params[f"{part}.model_path"]).is_file() for part in ("Det", "Rec", "Cls"))
        assert not [name for name in params if "lang" in name.lower()]

    def __call__(self, picture):
        text = bytes(picture[0, :, 0]).split(b"\\\\0")[0].decode()
        if text == "abort":
            os.abort()
        return Found(text.split("\\\\n") if text else [])
"""


@pytest.fixture
def stand_in_ocr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path, str], Path]:
    """An engine in place of rapidocr, also in worker processes: it reads the first row of pixels.

    Gives the function that writes such a picture.
    """
    from PIL import Image

    home = tmp_path / "engine"
    models = home / "rapidocr" / "models"
    models.mkdir(parents=True)
    for part in ("det", "rec", "cls"):
        (models / f"x_{part}_x.onnx").touch()
    (home / "rapidocr" / "__init__.py").write_text(STAND_IN.replace("\\\\", "\\"))
    (home / "onnxruntime").mkdir()
    (home / "onnxruntime" / "__init__.py").touch()
    monkeypatch.syspath_prepend(home)

    def write(path: Path, text: str, *, tone: int = 200) -> Path:
        data = text.encode()
        picture = Image.new("L", (200, 100), tone)
        for at, value in enumerate((*data, 0)):
            picture.putpixel((at, 0), value)
        picture.convert("RGB").save(path)
        return path

    return write


@pytest.fixture(scope="session")
def tile_file() -> Callable[..., Path]:
    """Function that writes an MBTiles file: path, {(zoom, column, row): bytes}, metadata."""
    import sqlite3
    from contextlib import closing

    def write(path: Path, tiles: dict[tuple[int, int, int], object], **said: object) -> Path:
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as base:
            base.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
            base.executemany("INSERT INTO metadata VALUES (?, ?)", list(said.items()))
            base.execute(
                "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, "
                "tile_data BLOB)"
            )
            base.execute("CREATE INDEX place ON tiles (zoom_level, tile_column, tile_row)")
            rows = [(z, x, (1 << z) - 1 - y, data) for (z, x, y), data in tiles.items()]
            base.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
            base.commit()
        return path

    return write


@pytest.fixture(scope="session")
def draw_tile() -> Callable[..., bytes]:
    """Function from a place to a tile with its name on it; `kind` is PNG, JPEG or WEBP."""
    import io

    from PIL import Image, ImageDraw

    def draw(zoom: int, column: int, row: int, kind: str = "PNG", side: int = 256) -> bytes:
        colour = (60 + 12 * zoom, 120 + column % 100, 200 - row % 90)
        picture = Image.new("RGB", (side, side), colour)
        ImageDraw.Draw(picture).text((8, 8), f"{zoom}/{column}/{row}", fill=(0, 0, 0))
        out = io.BytesIO()
        picture.save(out, kind)
        return out.getvalue()

    return draw
