"""Machines: how often people are taken for one, and how well a scheduled share is measured.

    python benchmarks/automation.py ../shared/data             # some minutes
    python benchmarks/automation.py ../shared/data --quick     # a quarter of the accounts

Scheduled posts are mixed into the real posts of people who wrote code: at daily slots, at one or
two minutes of every hour, or at one fixed interval, with a random delay of 0, 1, 5 or 20 minutes
either way. The truth is the share of posts mixed in.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from forensics.clues.automation.answer import answer, answers
from forensics.clues.automation.shares import Machine, look
from forensics.clues.moments import Moments, made
from forensics.engine import PostTable

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
SEED = 66
RESAMPLES = 1000
JITTERS_MIN = (0, 1, 5, 20)
ENOUGH = 100


def interval(rows: Sequence[float] | FloatArray) -> str:
    """Mean with its 95 % interval by resampling accounts."""
    values = np.asarray(rows, dtype=np.float64)
    rng = np.random.default_rng(SEED)
    draws = rng.choice(values, (RESAMPLES, len(values))).mean(axis=1)
    low, high = np.quantile(draws, (0.025, 0.975))
    return f"{values.mean():.3f} [{low:.3f}, {high:.3f}]"


def by_account(statement: str) -> list[tuple[str, IntArray]]:
    """(account, UTC seconds, rising) of a statement that gives account and t in order."""
    import duckdb

    columns = duckdb.connect().execute(statement).fetchnumpy()
    names = np.asarray(columns["account"]).astype(str)
    times = np.asarray(columns["t"]).astype(np.int64)
    edges = np.flatnonzero(np.r_[True, names[1:] != names[:-1], True]).tolist()
    return [(str(names[low]), times[low:high]) for low, high in pairwise(edges)]


def scheduled(rng: np.random.Generator, kind: str, first_day: int, days: int, n: int) -> IntArray:
    """UTC minutes of n posts that a machine placed on some of the given days."""
    if kind == "interval":
        start = first_day * 1440 + int(rng.integers(0, 1440))
        found: IntArray = start + int(rng.integers(37, 300)) * np.arange(n)
        return found
    if kind == "slots":
        number = int(rng.choice([3, 4, 6, 8]))
        slots = rng.choice(np.arange(7 * 12, 23 * 12), number, replace=False) * 5
        needed = max(round(1.3 * n / number), 20)
    else:
        minutes = rng.choice(60, int(rng.integers(1, 3)), replace=False)
        slots = (np.arange(6, 24)[:, None] * 60 + minutes).ravel()
        needed = max(3 * n // len(slots), 10)
    used = min(days, needed)
    first = first_day + int(rng.integers(0, days - used + 1))
    cells = rng.choice(used * len(slots), min(n, used * len(slots)), replace=False)
    placed: IntArray = (first + cells // len(slots)) * 1440 + slots[cells % len(slots)]
    return placed


def mixed(
    rng: np.random.Generator, person: IntArray, n: int, kind: str, jitter_min: int
) -> tuple[IntArray, BoolArray]:
    """(UTC seconds, which a machine placed) of an account that is half scheduled."""
    start = int(rng.integers(0, len(person) - n // 2 + 1))
    typed = person[start : start + n // 2]
    days = int(max(typed[-1] // 86_400 + 1 - typed[0] // 86_400, 30))
    placed = scheduled(rng, kind, int(typed[0] // 86_400), days, n - n // 2) * 60
    placed = placed + rng.integers(-60 * jitter_min, 60 * jitter_min + 1, len(placed))
    times = np.concatenate([typed, placed + rng.integers(0, 5, len(placed))])
    truth = np.r_[np.zeros(len(typed), dtype=bool), np.ones(len(placed), dtype=bool)]
    order = np.argsort(times, kind="stable")
    return times[order], truth[order]


def half_scheduled(people: Sequence[IntArray], number: int) -> None:
    """Print how well the share of half-scheduled accounts is measured."""
    for kind in ("slots", "hourly", "interval"):
        for n in (200, 500):
            able = [times for times in people if len(times) >= n // 2]
            for jitter in JITTERS_MIN:
                rows = []
                for i in range(number):
                    rng = np.random.default_rng([SEED, i, n, jitter])
                    person = able[int(rng.integers(len(able)))]
                    times, truth = mixed(rng, person, n, kind, jitter)
                    rows.append(_scores(look("a", made("a", times)), truth))
                table = np.array(rows)
                print(
                    f"  {kind}, {n} posts, delay {jitter:2d} min: flagged {table[:, 0].mean():.2f};"
                    f" share within .10 {interval(table[:, 1])}; error {table[:, 2].mean():+.3f};"
                    f" 90 % interval holds {table[:, 3].mean():.2f}; scheduled posts removed"
                    f" {table[:, 4].mean():.2f}, typed posts removed {table[:, 5].mean():.3f}"
                )


def _scores(machine: Machine, truth: BoolArray) -> list[float]:
    share = float(truth.mean())
    removed = machine.chance >= 0.5
    return [
        float(machine.flagged),
        float(abs(machine.share - share) <= 0.1),
        machine.share - share,
        float(machine.low <= share <= machine.high),
        float(removed[truth].mean()),
        float(removed[~truth].mean()),
    ]


def flags(name: str, accounts: Sequence[tuple[str, IntArray]], precision_s: int) -> None:
    """Print what share of accounts each test flags."""
    found = [
        look(account, made(account, times, precision_s=precision_s))
        for account, times in accounts
        if len(times) >= ENOUGH
    ]
    tests: Mapping[str, list[bool]] = {
        "any": [one.flagged for one in found],
        "minutes": [one.minutes.flagged for one in found],
        "seconds": [one.seconds is not None and one.seconds.flagged for one in found],
        "slots": [bool(one.slots.windows) for one in found],
        "intervals": [bool(one.intervals.delays) for one in found],
        "no rest": [one.rest.no_rest for one in found],
        "half or more": [one.share >= 0.5 for one in found],
    }
    print(f"  {name} ({len(found)} accounts with at least {ENOUGH} posts)")
    print("    " + "; ".join(f"{test} {interval(np.array(v))}" for test, v in tests.items()))
    size = np.array([one.n for one in found])
    share = np.array([one.share for one in found])
    rng = np.random.default_rng(SEED)
    rows = rng.integers(0, len(found), (RESAMPLES, len(found)))
    draws = (share[rows] * size[rows]).sum(axis=1) / size[rows].sum(axis=1)
    low, high = np.quantile(draws, (0.025, 0.975))
    print(
        f"    scheduled share: of posts {float(share @ size / size.sum()):.3f} [{low:.3f},"
        f" {high:.3f}] by resampling accounts; mean of accounts {interval(share)}"
    )


def speed(folder: Path) -> None:
    """Print the time that all of it takes on the largest set."""
    import time

    import duckdb

    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "posts.parquet"
        duckdb.connect().execute(
            "COPY (SELECT repeat('a', 64) AS original, row_number() OVER () AS row, account,"
            " epoch_seconds * 1000000 AS t_us, 60::INTEGER AS precision_s, 'platform_utc' AS basis,"
            " NULL::SMALLINT AS offset_min, NULL::VARCHAR AS id, CASE post_type WHEN 'R' THEN"
            " 'repost' WHEN 'Q' THEN 'quote' ELSE 'original' END AS kind, NULL::VARCHAR AS client,"
            " language, NULL::VARCHAR AS text, NULL::VARCHAR AS label, NULL::VARCHAR AS media,"
            " acct_lang AS unit, NULL::BIGINT AS id_gap_s FROM"
            f" '{folder / 'ira_tweets_dev.parquet'}' ORDER BY account, t_us) TO '{path}'"
            " (FORMAT parquet)"
        )
        posts = PostTable.build(path, Path(name))
        from forensics.clues.hands import answer as hands
        from forensics.clues.hands import splits

        units = posts.units("unit")
        for what, found in (
            ("machines", answers(posts, units)),
            ("change of hands", hands.answers(posts, units)),
            ("pieces", splits.answers(posts, units)),
        ):
            start, used = time.perf_counter(), time.process_time()
            for _ in found:
                pass
            print(
                f"  {what}: {time.perf_counter() - start:.1f} s,"
                f" {time.process_time() - used:.1f} s of one core"
            )


def main() -> None:
    """Print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--quick", action="store_true")
    given = arguments.parse_args()
    folder: Path = given.folder
    people = by_account(
        f"SELECT account, epoch_seconds AS t FROM '{folder / 'commits_dev.parquet'}'"
        " ORDER BY account, t"
    )
    print("flagged")
    flags("people who wrote code", people, 1)
    for language in ("Russian", "English", "German"):
        ira = by_account(
            f"SELECT account, epoch_seconds AS t FROM '{folder / 'ira_tweets_dev.parquet'}'"
            f" WHERE acct_lang = '{language}' ORDER BY account, t"
        )
        flags(f"IRA, {language}", ira, 60)
    for platform in ("tw", "fb"):
        german = by_account(
            "SELECT account, epoch_seconds AS t FROM"
            f" '{folder / 'german_election_2021.parquet'}' WHERE platform = '{platform}'"
            " ORDER BY account, t"
        )
        flags(f"German election, {platform}", german, 1)
    print("half-scheduled accounts")
    half_scheduled([times for _, times in people], 25 if given.quick else 100)
    print("seconds shared by accounts")
    every = [(name, times) for name, times in people if len(times) >= ENOUGH]
    typed = answer(pooled(every)).together
    if typed is not None:
        print(
            f"  people who wrote code: {typed.pairs} pairs; {typed.days_mean:.0f} with days"
            f" permuted (p {typed.days_p:.3f}); {typed.near_mean:.0f} with days moved a little"
            f" (p {typed.near_p:.3f})"
        )
    print("speed on 1.24 million posts")
    speed(folder)


def pooled(accounts: Sequence[tuple[str, IntArray]]) -> Moments:
    """One unit of several accounts."""
    times = np.concatenate([times for _, times in accounts])
    owner = np.repeat(np.arange(len(accounts), dtype=np.int32), [len(t) for _, t in accounts])
    one = made("pool", np.sort(times))
    return replace(one, accounts=tuple(name for name, _ in accounts), owner=owner, t_s=times)


if __name__ == "__main__":
    main()
