"""How the cost of `gnomon run` grows with the number of posts, stage by stage.

    python benchmarks/run_growth.py
    python benchmarks/run_growth.py --rows 1000000,3000000,10000000
    python benchmarks/run_growth.py --rows 20000,60000 --accounts 1000 --by account
    python benchmarks/run_growth.py --rows 1000000,3000000 --texts own

Makes the same seeded posts at each size, runs the whole job on them in a process of its own, and
prints for each stage seconds of CPU and peak memory of the process while it ran, with the slope of
the seconds: 1 means that twice the posts cost twice the time. Stages that are indented are part of
the one above them. Memory by stage needs Linux; elsewhere the peak so far is printed.

`--texts own` gives every post a text of its own, where else 120 texts go round among all: the one
costs most where texts are compared, the other where posts of one text are.

`--by account` assesses every account by itself: seconds over units is then the cost of a unit.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

SEED = 11
ACCOUNTS = 5000
AT = "2025-08-01T00:00:00Z"
STAGES = (
    "forensics.job.run:read_evidence",
    "forensics.job.tying:find_links",
    "forensics.links.find:answer",
    "forensics.links.find:_turns",
    "forensics.job.tying:find_ties",
    "forensics.links.content.find:read_texts",
    "forensics.links.content.find:same_text",
    "forensics.links.content.find:near_text",
    "forensics.links.content.find:same_code",
    "forensics.links.content.find:co_posting",
    "forensics.links.content.find:shares_of",
    "forensics.job.tying:groups_of",
    "forensics.job.tying:firsts_of",
    "forensics.clues.times:hands.answer",
    "forensics.clues.times:machines.answer",
    "forensics.clues.automation.answer:_machines",
    "forensics.clues.automation.answer:together",
    "forensics.clues.times:machines.typed_activity",
    "forensics.clues.times:splits.answer",
    "forensics.clues.times:hours.answers",
    "forensics.clues.times:calendars.answers",
    "forensics.clues.times:calendar_pieces.answer",
    "forensics.clues.times:segments.answer",
    "forensics.clues.placenames.finding:scan",
    "forensics.clues.placenames.finding:marks_of",
    "forensics.clues.text_codes:collect",
    "forensics.job.run:tie",
    "forensics.job.run:find_clues",
    "forensics.job.run:weigh",
    "forensics.job.run:gather",
    "forensics.job.run:write",
)
"""Functions that are timed, where their callers find them."""
LEAST_S = 0.1
"""Stages that never take so long are not printed."""


class Stage(NamedTuple):
    """What one stage cost."""

    cpu_s: float
    peak_mb: int
    depth: int


class Meter:
    """Seconds of CPU and peak memory of functions while they run, one inside another."""

    def __init__(self) -> None:
        """Nothing measured yet."""
        self.found: dict[str, Stage] = {}
        self._open: list[list[float]] = []

    def wrap(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, measured; what a generator does counts when it is asked for more."""

        def measured(*args: object, **more: object) -> object:
            self._enter()
            try:
                made = work(*args, **more)
            finally:
                self._leave(name)
            return self._each(name, made) if isinstance(made, Iterator) else made

        return measured

    def _each(self, name: str, made: Iterator[Any]) -> Iterator[Any]:
        while True:
            self._enter()
            try:
                one = next(made)
            except StopIteration:
                return
            finally:
                self._leave(name)
            yield one

    def _enter(self) -> None:
        self._told_all(peak_mb())
        forget_peak()
        self._open.append([time.process_time(), 0.0])

    def _leave(self, name: str) -> None:
        self._told_all(peak_mb())
        forget_peak()
        begin, peak = self._open.pop()
        before = self.found.get(name, Stage(0.0, 0, len(self._open)))
        spent = before.cpu_s + time.process_time() - begin
        self.found[name] = Stage(spent, max(before.peak_mb, int(peak)), before.depth)

    def _told_all(self, peak: int) -> None:
        for one in self._open:
            one[1] = max(one[1], peak)


def peak_mb() -> int:
    """Peak memory of this process since `forget_peak`; since its start where that has no effect."""
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
        return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def forget_peak() -> None:
    """Measure the peak from now on."""
    if Path("/proc/self/clear_refs").is_file():
        Path("/proc/self/clear_refs").write_text("5")


