"""The core reduction with Gnomon, and the bare scan that no reading can be faster than."""

from __future__ import annotations

import hashlib
from pathlib import Path

Counts = dict[str, int]
"""Rows read, rows refused, and rows of each table that was written."""
HOURS = """SELECT CAST((q - q % 96) / 96 AS BIGINT) AS day, CAST((q % 96 - q % 4) / 4 AS BIGINT)
    AS hour, CAST(SUM(n) AS BIGINT) AS n FROM cells GROUP BY 1, 2"""
MINUTES = """SELECT CAST((s - s % 60) / 60 AS BIGINT) AS minute, CAST(SUM(n) AS BIGINT) AS n
    FROM seconds GROUP BY 1"""


def gnomon(path: Path, out: Path, limit_mb: int) -> Counts:
    """Posts and refusals as Parquet in their order, then every table of the reduction."""
    from forensics.engine.reduction import REDUCTIONS
    from forensics.engine.runner import open_runner
    from forensics.read import ReadOptions, SourceFile, read_posts

    file = SourceFile(hashlib.sha256(path.name.encode()).hexdigest(), path.name, path)
    options = ReadOptions(memory_limit_mb=limit_mb)
    reading = read_posts([file], options, out, lambda *_: None)
    counts = {
        "read": sum(source.rows_read for source in reading.sources),
        "refused": sum(source.rows_refused for source in reading.sources),
    }
    with open_runner(
        "duckdb", memory_limit_mb=limit_mb, threads=options.threads, scratch=out
    ) as runner:
        runner.table("posts", [reading.posts])
        for one in REDUCTIONS:
            runner.write(one.statement, out / f"{one.name}.parquet", one.key)
        for name in ("cells", "seconds"):
            runner.table(name, [out / f"{name}.parquet"])
        runner.write(HOURS, out / "hours.parquet", ("day", "hour"))
        runner.write(MINUTES, out / "minutes.parquet", ("minute",))
    return counts | rows_of(out)


def rows_of(out: Path) -> Counts:
    """Rows of the tables in a folder."""
    import duckdb

    names = ("cells", "hours", "seconds", "minutes", "gaps", "windows")
    return {name: int(duckdb.read_parquet(str(out / f"{name}.parquet")).shape[0]) for name in names}


def scan(path: Path, out: Path, limit_mb: int) -> Counts:
    """DuckDB counts the rows and looks at nothing else; broken lines are left out silently."""
    import duckdb

    del out
    con = duckdb.connect(config={"memory_limit": f"{limit_mb}MB", "threads": "2"})
    con.execute("SET enable_progress_bar = false")
    columns = "{" + ", ".join(f"'c{at}': 'VARCHAR'" for at in range(6)) + "}"
    source = {
        ".csv": f"read_csv('{path}', header=true, auto_detect=false, delim=',', quote='\"', "
        f"escape='\"', ignore_errors=true, columns={columns})",
        ".ndjson": f"read_ndjson_objects('{path}', ignore_errors=true)",
        ".parquet": f"read_parquet('{path}')",
    }[path.suffix]
    column = {".csv": "c1", ".ndjson": "json", ".parquet": "account"}[path.suffix]
    row = con.execute(f"SELECT count(*), count({column}) FROM {source}").fetchone()
    return {"read": int(row[0]) if row else 0}
