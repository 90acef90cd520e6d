"""Crews among more accounts than can all be compared with each other.

Hashing finds a bounded number of neighbours of each account. Links that no pair of that many
accounts would reach by chance join accounts into webs; each web is small enough to be grouped like
a small unit; and in the end every account may join the crew whose sum of days it fits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.links.crews import pairs
from forensics.links.crews.cluster import LEAST_CREW, numbered, overlap, partition
from forensics.links.crews.features import Days, expectation, residuals
from forensics.links.crews.nulls import NULLS, permuted, week_weights

LEVEL = 0.01
"""Chance of a single false link among all pairs of accounts."""
SAMPLE = 1500
"""Accounts whose permuted days tell how far chance reaches."""
RAISE = 1.1
DRAWS = 10

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Wide:
    """Crews among very many accounts."""

    labels: IntArray
    """(rows) crew, -1 for none."""
    stability: dict[int, float]
    threshold: float
    """Score that makes a link."""


def wide_crews(days: Days, rng: np.random.Generator) -> Wide:
    """The crews of a table too large for all pairs."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    residual = days.residual
    rows = len(residual)
    near, best = pairs.neighbours(residual, rng)
    threshold = _threshold(days, rng)
    while True:
        a, place = np.nonzero((best >= threshold) & (near >= 0))
        b = near[a, place]
        graph = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(rows, rows))
        _, web = connected_components(graph, directed=False)
        size = np.bincount(web)
        if size.max() <= pairs.BLOCK:
            break
        threshold *= RAISE
    labels = np.full(rows, -1, dtype=np.int64)
    stability: dict[int, float] = {}
    for number in np.flatnonzero(size >= LEAST_CREW):
        _split(residual, days.first_day, np.flatnonzero(web == number), (labels, stability), rng)
    labels = _joined(residual, labels)
    kept = numbered(labels)
    told = {
        int(kept[labels == one][0]): stability[int(one)] for one in np.unique(labels[kept >= 0])
    }
    return Wide(kept, told, threshold)


def _threshold(days: Days, rng: np.random.Generator) -> float:
    """Score that no pair should reach by chance, from the spread of scores of permuted days."""
    from scipy.stats import norm

    rows = len(days.residual)
    chosen = np.sort(rng.choice(rows, min(SAMPLE, rows), replace=False))
    sample = days.active[chosen]
    spread, top = 1.0, 0.0
    for null in NULLS:
        mixed = permuted(sample, days.stratum, days.first_day, null, rng)
        moved = pairs.scores(residuals(mixed, expectation(mixed, days.stratum)))
        spread, top = max(spread, float(moved.std())), max(top, float(moved.max()))
    return max(top, spread * float(norm.isf(LEVEL / (rows * (rows - 1) / 2))))


def _split(
    residual: FloatArray,
    first_day: int,
    web: IntArray,
    found: tuple[IntArray, dict[int, float]],
    rng: np.random.Generator,
) -> None:
    """Group one web and note its crews and how stable they are."""
    labels, stability = found
    part = partition(pairs.scores(residual[web]))
    crews = [g for g in range(int(part.max()) + 1) if int((part == g).sum()) >= LEAST_CREW]
    total = dict.fromkeys(crews, 0.0)
    for _ in range(DRAWS):
        weights = week_weights(residual.shape[1], first_day, rng)
        again = partition(pairs.scores(residual[web], weights))
        for crew in crews:
            total[crew] += overlap(np.flatnonzero(part == crew), again)
    for crew in crews:
        number = len(stability)
        labels[web[part == crew]] = number
        stability[number] = total[crew] / DRAWS


def _joined(residual: FloatArray, labels: IntArray) -> IntArray:
    """The labels with accounts added that fit the summed days of a crew beyond chance."""
    from scipy.stats import norm

    crews = int(labels.max()) + 1
    if crews < 1:
        return labels
    sums = np.stack([residual[labels == crew].sum(axis=0) for crew in range(crews)])
    least = float(norm.isf(LEVEL / (len(labels) * crews)))
    found = labels.copy()
    step = max(1, 50_000_000 // residual.shape[1])
    for start in range(0, len(labels), step):
        part = residual[start : start + step]
        fit = part @ sums.T
        fit /= np.sqrt(np.maximum(np.square(part) @ np.square(sums).T, 1e-6))
        best = np.argmax(fit, axis=1)
        top = fit[np.arange(len(part)), best]
        free = (labels[start : start + step] < 0) & (top >= least)
        found[start : start + step][free] = best[free]
    return found
