"""Writes the rows that were read as the table of posts, in its one order."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from forensics.read.database import first_row, in_order, literal, write_parquet
from forensics.read.idclock import gap_s
from forensics.read.rows import GOOD, PRECISION

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_COLUMNS = (
    "original", "row", "account", "t_us", "precision_s", "basis", "offset_min", "id", "kind",
    "client", "language", "text", "label", "media", "unit", "id_gap_s", "urls", "repost_of",
    "reply_to",
)  # fmt: skip
"""Columns of the table of posts, described in docs/readers.md, in order."""
_RECKONED = {
    "precision_s": PRECISION,
    "id_gap_s": f"CASE WHEN ids_used AND id_us IS NOT NULL THEN {gap_s('t_us', PRECISION)} END",
}
"""SQL of columns that `rows` has not, or not for good."""
_OFTEN_ONE = ("original", "basis", "kind")
"""Columns that hold one value in many files."""
_OFTEN_EMPTY = (
    "offset_min", "id", "client", "language", "text", "label", "media", "unit", "urls",
    "repost_of", "reply_to",
)  # fmt: skip


def write_posts(con: DuckDBPyConnection, path: Path) -> None:
    """Write the good ones of `rows` to a Parquet file, by account, time, file and row.

    Columns that say the same in all rows are left out of the sorting and added behind it: they
    are most of the width of most files, and sorting costs by the width.
    """
    ones = ", ".join(f"min({name}), max({name})" for name in _OFTEN_ONE)
    counts = ", ".join(f"count({name})" for name in _OFTEN_EMPTY)
    found = first_row(con, f"SELECT {ones}, {counts} FROM rows WHERE reason IS NULL")
    after = {name: name for name in _COLUMNS}
    spared = []
    for place, name in enumerate(_OFTEN_ONE):
        low, high = found[2 * place : 2 * place + 2]
        if low is not None and low == high:
            after[name] = f"CAST({literal(str(low))} AS VARCHAR)"
            spared.append(name)
    types = {"offset_min": "SMALLINT"}
    for name, count in zip(_OFTEN_EMPTY, found[2 * len(_OFTEN_ONE) :], strict=True):
        if not count:
            after[name] = f"CAST(NULL AS {types.get(name, 'VARCHAR')})"
            spared.append(name)
    columns = ", ".join(
        f"{_RECKONED.get(name, name)} AS {name}" for name in _COLUMNS if name not in spared
    )
    listed = ", ".join(f"{sql} AS {name}" for name, sql in after.items())
    key = [name for name in ("account", "t_us", "original", "row") if name not in spared]
    ordered = in_order(con, f"SELECT {columns} FROM {GOOD}", key)
    write_parquet(con, f"SELECT {listed} FROM ({ordered})", path)
