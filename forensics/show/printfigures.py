"""Every figure of the report by itself: a drawing, and the numbers that it was drawn from.

What stands on the page is drawn again from the same values; nothing is counted here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any

from markupsafe import Markup

from forensics.show.calendarfigure import EPOCH
from forensics.show.context import page_context
from forensics.show.figures import DAYS
from forensics.show.outline import Shapes
from forensics.show.pieces import HoursPair, UnitContext
from forensics.show.timepictures import Picture
from forensics.show.timesview import CalendarFigure, TimesFigures
from forensics.show.view import Boundaries, HoursFigure, ReportView
from forensics.weigh.assessment import AreaShare

_DESC = re.compile(r"<desc[^>]*>(.*?)</desc>", re.DOTALL)
_CLASSES = ("working", "rest", "holiday", "bridge", "make_up", "unknown", "partly")
"""Names of the codes of days, in their order; see `reference.calendars`."""
Row = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Numbers:
    """One table of numbers behind a figure."""

    suffix: str
    """Empty for the main one; else part of the file name."""
    head: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its title and everything drawn in it."""

    stem: str
    """Name of its files, such as `u1-w1-utc`."""
    unit: str
    kind: str
    title: str
    svg: Markup
    numbers: tuple[Numbers, ...]
    note: str = ""
    """What must stand under it, such as where outlines come from."""

    @property
    def alt(self) -> str:
        """The words for those who do not see it: the description inside the drawing."""
        found = _DESC.search(self.svg)
        return unescape(found[1]) if found else self.title


def figures(view: ReportView, boundaries: Boundaries | None) -> tuple[Figure, ...]:
    """All figures of the report, in the order of the page."""
    shapes = Shapes(boundaries) if boundaries is not None else None
    full: Sequence[UnitContext] = page_context(view, shapes)["full"]
    return tuple(
        figure
        for context, unit in zip(full, view.units, strict=False)
        for figure in _of_unit(context, unit.times)
    )


def _of_unit(unit: UnitContext, times: TimesFigures | None) -> Iterator[Figure]:
    """Hours, days, crews and maps of one unit."""
    for pair in unit.hours:
        yield from _hours(unit, pair)
    if times is not None:
        yield from _times(unit, times)
    if unit.crews is not None and unit.crew_matrix is not None:
        yield _crews(unit, unit.crews.details, unit.crew_matrix)
    places = unit.assessment.places
    if places is not None:
        for drawn in unit.maps:
            found = re.search(r'id="([^"]+)"', drawn.svg)
            stem = found[1] if found else ""
            level = places.countries if stem.endswith("-countries") else places.provinces
            note = f"{drawn.attribution}; outlines are simplified and no opinion on any border"
            name = unit.assessment.unit
            table = Numbers("", _AREA_HEAD, tuple(map(_area, level)))
            yield Figure(stem, name, "map", f"{drawn.title}: {name}", drawn.svg, (table,), note)


_AREA_HEAD = ("code", "name", "planting_allowed_for_ppm", "chance_failures_only_ppm", "prior_ppm")


def _area(one: AreaShare) -> Row:
    return (one.code, one.name, one.aimed_ppm, one.random_ppm, one.prior_ppm)


