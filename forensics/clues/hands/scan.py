"""Change-points of several features at once: scores of all dates, and what chance gives.

The score of a date is the sum over features of the multinomial likelihood ratio between before and
after, each divided by the dispersion that the account shows from one four-week block to the next.
The null distribution of the greatest score comes from the same weeks in another order: blocks of
weeks, cut at a random place of the circle, change places.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from forensics.clues.hands.features import Features
from forensics.engine.runs import begins

ENOUGH_HOURS = 50
"""Active hours needed on both sides."""
BLOCK_DAYS = 28
BLOCK_HOURS = 12
"""Active hours a block needs to count for the dispersion."""
PERMUTATIONS = 199
SEED = 63
STOP = 4
"""Permutations above the data's score after which p is not small whatever comes."""
MASS = 0.9
SILENCE = 0.5
"""Weight of the logarithm of a silence before a date; 2 would make every calendar day as likely."""
NEAR_HOURS = 75
"""Active hours looked at on either side of a date, to tell a jump from a drift."""

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


def log_ratio(left: FloatArray, right: FloatArray) -> FloatArray:
    """Multinomial likelihood ratio (G) between two sets of counts; the last axis holds values."""
    found: FloatArray = 2.0 * (_entropy(left) + _entropy(right) - _entropy(left + right))
    return np.maximum(found, 0.0)


def _entropy(counts: FloatArray) -> FloatArray:
    total = counts.sum(axis=-1)
    found: FloatArray = (counts * np.log(np.maximum(counts, 1.0))).sum(axis=-1) - total * np.log(
        np.maximum(total, 1.0)
    )
    return found


