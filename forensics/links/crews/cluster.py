"""From scores of pairs to groups: average linkage, and how strong each group is.

Average linkage joins two groups by the mean score between all their accounts, so that one chance
link does not join two crews, as connected components would. It gives the same groups every time and
stands in scipy, which is a dependency anyway.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CUT_SHARE = 0.3
"""Groups join while the mean score between them is above this part of the usual best score."""
LEAST_CUT = 0.6
BEST = 3
"""Best scores of an account that count as its usual best."""
LEAST_CREW = 3
REFINE = 4
LEAST_FIT = 3.0
"""Mean score with the crew, times the root of its size, that a member must have."""

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]


def partition(score: FloatArray) -> IntArray:
    """(rows) number of the group of each row, from 0."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    rows = len(score)
    if rows < 2:
        return np.zeros(rows, dtype=np.int64)
    top = float(score.max()) + 1.0
    apart = top - score
    np.fill_diagonal(apart, 0.0)
    tree = linkage(squareform(apart, checks=False), method="average")
    labels = fcluster(tree, t=top - cut_of(score), criterion="distance")
    return np.asarray(labels, dtype=np.int64) - 1


def cut_of(score: FloatArray) -> float:
    """Mean score above which groups join."""
    keep = min(BEST, len(score) - 1)
    best = np.partition(score, -keep, axis=1)[:, -keep:].mean(axis=1)
    return max(LEAST_CUT, CUT_SHARE * float(np.median(best)))


def strengths(score: FloatArray, labels: IntArray) -> FloatArray:
    """(groups) sum of the scores within each group over the root of the number of its pairs.

    By chance a group chosen beforehand has strength 0 with a standard deviation of 1. Groups
    smaller than three have strength 0.
    """
    count = np.bincount(labels)
    found = np.zeros(len(count), dtype=np.float32)
    for group in np.flatnonzero(count >= LEAST_CREW):
        where = np.flatnonzero(labels == group)
        number = len(where) * (len(where) - 1) / 2
        found[group] = score[np.ix_(where, where)].sum() / 2 / np.sqrt(number)
    return found


def refined(score: FloatArray, labels: IntArray) -> IntArray:
    """The crews (labels from 0, -1 for none) after every account has gone where it fits best.

    An account belongs to the crew with which its mean score is highest, if it fits at all.
    """
    found = labels.copy()
    crews = int(labels.max()) + 1
    for _ in range(REFINE):
        fit = np.full((len(score), crews), -np.inf, dtype=np.float32)
        mean = np.zeros((len(score), crews), dtype=np.float32)
        for crew in range(crews):
            inside = found == crew
            others = inside.sum() - inside
            mean[:, crew] = score[:, inside].sum(axis=1) / np.maximum(others, 1)
            fit[:, crew] = mean[:, crew] * np.sqrt(np.maximum(others, 1))
        best = np.argmax(mean, axis=1)
        fits = fit[np.arange(len(score)), best] >= LEAST_FIT
        new = np.where(fits, best, -1)
        if np.array_equal(new, found):
            break
        found = new
    return found


def numbered(labels: IntArray) -> IntArray:
    """Crews numbered by size, then by first member; crews below three members dissolved."""
    sizes = [
        (-int((labels == crew).sum()), int(np.flatnonzero(labels == crew)[0]), int(crew))
        for crew in np.unique(labels[labels >= 0])
    ]
    found = np.full(len(labels), -1, dtype=np.int64)
    kept = sorted(item for item in sizes if -item[0] >= LEAST_CREW)
    for number, (_, _, crew) in enumerate(kept):
        found[labels == crew] = number
    return found


def overlap(members: IntArray, labels: IntArray) -> float:
    """Best Jaccard overlap of a set of rows with any group of another partition."""
    inside = np.zeros(len(labels), dtype=bool)
    inside[members] = True
    best = 0.0
    for group in np.unique(labels[members]):
        if group >= 0:
            other = labels == group
            best = max(best, float((inside & other).sum() / (inside | other).sum()))
    return best
