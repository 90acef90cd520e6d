"""The one door through which evidence enters a case: bytes as received, named by their SHA-256."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias

from forensics.case.files import (
    CHUNK_BYTES,
    explained,
    new_file,
    open_regular,
    settle,
    sha256_of,
    write_all,
)
from forensics.case.media import HEAD_BYTES, media_type
from forensics.case.refs import is_sha256
from forensics.errors import CaseError

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


class Originals:
    """The folder `originals/` of a case."""

    def __init__(self, folder: Path) -> None:
        """Nothing is read yet; the folder must exist before `put` is called."""
        self._folder = folder
        self._sizes: set[int] | None = None

    def path_of(self, sha256: str) -> Path:
        """Where the bytes with that hash lie: `originals/ab/ab12…`. They need not be there.

        Raises:
            CaseError: the text is no SHA-256; a path made from it could lead anywhere.
        """
        if not is_sha256(sha256):
            raise CaseError(f"{sha256!r:.80} is not a SHA-256", where=str(self._folder))
        return self._folder / sha256[:2] / sha256

    def put(self, source: Path) -> Stored:
        """Store the bytes of a file and give back their hash, size and media type.

        The bytes are copied in a stream to a temporary name, flushed to the disk, made read-only
        and renamed, so that a name in the folder always stands for whole bytes. The received name
        plays no part. If equal bytes lie there already nothing is written, and the stored copy is
        hashed again.

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
        """Copy, hash, name; what counts is the hash of the bytes that were copied."""
        head, digest, size = b"", hashlib.sha256(), 0
        with explained(self._folder), new_file(self._folder, "received") as (copy, temporary):
            while chunk := _chunk(source, handle):
                head = head or chunk[:HEAD_BYTES]
                digest.update(chunk)
                size += len(chunk)
                if size > before[0]:  # it grows, perhaps faster than it is read
                    _must_be_unchanged(source, handle, before)
                write_all(copy.fileno(), chunk)
            _must_be_unchanged(source, handle, before)
            target = self.path_of(digest.hexdigest())
            target.parent.mkdir(exist_ok=True)
            if written := not target.exists():
                settle(copy, temporary, target, mode=READ_ONLY)
        return Stored(target.name, size, media_type(head), written)


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
