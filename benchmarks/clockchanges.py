"""How often the rule of clock changes is found, on people whose zone is known.

    python benchmarks/clockchanges.py ../shared/data            # all tables, about two minutes
    python benchmarks/clockchanges.py ../shared/data --quick    # 500 random posts only

Truth is the family of rules of the zones that fit the offsets a person's machine wrote; people
whose rule was begun or ended by a law inside the draw (`dated`) are left out. Two draws a person;
95 % intervals by resampling persons. The two free settings (powers of the two estimators) are
chosen per fold from the other four folds (`folds`), and stand as committed elsewhere.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

from accuracy import FOLDS, Person, draw, fold_library, people_with_folds

from forensics.clues.clockchanges.answer import (
    CONTRAST_SHARE,
    KERNEL_SHARE,
    LEAST_POWER_MDB,
    SURE,
    RuleScores,
    power_mdb,
    rule_scores,
)
from forensics.clues.clockchanges.contrast import contrast, crew_days, day_values
from forensics.clues.clockchanges.rules import KINDS, Families, families
from forensics.clues.hours import model
from forensics.clues.quarters import DAY, thin
from forensics.reference.templates import Library

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
SIZES = (250, 500, 1000)
DRAWS = 2
SEED = 31
RESAMPLES = 1000
GROUPS = 150
GRID = tuple((k, c) for k in (0.2, 0.35, 0.5, 0.8) for c in (0.0, 0.3, 0.6, 1.0))
EU, US = "Europe/Berlin", "America/New_York"


@dataclass(frozen=True, slots=True)
class Row:
    """One draw, scored."""

    person: int
    fold: int
    power_mdb: int
    scores: RuleScores
    truth: int
    """Family of the truth."""
    hours_weight: FloatArray
    """(families) posterior by hours alone, population prior."""


def true_zones(folder: Path) -> list[tuple[str, ...]]:
    """Zones that fit each person, in the order of account names."""
    with (folder / "commits_dev_accounts.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["account"])
    return [tuple(row["zones_with_the_same_rules"].split(";")) for row in rows]


def family_of(rules: Families, zones: Sequence[str]) -> int | None:
    """Family that holds the first of the zones that any family holds."""
    for zone in zones:
        for index, one in enumerate(rules.members):
            if zone in one.zones:
                return index
    return None


def by_hours(q: IntArray, rules: Families, weeks: Library) -> FloatArray:
    """(families) probability of each family from hours alone."""
    scores = model.score_units([q], weeks)[0]
    posterior = model.posteriors(scores)[1].classes
    where = {zone: i for i, one in enumerate(rules.members) for zone in one.zones}
    found = np.zeros(len(rules.members))
    for names, p in zip(scores.classes.names, posterior, strict=True):
        known = [where[name] for name in names if name in where]
        if known:
            found[known[0]] += p
    return found


def cell(
    people: Sequence[Person],
    zones: Sequence[tuple[str, ...]],
    libraries: Sequence[Library],
    n: int,
    mode: str,
) -> list[Row]:
    """All draws of one n and mode."""
    rows: list[Row] = []
    for number, person in enumerate(people):
        if len(person.times_s) < n:
            continue
        for turn in range(DRAWS):
            q = draw(person, number, n, mode, turn).q
            rules = families(np.unique(q // DAY))
            truth = family_of(rules, zones[number])
            if truth is None:
                continue
            series = day_values(q)
            rows.append(
                Row(
                    number,
                    person.fold,
                    power_mdb([q], rules, series),
                    rule_scores([q], rules, series),
                    truth,
                    by_hours(q, rules, libraries[person.fold]),
                )
            )
    return rows


def kind_p(scores: RuleScores, posterior: FloatArray) -> FloatArray:
    """(4) probability per kind."""
    kinds = np.array([KINDS.index(one.kind) for one in scores.rules.members])
    return np.bincount(kinds, weights=posterior, minlength=len(KINDS)).astype(np.float64)


def reweighed(scores: RuleScores, kernel_share: float, contrast_share: float) -> FloatArray:
    """Posterior of the families under other powers."""
    log = scores.kernel * (kernel_share / KERNEL_SHARE)
    log = log + scores.gains * (contrast_share / CONTRAST_SHARE)
    prior = np.array([one.weight for one in scores.rules.members])
    joint = (prior + 1e-5 * prior.sum()) * np.exp(log - log.max())
    return np.asarray(joint / joint.sum())


def interval(rows: Sequence[Row], values: Sequence[float]) -> str:
    """Mean and 95 % interval; persons resampled, draws of one kept together."""
    persons = np.array([row.person for row in rows])
    kept = np.array(values, dtype=np.float64)
    each = np.array([kept[persons == p].mean() for p in np.unique(persons)])
    if not len(each):
        return "-"
    rng = np.random.default_rng(SEED)
    means = each[rng.integers(0, len(each), size=(RESAMPLES, len(each)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return f"{each.mean():.2f} [{low:.2f}, {high:.2f}] ({len(each)})"


def right(p: FloatArray, truth: int, *, three: bool) -> float:
    """Whether the most probable kind is the true one; `three` leaves `dated` out."""
    kinds = p[:3] if three else p
    return float(int(np.argmax(kinds)) == truth)


def show(rows: Sequence[Row]) -> None:
    """The figures of one cell."""
    kinds = [KINDS.index(row.scores.rules.members[row.truth].kind) for row in rows]
    plain = [i for i, kind in enumerate(kinds) if KINDS[kind] != "dated"]
    p = [kind_p(row.scores, row.scores.posterior()) for row in rows]

    def line(name: str, chosen: Sequence[int], values: Sequence[float]) -> None:
        print(f"  {name:<46} {interval([rows[i] for i in chosen], values)}")

    line("none/north/south right", plain, [right(p[i], kinds[i], three=True) for i in plain])
    line("  with `dated` as a rival", plain, [right(p[i], kinds[i], three=False) for i in plain])
    line("log score (nats), four kinds", plain, [-np.log(max(p[i][kinds[i]], 1e-4)) for i in plain])
    joint = [kind_p(r.scores, _with_hours(r)) for r in rows]
    line(
        "none/north/south right, hours added",
        plain,
        [right(joint[i], kinds[i], three=True) for i in plain],
    )
    strong = [i for i in plain if rows[i].power_mdb >= LEAST_POWER_MDB]
    line("power at least 5 dB", plain, [float(i in set(strong)) for i in plain])
    line(
        "  of these: none/north/south right",
        strong,
        [right(p[i], kinds[i], three=True) for i in strong],
    )
    sure = [i for i in strong if p[i].max() >= SURE]
    line("  of these: named (80 %)", strong, [float(i in set(sure)) for i in strong])
    line("  of the named: right", sure, [right(p[i], kinds[i], three=False) for i in sure])
    both = [i for i in plain if _is(rows[i], EU) != _is(rows[i], US)]
    line("EU and US apart, northern people", both, [_apart(rows[i]) for i in both])
    line("expected weight, dB", plain, [rows[i].power_mdb / 1000 for i in plain])
    line("weight found for the truth, dB", plain, [_found(rows[i]) for i in plain])


def _with_hours(row: Row) -> FloatArray:
    """Posterior by hours times the likelihood of the clock changes."""
    log = row.scores.log_likelihood
    joint = (row.hours_weight + 1e-9) * np.exp(log - log.max())
    return np.asarray(joint / joint.sum())


def _is(row: Row, zone: str) -> bool:
    return zone in row.scores.rules.members[row.truth].zones


def _apart(row: Row) -> float:
    """1 if the true one of EU and US has the larger likelihood."""
    index = family_of(row.scores.rules, (US if _is(row, EU) else EU,))
    return float(
        index is not None
        and row.scores.log_likelihood[row.truth] > row.scores.log_likelihood[index]
    )


def _found(row: Row) -> float:
    """Decibans for the truth against no change; for people without changes, against the EU's."""
    log = row.scores.log_likelihood * 10 / np.log(10)
    if row.scores.rules.members[row.truth].changes:
        return float(log[row.truth])
    return -float(log[family_of(row.scores.rules, (EU,)) or 0])


