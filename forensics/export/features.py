"""What the map formats hold: areas as polygons, positions as circles; never a pin for an area.

One feature for each area that a conclusion, a share of probability, a clue or a persona names, for
each unit, and one for each position with its radius. Coordinates are rounded so that the
circle stays where it is. All text is inert: programs for maps show it as HTML.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from forensics import words
from forensics.export.handed import DISCLAIMER, Handed, inert
from forensics.model import AreaLikelihood, Clue, PointLikelihood, Position
from forensics.show.outline import Shapes
from forensics.show.phrases import digits_for
from forensics.show.view import Boundaries, ClueView, UnitView
from forensics.weigh.assessment import AreaShare

Layer = Literal["assessed", "shares", "clue_areas", "claimed", "positions"]
LAYERS: Mapping[Layer, str] = {
    "assessed": "Areas of the conclusions",
    "shares": "Probability by area",
    "clue_areas": "Areas that clues name",
    "claimed": "Areas that personas claim",
    "positions": "Positions with their radius",
}
COLUMNS: Mapping[str, type] = {
    "layer": str, "unit": str, "what": str, "area": str, "area_name": str, "area_level": str,
    "boundary_kind": str, "drawn_area": str, "rung": str, "likelihood": str, "confidence": str,
    "probability_ppm": int, "prior_ppm": int, "lowest_test": str, "clue": str, "clue_id": str,
    "clue_kind": str, "role": str, "set_by": str, "grade": str, "group_id": str,
    "planted_chance_ppm": int, "radius_m": int, "basis": str, "valid_from": str, "valid_to": str,
    "accounts": int, "digest": str, "proof_level": int, "attribution": str, "disclaimer": str,
}  # fmt: skip
"""Every property of a feature, in order. The list is closed: names become columns of a database.
None of them names a person or an account; `accounts` is a number."""
LEAST_SHARE_PPM = 1_000
"""Areas with less than a thousandth are left out; the report's table has them."""
METRES_PER_DEGREE = 111_320
CORNERS = 64


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing on the map."""

    id: str
    layer: Layer
    geometry: Any
    """A shapely polygon, multipolygon or point, longitude first, WGS 84."""
    properties: Mapping[str, str | int | None]
    """Keys of `COLUMNS`, all of them."""


def features(handed: Handed) -> tuple[list[Feature], list[str]]:
    """All features in order, and the areas that have no outline here, each with what named it."""
    drawing = _Drawing(handed)
    found = [one for unit in handed.seen.units for one in drawing.unit(unit)]
    return found, sorted(set(drawing.missing))


class _Drawing:
    """Looks up outlines and numbers features."""

    def __init__(self, handed: Handed) -> None:
        outlines = handed.drawn
        self.handed = handed
        self.shapes = Shapes(outlines)
        self.kinds = boundary_kinds(outlines)
        self.names = area_names(outlines)
        self.missing: list[str] = []
        self.common: dict[str, str | int | None] = {
            "digest": handed.digest,
            "proof_level": handed.seen.integrity.proof_level,
            "attribution": inert(outlines.attribution),
            "disclaimer": DISCLAIMER,
        }

    def unit(self, unit: UnitView) -> Iterator[Feature]:
        """Everything about one unit, layer by layer."""
        yield from self._assessed(unit)
        places = unit.assessment.places
        for share in (*places.countries, *places.provinces) if places else ():
            if share.aimed_ppm >= LEAST_SHARE_PPM:
                yield from self._area(unit, "shares", share.code, _share(share))
        for item in unit.clues:
            yield from self._clue(unit, item)
        for number, claimed in enumerate(unit.claimed):
            if claimed.claimed_area:
                about: dict[str, str | int | None] = {
                    "what": inert(f"claimed by personas: {claimed.claimed}"),
                    "role": "claimed_by_persona",
                    "accounts": claimed.accounts,
                }
                yield from self._area(unit, "claimed", claimed.claimed_area, about, number)

    def _assessed(self, unit: UnitView) -> Iterator[Feature]:
        """The areas of the leading row, if the conclusion names a place."""
        conclusion = unit.assessment.conclusion
        if not conclusion.likelihood or conclusion.hypothesis is None:
            return
        about: dict[str, str | int | None] = {
            "what": inert(conclusion.statement),
            "rung": conclusion.rung,
            "likelihood": conclusion.likelihood,
            "confidence": conclusion.confidence,
            "probability_ppm": conclusion.probability_ppm,
            "lowest_test": inert(conclusion.lowest_test),
        }
        for code in assessed_areas(unit):
            yield from self._area(unit, "assessed", code, about)

    def _clue(self, unit: UnitView, item: ClueView) -> Iterator[Feature]:
        clue = item.clue
        about: dict[str, str | int | None] = {
            "what": inert(clue.statement),
            "clue": item.number,
            "clue_id": inert(clue.id),
            "clue_kind": clue.kind,
            "role": clue.role,
            "set_by": clue.set_by,
            "grade": clue.grade,
            "group_id": item.group or None,
            "planted_chance_ppm": clue.planted_chance_ppm,
            "valid_from": clue.valid_from,
            "valid_to": clue.valid_to,
            "accounts": len(clue.accounts),
        }
        if isinstance(clue.likelihood, PointLikelihood):
            yield self._spot(unit, clue, about, clue.likelihood.position)
        elif isinstance(clue.likelihood, AreaLikelihood):
            for code in clue.likelihood.areas:
                yield from self._area(unit, "clue_areas", code, about, clue.id)

    def _area(
        self,
        unit: UnitView,
        layer: Layer,
        code: str,
        about: Mapping[str, str | int | None],
        *more: object,
    ) -> Iterator[Feature]:
        """An area as its outline, or as the wider area that has one; said in `drawn_area`."""
        name = unit.assessment.unit
        drawn = code
        while drawn and self.shapes.find(drawn) is None:
            drawn = drawn.rpartition("." if "." in drawn else "-")[0]
        if drawn != code:
            self.missing.append(f"{layer}: {code} is drawn as {drawn}" if drawn else
                                f"{layer}: {code} has no outline here")  # fmt: skip
        if not drawn:
            return
        properties = {
            "area": code,
            "area_name": inert(self.names.get(code, "")) or None,
            "area_level": level_of(code),
            "boundary_kind": self.kinds.get(drawn, "natural_earth"),
            "drawn_area": drawn,
            **about,
        }
        yield Feature(
            self.handed.uid("feature", layer, name, code, *more),
            layer,
            wound(self.shapes.find(drawn)),
            self._complete(layer, name, properties),
        )

    def _spot(
        self, unit: UnitView, clue: Clue, about: Mapping[str, str | int | None], where: Position
    ) -> Feature:
        from shapely import Point

        name = unit.assessment.unit
        lat, lon = rounded(where)
        properties = {**about, "radius_m": where.radius_m, "basis": inert(where.basis)}
        return Feature(
            self.handed.uid("feature", "positions", name, clue.id),
            "positions",
            Point(lon, lat),
            self._complete("positions", name, properties),
        )

    def _complete(
        self, layer: Layer, unit: str, properties: Mapping[str, str | int | None]
    ) -> dict[str, str | int | None]:
        whole = {"layer": layer, "unit": inert(unit), **self.common, **properties}
        return {name: whole.get(name) for name in COLUMNS}


def assessed_areas(unit: UnitView) -> tuple[str, ...]:
    """The areas of the row that the conclusion is about."""
    wanted = unit.assessment.conclusion.hypothesis
    return tuple(
        code
        for row in unit.assessment.rows
        if row.hypothesis.id == wanted
        for code in row.hypothesis.areas
    )


def _share(share: AreaShare) -> dict[str, str | int | None]:
    text = f"{share.name}: {words.probability_text(share.aimed_ppm)} if clues may be planted"
    return {
        "what": inert(text),
        "area_name": inert(share.name),
        "probability_ppm": share.aimed_ppm,
        "prior_ppm": share.prior_ppm,
    }


def level_of(code: str) -> str:
    """The level of an area by the form of its code."""
    return "admin2" if "." in code else "admin1" if "-" in code else "country"


def area_names(outlines: Boundaries) -> dict[str, str]:
    """Code -> name of every area that has an outline."""
    collections = (outlines.countries, *outlines.admin1.values(), outlines.admin2)
    return {
        str(one["properties"]["code"]): str(one["properties"].get("name", ""))
        for collection in collections
        for one in collection.get("features", ())
    }


def boundary_kinds(outlines: Boundaries) -> dict[str, str]:
    """Second-level code -> approximate or imported; all others come from Natural Earth."""
    return {
        str(one["properties"]["code"]): str(one["properties"].get("boundary_kind", "approximate"))
        for one in outlines.admin2.get("features", ())
    }


def rounded(where: Position) -> tuple[float, float]:
    """Latitude and longitude in degrees, two decimals finer than the report prints them.

    The report's decimals may move the middle by a third of the radius, and another program draws
    a circle there; these move it by less than a hundredth of the radius.
    """
    step = 10 ** max(4 - digits_for(where.radius_m), 0)
    lat, lon = ((value + step // 2) // step * step for value in (where.lat_udeg, where.lon_udeg))
    return lat / 1_000_000, lon / 1_000_000


def wound(geometry: Any) -> Any:
    """Polygons with outer rings counter-clockwise, as RFC 7946 and GeoPackage want them."""
    from shapely import MultiPolygon
    from shapely.geometry.polygon import orient

    if geometry.geom_type == "Polygon":
        return orient(geometry, 1.0)
    return MultiPolygon([orient(part, 1.0) for part in geometry.geoms])


def circle(lon: float, lat: float, radius_m: int) -> list[tuple[float, float]]:
    """A closed ring of `CORNERS` corners around a position, on a sphere; (longitude, latitude)."""
    reach = radius_m / METRES_PER_DEGREE
    squeeze = max(math.cos(math.radians(lat)), 0.01)
    ring = []
    for corner in range(CORNERS):
        angle = math.tau * corner / CORNERS
        north = lat + reach * math.sin(angle)
        east = lon + reach * math.cos(angle) / squeeze
        ring.append((round(min(max(east, -180), 180), 7), round(min(max(north, -90), 90), 7)))
    return [*ring, ring[0]]
