"""Which container a file is, and the walker for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple, TypeAlias

from forensics.read.images.blocks import Blocks
from forensics.read.images.frames import (
    walk_crw,
    walk_flif,
    walk_jpeg2000,
    walk_pdf,
    walk_psd,
    walk_svg,
    walk_xcf,
)
from forensics.read.images.heif import walk_heif, walk_jxl
from forensics.read.images.jpeg import walk_jpeg
from forensics.read.images.movie import walk_movie
from forensics.read.images.png import walk_png
from forensics.read.images.raws import walk_bpg, walk_mrw, walk_raf, walk_x3f
from forensics.read.images.riff import walk_avi, walk_gif, walk_webp
from forensics.read.images.source import Source
from forensics.read.images.tiff import walk_tiff

Walker: TypeAlias = Callable[[Source, Blocks], None]


class Family(NamedTuple):
    """One container: its name, how it begins, and who walks it (None: refused by name)."""

    name: str
    matches: Callable[[bytes], bool]
    walk: Walker | None


def _starts(*signs: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(signs)


_SOUND = frozenset((b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B "))
_HEIF = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"miaf"))
_AVIF = frozenset((b"avif", b"avis"))
_JP2 = frozenset((b"jp2 ", b"jpx ", b"jpm "))
_BMP_HEADERS = frozenset(size.to_bytes(4, "little") for size in (12, 40, 52, 56, 64, 108, 124))
_OLD_MOVIE = frozenset((b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"styp"))


def _brand(head: bytes) -> bytes:
    return head[8:12] if head[4:8] == b"ftyp" else b""


def _brands(head: bytes) -> set[bytes]:
    size = min(int.from_bytes(head[:4], "big"), len(head))
    return {head[at : at + 4] for at in range(16, size - 3, 4)} | {_brand(head)}


def _is_heif(head: bytes) -> bool:
    return bool(_brand(head)) and bool(_brands(head) & _HEIF) and not _is_avif(head)


def _is_avif(head: bytes) -> bool:
    return bool(_brand(head)) and bool(_brands(head) & _AVIF)


def _is_svg(head: bytes) -> bool:
    # Callers bring more; an export that only contains a drawing somewhere is none.
    head = head[:HEAD_BYTES]
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    starts = start.startswith((b"<svg", b"<?xml", b"<!DOCTYPE svg"))
    return starts and b"<svg" in head and b"<html" not in head.lower()


def _is_movie(head: bytes) -> bool:
    if head[4:8] in _OLD_MOVIE:
        # Four printable characters are no box size but a text that happens to say "free".
        size = int.from_bytes(head[:4], "big")
        return not head[:4].isascii() or (size in {0, 1} or 8 <= size < 0x20000000)
    return bool(_brand(head)) and _brand(head) not in _SOUND


FAMILIES: tuple[Family, ...] = (
    Family("jpeg", _starts(b"\xff\xd8"), walk_jpeg),
    Family("png", _starts(b"\x89PNG\r\n\x1a\n"), walk_png),
    Family("webp", lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP", walk_webp),
    Family("gif", _starts(b"GIF87a", b"GIF89a"), walk_gif),
    Family("mrw", _starts(b"\0MRM", b"\0MRI"), walk_mrw),
    Family("tiff", _starts(b"II*\0", b"MM\0*", b"IIU\0", b"IIRO", b"IIRS", b"MMOR"), walk_tiff),
    Family("jxr", _starts(b"II\xbc\x01"), walk_tiff),
    Family("bigtiff", _starts(b"II+\0", b"MM\0+"), None),
    Family("avif", _is_avif, walk_heif),
    Family("heif", _is_heif, walk_heif),
    Family("cr3", lambda head: _brand(head) == b"crx ", walk_movie),
    Family("jpeg2000", lambda head: head[4:8] == b"jP  " or _brand(head) in _JP2, walk_jpeg2000),
    Family("mp4", _is_movie, walk_movie),
    Family("jxl", _starts(b"\0\0\0\x0cJXL \r\n\x87\n"), walk_jxl),
    Family("jxl", _starts(b"\xff\x0a"), lambda _source, _blocks: None),
    Family("raf", _starts(b"FUJIFILMCCD-RAW"), walk_raf),
    Family("x3f", _starts(b"FOVb"), walk_x3f),
    Family("bpg", _starts(b"BPG\xfb"), walk_bpg),
    Family("crw", lambda head: head[:2] in {b"II", b"MM"} and head[6:14] == b"HEAPCCDR", walk_crw),
    Family("jpeg2000", _starts(b"\xff\x4f\xff\x51"), None),
    Family("flif", _starts(b"FLIF"), walk_flif),
    Family("xcf", _starts(b"gimp xcf "), walk_xcf),
    Family("psd", _starts(b"8BPS"), walk_psd),
    Family("djvu", _starts(b"AT&TFORM"), None),
    Family("avi", lambda head: head[:4] == b"RIFF" and head[8:12] == b"AVI ", walk_avi),
    Family("bmp", lambda head: head[:2] == b"BM" and head[14:18] in _BMP_HEADERS, None),
    Family("ico", lambda head: head[:4] == b"\0\0\1\0" and head[5:6] == b"\0" != head[4:5], None),
    Family("svg", _is_svg, walk_svg),
    Family("pdf", _starts(b"%PDF-"), walk_pdf),
    Family("mkv", _starts(b"\x1a\x45\xdf\xa3"), None),
    Family("wmv", _starts(b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"), None),
    Family("flv", _starts(b"FLV\x01"), None),
    Family("m2ts", lambda head: head[4::192][:3] == b"GGG", None),
    Family("exr", _starts(b"v/1\x01"), None),
)
"""Every container this tool knows, in the order in which they are tried."""

ENDINGS: Mapping[str, str] = {
    ".jpg": "jpeg", ".jpeg": "jpeg", ".jpe": "jpeg", ".png": "png", ".webp": "webp", ".gif": "gif",
    ".tif": "tiff", ".tiff": "tiff", ".dng": "tiff", ".nef": "tiff", ".cr2": "tiff", ".arw": "tiff",
    ".heic": "heif", ".heif": "heif", ".avif": "avif", ".jxl": "jxl", ".cr3": "cr3", ".mp4": "mp4",
    ".mov": "mp4", ".3gp": "mp4",
}  # fmt: skip
"""Endings that promise an image: a file that breaks the promise is refused as a damaged image."""
HEAD_BYTES = 512


def family_of(head: bytes) -> Family | None:
    """The container that a file starts like, or None."""
    return next((family for family in FAMILIES if family.matches(head)), None)


def promised(name: str) -> bool:
    """True if the ending of the name is that of an image."""
    return PurePosixPath(name.replace("\\", "/")).suffix.lower() in ENDINGS
