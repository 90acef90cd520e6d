"""Pairs that follow each other more often than their hours let expect, found by one sweep.

The posts of an account make sessions, which a silence of twenty minutes ends. All starts and ends
are sorted by time, and after each end only the sessions are looked at that begin within minutes.
Where too many do, the moment is everybody's and nobody's: it is skipped and counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.engine.runs import begins, distinct
from forensics.links.crews.features import strata
from forensics.links.turns.tally import Followed, Tally

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
DRAWN = 5_000_000
"""Random numbers that are held at once."""
DECOYS = 4
LEAST_TURNS = 8
FALSE_SHARE = 0.2
"""Share of false pairs among those handed on, as the decoys tell."""
MOST_CANDIDATES = 2000
DAY_MIN = 1440
CHUNK = 1_000_000
RATES_CHUNK = 50_000
FEW_PAIRS = 200_000
"""Pairs up to which the products of each are made."""
ROWS = 256
"""Accounts whose products with all others are held at once."""
_HALF = 32

IntArray = NDArray[np.int64]
MinuteArray = NDArray[np.int32]
"""UTC minutes: they stay below 2 ** 31 until the year 6053."""
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
    owner: CodeArray, minute: MinuteArray, accounts: int, cut_hour: int, rng: np.random.Generator
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
    found, skipped = turns_by_pair(owner, minute, accounts)
    first, number = int(day.min()), int(day.max() - day.min()) + 1
    stratum = strata(first + np.arange(number))
    (begun, begun_by), _ = sessions(owner, minute)
    rates = _rates(begun_by, begun, cut_hour, first, stratum)
    del begun, begun_by
    # Pairs with few turns get no score, whatever is expected of them: there may be millions.
    key, turns = found.key, found.times
    expected = _expected(rates, key, accounts)
    decoys: list[Followed] = []
    for _ in range(DECOYS):
        moved = shuffled_days(owner, minute, day - first, (accounts, stratum), rng)
        decoys.append(turns_by_pair(*moved, accounts)[0])
    total = sum(one.turns for one in decoys)
    base = _total_expected(rates, decoys, accounts)
    scale = total / DECOYS / max(base / DECOYS, 1e-9)
    excess = _excess(turns, scale * expected)
    chance = np.concatenate(
        [_excess(one.times, scale * _expected(rates, one.key, accounts)) for one in decoys]
    )
    threshold = _threshold(excess, chance)
    order = np.argsort(-excess, kind="stable")
    order = order[excess[order] >= threshold]
    kept = order[:MOST_CANDIDATES]
    return Candidates(
        a=key[kept] // accounts,
        b=key[kept] % accounts,
        turns=turns[kept],
        expected=scale * expected[kept],
        pairs_seen=found.pairs,
        skipped=skipped,
        left_off=len(order) - len(kept),
        threshold=threshold,
    )


def turns_by_pair(owner: CodeArray, minute: MinuteArray, accounts: int) -> tuple[Followed, int]:
    """(Pairs that followed each other, sessions skipped)."""
    starts, (end_at, end_of) = sessions(owner, minute)
    start_at, start_of = starts
    low, number = followers(start_at, end_at)
    most = most_followers(number)
    crowd = number > most
    number[crowd] = 0
    present = distinct(owner)
    rank = np.searchsorted(present, np.arange(accounts)).astype(np.int32)
    tally = Tally(accounts, present)
    step = max(1, CHUNK // most)
    for first in range(0, len(end_at), step):
        part = slice(first, first + step)
        size = number[part].astype(np.int64)
        one = np.repeat(rank[end_of[part]].astype(np.int64), size)
        place = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
        other = rank[start_of[np.repeat(low[part], size) + place]]
        key = np.minimum(one, other) * len(present) + np.maximum(one, other)
        tally.add(key[one != other])
    skipped = int(crowd.sum())
    del starts, start_at, start_of, end_at, end_of, low, number, crowd
    return tally.told(LEAST_TURNS), skipped


def followers(start: MinuteArray, end: MinuteArray) -> tuple[CodeArray, CodeArray]:
    """(First session that begins two to twenty minutes after each end, how many do)."""
    low, number = np.empty(len(end), dtype=np.int32), np.empty(len(end), dtype=np.int32)
    for first in range(0, len(end), CHUNK):
        part = slice(first, first + CHUNK)
        # Of one type with what is searched: all of that would be converted else.
        low[part] = np.searchsorted(start, end[part] + start.dtype.type(NEAR_MIN), side="left")
        high = np.searchsorted(start, end[part] + start.dtype.type(FAR_MIN), side="right")
        number[part] = high - low[part]
    return low, number


def most_followers(number: CodeArray) -> int:
    """Sessions that may follow one before the moment is skipped."""
    usual = float(np.median(number)) if len(number) else 0.0
    return int(min(max(CROWD * usual, LEAST_CROWD), max(BUDGET // max(len(number), 1), 1)))


def sessions(
    owner: CodeArray, minute: MinuteArray
) -> tuple[tuple[MinuteArray, CodeArray], tuple[MinuteArray, CodeArray]]:
    """((starts, their accounts), (ends, their accounts)), each in order of time."""
    first = minute.min() if len(minute) else 0
    who, when = _in_order(owner, minute - first)
    new = begins(who)
    new[1:] |= when[1:] - when[:-1] > SESSION_MIN
    last = np.append(new[1:], True)[: len(who)]
    found = []
    for chosen in (new, last):
        at, of = _in_order(when[chosen], who[chosen])
        found.append((at + first, of))
    return found[0], found[1]


def _in_order(major: CodeArray, minor: CodeArray) -> tuple[CodeArray, CodeArray]:
    """Two columns of numbers from 0 to below 2 ** 31, ordered by both: sorted as one number."""
    both = major.astype(np.int64)
    both <<= _HALF
    both |= minor
    both.sort()
    low = both.astype(np.int32)  # the lower half, which has no sign to lose
    both >>= _HALF
    return both.astype(np.int32), low


def shuffled_days(
    owner: CodeArray,
    minute: MinuteArray,
    day: MinuteArray,
    table: tuple[int, IntArray],
    rng: np.random.Generator,
) -> tuple[CodeArray, MinuteArray]:
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
    present = distinct(owner)
    rank = np.searchsorted(present, np.arange(accounts)).astype(np.int32)
    to = np.empty((len(present), len(stratum)), dtype=np.int32)
    step = max(1, DRAWN // len(stratum))
    for start in range(0, accounts, step):
        rows = min(step, accounts - start)
        keys = rng.random((rows, len(stratum)), dtype=np.float32)
        low, high = np.searchsorted(present, (start, start + rows)).tolist()
        keys = keys[present[low:high] - start] * np.float32(0.99)
        keys += stratum[order].astype(np.float32)
        to[low:high, order] = order[np.argsort(keys, axis=1)]
    moved = np.empty_like(minute)
    for begin in range(0, len(minute), CHUNK):
        part = slice(begin, begin + CHUNK)
        steps = to[rank[owner[part]], day[part]] - day[part]
        moved[part] = minute[part] + steps * DAY_MIN
    first = moved.min() if len(moved) else 0
    moved -= first
    when, who = _in_order(moved, owner)
    return who, when + first


def _rates(
    owner: CodeArray, minute: MinuteArray, cut_hour: int, first: int, stratum: IntArray
) -> tuple[IntArray, IntArray, FloatArray]:
    """(account, cell, posts over the root of the cell's days); a cell is a stratum and an hour."""
    days = np.bincount(stratum)
    cells = 24 * len(days)
    key = np.empty(len(owner), dtype=np.int64)
    for low in range(0, len(owner), CHUNK):
        part = slice(low, low + CHUNK)
        at = minute[part]
        cell = stratum[(at - 60 * cut_hour) // DAY_MIN - first] * 24 + (at // 60) % 24
        key[part] = owner[part].astype(np.int64) * cells + cell
    key.sort()
    start = np.flatnonzero(begins(key))
    count = np.diff(start, append=len(key))
    found = key[start]
    del key, start
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
    rates: tuple[IntArray, IntArray, FloatArray], counts: Sequence[Followed], accounts: int
) -> float:
    """Sum of `_expected` over all pairs of several counts.

    Where they hold a good part of all pairs, the products of all accounts with each other cost less
    than those of each pair, and serve every count.
    """
    from scipy.sparse import csr_array

    who, cell, value = rates
    pairs = sum(one.pairs for one in counts)
    by_pair = pairs * 2 * len(who) // max(accounts, 1)
    if pairs <= FEW_PAIRS or by_pair < int((np.bincount(cell) ** 2).sum()):
        return sum(float(_expected(rates, one.keys(), accounts).sum()) for one in counts)
    table = csr_array((value, (who, cell)), shape=(accounts, int(cell.max()) + 1))
    turned = table.T.tocsr()
    total = 0.0
    for low in range(0, accounts, ROWS):
        high = min(low + ROWS, accounts)
        product = (table[low:high] @ turned).toarray()
        for one in counts:
            part = one.keys(low, high)
            total += float(product[part // accounts - low, part % accounts].sum())
    return total


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
