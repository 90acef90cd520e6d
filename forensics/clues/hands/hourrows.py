"""Many rows of 24 hours that are mostly empty, kept by what stands in them.

A day of one account and piece holds one or two active hours. Written out, 24 numbers a day, some
millions of days would not fit into memory beside anything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HOURS = 24
AT_ONCE = 1 << 18
"""Rows written out at once: 50 MB."""
ENTRIES = 1 << 20
"""Entries that are summed at once."""

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class HourRows:
    """Rows of 24 counts."""

    size: int
    """Number of rows."""
    row: IntArray | NDArray[np.int32]
    """Row of each entry, rising."""
    hour: IntArray | NDArray[np.int8]
    """Hour of each entry."""
    count: FloatArray | None = None
    """What stands there; None for 1 in each."""

    @classmethod
    def of(cls, table: FloatArray) -> HourRows:
        """A table of 24 columns."""
        row, hour = np.nonzero(table)
        return cls(len(table), row, hour, table[row, hour])

    def part(self, low: int, high: int) -> HourRows:
        """The rows from `low` to before `high`, numbered from 0."""
        bounds = np.array((low, high), dtype=self.row.dtype)
        begin, end = np.searchsorted(self.row, bounds).tolist()
        count = None if self.count is None else self.count[begin:end]
        row = self.row[begin:end] - self.row.dtype.type(low)
        return HourRows(high - low, row, self.hour[begin:end], count)

    def then(self, other: HourRows) -> HourRows:
        """These rows and others behind them."""
        count = None
        if self.count is not None and other.count is not None:
            count = np.concatenate([self.count, other.count])
        return HourRows(
            self.size + other.size,
            np.concatenate([self.row, other.row + other.row.dtype.type(self.size)]),
            np.concatenate([self.hour, other.hour]),
            count,
        )

    def sums(self, code: IntArray, size: int, where: BoolArray | None = None) -> FloatArray:
        """(size, 24) sums over the rows of each code, or of those that are marked."""
        flat = np.zeros(size * HOURS)
        for low in range(0, len(self.row), ENTRIES):
            some = slice(low, low + ENTRIES)
            row, hour = self.row[some], self.hour[some]
            count = None if self.count is None else self.count[some]
            if where is not None:
                use = where[row]
                row, hour = row[use], hour[use]
                count = None if count is None else count[use]
            # Whole numbers: their sums do not depend on the parts.
            flat += np.bincount(code[row] * HOURS + hour, weights=count, minlength=len(flat))
        return flat.reshape(size, HOURS)

    def entries(self, where: BoolArray) -> int:
        """Entries of the rows that are marked, each counted by what stands there."""
        mine = where[self.row]
        return int(mine.sum() if self.count is None else self.count[mine].sum())

    def table(self) -> FloatArray:
        """All rows written out."""
        return self.sums(np.arange(self.size), self.size)

    def tables(self) -> Iterator[tuple[slice, FloatArray]]:
        """The rows written out, some at a time, and which they are."""
        for low in range(0, self.size, AT_ONCE):
            high = min(low + AT_ONCE, self.size)
            yield slice(low, high), self.part(low, high).table()
