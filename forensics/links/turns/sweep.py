"""Pairs that follow each other more often than their hours let expect, found by one sweep.

The posts of an account make sessions, which a silence of twenty minutes ends. All starts and ends
are sorted by time, and after each end only the sessions are looked at that begin within minutes.
Where too many do, the moment is everybody's and nobody's: it is skipped and counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.engine.runs import counted, distinct
from forensics.links.crews.features import strata

NEAR_MIN = 2
"""Closer than this is both at once, not one after the other."""
FAR_MIN = 20
SESSION_MIN = 20
"""A longer silence ends a session."""
CROWD = 6
LEAST_CROWD = 60
"""Where more sessions than this, and than six times the usual number, begin after one ends, the
moment is skipped: something moved everybody."""
BUDGET = 100_000_000
"""Comparisons in one sweep."""
DECOYS = 4
LEAST_TURNS = 8
FALSE_SHARE = 0.2
"""Share of false pairs among those handed on, as the decoys tell."""
MOST_CANDIDATES = 2000
DAY_MIN = 1440
CHUNK = 1_000_000
DENSE = 32_000_000
"""Pairs up to which each has a counter of its own."""
RATES_CHUNK = 50_000
FEW_PAIRS = 200_000
"""Pairs up to which the products of each are made."""
ROWS = 256
"""Accounts whose products with all others are held at once."""
_HALF = 32

IntArray = NDArray[np.int64]
CodeArray = NDArray[np.int32]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs that follow each other, the strongest first."""

    a: IntArray
    b: IntArray
    turns: IntArray
    """Times a session of one began two to twenty minutes after one of the other had ended."""
    expected: FloatArray
    pairs_seen: int
    """Pairs that followed each other at all."""
    skipped: int
    """Sessions that ended at moments too busy to tell."""
    left_off: int
    """Pairs above the threshold beyond the limit."""
    threshold: float


