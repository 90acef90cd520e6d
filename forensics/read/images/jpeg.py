"""JPEG: where its metadata segments are."""

from __future__ import annotations

from forensics.read.images.blocks import MAX_ICC, MAX_ITEM, MAX_XMP, Blocks
from forensics.read.images.gopro import gopro_serial
from forensics.read.images.ifd import Block
from forensics.read.images.makers import believable
from forensics.read.images.source import Source
from forensics.read.images.strings import tidy
from forensics.read.images.trailers import read_trailer

_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENDED = b"http://ns.adobe.com/xmp/extension/\0"
_ICC = b"ICC_PROFILE\0"
_PHOTOSHOP = b"Photoshop 3.0\0"
_NO_LENGTH = frozenset((0x00, 0x01, *range(0xD0, 0xD9)))
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PLAIN = frozenset(range(0xC0, 0xFF)) - frozenset(range(0xD0, 0xDB))
"""Markers of segments that say how long they are, other than the scan."""
_TABLES = frozenset((0xC4, 0xCC, 0xDC, 0xDD))
"""Segments for decoding alone."""
_JUNK = 64 * 1024
"""How far to look for the next marker behind junk."""
MAX_SEGMENTS = 10_000
_MPF_COUNT = 0xB001
_MAX_PICTURES = 100
_MANY = 64 * 1024


def walk_jpeg(source: Source, blocks: Blocks) -> None:
    """Collect the metadata segments up to the first scan.

    There is no limit on what may come before the EXIF segment: phones of one maker put 25 kB of
    their own in front of it.
    """
    profile: dict[int, bytes] = {}
    at = 2
    for _ in range(MAX_SEGMENTS):
        head = source.at(at, 4)
        if len(head) == 4 and head[0] == 0xFF and head[1] in _PLAIN:
            # The rule, in one read; all else goes the long way.
            at, marker, length = at + 2, head[1], head[2] << 8 | head[3]
        else:
            found = _marker(source, at)
            if found is None:
                break
            at, marker = found
            if marker in {0xD9, 0xDA}:
                read_trailer(source, blocks)
                break
            if marker in _NO_LENGTH:
                continue
            length = source.number(at, 2)
        if length < 2:
            blocks.problem(f"byte {at}", "damaged")
            break
        if marker not in _TABLES:
            _segment(source.part(at + 2, length - 2), marker, blocks, profile)
        if at + length > source.size:
            blocks.problem(f"byte {at}", "damaged")
        at += length
    blocks.icc = blocks.icc or b"".join(profile[key] for key in sorted(profile))[:MAX_ICC]


def _marker(source: Source, at: int) -> tuple[int, int] | None:
    """(Offset behind the next marker, its code); fill bytes and a little junk are passed over."""
    head = source.at(at, 2)
    if len(head) == 2 and head[0] == 0xFF != head[1]:
        # The rule; all below is for files with junk between their segments.
        return at + 2, head[1]
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
    elif marker == 0xED and body.at(0, 14) == _PHOTOSHOP and len(blocks.photoshop) < MAX_ITEM:
        blocks.photoshop += body.at(14, body.size)
    else:
        _other_app(body, marker, blocks)


_SIGNS = {0xE0: b"JFIF", 0xEC: b"Ducky", 0xEE: b"Adobe"}


def _other_app(body: Source, marker: int, blocks: Blocks) -> None:
    """The application segments of which only a count or the presence is kept."""
    sign = _SIGNS.get(marker)
    if sign is not None:
        if body.at(0, len(sign)) == sign:
            blocks.segments.add(sign.decode())
    elif marker == 0xE6 and body.at(0, 6) == b"GoPro\0":
        serial = gopro_serial(body.at(6, _MANY))
        if believable(serial):
            blocks.device.setdefault("body_serial", serial)
    elif marker == 0xE2 and body.at(0, 4) == b"MPF\0":
        _pictures(body.part(4, body.size), blocks)
    elif marker == 0xEB:
        head = body.at(0, 256)
        # Other standards use the same boxes (360 degree pictures); the label tells them apart.
        blocks.c2pa = blocks.c2pa or (b"jumb" in head and (b"c2pa" in head or b"cai" in head))


def frame_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a JPEG in memory, from its frame header; None if it has none."""
    if data[:2] != b"\xff\xd8":
        return None
    source, at = Source.of(data), 2
    for _ in range(100):
        found = _marker(source, at)
        if found is None or found[1] in {0xD9, 0xDA}:
            return None
        at, marker = found
        if marker in _FRAMES:
            return source.number(at + 5, 2), source.number(at + 3, 2)
        if marker not in _NO_LENGTH:
            at += max(source.number(at, 2), 2)
    return None


def _pictures(body: Source, blocks: Blocks) -> None:
    """How many pictures a multi-picture file declares (a phone's portrait, a gain map, 3D)."""
    block = Block.open(body)
    directory = block.directory(block.first) if block else None
    entry = directory.entries.get(_MPF_COUNT) if directory else None
    value = block.value(entry) if block and entry else None
    count = value[0] if isinstance(value, tuple) and len(value) == 1 else 0
    if isinstance(count, int) and 1 < count <= _MAX_PICTURES:
        blocks.ids.setdefault("mpf_images", str(count))


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
