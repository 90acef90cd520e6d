"""Calendar strips: every class by its own shape, every day once, nothing unescaped."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from forensics.show.calendarfigure import EPOCH, WIDE_DAY, calendar_strip
from forensics.show.timesview import CalendarFigure, CountryDays

EVIL = '<script>alert(1)</script>"&\u202e'
WORK, REST, HOLIDAY, BRIDGE, MAKE_UP, UNKNOWN, PARTLY = range(7)


def figure(
    kinds: list[int], active: list[int] | None = None, *, start: date = date(2024, 1, 1)
) -> CalendarFigure:
    """One country's days from a date on."""
    one = CountryDays("CN", "China", "fits best", tuple(kinds), ())
    return CalendarFigure(
        found=True,
        first_day=(start - EPOCH).days,
        active=tuple(active if active is not None else [1] * len(kinds)),
        accounts=tuple([2] * len(kinds)),
        calendars=(one,),
        special=(),
        special_all=0,
        weights=(),
    )


def paths(svg: str, name: str) -> str:
    """Path data of a class, the key at the bottom left out."""
    found = re.findall(rf'<path class="{name}"[^>]* d="([^"]*)"', svg)
    return "".join(found[:-1]) if name not in {"off", "worked", "area"} else "".join(found)


def strip(view: CalendarFigure) -> str:
    return str(calendar_strip("c", title="t", figure=view))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (REST, "rest"),
        (HOLIDAY, "holiday"),
        (BRIDGE, "bridge"),
        (PARTLY, "partly"),
        (MAKE_UP, "makeup"),
        (UNKNOWN, "none"),
    ],
)
def test_each_class_has_its_own_shape(kind: int, name: str) -> None:
    kinds = [WORK] * 20
    kinds[4] = kinds[11] = kind
    svg = strip(figure(kinds))
    assert paths(svg, name).count("M") == 2
    for other in {"rest", "holiday", "bridge", "partly", "makeup", "none"} - {name}:
        assert not paths(svg, other)


def test_shapes_differ_without_colour() -> None:
    """Fill, hatching, frame, stub and triangle: no two classes share path and pattern."""
    looks = set()
    for kind, name in ((1, "rest"), (2, "holiday"), (3, "bridge"), (4, "makeup"), (6, "partly")):
        svg = strip(figure([WORK] * 5 + [kind] + [WORK] * 5))
        drawn = re.findall(rf'<path class="{name}"([^>]*) d="([^"]*)"', svg)[0]
        shape = re.sub(r"^M[0-9. ]+", "", drawn[1])
        looks.add((drawn[0], shape, name == "partly"))
    assert len(looks) == 5


def test_bars_are_as_high_as_their_numbers_and_stand_at_their_days() -> None:
    svg = strip(figure([WORK] * 91, [0] * 31 + [4] + [0] * 28 + [2] + [0] * 30))
    bars = re.findall(r"M([\d.]+) [\d.]+v-([\d.]+)", paths(svg, "bars"))
    assert len(bars) == 2
    assert float(bars[0][1]) == pytest.approx(2 * float(bars[1][1]), abs=0.2)
    feb, mar = (
        float(re.search(rf'<text class="axis" x="([\d.]+)" y="14">{m}<', svg)[1])  # type: ignore[index]
        for m in ("Feb", "Mar")
    )
    assert feb - 3 < float(bars[0][0]) < feb + 7, "1 February"
    assert mar - 3 < float(bars[1][0]) < mar + 7, "1 March of a leap year"


@pytest.mark.parametrize(("days", "rows"), [(91, 1), (200, 3), (366, 2), (800, 5), (1_500, 5)])
def test_rows_are_quarters_halves_or_years(days: int, rows: int) -> None:
    svg = strip(figure([WORK] * days))
    assert svg.count('<text class="label"') == rows


def test_narrow_days_touch_and_keep_their_numbers() -> None:
    active = [3] * 200 + [0] * 800 + [1] * 200
    svg = strip(figure([WORK] * 1_200, active))
    assert WIDE_DAY > 690 / 366
    assert len(re.findall('<path class="area"', svg)) == 3, "no area in a year without a post"
    heights = {float(y) for y in re.findall(r"V([\d.]+)H", paths(svg, "area"))}
    assert len(heights) >= 3


def test_days_without_data_are_hatched_and_not_idle() -> None:
    silent = replace(figure([WORK] * 10, [0] * 10), accounts=tuple([0] * 4 + [2] * 6))
    svg = strip(silent)
    assert paths(svg, "none").count("M") == 4
    assert 'fill="url(#c-n)"' in svg


def test_days_off_of_the_first_calendar_run_through_the_bars() -> None:
    two = figure([WORK, HOLIDAY, BRIDGE, MAKE_UP, WORK])
    second = CountryDays("US", "United States", "next best", (2, 0, 0, 0, 2), ())
    svg = strip(replace(two, calendars=(*two.calendars, second)))
    assert paths(svg, "off").count("M") == 2
    assert paths(svg, "worked").count("M") == 1
    assert "United States" in svg


@pytest.mark.parametrize("days", [0, 1])
def test_few_days_are_drawn(days: int) -> None:
    ET.fromstring(strip(figure([WORK] * days)))  # noqa: S314 - our own drawing


def test_no_country_is_drawn_as_bars_alone() -> None:
    svg = strip(replace(figure([WORK] * 9), calendars=()))
    assert paths(svg, "bars")


def test_text_of_strangers_is_escaped_and_bytes_are_equal() -> None:
    evil = figure([WORK] * 3)
    named = CountryDays("CN", EVIL, EVIL, (0, 0, 0), ())
    evil = replace(evil, calendars=(named,))
    first, second = (str(calendar_strip("c", title=EVIL, figure=evil)) for _ in range(2))
    assert first == second
    assert "<script" not in first
    assert "\u202e" not in first
    ET.fromstring(first)  # noqa: S314 - our own drawing


def test_twelve_years_of_two_countries_stay_small() -> None:
    kinds = [HOLIDAY if n % 25 == 0 else REST if n % 7 > 4 else WORK for n in range(4_380)]
    big = figure(kinds, [n * 37 % 400 for n in range(4_380)])
    other = CountryDays("US", "United States", "next best", tuple(kinds[::-1]), ())
    assert len(strip(replace(big, calendars=(*big.calendars, other)))) < 220_000
