"""Each walker on its own: what it collects, and what it leaves."""

from __future__ import annotations

import struct
from dataclasses import asdict

import pytest

from forensics.read.images.blocks import Blocks, inflate
from forensics.read.images.camera_clock import ClockReading, read_clock
from forensics.read.images.heif import walk_heif, walk_jxl
from forensics.read.images.icc import icc_description
from forensics.read.images.ifd import Block, Ratio, slim, survey
from forensics.read.images.iptc import read_iptc, read_resources
from forensics.read.images.jpeg import walk_jpeg
from forensics.read.images.movie import walk_movie
from forensics.read.images.png import walk_png
from forensics.read.images.raws import walk_bpg, walk_mrw
from forensics.read.images.reader import read_image
from forensics.read.images.riff import walk_gif, walk_webp
from forensics.read.images.rows import image_from_row
from forensics.read.images.source import Source
from forensics.read.images.strings import decode, tidy
from forensics.read.images.tags import WANTED, Tags, read_tags
from forensics.read.images.tiff import walk_tiff
from forensics.read.images.times import other_times
from forensics.read.images.walk import family_of
from forensics.read.images.xmp import Xmp


def _walked(walk, data: bytes) -> Blocks:
    blocks = Blocks("x")
    walk(Source.of(data), blocks)
    return blocks


def test_jpeg_stops_at_the_scan(make):
    inside_scan = make.jpeg() + make.app1(make.tiff())
    assert _walked(walk_jpeg, inside_scan).exif == []


def test_jpeg_comment_and_tables(make):
    tables = b"\0" + bytes(range(64))
    blocks = _walked(
        walk_jpeg, make.jpeg(make.segment(0xFE, b"made  by\0hand"), make.segment(0xDB, tables))
    )
    assert blocks.texts == {"comment": "made by"}
    assert blocks.dqt == tables


def test_jpeg_ends_in_fill_bytes(make):
    for tail in (b"", b"\xff", b"\xff\xff\xff", b"\x00" * 70_000):
        assert _walked(walk_jpeg, b"\xff\xd8" + tail).problems == []


def test_png_texts_are_kept_short_and_first_wins(make):
    chunks = [make.chunk(b"tEXt", b"Title\0" + text) for text in (b"one", b"two")]
    chunks += [make.chunk(b"tEXt", b"Long\0" + b"x" * 9000), make.chunk(b"tEXt", b"no separator")]
    blocks = _walked(walk_png, make.png(*chunks))
    assert blocks.texts["Title"] == "one"
    assert len(blocks.texts["Long"]) == 4096
    assert len(blocks.texts) == 2


def test_webp_chunks_are_padded_to_even(make):
    blocks = _walked(walk_webp, make.webp((b"ODD ", b"x"), (b"ICCP", b"profile")))
    assert blocks.icc == b"profile"


def test_gif_trailer_and_junk(make):
    assert _walked(walk_gif, b"GIF89a" + b"\0" * 7 + b"junk").problems == []


def test_heif_items_inside_idat_and_odd_tables(make):
    block = make.tiff()
    item = struct.pack(">I", 0) + block
    infe = make.box(b"infe", b"\2\0\0\0\0\1\0\0Exif\0")
    old = make.box(b"infe", b"\1\0\0\0\0\1\0\0")
    iinf = make.box(b"iinf", b"\1\0\0\0\0\0\0\2" + old + infe)
    # Version 1, 8-byte base offset, 4-byte index, offset and length; construction 1 = in idat.
    iloc = b"\1\0\0\0\x44\x84\0\1" + struct.pack(">HHHQH", 1, 1, 0, 0, 1)
    iloc += struct.pack(">III", 0, 0, len(item))
    meta = make.box(b"meta", b"\0\0\0\0" + iinf + make.box(b"iloc", iloc) + make.box(b"idat", item))
    blocks = _walked(walk_heif, make.box(b"ftyp", b"heic") + meta)
    assert blocks.exif[0].source.at(0, 8) == block[:8]
    for broken in (
        b"\3\0\0\0\x44\0\0\1",  # a version nobody has defined
        b"\1\0\0\0\x33\0\0\1",  # three-byte offsets
        b"\1\0\0\0\x44\0\xff\xff",  # more items than there are bytes
    ):
        meta = make.box(b"meta", b"\0\0\0\0" + iinf + make.box(b"iloc", broken))
        assert _walked(walk_heif, make.box(b"ftyp", b"heic") + meta).exif == []
    # Construction 1 without an idat box: the item is empty.
    meta = make.box(b"meta", b"\0\0\0\0" + iinf + make.box(b"iloc", iloc))
    assert _walked(walk_heif, make.box(b"ftyp", b"heic") + meta).problems[0].reason == "damaged"


