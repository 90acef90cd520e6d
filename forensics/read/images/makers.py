"""Serial numbers in maker notes: a few fields of a few makers, each checked before it is believed.

Phones write none of these. Owner names, which some makers store beside the serial, are not read:
persons are never named.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from forensics.read.images.ifd import Block, Directory, Value
from forensics.read.images.strings import tidy
from forensics.read.images.tags import Tags

MAKER_NOTE = 0x927C
DNG_SERIAL = 0xC62F
_PLAIN = re.compile(r"[\x21-\x7e][\x20-\x7e]{2,63}")


def maker_serials(tags: Tags, make: str) -> dict[str, str]:
    """`body_serial` and `lens_serial` from DNG's own tag or the maker note; empty if unknown."""
    out: dict[str, str] = {}
    own = tags.text("image", DNG_SERIAL)
    if _believable(own):
        out["body_serial"] = own
    block, layout = tags.block, tags.layout
    entry = layout.exif.entries.get(MAKER_NOTE) if layout and layout.exif else None
    if block is None or entry is None or entry.total < 20:
        return out
    note = Note(block, entry.offset, entry.total)
    for prefix, read in _MAKERS:
        if make.lower().startswith(prefix):
            for name, text in read(note).items():
                if _believable(text):
                    out.setdefault(name, text)
            break
    return out


def _believable(text: str) -> bool:
    """Printable ASCII, three to 64 characters, with a digit, and not zeros only."""
    return bool(
        _PLAIN.fullmatch(text) and any(char.isdigit() for char in text) and text.strip("0 -")
    )


class Note:
    """A maker note inside its block."""

    def __init__(self, block: Block, start: int, size: int) -> None:
        self.block = block
        self.start = start
        self.head = block.source.at(start, min(size, 32))

    def absolute(self, skip: int) -> tuple[Block, Directory] | None:
        """A directory whose offsets count from the start of the EXIF block."""
        directory = self.block.directory(self.start + skip)
        return None if directory is None else (self.block, directory)

    def relative(self, zero: int, order: str, first: int) -> tuple[Block, Directory] | None:
        """A directory whose offsets count from a byte inside the note."""
        source = self.block.source.part(self.start + zero, self.block.source.size)
        block = Block(source, order, first)
        directory = block.directory(first)
        return None if directory is None else (block, directory)

    def own_header(self, zero: int) -> tuple[Block, Directory] | None:
        """A directory behind a TIFF header of its own."""
        block = Block.open(self.block.source.part(self.start + zero, self.block.source.size))
        directory = block.directory(block.first) if block and block.variant == "tiff" else None
        return None if block is None or directory is None else (block, directory)


def _get(place: tuple[Block, Directory] | None, tag: int) -> Value | None:
    entry = place[1].entries.get(tag) if place else None
    return place[0].value(entry) if place and entry and 0 < entry.total <= 256 else None


def _text(place: tuple[Block, Directory] | None, tag: int) -> str:
    value = _get(place, tag)
    if not isinstance(value, bytes):
        return ""
    # Some bodies put NULs before the text. Something else than NULs behind it makes it doubtful.
    text, _, rest = value.lstrip(b"\0").partition(b"\0")
    return "" if rest.strip(b"\0") else tidy(text)


def _whole(place: tuple[Block, Directory] | None, tag: int) -> int:
    value = _get(place, tag)
    return value[0] if isinstance(value, tuple) and value and isinstance(value[0], int) else 0


def _nikon(note: Note) -> dict[str, str]:
    if note.head[:7] == b"Nikon\0\2":
        place = note.own_header(10)
    elif note.head[:6] == b"Nikon\0":
        return {}
    else:
        place = note.absolute(0)
    return {"body_serial": _text(place, 0x001D) or _text(place, 0x00A0)}


def _canon(note: Note) -> dict[str, str]:
    place = note.absolute(0)
    number = _whole(place, 0x000C)
    return {"body_serial": str(number) if number else _text(place, 0x0096)}


def _olympus(note: Note) -> dict[str, str]:
    if note.head[:8] == b"OLYMPUS\0":
        order = {b"II": "<", b"MM": ">"}.get(note.head[8:10])
        place = note.relative(0, order, 12) if order else None
    elif note.head[:5] == b"OLYMP":
        place = note.absolute(8)
    else:
        place = None
    equipment = _nested(place, 0x2010)
    return {"body_serial": _text(equipment, 0x0101), "lens_serial": _text(equipment, 0x0202)}


def _nested(place: tuple[Block, Directory] | None, tag: int) -> tuple[Block, Directory] | None:
    """A directory inside a note: its bytes (old bodies) or a pointer to it (new ones)."""
    entry = place[1].entries.get(tag) if place else None
    if place is None or entry is None:
        return None
    at = _whole(place, tag) if entry.kind in {4, 13} and entry.total == 1 else entry.offset
    directory = place[0].directory(at)
    return None if directory is None else (place[0], directory)


def _panasonic(note: Note) -> dict[str, str]:
    place = note.absolute(12) if note.head[:9] == b"Panasonic" else None
    return {"body_serial": _text(place, 0x0025)}


def _sigma(note: Note) -> dict[str, str]:
    place = note.absolute(10) if note.head[:5] in {b"SIGMA", b"FOVEO"} else None
    return {"body_serial": _text(place, 0x0002)}


def _fuji(note: Note) -> dict[str, str]:
    place = None
    if note.head[:8] == b"FUJIFILM":
        place = note.relative(0, "<", int.from_bytes(note.head[8:12], "little"))
    return {"body_serial": _text(place, 0x0010)}


def _motorola(note: Note) -> dict[str, str]:
    place = note.relative(0, note.block.order, 8) if note.head[:4] == b"MOT\0" else None
    return {"body_serial": _text(place, 0x5501)}


def _pentax(note: Note) -> dict[str, str]:
    place = note.absolute(6) if note.head[:4] == b"AOC\0" else None
    value = _get(place, 0x0215)
    # Five numbers: model, date, two of the firmware, and the body.
    number = value[4] if isinstance(value, tuple) and len(value) == 5 else 0
    return {"body_serial": str(number) if isinstance(number, int) and number else ""}


_MAKERS: tuple[tuple[str, Callable[[Note], dict[str, str]]], ...] = (
    ("nikon", _nikon),
    ("canon", _canon),
    ("olympus", _olympus),
    ("panasonic", _panasonic),
    ("sigma", _sigma),
    ("fujifilm", _fuji),
    ("motorola", _motorola),
    ("pentax", _pentax),
)
"""Start of the make, in lower case, and who reads its note."""
