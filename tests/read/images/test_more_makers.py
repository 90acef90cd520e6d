"""Maker notes of camera traps, backs and phones; owners as hashes; zones set in a camera."""

from __future__ import annotations

import plistlib
import struct

import pytest

from forensics.read.images.apple import flat_plist
from forensics.read.images.makers import owner_hash


def _note(entries: dict[int, tuple[int, bytes]], heap_at: int, order: str = "<") -> bytes:
    out, heap = b"", b""
    heap_at += 2 + 12 * len(entries) + 4
    for tag, (kind, data) in entries.items():
        count = len(data) // {2: 1, 3: 2, 7: 1, 4: 4, 9: 4}[kind]
        slot = data.ljust(4, b"\0")
        if len(data) > 4:
            slot = struct.pack(order + "I", heap_at + len(heap))
            heap += data
        out += struct.pack(order + "HHI", tag, kind, count) + slot
    return struct.pack(order + "H", len(entries)) + out + b"\0" * 4 + heap


@pytest.fixture
def read_note(make, read):
    """The image of a JPEG with this make and the note that `note_of(offset)` gives."""
    from forensics.read.images.blocks import Blocks, ExifBlock
    from forensics.read.images.source import Source
    from forensics.read.images.tags import read_tags

    def reader(name: str, note_of):
        at = 0
        for _ in range(2):
            block = make.tiff(ifd0={0x010F: name}, exif={0x927C: note_of(at)}, gps={})
            tags = read_tags(ExifBlock(Source.of(block)), Blocks("jpeg"))
            at = tags.layout.exif.entries[0x927C].offset
        return read(make.jpeg(make.app1(block)))[0]

    return reader


def _reconyx(at: int) -> bytes:
    return (b"\x01\xf1\x03\0" + b"\0" * 38 + "H500HF10101010".encode("utf-16-le")).ljust(90, b"\0")


def _reconyx_2(at: int) -> bytes:
    return (b"RECONYXUF\0".ljust(0x4B, b"\0") + b"U12345678\0").ljust(120, b"\0")


def _reconyx_3(at: int) -> bytes:
    return (b"RECONYXH2\0".ljust(0x7E, b"\0") + "H2X01234567".encode("utf-16-le")).ljust(170, b"\0")


def _kodak(at: int) -> bytes:
    return b"KCXFG53701234   ".ljust(60, b"\0")


def _kodak_ifd(at: int) -> bytes:
    entries = {0xFA00: (2, b"abc\0"), 0xFA19: (2, b"KCXGP61900001\0")}
    return _note(entries, at, ">").ljust(80, b"\0")


def _ricoh(at: int) -> bytes:
    return b"Ricoh\0\0\0" + _note({0x0005: (7, b"S01 00100056 A-1")}, at + 8).ljust(40, b"\0")


def _ricoh_hex(at: int) -> bytes:
    value = bytes.fromhex("00000000000000012207000003100957")
    return b"Ricoh\0\0\0" + _note({0x0005: (7, value)}, at + 8)


def _leica(at: int) -> bytes:
    return b"LEICA\0\x04\0" + _note({0x0305: (4, struct.pack("<I", 4123456))}, 8)


def _leica_by_panasonic(at: int) -> bytes:
    return b"LEICA\0\0\0" + _note({0x25: (7, b"S000407190102\0\0\0")}, at + 8)


def _samsung(at: int) -> bytes:
    return _note({0x0001: (7, b"0100"), 0xA002: (2, b"A1B2C3D4E5\0")}, at)


def _pentax(at: int) -> bytes:
    order = struct.pack("<5I", 1, 2, 3, 4, 132352)
    return b"AOC\0II" + _note({0x0215: (4, order), 0x0229: (2, b"4101357\0")}, at + 6)


def _om(at: int) -> bytes:
    pointer = 16 + 2 + 12 + 4
    inner = _note({0x0101: (2, b"BJ8A00123\0")}, pointer)
    return b"OM SYSTEM\0\0\0II\4\0" + _note({0x2010: (4, struct.pack("<I", pointer))}, 16) + inner


