"""Serial numbers in maker notes: read where the note is what it should be, else not at all."""

from __future__ import annotations

import struct

import pytest

from forensics.read.images.blocks import Blocks, ExifBlock
from forensics.read.images.devices import read_device
from forensics.read.images.makers import maker_fields
from forensics.read.images.source import Source
from forensics.read.images.tags import Tags, read_tags
from forensics.read.images.xmp import Xmp


def _note(entries: dict[int, tuple[int, bytes]], heap_at: int, order: str = "<") -> bytes:
    """A directory whose values stand behind it, at an offset the caller counts from."""
    out, heap = b"", b""
    heap_at += 2 + 12 * len(entries) + 4
    for tag, (kind, data) in entries.items():
        count = len(data) // {2: 1, 7: 1, 4: 4}[kind]
        if len(data) <= 4:
            slot = data.ljust(4, b"\0")
        else:
            slot = struct.pack(order + "I", heap_at + len(heap))
            heap += data
        out += struct.pack(order + "HHI", tag, kind, count) + slot
    return struct.pack(order + "H", len(entries)) + out + b"\0" * 4 + heap


def _tags(make, make_name: str, note_of) -> Tags:
    """Tags of a block whose maker note is what `note_of(offset of the note)` gives."""
    at = 0
    for _ in range(2):
        block = make.tiff(ifd0={0x010F: make_name}, exif={0x927C: note_of(at)}, gps={})
        tags = read_tags(ExifBlock(Source.of(block)), Blocks("jpeg"))
        at = tags.layout.exif.entries[0x927C].offset
    return tags


SERIAL = b"3001006\0"


def _nikon(at: int) -> bytes:
    own = b"MM\0*\0\0\0\x08" + _note({0x001D: (2, SERIAL)}, 8, ">")
    return b"Nikon\0\2\x10\0\0" + own


def _nikon_old(at: int) -> bytes:
    return _note({0x00A0: (2, b"NO= 20025585        \0")}, at)


def _canon(at: int) -> bytes:
    return _note({0x000C: (4, struct.pack("<I", 560018150)), 0x0096: (2, b"G002669\0")}, at)


def _canon_internal(at: int) -> bytes:
    return _note({0x000C: (4, b"\0" * 4), 0x0096: (2, b"G002669\0")}, at)


def _panasonic(at: int) -> bytes:
    return b"Panasonic\0\0\0" + _note({0x0025: (7, b"\0\0S010604030293\0")}, at + 12)


def _doubtful(at: int) -> bytes:
    return b"Panasonic\0\0\0" + _note({0x0025: (7, b"F350807010058\0^\0")}, at + 12)


def _sigma(at: int) -> bytes:
    return b"SIGMA\0\0\0\1\0" + _note({0x0002: (2, b"02000019\0")}, at + 10)


def _fuji(at: int) -> bytes:
    note = _note({0x0010: (2, b"FPX 20582698 592D\0")}, 12)
    return b"FUJIFILM" + struct.pack("<I", 12) + note


def _motorola(at: int) -> bytes:
    return b"MOT\0\1\1\1\1" + _note({0x5501: (2, b"NX0A3S0075\0")}, 8)


def _pentax(at: int) -> bytes:
    return b"AOC\0II" + _note({0x0215: (4, struct.pack("<5I", 1, 2, 3, 4, 132352))}, at + 6)


def _olympus(at: int) -> bytes:
    inner = _note({0x0101: (2, b"143008611  \0"), 0x0202: (2, b"050105886\0")}, at + 8 + 18)
    return b"OLYMP\0\1\0" + _note({0x2010: (7, inner)}, at + 8)


def _olympus_new(at: int) -> bytes:
    pointer = 12 + 2 + 12 + 4
    inner = _note({0x0101: (2, b"BHP205012\0")}, pointer)
    return b"OLYMPUS\0II\3\0" + _note({0x2010: (4, struct.pack("<I", pointer))}, 12) + inner


@pytest.mark.parametrize(
    ("name", "note", "expected"),
    [
        ("NIKON CORPORATION", _nikon, {"body_serial": "3001006"}),
        ("NIKON", _nikon_old, {"body_serial": "NO= 20025585"}),
        ("Canon", _canon, {"body_serial": "560018150"}),
        ("Canon", _canon_internal, {"body_serial": "G002669"}),
        ("Panasonic", _panasonic, {"body_serial": "S010604030293"}),
        ("Panasonic", _doubtful, {}),
        ("SIGMA", _sigma, {"body_serial": "02000019"}),
        ("FUJIFILM", _fuji, {"body_serial": "FPX 20582698 592D"}),
        ("Motorola", _motorola, {"body_serial": "NX0A3S0075"}),
        ("PENTAX Corporation", _pentax, {"body_serial": "132352"}),
        ("OLYMPUS IMAGING", _olympus, {"body_serial": "143008611", "lens_serial": "050105886"}),
        ("OLYMPUS CORPORATION", _olympus_new, {"body_serial": "BHP205012"}),
        # Another maker's note, or one that is cut, says nothing.
        ("NIKON", lambda _at: b"Nikon\0\1" + b"\0" * 40, {}),
        ("OLYMPUS", lambda _at: b"OLYMPUS\0XX" + b"\0" * 40, {}),
        ("OLYMPUS", lambda _at: b"SOMETHING ELSE" + b"\0" * 40, {}),
        ("FUJIFILM", lambda _at: b"SOMETHING ELSE" + b"\0" * 40, {}),
        ("Canon", lambda _at: b"\xff" * 60, {}),
        ("Unknown", _canon, {}),
        ("Canon", lambda _at: b"tiny", {}),
    ],
)
def test_serials(name, note, expected, make):
    assert maker_fields(_tags(make, name, note), name) == expected


@pytest.mark.parametrize(
    "serial", [b"0000000\0", b"\x01\x02\x03\x04\x05\0", b"AB\0", b"ABCDEFG\0", b"\xff\xfe1234\0"]
)
def test_serials_that_are_not_believed(serial, make):
    tags = _tags(make, "Canon", lambda at: _note({0x0096: (2, serial)}, at))
    assert maker_fields(tags, "Canon") == {}


def test_the_standard_field_goes_before_the_note_and_dng_before_xmp(make):
    block = make.tiff(ifd0={0xC62F: "012345678"}, exif={}, gps={})
    tags = read_tags(ExifBlock(Source.of(block)), Blocks("tiff"))
    xmp = Xmp(device={"body_serial": "999", "lens_serial": "L1"})
    device = read_device(tags, [tags], xmp, Blocks("tiff"))
    assert device.camera == {"body_serial": "012345678", "lens_serial": "L1"}
    standard = read_tags(ExifBlock(Source.of(make.tiff(ifd0={}, exif={0xA431: "A-1"}))), Blocks(""))
    assert read_device(standard, [tags], xmp, Blocks("")).camera["body_serial"] == "A-1"


def test_owner_names_are_not_read(make, read):
    """Canon stores a person's name beside the serial; it must not come out anywhere."""
    tags_of = lambda at: _note({0x0009: (2, b"Jane Q. Public\0"), 0x000C: (4, b"\1\0\0\1")}, at)  # noqa: E731 - one note, used once
    tags = _tags(make, "Canon", tags_of)
    assert "Jane" not in repr(maker_fields(tags, "Canon"))
    block = make.tiff(ifd0={0x010F: "Canon", 0x013B: "Jane Q. Public"}, exif={0xA430: "Jane"})
    assert "Jane" not in repr(read(make.jpeg(make.app1(block))))
