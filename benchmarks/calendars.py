"""Which country's calendar the days follow: accuracy, false calls, null checks, speed.

The labelled data does not travel with the project; give its folder:

    python benchmarks/calendars.py ../shared/data            # everything, a few minutes
    python benchmarks/calendars.py ../shared/data --part commits  # or null, groups, clusters, speed

Countries of the commit authors are inferred from zone and work group, not stated by them: labels
of whole zones (Berlin's, for one) hold several countries. Settings that were tuned are chosen again
for each fold of work groups from the other folds. Seeds are fixed.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from forensics.clues.activity import Activity
from forensics.clues.calendars import answer as model
from forensics.clues.calendars import power, rates
from forensics.clues.calendars.dips import dips
from forensics.clues.calendars.evidence import DB, CalendarAnswer
from forensics.clues.quarters import DAY, thin

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
TEN = ("CN", "RU", "JP", "US", "KR", "NZ", "IN", "IL", "GB", "DE")
BASELINE = {"CN": 0.76, "RU": 0.83, "JP": 0.77, "US": 0.35, "KR": 1.0, "NZ": 0.75, "IN": 0.08,
            "IL": 0.25, "GB": 0.07, "DE": 0.18}  # fmt: skip
"""Holidays alone, an earlier and separate implementation, all people."""
GOAL = {"CN": 0.90, "RU": 0.90, "JP": 0.90, "US": 0.60}
TEMPERS = (0.3, 0.4, 0.55, 0.7, 1.0)
FOLDS = 5
SEED = 40
RESAMPLES = 2000
NULL_WEEKS = (-17, -11, -6, 5, 8, 13)


@dataclass(frozen=True, slots=True)
class Person:
    """One labelled person."""

    activity: Activity
    label: str
    group: str
    days: int


def activity_of(unit: str, parts: Sequence[IntArray]) -> Activity:
    """What the model reads of a unit, from each account's quarter-hours; no minutes, no rows."""
    q, n = np.unique(np.concatenate(list(parts)), return_counts=True)
    np.zeros(60, dtype=np.int64)
    accounts = tuple(f"{unit}.{number}" for number in range(len(parts)))
    hours = tuple(thin(part) for part in parts)
    return Activity(unit, accounts, hours, q, n.astype(np.int64), {}, ())


def label_of(row: dict[str, str]) -> str:
    """Inferred country of a commit author; empty if none of the ten."""
    zones = set(row["zones_with_the_same_rules"].split(";"))
    offset, saving = int(row["modal_offset"]), row["n_offsets"] == "2"
    group = row["group"]
    rules = (
        ("CN", group in {"g21", "g15"} and offset == 480),
        ("KR", group == "g07"),
        ("JP", group == "g01" and offset == 540),
        ("RU", group == "g06" and offset in {180, 240}),
        ("NZ", group == "g23" and offset in {720, 780}),
        ("IN", offset == 330),
        ("IL", "Asia/Jerusalem" in zones),
        ("GB", "Europe/London" in zones and saving),
        ("DE", "Europe/Berlin" in zones and saving),
        ("US", -480 <= offset <= -240 and saving),
    )
    return next((name for name, holds in rules if holds), "")


