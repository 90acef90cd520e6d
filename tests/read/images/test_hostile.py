"""Files made to crash, to hang or to lie: refused by name, in time, with the rest kept."""

from __future__ import annotations

import os
import struct
import time
import zlib
from pathlib import Path

import pytest

from forensics.read.images import read_image, source
from forensics.read.images.boxes import MAX_BOXES, boxes, deep
from forensics.read.images.ifd import Block, survey
from forensics.read.images.source import FileRaw, LimitReachedError, Source, Window

LAT = 43_467_448


def _lol(make) -> bytes:
    entities = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    return (f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "lol">{entities}]><a>&l9;</a>').encode()


def _loop(order: str = "<") -> bytes:
    """IFD0 whose next directory is itself, two entries long."""
    entry = struct.pack("<HHI4s", 0x0110, 2, 4, b"abc\0")
    pointer = struct.pack("<HHII", 0x8769, 4, 1, 8)
    return b"II*\0" + struct.pack("<IH", 8, 2) + entry + pointer + struct.pack("<I", 8)


def _many_entries(count: int) -> bytes:
    entry = struct.pack("<HHII", 0x0110, 5, 999, 8)
    return b"II*\0" + struct.pack("<IH", 8, count) + entry * min(count, 900) + b"\0" * 8000


def _huge_value() -> bytes:
    entries = struct.pack("<HHII", 0x010F, 2, 0xFFFFFFFF, 8)
    entries += struct.pack("<HHII", 0x0110, 2, 4, int.from_bytes(b"abc\0", "little"))
    return b"II*\0" + struct.pack("<IH", 8, 2) + entries + b"\0" * 4


def _repeated_pointers() -> bytes:
    entry = struct.pack("<HHII", 0x8825, 4, 1, 8 + 2 + 12 * 500 + 4)
    gps = struct.pack("<H", 500) + struct.pack("<HHII", 9, 3, 999, 8) * 500 + b"\0" * 4
    return b"II*\0" + struct.pack("<IH", 8, 500) + entry * 500 + b"\0" * 4 + gps


def _chain(length: int) -> bytes:
    out = b"II*\0" + struct.pack("<I", 8)
    for number in range(length):
        out += struct.pack("<H", 0) + struct.pack("<I", 8 + 6 * (number + 1))
    return out


def _heaps() -> bytes:
    """A CRW file in which one heap is entered 200 times, and 200 times in each of these."""
    heap = b"\0\0" + b"\0\0\0\0"
    for _ in range(6):
        rows = struct.pack("<HII", 0x2807, len(heap), 0) * 200
        heap += struct.pack("<H", 200) + rows + struct.pack("<I", len(heap))
    return b"II" + struct.pack("<I", 26) + b"HEAPCCDR" + b"\0" * 12 + heap


def _third_inside_the_first() -> bytes:
    """IFD1's successor lies inside IFD0, where it looks small until IFD0 is shortened."""
    entries = [struct.pack("<HHII", 0x9000 + i, 4, 1, 0) for i in range(10)]
    entries[0] = struct.pack("<HHI4s", 0x010F, 2, 4, b"abc\0")
    first = struct.pack("<H", 10) + b"".join(entries) + struct.pack("<I", 134)
    inside = 8 + 2 + 12 + 2
    second = struct.pack("<H", 0) + struct.pack("<I", inside)
    return b"II*\0" + struct.pack("<I", 8) + first + second + b"\xff" * 70_000


def _two_pointers(order: str = "<") -> bytes:
    """Two entries for EXIF, the second to a directory of 60,000 entries."""
    rows = struct.pack("<HHII", 0x8769, 4, 1, 50) + struct.pack("<HHII", 0x8769, 4, 1, 60)
    head = b"II*\0" + struct.pack("<IH", 8, 2) + rows + b"\0" * 4
    return head.ljust(50, b"\0") + b"\0" * 10 + struct.pack("<H", 60_000) + b"\0" * 65_000


def _pointer_of_bytes() -> bytes:
    """A pointer whose four bytes exifread would take for four offsets."""
    row = struct.pack("<HHI4B", 0x8769, 1, 4, 0, 1, 2, 3)
    return b"II*\0" + struct.pack("<IH", 8, 1) + row + b"\0" * 65_000


