"""Small pictures, films and tile files for the fuzzer to break, built byte by byte."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import struct
import zlib
from collections.abc import Iterator
from contextlib import closing
from functools import cache

from fuzz_cameras import containers, noted, telemetry
from fuzz_seeds import FIXTURES

SEED_BYTES = 4_000
XMP = (
    b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-"
    b"syntax-ns#'><rdf:Description xmlns:b='http://ns.adobe.com/xap/1.0/' xmlns:e='http://ns.adobe"
    b".com/exif/1.0/' b:CreateDate='2018-10-01T10:00:00+03:00' e:GPSLatitude='55,44.2N'>"
    b"<e:GPSLongitude>37,37.02E</e:GPSLongitude></rdf:Description></rdf:RDF></x:xmpmeta>"
)


def _box(kind: bytes, *parts: bytes) -> bytes:
    data = b"".join(parts)
    return struct.pack(">I", len(data) + 8) + kind + data


def _full(kind: bytes, *parts: bytes, version: int = 0) -> bytes:
    return _box(kind, bytes((version, 0, 0, 0)), *parts)


@cache
def exif() -> bytes:
    """An EXIF block with a clock, a place and a maker's note."""
    from PIL import Image

    fields = Image.Exif()
    fields[0x010F], fields[0x0110], fields[0x0132] = "NIKON CORPORATION", "Z", "2018:10:01 10:00:00"
    fields[0x9C9B] = b"t\0i\0\0\0"
    inner = fields.get_ifd(0x8769)
    inner[0x9003], inner[0x9011], inner[0x9290] = "2018:10:01 10:00:00", "+03:00", "5"
    inner[0x927C] = b"Nikon\0\2\x11\0\0II*\0\x08\0\0\0\1\0\1\0\7\0\4\0\0\0002100\0\0\0\0"
    fields.get_ifd(0x8825).update(
        {1: "N", 2: (55.0, 44.0, 12.5), 3: "E", 4: (37.0, 37.0, 1.5), 5: b"\1", 6: 12.0,
         7: (7.0, 0.0, 0.0), 29: "2018:10:01"}
    )  # fmt: skip
    return fields.tobytes().removeprefix(b"Exif\0\0")


def _heif() -> bytes:
    block = struct.pack(">I", 6) + b"Exif\0\0" + exif()
    items = [(b"Exif", b"", block), (b"mime", b"application/rdf+xml", XMP), (b"hvc1", b"", b"x")]
    infe = b"".join(
        _full(b"infe", struct.pack(">HH", number, 0), kind, b"\0", mime, b"\0", version=2)
        for number, (kind, mime, _) in enumerate(items, 1)
    )
    ipco = _box(b"ipco", _full(b"ispe", struct.pack(">II", 64, 48)), _box(b"irot", b"\1"))
    ipma = _full(b"ipma", struct.pack(">IHB", 1, 3, 2), b"\x81\x02")

    def meta(start: int) -> bytes:
        rows, at = b"", start
        for number, (_, _, data) in enumerate(items, 1):
            rows += struct.pack(">HHHHII", number, 0, 0, 1, at, len(data))
            at += len(data)
        return _full(
            b"meta", _full(b"pitm", b"\0\3"),
            _full(b"iinf", struct.pack(">H", len(items)), infe),
            _full(b"iloc", b"\x44\0", struct.pack(">H", len(items)), rows, version=1),
            _box(b"iprp", ipco, ipma),
            _full(b"iref", _box(b"cdsc", struct.pack(">HHH", 1, 1, 3))),
        )  # fmt: skip

    front = _box(b"ftyp", b"heic\0\0\0\0mif1")
    body = b"".join(data for _, _, data in items)
    return front + meta(len(front) + len(meta(0)) + 8) + _box(b"mdat", body)


