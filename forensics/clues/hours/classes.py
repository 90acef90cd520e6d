"""Samples of hours side by side: which classes of zones each tells apart, and where clocks change.

Thousands of samples share a few thousand sets of classes; a set is made once and kept. All that
follows is done for many samples at once, on arrays in which they lie end to end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from forensics.clues.hours.steady import change_patterns
from forensics.reference import people
from forensics.reference.templates import DAY
from forensics.reference.zones import QUARTER_S, ZoneClasses, zone_classes

OFFSET_STEP_MIN = 15
"""Offsets are multiples of this; `zone_classes` refuses others."""
CHUNK_HOURS = 50_000
"""Active hours side by side, unless one sample alone has more: some megabytes."""
KEPT = 8192
"""Sets of classes that are kept."""
FIRST_DAY, GRID_DAYS = 3561, 28
"""Windows begin and end on this grid of days since 1970, so that samples share them. It starts the
day after the last zone left an offset of odd minutes, in October 1979."""

IntArray = NDArray[np.int64]
ShortArray = NDArray[np.int16]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """The classes that the pieces of time of a sample tell apart."""

    classes: ZoneClasses
    quarters: ShortArray
    """(classes, pieces) offset in quarter-hours."""
    whole: IntArray
    """(classes) a class of the whole window that agrees with it."""
    moving: NDArray[np.bool_]
    """(classes) whether the offset changes."""
    patterns: IntArray
    """(patterns, pieces) distinct changes of the clock, in quarter-hours on the circle of a day."""
    pattern: IntArray
    """(classes) pattern of changes of each class."""
    weights: FloatArray
    """(classes) weight of each class by its people."""
    total_weight: float


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Some samples end to end. A piece of time is one within which no zone changes its clock."""

    rules: tuple[Rules, ...]
    """One a sample."""
    q: IntArray
    """(hours of all) UTC quarter-hours."""
    hours: IntArray
    """(samples) active hours."""
    window: ZoneClasses
    """The classes from before the first hour to after the last of all samples that were asked."""
    segment: IntArray
    """(hours of all) segment of the window."""
    column: IntArray
    """(hours of all) number of the piece within its sample."""
    pieces: IntArray
    """(samples) pieces of time that hold an hour."""
    each: IntArray
    """(pieces of all) hours in each piece."""

    @property
    def edges(self) -> IntArray:
        """(samples + 1) where the classes of each sample begin."""
        return from_zero([len(one.pattern) for one in self.rules])


def from_zero(lengths: Sequence[int] | IntArray) -> IntArray:
    """(parts + 1) edges of parts of these lengths that lie end to end."""
    edges = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=edges[1:])
    return edges


def sums_of_parts(values: FloatArray, edges: IntArray) -> FloatArray:
    """(parts) sum of each part, to the last bit that of the part alone: ties stay ties."""
    lengths = np.diff(edges)
    found = np.empty(len(lengths))
    for length in np.unique(lengths).tolist():
        those = np.flatnonzero(lengths == length)
        found[those] = values[edges[those, np.newaxis] + np.arange(length)].sum(axis=1)
    return found


@lru_cache(maxsize=4096)
def prior_weights(names: tuple[tuple[str, ...], ...]) -> FloatArray:
    """(classes) weight of each class by its people; thousands of samples share one list."""
    return np.array([people.weight(zones) for zones in names])


@lru_cache(maxsize=64)
def _class_of_zone(start_s: int, end_s: int) -> dict[str, int]:
    """Zone -> number of its class in a window."""
    names = zone_classes(start_s, end_s).names
    return {zone: number for number, zones in enumerate(names) for zone in zones}


