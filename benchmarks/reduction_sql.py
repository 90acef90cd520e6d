"""The core reduction as one who knows DuckDB writes it: plain SQL, and nothing that makes evidence.

No hash of the file, no number of a refused record that is no broken line, no ids, no look at how
times are written: that is given here. Texts are told apart by 64 bits.
"""

from __future__ import annotations

from pathlib import Path

from reduction_ours import Counts, rows_of
from reduction_posts import COLUMNS

TABLES = {
    "cells": "SELECT account, t // 900 AS q, COUNT(*) AS n FROM good GROUP BY ALL ORDER BY ALL",
    "hours": "SELECT t // 3600 AS hour, COUNT(*) AS n FROM good GROUP BY ALL ORDER BY ALL",
    "seconds": "SELECT account, t % 3600 AS s, COUNT(*) AS n FROM good GROUP BY ALL ORDER BY ALL",
    "minutes": "SELECT t % 3600 // 60 AS m, COUNT(*) AS n FROM good GROUP BY ALL ORDER BY ALL",
    "gaps": """SELECT account, gap_s, COUNT(*) AS n FROM (
            SELECT account, t - LAG(t) OVER (PARTITION BY account ORDER BY t) AS gap_s FROM good)
        WHERE gap_s IS NOT NULL GROUP BY ALL ORDER BY ALL""",
    "windows": """SELECT DISTINCT h, t // 60 AS minute, account FROM (
            SELECT *, MIN(account) OVER near <> MAX(account) OVER near AS shared FROM good
            SEMI JOIN (SELECT h FROM good GROUP BY h HAVING MIN(account) <> MAX(account)) USING (h)
            WINDOW near AS (PARTITION BY h ORDER BY t
                RANGE BETWEEN 60 PRECEDING AND 60 FOLLOWING))
        WHERE shared ORDER BY ALL""",
}


def sql(path: Path, out: Path, limit_mb: int) -> Counts:
    """Every table from one table of accounts, seconds and hashes of texts."""
    import duckdb

    out.mkdir(exist_ok=True)
    con = duckdb.connect(config={"memory_limit": f"{limit_mb}MB", "threads": "2"})
    con.execute("SET enable_progress_bar = false")
    con.execute(f"SET temp_directory = '{out / 'spill'}'")
    columns = "{" + ", ".join(f"'{name}': 'VARCHAR'" for name in COLUMNS) + "}"
    source = {
        ".csv": f"read_csv('{path}', header=true, auto_detect=false, delim=',', quote='\"', "
        f"escape='\"', store_rejects=true, columns={columns})",
        ".ndjson": f"read_json('{path}', format='newline_delimited', ignore_errors=true, "
        f"columns={columns})",
        ".parquet": f"read_parquet('{path}')",
    }[path.suffix]
    con.execute(
        f"""CREATE TEMP TABLE rows AS SELECT account, hash(text) AS h,
            epoch(TRY_CAST(left(created_at, 19) AS TIMESTAMP))::BIGINT AS t FROM {source}"""
    )
    con.execute("CREATE VIEW good AS FROM rows WHERE t IS NOT NULL AND account <> ''")
    for name, statement in TABLES.items():
        con.execute(f"COPY ({statement}) TO '{out / name}.parquet' (FORMAT parquet)")
    rejected = 0
    if path.suffix == ".csv":
        counted = con.execute("SELECT COUNT(DISTINCT line) FROM reject_errors").fetchone()
        rejected = int(counted[0]) if counted else 0
    row = con.execute("SELECT (SELECT COUNT(*) FROM good), COUNT(*) FROM rows").fetchone()
    read, present = (int(row[0]), int(row[1])) if row else (0, 0)
    return {"read": read, "refused": present - read + rejected} | rows_of(out)
