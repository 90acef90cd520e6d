"""Positions along a video in the forms of makers: texts, Apple, Sony, dashboard cameras."""

from __future__ import annotations

import struct

import pytest

RMC = b"$GPRMC,102030.00,A,4326.0469,N,01153.1070,E,1.0,20.0,140324,,,A*00\r\n"
GGA = b"$GPGGA,102030.00,4326.0469,S,01153.1070,W,1,08,1.0,35.5,M,,M,,*00\r\n"
DRONE = b"[iso: 100] [latitude: -33.1] [longitude: 151.25] [rel_alt: 1.3 abs_alt: 50.25]"
ROME = (43_434_115, 11_885_117)


def movie(make, kind: bytes, samples: list[bytes], entry: bytes = b"\0" * 8) -> bytes:
    """A film with one track, each sample in a chunk of its own."""
    front = make.box(b"ftyp", b"isom\0\0\0\0")
    places, at = [], len(front) + 8
    for sample in samples:
        places.append(at)
        at += len(sample)
    full, sizes = b"\0\0\0\0\0\0\0\1", [len(sample) for sample in samples]
    table = (
        make.box(b"stsd", full + make.box(kind, entry))
        + make.box(b"stts", full + struct.pack(">2I", len(samples), 1000))
        + make.box(b"stsc", full + struct.pack(">3I", 1, 1, 1))
        + make.box(b"stsz", struct.pack(f">3I{len(sizes)}I", 0, 0, len(sizes), *sizes))
        + make.box(b"stco", struct.pack(f">2I{len(places)}I", 0, len(places), *places))
    )  # fmt: skip
    header = make.box(b"mdhd", struct.pack(">6I", 0, 0, 0, 1000, 1000, 0))
    handler = {b"text": b"text", b"tx3g": b"sbtl"}.get(kind, b"meta")
    header += make.box(b"hdlr", b"\0" * 8 + handler + b"\0" * 12 + b"x\0")
    inside = header + make.box(b"minf", make.box(b"stbl", table))
    trak = make.box(b"trak", make.box(b"mdia", inside))
    return front + make.box(b"mdat", b"".join(samples)) + make.box(b"moov", trak)


def listed(make, blocks: list[bytes]) -> bytes:
    """A film whose `gps ` box lists blocks in its data."""
    front = make.box(b"ftyp", b"isom\0\0\0\0")
    rows, at = b"", len(front) + 8
    for block in blocks:
        rows += struct.pack(">2I", at, len(block))
        at += len(block)
    gps = make.box(b"gps ", struct.pack(">2I", 257, len(blocks)) + rows)
    return front + make.box(b"mdat", b"".join(blocks)) + make.box(b"moov", gps)


def free(body: bytes, size: int = 0x100) -> bytes:
    return (struct.pack(">I", size) + b"freeGPS " + body).ljust(size, b"\0")


def novatek(sign: bytes = b"ANE", lat: float = 4326.0469, lon: float = 1153.1070) -> bytes:
    moment = struct.pack("<6I", 10, 20, 30, 24, 3, 14)
    return free(b"\0" * 36 + moment + sign + b"\0" + struct.pack("<4f", lat, lon, 1.0, 20.0))


def viofo(lat: float = 4326.0469) -> bytes:
    moment = struct.pack("<6I", 10, 20, 30, 24, 3, 14)
    return free(b"\0" * 4 + moment + b"ASW\0" + struct.pack("<4f", lat, 1153.1070, 1.0, 20.0))


def akaso() -> bytes:
    head = b"\0" * 52 + b"ANW\0" + struct.pack("<6I", 24, 3, 14, 10, 20, 30)
    return free(head + struct.pack("<5f", 1153.1070, 4326.0469, 1.0, 20.0, 35.5) + b"\0" * 12)


def rtmd(status: bytes = b"A", ref: bytes = b"N\0", den: int = 1) -> bytes:
    def field(tag: int, data: bytes) -> bytes:
        return struct.pack(">2H", tag, len(data)) + data

    lat = struct.pack(">6I", 43, den, 26, 1, 28_140, 10_000)
    lon = struct.pack(">6I", 11, 1, 53, 1, 64_200, 10_000)
    body = field(0x8500, b"\2\2\0\0") + field(0x8501, ref) + field(0x8502, lat)
    body += field(0x8503, b"W\0") + field(0x8504, lon) + field(0x8509, status + b"\0")
    key = b"\x06\x0e\x2b\x34\x02\x53" + b"\0" * 10
    return struct.pack(">H", 0x1C) + b"\0" * 26 + key + struct.pack(">2H", 0x8300, len(body)) + body


def apple_entry(make, key: bytes = b"com.apple.quicktime.location.ISO6709") -> bytes:
    kind = make.box(
        b"\0\0\0\1", make.box(b"keyd", b"mdta" + key) + make.box(b"dtyp", b"\0" * 7 + b"\1")
    )
    return b"\0" * 7 + b"\1" + make.box(b"keys", kind)


def apple(text: bytes, number: bytes = b"\0\0\0\1") -> bytes:
    return struct.pack(">I", 8 + len(text)) + number + text