TABLE = {
    "xml bomb": (lambda m: m.jpeg(m.xmp_app1(_lol(m))), "field XMP", "damaged"),
    "xml with a million elements": (
        lambda m: m.webp((b"XMP ", b"<a>" + b"<b/>" * 1_000_000 + b"</a>")),
        "field XMP", "too_large",
    ),
    "zlib bomb in a text": (
        lambda m: m.png(m.chunk(b"zTXt", b"Title\0\0" + zlib.compress(b"\0" * 40_000_000))),
        "field text Title", "too_large",
    ),
    "zlib bomb in a profile": (
        lambda m: m.png(m.chunk(b"iCCP", b"x\0\0" + zlib.compress(b"\0" * 20_000_000))),
        "field ICC", "too_large",
    ),
    "profile without its name": (lambda m: m.png(m.chunk(b"iCCP", b"xx")), "field ICC", "damaged"),
    "no zlib at all": (
        lambda m: m.png(m.chunk(b"zTXt", b"Title\0\0rubbish")), "field text Title", "too_large"),
    "raw profile without hex": (
        lambda m: m.png(m.chunk(b"tEXt", b"Raw profile type exif\0\nexif\n 4\nzz")),
        "field Raw profile exif", "damaged",
    ),
    "100,000 x 100,000 pixels": (
        lambda m: b"\x89PNG\r\n\x1a\n"
        + m.chunk(b"IHDR", struct.pack(">II5B", 100_000, 100_000, 8, 2, 0, 0, 0)),
        "field size", "too_large",
    ),
    "50,000 x 50,000 pixels in a JPEG": (
        lambda m: b"\xff\xd8" + m.segment(0xC0, b"\x08\xc3\x50\xc3\x50\1\1\x11\0"),
        "field size", "too_large",
    ),
    "50,000 x 50,000 pixels in a PSD": (
        lambda m: b"8BPS\0\1" + b"\0" * 8 + struct.pack(">II", 50_000, 50_000) + b"\0" * 20,
        "field size", "too_large",
    ),
    "50,000 x 50,000 pixels in a TIFF": (
        lambda m: m.tiff(ifd0={256: 50_000, 257: 50_000}), "field size", "too_large"),
    "50,000 x 50,000 pixels in a HEIF": (
        lambda m: m.heif([]).replace(
            struct.pack(">II", 64, 48), struct.pack(">II", 50_000, 50_000)),
        "field size", "too_large",
    ),
    "heaps that hold each other": (lambda m: _heaps(), "file", "no_metadata"),
    "directory loop": (lambda m: m.jpeg(m.app1(_loop())), "field EXIF", "damaged"),
    "65,535 entries": (lambda m: m.jpeg(m.app1(_many_entries(65_535))), "field EXIF", "damaged"),
    "900 long values": (lambda m: m.jpeg(m.app1(_many_entries(900))), "field EXIF", "damaged"),
    "500 pointers to one directory": (
        lambda m: m.jpeg(m.app1(_repeated_pointers())), "field EXIF", "damaged"),
    "10,000 directories": (lambda m: m.jpeg(m.app1(_chain(9_000))), "field EXIF", "damaged"),
    "two pointers to EXIF": (
        lambda m: m.jpeg(m.app1(_two_pointers()[:65_000])), "field EXIF", "damaged"),
    "a pointer of bytes": (
        lambda m: m.jpeg(m.app1(_pointer_of_bytes()[:65_000])), "field EXIF", "damaged"),
    "exif that is none": (
        lambda m: m.jpeg(m.segment(0xE1, b"Exif\0\0nothing here")), "field EXIF", "damaged"),
    "bigtiff inside": (
        lambda m: m.jpeg(m.segment(0xE1, b"Exif\0\0II+\0\x08\0\0\0")), "field EXIF",
        "unsupported_container"),
    "jpeg segment that lies": (
        lambda m: b"\xff\xd8\xff\xe1\xff\xff" + b"Exif\0\0" + m.tiff(), "byte 4", "damaged"),
    "jpeg segment of length 1": (lambda m: b"\xff\xd8\xff\xe1\0\1", "byte 4", "damaged"),
    "png chunk that lies": (
        lambda m: b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffeXIf" + m.tiff(), "byte 8", "damaged"),
    "webp chunk that lies": (
        lambda m: b"RIFF\0\0\0\0WEBPEXIF\xff\xff\xff\x7f" + m.tiff(), "byte 12", "damaged"),
    "heif without meta": (lambda m: m.box(b"ftyp", b"heic\0\0\0\0"), "field meta", "damaged"),
    "heif item outside": (
        lambda m: m.heif([m.exif_item(m.tiff())])[:-60], "field item 1", "damaged"),
    "heif exif without a header": (
        lambda m: m.heif([(b"Exif", b"", b"\0\0\0\0nothing")]), "field EXIF", "damaged"),
    "jxl brotli": (
        lambda m: b"\0\0\0\x0cJXL \r\n\x87\n" + m.box(b"brob", b"Exif\x0b"),
        "field brob Exif", "unsupported_container",
    ),
    "movie cut short": (
        lambda m: m.box(b"ftyp", b"isom\0\0\0\0") + b"\0\0\xff\xffmoov",
        "field box moov", "damaged",
    ),
    "raf without a preview": (lambda m: b"FUJIFILMCCD-RAW" + b"\0" * 200, "file", "damaged"),
    "x3f without a directory": (lambda m: b"FOVb" + b"\0" * 200, "file", "damaged"),
    "psd without resources": (lambda m: b"8BPS\0\1" + b"\0" * 40, "file", "damaged"),
    "pdf": (lambda m: b"%PDF-1.4\nstream\r\n\xff\xd8\xff", "file", "unsupported_container"),
    "bigtiff": (lambda m: b"II+\0\x08\0\0\0" + b"\0" * 20, "file", "unsupported_container"),
    "bmp": (lambda m: b"BM" + b"\0" * 12 + b"\x28\0\0\0", "file", "unsupported_container"),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_refused_by_name_and_in_time(name, make, read):
    build, where, reason = TABLE[name]
    data = build(make)
    start = time.process_time()
    image, refusals = read(data)
    assert time.process_time() - start < 0.3
    assert image is not None
    assert (where, reason) in {(item.where, item.reason) for item in refusals}
    assert image.stripped is False or image.positions == ()


def test_a_third_directory_is_not_handed_on(make, read):
    data = make.jpeg(make.app1(_third_inside_the_first()[:65_000]))
    read(data)
    start = time.process_time()
    image, _ = read(data)
    assert time.process_time() - start < 0.02
    assert image.camera["make"] == "abc"


def test_unsound_blocks_are_still_read_by_the_own_look_up(make, read):
    image, _ = read(make.jpeg(make.app1(_loop())))
    assert image.camera["model"] == "abc"
    image, _ = read(make.jpeg(make.app1(_huge_value())))
    assert image.camera["model"] == "abc"


def test_what_exifread_fails_on_is_read_by_the_own_look_up(make, read, monkeypatch):
    import exifread

    def fails(*_args, **_keywords):
        raise IndexError

    monkeypatch.setattr(exifread, "process_file", fails)
    image, refusals = read(make.jpeg(make.app1(make.tiff(thumbnail=b"\xff\xd8" + b"t" * 90))))
    assert [(item.where, item.reason, item.raw) for item in refusals] == [
        ("field EXIF", "damaged", "IndexError")
    ]
    assert image.positions[0].lat_udeg == LAT
    assert image.camera["body_serial"] == "30012345"
    assert image.times[0].local.text == "2008-10-22T16:28:39"
    assert image.thumbnail_bytes == 92


def test_a_reader_that_fails_becomes_a_refusal(make, read, monkeypatch):
    from forensics.read.images import reader

    def fails(*_args):
        raise RuntimeError

    monkeypatch.setattr(reader, "read_xmp", fails)
    image, refusals = read(make.jpeg(make.app1(make.tiff())))
    assert [(item.where, item.reason, item.raw) for item in refusals] == [
        ("file", "damaged", "RuntimeError")
    ]
    assert image.format == "jpeg"


def test_the_budget_stops_a_file_and_keeps_what_was_found(make, read, monkeypatch):
    monkeypatch.setattr(source, "MAX_READS", 150)
    before = make.app1(make.tiff())
    image, refusals = read(make.jpeg(before, *(make.segment(0xE8, b"x") for _ in range(500))))
    assert ("file", "too_large") in {(item.where, item.reason) for item in refusals}
    assert image.camera["make"] == "NIKON"
    monkeypatch.setattr(source, "MAX_READS", 2)
    image, refusals = read(make.tiff())
    assert {(item.where, item.reason) for item in refusals} == {("file", "too_large")}


def test_bytes_of_a_file_are_budgeted_too(tmp_path, monkeypatch):
    path = tmp_path / "x"
    path.write_bytes(b"x" * 1000)
    monkeypatch.setattr(source, "MAX_BYTES", 500)
    with FileRaw(path) as raw, pytest.raises(LimitReachedError):
        Source(raw).at(0, 1000)


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "x.jpg", "empty_file"),
        (b"account,time\n", "posts.csv", "unknown_format"),
        (b"account,time\n", "posts.jpg", "damaged"),
        (b"\0", "x.png", "damaged"),
    ],
)
def test_files_that_are_no_images(data, name, reason, read):
    image, refusals = read(data, name)
    assert image is None
    assert [(item.where, item.reason) for item in refusals] == [("file", reason)]


