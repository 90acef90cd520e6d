"""Images built byte by byte: one EXIF block, and every container it can stand in."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest

from forensics.model import Image, Refusal
from forensics.read.images import read_image

ROME_LAT = [(43, 1), (28, 1), (281_400_000, 100_000_000)]
ROME_LON = [(11, 1), (53, 1), (645_599_999, 100_000_000)]
GPS = {
    1: "N",
    2: ROME_LAT,
    3: "E",
    4: ROME_LON,
    29: "2008:10:23",
    7: [(14, 1), (27, 1), (724, 100)],
}
IFD0 = {0x010F: "NIKON", 0x0110: "COOLPIX P6000", 0x0131: "Nikon Transfer 1.1 W"}
EXIF = {0x9003: "2008:10:22 16:28:39", 0xA431: "30012345"}


def _encode(value: object, order: str) -> tuple[int, int, bytes]:
    """(Type, count, bytes) of a value: text, bytes, whole numbers or fractions."""
    if isinstance(value, str):
        data = value.encode() + b"\0"
        return 2, len(data), data
    if isinstance(value, bytes):
        return 7, len(value), value
    if isinstance(value, int):
        return 4, 1, struct.pack(order + "I", value)
    if value and isinstance(value[0], tuple):
        parts = [part for pair in value for part in pair]
        code = "i" if any(part < 0 for part in parts) else "I"
        return (
            (10 if code == "i" else 5),
            len(value),
            struct.pack(f"{order}{len(parts)}{code}", *parts),
        )
    return 3, len(value), struct.pack(f"{order}{len(value)}H", *value)


def _directory(values: Mapping[int, object], at: int, order: str, following: int = 0) -> bytes:
    entries, heap = b"", b""
    heap_at = at + 2 + 12 * len(values) + 4
    for tag in sorted(values):
        kind, count, data = _encode(values[tag], order)
        if len(data) <= 4:
            slot = data.ljust(4, b"\0")
        else:
            slot = struct.pack(order + "I", heap_at + len(heap))
            heap += data + b"\0" * (len(data) % 2)
        entries += struct.pack(order + "HHI", tag, kind, count) + slot
    return (
        struct.pack(order + "H", len(values)) + entries + struct.pack(order + "I", following) + heap
    )


def tiff(
    ifd0: Mapping[int, object] | None = None,
    exif: Mapping[int, object] | None = None,
    gps: Mapping[int, object] | None = None,
    *,
    thumbnail: bytes = b"",
    order: str = "<",
    magic: int = 42,
) -> bytes:
    """An EXIF block."""
    image = dict(IFD0 if ifd0 is None else ifd0)
    exif = EXIF if exif is None else exif
    gps = GPS if gps is None else gps
    # Lengths do not depend on the pointers, so two rounds settle where everything stands.
    exif_at = gps_at = thumb_at = 0
    for _ in range(2):
        if exif:
            image[0x8769] = exif_at
        if gps:
            image[0x8825] = gps_at
        exif_at = 8 + len(_directory(image, 8, order))
        gps_at = exif_at + (len(_directory(exif, 0, order)) if exif else 0)
        thumb_at = gps_at + (len(_directory(gps, 0, order)) if gps else 0)
    following = thumb_at if thumbnail else 0
    out = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", magic, 8)
    out += _directory(image, 8, order, following)
    out += _directory(exif, exif_at, order) if exif else b""
    out += _directory(gps, gps_at, order) if gps else b""
    if thumbnail:
        length = len(_directory({0x0201: 0, 0x0202: 0}, 0, order))
        out += _directory({0x0201: thumb_at + length, 0x0202: len(thumbnail)}, thumb_at, order)
        out += thumbnail
    return out


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def jpeg(*segments: bytes) -> bytes:
    frame = segment(0xC0, b"\x08" + struct.pack(">HH", 48, 64) + b"\x01\x01\x11\x00")
    scan = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00")
    return b"\xff\xd8" + b"".join(segments) + frame + scan + b"\x00" * 32 + b"\xff\xd9"


def app1(block: bytes) -> bytes:
    return segment(0xE1, b"Exif\0\0" + block)


def xmp_app1(packet: bytes) -> bytes:
    return segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*chunks: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">II5B", 64, 48, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IEND", b"")


def webp(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"WEBP" + b"".join(
        kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
        for kind, data in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data) + 8) + kind + data


def heif(
    items: list[tuple[bytes, bytes, bytes]], *, brand: bytes = b"heic", version: int = 1
) -> bytes:
    """A HEIF file with items of (kind, MIME type, content); they stand in mdat at the end."""
    wide = "I" if version == 2 else "H"
    infe = b"".join(
        box(
            b"infe",
            bytes((3 if version == 2 else 2, 0, 0, 0))
            + struct.pack(f">{wide}H", number, 0)
            + kind
            + b"\0"
            + mime
            + b"\0",
        )
        for number, (kind, mime, _) in enumerate(items, 1)
    )
    iinf = box(b"iinf", b"\0\0\0\0" + struct.pack(">H", len(items)) + infe)
    ispe = box(b"ipco", box(b"ispe", struct.pack(">III", 0, 64, 48)))

    def meta(start: int) -> bytes:
        rows, at = b"", start
        for number, (_, _, data) in enumerate(items, 1):
            rows += struct.pack(f">{wide}", number)
            rows += struct.pack(">H", 0) if version else b""
            rows += struct.pack(">HHII", 0, 1, at, len(data))
            at += len(data)
        head = bytes((version, 0, 0, 0, 0x44, 0)) + struct.pack(f">{wide}", len(items))
        return box(b"meta", b"\0\0\0\0" + iinf + box(b"iloc", head + rows) + box(b"iprp", ispe))

    front = box(b"ftyp", brand + b"\0\0\0\0mif1")
    start = len(front) + len(meta(0)) + 8
    return front + meta(start) + box(b"mdat", b"".join(data for _, _, data in items))


def exif_item(block: bytes) -> tuple[bytes, bytes, bytes]:
    return b"Exif", b"", struct.pack(">I", 6) + b"Exif\0\0" + block


def xmp(inside: str, *, attributes: str = "") -> bytes:
    """An XMP packet with the common namespaces."""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Toolkit 1.0">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:m="http://ns.adobe.com/xap/1.0/mm/"'
        ' xmlns:b="http://ns.adobe.com/xap/1.0/" xmlns:e="http://ns.adobe.com/exif/1.0/"'
        ' xmlns:p="http://ns.adobe.com/photoshop/1.0/"'
        ' xmlns:a="http://ns.adobe.com/exif/1.0/aux/"'
        ' xmlns:ev="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#"'
        ' xmlns:rf="http://ns.adobe.com/xap/1.0/sType/ResourceRef#"'
        f' xmlns:n="http://ns.adobe.com/xmp/note/" {attributes}>{inside}</rdf:Description>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., tuple[Image | None, tuple[Refusal, ...]]]:
    """Write bytes to a file and read it."""

    def reader(data: bytes, name: str = "x.jpg") -> tuple[Image | None, tuple[Refusal, ...]]:
        path = tmp_path / name
        path.write_bytes(data)
        return read_image(path, "ab" * 32, name)

    return reader


@pytest.fixture
def make() -> SimpleNamespace:
    """The builders of this file."""
    return SimpleNamespace(
        tiff=tiff, jpeg=jpeg, segment=segment, app1=app1, xmp_app1=xmp_app1, chunk=chunk, png=png,
        webp=webp, box=box, heif=heif, exif_item=exif_item, xmp=xmp, gps=GPS, ifd0=IFD0, exif=EXIF,
        lat=ROME_LAT, lon=ROME_LON,
    )  # fmt: skip
