"""Text in pictures, with the extra `ocr`: offline, in a watched process of its own.

What stands in a picture is what somebody photographed or wrote on it. It says something about the
subject of the picture and, by itself, nothing about who posted it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from forensics.errors import ReadError
from forensics.model import Progress, Refusal
from forensics.pixels.cache import Cache
from forensics.pixels.decode import decoder
from forensics.pixels.limits import Limits
from forensics.pixels.looking import ImageFile, answers, refusal
from forensics.pixels.recognise import METHOD, TextLine, missing_packages, programs

T = TypeVar("T")
STAGE = "text in pictures"
OCR_LIMITS = Limits(memory_mb=4_000, cpu_s=60)
"""The engine takes 0.7 GB of memory and reserves more; a picture takes about a second."""


def read_texts(
    files: Iterable[ImageFile],
    *,
    cache: Path | None = None,
    limits: Limits = OCR_LIMITS,
    workers: int = 1,
    progress: Progress | None = None,
    total: int | None = None,
) -> Iterator[tuple[str, tuple[TextLine, ...] | Refusal]]:
    """(SHA-256, lines of text or why there are none) of each file, in order.

    Args:
        files: Files with their hashes; may be a generator.
        cache: An SQLite file of earlier answers, made if absent; None keeps nothing.
        limits: What a file may cost.
        workers: Processes at the same time, each with its own engine.
        progress: Called with (stage, done, total) after each file.
        total: Number of files, if known.

    Raises:
        ReadError: the extra is not installed.
    """
    require_ocr()
    key = f"{METHOD}; {programs()}; {decoder()}; {limits.key()}"
    return _told(_lines(files, cache, key, limits, workers), progress, total)


def require_ocr() -> None:
    """Stop before any work is done if text cannot be read.

    Raises:
        ReadError: the extra is not installed.
    """
    missing = missing_packages()
    if missing:
        raise ReadError(
            f"reading text in pictures needs {' and '.join(missing)}",
            todo="install gnomon-forensics[ocr]",
        )


def _lines(
    files: Iterable[ImageFile], cache: Path | None, key: str, limits: Limits, workers: int
) -> Iterator[tuple[str, tuple[TextLine, ...] | Refusal]]:
    with Cache(cache, key) as kept:
        for name, answer in answers("text", files, kept, limits, workers):
            lines = answer.get("lines")
            yield name, refusal(name, answer) if lines is None else tuple(map(_line, lines))


def _line(row: Mapping[str, Any]) -> TextLine:
    return TextLine(**{**row, "box_ppm": tuple(row["box_ppm"])})


def _told(found: Iterable[T], progress: Progress | None, total: int | None) -> Iterator[T]:
    """The same, with progress said after each."""
    for done, one in enumerate(found, 1):
        if progress is not None:
            progress(STAGE, done, total)
        yield one


def read_text(path: Path, *, limits: Limits = OCR_LIMITS) -> tuple[TextLine, ...] | Refusal:
    """The lines of text of one picture, or why it was not read; see `read_texts`.

    Raises:
        ReadError: the extra is not installed.
    """
    return next(iter(read_texts([ImageFile("", path)], limits=limits)))[1]