TEXTS = {
    "shared": """'words, "quoted" and more words about nothing '
        || repeat('x', (hash(i) % 120)::INT)""",
    "own": "translate("
    + " || ' ' || ".join(f"substr(md5(i || '-{at}'), 1, {4 + at % 5})" for at in range(14))
    + ", '0123456789', 'ghijklmnop')",
}
"""SQL of the text of post number i."""


def make(rows: int, accounts: int, path: Path, texts: str = "shared") -> None:
    """Seeded posts: one every nine seconds, in three languages."""
    import duckdb

    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET enable_progress_bar = false")
        con.execute(
            f"""COPY (SELECT
                'account' || (hash(i * 7 + {SEED}) % {accounts}) AS account,
                strftime(make_timestamp(1500000000000000 + i * 9000000
                    + (hash(i) % 5000000)::BIGINT), '%Y-%m-%dT%H:%M:%SZ') AS created_at,
                {TEXTS[texts]} AS text,
                ['en', 'de', 'ru'][1 + (hash(i * 3) % 3)::INT] AS language
            FROM range({rows}) t(i)) TO '{path}' (FORMAT parquet)"""
        )


def measure(path: Path, out: Path, by: str | None) -> dict[str, Stage]:
    """Run the whole job in this process and give what each stage cost."""
    from forensics.job import run as job
    from forensics.job.settings import RunSettings

    meter = Meter()
    for stage in STAGES:
        module, name = stage.split(":")
        *path_to, last = name.split(".")
        owner: Any = importlib.import_module(module)
        for part in path_to:
            owner = getattr(owner, part)
        setattr(owner, last, meter.wrap(stage, getattr(owner, last)))
    whole = meter.wrap("gnomon run", job.run)
    whole([path], out, RunSettings(by=by), now=lambda: AT)
    return meter.found


def in_a_process(rows: int, accounts: int, by: str | None, texts: str) -> dict[str, Stage]:
    """The same in a process of its own, on posts made for it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "posts.parquet"
        make(rows, accounts, path, texts)
        asked = [sys.executable, __file__, "--measure", str(path), "--out", f"{folder}/out"]
        asked += ["--by", by] if by else []
        # One thread for linear algebra: idle ones would be counted as work.
        told = subprocess.run(
            asked, env={**os.environ, "OMP_NUM_THREADS": "1"}, stdout=subprocess.PIPE, check=True
        )
        return {name: Stage(*one) for name, one in json.loads(told.stdout).items()}


def slope(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """Slope of log seconds over log size by least squares; NaN below two sizes."""
    points = [(math.log(n), math.log(max(s, 1e-3))) for n, s in zip(sizes, seconds, strict=True)]
    x, y = (sum(each) / len(points) for each in zip(*points, strict=True))
    spread = sum((a - x) ** 2 for a, _ in points)
    return sum((a - x) * (b - y) for a, b in points) / spread if spread else float("nan")


def table(sizes: Sequence[int], found: Sequence[Mapping[str, Stage]]) -> list[str]:
    """Lines to print: a stage, its seconds and megabytes at each size, and the slope."""
    lines = [" " * 34 + "".join(f"{size:>12,}" + " " * 8 for size in sizes) + " slope"]
    order = sorted(found[-1].items(), key=lambda one: -one[1].cpu_s)
    for name, last in order:
        cells = [one.get(name, Stage(0.0, 0, 0)) for one in found]
        if max(cell.cpu_s for cell in cells) < LEAST_S:
            continue
        shown = "".join(f"{cell.cpu_s:9.2f} s {cell.peak_mb:5d} MB" for cell in cells)
        label = "  " * last.depth + name.rpartition(":")[2]
        grows = slope(sizes, [cell.cpu_s for cell in cells])
        lines.append(f"{label:<34}{shown}  {grows:5.2f}")
    return lines


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", default="30000,100000,300000", help="posts, such as 1000,3000")
    parser.add_argument("--accounts", type=int, default=ACCOUNTS)
    parser.add_argument("--texts", default="shared", choices=sorted(TEXTS), help="who posts which")
    parser.add_argument("--by", help="column that names units, such as account; one pool without")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        sys.stdout.write(json.dumps(measure(asked.measure, asked.out, asked.by)))
        return
    sizes = [int(size) for size in asked.rows.split(",")]
    found = [in_a_process(rows, asked.accounts, asked.by, asked.texts) for rows in sizes]
    print(f"{asked.accounts:,} accounts, units: {asked.by or 'one pool'}, texts: {asked.texts}")
    print("\n".join(table(sizes, found)))


if __name__ == "__main__":
    main()
