"""When hours must not be read as a zone: each reason, and what would end it.

Flatness is judged by sums that do not change when all posts are moved by whole hours.
"""

from __future__ import annotations

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
FloatArray = NDArray[np.float64]
_NO_HOURS = np.array([], dtype=np.int64)


def day_curves(units: Sequence[Sequence[IntArray]]) -> IntArray:
    """(units, 96) active hours per UTC quarter-hour of the day, all accounts of a unit together."""
    q = np.concatenate([_NO_HOURS, *(one for hours in units for one in hours)])
    number = [sum(len(one) for one in hours) for hours in units]
    slot = q % DAY + np.repeat(np.arange(len(units)) * DAY, number)
    return np.bincount(slot, minlength=len(units) * DAY).reshape(len(units), DAY)


def quiet_ratios_ppm(curves: IntArray) -> IntArray:
    """(units) rate of the quietest three hours on end over the mean rate, in parts per million.

    Args:
        curves: (units, 96) active hours by time of day.
    """
    total = curves.sum(axis=1)
    around = np.concatenate([curves, curves[:, :NIGHT_QUARTERS]], axis=1)
    upto = np.cumsum(around, axis=1)
    quietest = (upto[:, NIGHT_QUARTERS:] - upto[:, :-NIGHT_QUARTERS]).min(axis=1)
    ratio = quietest * DAY * 1_000_000 // np.maximum(NIGHT_QUARTERS * total, 1)
    return np.where(total > 0, ratio, 1_000_000)


def flat_chances(curves: IntArray) -> FloatArray:
    """(units) chance of a curve so uneven if activity did not depend on the time of day.

    Hypothesis: events fall uniformly and independently over the day. Statistic: twice the sum of
    the squared lengths of the first two Fourier terms, over n; chi-square with four degrees of
    freedom. It does not change when the curve is rotated.

    Args:
        curves: (units, 96) active hours by time of day.
    """
    terms = np.fft.rfft(curves.astype(np.float64), axis=1)[:, 1:3]
    half = (np.abs(terms) ** 2).sum(axis=1) / np.maximum(curves.sum(axis=1), 1)
    return np.asarray(np.exp(-half) * (1.0 + half))


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


def reasons_about_curves(some: Sequence[Activity]) -> list[list[str]]:
    """Why the curve of hours of each has no night in it; empty if it has one, or with few hours."""
    curves = day_curves([one.hours for one in some])
    rows = zip(some, flat_chances(curves).tolist(), quiet_ratios_ppm(curves).tolist(), strict=True)
    return [
        [] if active_hours(one) < ENOUGH_HOURS else _about_curve(chance, ratio)
        for one, chance, ratio in rows
    ]


def _about_curve(chance: float, ratio_ppm: int) -> list[str]:
    """Why a curve has no night in it, from its chance if flat and its quiet ratio."""
    if chance >= FLAT_CHANCE:
        text = (
            f"Activity over the day cannot be told from a flat curve (chance {chance:.2f}): a "
            "scheduler, a rota, or too few posts. More posts by one person, or posts split by "
            "client or kind, would end this."
        )
        return [text]
    if 2 * ratio_ppm > 1_000_000:
        text = (
            f"No night: the quietest three hours run at {ratio_ppm // 10_000} % of the mean rate. "
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
