"""Records of a reader that walks a file itself, as a table of the database."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from forensics.read import records
from forensics.read.records import BadRecord, Format, Record, table_of

Con = duckdb.DuckDBPyConnection


@pytest.fixture
def con() -> Iterator[Con]:
    made = duckdb.connect()
    made.execute("CREATE TABLE bad_rows (row BIGINT, field VARCHAR, reason VARCHAR, raw VARCHAR)")
    yield made
    made.close()


MADE = Format("invented", ("account", 'a "quoted" name', "text"))


def walk(count: int) -> Iterator[Record | BadRecord]:
    for row in range(1, count + 1):
        if row % 10 == 0:
            yield BadRecord(row, "bad_json", "x" * 500, "text")
        else:
            yield Record(row, {"account": f"a{row}", "text": None if row % 3 else f"t{row}"})


@pytest.mark.parametrize(("rows", "chars"), [(7, 1 << 20), (1000, 30), (8192, 1 << 20)])
def test_all_records_arrive_in_any_batches(
    con: Con, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int, chars: int
) -> None:
    monkeypatch.setattr(records, "BATCH_ROWS", rows)
    monkeypatch.setattr(records, "BATCH_CHARS", chars)
    table = table_of(con, walk(95), MADE, tmp_path)
    assert table.rows_present == 95
    found = con.execute(table.select({"account": "account", "t": "text"})).fetchall()
    assert found == [
        (row, f"a{row}", None if row % 3 else f"t{row}") for row in range(1, 96) if row % 10
    ]
    assert con.execute("SELECT row, field, reason, length(raw) FROM bad_rows").fetchall() == [
        (row, "text", "bad_json", 200) for row in range(10, 96, 10)
    ]


def test_what_no_text_can_hold_is_marked(con: Con, tmp_path: Path) -> None:
    odd = {"account": "a\0b", 'a "quoted" name': "\ud83d", "text": "你\udc80😀"}
    whole = {"account": "", 'a "quoted" name': "a,\"'\n\r\x1f", "text": "你😀"}
    table = table_of(con, [Record(1, odd), Record(2, whole)], MADE, tmp_path)
    wanted = {"a": "account", "q": 'a "quoted" name', "t": "text"}
    assert con.execute(table.select(wanted)).fetchall() == [
        (1, "a\ufffdb", "\ufffd", "你\ufffd😀"),
        (2, "", "a,\"'\n\r\x1f", "你😀"),
    ]


def test_no_records_are_an_empty_table(con: Con, tmp_path: Path) -> None:
    table = table_of(con, [], MADE, tmp_path)
    assert table.rows_present == 0
    assert con.execute(table.select({"a": "account"})).fetchall() == []


def test_further_columns_cost_a_pass_only_where_wanted(con: Con, tmp_path: Path) -> None:
    passes: list[list[str]] = []

    def again(columns: Sequence[str]) -> Iterator[Record | BadRecord]:
        passes.append(sorted(columns))
        yield BadRecord(1, "bad_json")
        yield Record(2, {"account": "ada", "city": "Utrecht", "year": "7"})

    first = [BadRecord(1, "bad_json"), Record(2, {"account": "ada"})]
    table = table_of(con, first, MADE, tmp_path, later=("city", "year"), again=again)
    assert [*table.columns] == [*MADE.columns, "city", "year"]
    assert con.execute(table.select({"a": "account"})).fetchall() == [(2, "ada")]
    assert passes == []
    query = table.select({"a": "account", "u": "city"})
    assert con.execute(query).fetchall() == [(2, "ada", "Utrecht")]
    table.select({"u": "city"})
    assert len(passes) == 1
    assert con.execute(table.select({"u": "city", "y": "year"})).fetchall() == [(2, "Utrecht", "7")]
    assert len(passes) == 2
    assert con.execute("SELECT count(*) FROM bad_rows").fetchone() == (1,)


def test_a_member_of_a_status_can_name_the_units(read: Callable[..., Any]) -> None:
    def status(number: int, **more: object) -> str:
        user = {"id_str": "7", "screen_name": "ada", "location": f"town {number % 2}"}
        created = f"Tue Mar 05 09:12:{number:02d} +0000 2024"
        return json.dumps({"created_at": created, "id_str": str(number), "text": "x",
                           "source": "y", "user": user} | more)  # fmt: skip

    lines = [status(1), "{", status(3), status(4, user={"screen_name": "bo", "location": None})]
    outcome = read("\n".join(lines).encode(), by="user.location")
    assert outcome.source.reader == "twitter-api-1"
    found = sorted((post["row"], post["account"], post["unit"]) for post in outcome.posts)
    assert found == [(1, "ada", "town 1"), (3, "ada", "town 1"), (4, "bo", None)]
    assert outcome.reasons == [(2, "bad_json")]
