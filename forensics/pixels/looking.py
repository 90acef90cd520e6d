"""Many files -> how each looks, one after the other, out of the cache or out of a worker."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from forensics.model import Progress, Refusal
from forensics.pixels.cache import Cache
from forensics.pixels.limits import Limits
from forensics.pixels.picture import METHOD, THUMB_PX, Picture, picture_from_row
from forensics.pixels.pool import Answer, Job, work

STAGE = "pictures"


class ImageFile(NamedTuple):
    """A file to look at."""

    sha256: str
    path: Path


def pictures(
    files: Iterable[ImageFile],
    *,
    cache: Path | None = None,
    limits: Limits | None = None,
    workers: int = 2,
    progress: Progress | None = None,
    total: int | None = None,
) -> Iterator[Picture | Refusal]:
    """How each file looks, or why it was not decoded, in the order of the files.

    Args:
        files: Files with their hashes; taken one after the other, so it may be a generator.
        cache: An SQLite file of earlier answers, made if absent; None keeps nothing.
        limits: What a file may cost.
        workers: Processes at the same time.
        progress: Called with (stage, done, total) after each file; the console makes a rate of it.
        total: Number of files, if known.

    Raises:
        ReadError: the cache cannot be used.
    """
    from forensics.pixels.decode import decoder

    bounds = limits or Limits()
    key = f"{METHOD}; {decoder()}; {bounds.key()}"
    with Cache(cache, key) as kept:
        for done, (original, answer) in enumerate(_answers(files, kept, bounds, workers), 1):
            if progress is not None:
                progress(STAGE, done, total)
            row = answer.get("row")
            yield refusal(original, answer) if row is None else picture_from_row(row)


def _answers(
    files: Iterable[ImageFile], kept: Cache, limits: Limits, workers: int
) -> Iterator[tuple[str, Answer]]:
    """(SHA-256, answer) in the order of the files; what is known does not wait for a worker."""

    def jobs() -> Iterator[Job]:
        for file in files:
            known = kept.get(file.sha256)
            job = {"kind": "look", "path": str(file.path), "original": file.sha256}
            yield job if known is None else {"original": file.sha256, "known": known}

    for job, answer in work(jobs(), limits, workers=workers):
        if "known" not in job and not answer.get("passing"):
            kept.put(job["original"], answer)
        yield job["original"], answer


def refusal(original: str, answer: Mapping[str, Any]) -> Refusal:
    """An answer without a result as a refusal of the pixels of that file."""
    return Refusal(original, "pixels", answer["reason"], answer["raw"][:200])


def thumbnails(
    files: Iterable[ImageFile],
    *,
    side_px: int = THUMB_PX,
    limits: Limits | None = None,
    workers: int = 2,
) -> Iterator[tuple[str, bytes | Refusal]]:
    """(SHA-256, JPEG drawn anew or why there is none) of each file, in order.

    No byte of the file goes into the JPEG, and no metadata; see `picture.shrink`.
    """
    jobs = (
        {"kind": "shrink", "path": str(file.path), "original": file.sha256, "side_px": side_px}
        for file in files
    )
    for job, answer in work(jobs, limits or Limits(), workers=workers):
        name = job["original"]
        jpeg = answer.get("jpeg")
        yield name, refusal(name, answer) if jpeg is None else base64.b64decode(jpeg)


def thumbnail(
    path: Path, *, side_px: int = THUMB_PX, limits: Limits | None = None
) -> bytes | Refusal:
    """A small JPEG of one file, or why there is none; see `thumbnails`."""
    made = thumbnails([ImageFile("", path)], side_px=side_px, limits=limits, workers=1)
    return next(iter(made))[1]
