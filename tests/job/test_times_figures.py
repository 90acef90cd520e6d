"""Figures of days, weeks and calendars: the numbers of the posts, and those of the findings."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from forensics.job.run import RunResult
from forensics.job.times_figures import (
    date_marks,
    drawn_countries,
    left_out,
    shifts_figure,
)
from forensics.model import Finding

DETAILS: Mapping[str, Any] = {
    "leader": "CN",
    "same_days": ["MO"],
    "countries": [{"country": name} for name in ("CN", "MO", "TW", "HK")],
}


@pytest.mark.parametrize(
    ("zone", "found", "countries"),
    [
        (None, True, ["CN", "TW"]),
        ("America/New_York", True, ["CN", "TW", "US"]),
        ("Asia/Taipei", True, ["CN", "TW"]),
        ("Asia/Shanghai", True, ["CN", "TW"]),
        ("Atlantis/Nowhere", True, ["CN", "TW"]),
        (None, False, ["CN"]),
        ("America/New_York", False, ["US", "CN"]),
        ("Asia/Shanghai", False, ["CN"]),
    ],
)
def test_calendars_that_are_drawn(zone: str | None, countries: list[str], *, found: bool) -> None:
    drawn = drawn_countries(DETAILS, zone, found=found)
    assert [name for name, _ in drawn] == countries
    if not found:
        assert "fits best" not in dict(drawn).values()


def test_dates_of_change_come_from_both_finders_in_order() -> None:
    moved = {"day": "2016-03-27", "low_day": "2016-03-20", "high_day": "2016-04-02"}
    changed = {"from": "2015-01-01", "from_earliest": "2014-12-30", "from_latest": "2015-01-01",
               "account": "a"}  # fmt: skip
    by_finder = {
        "segments": Finding("segments", "u", "found", "", details={
            "splits": [{**moved, "later_min": -90}]}),
        "hands": Finding("hands", "u", "found", "", details={
            "changes": [{**changed, "verdict": "hands"}, {**changed, "verdict": "task"}]}),
    }  # fmt: skip
    first, second = date_marks(by_finder)
    assert (first.date, first.day - first.low_day) == ("2015-01-01", 2)
    assert "change of hands" in first.text
    assert second.text == "the day moved 1.5 h earlier"
    assert second.high_day - second.low_day == 13
    assert date_marks({}) == []


def test_posts_that_only_statements_leave_out_are_said() -> None:
    def machines(**details: int) -> dict[str, Finding]:
        return {"automation": Finding("automation", "u", "found", "", details=details)}

    assert "1,234 posts" in left_out(machines(posts_removed=1_234))
    assert not left_out(machines(posts_removed=1_234, scheduler_stands=True))
    assert not left_out(machines(posts_removed=0))
    assert not left_out({})


@pytest.mark.parametrize(
    "finding",
    [
        None,
        Finding("shifts", "u", "not_looked", ""),
        Finding("shifts", "u", "insufficient", "", details={"profile_milli": [0] * 96}),
    ],
)
def test_no_shape_no_figure(finding: Finding | None) -> None:
    assert shifts_figure(finding) is None


def test_the_report_of_the_demonstration_shows_all_four(whole: RunResult) -> None:
    page = whole.report.read_text(encoding="utf-8")
    for stem in ("u1-shifts", "u1-actogram", "u1-calendar", "u1-weeks", "u2-actogram", "u2-weeks"):
        assert f'<svg role="img" id="{stem}"' in page
        assert f'<table id="{stem}-table"' in page
    assert 'id="u2-shifts"' not in page, "a machine's slots are no shift"
    assert len(page.encode()) < 1_000_000


def test_counts_by_class_are_those_of_the_finder(whole: RunResult) -> None:
    """Days off and make-up days are those the finder weighed; it leaves out reposts."""
    found = calendar_of(whole.case, "A")
    assert found["country"] == "CN"
    page = whole.report.read_text(encoding="utf-8")
    table = page.partition('<table id="u1-calendar-table"')[2].partition("</table>")[0]
    china = table.partition("China")[2].partition("stated audience")[0]
    counts: dict[str, tuple[int, int]] = {}
    for name, whole_, active in re.findall(
        r"<td>([^<]*)</td><td[^>]*>[\d,]+</td><td[^>]*>([\d,]+)</td><td[^>]*>([\d,]+)</td>", china
    ):
        counts.setdefault(name, (int(whole_.replace(",", "")), int(active.replace(",", ""))))
    off = [counts[name] for name in ("holidays", "bridge and moved days off")]
    assert sum(days for days, _ in off) == found["days_off"]
    assert sum(active for _, active in off) == found["active_on_days_off"] == 0
    days, active = counts["make-up working days"]
    assert days == found["make_up_days"]
    assert found["active_on_make_up_days"] < active <= days
    assert "The statements leave out" in page


def calendar_of(case: Path, unit: str) -> dict[str, Any]:
    """Details of the leading country of a unit."""
    for line in (case / "tables" / "findings.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["finder"] == "calendar" and row["unit"] == unit:
            return dict(row["details"]["countries"][0])
    raise AssertionError("no calendar")
