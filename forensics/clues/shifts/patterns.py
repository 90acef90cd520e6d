"""How well named patterns of work explain a unit's week: weights that sum to 1, no label.

Every pattern is a week in local time with some freedom: it may begin up to an hour earlier or
later, and part of the posts may come at any hour. The rival of them all is an ordinary person of
the library of people. The evidence is tempered as in the finder of hours: all events together
count as at most 25 independent ones.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from forensics.clues.quarters import DAY, WEEK, week_bins
from forensics.clues.shifts.days import LocalDays
from forensics.reference.templates import MILLI, library

EFFECTIVE = 25.0
NOISE = (0.05, 0.15, 0.3)
MOVES = (-4, -2, 0, 2, 4)
"""Quarter-hours by which a pattern may begin later."""
ORDINARY = "ordinary_person"

Hours = tuple[tuple[float, float], ...]
PATTERNS: dict[str, tuple[tuple[tuple[int, ...], Hours], ...]] = {
    "office_9_18": ((tuple(range(5)), ((9, 12), (13, 18))),),
    "nine_nine_six": ((tuple(range(6)), ((9, 12), (13, 18), (19, 21))),),
    "two_shift": ((tuple(range(7)), ((6, 22),)),),
    "three_shift": ((tuple(range(7)), ((0, 24),)),),
    "twelve_hour_day": ((tuple(range(7)), ((8, 20),)),),
    "twelve_hour_night": ((tuple(range(7)), ((0, 8), (20, 24))),),
    "audience_evening": ((tuple(range(7)), ((18, 24),)),),
}
"""Pattern -> (days of the week, hours). A rota without weekends fills every weekday alike."""

FloatArray = NDArray[np.float64]


@cache
def _variants(name: str) -> FloatArray:
    """(variants, 672) log of each bin's share against a uniform week."""
    week = np.zeros(WEEK)
    for days, hours in PATTERNS[name]:
        for day in days:
            for first, end in hours:
                week[day * DAY + round(first * 4) : day * DAY + round(end * 4)] = 1.0
    week /= week.sum()
    found = [
        np.log(((1 - noise) * np.roll(week, move) + noise / WEEK) * WEEK)
        for move in MOVES
        for noise in NOISE
    ]
    return np.array(found)


def pattern_weights(days: LocalDays) -> dict[str, float]:
    """Pattern -> weight, summing to 1; every pattern weighs the same beforehand."""
    bins = week_bins(days.day * DAY + days.bin + days.cut)
    counts = np.bincount(bins, weights=days.weight, minlength=WEEK)
    tau = EFFECTIVE / (EFFECTIVE + max(float(counts.sum()), 1.0))
    scores = {name: _mean_log(tau * (_variants(name) @ counts)) for name in PATTERNS}
    scores[ORDINARY] = _mean_log(tau * (counts @ library().scores) / MILLI)
    top = max(scores.values())
    raw = {name: float(np.exp(score - top)) for name, score in scores.items()}
    total = sum(raw.values())
    return {name: value / total for name, value in raw.items()}


def _mean_log(values: FloatArray) -> float:
    """Log of the mean of exponentials."""
    top = float(values.max())
    return top + float(np.log(np.mean(np.exp(values - top))))
