"""How likely the active days of accounts are under a country's calendar, against none at all.

The ordinary rate of a day is the account's own rate on that weekday, times its level in the 28
days before and after, the calendar's own special days left out. Under a calendar, holidays are
worked at a share r of that rate, and make-up days at a rate between those of a working day and of
a day of rest; r and the position between are integrated over wide priors with a component that
says the calendar is not kept. Source of the rates the priors are centred on: docs/methods.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.clues.calendars.days import Rows
from forensics.reference.calendars import (
    BRIDGE,
    HOLIDAY,
    MAKE_UP,
    PARTLY,
    REST,
    UNKNOWN,
    WORK,
    Calendar,
)

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

REACH = 28
"""Days before and after that tell the level of activity."""
LEVEL_PRIOR = 2.0
"""Expected active days by which the level is drawn to the account's mean."""
WEEKDAY_PRIOR = 8.0
"""Days by which the rate of a weekday is drawn to the rate of all days."""
TEMPER = 0.55
"""Days off come in blocks and people's absences too: the log likelihood counts this much."""
HIGHEST = 0.97
LOWEST = 1e-5

SHARES = np.array([0.02, 0.08, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95, 1.0])
"""Share of the ordinary rate at which holidays are worked; 1 = holidays are not kept."""
HOLIDAY_PRIOR = np.array([7, 9, 9, 9, 9, 8, 8, 7, 7, 6, 5, 16]) / 100
PARTLY_PRIOR = np.array([1, 2, 3, 5, 6, 7, 9, 11, 12, 12, 12, 20]) / 100
POSITIONS = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
"""Place of the make-up days' rate between rest (0) and work (1); 0 = they are not kept."""
POSITION_PRIOR = np.array([15, 10, 15, 25, 35]) / 100
REST_SHARES = np.array([0.03, 0.1, 0.2, 0.35, 0.5, 0.7, 1.0])
"""Rate of a day of weekly rest over that of a working day; 1 = no weekend is kept."""
WEEKEND_DAYS = 12.0
"""Independent active days that the pattern of weekdays counts as, at most: people differ."""
TYPICAL_SHARE = 0.35
TYPICAL_PARTLY = 0.85
TYPICAL_POSITION = 0.85


@dataclass(frozen=True, slots=True)
class Base:
    """What is ordinary for each account."""

    common: BoolArray
    """(days) days off in many countries; they are in no sum."""
    weekday_rate: FloatArray
    """(rows, 7) active share by weekday of the cut day, Monday first."""
    active_sum: FloatArray
    """(rows, days + 1) running sum of active days."""
    expected_sum: FloatArray
    """(rows, days + 1) running sum of weekday rates over counted days."""


def base_of(rows: Rows, common: BoolArray) -> Base:
    """Weekday rates and running sums of some accounts.

    Args:
        rows: The accounts.
        common: (days) days off in so many countries that they tell nobody's ordinary rate.
    """
    width = rows.active.shape[1]
    weekday = (rows.first + np.arange(width) + 3) % 7
    used = rows.counted & ~common
    active = rows.active * ~common
    number = np.stack([used[:, weekday == d].sum(axis=1) for d in range(7)], axis=1)
    worked = np.stack([active[:, weekday == d].sum(axis=1) for d in range(7)], axis=1)
    mean = worked.sum(axis=1, keepdims=True) / np.maximum(number.sum(axis=1, keepdims=True), 1)
    rate = (worked + WEEKDAY_PRIOR * mean) / (number + WEEKDAY_PRIOR)
    zero = np.zeros((len(rate), 1))
    expected = rate[:, weekday] * used
    return Base(
        common=common,
        weekday_rate=rate.astype(np.float64),
        active_sum=np.concatenate([zero, np.cumsum(active, axis=1, dtype=float)], axis=1),
        expected_sum=np.concatenate([zero, np.cumsum(expected, axis=1)], axis=1),
    )


@dataclass(frozen=True, slots=True)
class Special:
    """The special days of one country that some accounts have in common, and their rates."""

    code: NDArray[np.int8]
    """(days) HOLIDAY, BRIDGE, PARTLY or MAKE_UP."""
    columns: IntArray
    """(days) column of each in the accounts' rows."""
    active: FloatArray
    """(rows, days)"""
    counted: FloatArray
    """(rows, days) 1 where the day counts."""
    rate: FloatArray
    """(rows, days) ordinary rate of the weekday and season."""
    work_rate: FloatArray
    """(rows, days) the same for a working day; used on make-up days only."""


