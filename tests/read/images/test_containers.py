"""The same EXIF block comes out of every container, wherever it stands in it."""

from __future__ import annotations

import io
import struct
import zlib
from fractions import Fraction

import pytest
from PIL import Image as Picture
from PIL import features

from forensics.read.images import is_image

LAT, LON = 43_467_448, 11_885_127


def _movie_with(make, *inside: bytes, brand: bytes = b"isom") -> bytes:
    return make.box(b"ftyp", brand + b"\0\0\0\0" + brand) + make.box(b"moov", b"".join(inside))


def _raf(make) -> bytes:
    preview = make.jpeg(make.app1(make.tiff()))
    head = b"FUJIFILMCCD-RAW 0201" + b"\0" * 64
    return head + struct.pack(">II", 100, len(preview)) + b"\0" * 8 + preview


def _mrw(make) -> bytes:
    other, block = b"\0PRD" + struct.pack(">I", 4) + b"abcd", make.tiff(order=">")
    inside = other + b"\0TTW" + struct.pack(">I", len(block)) + block
    return b"\0MRM" + struct.pack(">I", len(inside)) + inside


def _x3f(make) -> bytes:
    section = b"SECi" + b"\0" * 24 + make.jpeg(make.app1(make.tiff()))
    data = b"FOVb" + b"\0" * 28 + section
    directory = b"SECd" + struct.pack("<II", 2, 2)
    directory += struct.pack("<II", 4, 4) + b"PROP" + struct.pack("<II", 32, len(section)) + b"IMA2"
    return data + directory + struct.pack("<I", len(data))


def _bpg(make) -> bytes:
    def ue7(number: int) -> bytes:
        return bytes((0x80 | number >> 14 & 0x7F, 0x80 | number >> 7 & 0x7F, number & 0x7F))

    block = make.tiff()
    extension = ue7(1) + ue7(len(block)) + block
    return b"BPG\xfb\x20\x08" + ue7(64) + ue7(48) + ue7(0) + ue7(len(extension)) + extension


def _cr3(make) -> bytes:
    uuid = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
    parts = make.box(b"CMT1", make.tiff(exif={}, gps={}))
    parts += make.box(b"CMT2", make.tiff(ifd0=make.exif, exif={}, gps={}))
    parts += make.box(b"CMT4", make.tiff(ifd0=make.gps, exif={}, gps={}))
    return _movie_with(make, make.box(b"uuid", uuid + parts), brand=b"crx ")


def _raw_profile(make, *, name: bytes = b"exif") -> bytes:
    block = b"Exif\0\0" + make.tiff()
    digits = block.hex().encode()
    lines = b"\n".join(digits[at : at + 72] for at in range(0, len(digits), 72))
    text = b"\n" + name + b"\n%8d\n" % len(block) + lines + b"\n"
    return make.png(
        make.chunk(b"zTXt", b"Raw profile type " + name + b"\0\0" + zlib.compress(text))
    )


