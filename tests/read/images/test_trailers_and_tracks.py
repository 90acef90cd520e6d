"""What stands behind a JPEG, and positions recorded along a video."""

from __future__ import annotations

import struct

import pytest

from forensics.read.images.tracks import MAX_SAMPLES

UTC_MS = b"1710408030918"


def seft(*blocks: tuple[int, bytes, bytes]) -> bytes:
    """A trailer as one maker of phones writes it."""
    data, rows = b"", []
    for kind, name, value in blocks:
        body = struct.pack("<HHI", 0, kind, len(name)) + name + value
        rows.append((kind, len(data), len(body)))
        data += body
    directory = b"SEFH" + struct.pack("<II", 101, len(rows))
    for kind, at, size in rows:
        directory += struct.pack("<HHII", 0, kind, len(data) - at, size)
    return data + directory + struct.pack("<I", len(directory)) + b"SEFT"


def test_utc_behind_the_picture(make, read):
    trailer = seft((0x0B00, b"Other", b"xyz"), (0x0A01, b"Image_UTC_Data", UTC_MS))
    image, refusals = read(make.jpeg(make.app1(make.tiff())) + trailer)
    claim = next(claim for claim in image.times if claim.field == "trailer_utc")
    assert claim.instant.utc_us == 1_710_408_030_918_000
    assert claim.clock_writer == "device"
    assert image.documents["trailer"] == "samsung"
    assert refusals == ()


def test_the_country_of_the_network_behind_the_picture(make, read):
    trailer = seft((0x0AA1, b"MCC_Data", b"460"))
    image, _ = read(make.jpeg(make.app1(make.tiff())) + trailer)
    assert image.documents["trailer_mcc"] == "460"
    for odd in (b"46", b"4601", b"999", b"abc", b""):
        image, _ = read(make.jpeg(make.app1(make.tiff())) + seft((0x0AA1, b"MCC_Data", odd)))
        assert "trailer_mcc" not in image.documents


def test_the_trailer_in_the_last_box(make, read):
    last = make.box(b"sefd", seft((0x0A01, b"Image_UTC_Data", UTC_MS)))
    film = make.box(b"ftyp", b"mp42\0\0\0\0") + make.box(b"moov", b"") + last
    for data, name in (
        (film, "x.mp4"),
        (make.heif([make.exif_item(make.tiff())]) + last, "x.heic"),
    ):
        image, _ = read(data, name)
        assert any(claim.field == "trailer_utc" for claim in image.times)


@pytest.mark.parametrize(
    "trailer",
    [
        b"\xff\xff\xff\xffSEFT", b"\0\0\0\0SEFT", b"SEFH\0\0\0\0\x0c\0\0\0SEFT",
        b"SEFH" + b"\xff" * 20 + b"\x18\0\0\0SEFT", seft((0x0A01, b"Image_UTC_Data", b"soon")),
        seft((0x0A01, b"n" * 90, UTC_MS)), b'{"a": nope}', b'{"', b"[1, 2]", b"\0" * 5000, b"{}",
        b'{"a":' * 800 + b"}", seft((0x0A01, b"Image_UTC_Data", b"2999999999999")),
    ],
)  # fmt: skip
def test_trailers_that_say_nothing(trailer, make, read):
    image, refusals = read(make.jpeg(make.app1(make.tiff())) + trailer)
    assert all(claim.field != "trailer_utc" for claim in image.times)
    assert "trailer_keys" not in image.documents
    assert refusals == ()


def test_json_behind_the_picture(make, read):
    tail = b'\0\0{"watermark.device":"ABC-123 5G","src":1}jxrs\0\0'
    image, _ = read(make.jpeg(make.app1(make.tiff())) + tail)
    assert image.camera["trailer_device"] == "ABC-123 5G"
    assert image.documents["trailer_keys"] == "src|watermark.device"


def _klv(key: bytes, kind: str, size: int, count: int, data: bytes) -> bytes:
    head = key + (b"\0" if not kind else kind.encode()) + struct.pack(">BH", size, count)
    return head + data + b"\0" * (-len(data) % 4)


def _inside(key: bytes, data: bytes) -> bytes:
    return key + b"\0" + struct.pack(">BH", 1, len(data)) + data