def special_from(rows: Rows, base: Base, chosen: IntArray, codes: NDArray[np.int8]) -> Special:
    """The special days of a calendar for the accounts numbered in `chosen`.

    Args:
        rows: All accounts of a batch.
        base: Their ordinary rates.
        chosen: Row numbers, all with the same dates.
        codes: (days) class of each column's date in the calendar.
    """
    columns = np.flatnonzero((codes != WORK) & (codes != REST) & (codes != UNKNOWN))
    width = rows.active.shape[1]
    active = rows.active[np.ix_(chosen, columns)].astype(float)
    counted = rows.counted[np.ix_(chosen, columns)].astype(float)
    weekday = (rows.first + columns + 3) % 7
    rates = base.weekday_rate[chosen]
    own = rates[:, weekday]
    low, high = np.maximum(columns - REACH, 0), np.minimum(columns + REACH + 1, width)
    seen = base.active_sum[np.ix_(chosen, high)] - base.active_sum[np.ix_(chosen, low)]
    expected = base.expected_sum[np.ix_(chosen, high)] - base.expected_sum[np.ix_(chosen, low)]
    # The calendar's own special days say nothing about what is ordinary.
    used = counted * ~base.common[columns]
    seen -= _near(active * used, columns)
    expected -= _near(own * used, columns)
    level = (np.maximum(seen, 0) + LEVEL_PRIOR) / (np.maximum(expected, 0) + LEVEL_PRIOR)
    work = busy_rate(rates)
    return Special(
        code=codes[columns],
        columns=columns.astype(np.int64),
        active=active,
        counted=counted,
        rate=np.clip(own * level, LOWEST, HIGHEST),
        work_rate=np.clip(np.maximum(work, own) * level, LOWEST, HIGHEST),
    )


def busy_rate(weekday_rate: FloatArray) -> FloatArray:
    """(rows, 1) mean rate of the five busiest weekdays: what a working day is like."""
    return np.asarray(np.sort(weekday_rate, axis=1)[:, 2:].mean(axis=1, keepdims=True))


def _near(values: FloatArray, columns: IntArray) -> FloatArray:
    """(rows, days) sum of `values` over the special days within reach of each special day."""
    sums = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)
    high = np.searchsorted(columns, columns + REACH, side="right")
    low = np.searchsorted(columns, columns - REACH, side="left")
    return np.asarray(sums[:, high] - sums[:, low])


def log_likelihoods(special: Special) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Per row and grid point: log likelihood against ordinary days.

    Returns:
        (rows, shares) for holidays and bridges, the same for partly kept holidays, and
        (rows, positions) for make-up days; in nats.
    """
    off = (special.code == HOLIDAY) | (special.code == BRIDGE)
    partly = special.code == PARTLY
    make_up = special.code == MAKE_UP
    return _off(special, off), _off(special, partly), _make_up(special, make_up)


def _off(special: Special, which: BoolArray) -> FloatArray:
    active, counted = special.active[:, which], special.counted[:, which]
    rate = special.rate[:, which]
    idle = counted * (1 - active)
    calm = np.log1p(-rate)
    out = np.empty((len(active), len(SHARES)))
    worked = active.sum(axis=1)
    for index, share in enumerate(SHARES):
        out[:, index] = worked * np.log(share) + (idle * (np.log1p(-share * rate) - calm)).sum(
            axis=1
        )
    return out


def _make_up(special: Special, which: BoolArray) -> FloatArray:
    active, counted = special.active[:, which], special.counted[:, which]
    rest, work = special.rate[:, which], special.work_rate[:, which]
    idle = counted * (1 - active)
    out = np.empty((len(active), len(POSITIONS)))
    for index, position in enumerate(POSITIONS):
        rate = rest + position * (work - rest)
        gain = active * np.log(rate / rest) + idle * (np.log1p(-rate) - np.log1p(-rest))
        out[:, index] = gain.sum(axis=1)
    return out


def integrated(values: FloatArray, prior: FloatArray) -> FloatArray:
    """Log of the prior mean of exp(values) along the last axis."""
    top = values.max(axis=-1, keepdims=True)
    return np.asarray(top[..., 0] + np.log(np.exp(values - top) @ prior))


def weekend_logs(rows: Rows, chosen: IntArray, calendar: Calendar, shift: int) -> FloatArray:
    """Per row and rest share: log likelihood of the weekdays of activity, untempered.

    A calendar whose weekend changed is held against each stretch by the weekend of its date.
    """
    width = rows.active.shape[1]
    days = rows.first + shift + np.arange(width)
    weekday = (days + 3) % 7
    out = np.zeros((len(chosen), len(REST_SHARES)))
    ends = [weekend.since for weekend in calendar.weekends[1:]] + [calendar.last + 1]
    for weekend, end in zip(calendar.weekends, ends, strict=True):
        inside = (days >= weekend.since) & (days < end)
        if not inside.any():
            continue
        worked = np.stack(
            [
                rows.active[np.ix_(chosen, np.flatnonzero(inside & (weekday == d)))].sum(axis=1)
                for d in range(7)
            ],
            axis=1,
        )
        rest = np.array([day in weekend.rest for day in range(7)])
        for index, share in enumerate(REST_SHARES):
            weights = np.where(rest, share, 1.0)
            out[:, index] += worked @ np.log(7 * weights / weights.sum())
    return out
