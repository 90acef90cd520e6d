"""Shallow dips in the work of many posts: a lunch that some take and others do not.

Pieces see a gap; a dip by a few percent in a large cluster hides in the curve. A window of half an
hour to three hours is compared with the straight line between its flanks. The deepest window counts
only if days that were moved (see `sharp`) show none as deep.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.clues.quarters import DAY
from forensics.clues.shifts.shape import Span

LENGTHS = (4, 5, 6, 7, 8, 9, 10, 12)
"""Quarter-hours of a dip."""
FLANK = 4
"""Quarter-hours on either side."""
LARGEST_P = 0.02

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Dip:
    """The deepest dip of a day."""

    span: Span
    p: float


def _depths(total: FloatArray, length: int) -> tuple[FloatArray, FloatArray]:
    """((rows, starts) Poisson z, share missing) of windows of one length; starts from FLANK."""
    first = np.arange(FLANK, DAY - FLANK - length + 1)
    inside = total[:, first + length] - total[:, first]
    left = total[:, first] - total[:, first - FLANK]
    right = total[:, first + length + FLANK] - total[:, first + length]
    expected = (left + right) * length / (2 * FLANK)
    error = np.sqrt(inside + expected * length / (2 * FLANK) + 1.0)
    return (expected - inside) / error, 1 - inside / np.maximum(expected, 1e-9)


def deepest(
    profile: FloatArray, moved: FloatArray, blocks: tuple[Span, ...], known: tuple[Span, ...]
) -> Dip | None:
    """The deepest dip inside a block, known breaks apart; None if moved days have as deep ones.

    Args:
        profile: (96) events of the day.
        moved: (placebos, 96) the same with days moved.
        blocks: Blocks of work.
        known: Breaks found already.
    """
    rows = np.concatenate((profile[None, :], moved))
    total = np.zeros((len(rows), DAY + 1))
    np.cumsum(rows, axis=1, out=total[:, 1:])
    best = np.full(len(rows), -np.inf)
    place: tuple[int, int, float] | None = None
    for length in LENGTHS:
        z, share = _depths(total, length)
        first = np.arange(FLANK, DAY - FLANK - length + 1)
        allowed = np.zeros(len(first), dtype=bool)
        for block in blocks:
            allowed |= (first - FLANK >= block.first) & (first + length + FLANK <= block.end)
        for gap in known:
            allowed &= (first >= gap.end) | (first + length <= gap.first)
        if not allowed.any():
            continue
        z = np.where(allowed[None, :], z, -np.inf)
        at = int(np.argmax(z[0]))
        if z[0, at] > best[0]:
            place = (int(first[at]), length, float(share[0, at]))
        best = np.maximum(best, z.max(axis=1))
    if place is None:
        return None
    p = (1 + int((best[1:] >= best[0] - 1e-9).sum())) / len(best)
    start, length, depth = place
    if p > LARGEST_P:
        return None
    end = start + length
    return Dip(Span(start, end, start - FLANK, end + FLANK, depth, end, start), p)
