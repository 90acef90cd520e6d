"""Does the day jump at a rule's own dates? The difference of the weeks around each change.

Immune to slow drift, because only 42 days on either side of a change count. The unit of count is
the active day. The value of a day is the mean of an efficient score of its hours: how far they lie
from the account's own day curve, measured where that curve is steep. It needs about half as many
days as the mean hour of the day does for the same certainty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.clues.clockchanges.kernel import DAMPING, FLOOR, ORDERS, harmonics
from forensics.clues.quarters import DAY

WINDOW_DAYS = 42
LEAST_DAYS = 4
"""Active days needed on either side of a change."""
INFLATION = 1.7
"""Factor on the variance: chance differences at placebo dates spread wider than counted."""
PLACEBO_WEEKS = (*range(-14, -6), *range(7, 15))
"""Shifts of all dates of a rule at which nothing changes and no window meets a change."""
LEAST_RESPONSE = 0.02
"""A curve so flat that an hour moves the mean score by less than this shows no shift at all."""
FLIPS = 999
MOST_ENUMERATED = 9
"""Up to this many changes all sign flips are counted; beyond, 999 are drawn."""
SEED = 4

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Days:
    """The active days of one account and how late in the day each was."""

    days: IntArray
    """Rising, days from 1970."""
    late_h: FloatArray
    """Hours by which the day's activity lies later (UTC) than the account's own curve."""
    information: float
    """Fisher information of one hour about a shift, per square hour."""


def _score(q: IntArray) -> FloatArray:
    """(96) by how much later than the day curve of `q` an hour in each quarter speaks for."""
    mean = harmonics(q).mean(axis=0)
    # Few hours make a wavy curve by chance: each term is shrunk by what chance alone would give.
    kept = np.maximum(1.0 - 1.0 / np.maximum(len(q) * np.abs(mean) ** 2, 1.0), 0.0)
    curve = mean * kept * DAMPING
    grid = np.exp(1j * np.arange(DAY)[:, np.newaxis] * (2 * np.pi / DAY) * ORDERS)
    raw = 1.0 + 2.0 * (grid @ curve.conj()).real
    slope = 2.0 * (1 - FLOOR) * (grid @ (1j * ORDERS * curve.conj())).real
    slope[raw <= 0] = 0.0
    return np.asarray(-slope / (FLOOR + (1 - FLOOR) * np.maximum(raw, 0.0)))


def day_values(q: IntArray) -> Days:
    """How late each active day was, from rising thinned UTC quarter-hours (at least one)."""
    days, which = np.unique(q // DAY, return_inverse=True)
    slots = q % DAY
    score = _score(q)
    # How far one hour moves the mean score is read off days that did not shape the curve.
    odd = which % 2 == 1
    moves = []
    for mine, other in ((odd, ~odd), (~odd, odd)):
        if mine.any() and other.any():
            half, at = _score(q[other]), slots[mine]
            moves.append(float((half[(at + 2) % DAY] - half[(at - 2) % DAY]).mean()))
    response = float(np.mean(moves)) if moves else 0.0
    spread = float(score[slots].var())
    if response <= LEAST_RESPONSE or spread <= 0:
        return Days(days, np.zeros(len(days)), 0.0)
    late = np.bincount(which, weights=score[slots]) / np.bincount(which) / response
    return Days(days, late, response**2 / spread)


def crew_days(members: Sequence[Days]) -> Days:
    """One series of days for several accounts: a day of the crew is one day, whoever worked it."""
    if len(members) == 1:
        return members[0]
    days = np.concatenate([m.days for m in members])
    weights = np.concatenate([np.full(len(m.days), m.information) for m in members])
    late = np.concatenate([m.late_h for m in members])
    distinct, which = np.unique(days, return_inverse=True)
    total = np.bincount(which, weights=weights)
    values = np.bincount(which, weights=weights * late) / np.maximum(total, 1e-12)
    return Days(distinct, values, float(np.mean([m.information for m in members])))


@dataclass(frozen=True, slots=True)
class Contrast:
    """How far a unit follows one rule at its own dates."""

    follows: float
    """Share of the rule's jump that is seen: 1 follows it fully, 0 not at all."""
    error: float
    """Standard error of it, the variance inflated by `INFLATION`."""
    days: int
    """Active days used, both sides."""
    parts: tuple[tuple[float, float], ...]
    """Per change: (weighted jump seen, weight)."""

    @property
    def gain(self) -> float:
        """Nats by which following the rule explains the jumps better than standing still.

        A jump far beyond the rule's own is a change of schedule and counts as a full one.
        """
        return (2 * min(max(self.follows, -1.0), 2.0) - 1) / (2 * self.error**2)

    @property
    def expected_gain(self) -> float:
        """Nats to be expected of `gain` if the rule is followed."""
        return 1 / (2 * self.error**2)


