"""Which tiles of the web's square grid cover a place: no file is needed for that.

The grid is that of spherical Mercator (EPSG:3857): at zoom z the world is 2^z columns by 2^z rows,
counted from the west and from the north, up to 85.05 degrees of latitude.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

EDGE_DEG = 85.0511287798
"""Latitude at which the square ends."""
MOST_TILES = 36
"""A place is drawn at a zoom if this many tiles cover it: about what a large screen shows."""
METRES_PER_DEGREE = 111_195
"""Along a meridian."""


@dataclass(frozen=True, slots=True)
class Box:
    """An area in microdegrees. Where it crosses 180 degrees, `east_udeg` is past 180."""

    west_udeg: int
    south_udeg: int
    east_udeg: int
    north_udeg: int

    def centre(self) -> tuple[int, int]:
        """Latitude and longitude of its middle."""
        return (self.south_udeg + self.north_udeg) // 2, (self.west_udeg + self.east_udeg) // 2


def box_around(lat_udeg: int, lon_udeg: int, radius_m: int) -> Box:
    """The box that holds a circle."""
    high = radius_m * 1_000_000 // METRES_PER_DEGREE + 1
    shrink = math.cos(math.radians(min(abs(lat_udeg) / 1e6, EDGE_DEG)))
    wide = min(math.ceil(high / shrink), 180_000_000)
    return Box(lon_udeg - wide, lat_udeg - high, lon_udeg + wide, lat_udeg + high)


def box_of_all(boxes: Sequence[Box]) -> Box:
    """The box that holds them all; none may be missing.

    Raises:
        ValueError: there is no box.
    """
    return Box(
        min(one.west_udeg for one in boxes),
        min(one.south_udeg for one in boxes),
        max(one.east_udeg for one in boxes),
        max(one.north_udeg for one in boxes),
    )


def column_of(lon_udeg: int, zoom: int) -> int:
    """Column of a longitude, counted past the edges of the world where it lies past them."""
    return ((lon_udeg + 180_000_000) << zoom) // 360_000_000


def row_of(lat_udeg: int, zoom: int) -> int:
    """Row of a latitude, from the north."""
    lat = math.radians(max(-EDGE_DEG, min(EDGE_DEG, lat_udeg / 1e6)))
    share = (1 - math.asinh(math.tan(lat)) / math.pi) / 2
    return max(0, min((1 << zoom) - 1, math.floor(share * (1 << zoom))))


def wanted(boxes: Sequence[Box], zoom: int) -> Iterator[tuple[int, int]]:
    """Columns and rows that cover the boxes at a zoom, each once.

    A box takes at least the tile of its middle and those around it, and is left out where more
    than `MOST_TILES` would be needed. The middles of all boxes come first, so that a budget that
    ends within a zoom has given each of them something.
    """
    spans = [span for span in (_span(box, zoom) for box in boxes) if span is not None]
    seen: set[tuple[int, int]] = set()
    for middle, columns, rows in spans:
        del columns, rows
        if middle not in seen:
            seen.add(middle)
            yield middle
    size = 1 << zoom
    for _, columns, rows in spans:
        for row in rows:
            for column in columns:
                tile = column % size, row
                if tile not in seen:
                    seen.add(tile)
                    yield tile


def _span(box: Box, zoom: int) -> tuple[tuple[int, int], range, range] | None:
    """The middle tile, columns and rows of a box; None if they are too many."""
    last = (1 << zoom) - 1
    lat, lon = box.centre()
    column, row = column_of(lon, zoom), row_of(lat, zoom)
    west = min(column_of(box.west_udeg, zoom), column - 1)
    east = max(column_of(box.east_udeg, zoom), column + 1)
    east = min(east, west + last)  # once around the world is enough
    north = max(0, min(row_of(box.north_udeg, zoom), row - 1))
    south = min(last, max(row_of(box.south_udeg, zoom), row + 1))
    columns, rows = range(west, east + 1), range(north, south + 1)
    if len(columns) * len(rows) > MOST_TILES:
        return None
    return (column % (last + 1), row), columns, rows
