"""Shifts and actograms as SVG. Numbers come in ready; only lengths and shades are made here.

Both functions take the whole numbers that findings carry in their details, so that a figure can be
drawn again from the record alone. Same numbers, same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from markupsafe import Markup

from forensics.show.figures import DAYS, sealed, text_node
from forensics.show.phrases import count

DAY_MIN = 1440
_LEFT, _TOP, _HOUR = 92, 26, 26
_PLOT = 24 * _HOUR
_CURVE, _ROW, _BAR = 92, 52, 16
SIZE_LIMIT = 190_000
"""Bytes above which rows of an actogram are drawn together."""
_LEVELS = ((1, ".22"), (3, ".42"), (5, ".62"), (7, ".82"), (9, "1"))
"""(highest digit, opacity) of the five shades."""
_CELL = 6
LEFT, TOP = 84, 20
"""Corner of the raster."""


def shift_bars(stem: str, *, title: str, details: Mapping[str, Any], found: bool = True) -> Markup:
    """The day of a unit: its curve, and under it a bar for each block of work of each weekday set.

    Args:
        stem: Id of the figure.
        title: States unit, zone and n; read by screen readers too.
        details: Details of a finding of shifts.
        found: False draws the bars dashed: something stands out, but it is no shift.
    """
    sets = details["sets"]
    height = _TOP + _CURVE + len(sets) * _ROW + 58
    width = _LEFT + _PLOT + 20
    words = (
        "A curve of events by quarter-hour of the local day; below it one row for each set of "
        "weekdays with a bar for each block of work. Bands at the edges are 90 % intervals."
    )
    parts = [
        _opening(stem, "shift", width, height),
        f'<title id="{stem}-t">{text_node(title)}</title><desc id="{stem}-d">{words}</desc>',
        _hours_grid(_TOP - 6, _TOP + _CURVE + len(sets) * _ROW + 4),
        _curve(details["profile_milli"]),
    ]
    for number, one in enumerate(sets):
        parts.append(_set_row(one, _TOP + _CURVE + number * _ROW, found))
    parts.append(_hours_axis(_TOP + _CURVE + len(sets) * _ROW + 16, str(details["zone"])))
    parts.append(_key(_TOP + _CURVE + len(sets) * _ROW + 48, found))
    parts.append("</svg>")
    return sealed("".join(parts))


def _opening(stem: str, kind: str, width: int, height: int) -> str:
    """The first tag of a figure."""
    return (
        f'<svg role="img" id="{stem}" class="{kind}" viewBox="0 0 {width} {height}" '
        f'aria-labelledby="{stem}-t {stem}-d">'
    )


def _x(minute: float) -> str:
    """Place of a minute of the day, with one decimal at most."""
    return _number(_LEFT + minute * _HOUR / 60)


def _number(value: float) -> str:
    return f"{round(value, 1):g}"


def _hours_grid(top: int, bottom: int) -> str:
    """Thin lines every three hours."""
    lines = "".join(f"M{_LEFT + hour * _HOUR} {top}V{bottom}" for hour in range(0, 25, 3))
    return f'<path class="grid" d="{lines}"/>'


def _hours_axis(y: int, zone: str) -> str:
    """Hours below the plot, and whose hours they are."""
    marks = "".join(
        f'<text class="axis" x="{_LEFT + hour * _HOUR}" y="{y}" text-anchor="middle">{hour:02d}'
        "</text>"
        for hour in range(0, 25, 3)
    )
    label = f"hour of day, {text_node(zone, 60)}"
    return f'{marks}<text class="axis" x="{_LEFT}" y="{y + 13}">{label}</text>'


def _curve(profile: Sequence[int]) -> str:
    """The day's events as a stepped area, the highest quarter-hour at full height."""
    top = max([1, *profile])
    base = _TOP + _CURVE - 14
    full = _CURVE - 18
    steps = [f"M{_LEFT} {base}"]
    for quarter, value in enumerate(profile):
        steps.append(f"V{_number(base - full * value / top)}H{_x(15 * (quarter + 1))}")
    words = ("all days", f"top {count(round(top / 1000))} / 15 min", "0")
    label = "".join(
        f'<text class="axis" x="{_LEFT - 8}" y="{y}" text-anchor="end">{text}</text>'
        for y, text in zip((base - full + 8, base - full + 20, base), words, strict=True)
    )
    return f'<path class="curve" d="{"".join(steps)}V{base}Z"/>{label}'


