"""Which tiles cover a place."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from forensics.pixels.tiles.grid import (
    EDGE_DEG,
    MOST_TILES,
    Box,
    box_around,
    box_of_all,
    column_of,
    row_of,
    wanted,
)

LAT = st.integers(-84_000_000, 84_000_000)
LON = st.integers(-180_000_000, 179_999_999)
ZOOM = st.integers(2, 20)


def edges(zoom: int, row: int) -> tuple[float, float]:
    """South and north of a row in degrees, by the inverse of the projection."""
    return tuple(  # type: ignore[return-value]
        math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * one / 2**zoom))))
        for one in (row + 1, row)
    )


@given(LAT, LON, ZOOM)
def test_a_point_lies_in_its_tile(lat: int, lon: int, zoom: int) -> None:
    south, north = edges(zoom, row_of(lat, zoom))
    assert south - 1e-9 <= lat / 1e6 <= north + 1e-9
    west = column_of(lon, zoom) * 360 / 2**zoom - 180
    assert west - 1e-9 <= lon / 1e6 <= west + 360 / 2**zoom + 1e-9


def test_corners_of_the_world() -> None:
    assert [row_of(lat, 3) for lat in (90_000_000, 0, -90_000_000)] == [0, 4, 7]
    assert row_of(round(EDGE_DEG * 1e6), 10) == 0
    assert column_of(-180_000_000, 3) == 0
    assert column_of(180_000_000, 3) == 8, "past the edge: it is wrapped later"


@given(LAT, LON, st.integers(0, 2_000), ZOOM)
def test_the_tiles_of_a_circle_hold_it_or_it_is_left_out(
    lat: int, lon: int, radius_m: int, zoom: int
) -> None:
    box = box_around(lat, lon, radius_m)
    tiles = list(wanted([box], zoom))
    assert len(set(tiles)) == len(tiles) <= MOST_TILES
    size = 1 << zoom
    assert all(0 <= column < size and 0 <= row < size for column, row in tiles)
    if tiles:
        corners = {
            (column_of(x, zoom) % size, row_of(y, zoom))
            for x in (box.west_udeg, box.east_udeg)
            for y in (box.south_udeg, box.north_udeg)
        }
        assert corners <= set(tiles)
        assert tiles[0] == (column_of(lon, zoom) % size, row_of(lat, zoom)), "the middle is first"


@given(LAT, LON, ZOOM)
def test_a_turn_of_the_earth_by_one_tile_moves_the_columns_by_one(
    lat: int, lon: int, zoom: int
) -> None:
    size = 1 << zoom
    turned = lon + 360_000_000 // size if 360_000_000 % size == 0 else None
    if turned is None:
        return
    here = list(wanted([box_around(lat, lon, 0)], zoom))
    there = list(wanted([box_around(lat, turned, 0)], zoom))
    assert {((column + 1) % size, row) for column, row in here} == set(there)


def test_across_the_line_of_dates() -> None:
    tiles = set(wanted([Box(179_000_000, -1_000_000, 181_000_000, 1_000_000)], 6))
    assert {column for column, _ in tiles} == {63, 0, 1} | {63} - {62}


def test_middles_of_all_come_before_the_rest_of_any() -> None:
    boxes = [box_around(0, lon, 0) for lon in (-90_000_000, 0, 90_000_000)]
    first = list(wanted(boxes, 8))[:3]
    assert [column for column, _ in first] == [64, 128, 192]


def test_a_country_is_not_covered_by_streets() -> None:
    china = Box(73_000_000, 18_000_000, 135_000_000, 54_000_000)
    assert list(wanted([china], 4))
    assert not list(wanted([china], 10))
    assert box_of_all([china, box_around(0, 0, 0)]).south_udeg <= 0
