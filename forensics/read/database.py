"""Connections to the embedded database, set up the same way everywhere, and quoting for SQL."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forensics.errors import ReadError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ROW_GROUP = 122_880
"""Rows per Parquet row group; fixed, so that equal rows give equal bytes."""


def connect(*, memory_limit_mb: int, threads: int, scratch: Path | None) -> DuckDBPyConnection:
    """A connection in memory that spills to `scratch`, speaks UTC and reaches no network.

    Raises:
        ReadError: the session does not speak UTC after it was told to.
    """
    import duckdb  # takes 0.1 s

    con = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": f"{max(memory_limit_mb, 64)}MB",
            "threads": str(max(threads, 1)),
            "preserve_insertion_order": "true",
        }
    )
    con.execute("SET TimeZone = 'UTC'")
    con.execute("SET enable_progress_bar = false")
    con.execute(f"SET temp_directory = {literal(str(scratch) if scratch else '')}")
    told = con.execute("SELECT current_setting('TimeZone')").fetchone()
    if told is None or told[0] != "UTC":
        raise ReadError("the database session does not speak UTC", where="duckdb")
    return con


@contextmanager
def connected(
    *, memory_limit_mb: int, threads: int, scratch: Path | None
) -> Iterator[DuckDBPyConnection]:
    """A connection as `connect` gives it, closed at the end."""
    con = connect(memory_limit_mb=memory_limit_mb, threads=threads, scratch=scratch)
    try:
        yield con
    finally:
        con.close()


@contextmanager
def memory_named(limit_mb: int, where: str = "") -> Iterator[None]:
    """Turn the database's want of memory, or of room on the disk beside it, into one line.

    Args:
        limit_mb: What it was given.
        where: File it was reading.

    Raises:
        ReadError: it needs more.
    """
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        what, todo = f"needs more than {limit_mb} MB of memory", "raise the memory limit"
        if "max_temp_directory_size" in str(error):
            what = f"the disk has no room for what does not fit into {limit_mb} MB of memory"
            todo += ", or free some disk"
        raise ReadError(what, where=where, todo=todo) from None


def ident(name: str) -> str:
    """A column name, quoted. Names come from hostile files."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text value, quoted."""
    return "'" + text.replace("'", "''") + "'"


def among(value: str, texts: Iterable[str]) -> str:
    """SQL: a value is one of some texts; NULL if it is NULL.

    Not `IN`: the database turns a long one into a join, which need not keep the order of rows.
    """
    return f"({' OR '.join(f'{value} = {literal(text)}' for text in texts)})"


def keeps_order(con: DuckDBPyConnection, insert: str) -> bool:
    """Whether the rows of a statement that fills a table will stand in the order of its source.

    On several threads the database keeps the order where it can, and says so in its plan; where
    something in the statement forbids it, it does not, without a word.
    """
    ((_, plan),) = con.execute(f"EXPLAIN (FORMAT json) {insert}").fetchall()
    return any(step["name"].strip() == "BATCH_INSERT" for step in json.loads(str(plan)))


def first_row(con: DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    """The first row of a statement; empty if it has none.

    The result is read to its end: an open one blocks the connection.
    """
    rows = con.execute(sql).fetchall()
    return tuple(rows[0]) if rows else ()


def integers(con: DuckDBPyConnection, sql: str) -> list[int]:
    """The first row of a statement as integers, 0 for NULL."""
    return [int(value or 0) for value in first_row(con, sql)]


def scalar(con: DuckDBPyConnection, sql: str) -> int:
    """The one integer a statement gives back; 0 for NULL or no row."""
    return next(iter(integers(con, sql)), 0)


def in_order(con: DuckDBPyConnection, statement: str, key: Sequence[str]) -> str:
    """SELECT of the rows of a statement, ordered by a unique key, ready for `write_parquet`.

    Columns in which numbers stand for texts are ordered by the numbers, and become texts after it.

    The empty half of the union hides from the database what it may have proven about the columns,
    such as that one has no NULL: it writes pages of such a column otherwise, so that equal rows
    gave unequal bytes if they came from another file, from several, or from another engine.
    """
    columns = con.execute(f"DESCRIBE FROM ({statement})").fetchall()
    nothing = ", ".join(["NULL"] * len(columns))
    order = ", ".join(ident(column) for column in key)
    listed = ", ".join(
        f"CAST({ident(name)} AS VARCHAR) AS {ident(name)}"
        if kind.startswith("ENUM")
        else ident(name)
        for name, kind, *_ in columns
    )
    return (
        f"SELECT {listed} FROM (SELECT * FROM (SELECT * FROM ({statement}) AS found "
        f"UNION ALL SELECT {nothing} FROM range(0)) AS found ORDER BY {order})"
    )


def write_parquet(con: DuckDBPyConnection, select: str, path: Path) -> None:
    """Write a SELECT, whose rows must be ordered by a unique key, to a Parquet file, atomically.

    Compression and row group size are fixed, so that equal rows give equal bytes with any number
    of threads.
    """
    partial = path.with_name(path.name + ".partial")
    try:
        con.execute(
            f"COPY ({select}) TO {literal(str(partial))} "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
        )
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
