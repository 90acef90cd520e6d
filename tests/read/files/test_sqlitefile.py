"""Databases: one ordinary table is read; a schema that wants to do something else may not."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.read import registry
from forensics.read.files import sqlitefile

GOOD = """
CREATE TABLE settings (k TEXT, v TEXT);
CREATE TABLE posts (id INTEGER PRIMARY KEY, username TEXT, created_at, content TEXT, picture BLOB);
INSERT INTO posts VALUES (5, 'a', '2023-01-02T03:04:05Z', 'eins', x'00ff');
INSERT INTO posts VALUES (3, 'b', 1672628646, NULL, NULL);
INSERT INTO posts VALUES (9, 'c', 1672628647.5, 'drei', 'text');
INSERT INTO posts VALUES (10, NULL, 1672628647, 'x', NULL);
INSERT INTO posts VALUES (11, 'd', NULL, 'x', NULL);
"""


def base(path: Path, script: str, *statements: tuple[str, tuple[object, ...]]) -> Path:
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as con:
        con.executescript(script)
        for sql, values in statements:
            con.execute(sql, values)
        con.commit()
    return path


def test_rows_in_the_order_in_which_they_are_stored(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    path = base(tmp_path / "a ?#%41.db", GOOD)
    before = path.read_bytes()
    found = read(path)
    assert [
        (post["row"], post["account"], post["t_us"], post["text"], post["id"])
        for post in found.posts
    ] == [
        (2, "a", 1_672_628_645_000_000, "eins", "5"),
        (1, "b", 1_672_628_646_000_000, None, "3"),
        (3, "c", 1_672_628_647_500_000, "drei", "9"),
    ]
    assert found.reasons == [(4, "no_account"), (5, "no_time")]
    assert (found.source.reader, found.source.format.split(",")[1]) == ("sqlite", " table 'posts'")
    assert "1 other tables not read (--map table=NAME reads one): 'settings'" in found.source.notes
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir() if "-" in one.name] == []


def test_columns_may_be_named_by_hand(read: Callable[..., Any], tmp_path: Path) -> None:
    script = "CREATE TABLE p (wer, wann); INSERT INTO p VALUES ('a', '2023-01-01T00:00:00Z')"
    found = read(base(tmp_path / "x", script), columns={"account": "wer", "time": "wann"})
    assert [post["account"] for post in found.posts] == ["a"]
    with pytest.raises(Exception, match="'wer', 'wann'"):
        read(base(tmp_path / "x", script))


TABLE = "CREATE TABLE t (account, time, text); "
ROW = "INSERT INTO t VALUES ('a', '2023-01-01T00:00:00Z', 'x'); "
ENDLESS = "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT x FROM r"
SCHEMAS = {
    "view in the place of a table": (
        f"CREATE VIEW a AS SELECT x AS account, x AS time FROM ({ENDLESS}); "
    ),
    "trigger": "CREATE TABLE l (x); CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM l; END; ",
    "virtual table": "CREATE VIRTUAL TABLE a USING fts5(account, time); ",
    "index on an expression": "CREATE INDEX i ON t (abs(length(hex(zeroblob(1000))))); ",
    "names that quote": 'CREATE TABLE "a""; DROP TABLE t; --" ("x""y"); ',
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_nothing_but_ordinary_tables_is_read(
    name: str, read: Callable[..., Any], tmp_path: Path
) -> None:
    found = read(base(tmp_path / "x", TABLE + ROW + SCHEMAS[name]))
    assert [post["account"] for post in found.posts] == ["a"]
    assert found.source.format.startswith("sqlite, table 't'")


def test_computed_columns_are_left_out(read: Callable[..., Any], tmp_path: Path) -> None:
    script = (
        "CREATE TABLE t (account, time, text AS (hex(zeroblob(100000000))), "
        "client AS (upper(account)) STORED);"
        "INSERT INTO t VALUES ('a', '2023-01-01T00:00:00Z')"
    )
    found = read(base(tmp_path / "x", script))
    assert [(post["account"], post["text"], post["client"]) for post in found.posts] == [
        ("a", None, None)
    ]


def test_only_columns_may_be_read(tmp_path: Path) -> None:
    path = base(tmp_path / "x", TABLE + ROW)
    with closing(sqlitefile._connect(path)) as con:
        con.set_authorizer(sqlitefile._authorise)
        for sql in (
            "ATTACH 'y' AS y",
            "PRAGMA user_version",
            "SELECT load_extension('x')",
            "SELECT hex(zeroblob(9))",
            "DELETE FROM t",
            "CREATE TABLE z (a)",
            ENDLESS,
        ):
            with pytest.raises(sqlite3.Error):
                con.execute(sql)
    with closing(sqlitefile._connect(path)) as con, pytest.raises(sqlite3.Error):
        con.execute("DELETE FROM t")


def test_endless_work_between_two_rows_is_stopped(tmp_path: Path) -> None:
    with closing(sqlitefile._connect(base(tmp_path / "x", TABLE))) as con:
        sqlitefile._bound(con)
        with pytest.raises(sqlite3.OperationalError, match="interrupted"):
            con.execute(f"SELECT count(*) FROM ({ENDLESS})").fetchall()


def test_text_that_is_no_utf8_is_refused(read: Callable[..., Any], tmp_path: Path) -> None:
    path = base(
        tmp_path / "x",
        TABLE + ROW,
        ("INSERT INTO t VALUES ('b', '2023-01-01T00:00:01Z', CAST(? AS TEXT))", (b"\xff\xfex",)),
        ("INSERT INTO t VALUES ('c', '2023-01-01T00:00:02Z', CAST(? AS TEXT))", ("é中".encode(),)),
        ("INSERT INTO t VALUES ('d', '2023-01-01T00:00:03Z', ?)", ("x" * 1_000_001,)),
    )
    found = read(path)
    assert [(post["account"], post["text"]) for post in found.posts] == [("a", "x"), ("c", "é中")]
    assert found.reasons == [(2, "bad_encoding"), (4, "too_large")]
    wide = base(
        tmp_path / "w", "PRAGMA encoding = 'UTF-16le';" + TABLE + ROW.replace("'x'", "'中'")
    )
    assert [post["text"] for post in read(wide).posts] == ["中"]


def test_a_database_cut_off_or_garbled_says_so(read: Callable[..., Any], tmp_path: Path) -> None:
    many = (
        "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r LIMIT 2000) "
        "INSERT INTO t SELECT 'a' || x, '2023-01-01T00:00:0' || (x % 10) || 'Z', 'text' FROM r;"
    )
    data = base(tmp_path / "x", TABLE + many).read_bytes()
    assert len(data) > 10 * 4096
    for end in (20, 100, 3000, 4096, 9000, 20_000, len(data) - 4096):
        found = read(data[:end], nothing_is_an_error=False)
        whole = [item.reason for item in found.reading.refused]
        assert whole == ["damaged"] or found.refusals[-1]["reason"] == "damaged", end
    garbled = bytearray(data)
    garbled[5 * 4096 : 6 * 4096] = b"\xff" * 4096
    found = read(bytes(garbled))
    assert 0 < len(found.posts) < 2000
    assert [row["reason"] for row in found.refusals] == ["damaged"]


def test_no_tables_and_a_log_beside_it(read: Callable[..., Any], tmp_path: Path) -> None:
    with pytest.raises(Exception, match="no table"):
        read(base(tmp_path / "x", "CREATE VIEW v AS SELECT 1 AS account, 2 AS time"))
    path = base(tmp_path / "y", "PRAGMA journal_mode = WAL;" + TABLE + ROW)
    found = read(path)
    assert len(found.posts) == 1
    assert any("-wal" in note for note in found.source.notes)


def test_only_databases_are_taken(tmp_path: Path) -> None:
    path = base(tmp_path / "x", TABLE + ROW)
    found = registry.detect(path)
    assert found is not None
    assert found.name == "sqlite"
    for other in (b"", b"SQLite format 3", b"account,time\n", b"{}"):
        assert not sqlitefile.is_sqlite(path, other)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(texts=st.lists(st.one_of(st.none(), st.text(max_size=40)), max_size=20))
def test_any_text_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    read_into: Callable[..., Any],
    texts: list[str | None],
) -> None:
    folder = tmp_path_factory.mktemp("x")
    rows = [
        ("INSERT INTO t VALUES ('a', '2023-01-01T00:00:00Z', ?)", (text,))
        for text in ["first", *texts]
    ]
    found = read_into([base(folder / "x", TABLE, *rows)], folder / "t")
    kept = [post["text"] for post in sorted(found.posts, key=lambda post: post["row"])]
    assert kept == ["first", *(text and text.replace("\0", "\ufffd") for text in texts)]


def test_a_table_may_be_asked_for_by_name(read: Callable[..., Any], tmp_path: Path) -> None:
    script = (
        TABLE
        + ROW
        + "CREATE TABLE other (account, time); "
        + ("INSERT INTO other VALUES ('b', '2023-01-01T00:00:00Z')")
    )
    found = read(base(tmp_path / "x", script), columns={"table": "other"})
    assert [post["account"] for post in found.posts] == ["b"]
    assert any("--map table=NAME reads one): 't'" in note for note in found.source.notes)
    with pytest.raises(Exception, match="has no table 'none'") as caught:
        read(base(tmp_path / "x", script), columns={"table": "none"})
    assert "'t', 'other'" in str(getattr(caught.value, "todo", ""))
