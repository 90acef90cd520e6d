"""How much a unit's days could say about a calendar: computed before any calendar is tested."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from forensics.clues.calendars.rates import (
    TEMPER,
    TYPICAL_PARTLY,
    TYPICAL_POSITION,
    TYPICAL_SHARE,
    Special,
)
from forensics.clues.quarters import DAY
from forensics.reference.calendars import BRIDGE, HOLIDAY, MAKE_UP, PARTLY

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

OFTEN_SPECIAL = 24 / 365
"""Share of all days that are special in a calendar with many holidays."""
TALLIED = 8
"""Columns of `tally`."""
WEEKDAY_LIFT = 1.3
"""Weekdays are busier than all days together by this much."""
MARGIN = 1.5
LEAST_NATS = 5 * np.log(10) / 10 / TEMPER
"""5 dB before tempering: below it the answer is `insufficient`."""


def gain_off(rate: FloatArray, share: float) -> FloatArray:
    """Expected log Bayes factor of a day off, in nats, if it is worked at `share` of `rate`."""
    worked = share * rate
    return np.asarray(worked * np.log(share) + (1 - worked) * (np.log1p(-worked) - np.log1p(-rate)))


def gain_make_up(
    rest: FloatArray, work: FloatArray, position: float = TYPICAL_POSITION
) -> FloatArray:
    """Expected log Bayes factor of a make-up day, in nats, if it is worked as such days are.

    Args:
        rest: Rate of a day of rest.
        work: Rate of a working day.
        position: Where the make-up day's rate lies between them.
    """
    rate = rest + position * (work - rest)
    return np.asarray(rate * np.log(rate / rest) + (1 - rate) * (np.log1p(-rate) - np.log1p(-rest)))


def worth_testing(accounts: Sequence[IntArray]) -> bool:
    """False if no calendar could reach 5 dB, whatever the days show.

    A quick estimate from the active days of each four weeks, with a wide margin; the benchmark
    counts the units that it would have dismissed wrongly.

    Args:
        accounts: Per account of the unit: UTC quarter-hours of activity.
    """
    total = 0.0
    for q in accounts:
        days = np.unique(q // DAY)
        _, number = np.unique(days // 28, return_counts=True)
        rate = np.minimum(number / 28 * WEEKDAY_LIFT, 0.97)
        total += float(gain_off(rate, TYPICAL_SHARE).sum()) * 28 * OFTEN_SPECIAL
    return bool(total * MARGIN >= LEAST_NATS)


def expected(special: Special) -> FloatArray:
    """(rows) expected log Bayes factor if the calendar is kept as is typical, untempered."""
    off = (special.code == HOLIDAY) | (special.code == BRIDGE)
    partly, make_up = special.code == PARTLY, special.code == MAKE_UP
    values = np.zeros(special.rate.shape)
    values[:, off] = gain_off(special.rate[:, off], TYPICAL_SHARE)
    values[:, partly] = gain_off(special.rate[:, partly], TYPICAL_PARTLY)
    values[:, make_up] = gain_make_up(special.rate[:, make_up], special.work_rate[:, make_up])
    return np.asarray((values * special.counted).sum(axis=1))


def tally(special: Special) -> FloatArray:
    """(rows, TALLIED) account-days, one column each.

    Days off, active on them, expected if they were ordinary; partly kept holidays; make-up days,
    active on them, expected if they were days of rest, expected if they were working days.
    """
    off = (special.code == HOLIDAY) | (special.code == BRIDGE)
    partly, make_up = special.code == PARTLY, special.code == MAKE_UP
    usual = special.rate * special.counted
    work = special.work_rate * special.counted
    columns = (
        special.counted[:, off],
        special.active[:, off],
        usual[:, off],
        special.counted[:, partly],
        special.counted[:, make_up],
        special.active[:, make_up],
        usual[:, make_up],
        work[:, make_up],
    )
    return np.stack([column.sum(axis=1) for column in columns], axis=1)
