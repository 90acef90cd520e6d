"""Sums of scores of many samples of one stretch of time, class by class of the zones known there.

What a sample scores at one offset is added for all samples by one product: that of their counts by
bin of the UTC week with the scores moved by the offset. A class of zones mostly stands at one
offset in each of two seasons, which most clocks share; so its sums are those of both seasons at its
offsets there, and the few hours at which it stands elsewhere are put right. Two thirds of the
additions are left of those that each class of each sample would take by itself.

Everything is a sum of whole numbers, so it does not matter that it is put together from parts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forensics.clues.hours.classes import from_zero, modal_offsets

Key = tuple[bytes, int]
"""Segments of time (one byte each, 1 if meant) and an offset in quarter-hours."""
IntArray = NDArray[np.int64]
ShortArray = NDArray[np.int16]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """Hours of samples end to end, and sums over parts of them that are kept while needed."""

    samples: int
    sample: IntArray
    """(hours of all) number of the sample, rising."""
    bins: IntArray
    """(hours of all) UTC bin of the week."""
    segment: IntArray
    """(hours of all) segment of the window."""
    wide: ShortArray
    """(week and both ends of it, columns) scores."""
    reach: int
    """Rows of `wide` before the week begins."""
    week: int
    made: dict[Key, ShortArray] = field(default_factory=dict)
    matrices: dict[bytes, Any] = field(default_factory=dict)

    def sums(self, key: Key) -> ShortArray:
        """(samples, columns) sums of the hours in some segments at one offset."""
        if key not in self.made:
            segments, offset = key
            low = self.reach + offset
            self.made[key] = np.asarray(self._matrix(segments) @ self.wide[low : low + self.week])
        return self.made[key]

    def _matrix(self, segments: bytes) -> Any:
        """Sparse (samples, week) counts of the hours in some segments."""
        from scipy.sparse import csr_array

        if segments not in self.matrices:
            those = np.flatnonzero(np.frombuffer(segments, dtype=np.bool_)[self.segment])
            ends = from_zero(np.bincount(self.sample[those], minlength=self.samples))
            ones = np.ones(len(those), dtype=np.int16)
            self.matrices[segments] = csr_array(
                (ones, self.bins[those].astype(np.int32), ends.astype(np.int32)),
                shape=(self.samples, self.week),
            )
        return self.matrices[segments]


def seasons(quarters: IntArray, hours: IntArray) -> list[BoolArray]:
    """One or two sets of segments between which most clocks differ; none is empty.

    Args:
        quarters: (classes, segments) offset in quarter-hours.
        hours: (segments) active hours in each; some segment holds one.
    """
    one = int(np.argmax(hours))
    from_one = np.count_nonzero(quarters != quarters[:, [one]], axis=0)
    other = int(np.argmax(hours * from_one))
    from_other = np.count_nonzero(quarters != quarters[:, [other]], axis=0)
    near = from_one <= from_other
    return [near] if near.all() else [near, ~near]


def plan(quarters: IntArray, hours: IntArray) -> list[list[tuple[Key, int]]]:
    """For each class the sums, with their signs, that together are its own.

    Args:
        quarters: (classes, segments) offset in quarter-hours.
        hours: (segments) active hours in each.
    """
    terms: list[list[tuple[Key, int]]] = [[] for _ in quarters]
    for season in seasons(quarters, hours):
        if not hours[season].any():
            continue
        usual = modal_offsets(quarters[:, season] * 15, hours[season]) // 15
        for own, row, mode in zip(terms, quarters, usual.tolist(), strict=True):
            own.append(((season.tobytes(), mode), 1))
            for offset in np.unique(row[season & (hours > 0)]).tolist():
                if offset != mode:
                    elsewhere = (season & (row == offset) & (hours > 0)).tobytes()
                    own += [((elsewhere, offset), 1), ((elsewhere, mode), -1)]
    return terms


def crowd_sums(crowd: Crowd, quarters: IntArray) -> Iterator[tuple[int, ShortArray]]:
    """(class, (samples, columns) sums of scores) of every class, neighbours in offset together.

    Args:
        crowd: The samples.
        quarters: (classes, segments) offset of each class of the window, in quarter-hours.
    """
    hours = np.bincount(crowd.segment, minlength=quarters.shape[1])
    terms = plan(quarters, hours)
    left = Counter(key for own in terms for key, _ in own)
    for number in sorted(range(len(terms)), key=lambda one: [key[1] for key, _ in terms[one]]):
        (first, _), *rest = terms[number]
        total = crowd.sums(first).copy()
        for key, sign in rest:
            (np.add if sign > 0 else np.subtract)(total, crowd.sums(key), out=total)
        yield number, total
        for key, _ in terms[number]:
            left[key] -= 1
            if not left[key]:
                del crowd.made[key]
