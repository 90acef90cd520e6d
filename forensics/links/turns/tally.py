"""How often pairs of accounts followed each other: which did at all, and which did often.

Of five thousand accounts twelve million pairs may follow each other once by chance. Whether a pair
did is kept as one bit; how often, only for those that did so often enough to be looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.engine.runs import counted, distinct

DENSE = 32_000_000
"""Pairs up to which each has a counter of its own."""

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Followed:
    """Pairs that followed each other, by key: a * accounts + b with a < b."""

    accounts: int
    present: IntArray
    """Accounts that were counted, rising; pairs are kept by their places among these."""
    pairs: int
    """Pairs that followed each other at all."""
    turns: int
    """How often all of them did together."""
    key: IntArray
    """Those that did often enough, rising."""
    times: IntArray
    """How often each of these did."""
    _bits: NDArray[np.uint8] | None
    """A bit for each pair of places; each first place begins a row of whole bytes."""
    _places: IntArray
    """Pairs of places, rising, where there are no bits."""

    def keys(self, low: int = 0, high: int | None = None) -> IntArray:
        """Keys of all pairs whose first account is `low` or above and below `high`, rising."""
        size = len(self.present)
        bounds = (low, self.accounts if high is None else high)
        first, last = np.searchsorted(self.present, bounds).tolist()
        if self._bits is not None:
            rows = np.unpackbits(self._bits[first:last], axis=1, count=size)
            place = np.flatnonzero(rows) + first * size
        else:
            begin, end = np.searchsorted(self._places, (first * size, last * size))
            place = self._places[begin:end]
        return _named(place, self.present, self.accounts)


class Tally:
    """Counts pairs of places among the accounts that are there."""

    def __init__(self, accounts: int, present: IntArray) -> None:
        """Nothing counted yet.

        Args:
            accounts: Accounts in all.
            present: Those that are there, rising.
        """
        self._accounts, self._present = accounts, present
        size = len(present)
        self._seen = np.zeros(size * size, dtype=np.int32) if size * size <= DENSE else None
        self._parts: list[tuple[IntArray, IntArray]] = []

    def add(self, places: IntArray) -> None:
        """Count some pairs, each as the first place * number of places + the second."""
        found, times = counted(places)
        if self._seen is None:
            self._parts.append((found, times))
        else:
            self._seen[found] += times.astype(np.int32)

    def told(self, least: int) -> Followed:
        """What was counted, each pair that followed `least` times or more with its number."""
        none, bits = np.empty(0, dtype=np.int64), None
        if self._seen is not None:
            size = len(self._present)
            rows = (self._seen > 0).reshape(size, size)
            pairs, turns = int(rows.sum()), int(self._seen.sum(dtype=np.int64))
            bits, places = np.packbits(rows, axis=1), none
            often = np.flatnonzero(self._seen >= least)
            times = self._seen[often].astype(np.int64)
        else:
            every = np.concatenate([none, *(found for found, _ in self._parts)])
            number = np.concatenate([none, *(times for _, times in self._parts)])
            places = distinct(every)
            total = np.bincount(
                np.searchsorted(places, every), weights=number, minlength=len(places)
            )
            total = np.rint(total).astype(np.int64)
            pairs, turns = len(places), int(number.sum())
            often, times = places[total >= least], total[total >= least]
        key = _named(often, self._present, self._accounts)
        return Followed(self._accounts, self._present, pairs, turns, key, times, bits, places)


def _named(place: IntArray, present: IntArray, accounts: int) -> IntArray:
    """Keys of pairs of places."""
    a, b = np.divmod(place, max(len(present), 1))
    found: IntArray = present[a].astype(np.int64) * accounts + present[b]
    return found
