"""Where the day of a unit moved: one date at a time, until no part of the series moves any more.

Statistic at each week: distance of the two mean day curves (six smoothed Fourier terms), weighted
by the active hours on both sides; its maximum over the weeks is compared with that of the same
weeks in random order. Drift of habits passes that test in one person of five, so a split must also
be a *shift*: by at least 2.4 h, and moving one curve by it must make the two alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.clues.quarters import DAY, EPOCH_WEEKDAY

LEAST_HOURS = 50
"""Active hours needed on either side."""
LEAST_SHIFT_MIN = 144
"""1.96 times the 1.23 h by which the halves of one unmoved person differ."""
LEAST_GAIN = 0.35
"""How much the likeness of the two day curves must grow when one is moved by the shift."""
ORDERS_TURNED = 99
"""Random orders of the weeks."""
MOST_P = 0.01
NEAR_HOURS = 120.0
"""Active hours on either side where only the neighbourhood of a date is compared."""
MOST_SPLITS = 7
SEED = 44
TERMS = np.arange(1, 7)
SPREAD_MIN = 60.0
STEP_MIN = 5
TEMPER = 0.5
"""Power on the likelihood of the date: hours of one day hang together."""
DATE_MASS = 0.9

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]
_DAMPING = np.exp(-0.5 * (TERMS * SPREAD_MIN * 2 * np.pi / 1440) ** 2)
_TURNS = np.exp(1j * TERMS[:, np.newaxis] * (np.arange(0, 1440, STEP_MIN) * (2 * np.pi / 1440)))


@dataclass(frozen=True, slots=True)
class Split:
    """A date at which the day moved."""

    day: int
    """First day after it, in days from 1970: the most likely one."""
    low_day: int
    high_day: int
    """90 % interval of it."""
    later_min: int
    """Minutes by which the day lies later (in UTC) after it; negative is earlier."""
    gain_ppm: int
    """How much the likeness of the two curves grows when one is moved by that."""
    p_ppm: int
    """Share of random orders of the weeks that split as clearly."""


def _terms(q: IntArray) -> ComplexArray:
    """(hours, 6) damped Fourier terms of the time of day."""
    turned = np.exp(1j * (q % DAY * (2 * np.pi / DAY))[:, np.newaxis] * TERMS)
    return np.asarray(turned * _DAMPING)


def _by_week(q: IntArray) -> tuple[IntArray, ComplexArray, FloatArray]:
    """(first hour of each week, sums of terms, hours) of the weeks that hold any."""
    _, first, counts = np.unique(
        (q // DAY + EPOCH_WEEKDAY) // 7, return_index=True, return_counts=True
    )
    return first.astype(np.int64), np.add.reduceat(_terms(q), first), counts.astype(np.float64)


def _edges(counts: FloatArray, reach: float) -> tuple[IntArray, IntArray]:
    """(weeks - 1) first and last week compared at each split: so many hours to either side."""
    upto = np.cumsum(counts)
    low = np.searchsorted(upto, upto[:-1] - reach, side="right")
    high = np.searchsorted(upto, upto[:-1] + reach, side="left")
    return low.astype(np.int64), np.minimum(high, len(counts) - 1).astype(np.int64)


def _sides(sums: ComplexArray, counts: FloatArray, reach: float) -> tuple[ComplexArray, ...]:
    """Sums of terms and hours before and after a split at each week, within reach."""
    low, high = _edges(counts, reach)
    terms = np.concatenate([np.zeros((1, len(TERMS))), np.cumsum(sums, axis=0)])
    hours = np.concatenate([[0.0], np.cumsum(counts)])
    at = np.arange(1, len(counts))
    return (
        terms[at] - terms[low],
        terms[high + 1] - terms[at],
        hours[at] - hours[low],
        hours[high + 1] - hours[at],
    )


def _distances(sums: ComplexArray, counts: FloatArray, reach: float) -> FloatArray:
    """(weeks - 1) the statistic of a split after each week; 0 where a side is too short."""
    before, after, left, right = _sides(sums, counts, reach)
    apart = before / left[:, np.newaxis] - after / right[:, np.newaxis]
    found = (np.abs(apart) ** 2).sum(axis=-1) * (left * right / (left + right)).real
    enough = (left.real >= LEAST_HOURS) & (right.real >= LEAST_HOURS)
    return np.where(enough, found, 0.0)


def _later(before: ComplexArray, after: ComplexArray) -> tuple[int, float]:
    """(minutes by which the second mean curve lies later, gain in likeness by moving it back)."""
    product = after * before.conj()
    likeness = (product @ _TURNS.conj()).real
    best = int(np.argmax(likeness))
    # Against the larger of the two: a flat curve is like no other, however it is turned.
    size = max(float((np.abs(before) ** 2).sum()), float((np.abs(after) ** 2).sum()))
    minutes = (best * STEP_MIN + 720) % 1440 - 720
    return minutes, float(likeness[best] - likeness[0]) / max(size, 1e-12)


def find_split(q: IntArray, reach: float = np.inf) -> Split | None:
    """The clearest date at which the day moved, from rising thinned quarter-hours; or None.

    Args:
        q: Hours of one account.
        reach: Active hours compared on either side; all of them, unless a move there and back
            would hide both dates.
    """
    if len(q) < 2 * LEAST_HOURS:
        return None
    first, sums, counts = _by_week(q)
    if len(counts) < 2:
        return None
    distances = _distances(sums, counts, reach)
    week = int(np.argmax(distances))
    if distances[week] <= 0:
        return None
    before, after, left, right = (side[week] for side in _sides(sums, counts, reach))
    later, gain = _later(before / left, after / right)
    if abs(later) < LEAST_SHIFT_MIN or gain < LEAST_GAIN:
        return None
    rng = np.random.default_rng(SEED)
    extreme = 0
    for _ in range(ORDERS_TURNED):
        order = rng.permutation(len(counts))
        extreme += bool(_distances(sums[order], counts[order], reach).max() >= distances[week])
    p = (1 + extreme) / (1 + ORDERS_TURNED)
    if p > MOST_P:
        return None
    low, high = _edges(counts, reach)
    start = int(first[low[week]])
    end = int(first[high[week] + 1]) if high[week] + 1 < len(first) else len(q)
    day, low_day, high_day = _date(q[start:end], int(first[week + 1]) - start)
    return Split(day, low_day, high_day, later, round(gain * 1_000_000), round(p * 1_000_000))


def _log_curve(q: IntArray) -> FloatArray:
    """(96) log of a smooth day curve, with a flat share."""
    mean = _terms(q).mean(axis=0) * _DAMPING
    grid = np.exp(1j * np.arange(DAY)[:, np.newaxis] * (2 * np.pi / DAY) * TERMS)
    curve = 1.0 + 2.0 * (grid @ mean.conj()).real
    return np.asarray(np.log(0.15 + 0.85 * np.maximum(curve, 0.0)))


def _date(q: IntArray, cut: int) -> tuple[int, int, int]:
    """(best, low, high) day of the change, given the curves on both sides of a first guess.

    Every active day is a candidate; the likelihood of a candidate puts the days before it on the
    first curve and the rest on the second. Tempered by one half, its 90 % interval is read off.
    """
    gain = (_log_curve(q[cut:]) - _log_curve(q[:cut]))[q % DAY]
    days, start = np.unique(q // DAY, return_index=True)
    after = np.cumsum(gain[::-1])[::-1][start]
    enough = (start >= LEAST_HOURS) & (len(q) - start >= LEAST_HOURS)
    weight = np.where(enough, np.exp(TEMPER * (after - after[enough].max())), 0.0)
    # A change may fall anywhere in a gap before the first day of the new regime.
    share = np.cumsum(weight) / weight.sum()
    tail = (1 - DATE_MASS) / 2
    low = int(np.searchsorted(share, tail))
    high = int(np.searchsorted(share, 1 - tail))
    earliest = int(days[low - 1]) + 1 if low else int(days[0])
    return int(days[int(np.argmax(weight))]), earliest, int(days[min(high, len(days) - 1)])


def find_splits(q: IntArray) -> list[Split]:
    """All dates at which the day moved, rising; each part is searched again, up to seven dates."""
    found: list[Split] = []
    waiting = [q]
    while waiting and len(found) < MOST_SPLITS:
        part = waiting.pop(0)
        split = find_split(part) or find_split(part, NEAR_HOURS)
        if split is None:
            continue
        found.append(split)
        cut = int(np.searchsorted(part, split.day * DAY))
        waiting += [part[:cut], part[cut:]]
    return sorted(found, key=lambda one: one.day)
