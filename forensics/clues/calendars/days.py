"""Active days of units, cut at each unit's quietest hour, and their names in each country.

A day of a unit runs from its quietest hour to the next one, so that night posts belong to the day
before. The day is called by the date that a country's clocks showed in its middle. Which hours
are active is used for nothing else: a unit moved by some hours keeps its days.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from forensics.clues.quarters import DAY
from forensics.reference.calendars import REST, UNKNOWN, WORK, calendar, countries, main_zone
from forensics.reference.zones import local_quarters

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

COMMON_SHARE = 0.25
"""A day off in this share of all calendars is left out of everybody's ordinary rate."""
CHUNK_ROWS = 256
"""Accounts laid out at once."""
QUIET_HOURS = 5
"""Width of the window whose middle is the quietest hour."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Accounts as rows over the days from `first` on."""

    first: int
    """Day number of the first column; it counts cut days, which start `cut` hours after it."""
    active: NDArray[np.float32]
    """(rows, days) 1 where the account was active on that day."""
    counted: BoolArray
    """(rows, days) days from the account's first to its last one that the collection covers."""
    owner: IntArray
    """(rows) number of the unit, rising."""
    cut: IntArray
    """(rows) quietest hour of the unit, UTC."""
    middle: IntArray
    """(rows) quarter-hour in the middle of the unit's span: decides the offset used."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The accounts of some units, before they are laid out day by day."""

    first: int
    width: int
    days: tuple[IntArray, ...]
    """Per account: its active cut days, rising."""
    owner: IntArray
    cut: IntArray
    """(units)"""
    middle: IntArray
    """(units)"""
    seen: BoolArray
    """(days) covered by the collection."""

    @classmethod
    def of(cls, units: Sequence[Sequence[IntArray]], covered: IntArray | None) -> Plan:
        """The plan of some units.

        Args:
            units: Per unit, per account: UTC quarter-hours of activity, at least one.
            covered: UTC day numbers on which the collection holds anything; None if all count.
        """
        whole = [np.concatenate(list(accounts)) for accounts in units]
        cuts = [quietest_hour(q) for q in whole]
        days = tuple(
            np.unique((q - cut * 4) // DAY)
            for accounts, cut in zip(units, cuts, strict=True)
            for q in accounts
        )
        first = min(int(row[0]) for row in days)
        width = max(int(row[-1]) for row in days) - first + 1
        seen = np.ones(width, dtype=np.bool_)
        if covered is not None:
            # A cut day is covered if both calendar days that it touches are.
            numbers = np.arange(first, first + width)
            seen = np.isin(numbers, covered) & np.isin(numbers + 1, covered)
        return cls(
            first=first,
            width=width,
            days=days,
            owner=np.repeat(np.arange(len(units)), [len(accounts) for accounts in units]),
            cut=np.array(cuts, dtype=np.int64),
            middle=np.array([int(np.median(q)) for q in whole], dtype=np.int64),
            seen=seen,
        )

    def chunks(self) -> Iterator[Rows]:
        """All accounts, some hundreds at a time, so that memory does not grow with a unit."""
        for start in range(0, len(self.days), CHUNK_ROWS):
            yield self.rows(start, min(start + CHUNK_ROWS, len(self.days)))

    def rows(self, start: int, stop: int) -> Rows:
        """Accounts `start` to `stop` laid out day by day."""
        active = np.zeros((stop - start, self.width), dtype=np.float32)
        counted = np.zeros((stop - start, self.width), dtype=np.bool_)
        for index, row in enumerate(self.days[start:stop]):
            active[index, row - self.first] = 1
            counted[index, row[0] - self.first : row[-1] - self.first + 1] = True
        counted &= self.seen
        owner = self.owner[start:stop]
        return Rows(
            first=self.first,
            active=active * counted,
            counted=counted,
            owner=owner,
            cut=self.cut[owner],
            middle=self.middle[owner],
        )


def add_by_owner(target: FloatArray, owner: IntArray, values: FloatArray) -> None:
    """Add the rows of `values` to the rows of `target` that own them; owners rise."""
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    target[owner[starts]] += np.add.reduceat(values, starts, axis=0)


def quietest_hour(q: IntArray) -> int:
    """UTC hour in the middle of the quietest five hours of the day; among equals the middle one."""
    counts = np.bincount(q // 4 % 24, minlength=24)
    reach = QUIET_HOURS // 2
    around = np.sum([np.roll(counts, step) for step in range(-reach, reach + 1)], axis=0)
    # Begin at the busiest hour, so that no run of quiet hours is cut by the start of the list.
    start = int(np.argmax(around))
    quiet = np.flatnonzero(np.roll(around, -start) == around.min())
    runs = np.split(quiet, np.flatnonzero(np.diff(quiet) > 1) + 1)
    longest = max(runs, key=len)
    return int(start + longest[(len(longest) - 1) // 2]) % 24


@lru_cache(maxsize=64)
def common_days(first: int, width: int) -> BoolArray:
    """(width) cut days from `first` on whose date, or the next, is off in many calendars.

    Such days tell nobody's ordinary rate; they stay days off in each calendar that has them.
    """
    days = first + np.arange(width + 1)
    number = np.zeros(width + 1)
    for name in countries():
        codes = calendar(name).day_class(days)
        number += (codes != WORK) & (codes != REST) & (codes != UNKNOWN)
    off = number >= COMMON_SHARE * len(countries())
    return np.asarray(off[:-1] | off[1:])


def date_shift(country: str, cut: IntArray, middle: IntArray) -> IntArray:
    """Days to add to a cut day's number to reach its date in a country: 0 or 1, seldom -1.

    The offset is that of the country's main zone in the middle of the span; the date is the one
    that its clocks show twelve hours after the cut.
    """
    noon = middle // DAY * DAY + cut * 4 + DAY // 2
    offset = local_quarters(main_zone(country), noon) - noon
    return np.asarray((cut * 4 + DAY // 2 + offset) // DAY, dtype=np.int64)
