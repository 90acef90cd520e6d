"""Files that are written whole or not at all, locks, and errors of the disk as one line."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import itertools
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from forensics.errors import CaseError

CHUNK_BYTES = 1 << 20
PART_SUFFIX = ".part"
"""End of the names of files that are being written; one left behind belongs to a crash."""
_REASONS: dict[int, tuple[str, str]] = {
    errno.ENOSPC: ("no space left on the disk", "free some space or choose another --out"),
    errno.EDQUOT: ("the disk quota is used up", "free some space or choose another --out"),
    errno.EROFS: ("the file system is read-only", "choose another folder"),
    errno.EACCES: ("permission denied", "check who owns it, or choose another folder"),
    errno.EPERM: ("permission denied", "check who owns it, or choose another folder"),
    errno.ENOENT: ("does not exist", "check the path"),
    errno.ENOTDIR: ("a part of the path is not a folder", "check the path"),
    errno.EISDIR: ("is a folder", "give a file"),
    errno.ELOOP: ("is a symbolic link", "give the file it points to"),
    errno.ENAMETOOLONG: ("the path is too long", "choose a shorter one"),
    errno.EIO: ("the disk reports an error", "copy what is left to another disk"),
}


def explain(error: OSError, path: Path) -> CaseError:
    """The error of the disk as one line about that path."""
    what, todo = _REASONS.get(error.errno or 0, (error.strerror or type(error).__name__, ""))
    return CaseError(what, where=str(path), todo=todo)


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns every OSError inside the block into one CaseError line about that path."""
    try:
        yield
    except OSError as error:
        raise explain(error, path) from error


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of the bytes: `os.write` may stop early."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def sync_folder(folder: Path) -> None:
    """Make a rename inside that folder survive a loss of power (not possible on Windows)."""
    if sys.platform == "win32":  # pragma: no cover - folders cannot be opened there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def new_file(folder: Path, stem: str) -> Iterator[tuple[BinaryIO, Path]]:
    """A file under a temporary name in that folder; gone after the block unless renamed in it.

    The block writes, calls `settle`, and is done. Whatever goes wrong leaves no file behind.
    """
    for number in itertools.count():
        temporary = folder / f".{stem}.{os.getpid()}-{number}{PART_SUFFIX}"
        with contextlib.suppress(FileExistsError):
            descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
            break
    handle = os.fdopen(descriptor, "wb", buffering=0)
    try:
        yield handle, temporary
    finally:
        handle.close()
        temporary.unlink(missing_ok=True)


def settle(handle: BinaryIO, temporary: Path, target: Path, *, mode: int | None = None) -> None:
    """Bring a file written under a temporary name to the disk, then to its name, in that order."""
    os.fsync(handle.fileno())
    if mode is not None:
        temporary.chmod(mode)
    temporary.replace(target)
    sync_folder(target.parent)


def write_whole(path: Path, data: bytes) -> None:
    """Write or replace a file so that readers see the old or the new bytes, never a mixture.

    Raises:
        CaseError: the disk refuses; the old file stays as it was.
    """
    with explained(path), new_file(path.parent, path.name) as (handle, temporary):
        write_all(handle.fileno(), data)
        settle(handle, temporary, path)


def open_regular(path: Path) -> BinaryIO:
    """The file opened for reading, if it is a regular file and no symbolic link.

    A link could point elsewhere tomorrow, and a pipe or device has no bytes that could be received
    twice, so neither is evidence. Opening does not wait for the other end of a pipe.

    Raises:
        CaseError: not there, not readable, a link, or not a regular file.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with explained(path):
        descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            os.close(descriptor)
            what = "is a folder" if stat.S_ISDIR(mode) else "is not a regular file"
            raise CaseError(what, where=str(path), todo="give a file")
        return os.fdopen(descriptor, "rb")


def sha256_of(path: Path) -> tuple[str, int]:
    """SHA-256 and size of a regular file, read in a stream.

    Raises:
        CaseError: see `open_regular`.
    """
    digest, size = hashlib.sha256(), 0
    with open_regular(path) as handle, explained(path):
        while chunk := handle.read(CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


@contextlib.contextmanager
def locked(path: Path, *, busy: str | None = None) -> Iterator[None]:
    """Holds the lock file for the length of the block; the system drops it when a process dies.

    Args:
        path: The lock file; made if it is not there, and left behind empty.
        busy: What to say if somebody else holds it. None waits instead.

    Raises:
        CaseError: held by another, or the file cannot be made.
    """
    with explained(path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            _lock(descriptor, wait=busy is None)
        except BlockingIOError:
            raise CaseError(
                busy or "locked", where=str(path.parent), todo="wait until it is done"
            ) from None
        except OSError as error:
            raise explain(error, path) from error
        yield
    finally:
        os.close(descriptor)


if sys.platform == "win32":  # pragma: no cover - never tried there
    import msvcrt

    def _lock(descriptor: int, *, wait: bool) -> None:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        except PermissionError as error:
            raise BlockingIOError from error
else:
    import fcntl

    def _lock(descriptor: int, *, wait: bool) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
