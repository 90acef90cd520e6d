"""The whole core reduction beside what a user would take instead: time, CPU and memory.

    python benchmarks/reduction.py --rows 1000000 --format csv
    python benchmarks/reduction.py --growth 1,3,10,30
    python benchmarks/reduction.py --rows 50000000 --format parquet --limit-mb 3000 --sides scan

Posts (CSV, NDJSON or Parquet, made here with a fixed seed) become cells, dates by hours, seconds,
minutes, gaps, texts shared within 60 seconds, and refused rows with their numbers, all written as
Parquet. Each side runs in a process of its own, in turn, round after round:

- gnomon: `gnomon count --no-posts`: hashes the file, reads and checks every row, compares times
  with the ids, counts; within `--limit-mb` of database memory;
- kept: `gnomon count`: that, and the posts in their order as Parquet;
- good: pandas, vectorised, no row lost; same: that, and the posts in their order as Parquet;
  loop: pandas as many scripts have it, a loop over accounts;
- polars: lazy and streaming (extra `bench`);
- sql: plain statements for DuckDB, without what makes a count evidence;
- scan: DuckDB counts the rows of the file, which is the least that reading can cost.

Prints medians and ratios, and checks that all agree on the rows of every table. `--record DATE`
adds a line to benchmarks/history.jsonl.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from reduction_measure import Cost, measure  # noqa: E402 - found beside this file
from reduction_posts import FORMS, Form, make  # noqa: E402 - found beside this file

HISTORY = ROOT / "benchmarks" / "history.jsonl"
SIDES = ("gnomon", "kept", "good", "same", "loop", "polars", "sql", "scan")
MILLION = 1_000_000


class Result(NamedTuple):
    """Medians of one side."""

    wall_s: float
    cpu_s: float
    peak_mb: int
    counts: Mapping[str, int]
    error: str


def work(side: str) -> Callable[[Path, Path, int], dict[str, int]]:
    """What a side does; imported where it runs, for imports are part of the cost."""
    if side in ("gnomon", "kept", "scan"):
        import reduction_ours

        ours = {"gnomon": reduction_ours.gnomon, "kept": reduction_ours.kept}
        return ours.get(side, reduction_ours.scan)
    if side == "polars":
        from reduction_polars import polars

        return polars
    if side == "sql":
        from reduction_sql import sql

        return sql
    import reduction_pandas

    ways = {"loop": reduction_pandas.loop, "same": reduction_pandas.same}
    return ways.get(side, reduction_pandas.vectorised)


def run(side: str, path: Path, limit_mb: int) -> Cost:
    """One side, once, in a process of its own."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix="out-") as out:
        command = [sys.executable, __file__, "--one", side, "--file", str(path)]
        return measure([*command, "--out", out, "--limit-mb", str(limit_mb)])


def compare(path: Path, sides: Sequence[str], rounds: int, limit_mb: int) -> dict[str, Result]:
    """Medians by side; the sides take turns, so that a slow minute falls on all of them."""
    costs: dict[str, list[Cost]] = {side: [] for side in sides}
    for number in range(rounds):
        for side in sides:
            if not any(cost.error for cost in costs[side]):
                costs[side].append(run(side, path, limit_mb))
                print(f"  round {number + 1}: {side}", file=sys.stderr, flush=True)
    return {side: _result(found) for side, found in costs.items()}


def _result(costs: Sequence[Cost]) -> Result:
    """Medians of the runs; the first failure if there is one."""
    failed = [cost for cost in costs if cost.error]
    counts = {} if failed else json.loads(costs[-1].said.splitlines()[-1])
    return Result(
        median(cost.wall_s for cost in costs),
        median(cost.cpu_s for cost in costs),
        round(median(cost.peak_mb for cost in costs)),
        counts,
        failed[0].error if failed else "",
    )


def show(results: Mapping[str, Result]) -> None:
    """Print medians and ratios to gnomon."""
    ours = results["gnomon"]
    print(f"  {'':7} {'wall s':>8} {'CPU s':>8} {'MB':>6}   ratio to gnomon: wall, CPU, memory")
    for side, found in results.items():
        if found.error:
            missing = "ModuleNotFoundError" in found.error
            said = "not installed (extra `bench`)" if missing else f"stopped: {found.error[:90]}"
            print(f"  {side:7} {said}")
            continue
        print(
            f"  {side:7} {found.wall_s:8.2f} {found.cpu_s:8.2f} {found.peak_mb:6}   "
            f"x{found.wall_s / ours.wall_s:.2f}  x{found.cpu_s / ours.cpu_s:.2f}  "
            f"x{found.peak_mb / ours.peak_mb:.2f}"
        )


def differences(results: Mapping[str, Result]) -> list[str]:
    """Where a side comes to other numbers than gnomon.

    The loop is not held to it: it reads rows that have a field too few, and loses those with one
    too many. Nor is the scan, which knows only the rows that it could split.
    """
    ours = results["gnomon"].counts
    found = []
    for side in ("good", "same", "polars", "sql"):
        if side in results and not results[side].error:
            counts = results[side].counts
            found += [
                f"{side}: {counts.get(name)} {name}, gnomon: {n}"
                for name, n in ours.items()
                if counts.get(name) != n
            ]
    return found


