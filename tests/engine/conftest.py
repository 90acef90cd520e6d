"""A table of posts made from rows, for questions whose answer plain Python also gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from forensics.engine import PostTable

DEFAULTS: Mapping[str, Any] = {
    "original": "0" * 64, "row": 1, "account": "ada", "t_us": 1_551_702_896_000_000,
    "precision_s": 1, "basis": "written_offset", "offset_min": None, "id": None,
    "kind": "original", "client": None, "language": None, "text": None, "label": None,
    "media": None, "unit": None, "id_gap_s": None,
}  # fmt: skip
TYPES = [
    "VARCHAR",
    "BIGINT",
    "VARCHAR",
    "BIGINT",
    "INTEGER",
    "VARCHAR",
    "SMALLINT",
    "VARCHAR",
    "VARCHAR",
    "VARCHAR",
    "VARCHAR",
    "VARCHAR",
    "VARCHAR",
    "VARCHAR",
    "VARCHAR",
    "BIGINT",
]


@pytest.fixture
def build(
    tmp_path: Path, side_database: Callable[[], duckdb.DuckDBPyConnection]
) -> Iterator[Callable[..., PostTable]]:
    """Rows (partial; the rest by default) -> PostTable."""
    tables: list[PostTable] = []

    def make(rows: Sequence[Mapping[str, Any]], threads: int = 2) -> PostTable:
        full = [{**DEFAULTS, "row": i, **row} for i, row in enumerate(rows, start=1)]
        path = tmp_path / f"posts{len(tables)}.parquet"
        con = side_database()
        columns = ", ".join(f"{n} {t}" for n, t in zip(DEFAULTS, TYPES, strict=True))
        con.execute(f"CREATE TEMP TABLE posts ({columns})")
        lists = ", ".join(f"unnest(?::{kind}[])" for kind in TYPES)
        con.execute(f"INSERT INTO posts SELECT {lists}", [[r[n] for r in full] for n in DEFAULTS])
        con.execute(
            f"COPY (FROM posts ORDER BY account, t_us, original, row) TO '{path}' (FORMAT parquet)"
        )
        con.close()
        table = PostTable.build(path, tmp_path / f"t{len(tables)}", threads=threads)
        tables.append(table)
        return table

    yield make
    for table in tables:
        table.close()
