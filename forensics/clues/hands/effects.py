"""How large a change is: what differs between the hours just before a date and just after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.clues.hands.features import Features
from forensics.clues.hands.scan import log_ratio, near

STEP_H = 0.5
BINS = 48
_TURNS = (np.arange(BINS) - np.arange(BINS)[:, None]) % BINS
"""(turns, bins) where each bin of a curve comes from that is turned by so many bins."""

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Effect:
    """One feature just before and just after a date."""

    name: str
    moved: float
    """Part of the activity that changed its value (total variation distance)."""
    p: float
    """Chance of such a difference just around the date, dispersion allowed for."""
    before: str
    """Most frequent value before, for the statement."""
    after: str


def day_distance(first: FloatArray, second: FloatArray) -> float:
    """Hours by which activity must be moved around the clock to make one curve of the other.

    Circular earth mover's distance between two curves over equal bins of a day.
    """
    gap = np.cumsum(first / first.sum() - second / second.sum())
    return float(np.abs(gap - np.median(gap)).mean()) * 24.0


def day_shift(first: FloatArray, second: FloatArray) -> float:
    """Hours by which the second curve is the first one later in the day, from -12 to 12.

    The shift after which the two curves are nearest (`day_distance`), in steps of half an hour.
    """
    fine = [np.repeat(curve.astype(np.float64), BINS // len(curve)) for curve in (first, second)]
    turned = fine[0][_TURNS]
    # `day_distance` of all turns at once; the middle two of a row are its median.
    gap = np.cumsum(turned / turned.sum(axis=1)[:, None] - fine[1] / fine[1].sum(), axis=1)
    half = np.partition(gap, (BINS // 2 - 1, BINS // 2), axis=1)[:, BINS // 2 - 1 : BINS // 2 + 1]
    middle = half.sum(axis=1) / 2.0
    step = int(np.argmin(np.abs(gap - middle[:, None]).mean(axis=1) * 24.0))
    return (step if step <= BINS // 2 else step - BINS) * STEP_H


def effects(part: Features, row: int, spread: Mapping[str, float]) -> dict[str, Effect]:
    """Effects of all features at a date.

    Args:
        part: The days around it.
        row: First row of the new regime.
        spread: Feature -> its dispersion over all days.
    """
    from scipy.special import chdtrc

    before, after = near(part, row)
    found = {}
    for name, table in part.tables.items():
        left, right = (table[side].sum(axis=0).astype(np.float64) for side in (before, after))
        if not left.sum() or not right.sum():
            continue
        freedom = max(1, int(((left + right) > 0).sum()) - 1)
        score = float(log_ratio(left, right)) / spread[name]
        moved = float(np.abs(left / left.sum() - right / right.sum()).sum()) / 2
        words = part.values[name]
        found[name] = Effect(
            name,
            moved,
            float(chdtrc(freedom, score)),
            words[int(np.argmax(left))],
            words[int(np.argmax(right))],
        )
    return found


def hours_moved(part: Features, row: int) -> tuple[float, float]:
    """(earth mover's distance in h, best shift in h) of the hour curves around a date."""
    before, after = near(part, row)
    left, right = (part.curve[side].sum(axis=0).astype(np.float64) for side in (before, after))
    return day_distance(left, right), day_shift(left, right)
