"""Small pictures and films for the fuzzer: notes of makers, and containers seldom met."""

from __future__ import annotations

import plistlib
import struct
import zlib
from collections.abc import Iterator, Mapping

_KINDS = {str: 2, int: 4, bytes: 7}
_SIGNS = (
    ("Apple", b"Apple iOS\0\0\1MM"), ("NIKON", b"Nikon\0\2\x11\0\0II*\0\x08\0\0\0"),
    ("NIKON", b"Nikon\0\1\0"), ("Canon", b""), ("SONY", b"SONY DSC \0\0\0"),
    ("OLYMPUS", b"OLYMPUS\0II\3\0"), ("OLYMPUS", b"OLYMP\0\1\0"), ("OM", b"OM SYSTEM\0\0\0II\4\0"),
    ("Panasonic", b"Panasonic\0\0\0"), ("LEICA", b"LEICA CAMERA AG\0\0\0"),
    ("LEICA", b"LEICA\0\1\0"), ("SIGMA", b"SIGMA\0\0\0\1\0"), ("FUJIFILM", b"FUJIFILM\x0c\0\0\0"),
    ("Motorola", b"MOT\0\1\0\0\0"), ("PENTAX", b"PENTAX \0II"), ("RICOH", b"RICOH\0II"),
    ("Ricoh", b"Ricoh\0\0\0"), ("KODAK", b"KDK INFO" + bytes(40)), ("SAMSUNG", b""),
    ("Hewlett-Packard", b"IIII\4\0SERIAL NUMBER:X12345678\0"), ("DJI", b""),
    ("RECONYX", b"RECONYXH2\0" + bytes(90)), ("RECONYX", b"\x01\xf1" + bytes(90)),
    ("Phase One", b"IIIITwaR" + bytes(24)),
    ("CASIO", b"QVC\0\0\0"), ("Minolta", b"MLT0"), ("Xiaomi", b"{\"a\":1}"),
)  # fmt: skip
_NOTE_TAGS = (1, 2, 3, 4, 5, 7, 9, 0xC, 0x10, 0x11, 0x15, 0x1D, 0x20, 0x25, 0x2B, 0x51, 0x69, 0x96,
              0xA0, 0xB0, 0x0101, 0x0200, 0x0229, 0x0404, 0x2031, 0x9050, 0xA002)  # fmt: skip


def _directory(values: Mapping[int, str | int | bytes], at: int, order: str) -> bytes:
    """A directory of tags that begins `at` bytes after what its places are counted from."""
    heap, entries = b"", b""
    start = at + 2 + 12 * len(values) + 4
    for tag, value in sorted(values.items()):
        data = (
            struct.pack(order + "I", value) if isinstance(value, int)
            else value.encode() + b"\0" if isinstance(value, str) else value
        )  # fmt: skip
        count = 1 if isinstance(value, int) else len(data)
        slot = (
            data.ljust(4, b"\0") if len(data) <= 4 else struct.pack(order + "I", start + len(heap))
        )
        heap += b"" if len(data) <= 4 else data + bytes(len(data) % 2)
        entries += struct.pack(order + "HHI", tag, _KINDS[type(value)], count) + slot
    return struct.pack(order + "H", len(values)) + entries + bytes(4) + heap


def _noted(make: str, sign: bytes) -> bytes:
    """A JPEG of a maker with a note that begins with a sign."""
    order = ">" if sign.endswith(b"MM") else "<"
    values: dict[int, str | int | bytes] = dict.fromkeys(_NOTE_TAGS, "12345678")
    values[0xA002], values[0x96] = 7, bytes(range(40))
    if make == "Apple":
        flags = {"flags": 1, "value": 123_456_789_000, "timescale": 1_000_000_000, "epoch": 0}
        values = {3: plistlib.dumps(flags, fmt=plistlib.FMT_BINARY), 0x11: "A" * 36, 0x2B: "B" * 36}
    at = 8 + len(_directory({0x010F: make, 0x8769: 0}, 8, "<"))
    inner: dict[int, str | int | bytes] = {0x9003: "2018:10:01 10:00:00", 0xA431: "77"}
    # Places in a note count from its beginning or from that of the file; here from the latter,
    # but for signs with a byte order of their own.
    start = at + 2 + 12 * (len(inner) + 1) + 4 + 20
    counted = len(sign) if sign[-2:] in (b"II", b"MM") or b"*" in sign else start + len(sign)
    inner[0x927C] = sign + _directory(values, counted, order)
    block = b"II*\0\x08\0\0\0" + _directory({0x010F: make, 0x8769: at}, 8, "<")
    block += _directory(inner, at, "<")
    return (
        b"\xff\xd8\xff\xe1" + struct.pack(">H", len(block) + 8) + b"Exif\0\0" + block + b"\xff\xd9"
    )


def _box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data) + 8) + kind + data


def _resource(number: int, data: bytes) -> bytes:
    return (
        b"8BIM"
        + struct.pack(">H", number)
        + b"\0\0"
        + struct.pack(">I", len(data))
        + data
        + bytes(len(data) % 2)
    )


