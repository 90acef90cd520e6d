"""Refusals are counted by reason over all files or one, with the first examples in order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from forensics.read.refused import refusal_counts

Read = Callable[..., Any]


def test_counts_and_first_examples(read: Read) -> None:
    rows = [
        "a,2019-03-04T00:00:00Z", *["a,2019-03-04 00:00:00"] * 5, ",2019-03-04T00:00:00Z", "a"
    ]  # fmt: skip
    outcome = read(("account,time\n" + "\n".join(rows) + "\n").encode())
    found = refusal_counts(outcome.reading.refusals)
    assert [(reason, number) for reason, number, _ in found] == [
        ("naive_time", 5), ("no_account", 1), ("short_row", 1)
    ]  # fmt: skip
    assert [row.row for row in found[0][2]] == [2, 3, 4]
    first = found[0][2][0]
    assert (first.field, first.raw) == ("time", "2019-03-04 00:00:00")
    assert first.as_refusal().where == "row 2, time"
    mine = outcome.source.original
    assert refusal_counts(outcome.reading.refusals, mine) == found
    assert refusal_counts(outcome.reading.refusals, "0" * 64) == []


def test_more_refused_rows_than_memory_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forensics.read.refused.MEMORY_MB", 64)
    path, con = tmp_path / "refusals.parquet", duckdb.connect()
    con.execute(
        f"""COPY (SELECT repeat('ab', 32) AS original, i AS row, 'time' AS field,
            'bad_time' AS reason, repeat(md5(i::VARCHAR), 6) AS raw FROM range(200000, 0, -1) t(i))
        TO '{path}' (FORMAT parquet)"""
    )
    con.close()
    ((_, number, rows),) = refusal_counts(path)
    assert (number, [row.row for row in rows]) == (200_000, [1, 2, 3])


def test_a_whole_file_and_no_table(read_many: Callable[..., Any], tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.bin"
    good.write_bytes(b"account,time\na,1551700800\n")
    bad.write_bytes(bytes(range(256)) * 9)
    outcome = read_many([good, bad])
    ((_, number, rows),) = refusal_counts(outcome.reading.refusals)
    assert (number, rows[0].row, rows[0].as_refusal().where) == (1, 0, "file")
    assert refusal_counts(tmp_path / "none.parquet") == []
