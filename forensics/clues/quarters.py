"""Arithmetic on UTC quarter-hours, numbered from 1970."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DAY = 96
"""Quarter-hours of a day."""
WEEK = 7 * DAY
EPOCH_WEEKDAY = 3
"""1970-01-01 was a Thursday; weeks start on Monday."""

IntArray = NDArray[np.int64]


def thin(q: IntArray) -> IntArray:
    """The first quarter-hour of each UTC clock hour in `q`, rising. Duplicates change nothing."""
    rising = bool((q[1:] > q[:-1]).all())  # as tables give them: nothing to sort
    distinct = q if rising else np.unique(q)
    keep = np.ones(len(distinct), dtype=bool)
    keep[1:] = distinct[1:] // 4 != distinct[:-1] // 4
    return distinct[keep]


def week_bins(q: IntArray) -> IntArray:
    """Bin of the week (Monday 00:00 first) of quarter-hour numbers counted from 1970."""
    return (q + EPOCH_WEEKDAY * DAY) % WEEK
