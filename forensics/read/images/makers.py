"""Serial numbers, owners and clock zones in maker notes, each checked before it is believed.

Phones write none of these. An owner's name is never kept: a hash of it tells whether two cameras
belong to the same name, and says no more.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from forensics.read.images.ifd import Block
from forensics.read.images.notes import Note, get, nested, text, whole
from forensics.read.images.strings import tidy
from forensics.read.images.tags import Tags

DNG_SERIAL = 0xC62F
_PLAIN = re.compile(r"[\x21-\x7e][\x20-\x7e]{2,63}")
_NOBODY = frozenset(("", "unknown", "none", "owner", "owner name", "n/a", "camera", "user"))
_KODAK_START = re.compile(rb"[CK][A-Z\d]{3} ?[A-Z\d]{1,2}\d{2}[A-Z\d]\d{4}[ \0]")
_KODAK_DIRECTORY = re.compile(
    rb"\0[\x02-\x7f]..\0[\x01-\x0c]\0\0|[\x02-\x7f]\0..[\x01-\x0c]\0..\0\0", re.DOTALL
)
_KODAK_SERIAL = re.compile(r"[A-Z][A-Z0-9]{3,5}\d{6,9}")
_PANASONIC_SERIAL = re.compile(r"[A-Z][A-Z0-9]{2}\d{10}")
_WIDEST_ZONE_MIN = 14 * 60


def maker_fields(tags: Tags, make: str) -> dict[str, str]:
    """What the maker note says about the body; empty if its form is not known.

    Returns:
        `body_serial`, `lens_serial`, `owner_hash` (see `owner_hash`), `world_time_min` (the zone
        that the camera was set to, minutes east) and `world_time_dst` (yes or no).
    """
    out: dict[str, str] = {}
    own = tags.text("image", DNG_SERIAL)
    if _believable(own):
        out["body_serial"] = own
    note = Note.of(tags)
    if note is None:
        return out
    for prefix, read in _MAKERS:
        if make.lower().startswith(prefix):
            for name, value in read(note).items():
                if value and (not name.endswith("serial") or _believable(value)):
                    out.setdefault(name, value)
            break
    return out


def _believable(value: str) -> bool:
    """Printable ASCII, three to 64 characters, with a digit, and not zeros only."""
    return bool(
        _PLAIN.fullmatch(value) and any(char.isdigit() for char in value) and value.strip("0 -")
    )


def owner_hash(name: str) -> str:
    """16 hex digits that stand for a name; empty for no name or for one that means nobody.

    Equal names give equal digits, so two files can be compared without a person being named. The
    hash is no secret: who already has a name in mind can test it.
    """
    plain = tidy(name).casefold()
    if plain in _NOBODY or not any(char.isalpha() for char in plain):
        return ""
    return hashlib.sha256(b"owner of a camera\0" + plain.encode()).hexdigest()[:16]


def _zone(minutes: int, summer: int) -> dict[str, str]:
    """The zone set in a camera; a zone that no country has is left out."""
    if abs(minutes) > _WIDEST_ZONE_MIN or minutes % 15 or summer not in {0, 1, 60}:
        return {}
    return {"world_time_min": str(minutes), "world_time_dst": "yes" if summer else "no"}


def _nikon(note: Note) -> dict[str, str]:
    if note.head[:7] == b"Nikon\0\2":
        place = note.own_header(10)
    elif note.head[:6] == b"Nikon\0":
        return {}
    else:
        place = note.absolute(0)
    out = {"body_serial": text(place, 0x001D) or text(place, 0x00A0)}
    world = get(place, 0x0024)
    if place is not None and isinstance(world, bytes) and len(world) == 4:
        out |= _zone(int.from_bytes(world[:2], place[0].byte_order, signed=True), world[2])
    return out


def _canon(note: Note) -> dict[str, str]:
    place = note.footed()
    number = whole(place, 0x000C)
    out = {
        "body_serial": str(number) if number else text(place, 0x0096),
        "owner_hash": owner_hash(text(place, 0x0009)),
    }
    world = get(place, 0x0035)
    # Its own length, the zone, the city, and the minutes of summer time, all signed.
    if isinstance(world, tuple) and len(world) == 4 and world[0] == 16:
        zone, summer = (_signed(int(world[index])) for index in (1, 3))
        out |= _zone(zone, summer)
    return out


def _signed(number: int) -> int:
    return number - (1 << 32) if number >= 1 << 31 else number


def _olympus(note: Note) -> dict[str, str]:
    if note.head[:8] == b"OLYMPUS\0":
        order = {b"II": "<", b"MM": ">"}.get(note.head[8:10])
        place = note.relative(0, order, 12) if order else None
    elif note.head[:5] == b"OLYMP":
        place = note.absolute(8)
    elif note.head[:12] == b"OM SYSTEM\0\0\0":
        order = {b"II": "<", b"MM": ">"}.get(note.head[12:14])
        place = note.relative(0, order, 16) if order else None
    else:
        place = None
    equipment = nested(place, 0x2010)
    return {"body_serial": text(equipment, 0x0101), "lens_serial": text(equipment, 0x0202)}


def _panasonic(note: Note) -> dict[str, str]:
    place = note.absolute(12) if note.head[:9] == b"Panasonic" else None
    serial = text(place, 0x0025)
    return {
        # Three characters of the model, the day of making, a number. A program that moved the note
        # without its offsets leaves something else here.
        "body_serial": serial if _PANASONIC_SERIAL.match(serial) else "",
        "lens_serial": text(place, 0x0052),
    }


def _leica(note: Note) -> dict[str, str]:
    if note.head[:6] != b"LEICA\0":
        return {}
    if note.head[6:8] == b"\0\0":
        # Made by Panasonic, with the note of Panasonic.
        serial = text(note.absolute(8), 0x0025)
        return {"body_serial": serial if _PANASONIC_SERIAL.match(serial) else ""}
    if note.head[6] in b"\x01\x04\x05\x06\x07\x08\x09\x10\x1a" and note.head[7:8] == b"\0":
        inside = note.head[6] not in b"\x08\x09"
        place = note.relative(0, note.block.order, 8) if inside else note.absolute(8)
        number = whole(place, 0x0305)
        return {"body_serial": str(number) if number else ""}
    return {}


def _sigma(note: Note) -> dict[str, str]:
    place = note.absolute(10) if note.head[:5] in {b"SIGMA", b"FOVEO"} else None
    return {"body_serial": text(place, 0x0002)}


def _fuji(note: Note) -> dict[str, str]:
    place = None
    if note.head[:8] == b"FUJIFILM":
        place = note.relative(0, "<", int.from_bytes(note.head[8:12], "little"))
    return {"body_serial": text(place, 0x0010)}


def _motorola(note: Note) -> dict[str, str]:
    place = note.relative(0, note.block.order, 8) if note.head[:4] == b"MOT\0" else None
    return {"body_serial": text(place, 0x5501)}


def _pentax(note: Note) -> dict[str, str]:
    if note.head[:8] == b"PENTAX \0":
        order = {b"II": "<", b"MM": ">"}.get(note.head[8:10])
        place = note.relative(0, order, 10) if order else None
    else:
        place = note.absolute(6) if note.head[:4] == b"AOC\0" else None
    value = get(place, 0x0215)
    # Five numbers: model, date, two of the firmware, and the body.
    number = value[4] if isinstance(value, tuple) and len(value) == 5 else 0
    internal = str(number) if isinstance(number, int) and number else ""
    return {"body_serial": text(place, 0x0229) or internal}


def _ricoh(note: Note) -> dict[str, str]:
    if note.head[:8] not in {b"Ricoh\0\0\0", b"RICOH\0\0\0"}:
        return {}
    value = get(note.absolute(8), 0x0005)
    # Some bodies write sixteen characters, others sixteen bytes of which only the hex is unique.
    if not isinstance(value, bytes) or len(value) != 16 or not value.strip(b"\0"):
        return {}
    written = re.fullmatch(rb"[-\w ]+", value) is not None
    return {"body_serial": tidy(value) if written else value.hex()}


def _kodak(note: Note) -> dict[str, str]:
    if _KODAK_START.match(note.head):
        return {"body_serial": tidy(note.head[:16])}
    place = None
    if note.head[:8] in {b"MM\0*\0\0\0\x08", b"II*\0\x08\0\0\0"}:
        place = note.own_header(0)
    elif _KODAK_DIRECTORY.match(note.head):
        # The byte order is that of the note, not of the block.
        block = Block(note.block.source, ">" if note.head[0] == 0 else "<", note.start)
        directory = block.directory(note.start)
        place = (block, directory) if directory else None
    found = text(place, 0xFA19)
    return {"body_serial": found if _KODAK_SERIAL.fullmatch(found) else ""}


def _reconyx(note: Note) -> dict[str, str]:
    """Camera traps: one table of fixed places for each of three generations."""
    if note.head[:2] == b"\x01\xf1":
        return {"body_serial": _utf16(note.bytes_at(0x15 * 2, 30))}
    if note.head[:10] == b"RECONYXUF\0":
        return {"body_serial": tidy(note.bytes_at(0x4B, 15))}
    if note.head[:10] == b"RECONYXH2\0":
        return {"body_serial": _utf16(note.bytes_at(0x7E, 30))}
    return {}


def _utf16(data: bytes) -> str:
    return tidy(data.decode("utf-16-le", "replace"))


def _samsung(note: Note) -> dict[str, str]:
    """The cameras of the NX line; their notes are a bare directory."""
    place = note.absolute(0) if note.head[2:4] in {b"\x01\0", b"\0\x01"} else None
    return {"body_serial": text(place, 0xA002)}


def _phase_one(note: Note) -> dict[str, str]:
    """A sign, the place of the directory; an entry is its tag, form, length and place."""
    order = {b"IIII": "little", b"MMMM": "big"}.get(note.head[:4])
    if order is None or (note.head[5:8] != b"waR" and note.head[4:7] != b"Raw"):
        return {}
    at = _number(note, 8, order)
    for index in range(min(_number(note, at, order), 500)):
        entry = at + 8 + 16 * index
        if _number(note, entry, order) == 0x0102:
            length, place = (_number(note, entry + add, order) for add in (8, 12))
            return {"body_serial": tidy(note.bytes_at(place, min(length, 64)))}
    return {}


def _number(note: Note, at: int, order: str) -> int:
    return int.from_bytes(note.bytes_at(at, 4), "little" if order == "little" else "big")


_MAKERS: tuple[tuple[str, Callable[[Note], dict[str, str]]], ...] = (
    ("nikon", _nikon),
    ("canon", _canon),
    ("olympus", _olympus),
    ("om digital", _olympus),
    ("panasonic", _panasonic),
    ("leica", _leica),
    ("sigma", _sigma),
    ("fujifilm", _fuji),
    ("motorola", _motorola),
    ("pentax", _pentax),
    ("asahi", _pentax),
    ("ricoh", _ricoh),
    ("eastman kodak", _kodak),
    ("kodak", _kodak),
    ("reconyx", _reconyx),
    ("samsung", _samsung),
    ("phase one", _phase_one),
    ("leaf", _phase_one),
    ("mamiya", _phase_one),
)
"""Start of the make, in lower case, and who reads its note."""
