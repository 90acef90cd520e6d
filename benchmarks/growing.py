"""What adding a day's export to a case costs, beside reading the whole case again.

    python benchmarks/growing.py --posts 1000000 3000000 10000000 --day 100000

For each size: a case with that many posts (seeded, Parquet, times spread over a year), then a day's
file (CSV) added and read. Prints seconds of wall clock and of CPU for the first reading, for adding
the day, and for a run that finds nothing new; and what each is of the first reading. Hashing what
lies there, so that nobody works on a table that was changed, is part of the last two.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

ACCOUNTS = 20_000
START_US = 1_600_000_000_000_000
YEAR_US = 365 * 86_400_000_000
SEED = 3
"""Decides the posts."""


def make(path: Path, posts: int, start_us: int, span_us: int, salt: int) -> Path:
    """A file of posts; account and time by a hash of the number, so that the file is the same."""
    import duckdb

    form = "(FORMAT csv, HEADER)" if path.suffix == ".csv" else "(FORMAT parquet)"
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute(
            f"""COPY (SELECT 'account' || (hash(i * 7 + {SEED}) % {ACCOUNTS}) AS account,
                strftime(make_timestamp({start_us} + (hash(i * 31 + {salt}) % {span_us})::BIGINT),
                    '%Y-%m-%dT%H:%M:%SZ') AS created_at, '{salt}' || i AS id,
                'words and more words about nothing ' || (hash(i * 13 + {salt}) % 100000) AS text
            FROM range({posts}) t(i)) TO '{path}' {form}"""
        )
    return path


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of wall clock and of CPU."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def read(root: Path, files: Sequence[Path]) -> int:
    """Take files into a case and read what is new; gives the posts of the case."""
    from forensics.case import Case
    from forensics.case.inputs import find_files
    from forensics.job.intake import read_evidence
    from forensics.job.run import receive, silent
    from forensics.job.settings import RunSettings

    told = RunSettings()
    case = Case.open_or_create(
        root, question="", settings=told.as_json(), who="b", now=lambda: "2024-01-01T00:00:00Z"
    )
    with case.exclusively():
        case_files = find_files(list(files))
        receive(case, case_files, silent)
        evidence = read_evidence(case, told, silent)
    assert evidence.posts is not None  # noqa: S101 - the files hold posts
    with evidence.posts as table:
        return table.count()


def main() -> int:
    """Measure and print; 1 if the posts do not add up."""
    parser = argparse.ArgumentParser(description="adding a day to a case")
    parser.add_argument("--posts", type=int, nargs="+", default=[300_000, 1_000_000])
    parser.add_argument("--day", type=int, default=100_000)
    asked = parser.parse_args()
    heads = ("first reading", f"a day ({asked.day:,})", "nothing new")
    print(f"{'posts':>12}  {'  '.join(f'{head:>26}' for head in heads)}")
    wrong = 0
    for posts in asked.posts:
        with tempfile.TemporaryDirectory(prefix="gnomon-growing-") as made:
            home = Path(made)
            old = make(home / "year.parquet", posts, START_US, YEAR_US, 1)
            day = make(home / "day.csv", asked.day, START_US + YEAR_US, 86_400_000_000, 2)
            first = timed(lambda: read(home / "case", [old]))  # noqa: B023 - called at once
            more = timed(lambda: read(home / "case", [old, day]))  # noqa: B023 - called at once
            again = timed(lambda: read(home / "case", [old, day]))  # noqa: B023 - called at once
            wrong += read(home / "case", [old, day]) != posts + asked.day
        shown = "  ".join(
            f"{wall:7.1f} s {cpu:6.1f} CPU ({cpu / first[1]:4.2f})"
            for wall, cpu in (first, more, again)
        )
        print(f"{posts:>12,}  {shown}", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MB; in brackets the CPU time as a share of the first reading")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
