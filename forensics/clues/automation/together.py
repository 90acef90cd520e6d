"""Posts of different accounts in the same second, counted, never pair by pair.

The number of pairs that share a second (a minute, where seconds were cut off) is compared with two
kinds of shuffles. Days of each account permuted within four weeks keep its hours and lose the day:
more than that means the same events, the same text or the same machine. Every day of an account
moved by some seconds keeps also the events: more than that means the same machine or feed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forensics.clues.moments import Moments
from forensics.engine.runs import begins, distinct

SHUFFLES = 39
SEED = 62
BLOCK_DAYS = 28
NEAR = (3, 20)
"""Time units by which an account's days are moved to keep the events of the day."""
MOST_NAMED = 20
SMALL = (1 << 31) - 2 * 28 * 86_400
"""Seconds, or what follows from them, that fit into half the memory: 68 years."""
AT_ONCE = 1_000_000
ROWS = 20_000
"""Four weeks of an account that are shuffled at once: a few megabytes."""

IntArray = NDArray[np.integer[Any]]


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
    owner = posts.owner if usable.all() else posts.owner[usable]
    if not len(owner) or owner[0] == owner[-1]:
        return None
    unit_s = 60 if np.median(posts.precision_s) > 1 or not (posts.t_s % 60).any() else 1
    at = _moments(posts.t_s if len(owner) == len(posts) else posts.t_s[usable], unit_s)
    fresh = begins(at) | begins(owner)
    at, owner = at[fresh], owner[fresh]
    del usable, fresh
    seen = _pairs(at)
    days = _days_of(at, owner, 86_400 // unit_s)
    by_days = [_pairs(_other_days(days, at, turn)) for turn in range(SHUFFLES)]
    by_near = [_pairs(_beside(days, at, turn)) for turn in range(SHUFFLES)]
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


def _moments(t_s: IntArray, unit_s: int) -> IntArray:
    """Moments of a unit's length from the beginning of four weeks on, as small numbers if they can.

    All that is done with them counts days in fours of weeks, or compares them with each other.
    """
    four_weeks = BLOCK_DAYS * 86_400
    base = int(t_s.min()) // four_weeks * four_weeks
    small = int(t_s.max()) - base < SMALL
    at: IntArray = np.empty(len(t_s), dtype=np.int32 if small else np.int64)
    for low in range(0, len(t_s), AT_ONCE):
        some = slice(low, low + AT_ONCE)
        at[some] = (t_s[some] - base) // unit_s
    return at


def _pairs(at: IntArray) -> int:
    """Pairs of posts in one moment."""
    ordered = np.sort(at)
    runs = np.diff(np.flatnonzero(begins(ordered)), append=len(at))
    runs *= runs - 1
    return int(runs.sum()) // 2


@dataclass(frozen=True, slots=True)
class _Days:
    """The days of all accounts: what every shuffle moves."""

    start_of: IntArray
    """Moment at which each day of an account begins."""
    size: IntArray
    """Posts of each day."""
    begin: IntArray
    """Where each four weeks of an account begin among the days, and last where they end."""
    place: IntArray
    """Where each day stands in a table of one row for each four weeks, day after day."""


def _days_of(at: IntArray, owner: IntArray, per_day: int) -> _Days:
    """The days of posts ordered by account and time."""
    day = at // at.dtype.type(per_day)
    starts = np.flatnonzero(begins(day) | begins(owner))
    first, who = day[starts], owner[starts]
    begin = np.flatnonzero(begins(first // BLOCK_DAYS) | begins(who))
    size = np.diff(begin, append=len(starts))
    place = np.arange(len(starts))
    place += np.repeat(np.arange(len(begin)) * BLOCK_DAYS - begin, size)
    first *= at.dtype.type(per_day)
    many = np.diff(starts, append=len(at)).astype(np.int32)
    return _Days(first, many, np.append(begin, len(starts)), place)


def _rng(at: IntArray, turn: int, *, days: bool) -> np.random.Generator:
    """The source of one shuffle."""
    return np.random.default_rng([SEED, turn, int(days), len(at)])


def _beside(days: _Days, at: IntArray, turn: int) -> IntArray:
    """Every day of an account moved by a few moments."""
    rng, size = _rng(at, turn, days=False), len(days.size)
    steps = rng.integers(NEAR[0], NEAR[1] + 1, size)
    steps *= rng.choice((-1, 1), size)
    return _moved(at, steps, days)


def _moved(at: IntArray, steps: IntArray, days: _Days) -> IntArray:
    """All posts of each day so many moments later."""
    moved: IntArray = np.repeat(steps.astype(at.dtype), days.size)
    moved += at
    return moved


def _other_days(days: _Days, at: IntArray, turn: int) -> IntArray:
    """Days changing places inside four weeks of one account.

    Each four weeks are a row of a table, in which random numbers are put in order: many short sorts
    take a fraction of one long one. Rows are filled up with a number that stays last.
    """
    drawn = _rng(at, turn, days=True).random(len(days.size))
    to = np.empty_like(days.start_of)
    blocks = len(days.begin) - 1
    for low in range(0, blocks, ROWS):
        high = min(low + ROWS, blocks)
        part = slice(int(days.begin[low]), int(days.begin[high]))
        place = days.place[part] - low * BLOCK_DAYS
        table = np.full((high - low, BLOCK_DAYS), 2.0)
        table.ravel()[place] = drawn[part]
        order = np.argsort(table, axis=1, kind="stable") + days.begin[low:high, None]
        to[part] = days.start_of[order.ravel()[place]]
    return _moved(at, to - days.start_of, days)


def _named(
    accounts: tuple[str, ...], at: IntArray, owner: IntArray
) -> tuple[tuple[str, int, int], ...]:
    """Accounts with most shared moments."""
    ordered = np.sort(at)
    again = distinct(ordered[1:][ordered[1:] == ordered[:-1]])
    several = np.zeros(len(at), dtype=bool)
    if len(again):
        near = np.minimum(np.searchsorted(again, at), len(again) - 1)
        several = again[near] == at
    shared = np.bincount(owner[several], minlength=len(accounts))
    total = np.bincount(owner, minlength=len(accounts))
    order = np.lexsort((np.arange(len(accounts)), -shared))[:MOST_NAMED]
    return tuple((accounts[i], int(shared[i]), int(total[i])) for i in order if shared[i])