def gopro(lat: int, lon: int, *, fix: int = 3, written: bytes = b"240314102030.500") -> bytes:
    stream = (
        _klv(b"GPSF", "L", 4, 1, struct.pack(">I", fix))
        + _klv(b"GPSU", "U", 16, 1, written)
        + _klv(b"GPSP", "S", 2, 1, struct.pack(">H", 250))
        + _klv(b"SCAL", "l", 4, 5, struct.pack(">5i", 10_000_000, 10_000_000, 1000, 1000, 100))
        + _klv(b"GPS5", "l", 20, 2, struct.pack(">5i", lat, lon, 35_000, 1, 1) * 2)
    )
    return _inside(b"DEVC", _klv(b"DVNM", "c", 1, 4, b"Test") + _inside(b"STRM", stream))


def camm(*packets: tuple[int, bytes]) -> bytes:
    return b"".join(struct.pack("<HH", 0, kind) + body for kind, body in packets)


def _movie(make, kind: bytes, samples: list[bytes], *, grouped: bool = False) -> bytes:
    """A film with one track of samples, each a chunk, or all in one."""
    front = make.box(b"ftyp", b"isom\0\0\0\0")
    media = make.box(b"mdat", b"".join(samples))
    places, at = [], len(front) + 8
    for sample in samples:
        places.append(at)
        at += len(sample)
    places = places[:1] if grouped else places
    stsd = b"\0\0\0\0\0\0\0\1" + make.box(kind, b"\0" * 8)
    stsc = struct.pack(">5I", 0, 1, 1, len(samples) if grouped else 1, 1)
    stsz = struct.pack(f">3I{len(samples)}I", 0, 0, len(samples), *map(len, samples))
    stco = struct.pack(f">2I{len(places)}I", 0, len(places), *places)
    table = make.box(
        b"stbl",
        make.box(b"stsd", stsd) + make.box(b"stsc", stsc) + make.box(b"stsz", stsz)
        + make.box(b"stco", stco),
    )  # fmt: skip
    trak = make.box(b"trak", make.box(b"mdia", make.box(b"minf", table)))
    return front + media + make.box(b"moov", trak)


def test_a_track_of_a_helmet_camera(make, read):
    samples = [gopro(434674480 + 1000 * i, 118853000) for i in range(200)]
    image, _ = read(_movie(make, b"gpmd", samples), "x.mp4")
    assert [place.lat_udeg for place in image.positions] == [43_467_448, 43_487_348]
    assert {place.basis for place in image.positions} == {"track"}
    assert image.positions[0].radius_m == 50
    assert image.altitude_mm == 35_000
    assert image.gps["track_from_utc"] == "2024-03-14T10:20:30Z"
    assert 2 <= image.gps["track_points"] <= MAX_SAMPLES + 1


def test_samples_that_share_a_chunk(make, read):
    samples = [gopro(434674480, 118853000), gopro(434684480, 118853000)]
    image, _ = read(_movie(make, b"gpmd", samples, grouped=True), "x.mp4")
    assert image.gps["track_points"] == 2


@pytest.mark.parametrize(
    "sample",
    [
        gopro(1, 1, fix=0), gopro(0, 0), gopro(2_000_000_000, 1), b"", b"\xff" * 50,
        gopro(434674480, 118853000)[:70], _inside(b"DEVC", b"DEVC\0\1\xff\xff" * 40),
    ],
)  # fmt: skip
def test_samples_without_a_fix(sample, make, read):
    image, _ = read(_movie(make, b"gpmd", [sample]), "x.mp4")
    assert image.positions == ()
    assert "track_points" not in image.gps


def test_the_open_track(make, read):
    full = struct.pack("<didd7f", 1_394_446_848.0, 3, 43.467448, 11.885127, 35.5, *[4.2] * 6)
    sample = camm((2, b"\0" * 12), (6, full), (5, struct.pack("<3d", 43.5, 11.9, 36.0)))
    image, _ = read(_movie(make, b"camm", [sample]), "x.mp4")
    assert [place.radius_m for place in image.positions] == [5, 50]
    assert image.positions[0].lon_udeg == 11_885_127
    assert image.gps == {"track_points": 2}
    odd = camm(
        (6, struct.pack("<didd7f", float("nan"), 3, float("inf"), 1.0, *[1.0] * 7)), (99, b"")
    )
    assert read(_movie(make, b"camm", [odd]), "x.mp4")[0].positions == ()


def test_other_tracks_are_left_alone(make, read):
    image, _ = read(_movie(make, b"avc1", [gopro(434674480, 118853000)]), "x.mp4")
    assert image.positions == ()
