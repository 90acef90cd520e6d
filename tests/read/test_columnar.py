"""Parquet: native times, numbers and text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from forensics.errors import ReadError

Read = Callable[..., Any]
T_US = 1551702896000000


def parquet(path: Path, select: str) -> Path:
    con = duckdb.connect()
    con.execute("SET TimeZone = 'Asia/Tokyo'")
    con.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    con.close()
    return path


@pytest.mark.parametrize(
    ("value", "note"),
    [
        ("TIMESTAMPTZ '2019-03-04 12:34:56+00'", "timestamp with zone"),
        ("CAST(1551702896 AS BIGINT)", "epoch s"),
        ("CAST(1551702896 AS INTEGER)", "epoch s"),
        ("CAST(1551702896 AS UBIGINT)", "epoch s"),
        ("CAST(1551702896.0 AS DOUBLE)", "epoch s"),
        ("CAST(1551702896000 AS BIGINT)", "epoch ms"),
        ("CAST(1551702896000000000 AS DOUBLE)", "epoch ns"),
        ("CAST(1551702896.25 AS DECIMAL(18, 3))", "epoch s"),
        ("'2019-03-04T12:34:56Z'", "ISO 8601"),
        ("'2019-03-04T12:34:56Z'::BLOB", "ISO 8601"),
    ],
)
def test_types_of_time(read: Read, tmp_path: Path, value: str, note: str) -> None:
    path = parquet(tmp_path / "p.parquet", f"SELECT 'ada' AS account, {value} AS time")
    outcome = read(path)
    assert outcome.times[0] // 1_000_000 == T_US // 1_000_000
    assert note in outcome.source.format


@pytest.mark.parametrize("kind", ["TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_S", "TIMESTAMP_MS"])
def test_a_timestamp_without_zone_is_naive(read: Read, tmp_path: Path, kind: str) -> None:
    select = f"SELECT 'ada' AS account, CAST(TIMESTAMP '2019-03-04 12:34:56' AS {kind}) AS time"
    path = parquet(tmp_path / "p.parquet", select)
    with pytest.raises(ReadError, match="carry no offset"):
        read(path)
    assert read(path, assume_zone="Asia/Kolkata").times == [T_US - 19_800_000_000]


def test_dates_alone_are_refused(read: Read, tmp_path: Path) -> None:
    path = parquet(tmp_path / "p.parquet", "SELECT 'ada' AS account, DATE '2019-03-04' AS date")
    with pytest.raises(ReadError, match="date without a time"):
        read(path)


def test_infinite_and_null_times_are_refused(read: Read, tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "p.parquet",
        """SELECT * FROM (VALUES ('a', TIMESTAMPTZ 'infinity'), ('a', NULL),
        (NULL, TIMESTAMPTZ '2019-03-04 12:34:56+00'), ('b', TIMESTAMPTZ '2019-03-04 12:34:56+00'),
        ('b', TIMESTAMPTZ '1970-01-01 00:00:00+00'), ('b', TIMESTAMPTZ '1969-12-31 23:59:59+00'))
        t(account, time)""",
    )
    outcome = read(path)
    assert outcome.times == [T_US]
    assert [reason for _, reason in outcome.reasons][1:] == [
        "no_time", "no_account", "time_out_of_range", "time_out_of_range",
    ]  # fmt: skip
    assert outcome.reasons[0][1] in ("bad_time", "time_out_of_range")


def test_other_types_become_text(read: Read, tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "p.parquet",
        """SELECT 7 AS account, 1551702896 AS epoch_seconds, 12345678901234567 AS id,
        ['a/b.jpg', 'c.png'] AS media, true AS is_retweet, chr(0) || 'x' AS text, 3.5 AS grp""",
    )
    (post,) = read(path, by="grp").posts
    assert (post["account"], post["id"], post["media"]) == ("7", "12345678901234567", "b.jpg|c.png")
    assert (post["kind"], post["text"], post["unit"]) == ("repost", "\0x", "3.5")


EDGES = "(-9223372036854775806), (9223372036854775806), (1551702896000000)"
"""Microseconds: one that the database cannot write as text, one far ahead, and a time."""


def test_nanoseconds_in_utc_are_times(read: Read, tmp_path: Path) -> None:
    time = "CAST(TIMESTAMPTZ '2019-03-04 12:34:56+00' AS TIMESTAMPTZ_NS) AS time"
    outcome = read(parquet(tmp_path / "p.parquet", f"SELECT 'ada' AS account, {time}"))
    assert outcome.times == [T_US]
    assert "timestamp with zone" in outcome.source.format


@pytest.mark.parametrize("kind", ["TIMESTAMP", "TIMESTAMPTZ"])
def test_times_beyond_all_dates_are_refused(read: Read, tmp_path: Path, kind: str) -> None:
    value = f"CAST(make_timestamp(us) AS {kind})" if kind == "TIMESTAMP" else "make_timestamptz(us)"
    select = f"SELECT 'ada' AS account, {value} AS time FROM (VALUES {EDGES}) t(us)"
    outcome = read(parquet(tmp_path / "p.parquet", select), assume_zone="UTC")
    assert outcome.times == [T_US]
    assert outcome.reasons == [(1, "bad_time"), (2, "time_out_of_range")]


def test_such_times_in_other_columns_are_text(read: Read, tmp_path: Path) -> None:
    columns = "make_timestamp(us) AS id, make_timestamp(us) AS location, [make_timestamp(us)] AS l"
    select = f"""SELECT 'ada' AS account, 1551702896 AS time, {columns},
        {{'a': make_timestamptz(us)}} AS s FROM (VALUES {EDGES}) t(us)"""
    outcome = read(parquet(tmp_path / "p.parquet", select))
    assert outcome.source.rows_read == 3
    assert any("structures are not read: 'l', 's'" in note for note in outcome.source.notes)
    assert [post["id"] for post in outcome.posts][::2] == ["-infinity", "2019-03-04 12:34:56"]


def test_a_file_whose_damage_shows_late_leaves_no_row(
    read_many: Callable[..., Any], tmp_path: Path
) -> None:
    select = "SELECT 'ada' AS account, 1551702896 AS time, TIME '12:34:56.789012' AS location"
    bad, good = parquet(tmp_path / "p.parquet", select), tmp_path / "z.csv"
    written = (45_296_789_012).to_bytes(8, "little")
    assert written in bad.read_bytes()
    bad.write_bytes(bad.read_bytes().replace(written, b"\xff" * 7 + b"\x7f"))
    good.write_text("account,time\nbob,1551702896\n")
    outcome = read_many([bad, good])
    assert [post["account"] for post in outcome.posts] == ["bob"]
    assert outcome.reasons == [(0, "damaged")]


def test_a_table_of_columns_without_end(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = parquet(tmp_path / "p.parquet", "SELECT 'ada' AS account, 1551702896 AS time")
    monkeypatch.setattr("forensics.read.options.MAX_COLUMNS", 2)
    assert len(read(path).posts) == 1
    monkeypatch.setattr("forensics.read.options.MAX_COLUMNS", 1)
    with pytest.raises(ReadError, match="2 columns; up to 1 are read"):
        read(path)


@pytest.mark.slow
def test_damaged_files(read: Read, tmp_path: Path) -> None:
    path = parquet(tmp_path / "p.parquet", "SELECT 'ada' AS account, 1551702896 + i AS time, "
                   "md5(i::VARCHAR) AS text FROM range(5000) t(i)")  # fmt: skip
    whole = path.read_bytes()
    for data in (whole[:-30], whole[:200], b"PAR1" + b"\0" * 400):
        with pytest.raises(ReadError, match="damaged"):
            read(data)
    for place in range(40, len(whole), len(whole) // 40):
        broken = bytearray(whole)
        broken[place : place + 8] = b"\xff" * 8
        try:
            outcome = read(bytes(broken))
        except ReadError as error:
            assert "damaged" in str(error) or "rows" in str(error)
        else:
            assert outcome.source.rows_present == 5000


@pytest.mark.slow
def test_row_numbers_are_those_of_the_file(read: Read, tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "p.parquet",
        "SELECT 'a' || (i % 7) AS account, 1551702896 + i AS time FROM range(300000) t(i)",
    )
    posts = read(path).posts
    assert all(post["t_us"] == T_US + (post["row"] - 1) * 1_000_000 for post in posts)
