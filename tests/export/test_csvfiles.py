"""CSV: no cell runs as a formula, every cell comes back exactly, and pandas reads the same rows."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.errors import ExportError
from forensics.export.cells import BOM, OPENERS, cell, guarded, line, unguarded
from forensics.export.csvfiles import SMALL, stream_csv, write
from forensics.export.handed import Handed

HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "'=1",
    "''",
    'quote " and, comma',
    "two\r\nlines",
    "plain",
    "",
    "007",
    "NULL",
    "右\u202eleft 😀",
]


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")


@given(st.text())
def test_a_guard_can_be_taken_off_again(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in set(OPENERS) - {"'"}


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=5))
def test_a_line_is_read_back_by_the_standard_library(texts: list[str]) -> None:
    (row,) = csv.reader(io.StringIO(line(texts), newline=""))
    assert [unguarded(one) for one in row] == texts


def test_absent_and_empty_differ() -> None:
    assert [cell(one) for one in (None, "", -5, True, ["=1"])] == [
        "", '""', "-5", "true", '"[""=1""]"'
    ]  # fmt: skip


def test_hostile_rows_come_back_from_parquet(tmp_path: Path) -> None:
    source, out = tmp_path / "it's.parquet", tmp_path / "posts.csv"
    frame = pd.DataFrame({"text": [*HOSTILE, None], 'odd "=name': [*HOSTILE, None]})
    frame["t_us"] = range(len(frame))
    duckdb.from_df(frame).write_parquet(str(source))
    counts: list[tuple[str, str, int]] = []
    stream_csv([source], "SELECT * FROM {source}", out, counts)
    back = read(out)
    assert [unguarded(one) for one in back["text"]] == [*HOSTILE, ""]
    assert not [one for one in back["text"] if one[:1] in set(OPENERS) - {"'"}]
    assert counts == [("posts.csv", name, 10) for name in ("text", 'odd "=name')]
    assert list(back["time_utc"])[1] == "1970-01-01T00:00:00.000001Z"
    data = out.read_bytes()
    assert data.startswith(BOM)
    assert data.endswith(b"\n,,17,1970-01-01T00:00:00.000017Z\n"), (
        "an absent value is an empty cell without quotes"
    )
    assert b'\n"","",13,' in data, "an empty text has quotes"
    assert sorted(tmp_path.iterdir()) == sorted([source, out]), "nothing is left behind"


def test_a_damaged_table_is_said(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(ExportError, match="cannot be written as CSV"):
        stream_csv([tmp_path / "x.parquet"], "SELECT * FROM {source}", tmp_path / "x.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["x.parquet"]


def test_the_tables_of_a_case_come_back(handed: Handed, tmp_path: Path) -> None:
    paths = {path.stem: path for path in write(handed, tmp_path / "a")}
    assert {"posts", "accounts", "refusals", "clues", "edges", "guarded", "README"} <= set(paths)
    for name in SMALL.keys() & paths.keys():
        rows = [*handed.case.read_table(f"{name}.jsonl")]
        back = read(paths[name])
        assert len(back) == len(rows)
        if rows:
            assert set(back.columns) == set().union(*rows), f"{name}: a column that no row has"
        for row, told in zip(rows, back.to_dict("records"), strict=True):
            for key, value in row.items():
                if isinstance(value, str):
                    assert unguarded(told[key]) == value
                elif isinstance(value, dict | list):
                    assert json.loads(told[key]) == value
    table = handed.case.tables / "posts.parquet"
    posts = duckdb.read_parquet(str(table)).fetchall()
    names = [column for column in read(paths["posts"]).columns if column != "time_utc"]
    back = read(paths["posts"])[names]
    cells = [tuple(map(unguarded, row)) for row in back.itertuples(index=False)]
    assert cells == [tuple("" if one is None else str(one) for one in row) for row in posts]
    assert sum(map(int, read(paths["accounts"])["posts"])) == len(posts)
    (text,) = [row for row in read(paths["guarded"]).to_dict("records") if row["column"] == "text"]
    assert int(text["cells"]) >= 12, "the hostile posts are counted"
    assert handed.digest in paths["README"].read_text(encoding="utf-8")


def test_nothing_of_a_case_runs_in_a_spreadsheet(handed: Handed, tmp_path: Path) -> None:
    for path in write(handed, tmp_path):
        if path.suffix == ".csv":
            for row in csv.reader(path.read_text("utf-8-sig").splitlines(keepends=True)):
                for one in row:
                    number = one.removeprefix("-").isdigit()
                    assert number or one[:1] not in set(OPENERS) - {"'"}


def test_same_bytes_twice(handed: Handed, tmp_path: Path) -> None:
    first, second = write(handed, tmp_path / "a"), write(handed, tmp_path / "b")
    assert [path.name for path in first] == [path.name for path in second]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
