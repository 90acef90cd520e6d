"""Hour-of-week pictures as SVG, and thumbnails. Counts come in ready; only lengths are made here.

This is the only module that may call `Markup`: what passes `sealed` was built here from numbers,
from closed lists of words and from text that went through `text_node`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from html import escape
from itertools import pairwise

from markupsafe import Markup

from forensics.show.phrases import count, visible

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NUMBERS_BELOW = 200
"""With fewer posts than this, shades mislead: the count stands in the cell."""
NUMBERED_TOP = 45
"""Darkest shade, in hundredths, where numbers stand in the cells: they must stay legible."""
_CELL, _LEFT, _TOP = 17, 34, 6
_WIDTH, _HEIGHT = _LEFT + 24 * _CELL + 4, _TOP + 7 * _CELL + 52


def sealed(svg: str) -> Markup:
    """The SVG as markup that templates print unescaped."""
    return Markup(svg)  # noqa: S704 - built from numbers and from text_node only


def text_node(text: str, limit: int = 200) -> str:
    """Text for an SVG element: nothing hidden, nothing that is markup."""
    return escape(visible(text, limit))


def closed_path(points: Sequence[tuple[float, float]]) -> str:
    """Path data of a closed line in tenths of a pixel; steps are relative, which halves the bytes.

    Steps lie between rounded points, so that no error adds up. Empty if fewer than three remain.
    """
    tenths = [(round(10 * x), round(10 * y)) for x, y in points]
    kept = [p for n, p in enumerate(tenths) if not n or p != tenths[n - 1]]
    if len(kept) < 3:
        return ""
    steps = [
        tenth(value)
        for before, here in pairwise(kept)
        for value in (here[0] - before[0], here[1] - before[1])
    ]
    joined = "".join(step if step[0] == "-" else f" {step}" for step in steps)
    return f"M{tenth(kept[0][0])} {tenth(kept[0][1])}l{joined.lstrip()}z"


def tenth(value: int) -> str:
    """`-.5` for -5: tenths of a pixel, as short as SVG allows."""
    whole, part = divmod(abs(value), 10)
    text = f"{whole or (0 if not part else '')}{f'.{part}' if part else ''}"
    return f"-{text}" if value < 0 else text


def week_panel(
    stem: str,
    *,
    title: str,
    zone: str,
    counts: Sequence[int],
    scale: int,
    missing: Collection[int] = (),
    audience: Collection[int] = (),
) -> Markup:
    """Hour of week as 7 rows of 24 cells, darker for more posts on a linear scale from 0.

    Args:
        stem: Id of the figure; `<stem>-table` must be the table with the same counts.
        title: States zone and n; read by screen readers too.
        zone: Short name of the zone for the axis.
        counts: 168 counts, Monday 00:00 first.
        scale: Count drawn darkest; give both panels of a pair the same.
        missing: Bins in which nothing was collected: hatched.
        audience: Bins inside the audience's waking hours: outlined with dashes.
    """
    top = NUMBERED_TOP if sum(counts) < NUMBERS_BELOW else 100
    parts = [
        (
            f'<svg role="img" id="{stem}" class="week" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
            f'aria-labelledby="{stem}-t {stem}-d">'
        ),
        f'<title id="{stem}-t">{text_node(title)}</title>',
        (
            f'<desc id="{stem}-d">Seven rows, Monday to Sunday, of 24 hours each. Darker cells '
            f"hold more posts. The same counts stand in the table below.</desc>"
        ),
        _hatch(stem),
    ]
    parts.append('<g class="cells">')
    for bin_number, value in enumerate(counts):
        if bin_number in missing and not value:
            parts.append(_missing_cell(stem, bin_number))
        else:
            parts.append(_cell(bin_number, value, scale, top))
    parts.append("</g>")
    if audience:
        parts.append(f'<path class="waking" d="{_outline(frozenset(audience))}"/>')
    parts.append(_axes(zone))
    parts.append(_legend(stem, scale, top))
    parts.append("</svg>")
    return sealed("".join(parts))


def _axes(zone: str) -> str:
    """Names of days at the left, every third hour below, and what the hours are."""
    parts = []
    for day, name in enumerate(DAYS):
        y = _TOP + day * _CELL + 12
        parts.append(f'<text class="axis" x="{_LEFT - 5}" y="{y}" text-anchor="end">{name}</text>')
    base = _TOP + 7 * _CELL
    for hour in range(0, 24, 3):
        x = _LEFT + hour * _CELL + _CELL // 2
        parts.append(
            f'<text class="axis" x="{x}" y="{base + 11}" text-anchor="middle">{hour:02d}</text>'
        )
    label = f"hour of day, 00-23, {text_node(zone, 60)}"
    parts.append(f'<text class="axis" x="{_LEFT}" y="{base + 25}">{label}</text>')
    return "".join(parts)


def _cell(number: int, value: int, scale: int, top: int) -> str:
    """One hour of the week: a dot for none, a shade for a count."""
    x, y, says = _place(number, count(value))
    if not value:
        return f'<circle class="zero" cx="{x + 8}" cy="{y + 8}" r="1">{says}</circle>'
    shade = _opacity(value, scale, top)
    cell = f'<rect {_box(x, y)} fill-opacity="{shade}">{says}</rect>'
    if top == NUMBERED_TOP:
        cell += f'<text class="in" x="{x + 8}" y="{y + 11}" text-anchor="middle">{value}</text>'
    return cell


def _missing_cell(stem: str, number: int) -> str:
    """An hour in which nothing was collected: hatched."""
    x, y, says = _place(number, "not collected")
    return f'<rect class="miss" {_box(x, y)} fill="url(#{stem}-h)">{says}</rect>'


def _place(number: int, words: str) -> tuple[int, int, str]:
    """Corner of a cell, and its title with day and hour."""
    day, hour = divmod(number, 24)
    title = f"<title>{DAYS[day]} {hour:02d}: {words}</title>"
    return _LEFT + hour * _CELL, _TOP + day * _CELL, title


def _box(x: int, y: int) -> str:
    """Attributes of a cell's rectangle."""
    return f'x="{x}" y="{y}" width="{_CELL - 1}" height="{_CELL - 1}"'


