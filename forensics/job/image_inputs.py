"""Paths a user names -> the image files in them: files, folders, and archives, one after the other.

Members of an archive are unpacked into a temporary folder one by one and removed when they were
read, so neither the memory nor the disk has to hold them all.
"""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from forensics.case.inputs import files_below
from forensics.errors import ReadError
from forensics.job.image_files import WORKERS, read_files
from forensics.model import Image, Progress, Refusal
from forensics.read import SourceFile
from forensics.read.archiveform import form_of, head_of
from forensics.read.archives import Limits, Member, members
from forensics.read.images.walk import promised

if TYPE_CHECKING:
    from forensics.pixels.recognise import TextLine

STAGE = "reading images"


@dataclass(frozen=True, slots=True)
class Given:
    """One file to read, or a member of an archive that is refused."""

    shown: str
    """What the user sees: the path, or `archive.zip!folder/member.jpg`."""
    path: Path
    """Where its bytes are."""
    named: bool
    """True if the user named it (or the archive it is the whole of)."""
    refusal: Refusal | None = None
    """Why it is not read, known before it is opened."""
    fleeting: bool = False
    """True if the file is removed once it was read."""

    @property
    def name(self) -> str:
        """Its name as it was given by whoever made it, without folders."""
        return (
            PurePosixPath(self.shown.rpartition("!")[2]).name if self.fleeting else self.path.name
        )


@dataclass(frozen=True, slots=True)
class Told:
    """What one file says. `path` is there until the next one is asked for."""

    given: Given
    image: Image | None
    refusals: tuple[Refusal, ...]
    text: tuple[TextLine, ...] | Refusal | None = None
    """What is written in the picture; None if it was not to be read."""


@dataclass(slots=True)
class Inputs:
    """The files in what was given; counted before they are read, and never listed in memory."""

    paths: Sequence[Path]
    scratch: Path
    total: int = 0
    """Files found so far: members of archives are added as they come."""
    _archives: int = 0

    def __post_init__(self) -> None:
        """Count the files.

        Raises:
            ReadError: a path is not there.
        """
        for path in self.paths:
            if not path.exists():
                raise ReadError("there is no such file or folder", where=str(path))
            self.total += sum(1 for _ in files_below(path)) if path.is_dir() else 1

    def files(self) -> Iterator[Given]:
        """Every file, and every member of an archive in its place, in order."""
        for path in self.paths:
            found = files_below(path) if path.is_dir() else [path]
            for file in found:
                yield from self._opened(file, named=not path.is_dir())

    def _opened(self, path: Path, *, named: bool) -> Iterator[Given]:
        """The file, or the members of the archive it is."""
        head = b"" if promised(path.name) or not path.is_file() else _head_of(path)
        if not head or form_of(path, head) is None:
            yield Given(str(path), path, named)
            return
        self.total -= 1
        self._archives += 1
        folder = self.scratch / str(self._archives)
        folder.mkdir()
        for item in members(SourceFile("", path.name, path), head, folder, Limits()):
            self.total += 1
            if isinstance(item, Member):
                shown = f"{path}!{item.name.removeprefix(f'{path.name}/')}"
                yield Given(shown, item.path, named=False, fleeting=True)
            elif item.where == "file":
                yield Given(str(path), path, named, refusal=item)
            else:
                shown = f"{path}!{item.where.removeprefix('member ')}"
                yield Given(shown, path, named=False, refusal=item)


def _head_of(path: Path) -> bytes:
    """The first bytes of a file; none of a file that may not be read, which its reader says."""
    try:
        return head_of(path)
    except OSError:
        return b""


@contextmanager
def image_inputs(paths: Sequence[Path]) -> Iterator[Inputs]:
    """The files in what was given, with a temporary folder for members of archives.

    Raises:
        ReadError: a path is not there.
    """
    with tempfile.TemporaryDirectory(prefix="gnomon-") as scratch:
        yield Inputs(paths, Path(scratch))


def read_inputs(
    inputs: Inputs,
    progress: Progress | None = None,
    *,
    text: bool = False,
    workers: int = WORKERS,
) -> Iterator[Told]:
    """What every file says, in order. A member of an archive is removed when the next is asked for.

    Args:
        inputs: The files.
        progress: Called with (stage, done, total) after each file.
        text: Read what is written in the pictures too.
        workers: Processes that read metadata at the same time.

    Raises:
        ReadError: text is wanted, and the extra for it is not installed.
    """
    found = _claims(inputs, workers)
    for done, told in enumerate(_texts(found) if text else found, 1):
        yield told
        if told.given.fleeting:
            told.given.path.unlink(missing_ok=True)
        if progress is not None:
            progress(STAGE, done, inputs.total)


def _claims(inputs: Inputs, workers: int) -> Iterator[Told]:
    """What files say about themselves; refused members keep their place."""
    waiting: deque[Given] = deque()

    def files() -> Iterator[SourceFile]:
        for given in inputs.files():
            waiting.append(given)
            if given.refusal is None:
                yield SourceFile("", given.name, given.path)

    for claims in read_files(files(), workers=workers):
        while (given := waiting.popleft()).refusal is not None:
            yield Told(given, None, (given.refusal,))
        yield Told(given, claims.image, claims.refusals)
    for given in waiting:
        if given.refusal is not None:
            yield Told(given, None, (given.refusal,))


def _texts(found: Iterator[Told]) -> Iterator[Told]:
    """The same, with what is written in the pictures."""
    from forensics.pixels import ImageFile  # numpy and Pillow are needed for text only
    from forensics.pixels.ocr import read_texts

    waiting: deque[Told] = deque()

    def files() -> Iterator[ImageFile]:
        for told in found:
            waiting.append(told)
            if told.image is not None:
                yield ImageFile("", told.given.path)

    for _, lines in read_texts(files()):
        while (told := waiting.popleft()).image is None:
            yield told
        yield replace(told, text=lines)
    yield from waiting
