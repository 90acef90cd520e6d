"""Sums of the library's scores over the local hours of samples: exact, and most of all the work.

Scores are whole steps and their sums are whole numbers, so that any order of adding, and any kind
of number that holds them, gives the same. Few events are looked up one by one; up to some hundred
are added row by row as a sparse product in small integers, a quarter of the work of a dense one;
above that most bins are filled and the dense product is the faster one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from forensics.reference.templates import STEP, WEEK, Library

FEW_HOURS = 16
"""Up to here scores are looked up hour by hour; above, a matrix product is faster."""
EXACT_IN_SINGLE = 1 << 24
"""Whole numbers below this are exact in float32, and so are their sums."""
EXACT_IN_SHORT = 1 << 15
"""Whole numbers below this fit into sixteen bits."""
_REACH = 64
"""Quarter-hours by which an offset may lead out of the week: more than sixteen hours."""
_LANES = 32
"""Columns are filled up to a multiple of this, which halves the time of the sparse product."""

IntArray = NDArray[np.int64]
ShortArray = NDArray[np.int16]
SingleArray = NDArray[np.float32]


@lru_cache(maxsize=8)
def components(library: Library) -> tuple[SingleArray, SingleArray]:
    """(672, components) scores in whole steps, and ln of the components' weights."""
    weeks = np.concatenate([library.scores, library.common], axis=1) / STEP
    single = np.ascontiguousarray(np.rint(weeks), dtype=np.float32)
    return single, library.log_weights.astype(np.float32)


@lru_cache(maxsize=8)
def _short_weeks(library: Library) -> tuple[ShortArray, int]:
    """(672 + 128, columns) the scores in sixteen bits, and the greatest of them.

    Both ends of the week are repeated, so that a local bin needs no remainder.
    """
    weeks, _ = components(library)
    rows, columns = weeks.shape
    wide = np.zeros((rows + 2 * _REACH, -(-columns // _LANES) * _LANES), dtype=np.int16)
    wide[:, :columns] = weeks[np.arange(-_REACH, rows + _REACH) % rows]
    return wide, int(np.abs(weeks).max())


def local_counts(offsets_min: IntArray, bins: IntArray) -> IntArray:
    """(classes, 672) counts of local quarter-hours of the week.

    Args:
        offsets_min: (classes, hours) offset of each class at each active hour.
        bins: (hours) UTC bins of the week.
    """
    classes = offsets_min.shape[0]
    local = (bins[np.newaxis, :] + offsets_min // 15) % WEEK
    flat = (local + np.arange(classes)[:, np.newaxis] * WEEK).ravel()
    return np.bincount(flat, minlength=classes * WEEK).reshape(classes, WEEK)


def sums(
    quarters: Sequence[ShortArray], bins: Sequence[IntArray], library: Library
) -> Iterator[SingleArray]:
    """(classes, components) sum of scores in whole steps of each sample, in order.

    Args:
        quarters: (classes, hours) offset in quarter-hours of each class at each active hour, one
            array a sample.
        bins: (hours) UTC bins of the week, one array a sample.
        library: The people and common curves.
    """
    weeks, _ = components(library)
    wide, greatest = _short_weeks(library)
    hours = [len(one) for one in bins]
    sparse = [
        place
        for place, number in enumerate(hours)
        if number > FEW_HOURS and number * greatest < EXACT_IN_SHORT
    ]
    taken = set(sparse)
    dense = [p for p, number in enumerate(hours) if number > FEW_HOURS and p not in taken]
    short = _sparse_sums([quarters[p] for p in sparse], [bins[p] for p in sparse], wide)
    long = _dense_sums([quarters[p] for p in dense], [bins[p] for p in dense], weeks, greatest)
    at_short = at_long = 0
    for place, each in enumerate(quarters):
        classes = len(each)
        if place in taken:
            part = short[at_short : at_short + classes, : weeks.shape[1]]
            at_short += classes
            yield part.astype(np.float32)
        elif hours[place] > FEW_HOURS:
            yield long[at_long : at_long + classes]
            at_long += classes
        else:
            yield weeks[(bins[place][np.newaxis, :] + each) % WEEK].sum(axis=1)


def _sparse_sums(
    quarters: Sequence[ShortArray], bins: Sequence[IntArray], wide: ShortArray
) -> ShortArray:
    """Sums of some samples below one another, each hour of each class one entry of a row."""
    from scipy.sparse import csr_array

    if not quarters:
        return np.empty((0, wide.shape[1]), dtype=np.int16)
    places = np.concatenate(
        [
            (each + (one + _REACH).astype(np.int16)[np.newaxis, :]).ravel()
            for each, one in zip(quarters, bins, strict=True)
        ]
    ).astype(np.int32)
    lengths = np.repeat([each.shape[1] for each in quarters], [len(each) for each in quarters])
    ends = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    ones = np.ones(len(places), dtype=np.int16)
    rows = csr_array((ones, places, ends), shape=(len(lengths), len(wide)))
    return np.asarray(rows @ wide)


def _dense_sums(
    quarters: Sequence[ShortArray], bins: Sequence[IntArray], weeks: SingleArray, greatest: int
) -> SingleArray:
    """Sums of some samples below one another by one product of matrices."""
    if not quarters:
        return np.empty((0, weeks.shape[1]), dtype=np.float32)
    highest = greatest * max(map(len, bins))
    kind = np.float32 if highest < EXACT_IN_SINGLE else np.float64
    counts = [
        local_counts(each.astype(np.int64) * 15, one).astype(kind)
        for each, one in zip(quarters, bins, strict=True)
    ]
    product = np.concatenate(counts) @ weeks.astype(kind, copy=False)
    return np.asarray(product.astype(np.float32, copy=False))
