"""Text in pictures, with the extra `ocr`: offline, in a watched process of its own.

What stands in a picture is what somebody photographed or wrote on it. It says something about the
subject of the picture and, by itself, nothing about who posted it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from forensics.errors import ReadError
from forensics.model import Progress, Refusal
from forensics.pixels.limits import Limits
from forensics.pixels.looking import ImageFile, refusal
from forensics.pixels.pool import work
from forensics.pixels.recognise import TextLine, missing_packages

STAGE = "text in pictures"
OCR_LIMITS = Limits(memory_mb=4_000, cpu_s=60)
"""The engine takes 0.7 GB of memory and reserves more; a picture takes about a second."""


def read_texts(
    files: Iterable[ImageFile],
    *,
    limits: Limits = OCR_LIMITS,
    workers: int = 1,
    progress: Progress | None = None,
    total: int | None = None,
) -> Iterator[tuple[str, tuple[TextLine, ...] | Refusal]]:
    """(SHA-256, lines of text or why there are none) of each file, in order.

    Args:
        files: Files with their hashes; may be a generator.
        limits: What a file may cost.
        workers: Processes at the same time, each with its own engine.
        progress: Called with (stage, done, total) after each file.
        total: Number of files, if known.

    Raises:
        ReadError: the extra is not installed.
    """
    missing = missing_packages()
    if missing:
        raise ReadError(
            f"reading text in pictures needs {' and '.join(missing)}",
            todo="install gnomon-forensics[ocr]",
        )
    return _lines(files, limits, workers, progress, total)


def _lines(
    files: Iterable[ImageFile],
    limits: Limits,
    workers: int,
    progress: Progress | None,
    total: int | None,
) -> Iterator[tuple[str, tuple[TextLine, ...] | Refusal]]:
    jobs = ({"kind": "text", "path": str(file.path), "original": file.sha256} for file in files)
    for done, (job, answer) in enumerate(work(jobs, limits, workers=workers), 1):
        if progress is not None:
            progress(STAGE, done, total)
        name = job["original"]
        lines = answer.get("lines")
        if lines is None:
            yield name, refusal(name, answer)
            continue
        yield (
            name,
            tuple(
                TextLine(line["text"], line["score_ppm"], tuple(line["box_ppm"])) for line in lines
            ),
        )


def read_text(path: Path, *, limits: Limits = OCR_LIMITS) -> tuple[TextLine, ...] | Refusal:
    """The lines of text of one picture, or why it was not read; see `read_texts`.

    Raises:
        ReadError: the extra is not installed.
    """
    return next(iter(read_texts([ImageFile("", path)], limits=limits)))[1]
