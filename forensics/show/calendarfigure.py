"""Calendar strips as SVG: what each day is in one or two countries, and who was active on it.

A class of days is told by shape and place first and by colour second: a low stub is a day of
weekly rest, a full block a holiday, a hatched one a bridge day, a framed one a holiday that many
employers do not keep, a triangle a day of rest that is worked. Same numbers, same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter

from markupsafe import Markup

from forensics.show.figures import sealed, text_node
from forensics.show.phrases import count
from forensics.show.timesview import CalendarFigure

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
EPOCH = date(1970, 1, 1)
_REST, _HOLIDAY, _BRIDGE, _MAKE_UP, _UNKNOWN, _PARTLY = range(1, 7)
_LEFT, _TOP, _PLOT = 100, 4, 690
_HEAD, _BARS, _LANE, _GAP = 14, 34, 13, 10
WIDE_DAY = 3
"""Pixels of a day from which each is drawn by itself."""
SPANS = ((200, 3), (800, 6))
"""(Days up to which, months in a row); longer spans have a year in a row."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One row: a quarter, half or whole year, with the days of the figure that lie in it."""

    stem: str
    start: date
    months: int
    top: int
    cell: float
    days: tuple[tuple[int, date], ...]
    """(Number in the figure, date) of each day."""

    @property
    def end(self) -> date:
        """The day after the row."""
        return _next(self.start, self.months)

    def x(self, day: date) -> float:
        """Left edge of a day."""
        return _LEFT + (day - self.start).days * self.cell


def calendar_strip(stem: str, *, title: str, figure: CalendarFigure) -> Markup:
    """Active accounts of each day as bars, above one lane for each country's calendar.

    Args:
        stem: Id of the figure; `<stem>-table` must be a table with the same numbers.
        title: States unit, n and the calendars; read by screen readers too.
        figure: Days, classes and counts.
    """
    lanes = len(figure.calendars)
    rows = _rows(stem, figure)
    height = _TOP + len(rows) * _row_height(lanes) + 34
    words = (
        "One row for each stretch of months. Bars are accounts active on that day; the lanes under "
        "them show days of rest, holidays, bridge days and make-up working days of each country."
    )
    opening = (
        f'<svg role="img" id="{stem}" class="days" viewBox="0 0 {_LEFT + _PLOT + 10} {height}" '
        f'aria-labelledby="{stem}-t {stem}-d">'
        f'<title id="{stem}-t">{text_node(title)}</title><desc id="{stem}-d">{words}</desc>'
    )
    top = max([1, *figure.active])
    drawn = [_draw_row(row, figure, top) for row in rows]
    return sealed("".join([opening, _patterns(stem), *drawn, _key(stem, height - 22), "</svg>"]))


def _row_height(lanes: int) -> int:
    return _HEAD + _BARS + lanes * _LANE + _GAP


