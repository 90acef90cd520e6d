"""Turns a received file into plain bytes that readers take: gzip, zstd, UTF-16, old line ends."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from forensics.read import zstd
from forensics.read.options import UnreadableFileError

BLOCK = 1 << 20
HEAD = 1 << 16
"""Bytes of a file that detection looks at."""
MAX_UNPACKED = 64 << 30
"""Bytes a packed file may unpack to."""
SUSPECT_AFTER = 1 << 30
SUSPECT_RATIO = 100
"""Text packs 3 to 30 fold. A file that unpacks past 1 GiB at more than 100 fold is a bomb."""
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f]")
"""Bytes that no text holds: packed data may lack line feeds too, and must stay as they are."""
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Plain bytes and how they were reached."""

    path: Path
    head: bytes
    """First 64 KiB."""
    steps: tuple[str, ...]
    """Such as `gzip`, `zstd`, `utf-16-le`, `cr line ends`."""


def unpack(path: Path, name: str, scratch: Path) -> Unpacked:
    """The plain bytes of a file; the file itself where nothing had to be done.

    Raises:
        UnreadableFileError: it cannot be opened, is empty, is damaged, or unpacks to too much.
    """
    steps: list[str] = []
    try:
        head = _head(path)
        if head.startswith(b"\x1f\x8b"):
            path = _gunzip(path, name, scratch / "unpacked")
            head = _head(path)
            steps.append("gzip")
        elif zstd.is_zstd(head):
            path = _unzstd(path, name, scratch / "unpacked")
            head = _head(path)
            steps.append("zstd")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnreadableFileError(
            f"cannot be opened ({reason})",
            reason="unreadable",
            where=name,
            todo="check that the file exists",
        ) from None
    if not head:
        raise UnreadableFileError(
            "the file is empty", reason="empty_file", where=name, todo="export it again"
        )
    for mark, encoding in _UTF16.items():
        if head.startswith(mark):
            path = _transcode(path, name, encoding, scratch / "utf8")
            head = _head(path)
            steps.append(encoding)
    if b"\r" in head and b"\n" not in head and not _CONTROL.search(head):
        path = _rewrite(path, scratch / "lines", lambda block: block.replace(b"\r", b"\n"))
        head = _head(path)
        steps.append("cr line ends")
    return Unpacked(path, head, tuple(steps))


def _head(path: Path) -> bytes:
    """The first 64 KiB."""
    with path.open("rb") as file:
        return file.read(HEAD)


def _gunzip(path: Path, name: str, target: Path) -> Path:
    """Unpack a gzip file to `target`."""
    try:
        with gzip.open(path, "rb") as source:
            _expand(source.read, path, name, target)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise _damaged("gzip", name, target) from None
    return target


def _unzstd(path: Path, name: str, target: Path) -> Path:
    """Unpack a zstd file of any number of frames, with windows up to 2 GiB, to `target`."""
    try:
        with zstd.opened(path) as source:
            _expand(source.read, path, name, target)
    except zstd.DamagedError:
        raise _damaged("zstd", name, target) from None
    return target


def _expand(read: Callable[[int], bytes], path: Path, name: str, target: Path) -> None:
    """Write what `read` gives of the packed file `path` to `target`, within the bounds."""
    packed = max(path.stat().st_size, 1)
    written = 0
    with target.open("wb") as out:
        while block := read(BLOCK):
            written += len(block)
            bomb = written > SUSPECT_AFTER and written > SUSPECT_RATIO * packed
            if bomb or written > MAX_UNPACKED:
                raise UnreadableFileError(
                    f"unpacks to more than {SUSPECT_RATIO} times its size",
                    reason="too_large",
                    where=name,
                    todo="unpack it yourself if you trust it",
                )
            out.write(block)


def _damaged(kind: str, name: str, target: Path) -> UnreadableFileError:
    """The error for a packed file that broke off or does not check out."""
    written = target.stat().st_size if target.exists() else 0
    return UnreadableFileError(
        f"the {kind} file is damaged after {written} unpacked bytes",
        reason="damaged",
        where=name,
        todo="fetch it again",
    )


def _transcode(path: Path, name: str, encoding: str, target: Path) -> Path:
    """Write UTF-16 as UTF-8, without the byte order mark."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")

    def convert(block: bytes, *, final: bool = False) -> bytes:
        return decoder.decode(block, final).encode("utf-8").removeprefix(codecs.BOM_UTF8)

    try:
        with path.open("rb") as source, target.open("wb") as out:
            _copy(source, out, convert)
            out.write(convert(b"", final=True))
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            f"the bytes are not valid {encoding} text ({error.reason})",
            reason="bad_encoding",
            where=name,
            todo="save the file as UTF-8",
        ) from None
    return target


def _rewrite(path: Path, target: Path, change: Callable[[bytes], bytes]) -> Path:
    """Copy a file block by block through a function."""
    with path.open("rb") as source, target.open("wb") as out:
        _copy(source, out, change)
    return target


def _copy(source: BinaryIO, out: BinaryIO, change: Callable[[bytes], bytes]) -> None:
    """Copy blocks through a function."""
    while block := source.read(BLOCK):
        out.write(change(block))