def _film() -> bytes:
    at = 3_600_000_000
    head = _full(b"mvhd", struct.pack(">IIII", at, at, 1_000, 5_000), bytes(80))
    sizes = _full(b"stsz", struct.pack(">III", 0, 1, 30))
    chunks = _full(b"stco", struct.pack(">II", 1, 40))
    table = _box(
        b"stbl", _full(b"stsd", struct.pack(">I", 1), _box(b"gpmd", bytes(8))),
        _full(b"stts", struct.pack(">III", 1, 1, 1_000)),
        _full(b"stsc", struct.pack(">IIII", 1, 1, 1, 1)), sizes, chunks,
    )  # fmt: skip
    media = _box(
        b"mdia", _full(b"mdhd", struct.pack(">IIII", at, at, 1_000, 5_000), bytes(4)),
        _full(b"hdlr", bytes(4), b"meta", bytes(13)), _box(b"minf", table),
    )  # fmt: skip
    place = b"+55.7367+037.6171/"
    own = _box(b"udta", _box(b"\xa9xyz", struct.pack(">HH", len(place), 0x15C7), place),
               _box(b"loci", bytes(6), b"x\0", bytes(14)), _box(b"GPMF", _gopro()))  # fmt: skip
    names = _full(b"keys", struct.pack(">I", 1), _box(b"mdta", b"com.apple.quicktime.creationdate"))
    value = _box(b"data", struct.pack(">II", 1, 0), b"2018-10-01T10:00:00+0300")
    meta = _box(b"meta", _full(b"hdlr", bytes(4), b"mdta", bytes(13)), names,
                _box(b"ilst", _box(b"\0\0\0\1", value)))  # fmt: skip
    samples = _box(b"mdat", bytes(4), _gopro())
    film = _box(b"moov", head, _box(b"trak", _full(b"tkhd", bytes(80)), media), own, meta)
    return _box(b"ftyp", b"qt  \0\0\0\0qt  ") + samples + film


def _gopro() -> bytes:
    def item(name: bytes, kind: bytes, size: int, count: int, data: bytes) -> bytes:
        return name + kind + struct.pack(">BH", size, count) + data + bytes(-len(data) % 4)

    inside = item(b"GPSU", b"U", 16, 1, b"181001100000.000") + item(
        b"SCAL", b"l", 4, 5, struct.pack(">5i", 10_000_000, 10_000_000, 1_000, 1_000, 100)
    )
    inside += item(b"GPS5", b"l", 20, 1, struct.pack(">5i", 557_367_000, 376_171_000, 1, 1, 1))
    inside = item(b"STRM", b"\0", 1, len(inside), inside)
    return item(b"DEVC", b"\0", 1, len(inside), inside)


def _avi() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)

    body = b"AVI " + chunk(b"LIST", b"hdrl" + chunk(b"avih", bytes(56)) + chunk(
        b"strd", b"AVIF" + exif()))  # fmt: skip
    body += chunk(b"IDIT", b"Mon Oct 01 10:00:00 2018\n\0") + chunk(
        b"LIST", b"INFO" + chunk(b"ISFT", b"Maker") + chunk(b"ICRD", b"2018-10-01"))  # fmt: skip
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _raws() -> Iterator[bytes]:
    """EXIF under the marks of makers."""
    block = exif()
    yield b"MMOR" + block[4:]
    inside = _jpeg()
    yield (
        b"FUJIFILMCCD-RAW 0201"
        + bytes(64)
        + struct.pack(">II", 160, len(inside))
        + bytes(68)
        + inside
    )
    yield b"BPG\xfb\0\0\x40\x30" + block
    yield b"\0MRM" + struct.pack(">I", 8 + len(block)) + b"\0TTW" + struct.pack(
        ">I", len(block)) + block  # fmt: skip
    yield b"\0\0\0\x0cJXL \r\n\x87\n" + _box(b"ftyp", b"jxl \0\0\0\0jxl ") + _box(
        b"Exif", bytes(4), block) + _box(b"xml ", XMP)  # fmt: skip


def _jpeg() -> bytes:
    def segment(marker: int, data: bytes) -> bytes:
        return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data

    notes = b"8BIM\x04\x04\0\0\0\0\0\x16\x1c\x02\x37\0\x0820181001\x1c\x02\x5a\0\4City"
    flash = b"FPXR\0" + bytes(20)
    return (
        b"\xff\xd8" + segment(0xE1, b"Exif\0\0" + exif())
        + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)
        + segment(0xED, b"Photoshop 3.0\0" + notes)
        + segment(0xE2, b"ICC_PROFILE\0\1\1" + bytes(130))
        + segment(0xE2, b"MPF\0" + exif()[:60]) + segment(0xE2, flash)
        + segment(0xEB, b"JP\0\1\0\0\0\1" + _box(
            b"jumb", _box(b"jumd", b"c2pa" + bytes(13), b"c2pa\0")))
        + segment(0xDB, b"\0" + bytes(range(64))) + segment(0xFE, b"made by hand")
        + segment(0xC0, b"\x08\0\x30\0\x40\x01\x01\x11\x00") + segment(0xDA, b"\x01\x01\0\0\x3f\0")
        + bytes(16) + b"\xff\xd9" + b"\0" * 20 + b"SEFT"
    )  # fmt: skip


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + bytes(4)

    raw = b"Raw profile type exif\0\0" + zlib.compress(b"\nexif\n %8d\n" % len(exif())
                                                       + exif().hex().encode())  # fmt: skip
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">II5B", 64, 48, 8, 2, 0, 0, 0))
        + chunk(b"eXIf", exif()) + chunk(b"tIME", struct.pack(">HBBBBB", 2018, 10, 1, 10, 0, 0))
        + chunk(b"zTXt", raw) + chunk(b"tEXt", b"Creation Time\0Mon, 01 Oct 2018 10:00:00 +0300")
        + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)
        + chunk(b"tEXt", b"parameters\0Steps: 20") + chunk(b"IEND", b"")
    )  # fmt: skip


