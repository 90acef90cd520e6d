"""When hours must not be read as a zone: each reason, and what would end it.

Flatness is judged by sums that do not change when all posts are moved by whole hours.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from forensics.clues.activity import Activity
from forensics.reference.templates import DAY

ENOUGH_HOURS = 50
"""Distinct active hours below which only the set is given."""
NIGHT_QUARTERS = 12
"""The quietest part of a night: three hours on end."""
FLAT_CHANCE = 0.01
"""A curve that chance alone makes from a flat one this often is not told apart from it."""

IntArray = NDArray[np.int64]


def day_curve(hours: Sequence[IntArray]) -> IntArray:
    """(96) active hours per UTC quarter-hour of the day, all accounts together."""
    total = np.zeros(DAY, dtype=np.int64)
    for q in hours:
        total += np.bincount(q % DAY, minlength=DAY)
    return total


def quiet_ratio_ppm(curve: IntArray) -> int:
    """Rate of the quietest three hours on end over the mean rate, in parts per million."""
    total = int(curve.sum())
    if not total:
        return 1_000_000
    around = np.concatenate([curve, curve[: NIGHT_QUARTERS - 1]])
    sums = np.convolve(around, np.ones(NIGHT_QUARTERS, dtype=np.int64), mode="valid")
    return int(sums.min()) * DAY * 1_000_000 // (NIGHT_QUARTERS * total)


def flat_chance(curve: IntArray) -> float:
    """Chance of a curve at least this uneven if activity did not depend on the time of day.

    Hypothesis: events fall uniformly and independently over the day. Statistic: twice the sum of
    the squared lengths of the first two Fourier terms, over n; chi-square with four degrees of
    freedom. It does not change when the curve is rotated.
    """
    total = int(curve.sum())
    if not total:
        return 1.0
    terms = np.fft.rfft(curve.astype(np.float64))[1:3]
    half = float((np.abs(terms) ** 2).sum()) / total
    return math.exp(-half) * (1.0 + half)


def active_hours(activity: Activity) -> int:
    """Distinct active hours of a unit; of one account they are counted already."""
    return len(activity.hours[0]) if len(activity.hours) == 1 else activity.n_active_hours


def reasons_about_data(activity: Activity) -> list[str]:
    """Why these posts are too few, or their clock too unsure, for a zone; empty if they will do."""
    found = []
    hours = active_hours(activity)
    if hours < ENOUGH_HOURS:
        found.append(
            f"Only {hours} distinct active hours; {ENOUGH_HOURS} are needed: "
            f"{ENOUGH_HOURS - hours} more would end this."
        )
    total = sum(activity.clocks.values())
    unknown = sum(n for (basis, _), n in activity.clocks.items() if basis == "inferred")
    if 2 * unknown > total:
        found.append(
            f"Nobody knows whose clock wrote {unknown} of {total} times; state it with "
            "--assume-zone, or get an export that carries offsets or post ids."
        )
    coarse = sum(n for (_, is_coarse), n in activity.clocks.items() if is_coarse)
    if 2 * coarse > total:
        found.append(
            f"{coarse} of {total} times are coarser than a quarter-hour; an export with minutes "
            "would end this."
        )
    return found


def reasons_about_curve(activity: Activity) -> list[str]:
    """Why the curve of hours has no night in it; empty if it has one, or if there are few hours."""
    if active_hours(activity) < ENOUGH_HOURS:
        return []
    curve = day_curve(activity.hours)
    chance = flat_chance(curve)
    if chance >= FLAT_CHANCE:
        text = (
            f"Activity over the day cannot be told from a flat curve (chance {chance:.2f}): a "
            "scheduler, a rota, or too few posts. More posts by one person, or posts split by "
            "client or kind, would end this."
        )
        return [text]
    ratio = quiet_ratio_ppm(curve)
    if 2 * ratio > 1_000_000:
        text = (
            f"No night: the quietest three hours run at {ratio // 10_000} % of the mean rate. "
            "Several people, a rota or a scheduler look like this; posts split by client or kind "
            "would end it."
        )
        return [text]
    return []


def remarks(activity: Activity) -> list[str]:
    """What weakens the answer without ending it."""
    found = []
    total = sum(activity.clocks.values())
    stated = sum(n for (basis, _), n in activity.clocks.items() if basis == "stated")
    if stated:
        found.append(f"{stated} of {total} times rest on a zone that was stated, not written.")
    if activity.span_days < 14:
        found.append(
            f"The posts span {activity.span_days} days; nothing is said about weekdays before 14."
        )
    return found
