"""The turn-taking pairs of a unit: found by a sweep, kept if they exclude and relieve each other.

Method, measured figures and limits: docs/methods/crews.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.links.turns.exclusion import LEAST_EXPECTED, MOST_OVERLAP, Exclusion, exclusion
from forensics.links.turns.sweep import Candidates, MinuteArray, candidates

FEW_DRAWS = 19
MORE_DRAWS = 199
"""Shifted clocks: more where fewer leave it open how small the chance is."""
FALSE_SHARE = 0.05
"""Expected share of false pairs among those reported (Benjamini and Hochberg)."""
LEAST_RELIEFS = 5
LEAST_GAIN = 1.5
"""Reliefs over those expected."""
LEAST_POSTS = 20

IntArray = NDArray[np.int64]
CodeArray = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Turns:
    """Two accounts that take turns."""

    a: int
    """Index of the account in the unit."""
    b: int
    turns: int
    turns_expected: float
    test: Exclusion
    q: float
    """Share of false pairs if this one and all with a smaller p are reported."""


@dataclass(frozen=True, slots=True)
class TurnsAnswer:
    """What can be said about turn-taking in a unit."""

    pairs: tuple[Turns, ...]
    """Kept pairs, the surest first."""
    tested: int
    """Candidates that were tested for exclusion."""
    pairs_seen: int
    skipped: int
    left_off: int
    precise: bool
    """False if too few times are known to the minute."""
    seed: int


def answer(
    owner: CodeArray, minute: MinuteArray, accounts: int, cut_hour: int, *, seed: int = 5
) -> TurnsAnswer:
    """The pairs of a unit that take turns.

    Args:
        owner: Account of each distinct post minute, in order of time.
        minute: UTC minutes, rising.
        accounts: Number of accounts.
        cut_hour: UTC hour at which the unit's days are cut.
        seed: Seed of decoys and shifts.
    """
    rng = np.random.default_rng(seed)
    enough = np.bincount(owner, minlength=accounts) >= LEAST_POSTS
    keep = enough[owner]
    if not keep.all():
        owner, minute = owner[keep], minute[keep]
    if int(enough.sum()) < 2:
        return TurnsAnswer((), 0, 0, 0, 0, False, seed)
    found = candidates(owner, minute, accounts, cut_hour, rng)
    tests = _tests(found, _times(found, owner, minute, accounts), cut_hour, rng)
    return TurnsAnswer(
        pairs=_kept(found, tests),
        tested=len(tests),
        pairs_seen=found.pairs_seen,
        skipped=found.skipped,
        left_off=found.left_off,
        precise=True,
        seed=seed,
    )


def _times(
    found: Candidates, owner: CodeArray, minute: MinuteArray, accounts: int
) -> dict[int, MinuteArray]:
    """The minutes of each account of a candidate."""
    asked = np.zeros(accounts, dtype=bool)
    asked[found.a], asked[found.b] = True, True
    keep = asked[owner]
    owner, minute = owner[keep], minute[keep]
    order = np.argsort(owner, kind="stable")
    owner, minute = owner[order], minute[order]
    names = np.flatnonzero(asked)
    edges = np.searchsorted(owner, [names, names + 1])
    return {
        name: minute[low:high]
        for name, low, high in zip(names.tolist(), *edges.tolist(), strict=True)
    }


def _tests(
    found: Candidates, times: Mapping[int, MinuteArray], cut_hour: int, rng: np.random.Generator
) -> list[Exclusion]:
    """One test a candidate: few draws for all, and for pairs that still hold as many as it takes.

    With m candidates of which r still hold, a p of FALSE_SHARE r / m must be within reach.
    """
    pairs = list(zip(found.a.tolist(), found.b.tolist(), strict=True))
    tests = [exclusion(times[a], times[b], cut_hour, FEW_DRAWS, rng) for a, b in pairs]
    for stage in range(2):
        open_ = [i for i, t in enumerate(tests) if t.p <= 2 / (1 + FEW_DRAWS) and _holds(t)]
        if not open_:
            break
        draws = MORE_DRAWS
        if stage:
            draws = max(MORE_DRAWS, round(1.5 * len(pairs) / FALSE_SHARE / len(open_)))
        for i in open_:
            a, b = pairs[i]
            tests[i] = exclusion(times[a], times[b], cut_hour, draws, rng)
    return tests


def _holds(test: Exclusion) -> bool:
    """Whether the pair excludes and relieves each other by enough to matter."""
    return (
        test.overlaps_expected >= LEAST_EXPECTED
        and test.overlaps <= MOST_OVERLAP * test.overlaps_expected
        and test.reliefs >= LEAST_RELIEFS
        and test.reliefs >= LEAST_GAIN * test.reliefs_expected
    )


def _kept(found: Candidates, tests: list[Exclusion]) -> tuple[Turns, ...]:
    """Pairs that hold, at a bounded share of false ones among all that were tested."""
    p = np.array([test.p for test in tests])
    order = np.argsort(p, kind="stable")
    q = np.ones(len(p))
    if len(p):
        raw = p[order] * len(p) / np.arange(1, len(p) + 1)
        q[order] = np.minimum(np.minimum.accumulate(raw[::-1])[::-1], 1.0)
    kept = [
        Turns(int(found.a[i]), int(found.b[i]), int(found.turns[i]), float(found.expected[i]),
              tests[i], float(q[i]))
        for i in order.tolist()
        if q[i] <= FALSE_SHARE and _holds(tests[i])
    ]  # fmt: skip
    return tuple(sorted(kept, key=lambda one: (one.q, -one.test.reliefs, one.a, one.b)))
