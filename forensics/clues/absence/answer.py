"""Whether a unit was silent in the absences that were declared: by moving all of them together.

Method, measured figures and limits: docs/methods/absence.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.clues.absence.events import Event
from forensics.clues.activity import Activity
from forensics.model import Status
from forensics.reference.zones import local_quarters

AROUND = 28
"""Covered days before and after an absence that it is compared with."""
LEAST_ABSENCES = 3
LEAST_PLACEMENTS = 50
LEAST_COVERED = 0.6
"""Part of an absence's days that must be covered."""
LEAST_AROUND = 0.4
"""The same of the days around it: one side is enough, so that edges can be compared."""
LEAST_EXPECTED = 5.0
"""Active hours that all absences together must let expect, or silence says nothing."""
ADD = 0.5
"""Added to both sides of every ratio, so that silence has a logarithm."""
LEVEL = 0.02
PLACED = 4000
"""Placements looked at at most, evenly spread."""

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Absence:
    """One event, counted."""

    event: Event
    used: bool
    """False if too few of its days, or of those around it, are covered."""
    active: int
    """Active hours inside."""
    expected: float
    """Active hours that the covered days around it let expect, by weekday."""


@dataclass(frozen=True, slots=True)
class AbsenceAnswer:
    """What can be said about a list of absences."""

    activity: Activity
    zone: str
    status: Status
    reasons: tuple[str, ...]
    registered: bool
    """Whether the list stood in the record before the activity was looked at."""
    exploratory: bool
    absences: tuple[Absence, ...]
    ratio: float
    """Activity inside over that expected, geometric mean over absences; 1 for no difference."""
    p: float
    """Chance of so low a ratio when the list is moved as a whole."""
    placements: int
    floor: float
    """Lowest p that so many placements allow."""
    power_ratio: float
    """Ratio that one placement in a hundred falls below: only deeper silence would be seen."""
    lists_tried: int


def answer(
    activity: Activity,
    zone: str,
    events: Sequence[Event],
    *,
    covered: IntArray | None = None,
    registered: bool,
    lists_tried: int = 1,
) -> AbsenceAnswer:
    """Whether the unit was silent in the absences.

    Args:
        activity: The unit.
        zone: IANA zone of the local days that the events are dated in.
        events: One list of absences.
        covered: UTC day numbers on which the collection holds anything; None if every day counts.
        registered: Whether the list was in the record before the activity was looked at.
        lists_tried: Lists tried on this unit, this one included; p is multiplied by it.
    """
    chosen = tuple(sorted(events))
    if not len(activity.q) or not chosen:
        why = "No posts." if not len(activity.q) else "No absences are named."
        return _empty(activity, zone, registered, lists_tried, (why,))
    days = _Days.of(activity, zone, covered)
    start = np.array([one.start_day for one in chosen]) - days.first
    size = np.array([one.days for one in chosen])
    active, expected, used = days.compared(start, size)
    told = tuple(
        Absence(event, bool(ok), round(float(a)), float(e))
        for event, a, e, ok in zip(chosen, active, expected, used, strict=True)
    )
    start, size = start[used], size[used]
    number = int(used.sum())
    seen = _ratio(active[used], expected[used]) if number else 0.0
    chance = _placements(days, start, size) if number else np.empty(0)
    placements = len(chance)
    p = (1 + int((chance <= seen + 1e-12).sum())) / (1 + placements)
    p = min(1.0, p * max(lists_tried, 1))
    total = float(expected[used].sum())
    reasons = _reasons(number, placements, total)
    status: Status = "nothing_found"
    if reasons:
        status = "insufficient"
    elif p <= LEVEL:
        status = "found"
    return AbsenceAnswer(
        activity=activity,
        zone=zone,
        status=status,
        reasons=reasons,
        registered=registered,
        exploratory=not registered or number < LEAST_ABSENCES,
        absences=told,
        ratio=float(np.exp(seen)),
        p=p,
        placements=placements,
        floor=1 / (1 + placements),
        power_ratio=float(np.exp(np.quantile(chance, 0.01))) if placements else 0.0,
        lists_tried=lists_tried,
    )


