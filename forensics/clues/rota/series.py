"""A unit day by day: worked or not, and in which parts of the day.

Days begin at the unit's quietest hour where it has one, else at midnight. Silences of ten days and
more are left out: they are leave, or gaps of the collection, and no days off of a rota.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from forensics.clues.activity import Activity
from forensics.clues.quarters import DAY, EPOCH_WEEKDAY
from forensics.clues.shifts.days import LocalDays, local_days

WINDOWS = 4
"""Parts of the day: six hours each from local midnight."""
SILENCE = 10
"""Days without an event from which on they are no days off."""
TREND = 28
"""Days over which slow change is taken out."""
LONGEST = 728
"""Days in which a cycle is looked for."""
NO_TROUGH = 0.5
"""A quietest three hours above this part of the mean rate are no night."""

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Days:
    """One row a calendar day, from the first to the last day with an event."""

    first_day: int
    """Local day number since 1970."""
    on: FloatArray
    """(days) 1 if there is an event."""
    parts: FloatArray
    """(days, 4) 1 if there is an event in that part of the day."""
    events: FloatArray
    """(days) events."""
    covered: BoolArray
    """(days) False inside a long silence."""

    @property
    def weekday(self) -> IntArray:
        """(days) Monday is 0."""
        return (self.first_day + np.arange(len(self.on)) + EPOCH_WEEKDAY) % 7


def trough_ratio(profile: FloatArray) -> float:
    """Rate of the quietest three hours over the mean rate of the day."""
    total = np.concatenate(([0.0], np.cumsum(np.tile(profile, 2))))
    run = total[12 : 12 + DAY] - total[:DAY]
    return float(run.min() / 12 / max(profile.mean(), 1e-9))


def by_day(activity: Activity, zone: str) -> tuple[Days, LocalDays]:
    """(one row a day, the events by local day) of a unit with posts."""
    events = local_days(activity, zone)
    midnight = local_days(activity, zone, cut=0)
    if trough_ratio(events.profile()) > NO_TROUGH:
        events = midnight
    first = int(min(events.day[0], midnight.day[0]))
    size = int(max(events.day[-1], midnight.day[-1])) - first + 1
    counts = np.bincount(events.day - first, weights=events.weight, minlength=size)
    cell = (midnight.day - first) * WINDOWS + midnight.bin * WINDOWS // DAY
    parts = np.bincount(cell, minlength=size * WINDOWS).reshape(size, WINDOWS) > 0
    on = counts > 0
    return (
        Days(
            first,
            on.astype(np.float64),
            parts.astype(np.float64),
            np.asarray(counts, dtype=np.float64),
            _covered(on),
        ),
        events,
    )


def busiest_part(days: Days) -> Days:
    """The two years with most days of work: rotas change, and older days only cost time."""
    size = len(days.on)
    if size <= LONGEST:
        return days
    total = np.concatenate(([0.0], np.cumsum(days.on)))
    start = int(np.argmax(total[LONGEST:] - total[:-LONGEST]))
    part = slice(start, start + LONGEST)
    return Days(
        days.first_day + start,
        days.on[part],
        days.parts[part],
        days.events[part],
        days.covered[part],
    )


def _covered(on: BoolArray) -> BoolArray:
    """False for days inside a run of `SILENCE` days or more without an event."""
    covered = np.ones(len(on), dtype=bool)
    worked = np.flatnonzero(on)
    for left, right in pairwise(worked.tolist()):
        if right - left > SILENCE:
            covered[left + 1 : right] = False
    return covered


def residuals(days: Days) -> FloatArray:
    """(days, 5) worked, and each part of the day, less slow change and less the weekday's mean.

    Days outside coverage are 0: they speak neither for nor against a cycle.
    """
    values = np.concatenate((days.on[:, None], days.parts), axis=1)
    weight = days.covered.astype(np.float64)[:, None]
    kernel = np.ones(TREND)
    level = np.stack(
        [np.convolve(column, kernel, mode="full") for column in (values * weight).T], axis=1
    )
    number = np.convolve(weight[:, 0], kernel, mode="full")[:, None]
    start = TREND // 2
    size = len(days.on)
    trend = level[start : start + size] / np.maximum(number[start : start + size], 1.0)
    out = (values - trend) * weight
    weekday = days.weekday
    for day in range(7):
        same = (weekday == day) & days.covered
        if same.any():
            out[same] -= out[same].mean(axis=0)
    return out