def dispersion(days: IntArray, table: IntArray) -> float:
    """How much more than chance a table differs from one block of four weeks to the next; >= 1.

    The median over pairs of neighbouring blocks but the most different one, so that one change
    does not raise it.
    """
    if not len(days):
        return 1.0
    first = np.flatnonzero(begins(days // BLOCK_DAYS))
    sums = np.add.reduceat(table, first, axis=0).astype(np.float64)
    sums = sums[sums.sum(axis=1) >= BLOCK_HOURS]
    if len(sums) < 3:
        return 1.0  # one pair, which may be the change itself, says nothing
    freedom = np.maximum(((sums[1:] + sums[:-1]) > 0).sum(axis=1) - 1, 1)
    ratio = np.sort(log_ratio(sums[:-1], sums[1:]) / _medians(int(freedom.max()))[freedom])[:-1]
    middle = len(ratio) // 2
    # The median of sorted numbers, without the cost of a general one for a handful of them.
    odd = len(ratio) % 2 == 1
    typical = float(ratio[middle]) if odd else float(ratio[middle - 1] + ratio[middle]) / 2.0
    return max(1.0, typical)


@cache
def _medians(most: int) -> FloatArray:
    """(most + 1) medians of the chi-square distribution by its degrees of freedom; first unused."""
    from scipy.stats import chi2

    return np.asarray(chi2.median(np.maximum(np.arange(most + 1), 1)), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Scan:
    """The best date of one stretch of an account."""

    row: int
    """First active day of the new regime, as a row of the features."""
    first: int
    """Row before which the new regime began with 95 %, and so on: the 90 % interval."""
    last: int
    score: float
    p: float
    """Chance of such a score from the same weeks in another order."""
    p_of: Mapping[str, float]
    """The same for each feature alone."""
    dispersion: Mapping[str, float]
    """Feature -> how much more than chance it differs from one block to the next."""


@dataclass(frozen=True, slots=True)
class _Stacked:
    """All tables of an account side by side, so that a date is scored with few operations."""

    names: tuple[str, ...]
    counts: FloatArray
    """(rows, values of all features)"""
    starts: IntArray
    """First column of each feature."""
    scale: FloatArray
    """Dispersion of each feature."""


def _stacked(part: Features, spread: Mapping[str, float] | None = None) -> _Stacked:
    """The tables of a stretch; `spread` is their dispersion where it is known."""
    known = spread or {name: dispersion(part.days, t) for name, t in part.tables.items()}
    tables = list(part.tables.values())
    widths = [table.shape[1] for table in tables]
    return _Stacked(
        tuple(part.tables),
        np.concatenate(tables, axis=1).astype(np.float64),
        np.cumsum([0, *widths[:-1]]).astype(np.int64),
        np.array([known[name] for name in part.tables]),
    )


def _scores(active: IntArray, stacked: _Stacked) -> FloatArray:
    """(rows, features) scores of "the new regime begins with this row".

    Minus infinity where a side has too few hours.
    """
    before = np.concatenate([[0], np.cumsum(active)[:-1]])
    allowed = (before >= ENOUGH_HOURS) & (active.sum() - before >= ENOUGH_HOURS)
    total = np.cumsum(stacked.counts, axis=0)
    left = np.concatenate([np.zeros((1, total.shape[1])), total[:-1]])
    right, starts = total[-1] - left, stacked.starts
    parts = np.add.reduceat(_self_log(left) + _self_log(right), starts, axis=1)
    sides = _self_log(np.add.reduceat(left, starts, axis=1)) + _self_log(
        np.add.reduceat(right, starts, axis=1)
    )
    whole = np.add.reduceat(_self_log(total[-1:]), starts, axis=1) - _self_log(
        np.add.reduceat(total[-1:], starts, axis=1)
    )
    found: FloatArray = 2.0 * (parts - sides - whole) / stacked.scale
    found[~allowed] = -np.inf
    return found


def _self_log(counts: FloatArray) -> FloatArray:
    found: FloatArray = counts * np.log(np.maximum(counts, 1.0))
    return found


def best(part: Features) -> Scan | None:
    """The best date, without its p values; None where no date leaves 50 hours on both sides."""
    if not len(part.days):
        return None
    stacked = _stacked(part)
    scores = _scores(part.active, stacked).sum(axis=1)
    if not np.isfinite(scores).any():
        return None
    # A long silence holds many calendar days, but people fall silent without selling anything.
    silence = np.log(np.maximum(np.diff(part.days, prepend=part.days[0]), 1))
    evidence = scores + SILENCE * silence
    row = int(np.argmax(evidence))
    weight = np.exp((evidence - evidence[row]) / 2)
    inside = np.cumsum(weight) / weight.sum()
    first = int(np.searchsorted(inside, (1 - MASS) / 2))
    last = int(np.searchsorted(inside, 1 - (1 - MASS) / 2))
    nothing = dict.fromkeys(part.tables, 1.0)
    spread = dict(zip(stacked.names, stacked.scale.tolist(), strict=True))
    return Scan(row, min(first, row), max(last, row), float(scores[row]), 1.0, nothing, spread)


def judged(part: Features, found: Scan) -> Scan:
    """The same with p values, by permuting blocks of weeks; it stops where p will not be small."""
    week, row = np.unique(part.days // 7, return_inverse=True)
    daily = _stacked(part, found.dispersion)
    weekly = replace(daily, counts=_sum(daily.counts, row))
    active = np.bincount(row, weights=part.active).astype(np.int64)
    seen = _scores(active, weekly)
    if not np.isfinite(seen).any():
        return found
    of, total = seen.max(axis=0), seen.sum(axis=1).max()
    length = 4 if len(week) >= 60 else 2 if len(week) >= 16 else 1
    rng = np.random.default_rng([SEED, len(week), int(active.sum())])
    above, drawn = 0, 0
    above_of = np.zeros(len(of))
    while drawn < PERMUTATIONS and above <= STOP:
        order = _order(len(week), length, rng)
        other = _scores(active[order], replace(weekly, counts=weekly.counts[order]))
        drawn += 1
        above += int(other.sum(axis=1).max() >= total)
        above_of += other.max(axis=0) >= of
    p_of = {
        name: float((1 + number) / (1 + drawn))
        for name, number in zip(weekly.names, above_of, strict=True)
    }
    return replace(found, p=(1 + above) / (1 + drawn), p_of=p_of)


def _sum(table: FloatArray, row: IntArray) -> FloatArray:
    """Sums of consecutive rows that have one number; the numbers rise."""
    found: FloatArray = np.add.reduceat(table, np.flatnonzero(begins(row)), axis=0)
    return found


def _order(weeks: int, length: int, rng: np.random.Generator) -> IntArray:
    """Weeks in a new order: blocks of some weeks of the circle change places."""
    turned = np.roll(np.arange(weeks), -int(rng.integers(weeks)))
    blocks = [turned[i : i + length] for i in range(0, weeks, length)]
    return np.concatenate([blocks[i] for i in rng.permutation(len(blocks))])


def near(part: Features, row: int) -> tuple[slice, slice]:
    """Rows just before and just after a date: each four weeks, and 75 active hours at least."""
    before = np.cumsum(part.active[:row][::-1])
    after = np.cumsum(part.active[row:])
    low = row - min(row, int(np.searchsorted(before, NEAR_HOURS)) + 1)
    high = row + min(len(part.days) - row, int(np.searchsorted(after, NEAR_HOURS)) + 1)
    weeks_low = int(np.searchsorted(part.days, part.days[row - 1] - BLOCK_DAYS, side="right"))
    weeks_high = int(np.searchsorted(part.days, part.days[row] + BLOCK_DAYS))
    return slice(min(low, weeks_low), row), slice(row, max(high, weeks_high))
