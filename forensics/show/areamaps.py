"""What a unit says about areas, drawn: posteriors, credible sets, claimed against assessed.

Shares, sets and codes come ready from the assessment; only which of them fit into which map is
decided here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from forensics import words
from forensics.model import AreaLikelihood, Clue
from forensics.show.outline import Arrow, Shaded, Shapes, area_map, frame_around
from forensics.show.phrases import plural
from forensics.show.pieces import PlaceMap
from forensics.show.view import UnitView
from forensics.weigh.assessment import AreaShare, Assessment, PlacePosterior

LABEL_FROM_PPM = 10_000
"""Areas from one percent on carry their name and share in a map."""


def place_maps(id_: str, unit: UnitView, shapes: Shapes | None) -> tuple[PlaceMap, ...]:
    """A map of countries, and one of the provinces of the country that leads."""
    places = unit.assessment.places
    if places is None or shapes is None or not places.countries:
        return ()
    top = places.countries[0]
    provinces = tuple(area for area in places.provinces if area.parent == top.code)
    drawn = (
        ("countries", "country", places.countries, "Countries by probability", shapes.countries),
        (
            "provinces",
            "admin1",
            provinces,
            f"Provinces of {top.name} by probability",
            shapes.admin1.get(top.code, {}),
        ),
    )
    return tuple(
        PlaceMap(
            _place_map((f"{id_}-{key}", title), level, unit, outlines, name),
            title,
            shapes.attribution,
        )
        for key, name, level, title, outlines in drawn
        if level and outlines
    )


def _place_map(
    heading: tuple[str, str],
    level: tuple[AreaShare, ...],
    unit: UnitView,
    outlines: Mapping[str, Any],
    name: str,
) -> Markup:
    """One map, framed on what is likely and, of countries, on what is named or claimed.

    `heading`: id and title of the figure; `name`: what the posterior calls this level.
    """
    assessed, claimed = named_areas(unit)
    shares = {area.code: area.aimed_ppm for area in level}
    countries = name == "country"
    seen = [code for code, ppm in shares.items() if ppm >= LABEL_FROM_PPM]
    wanted = {*seen, *(assessed | claimed)} if countries else set(outlines)
    frame = frame_around([outlines[code] for code in sorted(wanted) if code in outlines])
    labels = {
        area.code: f"{area.name} {words.probability_text(area.aimed_ppm)}"
        for area in level
        if area.aimed_ppm >= LABEL_FROM_PPM
    }
    shaded = Shaded(
        shares,
        labels,
        assessed & set(outlines),
        claimed & set(outlines),
        _sets(unit.assessment.places, name, outlines),
        _arrows(unit, outlines) if countries else (),
    )
    return area_map(*heading, outlines, shaded, frame)


def _sets(
    places: PlacePosterior | None, level: str, outlines: Mapping[str, Any]
) -> dict[int, tuple[str, ...]]:
    """Share in percent -> areas of the smallest set that holds it, as far as this map has them."""
    return {
        one.share_ppm // 10_000: tuple(code for code in one.codes if code in outlines)
        for one in (places.credible if places is not None else ())
        if one.level == level
    }


def _arrows(unit: UnitView, outlines: Mapping[str, Any]) -> tuple[Arrow, ...]:
    """Lines from the country that personas claim to the country that was assessed."""
    return tuple(
        Arrow(start, end, plural(item.accounts, "account") + f" ({item.rung or 'no rung'})")
        for item in unit.claimed
        for start, end in [((item.claimed_area or "")[:2], (item.assessed_area or "")[:2])]
        if start in outlines and end in outlines and start != end
    )


def leading(assessment: Assessment) -> str | None:
    """Hypothesis that leads with all clues, as the tests or the rows say."""
    for test in assessment.tests:
        if test.id == "all":
            return test.leader
    if assessment.conclusion.hypothesis is not None:
        return assessment.conclusion.hypothesis
    rows = assessment.rows
    return max(rows, key=lambda row: row.stated_ppm).hypothesis.id if rows else None


def named_areas(unit: UnitView) -> tuple[frozenset[str], frozenset[str]]:
    """Codes that the conclusion names, and codes that personas claim."""
    leader = unit.assessment.conclusion.hypothesis or leading(unit.assessment)
    assessed = {
        code
        for row in unit.assessment.rows
        if row.hypothesis.id == leader
        for code in row.hypothesis.areas
    }
    claimed = {item.claimed_area for item in unit.claimed if item.claimed_area is not None}
    return frozenset(assessed), frozenset(claimed)


def clue_areas(clue: Clue) -> tuple[str, ...]:
    """Area codes a clue names; empty for clues about anything but areas."""
    return clue.likelihood.areas if isinstance(clue.likelihood, AreaLikelihood) else ()
