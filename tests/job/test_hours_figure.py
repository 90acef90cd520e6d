"""The hour-of-week figures: originals and reposts apart, and the audience's day over them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from forensics.job.hours_figure import same_pictures, waking_bins
from forensics.job.run import RunResult, run


def test_parts_add_up_to_the_whole_in_both_panels(whole: RunResult) -> None:
    summary = json.loads(whole.summary.read_text(encoding="utf-8"))
    for unit in summary["units"]:
        pooled, *parts = unit["hours"]
        assert [part["split"] for part in parts] == ["originals, quotes and replies", "reposts"]
        for panel in ("counts_utc", "counts_local"):
            added = [sum(cells) for cells in zip(*(part[panel] for part in parts), strict=True)]
            assert added == pooled[panel]
        assert sum(part["n"] for part in parts) == pooled["n"] == unit["posts"]


def test_one_kind_of_post_is_drawn_once(tmp_path: Path) -> None:
    rows = "".join(
        f"demo-x,2024-{month:02d}-{day:02d}T{9 + day % 8:02d}:{day:02d}:00Z\n"
        for month in range(1, 7)
        for day in range(1, 29)
    )
    (tmp_path / "posts.csv").write_text("account,created_at\n" + rows, encoding="utf-8")
    result = run([tmp_path / "posts.csv"], tmp_path / "out")
    summary = json.loads(result.summary.read_text(encoding="utf-8"))
    assert [one["split"] for one in summary["units"][0]["hours"]] == ["all posts"]


@pytest.mark.parametrize(("shift", "first"), [(0, 7), (1, 8), (4, 0), (-8, 0)])
def test_the_audience_is_awake_sixteen_hours_a_day(shift: int, first: int) -> None:
    bins = waking_bins(shift)
    assert len(bins) == 7 * 16
    assert bins[0] == first
    assert {bin_ % 24 for bin_ in bins} == {(hour + shift) % 24 for hour in range(7, 23)}


def test_equivalent_pictures_are_said_in_hours() -> None:
    details = {
        "alternatives": [
            {"offset_min": 480, "shift_min": 0},
            {"offset_min": 540, "shift_min": 60},
            {"offset_min": 420, "shift_min": -60},
            {"offset_min": 525, "shift_min": 45},
            {"offset_min": 720, "shift_min": 240},
        ]
    }
    assert same_pictures(details) == (
        (
            "The same picture: UTC+9 with habits 1 h later or UTC+7 with habits 1 h earlier in the "
            "day."
        ),
    )
