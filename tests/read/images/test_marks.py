"""Traces of programs and platforms."""

from __future__ import annotations

import io
import struct

import pytest
from PIL import Image as Picture

from forensics.read.images.jpeg import frame_size
from forensics.read.images.placenames import place_names
from forensics.read.images.quantisation import quality


@pytest.mark.parametrize(
    ("name", "app", "platform"),
    [
        ("IMG-20240314-WA0007.jpg", "whatsapp", "WhatsApp"),
        ("photo_2024-03-14_10-20-30.jpg", "telegram", "Telegram"),
        ("mmexport1700000000000.jpg", "wechat_export", "WeChat"),
        ("PXL_20240314_092030123.jpg", "pixel", None),
        ("IMG_4120.JPG", "camera", None),
        ("received_1234567890123.jpeg", "messenger", "Messenger"),
        ("GEzRk3bXcAA1B2C.jpg", "x", "X"),
        ("Olympus_C8080WZ.jpg", None, None),
        ("holiday.jpg", None, None),
        ("v2-0123456789abcdef0123456789abcdef_r.jpg", "zhihu", "Zhihu"),
    ],
)
def test_names(name, app, platform, make, read):
    image, _ = read(make.jpeg(), name)
    assert (image.marks.get("app"), image.marks.get("platform")) == (app, platform)
    assert ("stripped" in image.marks) == (platform is not None)


def test_a_loose_name_with_metadata_names_no_platform(make, read):
    image, _ = read(make.jpeg(make.app1(make.tiff())), "GEzRk3bXcAA1B2C.jpg")
    assert image.marks["app"] == "x"
    assert "platform" not in image.marks
    image, _ = read(make.jpeg(make.app1(make.tiff())), "IMG-20240314-WA0007.jpg")
    assert image.marks["platform"] == "WhatsApp"
    assert "stripped" not in image.marks


def test_screenshots(make, read):
    image, _ = read(make.png(), "Screenshot_20240314-102030.png")
    assert image.marks["screenshot"] == "named so (android)"
    exif = {**make.exif, 0x9286: b"ASCII\0\0\0Screenshot"}
    assert read(make.jpeg(make.app1(make.tiff(exif=exif))))[0].marks["screenshot"] == "user comment"
    screen = b"\x89PNG\r\n\x1a\n" + make.chunk(
        b"IHDR", struct.pack(">II5B", 2532, 1170, 8, 2, 0, 0, 0)
    )
    assert "weak" in read(screen, "x.png")[0].marks["screenshot"]
    taken = screen + make.chunk(b"eXIf", make.tiff())
    assert "screenshot" not in read(taken, "x.png")[0].marks


def test_programs_by_whole_words(make, read):
    text = "GIMP 2.10, canvasser, Adobe Photoshop Lightroom Classic 9.0"
    image, _ = read(make.jpeg(make.app1(make.tiff(ifd0={0x0131: text}))))
    assert image.marks["program"] == "GIMP, Lightroom"
    saved = make.segment(0xEC, b"Ducky\0\1")
    assert read(make.jpeg(saved))[0].marks["program"] == "Photoshop (saved for the web)"


def test_a_file_with_program_segments_only_is_still_stripped(make, read):
    image, refusals = read(make.jpeg(make.segment(0xE0, b"JFIF\0\1"), make.segment(0xEE, b"Adobe")))
    assert image.stripped
    assert [item.reason for item in refusals] == ["no_metadata"]


def test_facebooks_mark(make, read):
    record = b"\x1c\x02\x28" + struct.pack(">H", 24) + b"FBMD01000a9f0d0000aa0000"
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(record)) + record
    image, _ = read(make.jpeg(make.segment(0xED, b"Photoshop 3.0\0" + resource)))
    assert image.marks["platform"] == "Facebook or Instagram"
    assert "reencoded" in image.marks


@pytest.mark.parametrize("setting", [30, 50, 75, 85, 92, 100])
def test_quality_of_the_common_library(setting, read):
    out = io.BytesIO()
    Picture.effect_noise((40, 30), 50).convert("RGB").save(out, "JPEG", quality=setting)
    assert read(out.getvalue())[0].marks["jpeg_quality"] == str(setting)


def test_tables_of_ones_own_have_no_quality():
    assert quality(b"") is None
    assert quality(bytes(range(65))) is None
    assert quality(b"\x10" + bytes(130)) is None


def _thumbnail(width: int, height: int) -> bytes:
    frame = b"\xff\xc0\0\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\0"
    return b"\xff\xd8" + frame + b"\xff\xd9"


@pytest.mark.parametrize(
    ("size", "odd"),
    [
        ((160, 120), ""),  # The picture is 64 x 48: this is larger.
        ((32, 24), ""), ((32, 18), "another shape"), ((24, 32), ""), ((30, 30), "another shape"),
    ],
)  # fmt: skip
def test_thumbnails_of_another_shape(size, odd, make, read):
    image, _ = read(make.jpeg(make.app1(make.tiff(thumbnail=_thumbnail(*size)))))
    mark = image.marks.get("thumbnail", "")
    assert mark.startswith(f"{size[0]} x {size[1]}") if odd or size[0] > 64 else mark == ""
    assert odd in mark


@pytest.mark.parametrize("data", [b"", b"\xff\xd8", b"\xff\xd8\xff\xd9", b"\xff\xd8" * 99])
def test_frames_that_are_none(data):
    assert frame_size(data) is None


def test_place_names_from_the_country_inwards(make, read):
    inside = (
        "<p:City>Boston</p:City><p:Country>UK</p:Country>"
        '<i:LocationShown xmlns:i="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"><rdf:Bag>'
        '<rdf:li rdf:parseType="Resource"><i:City>Lincoln</i:City>'
        "<i:CountryName>United Kingdom</i:CountryName></rdf:li></rdf:Bag></i:LocationShown>"
    )
    image, _ = read(make.jpeg(make.xmp_app1(make.xmp(inside))))
    assert place_names(image.documents) == (
        ("xmp", "UK > Boston"),
        ("shown", "United Kingdom > Lincoln"),
    )
    assert place_names({"iptc_city": "X", "xmp_city": "X"}) == (("iptc", "X"),)
    assert place_names({}) == ()