def _reasons(number: int, placements: int, expected: float) -> tuple[str, ...]:
    """Why nothing can be said."""
    found = []
    if number == 0:
        found.append("No absence has enough covered days inside and around it.")
    elif placements < LEAST_PLACEMENTS:
        found.append(
            f"The list can be moved to {placements} other places only; {LEAST_PLACEMENTS} are "
            "needed."
        )
    if number and expected < LEAST_EXPECTED:
        found.append(
            f"{expected:.1f} active hours are expected inside all absences together; below "
            f"{LEAST_EXPECTED:.0f} silence says nothing."
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Days:
    """Active hours by local day."""

    first: int
    active: FloatArray
    covered: BoolArray

    @classmethod
    def of(cls, activity: Activity, zone: str, covered: IntArray | None) -> _Days:
        """The days from the first to the last post; gaps of the collection are marked."""
        local = local_quarters(zone, activity.q)
        day = np.unique(local // 4) // 24
        first, last = int(day.min()), int(day.max())
        active = np.bincount(day - first, minlength=last - first + 1).astype(float)
        known = np.ones(len(active), dtype=bool)
        if covered is not None:
            # A local day lies on two UTC days; without posts on either it may be a gap.
            utc = first + np.arange(len(active))
            known = np.isin(utc, covered) | (active > 0)
        return cls(first, active, known)

    def compared(self, start: IntArray, size: IntArray) -> tuple[FloatArray, FloatArray, BoolArray]:
        """(active hours inside, expected there, whether enough is covered) of each interval."""
        number = len(self.active)
        inside = np.zeros(number, dtype=bool)
        for low, length in zip(start.tolist(), size.tolist(), strict=True):
            inside[max(low, 0) : max(low + length, 0)] = True
        usual = self.covered & ~inside
        rows = [
            self._one(low, length, usual)
            for low, length in zip(start.tolist(), size.tolist(), strict=True)
        ]
        table = np.array(rows).reshape(len(rows), 3)
        return table[:, 0], table[:, 1], table[:, 2] > 0

    def _one(self, low: int, length: int, usual: BoolArray) -> tuple[float, float, float]:
        """One interval: active, expected, 1 if covered."""
        number = len(self.active)
        if low < 0 or low + length > number:
            return 0.0, 0.0, 0.0
        at = np.arange(low, low + length)
        known = self.covered[at]
        left, right = max(low - AROUND, 0), min(low + length + AROUND, number)
        near = np.arange(left, right)
        near = near[usual[left:right]]
        if known.mean() < LEAST_COVERED or len(near) < LEAST_AROUND * 2 * AROUND:
            return 0.0, 0.0, 0.0
        days = np.bincount(near % 7, minlength=7)
        rate = np.bincount(near % 7, weights=self.active[near], minlength=7) / np.maximum(days, 1)
        rate = np.where(days > 0, rate, self.active[near].mean())
        at = at[known]
        return float(self.active[at].sum()), float(rate[at % 7].sum()), 1.0


def _ratio(active: FloatArray, expected: FloatArray) -> float:
    """Mean logarithm of what was done over what was expected."""
    return float(np.log((active + ADD) / (expected + ADD)).mean())


def _placements(days: _Days, start: IntArray, size: IntArray) -> FloatArray:
    """The ratio of every other placement of the whole list, moved by full weeks.

    What passes the last day comes in again at the first, so that a list that spans the whole time
    can be moved at all. A placement counts if all its intervals lie whole on covered days; the days
    of the true list are taken out, so that they make no other date look busy or quiet.
    """
    number = len(days.active)
    period = number - number % 7
    true = np.zeros(number, dtype=bool)
    for first, length in zip(start.tolist(), size.tolist(), strict=True):
        true[first : first + length] = True
    rest = _Days(days.first, days.active, days.covered & ~true)
    weeks = list(range(1, period // 7))
    if len(weeks) > PLACED:
        weeks = [weeks[i * len(weeks) // PLACED] for i in range(PLACED)]
    found = []
    for week in weeks:
        moved = (start + 7 * week) % period
        if int((moved + size).max()) > number:
            continue
        active, expected, ok = rest.compared(moved, size)
        if ok.all():
            found.append(_ratio(active, expected))
    return np.array(found)


def _empty(
    activity: Activity, zone: str, registered: bool, lists_tried: int, reasons: tuple[str, ...]
) -> AbsenceAnswer:
    return AbsenceAnswer(
        activity=activity,
        zone=zone,
        status="insufficient",
        reasons=reasons,
        registered=registered,
        exploratory=True,
        absences=(),
        ratio=1.0,
        p=1.0,
        placements=0,
        floor=1.0,
        power_ratio=0.0,
        lists_tried=lists_tried,
    )
