"""The rota of a unit: which days it works and how they go round, or that only the week shows.

Method, measured figures and limits: docs/methods/rota.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.clues.activity import Activity
from forensics.clues.rota.actions import (
    Actions,
    Overtime,
    Stretches,
    actions_of,
    overtime_of,
    stretches_of,
)
from forensics.clues.rota.cycle import LEAST_SHARE, Cycle, find_cycle
from forensics.clues.rota.series import NO_TROUGH, Days, busiest_part, by_day, trough_ratio
from forensics.clues.shifts.edges import DRAWS, Drawing, Measured, measured, week_weights
from forensics.model import Status

LEAST_DAYS = 42
"""Covered days; the longest rota looked for goes round in four weeks."""
LEAST_ACTIVE = 25
LEAST_POWER = 20.0
"""Explained variance times days that a rota of two days on, two off must be able to reach."""
REST = 0.35
"""A weekday worked this part as often as the busiest one is a day of rest."""
WEEK_P = 0.01
SHUFFLES = 199
NO_WEEKEND = 0.8

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WorkWeek:
    """The week of seven days."""

    rates: tuple[float, ...]
    """Share of days worked, Monday first."""
    rest: tuple[int, ...]
    """Weekdays of rest."""
    p: float
    """Chance of weekdays as unequal if days change places within their week."""


@dataclass(frozen=True, slots=True)
class RotaAnswer:
    """What can be said about a unit's days."""

    activity: Activity
    zone: str
    first_day: int
    """First local day, since 1970, of the two years at most that were looked at."""
    status: Status
    reasons: tuple[str, ...]
    limits: tuple[str, ...]
    covered: int
    active: int
    expected_share: float
    """What a strict rota of two days on, two off would explain of this many active days."""
    cycle: Cycle | None
    week: WorkWeek | None
    weekend: Measured | None
    """Share of weekend days worked over that of weekdays."""
    trough: float
    """Rate of the quietest three hours over the mean."""
    signs: tuple[str, ...]
    """no_trough, no_weekend: each is a sign of a rota, and of much else."""
    actions: Actions | None
    stretches: Stretches | None
    overtime: Overtime | None
    seed: int


LIMITS = (
    "A cycle of days is a rota, the calendar of a hobby, or a scheduler's; days alone do not say.",
    "A unit of several accounts with different days off hides their rota; ask by account.",
)


def answer(
    activity: Activity,
    zone: str,
    *,
    dates: Sequence[int] = (),
    draws: int = DRAWS,
    seed: int = 5,
) -> RotaAnswer:
    """The rota of a unit in a zone.

    Args:
        activity: The unit.
        zone: IANA zone that tells where days begin.
        dates: Local day numbers since 1970 before which overtime is looked for.
        draws: Draws of weeks for intervals.
        seed: Seed of placebos and draws.
    """
    if not len(activity.q):
        return _insufficient(activity, zone, ["No posts."], seed)
    whole, events = by_day(activity, zone)
    days = busiest_part(whole)
    covered, active = int(days.covered.sum()), int(days.on.sum())
    share = active / max(covered, 1)
    expected = min(share / max(1 - share, 1e-9), 1.0)
    few = _reasons(covered, active)
    reasons = few or _power(covered, active, expected)
    drawing = Drawing(draws, seed)
    cycle = None if reasons else find_cycle(days, seed)
    week = None if few else _week(days, seed)
    trough = trough_ratio(events.profile())
    weekend = _weekend(days, drawing)
    rests = week is not None and week.p <= WEEK_P and bool(week.rest)
    found = (cycle is not None and cycle.real) or rests
    status: Status = "found" if found else "insufficient" if reasons else "nothing_found"
    signs = ["no_trough"] if trough > NO_TROUGH and not few else []
    if weekend is not None and weekend.low > NO_WEEKEND and not rests and not few:
        signs.append("no_weekend")
    return RotaAnswer(
        activity=activity,
        zone=zone,
        first_day=days.first_day,
        status=status,
        reasons=tuple(reasons),
        limits=LIMITS,
        covered=covered,
        active=active,
        expected_share=expected,
        cycle=cycle,
        week=week,
        weekend=weekend,
        trough=trough,
        signs=tuple(signs),
        actions=actions_of(events, drawing),
        stretches=stretches_of(events),
        overtime=overtime_of(whole, dates) if dates else None,
        seed=seed,
    )


