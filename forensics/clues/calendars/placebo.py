"""How often a calendar that nobody keeps would fit as well: the same calendar at other dates.

Whole calendars are moved by four to twenty weeks, the weekday kept; for smaller p each block of
days off is moved on its own inside its quarter of the year. Days that are special in the true
calendar are left out of a moved one. Nothing here is read off a table of a distribution.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.clues.calendars.days import Rows
from forensics.clues.calendars.rates import (
    HIGHEST,
    LEVEL_PRIOR,
    LOWEST,
    REACH,
    TYPICAL_PARTLY,
    TYPICAL_POSITION,
    TYPICAL_SHARE,
    Base,
    busy_rate,
)
from forensics.reference.calendars import BRIDGE, HOLIDAY, MAKE_UP, PARTLY, REST

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

SHIFTS = tuple(7 * weeks for weeks in (*range(-20, -3), *range(4, 21)))
"""Days by which whole calendars are moved: 34 placebo calendars."""
BLOCK_WEEKS = 12
DRAWS = 1999
QUARTER_DAYS = 91
JOIN = 4
"""Special days at most this far apart move together."""
SEED = 41


def ordinary_rates(rows: Rows, base: Base) -> tuple[FloatArray, FloatArray]:
    """(rows, days) rate of each day as an ordinary one, and as a working day."""
    width = rows.active.shape[1]
    weekday = (rows.first + np.arange(width) + 3) % 7
    own = base.weekday_rate[:, weekday]
    low = np.maximum(np.arange(width) - REACH, 0)
    high = np.minimum(np.arange(width) + REACH + 1, width)
    used = rows.counted & ~base.common
    seen = base.active_sum[:, high] - base.active_sum[:, low] - rows.active * used
    expected = base.expected_sum[:, high] - base.expected_sum[:, low] - own * used
    level = (np.maximum(seen, 0) + LEVEL_PRIOR) / (np.maximum(expected, 0) + LEVEL_PRIOR)
    work = np.maximum(busy_rate(base.weekday_rate), own) * level
    return np.clip(own * level, LOWEST, HIGHEST), np.clip(work, LOWEST, HIGHEST)


def gains_of(rows: Rows, rate: FloatArray, work: FloatArray) -> FloatArray:
    """(kinds, rows, days) what each day would add if it were special, at typical rates, in nats.

    The kinds are holidays, partly kept holidays and make-up days.
    """
    active, idle = rows.active * rows.counted, (1 - rows.active) * rows.counted
    calm = np.log1p(-rate)
    up = rate + TYPICAL_POSITION * (work - rate)
    return np.stack(
        [
            *(
                active * np.log(share) + idle * (np.log1p(-share * rate) - calm)
                for share in (TYPICAL_SHARE, TYPICAL_PARTLY)
            ),
            active * np.log(up / rate) + idle * (np.log1p(-up) - calm),
        ]
    )


def kinds_of(codes: NDArray[np.int8]) -> NDArray[np.int8]:
    """Per day: 0 ordinary, 1 holiday or bridge, 2 partly kept, 3 make-up day."""
    kinds = np.zeros(len(codes), dtype=np.int8)
    kinds[(codes == HOLIDAY) | (codes == BRIDGE)] = 1
    kinds[codes == PARTLY] = 2
    kinds[codes == MAKE_UP] = 3
    return kinds


@dataclass(frozen=True, slots=True)
class Trial:
    """One unit and one calendar, cut to the unit's own days."""

    first: int
    """Day number of the first column."""
    codes: NDArray[np.int8]
    """(days) class of each date."""
    kinds: NDArray[np.int8]
    """(days) the same as `kinds_of` has it."""
    gain: FloatArray
    """(3, days) by kind of day."""

    @classmethod
    def of(
        cls, first: int, counted: NDArray[np.bool_], gain: FloatArray, codes: NDArray[np.int8]
    ) -> Trial:
        """Cut to the days that count for the unit: what others did must not matter.

        Args:
            first: Day number of the first column.
            counted: (days) days that count.
            gain: (3, days) by kind of day.
            codes: (days) class of each column's date.
        """
        inside = np.flatnonzero(counted)
        low, high = (int(inside[0]), int(inside[-1]) + 1) if len(inside) else (0, 0)
        cut = codes[low:high]
        return cls(first + low, cut, kinds_of(cut), gain[:, low:high])

    def moved(self, columns: IntArray, shift: int) -> FloatArray:
        """(days) gain of each special day at its moved date; nan where it may not stand."""
        kinds = self.kinds
        goal = columns + shift
        inside = (goal >= 0) & (goal < len(self.codes))
        inside[inside] &= _free(kinds, self.codes, columns[inside], goal[inside])
        value = np.full(len(columns), np.nan)
        value[inside] = self.gain[kinds[columns[inside]] - 1, goal[inside]]
        return value


def _free(
    kinds: NDArray[np.int8], codes: NDArray[np.int8], old: IntArray, new: IntArray
) -> NDArray[np.bool_]:
    """Whether a moved day lands on an ordinary day of its sort: work for off, rest for make-up."""
    resting = codes[new] == REST
    return np.asarray((kinds[new] == 0) & (resting == (kinds[old] == 3)))


def shift_p(trial: Trial) -> float:
    """Share of placebo calendars that do as well, by whole shifts; at least 1/35."""
    kinds = trial.kinds
    columns = np.flatnonzero(kinds)
    actual = trial.gain[kinds[columns] - 1, columns].sum()
    beaten = sum(bool(np.nansum(trial.moved(columns, s)) >= actual) for s in SHIFTS)
    return (1 + beaten) / (1 + len(SHIFTS))


def block_p(trial: Trial, *, draws: int = DRAWS) -> float:
    """The same by moving each block of days inside its thirteen weeks, the weekday kept."""
    kinds = trial.kinds
    columns = np.flatnonzero(kinds)
    if len(columns) == 0:
        return 1.0
    block = np.concatenate([[0], np.cumsum(np.diff(columns) > JOIN)])
    starts = trial.first + columns[np.flatnonzero(np.diff(block, prepend=-1))]
    weeks = [w for w in range(-BLOCK_WEEKS, BLOCK_WEEKS + 1) if w]
    values = np.stack([trial.moved(columns, 7 * week) for week in weeks], axis=1)
    sums, free = np.zeros((2, len(starts), len(weeks)))
    np.add.at(sums, block, np.nan_to_num(values))
    np.add.at(free, block, np.isfinite(values))
    goal = starts[:, None] + 7 * np.array(weeks)
    allowed = (goal // QUARTER_DAYS == starts[:, None] // QUARTER_DAYS) & (
        goal < trial.first + len(trial.codes)
    )
    allowed &= goal >= trial.first
    # A place where most of the block cannot stand is no place for it.
    allowed &= 2 * free >= np.bincount(block)[:, None]
    movable = allowed.any(axis=1)
    true = trial.gain[kinds[columns] - 1, columns]
    actual = float(true[movable[block]].sum())
    if not movable.any():
        return 1.0
    # A block without room to move stays out on both sides.
    sums, allowed = sums[movable], allowed[movable]
    rng = np.random.default_rng([SEED, len(sums)])
    room = allowed.sum(axis=1)
    packed = np.take_along_axis(sums, np.argsort(~allowed, axis=1, kind="stable"), axis=1)
    picks = (rng.random((draws, len(sums))) * room).astype(np.int64)
    total = packed[np.arange(len(sums)), picks].sum(axis=1)
    return float((1 + np.count_nonzero(total >= actual)) / (1 + draws))
