"""Exact repeated intervals: a machine that waits the same time again and again.

Delays from every post to the next six are counted by whole minutes. A delay that stands out against
the delays around it repeats; habits give broad humps only. A window of two
minutes finds exact machines, one of six those with a random delay of a minute on top.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.clues.automation.slots import tail

SHORTEST_MIN, LONGEST_MIN = 10, 1500
"""Delays looked at: shorter ones are conversations and threads."""
NEXT = 6
BURST_MIN = 5
"""Posts closer than this are one: two bursts would otherwise give many equal delays."""
HALVES = (0, 2)
"""Windows hold the delays from d - half to d + half + 1: cutting off seconds makes two of one."""
FLANK_MIN = (16, 36)
SHORTEST_WIDE = 24
"""A window needs a delay of so many times its half width: the flow of short delays is not even."""
FEWEST = 8
"""Times a delay must be repeated."""
GATES = (6e-7, 1e-9)
"""p from which a delay repeats: .001 over some 1,500 windows for the narrow ones, less for the wide
ones, which people's conversations reach more easily."""
RATIO = 2.0
"""How much a delay must stand out against the higher side and against its neighbours."""
MOST = 24
CONTROLS = (-3, -2, 2, 3)
"""Widths by which delays are moved to learn how often typed posts are linked by chance."""

_SPECTRUM = LONGEST_MIN + FLANK_MIN[-1] + 2 * HALVES[-1] + 4

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Intervals:
    """Exact delays of one account."""

    delays: tuple[tuple[int, int], ...]
    """(delay in minutes, half width of its window), the clearest first."""
    times: tuple[int, ...]
    """How often each occurs."""
    least_p: float
    chance: FloatArray
    """(posts) chance that a post is one of a chain with such a delay."""


def no_intervals(posts: int) -> Intervals:
    """The answer where delays were not looked at."""
    return Intervals((), (), 1.0, np.zeros(posts))


def spectrum(minutes: IntArray) -> IntArray:
    """Counts of delays by whole minutes, from every post to the next six within 27 hours."""
    counts = np.zeros(_SPECTRUM, dtype=np.int64)
    for step in range(1, NEXT + 1):
        delays = minutes[step:] - minutes[:-step]
        counts += np.bincount(delays[delays < len(counts)], minlength=len(counts))
    return counts


def _scan(sums: IntArray, half: int, flank: int, gate: float) -> tuple[FloatArray, IntArray]:
    """(p, times) of the window around every delay of one width; p is 1 where it is no peak."""
    width = 2 * half + 2
    at = np.arange(SHORTEST_MIN, LONGEST_MIN)

    def window(delay: IntArray) -> IntArray:
        low = np.maximum(delay - half, 0)
        found: IntArray = sums[np.maximum(delay + half + 2, low)] - sums[low]
        return found

    seen = window(at)
    left, right = np.zeros((2, len(at)))
    left_n, side = np.zeros(len(at)), np.zeros(len(at))
    steps = flank // width
    for step in range(1, steps + 1):
        inside = at - step * width - half >= SHORTEST_MIN // 2
        before, after = np.where(inside, window(at - step * width), 0), window(at + step * width)
        if step == 1:
            side = np.maximum(before, after).astype(np.float64)
        left, right, left_n = left + before, right + after, left_n + inside
    side = np.maximum(side, np.maximum(left / np.maximum(left_n, 1), right / steps))
    peak = np.flatnonzero((seen >= FEWEST) & (seen >= RATIO * side) & (at >= SHORTEST_WIDE * half))
    p = np.ones(len(at))
    p[peak] = tail(seen[peak], (left + right)[peak], (left_n + steps)[peak])
    p[p >= gate] = 1.0
    return p, seen


def none_of_many(owner: IntArray, minutes: IntArray, accounts: int) -> BoolArray:
    """(accounts) whether `repeated` finds no delay in all the posts of each account.

    Most accounts have no delay that occurs often enough, which takes no test.

    Args:
        owner: Number of the account of each post, rising.
        minutes: UTC minutes, rising within an account.
        accounts: How many there are.
    """
    new = np.ones(len(minutes), dtype=bool)
    new[1:] = (minutes[1:] - minutes[:-1] >= BURST_MIN) | (owner[1:] != owner[:-1])
    who, first = owner[new], minutes[new]
    size = _SPECTRUM
    counts = np.zeros(accounts * size, dtype=np.int64)
    for step in range(1, NEXT + 1):
        delays = first[step:] - first[:-step]
        use = (who[step:] == who[:-step]) & (delays < size)
        counts += np.bincount(who[step:][use] * size + delays[use], minlength=len(counts))
    sums = np.zeros((accounts, size + 1), dtype=np.int64)
    np.cumsum(counts.reshape(accounts, size), axis=1, out=sums[:, 1:])
    none = np.ones(accounts, dtype=bool)
    at = np.arange(SHORTEST_MIN, LONGEST_MIN)
    for half, flank, gate in zip(HALVES, FLANK_MIN, GATES, strict=True):
        often = sums[:, at + half + 2] - sums[:, at - half] >= FEWEST
        for one in np.flatnonzero((often & (at >= SHORTEST_WIDE * half)).any(axis=1) & none):
            none[one] = bool((_scan(sums[one], half, flank, gate)[0] == 1.0).all())
    return none


def repeated(minutes: IntArray) -> Intervals:
    """Exact delays of one account.

    Args:
        minutes: UTC minutes of posts, rising, each once.

    Hypothesis: delays are spread evenly over some half hour of delays. To
    be asked about posts that no daily slot explains: a slot makes exact delays too.
    """
    first = minutes[np.r_[True, np.diff(minutes) >= BURST_MIN]]
    sums = np.concatenate([[0], np.cumsum(spectrum(first))])
    scans = [_scan(sums, *shape) for shape in zip(HALVES, FLANK_MIN, GATES, strict=True)]
    p = np.stack([scan[0] for scan in scans])
    best = np.argmin(p, axis=0)
    value = p[best, np.arange(p.shape[1])]
    delays: list[tuple[int, int]] = []
    times: list[int] = []
    for i in np.argsort(value, kind="stable").tolist():
        if value[i] == 1.0 or len(delays) >= MOST:
            break
        delay, half = SHORTEST_MIN + i, HALVES[int(best[i])]
        if all(abs(delay - other) > half + wide + 2 for other, wide in delays):
            delays.append((delay, half))
            times.append(int(scans[int(best[i])][1][i]))
    return Intervals(tuple(delays), tuple(times), float(value.min()), _chances(minutes, delays))


def _chances(minutes: IntArray, delays: list[tuple[int, int]]) -> FloatArray:
    """Chance that each post belongs to a chain: linked more often than at delays beside these."""
    chance = np.zeros(len(minutes))
    if not delays:
        return chance
    linked = _linked(minutes, delays)
    moved = [[(d + by * (2 * half + 3), half) for d, half in delays] for by in CONTROLS]
    by_chance = float(np.mean([_linked(minutes, one).mean() for one in moved]))
    share = float(linked.mean())
    if share > by_chance:
        chance[linked] = (share - by_chance) / (1.0 - by_chance) / share
    return chance


def _linked(minutes: IntArray, delays: list[tuple[int, int]]) -> BoolArray:
    """Posts with another one at one of the delays before or after."""
    found = np.zeros(len(minutes), dtype=bool)
    for delay, half in delays:
        for sign in (-1, 1):
            low, high = sorted((sign * (delay - half), sign * (delay + half + 1)))
            first = np.searchsorted(minutes, minutes + low)
            found |= np.searchsorted(minutes, minutes + high, side="right") > first
    return found
