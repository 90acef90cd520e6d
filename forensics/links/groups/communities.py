"""Communities of a graph whose weights are decibans: Leiden with the constant Potts model.

The quality that is maximised is the sum over pairs inside communities of (weight - cost). With
weights that are log likelihood ratios, and a cost that stands for the prior odds and for what a
missing tie says against a pair, that sum is the log posterior of the partition, up to dependence
between pairs. It has no resolution limit (Traag, Van Dooren, Nesterov 2011).
Leiden: Traag, Waltman, van Eck 2019.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forensics.links.groups.facts import IntArray, Pairs

COST_MDB = 1_500
"""Cost of a pair inside a group: two accounts of a group are tied by more than this on average,
pairs without a tie included."""
LEAST_GROUP = 3
ROUNDS = 3
"""Full cycles of Leiden, each from the result of the one before."""


def communities(accounts: int, pairs: Pairs, cost_mdb: int, seed: int) -> IntArray:
    """(accounts,) number of the community of each account; -1 for those in none of three or more.

    Numbers follow the size of the community, the largest first, then its first account, so that
    the answer does not depend on how the library numbers them.
    """
    label = np.full(accounts, -1, dtype=np.int64)
    if not len(pairs.a):
        return label
    from graspologic_native import leiden_csr

    used, place = np.unique(np.concatenate([pairs.a, pairs.b]), return_inverse=True)
    a, b = place[: len(pairs.a)], place[len(pairs.a) :]
    graph = _symmetric(len(used), a, b, pairs.mdb)
    _, found = leiden_csr(
        *graph,
        len(used),
        resolution=cost_mdb / 1000,
        iterations=ROUNDS,
        use_modularity=False,
        seed=seed,
    )
    raw = np.asarray([found[i] for i in range(len(used))], dtype=np.int64)
    label[used] = raw
    return renumbered(label)


def _symmetric(
    size: int, a: IntArray, b: IntArray, mdb: IntArray
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """Rows, columns and weights in decibans of the symmetric matrix."""
    from scipy.sparse import coo_matrix

    weight = np.concatenate([mdb, mdb]) / 1000.0
    where = (np.concatenate([a, b]), np.concatenate([b, a]))
    matrix = coo_matrix((weight, where), shape=(size, size)).tocsr()
    matrix.sort_indices()
    return (
        np.asarray(matrix.indptr, dtype=np.int64),
        np.asarray(matrix.indices, dtype=np.int32),
        np.asarray(matrix.data, dtype=np.float64),
    )


def renumbered(label: IntArray) -> IntArray:
    """Numbers by size and first account; -1 for communities below three and for -1."""
    known, first, place, size = np.unique(
        label, return_index=True, return_inverse=True, return_counts=True
    )
    good = [i for i in range(len(known)) if known[i] >= 0 and size[i] >= LEAST_GROUP]
    good.sort(key=lambda i: (-int(size[i]), int(first[i])))
    new = np.full(len(known), -1, dtype=np.int64)
    new[good] = np.arange(len(good))
    return np.asarray(new[place], dtype=np.int64)
