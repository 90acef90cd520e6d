"""Values of the figures about when a unit was active: whole numbers, ready to be drawn.

`job/times_figures.py` fills them from findings and counts; `show/` draws them and prints the same
numbers as tables. `None` in `TimesFigures` means that there was nothing to draw, with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Edge = tuple[int, int, int]
"""A value with the ends of its 90 % interval."""
DayClass = Literal["working", "rest", "holiday", "bridge", "make_up", "unknown", "partly"]


@dataclass(frozen=True, slots=True)
class WorkBlock:
    """A block of work; minutes of the local day, beyond midnight not folded in intervals."""

    start_min: Edge
    end_min: Edge
    share_ppm: Edge


@dataclass(frozen=True, slots=True)
class WorkBreak:
    """A break between or inside blocks."""

    kind: str
    start_min: Edge
    end_min: Edge
    length_min: Edge
    depth_ppm: Edge
    """How much of the work beside it is missing."""


@dataclass(frozen=True, slots=True)
class DaySet:
    """Weekdays that are alike."""

    weekdays: tuple[int, ...]
    rate_ppm: int
    """Events a day, relative to the busiest set."""
    blocks: tuple[WorkBlock, ...]
    breaks: tuple[WorkBreak, ...]


@dataclass(frozen=True, slots=True)
class ShiftsFigure:
    """The working day in one zone."""

    zone: str
    found: bool
    """False: edges stand out, but it is no shift."""
    events: int
    """Events drawn: posts, at most one an account and quarter-hour."""
    days: int
    profile_milli: tuple[int, ...]
    """(96) thousandths of events per quarter-hour of the local day."""
    sets: tuple[DaySet, ...]


@dataclass(frozen=True, slots=True)
class ActogramFigure:
    """Days in rows, quarter-hours of the local day in columns."""

    zone: str
    first_day: int
    """Day number since 1970 of the first row."""
    days_per_row: int
    cap: int
    """Posts of a cell drawn darkest."""
    posts: int
    cells: tuple[tuple[int, ...], ...]
    """Per row 96 shades, 0 for none to 9 for the cap and above."""
    edges_min: tuple[int, ...] = ()
    """Edges of a shift, drawn as dashed lines."""


@dataclass(frozen=True, slots=True)
class ClassCount:
    """The days of one class, counted."""

    kind: DayClass
    days: int
    account_days: int
    """Days times accounts that were between their first and last post."""
    active: int
    """Account-days with a post."""
    active_ppm: int


@dataclass(frozen=True, slots=True)
class CountryDays:
    """The days of one country's calendar over the span."""

    country: str
    name: str
    role: str
    """Why it is drawn, such as `fits best` or `strongest rival`."""
    kinds: tuple[int, ...]
    """Per day the code of its class, as in `reference.calendars`."""
    counts: tuple[ClassCount, ...]


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day off, or a day of rest that is worked, in one of the calendars drawn."""

    date: str
    weekday: int
    names: tuple[str, ...]
    """Per calendar: name and class, or empty where it is an ordinary day there."""
    active: int
    accounts: int


@dataclass(frozen=True, slots=True)
class CountryWeight:
    """What one calendar expected and what was seen, as the finder weighed it."""

    name: str
    weight_mdb: int
    expected_mdb: int
    """Weight to expect if it is kept: the power."""
    days_off: int
    active_off: int
    expected_off_milli: int
    make_up: int
    active_make_up: int
    make_up_as_rest_milli: int
    make_up_as_work_milli: int


@dataclass(frozen=True, slots=True)
class CalendarFigure:
    """Active accounts by day, against the calendars of one or two countries."""

    found: bool
    first_day: int
    """Day number since 1970 of the first column, by the date of the first calendar."""
    active: tuple[int, ...]
    accounts: tuple[int, ...]
    """Accounts between their first and last post; 0 where nothing was collected."""
    calendars: tuple[CountryDays, ...]
    special: tuple[SpecialDay, ...]
    special_all: int
    """Special days of the span; `special` may hold only the first of them."""
    weights: tuple[CountryWeight, ...]
    skipped_days: int = 0
    """Days before the first one drawn: very long spans are cut."""


@dataclass(frozen=True, slots=True)
class DateMark:
    """A date at which something about the unit changed, with its interval."""

    day: int
    low_day: int
    high_day: int
    date: str
    text: str


@dataclass(frozen=True, slots=True)
class WeeksFigure:
    """Posts per week, Monday 00:00 UTC first."""

    first_day: int
    """Day number since 1970 of the first Monday."""
    weeks_per_bar: int
    names: tuple[str, ...]
    """Which posts each series holds."""
    series: tuple[tuple[int, ...], ...]
    marks: tuple[DateMark, ...] = ()
    marks_all: int = 0


@dataclass(frozen=True, slots=True)
class TimesFigures:
    """All figures about when, besides the hours of the week."""

    shifts: ShiftsFigure | None = None
    actogram: ActogramFigure | None = None
    calendar: CalendarFigure | None = None
    weeks: WeeksFigure | None = None
    left_out: str = ""
    """Which posts the statements leave out and the figures show, in a sentence."""
