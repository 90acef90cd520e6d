"""Shifts and rotas: invented truth, invented people without any, and the labelled data.

    python benchmarks/shifts.py                   # invented units, about three minutes
    python benchmarks/shifts.py ../shared/data    # and the labelled data, which does not travel

Intervals are 95 %, by drawing units again. Seeds are fixed: the same data gives the same figures.
An office has a start, an end and a break at random minutes; posts fall evenly inside, 10 % fall
evenly on all hours of all days; each day begins and ends late or early by a normal amount.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from forensics.clues.activity import Activity
from forensics.clues.rota.answer import RotaAnswer
from forensics.clues.rota.answer import answer as rota_answer
from forensics.clues.shifts.answer import answer
from forensics.clues.shifts.finding import days_text, edge_text
from forensics.reference.templates import library

FIRST_DAY = 17_897
ZONE = "Asia/Shanghai"
OFFSET_S = 28_800
UNITS = 150
RESAMPLES = 1000
ROTA_HOURS = {"D": (8, 20), "N": (20, 32), "M": (6, 14), "A": (14, 22), "n": (22, 30), "W": (9, 18)}
ROTAS = {
    "2 x 12 h, 2 on 2 off": "DD--",
    "12 h day, night, off": "DN--",
    "3 x 8 h, by two days": "MMAAnn--",
    "3 x 8 h, by weeks": "MMMMM--AAAAA--nnnnn--",
    "4 on 2 off": "WWWW--",
    "5 on 2 off": "WWWWW--",
}
CLUSTERS = {
    "Russian-language, originals": ("acct_lang = 'Russian' AND post_type = 'O'", "Europe/Moscow"),
    "HashtagGamer, originals": (
        "account_category = 'HashtagGamer' AND post_type = 'O'",
        "Europe/Moscow",
    ),
    "NewsFeed, originals": ("account_category = 'NewsFeed' AND post_type = 'O'", "Europe/Moscow"),
}

Seconds = NDArray[np.float64]


def activity_of(seconds: Seconds, accounts: int = 1) -> Activity:
    """A unit with these posts."""
    q, n = np.unique(np.asarray(seconds, dtype=np.int64) // 900, return_counts=True)
    np.zeros(60, dtype=np.int64)
    return Activity(
        unit="u",
        accounts=("a",) * accounts,
        hours=(q[:1],) * accounts,
        q=q.astype(np.int64),
        n=n.astype(np.int64),
        clocks={},
        rows=(),
    )


def office(
    rng: np.random.Generator,
    edges: Sequence[float],
    *,
    posts: int,
    weeks: int,
    late_min: float,
    noise: float = 0.1,
) -> Seconds:
    """Posts of an office; `edges` are start, start and end of the break, end, in hours."""
    days = np.arange(FIRST_DAY, FIRST_DAY + 7 * weeks)
    work = days[(days + 3) % 7 < 5]
    shift = rng.normal(0, late_min / 60, (2, len(days)))
    found: list[float] = []
    wanted = round(posts * (1 - noise))
    while len(found) < wanted:
        day = int(rng.choice(work))
        first, last = edges[0] + shift[0, day - FIRST_DAY], edges[3] + shift[1, day - FIRST_DAY]
        hour = float(rng.uniform(first, last))
        if not edges[1] <= hour < edges[2]:
            found.append((day * 24 + hour) * 3600)
    rest = rng.uniform(FIRST_DAY, FIRST_DAY + 7 * weeks, posts - wanted) * 86_400
    return np.concatenate((found, rest)) - OFFSET_S


def interval(values: Sequence[float], figure: Callable[[NDArray[np.float64]], float]) -> str:
    """A figure with its 95 % interval over units."""
    data = np.asarray(values, dtype=np.float64)
    rng = np.random.default_rng(1)
    drawn = [figure(data[rng.integers(0, len(data), len(data))]) for _ in range(RESAMPLES)]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return f"{figure(data):.3g} [{low:.3g}, {high:.3g}]"


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean())


def _median(values: NDArray[np.float64]) -> float:
    return float(np.median(values))


def edges_of_offices() -> None:
    """Error of edges and coverage of their intervals."""
    print("Offices, 500 posts, 10 % noise: error of edges (min), coverage of 90 % intervals")
    for late in (0, 15, 30):
        for weeks in (8, 26, 104):
            errors: list[float] = []
            held: list[float] = []
            found = 0
            for number in range(UNITS):
                rng = np.random.default_rng([7, number, late, weeks])
                start, noon = rng.uniform(7.5, 10.5), rng.uniform(11.8, 13)
                truth = (start, noon, noon + rng.uniform(0.75, 2), start + rng.uniform(8, 10))
                times = office(rng, truth, posts=500, weeks=weeks, late_min=late)
                told = answer(activity_of(times), ZONE)
                if told.status != "found" or len(told.sets[0].blocks) != 2:
                    continue
                found += 1
                first, second = told.sets[0].blocks
                measured = (first.start, first.end, second.start, second.end)
                for edge, hour in zip(measured, truth, strict=True):
                    errors.append(abs(edge.value - 60 * hour))
                    held.append(float(edge.low <= 60 * hour <= edge.high))
            print(
                f"  days late by {late:>2} min (SD), {weeks:>3} weeks: found {found / UNITS:.2f}, "
                f"median error {interval(errors, _median)}, coverage {interval(held, _mean)}"
            )


def power_and_false_alarms() -> None:
    """How often an office of n posts is found, and people without a shift are called one."""
    print("Share called a shift")
    for posts in (60, 80, 100, 150, 200, 500):
        called = []
        for number in range(UNITS):
            rng = np.random.default_rng([8, number, posts])
            times = office(rng, (9, 12, 13, 18), posts=posts, weeks=26, late_min=0)
            called.append(float(answer(activity_of(times), ZONE, draws=20).status == "found"))
        print(f"  office, {posts:>5} posts: {interval(called, _mean)}")
    for name, make in CONTROLS.items():
        for posts in (200, 500, 3000):
            called = []
            for number in range(UNITS if posts < 3000 else UNITS // 3):
                rng = np.random.default_rng([9, number, posts])
                told = answer(activity_of(make(rng, posts)), ZONE, draws=20)
                called.append(float(told.status == "found"))
            print(f"  {name}, {posts:>5} posts: {interval(called, _mean)}")


def _uniform(rng: np.random.Generator, posts: int) -> Seconds:
    return np.asarray(rng.uniform(FIRST_DAY, FIRST_DAY + 182, posts) * 86_400)


def _leisure(rng: np.random.Generator, posts: int) -> Seconds:
    peaks = int(rng.integers(1, 4))
    middle, spread = rng.uniform(9, 23, peaks), rng.uniform(1.5, 4, peaks)
    which = rng.integers(0, peaks, posts)
    hours = rng.integers(FIRST_DAY, FIRST_DAY + 182, posts) * 24.0
    return np.asarray((hours + rng.normal(middle[which], spread[which])) * 3600 - OFFSET_S)


def _evening(rng: np.random.Generator, posts: int) -> Seconds:
    hours = rng.integers(FIRST_DAY, FIRST_DAY + 182, posts) * 24.0
    return np.asarray((hours + rng.normal(20.5, rng.uniform(1, 2.5), posts)) * 3600 - OFFSET_S)


def _bursts(rng: np.random.Generator, posts: int) -> Seconds:
    seeds = _leisure(rng, max(posts // 5, 20))
    return np.concatenate(
        [seeds + number * rng.exponential(600, len(seeds)) for number in range(5)]
    )


def _person(rng: np.random.Generator, posts: int) -> Seconds:
    """Posts drawn from the smoothed week of one person of the library."""
    weeks = np.exp(library().scores / 1000)
    share = weeks[:, int(rng.integers(weeks.shape[1]))]
    place = rng.choice(672, posts, p=share / share.sum()) + rng.integers(0, 26, posts) * 672
    monday = FIRST_DAY - (FIRST_DAY + 3) % 7
    return monday * 86_400 + (place + rng.uniform(0, 1, posts)) * 900 - OFFSET_S


CONTROLS: dict[str, Callable[[np.random.Generator, int], Seconds]] = {
    "always on": _uniform,
    "leisure, soft peaks": _leisure,
    "evenings": _evening,
    "bursts of five": _bursts,
    "person of the library": _person,
}


def rota_times(rng: np.random.Generator, pattern: str, days: int, a_day: float) -> Seconds:
    """Posts of a worker on a rota; 5 % at any hour, one day in twenty missed."""
    start = int(rng.integers(len(pattern)))
    found = []
    for number in range(days):
        letter = pattern[(number + start) % len(pattern)]
        if letter == "-" or rng.random() > 0.95:
            continue
        first, last = ROTA_HOURS[letter]
        hours = rng.uniform(first, last, max(1, int(rng.poisson(a_day))))
        found.append(((FIRST_DAY + number) * 24 + hours) * 3600)
    times = np.concatenate(found)
    rest = rng.uniform(FIRST_DAY, FIRST_DAY + days, len(times) // 20) * 86_400
    return np.concatenate((times, rest)) - OFFSET_S


def _recovered(told: RotaAnswer, pattern: str) -> bool:
    cycle, week = told.cycle, told.week
    if pattern == "WWWWW--":
        rest = week is not None and len(week.rest) == 2 and week.p <= 0.01
        return rest and not (cycle is not None and cycle.real)
    return cycle is not None and cycle.real and cycle.period == len(pattern)


def rotas() -> None:
    """How often the period of a rota is recovered."""
    print("Rotas recovered, by posts a day and days")
    for name, pattern in ROTAS.items():
        parts = []
        for a_day, days in ((4, 180), (2, 120), (1, 365)):
            hits = []
            for number in range(UNITS // 3):
                rng = np.random.default_rng([10, number])
                unit = activity_of(rota_times(rng, pattern, days, a_day))
                hits.append(float(_recovered(rota_answer(unit, ZONE, draws=20), pattern)))
            parts.append(f"{a_day} x {days}: {interval(hits, _mean)}")
        print(f"  {name}: {', '.join(parts)}")


def committers(folder: Path) -> None:
    """False alarms on people who commit code, in the offset their own machine wrote."""
    import duckdb

    with (folder / "commits_dev_accounts.csv").open(encoding="utf-8") as lines:
        offset = {row["account"]: int(row["modal_offset"]) for row in csv.DictReader(lines)}
    with duckdb.connect() as con:
        rows = con.execute(
            "SELECT account, list(epoch_seconds) FROM read_parquet(?) GROUP BY 1 ORDER BY 1",
            [str(folder / "commits_dev.parquet")],
        ).fetchall()
    cycles, shifts, milliseconds = [], [], []
    for account, times in rows:
        unit = activity_of(np.array(times, dtype=np.float64) + 60 * offset[account])
        before = time.perf_counter()
        days, hours = rota_answer(unit, "UTC"), answer(unit, "UTC")
        milliseconds.append(1000 * (time.perf_counter() - before))
        if days.cycle is not None:
            cycles.append(float(days.cycle.real))
        if hours.status != "insufficient":
            shifts.append(float(hours.status == "found"))
    print(f"Committers: cycle of days claimed {interval(cycles, _mean)} of {len(cycles)}")
    print(f"  a shift claimed {interval(shifts, _mean)} of {len(shifts)} (some do keep one)")
    print(f"  median time for both answers {np.median(milliseconds):.0f} ms a person")


def clusters(folder: Path) -> None:
    """What is said about clusters of the labelled set of one office in UTC+3."""
    import duckdb

    for name, (where, zone) in CLUSTERS.items():
        with duckdb.connect() as con:
            found = con.execute(
                f"SELECT account, epoch_seconds AS t FROM read_parquet(?) WHERE {where}",
                [str(folder / "ira_tweets_dev.parquet")],
            ).fetchnumpy()
        accounts = len(set(np.asarray(found["account"]).tolist()))
        told = answer(activity_of(np.asarray(found["t"], dtype=np.float64), accounts), zone)
        print(f"{name}: {accounts} accounts, {told.activity.n_posts:,} posts, {told.status}")
        for one in told.sets:
            blocks = ", ".join(f"{edge_text(b.start)} to {edge_text(b.end)}" for b in one.blocks)
            breaks = ", ".join(
                f"{edge_text(b.start)} to {edge_text(b.end)}, {100 * b.depth.value:.0f} % "
                f"[{100 * b.depth.low:.0f}, {100 * b.depth.high:.0f}] missing"
                for b in one.breaks
            )
            print(f"  {days_text(one.days)}: {blocks}; breaks: {breaks or 'none'}")
        if told.weekend is not None:
            weekend = told.weekend
            print(f"  weekend {weekend.value:.2f} [{weekend.low:.2f}, {weekend.high:.2f}] of a day")
        if told.day_moves is not None:
            moves, p = told.day_moves
            print(
                f"  summer {moves.value:+.0f} min [{moves.low:+.0f}, {moves.high:+.0f}], p {p:.3f}"
            )
        print(f"  blocks worked on days with many posts: {told.full_days}")


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="?", help="folder of the labelled data")
    folder = parser.parse_args().data
    edges_of_offices()
    power_and_false_alarms()
    rotas()
    if folder is not None:
        committers(folder)
        clusters(folder)


if __name__ == "__main__":
    main()
