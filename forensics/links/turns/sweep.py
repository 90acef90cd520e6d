"""Pairs that follow each other more often than their hours let expect, found by one sweep.

The posts of an account make sessions, which a silence of twenty minutes ends. All starts and ends
are sorted by time, and after each end only the sessions are looked at that begin within minutes.
Where too many do, the moment is everybody's and nobody's: it is skipped and counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
CHUNK = 4_000_000
RATES_CHUNK = 50_000

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
    expected = _expected(rates, key, accounts)
    decoys = []
    for _ in range(DECOYS):
        moved = shuffled_days(owner, minute, day - first, (accounts, stratum), rng)
        decoys.append(turns_by_pair(*moved, accounts)[:2])
    total = sum(int(n.sum()) for _, n in decoys) / DECOYS
    base = [_expected(rates, one, accounts) for one, _ in decoys]
    scale = total / max(sum(float(one.sum()) for one in base) / DECOYS, 1e-9)
    excess = _excess(turns, scale * expected)
    chance = np.concatenate([_excess(n, scale * e) for (_, n), e in zip(decoys, base, strict=True)])
    threshold = _threshold(excess, chance)
    order = np.argsort(-excess, kind="stable")
    order = order[excess[order] >= threshold]
    kept = order[:MOST_CANDIDATES]
    return Candidates(
        a=key[kept] // accounts,
        b=key[kept] % accounts,
        turns=turns[kept],
        expected=scale * expected[kept],
        pairs_seen=len(key),
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
    keys: list[IntArray] = [np.empty(0, dtype=np.int64)]
    counts: list[IntArray] = [np.empty(0, dtype=np.int64)]
    step = max(1, CHUNK // most)
    for first in range(0, len(end_at), step):
        part = slice(first, first + step)
        size = number[part]
        one = np.repeat(end_of[part], size).astype(np.int64)
        place = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
        other = start_of[np.repeat(low[part], size) + place].astype(np.int64)
        key = np.minimum(one, other) * accounts + np.maximum(one, other)
        key, count = np.unique(key[one != other], return_counts=True)
        keys.append(key)
        counts.append(count.astype(np.int64))
    key, at = np.unique(np.concatenate(keys), return_inverse=True)
    total = np.bincount(at, weights=np.concatenate(counts), minlength=len(key))
    return key, np.rint(total).astype(np.int64), int(crowd.sum())


def most_followers(number: IntArray) -> int:
    """Sessions that may follow one before the moment is skipped."""
    usual = float(np.median(number)) if len(number) else 0.0
    return int(min(max(CROWD * usual, LEAST_CROWD), max(BUDGET // max(len(number), 1), 1)))


def sessions(
    owner: CodeArray, minute: IntArray
) -> tuple[tuple[IntArray, CodeArray], tuple[IntArray, CodeArray]]:
    """((starts, their accounts), (ends, their accounts)), each in order of time."""
    order = np.argsort(owner, kind="stable")
    who, when = owner[order], minute[order]
    new = np.ones(len(who), dtype=bool)
    new[1:] = (who[1:] != who[:-1]) | (when[1:] - when[:-1] > SESSION_MIN)
    last = np.append(new[1:], True)[: len(who)]
    found = []
    for chosen in (new, last):
        at = np.lexsort((who[chosen], when[chosen]))
        found.append((when[chosen][at], who[chosen][at]))
    return found[0], found[1]


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
    new = np.lexsort((owner, moved))
    return owner[new], moved[new]


def _rates(
    owner: CodeArray, minute: IntArray, day: IntArray, stratum: IntArray
) -> tuple[IntArray, IntArray, FloatArray]:
    """(account, cell, posts over the root of the cell's days); a cell is a stratum and an hour."""
    days = np.bincount(stratum)
    cells = 24 * len(days)
    key = owner.astype(np.int64) * cells + stratum[day] * 24 + (minute // 60) % 24
    found, count = np.unique(key, return_counts=True)
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
