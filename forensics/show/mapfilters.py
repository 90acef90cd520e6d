"""What a reader of the map can choose by: rung of a clue, crews that carry it, credible sets.

Names of crews are numbers of ours; everything else is read from the view.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from forensics import words
from forensics.model import (
    AreaLikelihood,
    Clue,
    CountryLikelihood,
    PointLikelihood,
    SunLikelihood,
    ZoneLikelihood,
)
from forensics.show.areamaps import clue_areas
from forensics.show.outline import Shapes
from forensics.show.phrases import plural, visible
from forensics.show.view import UnitView

RUNGS = ("zone", "country", "province", "city", "position", "no place")
"""How finely a clue places: the rungs of the ladder, a position, or nothing of the kind."""
BAND_LEVELS: Mapping[str, str] = {
    "country": "countries",
    "admin1": "provinces and states",
    "admin2": "second-level areas",
}
"""Levels whose credible sets can be drawn: those that have outlines."""


def rung_of(clue: Clue) -> str:
    """The rung a clue bears on: of several areas, that of the coarsest."""
    match clue.likelihood:
        case AreaLikelihood(areas=areas):
            depth = min((code.count("-") + code.count(".") for code in areas), default=0)
            return ("country", "province", "city")[depth]
        case PointLikelihood():
            return "position"
        case CountryLikelihood():
            return "country"
        case ZoneLikelihood() | SunLikelihood():
            return "zone"
    return "no place"


def crews_of(unit: UnitView) -> tuple[frozenset[str], ...]:
    """Members of each crew that the finder named, in its order; empty if it named none."""
    for finding in unit.findings:
        if finding.finder == "crews" and finding.status == "found":
            told: Mapping[str, Any] = finding.details
            return tuple(frozenset(map(str, crew["members"])) for crew in told.get("crews", ()))
    return ()


def crew_names(unit: UnitView) -> list[str]:
    """What the crews are called on the map, and what is in none of them."""
    crews = crews_of(unit)
    if not crews:
        return []
    names = [
        f"crew {number} ({plural(len(crew), 'account')})" for number, crew in enumerate(crews, 1)
    ]
    return [*names, "accounts in no crew"]


def crews_with(accounts: Collection[str], unit: UnitView) -> list[int]:
    """Places in `crew_names` of the crews that any of these accounts belongs to.

    A clue that no account carries, such as one about a file, belongs to no crew.
    """
    crews = crews_of(unit)
    if not crews:
        return []
    mine = frozenset(accounts)
    found = [number for number, crew in enumerate(crews) if mine & crew]
    if not mine or mine - frozenset().union(*crews):
        found.append(len(crews))
    return found


def bands(unit: UnitView, shapes: Shapes) -> list[dict[str, Any]]:
    """Smallest sets that hold 50, 80 and 95 %, by level, with what of them has an outline here."""
    places = unit.assessment.places
    if places is None:
        return []
    found = []
    for one in places.credible:
        drawn = [code for code in one.codes if code and shapes.find(code) is not None]
        if one.level not in BAND_LEVELS or not drawn:
            continue
        missing = one.size - len(drawn)
        text = f"{words.probability_text(one.share_ppm)}: {plural(one.size, 'area')}"
        found.append(
            {
                "level": one.level,
                "name": BAND_LEVELS[one.level],
                "ppm": one.share_ppm,
                "codes": drawn,
                "text": text + (f", {missing:,} of them not drawn" if missing else ""),
            }
        )
    return found


def approximate_names(unit: UnitView, shapes: Shapes) -> list[dict[str, Any]]:
    """Approximate outlines that clues of the unit draw, with a place for the word that says so."""
    codes = {code for item in unit.clues for code in clue_areas(item.clue)}
    found = []
    for code in sorted(codes & shapes.approximate):
        inside = shapes.admin2[code].representative_point()
        name = visible(shapes.names.get(code, code))
        found.append({"name": f"{name}: approximate", "at": [f"{inside.y:.2f}", f"{inside.x:.2f}"]})
    return found
