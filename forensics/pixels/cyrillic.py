"""Cyrillic text in a picture, read by the program Tesseract where it is installed with Russian.

The models of rapidocr know no Cyrillic letters and drop such lines. Tesseract is a program of the
system, started on the decoded picture only: no byte of the file reaches it.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from typing import NamedTuple

from PIL import Image, ImageChops, ImageFilter, ImageOps

_LEAST_CONFIDENCE = 60
"""Mean of the confidences of the words, of 100; what is guessed in foliage stays below."""
_LEAST_LETTERS = 4
_GROUND_PX = 30
"""What changes more slowly than this is ground."""
_LIGHT = 200
_ONE_THREAD = {"OMP_THREAD_LIMIT": "1"}
_LINE = 4
"""Columns of the table that name a line: page, block, paragraph, line."""


class Found(NamedTuple):
    """One line."""

    text: str
    score_ppm: int
    box_px: tuple[int, int, int, int]
    """Left, top, right, bottom."""


@cache
def version() -> str | None:
    """`Tesseract 5.3.0`, or None where it is not installed or knows no Russian."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    languages = _output([program, "--list-langs"]).split()
    first = _output([program, "--version"]).split("\n", 1)[0]
    return first.strip().title() if {"rus", "eng"} <= set(languages) else None


def _output(words: list[str], given: bytes = b"") -> str:
    """What a program writes; empty if it fails."""
    try:
        done = subprocess.run(  # noqa: S603 - the program of the system, with words of our own
            words, input=given, capture_output=True, check=False, env={**os.environ, **_ONE_THREAD}
        )
    except OSError:
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def cyrillic_lines(picture: Image.Image) -> list[Found]:
    """Lines with at least four Cyrillic letters, surely enough read; none without the program."""
    program = shutil.which("tesseract")
    if program is None or version() is None:
        return []
    data = io.BytesIO()
    _levelled(picture).save(data, format="PPM")
    words = [program, "stdin", "stdout", "-l", "rus+eng", "--psm", "11", "tsv"]
    return list(lines_of(_output(words, data.getvalue())))


def _levelled(picture: Image.Image) -> Image.Image:
    """The picture in grey on an even ground: Tesseract splits ink from ground by one threshold."""
    grey = picture.convert("L")
    ground = grey.filter(ImageFilter.GaussianBlur(_GROUND_PX))
    return ImageOps.autocontrast(ImageChops.subtract(grey, ground, offset=_LIGHT), cutoff=0.5)


def lines_of(table: str) -> Iterator[Found]:
    """The lines in Tesseract's table of words, in its order."""
    rows = [row.split("\t") for row in table.split("\n")[1:]]
    words = [row for row in rows if len(row) == 12 and row[11].strip() and float(row[10]) >= 0]
    for _, group in groupby(words, key=lambda row: row[1 : 1 + _LINE]):
        line = list(group)
        text = " ".join(row[11].strip() for row in line)
        sure = sum(float(row[10]) for row in line) / len(line)
        if sure < _LEAST_CONFIDENCE or cyrillic_letters(text) < _LEAST_LETTERS:
            continue
        edges = [[int(cell) for cell in row[6:10]] for row in line]
        box = (
            min(edge[0] for edge in edges),
            min(edge[1] for edge in edges),
            max(edge[0] + edge[2] for edge in edges),
            max(edge[1] + edge[3] for edge in edges),
        )
        yield Found(text, round(sure * 10_000), box)


def cyrillic_letters(text: str) -> int:
    """How many letters are Cyrillic."""
    return sum("Ѐ" <= char <= "ӿ" for char in text)