CONTAINERS = {
    "jpeg": lambda m: m.jpeg(m.app1(m.tiff())),
    "jpeg big-endian": lambda m: m.jpeg(m.app1(m.tiff(order=">"))),
    "jpeg without Exif prefix": lambda m: m.jpeg(m.segment(0xE1, m.tiff())),
    "jpeg with fill bytes": lambda m: m.jpeg(b"\xff\xff\xff" + m.app1(m.tiff())),
    "jpeg with junk": lambda m: m.jpeg(b"\x12" * 600 + m.app1(m.tiff())),
    "jpeg with restart marker": lambda m: m.jpeg(b"\xff\x01" + m.app1(m.tiff())),
    "png eXIf": lambda m: m.png(m.chunk(b"eXIf", m.tiff())),
    "png eXIf with prefix": lambda m: m.png(m.chunk(b"eXIf", b"Exif\0\0" + m.tiff())),
    "png after broken IDAT": lambda m: m.png(
        m.chunk(b"IDAT", b"\xff" * 40), m.chunk(b"eXIf", m.tiff())
    ),
    "png raw profile": _raw_profile,
    "png raw profile APP1": lambda m: _raw_profile(m, name=b"APP1"),
    "webp": lambda m: m.webp((b"VP8X", b"\0" * 10), (b"EXIF", m.tiff())),
    "webp with prefix": lambda m: m.webp((b"ODD ", b"abc"), (b"EXIF", b"Exif\0\0" + m.tiff())),
    "tiff": lambda m: m.tiff(),
    "tiff big-endian": lambda m: m.tiff(order=">"),
    "orf": lambda m: m.tiff(magic=0x4F52),
    "heif": lambda m: m.heif([(b"hvc1", b"", b"pixels"), m.exif_item(m.tiff())]),
    "heif version 0": lambda m: m.heif([m.exif_item(m.tiff())], version=0),
    "heif version 2": lambda m: m.heif([m.exif_item(m.tiff())], version=2),
    "heif distance misses": lambda m: m.heif([(b"Exif", b"", b"\0\0\0\x30" + m.tiff())]),
    "avif": lambda m: m.heif([m.exif_item(m.tiff())], brand=b"avif"),
    "jxl": lambda m: b"\0\0\0\x0cJXL \r\n\x87\n" + m.box(b"Exif", b"\0\0\0\0" + m.tiff()),
    "jxl size to the end": lambda m: (
        b"\0\0\0\x0cJXL \r\n\x87\n" + b"\0\0\0\0Exif\0\0\0\0" + m.tiff()
    ),
    "cr3": _cr3,
    "raf": _raf,
    "mrw": _mrw,
    "x3f": _x3f,
    "bpg": _bpg,
}


@pytest.mark.parametrize("name", CONTAINERS)
def test_one_block_gives_one_answer_in_every_container(name, make, read):
    data = CONTAINERS[name](make)
    assert is_image(data[:64], "without-ending")
    image, refusals = read(data)
    assert refusals == ()
    assert (image.positions[0].lat_udeg, image.positions[0].lon_udeg) == (LAT, LON)
    assert image.camera["make"] == "NIKON"
    assert image.camera["model"] == "COOLPIX P6000"
    assert image.camera["body_serial"] == "30012345"
    assert image.software == "Nikon Transfer 1.1 W"
    assert image.times[0].local.text == "2008-10-22T16:28:39"
    # 16:28:39 less 14:27:07.24, the dates a day apart: UTC+2 and 92 s, as published for this pair.
    assert (image.clock_offset_min, image.clock_residual_s) == (120, 92)
    assert image.stripped is False


@pytest.mark.parametrize("length", [1_000, 3_900, 4_100, 30_000, 65_000, 250_000])
def test_nothing_limits_what_stands_before_exif(length, make, read):
    pieces = [min(60_000, length - at) for at in range(0, length, 60_000)]
    before = b"".join(make.segment(0xE7, b"\xd8" * size) for size in pieces)
    image, refusals = read(make.jpeg(before + make.app1(make.tiff())))
    assert refusals == ()
    assert image.positions[0].lat_udeg == LAT


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif", "avif"])
def test_files_written_by_pillow(suffix, tmp_path, make, read):
    if suffix == "avif" and not features.check("avif"):
        pytest.skip("this Pillow writes no AVIF")
    exif = Picture.Exif()
    exif.load(b"Exif\0\0" + make.tiff())
    out = io.BytesIO()
    kind = {"jpg": "JPEG", "tif": "TIFF"}.get(suffix, suffix.upper())
    Picture.new("RGB", (64, 48), (9, 99, 30)).save(out, kind, exif=exif)
    image, refusals = read(out.getvalue(), f"x.{suffix}")
    assert refusals == ()
    assert (image.positions[0].lat_udeg, image.positions[0].lon_udeg) == (LAT, LON)
    assert (image.width_px, image.height_px) == (64, 48)


