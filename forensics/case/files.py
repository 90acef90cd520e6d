"""Files that are written whole or not at all, locks, and errors of the disk as one line."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import itertools
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from forensics.errors import CaseError

CHUNK_BYTES = 1 << 20
HASH_BYTES = 1 << 22
"""Read at a time for hashing, so that threads seldom have to wait for each other between."""
LOCK_WAIT_S = 300
"""How long a command waits for another that writes to the same case; judged."""
_LOOK_AGAIN_S = 0.05
_HOLDER_BYTES = 200
_SYNC_THREADS = 16
"""Files brought to the disk at a time: the disk answers many such requests in one go."""
_NUMBERS = itertools.count()
"""Temporary names of this process; one that is taken is left to whom it belongs."""
Tell = Callable[[str], None]
"""Takes one line for the user that is no result; not yet safe to print."""
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
    errno.ENOTEMPTY: ("exists already", "choose another folder"),
    errno.EEXIST: ("exists already and is no folder", "choose another name"),
    errno.ESTALE: ("is no longer there", "check that the disk is still connected"),
    errno.EIO: ("the disk reports an error", "copy what is left to another disk"),
}


def untold(_line: str) -> None:
    """Takes what nobody wants to hear."""


def explain(error: OSError, path: Path) -> CaseError:
    """The error of the disk as one line about that path."""
    what, todo = _REASONS.get(error.errno or 0, (error.strerror or type(error).__name__, ""))
    return CaseError(what, where=str(path), todo=todo)


_DISK = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.ESTALE}
)
"""What a disk refuses whatever the program does; other numbers may be a mistake of the program."""


def disk_refusal(error: OSError) -> CaseError | None:
    """The line for an error that only the disk can be blamed for; None for any other.

    An error without a path comes from writing to what is open already.
    """
    if error.errno not in _DISK:
        return None
    named = error.filename if isinstance(error.filename, str) else None
    return explain(error, Path(named or "stdout or the folder for temporary files (TMPDIR)"))


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns every OSError inside the block into one CaseError line about that path."""
    try:
        yield
    except OSError as error:
        raise explain(error, path) from error


_DATABASES = frozenset({"duckdb", "_duckdb", "sqlite3"})
_SAID_BY_DATABASES = {
    "no space left": errno.ENOSPC,
    "disk is full": errno.ENOSPC,
    "quota exceeded": errno.EDQUOT,
    "read-only file system": errno.EROFS,
    "readonly database": errno.EROFS,
    "permission denied": errno.EACCES,
    "no such file": errno.ENOENT,
    "unable to open database file": errno.ENOENT,
    "input/output error": errno.EIO,
    "disk i/o error": errno.EIO,
}
"""How DuckDB and SQLite word what the disk told them; they pass no number on."""


@contextlib.contextmanager
def disk_explained(root: Path) -> Iterator[None]:
    """Turns what the disk refuses inside the block, also to a database, into one CaseError line.

    Args:
        root: What the line is about where the error does not name a path.
    """
    try:
        yield
    except OSError as error:
        named = error.filename if isinstance(error.filename, str) else None
        raise explain(error, Path(named) if named else root) from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] in _DATABASES:
            text = str(error).lower()
            for said, number in _SAID_BY_DATABASES.items():
                if said in text:
                    raise explain(OSError(number, said), root) from error
        raise


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


def sync_all(descriptors: Sequence[int]) -> None:
    """Bring many open files to the disk; together, which is far faster than one by one.

    Raises:
        OSError: the first that was refused.
    """
    if len(descriptors) < 2:
        for descriptor in descriptors:
            os.fsync(descriptor)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(min(_SYNC_THREADS, len(descriptors))) as pool:
        list(pool.map(os.fsync, descriptors))


