"""Whether a unit falls silent on one country's days off and not on another's.

This serves the question whose days a cluster follows, its operator's or its audience's. Only days
count that are off in one country and working days in the other. Both active accounts and posts
are looked at: an audience that is away costs posts first, an operator that is away costs accounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from forensics.clues.activity import Activity
from forensics.clues.calendars import placebo
from forensics.clues.calendars.days import Plan, common_days, date_shift
from forensics.clues.calendars.rates import REACH
from forensics.clues.quarters import DAY
from forensics.reference.calendars import BRIDGE, HOLIDAY, REST, WORK, calendar

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
Measure = Literal["accounts", "posts"]

LIMIT = 0.5
"""Largest log ratio that one day may add, in nats."""
FEW_DAYS = 8
"""Below this many days the result is `insufficient`."""
LEAST_PER_DAY = 3.0
"""Ordinary accounts or posts a day below which a day's ratio means nothing: it is not counted."""


@dataclass(frozen=True, slots=True)
class Dips:
    """One measure on the days off of one country that are working days in another."""

    country: str
    other: str
    measure: Measure
    days: int
    """Such days that count for the unit."""
    below: int
    """Of them, days below what is ordinary around them."""
    ratio: float
    """Median of the day's number over the ordinary one; 1 where there are no days."""
    shift_p: float
    """That the days lie so low, by whole shifts of the calendar (at least 1/35)."""
    block_p: float
    """The same by moving blocks."""
    enough: bool
    """Whether there are days and posts enough to read it."""


def dips(
    activity: Activity,
    operator: str,
    audience: str,
    *,
    covered_days: IntArray | None = None,
) -> tuple[Dips, ...]:
    """The dips on the operator's days only and on the audience's only, for both measures.

    Args:
        activity: The unit.
        operator: Country the operator is thought to be in.
        audience: Country the posts are aimed at.
        covered_days: UTC days the collection covers; None if all.
    """
    if not len(activity.q):
        return ()
    plan = Plan.of([activity.hours], covered_days)
    accounts, counted = np.zeros(plan.width), np.zeros(plan.width, dtype=np.bool_)
    for rows in plan.chunks():
        accounts += rows.active.sum(axis=0, dtype=float)
        counted |= rows.counted.any(axis=0)
    place = (activity.q - int(plan.cut[0]) * 4) // DAY - plan.first
    posts = np.bincount(place, weights=activity.n, minlength=plan.width).astype(float)
    series: dict[Measure, FloatArray] = {"accounts": accounts, "posts": posts}
    return tuple(
        _dip(plan, _lowness(plan, counted, daily), countries, measure)
        for measure, daily in series.items()
        for countries in ((operator, audience), (audience, operator))
    )


def _lowness(plan: Plan, counted: NDArray[np.bool_], series: FloatArray) -> FloatArray:
    """Per day: log of the ordinary number over the actual one; nan where the day does not count.

    The median of ordinary days is 0. Ordinary is the unit's mean for the weekday times its level in
    the 28 days before and after, the day itself and days off in many countries left out. Days with
    few posts around them do not count.
    """
    width = len(series)
    weekday = (plan.first + np.arange(width) + 3) % 7
    used = counted & ~common_days(plan.first, width)
    number = np.bincount(weekday[used], minlength=7)
    mean = np.bincount(weekday[used], weights=series[used], minlength=7) / np.maximum(number, 1)
    usual = mean[weekday]
    seen, expected = (_around(part * used) for part in (series, usual))
    ordinary = usual * (seen + 1) / (expected + 1)
    logs = np.log((ordinary + 0.5) / (series + 0.5))
    enough = counted & (ordinary >= LEAST_PER_DAY)
    used &= enough
    if not used.any():
        return np.full(width, np.nan)
    return np.where(enough, logs - np.median(logs[used]), np.nan)


def _around(values: FloatArray) -> FloatArray:
    """Per day: sum over the days before and after, the day itself left out."""
    width = len(values)
    sums = np.concatenate([[0.0], np.cumsum(values)])
    low = np.maximum(np.arange(width) - REACH, 0)
    high = np.minimum(np.arange(width) + REACH + 1, width)
    return np.asarray(sums[high] - sums[low] - values)


def _dip(plan: Plan, low: FloatArray, countries: tuple[str, str], measure: Measure) -> Dips:
    country, other = countries
    days = plan.first + np.arange(len(low))
    mine, theirs = (
        calendar(name).day_class(days + int(date_shift(name, plan.cut, plan.middle)[0]))
        for name in (country, other)
    )
    counted = np.isfinite(low)
    off = ((mine == HOLIDAY) | (mine == BRIDGE)) & (theirs == WORK)
    # The other country's own special days are no place for a moved day.
    plain = (mine == WORK) & (theirs == WORK)
    codes = np.where(off, np.int8(HOLIDAY), np.where(plain, np.int8(WORK), np.int8(REST)))
    # Single outages must not decide; ordinary days are the zero that moved days are held against.
    cut = np.clip(low, -LIMIT, LIMIT)
    gain = np.nan_to_num(cut - cut[counted].mean()) if counted.any() else np.zeros(len(low))
    every = np.ones(len(low), dtype=np.bool_)
    trial = placebo.Trial.of(plan.first, every, np.stack([gain] * 3), codes.astype(np.int8))
    chosen = off & counted
    number = int(chosen.sum())
    return Dips(
        country=country,
        other=other,
        measure=measure,
        days=number,
        below=int((low[chosen] > 0).sum()),
        ratio=float(np.exp(-np.median(low[chosen]))) if number else 1.0,
        shift_p=placebo.shift_p(trial) if number else 1.0,
        block_p=placebo.block_p(trial) if number else 1.0,
        enough=number >= FEW_DAYS,
    )
