"""The test for places written about: false alarms and power, beside the test one would do by hand.

    python benchmarks/controls.py [--runs 400] [--scale]

Simulated: 360 prefectures of Zipf popularity, accounts that each have tastes of their own, 30
mentions each, four controls an account. By hand: all posts pooled, hypergeometric p for each place,
Bonferroni over places. Ours: accounts in sets with their controls, max-T over places. Intervals are
exact (Clopper-Pearson, 95 %). `--scale` measures time and memory with 24,000 control accounts and a
million control posts instead. Fixed seeds.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from forensics.clues.controls.intervals import share
from forensics.clues.controls.overtest import over_represented

PLACES = 360
MENTIONS = 30
CONTROLS = 4
TASTE = 8.0
"""Concentration of an account's tastes around the popularity of places: small is peculiar."""
LEVEL = 0.05
SEED = 20
IntArray = NDArray[np.int64]


def popularity() -> NDArray[np.float64]:
    """Share of mentions of each place: 1, 1/2, 1/3 ..."""
    weight = 1.0 / np.arange(1, PLACES + 1)
    return np.asarray(weight / weight.sum())


def counts(random: np.random.Generator, sets: int, interest: float, place: int) -> IntArray:
    """(members, places) mentions; the first of each five is assessed and has the interest."""
    members = sets * (1 + CONTROLS)
    tastes = random.dirichlet(popularity() * TASTE, size=members)
    out = np.zeros((members, PLACES), dtype=np.int64)
    for number in range(members):
        chosen = tastes[number]
        if number % (1 + CONTROLS) == 0 and interest:
            chosen = chosen * (1 - interest)
            chosen[place] += interest
        out[number] = random.multinomial(MENTIONS, chosen / chosen.sum())
    return out


def by_hand(table: IntArray) -> tuple[bool, int]:
    """(Alarm, place): posts pooled, hypergeometric, Bonferroni."""
    from scipy.stats import hypergeom

    mine = table[:: 1 + CONTROLS].sum(axis=0)
    every = table.sum(axis=0)
    p = hypergeom.sf(mine - 1, every.sum(), every, mine.sum())
    best = int(p.argmin())
    return bool(p[best] * PLACES <= LEVEL), best


def ours(table: IntArray, seed: int) -> tuple[bool, int]:
    """(Alarm, place): accounts in sets, max-T."""
    sets = len(table) // (1 + CONTROLS)
    tested = over_represented(table > 0, [1 + CONTROLS] * sets, seed=seed, draws=499)
    p = np.where(tested.searched & (tested.z > 0), tested.p_search, 1.0)
    best = int(np.lexsort((-tested.z, p))[0])
    return bool(p[best] <= LEVEL), best


def rate(hits: list[bool]) -> str:
    """`.023 [.011, .043]`."""
    found = share(sum(hits), len(hits))
    ends = (found.ppm, found.low_ppm, found.high_ppm)
    value, low, high = (f"{ppm / 1e6:.3f}" for ppm in ends)
    return f"{value} [{low}, {high}]"


def false_alarms(runs: int) -> None:
    """Nothing there; and one shared text about a place, posted by half of the assessed."""
    for what in ("nothing there", "a shared text, left in"):
        hand, mine = [], []
        for run in range(runs):
            random = np.random.default_rng([SEED, run])
            table = counts(random, 40, 0.0, 0)
            if what.endswith("left in"):
                table[:: 2 * (1 + CONTROLS), 199] += 1
            hand.append(by_hand(table)[0])
            mine.append(ours(table, run)[0])
        print(f"  {what:<28}{rate(hand):<26}{rate(mine)}")


def power(runs: int) -> None:
    """A share of mentions really goes to one place: how often it is the one that is found."""
    for interest in (0.02, 0.01, 0.005):
        for sets in (5, 10, 20, 40):
            hand, mine = [], []
            for run in range(runs):
                random = np.random.default_rng([SEED + 1, run, sets])
                place = int(random.integers(PLACES))
                table = counts(random, sets, interest, place)
                alarm, found = by_hand(table)
                hand.append(alarm and found == place)
                alarm, found = ours(table, run)
                mine.append(alarm and found == place)
            print(
                f"  {100 * interest:>4} % {sets:>3} accounts          {rate(hand):<26}{rate(mine)}"
            )


def scale(accounts: int = 24_000, posts: int = 1_000_000, assessed: int = 200) -> None:
    """Time of matching, naming and testing with many controls."""
    import duckdb

    from forensics.clues.controls.finding import find
    from forensics.clues.controls.given import controls_of
    from forensics.clues.controls.matching import matched
    from forensics.clues.evidence import Evidence
    from forensics.engine import PostTable
    from forensics.reference.places import load_gazetteer

    with tempfile.TemporaryDirectory() as home:
        tables = []
        for name, people, rows in (
            ("case", assessed, assessed * posts // accounts),
            ("controls", accounts, posts),
        ):
            folder = Path(home) / name
            folder.mkdir()
            with duckdb.connect() as con:
                con.execute(
                    f"""COPY (SELECT * FROM (SELECT '{name}' AS original, i AS row,
                        '{name}' || (i * 7919 % {people}) AS account,
                        1600000000000000 + i * 60000000 % 40000000000000 AS t_us,
                        1 AS precision_s, 'platform_utc' AS basis, NULL::SMALLINT AS offset_min,
                        NULL::VARCHAR AS id, 'original' AS kind, NULL::VARCHAR AS client,
                        'en' AS language,
                        'word' || (hash(i) % 5000) || ' thing' || (hash(i * 3) % 900) ||
                        ' in ' || ['Berlin', 'Lagos', 'Lima', 'Osaka', 'nowhere'][
                            CAST(1 + hash(i) % 5 AS BIGINT)]
                        || ' today' AS text, NULL::VARCHAR AS label, NULL::VARCHAR AS media,
                        NULL::VARCHAR AS unit, NULL::BIGINT AS id_gap_s
                    FROM range(1, {rows} + 1) AS t(i)) ORDER BY account, t_us, row)
                    TO '{folder / "posts.parquet"}' (FORMAT parquet)"""
                )
            tables.append(PostTable.build(folder / "posts.parquet", folder))
        case, others = tables
        units = case.units("pool")
        start = time.perf_counter()
        given = controls_of(others, [name for names in units.values() for name in names])
        evidence = Evidence(case, (), units, load_gazetteer(), controls=given)
        sets = matched(evidence, "all accounts")
        middle = time.perf_counter()
        found = find(evidence)[0]
        end = time.perf_counter()
        chosen = len(sets.controls) if sets else 0
        print(f"{assessed:,} accounts, {len(given.accounts):,} controls, {others.count():,} posts")
        print(f"  matching {middle - start:.1f} s ({chosen:,} controls chosen)")
        print(f"  naming and testing {end - middle:.1f} s: {found.status}")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"  peak memory of all of it, making the posts included: {peak:,} MB")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--scale", action="store_true")
    told = parser.parse_args()
    if told.scale:
        scale()
        return
    print(f"False alarms at {LEVEL}, 40 accounts, {told.runs} runs")
    print(f"  {'':<28}{'posts pooled, by hand':<26}accounts in sets, max-T")
    false_alarms(told.runs)
    print("Right place found")
    power(told.runs // 2)


if __name__ == "__main__":
    main()
