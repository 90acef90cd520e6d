"""Small tables of posts made in a test: rows in, a counted PostTable out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import duckdb
import pytest

from forensics.engine import PostTable

SHA = "a" * 64


@pytest.fixture
def make_posts(
    tmp_path: Path, side_database: Callable[[], duckdb.DuckDBPyConnection]
) -> Callable[..., PostTable]:
    """`make_posts({"account": [utc second, ...]}, basis=..., precision_s=...)` -> PostTable."""
    made = 0

    def build(
        times: Mapping[str, Sequence[int]],
        *,
        basis: str = "platform_utc",
        precision_s: int = 1,
        unit: Mapping[str, str] | None = None,
    ) -> PostTable:
        nonlocal made
        made += 1
        folder = tmp_path / f"posts{made}"
        folder.mkdir()
        rows = sorted(
            (account, int(second) * 1_000_000)
            for account, seconds in times.items()
            for second in seconds
        )
        path = folder / "posts.parquet"
        with side_database() as con:
            con.execute(
                "CREATE TEMP TABLE p (account VARCHAR, t_us BIGINT, row BIGINT, unit VARCHAR)"
            )
            for start in range(0, len(rows), 20_000):
                part = rows[start : start + 20_000]
                con.execute(
                    "INSERT INTO p SELECT unnest(?::VARCHAR[]), unnest(?::BIGINT[]),"
                    " unnest(?::BIGINT[]), unnest(?::VARCHAR[])",
                    [
                        [account for account, _ in part],
                        [moment for _, moment in part],
                        list(range(start + 1, start + len(part) + 1)),
                        [(unit or {}).get(account) for account, _ in part],
                    ],
                )
            con.execute(
                f"COPY (SELECT '{SHA}' AS original, row, account, t_us,"
                f" {precision_s}::INTEGER AS precision_s, '{basis}' AS basis,"
                " NULL::SMALLINT AS offset_min, NULL::VARCHAR AS id, 'original' AS kind,"
                " NULL::VARCHAR AS client, NULL::VARCHAR AS language, NULL::VARCHAR AS text,"
                " NULL::VARCHAR AS label, NULL::VARCHAR AS media, unit, NULL::BIGINT AS id_gap_s"
                f" FROM p ORDER BY account, t_us, row) TO '{path}' (FORMAT parquet)"
            )
        return PostTable.build(path, folder)

    return build
