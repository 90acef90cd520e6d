"""Whether habits stay at one local time through the clock changes of a class of zones.

A person's own habits say more about clock changes than the habits of others do: under the right
rules the same habit stands at the same local time in summer and in winter. Score: the density of
an account's hours around each other (von Mises in time of day, SD 60 minutes; Gaussian in date,
SD 400 days), taken between the pieces of time within which no zone changes its clock. What a class
gains over another comes from its changes alone; a fixed offset, however large, changes nothing.

Habits also drift with the season by themselves, so the score counts for a quarter of its size.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from forensics.clues.quarters import DAY
from forensics.reference.zones import distinct_rows

WEIGHT = 0.25
"""Share of the score that counts; picked by NLL among people of the library's kind."""
DAY_SD_MIN = 60
DATE_SD_DAYS = 400.0
TERMS = 8
"""Fourier terms of the day kept of the von Mises kernel."""
LOWEST = 0.15
"""A density below this share of a uniform one counts as this."""

MOST_TURNS = 40_000
"""Pieces times patterns, of some samples, whose waves are held at once: five megabytes."""
LANES = 8
"""Patterns are filled up to a multiple of this."""

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]


@cache
def _kernel() -> FloatArray:
    """(terms) Fourier coefficients of the von Mises density relative to a uniform one."""
    width = DAY_SD_MIN * 2 * math.pi / 1440
    angle = np.arange(1440) * (2 * math.pi / 1440)
    density = np.exp((np.cos(angle) - 1) / width**2)
    terms = np.cos(np.outer(np.arange(1, TERMS + 1), angle)) @ density / density.sum()
    return np.asarray(2 * terms)


@cache
def _waves() -> ComplexArray:
    """(96, terms) waves of the day at each quarter-hour."""
    angle = np.outer(np.arange(DAY), np.arange(1, TERMS + 1)) * (2 * math.pi / DAY)
    return np.asarray(np.exp(1j * angle))


def change_patterns(offsets_min: IntArray) -> tuple[IntArray, IntArray]:
    """(patterns, pieces) distinct changes in quarter-hours, and the pattern of each class."""
    changes = (offsets_min - offsets_min[:, :1]) // 15
    first, index = distinct_rows(changes)
    return changes[first], np.array(index, dtype=np.int64)


def steadiness(
    patterns: Sequence[IntArray], pieces: IntArray, each: IntArray, q: IntArray
) -> FloatArray:
    """(patterns of all) score in nats by which the habits of samples stand still under each.

    Args:
        patterns: One a sample: (patterns, pieces) changes of the clock in quarter-hours, on the
            circle of a day.
        pieces: (samples) pieces of time of each.
        each: (pieces of all) hours in each piece, none of them empty.
        q: (hours of all) UTC quarter-hours, rising within a sample.
    """
    starts = np.cumsum(each) - each
    sums = np.add.reduceat(_waves()[q % DAY], starts, axis=0)
    middle = np.add.reduceat(q / DAY, starts) / each
    number = np.array([len(own) for own in patterns])
    # Products of one shape are the same to the last bit whoever stands beside, so that nobody's
    # company may set the shape: patterns are filled up to a multiple, which joins most shapes.
    filled = -(-number // LANES) * LANES
    changing = (number > 1) & (pieces > 1)
    found = np.zeros(int(number.sum()))
    below = np.cumsum(number) - number
    first = np.cumsum(pieces) - pieces
    for length, most in sorted(set(zip(pieces.tolist(), filled.tolist(), strict=True))):
        alike = np.flatnonzero((pieces == length) & (filled == most) & changing)
        at_once = max(1, MOST_TURNS // (length * most))
        for low in range(0, len(alike), at_once):
            some = alike[low : low + at_once]
            moved = np.zeros((len(some), length, most), dtype=np.int64)
            for rows, one in zip(moved, some, strict=True):
                rows[:, : number[one]] = patterns[one].T
            own = first[some, np.newaxis] + np.arange(length)
            scores = _alike(moved, each[own], middle[own], sums[own])
            for one, row in zip(some, scores, strict=True):
                found[below[one] : below[one] + number[one]] = row[: number[one]]
    return found


def _alike(moved: IntArray, count: IntArray, middle: FloatArray, sums: ComplexArray) -> FloatArray:
    """(samples, patterns) scores of samples with as many pieces and patterns as each other.

    Args:
        moved: (samples, pieces, patterns) changes of the clock in quarter-hours.
        count: (samples, pieces) hours in each.
        middle: (samples, pieces) their mean date, in days.
        sums: (samples, pieces, terms) sums of the waves of the day over them.
    """
    samples, pieces, patterns = moved.shape
    apart = (middle[:, :, np.newaxis] - middle[:, np.newaxis, :]) / DATE_SD_DAYS
    near = np.exp(-0.5 * apart * apart)
    turned = _waves()[moved]
    turned *= sums[:, :, np.newaxis, :]
    # A complex number is two real ones: one real product of matrices does all patterns and terms.
    parts = turned.reshape(samples, pieces, -1).view(np.float64)
    spread = near @ parts
    spread *= parts
    together = spread.sum(axis=1).reshape(samples, patterns, -1)
    hours = count.sum(axis=1)
    near *= count[:, :, np.newaxis] * count[:, np.newaxis, :]
    pairs = near.sum(axis=(1, 2)) - hours
    gained = together @ np.repeat(_kernel(), 2) - (hours * _kernel().sum())[:, np.newaxis]
    density = (pairs[:, np.newaxis] + gained) / np.maximum(pairs, 1.0)[:, np.newaxis]
    return np.asarray(WEIGHT * hours[:, np.newaxis] * np.log(np.maximum(density, LOWEST)))
