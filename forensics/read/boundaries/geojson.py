"""GeoJSON with the standard library: every number and every level of nesting is looked at."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any, NoReturn

from forensics.errors import ReadError

MAX_BYTES = 128 << 20
MAX_FEATURES = 50_000
MAX_POSITIONS = 5_000_000
_WGS84 = re.compile(r"(?:urn:ogc:def:crs:)?(?:OGC:[\d.]*:?CRS84|EPSG:[\d.]*:?4326)", re.IGNORECASE)


def features_of(path: Path) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """(Properties, geometry) of each feature; geometries are Polygons and MultiPolygons of numbers.

    Features with another kind of geometry have an empty one.

    Raises:
        ReadError: no GeoJSON, not WGS-84, too large, nested too deep, or with numbers that are
            none.
    """
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise ReadError(
            f"is larger than {MAX_BYTES >> 20} MB", where=path.name, todo="simplify it first"
        )
    try:
        whole = json.loads(
            path.read_text(encoding="utf-8-sig"), parse_constant=_no_number, parse_int=_integer
        )
    except (ValueError, RecursionError) as error:
        reason = "nested too deep" if isinstance(error, RecursionError) else str(error)[:120]
        raise ReadError(
            f"is no GeoJSON ({reason})", where=path.name, todo="export it as GeoJSON in WGS-84"
        ) from None
    features = whole.get("features") if isinstance(whole, dict) else None
    if not isinstance(features, list) or whole.get("type") != "FeatureCollection":
        raise ReadError("is no GeoJSON FeatureCollection", where=path.name)
    _refuse_other_systems(whole, path.name)
    if len(features) > MAX_FEATURES:
        raise ReadError(f"holds more than {MAX_FEATURES:,} features", where=path.name)
    out, positions = [], 0
    for number, feature in enumerate(features, start=1):
        properties, geometry = _parts(feature)
        positions += _positions(geometry, f"{path.name}, feature {number}")
        if positions > MAX_POSITIONS:
            raise ReadError(
                f"holds more than {MAX_POSITIONS:,} positions",
                where=path.name,
                todo="simplify it first",
            )
        out.append((properties, geometry))
    return out


def _no_number(name: str) -> NoReturn:
    """NaN and Infinity are no JSON, though Python reads them."""
    raise ValueError(f"{name} stands where a number must")


def _integer(text: str) -> int:
    """An integer of a length that a coordinate or a code can have."""
    if len(text) > 20:
        raise ValueError("a number of more than 20 digits")
    return int(text)


def _refuse_other_systems(whole: dict[str, Any], name: str) -> None:
    """GeoJSON is WGS-84 unless an old-style member says otherwise."""
    crs = whole.get("crs")
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, dict) else None
    stated = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(stated, str) or not _WGS84.fullmatch(stated.replace("::", ":")):
        raise ReadError(
            f"states another coordinate system ({str(stated)[:60]!r})",
            where=name,
            todo="convert it to WGS-84 (EPSG:4326) first",
        )


def _parts(feature: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Properties and geometry; both empty where they are missing or of another kind."""
    if not isinstance(feature, dict):
        return {}, {}
    properties, geometry = feature.get("properties"), feature.get("geometry")
    kinds = ("Polygon", "MultiPolygon")
    if not isinstance(geometry, dict) or geometry.get("type") not in kinds:
        geometry = {}
    return (properties if isinstance(properties, dict) else {}), geometry


def _positions(geometry: dict[str, Any], where: str) -> int:
    """Positions of a geometry, each looked at.

    Raises:
        ReadError: a ring is no ring, or a position is none of WGS-84.
    """
    if not geometry:
        return 0
    polygons = geometry.get("coordinates")
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    total = 0
    for polygon in _items(polygons, where):
        for ring in _items(polygon, where):
            points = _items(ring, where)
            if len(points) < 4 or points[0] != points[-1]:
                raise ReadError("has a ring that is not closed", where=where)
            for point in points:
                _refuse_position(point, where)
            total += len(points)
    return total


def _items(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise ReadError("has coordinates that are no list of rings", where=where)
    return value


def _refuse_position(point: Any, where: str) -> None:
    """Refuse anything but two or three finite numbers on the globe."""
    if not isinstance(point, list) or not 2 <= len(point) <= 3:
        raise ReadError("has a position that is none", where=where)
    lon, lat = point[:2]
    numbers = all(type(value) in {int, float} and math.isfinite(value) for value in point)
    if not numbers or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ReadError(
            "has a position outside the globe", where=where, todo="convert it to WGS-84 degrees"
        )