def _hours(unit: UnitContext, pair: HoursPair) -> Iterator[Figure]:
    """The two panels of a heat map, each alone; the audience's hours are a column."""
    figure: HoursFigure = pair.figure
    waking = (frozenset(figure.audience_utc), frozenset(figure.audience_local))
    for panel, audience in zip(pair.panels, waking, strict=True):
        rows = tuple(
            (
                DAYS[number // 24],
                number % 24,
                value,
                int(number in panel.missing and not value),
                int(number in audience) if figure.audience_label else "",
            )
            for number, value in enumerate(panel.counts)
        )
        head = ("day", "hour", "posts", "not_collected", "audience_awake")
        found = re.search(r"<title[^>]*>(.*?)</title>", panel.svg)
        title = unescape(found[1]) if found else panel.zone
        outline = f"dashed: {figure.audience_label}" if figure.audience_label else ""
        yield Figure(
            panel.stem,
            unit.assessment.unit,
            "hours of the week",
            f"{title}: {unit.assessment.unit}",
            panel.svg,
            (Numbers("", head, rows),),
            outline,
        )


def _times(unit: UnitContext, times: TimesFigures) -> Iterator[Figure]:
    """The working day, the days, the calendars and the weeks."""
    all_ = unit.pictures
    if all_.shifts and times.shifts:
        profile = tuple((15 * n, value) for n, value in enumerate(times.shifts.profile_milli))
        head = ("local_minute", "events_milli")
        more = Numbers("-profile", head, profile)
        yield _timed(unit, all_.shifts, "working day", (_shown(all_.shifts), more))
    if all_.actogram and times.actogram:
        first = EPOCH + timedelta(days=times.actogram.first_day)
        step = times.actogram.days_per_row
        rows: tuple[Row, ...] = tuple(
            ((first + timedelta(days=number * step)).isoformat(), *cells)
            for number, cells in enumerate(times.actogram.cells)
        )
        quarters = tuple(f"{n // 4:02d}:{n % 4 * 15:02d}" for n in range(96))
        names = (f"from_date_shades_9_is_{times.actogram.cap}_posts_or_more", *quarters)
        yield _timed(unit, all_.actogram, "actogram", (Numbers("", names, rows),))
    if all_.calendar and times.calendar:
        table = Numbers("", *_calendar(times.calendar))
        yield _timed(unit, all_.calendar, "calendar strip", (table,))
    if all_.weeks and times.weeks:
        marks = tuple((mark.date, mark.text) for mark in times.weeks.marks)
        more = Numbers("-marks", ("date", "what"), marks)
        tables = (_shown(all_.weeks), *((more,) if marks else ()))
        yield _timed(unit, all_.weeks, "weeks", tables)


def _timed(unit: UnitContext, picture: Picture, kind: str, numbers: tuple[Numbers, ...]) -> Figure:
    """A figure about when, with the name of its unit."""
    name = unit.assessment.unit
    return Figure(picture.stem, name, kind, f"{picture.title}: {name}", picture.svg, numbers)


def _shown(picture: Picture) -> Numbers:
    """The rows that the page prints beside a figure."""
    return Numbers("", picture.head, picture.rows)


def _calendar(figure: CalendarFigure) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """A row a day: active accounts, accounts, and the class of the day in each calendar."""
    first = EPOCH + timedelta(days=figure.first_day)
    rows: tuple[Row, ...] = tuple(
        (
            (first + timedelta(days=number)).isoformat(),
            active,
            accounts,
            *(_CLASSES[one.kinds[number]] for one in figure.calendars),
        )
        for number, (active, accounts) in enumerate(
            zip(figure.active, figure.accounts, strict=True)
        )
    )
    return ("date", "active", "accounts", *(one.name for one in figure.calendars)), rows


def _crews(unit: UnitContext, details: Mapping[str, Any], svg: Markup) -> Figure:
    """Crews against crews."""
    matrix = details["between_milli"]
    rows = tuple((number, *line) for number, line in enumerate(matrix, start=1))
    head = ("crew_mean_score_milli", *(str(n) for n in range(1, len(matrix) + 1)))
    members = tuple(
        (number, crew["size"], crew["p_ppm"], crew["stability_ppm"], " ".join(crew["members"]))
        for number, crew in enumerate(details["crews"], start=1)
    )
    who = ("crew", "accounts", "p_ppm", "stability_ppm", "members_named")
    title = f"Mean score of pairs by crews: {unit.assessment.unit}"
    tables = (Numbers("", head, rows), Numbers("-members", who, members))
    return Figure(f"{unit.id}-crews", unit.assessment.unit, "crews", title, svg, tables)
