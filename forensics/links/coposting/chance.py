"""How often two accounts would meet by chance: their clocks shifted against each other.

Null: both post what they post on the days they do, and each at moments of its own. Every account's
clock is shifted by an offset of its own, even over three hours either way. The difference of two
offsets has at most the density `1 / (2 H)`, H = 3 hours, so that two posts of one thing on one day
fall within the window of W by chance at most `W / H`. With c the posts of each thing and day, the
pair meets on at most `W / H * sum(c_a c_b)` things. This is what many shifted copies of the data
give on average, without drawing them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forensics.engine.runs import begins, counted
from forensics.links.content.incidence import Incidence, Lines

SHIFT_US = 3 * 3_600_000_000
DAY_US = 86_400_000_000
_ENTRIES = 2_000_000
"""Entries of a table of accounts and things that are multiplied at a time."""
_PRODUCTS = 4_000_000
"""Products of accounts with one another that are held at a time."""


@dataclass(frozen=True, slots=True)
class Shared:
    """Who posted which thing on which day, of the things that several posts of a day hold."""

    account: NDArray[np.int32]
    number: NDArray[np.int32]
    """Of the thing and day, rising."""


def shared(lines: Incidence, accounts: int) -> Shared:
    """What accounts, numbered below `accounts`, posted of some things; lines of a thing by time."""
    mine = lines.account < accounts
    key, day = lines.key[mine], lines.t_us[mine] // DAY_US
    new = begins(key) | begins(day)
    size = np.diff(np.flatnonzero(new), append=len(key))
    several = np.repeat(size > 1, size)
    number = (np.cumsum(new[several]) - 1).astype(np.int32)
    return Shared(lines.account[mine][several], number)


def shared_posts(
    parts: Sequence[Shared], accounts: int, a: NDArray[np.int32], b: NDArray[np.int32]
) -> NDArray[np.float64]:
    """Sum over things and days of the posts of one account times those of the other, by pair.

    All numbers are whole, so that neither parts nor the way of multiplying change a sum.
    """
    from scipy.sparse import csr_array

    out = np.zeros(len(a))
    order = np.argsort(a, kind="stable") if len(a) and (a[1:] < a[:-1]).any() else None
    x, y = (a, b) if order is None else (a[order], b[order])
    for part in parts:
        if not len(part.account) or not len(a):
            continue
        width = int(part.number[-1]) + 1
        ones = np.ones(len(part.account))
        table = csr_array((ones, (part.account, part.number)), shape=(accounts, width))
        entries = np.diff(table.indptr).astype(np.int64)
        by_pair = entries[x] + entries[y]
        whole = np.bincount(part.number).astype(np.int64)
        few = int(by_pair.sum()) <= int((whole**2).sum())
        out += _by_pair(table, x, y, by_pair) if few else _by_account(table, x, y)
    if order is not None:
        out[order] = out.copy()
    return out


def _by_pair(
    table: Any, a: NDArray[np.int32], b: NDArray[np.int32], entries: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The products of each pair, some pairs at a time."""
    out = np.zeros(len(a))
    cuts = np.flatnonzero(begins(np.cumsum(entries) // _ENTRIES))
    for first, last in pairwise([*cuts.tolist(), len(a)]):
        part = slice(first, last)
        out[part] = (table[a[part]] * table[b[part]]).sum(axis=1)
    return out


def _by_account(table: Any, a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.float64]:
    """The same from the products of all accounts with each other; `a` rises."""
    accounts = table.shape[0]
    turned = table.T.tocsr()
    rows = max(1, _PRODUCTS // accounts)
    out = np.zeros(len(a))
    for low in range(0, accounts, rows):
        first, last = np.searchsorted(a, (low, low + rows))
        if first < last:
            product = (table[low : low + rows] @ turned).toarray()
            out[first:last] = product[a[first:last] - low, b[first:last]]
    return out


def possible_pairs(lines: Lines, accounts: int) -> int:
    """Pairs of accounts that may share a thing on a day: at most so many tests are made."""
    sharing = 0
    for one in lines.blocks():
        day = one.t_us // DAY_US
        new = begins(one.key)
        once = new | begins(one.account) | begins(day)
        thing, day = (np.cumsum(new) - 1)[once], day[once]
        _, size = counted(thing * (int(day.max() - day.min()) + 1) + day - day.min())
        sharing += int(np.sum(size * (size - 1) // 2))
    return min(accounts * (accounts - 1) // 2, sharing)


def expected(
    products: NDArray[np.float64], window_us: int, precision_us: int
) -> NDArray[np.float64]:
    """Meetings to expect for such products; rounded times make the window wider."""
    return products * min(1.0, (window_us + precision_us) / SHIFT_US)
