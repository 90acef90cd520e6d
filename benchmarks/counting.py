"""What adding a day to a folder of counts costs, by the size of what is there already.

    python -m benchmarks.counting --rows 300000 1000000 3000000 --day 30000

Made-up posts of a year, a hundred an account, every twentieth with a text that many share; then one
day more, of the same accounts. Also what the same call with known files costs, and the memory.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import tempfile
import time
from pathlib import Path

from forensics.job.counting.adding import Machine, count_into
from forensics.read.database import connected

START_S = 1_672_531_200
YEAR_S = 365 * 86_400
EACH = 100
"""Posts of an account in the year."""


def export(path: Path, rows: int, *, accounts: int, first_s: int, length_s: int, salt: int) -> None:
    """A CSV file of posts, the same for the same arguments."""
    with connected(memory_limit_mb=1500, threads=2, scratch=path.parent / "spill") as con:
        con.execute(
            f"""COPY (SELECT {salt}0000000000 + range AS id,
                'account' || hash(range + {salt}) % {accounts} AS account,
                strftime(make_timestamp(CAST(({first_s} + hash(range + {salt} + 7) % {length_s})
                    * 1000000 AS BIGINT)), '%Y-%m-%dT%H:%M:%SZ') AS created_at,
                CASE WHEN hash(range + 3) % 20 = 0
                    THEN 'a text that many share, number ' || hash(range + {salt} + 5) % 1000
                    ELSE 'a text of its own, number ' || hash(range + {salt} + 9) END AS text
                FROM range({rows})) TO '{path}' (FORMAT csv, HEADER)"""
        )


def measure(rows: int, day: int, machine: Machine) -> None:
    """Print the first reading, the day after it, and the same call again."""
    place = Path(tempfile.mkdtemp(prefix="counting-"))
    try:
        accounts = max(rows // EACH, 1)
        export(
            place / "year.csv", rows, accounts=accounts, first_s=START_S, length_s=YEAR_S, salt=1
        )
        export(
            place / "day.csv", day, accounts=accounts, first_s=START_S + YEAR_S, length_s=86_400,
            salt=2,
        )  # fmt: skip
        taken = []
        for file in ("year.csv", "day.csv", "day.csv"):
            wall, cpu = time.perf_counter(), time.process_time()
            count_into(place / "counts", [place / file], machine=machine)
            taken.append((time.perf_counter() - wall, time.process_time() - cpu))
    finally:
        shutil.rmtree(place)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    texts = ", ".join(
        f"{name} {wall:.1f} s ({cpu:.1f} s of cores)"
        for name, (wall, cpu) in zip(("year", "day", "the day again"), taken, strict=True)
    )
    share = taken[1][1] / taken[0][1]
    print(
        f"{rows:,} + {day:,} posts: {texts}; day/year {share:.3f}; peak {peak:,.0f} MB", flush=True
    )


def main() -> None:
    """Measure each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[300_000, 1_000_000, 3_000_000])
    parser.add_argument("--day", type=int, default=30_000)
    parser.add_argument("--memory", type=int, default=1500)
    parser.add_argument("--threads", type=int, default=2)
    told = parser.parse_args()
    for rows in told.rows:
        measure(rows, told.day, Machine(memory_mb=told.memory, threads=told.threads))


if __name__ == "__main__":
    main()