def containers(exif: bytes, xmp: bytes, jpeg: bytes) -> Iterator[bytes]:
    """EXIF and XMP in containers that few programs write."""
    resources = _resource(0x0422, exif) + _resource(0x0424, xmp) + _resource(
        0x0404, b"\x1c\x02\x37\0\x0820181001")  # fmt: skip
    yield (b"8BPS\0\1" + bytes(6) + b"\0\3" + struct.pack(">IIHHI", 48, 64, 8, 3, 0)
           + struct.pack(">I", len(resources)) + resources)  # fmt: skip
    parasites = b"".join(
        struct.pack(">I", len(name) + 1) + name + b"\0" + struct.pack(">II", 0, len(data)) + data
        for name, data in ((b"exif-data", b"Exif\0\0" + exif), (b"gimp-comment", b"x"),
                           (b"gimp-metadata", b"GIMP_XMP_1" + xmp))
    )  # fmt: skip
    yield (b"gimp xcf v011\0" + struct.pack(">IIII", 64, 48, 0, 100)
           + struct.pack(">II", 21, len(parasites)) + parasites + bytes(8))  # fmt: skip
    head = _box(b"jP  ", b"\r\n\x87\n") + _box(b"ftyp", b"jp2 \0\0\0\0jp2 ")
    inner = _box(b"ihdr", struct.pack(">II", 48, 64) + bytes(6)) + _box(
        b"colr", b"\2\0\0" + bytes(20)
    )
    yield (
        head + _box(b"jp2h", inner) + _box(b"uuid", b"JpgTiffExif->JP2" + exif) + _box(b"xml ", xmp)
    )
    yield b"%PDF-1.4\n1 0 obj<</Length 9>>stream\r\n" + jpeg + b"\nendstream\n%%EOF"
    pieces = b"".join(
        name + bytes((len(data),)) + data
        for name, data in (
            (b"eXif", zlib.compress(exif)[:120]),
            (b"eXmp", zlib.compress(xmp)[:120]),
        )
    )
    yield b"FLIF31" + b"\x3f\x2f" + pieces + b"\0"
    yield b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">' + xmp + b"</svg>"
    texts = b"Canon\0Model\0"
    heap = texts + struct.pack("<I", 1_538_388_000) + bytes(8)
    table = struct.pack("<H", 2) + struct.pack("<HII", 0x080A, len(texts), 0) + struct.pack(
        "<HII", 0x180E, 12, len(texts))  # fmt: skip
    yield b"II\x1a\0\0\0HEAPCCDR\2\0\1\0" + bytes(6) + heap + table + struct.pack("<I", len(heap))
    yield b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0" + struct.pack("<Q", 1) + struct.pack(
        "<HHQQ", 0x010F, 2, 4, 0x414243) + bytes(8)  # fmt: skip


def telemetry() -> Iterator[bytes]:
    """Films whose tracks or boxes say where they were taken."""
    free = bytes(4) + b"freeGPS " + bytes(4) + struct.pack("<6I", 10, 0, 0, 18, 10, 1) + b"ANE\0"
    free += struct.pack("<3f", 5544.2, 3737.02, 3.0) + bytes(60)
    texts = (
        b"$GPRMC,100000.000,A,5544.2020,N,03737.0260,E,0.0,0.0,011018,,*7C\r\n",
        b"$GPGGA,100000,5544.2020,N,03737.0260,E,1,8,1.0,150.0,M,,*47\r\n",
        b"F/2.8, SS 100, GPS (37.6171, 55.7367, 15), D 3.1m",
        b"[latitude: 55.7] [longitude: 37.6]", free,
        struct.pack(">H", 60) + b"GPS (1.5, 2.5, 3)",
    )  # fmt: skip
    kinds = (b"text", b"tx3g", b"mett", b"sbtl", b"gps0", b"camm")
    for kind, text in zip(kinds, texts, strict=True):
        at = 36
        table = _box(b"stsd", bytes(4) + struct.pack(">I", 1) + _box(kind, bytes(8)))
        table += _box(b"stts", bytes(4) + struct.pack(">III", 1, 1, 1_000))
        table += _box(b"stsc", bytes(4) + struct.pack(">IIII", 1, 1, 1, 1))
        table += _box(b"stsz", bytes(4) + struct.pack(">II", len(text), 1))
        table += _box(b"stco", bytes(4) + struct.pack(">II", 1, at))
        handler = _box(b"hdlr", bytes(8) + kind + bytes(13))
        media = (
            _box(b"mdhd", bytes(4) + struct.pack(">IIII", 1, 1, 1_000, 5_000) + bytes(4)) + handler
        )
        track = _box(b"trak", _box(b"mdia", media + _box(b"minf", _box(b"stbl", table))))
        film = _box(b"moov", _box(b"mvhd", bytes(100)) + track)
        yield _box(b"ftyp", b"mp42\0\0\0\0mp42\0\0\0\0") + _box(b"mdat", bytes(4) + text) + film


def noted() -> Iterator[bytes]:
    """JPEGs of all makers whose notes are read."""
    for make, sign in _SIGNS:
        yield _noted(make, sign)
