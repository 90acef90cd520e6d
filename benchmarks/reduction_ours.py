"""The core reduction with Gnomon, and the bare scan that no reading can be faster than."""

from __future__ import annotations

from pathlib import Path

Counts = dict[str, int]
"""Rows read, rows refused, and rows of each table that was written."""
HOURS = """SELECT CAST((q - q % 96) / 96 AS BIGINT) AS day, CAST((q % 96 - q % 4) / 4 AS BIGINT)
    AS hour, CAST(SUM(n) AS BIGINT) AS n FROM cells GROUP BY 1, 2"""
MINUTES = """SELECT CAST((s - s % 60) / 60 AS BIGINT) AS minute, CAST(SUM(n) AS BIGINT) AS n
    FROM seconds GROUP BY 1"""


def gnomon(path: Path, out: Path, limit_mb: int) -> Counts:
    """Every table of the reduction and the refusals, as `gnomon count --no-posts` writes them."""
    return _counted(path, out, limit_mb, posts=False)


def kept(path: Path, out: Path, limit_mb: int) -> Counts:
    """The same and the posts in their order as Parquet, as `gnomon count` writes them."""
    return _counted(path, out, limit_mb, posts=True)


def _counted(path: Path, out: Path, limit_mb: int, *, posts: bool) -> Counts:
    from forensics.engine.runner import open_runner
    from forensics.job.counting.adding import Machine, count_into
    from forensics.job.counting.folder import Settings

    machine = Machine(memory_mb=limit_mb)
    done = count_into(out / "counts", [path], settings=Settings(posts=posts), machine=machine)
    (part,) = done.folder.parts
    for name in ("cells", "seconds", "gaps", "windows"):
        done.folder.path(name, part).replace(out / f"{name}.parquet")
    with open_runner(memory_limit_mb=limit_mb, threads=machine.threads, scratch=out) as runner:
        for name in ("cells", "seconds"):
            runner.table(name, [out / f"{name}.parquet"])
        runner.write(HOURS, out / "hours.parquet", ("day", "hour"))
        runner.write(MINUTES, out / "minutes.parquet", ("minute",))
    return {"read": part.posts, "refused": part.refused} | rows_of(out)


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
