"""A maker note inside its EXIF block: directories in the four ways makers count their offsets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from forensics.read.images.ifd import Block, Directory, Value
from forensics.read.images.source import Source
from forensics.read.images.strings import tidy
from forensics.read.images.tags import Tags

MAKER_NOTE = 0x927C
_MAX_VALUE = 512
_MAX_MOVED = 1024 * 1024

Place: TypeAlias = "tuple[Block, Directory] | None"


class Note:
    """A maker note inside its block."""

    def __init__(self, block: Block, start: int, size: int) -> None:
        self.block = block
        self.start = start
        self.size = size
        self.head = block.source.at(start, min(size, 32))

    @classmethod
    def of(cls, tags: Tags) -> Note | None:
        """The note of a block, or None if it has none worth looking at."""
        block, layout = tags.block, tags.layout
        entry = layout.exif.entries.get(MAKER_NOTE) if layout and layout.exif else None
        if block is None or entry is None or entry.total < 20:
            return None
        return cls(block, entry.offset, entry.total)

    def bytes_at(self, offset: int, length: int) -> bytes:
        """Bytes counted from the start of the note, inside it."""
        if offset >= self.size:
            return b""
        return self.block.source.at(self.start + offset, min(length, self.size - offset))

    def absolute(self, skip: int) -> Place:
        """A directory whose offsets count from the start of the EXIF block."""
        return _place(self.block.source, self.block.order, self.start + skip)

    def settled(self, skip: int) -> Place:
        """A directory of a maker who counts from the block in some models, from the note in others.

        Values that would lie before the note are counted from the note.
        """
        place = self.absolute(skip)
        span = values_span(place)
        if span is None or span[0] >= self.start:
            return place
        return self.relative(0, self.block.order, skip)

    def moved(self, skip: int) -> Iterator[Place]:
        """The directory as if its values began right behind it, in the ways that are seen.

        For notes that a program has moved without their offsets. What is found this way is a guess:
        callers must check its form.
        """
        place = self.absolute(skip)
        span = values_span(place)
        if place is None or span is None or span[0] >= self.start:
            return
        block, directory = place
        end = directory.at + 2 + 12 * directory.declared
        for gap in (4, 0, 2):
            shift = end + gap - span[0]
            if shift > 0 and span[1] + shift <= self.start + self.size:
                source = block.source.part(shift, block.source.size)
                yield _place(source, block.order, directory.at - shift)

    def footed(self) -> Place:
        """A directory with absolute offsets that says at its end where the note first stood.

        Programs that rewrite a file move the note and leave its offsets as they were; the footer
        gives the shift. Without a footer the offsets are taken as they are.
        """
        foot = self.bytes_at(self.size - 8, 8)
        if foot[:4] not in {b"II*\0", b"MM\0*"}:
            return self.absolute(0)
        shift = self.start - int.from_bytes(foot[4:], "little" if foot[:1] == b"I" else "big")
        source, size = self.block.source, self.block.source.size
        if shift < 0 and max(size, -shift) > _MAX_MOVED:
            return None
        # Put the start of the block where the offsets count from.
        source = (
            source.part(shift, size)
            if shift >= 0
            else Source.of(bytes(-shift) + source.at(0, size))
        )
        return _place(source, self.block.order, self.start - shift)

    def relative(self, zero: int, order: str, first: int) -> Place:
        """A directory whose offsets count from a byte inside the note."""
        source = self.block.source.part(self.start + zero, self.block.source.size)
        return _place(source, order, first)

    def own_header(self, zero: int) -> Place:
        """A directory behind a TIFF header of its own."""
        block = Block.open(self.block.source.part(self.start + zero, self.block.source.size))
        directory = block.directory(block.first) if block and block.variant == "tiff" else None
        return None if block is None or directory is None else (block, directory)


def _place(source: Source, order: str, at: int) -> Place:
    """A directory in the order in which its count is a small number.

    Programs that turn the byte order of a file round leave the notes as they were.
    """
    count = source.number(at, 2, "little" if order == "<" else "big")
    if count >> 8 > count & 0xFF:
        order = ">" if order == "<" else "<"
    block = Block(source, order, at)
    directory = block.directory(at, bare=True)
    return None if directory is None else (block, directory)


def values_span(place: Place) -> tuple[int, int] | None:
    """Where the values outside a directory begin and end; None if it holds all its values."""
    if place is None:
        return None
    spans = [
        (entry.offset, entry.offset + size)
        for entry in place[1].entries.values()
        if (size := place[0].size_of(entry)) > 4
    ]
    return (min(start for start, _ in spans), max(end for _, end in spans)) if spans else None


def get(place: Place, tag: int) -> Value | None:
    """The value of a tag, if it is short."""
    entry = place[1].entries.get(tag) if place else None
    return place[0].value(entry) if place and entry and 0 < entry.total <= _MAX_VALUE else None


def text(place: Place, tag: int) -> str:
    """A text value; empty if anything but NULs and the filler 0xFF stands behind its end."""
    value = get(place, tag)
    if not isinstance(value, bytes):
        return ""
    # Some bodies put NULs before the text, some fill up with 0xFF behind it.
    start, _, rest = value.rstrip(b"\xff").lstrip(b"\0").partition(b"\0")
    return "" if rest.strip(b"\0") else tidy(start)


def whole(place: Place, tag: int) -> int:
    """The first whole number of a value; 0 if there is none."""
    value = get(place, tag)
    return value[0] if isinstance(value, tuple) and value and isinstance(value[0], int) else 0


def nested(place: Place, tag: int) -> Place:
    """A directory inside a note: its bytes (old bodies) or a pointer to it (new ones)."""
    entry = place[1].entries.get(tag) if place else None
    if place is None or entry is None:
        return None
    at = whole(place, tag) if entry.kind in {4, 13} and entry.total == 1 else entry.offset
    directory = place[0].directory(at)
    return None if directory is None else (place[0], directory)
