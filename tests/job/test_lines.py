"""Lines that say what was made stand in the record once."""

from __future__ import annotations

from pathlib import Path

import pytest

from forensics.case import Case, TableRef
from forensics.job.lines import note_made, say_once

REF = TableRef("a.jsonl", "0" * 64, 1, "0" * 64)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case.create(
        tmp_path / "case", question="Where?", settings={}, who="me", now=lambda: "2024"
    )


def kinds(case: Case) -> list[str]:
    return [entry.kind for entry in case.entries()][1:]


def test_equal_lines_stand_once(case: Case) -> None:
    for _ in range(2):
        say_once(case, "read", {"key": "a", "n": 1})
        note_made(case, "weigh", {"units": 1}, [REF])
    assert kinds(case) == ["read", "weigh"]
    assert case.last("weigh").body["tables"] == [REF.as_json()]  # type: ignore[union-attr]


def test_another_line_is_added_and_so_is_the_first_one_after_it(case: Case) -> None:
    for n in (1, 2, 1):
        say_once(case, "read", {"key": "a", "n": n})
    assert kinds(case) == ["read"] * 3


def test_lines_about_other_files_are_told_apart(case: Case) -> None:
    """A note about controls is held against the last one about the same controls."""
    for key in ("a", "b", "a", "b"):
        say_once(case, "note", {"key": key})
    case.append("note", {"text": "Something else."})
    say_once(case, "note", {"key": "a"})
    assert kinds(case) == ["note"] * 3


def test_a_report_names_files(case: Case) -> None:
    note_made(case, "report", {}, [])
    assert case.last("report").body == {"files": []}  # type: ignore[union-attr]
