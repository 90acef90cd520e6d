"""Zstandard files, as dumps of Reddit and others come: unpacked as a stream, in bounded memory.

Such dumps are packed with long windows (`--long=31`), which need up to 2 GiB while they are
unpacked. The library's stream gives no sign where a file breaks off between two blocks; so the
frames are walked first, by their headers alone (RFC 8878), which reads a few bytes per 128 KiB.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    from zstandard import FrameParameters

MAGIC = b"\x28\xb5\x2f\xfd"
_SKIPPABLE = b"\x2a\x4d\x18"
"""Bytes 2 to 4 of a frame of user data; the first is 50 to 5F."""
MAX_WINDOW = 1 << 31
_HEADER = 18
"""Longest frame header."""
_RLE, _RESERVED = 1, 3
_CHECKSUM = 4


class DamagedError(Exception):
    """The file is no whole zstd file."""


class Readable(Protocol):
    """What can be read block by block."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""


def is_zstd(head: bytes) -> bool:
    """True if the bytes begin a frame, of data or to be skipped."""
    skippable = len(head) > 4 and 0x50 <= head[0] <= 0x5F and head[1:4] == _SKIPPABLE
    return head.startswith(MAGIC) or skippable


class _Checked:
    """A stream whose failures come as DamagedError."""

    def __init__(self, stream: Readable, failure: type[Exception]) -> None:
        self._stream = stream
        self._failure = failure

    def read(self, size: int, /) -> bytes:
        """The next bytes."""
        try:
            return self._stream.read(size)
        except self._failure as error:
            raise DamagedError(str(error)) from None


@contextmanager
def opened(path: Path) -> Iterator[Readable]:
    """The unpacked bytes as a stream.

    Raises:
        DamagedError: here where the frames do not end with the file, while reading where a block
            or a checksum is wrong or a window is larger than 2 GiB.
    """
    import zstandard

    with path.open("rb") as file:
        _check(file, path.stat().st_size)
        file.seek(0)
        unpacker = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW)
        with unpacker.stream_reader(file, read_across_frames=True) as stream:
            yield _Checked(stream, zstandard.ZstdError)


def _check(file: BinaryIO, size: int) -> None:
    """Walk all frames.

    Raises:
        DamagedError: the last one ends before or after the end of the file.
    """
    import zstandard

    while head := file.read(_HEADER):
        start = file.tell() - len(head)
        if len(head) >= 8 and not head.startswith(MAGIC) and is_zstd(head):
            file.seek(start + 8 + int.from_bytes(head[4:8], "little"))
        else:
            try:
                found = zstandard.get_frame_parameters(head)
                length = zstandard.frame_header_size(head)
            except zstandard.ZstdError as error:
                raise DamagedError(str(error)) from None
            file.seek(start + length)
            _walk_blocks(file, found)
        if file.tell() > size:
            raise DamagedError("the last frame breaks off")


def _walk_blocks(file: BinaryIO, found: FrameParameters) -> None:
    """Go to the end of a frame whose header was read."""
    last = False
    while not last:
        header = file.read(3)
        if len(header) < 3:
            raise DamagedError("a frame breaks off")
        value = int.from_bytes(header, "little")
        last, kind, length = bool(value & 1), value >> 1 & 3, value >> 3
        if kind == _RESERVED:
            raise DamagedError("a block of unknown kind")
        file.seek(1 if kind == _RLE else length, 1)
    if found.has_checksum:
        file.seek(_CHECKSUM, 1)
