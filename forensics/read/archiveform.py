"""Which files are archives, told by content, and how the bytes of a packed tar are reached."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from forensics.read import zipdir, zstd
from forensics.read.tarstream import HEADER, is_header
from forensics.read.zstd import Readable

HEAD = 1 << 16
"""Bytes of a file that detection looks at."""
Form = Literal["zip", "tar", "tar, gzip", "tar, zstd"]
_DOCUMENTS = ("[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF")
"""Members by which a zip is a workbook, a text, a book or a program, and no archive of exports."""


def form_of(path: Path, head: bytes) -> Form | None:
    """What kind of archive begins with these bytes, or None; names do not count."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return None if _is_document(path, head) else "zip"
    if is_header(head[:HEADER]):
        return "tar"
    if head.startswith(b"\x1f\x8b"):
        return "tar, gzip" if is_header(_gunzipped(head)) else None
    if zstd.is_zstd(head):
        return "tar, zstd" if is_header(_unzstd(path)) else None
    return None


def head_of(path: Path) -> bytes:
    """The first 64 KiB."""
    with path.open("rb") as file:
        return file.read(HEAD)


def _gunzipped(head: bytes) -> bytes:
    """The first unpacked block; empty where the bytes are damaged."""
    try:
        return zlib.decompressobj(31).decompress(head, HEADER)
    except zlib.error:
        return b""


def _unzstd(path: Path) -> bytes:
    """The first unpacked block; empty where the file is damaged: its reader will say so."""
    try:
        with zstd.opened(path) as stream:
            return filled(stream.read, HEADER)
    except zstd.DamagedError:
        return b""


def filled(read: Callable[[int], bytes], size: int) -> bytes:
    """As many bytes as were asked for, unless the stream ends."""
    data = read(size)
    while len(data) < size and (more := read(size - len(data))):
        data += more
    return data


@contextmanager
def tar_bytes(path: Path, form: Form) -> Iterator[Readable]:
    """The bytes of a tar archive, unpacked as a stream."""
    if form == "tar, zstd":
        with zstd.opened(path) as stream:
            yield stream
    else:
        with gzip.open(path) if form == "tar, gzip" else path.open("rb") as file:
            yield file


def _is_document(path: Path, head: bytes) -> bool:
    first = head[30 : 30 + int.from_bytes(head[26:28], "little")].decode("utf-8", "replace")
    if first in _DOCUMENTS:
        return True
    try:
        with zipdir.opened(path) as file:
            return any(name in file.NameToInfo for name in _DOCUMENTS)
    except (zipfile.BadZipFile, OSError):
        return False
