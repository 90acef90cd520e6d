"""The day as pieces of constant rate, and as a smooth curve: two descriptions to be compared.

Pieces: exact dynamic programming over all ways to cut 96 quarter-hours, Poisson likelihood, number
of pieces by the length of the description (Rissanen 1978): a further piece costs the place of its
edge, ln 96 nats, and its rate, half of ln n. Smooth: Poisson regression on the first harmonics of
the day. Both likelihoods are divided by the dispersion of weeks, since posts come in bursts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.clues.quarters import DAY

MOST_PIECES = 14
SHORTEST = 2
"""Quarter-hours of the shortest piece."""
HIGHEST_HARMONIC = 4
COARSE = 8
"""Quarter-hours over which the dispersion of weeks is taken."""

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pieces:
    """The day as pieces of constant rate."""

    starts: tuple[int, ...]
    """First quarter-hour of each piece; the first is 0."""
    levels: FloatArray
    """(96) events per quarter-hour."""
    score: float
    """Log-likelihood over dispersion, less the cost of the description; nats."""

    @property
    def spans(self) -> tuple[tuple[int, int, float], ...]:
        """(first quarter-hour, one past the last, level) of each piece."""
        ends = (*self.starts[1:], DAY)
        return tuple(
            (first, end, float(self.levels[first]))
            for first, end in zip(self.starts, ends, strict=True)
        )


def dispersion(weeks: FloatArray) -> float:
    """Pearson's chi-square of (weeks, 96) counts over its degrees of freedom; at least 1.

    Two-hour cells against the unit's own mean day: bursts, leave and weeks of another schedule all
    raise it, and all of them make edges less certain than the number of posts says.
    """
    cells = weeks.reshape(len(weeks), -1, COARSE).sum(axis=2)
    share = cells.sum(axis=0) / max(cells.sum(), 1.0)
    share = share[share > 0]
    full = cells[:, cells.sum(axis=0) > 0]
    expected = full.sum(axis=1, keepdims=True) * share
    freedom = (len(full) - 1) * (len(share) - 1)
    if freedom <= 0:
        return 1.0
    squares = np.divide((full - expected) ** 2, expected, where=expected > 0, out=full * 0)
    return max(1.0, float(squares.sum()) / freedom)


def _gain(counts: FloatArray) -> FloatArray:
    """(97, 97) log-likelihood of each piece [i, j) at its own rate; impossible ones are -inf."""
    total = np.concatenate(([0.0], np.cumsum(counts)))
    inside = total[None, :] - total[:, None]
    length = np.arange(DAY + 1)[None, :] - np.arange(DAY + 1)[:, None]
    allowed = length >= SHORTEST
    rate = np.divide(inside, length, where=allowed, out=np.ones_like(inside))
    value = inside * np.log(np.where(rate > 0, rate, 1.0))
    return np.where(allowed, value, -np.inf)


def fit_pieces(counts: FloatArray, phi: float) -> Pieces:
    """The best pieces of a day of 96 counts.

    Args:
        counts: Events per quarter-hour from the cut.
        phi: Dispersion; see `dispersion`.
    """
    gain = _gain(counts)
    best = gain[0].copy()
    back = np.zeros((MOST_PIECES, DAY + 1), dtype=np.int64)
    values = [best[DAY]]
    for number in range(1, MOST_PIECES):
        through = best[:, None] + gain
        back[number] = np.argmax(through, axis=0)
        best = through[back[number], np.arange(DAY + 1)]
        values.append(best[DAY])
    events = max(float(counts.sum()), 2.0)
    cost = np.log(DAY) + 0.5 * np.log(events)
    scores = [value / phi - number * cost for number, value in enumerate(values)]
    pieces = int(np.argmax(scores)) + 1
    starts, end = [], DAY
    for number in range(pieces - 1, -1, -1):
        end = int(back[number][end]) if number else 0
        starts.append(end)
    starts.reverse()
    levels = np.empty(DAY)
    for first, last in zip(starts, [*starts[1:], DAY], strict=True):
        levels[first:last] = counts[first:last].mean()
    return Pieces(tuple(starts), levels, float(scores[pieces - 1]))


def fit_smooth(counts: FloatArray, phi: float) -> tuple[int, float]:
    """(harmonics, score) of the best smooth day: log rate as a sum of at most four harmonics.

    The score is on the scale of `Pieces.score`; each coefficient costs half of ln n.
    """
    events = max(float(counts.sum()), 2.0)
    angle = 2 * np.pi * np.arange(DAY) / DAY
    best = (0, float(counts.sum() * np.log(max(counts.mean(), 1e-9))) / phi)
    columns = [np.ones(DAY)]
    for order in range(1, HIGHEST_HARMONIC + 1):
        columns += [np.cos(order * angle), np.sin(order * angle)]
        value = _regress(np.stack(columns, axis=1), counts) / phi - order * np.log(events)
        if value > best[1]:
            best = (order, value)
    return best


def _regress(design: FloatArray, counts: FloatArray) -> float:
    """Log-likelihood of a Poisson regression, without the term that all models share."""
    rate = counts + 0.5 * max(float(counts.mean()), 0.1)
    eta = np.log(rate)
    for _ in range(12):
        response = eta + (counts - rate) / rate
        weighted = design * rate[:, None]
        gram = weighted.T @ design + 1e-6 * np.eye(design.shape[1])
        eta = np.clip(design @ np.linalg.solve(gram, weighted.T @ response), -12.0, 12.0)
        rate = np.exp(eta)
    return float(counts @ eta - rate.sum() + counts.sum())
