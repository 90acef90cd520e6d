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

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class HourRows:
    """Rows of 24 counts."""

    size: int
    """Number of rows."""
    row: IntArray
    """Row of each entry, rising."""
    hour: IntArray
    """Hour of each entry."""
    count: FloatArray
    """What stands there."""

    @classmethod
    def of(cls, table: FloatArray) -> HourRows:
        """A table of 24 columns."""
        row, hour = np.nonzero(table)
        return cls(len(table), row, hour, table[row, hour])

    def part(self, low: int, high: int) -> HourRows:
        """The rows from `low` to before `high`, numbered from 0."""
        begin, end = np.searchsorted(self.row, (low, high))
        some = slice(int(begin), int(end))
        return HourRows(high - low, self.row[some] - low, self.hour[some], self.count[some])

    def then(self, other: HourRows) -> HourRows:
        """These rows and others behind them."""
        return HourRows(
            self.size + other.size,
            np.concatenate([self.row, other.row + self.size]),
            np.concatenate([self.hour, other.hour]),
            np.concatenate([self.count, other.count]),
        )

    def sums(self, code: IntArray, size: int, where: BoolArray | None = None) -> FloatArray:
        """(size, 24) sums over the rows of each code, or of those that are marked."""
        row, hour, count = self.row, self.hour, self.count
        if where is not None:
            use = where[row]
            row, hour, count = row[use], hour[use], count[use]
        flat: FloatArray = np.bincount(
            code[row] * HOURS + hour, weights=count, minlength=size * HOURS
        ).astype(np.float64, copy=False)
        return flat.reshape(size, HOURS)

    def table(self) -> FloatArray:
        """All rows written out."""
        return self.sums(np.arange(self.size), self.size)

    def tables(self) -> Iterator[tuple[slice, FloatArray]]:
        """The rows written out, some at a time, and which they are."""
        for low in range(0, self.size, AT_ONCE):
            high = min(low + AT_ONCE, self.size)
            yield slice(low, high), self.part(low, high).table()