def test_heif_with_too_many_extents(make):
    infe = make.box(b"infe", b"\2\0\0\0\0\1\0\0mime\0application/rdf+xml\0")
    iinf = make.box(b"iinf", b"\0\0\0\0\0\1" + infe)
    iloc = b"\0\0\0\0\x44\0\0\2" + struct.pack(">HHH", 1, 0, 100) + struct.pack(">II", 0, 4) * 100
    iloc += struct.pack(">HHH", 2, 0, 0)
    meta = make.box(b"meta", b"\0\0\0\0" + iinf + make.box(b"iloc", iloc))
    blocks = _walked(walk_heif, make.box(b"ftyp", b"heic") + meta)
    assert len(blocks.xmp[0]) == 64 * 4


def test_jxl_xml_box(make):
    assert _walked(walk_jxl, make.box(b"xml ", b"<a/>")).xmp == [b"<a/>"]


def test_movie_with_a_full_meta_box_and_unknown_keys(make):
    keys = make.box(b"keys", b"\0\0\0\0\0\0\0\1" + make.box(b"mdta", b"com.example.other"))
    data = make.box(b"data", struct.pack(">II", 1, 0) + b"text")
    number = make.box(b"data", struct.pack(">II", 21, 0) + b"\0\1")
    values = make.box(b"ilst", make.box(b"\0\0\0\1", data) + make.box(b"\xa9mak", data)
                      + make.box(b"\xa9mod", number))  # fmt: skip
    meta = make.box(b"meta", b"\0\0\0\0" + keys + values)
    blocks = _walked(walk_movie, make.box(b"moov", make.box(b"udta", meta)))
    assert blocks.movie == {"make": "text"}
    assert _walked(walk_movie, make.box(b"moov", make.box(b"meta", b"\0\0\0\0"))).movie == {}


def test_movie_location_box_cut_short(make):
    box = make.box(b"loci", b"\0\0\0\0\x15\xc7name")
    assert _walked(walk_movie, make.box(b"moov", make.box(b"udta", box))).movie == {}


def test_tiff_of_several_kinds(make):
    assert _walked(walk_tiff, b"II*\0\0\0\0\0").width_px is None
    assert _walked(walk_tiff, b"II+\0\0\0\0\0").width_px is None
    assert _walked(walk_tiff, make.tiff(ifd0={256: 64, 257: 48})).width_px == 64


def test_raw_frames_without_an_exif_block(make):
    assert _walked(walk_mrw, b"\0MRM\0\0\0\x08\0PRD\0\0\0\0").exif == []
    assert _walked(walk_bpg, b"BPG\xfb\0\0\x40\x30\0").exif == []
    parts = b"\x02\x03ICC" + b"\x03\x04<a/>" + b"\x09\x01x"
    blocks = _walked(walk_bpg, b"BPG\xfb\0\x08\x40\x30\0" + bytes((len(parts),)) + parts)
    assert (blocks.icc, blocks.xmp) == (b"ICC", [b"<a/>"])
    assert (blocks.width_px, blocks.height_px) == (64, 48)


def test_packets_have_a_size_limit_and_problems_a_number():
    blocks = Blocks("x")
    blocks.add_xmp(b"x" * (16 * 1024 * 1024 + 1))
    assert (blocks.xmp, blocks.problems[0].reason) == ([], "too_large")
    for number in range(300):
        blocks.problem(f"byte {number}", "damaged", "y" * 900)
    assert len(blocks.problems) == 100
    assert len(blocks.problems[-1].raw) == 200


def test_inflate_stops_at_its_limit():
    import zlib

    assert inflate(zlib.compress(b"abc"), 3) == b"abc"
    assert inflate(zlib.compress(b"abcd"), 3) is None
    assert inflate(b"rubbish", 3) is None


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        ("Köln".encode(), "Köln", "utf-8"),
        ("盐城市".encode("gb18030"), "盐城市", "gb18030"),
        ("Crémieux".encode("latin-1"), "Crémieux", "latin-1"),
        ("é".encode("latin-1") + b"a", "éa", "latin-1"),
        (b"\xff\xff", "ÿÿ", "latin-1"),
    ],
)
def test_text_in_three_encodings(data, text, encoding):
    assert decode(data) == (text, encoding)


def test_tidy_cuts_at_nul_and_collapses_white_space():
    assert tidy(b" ION230 \0F") == "ION230"
    assert tidy("a \n\t b\0c") == "a b"
    assert len(tidy("x" * 9000)) == 4096


def test_iptc_junk():
    assert read_resources(b"8BIM") == {0: b""}
    assert read_resources(b"nothing") == {}
    assert read_iptc(b"\x1c\x02\x5a\x80\x04\0\0\0\1x") == {}
    assert read_iptc(b"") == {}
    assert read_iptc(b"\x1c\x02\x5a\0\0") == {}


def test_icc_without_a_profile():
    assert icc_description(Blocks("x")) is None


