"""TIFF and the raw formats that are TIFF inside: the whole file is the EXIF block."""

from __future__ import annotations

from forensics.read.images.blocks import MAX_ICC, MAX_ITEM, MAX_XMP, Blocks
from forensics.read.images.ifd import Block, Directory
from forensics.read.images.jpeg import walk_jpeg
from forensics.read.images.source import Source

WIDTH, HEIGHT, XMP, IPTC, PHOTOSHOP, ICC = 256, 257, 700, 33723, 34377, 34675
DNG_ICC = 0xC68F
"""The profile of a raw picture, where the file has none of its own."""
JPEG_FROM_RAW = 0x002E
C2PA = 0xCD41


def walk_tiff(source: Source, blocks: Blocks) -> None:
    """Keep the file as EXIF block, and what its first directory holds besides EXIF."""
    blocks.add_exif(source, is_file=True)
    block = Block.open(source)
    if block is None or block.variant == "bigtiff":
        return
    if block.variant != "tiff":
        blocks.format = block.variant
    directory = block.directory(block.first)
    if directory is None:
        return
    preview = directory.entries.get(JPEG_FROM_RAW)
    if block.variant == "rw2" and preview is not None:
        # Panasonic's raw files hold their EXIF block a second time, complete, in the preview.
        walk_jpeg(source.part(preview.offset, preview.total), inner := Blocks("jpeg"))
        blocks.exif += inner.exif
    read_extras(block, directory, blocks)
    width, height = (_first(block, directory, tag) for tag in (WIDTH, HEIGHT))
    blocks.c2pa = C2PA in directory.entries
    if width and height:
        blocks.width_px, blocks.height_px = width, height


def read_extras(block: Block, directory: Directory, blocks: Blocks) -> None:
    """XMP, IPTC, Photoshop resources and ICC that stand in tags of a directory."""
    limits = {XMP: MAX_XMP, IPTC: MAX_ITEM, PHOTOSHOP: MAX_ITEM, ICC: MAX_ICC, DNG_ICC: MAX_ICC}
    for tag, limit in limits.items():
        entry = directory.entries.get(tag)
        data = block.raw(entry, limit) if entry else b""
        if not data:
            continue
        if tag == XMP:
            blocks.add_xmp(data)
        elif tag == IPTC:
            blocks.iptc = blocks.iptc or data
        elif tag == PHOTOSHOP:
            blocks.photoshop = blocks.photoshop or data
        else:
            blocks.icc = blocks.icc or data


def _first(block: Block, directory: Directory, tag: int) -> int | None:
    entry = directory.entries.get(tag)
    value = block.value(entry) if entry else None
    return value[0] if isinstance(value, tuple) and value and isinstance(value[0], int) else None
