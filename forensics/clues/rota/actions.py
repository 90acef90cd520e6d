"""First and last action of the day, stretches of work, and work before stated dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.clues.quarters import DAY
from forensics.clues.rota.series import Days
from forensics.clues.shifts.days import LocalDays
from forensics.clues.shifts.edges import Drawing, Measured, measured, week_weights

LEAST_A_DAY = 3
"""Active quarter-hours that make a first and a last action worth counting."""
LEAST_DAYS = 20
GAP = 16
"""Quarter-hours without an event that end a stretch of work: four hours."""
LATE_MIN = (15, 30, 60, 120)
BEFORE = 3
"""Days before an event in which overtime is looked for."""
AROUND = 28
LEAST_EVENTS = 3
LEAST_PLACEMENTS = 19

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Actions:
    """First and last actions of days, in local minutes."""

    days: int
    """Days with enough events to count."""
    first: Measured
    """Median with its interval."""
    last: Measured
    first_spread: tuple[float, float, float, float]
    """10, 25, 75 and 90 % points of first actions."""
    last_spread: tuple[float, float, float, float]
    usual_first: float
    """The quarter of an hour (smoothed over three) in which most days begin."""
    late: tuple[float, ...]
    """Share of days that begin more than 15, 30, 60, 120 minutes after the usual one."""


@dataclass(frozen=True, slots=True)
class Stretches:
    """Runs of activity without a gap of four hours."""

    number: int
    hours: tuple[float, float, float]
    """25, 50 and 75 % points of their length."""
    a_day: float
    """Stretches per day with events."""
    longest: float
    """Hours of the longest."""


@dataclass(frozen=True, slots=True)
class Overtime:
    """Activity on the three days before each event against the four weeks around, same weekdays."""

    events: int
    ratio: float
    p: float
    placements: int
    """Placements of the whole set of dates, moved by whole weeks, that make the null."""


def actions_of(days: LocalDays, drawing: Drawing) -> Actions | None:
    """First and last actions; None with too few days that count."""
    rows, index, number = np.unique(days.day, return_inverse=True, return_counts=True)
    kept = number >= LEAST_A_DAY
    if kept.sum() < LEAST_DAYS:
        return None
    first = np.full(len(rows), DAY)
    last = np.full(len(rows), -1)
    np.minimum.at(first, index, days.bin)
    np.maximum.at(last, index, days.bin)
    first, last, week = first[kept], last[kept] + 1, ((rows + 3) // 7)[kept]
    counts = np.bincount(first, minlength=DAY).astype(np.float64)
    smooth = counts + 0.5 * (np.roll(counts, 1) + np.roll(counts, -1))
    usual = int(np.argmax(smooth))
    late = tuple(float(np.mean((first - usual) * 15 > bound)) for bound in LATE_MIN)
    return Actions(
        days=int(kept.sum()),
        first=_median(days, first, week, drawing),
        last=_median(days, last, week, drawing),
        first_spread=_spread(days, first),
        last_spread=_spread(days, last),
        usual_first=days.minute(usual),
        late=late,
    )


def _spread(days: LocalDays, values: IntArray) -> tuple[float, float, float, float]:
    low, left, right, high = np.quantile(values, (0.1, 0.25, 0.75, 0.9)).tolist()
    return days.minute(low), days.minute(left), days.minute(right), days.minute(high)


def _median(days: LocalDays, values: IntArray, week: IntArray, drawing: Drawing) -> Measured:
    """Median of days with its interval, whole weeks drawn again."""
    rows, index = np.unique(week, return_inverse=True)
    table = np.bincount(index * (DAY + 1) + values, minlength=len(rows) * (DAY + 1))
    drawn = week_weights(len(rows), drawing) @ table.reshape(len(rows), DAY + 1)
    total = np.cumsum(drawn, axis=1)
    half = total[:, -1:] / 2
    at = np.argmax(total >= half, axis=1)
    before = np.where(at > 0, total[np.arange(len(at)), np.maximum(at - 1, 0)], 0.0)
    inside = np.maximum(drawn[np.arange(len(at)), at], 1e-9)
    place = at - 0.5 + (half[:, 0] - before) / inside
    found = measured(place, len(rows))
    value = days.minute(found.value)
    return Measured(
        value, value - 15 * (found.value - found.low), value + 15 * (found.high - found.value)
    )


def stretches_of(days: LocalDays) -> Stretches | None:
    """Runs of activity; None with too few of them."""
    place = np.unique(days.day * DAY + days.bin)
    if not len(place):
        return None
    new = np.concatenate(([True], np.diff(place) > GAP))
    start = place[new]
    end = place[np.concatenate((new[1:], [True]))] + 1
    size = np.bincount(np.cumsum(new) - 1)
    hours = (end - start)[size >= LEAST_A_DAY] / 4
    if len(hours) < LEAST_DAYS:
        return None
    low, middle, high = np.quantile(hours, (0.25, 0.5, 0.75)).tolist()
    return Stretches(
        number=len(hours),
        hours=(low, middle, high),
        a_day=len(hours) / max(len(np.unique(days.day)), 1),
        longest=float(hours.max()),
    )


def overtime_of(days: Days, dates: Sequence[int]) -> Overtime | None:
    """More activity than usual on the days before stated dates?

    The null moves all dates together by whole weeks, those past the end back to the beginning; four
    weeks either side of the truth stay free.
    The dates must have been stated before the activity was looked at.

    Args:
        days: The unit day by day.
        dates: Local day numbers since 1970.
    """
    size = len(days.events)
    places = np.array(sorted(set(dates)), dtype=np.int64) - days.first_day
    places = places[(places >= AROUND + BEFORE) & (places + AROUND < size)]
    if len(places) < LEAST_EVENTS:
        return None
    near = _near(days)
    value = _ratio(near, places)
    whole = size // 7 * 7
    moves = np.arange(0, whole, 7)
    free = [m for m in moves.tolist() if AROUND < m < whole - AROUND]
    kept = [m for m in free if ((places + m) % whole >= BEFORE).all()]
    if len(kept) < LEAST_PLACEMENTS:
        return None
    placebo = np.array([_ratio(near, (places + move) % whole) for move in kept])
    p = (1 + int((placebo >= value - 1e-12).sum())) / (1 + len(kept))
    return Overtime(len(places), float(np.exp(value)), p, len(kept))


def _near(days: Days) -> FloatArray:
    """(days) log of events over the mean of the same weekday within four weeks."""
    size = len(days.events)
    total = np.zeros(size)
    number = np.zeros(size)
    seen = days.covered.astype(np.float64)
    for weeks in (-4, -3, -2, -1, 1, 2, 3, 4):
        move = 7 * weeks
        low, high = max(0, -move), min(size, size - move)
        total[low:high] += (days.events * seen)[low + move : high + move]
        number[low:high] += seen[low + move : high + move]
    return np.asarray(np.log((days.events + 0.5) / (total / np.maximum(number, 1.0) + 0.5)))


def _ratio(near: FloatArray, places: IntArray) -> float:
    """Mean over events of the days before them."""
    return float(np.mean([near[place - BEFORE : place].mean() for place in places]))
