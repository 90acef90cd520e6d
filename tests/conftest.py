"""Fixtures shared by all tests."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

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
