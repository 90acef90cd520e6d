"""Coordinates in text: what is read, what is refused, what is left alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.reference import coordinates
from forensics.reference.coordinates import COORDINATE_REFUSALS, find_coordinates

YANCHENG = (33_357_500, 120_157_222)
POINT = (33_357_500, 120_157_300)


@pytest.mark.parametrize(
    ("text", "point", "radius_m"),
    [
        ("33.3575, 120.1573", POINT, 11),
        ("33.35750,120.15730", POINT, 10),
        ("坐标33.35750,120.15730在这里", POINT, 10),
        ("GPS: 33.357 120.157", (33_357_000, 120_157_000), 111),
        ("map.invalid/@33.35750,120.15730,15z", POINT, 10),
        ("-33.8583, -70.5033", (-33_858_300, -70_503_300), 11),
        ("33.3575N, 120.1573E", POINT, 11),
        ("33.3575° N, 120.1573° E", POINT, 11),
        ("N33.3575 E120.1573", POINT, 11),
        ("33°21′27″N 120°9′26″E", YANCHENG, 31),
        ("33°21'27\"N, 120°9'26\"E", YANCHENG, 31),
        ("S 33° 51.5' W 70° 30.2'", (-33_858_333, -70_503_333), 186),
        ("北纬33.3575度，东经120.1573度", POINT, 11),
        ("北纬33°21′27″ 东经120°9′26″", YANCHENG, 31),
        ("东经120度9分26秒，北纬33度21分27秒", YANCHENG, 31),
        ("東經120度9分26秒、北緯33度21分27秒", YANCHENG, 31),
        ("北纬33度 东经120度", (33_000_000, 120_000_000), 111_320),
        ("33 21 27 N, 120 9 26 E", YANCHENG, 31),  # geopy alone reads 9 N 26 E
        ("33-21-27N 120-09-26E", YANCHENG, 31),
        ("332127N 1200926E", YANCHENG, 31),
        ("10.5E 20.5N", (20_500_000, 10_500_000), 11_132),
        ("0.0000N 10.0000W", (0, -10_000_000), 11),
        ("\u0ed3\u0ed3.3575° N, 120.1573° E", POINT, 11),  # digits nobody folded
    ],
)
def test_read(text: str, point: tuple[int, int], radius_m: int) -> None:
    (found,) = find_coordinates(text)
    assert found.refusal is None
    assert found.position is not None
    assert (found.position.lat_udeg, found.position.lon_udeg) == point
    assert found.position.radius_m == radius_m
    assert text[found.start : found.end] == found.raw == found.position.raw


@pytest.mark.parametrize(
    ("defect", "text", "reason"),
    [
        ("seconds on one side only", "33 21 27 N, 120 9 E", "ambiguous"),
        ("longitude beyond the globe", "33N 200E", "out_of_range"),
        ("whole degrees without marks", "33N 120E", "too_coarse"),
        ("latitude beyond the pole", "北纬91.5度，东经120.5度", "out_of_range"),
        ("sixty-one minutes", "33°61'N 120°9'E", "out_of_range"),
        ("sixty seconds", "33°21'60\"N 120°9'26\"E", "out_of_range"),
        ("decimals and minutes", "33.5°30'N 120°E", "out_of_range"),
        ("longitude first", "120.1573, 33.3575", "ambiguous"),
        ("two latitudes", "33.3575 N 34.1573 N", "ambiguous"),
        ("two longitudes in words", "东经120.5度 西经120.5度", "ambiguous"),
        ("null island", "0.0000, 0.0000", "null_island"),
        ("null island in words", "北纬0度 东经0度", "null_island"),
        ("beyond the globe after a word", "GPS 33.3575, 200.1573", "out_of_range"),
    ],
)
def test_refused(defect: str, text: str, reason: str) -> None:
    (found,) = find_coordinates(text)
    assert found.position is None
    assert found.refusal == reason
    assert reason in COORDINATE_REFUSALS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no numbers",
        "33.36, 120.16",
        "rate 7.12345, 7.23456",
        "价格 12.3456, 99.1234",
        "1.23456, 2.34567, 3.45678",
        "IP 10.1234,192.168.1.1",
        "2024.0509, 12.3456",
        "version 1.2345.6789",
        "33.3575 120.1573",
        "33.3575, 200.1573",
        "北纬33度",
        "flight NE33 W12",
        "0x33.3575, 120.1573",
        "33.3575%, 20.1573%",
    ],
)
def test_left_alone(text: str) -> None:
    assert list(find_coordinates(text)) == []


@settings(max_examples=60, deadline=None)
@given(
    st.floats(-89.9, 89.9).filter(lambda x: abs(x) > 0.001),
    st.floats(-179.9, 179.9).filter(lambda x: abs(x) > 0.001),
    st.integers(4, 7),
)
def test_what_is_written_is_read_back(lat: float, lon: float, places: int) -> None:
    (found,) = find_coordinates(f"{lat:.{places}f}, {lon:.{places}f}")
    if found.refusal == "ambiguous":
        assert abs(lat) > 90
        return
    assert found.position is not None
    assert abs(found.position.lat_udeg - round(float(f"{lat:.{places}f}") * 1e6)) <= 1
    assert abs(found.position.lon_udeg - round(float(f"{lon:.{places}f}") * 1e6)) <= 1


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 89), st.integers(0, 59), st.integers(1, 59), st.integers(0, 179),
    st.sampled_from("NS"), st.sampled_from("EW"),
)  # fmt: skip
def test_order_of_the_two_angles_does_not_matter(d, m, s, lon, ns, ew) -> None:
    first = f"{d}°{m}′{s}″{ns} {lon}°{m}′{s}″{ew}"
    second = f"{lon}°{m}′{s}″{ew} {d}°{m}′{s}″{ns}"
    (a,), (b,) = find_coordinates(first), find_coordinates(second)
    assert a.position is not None
    assert b.position is not None
    assert (a.position.lat_udeg, a.position.lon_udeg) == (b.position.lat_udeg, b.position.lon_udeg)
    exact = (d + m / 60 + s / 3600) * (1 if ns == "N" else -1)
    assert abs(a.position.lat_udeg - exact * 1e6) <= 1


def test_geopy_has_to_agree(monkeypatch) -> None:
    """If the second reader finds another point, or none, nothing is read."""
    real = coordinates._geopy_agrees
    for other in ("9, 26", "not a point"):
        monkeypatch.setattr(
            coordinates, "_geopy_agrees", lambda plain, lat, lon, o=other: real(o, lat, lon)
        )
        for text in ("33.3575, 120.1573", "33.3575N 120.1573E"):
            (found,) = find_coordinates(text)
            assert found.refusal == "readers_disagree"
        monkeypatch.undo()


@pytest.mark.parametrize(
    "piece",
    [
        "33°",
        "北纬33度",
        "N33 ",
        "33.3333, ",
        "33 21 27 ",
        "33.3575 120.1573 ",
        "N",
        "°",
        "33°21′",
        "9",
    ],
)
def test_time_grows_with_the_length_only(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    start = time.process_time()
    list(find_coordinates(text))
    assert time.process_time() - start < 2