def test_sentences_in_a_text_track(make, read):
    sample = struct.pack(">H", len(RMC)) + RMC
    image, refusals = read(movie(make, b"text", [sample] * 3), "x.mp4")
    assert [(p.lat_udeg, p.lon_udeg) for p in image.positions] == [ROME]
    assert image.gps["track_from_utc"] == "2024-03-14T10:20:30Z"
    assert refusals == ()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (GGA, (-43_434_115, -11_885_117)),
        (b"F/2.8, SS 200, EV 0, GPS (8.6499, 53.1665, 18), D 24.26m", (53_166_500, 8_649_900)),
        (DRONE, (-33_100_000, 151_250_000)),
        (b"[latitude : 43.434115] [longtitude : 11.885117] [altitude: 3.0]", ROME),
        # No fix, minutes of 60, beyond the globe, 0,0, or a text that says nothing.
        (RMC.replace(b",A,43", b",V,43"), None),
        (RMC.replace(b"4326.0469", b"4361.0469"), None),
        (GGA.replace(b",1,08", b",0,08"), None),
        (b"GPS (8.6499, 95.5, 18)", None),
        (b"GPS (0.0000, 0.0000, 0)", None),
        (b"Chapter 1", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", [b"text", b"tx3g"])
def test_forms_of_text(kind, text, place, make, read):
    image, _ = read(movie(make, kind, [struct.pack(">H", len(text)) + text]), "x.mp4")
    assert [(p.lat_udeg, p.lon_udeg) for p in image.positions] == ([place] if place else [])


def test_the_height_of_a_drone_and_of_a_sentence(make, read):
    assert read(movie(make, b"text", [DRONE]), "x.mp4")[0].altitude_mm == 50_250
    assert read(movie(make, b"text", [GGA]), "x.mp4")[0].altitude_mm == 35_500


def test_apples_track(make, read):
    samples = [apple(b"+43.434115+011.885117+035.500/") + apple(b"\0\0\0\7", b"\0\0\0\2")]
    image, _ = read(movie(make, b"mebx", samples, apple_entry(make)), "x.mov")
    assert [(p.lat_udeg, p.lon_udeg) for p in image.positions] == [ROME]
    assert image.altitude_mm == 35_500
    other = apple_entry(make, b"com.apple.quicktime.video-orientation")
    assert read(movie(make, b"mebx", samples, other), "x.mov")[0].positions == ()
    for sample in (b"", b"\0\0\0\4\0\0\0\1", b"\xff" * 40, apple(b"+91.0+011.0/"), apple(b"north")):
        assert read(movie(make, b"mebx", [sample], apple_entry(make)), "x.mov")[0].positions == ()


def test_sonys_track(make, read):
    image, _ = read(movie(make, b"rtmd", [rtmd()]), "x.mp4")
    assert [(p.lat_udeg, p.lon_udeg) for p in image.positions] == [(43_434_115, -11_885_117)]
    for sample in (
        rtmd(b"V"),
        rtmd(ref=b"\0\0"),
        rtmd(den=0),
        rtmd()[:60],
        b"\0\x1c" + b"\xff" * 90,
    ):
        assert read(movie(make, b"rtmd", [sample]), "x.mp4")[0].positions == ()


@pytest.mark.parametrize(
    ("block", "place"),
    [
        (novatek(), ROME),
        (novatek(b"ASW"), (-ROME[0], -ROME[1])),
        (viofo(), (-ROME[0], -ROME[1])),
        (akaso(), (ROME[0], -ROME[1])),
        (free(b"\0" * 60 + RMC), ROME),
    ],
)
def test_blocks_of_dashboard_cameras(block, place, make, read):
    image, refusals = read(listed(make, [block, block]), "x.mp4")
    found = [(p.lat_udeg, p.lon_udeg) for p in image.positions]
    assert len(found) == 1
    # The numbers have 24 bits.
    assert all(abs(a - b) <= 4 for a, b in zip(found[0], place, strict=True))
    assert refusals == ()


@pytest.mark.parametrize(
    ("block", "refused"),
    [
        (novatek(b"VNE"), False),
        (novatek(b"AXE"), True),
        (novatek(lat=4366.0), True),
        (novatek(lat=float("nan")), True),
        (free(b"\xaa" * 90), True),
        (b"something else" * 9, True),
    ],
)
def test_blocks_without_a_fix_and_unknown_ones(block, refused, make, read):
    image, refusals = read(listed(make, [block]), "x.mp4")
    assert image.positions == ()
    reasons = {item.reason for item in refusals if item.where == "field track freeGPS"}
    assert reasons == ({"unsupported_container"} if refused else set())


def test_lists_that_lie(make, read):
    front = make.box(b"ftyp", b"isom\0\0\0\0")
    for body in (b"", b"\0" * 7, struct.pack(">2I", 257, 0xFFFFFFFF), b"\xff" * 100):
        image, _ = read(front + make.box(b"moov", make.box(b"gps ", body)), "x.mp4")
        assert image.positions == ()


@pytest.mark.parametrize("kind", [b"mett", b"marl", b"RVMI"])
def test_tracks_that_are_refused_by_name(kind, make, read):
    _, refusals = read(movie(make, kind, [b"\0" * 40]), "x.mp4")
    assert [item.reason for item in refusals if item.where == f"field track {kind.decode()}"] == [
        "unsupported_container"
    ]


def test_a_track_that_only_has_the_name_of_a_maker(make, read):
    _, refusals = read(movie(make, b"gpmd", [b"\0\0\xf2\xe1\xf0\xeeTT" + b"\0" * 80]), "x.mp4")
    assert ("field track gpmd", "unsupported_container") in {
        (item.where, item.reason) for item in refusals
    }


def test_a_compressed_header_is_refused_by_name(make, read):
    data = make.box(b"ftyp", b"qt  \0\0\0\0") + make.box(b"moov", make.box(b"cmov", b"\0" * 20))
    _, refusals = read(data, "x.mov")
    assert "unsupported_container" in {item.reason for item in refusals}
