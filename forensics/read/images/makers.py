"""Serial numbers, owners and clock zones in maker notes, each checked before it is believed.

Phones write none of these. An owner's name is never kept: a hash of it tells whether two cameras
belong to the same name, and says no more.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from forensics.read.images.ifd import Block
from forensics.read.images.notes import Note, Place, get, nested, text, whole
from forensics.read.images.source import Source
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
_CODE = re.compile(r"[0-9A-Z][0-9A-Z -]{3,23}")
"""Form of a serial whose place is an offset that a program may have left behind."""
_PENTAX_SIGNS = (b"PENTAX \0", b"AOC\0", b"RICOH\0II", b"RICOH\0MM")
_SONY_SIGNS = (b"SONY DSC", b"SONY CAM", b"SONY MOBILE", b"\0\0SONY PIC\0", b"VHAB     \0")
_HP_LABEL = b"SERIAL NUMBER:"
_WIDEST_ZONE_MIN = 14 * 60


def maker_fields(tags: Tags, make: str) -> dict[str, str]:
    """What the maker note says about the body; empty if its form is not known.

    Returns:
        `body_serial`, `lens_serial`, `owner_hash` (see `owner_hash`), `world_time_min` (the zone
        that the camera was set to, minutes east) and `world_time_dst` (yes or no).
    """
    out: dict[str, str] = {}
    own = tags.text("image", DNG_SERIAL)
    if believable(own):
        out["body_serial"] = own
    note = Note.of(tags)
    if note is None:
        return out
    for name, value in _read(note, make.lower()).items():
        if value and (not name.endswith("serial") or believable(value)):
            out.setdefault(name, value)
    return out


def _read(note: Note, make: str) -> dict[str, str]:
    """The fields of a note by its sign, else by the make: makers also sell others' cameras."""
    if note.head.startswith(_PENTAX_SIGNS):
        return _pentax(note)
    return next((read(note) for prefix, read in _MAKERS if make.startswith(prefix)), {})


def believable(value: str) -> bool:
    """True for printable ASCII, three to 64 characters, with a digit, and not zeros only."""
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
    return canon_fields(note.footed())