@cache
def pictures() -> tuple[bytes, ...]:
    """Pictures of every container the reader knows."""
    from PIL import Image

    made = []
    for kind in ("WEBP", "TIFF", "GIF"):
        out = io.BytesIO()
        more = {} if kind == "GIF" else {"exif": exif()}
        Image.new("RGB", (8, 8), (200, 100, 50)).save(out, kind, **more)
        made.append(out.getvalue())
    photos = sorted((FIXTURES / "demo" / "photos").iterdir())
    cut = (path.read_bytes()[:SEED_BYTES] for path in photos[:6] if path.is_file())
    seldom = (*containers(exif(), XMP, _jpeg()), *telemetry(), *noted())
    return (*made, _jpeg(), _png(), _heif(), _film(), _avi(), *_raws(), *seldom, *cut)


@cache
def tiles() -> tuple[bytes, ...]:
    """Tiles: pictures whose pixels are read."""
    from PIL import Image

    made = []
    for kind, mode in (
        ("PNG", "RGB"),
        ("PNG", "P"),
        ("JPEG", "RGB"),
        ("JPEG", "L"),
        ("WEBP", "RGB"),
    ):
        out = io.BytesIO()
        Image.new(mode, (64, 64), 77 if mode in "PL" else (200, 100, 50)).save(out, kind)
        made.append(out.getvalue())
    return (*made, gzip.compress(made[0], mtime=0))


@cache
def mbtiles() -> tuple[bytes, ...]:
    """Databases of one tile, in the two forms."""
    return tuple(_mbtiles(apart=apart) for apart in (False, True))


def _mbtiles(*, apart: bool) -> bytes:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as base:
        base.execute("PRAGMA page_size = 512")
        base.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        said = {"name": "n", "format": "png", "minzoom": "0", "maxzoom": "2",
                "attribution": '&copy; <a href="https://a.example">A</a>'}  # fmt: skip
        base.executemany("INSERT INTO metadata VALUES (?, ?)", said.items())
        column = "tile_id TEXT" if apart else "tile_data BLOB"
        name = "map" if apart else "tiles"
        base.execute(
            f"CREATE TABLE {name} (zoom_level INT, tile_column INT, tile_row INT, {column})"
        )
        tile = tiles()[1][:300]
        for place in ((0, 0, 0), (1, 1, 0), (2, 1, 1)):
            base.execute(
                f"INSERT INTO {name} VALUES (?, ?, ?, ?)", (*place, "a" if apart else tile)
            )
        if apart:
            base.execute("CREATE TABLE images (tile_id TEXT, tile_data BLOB)")
            base.execute("INSERT INTO images VALUES ('a', ?)", (tile,))
        return base.serialize()


@cache
def pmtiles() -> tuple[bytes, ...]:
    """Files of three tiles: packed as programs write it, bare, and with a leaf."""
    return tuple(
        _pmtiles(packed, leaf=leaf) for packed, leaf in ((2, False), (1, False), (1, True))
    )


def _pmtiles(packed: int, *, leaf: bool) -> bytes:
    tile = tiles()[1].ljust(300, b"\0")

    def whole(data: bytes) -> bytes:
        return gzip.compress(data, mtime=0) if packed == 2 else data

    # Entries: count, then ids as differences, runs, lengths, places (0: after the last one).
    entries = whole(bytes((3, 0, 2, 5, 1, 1, 1)) + b"\xac\x02" * 3 + bytes((1, 0, 0)))
    root = whole(bytes((1, 0, 0, len(entries), 1))) if leaf else entries
    about = whole(json.dumps({"name": "n", "attribution": "<b>A</b>"}).encode())
    leaves = entries if leaf else b""
    starts, at = [], 127
    for part in (root, about, leaves, tile * 3):
        starts += [at, len(part)]
        at += len(part)
    head = b"PMTiles\3" + struct.pack("<8Q", *starts) + struct.pack("<3Q", 3, 3, 3)
    head += bytes((1, packed, 1, 2, 0, 2)) + bytes(16) + b"\0" + bytes(8)
    return head + root + about + leaves + tile * 3
