"""The tables that hold what is read, good and bad, until it is written or counted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, get_args

from forensics.model import Basis, PostKind
from forensics.read.database import integers, literal, scalar

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FEW_NAMES = 100_000
"""So many names of accounts are replaced by numbers however few rows there are."""
ROWS_A_NAME = 10
"""Of more names, each must stand in so many rows, or looking them up costs more than it saves."""
NAME_BYTES = 300
"""What a name takes in memory beside twice its letters, as measured with 300,000 short ones. None
of it can go to disk, so that all names may take a quarter of the memory."""
PRECISION = "greatest(precision_s, column_precision_s)"
"""SQL: how precisely the time of a row is known, given how its whole column is rounded."""
GOOD = "(SELECT * FROM rows JOIN files USING (original) WHERE reason IS NULL)"
"""SQL: the rows that are posts, with what holds for their whole files."""
SHOWN = ("client", "language", "text", "label", "media", "unit", "urls", "repost_of", "reply_to")
"""Columns of `rows` that are written with the posts, and not looked at before."""
_TABLES = """
CREATE TEMP TABLE rows (
    original original_file, row BIGINT, account VARCHAR, t_us BIGINT, precision_s INTEGER,
    basis basis, offset_min SMALLINT, id VARCHAR, kind post_kind, text_md5 UHUGEINT,
    {shown}local_us BIGINT, id_us BIGINT, reason VARCHAR, raw VARCHAR);
CREATE TEMP TABLE files (original original_file, column_precision_s INTEGER, ids_used BOOLEAN);
CREATE TEMP TABLE refusals (
    original VARCHAR, row BIGINT, field VARCHAR, reason VARCHAR, raw VARCHAR);
"""
"""Rows as they are read, good and bad; what holds for a whole file; refusals."""
MINUTE_US = 60_000_000
_WRITTEN = " || ".join(f"substr(turned, {place}, 2)" for place in range(31, 0, -2))
"""SQL: an MD5 as it is written, but in capitals; as a number its bytes are turned round."""


def make_tables(con: DuckDBPyConnection, originals: Iterable[str], *, whole: bool) -> None:
    """Make the tables, empty.

    Args:
        con: The connection.
        originals: SHA-256 of the files that will be read: a number a row stands for one.
        whole: Whether posts will be written: `rows` has the columns `SHOWN` only then.
    """
    con.execute(
        _type("original_file", sorted(originals))
        + _type("basis", get_args(Basis))
        + _type("post_kind", get_args(PostKind))
        + _TABLES.format(shown="".join(f"{name} VARCHAR, " for name in SHOWN if whole))
    )


def _type(name: str, values: Iterable[str]) -> str:
    """SQL: a type of these values, which are ordered as they are given."""
    return f"CREATE TYPE {name} AS ENUM ({', '.join(map(literal, values))});"


def number_accounts(con: DuckDBPyConnection, memory_limit_mb: int) -> None:
    """Let numbers stand for the names of accounts in `rows`, in the order of the names.

    Everything after it sorts and groups by account, at half the cost. All files must be read.
    Leaves the table `names` behind: account, and whether a row of it is a post.

    Args:
        con: The connection.
        memory_limit_mb: What the database may use.
    """
    con.execute(
        """CREATE TEMP TABLE names AS SELECT account, bool_or(reason IS NULL) AS posts
        FROM rows WHERE account IS NOT NULL GROUP BY account"""
    )
    names, letters = integers(con, "SELECT count(*), sum(strlen(account)) FROM names")
    rows = scalar(con, "SELECT count(*) FROM rows")
    small = names * NAME_BYTES + letters * 2 <= memory_limit_mb * 1_000_000 // 4
    if small and 0 < names <= max(FEW_NAMES, rows // ROWS_A_NAME):
        con.execute("CREATE TYPE account AS ENUM (SELECT account FROM names ORDER BY account)")
        # What stood for broken records is deleted, but is converted with the rest all the same.
        con.execute(
            "ALTER TABLE rows ALTER account TYPE account USING TRY_CAST(account AS account)"
        )


def let_count(con: DuckDBPyConnection, view: str) -> tuple[int, int]:
    """Show the rows that are posts under the names of columns that questions use.

    Args:
        con: The connection.
        view: Name of a view of all posts.

    Returns:
        First and last time, UTC microseconds; 0 without posts.
    """
    columns = f"* EXCLUDE (precision_s, column_precision_s), {PRECISION} AS precision_s"
    con.execute(f"CREATE TEMP VIEW {view} AS SELECT {columns} FROM {GOOD}")
    first_us, last_us = integers(con, f"SELECT min(t_us), max(t_us) FROM {view}")
    return first_us, last_us


def set_apart(con: DuckDBPyConnection, view: str, texts: str, *, own: str, near: str) -> None:
    """Keep the texts of those posts of a view that have to be compared, by account, time and MD5.

    Those are the texts of several accounts, and of their posts those that have one of another
    account in the same minute or the next. Two minutes that follow each other lie in one pair of
    minutes, if pairs begin at even minutes as well as at odd ones.

    Args:
        con: The connection.
        view: Name of the view that `let_count` made.
        texts: Name of the table to make.
        own: SQL: what a post must fulfil for its text to be looked at.
        near: SQL: which of them to keep in any case.
    """
    of_several = "GROUP BY ALL HAVING min(account) <> max(account)"
    con.execute(
        f"""CREATE TEMP TABLE shared AS SELECT account, t_us, text_md5, t_us // {MINUTE_US} AS m
        FROM {view} WHERE {own} AND text_md5 <> md5_number('') AND ({near} OR text_md5 IN (
            SELECT text_md5 FROM {view} WHERE {own} AND text_md5 IS NOT NULL {of_several}))"""
    )
    in_pair = " OR ".join(
        f"(text_md5, {pair}) IN (SELECT (text_md5, {pair}) FROM shared {of_several})"
        for pair in ("m // 2", "(m + 1) // 2")
    )
    con.execute(
        f"""CREATE TEMP TABLE {texts} AS SELECT account, t_us, lower({_WRITTEN}) AS text_md5 FROM (
            SELECT account, t_us, lpad(hex(text_md5), 32, '0') AS turned FROM shared
            WHERE {near} OR {in_pair});
        DROP TABLE shared"""
    )