def test_paths_that_are_no_files(tmp_path):
    assert read_image(tmp_path, "s", "d")[1][0].reason == "not_a_file"
    assert read_image(tmp_path / "missing.jpg", "s", "m")[1][0].reason == "unreadable"
    fifo = tmp_path / "pipe.jpg"
    os.mkfifo(fifo)
    assert read_image(fifo, "s", "pipe.jpg")[1][0].reason == "not_a_file"


def test_deep_xml_does_not_exhaust_the_stack(make, read):
    packet = b"<a>" * 100_000 + b"</a>" * 100_000
    image, _ = read(make.webp((b"XMP ", packet)))
    assert image.format == "webp"


def test_boxes_end(make):
    assert sum(1 for _ in boxes(Source.of(make.box(b"free", b"") * (MAX_BOXES + 9)))) == MAX_BOXES
    assert list(boxes(Source.of(b"\0\0\0\x04moov"))) == []
    assert list(boxes(Source.of(b"\0\0\0\x01moov\0"))) == []
    wide = b"\0\0\0\x01mdat" + struct.pack(">Q", 20) + b"abcd" + make.box(b"moov", b"xy")
    assert [(box.kind, box.body.size) for box in boxes(Source.of(wide))] == [
        (b"mdat", 4),
        (b"moov", 2),
    ]
    assert deep(Source.of(wide), b"moov", b"udta") is None
    assert deep(Source.of(make.box(b"a   ", make.box(b"b   ", b"xy"))), b"a   ", b"b   ").size == 2


