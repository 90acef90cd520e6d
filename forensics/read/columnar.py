"""Parquet files: typed columns, so a time may be an instant, a naive time or a number."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.read.database import ident, literal, scalar
from forensics.read.options import Table, UnreadableFileError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


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
    columns = {str(row[0]): str(row[1]) for row in described if row[0] != "file_row_number"}

    def select(wanted: Mapping[str, str]) -> str:
        picked = "".join(
            f", {_as_text(column, columns[column])} AS {ident(alias)}"
            for alias, column in wanted.items()
        )
        return f"SELECT file_row_number + 1 AS row{picked} FROM {scan}"

    return Table("parquet", columns, select, rows)


def _as_text(column: str, kind: str) -> str:
    """A column as text; timestamps stay what they are."""
    quoted = ident(column)
    if kind.startswith("TIMESTAMP"):
        return quoted
    if kind in ("DOUBLE", "FLOAT"):  # whole numbers lose their `.0`, and never turn to 1e+18
        whole = f"CAST(CAST({quoted} AS BIGINT) AS VARCHAR)"
        small = f"{quoted} = floor({quoted}) AND abs({quoted}) < 9e18"
        return f"CASE WHEN {small} THEN {whole} ELSE CAST({quoted} AS VARCHAR) END"
    if kind == "BLOB":
        return f"TRY(decode({quoted}))"
    if kind.endswith("[]") and kind.startswith("VARCHAR"):
        return f"array_to_string({quoted}, '|')"
    return f"CAST({quoted} AS VARCHAR)"
