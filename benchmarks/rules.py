"""How often the rules of abstention stop people and flat curves; called by accuracy.py."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from forensics.clues.hours import group
from forensics.clues.hours.rules import FLAT_CHANCE, day_curves, flat_chances, quiet_ratios_ppm
from forensics.reference.templates import library

IntArray = NDArray[np.int64]
SEED = 22
TIMES = 300


class Draw(Protocol):
    """Some posts of one person."""

    @property
    def person(self) -> int:
        """Number of the person."""

    @property
    def q(self) -> IntArray:
        """Thinned UTC quarter-hours."""

    @property
    def truth_min(self) -> int:
        """True offset, minutes east."""


def stopped(curves: IntArray) -> float:
    """Share of day curves (units, 96) that are too flat, or have no night."""
    flat = flat_chances(curves) >= FLAT_CHANCE
    return float(np.mean(flat | (2 * quiet_ratios_ppm(curves) > 1_000_000)))


def rules(draws_of: Callable[[int], Sequence[Draw]]) -> None:
    """Print the share of people and of flat curves that are stopped, and of false disagreement."""
    rng = np.random.default_rng(SEED)
    print("share stopped because the curve is flat or has no night")
    for n in (60, 100, 250, 500):
        drawn = draws_of(n)
        people = stopped(day_curves([[one.q] for one in drawn]))
        hours = round(float(np.mean([len(one.q) for one in drawn])))
        flat = stopped(rng.multinomial(hours, np.full(96, 1 / 96), TIMES))
        print(f"  {n:>4} posts ({hours} hours): people {people:.3f}, flat curves {flat:.3f}")
    drawn = draws_of(100)
    curves = group.phase_curves([one.q for one in drawn], library())
    truth = np.array([one.truth_min for one in drawn])
    large = [t for t in np.unique(truth) if (truth == t).sum() >= 20]
    print(
        "share of groups told that they do not agree: one offset / two offsets, 5 h or more apart"
    )
    for members in (3, 5, 10, 20):
        same, mixed = [], []
        for _ in range(TIMES):
            first, second = rng.choice(large, 2, replace=False)
            one = rng.choice(np.flatnonzero(truth == first), members, replace=False)
            same.append(group.agreement(curves[one]).disagree)
            apart = abs(int(first) - int(second)) % 1440
            if min(apart, 1440 - apart) >= 300:
                half = rng.choice(np.flatnonzero(truth == second), members // 2, replace=False)
                both = np.concatenate([one[: members - members // 2], half])
                mixed.append(group.agreement(curves[both]).disagree)
        print(f"  {members:>3} members: {np.mean(same):.3f} / {np.mean(mixed):.3f}")