def canon_fields(place: Place) -> dict[str, str]:
    """Serial, owner and zone of a directory of Canon's: a note, or a box of CR3."""
    number, internal = whole(place, 0x000C), text(place, 0x0096)
    out = {
        "body_serial": str(number) if number else internal if _CODE.fullmatch(internal) else "",
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
    elif note.head[:6] in {b"OLYMP\0", b"EPSON\0", b"PREMI\0"}:
        place = note.absolute(8)
    elif note.head[:12] == b"OM SYSTEM\0\0\0":
        order = {b"II": "<", b"MM": ">"}.get(note.head[12:14])
        place = note.relative(0, order, 16) if order else None
    else:
        place = None
    equipment = nested(place, 0x2010)
    # The number on the body, else that of its electronics; old bodies have it outside.
    serials = (text(equipment, 0x0101), text(equipment, 0x0102), text(place, 0x0404),
               text(place, 0x101A))  # fmt: skip
    found = next((item for item in serials if believable(item) and _CODE.fullmatch(item)), "")
    lens = text(equipment, 0x0202)
    return {"body_serial": found, "lens_serial": lens if _CODE.fullmatch(lens) else ""}


def _panasonic(note: Note) -> dict[str, str]:
    skip = 12 if note.head[:9] == b"Panasonic" else 18
    if skip == 18 and note.head[:16] != b"LEICA CAMERA AG\0":
        return {}
    place = note.absolute(skip)
    # Three characters of the model, the day of making, a number. A program that moved the note
    # without its offsets leaves something else there: it is looked for where they should lead.
    serial = text(place, 0x0025)
    if _PANASONIC_SERIAL.match(serial):
        return {"body_serial": serial, "lens_serial": text(place, 0x0052)}
    found = (text(other, 0x0025) for other in note.moved(skip))
    return {"body_serial": next((item for item in found if _PANASONIC_SERIAL.fullmatch(item)), "")}


def _leica(note: Note) -> dict[str, str]:
    sign = note.head[5:8]
    if note.head[:5] != b"LEICA":
        return {}
    if sign == b" CA":
        return _panasonic(note)
    if sign == b"\0\0\0":
        # Made by Panasonic with its note, or a body of its own with the number in the directory.
        place = note.absolute(8)
        serial = text(place, 0x0025)
        own = _number_text(whole(place, 0x0303))
        return {"body_serial": serial if _PANASONIC_SERIAL.match(serial) else own}
    if note.head[5:6] == b"0":
        inner = nested(note.relative(0, note.block.order, 8), 0x3000)
        return {"body_serial": text(inner, 0x3103)}
    if sign[:1] + sign[2:] == b"\0\0" and sign[1] in b"\x01\x04\x05\x06\x07\x08\x09\x10\x1a":
        inside = sign[1] not in b"\x08\x09"
        place = note.relative(0, note.block.order, 8) if inside else note.absolute(8)
        internal = text(place, 0x0500)
        number = _number_text(whole(place, 0x0305))
        return {"body_serial": number or (internal if _PANASONIC_SERIAL.match(internal) else "")}
    return {}


def _number_text(number: int) -> str:
    return str(number) if number else ""


def _sigma(note: Note) -> dict[str, str]:
    place = note.absolute(10) if note.head[:5] in {b"SIGMA", b"FOVEO"} else None
    found = text(place, 0x0002)
    return {"body_serial": found if _CODE.fullmatch(found) else ""}


def _fuji(note: Note) -> dict[str, str]:
    place = None
    if note.head[:8] in {b"FUJIFILM", b"GENERALE"}:
        place = note.relative(0, "<", int.from_bytes(note.head[8:12], "little"))
    return {"body_serial": text(place, 0x0010)}


def _motorola(note: Note) -> dict[str, str]:
    place = note.relative(0, note.block.order, 8) if note.head[:4] == b"MOT\0" else None
    return {"body_serial": text(place, 0x5501)}


def _pentax(note: Note) -> dict[str, str]:
    order = {b"II": "<", b"MM": ">"}.get(note.head[8:10] if note.head[6:8] == b" \0" else
                                         note.head[6:8])  # fmt: skip
    if note.head[:8] == b"PENTAX \0":
        place = note.relative(0, order, 10) if order else None
    elif note.head[:6] == b"RICOH\0":
        place = note.relative(0, order, 8) if order else None
    else:
        place = note.absolute(6)
    return _pentax_fields(place)


def bare_note(source: Source) -> dict[str, str]:
    """The serial in a note of Pentax's that stands by itself, as in a chunk of AVI."""
    note = Note(Block(source, ">", 0), 0, source.size)
    found = _pentax(note) if note.head.startswith(_PENTAX_SIGNS) else {}
    return {name: value for name, value in found.items() if believable(value)}


def _pentax_fields(place: Place) -> dict[str, str]:
    value = get(place, 0x0215)
    # Five numbers: model, date, two of the firmware, and the body.
    number = value[4] if isinstance(value, tuple) and len(value) == 5 else 0
    written = text(place, 0x0229)
    internal = _number_text(number) if isinstance(number, int) else ""
    return {"body_serial": written if _CODE.fullmatch(written) else internal}


def _ricoh(note: Note) -> dict[str, str]:
    if note.head[:5].lower() != b"ricoh" and note.head[:6] != b"      ":
        return {}
    value = get(note.absolute(8), 0x0005)
    # Some bodies write sixteen characters, others sixteen bytes of which only the hex is unique.
    if not isinstance(value, bytes) or len(value) != 16 or not value.strip(b"\0"):
        return {}
    written = re.fullmatch(rb"[-\w ]+", value) is not None
    return {"body_serial": tidy(value) if written else value.hex()}


def _sony(note: Note) -> dict[str, str]:
    """The bodies that write their number with its pairs of digits in reverse."""
    place = note.absolute(12 if note.head.startswith(_SONY_SIGNS) else 0)
    found = text(place, 0x2031)
    if re.fullmatch(r"\d{8}", found) is None:
        return {}
    return {"body_serial": (found[6:] + found[4:6] + found[2:4] + found[:2]).removeprefix("0")}


def _hp(note: Note) -> dict[str, str]:
    if note.head[:4] != b"IIII":
        return {}
    for at in (0x58, 0x5C):
        found = note.bytes_at(at, 26)
        if found.startswith(_HP_LABEL):
            return {"body_serial": tidy(found[len(_HP_LABEL) :])}
    return {}


def _nintendo(note: Note) -> dict[str, str]:
    value = get(note.absolute(0), 0x1101)
    number = value[0x18:0x1C] if isinstance(value, bytes) else b""
    return {"body_serial": f"0x{number.hex()}" if number.strip(b"\0") else ""}


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
    found = (text(place, tag) for tag in (0xFA19, 0xFA04))
    return {"body_serial": next((item for item in found if _KODAK_SERIAL.fullmatch(item)), "")}


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
    place = note.settled(0) if note.head[2:4] in {b"\x01\0", b"\0\x01"} else None
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
    ("seiko epson", _olympus),
    ("panasonic", _panasonic),
    ("leica", _leica),
    ("sigma", _sigma),
    ("foveon", _sigma),
    ("fujifilm", _fuji),
    ("general imaging", _fuji),
    ("gedsc", _fuji),
    ("motorola", _motorola),
    ("ricoh", _ricoh),
    ("pentax ricoh", _ricoh),
    ("sony", _sony),
    ("hasselblad", _sony),
    ("hewlett-packard", _hp),
    ("hp", _hp),
    ("nintendo", _nintendo),
    ("eastman kodak", _kodak),
    ("kodak", _kodak),
    ("reconyx", _reconyx),
    ("samsung", _samsung),
    ("phase one", _phase_one),
    ("leaf", _phase_one),
    ("mamiya", _phase_one),
)
"""Start of the make, in lower case, and who reads its note."""
