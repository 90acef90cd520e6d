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
from functools import cache

import numpy as np
from numpy.typing import NDArray

from forensics.clues.quarters import DAY
from forensics.reference.zones import rows_as_bytes

WEIGHT = 0.25
"""Share of the score that counts; picked by NLL among people of the library's kind."""
DAY_SD_MIN = 60
DATE_SD_DAYS = 400.0
TERMS = 8
"""Fourier terms of the day kept of the von Mises kernel."""
LOWEST = 0.15
"""A density below this share of a uniform one counts as this."""

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
    # Bytes of unsigned numbers, the highest first, stand in the order of the numbers: sorting a few
    # dozen of them is several times as fast as sorting rows of an array.
    rows = rows_as_bytes((changes + (1 << 15)).astype(">u2"))
    order = sorted(set(rows))
    place = {row: number for number, row in enumerate(order)}
    index = np.array([place[row] for row in rows], dtype=np.int64)
    distinct = np.empty((len(order), changes.shape[1]), dtype=np.int64)
    distinct[index] = changes
    return distinct, index


def steadiness(patterns: IntArray, piece: IntArray, q: IntArray) -> FloatArray:
    """(patterns) score in nats by which habits stand still under each pattern of changes.

    Args:
        patterns: (patterns, pieces) changes of the clock in quarter-hours.
        piece: (hours) piece of time of each hour, rising.
        q: (hours) UTC quarter-hours, rising.
    """
    pieces = patterns.shape[1]
    if pieces == 1 or len(patterns) == 1:
        return np.zeros(len(patterns))
    count = np.bincount(piece, minlength=pieces).astype(np.float64)
    middle = np.bincount(piece, weights=q / DAY, minlength=pieces) / count
    near = np.exp(-0.5 * ((middle[:, np.newaxis] - middle[np.newaxis, :]) / DATE_SD_DAYS) ** 2)
    starts = np.searchsorted(piece, np.arange(pieces))
    sums = np.add.reduceat(_waves()[q % DAY], starts, axis=0)
    turned = sums[np.newaxis, :, :] * _waves()[patterns % DAY]
    each = turned.transpose(0, 2, 1)
    spread = np.dot(each.reshape(-1, pieces), near).reshape(each.shape).transpose(0, 2, 1)
    together = (turned.conj() * spread).real.sum(axis=1) - len(q)
    pairs = float(count @ near @ count) - len(q)
    density = np.maximum((pairs + together @ _kernel()) / max(pairs, 1.0), LOWEST)
    return np.asarray(WEIGHT * len(q) * np.log(density))
