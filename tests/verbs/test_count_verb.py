"""`gnomon count`: says what it did in 80 columns, prints nothing raw, and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from forensics.errors import EngineError, UsageError
from forensics.verbs.count import count
from forensics.verbs.width import columns_of

APP = typer.Typer()
APP.command()(count)
ROWS = """account,created_at,text
ada,2024-03-01T23:58:10Z,one of many
bob,2024-03-01T23:58:50Z,one of many
"\x1b[31mcem",2024-03-01T23:59:50Z,single
ada,soon \x1b[2J \u202egnp,three
ada,2024-03-01 10:00,four
"""


def call(*words: object, code: int = 0) -> str:
    result = CliRunner().invoke(APP, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / ("day one, with a name that goes on for longer than a line has room.csv")
    path.write_text(ROWS, "utf-8")
    return path


def test_it_says_what_was_read_and_refused(export: Path, tmp_path: Path) -> None:
    said = call(export, "--out", tmp_path / "counts", "--zones", "--merged", "--threads", 1)
    lines = said.splitlines()
    assert "3 of 5 posts" in lines[0]
    assert "refused   2, with number and text in refusals/0001.parquet" in lines
    assert "          1 naive_time: the time has no zone and none was stated" in lines
    assert '            row 4: "soon <U+001B>[2J <U+202E>gnp"' in lines
    assert "accounts  3, of them 3 new" in lines
    assert ["windows", "2", "2"] in [line.split()[:3] for line in lines]
    assert "3 accounts, 0 found, 3" in said
    assert "Machines, changes of" in said
    assert not set(said) & {"\x1b", "\u202e"}
    assert all(columns_of(line) <= 80 for line in lines if str(tmp_path) not in line)
    assert (tmp_path / "counts" / "merged" / "gaps.parquet").is_file()


def test_a_second_call_says_that_nothing_is_new(export: Path, tmp_path: Path) -> None:
    call(export, "--out", tmp_path / "counts")
    said = call(export, "--out", tmp_path / "counts")
    assert said.startswith("read      nothing new: the file was counted before\n")
    more = tmp_path / "two.csv"
    more.write_text("account,created_at\nada,2024-03-02T10:00:00Z\n")
    call(more, "--out", tmp_path / "counts", "--zones")
    third = tmp_path / "three.csv"
    third.write_text("account,created_at\nada,2024-03-03T10:00:00Z\n")
    said = call(third, "--out", tmp_path / "counts")
    assert "removed   zones.parquet, which did not know the new part" in said
    assert "Counts of several parts are added up" in said


def test_json_says_the_same(export: Path, tmp_path: Path) -> None:
    said = call(export, "--out", tmp_path / "counts", "--zones", "--json")
    whole = json.loads(said)
    assert said.isascii()
    assert whole["schema"] == "gnomon.count/1"
    assert whole["refused"] == {"bad_time": 1, "naive_time": 1}
    assert (whole["posts"], whole["accounts"], whole["new_part"]) == (3, 3, 1)
    assert whole["parts"][0]["rows"]["windows"] == 2
    assert whole["zones"]["insufficient"] == 3
    assert whole["engine"].startswith("duckdb ")


def test_a_file_that_cannot_be_read_is_exit_1(export: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("# just notes\n")
    said = call(export, tmp_path / "notes.md", "--out", tmp_path / "counts", code=1)
    assert "notes.md: not read" in said
    assert "3 of 5 posts" in said


def test_wrong_use(export: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--memory: 1 MB are too little"):
        call(export, "--out", tmp_path / "c", "--memory", 1)
    with pytest.raises(UsageError, match="--threads"):
        call(export, "--out", tmp_path / "c", "--threads", 0)
    with pytest.raises(EngineError, match="no engine is called"):
        call(export, "--out", tmp_path / "c", "--engine", "hive")
    call(export, "--out", tmp_path / "c", "--assume-zone", "Asia/Tokyo", "--because", "told so")
    with pytest.raises(UsageError, match="--assume-zone Asia/Tokyo --because 'told so'; give the"):
        call(export, "--out", tmp_path / "c")


def test_date_and_clock_in_two_columns(tmp_path: Path) -> None:
    lines = [line.replace("T", ",", 1).replace("Z", "") for line in ROWS.splitlines()[1:4]]
    apart, one = tmp_path / "apart.csv", tmp_path / "one.csv"
    apart.write_text("account,day,hour,text\n" + "\n".join(lines), "utf-8")
    one.write_text("\n".join(ROWS.splitlines()[:4]), "utf-8")
    columns = ("--map", "time=day,time_of_day=hour", "--assume-zone", "UTC", "--because", "asked")
    call(apart, "--out", tmp_path / "a", "--no-posts", *columns)
    call(one, "--out", tmp_path / "b", "--no-posts")
    cells = [tmp_path / name / "cells" / "0001.parquet" for name in "ab"]
    assert cells[0].read_bytes() == cells[1].read_bytes()


def test_a_file_that_cannot_be_read_is_named(export: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "bad.parquet"
    damaged.write_bytes(b"PAR1 and nothing else")
    said = call(export, damaged, "--out", tmp_path / "counts", code=1)
    assert "gnomon: bad.parquet: the Parquet file is damaged" in said
    assert "3 of 5 posts" in said
