"""The land of the Earth as cells, each with its country and zone: for shares by area, and maps.

Antarctica is left out. Cells take the country whose outline holds their centre, and the zone of
the nearest place of that country: where a country has several zones, their border is a guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forensics.reference.boundaries import countries
from forensics.reference.places import Gazetteer

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

STEP_DEG = 0.5
LEFT_OUT = "AQ"


@dataclass(frozen=True, eq=False)
class Land:
    """Cells of land, south to north and west to east."""

    step: float
    """Height and width of a cell in degrees."""
    lat: FloatArray
    """Of the centres."""
    lon: FloatArray
    share: FloatArray
    """Part of all land that a cell is; sums to 1."""
    countries: tuple[str, ...]
    country_of: IntArray
    """(cells) index into `countries`."""
    zones: tuple[str, ...]
    zone_of: IntArray
    """(cells) index into `zones`."""


@lru_cache(maxsize=2)
def load_land(gazetteer: Gazetteer, step: float = STEP_DEG) -> Land:
    """The land cells (0.6 s at half a degree; kept for the life of the process)."""
    codes, raster = country_raster(step)
    rows, columns = np.nonzero(raster >= 0)
    lat: FloatArray = -90 + step * (rows.astype(np.float64) + 0.5)
    lon: FloatArray = -180 + step * (columns.astype(np.float64) + 0.5)
    country = raster[rows, columns]
    weight = np.cos(np.radians(lat))
    zones, zone_of = _zones(lat, lon, np.array(codes)[country], gazetteer)
    return Land(step, lat, lon, weight / weight.sum(), codes, country, zones, zone_of)


@cache
def country_raster(step: float) -> tuple[tuple[str, ...], IntArray]:
    """(codes, raster): the index of the country at each cell's centre, -1 at sea and on the ice.

    Rows from south to north, columns from west to east. Each row is cut by the edges of every
    outline, and what lies between an odd crossing and the next is inside, as in any polygon filler.
    """
    rows, columns = round(180 / step), round(360 / step)
    raster = np.full((rows, columns), -1, dtype=np.intp)
    codes: list[str] = []
    features: Any = countries()["features"]
    for feature in features:
        code = str(feature["properties"]["code"])
        if code == LEFT_OUT:
            continue
        for row, west, east in _spans(feature["geometry"], step):
            raster[row, west:east] = len(codes)
        codes.append(code)
    return tuple(codes), raster


def _spans(geometry: Any, step: float) -> list[tuple[int, int, int]]:
    """(row, first column, column after the last) of the cells whose centre is inside."""
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    rings = [np.array(ring, dtype=np.float64)[:, :2] for shape in polygons for ring in shape]
    start = np.concatenate([ring[:-1] for ring in rings])
    end = np.concatenate([ring[1:] for ring in rings])
    # In units of cells; centres lie at whole numbers.
    corner = np.array([180.0, 90.0])
    x0, y0 = ((start + corner) / step - 0.5).T
    x1, y1 = ((end + corner) / step - 0.5).T
    low, high = np.ceil(np.minimum(y0, y1)), np.ceil(np.maximum(y0, y1))
    times = (high - low).astype(np.intp)
    edge = np.repeat(np.arange(len(times)), times)
    row = low[edge] + np.arange(len(edge)) - np.repeat(np.cumsum(times) - times, times)
    x = x0[edge] + (row - y0[edge]) / (y1 - y0)[edge] * (x1 - x0)[edge]
    order = np.lexsort((x, row))
    row, x = row[order].astype(np.intp), np.ceil(x[order]).astype(np.intp)
    last = round(360 / step)
    return [
        (int(r), max(int(a), 0), min(int(b), last))
        for r, a, b in zip(row[::2], x[::2], x[1::2], strict=True)
        if b > a
    ]


def _zones(
    lat: FloatArray, lon: FloatArray, country: NDArray[np.str_], gazetteer: Gazetteer
) -> tuple[tuple[str, ...], IntArray]:
    """Zone of the nearest place of the same country; of any country where it has none."""
    from scipy.spatial import cKDTree

    cells, places = _unit(lat, lon), _unit(gazetteer.lat, gazetteer.lon)
    nearest = np.zeros(len(cells), dtype=np.intp)
    for code in np.unique(country):
        mine = np.flatnonzero(country == code)
        own = np.flatnonzero(gazetteer.country == code)
        own = own if len(own) else np.arange(len(places))
        _, found = cKDTree(places[own]).query(cells[mine])
        nearest[mine] = own[found]
    zones, index = gazetteer.partition("zone")
    return zones, np.asarray(index[nearest])


def _unit(lat: FloatArray, lon: FloatArray) -> FloatArray:
    """(points, 3) unit vectors."""
    phi, lam = np.radians(lat), np.radians(lon)
    return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)], axis=1)
