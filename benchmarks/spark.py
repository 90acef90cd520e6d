"""The core reduction by the embedded database and by Spark, side by side on one machine.

    python benchmarks/spark.py [ROWS ...] [--master local[2]] [--rounds 2]

Both read one canonical table of invented posts and write all tables of `engine.reduction`;
the files are compared byte for byte. Needs Linux, Java and the extra `spark`. Wall time, processor
time and memory are those of all processes together, sampled ten times a second; starting Spark is
told apart. Take ratios, not seconds: how much each round has of the machine differs.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

import duckdb

from forensics.engine.reduction import REDUCTIONS
from forensics.engine.runner import open_runner

ROWS = (1_000_000, 3_000_000)
MEMORY_MB = 1500
THREADS = 2
TICK_S = 0.1
# 20,000 accounts of very unequal size, a year, four kinds, and texts of which some coincide
INVENTED = """
SELECT md5((i % 3)::VARCHAR) || md5((i % 3)::VARCHAR) AS original, i AS "row",
  'account ' || CAST(FLOOR(20000 * POWER((hash(i) % 1000003) / 1000003.0, 3)) AS BIGINT) AS account,
  1551702896000000 + (hash(i + 7) % 31536000)::BIGINT * 1000000 AS t_us, 1::INTEGER AS precision_s,
  'platform_utc' AS basis, NULL::SMALLINT AS offset_min, i::VARCHAR AS id,
  ['original', 'repost', 'quote', 'reply'][1 + (hash(i + 9) % 4)::BIGINT] AS kind,
  'Web' AS client, 'en' AS language,
  'Words of a post, number ' || (hash(i + 3) % ({rows} / 2)::BIGINT)
    || repeat(' and more', 5) AS text,
  NULL::VARCHAR AS label, NULL::VARCHAR AS media, NULL::VARCHAR AS unit, NULL::BIGINT AS id_gap_s
FROM range({rows}) r(i) ORDER BY account, t_us, original, "row"
"""


class Cost(NamedTuple):
    """What one run took."""

    start_s: float
    work_s: float
    cpu_s: float
    peak_mb: int


def run(engine: str, posts: Path, out: Path) -> None:
    """Write all tables with one engine and print when what was done."""
    begun = time.perf_counter()
    with open_runner(engine, memory_limit_mb=MEMORY_MB, threads=THREADS, scratch=out) as runner:
        ready = time.perf_counter()
        runner.table("posts", [posts])
        for one in REDUCTIONS:
            runner.write(one.statement, out / f"{one.name}.parquet", one.key)
        done = time.perf_counter()
    print(json.dumps([ready - begun, done - ready]))


def family(root: int) -> list[tuple[int, float, int]]:
    """(pid, processor seconds, resident MB) of a process and of all it started."""
    parents: dict[int, list[int]] = {}
    facts: dict[int, tuple[float, int]] = {}
    tick, page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:  # it ended just now
            continue
        pid = int(entry.name)
        parents.setdefault(int(fields[1]), []).append(pid)
        used = (int(fields[11]) + int(fields[12])) / tick
        facts[pid] = used, int(fields[21]) * page // 1_000_000
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        waiting += parents.get(pid, [])
        if pid in facts:
            found.append((pid, *facts[pid]))
    return found


def measured(engine: str, posts: Path, out: Path) -> Cost:
    """One engine in a process of its own, watched."""
    out.mkdir(parents=True)
    process = subprocess.Popen(
        [sys.executable, __file__, "--one", engine, str(posts), str(out)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    used: dict[int, float] = {}
    peak = 0
    while process.poll() is None:
        seen = family(process.pid)
        used.update({pid: cpu for pid, cpu, _ in seen})
        peak = max(peak, sum(size for _, _, size in seen))
        time.sleep(TICK_S)
    said, _ = process.communicate()
    if process.returncode:
        sys.exit(process.returncode)
    start, work = json.loads(said)
    return Cost(start, work, sum(used.values()), peak)


def compare(rows: int, master: str, rounds: int) -> None:
    """Print both engines over one table, and whether the files are equal."""
    costs: dict[str, list[Cost]] = {"duckdb": [], master: []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        posts = folder / "posts.parquet"
        duckdb.execute(
            f"COPY ({INVENTED.format(rows=rows)}) TO '{posts}' "
            "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
        )
        for turn in range(rounds):
            outs = [folder / f"{turn}-{at}" for at in range(2)]
            for engine, out in zip(costs, outs, strict=True):
                costs[engine].append(measured(engine, posts, out))
            for one in REDUCTIONS:
                mine, theirs = (out / f"{one.name}.parquet" for out in outs)
                if mine.read_bytes() != theirs.read_bytes():
                    sys.exit(f"{one.name}: the bytes differ")
    print(f"{rows:,} posts, {len(REDUCTIONS)} tables, equal bytes, medians of {rounds}")
    shown = {engine: Cost(*map(median, zip(*each, strict=True))) for engine, each in costs.items()}
    for engine, cost in shown.items():
        print(
            f"  {engine:9} start {cost.start_s:5.1f} s   work {cost.work_s:6.1f} s   "
            f"all processors {cost.cpu_s:6.1f} s   peak {cost.peak_mb:,.0f} MB"
        )
    here, there = shown.values()
    print(
        f"  Spark / DuckDB: work {there.work_s / here.work_s:.1f}, processors "
        f"{there.cpu_s / here.cpu_s:.1f}, memory {there.peak_mb / here.peak_mb:.1f}"
    )


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("rows", nargs="*", type=int)
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        run(asked.one[0], Path(asked.one[1]), Path(asked.one[2]))
        return
    for rows in asked.rows or ROWS:
        compare(rows, asked.master, asked.rounds)


if __name__ == "__main__":
    main()
