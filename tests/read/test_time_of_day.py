"""A date and a clock that stand in two columns make one time, once the user has said so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from forensics.errors import ReadError

Read = Callable[..., Any]
T_US = 1_551_702_896_000_000
"""2019-03-04 12:34:56 UTC."""
APART = {"time": "date", "time_of_day": "time"}


@pytest.mark.parametrize(
    ("date", "clock", "seconds"),
    [
        ("2019-03-04", "12:34:56", 0),
        ("2019-03-04 00:00:00", "12:34:56.5", 0.5),
        ("2019-03-04T00:00:00.000", "12:34", -56),
        (" 2019-03-04 ", " 12:34:56 PM ", 0),
        ("2019/3/4", "12:34:56", 0),
        ("04-Mar-2019", "12:34:56", None),
        ("14/03/2019", "12:34:56", 10 * 86_400),
    ],
)
def test_both_are_one_time(read: Read, date: str, clock: str, seconds: float | None) -> None:
    data = f"account,date,time\nada,{date},{clock}\n".encode()
    if seconds is None:
        with pytest.raises(ReadError, match="1 bad_time"):
            read(data, columns=APART, assume_zone="UTC")
        return
    found = read(data, columns=APART, assume_zone="UTC")
    assert found.times == [T_US + int(seconds * 1_000_000)]
    assert found.source.columns == {"account": "account", **APART}


def test_without_a_zone_it_is_still_no_instant(read: Read) -> None:
    data = b"account,date,time\nada,2019-03-04,12:34:56\n"
    with pytest.raises(ReadError, match="carry no offset"):
        read(data, columns=APART)


def test_an_offset_may_stand_in_a_third_column(read: Read) -> None:
    data = b"account,date,time,tz\nada,2019-03-04,18:04:56,+0530\n"
    assert read(data, columns={**APART, "offset": "tz"}).times == [T_US]


def test_what_lacks_half_of_it_is_refused(read: Read) -> None:
    rows = ["2019-03-04,12:34:56", "2019-03-04,", ",12:34:56", ",", "2019-03-04,late"]
    data = "account,date,time\n" + "".join(f"ada,{row}\n" for row in rows)
    found = read(data.encode(), columns=APART, assume_zone="UTC")
    assert found.times == [T_US]
    assert found.reasons == [(2, "bad_time"), (3, "bad_time"), (4, "no_time"), (5, "bad_time")]
    assert [row["raw"] for row in found.refusals] == [
        "2019-03-04", "12:34:56", "", "2019-03-04 late",
    ]  # fmt: skip


@pytest.mark.parametrize("date", ["DATE '2019-03-04'", "TIMESTAMP '2019-03-04 00:00:00'"])
def test_columns_with_types(read: Read, tmp_path: Path, date: str) -> None:
    path = tmp_path / "p.parquet"
    with duckdb.connect() as con:
        con.execute(
            f"COPY (SELECT 'ada' AS account, {date} AS date, TIME '12:34:56' AS time) "
            f"TO '{path}' (FORMAT parquet)"
        )
    assert read(path, columns=APART, assume_zone="UTC").times == [T_US]


def test_instants_take_no_clock_of_another_column(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "p.parquet"
    with duckdb.connect() as con:
        con.execute(
            "COPY (SELECT 'ada' AS account, TIMESTAMPTZ '2019-03-04 01:02:03+00' AS date, "
            f"TIME '12:34:56' AS time) TO '{path}' (FORMAT parquet)"
        )
    with pytest.raises(ReadError, match="1 bad_time"):
        read(path, columns=APART, assume_zone="UTC")


def test_cells_of_a_workbook(read: Read, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["account", "date", "time"])
    sheet.append(["ada", dt.date(2019, 3, 4), dt.time(12, 34, 56)])
    book.save(tmp_path / "posts.xlsx")
    found = read(tmp_path / "posts.xlsx", columns=APART, assume_zone="UTC")
    assert found.times == [T_US]


@pytest.mark.parametrize("column", ["date", "time"])
def test_half_of_it_alone_says_what_to_do(read: Read, column: str) -> None:
    data = b"account,date,time\nada,2019-03-04,12:34:56\n"
    with pytest.raises(ReadError, match="time_of_day=CLOCK"):
        read(data, columns={"time": column}, assume_zone="UTC")


def test_a_clock_column_that_is_not_there(read: Read) -> None:
    with pytest.raises(ReadError, match="has no column 'clock' for time_of_day"):
        read(
            b"account,date\nada,2019-03-04\n",
            columns={"time": "date", "time_of_day": "clock"},
        )
