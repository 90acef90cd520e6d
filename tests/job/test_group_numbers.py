"""Three numbers for every group of clues: known where they can be, else with the reason."""

from __future__ import annotations

import pytest

from forensics.case import Case
from forensics.clues.controls.first import Posting
from forensics.job.group_numbers import _carriers, _first, read_group_numbers
from forensics.job.run import RunResult

SHARED = [Posting(str(c), who, 100 * c + at) for c in range(4) for at, who in enumerate("abc")]


def test_carriers_that_lead_and_that_follow() -> None:
    assert "8 of 8 pairs (100 %), over 4 texts" in _first(SHARED, ["a"], 3, whole=False)
    assert "0 of 8 pairs (0 %)" in _first(SHARED, ["c"], 3, whole=False)


@pytest.mark.parametrize(
    ("postings", "carriers", "whole", "why"),
    [(SHARED, ["a"], True, "no account of their own"),
     (SHARED, [], False, "no account carries it"),
     (SHARED, ["a", "b", "c"], False, "every account carries it"),
     (None, ["a"], False, "no posts of several accounts"),
     (SHARED[:3], ["a"], False, "5 are needed")],
)  # fmt: skip
def test_not_known_comes_with_its_reason(
    postings: list[Posting] | None, carriers: list[str], whole: bool, why: str
) -> None:
    told = _first(postings, carriers, 3, whole=whole)
    assert told.startswith("Not known")
    assert why in told


def test_carriers_of_times_are_not_counted() -> None:
    assert _carriers(9, 40, whole=False) == "9 of 40 accounts."
    assert _carriers(40, 40, whole=True).startswith("Not known by account")
    assert _carriers(0, 40, whole=False).startswith("Not known")


@pytest.mark.slow
def test_a_case_has_a_row_for_each_group(whole: RunResult) -> None:
    case = Case.open(whole.case, who="t", now=lambda: "2026-01-01T00:00:00Z")
    found = read_group_numbers(case)
    wanted = {(row["unit"], row["group"]) for row in case.read_table("weights.jsonl")}
    assert {(unit, row["group"]) for unit, rows in found.items() for row in rows} == wanted
    assert all(row[name] for rows in found.values() for row in rows
               for name in ("carriers", "control", "first"))  # fmt: skip
    assert "What reviewers ask of each group" in whole.report.read_text(encoding="utf-8")