def contrast(
    series: Days, changes: Sequence[tuple[int, int]], shift_days: int = 0
) -> Contrast | None:
    """The jump at the dates of a rule; None if no change has enough days on both sides.

    Args:
        series: Active days.
        changes: (first day after the change, minutes forward).
        shift_days: Moves all dates: placebo calendars.
    """
    spread = float(series.late_h.var())
    if spread <= 0:
        return None
    parts: list[tuple[float, float]] = []
    used = 0
    total = np.concatenate([[0.0], np.cumsum(series.late_h)])
    for day, minutes in changes:
        at = day + shift_days
        low, mid, high = np.searchsorted(series.days, [at - WINDOW_DAYS, at, at + WINDOW_DAYS])
        before, after = int(mid - low), int(high - mid)
        if min(before, after) < LEAST_DAYS:
            continue
        # A clock put forward makes the same local hour an earlier UTC hour.
        seen = (total[mid] - total[low]) / before - (total[high] - total[mid]) / after
        jump = minutes / 60
        weight = 1 / (INFLATION * spread * (1 / before + 1 / after))
        parts.append((jump * seen * weight, jump * jump * weight))
        used += before + after
    if not parts:
        return None
    weight = sum(w for _, w in parts)
    return Contrast(sum(v for v, _ in parts) / weight, weight**-0.5, used, tuple(parts))


@dataclass(frozen=True, slots=True)
class Chance:
    """How often chance gives as much, by two ways of counting."""

    flips: float
    """Share of sign flips of the changes that follow the rule at least as well."""
    placebo: float | None
    """The same for shifted calendars; None if none has enough days."""

    @property
    def p(self) -> float:
        """The larger of the two."""
        return max(self.flips, self.placebo or 0.0)


def chance(series: Days, changes: Sequence[tuple[int, int]], found: Contrast) -> Chance:
    """Exact or drawn sign flips and placebo calendars for a contrast that was found."""
    seen = np.array([value for value, _ in found.parts])
    count = len(seen)
    if count <= MOST_ENUMERATED:
        codes = np.arange(1 << count)[:, np.newaxis] >> np.arange(count)
        flips = (1 - 2 * (codes & 1)) @ seen
        # The unflipped series is one of them.
        by_flips = float(np.mean(flips >= seen.sum() - 1e-12))
    else:
        signs = np.random.default_rng(SEED).integers(0, 2, size=(FLIPS, count)) * 2 - 1
        by_flips = float((1 + np.sum(signs @ seen >= seen.sum() - 1e-12)) / (1 + FLIPS))
    moved = [contrast(series, changes, 7 * weeks) for weeks in PLACEBO_WEEKS]
    values = [one.follows / one.error for one in moved if one is not None]
    if not values:
        return Chance(by_flips, None)
    extreme = sum(value >= found.follows / found.error for value in values)
    return Chance(by_flips, (1 + extreme) / (1 + len(values)))
