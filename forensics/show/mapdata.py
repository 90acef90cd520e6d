"""The data of the map as one JSON value: rows of the view, outlines by code, nothing computed anew.

All text passes `phrases.visible` here and reaches the page only through `seal.json_block`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from forensics import words
from forensics.clock import utc_text
from forensics.model import (
    Clue,
    CountryLikelihood,
    Image,
    KindLikelihood,
    PointLikelihood,
    Position,
    RowLikelihood,
    SunLikelihood,
    ZoneLikelihood,
)
from forensics.show.areamaps import clue_areas, leading, named_areas
from forensics.show.mapfilters import (
    RUNGS,
    approximate_names,
    bands,
    crew_names,
    crews_with,
    rung_of,
)
from forensics.show.outline import Shapes
from forensics.show.phrases import (
    ROLE_WORDS,
    SET_BY_WORDS,
    degrees,
    digits_of,
    plural,
    position,
    visible,
)
from forensics.show.view import ClueView, ReportView, UnitView

UNITS_ON_MAP = 50
"""Units one can choose on the map; the page says how many were left out."""
LABEL_FROM_PPM = 10_000
POST_KINDS = frozenset({"text_position"})
"""Kinds of clues whose position is written in a post; their layer is one of its own."""


def countries_in_detail(view: ReportView) -> frozenset[str]:
    """Countries whose provinces the map draws: named by a clue or a leader, or not improbable.

    All provinces of the world would make a map of several megabytes.
    """
    found: set[str] = set()
    for unit in view.units[:UNITS_ON_MAP]:
        places = unit.assessment.places
        provinces = places.provinces if places is not None else ()
        found |= {area.code[:2] for area in provinces if area.aimed_ppm >= LABEL_FROM_PPM}
        codes = {code for item in unit.clues for code in clue_areas(item.clue)}
        for group in (codes, *named_areas(unit)):
            found |= {code[:2] for code in group if "-" in code}
    return frozenset(found)


def map_data(view: ReportView, shapes: Shapes) -> dict[str, Any]:
    """Everything the script of the map reads.

    Coordinates are text with the decimals their radius supports; the script turns them into
    numbers. Areas are named by code and drawn from the outlines already on the map.
    """
    shown = view.units[:UNITS_ON_MAP]
    return {
        "question": visible(view.question),
        "digest": view.digest,
        "attribution": visible(shapes.attribution),
        "left_out": len(view.units) - len(shown),
        "rungs": RUNGS,
        "approximate": sorted(shapes.approximate),
        "units": [_unit(unit, view.images, shapes) for unit in shown],
    }


def _unit(unit: UnitView, images: Sequence[Image], shapes: Shapes) -> dict[str, Any]:
    """One unit: what is said, its areas, its clues, its claims."""
    assessment = unit.assessment
    conclusion = assessment.conclusion
    ppm = conclusion.probability_ppm
    assessed, claimed = named_areas(unit)
    return {
        "name": visible(assessment.unit),
        "counts": f"{plural(assessment.accounts, 'account')}, {plural(assessment.posts, 'post')}",
        # A number beside no named place would be read as the chance of whatever the map shades.
        "number": (
            "no place named"
            if ppm is None or not conclusion.likelihood
            else words.probability_text(ppm)
        ),
        "term": visible(conclusion.likelihood or ""),
        "statement": visible(conclusion.statement),
        "confidence": words.confidence_text(conclusion.confidence),
        "areas": _areas(unit, shapes),
        "bands": bands(unit, shapes),
        "crews": crew_names(unit),
        "approximate": approximate_names(unit, shapes),
        "assessed": sorted(code for code in assessed if _point(code, shapes) is not None),
        "claimed": sorted(code for code in claimed if _point(code, shapes) is not None),
        "claims": _claims(unit, shapes),
        "clues": [_clue(item, unit, shapes) for item in unit.clues],
        "photos": _photos(unit, images),
    }


def _photos(unit: UnitView, images: Sequence[Image]) -> list[dict[str, Any]]:
    """Positions that images of these accounts name, each with its radius."""
    mine = frozenset(unit.accounts)
    return [
        {
            "name": visible(image.name),
            "when": _when(image),
            "crews": crews_with(mine.intersection(image.accounts), unit),
            **_circle(where),
        }
        for image in images
        if mine.intersection(image.accounts)
        for where in image.positions
    ]


def _when(image: Image) -> str:
    """The first time an image names, in ISO 8601; empty if it names none.

    An instant goes before a local time, whose zone is not known: the map says that it takes those
    as they are written.
    """
    instants = [claim.instant.utc_us for claim in image.times if claim.instant is not None]
    if instants:
        return utc_text(min(instants), seconds=True)
    written = sorted(claim.local.text for claim in image.times if claim.local is not None)
    return f"{visible(written[0])}Z" if written else ""


def _areas(unit: UnitView, shapes: Shapes) -> list[dict[str, Any]]:
    """Shares by area, countries first, with the place of the label."""
    places = unit.assessment.places
    if places is None:
        return []
    out = []
    for area in (*places.countries, *places.provinces):
        point = _point(area.code, shapes)
        out.append(
            {
                "code": area.code,
                "name": visible(area.name),
                "level": area.level,
                "parent": area.parent,
                "ppm": area.aimed_ppm,
                "share": words.probability_text(area.aimed_ppm),
                "prior": words.probability_text(area.prior_ppm),
                "label": point if area.aimed_ppm >= LABEL_FROM_PPM else None,
                "drawn": point is not None,
            }
        )
    return out


def _point(code: str, shapes: Shapes) -> list[str] | None:
    """A position well inside an area, for its label; None if it has no outline here."""
    geometry = shapes.find(code)
    if geometry is None:
        return None
    inside = max(getattr(geometry, "geoms", [geometry]), key=lambda part: part.area)
    point = inside.representative_point()
    return [f"{point.y:.2f}", f"{point.x:.2f}"]


def _claims(unit: UnitView, shapes: Shapes) -> list[dict[str, Any]]:
    """Lines from claimed to assessed area; they end in the label of the area, at no street.

    Provinces whose country is not drawn in detail are met at the country.
    """
    out = []
    for item in unit.claimed:
        ends = [
            (_point(code, shapes) or _point(code[:2], shapes)) if code else None
            for code in (item.claimed_area, item.assessed_area)
        ]
        text = (
            f"{plural(item.accounts, 'account')}: claimed {visible(item.claimed)}, "
            f"assessed {visible(item.assessed)}" + (f" (rung: {item.rung})" if item.rung else "")
        )
        out.append(
            {
                "text": text,
                "accounts": item.accounts,
                "short": plural(item.accounts, "account") + (f", {item.rung}" if item.rung else ""),
                "line": ends if None not in ends else None,
            }
        )
    return out


def _clue(item: ClueView, unit: UnitView, shapes: Shapes) -> dict[str, Any]:
    """One clue as a row of the table and as a shape on the map."""
    clue = item.clue
    group = next((g for g in unit.assessment.groups if g.id == item.group), None)
    leader = leading(unit.assessment)
    weight = next(
        (w.mdb for w in unit.assessment.weights if (w.group, w.hypothesis) == (item.group, leader)),
        None,
    )
    drawn, remark = _outlines(clue, shapes)
    return {
        "number": item.number,
        "text": visible(clue.statement),
        "kind": visible(clue.kind.replace("_", " ")),
        "rung": rung_of(clue),
        "crews": crews_with(clue.accounts, unit),
        "in_posts": clue.kind in POST_KINDS,
        "group": visible(item.group),
        "role": ROLE_WORDS[clue.role],
        "set_by": SET_BY_WORDS[clue.set_by],
        "accounts": visible(item.carriers),
        "from": visible(clue.valid_from or ""),
        "to": visible(clue.valid_to or ""),
        "weight": "not weighed" if weight is None else words.decibans_text(weight),
        "wrong": "" if group is None else words.probability_text(group.wrong_ppm),
        "conflicts": bool(group is not None and group.support_mdb < 0),
        "subject": clue.role == "content_subject",
        "areas": drawn,
        "remark": remark,
        "spot": _spot(clue),
    }


def _outlines(clue: Clue, shapes: Shapes) -> tuple[list[str], str]:
    """Codes to draw for an area clue, and what the reader must know about them."""
    if isinstance(clue.likelihood, ZoneLikelihood):
        return [], "about time zones: no outline is drawn"
    if isinstance(clue.likelihood, CountryLikelihood):
        return [], "about working calendars of countries: no outline is drawn"
    if isinstance(clue.likelihood, SunLikelihood):
        return [], "about the height of the sun: `gnomon sun --map` draws the region"
    if isinstance(clue.likelihood, KindLikelihood | RowLikelihood):
        return [], "about who posts, not about a place: no outline is drawn"
    drawn: list[str] = []
    remark = ""
    for code in clue_areas(clue):
        wider = code
        while shapes.find(wider) is None and wider:
            wider = wider.rpartition("." if "." in wider else "-")[0]
        if wider and wider not in drawn:
            drawn.append(wider)
        if wider in shapes.approximate:
            remark = f"the outline of {visible(wider)} is approximate: it decides on no border"
        if wider != code:
            remark = f"{visible(code)} has no outline here" + (
                f"; {wider} is drawn" if wider else ""
            )
    return drawn, remark


def _spot(clue: Clue) -> dict[str, Any] | None:
    """A position with its circle; rounded to what the radius supports."""
    if not isinstance(clue.likelihood, PointLikelihood):
        return None
    return _circle(clue.likelihood.position)


def _circle(where: Position) -> dict[str, Any]:
    """Centre, radius and the text for both."""
    digits = digits_of(where)
    lat, lon = (degrees(value, digits) for value in (where.lat_udeg, where.lon_udeg))
    return {
        "lat": lat.replace("−", "-"),
        "lon": lon.replace("−", "-"),
        "radius_m": where.radius_m,
        "text": position(where),
    }
