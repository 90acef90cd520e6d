"""Tables of made-up posts for the benchmarks of ties."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from forensics.clues import Evidence
from forensics.engine import PostTable
from forensics.reference.places import load_gazetteer

_EMPTY = ("id", "client", "language", "label", "media", "unit")


def table(rows: pd.DataFrame, folder: Path) -> PostTable:
    """Posts (account, t_us, text, urls, repost_of) as the readers write them."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "posts.parquet"
    rows = rows.sort_values(["account", "t_us"], kind="stable").reset_index(drop=True)
    for name in ("text", "urls", "repost_of"):
        if name not in rows:
            rows[name] = None
    with duckdb.connect(config={"threads": "1"}) as con:
        con.register("given", rows)
        empty = ", ".join(f"NULL::VARCHAR AS {name}" for name in _EMPTY)
        con.execute(
            f"""COPY (SELECT repeat('a', 64) AS original, row_number() OVER () AS row, account,
            CAST(t_us AS BIGINT) AS t_us, 1::INTEGER AS precision_s, 'platform_utc' AS basis,
            NULL::SMALLINT AS offset_min, 'original' AS kind, CAST(text AS VARCHAR) AS text,
            CAST(urls AS VARCHAR) AS urls, CAST(repost_of AS VARCHAR) AS repost_of,
            NULL::BIGINT AS id_gap_s, {empty} FROM given) TO '{path}' (FORMAT parquet)"""
        )
    return PostTable.build(path, folder, memory_limit_mb=1000)


def evidence(posts: PostTable) -> Evidence:
    """The posts alone."""
    return Evidence(posts=posts, images=(), units=posts.units("pool"), places=load_gazetteer())


def wilson(k: int, n: int) -> str:
    """`.950 [.90, .98]`: a share with its 95 % interval."""
    if n == 0:
        return "none"
    z, p = 1.96, k / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return f"{p:.3f} [{max(0.0, middle - half):.3f}, {min(1.0, middle + half):.3f}]"