def growth(sizes: Sequence[float], form: Form, folder: Path, limit_mb: int) -> None:
    """Print time and memory at each size, and how fast they grow with the rows."""
    points = []
    for size in sizes:
        path = _made(round(size * MILLION), form, folder)
        cost = run("gnomon", path, limit_mb)
        path.unlink()
        if cost.error:
            print(f"  {size:g} M rows: stopped: {cost.error}")
            continue
        points.append((size, cost))
        print(
            f"  {size:5g} M rows: {cost.wall_s:8.2f} s wall, {cost.cpu_s:8.2f} s CPU "
            f"({cost.cpu_s / size:.2f} a million), {cost.peak_mb} MB",
            flush=True,
        )
    for name, values, expected in (
        ("wall", [cost.wall_s for _, cost in points], "1.0: each row costs the same"),
        ("CPU", [cost.cpu_s for _, cost in points], "1.0"),
        ("memory", [float(cost.peak_mb) for _, cost in points], "0 once it meets the limit"),
    ):
        if len(points) > 1:
            slope = _slope([size for size, _ in points], values)
            print(f"  slope of {name}: {slope:.2f} (expected {expected})")


def _slope(sizes: Sequence[float], values: Sequence[float]) -> float:
    """Least-squares slope of log value over log size."""
    x, y = [math.log(size) for size in sizes], [math.log(value) for value in values]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    across = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return across / sum((a - mean_x) ** 2 for a in x)


def record(asked: argparse.Namespace, results: Mapping[str, Result]) -> None:
    """Add one line to the history."""
    commit, changed = (
        subprocess.run(
            ["git", "-C", str(ROOT), *asking], capture_output=True, text=True, check=False
        ).stdout.strip()
        for asking in (["rev-parse", "--short", "HEAD"], ["status", "--porcelain", "forensics"])
    )
    ours = results["gnomon"]
    line = {
        "date": asked.record,
        "commit": commit + ("+" if changed else ""),
        "rows": asked.rows,
        "format": asked.format,
        "limit_mb": asked.limit_mb,
        "rounds": asked.rounds,
        "cores": os.cpu_count(),
        "gnomon": {
            "wall_s": round(ours.wall_s, 2),
            "cpu_s": round(ours.cpu_s, 2),
            "peak_mb": ours.peak_mb,
        },
        "ratios": {
            side: {
                "wall": round(found.wall_s / ours.wall_s, 2),
                "cpu": round(found.cpu_s / ours.cpu_s, 2),
                "memory": round(found.peak_mb / ours.peak_mb, 2),
            }
            for side, found in results.items()
            if side != "gnomon" and not found.error
        },
    }
    with HISTORY.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def _made(rows: int, form: Form, folder: Path) -> Path:
    path = folder / f"posts-{rows}.{form}"
    if not path.exists():  # by another process: a child inherits its parent's peak of memory
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            pool.submit(make, rows, form, path).result()
    return path


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="the core reduction beside pandas and Polars")
    parser.add_argument("--rows", type=int, default=MILLION)
    parser.add_argument("--format", choices=FORMS, default="csv")
    parser.add_argument("--sides", default=",".join(SIDES))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit-mb", type=int, default=1500)
    parser.add_argument("--growth", help="millions of rows, such as 1,3,10,30")
    parser.add_argument("--folder", type=Path, help="for the files; they stay there")
    parser.add_argument("--record", metavar="DATE", help="add a line to benchmarks/history.jsonl")
    parser.add_argument("--one", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> int:
    """Measure and print; 1 if the sides disagree or gnomon stopped."""
    asked = _asked()
    if asked.one:
        print(json.dumps(work(asked.one)(asked.file, asked.out, asked.limit_mb)))
        return 0
    with tempfile.TemporaryDirectory(prefix="gnomon-reduction-") as made:
        folder: Path = asked.folder or Path(made)
        folder.mkdir(exist_ok=True)
        if asked.growth:
            print(f"growth, {asked.format}, {asked.limit_mb} MB for the database")
            sizes = [float(size) for size in asked.growth.split(",")]
            growth(sizes, asked.format, folder, asked.limit_mb)
            return 0
        path = _made(asked.rows, asked.format, folder)
        size = path.stat().st_size / 1e6
        print(f"{asked.rows:,} rows, {asked.format}, {size:.0f} MB; medians of {asked.rounds}")
        sides = [side for side in SIDES if side in asked.sides.split(",") or side == "gnomon"]
        results = compare(path, sides, asked.rounds, asked.limit_mb)
        if results["gnomon"].error:
            print(f"  gnomon stopped: {results['gnomon'].error}")
            return 1
        show(results)
        for line in (differ := differences(results)):
            print(f"  DIFFERS {line}")
        if asked.record:
            record(asked, results)
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
