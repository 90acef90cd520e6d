"""How often two accounts would meet by chance: their clocks shifted against each other.

Null: both post what they post on the days they do, and each at moments of its own. Every account's
clock is shifted by an offset of its own, even over three hours either way. The difference of two
offsets has at most the density `1 / (2 H)`, H = 3 hours, so that two posts of one thing on one day
fall within the window of W by chance at most `W / H`. With c the posts of each thing and day, the
pair meets on at most `W / H * sum(c_a c_b)` things. This is what many shifted copies of the data
give on average, without drawing them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forensics.links.content.incidence import Incidence

SHIFT_US = 3 * 3_600_000_000
DAY_US = 86_400_000_000
_BATCH = 50_000


def shared_posts(
    lines: Incidence, accounts: int, a: NDArray[np.int32], b: NDArray[np.int32]
) -> NDArray[np.float64]:
    """Sum over things and days of the posts of one account times those of the other, by pair."""
    from scipy.sparse import csr_array

    order = np.lexsort((lines.t_us // DAY_US, lines.key))
    key, day = lines.key[order], lines.t_us[order] // DAY_US
    new = np.zeros(len(order), dtype=np.int64)
    new[1:] = (key[1:] != key[:-1]) | (day[1:] != day[:-1])
    column = np.cumsum(new)
    width = int(column[-1]) + 1 if len(column) else 1
    ones = np.ones(len(order), dtype=np.float64)
    table = csr_array((ones, (lines.account[order], column)), shape=(accounts, width))
    out = np.zeros(len(a))
    for first in range(0, len(a), _BATCH):
        part = slice(first, first + _BATCH)
        out[part] = (table[a[part]] * table[b[part]]).sum(axis=1)
    return out


def possible_pairs(lines: Incidence, accounts: int) -> int:
    """Pairs of accounts that may share a thing on a day: at most so many tests are made."""
    once = Incidence(
        lines.key ^ (lines.t_us // DAY_US).astype(np.uint64), lines.account, lines.t_us, lines.place
    ).firsts()
    if not len(once):
        return 0
    size = np.diff(np.r_[np.flatnonzero(np.r_[True, once.key[1:] != once.key[:-1]]), len(once)])
    sharing = int(np.sum(size.astype(np.int64) * (size - 1) // 2))
    return min(accounts * (accounts - 1) // 2, sharing)


def expected(
    products: NDArray[np.float64], window_us: int, precision_us: int
) -> NDArray[np.float64]:
    """Meetings to expect for such products; rounded times make the window wider."""
    return products * min(1.0, (window_us + precision_us) / SHIFT_US)
