"""RAF, MRW, X3F and BPG: an EXIF block or a JPEG inside a frame of its own."""

from __future__ import annotations

from forensics.read.images.blocks import MAX_ICC, MAX_ITEM, Blocks
from forensics.read.images.jpeg import walk_jpeg
from forensics.read.images.source import Source


def walk_raf(source: Source, blocks: Blocks) -> None:
    """RAF: offset and length of a whole JPEG at 84."""
    preview = source.part(source.number(84, 4), source.number(88, 4))
    _preview(preview, blocks)


def walk_mrw(source: Source, blocks: Blocks) -> None:
    """MRW: blocks of four letters and a length; `TTW` is the EXIF block."""
    end = min(8 + source.number(4, 4), source.size)
    at = 8
    for _ in range(100):
        if at + 8 > end:
            break
        length = source.number(at + 4, 4)
        if source.at(at, 4) == b"\0TTW":
            blocks.add_exif(source.part(at + 8, length))
        at += 8 + length


def walk_x3f(source: Source, blocks: Blocks) -> None:
    """X3F: a directory at the end names sections; image sections may hold a whole JPEG."""
    directory = source.part(source.number(source.size - 4, 4, "little"), source.size)
    if directory.at(0, 4) != b"SECd":
        blocks.problem("file", "damaged")
        return
    for index in range(min(directory.number(8, 4, "little"), 100)):
        offset, length = (directory.number(12 + 12 * index + add, 4, "little") for add in (0, 4))
        section = source.part(offset, length)
        if (
            directory.at(12 + 12 * index + 8, 4) in {b"IMAG", b"IMA2"}
            and section.at(28, 2) == b"\xff\xd8"
        ):
            _preview(section.part(28, length), blocks)
            break


def _preview(preview: Source, blocks: Blocks) -> None:
    if preview.at(0, 2) != b"\xff\xd8":
        blocks.problem("file", "damaged")
        return
    walk_jpeg(preview, blocks)
    # The size, the tables and the scan data are those of the preview, not of the picture.
    blocks.width_px = blocks.height_px = None
    blocks.dqt = b""


def walk_bpg(source: Source, blocks: Blocks) -> None:
    """BPG: extension blocks of a type and a length, both in 7-bit groups, behind the header."""
    at = 6
    flags = source.number(5, 1)
    numbers: list[int] = []
    for _ in range(3):
        number, at = _ue7(source, at)
        numbers.append(number)
    blocks.width_px, blocks.height_px = numbers[0], numbers[1]
    if not flags & 0x08:
        return
    total, at = _ue7(source, at)
    end = at + total
    for _ in range(100):
        if at >= min(end, source.size):
            break
        kind, at = _ue7(source, at)
        length, at = _ue7(source, at)
        body = source.part(at, length)
        if kind == 1:
            # One stray zero byte before the block is common.
            blocks.add_exif(body.part(1, length) if body.at(0, 1) == b"\0" else body)
        elif kind == 2:
            blocks.icc = blocks.icc or body.at(0, MAX_ICC)
        elif kind == 3:
            blocks.add_xmp(body.at(0, MAX_ITEM))
        at += length


def _ue7(source: Source, at: int) -> tuple[int, int]:
    number = 0
    for _ in range(5):
        byte = source.number(at, 1)
        at += 1
        number = number << 7 | byte & 0x7F
        if not byte & 0x80:
            break
    return number, at
