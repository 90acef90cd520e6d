"""Serial numbers of makers who borrow notes, in notes that were moved, and outside of notes."""

from __future__ import annotations

import struct

import pytest

SIZES = {2: 1, 3: 2, 4: 4, 7: 1}


def note(entries: dict[int, tuple[int, bytes]], at: int, order: str = "<") -> bytes:
    """A directory whose values stand behind it; `at` is where it stands, as offsets count."""
    out, heap = b"", b""
    at += 2 + 12 * len(entries) + 4
    for tag, (kind, data) in entries.items():
        slot = data.ljust(4, b"\0")
        if len(data) > 4:
            slot = struct.pack(order + "I", at + len(heap))
            heap += data
        out += struct.pack(order + "HHI", tag, kind, len(data) // SIZES[kind]) + slot
    return struct.pack(order + "H", len(entries)) + out + b"\0" * 4 + heap


def ascii_value(text: bytes) -> tuple[int, bytes]:
    return 2, text + b"\0"


def build(make, name: str, note_of, order: str = "<") -> bytes:
    """A JPEG of this make with the note that `note_of(offset)` gives."""
    from forensics.read.images.blocks import Blocks, ExifBlock
    from forensics.read.images.source import Source
    from forensics.read.images.tags import read_tags

    at = 0
    for _ in range(2):
        block = make.tiff(ifd0={0x010F: name}, exif={0x927C: note_of(at)}, gps={}, order=order)
        tags = read_tags(ExifBlock(Source.of(block)), Blocks("jpeg"))
        at = tags.layout.exif.entries[0x927C].offset
    return make.jpeg(make.app1(block))


def hp(start: int):
    return lambda _at: (b"IIII\6\0".ljust(start, b"\0") + b"SERIAL NUMBER:CN56A1234567").ljust(
        160, b"\0"
    )


def nintendo(at: int) -> bytes:
    info = b"3DS1".ljust(0x18, b"\0") + b"\x12\x34\x56\x78" + b"\0" * 20
    return note({0x1101: (7, info)}, at)


def sony(at: int) -> bytes:
    return b"SONY DSC \0\0\0" + note({0x2031: ascii_value(b"56341203")}, at + 12)


def leica_m8(at: int) -> bytes:
    return b"LEICA\0\0\0" + note({0x0303: (4, struct.pack("<I", 3108512)), 5: (7, b"x" * 9)}, at)


def leica_m9(_at: int) -> bytes:
    inner_at = 8 + 2 + 12 + 4
    inner = note({0x3103: ascii_value(b"4051234")}, inner_at)
    return b"LEICA0\3\0" + note({0x3000: (7, inner)}, 8)


def leica_lux(at: int) -> bytes:
    return b"LEICA CAMERA AG\0\0\0" + note({0x25: (7, b"XHC1811070012\0\0\0")}, at + 18)


def ricoh_pentax(_at: int) -> bytes:
    return b"RICOH\0II" + note({0x0229: ascii_value(b"0012345")}, 8)


def pentax_by_ricoh(_at: int) -> bytes:
    return b"PENTAX \0II" + note({0x0229: ascii_value(b"7654321")}, 10)


def pentax_by_samsung(at: int) -> bytes:
    return b"AOC\0II" + note({0x0229: ascii_value(b"1234567")}, at + 6)


def pentax_moved(at: int) -> bytes:
    """The text is not where the offset leads; the number inside the directory of five still is."""
    return b"AOC\0II" + note({0x0229: ascii_value(b"no serial ?")}, at + 6)


def epson(at: int) -> bytes:
    return b"EPSON\0\1\0" + note({0x0404: ascii_value(b"EP1234567")}, at + 8)


def olympus_internal(at: int) -> bytes:
    inner = note(
        {0x0101: ascii_value(b"      "), 0x0102: ascii_value(b"4048705120410001")}, at + 26
    )
    return b"OLYMP\0\1\0" + note({0x2010: (7, inner)}, at + 8)


def samsung_inside(_at: int) -> bytes:
    return note({0x0001: (7, b"0100"), 0xA002: ascii_value(b"A1B2C3D4E5")}, 0)


def panasonic_moved(at: int) -> bytes:
    """Offsets count from where the note stood before, nearer to the front."""
    return b"Panasonic\0\0\0" + note({0x25: (7, b"F350807010058\0\0\0")}, max(at - 48, 0))


def panasonic_odd(at: int) -> bytes:
    return b"Panasonic\0\0\0" + note({0x25: (7, b"no serial 1234\0\0")}, max(at - 48, 0))


def kodak(at: int) -> bytes:
    return note({0xFA00: ascii_value(b"x"), 0xFA04: ascii_value(b"KCXGP61900001")}, at, ">").ljust(
        80
    )


def ricoh(at: int) -> bytes:
    return b"Ricoh\xcf\0\0" + note({5: (7, bytes(7) + b'\1"\7\0\0\3\x10\x09W')}, at + 8)


SERIALS = [
    ("Hewlett-Packard", hp(0x58), "CN56A1234567"),
    ("HP", hp(0x5C), "CN56A1234567"),
    ("HP", hp(0x60), None),
    ("Nintendo", nintendo, "0x12345678"),
    ("SONY", sony, "3123456"),
    ("SONY", lambda at: note({0x2031: ascii_value(b"12345678")}, at), "78563412"),
    ("SONY", lambda at: note({0x2031: ascii_value(b"1234567")}, at), None),
    ("Leica Camera AG", leica_m8, "3108512"),
    ("Leica Camera AG", leica_m9, "4051234"),
    ("LEICA CAMERA AG", leica_lux, "XHC1811070012"),
    ("RICOH IMAGING COMPANY, LTD.  ", ricoh_pentax, "0012345"),
    ("RICOH IMAGING COMPANY, LTD.", pentax_by_ricoh, "7654321"),
    ("SAMSUNG TECHWIN CO., LTD", pentax_by_samsung, "1234567"),
    ("PENTAX", pentax_moved, None),
    ("SEIKO EPSON CORP.", epson, "EP1234567"),
    ("OLYMPUS IMAGING CORP.", olympus_internal, "4048705120410001"),
    ("SAMSUNG", samsung_inside, "A1B2C3D4E5"),
    ("Panasonic", panasonic_moved, "F350807010058"),
    ("Panasonic", panasonic_odd, None),
    ("EASTMAN KODAK COMPANY", kodak, "KCXGP61900001"),
    ("RICOH", ricoh, "00000000000000012207000003100957"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "note_of", "serial"), SERIALS)
def test_serials(name, note_of, serial, make, read):
    image, _ = read(build(make, name, note_of))
    assert image.camera.get("body_serial") == serial


def test_a_note_keeps_its_byte_order_when_the_file_is_turned_round(make, read):
    """Programs rewrite the directories in the other order and leave the note as it was."""
    image, _ = read(build(make, "Canon", lambda at: note({0x96: ascii_value(b"G0026")}, at), ">"))
    assert image.camera["body_serial"] == "G0026"


def gopro_stream(serial: bytes = b"C3221324545448") -> bytes:
    value = b"CASNc\1" + struct.pack(">H", len(serial)) + serial + b"\0" * (-len(serial) % 4)
    return b"DEVC\0\1" + struct.pack(">H", len(value)) + value


def test_a_helmet_camera(make, read):
    image, _ = read(make.jpeg(make.segment(0xE6, b"GoPro\0" + gopro_stream())))
    assert image.camera == {"body_serial": "C3221324545448"}
    film = make.box(b"ftyp", b"mp41\0\0\0\0")
    film += make.box(b"moov", make.box(b"udta", make.box(b"GPMF", gopro_stream())))
    assert read(film, "x.mp4")[0].camera == {"body_serial": "C3221324545448"}
    for broken in (gopro_stream()[:12], gopro_stream(b"\0" * 14), b"DEVC" + b"\xff" * 40):
        image, _ = read(make.jpeg(make.segment(0xE6, b"GoPro\0" + broken)))
        assert image.camera == {}


def sheet(serial: str = "01234567", created: str = "2024-03-14T18:20:11+08:00") -> bytes:
    return (
        f'<?xml version="1.0"?><NonRealTimeMeta><CreationDate value="{created}"/>'
        f'<Device manufacturer="Sony" modelName="ILCE-7M4" serialNo="{serial}"/></NonRealTimeMeta>'
    ).encode()


def test_sonys_sheet_beside_a_video(make, read):
    film = make.box(b"ftyp", b"XAVC\0\0\0\0") + make.box(b"moov", b"")
    inside = make.box(b"hdlr", b"\0" * 24) + make.box(b"xml ", b"\0\0\0\0" + sheet())
    image, _ = read(film + make.box(b"meta", b"\0\0\0\0" + inside), "x.mp4")
    assert image.camera == {"make": "Sony", "model": "ILCE-7M4", "body_serial": "01234567"}
    claim = next(claim for claim in image.times if claim.field == "movie_created")
    assert claim.local.offset_min == 480
    bad = make.box(b"xml ", b"\0\0\0\0" + sheet("0000", "soon and never"))
    image, _ = read(film + make.box(b"meta", b"\0\0\0\0" + bad), "x.mp4")
    assert "body_serial" not in image.camera
    assert not any(claim.field == "movie_created" for claim in image.times)


def test_canons_own_box(make, read):
    own = b"II*\0\x08\0\0\0" + note({0x96: ascii_value(b"QB0012345")}, 8)
    uuid = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48") + make.box(b"CMT3", own)
    data = make.box(b"ftyp", b"crx \0\0\0\0") + make.box(b"moov", make.box(b"uuid", uuid))
    assert read(data, "x.cr3")[0].camera == {"body_serial": "QB0012345"}


def x3f(**properties: str) -> bytes:
    texts, rows = b"", b""
    for name, value in properties.items():
        at = len(texts) // 2
        texts += (name + "\0").encode("utf-16-le")
        rows += struct.pack("<2I", at, len(texts) // 2)
        texts += (value + "\0").encode("utf-16-le")
    head = b"SECp" + struct.pack("<5I", 0x20000, len(properties), 0, 0, len(texts) // 2)
    section = head + rows + texts
    front = b"FOVb" + b"\0" * 36
    directory = b"SECd" + struct.pack("<2I", 0x20000, 1)
    directory += struct.pack("<2I", len(front), len(section)) + b"PROP"
    return front + section + directory + struct.pack("<I", len(front) + len(section))


def test_the_properties_of_a_foveon_file(read):
    image, _ = read(x3f(CAMMANUF="SIGMA", CAMMODEL="SD10", CAMSERIAL="02001234"), "x.x3f")
    assert image.camera["body_serial"] == "02001234"
    assert image.documents["raw_camera"] == "SIGMA SD10"
    assert "body_serial" not in read(x3f(CAMSERIAL="0000"), "x.x3f")[0].camera


def riff(kind: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    return kind + b"".join(
        name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
        for name, data in chunks
    )


def test_a_film_of_chunks(read):
    own = b"PENTAX \0MM" + note({0x0229: ascii_value(b"3430417")}, 10, ">")
    lists = [
        (b"LIST", riff(b"hdrl", (b"IDIT", b"Mon Mar 10 15:04:43 2003\n\0"))),
        (b"LIST", riff(b"hydt", (b"hymn", own))),
        (b"LIST", riff(b"movi")),
        (b"C2PA", b"x"),
    ]
    body = riff(b"AVI ", *lists)
    image, refusals = read(b"RIFF" + struct.pack("<I", len(body)) + body, "x.avi")
    assert image.camera == {"body_serial": "3430417"}
    assert [claim.local.text for claim in image.times] == ["2003-03-10T15:04:43"]
    assert image.documents["c2pa"] == "present"
    assert {item.reason for item in refusals} == {"unsupported_container"}


@pytest.mark.parametrize(
    "body",
    [
        b"LIST\xff\xff\xff\xffhdrl" * 40, b"LIST\0\0\0\0hdrl" * 40, b"LIST\4\0\0\0hdrl" * 40,
        b"IDIT\4\0\0\0soon", b"hymn\x08\0\0\0PENTAX \0", b"IDIT\xff\xff\xff\x7f",
    ],
)  # fmt: skip
def test_films_of_chunks_that_lie(body, read):
    image, _ = read(b"RIFF\0\0\0\0AVI " + body, "x.avi")
    assert image.camera == {}
    assert image.times == ()
