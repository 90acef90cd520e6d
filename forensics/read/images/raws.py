"""RAF, MRW, X3F and BPG: an EXIF block or a JPEG inside a frame of its own."""

from __future__ import annotations

from forensics.read.images.blocks import MAX_ICC, MAX_ITEM, Blocks
from forensics.read.images.boxes import read_ue7
from forensics.read.images.jpeg import walk_jpeg
from forensics.read.images.makers import believable
from forensics.read.images.source import Source
from forensics.read.images.strings import tidy

MAX_PROPERTIES = 1000
MAX_PROPERTY_BYTES = 256 * 1024


def walk_raf(source: Source, blocks: Blocks) -> None:
    """RAF: offset and length of a whole JPEG at 84."""
    preview = source.part(source.number(84, 4), source.number(88, 4))
    _preview(preview, blocks)


def walk_mrw(source: Source, blocks: Blocks) -> None:
    """MRW: blocks of four letters and a length; `TTW` is the EXIF block."""
    # The fourth letter of the sign is the byte order.
    order = "little" if source.at(3, 1) == b"I" else "big"
    end = min(8 + source.number(4, 4, order), source.size)
    at = 8
    for _ in range(100):
        if at + 8 > end:
            break
        length = source.number(at + 4, 4, order)
        if source.at(at, 4) in {b"\0TTW", b"WTT\0"}:
            blocks.add_exif(source.part(at + 8, length))
        at += 8 + length


def walk_x3f(source: Source, blocks: Blocks) -> None:
    """X3F: a directory at the end names sections; image sections may hold a whole JPEG."""
    directory = source.part(source.number(source.size - 4, 4, "little"), source.size)
    if directory.at(0, 4) != b"SECd":
        blocks.problem("file", "damaged")
        return
    seen = False
    for index in range(min(directory.number(8, 4, "little"), 100)):
        offset, length = (directory.number(12 + 12 * index + add, 4, "little") for add in (0, 4))
        section, kind = source.part(offset, length), directory.at(12 + 12 * index + 8, 4)
        if kind == b"PROP":
            _properties(section, blocks)
        elif kind in {b"IMAG", b"IMA2"} and section.at(28, 2) == b"\xff\xd8" and not seen:
            _preview(section.part(28, length), blocks)
            seen = True


def _properties(section: Source, blocks: Blocks) -> None:
    """Names and values in UTF-16, each given by where it begins; the camera's are kept."""
    count, form, chars = (section.number(at, 4, "little") for at in (8, 12, 20))
    if section.at(0, 4) != b"SECp" or form != 0 or count > MAX_PROPERTIES:
        return
    texts = section.at(24 + 8 * count, min(2 * chars, MAX_PROPERTY_BYTES))
    found: dict[str, str] = {}
    for index in range(count):
        name, value = (
            texts[2 * start : 2 * start + 256].decode("utf-16-le", "replace")
            for start in (section.number(24 + 8 * index + add, 4, "little") for add in (0, 4))
        )
        found[tidy(name)] = tidy(value)
    serial = found.get("CAMSERIAL", "")
    if believable(serial):
        blocks.device.setdefault("body_serial", serial)
    camera = " ".join(item for key in ("CAMMANUF", "CAMMODEL") if (item := found.get(key, "")))
    if camera:
        blocks.ids.setdefault("raw_camera", camera)


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
        number, at = read_ue7(source, at)
        numbers.append(number)
    blocks.width_px, blocks.height_px = numbers[0], numbers[1]
    if not flags & 0x08:
        return
    total, at = read_ue7(source, at)
    end = at + total
    for _ in range(100):
        if at >= min(end, source.size):
            break
        kind, at = read_ue7(source, at)
        length, at = read_ue7(source, at)
        body = source.part(at, length)
        if kind == 1:
            # One stray zero byte before the block is common.
            blocks.add_exif(body.part(1, length) if body.at(0, 1) == b"\0" else body)
        elif kind == 2:
            blocks.icc = blocks.icc or body.at(0, MAX_ICC)
        elif kind == 3:
            blocks.add_xmp(body.at(0, MAX_ITEM))
        at += length
