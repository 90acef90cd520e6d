"""JPEG: where its metadata segments are."""

from __future__ import annotations

from forensics.read.images.blocks import MAX_ICC, MAX_ITEM, MAX_XMP, Blocks
from forensics.read.images.source import Source
from forensics.read.images.strings import tidy

_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENDED = b"http://ns.adobe.com/xmp/extension/\0"
_ICC = b"ICC_PROFILE\0"
_PHOTOSHOP = b"Photoshop 3.0\0"
_NO_LENGTH = frozenset((0x00, 0x01, *range(0xD0, 0xD9)))
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JUNK = 64 * 1024
"""How far to look for the next marker behind junk."""
MAX_SEGMENTS = 10_000


def walk_jpeg(source: Source, blocks: Blocks) -> None:
    """Collect the metadata segments up to the first scan.

    There is no limit on what may come before the EXIF segment: phones of one maker put 25 kB of
    their own in front of it.
    """
    profile: dict[int, bytes] = {}
    at = 2
    for _ in range(MAX_SEGMENTS):
        found = _marker(source, at)
        if found is None:
            break
        at, marker = found
        if marker in {0xD9, 0xDA}:
            break
        if marker in _NO_LENGTH:
            continue
        length = source.number(at, 2)
        if length < 2:
            blocks.problem(f"byte {at}", "damaged")
            break
        _segment(source.part(at + 2, length - 2), marker, blocks, profile)
        if at + length > source.size:
            blocks.problem(f"byte {at}", "damaged")
        at += length
    blocks.icc = blocks.icc or b"".join(profile[key] for key in sorted(profile))[:MAX_ICC]


def _marker(source: Source, at: int) -> tuple[int, int] | None:
    """(Offset behind the next marker, its code); fill bytes and a little junk are passed over."""
    start = at
    while at - start <= _JUNK:
        piece = source.at(at, 512)
        if len(piece) < 2:
            return None
        hit = piece.find(b"\xff")
        if hit < 0:
            at += len(piece)
        elif hit + 1 >= len(piece):
            at += hit
            if len(piece) < 512:
                return None
        elif piece[hit + 1] == 0xFF:
            at += hit + 1
        else:
            return at + hit + 2, piece[hit + 1]
    return None


def _segment(body: Source, marker: int, blocks: Blocks, profile: dict[int, bytes]) -> None:
    if marker in _FRAMES:
        if body.size >= 5 and blocks.width_px is None:
            blocks.height_px, blocks.width_px = body.number(1, 2), body.number(3, 2)
    elif marker == 0xDB:
        if len(blocks.dqt) < 4096:
            blocks.dqt += body.at(0, 1024)
    elif marker == 0xFE:
        blocks.texts.setdefault("comment", tidy(body.at(0, 4096)))
    elif marker == 0xE1:
        _app1(body, blocks)
    elif marker == 0xE2 and body.at(0, 12) == _ICC:
        if sum(map(len, profile.values())) < MAX_ICC:
            profile.setdefault(body.number(12, 1), body.at(14, body.size))
    elif marker == 0xEB:
        blocks.c2pa = blocks.c2pa or b"jumb" in body.at(0, 64)
    elif marker == 0xED and body.at(0, 14) == _PHOTOSHOP and len(blocks.photoshop) < MAX_ITEM:
        blocks.photoshop += body.at(14, body.size)


def _app1(body: Source, blocks: Blocks) -> None:
    head = body.at(0, len(_EXTENDED))
    if head[:6] == b"Exif\0\0" or head[:4] in {b"II*\0", b"MM\0*"}:
        blocks.add_exif(body)
    elif head.startswith(_XMP):
        blocks.add_xmp(body.at(len(_XMP), body.size))
    elif head == _EXTENDED:
        guid = body.at(35, 32).decode("latin-1")
        parts = blocks.extended_xmp.setdefault(guid, [])
        if sum(len(part) for _, part in parts) < MAX_XMP:
            parts.append((body.number(71, 4), body.at(75, body.size)))
