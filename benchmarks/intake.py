"""Speed and memory of reading posts and counting them, beside pandas doing the same work.

    python benchmarks/intake.py --rows 300000

Makes the same seeded posts as CSV, JSON lines and Parquet in a temporary folder, then reads each
in a fresh process, three ways:

- gnomon: readers, posts and refusals as Parquet in a fixed order, cells;
- same: pandas with the same results, vectorised: rows numbered, refusals kept with their raw text,
  posts sorted and written as Parquet, counts per account and quarter-hour;
- bare: pandas as a first script does it: read, parse times, drop what fails, count.

Prints seconds of wall clock and of CPU (steadier on a busy machine), peak memory of the process,
and ratios to gnomon. `--loop` adds a loop over accounts, as many scripts have it.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

SEED = 11
"""Decides the posts."""
FORMATS = ("csv", "ndjson", "parquet")


class Cost(NamedTuple):
    """What one way of reading a file needs."""

    wall_s: float
    cpu_s: float
    peak_mb: int
    posts: int


def make(rows: int, folder: Path) -> dict[str, Path]:
    """The same posts in each format; one row in a thousand has no readable time."""
    import duckdb

    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    # hash() spreads well enough here: these are loads for a clock, not results of anything
    con.execute(
        f"""CREATE TABLE posts AS SELECT
            'account' || (hash(i * 7 + {SEED}) % 5000) AS account,
            CASE WHEN i % 1000 = 999 THEN 'soon' ELSE strftime(make_timestamp(
                1500000000000000 + i * 9000000 + (hash(i) % 5000000)::BIGINT),
                '%Y-%m-%dT%H:%M:%SZ') END AS created_at,
            'words, "quoted" and more words about nothing ' || repeat('x', (hash(i) % 120)::INT)
                AS text,
            ['en', 'de', 'ru'][1 + (hash(i * 3) % 3)::INT] AS language
        FROM range({rows}) t(i)"""
    )
    paths = {form: folder / f"posts.{form}" for form in FORMATS}
    con.execute(f"COPY posts TO '{paths['csv']}' (FORMAT csv, HEADER)")
    con.execute(f"COPY posts TO '{paths['ndjson']}' (FORMAT json)")
    con.execute(f"COPY posts TO '{paths['parquet']}' (FORMAT parquet)")
    con.close()
    return paths


def ours(path: Path, out: Path) -> int:
    """Read and count with Gnomon; gives the posts read."""
    from forensics.engine import PostTable
    from forensics.read import ReadOptions, SourceFile, read_posts

    file = SourceFile(hashlib.sha256(path.name.encode()).hexdigest(), path.name, path)
    reading = read_posts([file], ReadOptions(), out, lambda *_: None)
    with PostTable.build(reading.posts, out) as table:
        return table.count()


def _frame(path: Path) -> pd.DataFrame:
    """A file as a frame (Parquet through DuckDB where pyarrow is not installed)."""
    import duckdb
    import pandas as pd

    if path.suffix == ".csv":
        return pd.read_csv(path)
    if path.suffix == ".ndjson":
        return pd.read_json(path, lines=True, convert_dates=False)
    frame: pd.DataFrame = duckdb.read_parquet(str(path)).df()
    return frame


def same_with_pandas(path: Path, out: Path) -> int:
    """The same results with pandas, vectorised; gives the posts read."""
    import duckdb
    import pandas as pd

    frame = _frame(path)
    frame["row"] = range(1, len(frame) + 1)
    moments = pd.to_datetime(frame["created_at"], utc=True, errors="coerce", format="ISO8601")
    refusals = frame.loc[moments.isna(), ["row", "created_at"]]
    frame = frame.assign(t=moments)[moments.notna()].sort_values(["account", "t", "row"])
    cells = frame.groupby(["account", frame["t"].dt.floor("15min")]).size().reset_index(name="n")
    out.mkdir(exist_ok=True)
    for name, table in (("posts", frame), ("refusals", refusals), ("cells", cells)):
        duckdb.from_df(table).to_parquet(str(out / f"{name}.parquet"))
    return len(frame)


def bare_pandas(path: Path, out: Path) -> int:
    """Read and count with pandas, vectorised; gives the posts read."""
    import pandas as pd

    del out
    frame = _frame(path)
    moments = pd.to_datetime(frame["created_at"], utc=True, errors="coerce", format="ISO8601")
    frame = frame.assign(q=moments.dt.floor("15min"))[moments.notna()]
    cells = frame.groupby(["account", "q"]).size()
    return int(cells.sum())


def with_a_loop(path: Path, out: Path) -> int:
    """Read with pandas, then count in a loop over accounts, as many scripts do."""
    import pandas as pd

    del out
    frame = pd.read_csv(path)
    frame["moment"] = pd.to_datetime(frame["created_at"], utc=True, errors="coerce")
    total = 0
    for account in frame["account"].unique():
        mine = frame[frame["account"] == account].dropna(subset=["moment"])
        total += int(mine["moment"].dt.floor("15min").value_counts().sum())
    return total


def _child(pipe: Connection, work: Callable[[Path, Path], int], path: Path, out: Path) -> None:
    """Run one measurement and send its cost."""
    start = time.perf_counter()
    count = work(path, out)
    elapsed = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_SELF)
    pipe.send(Cost(elapsed, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024, count))


def measure(work: Callable[[Path, Path], int], path: Path, folder: Path) -> Cost:
    """What one fresh process needs, imports of the libraries included."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=_child, args=(theirs, work, path, folder / "tables"))
    process.start()
    theirs.close()
    try:
        cost = mine.recv()
    except EOFError:  # the process died, of memory for example
        return Cost(float("nan"), float("nan"), 0, -1)
    finally:
        process.join()
    return Cost(*cost)


def show(name: str, cost: Cost, ours: Cost) -> None:
    """Print one line."""
    print(
        f"  {name:7} {cost.wall_s:7.2f} s  CPU {cost.cpu_s:7.2f} s  {cost.peak_mb:6} MB   "
        f"x{cost.wall_s / ours.wall_s:.2f} wall  x{cost.cpu_s / ours.cpu_s:.2f} CPU  "
        f"x{cost.peak_mb / max(ours.peak_mb, 1):.2f} memory"
    )


def main() -> int:
    """Measure and print; 1 if the two sides disagree about the number of posts."""
    parser = argparse.ArgumentParser(description="intake against pandas")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--loop", action="store_true", help="also a loop over accounts (CSV)")
    asked = parser.parse_args()
    differ = 0
    with tempfile.TemporaryDirectory(prefix="gnomon-intake-") as made:
        folder = Path(made)
        paths = make(asked.rows, folder)
        print(f"{asked.rows:,} rows; ratios to gnomon: above 1 costs more")
        for form in FORMATS:
            size = paths[form].stat().st_size / 1e6
            print(f"{form}, {size:.0f} MB")
            here = measure(ours, paths[form], folder)
            ways = [("same", same_with_pandas), ("bare", bare_pandas)]
            if asked.loop and form == "csv":
                ways.append(("loop", with_a_loop))
            show("gnomon", here, here)
            for name, work in ways:
                there = measure(work, paths[form], folder)
                show(name, there, here)
                differ += there.posts != here.posts
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
