"""Shift bars and actograms: shapes, labels, sizes, and nothing unescaped."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from forensics.show.shiftfigures import (
    SIZE_LIMIT,
    actogram_raster,
    shift_bars,
    weekdays_text,
)

EVIL = '<script>alert(1)</script>"&\u202e'


def details(**more: Any) -> dict[str, Any]:
    block = {"start_min": [540, 530, 552], "end_min": [1080, 1070, 1095], "share_ppm": [9, 8, 10]}
    night = {"start_min": [1200, 1190, 1210], "end_min": [480, 470, 495], "share_ppm": [9, 8, 10]}
    lunch = {"start_min": [720, 710, 730], "end_min": [780, 770, 790], "depth_ppm": [400_000, 1, 2]}
    return {
        "zone": "Asia/Shanghai",
        "profile_milli": [1000 * (i % 7) for i in range(96)],
        "sets": [
            {
                "weekdays": [0, 1, 2, 3, 4],
                "rate_ppm": 1_000_000,
                "blocks": [block],
                "breaks": [lunch],
            },
            {"weekdays": [5], "rate_ppm": 500_000, "blocks": [night], "breaks": []},
            {"weekdays": [6], "rate_ppm": 20_000, "blocks": [], "breaks": []},
        ],
        **more,
    }


def raster(rows: list[str], **more: Any) -> dict[str, Any]:
    return {
        "zone": "Asia/Shanghai",
        "first_day": 17_897,
        "first_date": "2019-01-01",
        "days_per_row": 1,
        "cap": 3,
        "posts": 100,
        "rows": rows,
        **more,
    }


def tree(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own drawing, parsed to prove that it is well formed


def kinds(svg: str, name: str) -> list[dict[str, str]]:
    return [one.attrib for one in tree(svg).iter() if one.attrib.get("class") == name]


def test_bars_stand_at_their_times() -> None:
    svg = str(shift_bars("s", title="t", details=details()))
    first, evening, morning = kinds(svg, "bar")[:3]
    assert float(first["x"]) == 92 + 9 * 26
    assert float(first["width"]) == 9 * 26
    assert float(evening["x"]) + float(evening["width"]) == 92 + 24 * 26, "until midnight"
    assert (float(morning["x"]), float(morning["width"])) == (92, 8 * 26), "and on from it"
    assert [one.text for one in tree(svg).iter() if one.attrib.get("class") == "time"] == [
        "12:00", "13:00", "09:00", "18:00", "20:00", "08:00",
    ]  # fmt: skip
    assert len(kinds(svg, "dip")) == 1
    assert "no block stands out" in svg
    assert "50 % as busy" in svg


def test_intervals_are_bands_as_wide_as_they_are() -> None:
    svg = str(shift_bars("s", title="t", details=details()))
    widths = [float(one["width"]) for one in kinds(svg, "band")]
    assert round(22 * 26 / 60, 1) in widths
    assert len(widths) == 7, "six edges and the key"


def test_what_is_no_shift_looks_different() -> None:
    assert 'class="weak"' not in str(shift_bars("s", title="t", details=details()))
    weak = str(shift_bars("s", title="t", details=details(), found=False))
    assert 'class="bar"' not in weak
    assert "is no shift" in weak


def test_without_sets_only_the_curve_is_drawn() -> None:
    svg = str(shift_bars("s", title="t", details=details(sets=[], profile_milli=[0] * 96)))
    assert len(kinds(svg, "curve")) == 1
    assert not kinds(svg, "time")


@pytest.mark.parametrize("edge", [[1435, 1420, 1450], [5, -10, 20], [700, 700, 700]])
def test_intervals_may_pass_midnight(edge: list[int]) -> None:
    one = details()["sets"][1]
    one["blocks"][0]["start_min"] = edge
    svg = str(shift_bars("s", title="t", details=details(sets=[one])))
    for band in kinds(svg, "band"):
        assert 92 <= float(band["x"]) <= 92 + 24 * 26 + 200
        assert float(band["width"]) > 0


def cells(svg: str) -> int:
    """Cells drawn, by the lengths of the strokes."""
    paths = [one["d"] for one in kinds(svg, "lv") if one["stroke-width"] != "9"]
    return sum(int(size) // 6 for path in paths for size in re.findall(r"h(\d+)", path))


def test_every_cell_is_drawn_once() -> None:
    rng = np.random.default_rng(1)
    rows = ["".join(map(str, row)) for row in rng.integers(0, 10, (50, 96)).tolist()]
    svg = str(actogram_raster("a", title="t", data=raster(rows), edges_min=[540, 1980])[0])
    assert cells(svg) == sum(digit != "0" for row in rows for digit in row)
    assert "Saturday and Sunday" in svg
    assert "2019-02" in svg
    assert len(re.findall("M", kinds(svg, "edge")[0]["d"])) == 2


def test_large_rasters_stay_small() -> None:
    rows = ["90" * 48, "09" * 48] * 250
    drawn, joined, together = actogram_raster("a", title="t", data=raster(rows))
    svg = str(drawn)
    assert len(svg) <= SIZE_LIMIT
    assert f"{together} days from" in svg
    assert together > 1
    assert len(joined) == -(-len(rows) // together)
    assert set("".join(joined)) == {"9"}, "the darker cell wins"
    tree(svg)
    smaller, _, more = actogram_raster("a", title="t", data=raster(rows), limit=len(svg) // 2)
    assert len(smaller) <= len(svg) // 2
    assert more > together


def test_an_empty_raster_is_a_sheet() -> None:
    svg = str(actogram_raster("a", title="t", data=raster([], cap=1))[0])
    assert cells(svg) == 0


def test_text_of_strangers_is_escaped_and_bytes_are_equal() -> None:
    for make in (
        lambda: shift_bars("s", title=EVIL, details=details(zone=EVIL)),
        lambda: actogram_raster(
            "a", title=EVIL, data=raster(["1" * 96], zone=EVIL, first_date=EVIL)
        )[0],
    ):
        first, second = str(make()), str(make())
        assert first == second
        assert "<script" not in first
        assert "\u202e" not in first
        tree(first)


def test_weekdays_as_words() -> None:
    assert weekdays_text([0, 1, 2, 3, 4]) == "Mon-Fri"
    assert weekdays_text(range(7)) == "every day"
    assert weekdays_text([5, 6]) == "Sat, Sun"