def test_tables_and_size_agree_with_pillow(tmp_path, read):
    import hashlib

    out = io.BytesIO()
    Picture.effect_noise((120, 80), 40).convert("RGB").save(out, "JPEG", quality=71)
    image, _ = read(out.getvalue())
    with Picture.open(io.BytesIO(out.getvalue())) as picture:
        assert (image.width_px, image.height_px) == picture.size
        zigzag = picture.quantization
    again = io.BytesIO()
    Picture.new("RGB", (10, 10)).save(again, "JPEG", qtables=zigzag)
    # The same tables in another picture have the same hash; other tables have another.
    assert read(again.getvalue())[0].hashes == image.hashes
    other = io.BytesIO()
    Picture.new("RGB", (10, 10)).save(other, "JPEG", quality=50)
    assert read(other.getvalue())[0].hashes != image.hashes
    assert len(bytes.fromhex(image.hashes["dqt"])) == hashlib.sha256().digest_size


def test_gif_comment_xmp_and_size(make, read):
    packet = make.xmp("", attributes='m:DocumentID="xmp.did:1"')
    ramp = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    gif = (
        b"GIF89a" + struct.pack("<HH", 64, 48) + b"\x80\0\0" + b"\0" * 6
        + b"\x21\xfe\x05hello\0" + b"\x21\xf9\x04\0\0\0\0\0"
        + b"\x2c" + b"\0" * 8 + b"\x80" + b"\0" * 6 + b"\x02\x03abc\0"
        + b"\x21\xff\x0bXMP DataXMP" + packet + ramp + b"\x3b"
    )  # fmt: skip
    image, refusals = read(gif)
    assert refusals == ()
    assert image.documents["xmp_document_id"] == "xmp.did:1"
    assert (image.width_px, image.height_px) == (64, 48)


def test_gif_without_the_end_of_its_xmp(read):
    gif = b"GIF89a" + b"\1\0\1\0\0\0\0" + b"\x21\xff\x0bXMP DataXMP<x:xmpmeta"
    image, refusals = read(gif)
    assert [(item.where, item.reason) for item in refusals] == [("field XMP", "damaged")]
    assert image.format == "gif"


def test_sizes_of_webp_pictures(make, read):
    lossy = b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 64, 48)
    lossless = b"\x2f" + struct.pack("<I", 63 | 47 << 14)
    extended = b"\0\0\0\0" + (63).to_bytes(3, "little") + (47).to_bytes(3, "little")
    for chunk in ((b"VP8 ", lossy), (b"VP8L", lossless), (b"VP8X", extended)):
        image, _ = read(make.webp(chunk))
        assert (image.width_px, image.height_px) == (64, 48)
        assert image.stripped


def test_content_credentials_are_flagged(make, read):
    files = [
        make.jpeg(make.segment(0xEB, b"JP\0\1\0\0\0\1\0\0\0\x20jumb\0\0\0\x18jumdc2pa")),
        make.png(make.chunk(b"caBX", b"x")),
        make.webp((b"C2PA", b"x")),
        make.heif([(b"jumb", b"", b"x")]),
        make.box(b"ftyp", b"heic\0\0\0\0mif1") + make.box(b"meta", b"\0\0\0\0")
        + make.box(b"uuid", bytes.fromhex("d8fec3d61b0e483c92975828877ec481")),
        b"\0\0\0\x0cJXL \r\n\x87\n" + make.box(b"jumb", b"x"),
        _movie_with(make) + make.box(b"uuid", bytes.fromhex("d8fec3d61b0e483c92975828877ec481")),
    ]  # fmt: skip
    for data in files:
        image, refusals = read(data)
        assert image.documents["c2pa"] == "present"
        assert not image.stripped
        assert refusals == ()


def test_movie_location_dates_and_device(make, read):
    keys = b"\0\0\0\0" + struct.pack(">I", 3)
    values = b""
    pairs = [
        (b"com.apple.quicktime.location.ISO6709", b"-33.8688+151.2093+058.000/"),
        (b"com.apple.quicktime.creationdate", b"2021-04-11T15:47:53+1000"),
        (b"com.apple.quicktime.model", b"iPhone 11"),
    ]
    for number, (key, text) in enumerate(pairs, 1):
        keys += make.box(b"mdta", key)
        values += make.box(
            struct.pack(">I", number), make.box(b"data", struct.pack(">II", 1, 0) + text)
        )
    meta = make.box(b"meta", make.box(b"keys", keys) + make.box(b"ilst", values))
    header = make.box(b"mvhd", b"\0\0\0\0" + struct.pack(">I", 2_082_844_800 + 1_618_120_073))
    data = _movie_with(make, header, meta, brand=b"qt  ")
    image, refusals = read(data, "x.mov")
    assert refusals == ()
    place = image.positions[0]
    assert (place.lat_udeg, place.lon_udeg, place.basis) == (-33_868_800, 151_209_300, "quicktime")
    assert image.altitude_mm == 58_000
    assert image.camera["model"] == "iPhone 11"
    created = {claim.field: claim for claim in image.times}
    assert created["movie_created"].instant.offset_as_written_min == 600
    # UTC by the standard, local on many cameras: no instant is claimed for the header.
    assert created["movie_header"].local.text == "2021-04-11T05:47:53"
    assert created["movie_header"].instant is None