def weekdays_text(days: Sequence[int]) -> str:
    """`Mon-Fri`, `Sat, Sun`, `every day`: runs of three or more as ranges."""
    if len(days) == len(DAYS):
        return "every day"
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    words = [
        f"{DAYS[run[0]]}-{DAYS[run[-1]]}" if len(run) > 2 else ", ".join(DAYS[day] for day in run)
        for run in runs
    ]
    return ", ".join(words)


def _set_row(one: Mapping[str, Any], top: int, found: bool) -> str:
    """The bars of one set of weekdays."""
    bar = top + 18
    rate = f"{round(one['rate_ppm'] / 10_000)} % as busy"
    name = weekdays_text(one["weekdays"])
    parts = [
        f'<text class="label" x="{_LEFT - 8}" y="{bar + 8}" text-anchor="end">{name}</text>',
        f'<text class="axis" x="{_LEFT - 8}" y="{bar + 20}" text-anchor="end">{rate}</text>',
        f'<path class="grid" d="M{_LEFT} {bar + _BAR // 2}h{_PLOT}"/>',
    ]
    kind = "bar" if found else "weak"
    for block in one["blocks"]:
        start, end = block["start_min"][0], block["end_min"][0]
        parts += [_rect(kind, piece, bar, _BAR) for piece in _pieces(start, end)]
    for item in one["breaks"]:
        inside = any(_holds(block, item) for block in one["blocks"])
        if inside:
            shade = min(90, max(15, item["depth_ppm"][0] // 10_000))
            more = f' fill-opacity=".{shade:02d}"'
            pieces = _pieces(item["start_min"][0], item["end_min"][0])
            parts += [_rect("dip", piece, bar, _BAR, more) for piece in pieces]
            parts.append(_edge(item["start_min"], bar, above=False))
            parts.append(_edge(item["end_min"], bar, above=True))
    for block in one["blocks"]:
        parts.append(_edge(block["start_min"], bar, above=True))
        parts.append(_edge(block["end_min"], bar, above=False))
    if not one["blocks"]:
        text = "no block stands out"
        parts.append(f'<text class="axis" x="{_LEFT + 6}" y="{bar + 5}">{text}</text>')
    return "".join(parts)


def _holds(block: Mapping[str, Any], item: Mapping[str, Any]) -> bool:
    """True if a break is a dip inside a block, and no gap between two."""
    length = (block["end_min"][0] - block["start_min"][0]) % DAY_MIN
    first = (item["start_min"][0] - block["start_min"][0]) % DAY_MIN
    last = (item["end_min"][0] - block["start_min"][0]) % DAY_MIN
    return bool(5 < first < last < length - 5)


def _pieces(start: int, end: int) -> list[tuple[int, int]]:
    """A stretch of the day as one piece, or as two where it passes midnight."""
    first, last = start % DAY_MIN, end % DAY_MIN
    if first < last:
        return [(first, last)]
    return [(first, DAY_MIN), *([(0, last)] if last else [])]


def _rect(kind: str, piece: tuple[int, int], y: int, height: int, more: str = "") -> str:
    width = _number((piece[1] - piece[0]) * _HOUR / 60)
    return (
        f'<rect class="{kind}" x="{_x(piece[0])}" y="{y}" width="{width}" height="{height}"{more}/>'
    )


def _edge(edge: Sequence[int], bar: int, *, above: bool) -> str:
    """An edge: its interval as a band, its place as a line, its time above or below the bar."""
    value, low, high = edge
    at = value % DAY_MIN
    bands = "".join(
        _rect("band", piece, bar - 3, _BAR + 6) for piece in _pieces(low, max(high, low + 1))
    )
    y = bar - 6 if above else bar + _BAR + 12
    text = f"{at // 60:02d}:{at % 60:02d}"
    return (
        f'{bands}<path class="at" d="M{_x(at)} {bar - 3}v{_BAR + 6}"/>'
        f'<text class="time" x="{_x(at)}" y="{y}" text-anchor="middle">{text}</text>'
    )


def _key(y: int, found: bool) -> str:
    """What bars, bands and times mean."""
    kind, words = ("bar", "work") if found else ("weak", "stands out, but is no shift")
    width = 10 + 6 * len(words)
    return (
        f'<rect class="{kind}" x="{_LEFT}" y="{y - 8}" width="16" height="9"/>'
        f'<text class="axis" x="{_LEFT + 21}" y="{y}">{words}</text>'
        f'<rect class="band" x="{_LEFT + 21 + width}" y="{y - 9}" width="10" height="11"/>'
        f'<text class="axis" x="{_LEFT + 37 + width}" y="{y}">90 % interval of an edge; starts are '
        "written above the bar, ends below</text>"
    )


def actogram_raster(
    stem: str,
    *,
    title: str,
    data: Mapping[str, Any],
    edges_min: Sequence[int] = (),
    limit: int = SIZE_LIMIT,
) -> tuple[Markup, list[str], int]:
    """Day by day as rows of 96 quarter-hours, darker for more posts: the actogram.

    Long spans come with full weeks to a row; where the drawing would still be large, neighbouring
    rows are drawn as one, the darker cell winning.

    Args:
        stem: Id of the figure.
        title: States unit, zone and n; read by screen readers too.
        data: `Actogram.as_json()`.
        edges_min: Local minutes of the day drawn as dashed lines, such as edges of a shift.
        limit: Bytes of the drawing above which rows are joined.

    Returns:
        The drawing, its rows as drawn (96 digits each), and the days of a row.
    """
    rows, together = [str(row) for row in data["rows"]], int(data["days_per_row"])
    while True:
        svg = _raster(stem, title, data, rows=rows, together=together, edges_min=edges_min)
        if len(svg) <= limit or len(rows) < 2:
            return sealed(svg), rows, together
        pairs = [rows[i : i + 2] for i in range(0, len(rows), 2)]
        rows = ["".join(map(max, zip(*pair, strict=True))) for pair in pairs]
        together *= 2


def _raster(
    stem: str,
    title: str,
    data: Mapping[str, Any],
    *,
    rows: Sequence[str],
    together: int,
    edges_min: Sequence[int],
) -> str:
    """The drawing with some number of days to a row."""
    step = min(8, max(2, 620 // max(len(rows), 1)))
    width, height = 96 * _CELL, step * len(rows)
    sheet = f'<rect class="sheet" x="{LEFT}" y="{TOP}" width="{width}" height="{height}"/>'
    unit = "day" if together == 1 else f"{together} days"
    words = (
        f"One row for each {unit} from {text_node(str(data['first_date']), 20)}, 96 quarter-hours "
        "from local midnight; darker is more posts."
    )
    parts = [
        _opening(stem, "actogram", LEFT + width + 16, TOP + height + 48),
        f'<title id="{stem}-t">{text_node(title)}</title><desc id="{stem}-d">{words}</desc>',
        sheet,
    ]
    for level, (digit, shade) in enumerate(_LEVELS):
        lowest = _LEVELS[level - 1][0] if level else 0
        drawn = _runs(rows, (lowest, digit), step)
        if drawn:
            parts.append(
                f'<path class="lv" stroke-width="{step}" stroke-opacity="{shade}" d="{drawn}"/>'
            )
    parts.append(_dates(int(data["first_day"]), len(rows), together, step))
    lines = "".join(
        f"M{_number(LEFT + minute % DAY_MIN * _CELL / 15)} {TOP}v{height}" for minute in edges_min
    )
    parts += [f'<path class="edge" d="{lines}"/>'] if lines else []
    parts.append(_clock(width, height, str(data["zone"])))
    parts.append(_scale(TOP + height + 38, int(data["cap"]), together))
    parts.append("</svg>")
    return "".join(parts)


def _runs(rows: Sequence[str], digits: tuple[int, int], step: int) -> str:
    """Runs of cells of one shade as strokes, a row a stroke's width."""
    lowest, highest = digits
    out = []
    for number, row in enumerate(rows):
        y = _number(TOP + number * step + step / 2)
        place = 0
        for inside, cells in groupby(row, key=lambda digit: lowest < int(digit) <= highest):
            size = len(list(cells))
            if inside:
                out.append(f"M{LEFT + place * _CELL} {y}h{size * _CELL}")
            place += size
    return "".join(out)


def _dates(first_day: int, rows: int, together: int, step: int) -> str:
    """Months at the left with a tick each, and weekends as a strip where a row is a day."""
    days = first_day + together * np.arange(rows)
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    new = np.flatnonzero(np.concatenate(([rows > 0], months[1:] != months[:-1])))
    parts, lowest = [], -99
    for row in new.tolist():
        y = TOP + row * step
        if y - lowest < 11:
            continue
        lowest = y
        parts.append(
            f'<path class="grid" d="M{LEFT - 12} {y}h6"/>'
            f'<text class="axis" x="{LEFT - 15}" y="{y + 7}" text-anchor="end">{months[row]}</text>'
        )
    if together == 1:
        rest = "".join(
            f"M{LEFT - 5} {_number(TOP + row * step + step / 2)}h3"
            for row in range(rows)
            if (first_day + row + 3) % 7 >= 5
        )
        parts.append(f'<path class="rest" stroke-width="{step}" d="{rest}"/>')
    return "".join(parts)


def _clock(width: int, height: int, zone: str) -> str:
    """Hours above and below, and whose hours they are."""
    places = [(hour, LEFT + hour * 4 * _CELL) for hour in range(0, 25, 3)]
    marks = [
        f'<text class="axis" x="{x}" y="{y}" text-anchor="middle">{hour:02d}</text>'
        for hour, x in places
        for y in (TOP - 6, TOP + height + 11)
    ]
    lines = [f"M{x} {TOP}v{height}" for _, x in places]
    label = f"hour of day, {text_node(zone, 60)}"
    return (
        f'<path class="grid" d="{"".join(lines)}"/>{"".join(marks)}'
        f'<text class="axis" x="{LEFT + width}" y="{TOP + height + 24}" text-anchor="end">{label}'
        "</text>"
    )


def _scale(y: int, cap: int, together: int) -> str:
    """The five shades, what the darkest stands for, and the weekend strip."""
    parts = [f'<text class="axis" x="{LEFT}" y="{y}">fewer</text>']
    x = LEFT + 28
    for _, shade in _LEVELS:
        parts.append(
            f'<path class="lv" stroke-width="9" stroke-opacity="{shade}" d="M{x} {y - 4}h12"/>'
        )
        x += 13
    per = "15 min" if together == 1 else f"15 min of {together} days"
    words = f"{count(cap)} or more posts in {per}"
    parts.append(f'<text class="axis" x="{x + 5}" y="{y}">{words}</text>')
    if together == 1:
        x += 30 + 5 * len(words)
        parts.append(
            f'<path class="rest" stroke-width="9" d="M{x} {y - 4}h3"/>'
            f'<text class="axis" x="{x + 8}" y="{y}">Saturday and Sunday</text>'
        )
    return "".join(parts)
