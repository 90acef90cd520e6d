"""Boundaries of a file as outlines by our own area codes, with what was left out and what is odd.

Only codes and coordinates of the file are used: names on the maps are those of the bundled tables,
so no text of the file reaches a page. Nothing is guessed: a code that is not in the tables is left
out and counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forensics.errors import ReadError
from forensics.read.boundaries import geojson, gis
from forensics.read.boundaries.codes import area_code
from forensics.read.boundaries.shift import shift_warning
from forensics.reference.places import Level

_MEMBERS = ("code", "CODE")
_SMALLEST_DEG2 = 1e-8
"""Areas below this (about 100 m²) are slips of the pen."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One area: polygons of rings of (longitude, latitude) in microdegrees, exterior first."""

    code: str
    polygons: tuple[tuple[tuple[tuple[int, int], ...], ...], ...]


@dataclass(frozen=True, slots=True)
class ReadBoundaries:
    """What a file of boundaries holds."""

    outlines: tuple[Outline, ...]
    """In order of code."""
    format: str
    features: int
    """Features in the file."""
    unknown: tuple[str, ...]
    """Codes that are in no table, at most ten examples."""
    left_out: int
    """Features without a known code or without an area."""
    repaired: int
    """Features whose rings crossed themselves and were made valid."""
    warnings: tuple[str, ...]


def read_boundaries(path: Path, *, level: Level, code_field: str) -> ReadBoundaries:
    """The outlines of a file by area code.

    Args:
        path: GeoJSON, GeoPackage, or a zip with one shapefile; WGS-84.
        level: Level of all its areas.
        code_field: Property that holds the code: ours (`CN-JS.3209`), or GB/T 2260 (`320900`).

    Raises:
        ReadError: the file cannot be read, or no feature has a known code.
    """
    with path.open("rb") as stream:
        head = stream.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")
    plain = head.startswith((b"{", b"["))
    features: Sequence[tuple[dict[str, Any], Any]] = (
        geojson.features_of(path) if plain else gis.features_of(path)
    )
    if features and not any(code_field in properties for properties, _ in features):
        held = ", ".join(sorted({str(key)[:30] for row, _ in features[:50] for key in row})[:12])
        raise ReadError(
            f"has no field {code_field!r}; it has {held or 'none'}",
            where=path.name,
            todo="name another one with --code-field",
        )
    shapes, unknown, left_out, repaired = _by_code(features, level, code_field)
    if not shapes:
        raise ReadError(
            f"no code in {code_field!r} is one of a known {level} area"
            + (f" (such as {unknown[0]!r})" if unknown else ""),
            where=path.name,
            todo="use codes such as CN-JS.3209, or GB/T 2260 codes",
        )
    return ReadBoundaries(
        outlines=tuple(Outline(code, _rings(shapes[code])) for code in sorted(shapes)),
        format="geojson" if plain else "gis",
        features=len(features),
        unknown=tuple(unknown[:10]),
        left_out=left_out,
        repaired=repaired,
        warnings=shift_warning([row for row, _ in features], code_field, level),
    )


def _by_code(
    features: Sequence[tuple[dict[str, Any], Any]], level: Level, code_field: str
) -> tuple[dict[str, Any], list[str], int, int]:
    """Code -> valid shape; unknown codes; features left out; features repaired."""
    import shapely

    found: dict[str, list[Any]] = {}
    unknown: list[str] = []
    left_out = repaired = 0
    for properties, geometry in features:
        code = area_code(properties.get(code_field), level)
        if not code:
            unknown.append(str(properties.get(code_field))[:30])
        shape = _shape(geometry)
        valid = None if shape is None else _areal(shape)
        if not code or valid is None:
            left_out += 1
            continue
        repaired += not shapely.is_valid(shape)
        found.setdefault(code, []).append(valid)
    joined = {
        code: _areal(shapely.union_all(parts)) if len(parts) > 1 else parts[0]
        for code, parts in found.items()
    }
    return {c: s for c, s in joined.items() if s is not None}, unknown, left_out, repaired


def _shape(geometry: Any) -> Any | None:
    """A shapely geometry; None if it is no area."""
    from shapely.geometry import shape

    if isinstance(geometry, dict):
        if not geometry:
            return None
        # A third number is a height: it has no place on a map.
        flat = _two(geometry["coordinates"])
        return shape({"type": geometry["type"], "coordinates": flat})
    if geometry is None or geometry.geom_type not in {"Polygon", "MultiPolygon"}:
        return None
    west, south, east, north = geometry.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return None  # also true of NaN
    return geometry


def _two(value: Any) -> Any:
    """Nested coordinates with positions of two numbers."""
    if isinstance(value[0], (int, float)):
        return value[:2]
    return [_two(item) for item in value]


def _areal(shape: Any) -> Any | None:
    """The valid area of a shape without heights; None if nothing is left of it."""
    import shapely

    valid = shapely.make_valid(shapely.force_2d(shape), method="structure", keep_collapsed=False)
    parts = shapely.get_parts(shapely.get_parts(valid))
    polygons = [part for part in parts if part.geom_type == "Polygon"]
    whole = shapely.MultiPolygon(polygons)
    return whole if whole.area > _SMALLEST_DEG2 else None


def _rings(shape: Any) -> tuple[tuple[tuple[tuple[int, int], ...], ...], ...]:
    """Polygons of rings in microdegrees."""
    import shapely

    return tuple(
        tuple(
            tuple((round(x * 1e6), round(y * 1e6)) for x, y in ring.coords)
            for ring in (polygon.exterior, *polygon.interiors)
        )
        for polygon in shapely.get_parts(shape)
    )