@contextlib.contextmanager
def new_file(folder: Path, stem: str) -> Iterator[tuple[BinaryIO, Path]]:
    """A file under a temporary name in that folder; gone after the block unless renamed in it.

    The block writes, calls `settle`, and is done. Whatever goes wrong leaves no file behind.
    """
    for number in _NUMBERS:
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


def sha256_of(path: Path, *, more: Callable[[int], None] | None = None) -> tuple[str, int]:
    """SHA-256 and size of a regular file, read in a stream.

    Args:
        path: The file.
        more: Is told the number of bytes after each piece.

    Raises:
        CaseError: see `open_regular`.
    """
    digest, size = hashlib.sha256(), 0
    with open_regular(path) as handle, explained(path):
        # One buffer for the whole file: making a new one a piece costs as much as reading it.
        length = min(HASH_BYTES, os.fstat(handle.fileno()).st_size + 1)
        buffer = memoryview(bytearray(length))
        while count := handle.raw.readinto(buffer):  # type: ignore[attr-defined]
            digest.update(buffer[:count])
            size += count
            if more is not None:
                more(count)
    return digest.hexdigest(), size


@contextlib.contextmanager
def locked(
    path: Path, *, wait_s: int = LOCK_WAIT_S, holder: str = "", tell: Tell = untold
) -> Iterator[None]:
    """Holds the lock file for the length of the block; the system drops it when a process dies.

    So a lock file that a crash left behind holds nobody up. While it is held, a line in the file
    says by whom; nothing but the messages of those who wait rests on that line.

    Args:
        path: The lock file; made if it is not there, and left behind empty.
        wait_s: How long to wait for whoever holds it.
        holder: What to say of this process, beside its number.
        tell: Is told once who holds it, if there is somebody to wait for.

    Raises:
        CaseError: held by another all the while, or the file cannot be made.
    """
    with explained(path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        _wait_for(descriptor, path, wait_s, tell)
        with contextlib.suppress(OSError):  # a full disk: then nobody is told who holds it
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"process {os.getpid()}, {holder}".strip(", ").encode())
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _wait_for(descriptor: int, path: Path, wait_s: int, tell: Tell) -> None:
    """Take the lock as soon as it is free."""
    end, told = time.monotonic() + wait_s, False
    while True:
        try:
            _lock(descriptor)
        except BlockingIOError:
            by = _holder(descriptor)
            if time.monotonic() >= end:
                raise CaseError(
                    f"another command is writing to this case ({by}); waited {wait_s} s for it",
                    where=str(path.parent),
                    todo="try again when it is done; nothing was changed",
                ) from None
            if not told:
                tell(f"{path.parent}: waiting for another command ({by}), {wait_s} s at most")
                told = True
            time.sleep(_LOOK_AGAIN_S)
        except OSError as error:
            raise explain(error, path) from error
        else:
            return


def _holder(descriptor: int) -> str:
    """What the holder of a lock says of itself."""
    try:
        os.lseek(descriptor, 0, os.SEEK_SET)
        text = os.read(descriptor, _HOLDER_BYTES).decode(errors="replace")
        os.lseek(descriptor, 0, os.SEEK_SET)
    except OSError:
        text = ""
    return text or "it does not say which"


if sys.platform == "win32":  # pragma: no cover - never tried there
    import msvcrt

    def _lock(descriptor: int) -> None:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError as error:
            raise BlockingIOError from error
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def locked_folder(folder: Path) -> Iterator[bool]:
    """Holds a lock on the folder itself, which leaves no file; gives False where that cannot be.

    For the moment in which a case is made: there is no lock file of the case yet.
    """
    if sys.platform == "win32":  # pragma: no cover - folders cannot be opened there
        yield False
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        held = False
        with contextlib.suppress(OSError):  # some network file systems have no such locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            held = True
        yield held
    finally:
        os.close(descriptor)


def no_glob(path: Path) -> str:
    """The path as DuckDB takes it: in brackets what would otherwise be a pattern."""
    return "".join(f"[{one}]" if one in "*?[{" else one for one in str(path))