def _rows(stem: str, figure: CalendarFigure) -> list[_Row]:
    """Rows of whole quarters, halves or years."""
    first = EPOCH + timedelta(days=figure.first_day)
    days = [first + timedelta(days=number) for number in range(len(figure.active))]
    if not days:
        return []
    months = next((months for span, months in SPANS if len(days) <= span), 12)
    start = date(first.year, (first.month - 1) // months * months + 1, 1)
    widest = {3: 92, 6: 184, 12: 366}[months]
    rows: list[_Row] = []
    number = 0
    while start <= days[-1]:
        inside = number
        while inside < len(days) and days[inside] < _next(start, months):
            inside += 1
        top = _TOP + len(rows) * _row_height(len(figure.calendars))
        mine = tuple((n, days[n]) for n in range(number, inside))
        rows.append(_Row(stem, start, months, top, _PLOT / widest, mine))
        start, number = _next(start, months), inside
    return rows


def _next(start: date, months: int) -> date:
    """The first day that many months later."""
    whole = start.year * 12 + start.month - 1 + months
    return date(whole // 12, whole % 12 + 1, 1)


def _draw_row(row: _Row, figure: CalendarFigure, top: int) -> str:
    """Bars and lanes of one row."""
    base = row.top + _HEAD + _BARS
    parts = [_months(row, len(figure.calendars)), _bands(row, figure)]
    silent = [day for n, day in row.days if not figure.accounts[n]]
    gaps = _boxes(row, silent, base - _BARS, _BARS)
    parts += [f'<path class="none" fill="url(#{row.stem}-n)" d="{gaps}"/>'] if gaps else []
    parts.append(_active(row, [(day, figure.active[n]) for n, day in row.days], base, top))
    parts.append(f'<path class="base" d="M{_LEFT} {base}H{_n(row.x(row.end))}"/>')
    label = f"{MONTHS[row.start.month - 1]}-{MONTHS[row.start.month + row.months - 2]}"
    name = f"{row.start.year}" if row.months == 12 else f"{label} {row.start.year}"
    parts.append(f'<text class="label" x="0" y="{base - _BARS + 9}">{name}</text>')
    for y, text in ((base - _BARS + 7, count(top)), (base, "0")):
        parts.append(f'<text class="axis" x="{_LEFT - 4}" y="{y}" text-anchor="end">{text}</text>')
    for lane, one in enumerate(figure.calendars):
        y = base + 2 + lane * _LANE
        parts.append(_lane(row, one.kinds, y))
        parts.append(
            f'<text class="axis" x="{_LEFT - 4}" y="{y + 9}" text-anchor="end">'
            f"{text_node(one.name, 18)}</text>"
        )
    return "".join(parts)


def _active(row: _Row, counts: Sequence[tuple[date, int]], base: int, top: int) -> str:
    """Bars of the days; where days are narrow they touch, as one stepped area."""
    if not any(number for _, number in counts):
        return ""
    if row.cell >= WIDE_DAY:
        bars = "".join(
            f"M{_n(row.x(day) + row.cell / 2)} {base}v-{_n(_BARS * number / top)}"
            for day, number in counts
            if number
        )
        return f'<path class="bars" stroke-width="{_n(row.cell * 0.72)}" d="{bars}"/>'
    line = f"M{_n(row.x(counts[0][0]))} {base}"
    for number, run in groupby(counts, key=itemgetter(1)):
        last = [day for day, _ in run][-1]
        y = _n(base - _BARS * number / top)
        line += f"V{y}H{_n(row.x(last) + row.cell)}"
    return f'<path class="area" d="{line}V{base}z"/>'


def _bands(row: _Row, figure: CalendarFigure) -> str:
    """Days off and make-up days of the first calendar, as pale bands behind the bars."""
    if not figure.calendars:
        return ""
    kinds = figure.calendars[0].kinds
    y = row.top + _HEAD
    out = []
    for name, codes in (("off", {_HOLIDAY, _BRIDGE}), ("worked", {_MAKE_UP})):
        boxes = _boxes(row, [day for n, day in row.days if kinds[n] in codes], y, _BARS)
        out += [f'<path class="{name}" d="{boxes}"/>'] if boxes else []
    return "".join(out)


def _lane(row: _Row, kinds: Sequence[int], y: int) -> str:
    """What each day is in one country."""

    def boxes(code: int, top: int, height: int) -> str:
        return _boxes(row, [day for n, day in row.days if kinds[n] == code], top, height)

    marks = "".join(_triangle(row, day, y) for n, day in row.days if kinds[n] == _MAKE_UP)
    shapes = (
        ("rest", "", boxes(_REST, y + 8, 3)),
        ("holiday", "", boxes(_HOLIDAY, y + 1, 10)),
        ("bridge", f' fill="url(#{row.stem}-b)"', boxes(_BRIDGE, y + 1, 10)),
        ("partly", "", boxes(_PARTLY, y + 1, 10)),
        ("none", f' fill="url(#{row.stem}-n)"', boxes(_UNKNOWN, y + 1, 10)),
        ("makeup", "", marks),
    )
    return "".join(
        f'<path class="{name}"{more} d="{drawn}"/>' for name, more, drawn in shapes if drawn
    )


def _triangle(row: _Row, day: date, y: int) -> str:
    """A triangle on a day, wide enough to be seen in a row of a whole year."""
    half = max(3.2, min(4.5, row.cell / 2))
    return f"M{_n(row.x(day) + row.cell / 2)} {y}l{_n(half)} 10h-{_n(2 * half)}z"


def _boxes(row: _Row, days: Sequence[date], y: int, height: int) -> str:
    """Days as closed paths; where days are narrow, neighbours as one."""
    runs: list[list[date]] = []
    for day in days:
        if runs and row.cell < WIDE_DAY and (day - runs[-1][-1]).days == 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    out = []
    for run in runs:
        width = _n(max(len(run) * row.cell - 0.4, 1.4))
        out.append(f"M{_n(row.x(run[0]) + 0.2)} {y}h{width}v{height}h-{width}z")
    return "".join(out)


def _months(row: _Row, lanes: int) -> str:
    """A line and a name at the first of each month."""
    parts, lines = [], ""
    bottom = row.top + _HEAD + _BARS + lanes * _LANE
    for number in range(row.months):
        start = _next(row.start, number) if number else row.start
        x = _n(row.x(start))
        lines += f"M{x} {row.top + 4}V{bottom}"
        parts.append(
            f'<text class="axis" x="{_n(row.x(start) + 3)}" y="{row.top + 10}">'
            f"{MONTHS[start.month - 1]}</text>"
        )
    return f'<path class="grid" d="{lines}"/>' + "".join(parts)


def _patterns(stem: str) -> str:
    """Hatching for bridge days, and for days of which nothing is known."""
    return (
        f'<defs><pattern id="{stem}-b" width="3" height="3" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path class="stripe" d="M0 0V3"/></pattern>'
        f'<pattern id="{stem}-n" width="5" height="5" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path class="hatch" d="M0 0V5"/></pattern></defs>'
    )


def _key(stem: str, y: int) -> str:
    """Every shape with what it means; the words stand apart far enough for wide fonts."""
    square = "v10h9v-10z"
    entries = (
        ("rest", "", f"M{{x}} {y + 7}h9v3h-9z", "weekly rest"),
        ("holiday", "", f"M{{x}} {y}{square}", "holiday"),
        ("bridge", f' fill="url(#{stem}-b)"', f"M{{x}} {y}{square}", "bridge or moved day off"),
        ("partly", "", f"M{{x}} {y}{square}", "holiday, partly kept"),
        ("makeup", "", f"M{{m}} {y}l4.5 10h-9z", "make-up working day"),
        ("none", f' fill="url(#{stem}-n)"', f"M{{x}} {y}{square}", "not known, not collected"),
        ("bars", ' stroke-width="4"', f"M{{m}} {y + 10}v-9", "accounts active"),
    )
    parts, x = [], 8
    for name, more, path, words in entries:
        drawn = path.format(x=x, m=_n(x + 4.5))
        parts.append(
            f'<path class="{name}"{more} d="{drawn}"/>'
            f'<text class="axis" x="{x + 13}" y="{y + 9}">{words}</text>'
        )
        x += 26 + round(4.7 * len(words))
    return "".join(parts)


def _n(value: float) -> str:
    """A length with one decimal at most."""
    return f"{round(value, 1):g}"
