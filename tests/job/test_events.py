"""Absences are named in a file, stand in the record before anything is read, and are tested."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import forensics
from forensics.errors import CaseError, ClueError, UsageError
from forensics.job.events import read_events

ROW = '[[events]]\nname = "{name}"\nstart = {start}\nend = {end}\nkind = "leave"\nsource = "s"\n'
LEAVES = [("one", "2021-03-01", "2021-03-05"), ("two", "2021-06-07", "2021-06-11")]


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def some(leaves: list[tuple[str, str, str]]) -> str:
    return "".join(ROW.format(name=name, start=start, end=end) for name, start, end in leaves)


def test_events_come_in_order_of_their_days(tmp_path: Path) -> None:
    found = read_events(written(tmp_path / "e.toml", some(LEAVES[::-1])))
    assert [one.name for one in found] == ["one", "two"]
    assert [one.days for one in found] == [5, 5]


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("no TOML", "[[events", "no TOML"),
        ("no tables", "events = 3", "[[events]]"),
        ("another key", some(LEAVES) + "[other]\nx = 1\n", "[[events]]"),
        ("nothing", "", "[[events]]"),
    ],
)
def test_a_file_of_something_else_is_refused(
    tmp_path: Path, name: str, text: str, word: str
) -> None:
    with pytest.raises(UsageError, match=word.replace("[", r"\[").replace("]", r"\]")):
        read_events(written(tmp_path / "e.toml", text))


def test_bytes_that_are_no_text_and_no_file_at_all(tmp_path: Path) -> None:
    (tmp_path / "e.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="no TOML"):
        read_events(tmp_path / "e.toml")
    with pytest.raises(UsageError, match="cannot be read"):
        read_events(tmp_path / "missing.toml")


def test_an_impossible_event_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ClueError, match="ends before it starts"):
        read_events(written(tmp_path / "e.toml", some([("x", "2021-03-05", "2021-03-01")])))


def test_events_stand_in_the_first_line_and_are_tested(tmp_path: Path) -> None:
    lines = ["account,time"]
    lines += [
        f"clerk,2021-{month:02d}-{day:02d}T{hour:02d}:0{hour % 7}:11Z"
        for month in range(1, 13)
        for day in range(1, 29)
        for hour in (9, 11, 14, 16)
    ]
    posts = written(tmp_path / "posts.csv", "\n".join(lines) + "\n")
    events = read_events(written(tmp_path / "e.toml", some(LEAVES)))
    result = forensics.run([posts], tmp_path / "out", forensics.RunSettings(events=events))
    first = json.loads((result.case / "record.jsonl").read_text().splitlines()[0])
    assert [one["name"] for one in first["body"]["settings"]["events"]] == ["one", "two"]
    findings = (result.case / "tables" / "findings.jsonl").read_text().splitlines()
    (said,) = [one for one in map(json.loads, findings) if one["finder"] == "absence"]
    assert said["status"] in {"nothing_found", "insufficient"}
    assert [one["name"] for one in said["details"]["absences"]] == ["one", "two"]
    with pytest.raises(CaseError, match="other settings"):
        forensics.run([posts], tmp_path / "out", forensics.RunSettings())
