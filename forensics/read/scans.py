"""What every kind of file needs around its scan: damage named, refusals kept, tables dropped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from forensics.read.database import literal
from forensics.read.options import SourceFile, UnreadableFileError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NO_ROWS = "SELECT NULL, NULL, NULL, NULL, NULL WHERE FALSE"
"""No refused rows beside the broken records."""


@contextmanager
def damage_named(where: str) -> Iterator[None]:
    """Turn a failure of the database while it scans a file into one line about that file.

    Only scans run in here: elsewhere such a failure is a defect of ours and must not be put on
    the file.
    """
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        first = next(iter(str(error).splitlines()), type(error).__name__)[:160]
        raise UnreadableFileError(
            f"the file is damaged ({first})", reason="damaged", where=where, todo="export it again"
        ) from None


def keep_refusals(con: DuckDBPyConnection, file: SourceFile, of_rows: str) -> dict[str, int]:
    """Put broken records and refused rows into `refusals`; gives their numbers by reason."""
    con.execute(
        f"""INSERT INTO refusals
        SELECT {literal(file.sha256)}, row, field, reason, left(raw, 200) FROM bad_rows
        UNION ALL {of_rows}"""
    )
    rows = con.execute(
        f"""SELECT reason, count(*) AS n FROM refusals WHERE original = {literal(file.sha256)}
        GROUP BY reason ORDER BY n DESC, reason"""
    ).fetchall()
    return {str(reason): int(n) for reason, n in rows}


def let_go(con: DuckDBPyConnection) -> None:
    """Drop what a reader kept: it is not needed beside the rows."""
    for held in ("records", "objects"):
        con.execute(f"DROP TABLE IF EXISTS {held}")
