"""Bytes of a file, read in small bounded pieces.

Nothing here trusts a length: every read is clipped to the file. A file gets a budget of reads and
of bytes instead of a number of seconds, so that a hostile file is stopped at the same place on
every machine: same input, same answer.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Protocol

MAX_READS = 200_000
"""Reads each of the two stages may cost, finding and decoding; a photograph costs 20 to 300.
At the limit a stage takes about 0.2 s."""
MAX_BYTES = 128 * 1024 * 1024
"""Bytes that may be copied out of one file: metadata only, so far more than any honest file."""
_PAGE = 16 * 1024
_END = 16


class LimitReachedError(Exception):
    """A file asked for more work than any honest file needs. Never leaves this package."""


class Raw(Protocol):
    """Where bytes come from."""

    size: int

    def fetch(self, offset: int, length: int) -> bytes:
        """Bytes at an offset; fewer where the file ends."""


class BytesRaw:
    """Bytes that are already in memory."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size = len(data)

    def fetch(self, offset: int, length: int) -> bytes:
        """The slice."""
        return self._data[offset : offset + length]


class FileRaw:
    """A file, through small reads and one page of cache.

    A memory map would be a little quicker, but a file that shrinks while it is mapped kills the
    process; a short read does not.
    """

    def __init__(self, path: Path) -> None:
        self._handle = path.open("rb", buffering=0)
        self.size = os.fstat(self._handle.fileno()).st_size
        self._start = 0
        self._page = b""
        self._reads = 0
        self._copied = 0

    def renew(self) -> None:
        """A fresh budget: one for finding the blocks, one for decoding what was found."""
        self._reads = self._copied = 0

    def fetch(self, offset: int, length: int) -> bytes:
        """Bytes at an offset, charged to the budget of the file.

        Raises:
            LimitReachedError: the budget is spent.
        """
        self._reads += 1
        self._copied += length
        if self._reads > MAX_READS or self._copied > MAX_BYTES:
            raise LimitReachedError
        if length <= _END and offset + length == self.size > _PAGE:
            # A look at the very end must not cost the page that is being read.
            return os.pread(self._handle.fileno(), length, offset)
        inside = offset - self._start
        if inside < 0 or inside + length > len(self._page):
            self._handle.seek(offset)
            self._page = self._handle.read(max(length, _PAGE))
            self._start = offset
            inside = 0
        return self._page[inside : inside + length]

    def __enter__(self) -> FileRaw:
        """The open file."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self._handle.close()


class Source:
    """A stretch of a file or of bytes, with its own zero."""

    __slots__ = ("_raw", "_start", "size")

    def __init__(self, raw: Raw, start: int = 0, size: int | None = None) -> None:
        self._raw = raw
        self._start = min(max(start, 0), raw.size)
        room = raw.size - self._start
        self.size = room if size is None else min(max(size, 0), room)

    @classmethod
    def of(cls, data: bytes) -> Source:
        """A source over bytes in memory."""
        return cls(BytesRaw(data))

    def at(self, offset: int, length: int) -> bytes:
        """Bytes at an offset, clipped to this stretch; empty outside of it."""
        if offset < 0 or offset >= self.size or length <= 0:
            return b""
        return self._raw.fetch(self._start + offset, min(length, self.size - offset))

    def part(self, offset: int, length: int) -> Source:
        """A stretch inside this one, clipped to it."""
        start = min(max(offset, 0), self.size)
        return Source(self._raw, self._start + start, min(max(length, 0), self.size - start))

    def number(self, offset: int, length: int, order: str = "big") -> int:
        """An unsigned integer; what lies outside counts as 0."""
        data = self.at(offset, length)
        return int.from_bytes(data, "little" if order == "little" else "big")


class Window:
    """A read-only file object over a source, for exifread.

    `seek` never fails and `read` comes back short at the end: a memory map handed to exifread
    raises `seek out of range` for offsets that lie outside.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._at = 0

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move; never fails."""
        self._at = max(0, offset + (0, self._at, self._source.size)[whence])
        return self._at

    def tell(self) -> int:
        """Where the window stands."""
        return self._at

    def read(self, length: int = -1) -> bytes:
        """Bytes from here, fewer at the end."""
        wanted = self._source.size - self._at if length < 0 else length
        data = self._source.at(self._at, wanted)
        self._at += len(data)
        return data
