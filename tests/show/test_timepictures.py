"""The section about when: order, tables equal to drawings, budget, and nothing where nothing is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from forensics.show.context import DAYS_BUDGET, FULL_UNITS
from forensics.show.page import report_page
from forensics.show.phrases import DAY_CLASS_WORDS, thousandths
from forensics.show.timepictures import TimePictures, clock, time_pictures, times
from forensics.show.timesview import ActogramFigure, TimesFigures
from forensics.show.view import ReportView


@pytest.fixture(scope="module")
def page(view: ReportView) -> str:
    return report_page(view)


def test_figures_stand_in_their_order_after_the_statements(page: str) -> None:
    stems = ["u1-w1-utc", "u1-said", "u1-shifts", "u1-actogram", "u1-calendar", "u1-weeks"]
    places = [page.index(f'id="{stem}"') for stem in stems]
    assert places == sorted(places)
    assert places[-1] < page.index('id="u1-where"')


def test_statements_stand_in_the_order_in_which_they_are_asked(
    view: ReportView, with_unit: Callable, dom: Callable
) -> None:
    first = view.units[0].findings
    told = with_unit(view, findings=tuple(reversed(first)))
    text = dom(report_page(told)).text()
    said = text.partition("What the times say")[2]
    assert said.index("hours of the week") < said.index("working calendars")


def test_titles_state_zone_and_n(page: str, dom: Callable) -> None:
    parsed = dom(page)
    for stem, words in (
        ("u1-shifts", "Asia/Shanghai, shift found, n = 2,980 events on 81 days"),
        ("u1-actogram", "Asia/Shanghai, n = 3,120 posts"),
        ("u1-calendar", "China and United States, n = "),
        ("u1-weeks", "UTC, n = 1,972 posts"),
    ):
        title = parsed.id(f"{stem}-t").text
        assert words in title
        assert page.count(title.replace("'", "&#39;")) >= 2, "printed and read aloud"


def test_tables_hold_the_numbers_of_the_drawings(
    page: str, dom: Callable, view: ReportView
) -> None:
    parsed = dom(page)
    figures = view.units[0].times
    assert figures is not None
    assert figures.actogram is not None
    assert figures.weeks is not None
    digits = [node.text for node in parsed.inside(parsed.id("u1-actogram-table"), "td")]
    drawn = ["".join(map(str, row)).replace("0", ".") for row in figures.actogram.cells]
    assert digits == drawn
    weekly = [node.text for node in parsed.inside(parsed.id("u1-weeks-table"), "td")]
    assert weekly[0::2] == [f"{n:,}" for n in figures.weeks.series[0]]
    assert weekly[1::2] == [f"{n:,}" for n in figures.weeks.series[1]]
    edges = parsed.id("u1-shifts-table").text
    assert "08:35 (08:25-08:50)" in edges
    assert "break at midday" in edges
    classes = parsed.id("u1-calendar-table").text
    assert all(DAY_CLASS_WORDS[name] in classes for name in ("working", "holiday", "make_up"))
    assert "2 of 7" in parsed.text(), "days that are not listed are counted"
    assert "3 more dates stand in" in parsed.text()


@pytest.mark.parametrize("figures", [None, TimesFigures()])
def test_nothing_to_draw_draws_nothing(
    view: ReportView, with_unit: Callable, dom: Callable, figures: TimesFigures | None
) -> None:
    assert time_pictures("u1", figures) == TimePictures()
    parsed = dom(report_page(with_unit(view, times=figures)))
    ids = {node.attrs.get("id", "") for node in parsed.nodes}
    assert not ids & {"u1-shifts", "u1-actogram", "u1-calendar", "u1-weeks"}


def dense(days: int) -> ActogramFigure:
    """A raster in which no two neighbours are alike: the dearest there is."""
    rows = tuple(tuple(9 * ((n + day) % 2) for n in range(96)) for day in range(days))
    return ActogramFigure("UTC", 17_897, 1, 9, 1, rows)


def test_six_large_units_stay_below_three_megabytes(view: ReportView, with_unit: Callable) -> None:
    times_ = view.units[0].times
    assert times_ is not None
    large = with_unit(view, times=replace(times_, actogram=dense(400))).units[0]
    page = report_page(replace(view, units=(large,) * (FULL_UNITS + 3)))
    assert len(page.encode()) < 3_000_000
    assert page.count('class="actogram"') == FULL_UNITS, "units in short form get no figure"
    start = page.index('<svg role="img" id="u1-actogram"')
    assert page.index("</svg>", start) - start <= DAYS_BUDGET // FULL_UNITS


def test_minutes_and_thousandths_as_words() -> None:
    assert clock(545) == "09:05"
    assert clock(1_500) == "01:00"
    assert clock(-10) == "23:50"
    assert times((540, 1_430, 1_450)) == "09:00 (23:50-00:10)"
    assert thousandths(18_500) == "18.5"
    assert thousandths(1_234_500) == "1,234"
