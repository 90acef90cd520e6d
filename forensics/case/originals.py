"""The one door through which evidence enters a case: bytes as received, named by their SHA-256."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias

from forensics.case.files import (
    CHUNK_BYTES,
    explained,
    new_file,
    open_regular,
    sha256_of,
    sync_all,
    sync_folder,
    write_all,
)
from forensics.case.media import HEAD_BYTES, media_type
from forensics.case.refs import is_sha256
from forensics.errors import CaseError

INCOMING = ".incoming"
"""Folder beside `originals` for copies that the record has no line about yet."""
READ_ONLY = 0o444
"""Mode of a stored original. It stops accidents; only the hash stops the owner."""
_Identity: TypeAlias = tuple[int, int]
"""Size and time of the last change: the two change when somebody writes meanwhile."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the door knows about bytes it has let in."""

    sha256: str
    """64 lower-case hex digits."""
    size: int
    """Length in bytes."""
    media_type: str
    """From the content, never from the name."""
    written: bool
    """False if equal bytes lay there already."""


@dataclass(frozen=True, slots=True)
class _Staged:
    """A copy that has no name yet."""

    temporary: Path
    handle: BinaryIO
    stored: Stored
    undo: contextlib.ExitStack
    """Closes it, and removes what still has its temporary name."""


