"""The way back: every clue leads to rows of a hashed file, and nothing personal is written out."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from forensics.case import verify
from forensics.job.run import RunResult
from forensics.verbs.demo import demo_files


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((demo_files() / "TRUTH.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def summary(whole: RunResult) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(whole.summary.read_text(encoding="utf-8"))
    return found


def unit(summary: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in summary["units"] if one["unit"] == name)
    return found


def rows(whole: RunResult, name: str) -> list[dict[str, Any]]:
    text = (whole.case / "tables" / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_codes_in_text_are_found_masked(
    whole: RunResult, summary: dict[str, Any], truth: dict[str, Any]
) -> None:
    kinds = {item["kind"] for item in unit(summary, "A")["clues"]}
    assert {"calendar", "clock_changes", "image_position", "label", "phone", "plate"} <= kinds
    for clue in truth["clues"]:
        if clue["kind"] in {"phone", "plate"} and "text" in clue:
            for path in (whole.report, whole.map, whole.summary):
                assert clue["text"] not in path.read_text(encoding="utf-8"), path.name


def test_every_clue_leads_to_rows_of_a_hashed_file(whole: RunResult) -> None:
    originals = {
        hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (whole.case / "originals").rglob("*")
        if path.is_file()
    }
    observations = {row["id"]: row for row in rows(whole, "observations.jsonl")}
    clues = rows(whole, "clues.jsonl")
    assert clues
    for clue in clues:
        assert clue["observations"]
        for name in clue["observations"]:
            assert observations[name]["rows"], clue["id"]
            assert {ref["original"] for ref in observations[name]["rows"]} <= originals


def test_the_case_verifies(whole: RunResult) -> None:
    assert verify(whole.case).ok


def test_the_record_is_reported_up_to_the_report(whole: RunResult, summary: dict[str, Any]) -> None:
    lines = (whole.case / "record.jsonl").read_bytes().splitlines()
    kinds = [json.loads(line)["kind"] for line in lines]
    assert kinds[0] == "open"
    assert kinds[-1] == "report"
    assert summary["integrity"]["record_lines"] == len(lines) - 1
