"""Which days of the week are alike: the best of all 877 ways to sort seven days into sets."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from forensics.clues.quarters import DAY, EPOCH_WEEKDAY
from forensics.clues.shifts.days import LocalDays, histogram

PARTS = 6
"""Parts of a day (four hours each) in which days are compared."""

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


def weekday_counts(days: LocalDays) -> tuple[FloatArray, IntArray]:
    """((7, 96) events by weekday, (7) days of each weekday from the first to the last day)."""
    cells = histogram(days.weekday * DAY + days.bin, days.weight, 7 * DAY)
    span = np.arange(int(days.day[0]), int(days.day[-1]) + 1)
    number = np.bincount((span + EPOCH_WEEKDAY) % 7, minlength=7).astype(np.int64)
    return cells.reshape(7, DAY), number


def day_dispersion(days: LocalDays) -> float:
    """Variance over mean of four-hour parts of single days, from week to week; at least 1.

    Unlike the dispersion of weeks it holds busy and idle days: one campaign on a Wednesday must not
    make Wednesdays a kind of day. Differences of successive weeks leave slow growth out.
    """
    weeks, index = np.unique(days.week, return_inverse=True)
    part = days.bin * PARTS // DAY
    size = 7 * PARTS
    cells = np.bincount(
        index * size + days.weekday * PARTS + part, weights=days.weight, minlength=len(weeks) * size
    ).reshape(len(weeks), size)
    mean = cells.mean(axis=0)
    kept = mean > 0
    if len(weeks) < 2 or not kept.any():
        return 1.0
    squares = (np.diff(cells[:, kept], axis=0) ** 2).sum(axis=0) / (2 * (len(weeks) - 1))
    return max(1.0, float(squares.sum() / mean[kept].sum()))


@cache
def _subsets() -> NDArray[np.bool_]:
    """(127, 7) the days of each set, in order of its bit pattern less one."""
    return np.array([[bool(code >> day & 1) for day in range(7)] for code in range(1, 128)])


def day_sets(counts: FloatArray, exposure: IntArray, phi: float) -> tuple[tuple[int, ...], ...]:
    """The days of the week sorted into sets that share one day, the busiest set first.

    Poisson likelihood of four-hour parts, over the dispersion; a further set costs half of ln n for
    each part, and sets are searched exactly.

    Args:
        counts: (7, 96) events by weekday, Monday first.
        exposure: (7) days of each weekday that could hold events.
        phi: Dispersion of days; see `day_dispersion`.
    """
    parts = counts.reshape(7, PARTS, -1).sum(axis=2)
    member = _subsets().astype(np.float64)
    inside = member @ parts
    days = np.maximum(member @ exposure.astype(np.float64), 1.0)
    rate = inside / days[:, None]
    value = (inside * np.log(np.where(rate > 0, rate, 1.0))).sum(axis=1) / phi
    value -= 0.5 * PARTS * np.log(max(float(parts.sum()), 2.0))
    best: list[float] = [0.0] + [-np.inf] * 127
    chosen = [0] * 128
    for whole in range(1, 128):
        lowest = whole & -whole
        rest = whole ^ lowest
        part = rest
        while True:
            one = part | lowest
            total = float(value[one - 1]) + best[whole ^ one]
            if total > best[whole]:
                best[whole], chosen[whole] = total, one
            if not part:
                break
            part = (part - 1) & rest
    sets, left = [], 127
    while left:
        sets.append(tuple(day for day in range(7) if chosen[left] >> day & 1))
        left ^= chosen[left]
    per_day = counts.sum(axis=1) / np.maximum(exposure, 1)
    return tuple(sorted(sets, key=lambda one: (-float(per_day[list(one)].mean()), one)))
