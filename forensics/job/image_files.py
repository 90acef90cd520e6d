"""Many image files -> what each says, read in watched processes, in order.

Files go to the workers in chunks, because handing over one file at a time would cost more than
reading it. A chunk whose process dies or hangs is read again one file at a time, so that the file
that did it becomes a refusal and the others are read.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from forensics.model import Image, Refusal
from forensics.read import SourceFile
from forensics.read.images import read_image
from forensics.read.images.rows import unpacked

if TYPE_CHECKING:
    from forensics.pixels import Limits
    from forensics.pixels.pool import Answer, Job

HANDFUL = 8
"""Up to so many files are read in this process: starting another takes longer."""
CHUNK = 32
WORKERS = 2
_SERVER = "forensics.job.image_worker"


def of_one_file() -> Limits:
    """What one file may cost.

    Reading one takes less than a millisecond, and its own budget of reads ends it after half a
    second: what these limits stop is a fault of a library.
    """
    from forensics.pixels import Limits

    return Limits(memory_mb=1_000, cpu_s=20, wall_s=60)


class Claims(NamedTuple):
    """What one file says."""

    file: SourceFile
    image: Image | None
    """None where the file is no image or cannot be read."""
    refusals: tuple[Refusal, ...]
    fresh: bool = True
    """Worth keeping: read just now, and it was the file alone that made it so. False for what was
    known before, for a time limit by the clock on the wall, and for a process that died."""


def read_files(
    files: Iterable[SourceFile],
    *,
    known: Callable[[SourceFile], Claims | None] = lambda _file: None,
    workers: int = WORKERS,
    limits: Limits | None = None,
    handful: int = HANDFUL,
) -> Iterator[Claims]:
    """What each file says and what of it was refused, in the order of the files.

    Args:
        files: Taken a few hundred at a time, so it may be a generator over any number.
        known: What is known of a file from before; then it is not read.
        workers: Processes at the same time.
        limits: What one file may cost, else `of_one_file`; a file that costs more is refused.
        handful: Up to so many files need no other process.

    Returns:
        The same as `read.images.read_image`, whatever a file does to the process that reads it.
    """
    waiting = iter(files)
    first = list(islice(waiting, handful + 1))
    if len(first) <= handful:
        for file in first:
            yield known(file) or Claims(file, *read_image(file.path, file.sha256, file.name))
        return
    from forensics.pixels.pool import work  # with the libraries that decode: not for a handful

    bounds = limits or of_one_file()
    given: deque[list[SourceFile | Claims]] = deque()

    def jobs() -> Iterator[Job]:
        every = chain(first, waiting)
        while chunk := list(islice(every, CHUNK)):
            given.append([known(file) or file for file in chunk])
            yield _job([one for one in given[-1] if isinstance(one, SourceFile)])

    for _, answer in work(jobs(), bounds, workers=workers, server=_SERVER):
        chunk = given.popleft()
        fresh = _answered([one for one in chunk if isinstance(one, SourceFile)], answer, bounds)
        for one in chunk:
            yield one if isinstance(one, Claims) else next(fresh)


def _job(files: Sequence[SourceFile]) -> Job:
    """The job for a worker; none for no files."""
    if not files:
        return {"known": {"read": []}}
    return {"files": [[str(file.path), file.sha256, file.name] for file in files]}


def _answered(files: Sequence[SourceFile], answer: Answer, limits: Limits) -> Iterator[Claims]:
    """The files of a job with what its answer says; without one, each is read again by itself."""
    if "read" in answer or len(files) == 1:
        yield from _claims(files, answer)
        return
    from forensics.pixels.pool import work

    singly = [[file] for file in files]
    for one, (_, told) in zip(
        singly, work(map(_job, singly), limits, workers=1, server=_SERVER), strict=True
    ):
        yield from _claims(one, told)


def _claims(files: Sequence[SourceFile], answer: Answer) -> Iterator[Claims]:
    """The results in an answer; a file that ended its process is refused."""
    if "read" not in answer:
        for file in files:
            refusal = Refusal(file.sha256, "file", answer["reason"], answer["raw"][:200])
            yield Claims(file, None, (refusal,), fresh=not answer.get("passing"))
        return
    for file, (row, refused) in zip(files, answer["read"], strict=True):
        image = None if row is None else unpacked(row)
        yield Claims(file, image, tuple(Refusal(file.sha256, *one) for one in refused))
