"""Crews, turn-taking, hand-overs and absences on made-up accounts whose truth is known.

    python benchmarks/crews.py                 # some minutes
    python benchmarks/crews.py --quick         # a quarter of the repeats
    python benchmarks/crews.py --many 20000    # time for that many accounts as well

Units come from `forensics.evaluate.synthetic`. Null units are of four kinds: one crew, an office
without crews, one crew whose members post very unequally, and people with bursts and leaves of
their own. Intervals are 95 %, by drawing the repeats again.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from forensics.clues.absence.answer import answer as absence_answer
from forensics.clues.absence.events import Event
from forensics.evaluate.synthetic.chosen import absence, absence_twin
from forensics.evaluate.synthetic.crews import crew_unit, rota_unit, turn_taking
from forensics.evaluate.synthetic.localtime import day_number
from forensics.evaluate.synthetic.national import national
from forensics.evaluate.synthetic.people import office_unit
from forensics.evaluate.synthetic.tables import activity_of
from forensics.evaluate.synthetic.unit import SyntheticUnit, account
from forensics.links.counts import group_of
from forensics.links.crews.answer import CrewsAnswer
from forensics.links.crews.answer import answer as crews_answer
from forensics.links.crews.features import days_of
from forensics.links.handover import hand_overs, watches
from forensics.links.turns.answer import answer as turns_answer

IntArray = NDArray[np.int64]
ZONE = "Europe/Moscow"
YEAR = (17_000, 17_364)
SEED = 71
RESAMPLES = 2000


def interval(rows: list[float]) -> str:
    """Mean with its 95 % interval by drawing the repeats again."""
    values = np.array(rows)
    draws = np.random.default_rng(SEED).choice(values, (RESAMPLES, len(values))).mean(axis=1)
    low, high = np.quantile(draws, (0.025, 0.975))
    return f"{values.mean():.3f} [{low:.3f}, {high:.3f}] (n = {len(values)})"


def wilson(hits: int, number: int) -> str:
    """A share with its 95 % interval by Wilson's formula."""
    z2 = 1.96**2
    share = hits / number
    middle = (share + z2 / 2 / number) / (1 + z2 / number)
    half = 1.96 * np.sqrt(share * (1 - share) / number + z2 / 4 / number**2) / (1 + z2 / number)
    return f"{share:.3f} [{middle - half:.3f}, {middle + half:.3f}] ({hits} of {number})"


def adjusted_rand(a: IntArray, b: IntArray) -> float:
    """Adjusted Rand index of two partitions (Hubert and Arabie 1985)."""
    rows, columns = (np.unique(one, return_inverse=True)[1] for one in (a, b))
    table = np.zeros((rows.max() + 1, columns.max() + 1))
    np.add.at(table, (rows, columns), 1)

    def couples(counts: NDArray[np.float64]) -> float:
        return float((counts * (counts - 1) / 2).sum())

    left, right = couples(table.sum(axis=1)), couples(table.sum(axis=0))
    chance = left * right / (len(a) * (len(a) - 1) / 2)
    top = (left + right) / 2
    return 1.0 if top == chance else (couples(table) - chance) / (top - chance)


def asked(unit: SyntheticUnit) -> CrewsAnswer:
    """The crews of a unit."""
    times = [one.t_s for one in unit.accounts]
    return crews_answer(group_of(unit.name, times, [one.name for one in unit.accounts]))


def labels(told: CrewsAnswer, number: int) -> IntArray:
    """Crew of each account; those in none stand alone."""
    found = -1 - np.arange(number)
    for crew, one in enumerate(told.crews):
        found[list(one.members)] = crew
    return found


def truth(unit: SyntheticUnit) -> IntArray:
    """True crew of each account."""
    crews = unit.truth["crews"]
    if not isinstance(crews, dict):
        raise TypeError("the unit has no crews")
    return np.array([crews[one.name] for one in unit.accounts])