def _phase(at: int) -> bytes:
    head = b"IIII\1waR" + struct.pack("<I", 16) + b"\0" * 4
    entry = struct.pack("<4I", 0x0102, 1, 9, 16 + 8 + 16)
    return head + struct.pack("<2I", 1, 0) + entry + b"LD001055\0" + b"\0" * 8


@pytest.mark.parametrize(
    ("name", "note", "serial"),
    [
        ("RECONYX", _reconyx, "H500HF10101010"),
        ("RECONYX", _reconyx_2, "U12345678"),
        ("RECONYX", _reconyx_3, "H2X01234567"),
        ("EASTMAN KODAK COMPANY", _kodak, "KCXFG53701234"),
        ("EASTMAN KODAK COMPANY", _kodak_ifd, "KCXGP61900001"),
        ("RICOH", _ricoh_hex, "00000000000000012207000003100957"),
        ("LEICA CAMERA AG", _leica, "4123456"),
        ("LEICA", _leica_by_panasonic, "S000407190102"),
        ("SAMSUNG", _samsung, "A1B2C3D4E5"),
        ("PENTAX", _pentax, "4101357"),
        ("OM Digital Solutions", _om, "BJ8A00123"),
        ("Leaf", _phase, "LD001055"),
        # The sign of another maker, none, or a value no body has, says nothing.
        ("RECONYX", lambda _at: b"\x02\xf1" + b"A1" * 40, None),
        ("EASTMAN KODAK COMPANY", lambda _at: b"KDK INFO" + b"x" * 60, None),
        ("EASTMAN KODAK COMPANY", lambda at: _note({0xFA19: (2, b"not one\0")}, at, ">"), None),
        ("RICOH", _ricoh, "S01 00100056 A-1"),
        ("LEICA CAMERA AG", lambda _at: b"LEICA\0\2\xff" + b"\1" * 60, None),
        ("Leaf", lambda _at: b"IIII" + b"\xff" * 60, None),
        ("SAMSUNG", lambda _at: b"STMN011\0" + b"\1" * 60, None),
    ],
)
def test_serials(name, note, serial, read_note):
    assert read_note(name, note).camera.get("body_serial") == serial


def test_the_zone_set_in_a_camera(read_note):
    nikon = b"Nikon\0\2\x10\0\0MM\0*\0\0\0\x08" + _note({0x24: (7, b"\0\xb4\1\0")}, 8, ">")
    camera = read_note("NIKON CORPORATION", lambda _at: nikon).camera
    assert (camera["world_time_min"], camera["world_time_dst"]) == ("180", "yes")

    def canon(*numbers):
        value = struct.pack("<4i", *numbers)
        return lambda at: _note({0x35: (9, value)}, at)

    camera = read_note("Canon", canon(16, -210, 3, 0)).camera
    assert (camera["world_time_min"], camera["world_time_dst"]) == ("-210", "no")
    for odd in ((16, 7, 3, 0), (16, 900, 3, 0), (12, 60, 3, 0), (16, 60, 3, 5)):
        assert "world_time_min" not in read_note("Canon", canon(*odd)).camera


def test_an_owner_is_a_hash_and_nobody_is_none(make, read, read_note):
    camera = read_note("Canon", lambda at: _note({9: (2, b"Jane Q. Public\0")}, at)).camera
    assert camera["owner_hash"] == owner_hash("  jane q.   PUBLIC")
    assert len(camera["owner_hash"]) == 16
    for nobody in ("", "unknown", "None", "Owner Name", "1234", " "):
        assert owner_hash(nobody) == ""
    block = make.tiff(ifd0={**make.ifd0, 0x013B: "Jane"}, exif={**make.exif, 0xA430: "John"})
    packet = make.xmp("", attributes='a:OwnerName="Jim"')
    image, _ = read(make.jpeg(make.app1(block), make.xmp_app1(packet)))
    assert image.camera["artist_hash"] == owner_hash("Jane")
    assert image.camera["owner_hash"] == owner_hash("John")
    assert not any(name in repr(image) for name in ("Jane", "John", "Jim"))


