"""Posts of different accounts in the same second, counted, never pair by pair.

The number of pairs that share a second (a minute, where seconds were cut off) is compared with two
kinds of shuffles. Days of each account permuted within four weeks keep its hours and lose the day:
more than that means the same events, the same text or the same machine. Every day of an account
moved by some seconds keeps also the events: more than that means the same machine or feed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from forensics.clues.moments import Moments

SHUFFLES = 39
SEED = 62
BLOCK_DAYS = 28
NEAR = (3, 20)
"""Time units by which an account's days are moved to keep the events of the day."""
MOST_NAMED = 20

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Together:
    """Shared seconds of one unit."""

    unit_s: int
    """Length of what counts as the same moment: 1 s or 60 s."""
    posts: int
    """Posts counted: of one account and moment one."""
    pairs: int
    days_mean: float
    """Mean number of pairs with days permuted."""
    days_p: float
    near_mean: float
    """Mean number of pairs with days moved by a few moments."""
    near_p: float
    accounts: tuple[tuple[str, int, int], ...]
    """(account, its posts that share a moment, its posts), most first."""


def together(posts: Moments) -> Together | None:
    """Shared moments of a unit's accounts; None for fewer than two accounts with posts.

    Posts rounded to more than a minute share moments by rounding alone and are left out.

    Work grows with the number of posts, whatever the number of accounts. p values are those of 39
    shuffles each, so they do not fall below 1/40.
    """
    usable = posts.precision_s <= 60
    if len(np.unique(posts.owner[usable])) < 2:
        return None
    unit_s = 60 if np.median(posts.precision_s) > 1 or not (posts.t_s % 60).any() else 1
    at = posts.t_s[usable] // unit_s
    owner = posts.owner[usable].astype(np.int64)
    fresh = np.r_[True, (np.diff(at) != 0) | (np.diff(owner) != 0)]
    at, owner = at[fresh], owner[fresh]
    seen = _pairs(at)
    by_days = [_pairs(_moved(at, owner, unit_s, "days", turn)) for turn in range(SHUFFLES)]
    by_near = [_pairs(_moved(at, owner, unit_s, "near", turn)) for turn in range(SHUFFLES)]
    return Together(
        unit_s=unit_s,
        posts=len(at),
        pairs=seen,
        days_mean=float(np.mean(by_days)),
        days_p=(1 + sum(one >= seen for one in by_days)) / (1 + SHUFFLES),
        near_mean=float(np.mean(by_near)),
        near_p=(1 + sum(one >= seen for one in by_near)) / (1 + SHUFFLES),
        accounts=_named(posts.accounts, at, owner),
    )


def _pairs(at: IntArray) -> int:
    """Pairs of posts in one moment."""
    runs = np.diff(np.flatnonzero(np.r_[True, np.diff(np.sort(at)) != 0, True]))
    return int((runs * (runs - 1) // 2).sum()) if len(at) else 0


def _moved(
    at: IntArray, owner: IntArray, unit_s: int, how: Literal["days", "near"], turn: int
) -> IntArray:
    """The moments of one shuffle."""
    rng = np.random.default_rng([SEED, turn, int(how == "days"), len(at)])
    per_day = 86_400 // unit_s
    day, rest = np.divmod(at, per_day)
    # One number for each account and day.
    first = np.r_[True, (np.diff(day) != 0) | (np.diff(owner) != 0)]
    starts, group = np.flatnonzero(first), np.cumsum(first) - 1
    if how == "near":
        size = len(starts)
        steps = rng.integers(NEAR[0], NEAR[1] + 1, size) * rng.choice((-1, 1), size)
        moved: IntArray = at + steps[group]
        return moved
    # Days change places inside four weeks of one account.
    block = owner[starts] * 1_000_000 + day[starts] // BLOCK_DAYS
    order = np.lexsort((rng.random(len(starts)), block))
    found: IntArray = day[starts][order][group] * per_day + rest
    return found


def _named(
    accounts: tuple[str, ...], at: IntArray, owner: IntArray
) -> tuple[tuple[str, int, int], ...]:
    """Accounts with most shared moments."""
    _, code, size = np.unique(at, return_inverse=True, return_counts=True)
    shared = np.bincount(owner, weights=size[code] > 1, minlength=len(accounts)).astype(np.int64)
    total = np.bincount(owner, minlength=len(accounts))
    order = np.lexsort((np.arange(len(accounts)), -shared))[:MOST_NAMED]
    return tuple((accounts[i], int(shared[i]), int(total[i])) for i in order if shared[i])
