"""Writes the rows that were read as the table of posts, in its one order."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.read.database import first_row, literal, write_parquet
from forensics.read.idclock import gap_s

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_PRECISION = "greatest(precision_s, column_precision_s)"
_COLUMNS = {
    "original": "CAST(original AS VARCHAR)",
    "row": "row",
    "account": "account",
    "t_us": "t_us",
    "precision_s": _PRECISION,
    "basis": "basis",
    "offset_min": "offset_min",
    "id": "id",
    "kind": "kind",
    "client": "client",
    "language": "language",
    "text": "text",
    "label": "label",
    "media": "media",
    "unit": "unit",
    "id_gap_s": f"CASE WHEN ids_used AND id_us IS NOT NULL THEN {gap_s('t_us', _PRECISION)} END",
    "urls": "urls",
    "repost_of": "repost_of",
    "reply_to": "reply_to",
}
"""Columns of the table of posts, described in docs/readers.md, in order -> SQL over `rows`."""
_OFTEN_ONE = ("original", "basis", "kind")
"""Columns that hold one value in many files."""
_OFTEN_EMPTY = (
    "offset_min", "id", "client", "language", "text", "label", "media", "unit", "urls",
    "repost_of", "reply_to",
)  # fmt: skip
_CODES = """
CREATE OR REPLACE TEMP TABLE codes AS
SELECT account, row_number() OVER (ORDER BY account) AS account_code
FROM (SELECT DISTINCT account FROM rows WHERE reason IS NULL);
UPDATE files SET file_code = place FROM
    (SELECT original, row_number() OVER (ORDER BY original) AS place FROM files) AS ordered
WHERE files.original = ordered.original
"""
"""Numbers that stand in the order of the texts; sorting by them costs half as much."""


def file_names(originals: Iterable[str]) -> str:
    """SQL of the type that holds the hashes of these files: a number a row instead of 64 digits."""
    listed = ", ".join(literal(original) for original in sorted(originals))
    return f"CREATE TYPE original_file AS ENUM ({listed});"


def write_posts(con: DuckDBPyConnection, path: Path) -> None:
    """Write the good ones of `rows` to a Parquet file, by account, time, file and row.

    Columns that say the same in all rows are left out of the sorting and added behind it: they
    are most of the width of most files, and sorting costs by the width. Leaves `codes` behind.
    """
    con.execute(_CODES)
    ones = ", ".join(f"min({name}), max({name})" for name in _OFTEN_ONE)
    counts = ", ".join(f"count({name})" for name in _OFTEN_EMPTY)
    found = first_row(con, f"SELECT {ones}, {counts} FROM rows WHERE reason IS NULL")
    after = {name: name for name in _COLUMNS}
    for place, name in enumerate(_OFTEN_ONE):
        low, high = found[2 * place : 2 * place + 2]
        if low is not None and low == high:
            after[name] = f"CAST({literal(str(low))} AS VARCHAR)"
    types = {"offset_min": "SMALLINT"}
    for name, count in zip(_OFTEN_EMPTY, found[2 * len(_OFTEN_ONE) :], strict=True):
        if not count:
            after[name] = f"CAST(NULL AS {types.get(name, 'VARCHAR')})"
    sorted_columns = ", ".join(
        f"{sql} AS {name}" for name, sql in _COLUMNS.items() if after[name] == name
    )
    listed = ", ".join(f"{sql} AS {name}" for name, sql in after.items())
    write_parquet(
        con,
        f"""SELECT {listed} FROM (SELECT {sorted_columns}
        FROM rows JOIN files USING (original) JOIN codes USING (account) WHERE reason IS NULL
        ORDER BY account_code, t_us, file_code, row)""",
        path,
    )
