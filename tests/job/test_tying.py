"""Units made of groups: from files to a report, recorded, the same again, nobody left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from forensics.case import Case
from forensics.job.again import rerun
from forensics.job.run import run
from forensics.job.settings import BY_GROUPS, RunSettings
from forensics.job.tying import UNGROUPED, groups_of_case, units_of
from forensics.links.groups.answer import answer
from forensics.links.groups.finding import group_name

WORDS = (
    "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbor", "island", "juniper",
    "kelp", "lagoon",
)  # fmt: skip
LONE = 40
NOW = "2026-01-01T00:00:00Z"


def posts(folder: Path) -> Path:
    """Two groups of six that copy each other's texts, and forty accounts with their own."""
    lines = ["account,time,text"]

    def add(account: str, day: int, minute: int, text: str) -> None:
        hour, left = divmod(minute, 60)
        date = f"2024-{1 + day // 28:02d}-{1 + day % 28:02d}"
        lines.append(f"{account},{date}T{hour:02d}:{left:02d}:00Z,{text}")

    for team, start in (("red", 120), ("blue", 720)):
        for number in range(16):
            text = " ".join([team, *(WORDS[(number * 5 + at * at) % 12] for at in range(6)),
                             f"{team}{WORDS[number % 12]}{WORDS[(number * 7) % 12]}"])  # fmt: skip
            for member in range(6):
                if (number + member) % 3:
                    add(f"{team}-{member}", 3 * number, start + 7 * member + number, text)
    for who in range(LONE):
        account = f"lone-{who:02d}"
        for number in range(4):
            own = " ".join(f"w{who}x{number}y{at}" for at in range(6))
            add(account, 4 * number, 300 + 37 * who % 600 + number, own)
    path = folder / "posts.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("groups")
    made = run([posts(folder)], folder / "out", RunSettings(by=BY_GROUPS), now=lambda: NOW)
    return folder, json.loads(made.summary.read_text(encoding="utf-8"))


def test_units_are_the_groups_and_the_rest_is_weighed_for_nobody(
    done: tuple[Path, dict[str, Any]],
) -> None:
    units = {one["unit"]: set(one["account_names"]) for one in done[1]["units"]}
    assert {frozenset(units["g1"]), frozenset(units["g2"])} == {
        frozenset(f"{team}-{at}" for at in range(6)) for team in ("red", "blue")
    }
    assert units[UNGROUPED] == {f"lone-{at:02d}" for at in range(LONE)}
    rest = next(one for one in done[1]["units"] if one["unit"] == UNGROUPED)
    assert rest["conclusion"]["rung"] is None
    assert "weighed for nobody" in rest["conclusion"]["statement"]
    assert rest["posts"] == 4 * LONE


def test_accounts_and_groups_of_the_report_name_the_units(
    done: tuple[Path, dict[str, Any]],
) -> None:
    told = done[1]["groups"]
    assert told["units"] == {"g1": "g1", "g2": "g2"}
    assert {one["first"]["contents"] for one in told["groups"]} == {12}
    assert all(one["strongest"][0]["rows"] for one in told["groups"])
    page = (done[0] / "out" / "report.html").read_text(encoding="utf-8")
    assert "assessed as unit" in page


def test_it_stands_in_the_record_and_comes_out_again(done: tuple[Path, dict[str, Any]]) -> None:
    root = done[0] / "out" / "case"
    case = Case.open(root, who="t", now=lambda: NOW)
    told = RunSettings.from_json(case.question, case.settings)
    assert told.by_groups
    assert told.column is None
    assert groups_of_case(case, told).units == {"g1": "g1", "g2": "g2"}
    assert {part.verdict for part in rerun(root).parts} <= {"equal", "not repeated"}


def test_nobody_is_lost_and_nobody_stands_twice() -> None:
    told = answer([], ["b", "a", "c"], seed=1)
    assert units_of(told, {"x": ("b", "a"), "y": ("c",)}) == {UNGROUPED: ("a", "b", "c")}
    assert group_name(3) == "g3"


@pytest.mark.parametrize(("by", "groups", "column"), [(None, False, None), ("team", False, "team"),
                                                      ("@groups", True, None)])  # fmt: skip
def test_a_column_and_groups_are_told_apart(
    by: str | None, groups: bool, column: str | None
) -> None:
    told = RunSettings.from_json("?", RunSettings(by=by).as_json())
    assert (told.by_groups, told.column) == (groups, column)
