"""An EXIF block as values by directory and tag number, decoded by exifread."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import exifread

from forensics.read.images.blocks import Blocks, ExifBlock
from forensics.read.images.ifd import (
    EXIF_POINTER,
    GPS_POINTER,
    MAX_VALUE,
    Block,
    Directory,
    Layout,
    Ratio,
    Value,
    slim,
    survey,
)
from forensics.read.images.source import LimitReachedError, Source, Window
from forensics.read.images.strings import tidy

_DIRECTORIES: Mapping[str, str] = {
    "Image": "image",
    "Thumbnail": "thumbnail",
    "EXIF": "exif",
    "GPS": "gps",
}
WANTED: Mapping[str, frozenset[int]] = {
    "image": frozenset((0x010F, 0x0110, 0x0131, 0x0132, 0x013B, 0xC62F)),
    "thumbnail": frozenset((0x0201, 0x0202)),
    "exif": frozenset((
        0x9003, 0x9004, 0x9010, 0x9011, 0x9012, 0x9290, 0x9291, 0x9292,
        0xA420, 0xA430, 0xA431, 0xA434, 0xA435,
    )),
    "gps": frozenset((*range(1, 0x1C), 0x1D, 0x1F)),
}  # fmt: skip
"""Tags that anybody here asks for; the others only show that the block holds something."""
_HANDED: Mapping[str, frozenset[int]] = {
    **WANTED,
    "image": WANTED["image"] | {EXIF_POINTER, GPS_POINTER},
    "exif": WANTED["exif"] | {GPS_POINTER},
}
_SMALL_BLOCK = 256 * 1024
"""Blocks up to this size are copied and read from memory, which is quicker."""


@dataclass(slots=True)
class Tags:
    """Values of one EXIF block by (directory, tag number)."""

    values: dict[tuple[str, int], Value] = field(default_factory=dict)
    block: Block | None = None
    layout: Layout | None = None
    carries: bool = False
    """True if the block holds any value, wanted or not."""

    def text(self, directory: str, tag: int) -> str:
        """A text value, tidied; empty if there is none."""
        value = self.values.get((directory, tag))
        return tidy(value) if isinstance(value, str | bytes) else ""

    def ratios(self, directory: str, tag: int) -> tuple[Ratio, ...] | None:
        """Fractions; whole numbers count as fractions over 1. None if there are none."""
        value = self.values.get((directory, tag))
        if not isinstance(value, tuple):
            return None
        return tuple(item if isinstance(item, Ratio) else Ratio(int(item), 1) for item in value)

    def number(self, directory: str, tag: int) -> int | None:
        """The first whole number of a value; None if there is none."""
        value = self.values.get((directory, tag))
        if isinstance(value, bytes) and len(value) == 1:
            return value[0]
        if isinstance(value, tuple) and value and not isinstance(value[0], Ratio):
            return int(value[0])
        return None

    def raw(self, directory: str, tag: int, limit: int = MAX_VALUE) -> bytes:
        """Bytes of a value as they stand in the block; empty if there are none."""
        place: Directory | None = getattr(self.layout, directory, None)
        entry = place.entries.get(tag) if place else None
        return self.block.raw(entry, limit) if entry and self.block else b""


def read_tags(exif: ExifBlock, blocks: Blocks) -> Tags:
    """The values of one block.

    A block that exifread may not see (loops, huge directories, other roots), or that it fails on,
    is read by our own look-up instead: time, position and device survive.
    """
    source = exif.source
    data = source.at(0, source.size) if source.size <= _SMALL_BLOCK else b""
    if data:
        source = Source.of(data)
    block = Block.open(source)
    if block is None:
        blocks.problem("field EXIF", "damaged")
        return Tags()
    if block.variant == "bigtiff":
        blocks.problem("field EXIF", "unsupported_container", "BigTIFF")
        return Tags()
    layout = survey(block, exif.root)
    tags = Tags(block=block, layout=layout)
    for problem in layout.problems:
        blocks.problem("field EXIF", "damaged", problem)
    read = None
    if layout.sound and exif.root == "tiff":
        # A long file goes through a window: copying it to slim it would cost more than it saves.
        handle = BytesIO(slim(data, block, layout, _HANDED)) if data else Window(source)
        read = _through_exifread(handle, blocks)
    tags.values = _by_look_up(block, layout) if read is None else read
    tags.carries = any(place.entries for _, place in layout.named())
    return tags


def _through_exifread(
    handle: BytesIO | Window, blocks: Blocks
) -> dict[tuple[str, int], Value] | None:
    """The wanted values as exifread decodes them; None where it fails."""
    logger = logging.getLogger("exifread")
    before = logger.disabled
    # exifread logs through the root logger, which would print to stderr; we keep refusals instead.
    logger.disabled = True
    try:
        found: dict[str, Any] = exifread.process_file(
            handle,  # type: ignore[arg-type]
            details=False,
            extract_thumbnail=False,
            truncate_tags=False,
        )
    except LimitReachedError:
        raise
    except Exception as error:  # noqa: BLE001 - becomes a refusal; the own look-up takes over
        blocks.problem("field EXIF", "damaged", type(error).__name__)
        return None
    finally:
        logger.disabled = before
    values: dict[tuple[str, int], Value] = {}
    for name, tag in found.items():
        directory = _DIRECTORIES.get(name.partition(" ")[0], "")
        if directory and tag.tag in WANTED[directory]:
            value = _plain(tag.values, int(tag.field_type))
            if value is not None:
                values.setdefault((directory, int(tag.tag)), value)
    return values


def _plain(value: object, kind: int) -> Value | None:
    """A value of exifread in our own terms; None for floats and for what it left out."""
    if isinstance(value, str | bytes):
        return value
    if not isinstance(value, list) or not value:
        return None
    if kind in {5, 10}:
        return tuple(Ratio(item.numerator, item.denominator) for item in value)
    if kind in {1, 7}:
        return bytes(item & 0xFF for item in value)
    if all(isinstance(item, int) for item in value):
        return tuple(value)
    return None


def _by_look_up(block: Block, layout: Layout) -> dict[tuple[str, int], Value]:
    values: dict[tuple[str, int], Value] = {}
    for name, directory in layout.named():
        for tag in sorted(WANTED[name] & directory.entries.keys()):
            entry = directory.entries[tag]
            value = block.value(entry) if entry.total <= 4096 else None
            if value is not None:
                values[name, tag] = value
    return values
