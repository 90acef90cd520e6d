"""Parquet files: typed columns, so a time may be an instant, a naive time or a number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.read.database import ident, literal, scalar
from forensics.read.options import Table, UnreadableFileError, check_width, column_list

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


_EARLIEST = "290000-01-01 (BC)"
"""Times before it the database can hold and not write: an attempt ends the whole connection."""
_INSIDE = re.compile(r"\b(?:TIME(?:STAMP)?(?:TZ)?(?:_N?S|_MS)?|DATE)(?: WITH TIME ZONE)?[\[\]),]")
"""Kinds of lists and structures that hold such times: they cannot be looked at one by one."""
TIME = "t"
"""Name under which the times of posts are asked for."""
_KINDS = {"TIMESTAMPTZ_NS": "TIMESTAMP WITH TIME ZONE"}
"""Kinds that are read as another: nanoseconds in UTC, as pandas writes them, as microseconds."""


def is_parquet(path: Path, head: bytes) -> bool:
    """True if the file begins as Parquet does."""
    del path
    return head.startswith(b"PAR1")


def open_parquet(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open a Parquet file; rows keep their number in the file.

    Raises:
        UnreadableFileError: damaged, or in a form the database does not read.
    """
    import duckdb

    del scratch
    scan = f"read_parquet({literal(str(path))}, file_row_number=true)"
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()
        rows = scalar(con, f"SELECT count(*) FROM {scan}")
    except duckdb.Error as error:
        raise UnreadableFileError(
            f"the Parquet file is damaged ({type(error).__name__})",
            reason="damaged",
            where=name,
            todo="export it again",
        ) from None
    check_width(len(described) - 1, name)
    columns = {
        str(row[0]): _KINDS.get(str(row[1]), str(row[1]))
        for row in described
        if row[0] != "file_row_number"
    }
    inside = [column for column, kind in columns.items() if _INSIDE.search(kind)]
    for column in inside:
        del columns[column]

    def select(wanted: Mapping[str, str]) -> str:
        picked = "".join(
            f", {_value(column, columns[column], native=alias == TIME)} AS {ident(alias)}"
            for alias, column in wanted.items()
        )
        return f"SELECT file_row_number + 1 AS row{picked} FROM {scan}"

    said = f"times inside lists or structures are not read: {column_list(inside, 10)}"
    return Table("parquet", columns, select, rows, notes=(said,) if inside else ())


def _value(column: str, kind: str, *, native: bool) -> str:
    """SQL: a column as text, but for the times of posts: those stay timestamps where they are."""
    if not kind.startswith("TIMESTAMP"):
        return _as_text(column, kind)
    value = f"CAST({ident(column)} AS {kind})"
    if kind in ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE"):
        value = f"CASE WHEN {value} < {kind} '{_EARLIEST}' THEN {kind} '-infinity' ELSE {value} END"
    return value if native else f"CAST({value} AS VARCHAR)"


def _as_text(column: str, kind: str) -> str:
    """SQL: a column of another kind as text."""
    quoted = ident(column)
    if kind in ("DOUBLE", "FLOAT"):  # whole numbers lose their `.0`, and never turn to 1e+18
        whole = f"CAST(CAST({quoted} AS BIGINT) AS VARCHAR)"
        small = f"{quoted} = floor({quoted}) AND abs({quoted}) < 9e18"
        return f"CASE WHEN {small} THEN {whole} ELSE CAST({quoted} AS VARCHAR) END"
    if kind == "BLOB":
        return f"TRY(decode({quoted}))"
    if kind.endswith("[]") and kind.startswith("VARCHAR"):
        return f"array_to_string({quoted}, '|')"
    return f"CAST({quoted} AS VARCHAR)"