def test_window_never_fails_to_seek():
    window = Window(Source.of(b"abcdef"))
    assert window.seek(10**12) == 10**12
    assert window.read(4) == b""
    assert window.seek(-2, 2) == 4
    assert window.read() == b"ef"
    assert window.tell() == 6
    assert window.seek(-3, 1) == 3
    assert window.read(1) == b"d"


def test_large_blocks_go_through_the_window(make, read):
    data = make.tiff(ifd0={**make.ifd0, 0xC634: b"x" * 400_000})
    assert read(data, "big.tif")[0].positions[0].lat_udeg == LAT
    block = Block.open(Source.of(data))
    assert survey(block).sound


def test_reading_opens_no_socket(make, read, monkeypatch):
    import socket

    def refuse(*_args, **_keywords):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    packet = b'<!DOCTYPE a SYSTEM "http://example.invalid/x.dtd">' + make.xmp("")
    image, refusals = read(make.jpeg(make.app1(make.tiff()), make.xmp_app1(packet)))
    assert image.positions
    assert [item.reason for item in refusals] == ["damaged"]


def test_memory_stays_small_for_a_large_file(make, tmp_path):
    """Pixels are never read: a file of 200 MB with a hole costs what its head costs."""
    import tracemalloc

    path = tmp_path / "large.jpg"
    with path.open("wb") as handle:
        handle.write(make.jpeg(make.app1(make.tiff())))
        handle.truncate(200 * 1024 * 1024)
    read_image(path, "s", "large.jpg")
    tracemalloc.start()
    image, _ = read_image(Path(path), "s", "large.jpg")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert image.positions
    assert peak < 5_000_000
