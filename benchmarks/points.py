"""When to name one offset, and how sharp sets may be; called by accuracy.py.

Both settings are chosen on four folds and tried on the fifth, and shown beside the shipped ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from forensics.clues.hours import model
from forensics.reference.zones import candidate_offsets

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
POWERS = tuple(round(1.0 + 0.1 * step, 1) for step in range(9))
AIM = 0.82
SHARE = 0.6
SEED = 23
RESAMPLES = 1000


class Cell(Protocol):
    """One n and one way of drawing."""

    @property
    def owners(self) -> IntArray:
        """(rows) person."""

    @property
    def folds(self) -> IntArray:
        """(rows) fold of the person."""

    @property
    def truths(self) -> IntArray:
        """(rows) true offset, minutes east."""

    @property
    def posteriors(self) -> tuple[FloatArray, FloatArray]:
        """(rows, 42) under the (uniform, population) prior."""


def interval(owners: IntArray, values: FloatArray) -> str:
    """Mean and 95 % interval, persons resampled."""
    persons, index = np.unique(owners, return_inverse=True)
    sums, counts = np.bincount(index, values), np.bincount(index)
    rng = np.random.default_rng(SEED)
    picks = rng.integers(0, len(persons), size=(RESAMPLES, len(persons)))
    low, high = np.quantile(sums[picks].sum(axis=1) / counts[picks].sum(axis=1), [0.025, 0.975])
    return f"{values.mean():.3f} [{low:.3f}, {high:.3f}]"


def _held(probabilities: FloatArray, truths: IntArray, power: float) -> tuple[FloatArray, IntArray]:
    """(whether the 80 % set holds the truth, its size) of each row at a power."""
    places = np.searchsorted(np.array(candidate_offsets()), truths)
    inside, sizes = [], []
    for row, place in zip(probabilities**power, places, strict=True):
        held = model.credible_set(row / row.sum(), 0.8)
        inside.append(float(place in held))
        sizes.append(len(held))
    return np.array(inside), np.array(sizes)


def points(cell_of: Callable[[int, str], Cell]) -> None:
    """Print risk against coverage, the answers given, and the powers picked per fold."""
    for n, mode in ((50, "random"), (100, "random"), (100, "consecutive"), (250, "random")):
        one = cell_of(n, mode)
        candidates = np.array(candidate_offsets())
        picked = [model.point(row) for row in one.posteriors[1]]
        worth = np.array([value for _, value in picked])
        apart = np.abs(candidates[[place for place, _ in picked]] - one.truths) % 1440
        near = (np.minimum(apart, 1440 - apart) <= 60).astype(np.float64)
        print(f"{mode}, n = {n}: within 1 h among the surest share of draws")
        for share in (0.2, 0.4, 0.6, 0.8, 1.0):
            kept = worth >= np.quantile(worth, 1 - share)
            print(f"  {share:.0%}: {interval(one.owners[kept], near[kept])}")
        print(f"  worth that {SHARE:.0%} of draws reach: {np.quantile(worth, 1 - SHARE):.3f}")
        given = np.zeros(len(worth), dtype=bool)
        for fold in np.unique(one.folds):
            inside = one.folds == fold
            given[inside] = worth[inside] >= np.quantile(worth[~inside], 1 - SHARE)
        for name, kept in (("limit picked in folds", given), ("shipped", worth >= model.POINT_AT)):
            text = interval(one.owners[kept], near[kept])
            print(f"  {name}: given to {kept.mean():.2f}, within 1 h {text}")
        for prior, rows in zip(("uniform", "population"), one.posteriors, strict=True):
            table = {power: _held(rows, one.truths, power) for power in POWERS}
            inside_folds, sizes, powers = [], [], []
            for fold in np.unique(one.folds):
                test = one.folds == fold
                power = min(POWERS, key=lambda p: abs(table[p][0][~test].mean() - AIM))
                powers.append(power)
                inside_folds.append(table[power][0][test])
                sizes.append(table[power][1][test])
            covered, size = np.concatenate(inside_folds), np.concatenate(sizes)
            print(
                f"  {prior}: powers picked {powers}, 80 % set holds {covered.mean():.3f} "
                f"({size.mean():.2f} offsets)",
                flush=True,
            )
