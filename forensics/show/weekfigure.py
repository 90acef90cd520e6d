"""Posts per week as SVG, originals and reposts in lanes of one scale, with dates of change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from markupsafe import Markup

from forensics.show.calendarfigure import EPOCH, MONTHS
from forensics.show.figures import sealed, text_node
from forensics.show.phrases import count
from forensics.show.timesview import WeeksFigure

_LEFT, _TOP, _PLOT, _LANE, _GAP = 52, 18, 738, 62, 22
DAYS_IN_WEEK = 7
CLOSE = 9
"""Pixels between two dates below which their numbers would touch."""


def week_rates(stem: str, *, title: str, figure: WeeksFigure) -> Markup:
    """A bar for each week; dates of change as numbered dashed lines with their interval as a band.

    Args:
        stem: Id of the figure; `<stem>-table` must be the table with the same counts.
        title: States unit, n and zone; read by screen readers too.
        figure: Counts by week and the dates.
    """
    bars = max((len(one) for one in figure.series), default=1)
    step = _PLOT / max(bars, 1)
    scale = max([1, *(value for one in figure.series for value in one)])
    bottom = _TOP + len(figure.series) * (_LANE + _GAP) - _GAP
    words = (
        "Bars are posts per week, one lane for each kind of post, on one scale. Numbered dashed "
        "lines are dates at which the unit changed."
    )
    opening = (
        f'<svg role="img" id="{stem}" class="weeks" viewBox="0 0 {_LEFT + _PLOT + 10} '
        f'{bottom + 30}" aria-labelledby="{stem}-t {stem}-d">'
        f'<title id="{stem}-t">{text_node(title)}</title><desc id="{stem}-d">{words}</desc>'
    )
    parts = [opening, _marks(figure, step, bottom)]
    for lane, (name, values) in enumerate(zip(figure.names, figure.series, strict=True)):
        parts.append(_lane(name, values, (lane, scale, step)))
    parts += [_dates(figure, bars, step, bottom), "</svg>"]
    return sealed("".join(parts))


def _lane(name: str, values: Sequence[int], where: tuple[int, int, float]) -> str:
    """The bars of one kind of post."""
    lane, scale, step = where
    base = _TOP + lane * (_LANE + _GAP) + _LANE
    bars = "".join(
        f"M{_n(_LEFT + (number + 0.5) * step)} {base}v-{_n(max(_LANE * value / scale, 0.6))}"
        for number, value in enumerate(values)
        if value
    )
    drawn = f'<path class="bars" stroke-width="{_n(max(step * 0.8, 1))}" d="{bars}"/>'
    labels = "".join(
        f'<text class="axis" x="{_LEFT - 5}" y="{y}" text-anchor="end">{text}</text>'
        for y, text in ((base - _LANE + 7, count(scale)), (base, "0"))
    )
    return (
        f'<path class="grid" d="M{_LEFT} {base - _LANE}h{_PLOT}"/>{drawn if bars else ""}'
        f'<path class="base" d="M{_LEFT} {base}h{_PLOT}"/>{labels}'
        f'<text class="label" x="{_LEFT}" y="{base - _LANE - 4}">{text_node(name, 60)}</text>'
    )


def _marks(figure: WeeksFigure, step: float, bottom: int) -> str:
    """Dates of change, numbered as in the list below the figure; close ones share their label."""
    per_day = step / (DAYS_IN_WEEK * figure.weeks_per_bar)

    def place(day: int) -> float:
        return min(max(_LEFT + (day - figure.first_day) * per_day, _LEFT), _LEFT + _PLOT)

    top = _TOP - 8
    parts: list[str] = []
    labels: list[tuple[float, list[str]]] = []
    for number, mark in enumerate(figure.marks, 1):
        low, high, at = place(mark.low_day), place(mark.high_day + 1), place(mark.day)
        parts.append(
            f'<path class="band" d="M{_n(low)} {top}H{_n(max(high, low + 1))}V{bottom}'
            f'H{_n(low)}z"/>'
            f'<path class="edge" d="M{_n(at)} {top}V{bottom}"/>'
        )
        if labels and at - labels[-1][0] < CLOSE + 8 * (len(labels[-1][1]) - 1):
            labels[-1][1].append(str(number))
        else:
            labels.append((at, [str(number)]))
    parts += [
        f'<text class="mark" x="{_n(x)}" y="{top - 1}" text-anchor="middle">'
        f"{', '.join(some)}</text>"
        for x, some in labels
    ]
    return "".join(parts)


def _dates(figure: WeeksFigure, bars: int, step: float, bottom: int) -> str:
    """The first of each month, or of each year where months would touch."""
    per_day = step / (DAYS_IN_WEEK * figure.weeks_per_bar)
    days = bars * DAYS_IN_WEEK * figure.weeks_per_bar
    first = EPOCH + timedelta(days=figure.first_day)
    last = first + timedelta(days=days - 1)
    every = next((m for m in (1, 3, 6, 12) if per_day * 30 * m >= 44), 24)
    parts: list[str] = []
    ticks = ""
    month = first.year * 12 + first.month - 1
    while date(month // 12, month % 12 + 1, 1) <= last:
        start = date(month // 12, month % 12 + 1, 1)
        if start >= first and month % every == 0:
            x = _n(_LEFT + (start - first).days * per_day)
            ticks += f"M{x} {bottom}v4"
            name = MONTHS[start.month - 1]
            dated = not parts or start.month == 1
            text = f"{start.year}" if every >= 12 else f"{name} {start.year}" if dated else name
            parts.append(f'<text class="axis" x="{x}" y="{bottom + 13}">{text}</text>')
        month += 1
    per = "week" if figure.weeks_per_bar == 1 else f"{figure.weeks_per_bar} weeks"
    return (
        f'<path class="base" d="{ticks}"/>{"".join(parts)}'
        f'<text class="axis" x="{_LEFT}" y="{bottom + 26}">posts per {per}, from Monday 00:00 UTC, '
        f"from {first.isoformat()}</text>"
    )


def _n(value: float) -> str:
    """A length with one decimal at most."""
    return f"{round(value, 1):g}"
