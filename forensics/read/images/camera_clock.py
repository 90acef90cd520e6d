"""The zone of a camera's clock: its written time less the satellite's time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

_DAY_S = 86_400
_QUARTER_S = 900
STRONG_S = 120
"""Residual up to which the offset is taken as it is: 44 of 48 images with both stamps."""
WEAK_S = 300
"""Residual up to which it is shown as weak; beyond it the fix is stale or the clock is wrong."""
EARLIEST_MIN, LATEST_MIN = -12 * 60, 14 * 60


Strength: TypeAlias = Literal["strong", "weak", "stale"]


def strength(residual_s: int) -> Strength:
    """`strong`, `weak` or `stale`, by what rounding left over."""
    size = abs(residual_s)
    return "strong" if size <= STRONG_S else "weak" if size <= WEAK_S else "stale"


@dataclass(frozen=True, slots=True)
class ClockReading:
    """How a camera's clock stood against UTC."""

    offset_min: int
    """Minutes east of UTC, a multiple of 15, from -12 h to +14 h."""
    residual_s: int
    """What is left after rounding; negative where the camera is behind."""
    day_shift: int
    """Whole days between the two dates after that offset. Not 0 weakens the reading."""


def equal_offsets_min(offset_min: int) -> tuple[int, ...]:
    """The offsets that cannot be told apart modulo 24 hours, such as -11 h and +13 h."""
    both = (offset_min - 1440, offset_min, offset_min + 1440)
    return tuple(item for item in both if EARLIEST_MIN <= item <= LATEST_MIN)


def read_clock(local_us: int, utc_us: int) -> ClockReading:
    """How a clock that showed `local_us` stood at the moment `utc_us`.

    The difference is taken modulo 24 hours, because the date of a fix is often a day or more off,
    and rounded to 15 minutes. Of the offsets that are equal modulo 24 hours the one is given that
    needs no shift of the date, if there is one.

    Args:
        local_us: Written time, microseconds since 1970 as if it were UTC.
        utc_us: Satellite time.

    Example: 16:28:39 against 14:27:07 UTC gives +120 min, residual 92 s.
    """
    delta_s = (local_us - utc_us + 500_000) // 1_000_000
    middle_s = (delta_s + _DAY_S // 2) % _DAY_S - _DAY_S // 2
    offset_s = (middle_s + _QUARTER_S // 2) // _QUARTER_S * _QUARTER_S
    residual_s = middle_s - offset_s
    candidates = [
        (offset_s + turn * _DAY_S)
        for turn in (-1, 0, 1)
        if EARLIEST_MIN * 60 <= offset_s + turn * _DAY_S <= LATEST_MIN * 60
    ]
    shifts = {item: (delta_s - residual_s - item) // _DAY_S for item in candidates}
    best = min(candidates, key=lambda item: (abs(shifts[item]), abs(item), item))
    return ClockReading(best // 60, residual_s, shifts[best])