def candidates(
    owner: CodeArray, minute: IntArray, accounts: int, cut_hour: int, rng: np.random.Generator
) -> Candidates:
    """Pairs with more turns than expected, at a share of false ones that permuted days tell.

    Args:
        owner: Account of each post, in order of time.
        minute: UTC minute of each post, rising.
        accounts: Number of accounts.
        cut_hour: UTC hour at which days are cut.
        rng: Source of the decoys, in which the days of each account change places within their
            weekday and month.
    """
    day = (minute - 60 * cut_hour) // DAY_MIN
    key, turns, skipped = turns_by_pair(owner, minute, accounts)
    first, number = int(day.min()), int(day.max() - day.min()) + 1
    stratum = strata(first + np.arange(number))
    (begun, begun_by), _ = sessions(owner, minute)
    rates = _rates(begun_by, begun, (begun - 60 * cut_hour) // DAY_MIN - first, stratum)
    # Pairs with few turns get no score, whatever is expected of them: there may be millions.
    seen = len(key)
    key, turns = _often(key, turns)
    expected = _expected(rates, key, accounts)
    decoys, often, total = [], [], 0
    for _ in range(DECOYS):
        moved = shuffled_days(owner, minute, day - first, (accounts, stratum), rng)
        other, times = turns_by_pair(*moved, accounts)[:2]
        decoys.append(other)
        often.append(_often(other, times))
        total += int(times.sum())
    base = _total_expected(rates, decoys, accounts)
    scale = total / DECOYS / max(base / DECOYS, 1e-9)
    excess = _excess(turns, scale * expected)
    chance = np.concatenate([_excess(n, scale * _expected(rates, k, accounts)) for k, n in often])
    threshold = _threshold(excess, chance)
    order = np.argsort(-excess, kind="stable")
    order = order[excess[order] >= threshold]
    kept = order[:MOST_CANDIDATES]
    return Candidates(
        a=key[kept] // accounts,
        b=key[kept] % accounts,
        turns=turns[kept],
        expected=scale * expected[kept],
        pairs_seen=seen,
        skipped=skipped,
        left_off=len(order) - len(kept),
        threshold=threshold,
    )


def turns_by_pair(
    owner: CodeArray, minute: IntArray, accounts: int
) -> tuple[IntArray, IntArray, int]:
    """(pair key a * accounts + b with a < b, turns of it, sessions skipped)."""
    starts, ends = sessions(owner, minute)
    start_at, start_of = starts
    end_at, end_of = ends
    low = np.searchsorted(start_at, end_at + NEAR_MIN, side="left")
    high = np.searchsorted(start_at, end_at + FAR_MIN, side="right")
    number = high - low
    most = most_followers(number)
    crowd = number > most
    number = np.where(crowd, 0, number)
    present = distinct(owner)
    rank = np.searchsorted(present, np.arange(accounts)).astype(np.int64)
    counter = _Counter(len(present))
    step = max(1, CHUNK // most)
    for first in range(0, len(end_at), step):
        part = slice(first, first + step)
        size = number[part]
        one = np.repeat(rank[end_of[part]], size)
        place = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
        other = rank[start_of[np.repeat(low[part], size) + place]]
        key = np.minimum(one, other) * len(present) + np.maximum(one, other)
        counter.add(key[one != other])
    key, total = counter.counts()
    a, b = np.divmod(key, max(len(present), 1))
    return present[a].astype(np.int64) * accounts + present[b], total, int(crowd.sum())


class _Counter:
    """How often each key was seen."""

    def __init__(self, accounts: int) -> None:
        """Nothing seen yet of keys below the square of the accounts."""
        dense = accounts * accounts <= DENSE
        self._seen = np.zeros(accounts * accounts, dtype=np.int32) if dense else None
        self._parts: list[tuple[IntArray, IntArray]] = []

    def add(self, keys: IntArray) -> None:
        """Count some keys."""
        found, times = counted(keys)
        if self._seen is None:
            self._parts.append((found, times))
        else:
            self._seen[found] += times.astype(np.int32)

    def counts(self) -> tuple[IntArray, IntArray]:
        """(Keys seen, rising; how often each was)."""
        if self._seen is not None:
            key = np.flatnonzero(self._seen)
            return key, self._seen[key].astype(np.int64)
        none = np.empty(0, dtype=np.int64)
        every = np.concatenate([none, *(found for found, _ in self._parts)])
        times = np.concatenate([none, *(number for _, number in self._parts)])
        key = distinct(every)
        total = np.bincount(np.searchsorted(key, every), weights=times, minlength=len(key))
        return key, np.rint(total).astype(np.int64)


def most_followers(number: IntArray) -> int:
    """Sessions that may follow one before the moment is skipped."""
    usual = float(np.median(number)) if len(number) else 0.0
    return int(min(max(CROWD * usual, LEAST_CROWD), max(BUDGET // max(len(number), 1), 1)))


def sessions(
    owner: CodeArray, minute: IntArray
) -> tuple[tuple[IntArray, CodeArray], tuple[IntArray, CodeArray]]:
    """((starts, their accounts), (ends, their accounts)), each in order of time."""
    first = int(minute.min()) if len(minute) else 0
    who, when = _in_order(owner.astype(np.int64), minute - first)
    new = np.ones(len(who), dtype=bool)
    new[1:] = (who[1:] != who[:-1]) | (when[1:] - when[:-1] > SESSION_MIN)
    last = np.append(new[1:], True)[: len(who)]
    found = []
    for chosen in (new, last):
        at, of = _in_order(when[chosen], who[chosen])
        found.append((at + first, of.astype(np.int32)))
    return found[0], found[1]


def _in_order(major: IntArray, minor: IntArray) -> tuple[IntArray, IntArray]:
    """Two columns of numbers from 0 to below 2 ** 31, ordered by both: sorted as one number."""
    both = np.sort((major << _HALF) | minor)
    return both >> _HALF, both & ((1 << _HALF) - 1)


def shuffled_days(
    owner: CodeArray,
    minute: IntArray,
    day: IntArray,
    table: tuple[int, IntArray],
    rng: np.random.Generator,
) -> tuple[CodeArray, IntArray]:
    """The posts with the days of each account in a new order within their weekday and month.

    Args:
        owner: Account of each post.
        minute: UTC minute of each post.
        day: Day of each post, from 0.
        table: Number of accounts, and the stratum of each day.
        rng: Source of chance.
    """
    accounts, stratum = table
    order = np.argsort(stratum, kind="stable")
    to = np.empty((accounts, len(stratum)), dtype=np.int32)
    step = max(1, 20_000_000 // len(stratum))
    for start in range(0, accounts, step):
        rows = min(step, accounts - start)
        keys = rng.random((rows, len(stratum)), dtype=np.float32) * np.float32(0.99)
        keys += stratum[order].astype(np.float32)
        to[start : start + rows, order] = order[np.argsort(keys, axis=1)]
    moved = minute + (to[owner, day] - day) * DAY_MIN
    first = int(moved.min()) if len(moved) else 0
    when, who = _in_order(moved - first, owner.astype(np.int64))
    return who.astype(np.int32), when + first


def _rates(
    owner: CodeArray, minute: IntArray, day: IntArray, stratum: IntArray
) -> tuple[IntArray, IntArray, FloatArray]:
    """(account, cell, posts over the root of the cell's days); a cell is a stratum and an hour."""
    days = np.bincount(stratum)
    cells = 24 * len(days)
    key = owner.astype(np.int64) * cells + stratum[day] * 24 + (minute // 60) % 24
    found, count = counted(key)
    cell = found % cells
    return found // cells, cell, count / np.sqrt(days[cell // 24])


def _expected(
    rates: tuple[IntArray, IntArray, FloatArray], key: IntArray, accounts: int
) -> FloatArray:
    """Product of the two accounts' posts in each cell over its days, summed: turns up to a factor.

    Cells are month, weekday and hour: just what permuted days leave alone.
    """
    from scipy.sparse import csr_array

    who, cell, value = rates
    table = csr_array((value, (who, cell)), shape=(accounts, int(cell.max()) + 1))
    found = np.zeros(len(key))
    for start in range(0, len(key), RATES_CHUNK):
        part = key[start : start + RATES_CHUNK]
        product = table[part // accounts].multiply(table[part % accounts])
        found[start : start + len(part)] = np.asarray(product.sum(axis=1)).ravel()
    return found


def _total_expected(
    rates: tuple[IntArray, IntArray, FloatArray], keys: list[IntArray], accounts: int
) -> float:
    """Sum of `_expected` over all pairs of several lists.

    Where the lists hold a good part of all pairs, the products of all accounts with each other
    cost less than those of each pair, and serve every list.
    """
    from scipy.sparse import csr_array

    who, cell, value = rates
    pairs = sum(map(len, keys))
    by_pair = pairs * 2 * len(who) // max(accounts, 1)
    if pairs <= FEW_PAIRS or by_pair < int((np.bincount(cell) ** 2).sum()):
        return sum(float(_expected(rates, one, accounts).sum()) for one in keys)
    table = csr_array((value, (who, cell)), shape=(accounts, int(cell.max()) + 1))
    turned = table.T.tocsr()
    total = 0.0
    for low in range(0, accounts, ROWS):
        high = min(low + ROWS, accounts)
        product = (table[low:high] @ turned).toarray()
        for one in keys:
            begin, end = np.searchsorted(one, (low * accounts, high * accounts))
            part = one[begin:end]
            total += float(product[part // accounts - low, part % accounts].sum())
    return total


def _often(key: IntArray, turns: IntArray) -> tuple[IntArray, IntArray]:
    """The pairs that took enough turns for a score."""
    asked = turns >= LEAST_TURNS
    return key[asked], turns[asked]


def _excess(turns: IntArray, expected: FloatArray) -> FloatArray:
    """Turns beyond the expected, in its standard deviations; pairs with few turns get none."""
    score = (turns - expected) / np.sqrt(expected + 1.0)
    return np.where(turns >= LEAST_TURNS, score, -np.inf)


def _threshold(excess: FloatArray, chance: FloatArray) -> float:
    """Lowest excess at which decoys make up no more than the allowed share of the pairs."""
    levels = np.unique(excess[np.isfinite(excess)])
    if not len(levels):
        return float("inf")
    real = len(excess) - np.searchsorted(np.sort(excess), levels, side="left")
    false = len(chance) - np.searchsorted(np.sort(chance), levels, side="left")
    share = (1 + false) / DECOYS / np.maximum(real, 1)
    good = levels[share <= FALSE_SHARE]
    return float(good[0]) if len(good) else float("inf")
