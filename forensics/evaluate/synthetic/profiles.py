"""Shapes of days and weeks, in minutes of local time.

A day has 2,880 minutes, so that a night shift belongs to the day on which it began. A week is
(7, 2880), Monday first; the sum of a row is how much of a full day's work that weekday gets.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from forensics.reference.templates import MILLI, Library

MINUTES = 2880
"""Minutes of a duty day, from local midnight."""
WORKING_WEEK = (1.0, 1.0, 1.0, 1.0, 1.0, 0.05, 0.05)
"""Monday to Friday, and little on Saturday and Sunday."""
EVERY_DAY = (1.0,) * 7

FloatArray = NDArray[np.float64]
Block = tuple[int, int, float]
"""First minute, first minute after it, share of the day's posts."""


def clock_min(text: str) -> int:
    """Minutes after midnight of `HH:MM`; 24 and more is the next day."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def blocks(parts: Sequence[Block]) -> FloatArray:
    """A day of even blocks; the shares are scaled to sum to one."""
    day = np.zeros(MINUTES)
    for start, end, share in parts:
        day[start:end] += share / (end - start)
    return np.asarray(day / day.sum())


def office(
    start: int = 540,
    end: int = 1080,
    breaks: Sequence[tuple[int, int]] = ((720, 780),),
    depth: float = 1.0,
) -> FloatArray:
    """An even working day with breaks; `depth` 1 leaves them empty, 0 leaves no break."""
    day = np.zeros(MINUTES)
    day[start:end] = 1.0
    for first, last in breaks:
        day[first:last] *= 1.0 - depth
    return np.asarray(day / day.sum())


def leisure(peak: int = 1230, spread_min: float = 200.0) -> FloatArray:
    """Waking hours with no shift: rising to a wide hump around `peak`, little in the night."""
    minute = np.arange(MINUTES)
    day = np.zeros(MINUTES)
    wake, sleep = peak - 750, peak + 230
    day[wake:sleep] = 0.35 + np.exp(-0.5 * ((minute[wake:sleep] - peak) / spread_min) ** 2)
    blurred = softened(day, 50.0)
    blurred[:1440] += 0.01 * blurred.max()
    return np.asarray(blurred / blurred.sum())


def uniform() -> FloatArray:
    """Every minute of the day alike."""
    day = np.zeros(MINUTES)
    day[:1440] = 1.0 / 1440
    return day


def shifted_day(day: FloatArray, minutes: int) -> FloatArray:
    """The day with habits that many minutes later (positive) or earlier.

    Raises:
        ValueError: something would leave the duty day.
    """
    out = np.zeros(MINUTES)
    if minutes >= 0:
        out[minutes:] = day[: MINUTES - minutes]
    else:
        out[:minutes] = day[-minutes:]
    if abs(out.sum() - day.sum()) > 1e-9:
        raise ValueError("the shift pushes a part of the day out of it")
    return out


def softened(day: FloatArray, sd_min: float) -> FloatArray:
    """The day with edges blurred by a Gaussian: people do not begin on the second."""
    reach = int(4 * sd_min) + 1
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sd_min) ** 2)
    blurred = np.convolve(day, kernel / kernel.sum(), mode="same")
    return np.asarray(blurred / blurred.sum() * day.sum())


def week_of(day: FloatArray, shares: Sequence[float] = WORKING_WEEK) -> FloatArray:
    """(7, 2880) the same day on every weekday, times the share of that weekday."""
    return np.asarray(np.array(shares)[:, np.newaxis] * day[np.newaxis, :])


def week_from(weekday: FloatArray, weekend: FloatArray, weekend_share: float) -> FloatArray:
    """(7, 2880) one day for Monday to Friday, another for Saturday and Sunday."""
    return np.stack([weekday] * 5 + [weekend * weekend_share] * 2)


def library_week(library: Library, person: int) -> FloatArray:
    """(7, 2880) the week of one person of the library, flat inside each quarter of an hour.

    The mean row sums to one, so that day multipliers mean the same as elsewhere.
    """
    quarters = np.exp(library.scores[:, person] / MILLI).reshape(7, 96)
    week = np.zeros((7, MINUTES))
    week[:, :1440] = np.repeat(quarters, 15, axis=1)
    return np.asarray(week * (7.0 / week.sum()))