def test_movie_user_data(make, read):
    text = b"+48.8577+002.2950/"
    place = make.box(b"\xa9xyz", struct.pack(">HH", len(text), 0x15C7) + text)
    image, refusals = read(_movie_with(make, make.box(b"udta", place)), "x.mp4")
    assert refusals == ()
    assert (image.positions[0].lat_udeg, image.positions[0].lon_udeg) == (48_857_700, 2_295_000)
    loci = b"\0\0\0\0\x15\xc7name\0\0" + struct.pack(
        ">iii", int(-2.5 * 65536), 48 * 65536, 35 * 65536
    )
    image, _ = read(_movie_with(make, make.box(b"udta", make.box(b"loci", loci))), "x.3gp")
    assert (image.positions[0].lat_udeg, image.positions[0].lon_udeg) == (48_000_000, -2_500_000)
    assert image.altitude_mm == 35_000


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"+00.0000+000.0000/", "null_island"),
        (b"+95.0000+000.0000/", "impossible_position"),
        (b"somewhere", "impossible_position"),
    ],
)
def test_movie_locations_that_are_refused(text, reason, make, read):
    place = make.box(b"\xa9xyz", struct.pack(">HH", len(text), 0) + text)
    image, refusals = read(_movie_with(make, make.box(b"udta", place)), "x.mp4")
    assert image.positions == ()
    assert [(item.where, item.reason) for item in refusals] == [("field location", reason)]


def test_movie_dates_outside_the_range(make, read):
    header = make.box(b"mvhd", b"\x01\0\0\0" + struct.pack(">Q", 5))
    image, refusals = read(_movie_with(make, header), "x.mp4")
    assert [(item.where, item.reason) for item in refusals] == [("field mvhd", "time_out_of_range")]
    assert image.times == ()


def test_xmp_in_every_container(make, read):
    packet = make.xmp("", attributes='m:DocumentID="xmp.did:7"')
    itxt = b"XML:com.adobe.xmp\0\0\0\0\0" + packet
    adobe = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
    raw = b"\nxmp\n%d\n" % len(packet) + packet.hex().encode()
    files = [
        make.jpeg(make.xmp_app1(packet)),
        make.png(make.chunk(b"iTXt", itxt)),
        make.png(make.chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(packet))),
        make.png(make.chunk(b"tEXt", b"Raw profile type xmp\0" + raw)),
        make.webp((b"XMP ", packet)),
        make.webp((b"XMP\0", packet)),
        make.tiff(ifd0={700: packet}, exif={}, gps={}),
        make.jpeg(make.app1(make.tiff(ifd0={700: packet}, exif={}, gps={}))),
        make.heif([(b"mime", b"application/rdf+xml", packet)]),
        b"\0\0\0\x0cJXL \r\n\x87\n" + make.box(b"xml ", packet),
        _movie_with(make) + make.box(b"uuid", adobe + packet),
        _movie_with(make, make.box(b"udta", make.box(b"XMP_", packet))),
        _movie_with(make) + make.box(b"XMP_", packet),
    ]
    for data in files:
        image, refusals = read(data)
        assert image.documents["xmp_document_id"] == "xmp.did:7"
        assert refusals == ()


