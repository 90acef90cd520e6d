"""Days and wall clocks of the generators: numbers of days, and local seconds to UTC in bulk."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from forensics import clock

DAY_S = 86_400
EPOCH_WEEKDAY = 3
"""1970-01-01 was a Thursday; weekdays count from Monday."""
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def day_number(text: str) -> int:
    """Days from 1970-01-01 to an ISO date."""
    return date.fromisoformat(text).toordinal() - _EPOCH_ORDINAL


def day_text(day: int) -> str:
    """ISO date of a day number."""
    return date.fromordinal(day + _EPOCH_ORDINAL).isoformat()


def weekdays(days: IntArray) -> IntArray:
    """Weekday of each day number, Monday is 0."""
    return np.asarray((days + EPOCH_WEEKDAY) % 7, dtype=np.int64)


def months(days: IntArray) -> IntArray:
    """Month of each day number, January is 1."""
    whole = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.asarray(whole % 12 + 1, dtype=np.int64)


@lru_cache(maxsize=256)
def _pieces(zone: str, start_s: int, end_s: int) -> tuple[IntArray, IntArray, IntArray, BoolArray]:
    """(first local second, first offset, second offset, exists) of each stretch of local time."""
    table = clock.transitions(zone)
    starts, first, second, exists = [], [], [], []
    for piece in clock.local_segments(zone, start_s, end_s):
        offsets = [piece.offset_s]
        if piece.status == "ambiguous":
            ends = [moment for moment, _ in table[1:]] + [1 << 62]
            offsets = [
                offset
                for (moment, offset), end in zip(table, ends, strict=True)
                if moment <= piece.start_s - offset < end
            ]
        starts.append(piece.start_s)
        first.append(offsets[0])
        second.append(offsets[-1])
        exists.append(piece.status != "missing")
    return (
        np.array(starts, dtype=np.int64),
        np.array(first, dtype=np.int64),
        np.array(second, dtype=np.int64),
        np.array(exists),
    )


def to_utc(local_s: IntArray, zone: str, coin: FloatArray) -> tuple[IntArray, BoolArray]:
    """(UTC seconds, whether the local second exists) of local wall-clock seconds.

    Args:
        local_s: Local seconds, counted as if they were UTC.
        zone: IANA name.
        coin: One number in [0, 1) for each: below one half takes the first of two instants where
            the clock was set back.
    """
    if not len(local_s):
        return local_s.astype(np.int64), np.zeros(0, dtype=bool)
    # Whole years keep the number of cached tables small.
    low = int(local_s.min()) // (400 * DAY_S) * (400 * DAY_S)
    high = (int(local_s.max()) // (400 * DAY_S) + 1) * (400 * DAY_S)
    starts, first, second, exists = _pieces(zone, low, high)
    at = np.searchsorted(starts, local_s, side="right") - 1
    offset = np.where(coin < 0.5, first[at], second[at])
    return (local_s - offset).astype(np.int64), exists[at]


def to_local(utc_s: IntArray, zone: str) -> IntArray:
    """Local seconds, counted as if they were UTC, by the rules of each date."""
    table = clock.transitions(zone)
    starts = np.array([moment for moment, _ in table], dtype=np.int64)
    offsets = np.array([offset for _, offset in table], dtype=np.int64)
    return np.asarray(utc_s + offsets[np.searchsorted(starts, utc_s, side="right") - 1])
