"""Posts per week: bars, dates of change, axis; nothing unescaped."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from forensics.show.timesview import DateMark, WeeksFigure
from forensics.show.weekfigure import week_rates

EVIL = '<script>alert(1)</script>"&\u202e'
MONDAY = 19_723
"""2024-01-01."""


def figure(
    *series: tuple[int, ...], marks: tuple[DateMark, ...] = (), each: int = 1
) -> WeeksFigure:
    names = ("originals", "reposts")[: len(series)]
    return WeeksFigure(MONDAY, each, names, series, marks, len(marks))


def drawn(view: WeeksFigure) -> str:
    return str(week_rates("w", title="t", figure=view))


def test_lanes_share_one_scale() -> None:
    svg = drawn(figure((100, 50, 0), (25, 0, 0)))
    first, second = re.findall(r'<path class="bars"[^>]* d="([^"]*)"', svg)
    heights = [float(h) for h in re.findall(r"v-([\d.]+)", first + second)]
    assert heights[0] == 2 * heights[1] == 4 * heights[2]
    assert first.count("M") == 2, "no bar for a week without posts"
    assert svg.count(">100</text>") == 2, "each lane says its scale"


def test_small_weeks_stay_visible() -> None:
    svg = drawn(figure((100_000, 1)))
    heights = [float(h) for h in re.findall(r"v-([\d.]+)", svg)]
    assert min(heights) > 0


def test_dates_of_change_stand_at_their_days_with_their_interval() -> None:
    mark = DateMark(MONDAY + 14, MONDAY + 7, MONDAY + 20, "2024-01-15", "moved")
    svg = drawn(figure((1, 1, 1, 1), marks=(mark,)))
    line = re.search(r'<path class="edge" d="M([\d.]+) ', svg)
    band = re.search(r'<path class="band" d="M([\d.]+) [\d.]+H([\d.]+)V', svg)
    assert line
    assert band
    left, plot = 52, 738
    assert float(line[1]) == pytest.approx(left + plot / 2, abs=0.2)
    assert float(band[1]) == pytest.approx(left + plot / 4, abs=0.2)
    assert float(band[2]) == pytest.approx(left + plot * 3 / 4, abs=0.2)
    assert '<text class="mark"' in svg


def test_numbers_of_close_dates_do_not_cover_each_other() -> None:
    days = (100, 100, 103, 160)
    marks = tuple(DateMark(MONDAY + d, MONDAY + d, MONDAY + d, "2024", "x") for d in days)
    svg = drawn(figure(tuple([1] * 52), marks=marks))
    assert re.findall(r'<text class="mark"[^>]*>([^<]*)<', svg) == ["1, 2, 3", "4"]
    assert svg.count('class="edge"') == 4


def test_marks_outside_the_span_stay_inside_the_figure() -> None:
    far = DateMark(0, 0, 99_999, "1970-01-01", "far")
    places = re.findall(r"[MH]([\d.-]+)", drawn(figure((1, 2), marks=(far,))))
    assert all(0 <= float(x) <= 800 for x in places)


@pytest.mark.parametrize(("weeks", "each"), [(2, 1), (26, 1), (160, 1), (320, 4)])
def test_dates_never_touch(weeks: int, each: int) -> None:
    svg = drawn(figure(tuple([1] * weeks), each=each))
    labels = re.findall(
        r'<text class="axis" x="([\d.]+)" y="\d+">((?:[A-Z][a-z]{2} ?)?\d*)</text>', svg
    )
    labels = [(float(x), text) for x, text in labels if text]
    for (x, text), (following, _) in pairwise(labels):
        assert following - x > 4.5 * len(text)


def test_text_of_strangers_is_escaped_and_bytes_are_equal() -> None:
    view = WeeksFigure(MONDAY, 1, (EVIL,), ((1, 2),), (DateMark(0, 0, 0, EVIL, EVIL),), 1)
    first, second = (str(week_rates("w", title=EVIL, figure=view)) for _ in range(2))
    assert first == second
    assert "<script" not in first
    assert "\u202e" not in first
    ET.fromstring(first)  # noqa: S314 - our own drawing


@pytest.mark.parametrize("view", [figure(), figure(()), figure((0, 0))])
def test_nothing_can_be_drawn(view: WeeksFigure) -> None:
    ET.fromstring(drawn(view))  # noqa: S314 - our own drawing
