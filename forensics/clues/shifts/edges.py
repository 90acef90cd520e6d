"""Edges of a shift to the minute, with intervals from drawing whole weeks again.

An edge is placed in two steps, for the posts themselves and for every draw alike. First the place
where two constant rates part the neighbourhood best (Poisson likelihood). Then, inside half an hour
on either side, the place at which the two rates would give just the events seen there: for people
who come at slightly different minutes this is their mean, and it is not tied to quarter-hours. The
second is the regular part: a best place alone jumps from bin to bin and no draw can say how far.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.clues.quarters import DAY

DRAWS = 1000
LEVEL = (0.05, 0.95)
"""90 % intervals."""
REACH = 12
"""Quarter-hours looked at on either side of an edge."""
NEAR = 2
"""Quarter-hours on either side in which an edge is balanced; more where it is a ramp."""
RAMPS = (0, 2, 4, 6, 8)
"""Widths of ramps that are tried, in quarter-hours."""

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Drawing:
    """How weeks are drawn again."""

    draws: int = DRAWS
    seed: int = 5


@dataclass(frozen=True, slots=True)
class Measured:
    """A value with its 90 % interval."""

    value: float
    low: float
    high: float


def week_weights(weeks: int, drawing: Drawing) -> FloatArray:
    """(draws + 1, weeks) how often each week counts: row 0 once each, the others drawn."""
    rng = np.random.default_rng(drawing.seed)
    draws = drawing.draws
    picked = rng.integers(0, weeks, size=(draws, weeks))
    index = picked + weeks * np.arange(draws)[:, None]
    counts = np.bincount(index.ravel(), minlength=draws * weeks).reshape(draws, weeks)
    once = np.ones((1, weeks))
    return np.concatenate((once, counts.astype(np.float64)))


def measured(values: FloatArray, weeks: int) -> Measured:
    """Value of row 0 with the interval of the other rows.

    Draws of few weeks vary too little: their spread is widened by sqrt(w / (w - 1)) and by the
    ratio of Student's to the normal quantile, both around the value itself.
    """
    value = float(values[0])
    low, high = np.quantile(values[1:], LEVEL)
    wider = _widening(weeks)
    return Measured(
        value,
        value - wider * max(value - float(low), 0.0),
        value + wider * max(float(high) - value, 0.0),
    )


def _widening(weeks: int) -> float:
    """Factor for few weeks: Student's 95 % quantile by its expansion (Fisher and Cornish)."""
    freedom = max(weeks - 1, 2)
    z = 1.6449
    student = z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
    return float(np.sqrt(weeks / max(weeks - 1, 1)) * student / z)


def place_edge(total: FloatArray, low: int, high: int) -> FloatArray:
    """(rows) place of the edge between `low` and `high`, in quarter-hours from the cut.

    Args:
        total: (rows, 97) running sums of the day, the first 0; row 0 are the posts themselves.
        low: First quarter-hour that certainly lies before the edge.
        high: One past the last that certainly lies after it.
    """
    at = np.arange(low + 1, high)
    before = total[:, at] - total[:, [low]]
    after = total[:, [high]] - total[:, at]
    value = _likelihood(before, at - low) + _likelihood(after, high - at)
    cut = at[np.argmax(value, axis=1)]
    near = _near(np.diff(total[0, low : high + 1]), int(cut[0]) - low)
    rows = np.arange(len(total))
    start, end = np.maximum(cut - near, low), np.minimum(cut + near, high)
    left = _rate(total, rows, np.full_like(start, low), start, cut)
    right = _rate_after(total, rows, end, np.full_like(end, high), cut)
    inside = total[rows, end] - total[rows, start]
    step = right - left
    safe = np.where(np.abs(step) > 1e-9, step, 1.0)
    balanced = (end * right - start * left - inside) / safe
    placed = np.clip(balanced, start, end)
    return np.asarray(np.where(np.abs(step) > 1e-9, placed, cut), dtype=np.float64)


def _near(counts: FloatArray, cut: int) -> int:
    """Quarter-hours on either side in which to balance: more where the edge is a ramp.

    People who come at different minutes make a ramp; its width is the likeliest of a few.
    """
    before, after = counts[:cut].mean(), counts[cut:].mean()
    place = np.arange(len(counts)) + 0.5
    centres = cut + np.arange(-2, 2.01, 0.5)
    best, width = -np.inf, 0
    for ramp in RAMPS:
        share = (place[None, :] - centres[:, None]) / max(ramp, 1) + 0.5
        rate = np.maximum(before + (after - before) * np.clip(share, 0.0, 1.0), 1e-3)
        rate *= counts.sum() / rate.sum(axis=1, keepdims=True)
        value = float((np.log(np.maximum(rate, 1e-3)) @ counts).max())
        if value > best + 1e-9:
            best, width = value, ramp
    return max(NEAR, width // 2 + 2) if width >= 6 else max(NEAR, width // 2 + 1)


def _likelihood(events: FloatArray, length: IntArray) -> FloatArray:
    rate = events / length
    return events * np.log(np.where(rate > 0, rate, 1.0))


def _rate(
    total: FloatArray, rows: IntArray, low: IntArray, start: IntArray, cut: IntArray
) -> FloatArray:
    """Rate before an edge, away from it where there is room."""
    end = np.where(start > low, start, cut)
    return (total[rows, end] - total[rows, low]) / np.maximum(end - low, 1)


def _rate_after(
    total: FloatArray, rows: IntArray, end: IntArray, high: IntArray, cut: IntArray
) -> FloatArray:
    """Rate after an edge, away from it where there is room."""
    first = np.where(end < high, end, cut)
    return (total[rows, high] - total[rows, first]) / np.maximum(high - first, 1)


def running(profiles: FloatArray) -> FloatArray:
    """(rows, 97) running sums of (rows, 96) days."""
    out = np.zeros((len(profiles), DAY + 1))
    np.cumsum(profiles, axis=1, out=out[:, 1:])
    return out


def window_of(edge: int, before: int, after: int) -> tuple[int, int]:
    """Where to look for an edge: two thirds into the stretches on both sides, three hours at most.

    Args:
        edge: Edge of the pieces, in quarter-hours from the cut.
        before: First quarter-hour of the stretch before it.
        after: One past the last quarter-hour of the stretch after it.
    """
    low = max(edge - REACH, edge - max(2 * (edge - before) // 3, 1), 0)
    return low, min(edge + REACH, edge + max(2 * (after - edge) // 3, 1), DAY)