def _opacity(value: int, scale: int, top: int = 100) -> str:
    """Share of the scale as a fraction with two decimals; counts above zero stay visible."""
    hundredths = max(6, min(top, (value * top + scale // 2) // max(scale, 1)))
    return "1" if hundredths == 100 else f".{hundredths:02d}"


def _hatch(stem: str) -> str:
    """The pattern for hours in which nothing was collected."""
    return (
        f'<defs><pattern id="{stem}-h" width="5" height="5" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path class="hatch" d="M0 0V5"/></pattern></defs>'
    )


def _legend(stem: str, scale: int, top: int) -> str:
    """Swatches with the counts they stand for, none and not collected included."""
    y = _TOP + 7 * _CELL + 33
    steps = sorted({(scale * quarter + 2) // 4 for quarter in range(1, 5)} - {0})
    out = [f'<g class="legend"><circle class="zero" cx="{_LEFT + 6}" cy="{y + 7}" r="1"/>']
    out.append(f'<text class="axis" x="{_LEFT + 16}" y="{y + 11}">0</text>')
    x = _LEFT + 36
    for step in steps:
        out.append(
            f'<g class="cells"><rect x="{x}" y="{y + 1}" width="12" height="12" '
            f'fill-opacity="{_opacity(step, scale, top)}"/></g>'
            f'<text class="axis" x="{x + 16}" y="{y + 11}">{count(step)}</text>'
        )
        x += 26 + 6 * len(count(step))
    out.append(
        f'<rect class="miss" x="{x + 8}" y="{y + 1}" width="12" height="12" fill="url(#{stem}-h)"/>'
        f'<text class="axis" x="{x + 24}" y="{y + 11}">not collected; the rest: posts per cell'
        "</text></g>"
    )
    return "".join(out)


def _outline(bins: frozenset[int]) -> str:
    """Path around a set of cells: the edges whose other side is outside the set."""
    edges = []
    for number in sorted(bins):
        day, hour = divmod(number, 24)
        x, y = _LEFT + hour * _CELL, _TOP + day * _CELL
        if hour == 0 or number - 1 not in bins:
            edges.append(f"M{x} {y}v{_CELL}")
        if hour == 23 or number + 1 not in bins:
            edges.append(f"M{x + _CELL} {y}v{_CELL}")
        if number - 24 not in bins:
            edges.append(f"M{x} {y}h{_CELL}")
        if number + 24 not in bins:
            edges.append(f"M{x} {y + _CELL}h{_CELL}")
    return "".join(edges)


_JPEG = re.compile(r"/9j/[A-Za-z0-9+/]+={0,2}")


def is_jpeg(encoded: str) -> bool:
    """True for base64 of something that begins as a JPEG; nothing else becomes a picture."""
    return _JPEG.fullmatch(encoded) is not None


def thumbnail(encoded: str, number: int) -> Markup:
    """A picture of the contact sheet, inside the page; nothing if it is no JPEG in base64.

    Its text for those who do not see it is a number: names of files stay out of attributes.
    """
    if not is_jpeg(encoded):
        return Markup("")
    address = f"data:image/jpeg;base64,{encoded}"
    return Markup('<img src="{}" alt="Picture {}" decoding="async">').format(address, number)
