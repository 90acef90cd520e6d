"""UTM, MGRS and plus codes: answers of PyPI utm 0.9.0, mgrs 1.6.0 and openlocationcode 1.0.1."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.reference import grids, pluscodes

ANSWERS = [
    # latitude, longitude, zone, easting, northing, MGRS, plus code
    (33.3575, 120.1573, 51, 235480, 3694531, "51STS3547994530", "8Q529554+2W"),
    (59.9386, 30.3141, 36, 349937, 6647618, "36VUM4993647618", "9GFGW8Q7+CJ"),
    (-33.8688, 151.2093, 56, 334369, 6250948, "56HLH3436850948", "4RRH46J5+FP"),
    (5.6037, -0.1870, 30, 811654, 620145, "30NZM1165420144", "6CQXJR37+F6"),
    (60.39, 5.32, 32, 297230, 6700510, "32VKN9723000510", "9FG798RC+22"),
    (78.22, 15.65, 33, 514814, 8683004, "33XWG1481383004", "CFCQ6MC2+22"),
    (-54.8, -68.3, 19, 545000, 3927239, "19FEV4500027239", "37QH6P22+22"),
]


@pytest.mark.parametrize(("lat", "lon", "zone", "east", "north", "mgrs", "plus"), ANSWERS)
def test_answers_of_other_programs(lat, lon, zone, east, north, mgrs, plus) -> None:
    found = grids.from_utm(zone, lat >= 0, east, north)
    assert found == pytest.approx((lat, lon), abs=3e-5)
    cell = grids.from_mgrs(int(mgrs[:2]), mgrs[2], mgrs[3:5], mgrs[5:])
    assert cell is not None
    assert cell[2] == 1
    assert cell[:2] == pytest.approx((lat, lon), abs=5e-5)
    assert grids.band_of(lat) == mgrs[2]
    decoded = pluscodes.decode(plus)
    assert decoded is not None
    assert abs(decoded[0] - lat) <= 1 / 16_000 + 1e-9
    assert abs(decoded[1] - lon) <= 1 / 16_000 + 1e-9


@pytest.mark.parametrize(
    ("zone", "band", "square", "digits"),
    [
        (61, "S", "TS", "3547994530"),
        (51, "I", "TS", "3547994530"),
        (51, "S", "IS", "3547994530"),
        (51, "S", "TW", "3547994530"),  # no row of the squares has W
        (51, "S", "TS", "354799453"),
        (51, "S", "AS", "3547994530"),  # column of another zone
    ],
)
def test_impossible_squares(zone: int, band: str, square: str, digits: str) -> None:
    assert grids.from_mgrs(zone, band, square, digits) is None


@pytest.mark.parametrize("code", ["8Q529554+", "8Q52+2W", "XQ529554+2W", "8Q52955A+2W", "", "+"])
def test_what_is_no_full_plus_code(code: str) -> None:
    assert pluscodes.decode(code) is None


@given(st.integers(1, 60), st.floats(170_000, 830_000), st.floats(0, 9_300_000))
def test_the_middle_of_a_zone_is_its_meridian(zone: int, east: float, north: float) -> None:
    lat, lon = grids.from_utm(zone, True, 500_000, north)
    assert lon == pytest.approx(zone * 6 - 183, abs=1e-9)
    a, b = grids.from_utm(zone, True, east, north), grids.from_utm(zone, True, 1e6 - east, north)
    assert a[0] == pytest.approx(b[0], abs=1e-9)
    assert a[1] - lon == pytest.approx(lon - b[1], abs=1e-9)
    assert math.isfinite(lat)
