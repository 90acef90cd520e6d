"""Hashing many files beside other work, as fast as the disk gives them.

`hashlib` lets other threads run while it hashes, so the record can be read meanwhile. One file is
read at a time where the disk turns, two elsewhere: a disk that turns loses more by moving its head
than a second processor gains.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from forensics.case.files import sha256_of
from forensics.errors import CaseError
from forensics.model import Progress

MEGABYTE = 1_000_000
SWITCH_S = 0.0005
"""How long a thread waits for the interpreter while the record is read: Python's own 5 ms would
leave the disk idle for longer than it takes to hash what was read."""


def walk_files(folder: Path, name: str) -> Iterator[tuple[Path, str]]:
    """Every file below a folder with its name relative to the case, in order.

    Symbolic links are given like files and never followed.
    """
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        inner = f"{name}/{entry.name}" if name else entry.name
        if entry.is_dir(follow_symlinks=False):
            yield from walk_files(folder / entry.name, inner)
        else:
            yield folder / entry.name, inner


class Megabytes:
    """Progress counted in bytes and shown in megabytes; may be called from several threads."""

    def __init__(self, progress: Progress, stage: str, total: int | None) -> None:
        """Nothing is shown before the first megabyte is full."""
        self._progress, self._stage = progress, f"{stage}, MB"
        self._total = None if total is None else max(1, total // MEGABYTE)
        self._done = self._shown = 0
        self._lock = threading.Lock()

    def more(self, count: int) -> None:
        """So many bytes are done."""
        with self._lock:
            self._done += count
            if (now := self._done // MEGABYTE) > self._shown:
                self._shown = now
                self._progress(self._stage, now, self._total)


class Hasher:
    """Hashes every file below a folder in threads of its own; used as a context."""

    def __init__(self, folder: Path, name: str, progress: Progress) -> None:
        """Nothing is read before the context is entered."""
        self._folder, self._name, self._progress = folder, name, progress
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._files = walk_files(folder, name)
        self._failed: BaseException | None = None
        self.hashes: dict[str, tuple[str, int]] = {}
        """Name relative to the case -> (SHA-256, size); complete after `wait`."""
        self.errors: dict[str, str] = {}
        """Name -> why it could not be hashed."""

    def __enter__(self) -> Hasher:
        """Start hashing."""
        total = sum(_size(path) for path, _name in walk_files(self._folder, self._name))
        shown = Megabytes(self._progress, self._name, total)
        self._threads = [
            threading.Thread(target=self._work, args=(shown,), daemon=True)
            for _ in range(1 if turns(self._folder) else 2)
        ]
        self._interval = sys.getswitchinterval()
        sys.setswitchinterval(min(SWITCH_S, self._interval))
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_why: object) -> None:
        """Stop hashing, at once if it is not done."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        sys.setswitchinterval(self._interval)

    def wait(self) -> None:
        """Wait until everything is hashed.

        Raises:
            BaseException: whatever went wrong in a thread, but for files that cannot be read.
        """
        for thread in self._threads:
            thread.join()
        if self._failed is not None:
            raise self._failed

    def _work(self, shown: Megabytes) -> None:
        try:
            while not self._stop.is_set():
                with self._lock:
                    path, name = next(self._files, (None, ""))
                if path is None:
                    return
                self._hash(path, name, shown.more)
        except _Stopped:
            return
        except BaseException as error:  # noqa: BLE001 - a thread cannot raise; `wait` does
            self._failed = error
            self._stop.set()

    def _hash(self, path: Path, name: str, more: Callable[[int], None]) -> None:
        def step(count: int) -> None:
            if self._stop.is_set():
                raise _Stopped
            more(count)

        try:
            self.hashes[name] = sha256_of(path, more=step)
        except CaseError as error:
            self.errors[name] = error.what


class _Stopped(Exception):  # noqa: N818 - no error: the caller has had enough
    """Ends the hashing of a file."""


def turns(folder: Path) -> bool:
    """True if the system says that the folder lies on a disk that turns; False if it cannot say."""
    with contextlib.suppress(OSError, AttributeError):
        device = folder.stat().st_dev
        block = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}").resolve()
        for place in (block, block.parent):  # a partition has no queue of its own
            if (place / "queue/rotational").is_file():
                return (place / "queue/rotational").read_text(encoding="ascii").strip() == "1"
    return False


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0
