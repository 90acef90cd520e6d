"""Sums of the library's scores over the local hours of samples: exact, and most of all the work.

Scores are whole steps and their sums are whole numbers, so that any order of adding, and any kind
of number that holds them, gives the same. Up to some hundred hours are added row by row as a sparse
product in small integers, a quarter of the work of a dense one; above that most bins are filled and
the dense product is the faster one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from forensics.clues.hours.classes import Samples, from_zero
from forensics.clues.hours.crowds import Crowd, crowd_sums
from forensics.clues.quarters import week_bins
from forensics.reference.templates import STEP, WEEK, Library

SPARSE_ROWS, DENSE_ROWS = 1024, 2048
"""Rows (classes of some samples) that are added at once: some megabytes of sums."""
CROWD, CROWD_HOURS = 100, 32
"""Samples of so many hours, and so many of them, are added class by class of the whole window."""
WASTE = 1.3
"""Not if the window has more than this many times the classes that the samples tell apart."""
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


def sums(samples: Samples, library: Library) -> Iterator[tuple[IntArray, ShortArray | SingleArray]]:
    """Groups of classes: their numbers among those of all samples, and sums in whole steps.

    Every class of every sample stands in one group; sums are (classes, components).
    """
    weeks, _ = components(library)
    wide, greatest = _short_weeks(library)
    short = samples.hours * greatest < EXACT_IN_SHORT
    crowd = short & (samples.hours >= CROWD_HOURS)
    together = int(np.diff(samples.edges)[crowd].sum())
    if crowd.sum() < CROWD or len(samples.window.names) * crowd.sum() > WASTE * together:
        crowd[:] = False
    for rows, steps in _crowd_sums(samples, np.flatnonzero(crowd), wide):
        yield rows, steps[:, : weeks.shape[1]]
    every = list(_samples(samples))
    for numbers in _groups(np.flatnonzero(short & ~crowd), samples, SPARSE_ROWS):
        added = _sparse_sums([every[number] for number in numbers], wide)
        yield _rows_of(samples, numbers), added[:, : weeks.shape[1]]
    for numbers in _groups(np.flatnonzero(~short), samples, DENSE_ROWS):
        some = [every[number] for number in numbers]
        yield _rows_of(samples, numbers), _dense_sums(some, weeks, greatest)


def _rows_of(samples: Samples, numbers: Sequence[int]) -> IntArray:
    """Numbers of the classes of some samples among those of all."""
    edges = samples.edges.tolist()
    return np.concatenate([np.arange(edges[one], edges[one + 1]) for one in numbers])


def _crowd_sums(
    samples: Samples, numbers: IntArray, wide: ShortArray
) -> Iterator[tuple[IntArray, ShortArray]]:
    """Sums of many samples, class by class of the window; one that a sample lacks is dropped."""
    if not len(numbers):
        return
    place = np.full(len(samples.hours), -1, dtype=np.int64)
    place[numbers] = np.arange(len(numbers))
    sample = np.repeat(place, samples.hours)
    meant = sample >= 0
    crowd = Crowd(
        samples=len(numbers),
        sample=sample[meant],
        bins=week_bins(samples.q[meant]),
        segment=samples.segment[meant],
        wide=wide,
        reach=_REACH,
        week=WEEK,
    )
    row = np.full((len(samples.window.names), len(numbers)), -1, dtype=np.int64)
    edges = samples.edges.tolist()
    for at, number in enumerate(numbers.tolist()):
        row[samples.rules[number].whole, at] = np.arange(edges[number], edges[number + 1])
    for one, steps in crowd_sums(crowd, samples.window.offsets_min // 15):
        has = row[one] >= 0
        yield row[one][has], steps if has.all() else steps[has]


Sample = tuple[ShortArray, IntArray, IntArray]
"""(classes, pieces) offset in quarter-hours; (hours) piece and UTC bin of the week of each hour."""


def _samples(samples: Samples) -> Iterator[Sample]:
    """Each sample alone."""
    bins = week_bins(samples.q)
    low = 0
    for rules, high in zip(samples.rules, np.cumsum(samples.hours).tolist(), strict=True):
        yield rules.quarters, samples.column[low:high], bins[low:high]
        low = high


def _groups(numbers: IntArray, samples: Samples, rows: int) -> Iterator[list[int]]:
    """The numbers of some samples, in groups of about so many classes."""
    group: list[int] = []
    held = 0
    for number in numbers.tolist():
        group.append(number)
        held += len(samples.rules[number].pattern)
        if held >= rows:
            yield group
            group, held = [], 0
    if group:
        yield group


def local_bins(sample: Sample) -> ShortArray:
    """(classes, hours) local bin of the week, not yet brought back into the week."""
    quarters, column, bins = sample
    return np.take(quarters, column, axis=1) + bins.astype(np.int16)


def _sparse_sums(samples: Sequence[Sample], wide: ShortArray) -> ShortArray:
    """Sums of some samples below one another, each hour of each class one entry of a row."""
    from scipy.sparse import csr_array

    places = np.concatenate([local_bins(one).ravel() for one in samples]).astype(np.int32)
    places += _REACH
    lengths = np.repeat([len(one[2]) for one in samples], [len(one[0]) for one in samples])
    ends = from_zero(lengths).astype(np.int32)
    ones = np.ones(len(places), dtype=np.int16)
    rows = csr_array((ones, places, ends), shape=(len(lengths), len(wide)))
    return np.asarray(rows @ wide)


def _dense_sums(samples: Sequence[Sample], weeks: SingleArray, greatest: int) -> SingleArray:
    """Sums of some samples below one another by one product of matrices."""
    highest = greatest * max(len(bins) for _, _, bins in samples)
    kind = np.float32 if highest < EXACT_IN_SINGLE else np.float64
    counts = [local_counts(one).astype(kind) for one in samples]
    product = np.concatenate(counts) @ weeks.astype(kind, copy=False)
    return np.asarray(product.astype(np.float32, copy=False))


def local_counts(sample: Sample) -> IntArray:
    """(classes, 672) counts of local quarter-hours of the week."""
    local = local_bins(sample).astype(np.int64) % WEEK
    local += np.arange(len(local))[:, np.newaxis] * WEEK
    return np.bincount(local.ravel(), minlength=len(local) * WEEK).reshape(-1, WEEK)
