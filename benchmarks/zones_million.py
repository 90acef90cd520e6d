"""Time and memory of the quick look at zones, by number of accounts, on made-up counts.

    python -m benchmarks.zones_million --accounts 10000 100000 1000000

Accounts post about a hundred times in a year, each at the hours of one person of the library moved
to one of the common offsets; the seed is fixed. Seconds are those of one core. The slope is that of
log time over log accounts: 1 is linear.
"""

from __future__ import annotations

import argparse
import math
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from forensics.job.counting.adding import Machine
from forensics.job.counting.folder import (
    TABLES,
    Folder,
    Part,
    Settings,
    add_part,
    open_folder,
)
from forensics.job.counting.zones import write_zones
from forensics.read.database import connected, write_parquet
from forensics.reference.templates import WEEK, library

START_Q = 1_892_736 + 96 * 4
"""A Monday in December 2023; accounts post for a year."""
OFFSETS_MIN = (-480, -300, -180, 0, 60, 120, 180, 330, 480, 540)
WEEKS = 52
AT_ONCE = 10_000
MEMORY_MB = 1500


def make(root: Path, accounts: int, posts: int, seed: int) -> Folder:
    """A folder of counts with the tables that the quick look reads; the others are empty."""
    curves = np.exp(library().scores / 1000)
    curves = np.cumsum(curves / curves.sum(axis=0), axis=0)
    rng = np.random.default_rng(seed)
    made = root / "made"
    made.mkdir(parents=True)
    with connected(memory_limit_mb=MEMORY_MB, threads=1, scratch=root / "spill") as con:
        con.execute("CREATE TEMP TABLE rows (code BIGINT, q BIGINT)")
        for low in range(0, accounts, AT_ONCE):
            some = min(AT_ONCE, accounts - low)
            person = rng.integers(0, curves.shape[1], some)
            away = rng.choice(np.array(OFFSETS_MIN) // 15, some)
            local = np.array([np.searchsorted(curves[:, one], rng.random(posts)) for one in person])
            q = START_Q + local + WEEK * rng.integers(0, WEEKS, (some, posts)) - away[:, np.newaxis]
            drawn = {"code": np.repeat(np.arange(low, low + some), posts), "q": q.ravel()}
            con.register("drawn", _frame(drawn))
            con.execute("INSERT INTO rows SELECT code, q FROM drawn")
            con.unregister("drawn")
        con.execute(
            """CREATE TEMP VIEW posts AS SELECT 'account' || printf('%08d', code) AS account,
            'original' AS kind, q, q * 900000000 AS t_us FROM rows"""
        )
        for name, statement in _STATEMENTS.items():
            write_parquet(con, statement, made / f"{name}.parquet")
    for name in TABLES:
        (made / f"{name}.parquet").touch()
    files = {name: made / f"{name}.parquet" for name in TABLES}
    sizes = {name: path.stat().st_size for name, path in files.items()}
    nothing = dict.fromkeys(TABLES, 0)
    part = Part(1, (), (), 0, 0, nothing, sizes, "made up", "")
    return add_part(Folder(root / "counts", Settings(), ()), made, part)


_STATEMENTS = {
    "cells": """SELECT account, kind, q, COUNT(*) AS n FROM posts
        GROUP BY account, kind, q ORDER BY account, kind, q""",
    "spans": """SELECT account, COUNT(*) AS n, MIN(t_us) AS first_us, MAX(t_us) AS last_us
        FROM posts GROUP BY account ORDER BY account""",
    "clocks": """SELECT account, 'platform_utc' AS basis, 1 AS precision_s, COUNT(*) AS n
        FROM posts GROUP BY account ORDER BY account""",
}


def _frame(columns: dict[str, np.ndarray]) -> object:
    import pandas as pd

    return pd.DataFrame(columns)


def peak_mb() -> float:
    """The most memory this process has had; what its parent had is not in it, unlike ru_maxrss."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def look(root: Path, threads: int) -> None:
    """Answer for a folder of counts; prints seconds of one core, on the wall, and the memory."""
    before = peak_mb()
    wall, cpu = time.perf_counter(), time.process_time()
    found = write_zones(open_folder(root), Machine(memory_mb=MEMORY_MB, threads=threads))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = peak_mb()
    size = found.path.stat().st_size / 1e6
    print(
        f"{cpu:.1f} {found.accounts:,} accounts: {cpu:.1f} s of one core, {wall:.1f} s on the "
        f"wall, {1e6 * cpu / found.accounts:.0f} us each; found {found.found:,}; "
        f"peak {peak:,.0f} MB ({before:,.0f} before); zones.parquet {size:.1f} MB"
    )


def measure(accounts: int, posts: int, seed: int, threads: int) -> float:
    """Print and give the seconds of one core for so many accounts, in a process of its own."""
    folder = Path(tempfile.mkdtemp(prefix="zones-"))
    try:
        (folder / "counts").mkdir()
        make(folder, accounts, posts, seed)
        words = ["--folder", str(folder / "counts"), "--threads", str(threads)]
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.zones_million", *words],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
    finally:
        shutil.rmtree(folder)
    seconds, _, said = done.stdout.strip().partition(" ")
    print(said, flush=True)
    return float(seconds)


def main() -> None:
    """Measure each number of accounts and print the slope between the first and the last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--posts", type=int, default=100)
    parser.add_argument("--seed", type=int, default=24)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="answer for this folder of counts only")
    told = parser.parse_args()
    if told.folder is not None:
        look(told.folder, told.threads)
        return
    taken = [measure(number, told.posts, told.seed, told.threads) for number in told.accounts]
    if len(taken) > 1:
        apart = math.log(told.accounts[-1] / told.accounts[0])
        print(f"slope {math.log(taken[-1] / taken[0]) / apart:.2f}")


if __name__ == "__main__":
    main()
