"""Do these accounts name a place more often than comparable accounts do?

Unit of counting is the account, never the post. Each assessed account stands in a set with its
controls; under the null hypothesis any member of a set could be the assessed one. For place p and
set i let mu be the share of members that name p and v = mu (1 - mu); then
z_p = sum_i (Y_assessed - mu) / sqrt(sum_i v). Drawing another member as the assessed one, in each
set, gives the distribution of z. A search over all places compares with the largest z of each draw
(max-T), which pays for looking everywhere; a place named beforehand is compared with its own.

Assumes that a set's members are exchangeable but for being assessed. Do not use it where controls
were chosen by the same words that are counted. Example: 20 sets of five, all 20 assessed accounts
and none of the controls name p: mu = .2, v = .16, z = 16 / sqrt(3.2) = 8.9.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DRAWS = 999
LEAST_ACCOUNTS = 3
"""Places named by fewer accounts of the sets are left out of a search."""
_CELLS_AT_ONCE = 20_000_000

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tested:
    """The test of every place."""

    z: FloatArray
    """(places); 0 where no member or every member names the place."""
    p: FloatArray
    """(places) against the place's own draws: for a place named beforehand only."""
    p_search: FloatArray
    """(places) against the largest z of each draw over the places that are searched."""
    searched: BoolArray
    """(places) True for those the search looks at."""
    draws: int


def over_represented(
    names: BoolArray, sizes: Sequence[int], *, seed: int, draws: int = DRAWS
) -> Tested:
    """The test of every place at once.

    Args:
        names: (members, places) True if the member names the place in a text of its own. Members
            of one set follow each other, the assessed account first.
        sizes: Members of each set, the assessed one included; at least two.
        seed: For the draws.
        draws: At least 499.

    Returns:
        z and permutation p of each place; p = (1 + draws at least as large) / (draws + 1).
    """
    from scipy.sparse import csr_matrix

    count = np.asarray(sizes, dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(count)[:-1]]).astype(np.int64)
    table = csr_matrix(names.astype(np.float64))
    owner = np.repeat(np.arange(len(count)), count)
    means = csr_matrix(
        (1.0 / count[owner], (owner, np.arange(len(owner)))), shape=(len(count), len(owner))
    )
    share = np.asarray((means @ table).todense())
    expected = share.sum(axis=0)
    spread = np.sqrt((share * (1 - share)).sum(axis=0))
    searched = np.asarray((names.sum(axis=0) >= LEAST_ACCOUNTS) & (spread > 0))
    scale = np.where(spread > 0, spread, 1.0)

    def z_of(chosen: NDArray[np.int64]) -> FloatArray:
        """(draws, places) z with these members as the assessed ones, (draws, sets)."""
        rows = np.repeat(np.arange(len(chosen)), chosen.shape[1])
        picks = csr_matrix(
            (np.ones(chosen.size), (rows, chosen.ravel())), shape=(len(chosen), names.shape[0])
        )
        sums = np.asarray((picks @ table).todense())
        return np.asarray(np.where(spread > 0, (sums - expected) / scale, 0.0))

    z = z_of(starts[None, :])[0]
    at_least = np.zeros(names.shape[1], dtype=np.int64)
    largest = np.zeros(names.shape[1], dtype=np.int64)
    random = np.random.default_rng(seed)
    step = max(1, _CELLS_AT_ONCE // max(1, names.shape[1]))
    tiny = 1e-9  # equal counts must compare as equal
    for begin in range(0, draws, step):
        part = min(step, draws - begin)
        drawn = z_of(starts + random.integers(0, count, size=(part, len(count))))
        at_least += (drawn >= z - tiny).sum(axis=0)
        if searched.any():
            top = drawn[:, searched].max(axis=1)
            largest += (top[:, None] >= z[None, :] - tiny).sum(axis=0)
        else:
            largest += part
    return Tested(z, (1 + at_least) / (draws + 1), (1 + largest) / (draws + 1), searched, draws)
