"""How long posts take to CSV: an invented table, streamed. `python benchmarks/exports.py [N]`."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from forensics.export.csvfiles import write_large

POSTS = 1_000_000
INVENTED = """
SELECT sha256((i % 3)::VARCHAR) AS original, i AS "row",
 'account ' || lpad((i % 5000)::VARCHAR, 5, '0') AS account,
 1700000000000000 + i * 13000000 AS t_us,
 1::INTEGER AS precision_s, 'platform_utc' AS basis, NULL::SMALLINT AS offset_min,
 (900000000000000000 + i)::VARCHAR AS id, 'original' AS kind, 'Web' AS client, 'en' AS language,
 CASE WHEN i % 7 = 0 THEN '=SUM(1) ' ELSE '' END || 'Words of a post, number ' || i
  || repeat(' and more', 8) AS text, NULL::VARCHAR AS label, 'A' AS unit
FROM range({posts}) r(i) ORDER BY account, t_us
"""


def main(posts: int) -> None:
    """Print seconds, size and peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "posts.parquet"
        duckdb.execute(f"COPY ({INVENTED.format(posts=posts)}) TO '{table}' (FORMAT parquet)")
        started = time.perf_counter()
        done = [*write_large(table.parent, table.parent, [])]
        took = time.perf_counter() - started
        size = sum(path.stat().st_size for path in done)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{posts:,} posts: {took:.1f} s, {size / 1e6:,.0f} MB, peak memory {peak:,} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else POSTS)
