"""A person's habits, and posts drawn from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from forensics.evaluate.synthetic.localtime import (
    DAY_S,
    FloatArray,
    IntArray,
    months,
    to_local,
    to_utc,
    weekdays,
)
from forensics.evaluate.synthetic.profiles import MINUTES

MOST_ROUNDS = 200
"""Rounds after which drawing gives up: the habits leave no minute to post in."""
WEDNESDAY = 2
"""A make-up day is worked like this weekday."""


@dataclass(frozen=True, slots=True)
class WorkDays:
    """What a working calendar does to somebody's days."""

    holidays: frozenset[int] = frozenset()
    """Day numbers on which the place does not work."""
    makeup: frozenset[int] = frozenset()
    """Day numbers of weekends on which it does."""
    holiday_rate: float = 0.2
    """Share of an ordinary day's posts that remain on a holiday."""
    makeup_rate: float = 0.87
    """Share of an ordinary weekday's posts on a make-up day."""


@dataclass(frozen=True, slots=True)
class Habits:
    """When one person posts."""

    zone: str
    """IANA zone whose clock the week follows."""
    week: FloatArray
    """(7, 2880) rates; see `profiles`."""
    seasons: Mapping[int, FloatArray] = field(default_factory=dict)
    """Month -> (7, 2880), where the week differs by season."""
    work_days: WorkDays = field(default_factory=WorkDays)
    calendar_zone: str | None = None
    """Zone whose dates the calendar is kept by; None if it is `zone`."""
    absences: tuple[tuple[int, int], ...] = ()
    """(first, last) day numbers of absences, both counted."""
    absence_rate: float = 0.05
    noise: float = 0.0
    """Share of posts at any minute of any day, whatever the habits."""
    day_shape: float = 4.0
    """Shape of the gamma factor of each day: small makes busy and empty days; 0 makes all alike."""
    threads: float = 0.0
    """Share of posts that follow another within minutes."""


def sample(
    rng: np.random.Generator, habits: Habits, first_day: int, last_day: int, n: int
) -> IntArray:
    """UTC seconds of `n` posts between two days (both counted), rising.

    Local times that a clock change leaves out are drawn again; of those that occur twice either is
    taken.

    Raises:
        ValueError: the habits leave no minute in the window.
    """
    days = np.arange(first_day, last_day + 1, dtype=np.int64)
    weight = day_weights(rng, habits, days)
    if weight.sum() <= 0:
        raise ValueError("the habits leave no day to post on")
    n_threads = int(rng.binomial(n, habits.threads))
    found = _fill(rng, habits, days, weight, n - n_threads)
    if n_threads:
        after = rng.choice(found, n_threads) + rng.geometric(1 / 150, n_threads)
        found = np.concatenate([found, after])
    return np.sort(found)


def sample_daily(
    rng: np.random.Generator, habits: Habits, first_day: int, last_day: int, daily: float
) -> IntArray:
    """The same with a quota: about `daily` posts on a full working day, by a Poisson law."""
    days = np.arange(first_day, last_day + 1, dtype=np.int64)
    weight = day_weights(rng, habits, days)
    counts = rng.poisson(daily * weight)
    found = _at(rng, habits, np.repeat(days, counts))
    return np.sort(found)


def day_weights(rng: np.random.Generator, habits: Habits, days: IntArray) -> FloatArray:
    """(days) how much is posted on each day; holidays of another zone's dates are left for later.

    The gamma factor is drawn for every day, so that calendars do not change the random stream.
    """
    rows = _rows(habits, days)
    weight = _tables(habits)[0][_table_of(habits, days), rows]
    if habits.calendar_zone is None:
        weight = weight * _calendar_factor(habits.work_days, days)
    for first, last in habits.absences:
        weight = np.where((days >= first) & (days <= last), weight * habits.absence_rate, weight)
    if habits.day_shape > 0:
        weight = weight * rng.gamma(habits.day_shape, 1 / habits.day_shape, len(days))
    return np.asarray(weight)


def _calendar_factor(work_days: WorkDays, days: IntArray) -> FloatArray:
    """(days) holiday and make-up factors."""
    holiday = np.isin(days, np.fromiter(work_days.holidays, np.int64, len(work_days.holidays)))
    makeup = np.isin(days, np.fromiter(work_days.makeup, np.int64, len(work_days.makeup)))
    return np.where(makeup, work_days.makeup_rate, np.where(holiday, work_days.holiday_rate, 1.0))


def _rows(habits: Habits, days: IntArray) -> IntArray:
    """(days) row of the week that each day is lived by."""
    makeup = habits.work_days.makeup if habits.calendar_zone is None else frozenset[int]()
    worked = np.isin(days, np.fromiter(makeup, np.int64, len(makeup)))
    return np.where(worked, WEDNESDAY, weekdays(days))


def _table_of(habits: Habits, days: IntArray) -> IntArray:
    """(days) number of the table: 0 is the ordinary week, then the seasons by month."""
    if not habits.seasons:
        return np.zeros(len(days), dtype=np.int64)
    number = np.zeros(13, dtype=np.int64)
    for place, month in enumerate(sorted(habits.seasons), start=1):
        number[month] = place
    return number[months(days)]


def _tables(habits: Habits) -> tuple[FloatArray, FloatArray]:
    """(tables, 7) sum of each row, and (tables, 7, 2880) its cumulative shares."""
    stack = np.stack([habits.week, *(habits.seasons[m] for m in sorted(habits.seasons))])
    sums = stack.sum(axis=2)
    return sums, np.cumsum(stack / np.maximum(sums, 1e-12)[:, :, np.newaxis], axis=2)


def _fill(
    rng: np.random.Generator, habits: Habits, days: IntArray, weight: FloatArray, n: int
) -> IntArray:
    """Exactly `n` instants."""
    n_noise = int(rng.binomial(n, habits.noise))
    counts = rng.multinomial(n - n_noise, weight / weight.sum())
    found = _at(rng, habits, np.repeat(days, counts))
    for _ in range(MOST_ROUNDS):
        missing = n - n_noise - len(found)
        if missing <= 0:
            break
        more = _at(rng, habits, rng.choice(days, missing, p=weight / weight.sum()))
        found = np.concatenate([found, more])
    else:
        raise ValueError("the habits leave no minute to post in")
    at_random = rng.integers(days[0] * DAY_S, (days[-1] + 1) * DAY_S, n_noise)
    return np.concatenate([found, at_random])


def _at(rng: np.random.Generator, habits: Habits, chosen: IntArray) -> IntArray:
    """Instants on the chosen days: those whose local time exists and which are not skipped."""
    if not len(chosen):
        return np.empty(0, dtype=np.int64)
    _, shares = _tables(habits)
    table, rows = _table_of(habits, chosen), _rows(habits, chosen)
    draw = rng.random(len(chosen))
    minute = np.empty(len(chosen), dtype=np.int64)
    for key in np.unique(table * 7 + rows):
        where = table * 7 + rows == key
        curve = shares[key // 7, key % 7]
        minute[where] = np.searchsorted(curve, draw[where] * curve[-1], side="right")
    second = rng.integers(0, 60, len(chosen))
    local = chosen * DAY_S + np.minimum(minute, MINUTES - 1) * 60 + second
    found, exists = to_utc(local, habits.zone, rng.random(len(chosen)))
    if habits.calendar_zone is not None:
        dates = to_local(found, habits.calendar_zone) // DAY_S
        exists &= rng.random(len(found)) < _calendar_factor(habits.work_days, dates)
    return found[exists]
