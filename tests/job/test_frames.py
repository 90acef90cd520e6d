"""Tables that draw themselves: still data frames, safe to show, with plots that name things."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import pandas as pd
import pytest

from forensics.errors import UsageError
from forensics.job.frames import HoursTable, ImagesTable, ShiftsTable, sun_figure

drawn = pytest.mark.skipif(find_spec("matplotlib") is None, reason="needs the extra plot")
HOSTILE = "<script>\u202e$x_y$"


def hours(*units: str) -> HoursTable:
    return HoursTable(
        [
            {"unit": unit, "status": "found", "posts": 9, "active_hours": 9, "active_days": 9,
             "offset_min": offset, "p_uniform": 0.25, "p_population": share,
             "in80_uniform": True, "in80_population": share > 0.2}
            for unit in units
            for offset, share in ((-180, 0.1), (0, 0.2), (330, 0.3), (480, 0.4))
        ]
    )  # fmt: skip


def shifts() -> ShiftsTable:
    row = {"unit": HOSTILE, "zone": "UTC", "status": "found", "weekdays": (0, 1, 6),
           "start_min": 1320.0, "start_low_min": 1300.0, "start_high_min": 20.0,
           "end_min": 360.0, "end_low_min": 350.0, "end_high_min": 365.0, "share": 0.9}  # fmt: skip
    return ShiftsTable([row, {"unit": "none", "zone": "UTC", "status": "insufficient"}])


def images() -> ImagesTable:
    return ImagesTable(
        [
            {"path": HOSTILE, "lat": 33.36, "lon": 120.2, "radius_m": 50, "refused": ""},
            {"path": "b.jpg", "lat": None, "lon": None, "radius_m": None, "refused": "no_image"},
        ]
    )


def words_of(figure: Any) -> str:
    from matplotlib.text import Text

    figure.canvas.draw()  # would fail on a formula in foreign text
    return "\n".join(text.get_text() for text in figure.findobj(Text))


@pytest.mark.parametrize(
    "table", [hours(HOSTILE), shifts(), images()], ids=["hours", "shifts", "images"]
)
def test_shown_in_a_notebook_foreign_text_stays_text(table: pd.DataFrame) -> None:
    html = table._repr_html_()
    assert "<script>" not in html
    assert "⟨U+202E⟩" in html
    assert "<table" in html


def test_a_selection_is_a_plain_frame() -> None:
    table = hours("A", "B")
    assert isinstance(table, pd.DataFrame)
    assert type(table[table["unit"] == "A"]) is pd.DataFrame


@drawn
def test_hours_of_one_unit_are_bars_with_the_set_marked() -> None:
    figure = hours("A", "B").plot("A")
    said = words_of(figure)
    assert "A: found, 9 posts" in said
    axes = figure.axes[0]
    assert [round(bar.get_height(), 1) for bar in axes.patches] == [0.1, 0.2, 0.3, 0.4]
    marked = next(line for line in axes.lines if "80 %" in str(line.get_label()))
    assert list(marked.get_xdata()) == [5.5, 8.0]


@drawn
def test_hours_of_several_units_are_one_map() -> None:
    said = words_of(hours("A", HOSTILE).plot())
    assert "2 of 2 units" in said
    assert "+0" in said
    with pytest.raises(UsageError, match="no unit 'C'"):
        hours("A").plot("C")


@drawn
def test_a_stretch_over_midnight_ends_the_next_day() -> None:
    figure = shifts().plot()
    assert "1 stretch" in words_of(figure)
    bar = figure.axes[0].patches[0]
    assert (bar.get_x(), bar.get_width()) == (22.0, 8.0)
    ends = [tuple(round(x, 2) for x in line.get_xdata()) for line in figure.axes[0].lines]
    assert ends == [(21.67, 24.33), (29.83, 30.08)]


@drawn
def test_images_without_a_position_are_counted() -> None:
    figure = images().plot()
    said = words_of(figure)
    assert "1 of 2 images name a position" in said
    assert "± 50 m" in said
    assert "no opinion" in said
    assert "0 of 1 images" in words_of(ImagesTable(images().iloc[1:]).plot())
    assert not len(ImagesTable([], columns=["path", "lat"]).plot().axes[0].lines)


@drawn
def test_a_shadow_names_the_likeliest_country_on_top() -> None:
    rows = [
        {"name": name, "people": share, "land": None} for name, share in (("X", 0.7), ("Y", 0.3))
    ]
    figure = sun_figure(HOSTILE, pd.DataFrame(rows))
    assert "⟨U+202E⟩" in words_of(figure)
    names = [tick.get_text() for tick in figure.axes[0].get_yticklabels()]
    assert names == ["Y", "X"], "counted from below"
    assert [bar.get_width() for bar in figure.axes[0].patches] == [0.3, 0.7]
