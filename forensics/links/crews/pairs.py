"""How strongly the residual days of two accounts go together, without looking at all pairs.

The score of two accounts is the sum of products of their residuals over its standard deviation if
signs were random. Up to `BLOCK` accounts every score is computed in one product of matrices. Beyond
that accounts are hashed by random hyperplanes several times, only those that fall together are
compared, and neighbours of neighbours are added: a bounded number of comparisons an account.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BLOCK = 3000
"""Accounts whose scores are all computed."""
BUCKET = 256
"""Accounts compared with each other in one bucket."""
TABLES = 12
"""Times that accounts are hashed anew."""
KEEP = 12
"""Neighbours kept an account."""
ROUNDS = 1

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]


def scores(residual: FloatArray, weights: FloatArray | None = None) -> FloatArray:
    """(rows, rows) score of each pair; the diagonal is 0.

    Args:
        residual: (rows, days) residuals.
        weights: (days) how often each day counts; None for once.
    """
    weighted = residual if weights is None else residual * weights
    found = np.asarray(weighted @ residual.T, dtype=np.float32)
    spread = np.sqrt(np.maximum(np.square(weighted) @ np.square(residual).T, 1e-6))
    found /= spread
    np.fill_diagonal(found, 0.0)
    return found


def neighbours(
    residual: FloatArray, rng: np.random.Generator, *, keep: int = KEEP
) -> tuple[IntArray, FloatArray]:
    """(rows, keep) nearest rows that hashing finds, and their scores; -1 and 0 where none.

    Every account is compared with at most `BUCKET` others in each of `TABLES` tables and with the
    `keep` squared neighbours of its neighbours.
    """
    rows = len(residual)
    near = np.full((rows, keep), -1, dtype=np.int64)
    best = np.zeros((rows, keep), dtype=np.float32)
    norm = np.sqrt(np.maximum(np.square(residual).sum(axis=1), 1e-6))
    unit = residual / norm[:, np.newaxis]
    bits = max(1, int(np.ceil(np.log2(max(rows / BUCKET, 2)))))
    for _ in range(TABLES):
        planes = rng.standard_normal((residual.shape[1], bits)).astype(np.float32)
        last = unit @ rng.standard_normal((residual.shape[1], 1)).astype(np.float32)
        code = ((unit @ planes) > 0) @ (1 << np.arange(bits))
        order = np.lexsort((last[:, 0], code))
        for start in range(0, rows, BUCKET):
            part = order[start : start + BUCKET]
            _merge(near, best, part, np.tile(part, (len(part), 1)), scores(residual[part]))
    for _ in range(ROUNDS):
        _friends(residual, near, best)
    return near, best


def _merge(
    near: IntArray, best: FloatArray, rows: IntArray, others: IntArray, found: FloatArray
) -> None:
    """Keep the best neighbours of `rows` out of those they have and the new ones."""
    keep = near.shape[1]
    who = np.concatenate([near[rows], others], axis=1)
    value = np.concatenate([best[rows], found], axis=1)
    value = np.where(who == rows[:, np.newaxis], 0.0, value)
    order = np.argsort(-value, axis=1, kind="stable")
    who, value = np.take_along_axis(who, order, 1), np.take_along_axis(value, order, 1)
    # The same neighbour can be found twice; equal scores stand side by side.
    twice = np.zeros(who.shape, dtype=bool)
    twice[:, 1:] = (who[:, 1:] == who[:, :-1]) & (who[:, 1:] >= 0)
    value = np.where(twice, 0.0, value)
    order = np.argsort(-value, axis=1, kind="stable")[:, :keep]
    who, value = np.take_along_axis(who, order, 1), np.take_along_axis(value, order, 1)
    near[rows] = np.where(value > 0, who, -1)
    best[rows] = np.maximum(value, 0.0)


def _friends(residual: FloatArray, near: IntArray, best: FloatArray) -> None:
    """Compare each account with the neighbours of its neighbours."""
    rows, keep = near.shape
    step = max(1, 20_000_000 // (keep * keep * residual.shape[1]))
    for start in range(0, rows, step):
        part = np.arange(start, min(start + step, rows))
        mine = np.where(near[part] >= 0, near[part], part[:, np.newaxis])
        others = near[mine].reshape(len(part), -1)
        others = np.where(others >= 0, others, part[:, np.newaxis])
        theirs = residual[others]
        own = residual[part][:, np.newaxis, :]
        product = theirs * own
        spread = np.sqrt(np.maximum(np.square(product).sum(axis=2), 1e-6))
        _merge(near, best, part, others, product.sum(axis=2) / spread)