def test_iptc_places_in_jpeg_tiff_and_png(make, read):
    def record(number: int, text: bytes) -> bytes:
        return b"\x1c\x02" + bytes((number,)) + struct.pack(">H", len(text)) + text

    iptc = record(0, b"\0\4") + record(90, "Köln".encode()) + record(101, b"Germany")
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(iptc)) + iptc + b"\0" * (len(iptc) % 2)
    resource = b"8BIM\x03\xed\x03abc" + struct.pack(">I", 3) + b"xyz\0" + resource
    half = len(resource) // 2
    raw = b"\niptc\n%d\n" % len(resource) + resource.hex().encode()
    files = [
        make.jpeg(
            make.segment(0xED, b"Photoshop 3.0\0" + resource[:half]),
            make.segment(0xED, b"Photoshop 3.0\0" + resource[half:]),
        ),
        make.tiff(ifd0={34377: resource}, exif={}, gps={}),
        make.tiff(ifd0={33723: iptc}, exif={}, gps={}),
        make.png(make.chunk(b"tEXt", b"Raw profile type iptc\0" + raw)),
    ]
    for data in files:
        image, _ = read(data)
        assert image.documents["iptc_city"] == "Köln"
        assert image.documents["iptc_country"] == "Germany"


def test_png_time_is_utc_by_the_specification(make, read):
    image, _ = read(make.png(make.chunk(b"tIME", struct.pack(">H5B", 2021, 8, 15, 22, 1, 32))))
    claim = image.times[0]
    assert (claim.field, claim.clock_writer, claim.instant.basis) == (
        "png_time",
        "editor",
        "stated",
    )
    assert claim.instant.utc_us == 1_629_064_892_000_000
    image, refusals = read(
        make.png(make.chunk(b"tIME", struct.pack(">H5B", 2021, 13, 15, 2, 1, 3)))
    )
    assert [(item.where, item.reason) for item in refusals] == [("field png_time", "bad_time")]


def test_thumbnail_counts_only_where_it_lies_inside(make, read):
    block = make.tiff(thumbnail=b"\xff\xd8" + b"t" * 200)
    assert read(make.jpeg(make.app1(block)))[0].thumbnail_bytes == 202
    assert read(make.jpeg(make.app1(block[:-50])))[0].thumbnail_bytes is None


def test_stripped_pictures_say_so(make, read):
    image, refusals = read(make.jpeg())
    assert image.stripped
    assert [(item.where, item.reason) for item in refusals] == [("file", "no_metadata")]


def test_first_block_wins_and_later_blocks_fill_gaps(make, read):
    first = make.tiff(ifd0={0x010F: "First"}, exif={}, gps={})
    image, _ = read(make.jpeg(make.app1(first), make.app1(make.tiff())))
    assert image.camera["make"] == "First"
    assert image.camera["model"] == "COOLPIX P6000"


def test_preview_of_a_panasonic_raw_file(make, read):
    preview = make.jpeg(make.app1(make.tiff(ifd0={0x0131: "Ver.1.0"}, exif={}, gps={})))
    data = make.tiff(ifd0={0x010F: "Panasonic", 0x002E: preview}, exif={}, gps={}, magic=0x55)
    image, _ = read(data, "x.rw2")
    assert (image.format, image.camera["make"], image.software) == ("rw2", "Panasonic", "Ver.1.0")


@pytest.mark.parametrize(
    ("head", "name", "expected"),
    [
        (b"\xff\xd8\xff\xe0", "x", True),
        (b"account,time,text\n", "posts.csv", False),
        (b"not free for all", "notes.txt", False),
        (b"", "x.JPG", True),
        (b"", "posts.csv", False),
        (b"\0\0\0\x1cftypM4A \0\0\0\0", "song.m4a", False),
        (b"\0\0\0\x1cftypmp42\0\0\0\0", "clip", True),
        (b"PK\x03\x04", "x.zip", False),
        (b"II+\0\x08\0", "big.tif", True),
    ],
)
def test_which_files_belong_here(head, name, expected):
    assert is_image(head, name) is expected


def test_expected_position_by_hand():
    """The numbers above, computed apart: 43° 28' 2.814" and 11° 53' 6.45599999"."""
    assert round((43 + Fraction(28, 60) + Fraction("2.814") / 3600) * 10**6) == LAT
    assert round((11 + Fraction(53, 60) + Fraction("6.45599999") / 3600) * 10**6) == LON
