"""What the templates read: the view, rearranged. Nothing here makes a number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from forensics import words
from forensics.clues import LOOSE
from forensics.model import Finding, Image, Weight
from forensics.show.areamaps import leading, place_maps
from forensics.show.contactsheet import Sheets
from forensics.show.crewfigures import crew_matrix
from forensics.show.figures import week_panel
from forensics.show.outline import Shapes
from forensics.show.phrases import STATUS_WORDS, TIME_WORDS, count
from forensics.show.pieces import (
    Cell,
    Column,
    HoursPair,
    Level,
    MatrixRow,
    Panel,
    UnitContext,
)
from forensics.show.shiftfigures import SIZE_LIMIT
from forensics.show.timepictures import time_pictures
from forensics.show.view import ClueView, HoursFigure, ReportView, UnitView
from forensics.weigh.assessment import AreaShare, Assessment, Group, PlacePosterior, StandingTest

FULL_UNITS = 6
"""Units printed in full; the others become rows of one table."""
WIDE_FROM = 13
"""With this many groups one table would not fit a page: one table per hypothesis instead."""
AREA_ROWS = 12
FULL_CLUES = 200
"""Clues of the report told in full, shared by its full units; the others become rows of a table."""
DAYS_BUDGET = 480_000
"""Bytes that the drawings of days of all full units may take together."""
_HEX = re.compile(r"[0-9a-f]{16,128}")
_CITED = re.compile(r"\b[CG][1-9][0-9]{0,3}\b")


def page_context(view: ReportView, shapes: Shapes | None) -> dict[str, Any]:
    """Everything the page template reads."""
    shown = max(1, min(FULL_UNITS, len(view.units)))
    budget = min(SIZE_LIMIT, DAYS_BUDGET // shown)
    known = {name for unit in view.units for name in unit.accounts}
    loose = [image for image in view.images if not known.intersection(image.accounts)]
    sheets = Sheets(view.sheet, view.images, _with_images(view) + bool(loose))
    units = [
        unit_context(
            f"u{number}",
            unit,
            _own(unit, view.images, loose),
            shapes,
            (sheets, budget, FULL_CLUES // shown),
        )
        if number <= FULL_UNITS
        else short_context(f"u{number}", unit)
        for number, unit in enumerate(view.units, start=1)
    ]
    full = units[:FULL_UNITS]
    placed = any(unit.assessment.unit == LOOSE for unit in full)
    missing = [f for unit in view.units for f in unit.findings if f.status != "found"]
    counted = Counter(finding.status for finding in missing)
    anchors = {clue.number: clue.number.lower() for unit in full for clue in unit.clues}
    limits = [
        text for unit in full for f in unit.findings if f.status == "found" for text in f.limits
    ]
    return {
        "view": view,
        # it goes into a style sheet, where only hex digits are harmless
        "page_digest": view.digest if _HEX.fullmatch(view.digest) else "",
        "full": full,
        "others": units[FULL_UNITS:],
        "names": {
            **{image.original: image.name for image in view.images},
            **{source.sha256: source.name for source in view.sources},
        },
        "missing": missing,
        "missing_counts": ", ".join(
            f"{count(n)} {STATUS_WORDS[status].partition(':')[0]}"
            for status, n in sorted(counted.items())
        ),
        "limits": list(dict.fromkeys(limits)),
        "loose_images": None if placed or not loose else sheets.sheet("loose", loose, ()),
        "cite": lambda text, unit=None: cite(
            text, anchors if unit is None else {**anchors, **unit.anchors}
        ),
        "proof_says": view.integrity.proof_says.removeprefix(
            f"Proof level {view.integrity.proof_level}: "
        ),
    }


def _own(unit: UnitView, images: Sequence[Image], loose: Sequence[Image]) -> Sequence[Image]:
    """The images that accounts of a unit posted; those that nobody did have a unit of their own."""
    if unit.assessment.unit == LOOSE:
        return loose
    mine = frozenset(unit.accounts)
    return [image for image in images if mine.intersection(image.accounts)]


def _with_images(view: ReportView) -> int:
    """How many of the units printed in full posted images."""
    posted = {name for image in view.images for name in image.accounts}
    return sum(not posted.isdisjoint(unit.accounts) for unit in view.units[:FULL_UNITS])


def cite(text: str, anchors: Mapping[str, str]) -> list[tuple[str, str]]:
    """The text in pieces; the number of a printed clue or group comes with its anchor."""
    pieces: list[tuple[str, str]] = []
    at = 0
    for match in _CITED.finditer(text):
        if match[0] in anchors:
            pieces += [(text[at : match.start()], ""), (match[0], anchors[match[0]])]
            at = match.end()
    pieces.append((text[at:], ""))
    return [piece for piece in pieces if piece[0]]


def short_context(id_: str, unit: UnitView) -> UnitContext:
    """A unit as one row of a table."""
    assessment = unit.assessment
    leader = leading(assessment)
    return UnitContext(
        id=id_,
        assessment=assessment,
        clues=unit.clues,
        findings=unit.findings,
        claimed=unit.claimed,
        leader=leader or "none",
    )


def unit_context(
    id_: str,
    unit: UnitView,
    images: Sequence[Image],
    shapes: Shapes | None,
    shared: tuple[Sheets, int, int],
) -> UnitContext:
    """A unit in full, with its images.

    `shared`: what makes sheets, bytes for days drawn, and how many clues are told in full.
    """
    sheets, budget, most = shared
    a = unit.assessment
    columns = tuple(_column(index, group, unit) for index, group in enumerate(a.groups))
    leader = leading(a)
    lowest = lowest_test(a)
    all_test = next((test for test in a.tests if test.id == "all"), None)
    names = {area.code: area.name for area in _areas(a.places)}
    reasons = tuple(weight for weight in a.weights if weight.reason)
    references = {weight.reference for weight in reasons}
    crews = next((f for f in unit.findings if f.finder == "crews" and f.status == "found"), None)
    return UnitContext(
        id=id_,
        assessment=a,
        clues=unit.clues,
        in_full=_in_full(unit.clues, columns, most),
        findings=unit.findings,
        group_numbers=unit.group_numbers,
        claimed=unit.claimed,
        groups=columns,
        resting=tuple(sorted((c for c in columns if c.mdb), key=lambda c: (-abs(c.mdb), c.index))),
        matrix=_matrix(a, columns, leader),
        reasons=reasons,
        reference=references.pop() if len(references) == 1 else "",
        wide=len(columns) >= WIDE_FROM,
        assessed_id=a.claim_label or a.conclusion.hypothesis or leader or "assessed",
        leader=leader or "none",
        all_test=all_test,
        lowest=lowest,
        changes=bool(lowest and all_test and lowest.leader != all_test.leader),
        times=tuple(
            finding
            for finder in TIME_WORDS
            for finding in unit.findings
            if finding.finder == finder
        ),
        crews=crews,
        crew_matrix=_crew_matrix(id_, crews),
        pictures=time_pictures(id_, unit.times, budget),
        hours=tuple(_pair(f"{id_}-w{n}", f) for n, f in enumerate(unit.hours, start=1)),
        maps=place_maps(id_, unit, shapes),
        levels=_levels(id_, a.places),
        area_names=names,
        sheet=sheets.sheet(id_, images, unit.accounts) if images else None,
        anchors={column.id: f"{id_}-g{column.index}" for column in columns},
    )


def _in_full(
    clues: Sequence[ClueView], columns: Sequence[Column], most: int
) -> tuple[ClueView, ...]:
    """The clues to tell in full, in their order: of too many, those whose groups weigh most."""
    heavy = {column.id: abs(column.mdb) for column in columns}
    first = sorted(range(len(clues)), key=lambda at: (-heavy.get(clues[at].group, -1), at))[:most]
    return tuple(clues[at] for at in sorted(first))


def _crew_matrix(id_: str, crews: Finding | None) -> Markup | None:
    """Crews against crews; one alone has nothing to be compared with."""
    told: Mapping[str, Any] = crews.details if crews is not None else {}
    if len(told.get("crews", ())) < 2:
        return None
    return crew_matrix(f"{id_}-crews", title="Mean score of pairs by crews", details=told)


def lowest_test(assessment: Assessment) -> StandingTest | None:
    """The test the conclusion names as its lowest; None if it names none that was run."""
    wanted = assessment.conclusion.lowest_test
    return next((test for test in assessment.tests if wanted in {test.id, test.label}), None)


def _column(index: int, group: Group, unit: UnitView) -> Column:
    """Heading of a group."""
    numbers = tuple(item.number for item in unit.clues if item.group == group.id)
    leader = leading(unit.assessment)
    mdb = next(
        (w.mdb for w in unit.assessment.weights if (w.group, w.hypothesis) == (group.id, leader)), 0
    )
    bases = {w.basis for w in unit.assessment.weights if w.group == group.id}
    return Column(
        id=group.id,
        label=group.label,
        set_by=group.set_by,
        ceiling_mdb=group.ceiling_mdb,
        numbers=numbers,
        settable=group.set_by in {"operator", "unknown"},
        index=index,
        mdb=mdb,
        basis=bases.pop() if len(bases) == 1 else "",
    )


def _matrix(
    assessment: Assessment, columns: Sequence[Column], leader: str | None
) -> tuple[MatrixRow, ...]:
    """Hypotheses in rows, as assessed."""
    weights = {(weight.group, weight.hypothesis): weight for weight in assessment.weights}
    rows = []
    for number, row in enumerate(assessment.rows):
        cells = tuple(
            _cell(column, weights.get((column.id, row.hypothesis.id))) for column in columns
        )
        rows.append(
            MatrixRow(
                id=row.hypothesis.id,
                statement=row.hypothesis.statement,
                prior_ppm=row.hypothesis.prior_ppm,
                sum_mdb=row.sum_mdb,
                equal_ppm=row.equal_ppm,
                stated_ppm=row.stated_ppm,
                leads=row.hypothesis.id == leader,
                claimed=row.hypothesis.id in assessment.claim_rows,
                first=number == 0,
                cells=cells,
            )
        )
    return tuple(rows)


def _cell(column: Column, weight: Weight | None) -> Cell:
    """A weight with its interval in decibans and how it was come by."""
    if weight is None:
        return Cell(column, 0, "not weighed")
    low, high = (plain_db(weight.low_mdb), plain_db(weight.high_mdb))
    parts = [f"{low} to {high}"] if low != high else []
    parts += [] if column.basis else [weight.basis]
    return Cell(column, weight.mdb, ", ".join(parts))


def plain_db(mdb: int) -> str:
    """`+9` without unit and triangle, for intervals."""
    return words.decibans_text(mdb).split(" ")[0]


def _pair(stem: str, figure: HoursFigure) -> HoursPair:
    """Both panels on one scale."""
    scale = max(*figure.counts_utc, *figure.counts_local, 1)
    data = (
        ("utc", "raw UTC", "UTC", figure.counts_utc, figure.missing_utc, figure.audience_utc),
        (
            "local",
            figure.zone_label,
            figure.zone_label,
            figure.counts_local,
            figure.missing_local,
            figure.audience_local,
        ),
    )
    panels = []
    for key, zone, axis, counts, missing, audience in data:
        title = (
            f"Hour of week, {zone}, {figure.split}, n = {count(figure.n)} of "
            f"{count(figure.n_all)}{', ' + figure.period if figure.period else ''}"
        )
        svg = week_panel(
            f"{stem}-{key}",
            title=title,
            zone=axis,
            counts=counts,
            scale=scale,
            missing=missing,
            audience=audience,
        )
        panels.append(Panel(f"{stem}-{key}", zone, svg, counts, frozenset(missing)))
    return HoursPair(figure, tuple(panels))


def _areas(places: PlacePosterior | None) -> tuple[AreaShare, ...]:
    """Countries and provinces of a posterior."""
    if places is None:
        return ()
    return (*places.countries, *places.provinces, *places.cities, *places.zones)


def _levels(id_: str, places: PlacePosterior | None) -> tuple[Level, ...]:
    """Tables of shares by country and by province."""
    if places is None:
        return ()
    levels = []
    for key, caption, areas, rest in (
        ("countries", "Countries", places.countries, places.countries_rest_ppm),
        ("provinces", "Provinces and states", places.provinces, places.provinces_rest_ppm),
        ("cities", "Second-level areas", places.cities, places.cities_rest_ppm),
        ("zones", "Time zones", places.zones, places.zones_rest_ppm),
    ):
        if areas:
            shown = areas[:AREA_ROWS]
            more = len(areas) - len(shown)
            left = rest + sum(area.aimed_ppm for area in areas[AREA_ROWS:])
            levels.append(Level(f"{id_}-{key}-table", caption, shown, more, left))
    return tuple(levels)
