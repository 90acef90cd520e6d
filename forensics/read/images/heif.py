"""HEIF, AVIF and JPEG XL: metadata items and boxes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from forensics.read.images.blocks import MAX_ICC, MAX_ITEM, Blocks
from forensics.read.images.boxes import boxes, deep, first
from forensics.read.images.movie import walk_moov
from forensics.read.images.source import Source
from forensics.read.images.trailers import read_boxed_trailer

MAX_ITEMS = 20_000
MAX_EXTENTS = 64
_META_HEADER = 4
"""Version and flags before the boxes of `meta`."""


class Item(NamedTuple):
    """One named item of a `meta` box."""

    number: int
    kind: bytes
    mime: bytes


class Place(NamedTuple):
    """Where an item lies."""

    inside: bool
    """True for construction method 1: offsets count inside `idat`, not in the file."""
    extents: tuple[tuple[int, int], ...]
    """(Offset, length) of each piece."""


def walk_heif(source: Source, blocks: Blocks) -> None:
    """Collect the Exif, XMP and C2PA items, the colour profile and the picture size."""
    read_boxed_trailer(source, blocks)
    meta, moov = first(source, b"meta"), first(source, b"moov")
    if moov is not None:
        # A sequence of pictures is a film as well.
        walk_moov(source, moov, blocks)
    if meta is None:
        if moov is None:
            blocks.problem("field meta", "damaged")
        return
    items = _items(first(meta, b"iinf", _META_HEADER))
    places = dict(_places(first(meta, b"iloc", _META_HEADER)))
    idat = first(meta, b"idat", _META_HEADER)
    for item in items:
        place = places.get(item.number)
        if place is None or item.kind not in {b"Exif", b"mime", b"jumb"}:
            continue
        if item.kind == b"jumb":
            blocks.c2pa = True
            continue
        data = _content(idat if place.inside else source, place)
        if len(data) < sum(length for _, length in place.extents):
            blocks.problem(f"field item {item.number}", "damaged")
        if item.kind == b"Exif":
            add_prefixed_exif(Source.of(data), blocks)
        elif b"rdf+xml" in item.mime:
            blocks.add_xmp(data)
    properties = deep(meta.part(_META_HEADER, meta.size), b"iprp", b"ipco")
    if properties is not None:
        _properties(properties, blocks)
    for box in boxes(source):
        if box.kind == b"uuid" and box.body.at(0, 16).hex() == "d8fec3d61b0e483c92975828877ec481":
            blocks.c2pa = True


def add_prefixed_exif(data: Source, blocks: Blocks) -> None:
    """An Exif item: four bytes with the distance of the TIFF header, then the block.

    If the distance misses, the header is looked for in the first 64 bytes.
    """
    start = 4 + data.number(0, 4)
    if data.at(start, 2) not in {b"II", b"MM"}:
        head = data.at(0, 64)
        hits = [head.find(sign) for sign in (b"II*\0", b"MM\0*") if head.find(sign) >= 0]
        if not hits:
            blocks.problem("field EXIF", "damaged")
            return
        start = min(hits)
    blocks.add_exif(data.part(start, data.size))


def _items(iinf: Source | None) -> Iterator[Item]:
    if iinf is None:
        return
    start = 6 if iinf.number(0, 1) == 0 else 8
    for count, box in enumerate(boxes(iinf, start)):
        version = box.body.number(0, 1)
        if count >= MAX_ITEMS or box.kind != b"infe" or version not in {2, 3}:
            continue
        size = 2 if version == 2 else 4
        number = box.body.number(4, size)
        kind = box.body.at(6 + size, 4)
        names = box.body.at(10 + size, 512).split(b"\0")
        yield Item(number, kind, names[1] if len(names) > 1 else b"")


def _places(iloc: Source | None) -> Iterator[tuple[int, Place]]:
    if iloc is None:
        return
    version = iloc.number(0, 1)
    sizes = iloc.number(4, 2)
    offset_size, length_size = sizes >> 12, sizes >> 8 & 15
    base_size, index_size = sizes >> 4 & 15, sizes & 15 if version in {1, 2} else 0
    if version > 2 or not {offset_size, length_size, base_size, index_size} <= {0, 4, 8}:
        return
    wide = 4 if version == 2 else 2
    count, at = iloc.number(6, wide), 6 + wide
    for _ in range(min(count, MAX_ITEMS)):
        if at >= iloc.size:
            return
        number, at = iloc.number(at, wide), at + wide
        method = 0
        if version:
            method, at = iloc.number(at, 2) & 15, at + 2
        base = iloc.number(at + 2, base_size) if base_size else 0
        extents, at = iloc.number(at + 2 + base_size, 2), at + 4 + base_size
        pieces: list[tuple[int, int]] = []
        for _extent in range(min(extents, MAX_EXTENTS)):
            at += index_size
            offset = base + (iloc.number(at, offset_size) if offset_size else 0)
            length = iloc.number(at + offset_size, length_size) if length_size else MAX_ITEM
            at += offset_size + length_size
            pieces.append((offset, length))
        at += max(0, extents - MAX_EXTENTS) * (index_size + offset_size + length_size)
        if method in {0, 1}:
            yield number, Place(method == 1, tuple(pieces))


def _content(source: Source | None, place: Place) -> bytes:
    """The pieces of an item joined, at most 16 MiB."""
    if source is None:
        return b""
    parts: list[bytes] = []
    room = MAX_ITEM
    for offset, length in place.extents:
        part = source.at(offset, min(length, room))
        parts.append(part)
        room -= len(part)
    return b"".join(parts)


def _properties(properties: Source, blocks: Blocks) -> None:
    """The first colour profile; the largest picture size (the others are tiles and thumbnails)."""
    for box in boxes(properties):
        if box.kind == b"colr" and box.body.at(0, 4) in {b"prof", b"rICC"}:
            blocks.icc = blocks.icc or box.body.at(4, MAX_ICC)
        elif box.kind == b"ispe" and box.body.size >= 12:
            width, height = box.body.number(4, 4), box.body.number(8, 4)
            if width * height > (blocks.width_px or 0) * (blocks.height_px or 0):
                blocks.width_px, blocks.height_px = width, height


def walk_jxl(source: Source, blocks: Blocks) -> None:
    """Collect the Exif and xml boxes of a JPEG XL container; Brotli boxes are refused by name."""
    for box in boxes(source):
        if box.kind == b"Exif":
            add_prefixed_exif(Source.of(box.body.at(0, MAX_ITEM)), blocks)
        elif box.kind == b"xml ":
            blocks.add_xmp(box.body.at(0, MAX_ITEM))
        elif box.kind == b"jumb":
            blocks.c2pa = True
        elif box.kind == b"brob":
            name = box.body.at(0, 4).decode("latin-1")
            blocks.problem(f"field brob {name}", "unsupported_container", "Brotli")
