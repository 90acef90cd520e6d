"""XCF, FLIF and the little-endian MRW: metadata found, lengths that lie."""

from __future__ import annotations

import struct
import zlib

import pytest


def parasite(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(name) + 1) + name + b"\0" + struct.pack(">2I", 1, len(data)) + data


def xcf(parasites: bytes, version: bytes = b"file") -> bytes:
    head = b"gimp xcf " + version + b"\0" + struct.pack(">3I", 640, 480, 0)
    head += struct.pack(">I", 100) if version != b"file" else b""
    resolution = struct.pack(">2I8s", 19, 8, b"\0" * 8)
    return head + resolution + struct.pack(">2I", 21, len(parasites)) + parasites + b"\0" * 8


@pytest.mark.parametrize("version", [b"file", b"v003", b"v011"])
def test_the_parasites_of_a_drawing(version, make, read):
    parts = (
        parasite(b"gimp-comment", b"drawn by hand\0")
        + parasite(b"exif-data", b"Exif\0\0" + make.tiff())
        + parasite(b"gimp-metadata", b"GIMP_XMP_1" + make.xmp('<b:CreatorTool>T</b:CreatorTool>'))
    )  # fmt: skip
    if version == b"v003":
        # Before version 4 no precision stands in the header.
        data = xcf(parts).replace(b"gimp xcf file", b"gimp xcf v003")
    else:
        data = xcf(parts, version)
    image, refusals = read(data, "x.xcf")
    assert (image.width_px, image.height_px) == (640, 480)
    assert image.camera["model"] == "COOLPIX P6000"
    assert image.positions[0].lat_udeg == 43_467_448
    assert image.documents["xmp_creator_tool"] == "T"
    assert refusals == ()


@pytest.mark.parametrize(
    "parts",
    [
        b"", b"\xff" * 40, parasite(b"exif-data", b""), parasite(b"exif-data", b"II*\0")[:20],
        struct.pack(">I", 0xFFFFFFF0) + b"exif-data", parasite(b"", b"x") * 30,
    ],
)  # fmt: skip
def test_parasites_that_lie(parts, read):
    image, _ = read(xcf(parts), "x.xcf")
    assert image.camera == {}


def number(value: int) -> bytes:
    out = bytes((value & 0x7F,))
    while value := value >> 7:
        out = bytes((value & 0x7F | 0x80,)) + out
    return out


def bare(data: bytes) -> bytes:
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    return engine.compress(data) + engine.flush()


def flif(*chunks: tuple[bytes, bytes], kind: bytes = b"31", film: bytes = b"") -> bytes:
    head = b"FLIF" + kind + number(639) + number(479) + film
    body = b"".join(name + number(len(data)) + data for name, data in chunks)
    return head + body + b"\0" + b"\xaa" * 40


def test_the_chunks_of_flif(make, read):
    exif, packet = (
        bare(b"Exif\0\0" + make.tiff()),
        bare(make.xmp("<b:CreatorTool>T</b:CreatorTool>")),
    )
    image, refusals = read(flif((b"eXif", exif), (b"tRko", b"abc"), (b"eXmp", packet)), "x.flif")
    assert (image.width_px, image.height_px) == (640, 480)
    assert image.positions[0].lat_udeg == 43_467_448
    assert image.documents["xmp_creator_tool"] == "T"
    assert refusals == ()
    moving = flif((b"eXif", exif), kind=b"Q1", film=number(8))
    assert read(moving, "x.flif")[0].camera["make"] == "NIKON"


@pytest.mark.parametrize(
    "data",
    [
        flif((b"eXif", b"no stream")), flif((b"iCCP", bare(b"\0" * 9_000_000))),
        flif((b"eXif", bare(b"Exif"))), b"FLIF31" + b"\xff" * 60, b"FLIF",
    ],
)  # fmt: skip
def test_flif_that_lies(data, read):
    image, refusals = read(data, "x.flif")
    assert image.camera == {}
    assert refusals


def test_the_little_endian_form_of_a_raw_frame(make, read):
    block = make.tiff()
    body = b"\0TTW" + struct.pack("<I", len(block)) + block
    image, _ = read(b"\0MRI" + struct.pack("<I", len(body)) + body, "x.mrw")
    assert image.camera["model"] == "COOLPIX P6000"


@pytest.mark.parametrize(
    ("order", "magic", "name"), [("<", 0x01BC, "jxr"), (">", 0x4F52, "orf"), ("<", 0x5352, "orf")]
)
def test_frames_that_are_tiff_with_another_number(order, magic, name, make, read):
    image, refusals = read(make.tiff(order=order, magic=magic), f"x.{name}")
    assert image.format == name
    assert image.camera["model"] == "COOLPIX P6000"
    assert image.positions[0].lat_udeg == 43_467_448
    assert refusals == ()


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9", "wmv"), (b"FLV\1\5", "flv"),
        (b"v/1\1\2", "exr"), ((b"\0\0\0\0G" + b"\0" * 187) * 3, "m2ts"),
    ],
)  # fmt: skip
def test_known_and_not_read(head, name, read):
    image, refusals = read(head.ljust(600, b"\0"), "x.bin")
    assert image.format == name
    assert [item.reason for item in refusals] == ["unsupported_container"]


def profile() -> bytes:
    from PIL import ImageCms

    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def test_colour_profiles_in_other_places(make, read):
    data = profile()
    resource = b"8BIM\x04\x0f\0\0" + struct.pack(">I", len(data)) + data
    in_resources = make.jpeg(make.segment(0xED, b"Photoshop 3.0\0" + resource))
    of_raw = make.tiff(ifd0={**make.ifd0, 0xC68F: data})
    colour = make.box(b"colr", b"\1\0\0\0\0\0\x10") + make.box(b"colr", b"\2\0\0" + data)
    jp2 = make.box(b"jP  ", b"\r\n\x87\n") + make.box(b"jp2h", colour)
    for content, name in ((in_resources, "x.jpg"), (of_raw, "x.dng"), (jp2, "x.jp2")):
        assert "sRGB" in read(content, name)[0].documents["icc_description"]


def test_a_film_from_before_2000(make, read):
    seconds = 2_082_844_800 + 900_000_000
    mvhd = make.box(b"mvhd", struct.pack(">4I", 0, seconds, seconds, 600))
    image, refusals = read(make.box(b"moov", mvhd), "x.mov")
    assert [claim.local.text for claim in image.times] == ["1998-07-09T16:00:00"]
    assert refusals == ()
