"""Statements and shifts as tables, through the public interface."""

from __future__ import annotations

from pathlib import Path

import pytest

import forensics

FINDERS = {
    "hours",
    "clock_changes",
    "calendar",
    "audience",
    "automation",
    "splits",
    "hands",
    "segments",
    "calendar_pieces",
    "rivals",
    "identifiability",
}


@pytest.fixture(scope="module")
def posts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two posts an hour, 09:00 to 17:00 UTC, on the working days of a year; and a silent one."""
    lines = ["account,time"]
    for day in range(360):
        if day % 7 < 5:
            date = f"2021-{day // 30 + 1:02d}-{min(day % 30 + 1, 28):02d}"
            minute = f"{7 + 3 * (day % 9):02d}"
            lines += [f"clerk,{date}T{hour:02d}:{minute}:11Z" for hour in range(9, 17)]
    lines.append("quiet,2021-05-05T12:00:00Z")
    path = tmp_path_factory.mktemp("tables") / "posts.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_every_statement_of_every_unit_has_a_row(posts: Path) -> None:
    table = forensics.statements([posts], audience_zone="America/New_York")
    assert list(table.columns) == ["unit", "about", "status", "statement", "details"]
    assert set(table["about"]) == FINDERS
    assert table.groupby("unit").size().to_dict() == {"clerk": 11, "quiet": 11}
    said = table[(table["unit"] == "clerk") & (table["about"] == "audience")].iloc[0]
    assert "America/New_York" in said["statement"]
    assert set(table[table["unit"] == "quiet"]["status"]) <= {"insufficient", "nothing_found"}


def test_stretches_of_work_lie_where_the_posts_are(posts: Path) -> None:
    table = forensics.shifts([posts], zone="UTC")
    clerk = table[table["unit"] == "clerk"]
    assert set(clerk["zone"]) == {"UTC"}
    assert clerk["start_min"].min() == pytest.approx(9 * 60, abs=20)
    assert clerk["end_min"].max() == pytest.approx(17 * 60, abs=45)
    assert (clerk["start_low_min"] <= clerk["start_min"]).all()
    assert (clerk["end_high_min"] >= clerk["end_min"]).all()
    quiet = table[table["unit"] == "quiet"]
    assert len(quiet) == 1
    assert quiet["start_min"].isna().all()