def _apple(at: int) -> bytes:
    plist = plistlib.dumps(
        {"flags": 1, "value": 79656660836500, "timescale": 1_000_000_000, "epoch": 0},
        fmt=plistlib.FMT_BINARY,
    )
    entries = {
        0x0003: (7, plist),
        0x000B: (2, b"A1B2C3D4-0000-0000-0000-000000000000\0"),
        0x0011: (2, b"570F1469-09C7-4E50-9875-05F21D5BD166\0"),
        0x0020: (2, b"short\0"),
    }
    return b"Apple iOS\0\0\1MM" + _note(entries, 14, ">")


def test_apples_note(read_note):
    documents = read_note("Apple", _apple).documents
    assert documents["apple_run_time_ns"] == "79656660836500"
    assert documents["apple_content_id"] == "570F1469-09C7-4E50-9875-05F21D5BD166"
    assert documents["apple_burst_id"].startswith("A1B2")
    assert "apple_capture_request_id" not in documents
    assert not any(name.startswith("apple") for name in read_note("NIKON", _apple).documents)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"bplist00", b"bplist00" + b"\xff" * 60, b"bplist00" + b"\0" * 60,
        plistlib.dumps([1, 2], fmt=plistlib.FMT_BINARY),
        plistlib.dumps({"value": "text"}, fmt=plistlib.FMT_BINARY),
        plistlib.dumps({f"k{i}": i for i in range(40)}, fmt=plistlib.FMT_BINARY),
    ],
)  # fmt: skip
def test_other_property_lists_give_nothing(data):
    assert flat_plist(data) == {}


def test_negative_numbers_of_a_property_list():
    assert flat_plist(plistlib.dumps({"v": -5, "w": 300}, fmt=plistlib.FMT_BINARY)) == {
        "v": -5, "w": 300,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("77c6274bd589ad50395891e84a8b673b", "image_unique_id"),
        ("L12XLLD01VM", "image_module_id"),
        ("00000000000000000000000000000111", None),
    ],
)
def test_which_unique_ids_may_link(value, key, make, read):
    image, _ = read(make.jpeg(make.app1(make.tiff(exif={**make.exif, 0xA420: value}))))
    found = [name for name in image.documents if name.startswith("image_")]
    assert found == ([key] if key else [])


def test_a_note_that_was_moved_is_read_where_its_offsets_lead(read_note):
    """The footer says where the note stood before, nearer to the front or to the end."""

    def moved(shift: int):
        def note(at: int) -> bytes:
            first = max(at - shift, 0)
            body = _note({0x0096: (2, b"G002669-7\0"), 0x0009: (2, b"Jane Q.\0")}, first)
            return body + b"II*\0" + struct.pack("<I", first)

        return note

    for shift in (0, 40, -40):
        camera = read_note("Canon", moved(shift)).camera
        assert camera["body_serial"] == "G002669-7"
        assert camera["owner_hash"] == owner_hash("Jane Q.")
    assert set(read_note("Canon", moved(-2_000_000)).camera) == {"make"}


def test_a_serial_of_the_wrong_form_is_not_believed(read_note):
    note = lambda at: b"Panasonic\0\0\0" + _note({0x25: (7, b"junk 12 here\0")}, at + 12)  # noqa: E731 - one note, used once
    assert "body_serial" not in read_note("Panasonic", note).camera


def test_serials_of_a_drone(make, read):
    dji = 'xmlns:d="http://www.dji.com/drone-dji/1.0/" d:DroneSerialNumber="1581F4"'
    image, _ = read(make.jpeg(make.xmp_app1(make.xmp("", attributes=dji))))
    assert image.camera == {"drone_serial": "1581F4"}