def test_values_of_every_type(make):
    """Bytes, whole numbers of both signs, fractions; floats are left out."""
    entries = [
        (1, 3, 1, struct.pack("<HH", 7, 0)), (2, 9, 1, struct.pack("<i", -7)),
        (3, 11, 1, struct.pack("<f", 1.5)), (4, 99, 1, b"abcd"), (5, 4, 3_000_000, b"\0" * 4),
    ]  # fmt: skip
    data = b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries))
    data += b"".join(struct.pack("<HHI", *entry[:3]) + entry[3] for entry in entries) + b"\0" * 4
    block = Block.open(Source.of(data))
    directory = block.directory(8)
    assert {tag: block.value(entry) for tag, entry in directory.entries.items()} == {
        1: (7,),
        2: (-7,),
        3: None,
    }
    assert block.directory(0) is None
    assert block.directory(10**6) is None
    assert Block.open(Source.of(b"II*")) is None
    assert Block.open(Source.of(b"IIxx\0\0\0\0")) is None


def test_tags_of_each_kind():
    tags = Tags(values={("gps", 5): b"\1", ("image", 1): (4, 5), ("image", 2): (Ratio(1, 2),)})
    assert tags.number("gps", 5) == 1
    assert tags.number("image", 1) == 4
    assert tags.number("image", 2) is None
    assert tags.number("image", 3) is None
    assert tags.ratios("image", 1) == (Ratio(4, 1), Ratio(5, 1))
    assert tags.ratios("gps", 5) is None
    assert tags.text("image", 1) == ""
    assert tags.raw("image", 1) == b""


def test_bare_roots_are_read_by_the_own_look_up(make):
    from forensics.read.images.blocks import ExifBlock

    block = make.tiff(ifd0=make.gps, exif={}, gps={})
    tags = read_tags(ExifBlock(Source.of(block), "gps"), Blocks("cr3"))
    assert tags.text("gps", 1) == "N"
    assert tags.ratios("gps", 2)[0] == Ratio(43, 1)


@pytest.mark.parametrize("order", ["<", ">"])
def test_slimming_a_block_changes_no_value(order, make, monkeypatch):
    from forensics.read.images import tags as module
    from forensics.read.images.blocks import ExifBlock

    block = make.tiff(
        ifd0={**make.ifd0, 0x0112: 1, 0x013B: "Somebody else", 0x9C9B: b"x" * 50},
        exif={**make.exif, 0x829A: [(1, 100)], 0x9286: b"ASCII\0\0\0hello", 0xA002: 64},
        gps={**make.gps, 16: "T", 17: [(90, 1)]},
        thumbnail=b"\xff\xd8" + b"t" * 60,
        order=order,
    )
    slimmed = read_tags(ExifBlock(Source.of(block)), Blocks("jpeg")).values
    monkeypatch.setattr(module, "slim", lambda data, *_rest: data)
    assert read_tags(ExifBlock(Source.of(block)), Blocks("jpeg")).values == slimmed
    assert len(slimmed) == 16


def test_blocks_that_overlap_themselves_are_not_slimmed(make):
    """A value inside its own directory: moving entries would change it."""
    text_at = 8 + 2 + 12
    entries = struct.pack("<HHII", 0x010F, 2, 9, text_at) + struct.pack(
        "<HHI4s", 0x9999, 2, 4, b"ab\0\0"
    )
    data = b"II*\0\x08\0\0\0" + struct.pack("<H", 2) + entries + b"\0" * 4
    block = Block.open(Source.of(data))
    assert slim(data, block, survey(block), WANTED) == data
    # The Exif directory starts inside IFD0.
    entries = struct.pack("<HHII", 0x8769, 4, 1, 12) + struct.pack(
        "<HHI4s", 0x9999, 2, 4, b"ab\0\0"
    )
    data = b"II*\0\x08\0\0\0" + struct.pack("<H", 2) + entries + b"\0" * 40
    block = Block.open(Source.of(data))
    assert slim(data, block, survey(block), WANTED) == data


def test_exifread_stays_silent(make, read, capsys, caplog):
    """The library logs warnings; a terminal must not see text that a file wrote."""
    import logging

    read(make.jpeg(make.app1(make.tiff(ifd0={0x010F: "A"})[:60])))
    assert capsys.readouterr() == ("", "")
    assert caplog.records == []
    assert logging.getLogger("exifread").disabled is False


def test_other_times_of_an_empty_file():
    assert other_times(Xmp(), Blocks("x")) == ()


def test_clock_reading_is_a_value():
    assert read_clock(0, 0) == ClockReading(0, 0, 0)


def test_families_are_tried_in_order():
    assert family_of(b"\xff\xd8\xff").name == "jpeg"
    assert family_of(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic").name == "heif"
    assert family_of(b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif").name == "avif"
    assert family_of(b"plain text") is None


def test_an_image_comes_back_from_its_table(make, tmp_path):
    path = tmp_path / "x.jpg"
    path.write_bytes(make.jpeg(make.app1(make.tiff()), make.xmp_app1(make.xmp(""))))
    image, _ = read_image(path, "ab" * 32, "x.jpg")
    assert image_from_row(asdict(image)) == image
