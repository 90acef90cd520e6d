"""What can be found out about many accounts at once, before each is looked at alone.

Most accounts have no daily slots and no repeated delays. That is told here for blocks of accounts
with the work of a few array operations; only the others are then scanned one by one. The answers
are those that scanning every account gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from forensics.clues.automation import intervals, minutes, slots
from forensics.clues.moments import Moments

POSTS = 1_000_000
"""Posts of whole accounts looked at together, unless one account has more."""
BLOCK = 64
"""Accounts looked at together: their tables stay in the processor's cache."""

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Screened:
    """The same of one account."""

    spaced: BoolArray
    """(posts) those known to the minute that lie 15 minutes apart."""
    spaced_exact: BoolArray
    """(posts) the same among those known to the second."""
    least_p: float | None
    """Smallest p of any window for a daily slot; None with too few posts for the test."""
    no_delays: bool
    """Whether no delay repeats in all its posts taken together."""

    @property
    def no_slots(self) -> bool:
        """Whether no window opens the gate."""
        return self.least_p is not None and self.least_p >= slots.GATE_P


def edges_of(posts: Moments) -> list[int]:
    """Where the posts of each account begin, and last where they end."""
    every = np.arange(len(posts.accounts) + 1, dtype=posts.owner.dtype)
    found: list[int] = np.searchsorted(posts.owner, every).tolist()
    return found


def spaced_posts(posts: Moments, precision_s: int) -> BoolArray:
    """(posts) those known to `precision_s` that lie 15 minutes after the last one kept."""
    found = posts.precision_s <= precision_s
    for rows in some_accounts(posts):
        usable = found[rows].copy()
        owner, t_s = posts.owner[rows][usable], posts.t_s[rows][usable]
        found[rows][usable] = minutes.spaced_mask(owner, t_s // 60)
    return found


def some_accounts(posts: Moments) -> Iterator[slice]:
    """Where the posts of some accounts stand together, a million posts or one account at a time."""
    edges = edges_of(posts)
    low = edges[0]
    for before, edge in pairwise(edges):
        if edge - low > POSTS and before > low:
            yield slice(low, before)
            low = before
    yield slice(low, edges[-1])


def screened(posts: Moments, spaced: BoolArray) -> Iterator[Screened]:
    """One answer for each account of a unit, in order.

    Args:
        posts: Posts of the unit.
        spaced: Those known to the minute that lie 15 minutes apart.
    """
    count = len(posts.accounts)
    edges = edges_of(posts)
    every_exact = bool((posts.precision_s <= 1).all())
    exact = spaced if every_exact else spaced_posts(posts, 1)
    tested = np.bincount(posts.owner[spaced], minlength=count) >= minutes.ENOUGH_POSTS
    for begin in range(0, count, BLOCK):
        end = min(begin + BLOCK, count)
        rows = slice(edges[begin], edges[end])
        least, none = _block(posts, rows, tested[begin:end], begin)
        for i in range(begin, end):
            mine = slice(edges[i], edges[i + 1])
            known = bool(tested[i])
            yield Screened(
                spaced[mine],
                exact[mine],
                float(least[i - begin]) if known else None,
                known and bool(none[i - begin]),
            )


def _block(
    posts: Moments, rows: slice, tested: BoolArray, begin: int
) -> tuple[FloatArray, BoolArray]:
    """(Smallest p of a slot, whether no delay repeats) of each account of a block.

    Accounts that are not tested come out as without posts.
    """
    owner = posts.owner[rows].astype(np.int64) - begin
    keep = (posts.precision_s[rows] <= 60) & tested[owner]
    if not keep.any():
        return np.ones(len(tested)), np.ones(len(tested), dtype=bool)
    owner, at = owner[keep], posts.t_s[rows][keep] // 60
    return (
        slots.least_of_many(owner, at, len(tested)),
        intervals.none_of_many(owner, at, len(tested)),
    )
