"""What each account does on each day beyond its own habits and beyond what all accounts share.

A day is cut at the unit's quietest hours, not at midnight. Within each month and weekday the
expected activity of an account on a day is its own total there times the share of that day in the
total of all accounts: the margins of a table of counts. What is left over is the account's own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.engine.runs import begins
from forensics.links.counts import Group

LEAST_DAYS = 20
"""Active days an account needs."""
CLIP = 3.0
"""Bound of a residual: one loud day must not make a link."""
SOFT = 0.05
MOST_VALUES = 120_000_000
"""Entries of the table of accounts and days; beyond it, the busiest stretch of days is kept."""
CELLS_AT_ONCE = 2_000_000
"""Of these, how many are counted at once."""
QUIET_HOURS = 4

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]
CodeArray = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Days:
    """Accounts by days."""

    members: IntArray
    """Index into the group's accounts of each row."""
    first_day: int
    """Day number since 1970 of the first column, days cut at `cut_hour` UTC."""
    cut_hour: int
    active: FloatArray
    """(rows, days) active hours."""
    expected: FloatArray
    """(rows, days) the same as expected from the account's own month and weekday and from what all
    accounts did that day."""
    residual: FloatArray
    """(rows, days) Pearson residuals, clipped."""
    stratum: IntArray
    """(days) number of the month and weekday."""

    @property
    def dates(self) -> IntArray:
        """(days) day numbers since 1970."""
        return self.first_day + np.arange(self.active.shape[1], dtype=np.int64)


def quietest_hour(hour: IntArray) -> int:
    """UTC hour in the middle of the four quietest hours of the day."""
    curve = np.bincount(hour % 24, minlength=24)
    around = sum(np.roll(curve, -step) for step in range(QUIET_HOURS))
    return int((np.argmin(around) + QUIET_HOURS // 2) % 24)


def days_of(group: Group) -> Days | None:
    """The table of a group, or None if fewer than three accounts have enough days."""
    if not len(group.hour):
        return None
    cut = quietest_hour(group.hour)
    day = ((group.hour - cut) // 24).astype(np.int32)
    # Days rise within an account, as its hours do.
    new = begins(group.owner) | begins(day)
    active_days = np.bincount(group.owner[new], minlength=len(group.accounts))
    del new
    members = np.flatnonzero(active_days >= LEAST_DAYS)
    if len(members) < 3:
        return None
    row_of = np.full(len(group.accounts), -1, dtype=np.int32)
    row_of[members] = np.arange(len(members))
    rows = row_of[group.owner]
    if len(members) < len(group.accounts):
        day, rows = day[rows >= 0], rows[rows >= 0]
    first, number = _stretch(day, MOST_VALUES // len(members))
    active = _active(rows, day - np.int32(first), len(members), number)
    stratum = strata(first + np.arange(number))
    expected = expectation(active, stratum)
    return Days(members, first, cut, active, expected, residuals(active, expected), stratum)


def _active(rows: CodeArray, day: CodeArray, members: int, number: int) -> FloatArray:
    """(members, number) active hours of each member and day; `rows` rises."""
    found = np.zeros((members, number), dtype=np.float32)
    step = max(1, CELLS_AT_ONCE // number)
    for low in range(0, members, step):
        high = min(low + step, members)
        begin, end = np.searchsorted(rows, np.array((low, high), dtype=rows.dtype)).tolist()
        row, at = rows[begin:end].astype(np.int64) - low, day[begin:end]
        inside = (at >= 0) & (at < number)
        cell = row[inside] * number + at[inside]
        counts = np.bincount(cell, minlength=(high - low) * number)
        found[low:high] = counts.reshape(high - low, number)
    return found


def residuals(active: FloatArray, expected: FloatArray) -> FloatArray:
    """Pearson residuals, clipped; 0 where nothing is expected."""
    found = (active - expected) / np.sqrt(expected + SOFT)
    found[expected <= 0] = 0.0
    return np.asarray(np.clip(found, -CLIP, CLIP, out=found), dtype=np.float32)


def _stretch(day: CodeArray, most: int) -> tuple[int, int]:
    """First day and number of days: all, or the busiest stretch of `most`."""
    first, last = int(day.min()), int(day.max())
    number = last - first + 1
    if number <= most:
        return first, number
    total = np.concatenate([[0], np.cumsum(np.bincount(day - first, minlength=number))])
    start = int(np.argmax(total[most:] - total[:-most]))
    return first + start, most


def strata(dates: IntArray) -> IntArray:
    """(days) number of the month and weekday of each date."""
    month = dates.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    found = np.unique(month * 7 + (dates + 3) % 7, return_inverse=True)[1]
    return np.asarray(found, dtype=np.int64)


def expectation(active: FloatArray, stratum: IntArray) -> FloatArray:
    """Own total of the month and weekday times the day's share in the total of all accounts."""
    order = np.argsort(stratum, kind="stable")
    starts = np.flatnonzero(np.diff(stratum[order], prepend=-1))
    own = np.add.reduceat(active[:, order], starts, axis=1)
    column = active.sum(axis=0, dtype=np.float64)
    total = np.bincount(stratum, weights=column)
    share = column / np.maximum(total[stratum], 1.0)
    return np.asarray(own[:, stratum] * share.astype(np.float32), dtype=np.float32)


def expected_link(days: Days, off_share: float = 0.25) -> float:
    """Score two typical accounts would have if they shared a quarter of their days off.

    Days off at random make a factor of variance f / (1 - f) in the rate; the rest is counting
    noise. Two accounts of mean rate m then correlate by (m v) / (1 + m v); the score is that times
    the root of the free days, a quarter of which go into the means of months and weekdays.
    """
    lived = days.expected > 0
    rate = float(np.median(days.active.sum(axis=1) / np.maximum(lived.sum(axis=1), 1)))
    free = 0.75 * float(np.median(lived.sum(axis=1)))
    signal = rate * off_share / (1 - off_share)
    return signal / (1 + signal) * float(np.sqrt(free))
