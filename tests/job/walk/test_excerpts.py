"""Rows of formats that are not text: as read, and the place in the file where their text stands."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from forensics.case import Case
from forensics.job.walk.excerpts import excerpts
from forensics.job.walk.tables import Tables
from forensics.job.walk.tree import Excerpt

ROWS = [
    {"account": f"someone{n}", "time": f"2024-03-0{n}T10:00:00Z", "text": f"a text of its own, {n}"}
    for n in range(1, 6)
]


def case_with(tmp_path: Path, path: Path, reader: str) -> tuple[Tables, str]:
    case = Case.create(
        tmp_path / "case", question="Where?", settings={}, who="me", now=lambda: "2024"
    )
    item = case.add_file(path, path.name)
    case.write_table("sources.jsonl", [{"original": item.sha256, "reader": reader}])
    return Tables(case), item.sha256


def of(tables: Tables, sha256: str, row: int, context: int = 1) -> Excerpt:
    return excerpts(tables, [(sha256, row)], context)[sha256, row]


def test_an_array_on_many_lines(tmp_path: Path) -> None:
    path = tmp_path / "posts.json"
    path.write_text(json.dumps(ROWS, indent=1))
    found = of(*case_with(tmp_path, path, "json"), 3)
    assert found.how == "text found"
    assert "as the reader json reads it" in found.note
    cells = {line.label: line.text for line in found.lines if line.mine}
    assert cells["text"] == "a text of its own, 3"
    place = next(line for line in found.lines if line.label == "in the file")
    assert place.byte is not None
    assert path.read_bytes()[place.byte :].startswith(place.text.encode())
    assert "2024-03-03" in place.text or "its own, 3" in place.text
    around = [line.label for line in found.lines if not line.mine]
    assert around == ["2", "4"]


def test_a_text_that_stands_twice_is_no_place(tmp_path: Path) -> None:
    path = tmp_path / "posts.json"
    path.write_text(json.dumps([ROWS[0], ROWS[0]], indent=1))
    assert of(*case_with(tmp_path, path, "json"), 2).how == "as read"


def test_a_database(tmp_path: Path) -> None:
    path = tmp_path / "posts.sqlite"
    with sqlite3.connect(path) as con:
        con.execute("CREATE TABLE posts (account TEXT, time TEXT, text TEXT)")
        con.executemany("INSERT INTO posts VALUES (:account, :time, :text)", ROWS)
    con.close()
    found = of(*case_with(tmp_path, path, "sqlite"), 2, 0)
    assert found.how in {"as read", "text found"}
    assert [line.text for line in found.lines[:3]] == list(ROWS[1].values())


@pytest.mark.parametrize("row", [9, 99_999_999])
def test_a_record_that_is_not_there(tmp_path: Path, row: int) -> None:
    path = tmp_path / "posts.json"
    path.write_text(json.dumps(ROWS))
    found = of(*case_with(tmp_path, path, "json"), row)
    assert (found.how, found.lines) == ("none", ())
    assert f"no record {row:,}" in found.note


def test_a_file_that_nobody_read(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    tables, sha256 = case_with(tmp_path, path, "none")
    tables.sources.clear()
    assert "no reader read rows" in of(tables, sha256, 1).note
    assert "nothing was read out of this file" in of(tables, sha256, 0).note
