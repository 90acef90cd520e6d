"""WebP, AVI and GIF: chunks in a row, or lists of them."""

from __future__ import annotations

import re

from forensics.read.images.blocks import MAX_ICC, MAX_ITEM, MAX_XMP, Blocks
from forensics.read.images.makers import bare_note
from forensics.read.images.source import Source
from forensics.read.images.strings import tidy

MAX_CHUNKS = 50_000


def walk_webp(source: Source, blocks: Blocks) -> None:
    """Collect EXIF, XMP, ICCP and C2PA chunks; chunks are padded to even lengths.

    Most writers leave out the prefix `Exif` and two zero bytes;
    some end the name of the XMP chunk with NUL.
    """
    at = 12
    for _ in range(MAX_CHUNKS):
        head = source.at(at, 8)
        if len(head) < 8:
            break
        kind, length = head[:4], int.from_bytes(head[4:], "little")
        body = source.part(at + 8, length)
        if body.size < length:
            blocks.problem(f"byte {at}", "damaged")
        _webp_chunk(kind, body, blocks)
        at += 8 + length + length % 2


def _webp_chunk(kind: bytes, body: Source, blocks: Blocks) -> None:
    if kind == b"EXIF":
        blocks.add_exif(body)
    elif kind in {b"XMP ", b"XMP\0"}:
        blocks.add_xmp(body.at(0, MAX_XMP))
    elif kind == b"ICCP":
        blocks.icc = blocks.icc or body.at(0, MAX_ICC)
    elif kind == b"C2PA":
        blocks.c2pa = True
    elif kind == b"VP8X" and body.size >= 10:
        blocks.width_px = body.number(4, 3, "little") + 1
        blocks.height_px = body.number(7, 3, "little") + 1
    elif kind == b"VP8 " and blocks.width_px is None and body.at(3, 3) == b"\x9d\x01\x2a":
        blocks.width_px = body.number(6, 2, "little") & 0x3FFF
        blocks.height_px = body.number(8, 2, "little") & 0x3FFF
    elif kind == b"VP8L" and blocks.width_px is None and body.at(0, 1) == b"\x2f":
        bits = body.number(1, 4, "little")
        blocks.width_px, blocks.height_px = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


def walk_avi(source: Source, blocks: Blocks) -> None:
    """Collect XMP, C2PA, the date, and the note of Pentax's cameras; the rest is not read."""
    blocks.problem("file", "unsupported_container", "avi: read in part")
    pending, seen = [(12, source.size)], 0
    while pending and seen < MAX_CHUNKS:
        at, end = pending.pop()
        while at + 8 <= end and seen < MAX_CHUNKS:
            seen += 1
            head = source.at(at, 12)
            kind, length = head[:4], int.from_bytes(head[4:8], "little")
            body = source.part(at + 8, min(length, end - at - 8))
            if kind == b"LIST" and head[8:] in _AVI_LISTS and len(pending) < MAX_AVI_LEVELS:
                pending.append((at + 8 + length + length % 2, end))
                end = at + 8 + body.size
                at += 12
                continue
            _avi_chunk(kind, body, blocks)
            at += 8 + length + length % 2


_AVI_LISTS = frozenset((b"hdrl", b"hydt", b"pntx"))
MAX_AVI_LEVELS = 8
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_AVI_DATE = re.compile(
    r"(?:[a-z]{3} )?([a-z]{3}) +(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4})", re.IGNORECASE
)


def _avi_chunk(kind: bytes, body: Source, blocks: Blocks) -> None:
    if kind == b"_PMX":
        blocks.add_xmp(body.at(0, MAX_XMP))
    elif kind == b"C2PA":
        blocks.c2pa = True
    elif kind == b"IDIT":
        blocks.raw_time = blocks.raw_time or _avi_date(tidy(body.at(0, 64)))
    elif kind in {b"hymn", b"mknt"}:
        for name, value in bare_note(body).items():
            blocks.device.setdefault(name, value)


def _avi_date(text: str) -> str:
    """`Mon Mar 10 15:04:43 2003` as ISO 8601; other forms as they are."""
    match = _AVI_DATE.fullmatch(text)
    if match is None or match.group(1).lower() not in _MONTHS:
        return text
    month = _MONTHS.index(match.group(1).lower()) + 1
    return f"{match.group(4)}-{month:02d}-{int(match.group(2)):02d}T{match.group(3)}"


def walk_gif(source: Source, blocks: Blocks) -> None:
    """Collect comments, the XMP, ICC and C2PA application blocks. Image data is stepped over."""
    blocks.width_px, blocks.height_px = source.number(6, 2, "little"), source.number(8, 2, "little")
    flags = source.number(10, 1)
    at = 13 + (3 * (2 << (flags & 7)) if flags & 0x80 else 0)
    for _ in range(MAX_CHUNKS):
        kind = source.at(at, 2)
        if kind[:1] == b"\x2c":
            flags = source.number(at + 9, 1)
            at = _skip(source, at + 11 + (3 * (2 << (flags & 7)) if flags & 0x80 else 0))
        elif kind == b"\x21\xff" and source.at(at + 3, 11) == b"XMP DataXMP":
            at = _gif_xmp(source, at + 14, blocks)
        elif kind == b"\x21\xff" and source.at(at + 3, 11) == b"ICCRGBG1012":
            data, at = _gather(source, at + 14, MAX_ICC)
            blocks.icc = blocks.icc or data
        elif kind == b"\x21\xff" and source.at(at + 3, 8) == b"C2PA_GIF":
            blocks.c2pa = True
            at = _skip(source, at + 14)
        elif kind == b"\x21\xfe":
            data, at = _gather(source, at + 2, 4096)
            blocks.texts.setdefault("comment", tidy(data))
        elif kind[:1] == b"\x21":
            at = _skip(source, at + 2)
        else:
            # The trailer, the end, or junk.
            break


def _skip(source: Source, at: int) -> int:
    """Offset behind a chain of data blocks."""
    while length := source.number(at, 1):
        at += length + 1
    return at + 1


def _gather(source: Source, at: int, limit: int) -> tuple[bytes, int]:
    """A chain of data blocks joined, and the offset behind it."""
    parts: list[bytes] = []
    total = 0
    while length := source.number(at, 1):
        if total < limit:
            parts.append(source.at(at + 1, length))
            total += length
        at += length + 1
    return b"".join(parts), at + 1


def _gif_xmp(source: Source, at: int, blocks: Blocks) -> int:
    """XMP stands bare in a GIF, up to its closing tag; behind it a ramp of bytes ends the chain."""
    data = source.at(at, MAX_ITEM)
    end = data.find(b"</x:xmpmeta>")
    if end < 0:
        blocks.problem("field XMP", "damaged")
        return source.size
    blocks.add_xmp(data[: end + 12])
    ramp = data.find(b"\0\0", end)
    return at + ramp + 2 if ramp >= 0 else source.size