def unequal(rng: np.random.Generator) -> SyntheticUnit:
    """One crew whose members post between thirty and two thousand times."""
    unit = crew_unit(rng, crews=1, per_crew=60, posts=2000, zone=ZONE, window=YEAR)
    kept = []
    for one in unit.accounts:
        size = max(30, int(2000 * rng.beta(0.6, 1.2)))
        kept.append(account(one.name, rng.choice(one.t_s, size, replace=False)))
    return SyntheticUnit("unequal", tuple(kept), {})


def bursty(rng: np.random.Generator) -> SyntheticUnit:
    """Sixty people, each with bursts by week, leaves and a lifetime of their own."""
    days = np.arange(YEAR[0], YEAR[1] + 1)
    found = []
    for number in range(60):
        weight = rng.gamma(1.0, 1.0, len(days) // 7 + 2)[np.arange(len(days)) // 7]
        for _ in range(3):
            start = int(rng.integers(0, len(days)))
            weight[start : start + int(rng.integers(5, 15))] = 0
        weight = weight * np.where((days + 3) % 7 < 5, 1.0, 0.2)
        first, last = np.sort(rng.integers(0, len(days), 2))
        if last - first >= 120:
            weight[:first] = 0
            weight[last:] = 0
        day = rng.choice(days, 300, p=weight / weight.sum())
        hour = rng.normal(13, 3, 300) % 24
        found.append(account(f"p{number}", day * 86_400 + (hour * 3600).astype(np.int64)))
    return SyntheticUnit("bursty", tuple(found), {})


def crews(repeats: int) -> None:
    """The goal: sixty accounts in four crews; and other sizes."""
    for number, size in ((4, 15), (2, 30), (10, 6)):
        scores, exact = [], []
        for seed in range(repeats):
            rng = np.random.default_rng((SEED, number, seed))
            unit = crew_unit(rng, crews=number, per_crew=size, posts=200, zone=ZONE, window=YEAR)
            told = asked(unit)
            scores.append(adjusted_rand(labels(told, len(unit.accounts)), truth(unit)))
            exact.append(float(len(told.crews) == number))
        print(f"{number} crews of {size}: adjusted Rand {interval(scores)}; "
              f"number right {interval(exact)}")  # fmt: skip


def nulls(repeats: int) -> None:
    """The goal: no false split where there is one crew or none."""

    def one_crew(rng: np.random.Generator) -> SyntheticUnit:
        return crew_unit(rng, crews=1, per_crew=60, posts=200, zone=ZONE, window=YEAR)

    def none(rng: np.random.Generator) -> SyntheticUnit:
        return office_unit(rng, zone=ZONE, window=YEAR, accounts=60, posts=200, edge_sd_min=20.0)

    kinds = {"one crew": one_crew, "office": none, "unequal": unequal, "bursty": bursty}
    for number, (name, make) in enumerate(kinds.items()):
        clean = sum(
            not asked(make(np.random.default_rng((SEED, 100 + number, seed)))).crews
            for seed in range(repeats)
        )
        print(f"no crews, {name}: not split {wilson(clean, repeats)}")


def turns(repeats: int) -> None:
    """The goal: turn-taking pairs among a thousand accounts, alone and among crews."""
    for name, others, crew_size in (("alone", 900, 0), ("among 20 crews of 20", 500, 20)):
        precision, recall = [], []
        for seed in range(repeats):
            rng = np.random.default_rng((SEED, 200, seed))
            unit = turn_taking(rng, pairs=50, others=others, posts=200, zone=ZONE, window=YEAR)
            accounts = list(unit.accounts)
            if crew_size:
                more = crew_unit(
                    rng, crews=20, per_crew=crew_size, posts=200, zone=ZONE, window=YEAR
                )
                accounts += more.accounts
            minutes = [np.unique(one.t_s // 60) for one in accounts]
            owner = np.repeat(
                np.arange(len(minutes), dtype=np.int32), [len(one) for one in minutes]
            )
            flat = np.concatenate(minutes).astype(np.int32)
            order = np.lexsort((owner, flat))
            told = turns_answer(owner[order], flat[order], len(accounts), 0)
            true = {(2 * i, 2 * i + 1) for i in range(50)}
            found = {(min(one.a, one.b), max(one.a, one.b)) for one in told.pairs}
            precision.append(len(found & true) / max(len(found), 1))
            recall.append(len(found & true) / len(true))
        print(f"turn-taking, 50 pairs in 1,000 accounts, {name}: precision "
              f"{interval(precision)}, recall {interval(recall)}")  # fmt: skip


def rota(repeats: int) -> None:
    """Two crews by days, two watches each: the four groups and their hand-overs."""
    groups, clocks = [], []
    for seed in range(repeats):
        rng = np.random.default_rng((SEED, 300, seed))
        unit = rota_unit(
            rng, kind="two_by_twelve", zone=ZONE, window=(17_000, 17_120), per_crew=6, quota=4.0
        )
        times = [one.t_s for one in unit.accounts]
        group = group_of(unit.name, times, [one.name for one in unit.accounts])
        days, told = days_of(group), crews_answer(group)
        if days is None:
            continue
        parts = watches(group, days, [one.members for one in told.crews])
        found = -1 - np.arange(len(unit.accounts))
        for number, one in enumerate(parts):
            found[list(one.members)] = number
        groups.append(adjusted_rand(found, truth(unit)))
        reliefs = hand_overs(group, days, parts, rng)
        clocks.append(float(len(reliefs) > 0 and all(one.hour in {5, 17} for one in reliefs)))
    print(f"rota of 2 x 12 h: adjusted Rand of watches {interval(groups)}; hand-overs found at the "
          f"true hours {interval(clocks)}")  # fmt: skip


def dates(unit: SyntheticUnit) -> list[tuple[str, str]]:
    """First and last date of each declared leave."""
    leaves = unit.truth["leaves"]
    if not isinstance(leaves, list):
        raise TypeError("the unit has no leaves")
    return [(str(one[0]), str(one[1])) for one in leaves if isinstance(one, list)]


def absences(repeats: int) -> None:
    """Five leaves in five years, declared beforehand; and the twin in which nobody was away."""
    calendar = national
    for name, make in (("true leaves", absence), ("leaves of another person", absence_twin)):
        found = 0
        for seed in range(repeats):
            unit = make(np.random.default_rng((SEED, 400, seed)), calendar)
            events = [
                Event(day_number(first), day_number(last), f"leave {first}", "leave", "declared")
                for first, last in dates(unit)
            ]
            told = absence_answer(activity_of(unit), "Asia/Shanghai", events, registered=True)
            found += told.status == "found"
        print(f"absence, {name}: found {wilson(found, repeats)}")


def many(number: int) -> None:
    """Time, memory and crews found among very many accounts."""
    rng = np.random.default_rng(SEED)
    planted = crew_unit(rng, crews=20, per_crew=15, posts=1500, zone=ZONE, window=YEAR)
    days = np.arange(YEAR[0], YEAR[1] + 1)
    weight = np.where((days + 3) % 7 < 5, 1.0, 0.2)
    times = [one.t_s for one in planted.accounts]
    for _ in range(number - len(times)):
        own = weight * rng.gamma(3.0, 1 / 3.0, len(days))
        day = rng.choice(days, 200, p=own / own.sum())
        times.append(day * 86_400 + rng.integers(6 * 3600, 15 * 3600, 200))
    group = group_of("many", times, [str(i) for i in range(len(times))])
    del times
    began = time.process_time()
    told = crews_answer(group)
    spent = time.process_time() - began
    found = labels(told, number)[: len(planted.accounts)]
    inside = sum(len(one.members) for one in told.crews)
    true = truth(planted)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    score = adjusted_rand(found, true)
    print(f"{number:,} accounts, 20 crews of 15 among them: {len(told.crews)} crews with {inside}")
    print(f"  accounts; {int((found >= 0).sum())} of {len(true)} planted ones, adjusted Rand")
    print(f"  {score:.3f}; {spent:.0f} s CPU, peak {peak} MB")


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--many", type=int, default=0)
    told = parser.parse_args()
    part = 4 if told.quick else 1
    crews(40 // part)
    nulls(50 // part)
    turns(4 // part)
    rota(20 // part)
    absences(40 // part)
    if told.many:
        many(told.many)


if __name__ == "__main__":
    main()
