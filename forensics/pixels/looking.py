"""Many files -> how each looks, one after the other, out of the cache or out of a worker."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from forensics.model import Progress, Refusal
from forensics.pixels.cache import Cache
from forensics.pixels.limits import Limits
from forensics.pixels.picture import METHOD, THUMB_METHOD, THUMB_PX, Picture, picture_from_row
from forensics.pixels.pool import Answer, Job, work

STAGE = "pictures"
THUMB_STAGE = "thumbnails"


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
    bounds = limits or Limits()
    with Cache(cache, _key(bounds)) as kept:
        found = answers("look", files, kept, bounds, workers)
        for done, (original, answer) in enumerate(found, 1):
            if progress is not None:
                progress(STAGE, done, total)
            row = answer.get("row")
            yield refusal(original, answer) if row is None else picture_from_row(row)


def _key(limits: Limits) -> str:
    """What an answer depends on besides the file."""
    from forensics.pixels.decode import decoder

    return f"{METHOD}; {decoder()}; {limits.key()}"


def answers(
    kind: str,
    files: Iterable[ImageFile],
    kept: Cache,
    limits: Limits,
    workers: int,
    **more: int,
) -> Iterator[tuple[str, Answer]]:
    """(SHA-256, answer) in the order of the files; what is known does not wait for a worker.

    Args:
        kind: Kind of job: look, shrink, text.
        files: Files with their hashes.
        kept: Answers of before.
        limits: What a file may cost.
        workers: Processes at the same time.
        more: Further fields of each job.
    """

    def jobs() -> Iterator[Job]:
        for file in files:
            known = kept.get(file.sha256)
            job = {"kind": kind, "path": str(file.path), "original": file.sha256, **more}
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
    cache: Path | None = None,
    limits: Limits | None = None,
    workers: int = 2,
    progress: Progress | None = None,
    total: int | None = None,
) -> Iterator[tuple[str, bytes | Refusal]]:
    """(SHA-256, JPEG drawn anew or why there is none) of each file, in order.

    No byte of the file goes into the JPEG, and no metadata; see `picture.shrink`. The arguments are
    those of `pictures`.
    """
    bounds = limits or Limits()
    with Cache(cache, f"thumbnail {THUMB_METHOD}, {side_px} px; {_key(bounds)}") as kept:
        found = answers("shrink", files, kept, bounds, workers, side_px=side_px)
        for done, (name, answer) in enumerate(found, 1):
            if progress is not None:
                progress(THUMB_STAGE, done, total)
            jpeg = answer.get("jpeg")
            yield name, refusal(name, answer) if jpeg is None else base64.b64decode(jpeg)


def thumbnail(
    path: Path, *, side_px: int = THUMB_PX, limits: Limits | None = None
) -> bytes | Refusal:
    """A small JPEG of one file, or why there is none; see `thumbnails`."""
    made = thumbnails([ImageFile("", path)], side_px=side_px, limits=limits, workers=1)
    return next(iter(made))[1]