def people(folder: Path) -> list[Person]:
    """Commit authors with a label."""
    with (folder / "commits_dev_accounts.csv").open(encoding="utf-8") as file:
        rows = {row["account"]: row for row in csv.DictReader(file)}
    query = "SELECT account, epoch_seconds FROM read_parquet(?) ORDER BY account, epoch_seconds"
    table = duckdb.execute(query, [str(folder / "commits_dev.parquet")]).fetchnumpy()
    names, starts = np.unique(np.asarray(table["account"]).astype(str), return_index=True)
    parts = np.split(np.asarray(table["epoch_seconds"]).astype(np.int64), starts[1:])
    found = []
    for name, times in zip(names.tolist(), parts, strict=True):
        label = label_of(rows[name])
        if label:
            hours = thin(times // 900)
            days = len(np.unique(hours // DAY))
            found.append(Person(activity_of(name, [hours]), label, rows[name]["group"], days))
    return found


def fold_of(members: Sequence[Person]) -> IntArray:
    """Fold of each person; groups in falling size go to the fold that is smallest so far."""
    sizes = Counter(person.group for person in members)
    filled = [0] * FOLDS
    chosen: dict[str, int] = {}
    for name, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        chosen[name] = filled.index(min(filled))
        filled[chosen[name]] += size
    return np.array([chosen[person.group] for person in members])


def interval(values: FloatArray) -> str:
    """Mean with the 95 % interval of resampled people."""
    if not len(values):
        return "-"
    rng = np.random.default_rng(SEED)
    means = values[rng.integers(0, len(values), (RESAMPLES, len(values)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return f"{values.mean():.2f} [{low:.2f}, {high:.2f}] of {len(values)}"


def scores(members: Sequence[Person], temper: float) -> FloatArray:
    """(people, ten) weight of each of the ten calendars, also where days are too few."""
    before = rates.TEMPER, power.MARGIN
    rates.TEMPER, power.MARGIN = temper, 1e9
    found = np.zeros((len(members), len(TEN)))
    answers = model.answers([person.activity for person in members], candidates=TEN)
    for row, answer in enumerate(answers):
        for one in answer.evidence:
            found[row, TEN.index(one.country)] = one.total_nats
    rates.TEMPER, power.MARGIN = before
    return found


def shares(logs: FloatArray) -> FloatArray:
    """Probabilities under equal priors."""
    weight = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def commits(members: Sequence[Person]) -> None:
    """Country among ten, and what is said with all calendars as candidates."""
    folds = fold_of(members)
    truth = np.array([TEN.index(person.label) for person in members])
    days = np.array([person.days for person in members])
    tables = {temper: shares(scores(members, temper)) for temper in TEMPERS}
    rows = np.arange(len(members))
    loss = {t: -np.log(np.maximum(p[rows, truth], 1e-9)) for t, p in tables.items()}
    picked = []
    for fold in range(FOLDS):
        elsewhere = {t: float(one[folds != fold].mean()) for t, one in loss.items()}
        picked.append(min(elsewhere, key=elsewhere.__getitem__))
    print(f"tempering picked per fold: {picked}")
    chosen = np.stack([tables[picked[fold]][row] for row, fold in enumerate(folds)])
    right = chosen.argmax(axis=1) == truth
    print("country among ten, forced choice (goal and baseline: same labels)")
    for number, name in enumerate(TEN):
        mine = truth == number
        parts = [interval(right[mine & (days >= least)].astype(float)) for least in (0, 100, 200)]
        goal = f"goal {GOAL[name]:.2f}" if name in GOAL else ""
        print(f"  {name}  all {parts[0]}  >=100 days {parts[1]}  >=200 days {parts[2]}"
              f"  baseline {BASELINE[name]:.2f} {goal}")  # fmt: skip
    print("log loss of the truth, nats:", interval(-np.log(chosen[rows, truth])))
    print("reliability of the leader's probability")
    top = chosen.max(axis=1)
    for low, high in ((0.0, 0.25), (0.25, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 0.95), (0.95, 1.01)):
        inside = (top >= low) & (top < high)
        hit = interval((chosen.argmax(axis=1) == truth)[inside].astype(float))
        print(f"  {low:.2f}-{min(high, 1):.2f}: stated {top[inside].mean():.2f}, right {hit}")
    said(members, list(model.answers([person.activity for person in members])))


def said(members: Sequence[Person], answers: Sequence[CalendarAnswer]) -> None:
    """What is said with all calendars as candidates."""
    print("all calendars as candidates:", dict(Counter(answer.status for answer in answers)))
    pairs = [(p, a) for p, a in zip(members, answers, strict=True) if a.status == "found"]
    first = np.array([a.leader is not None and a.leader.country == p.label for p, a in pairs])
    among = np.array([p.label in a.near for p, a in pairs])
    print(f"  named: leader is the label {interval(first.astype(float))},"
          f" label in the set {interval((first | among).astype(float))}")  # fmt: skip
    for name in TEN:
        mine = [a for a, p in zip(answers, members, strict=True) if p.label == name]
        found = [a for a in mine if a.status == "found" and a.leader is not None]
        leaders = Counter(a.leader.country for a in found if a.leader)
        held = sum(name in {a.leader.country if a.leader else "", *a.near, *a.alike} for a in found)
        print(f"  {name}: {len(mine)} people, {len(found)} named; leaders {dict(leaders)};"
              f" label in the set {held}")  # fmt: skip
    dismissed = [p.activity for p, a in zip(members, answers, strict=True) if not a.evidence]
    quick, power.MARGIN = power.MARGIN, 1e9
    full = list(model.answers(dismissed))
    power.MARGIN = quick
    able = sum(any(one.tested for one in answer.evidence) for answer in full)
    named = sum(answer.status == "found" for answer in full)
    print(f"  dismissed by the quick estimate: {len(dismissed)}; could have been tested {able},"
          f" would have been named {named}")  # fmt: skip


def null(members: Sequence[Person]) -> None:
    """The same people with their days moved by whole weeks: every country named is wrong."""
    tested = named = 0
    block: list[float] = []
    shift: list[float] = []
    for weeks in NULL_WEEKS:
        moved = [
            activity_of(p.activity.unit, [q + 7 * DAY * weeks for q in p.activity.hours])
            for p in members
        ]
        for answer in model.answers(moved, also=frozenset(TEN)):
            tested += answer.leader is not None
            named += answer.status == "found"
            for one in answer.evidence:
                if one.country in TEN and one.block_p is not None and one.shift_p is not None:
                    block.append(one.block_p)
                    shift.append(one.shift_p)
    print(f"null: {tested} tested units, {named} named ({named / tested:.3f})")
    low, fine = np.array(shift), np.array(block)
    print(f"  p by shifts: below .05 {np.mean(low < 0.05):.3f} (floor 1/35), {len(low)} tests")
    for level in (0.05, 0.01, 0.001):
        print(f"  p by blocks: below {level} {np.mean(fine < level):.4f}")


def groups(members: Sequence[Person]) -> None:
    """Ten people of one label as one unit, at their own dates and moved by weeks."""
    rng = np.random.default_rng(SEED)
    print("ten people of one label as one unit, drawn 20 times")
    for weeks in (0, *NULL_WEEKS[::2]):
        for name in TEN:
            pool = [p for p in members if p.label == name]
            units = []
            for draw in range(20):
                picks = rng.choice(len(pool), min(10, len(pool)), replace=False)
                parts = [pool[i].activity.hours[0] + 7 * DAY * weeks for i in picks]
                units.append(activity_of(f"{name}{draw}", parts))
            found = [a for a in model.answers(units) if a.status == "found" and a.leader]
            leaders = Counter(a.leader.country for a in found if a.leader)
            held = sum(name in {a.leader.country if a.leader else "", *a.near} for a in found)
            print(f"  moved by {weeks} weeks, {name}: named {len(found)}/20, leaders"
                  f" {dict(leaders)}, label in the set {held}")  # fmt: skip


def clusters(folder: Path) -> None:
    """Accounts of one operation in clusters; its office kept the Russian calendar."""
    query = (
        "SELECT account, epoch_seconds AS t, acct_lang, account_category AS kind, post_type"
        " FROM read_parquet(?) ORDER BY account, t"
    )
    table = duckdb.execute(query, [str(folder / "ira_tweets_dev.parquet")]).fetchnumpy()
    times = np.asarray(table["t"]).astype(np.int64)
    text = {n: np.asarray(table[n]).astype(str) for n in table if n != "t"}
    covered = np.unique(times // 86_400)
    originals = text["post_type"] == "O"
    masks = {"Russian-language": text["acct_lang"] == "Russian"}
    masks["German-language"] = text["acct_lang"] == "German"
    kinds = ("RightTroll", "LeftTroll", "HashtagGamer", "NewsFeed", "Fearmonger")
    masks |= {name: text["kind"] == name for name in kinds}
    print("clusters, originals of accounts with at least 20; operator and audience: RU, US")
    for name, mask in masks.items():
        chosen = mask & originals
        names, starts = np.unique(text["account"][chosen], return_index=True)
        parts = np.split(times[chosen] // 900, starts[1:])
        hours = [part for part in parts if len(part) >= 20]
        unit = activity_of(name, hours)
        answer = model.answer(unit, covered_days=covered, also=frozenset({"RU", "US"}))
        print(f"  {name}: {len(hours)} of {len(names)} accounts, {answer.status}, dispersion"
              f" {answer.dispersion:.1f}, leader {answer.leader.country if answer.leader else '-'}"
              f", Holm p {answer.holm_p:.3f}")  # fmt: skip
        for one in answer.evidence:
            if one.country in {"RU", "US"}:
                shown = f"p {one.shift_p or 1:.3f} / {one.block_p or 1:.4f}"
                print(f"    {one.country}: {one.days_nats / DB:.1f} dB, active {one.tally[1]:.0f}"
                      f" of {one.tally[2]:.0f} on days off, {shown}")  # fmt: skip
        for dip in dips(unit, "RU", "US", covered_days=covered):
            print(f"    off in {dip.country}, not in {dip.other}, {dip.measure}: below on"
                  f" {dip.below}/{dip.days}, median ratio {dip.ratio:.2f}, p {dip.shift_p:.3f} /"
                  f" {dip.block_p:.4f}{'' if dip.enough else ' (too few days)'}")  # fmt: skip


def speed() -> None:
    """Time for invented accounts: 1,500 over five years, and 100,000 small ones."""
    rng = np.random.default_rng(SEED)
    start = 16_500 * DAY
    for name, number, span, share in (
        ("1,500 accounts, five years", 1_500, 1_826, 0.3),
        ("100,000 accounts of about 15 posts", 100_000, 400, 0.04),
    ):
        units = []
        for index in range(number):
            days = np.flatnonzero(rng.random(span) < share) + int(rng.integers(0, 300))
            q = start + days * DAY + rng.integers(30, 70, len(days))
            units.append(activity_of(str(index), [q.astype(np.int64)]))
        began = time.process_time()
        status = Counter(answer.status for answer in model.answers(units))
        print(f"{name}: {time.process_time() - began:.1f} s of one core, {dict(status)}")


def main() -> None:
    """Read the arguments and print the tables asked for."""
    parser = argparse.ArgumentParser(description="accuracy of the calendar statement")
    parser.add_argument("data", type=Path, help="folder with commits_dev.parquet")
    parser.add_argument("--part", choices=("commits", "null", "groups", "clusters", "speed"))
    told = parser.parse_args()
    if told.part in {None, "commits"}:
        commits(people(told.data))
    if told.part in {None, "null"}:
        null(people(told.data))
    if told.part in {None, "groups"}:
        groups(people(told.data))
    if told.part in {None, "clusters"}:
        clusters(told.data)
    if told.part in {None, "speed"}:
        speed()


if __name__ == "__main__":
    main()
