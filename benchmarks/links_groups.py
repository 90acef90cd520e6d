"""Groups from ties on made-up accounts whose truth is known.

    python benchmarks/links_groups.py            # about ten minutes
    python benchmarks/links_groups.py --quick    # a tenth of the repeats

A case has 1,000 accounts. Planted groups of 4 to 30 are tied by two to four kinds; a kind ties a
fifth to half of the pairs of a group. Noise is single ties between accounts at random, with weights
drawn like those of the groups, some accounts having ten times as many as others, and things that a
few unrelated accounts share. Pure noise is the same without groups. Intervals are 95 %.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from forensics.evaluate.metrics import wilson
from forensics.links.edges import Edge, EdgeKind
from forensics.links.groups.answer import GroupsAnswer, answer
from forensics.model import RowRef

SEED = 8
RESAMPLES = 2000
CEILINGS: dict[EdgeKind, int] = {
    "same_text": 20,
    "near_text": 15,
    "same_url": 12,
    "same_code": 20,
    "co_posting": 15,
    "same_picture": 12,
    "same_device": 20,
    "same_document": 20,
    "same_batch": 12,
    "same_client_mix": 8,
    "same_crew": 8,
}
"""Heaviest edge of each kind in decibans, as the finders make them."""
LIGHTEST = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """What a made-up case holds."""

    accounts: int = 1_000
    groups: int = 20
    smallest: int = 4
    largest: int = 30
    kinds: tuple[int, int] = (2, 4)
    """Fewest and most kinds that tie a group."""
    recall: tuple[float, float] = (0.2, 0.5)
    """Share of the pairs of a group that a kind ties."""
    noise: float = 3.0
    """Noise ties an account has on average."""
    shared: int = 60
    """Things that three to eight unrelated accounts share."""


@dataclass(frozen=True, slots=True)
class Made:
    """A made-up case and its truth."""

    names: tuple[str, ...]
    edges: list[Edge]
    groups: list[list[str]]


def edge(a: str, b: str, kind: EdgeKind, decibans: float, rows: tuple[RowRef, ...]) -> Edge:
    """A tie as a finder would make it."""
    mdb = round(1_000 * decibans)
    low, high = sorted((a, b))
    return Edge(
        low, high, kind, False, 1, None, None, None, mdb, mdb, mdb, "modelled", None, None, rows,
        len(rows), "Both share it.",
    )  # fmt: skip


def made(plan: Plan, seed: int) -> Made:
    """A case; the same for the same seed."""
    rng = np.random.default_rng(seed)
    names = tuple(f"a{i:04d}" for i in range(plan.accounts))
    order = rng.permutation(plan.accounts).tolist()
    kinds = list(CEILINGS)
    edges: list[Edge] = []
    groups = []
    rows = iter(range(1, 10_000_000))

    def weight(kind: EdgeKind) -> float:
        return float(rng.uniform(LIGHTEST, CEILINGS[kind]))

    for _ in range(plan.groups):
        size = int(rng.integers(plan.smallest, plan.largest + 1))
        members = [names[i] for i in order[:size]]
        del order[:size]
        groups.append(sorted(members))
        number = int(rng.integers(plan.kinds[0], plan.kinds[1] + 1))
        for place in rng.choice(len(kinds), number, replace=False).tolist():
            share = float(rng.uniform(*plan.recall))
            edges += [
                edge(a, b, kinds[place], weight(kinds[place]), (RowRef("f", next(rows)),))
                for a, b in combinations(members, 2)
                if rng.random() < share
            ]
    loud = rng.lognormal(0, 1, plan.accounts)
    loud /= loud.sum()
    for _ in range(round(plan.noise * plan.accounts / 2)):
        one, other = rng.choice(plan.accounts, 2, replace=False, p=loud).tolist()
        kind = kinds[int(rng.integers(len(kinds)))]
        edges.append(edge(names[one], names[other], kind, weight(kind), (RowRef("f", next(rows)),)))
    for _ in range(plan.shared):
        who = rng.choice(plan.accounts, int(rng.integers(3, 9)), replace=False, p=loud).tolist()
        kind = kinds[int(rng.integers(len(kinds)))]
        carried = {i: RowRef("f", next(rows)) for i in who}
        decibans = 2 * CEILINGS[kind] / len(who)
        edges += [
            edge(names[i], names[j], kind, decibans, (carried[i], carried[j]))
            for i, j in combinations(who, 2)
        ]
    return Made(names, edges, groups)


def couples(groups: list[list[str]]) -> set[tuple[str, str]]:
    """Pairs of accounts of one group."""
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


def scores(case: Made, told: GroupsAnswer) -> tuple[float, float, float]:
    """Precision, recall and F1 over pairs."""
    truth, found = couples(case.groups), couples([list(one.members) for one in told.groups])
    both = len(truth & found)
    precision = both / len(found) if found else 1.0
    recall = both / len(truth)
    return precision, recall, 2 * both / (len(found) + len(truth))


def interval(rows: list[float]) -> str:
    """Mean with its 95 % interval by drawing the repeats again."""
    values = np.array(rows)
    draws = np.random.default_rng(SEED).choice(values, (RESAMPLES, len(values))).mean(axis=1)
    low, high = np.quantile(draws, (0.025, 0.975))
    return f"{values.mean():.3f} [{low:.3f}, {high:.3f}]"


def planted(name: str, plan: Plan, repeats: int, start: int) -> None:
    """Scores over repeats of one plan."""
    rows = []
    numbers = []
    stable = []
    for seed in range(start, start + repeats):
        case = made(plan, seed)
        told = answer(case.edges, case.names, seed=SEED)
        rows.append(scores(case, told))
        numbers.append(float(len(told.groups)))
        stable.append(float(np.mean([one.stable for one in told.groups])) if told.groups else 0.0)
    print(f"{name} (n = {repeats})")
    for what, column in zip(("precision", "recall", "F1"), zip(*rows, strict=True), strict=True):
        print(f"  {what:<10}{interval(list(column))}")
    print(f"  groups    {interval(numbers)} of {plan.groups}; stable {interval(stable)}")
    sys.stdout.flush()


def noise(name: str, plan: Plan, repeats: int, start: int) -> None:
    """How often nothing is found where there is nothing."""
    nothing = things = 0
    for seed in range(start, start + repeats):
        case = made(replace(plan, groups=0), seed)
        told = answer(case.edges, case.names, seed=SEED)
        nothing += not told.groups
        things += len(told.things)
    got = wilson(nothing, repeats)
    print(
        f"{name}: no group in {nothing} of {repeats} [{got.low:.3f}, {got.high:.3f}]; "
        f"one shared thing alone {things} times",
        flush=True,
    )


PLANTED: tuple[tuple[str, Plan], ...] = (
    ("mixed evidence, 20 groups in 1,000 accounts", Plan()),
    ("three times the noise", Plan(noise=9, shared=180)),
    ("groups of 4 to 8", Plan(largest=8)),
    ("groups of 20 to 60", Plan(groups=10, smallest=20, largest=60)),
    ("one kind a group", Plan(kinds=(1, 1))),
    ("half the ties seen", Plan(recall=(0.1, 0.25))),
    ("5 groups of 8 to 20 in 200 accounts", Plan(200, 5, 8, 20, shared=12)),
    ("3 groups of 5 to 15 in 100 accounts", Plan(100, 3, 5, 15, shared=6)),
    ("1 group of 8 to 12 in 100 accounts", Plan(100, 1, 8, 12, shared=6)),
    ("1 group of 10 to 30 in 40 accounts", Plan(40, 1, 10, 30, shared=2)),
)
EMPTY: tuple[tuple[str, Plan], ...] = (
    ("pure noise", Plan()),
    ("pure noise, three times as much", Plan(noise=9, shared=180)),
    ("pure noise, 300 accounts", Plan(accounts=300, shared=18)),
    ("pure noise, 100 accounts", Plan(accounts=100, shared=6)),
    ("pure noise, 100 accounts, three times as much", Plan(accounts=100, noise=9, shared=18)),
    ("pure noise, 50 accounts", Plan(accounts=50, shared=3)),
    ("pure noise, 30 accounts", Plan(accounts=30, shared=2)),
    ("pure noise, 20 accounts", Plan(accounts=20, shared=1)),
    ("pure noise, single ties only", Plan(shared=0)),
)


def timed(job: Callable[[], None]) -> None:
    """Run it and print time and memory."""
    begun = time.process_time()
    job()
    used = time.process_time() - begun
    print(f"  {used:.0f} s CPU, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the repeats")
    parser.add_argument("--only", default="", help="plans whose name holds this text")
    parser.add_argument("--start", type=int, default=10_000, help="first seed of the cases")
    told = parser.parse_args()
    part = 10 if told.quick else 1
    for name, plan in ((name, plan) for name, plan in PLANTED if told.only in name):
        timed(lambda n=name, p=plan: planted(n, p, 20 // min(part, 5), told.start))  # type: ignore[misc]
    for name, plan in ((name, plan) for name, plan in EMPTY if told.only in name):
        timed(lambda n=name, p=plan: noise(n, p, 100 // part, told.start))  # type: ignore[misc]


if __name__ == "__main__":
    main()
