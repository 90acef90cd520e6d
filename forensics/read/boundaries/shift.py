"""Does a file of Chinese boundaries look like GCJ-02, the shifted grid of Chinese web maps?

GCJ-02 moves every point of mainland China by 100 to 700 m in a way that can be computed. Polygons
alone do not show it. Many such files carry the position of each seat beside its polygon: its
distance from our own places, measured along the expected shift, shows on average over many areas
whether the file is shifted. Files with the fields of one known source of GCJ-02 are named as such.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from forensics.read.boundaries.codes import area_code
from forensics.reference.places import Level, load_gazetteer

_SEATS = ("center", "centre", "cp", "capital")
"""Properties that hold the position of the seat."""
_SIGNATURE = frozenset(["adcode", "acroutes", "subFeatureIndex"])
_LEAST = 30
"""Areas needed before a shift is judged."""
_FAR_M = 5_000
"""Seats farther from our place than this are another point of the town."""
_SHIFT_M = (100, 700)
METRES_PER_DEGREE = 111_195


def shift_warning(
    rows: Sequence[Mapping[str, Any]], code_field: str, level: Level
) -> tuple[str, ...]:
    """A warning if a file of Chinese areas looks shifted; empty if not, or if it cannot be told.

    Args:
        rows: Properties of the features.
        code_field: Property with the code.
        level: Level of the areas.
    """
    if any(_SIGNATURE.issubset(row) for row in rows):
        said = (
            "The fields are those of a Chinese web map, whose coordinates are GCJ-02: expect "
            "outlines that lie 100 to 700 m off."
        )
        return (said,)
    along = sorted(_shifts(rows, code_field, level))
    if len(along) < _LEAST:
        return ()
    median = along[len(along) // 2]
    if not _SHIFT_M[0] <= median <= _SHIFT_M[1]:
        return ()
    said = (
        f"The seats lie {round(median)} m off our places in the direction of GCJ-02 (median of "
        f"{len(along)}): the file looks shifted, as Chinese web maps are."
    )
    return (said,)


def _shifts(rows: Sequence[Mapping[str, Any]], code_field: str, level: Level) -> list[float]:
    """Metres from our place to the seat of each area, along the shift expected there."""
    gazetteer = load_gazetteer()
    out = []
    for row in rows:
        seat = next((_position(row[name]) for name in _SEATS if name in row), None)
        code = area_code(row.get(code_field), level)
        if seat is None or not code.startswith("CN-"):
            continue
        lon, lat = seat
        near = gazetteer.nearest(lat, lon, 1)[0]
        if near.distance_m > _FAR_M:
            continue
        at_lat, at_lon = float(gazetteer.lat[near.index]), float(gazetteer.lon[near.index])
        east, north = gcj_shift_m(at_lat, at_lon)
        size = math.hypot(east, north)
        dx = (lon - at_lon) * METRES_PER_DEGREE * math.cos(math.radians(lat))
        dy = (lat - at_lat) * METRES_PER_DEGREE
        out.append((dx * east + dy * north) / size)
    return out


def _position(value: Any) -> tuple[float, float] | None:
    """(Longitude, latitude) of a property; None if it holds none."""
    if isinstance(value, list) and len(value) == 2:
        lon, lat = value
        if all(type(part) in {int, float} and math.isfinite(part) for part in value):
            return (float(lon), float(lat)) if -180 <= lon <= 180 and -90 <= lat <= 90 else None
    return None


def gcj_shift_m(lat: float, lon: float) -> tuple[float, float]:
    """Metres east and north by which GCJ-02 moves a point of mainland China.

    The published approximation (polynomial and sines around 105° E, 35° N on the Krassovsky
    ellipsoid). Known answer: at Tiananmen about 530 m east and 150 m north.
    """
    x, y = lon - 105.0, lat - 35.0
    waves = (20 * math.sin(6 * math.pi * x) + 20 * math.sin(2 * math.pi * x)) * 2 / 3
    root = math.sqrt(abs(x))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    north += (20 * math.sin(math.pi * y) + 40 * math.sin(math.pi * y / 3)) * 2 / 3
    north += (160 * math.sin(math.pi * y / 12) + 320 * math.sin(math.pi * y / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    east += (20 * math.sin(math.pi * x) + 40 * math.sin(math.pi * x / 3)) * 2 / 3
    east += (150 * math.sin(math.pi * x / 12) + 300 * math.sin(math.pi * x / 30)) * 2 / 3
    return east, north
