"""Crews as SVG: a matrix of who works with whom. Numbers come in ready; only shades are made here.

The figure takes the whole numbers of a finding's details, so that it can be drawn again from the
record alone. Same numbers, same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from forensics.show.figures import sealed, text_node
from forensics.show.phrases import count

MOST_DRAWN = 12
"""Crews drawn; the table holds the others."""
_LEFT, _TOP, _CELL = 176, 26, 40
_DARKEST = 60
"""Darkest shade in hundredths: numbers in the cells must stay legible."""


def crew_matrix(stem: str, *, title: str, details: Mapping[str, Any]) -> Markup:
    """Mean score of pairs within crews (diagonal) and between them, darker for more.

    Args:
        stem: Id of the figure.
        title: States unit and n; read by screen readers too.
        details: Details of a finding "crews".
    """
    crews = details["crews"][:MOST_DRAWN]
    between = details["between_milli"]
    size = min(len(crews), len(between))
    width = _LEFT + max(size, 4) * _CELL + 24
    height = _TOP + max(size, 1) * _CELL + 62
    words = (
        "A square of crews by crews. A cell holds the mean score of pairs of accounts, one from "
        "each; the diagonal holds pairs of the same crew. Darker cells share more days at work and "
        "days off than chance lets expect; dashed cells share fewer."
    )
    parts = [
        (
            f'<svg role="img" id="{stem}" class="crews" viewBox="0 0 {width} {height}" '
            f'aria-labelledby="{stem}-t {stem}-d">'
        ),
        f'<title id="{stem}-t">{text_node(title)}</title><desc id="{stem}-d">{words}</desc>',
    ]
    scale = max([1, *(abs(value) for row in between[:size] for value in row[:size])])
    for row in range(size):
        parts.append(_label(row, crews[row]))
        parts += [_cell(row, column, between[row][column], scale) for column in range(size)]
    parts.append(
        f'<rect class="frame" x="{_LEFT}" y="{_TOP}" width="{size * _CELL}" '
        f'height="{size * _CELL}"/>'
    )
    parts.append(_notes(size, details))
    parts.append("</svg>")
    return sealed("".join(parts))


def _label(row: int, crew: Mapping[str, Any]) -> str:
    """Number, size and hours of a crew at the left, its number above."""
    y = _TOP + row * _CELL + _CELL // 2
    hours = f"{int(crew['first_hour_utc']):02d}-{int(crew['last_hour_utc']):02d} UTC"
    size = count(int(crew["size"]))
    stable = round(int(crew["stability_ppm"]) / 10_000)
    middle = _LEFT + row * _CELL + _CELL // 2
    return (
        f'<text class="label" x="{_LEFT - 8}" y="{y - 2}" text-anchor="end">crew {row + 1}: '
        f"{size} accounts</text>"
        f'<text class="axis" x="{_LEFT - 8}" y="{y + 11}" text-anchor="end">{hours}, stable '
        f"{stable} %</text>"
        f'<text class="label" x="{middle}" y="{_TOP - 8}" text-anchor="middle">{row + 1}</text>'
    )


def _cell(row: int, column: int, value: int, scale: int) -> str:
    """One pair of crews."""
    x, y = _LEFT + column * _CELL, _TOP + row * _CELL
    text = f"{value // 100 / 10:.1f}" if value >= 0 else f"-{-value // 100 / 10:.1f}"
    which = f"within crew {row + 1}" if row == column else f"crews {row + 1} and {column + 1}"
    says = f"<title>{which}: {text}</title>"
    box = f'x="{x + 1}" y="{y + 1}" width="{_CELL - 2}" height="{_CELL - 2}"'
    if value > 0:
        shade = max(4, value * _DARKEST // scale)
        drawn = f'<rect class="cell" {box} fill-opacity=".{shade:02d}">{says}</rect>'
    else:
        drawn = f'<rect class="less" {box}>{says}</rect>'
    middle = f'x="{x + _CELL // 2}" y="{y + _CELL // 2 + 3}"'
    return f'{drawn}<text class="in" {middle} text-anchor="middle">{text}</text>'


def _notes(size: int, details: Mapping[str, Any]) -> str:
    """What the numbers are, and what is not drawn."""
    y = _TOP + max(size, 1) * _CELL + 18
    total, drawn = int(details["crews_total"]), size
    lines = ["mean score of pairs; 0 is chance, 1 its standard deviation for one pair"]
    if total > drawn:
        lines.append(f"{count(total - drawn)} more crews stand in the table only")
    if not size:
        lines = [f"no crews among {count(int(details['considered']))} accounts"]
    return "".join(
        f'<text class="axis" x="8" y="{y + 15 * number}">{line}</text>'
        for number, line in enumerate(lines)
    )
