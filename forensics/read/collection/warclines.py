"""The bytes of a web archive as a stream: unpacked against a limit, in lines of limited length."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.read import zstd
from forensics.read.collection.items import DamagedLogError

if TYPE_CHECKING:
    from forensics.read.archives import Limits
    from forensics.read.zstd import Readable

BLOCK = 1 << 16
MAX_LINE = 1 << 16
MAX_HEADERS = 1 << 20
"""Bytes of the lines before a payload."""


class Lines:
    """A stream of unpacked bytes that counts them, with lines of limited length."""

    def __init__(self, stream: Readable, packed: int, limits: Limits) -> None:
        """Read from a stream that unpacks `packed` bytes."""
        self._stream = stream
        self._packed = max(packed, 1)
        self._limits = limits
        self._held = b""
        self._at = 0
        self._total = 0
        self.header = 0
        """Bytes of lines since this was last put to 0."""

    def _more(self) -> bool:
        """Unpack another block behind what is held."""
        block = self._stream.read(BLOCK)
        self._total += len(block)
        if self._total > self._limits.total_bytes:
            raise DamagedLogError(
                "too_large", f"unpacks to more than {self._limits.total_bytes:,} bytes"
            )
        if self._limits.suspect(self._total, self._packed):
            raise DamagedLogError(
                "too_large", f"unpacks to more than {self._limits.ratio} times its size"
            )
        self._held = self._held[self._at :] + block
        self._at = 0
        return bool(block)

    def read(self, size: int | None = None) -> bytes:
        """At most `size` bytes; never more than a block."""
        if self._at == len(self._held):
            self._more()
        wanted = BLOCK if size is None or size < 0 else min(size, BLOCK)
        return self._taken(min(wanted, len(self._held) - self._at))

    def _taken(self, length: int) -> bytes:
        data = self._held[self._at : self._at + length]
        self._at += length
        return data

    def readline(self, size: int | None = None) -> bytes:
        """The next line with its end, or `size` bytes of it.

        Raises:
            DamagedLogError: it is longer than any header, or the headers are.
        """
        while (end := self._held.find(b"\n", self._at)) < 0:
            if len(self._held) - self._at > MAX_LINE or not self._more():
                break
        length = (end + 1 if end >= 0 else len(self._held)) - self._at
        if size is not None and size >= 0:
            length = min(length, size)
        if length > MAX_LINE:
            raise DamagedLogError("damaged", f"a header line of more than {MAX_LINE:,} bytes")
        self.header += length
        if self.header > MAX_HEADERS:
            raise DamagedLogError("damaged", f"headers of more than {MAX_HEADERS:,} bytes")
        return self._taken(length)


class Members:
    """Gzip members one after the other: what comes before a damaged one is read all the same."""

    def __init__(self, stream: Readable) -> None:
        """Unpack a stream."""
        self._unpacker = gzip.GzipFile(fileobj=stream)  # type: ignore[call-overload]  # only read

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; a buffer's worth, so that an error comes after what precedes it."""
        data: bytes = self._unpacker.read1(size)
        return data


@contextmanager
def unpacked(path: Path) -> Iterator[Readable]:
    """The bytes of a web archive, unpacked as a stream."""
    with path.open("rb") as stream:
        head = stream.read(4)
    if zstd.is_zstd(head):
        with zstd.opened(path) as packed:
            yield packed
        return
    with path.open("rb") as opened:
        yield Members(opened) if head.startswith(b"\x1f\x8b") else opened