class Originals:
    """The folder `originals/` of a case, and the one through which bytes come into it.

    A file is copied into `.incoming` (`stage`), brought to the disk together with others (`settle`)
    and, once the record has a line about it, renamed into `originals` (`place`). So what lies in
    `originals` always has a line, and a line always has its bytes: a crash between the two leaves
    them in `.incoming`, from where `mend` takes them.
    """

    def __init__(self, folder: Path) -> None:
        """Nothing is read yet; the folder must exist before anything is staged."""
        self._folder = folder
        self._incoming = folder.with_name(INCOMING)
        self._sizes: set[int] | None = None
        self._staged: dict[str, _Staged] = {}
        self._changed: set[Path] = set()

    def path_of(self, sha256: str) -> Path:
        """Where the bytes with that hash lie: `originals/ab/ab12…`. They need not be there.

        Raises:
            CaseError: the text is no SHA-256; a path made from it could lead anywhere.
        """
        if not is_sha256(sha256):
            raise CaseError(f"{sha256!r:.80} is not a SHA-256", where=str(self._folder))
        return self._folder / sha256[:2] / sha256

    def put(self, source: Path) -> Stored:
        """Store the bytes of one file at once; see `stage`, `settle` and `place`."""
        try:
            stored = self.stage(source)
            self.settle()
            self.place()
        finally:
            self.discard()
        return stored

    def stage(self, source: Path) -> Stored:
        """Copy the bytes of a file in and give back their hash, size and media type.

        The bytes are copied in a stream to a temporary name. The received name plays no part. If
        equal bytes lie there already nothing is written, and the stored copy is hashed again.

        Args:
            source: A regular file; not a symbolic link.

        Raises:
            CaseError: not a regular file, changed while it was read, no space, no permission, or
                the stored copy has been altered.
        """
        with open_regular(source) as handle:
            before = _identity(handle)
            # Hashing first costs a second reading: done only if a stored file has the same size.
            known = self._known(source, handle) if before[0] in self._known_sizes() else None
            if known is None:
                handle.seek(0)
                known = self._copy(source, handle, before)
            else:
                _must_be_unchanged(source, handle, before)
        self._known_sizes().add(known.size)
        return known

    @property
    def staged(self) -> int:
        """How many copies wait for `settle` and `place`."""
        return len(self._staged)

    def settle(self) -> None:
        """Bring all staged copies to the disk, so that the record may speak of them.

        Raises:
            CaseError: the disk refuses.
        """
        if not self._staged:
            return
        with explained(self._folder):
            sync_all([one.handle.fileno() for one in self._staged.values()])
            sync_folder(self._incoming)

    def place(self) -> None:
        """Give all staged copies their names; the last step, after the record.

        Raises:
            CaseError: the disk refuses; `mend` can do it later.
        """
        with explained(self._folder):
            for one in self._staged.values():
                self._name(one.temporary, self.path_of(one.stored.sha256))
        self.discard()

    def discard(self) -> None:
        """Remove staged copies that got no name, and the folder they were in if it is empty."""
        staged = tuple(self._staged.values())
        self._staged.clear()
        with contextlib.suppress(OSError), contextlib.ExitStack() as every:
            for one in staged:  # all of them, whatever becomes of one
                every.enter_context(one.undo)
        with contextlib.suppress(OSError):
            self._incoming.rmdir()

    def finish(self) -> None:
        """Bring the new names to the disk, once for many files.

        Raises:
            CaseError: the disk refuses.
        """
        with explained(self._folder):
            for folder in sorted(self._changed):
                sync_folder(folder)
            if self._changed:
                sync_folder(self._folder)
        self._changed.clear()

    def mend(self, wanted: Collection[str]) -> tuple[int, int]:
        """Finish what a crash interrupted between `stage` and `place`.

        Args:
            wanted: Hashes that the record has an `ingest` line about.

        Returns:
            How many copies got their name, and how many were removed: no line is about those.

        Raises:
            CaseError: the disk refuses, or `.incoming` is a link.
        """
        placed = removed = 0
        if self._incoming.is_symlink():
            raise CaseError("is a symbolic link", where=str(self._incoming), todo="remove it")
        if not self._incoming.is_dir():
            return 0, 0
        with explained(self._incoming):
            for path in sorted(self._incoming.iterdir()):
                sha256 = sha256_of(path)[0] if path.is_file() and not path.is_symlink() else ""
                if sha256 in wanted and not self.path_of(sha256).exists():
                    self._name(path, self.path_of(sha256))
                    placed += 1
                elif not path.is_dir():
                    path.unlink()
                    removed += 1
        self.finish()
        self.discard()
        self._sizes = None
        return placed, removed

    def _name(self, temporary: Path, target: Path) -> None:
        temporary.chmod(READ_ONLY)
        if target.parent not in self._changed:
            target.parent.mkdir(exist_ok=True)
        temporary.replace(target)
        self._changed.add(target.parent)

    def _known_sizes(self) -> set[int]:
        if self._sizes is None:
            with explained(self._folder):
                self._sizes = {path.stat().st_size for path in self._folder.glob("??/*")}
        return self._sizes

    def _known(self, source: Path, handle: BinaryIO) -> Stored | None:
        head, digest, size = b"", hashlib.sha256(), 0
        with explained(source):
            while chunk := handle.read(CHUNK_BYTES):
                head = head or chunk[:HEAD_BYTES]
                digest.update(chunk)
                size += len(chunk)
        target = self.path_of(digest.hexdigest())
        if not target.exists():
            return None
        if sha256_of(target)[0] != target.name:
            raise CaseError(
                "the stored original has been altered",
                where=str(target),
                todo="run gnomon verify; delete the altered file to store it afresh",
            )
        return Stored(target.name, size, media_type(head), written=False)

    def _copy(self, source: Path, handle: BinaryIO, before: _Identity) -> Stored:
        """Copy and hash; what counts is the hash of the bytes that were copied."""
        head, digest, size = b"", hashlib.sha256(), 0
        with contextlib.ExitStack() as undo, explained(self._folder):
            if not self._staged:
                self._incoming.mkdir(exist_ok=True)
            copy, temporary = undo.enter_context(new_file(self._incoming, "received"))
            while chunk := _chunk(source, handle):
                head = head or chunk[:HEAD_BYTES]
                digest.update(chunk)
                size += len(chunk)
                if size > before[0]:  # it grows, perhaps faster than it is read
                    _must_be_unchanged(source, handle, before)
                write_all(copy.fileno(), chunk)
            _must_be_unchanged(source, handle, before)
            sha256 = digest.hexdigest()
            fresh = sha256 not in self._staged and not self.path_of(sha256).exists()
            stored = Stored(sha256, size, media_type(head), fresh)
            if fresh:
                # It stays, until it gets its name or is discarded.
                self._staged[sha256] = _Staged(temporary, copy, stored, undo.pop_all())
        return stored


def _chunk(source: Path, handle: BinaryIO) -> bytes:
    """The next bytes; an error of reading is told apart from one of writing."""
    with explained(source):
        return handle.read(CHUNK_BYTES)


def _must_be_unchanged(source: Path, handle: BinaryIO, before: _Identity) -> None:
    if _identity(handle) != before:
        raise CaseError(
            "changed while it was being read",
            where=str(source),
            todo="wait until it is written, then try again",
        )


def _identity(handle: BinaryIO) -> _Identity:
    found = os.fstat(handle.fileno())
    return found.st_size, found.st_mtime_ns