def folds(rows: Sequence[Row]) -> None:
    """Both powers chosen on four folds, scored on the fifth."""
    kinds = [KINDS.index(row.scores.rules.members[row.truth].kind) for row in rows]
    plain = [i for i, kind in enumerate(kinds) if KINDS[kind] != "dated"]
    table = np.array(
        [[kind_p(rows[i].scores, reweighed(rows[i].scores, *pair)) for pair in GRID] for i in plain]
    )
    truth = np.array([kinds[i] for i in plain])
    loss = -np.log(np.maximum(table[np.arange(len(plain)), :, truth], 1e-4))
    fold = np.array([rows[i].fold for i in plain])
    picked = [int(np.argmin(loss[fold != f].mean(axis=0))) for f in range(FOLDS)]
    best = np.array([picked[f] for f in fold])
    took = table[np.arange(len(plain)), best]
    kept = [rows[i] for i in plain]
    print("powers (kernel, contrast) chosen per fold:", [GRID[i] for i in picked])
    print(f"  none/north/south right  {interval(kept, list(took[:, :3].argmax(axis=1) == truth))}")
    print(f"  log score               {interval(kept, list(loss[np.arange(len(plain)), best]))}")
    alone = [float(loss[:, GRID.index((k, 0.0))].mean()) for k in (0.2, 0.35, 0.5, 0.8)]
    print("  log score of the kernel alone at 0.2, 0.35, 0.5, 0.8:", [round(a, 3) for a in alone])


