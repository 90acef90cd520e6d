"""What a weighing leaves: one small table for each different result, and the numbers of clues."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from forensics.case import Case
from forensics.job.moments import PREFIX, latest
from forensics.job.report_numbers import REPORT_NUMBERS
from forensics.job.run import RunResult


def table(case: Path, name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (case / "tables" / name).read_bytes().splitlines()]


def test_it_holds_clues_conclusions_and_what_leads(mixed: RunResult) -> None:
    name = latest(tuple(Case.open(mixed.case).entries()))
    assert name.startswith(PREFIX)
    rows = table(mixed.case, name)
    counts = Counter(row["what"] for row in rows)
    assert counts["clue"] == len(table(mixed.case, "clues.jsonl"))
    assert counts["conclusion"] == len(table(mixed.case, "conclusions.jsonl"))
    assert counts["hypothesis"] > 0
    assert 0 < counts["area"] <= 9 * counts["conclusion"]
    assert "written" not in counts


def test_a_case_without_a_weighing_has_none(mixed: RunResult) -> None:
    entries = tuple(Case.open(mixed.case).entries())
    before = [entry for entry in entries if entry.kind != "weigh"]
    assert latest(before) == ""


def test_clues_are_numbered_as_in_the_summary(mixed: RunResult) -> None:
    units = json.loads(mixed.summary.read_bytes())["units"]
    said = [(clue["number"], clue["id"]) for unit in units for clue in unit["clues"]]
    rows = table(mixed.case, REPORT_NUMBERS)
    assert [(row["number"], row["clue"]) for row in rows] == said
    weighed = {
        clue: (unit["unit"], group["id"])
        for unit in units
        for group in unit["groups"]
        for clue in group["clues"]
    }
    assert {row["clue"]: (row["unit"], row["group"]) for row in rows if row["group"]} == weighed
