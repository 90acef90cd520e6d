"""Whether two accounts that share their days are never active at once and relieve each other.

Shared days alone make two accounts follow each other. So the days stay as they are, and only the
clock of one account is shifted, each day by its own amount of half an hour to three hours. Two
people who merely work the same days then meet as often as before. Two accounts of one chair meet
where they never did, and their reliefs are gone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.links.turns.sweep import DAY_MIN, FAR_MIN, NEAR_MIN, SESSION_MIN

SHIFT_MIN = (30, 180)
MOST_OVERLAP = 0.34
"""Overlaps left, as a part of those expected, that still count as never both at once."""
LEAST_EXPECTED = 5.0
"""Overlaps that must be expected, or their absence says nothing."""
MOST_POSTS = 4000
"""Posts of each account looked at, on the days both were active."""

IntArray = NDArray[np.int64] | NDArray[np.int32]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Encounters and reliefs of a pair, and what shifted clocks make of them."""

    shared_days: int
    overlaps: int
    """Posts of one while the other was in a session."""
    overlaps_expected: float
    reliefs: int
    """Sessions of one that ended two to twenty minutes before a session of the other began."""
    reliefs_expected: float
    p_overlaps: float
    """Chance of as few overlaps."""
    p_reliefs: float
    """Chance of as many reliefs."""
    moments: tuple[tuple[int, int], ...]
    """(minute of the last post, minute of the first) of each relief, in order of time."""

    @property
    def p(self) -> float:
        """The larger of both: either alone is not turn-taking."""
        return max(self.p_overlaps, self.p_reliefs)


def exclusion(
    a: IntArray, b: IntArray, cut_hour: int, draws: int, rng: np.random.Generator
) -> Exclusion:
    """The test of one pair.

    Args:
        a: Distinct minutes of one account's posts, rising.
        b: The same of the other.
        cut_hour: UTC hour at which days are cut.
        draws: Shifted clocks.
        rng: Source of the shifts.
    """
    day_a, day_b = (a - 60 * cut_hour) // DAY_MIN, (b - 60 * cut_hour) // DAY_MIN
    both = np.intersect1d(day_a, day_b)
    a, b = a[np.isin(day_a, both)][:MOST_POSTS], b[np.isin(day_b, both)][:MOST_POSTS]
    day = np.searchsorted(both, (b - 60 * cut_hour) // DAY_MIN)
    sign = np.array([-1, 1])
    shifted = []
    for _ in range(draws):
        by = rng.integers(SHIFT_MIN[0], SHIFT_MIN[1] + 1, len(both)) * rng.choice(sign, len(both))
        shifted.append(np.sort(b + by[day]))
    overlaps = _overlaps(a, b)
    met = np.array([_overlaps(a, other) for other in shifted])
    end, start = reliefs(a, b)
    apart = met.mean() >= LEAST_EXPECTED and overlaps <= MOST_OVERLAP * met.mean()
    # A pair that is active at once is no pair: its reliefs need not be counted again and again.
    relieved = [len(reliefs(a, other)[0]) for other in shifted] if apart else [len(end)] * draws
    return Exclusion(
        shared_days=len(both),
        overlaps=overlaps,
        overlaps_expected=float(met.mean()),
        reliefs=len(end),
        reliefs_expected=float(np.mean(relieved)),
        p_overlaps=(1 + int((met <= overlaps).sum())) / (1 + draws),
        p_reliefs=(1 + int((np.array(relieved) >= len(end)).sum())) / (1 + draws),
        moments=tuple(zip(end.tolist(), start.tolist(), strict=True)),
    )


def _overlaps(a: IntArray, b: IntArray) -> int:
    """Posts of one inside a session of the other, both ways."""
    return _inside(a, b) + _inside(b, a)


def _inside(a: IntArray, b: IntArray) -> int:
    """Posts of `a` between two posts of `b` no further apart than a session allows."""
    if len(b) < 2 or not len(a):
        return 0
    left = np.searchsorted(b, a, side="right") - 1
    right = np.searchsorted(b, a, side="left")
    inside = (left >= 0) & (right < len(b))
    return int((b[right[inside]] - b[left[inside]] <= SESSION_MIN).sum())


def reliefs(a: IntArray, b: IntArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(last minutes, first minutes): one fell silent, the other, silent till then, began."""
    ends, starts = [], []
    for one, other in ((a, b), (b, a)):
        if not len(one) or not len(other):
            continue
        silent, fresh = np.ones(len(one), dtype=bool), np.ones(len(other), dtype=bool)
        silent[:-1] = one[1:] - one[:-1] > SESSION_MIN
        fresh[1:] = other[1:] - other[:-1] > SESSION_MIN
        last, first = one[silent], other[fresh]
        place = np.searchsorted(first, last + NEAR_MIN)
        known = place < len(first)
        last, next_one = last[known], first[place[known]]
        use = next_one - last <= FAR_MIN
        ends.append(last[use])
        starts.append(next_one[use])
    if not ends:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    end, start = np.concatenate(ends), np.concatenate(starts)
    order = np.lexsort((start, end))
    return end[order].astype(np.int64), start[order].astype(np.int64)