def _reasons(covered: int, active: int) -> list[str]:
    """Why nothing can be said about days."""
    found = []
    if covered < LEAST_DAYS:
        found.append(f"{covered} covered days; {LEAST_DAYS} are needed.")
    if active < LEAST_ACTIVE:
        found.append(f"{active} active days; {LEAST_ACTIVE} are needed.")
    return found


def _power(covered: int, active: int, expected: float) -> list[str]:
    """Why a cycle could not be told from chance even if there were one."""
    if expected >= LEAST_SHARE and expected * covered >= LEAST_POWER:
        return []
    needed = -(-LEAST_SHARE * covered // (1 + LEAST_SHARE))
    text = (
        f"With {active} active of {covered} days a strict rota of two days on, two off would "
        f"explain {100 * expected:.0f} % of their variance; {100 * LEAST_SHARE:.0f} % are needed, "
        f"which is {needed:.0f} active days."
    )
    return [text]


def _week(days: Days, seed: int) -> WorkWeek:
    """Weekdays and the test that they are unequal."""
    weekday = days.weekday
    seen = days.covered
    number = np.maximum(np.bincount(weekday[seen], minlength=7), 1)
    rates = np.bincount(weekday[seen], weights=days.on[seen], minlength=7) / number
    lead = int(weekday[0])
    padded = np.full(-(-(len(days.on) + lead) // 7) * 7, np.nan)
    padded[lead : lead + len(days.on)] = np.where(seen, days.on, np.nan)
    table = padded.reshape(-1, 7)
    table = table[~np.isnan(table).any(axis=1)]
    p = 1.0
    if len(table) >= 4:
        rng = np.random.default_rng(seed + 2)
        spread = table.mean(axis=0).var()
        many = np.broadcast_to(table, (SHUFFLES, *table.shape))
        shuffled = rng.permuted(many, axis=2).mean(axis=1).var(axis=1)
        p = (1 + int((shuffled >= spread - 1e-12).sum())) / (1 + SHUFFLES)
    rest = tuple(int(day) for day in np.flatnonzero(rates < REST * rates.max()))
    return WorkWeek(tuple(rates.tolist()), rest, p)


def _weekend(days: Days, drawing: Drawing) -> Measured | None:
    """Share of weekend days worked over that of weekdays, whole weeks drawn again."""
    weekday, seen = days.weekday, days.covered
    week = (days.first_day + np.arange(len(days.on)) + 3) // 7
    rows, index = np.unique(week, return_inverse=True)
    if len(rows) < 4:
        return None
    table = []
    for part in (weekday >= 5, weekday < 5):
        kept = part & seen
        worked = np.bincount(index[kept], weights=days.on[kept], minlength=len(rows))
        table += [worked, np.bincount(index[kept], minlength=len(rows)).astype(np.float64)]
    if not table[0].sum() and not table[2].sum():
        return None
    sums = week_weights(len(rows), drawing) @ np.stack(table, axis=1)
    rest = sums[:, 0] / np.maximum(sums[:, 1], 1.0)
    work = sums[:, 2] / np.maximum(sums[:, 3], 1.0)
    return measured(rest / np.maximum(work, 1e-3), len(rows))


def _insufficient(activity: Activity, zone: str, reasons: list[str], seed: int) -> RotaAnswer:
    """The answer about a unit without posts."""
    return RotaAnswer(
        activity=activity,
        zone=zone,
        first_day=0,
        status="insufficient",
        reasons=tuple(reasons),
        limits=LIMITS,
        covered=0,
        active=0,
        expected_share=0.0,
        cycle=None,
        week=None,
        weekend=None,
        trough=0.0,
        signs=(),
        actions=None,
        stretches=None,
        overtime=None,
        seed=seed,
    )