def groups(people: Sequence[Person], zones: Sequence[tuple[str, ...]], n: int) -> None:
    """Ten people with one rule, n posts each, as one unit."""
    rng = np.random.default_rng(SEED)
    where: dict[str, list[int]] = {}
    for number, person in enumerate(people):
        kind = {"Europe/Berlin": "EU", "America/New_York": "US"}
        if len(person.times_s) < n:
            continue
        whole = families(np.unique(person.times_s // 86_400))
        index = family_of(whole, zones[number])
        if index is None or whole.members[index].kind == "dated":
            continue
        names = [text for zone, text in kind.items() if zone in whole.members[index].zones]
        where.setdefault(names[0] if names else whole.members[index].kind, []).append(number)
    results = []
    for _ in range(GROUPS):
        large = sorted(name for name, members in where.items() if len(members) >= 10)
        name = large[int(rng.integers(len(large)))]
        chosen = rng.choice(where[name], 10, replace=False)
        hours = [draw(people[int(i)], int(i), n, "random", 0).q for i in chosen]
        rules = families(np.unique(np.concatenate(hours) // DAY))
        series = crew_days([day_values(q) for q in hours])
        scores = rule_scores(hours, rules, series)
        p = kind_p(scores, scores.posterior())
        truth = {"EU": 1, "US": 1}.get(name, KINDS.index(name) if name in KINDS else 0)
        results.append(
            (right(p, truth, three=True), power_mdb(hours, rules, series) >= LEAST_POWER_MDB)
        )
    found = np.array(results, dtype=np.float64)
    print(
        f"ten people with one rule x {n} posts ({GROUPS} groups): right {found[:, 0].mean():.2f}, "
        f"power at least 5 dB {found[:, 1].mean():.2f}"
    )


def placebo(people: Sequence[Person]) -> None:
    """Spread of the contrast at dates on which nothing changes."""
    z = []
    for person in people:
        q = thin(person.times_s // 900)
        series = day_values(q)
        rules = families(series.days)
        changes = rules.members[family_of(rules, (EU,)) or 0].changes
        for weeks in (-10, -9, 9, 10):
            found = contrast(series, changes, 7 * weeks)
            if found is not None:
                z.append(found.follows / found.error)
    print(f"contrast over its stated error at placebo dates: SD {np.std(z):.2f}, n {len(z)}")


def main() -> None:
    """Read the arguments and print the tables."""
    parser = argparse.ArgumentParser(description="accuracy of the clock-change statement")
    parser.add_argument("data", type=Path, help="folder with commits_dev.parquet")
    parser.add_argument("--quick", action="store_true", help="500 random posts only")
    told = parser.parse_args()
    people = people_with_folds(told.data / "commits_dev.parquet")
    zones = true_zones(told.data)
    libraries = [fold_library(people, fold).library for fold in range(FOLDS)]
    collected: list[Row] = []
    for n in (500,) if told.quick else SIZES:
        for mode in ("random",) if told.quick else ("random", "consecutive"):
            rows = cell(people, zones, libraries, n, mode)
            print(f"{mode}, n = {n}: {len(rows)} draws")
            show(rows)
            collected += rows
    folds(collected)
    placebo(people)
    if not told.quick:
        for n in (50, 100, 250):
            groups(people, zones, n)


if __name__ == "__main__":
    main()