@lru_cache(maxsize=KEPT)
def _rules(start_s: int, end_s: int, used: bytes) -> Rules:
    """The classes that remain apart if only these segments (int64) of a window hold data."""
    table = zone_classes(start_s, end_s)
    classes = table.merged(np.frombuffer(used, dtype=np.int64))
    patterns, pattern = change_patterns(classes.offsets_min)
    weights = prior_weights(classes.names)
    place = _class_of_zone(start_s, end_s)
    quarters = (classes.offsets_min // OFFSET_STEP_MIN).astype(np.int16)
    return Rules(
        classes=classes,
        quarters=quarters,
        whole=np.array([place[zones[0]] for zones in classes.names], dtype=np.int64),
        moving=(quarters != quarters[:, :1]).any(axis=1),
        patterns=patterns % DAY,
        pattern=pattern,
        weights=weights,
        total_weight=float(weights.sum()),
    )


def _window(samples: Sequence[IntArray]) -> tuple[int, int]:
    """First and last second of a window on the grid that holds all samples; earlier ones as is."""
    grid = GRID_DAYS * DAY
    first = min(int(q[0]) for q in samples)
    last = max(int(q[-1]) for q in samples) + 1
    on_grid = FIRST_DAY * DAY + (first - FIRST_DAY * DAY) // grid * grid
    end = FIRST_DAY * DAY - (FIRST_DAY * DAY - last) // grid * grid
    return (on_grid if first >= FIRST_DAY * DAY else first) * QUARTER_S, end * QUARTER_S


def side_by_side(samples: Sequence[IntArray]) -> Iterator[Samples]:
    """Samples of thinned, rising quarter-hours in chunks, in order; none may be empty.

    The classes of a sample depend on its own hours only, so its answer does not depend on the
    other samples.
    """
    if not samples:
        return
    window = _window(samples)
    chunk: list[IntArray] = []
    held = 0
    for q in samples:
        if chunk and held + len(q) > CHUNK_HOURS:
            yield _chunk(chunk, window)
            chunk, held = [], 0
        chunk.append(q)
        held += len(q)
    yield _chunk(chunk, window)


def _chunk(samples: Sequence[IntArray], window: tuple[int, int]) -> Samples:
    """Some samples end to end."""
    q = np.concatenate(samples)
    hours = np.array([len(one) for one in samples], dtype=np.int64)
    edges = from_zero(hours)
    table = zone_classes(*window)
    segment = table.segments_of(q)
    first = np.empty(len(q), dtype=bool)  # hours rise, and so do segments
    first[1:] = segment[1:] != segment[:-1]
    first[edges[:-1]] = True
    begins = np.flatnonzero(first)
    pieces = np.diff(np.append(np.searchsorted(begins, edges[:-1]), len(begins)))
    piece_edges = from_zero(pieces)
    used = segment[begins]
    rules = tuple(
        _rules(*window, used[low:high].tobytes())
        for low, high in zip(piece_edges[:-1].tolist(), piece_edges[1:].tolist(), strict=True)
    )
    return Samples(
        rules=rules,
        q=q,
        hours=hours,
        window=table,
        segment=segment,
        column=np.cumsum(first) - 1 - np.repeat(piece_edges[:-1], hours),
        pieces=pieces,
        each=np.diff(np.append(begins, len(q))),
    )


def modal_and_mean(samples: Samples) -> tuple[IntArray, FloatArray]:
    """(classes of all) most frequent offset, the lowest among equals, and mean offset, in minutes.

    Both over the hours of the sample that the class belongs to.
    """
    rules = samples.rules
    first = np.concatenate([one.quarters[:, 0] for one in rules]).astype(np.int64)
    modal, mean = first * OFFSET_STEP_MIN, (first * OFFSET_STEP_MIN).astype(np.float64)
    moving = np.concatenate([one.moving for one in rules])
    if not moving.any():
        return modal, mean
    sample = np.repeat(np.arange(len(rules)), np.diff(samples.edges))[moving]
    quarters = np.concatenate([one.quarters[one.moving].ravel() for one in rules])
    width = samples.pieces[sample]  # entries of each class
    row = np.repeat(np.arange(len(width)), width)
    begins = from_zero(width)[:-1]
    of_piece = from_zero(samples.pieces)[sample] - begins
    weights = samples.each[np.arange(len(row)) + of_piece[row]]
    most, total = modal_and_total(quarters.astype(np.int64), row, weights, begins)
    modal[moving] = most * OFFSET_STEP_MIN
    mean[moving] = total * OFFSET_STEP_MIN / samples.hours[sample]  # whole over whole: exact
    return modal, mean


def modal_and_total(
    values: IntArray, row: IntArray, weights: IntArray, begins: IntArray
) -> tuple[IntArray, IntArray]:
    """(rows) most frequent value of each row, the lowest among equals, and the weighted sum.

    Args:
        values: (entries) whole numbers, rows end to end.
        row: (entries) row of each.
        weights: (entries) how often each counts.
        begins: (rows) first entry of each.
    """
    lowest = np.minimum.reduceat(values, begins)
    above = values - lowest[row]
    width = int(above.max()) + 1
    slots = np.bincount(row * width + above, weights=weights, minlength=len(begins) * width)
    counts = slots.astype(np.int64).reshape(-1, width)  # sums of whole numbers: exact
    modal = lowest + np.argmax(counts, axis=1)
    return modal, counts @ np.arange(width) + lowest * counts.sum(axis=1)


def modal_offsets(offsets_min: IntArray, weights: IntArray | None = None) -> IntArray:
    """(classes) most frequent value of each row, the lowest among equals; columns may weigh."""
    rows, columns = offsets_min.shape
    weigh = np.ones(columns, dtype=np.int64) if weights is None else weights
    begins = np.arange(rows) * columns
    quarters = offsets_min.ravel() // OFFSET_STEP_MIN
    modal, _ = modal_and_total(
        quarters, np.repeat(np.arange(rows), columns), np.tile(weigh, rows), begins
    )
    return modal * OFFSET_STEP_MIN
