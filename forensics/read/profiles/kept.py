"""The facts of accounts between readings: kept in a file, taken up again when more files come.

Which account of a list is which account of the posts, and which value came first, can only be said
of all files together. So a later reading needs the facts of the earlier ones, not only its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.case.files import no_glob
from forensics.read.database import literal, write_parquet

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Earlier:
    """What readings before this one have read."""

    facts: tuple[Path, ...]
    """Files written by `keep`, one a reading."""
    posts: tuple[Path, ...]
    """Their tables of posts."""
    accounts: tuple[Path, ...]
    """Parquet files whose column `account` names the accounts of posts."""
    names: Mapping[str, str]
    """SHA-256 of each file -> its name."""


def keep(con: DuckDBPyConnection, path: Path) -> None:
    """Write the facts of the files that were read, and the other names of accounts of lists."""
    write_parquet(
        con,
        """SELECT *, NULL::VARCHAR AS key FROM facts UNION ALL BY NAME SELECT * FROM listed
        ORDER BY original, account, field, value, key""",
        path,
    )


def recall(con: DuckDBPyConnection, earlier: Earlier) -> None:
    """Put the facts of earlier readings into `facts` and `listed`, their accounts into `names`."""
    for path in earlier.facts:
        table = f"read_parquet({literal(no_glob(path))})"
        con.execute(f"INSERT INTO facts SELECT * EXCLUDE (key) FROM {table} WHERE key IS NULL")
        con.execute(
            f"INSERT INTO listed SELECT original, account, key FROM {table} WHERE key IS NOT NULL"
        )
    for path in earlier.accounts:
        con.execute(
            f"""INSERT INTO names SELECT DISTINCT account, TRUE
            FROM read_parquet({literal(no_glob(path))}) AS before
            ANTI JOIN (SELECT account FROM names WHERE posts) AS posting USING (account)"""
        )
