"""Boundaries of countries and first-level areas, for maps and for asking where a point lies.

The shapes are simplified (countries 0.08, first level 0.02 degrees, two decimals): good for
drawing and for a first look, never for deciding on which side of a border a point lies.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from forensics.errors import ReferenceDataError
from forensics.model import Json
from forensics.reference.pack import read_lines

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely import STRtree

HOSTILE = ("{{", "{%", "{#", "}}", "%}", "#}", "<", ">")
"""Marks that a template engine or a browser would read as code."""


@cache
def lines_of(name: str) -> tuple[tuple[str, str], ...]:
    """(Code, GeoJSON feature as text) of one boundary file of the pack, in order of code."""
    out = []
    for line in read_lines(name):
        _, found, rest = line.partition('"id":"')
        if not found:
            raise ReferenceDataError("a boundary has no code", where=name)
        out.append((rest.partition('"')[0], line))
    return tuple(out)


def countries() -> dict[str, Json]:
    """All countries as a GeoJSON FeatureCollection with `code`, `name` and `name_local`.

    Raises:
        ReferenceDataError: the data is missing, or a string in it could be run as code.
    """
    return collection([line for _, line in lines_of("countries.geojsonl.gz")])


def admin1(country: str) -> dict[str, Json]:
    """First-level areas of one country, as `countries`; empty for a country that has none.

    Args:
        country: ISO 3166-1 alpha-2 code.
    """
    prefix = f"{country}-"
    return collection([line for c, line in lines_of("admin1.geojsonl.gz") if c.startswith(prefix)])


def collection(lines: list[str]) -> dict[str, Json]:
    """Features as a FeatureCollection.

    Raises:
        ReferenceDataError: a string in one of them could be run as code.
    """
    features: list[Json] = [json.loads(line) for line in lines]
    for feature, line in zip(features, lines, strict=True):
        properties = feature["properties"] if isinstance(feature, dict) else {}
        if any(mark in text for text in _strings(properties) for mark in HOSTILE):
            raise ReferenceDataError("a boundary carries text that could run", where=line[:60])
    return {"type": "FeatureCollection", "features": features}


def _strings(value: Json) -> list[str]:
    """Every string inside a JSON value, keys included."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [s for pair in value.items() for part in pair for s in _strings(part)]
    if isinstance(value, list):
        return [s for part in value for s in _strings(part)]
    return []


@cache
def _index(name: str) -> tuple[tuple[str, ...], NDArray[Any], STRtree]:
    """Codes, shapes and search tree of one boundary file (0.3 s for the first level)."""
    import shapely

    rows = lines_of(name)
    shapes = np.asarray(shapely.from_geojson([line for _, line in rows]))
    return tuple(code for code, _ in rows), shapes, shapely.STRtree(shapes)


def codes_at(lat: float, lon: float, margin_deg: float) -> tuple[str, ...]:
    """Codes of the country and the first-level areas at a point, country first.

    Where no polygon holds the point, the nearest one within `margin_deg` of each level is taken.
    """
    import shapely

    point = shapely.Point(lon, lat)
    out: list[str] = []
    for name in ("countries.geojsonl.gz", "admin1.geojsonl.gz"):
        codes, shapes, tree = _index(name)
        hits = sorted(tree.query(point, predicate="intersects").tolist())
        if not hits:
            near = tree.query(point, predicate="dwithin", distance=margin_deg)
            gaps = shapely.distance(shapes[near], point)
            hits = [int(near[int(np.argmin(gaps))])] if len(near) else []
        out.extend(codes[i] for i in hits)
    return tuple(out)
