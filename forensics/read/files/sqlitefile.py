"""SQLite databases: one table becomes posts.

Written by apps, by collecting scripts and by export tools. SQLite has no type for times: texts and
numbers come as they are stored and are read by the rules for any column. Whose clock wrote them is
not known. Source: the SQLite file format and its limits (sqlite.org/fileformat2, /limits).

The schema of a database is a program that somebody else wrote. So the file is opened read-only and
as unchanging, only ordinary tables are read (no views, no virtual tables, no computed columns, in
the order in which they are stored, through no index), the engine may do nothing but read columns,
and the work between two rows is bounded.

Traps: changes that stand in a `-wal` file beside the database and were never merged are not in it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from forensics.read.files.choice import holds_posts, not_there, others_note
from forensics.read.options import Table, UnreadableFileError
from forensics.read.records import BadRecord, Format, Record, table_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MAGIC = b"SQLite format 3\0"
MAX_VALUE = 256 << 20
"""Bytes of one value or row."""
MAX_TEXT = 1_000_000
"""Characters of one value that is read."""
STEPS = 10_000
"""Instructions of the engine between two looks at the budget."""
MAX_LOOKS = 2_000
"""Looks allowed from one row to the next: twenty million instructions, some 0.2 s."""
MAX_TABLES = 10_000
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_OK}
_FUNCTION = 31
"""SQLITE_FUNCTION; the module gives it no name before 3.12."""
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: MAX_VALUE,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1 << 20,
    sqlite3.SQLITE_LIMIT_COLUMN: 2_000,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 10,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}


@dataclass(frozen=True, slots=True)
class _Stored:
    """An ordinary table."""

    name: str
    columns: tuple[str, ...]


def is_sqlite(path: Path, head: bytes) -> bool:
    """True for a SQLite 3 database."""
    del path
    return head.startswith(MAGIC)


def open_sqlite(
    con: DuckDBPyConnection, path: Path, name: str, scratch: Path, wanted: str | None = None
) -> Table:
    """Open the table that is wanted, else the first that has columns for accounts and times.

    Rows are numbered from 1 in the order in which they are stored.

    Raises:
        UnreadableFileError: the schema cannot be read, or there is no table.
    """
    try:
        with closing(_connect(path)) as base:
            tables = _tables(base)
            chosen = _chosen(tables, wanted, name)
            if chosen is None:
                raise UnreadableFileError(
                    "the database has no table", reason="empty_file", where=name
                )
            rest = [one.name for one in tables if one is not chosen]
            made = Format(
                name=f"sqlite, table {chosen.name[:60]!r}",
                columns=chosen.columns,
                notes=(*others_note("tables", rest), *_wal_note(path)),
            )
            return table_of(con, _records(base, chosen), made, scratch)
    except (sqlite3.Error, UnicodeError, OverflowError) as error:
        raise UnreadableFileError(
            f"the database is damaged ({str(error)[:120]})",
            reason="damaged",
            where=name,
            todo="export the table as CSV with the program that wrote it",
        ) from None


def _chosen(tables: Sequence[_Stored], wanted: str | None, where: str) -> _Stored | None:
    """The table asked for, else the first that seems to hold posts, else the first."""
    if wanted is not None:
        for table in tables:
            if table.name == wanted:
                return table
        error = not_there("table", wanted, [one.name for one in tables])
        raise UnreadableFileError(error.what, reason=error.reason, where=where, todo=error.todo)
    chosen = next((one for one in tables if holds_posts(one.columns)), None)
    return chosen or next(iter(tables), None)


def _connect(path: Path) -> sqlite3.Connection:
    """A connection that can read columns of this one file and do nothing else."""
    address = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
    base = sqlite3.connect(address, uri=True, isolation_level=None)
    try:
        for limit, value in _LIMITS.items():
            base.setlimit(limit, value)
        base.execute("PRAGMA trusted_schema = OFF")
        base.execute("PRAGMA cell_size_check = ON")
        base.execute("PRAGMA query_only = ON")
        base.execute("PRAGMA cache_size = -32768")
        base.execute("PRAGMA mmap_size = 0")
    except sqlite3.Error:
        base.close()  # a damaged file is noticed at the first statement
        raise
    base.text_factory = _as_text
    return base


def _as_text(data: bytes) -> str:
    """Text; bytes that are not UTF-8 become lone surrogates, by which they are found."""
    return data.decode("utf-8", "surrogateescape")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _tables(base: sqlite3.Connection) -> list[_Stored]:
    """Ordinary tables in the order of the schema, with the columns that are stored."""
    _bound(base)
    names = base.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid LIMIT ?",
        (MAX_TABLES,),
    ).fetchall()
    found = []
    for (name,) in names:
        if not isinstance(name, str) or _odd(name):
            continue
        _bound(base)
        rows = base.execute(f"PRAGMA table_xinfo({_quoted(name)})").fetchall()
        columns = [str(row[1]) for row in rows if row[6] == 0 and not _odd(str(row[1]))]
        if columns:
            found.append(_Stored(name, tuple(columns)))
    return found


def _odd(text: str) -> bool:
    """True for text that was not UTF-8."""
    return any("\ud800" <= char <= "\udfff" for char in text)


def _bound(base: sqlite3.Connection) -> None:
    """Start a new budget of work for the engine."""
    looks = iter(range(MAX_LOOKS))
    base.set_progress_handler(lambda: next(looks, None) is None, STEPS)


def _authorise(action: int, first: str | None, second: str | None, *_rest: str | None) -> int:
    """The engine may read columns and ask for the type of a value."""
    allowed = action in _ALLOWED or (action == _FUNCTION and second == "typeof")
    del first
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _records(base: sqlite3.Connection, table: _Stored) -> Iterator[Record | BadRecord]:
    """The rows of a table; the break in a damaged one is the last record."""
    picked = ", ".join(
        f"CASE WHEN typeof({column}) = 'blob' THEN NULL ELSE {column} END"
        for column in map(_quoted, table.columns)
    )
    base.set_authorizer(_authorise)
    number = 0
    try:
        _bound(base)
        rows = base.execute(f"SELECT {picked} FROM {_quoted(table.name)} NOT INDEXED")
        for number, row in enumerate(rows, start=1):
            _bound(base)
            yield _record(number, table.columns, row)
    except sqlite3.Error as error:
        yield BadRecord(number + 1, "damaged", str(error))


def _record(number: int, columns: Sequence[str], row: Sequence[object]) -> Record | BadRecord:
    values: dict[str, str | None] = {}
    for column, value in zip(columns, row, strict=True):
        text = None if value is None else str(value)
        if text is not None and len(text) > MAX_TEXT:
            return BadRecord(number, "too_large", text[:200], column)
        if text is not None and not text.isascii() and _odd(text):
            raw = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            return BadRecord(number, "bad_encoding", raw, column)
        values[column] = text
    return Record(number, values)


def _wal_note(path: Path) -> tuple[str, ...]:
    """A note where the database was kept with a log of changes beside it."""
    with path.open("rb") as file:
        header = file.read(20)
    if header[18:20] == b"\x02\x02":
        return ("was kept with a -wal file: changes that stand only there are not in it",)
    return ()
