"""The figures about when, drawn and titled, each with the rows of its table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import zip_longest

from markupsafe import Markup

from forensics.show.calendarfigure import EPOCH, calendar_strip
from forensics.show.phrases import count, plural, visible
from forensics.show.shiftfigures import SIZE_LIMIT, actogram_raster, shift_bars, weekdays_text
from forensics.show.timesview import (
    ActogramFigure,
    CalendarFigure,
    DaySet,
    Edge,
    ShiftsFigure,
    TimesFigures,
    WeeksFigure,
)
from forensics.show.weekfigure import week_rates

DAY_MIN = 1440
BREAK_NAMES = {
    "lunch": "break at midday",
    "supper": "break at supper time",
    "prayer": "short break that moves with the season",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """One figure: its id, title, drawing and the rows of its tables."""

    stem: str
    title: str
    svg: Markup
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class TimePictures:
    """All figures about when of one unit."""

    left_out: str = ""
    shifts: Picture | None = None
    profile: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Rows of the day's curve: (quarter-hour, 24 numbers)."""
    actogram: Picture | None = None
    calendar: Picture | None = None
    calendar_view: CalendarFigure | None = None
    weeks: Picture | None = None
    weeks_view: WeeksFigure | None = None


def time_pictures(id_: str, figures: TimesFigures | None, budget: int = SIZE_LIMIT) -> TimePictures:
    """Everything drawn for one unit.

    Args:
        id_: Id of the unit on the page.
        figures: Its values; None draws nothing.
        budget: Bytes that the drawing of days may take.
    """
    if figures is None:
        return TimePictures()
    return TimePictures(
        left_out=figures.left_out,
        shifts=_shifts(f"{id_}-shifts", figures.shifts),
        profile=_profile(figures.shifts),
        actogram=_actogram(f"{id_}-actogram", figures.actogram, budget),
        calendar=_calendar(f"{id_}-calendar", figures.calendar),
        calendar_view=figures.calendar,
        weeks=_weeks(f"{id_}-weeks", figures.weeks),
        weeks_view=figures.weeks,
    )


def clock(minute: int) -> str:
    """`09:05` of a minute of the day; minutes beyond midnight are folded."""
    return f"{minute % DAY_MIN // 60:02d}:{minute % 60:02d}"


def times(edge: Edge) -> str:
    """`09:05 (08:55-09:20)`."""
    return f"{clock(edge[0])} ({clock(edge[1])}-{clock(edge[2])})"


def percents(values: Edge) -> str:
    """`43 % (39-47)`."""
    value, low, high = (round(one / 10_000) for one in values)
    return f"{value} % ({low}-{high})"


def _shifts(stem: str, figure: ShiftsFigure | None) -> Picture | None:
    """Bars with their edges, and a row for each block and break."""
    if figure is None:
        return None
    title = (
        f"The day in {figure.zone}, {'shift found' if figure.found else 'no shift found'}, "
        f"n = {count(figure.events)} events on {plural(figure.days, 'day')}"
    )
    rows = tuple(row for one in figure.sets for row in _set_rows(one, found=figure.found))
    return Picture(
        stem,
        title,
        shift_bars(stem, title=title, details=asdict(figure), found=figure.found),
        ("Weekdays", "What", "From (90 % interval)", "To (90 % interval)", "How much"),
        rows,
    )


def _set_rows(one: DaySet, *, found: bool) -> Iterator[tuple[str, ...]]:
    """A row for each block and break of some weekdays."""
    days = weekdays_text(one.weekdays)
    what = "block of work" if found else "stands out"
    for block in one.blocks:
        much = f"{percents(block.share_ppm)} of the events"
        yield days, what, times(block.start_min), times(block.end_min), much
    for item in one.breaks:
        name = BREAK_NAMES.get(item.kind, "break")
        much = f"{percents(item.depth_ppm)} of the work beside it missing"
        yield days, name, times(item.start_min), times(item.end_min), much
    if not one.blocks:
        yield days, "no block stands out", "–", "–", "–"


def _profile(figure: ShiftsFigure | None) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The curve of the day as four rows of 24 numbers."""
    if figure is None:
        return ()
    return tuple(
        (f":{15 * part:02d}", tuple(f"{v / 1000:.0f}" for v in figure.profile_milli[part::4]))
        for part in range(4)
    )


def _actogram(stem: str, figure: ActogramFigure | None, budget: int) -> Picture | None:
    """The raster, and the same shades as digits."""
    if figure is None or not figure.cells:
        return None
    first = EPOCH + timedelta(days=figure.first_day)
    title = f"Day by day, {figure.zone}, n = {plural(figure.posts, 'post')}"
    data = {
        "zone": figure.zone,
        "first_day": figure.first_day,
        "first_date": first.isoformat(),
        "days_per_row": figure.days_per_row,
        "cap": figure.cap,
        "rows": ["".join(map(str, row)) for row in figure.cells],
    }
    svg, rows, together = actogram_raster(
        stem, title=title, data=data, edges_min=figure.edges_min, limit=budget
    )
    dated = tuple(
        ((first + timedelta(days=number * together)).isoformat(), row.replace("0", "."))
        for number, row in enumerate(rows)
    )
    unit = "Day" if together == 1 else f"First of {together} days"
    words = f"00:00 to 24:00 in quarter-hours; . is none, 9 is {count(figure.cap)} posts or more"
    return Picture(stem, title, svg, (unit, words), dated)


def _calendar(stem: str, figure: CalendarFigure | None) -> Picture | None:
    """The strip, and a row for each class of days in each calendar."""
    if figure is None or not figure.active:
        return None
    *others, last = [visible(one.name, 40) for one in figure.calendars] or [""]
    names = f"{', '.join(others)} and {last}" if others else last
    calendars = f"working calendar{'s' if others else ''} of {names}"
    title = (
        f"Active accounts by day against the {calendars}"
        f"{'' if figure.found else ' (none stands out)'}, n = {count(sum(figure.active))} active "
        f"of {count(sum(figure.accounts))} account-days"
    )
    return Picture(stem, title, calendar_strip(stem, title=title, figure=figure))


def _weeks(stem: str, figure: WeeksFigure | None) -> Picture | None:
    """Bars by week, and the same counts with their Mondays."""
    if figure is None:
        return None
    n = sum(sum(one) for one in figure.series)
    per = "week" if figure.weeks_per_bar == 1 else f"{figure.weeks_per_bar} weeks"
    title = f"Posts per {per}, UTC, n = {plural(n, 'post')}"
    first = EPOCH + timedelta(days=figure.first_day)
    rows = tuple(
        (
            (first + timedelta(days=7 * figure.weeks_per_bar * number)).isoformat(),
            *(count(value) for value in values),
        )
        for number, values in enumerate(zip_longest(*figure.series, fillvalue=0))
    )
    svg = week_rates(stem, title=title, figure=figure)
    return Picture(stem, title, svg, ("From Monday", *figure.names), rows)
