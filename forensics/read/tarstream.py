"""Tar archives as a stream of members, from front to back, with no step that a header can enlarge.

Written from POSIX.1-2017 (`pax`, ustar interchange format) and the GNU extension for long names.
The standard library's reader keeps headers of any size in memory and searches them in quadratic
time, so hostile headers could stop it; here every header is bounded before it is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

HEADER = 512
MAX_EXTENSION = 1 << 16
"""Bytes of one extension header (long name, pax)."""
_EXTENSIONS_IN_A_ROW = 8
Kind = Literal["file", "folder", "link", "device", "sparse", "other"]
_KINDS: dict[bytes, Kind] = {
    b"0": "file",
    b"\0": "file",
    b"7": "file",
    b"1": "link",
    b"2": "link",
    b"3": "device",
    b"4": "device",
    b"5": "folder",
    b"6": "device",
    b"S": "sparse",
}
_NO_DATA: tuple[Kind, ...] = ("folder", "link", "device")
"""Kinds whose size says nothing about bytes that follow."""


class DamagedTarError(Exception):
    """The archive cannot be read on from here."""


class Stream(Protocol):
    """Bytes from front to back."""

    def read(self, size: int, /) -> bytes:
        """The next bytes; fewer only at the end."""


@dataclass(frozen=True, slots=True)
class TarEntry:
    """One member; its bytes come next in the stream."""

    name: str
    kind: Kind
    size: int


def is_header(block: bytes) -> bool:
    """True for a block of 512 bytes whose checksum is that of a tar header."""
    if len(block) < HEADER or not block[0]:
        return False
    try:
        told = _number(block[148:156])
    except DamagedTarError:
        return False
    return told == sum(block[:148]) + 8 * 32 + sum(block[156:HEADER])


class TarStream:
    """The members of a tar archive, one after the other."""

    def __init__(self, stream: Stream) -> None:
        """Nothing is read yet."""
        self._stream = stream
        self._left = 0
        self._padding = 0

    def entries(self) -> Iterator[TarEntry]:
        """Every member; what is not read of one is skipped before the next.

        Raises:
            DamagedTarError: a header is damaged or too large, or the archive is cut off.
        """
        long_name: str | None = None
        size: int | None = None
        sparse, extensions = False, 0
        while (block := self._block()) is not None:
            kind = _KINDS.get(block[156:157], "other")
            length = _number(block[124:136])
            mark = block[156:157]
            if mark in (b"L", b"K", b"x", b"g", b"V"):
                extensions += 1
                if length > MAX_EXTENSION or extensions > _EXTENSIONS_IN_A_ROW:
                    raise DamagedTarError("an extension header is too large")
                data = self._extension(length)
                if mark == b"L":
                    long_name = _text(data)
                elif mark == b"x":
                    keys = _pax(data)
                    long_name = _text(keys["path"]) if "path" in keys else long_name
                    size = _decimal(keys["size"]) if "size" in keys else size
                    sparse = any(key.startswith("GNU.sparse.") for key in keys)
                continue
            name = _plain_name(block) if long_name is None else long_name
            if kind == "file" and name.endswith("/"):
                kind = "folder"  # how the oldest archives write folders
            self._left = 0 if kind in _NO_DATA else (length if size is None else size)
            self._padding = -self._left % HEADER
            yield TarEntry(name, "sparse" if sparse else kind, self._left)
            self._skip()
            long_name, size, sparse, extensions = None, None, False, 0

    def read(self, size: int) -> bytes:
        """The next bytes of the member at hand; empty at its end.

        Raises:
            DamagedTarError: the archive ends inside the member.
        """
        data = self._stream.read(min(size, self._left))
        if self._left and not data:
            raise DamagedTarError("the archive is cut off inside a member")
        self._left -= len(data)
        return data

    def _block(self) -> bytes | None:
        """The next header; None at the mark of the end."""
        block = self._stream.read(HEADER)
        if len(block) < HEADER:
            raise DamagedTarError("the archive is cut off: its mark of the end is missing")
        if not any(block):
            return None
        if not is_header(block):
            raise DamagedTarError("a header is damaged")
        return block

    def _extension(self, length: int) -> bytes:
        self._left, self._padding = length, -length % HEADER
        data = b""
        while self._left:
            data += self.read(self._left)
        self._skip()
        return data

    def _skip(self) -> None:
        """Pass over what is left of the member and the bytes that fill its last block."""
        while self._left:
            self.read(1 << 20)
        if len(self._stream.read(self._padding)) < self._padding:
            raise DamagedTarError("the archive is cut off inside a member")
        self._padding = 0


def _plain_name(block: bytes) -> str:
    name, prefix = block[:100], block[345:500]
    whole = block[257:263] == b"ustar\0" and prefix[0]
    return f"{_text(prefix)}/{_text(name)}" if whole else _text(name)


def _text(data: bytes) -> str:
    """Bytes up to the first NUL; what is not UTF-8 becomes U+FFFD: a name is a label here."""
    return data.split(b"\0", 1)[0].decode("utf-8", "replace")


def _number(data: bytes) -> int:
    """A number as headers write it: octal text, or binary where the first bit is set."""
    if data[0] == 0x80:
        return int.from_bytes(data[1:], "big")
    text = data.split(b"\0", 1)[0].strip()
    if text and not all(48 <= byte < 56 for byte in text):
        raise DamagedTarError("a header holds no number where one must be")
    return int(text or b"0", 8)


def _decimal(data: bytes) -> int:
    if not data.isdigit() or len(data) > 18:
        raise DamagedTarError("an extension header holds no number where one must be")
    return int(data)


def _pax(data: bytes) -> dict[str, bytes]:
    """The records `length key=value` of a pax header, in one pass."""
    found: dict[str, bytes] = {}
    at = 0
    while at < len(data):
        space = data.find(b" ", at, at + 20)
        length = _decimal(data[at:space]) if space > at else 0
        record = data[space + 1 : at + length]
        key, equals, value = record.removesuffix(b"\n").partition(b"=")
        if space < at or length <= space - at or at + length > len(data) or not equals:
            raise DamagedTarError("an extension header is damaged")
        found[_text(key)] = value
        at += length
    return found
