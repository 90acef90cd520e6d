"""Does the account ever rest? A person sleeps; a machine, or several people in turn, need not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.engine.runs import distinct

LONGEST_GAP_H = 4
RUN_DAYS = 7
DEAD_HOURS = 5

IntArray = NDArray[np.int64]
_BLOCKS = (np.arange(24)[:, None] + np.arange(DEAD_HOURS)) % 24
"""(24, 5) the five hours that begin with each hour of the day."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Rest and dead hours of one account."""

    restless_days: int
    """Longest run of days without a gap of four hours."""
    dead_share_ppm: int
    """Share of active hours in the five quietest hours of the UTC day in a row; even would be
    208,333. A person's share is near nothing."""
    dead_from_h: int
    """UTC hour at which they begin."""

    @property
    def no_rest(self) -> bool:
        """Whether seven days passed without a gap of four hours."""
        return self.restless_days >= RUN_DAYS


def rest(t_s: IntArray) -> Rest:
    """Rest of one account from its rising UTC seconds.

    Assumes that all its posts are here; a collection with holes only makes gaps longer.
    """
    if not len(t_s):
        return Rest(0, 0, 0)
    breaks = np.flatnonzero(np.diff(t_s) >= LONGEST_GAP_H * 3600)
    starts = t_s[np.r_[0, breaks + 1]]
    ends = t_s[np.r_[breaks, len(t_s) - 1]]
    hours = distinct(t_s // 3600) % 24
    curve = np.bincount(hours, minlength=24)
    blocks = curve[_BLOCKS].sum(axis=1)
    quiet = int(np.argmin(blocks))
    return Rest(
        restless_days=int((ends - starts).max() // 86_400),
        dead_share_ppm=int(blocks[quiet]) * 1_000_000 // int(curve.sum()),
        dead_from_h=quiet,
    )


NO_POSTS = Rest(0, 0, 0)
"""The answer about an account that was not looked at."""
