"""Pairs of accounts that share things, bounded: a thing that many posted makes no pairs.

Things are paired from the rarest on. What more than 200 accounts posted is one burst; what would
exceed the budget of pairs is counted and left out, the most widely shared first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forensics.engine.runs import begins
from forensics.links.content.incidence import Incidence
from forensics.links.limits import MOST_PAIRED

MOST_PAIR_LINES = 4_000_000
"""Pairs of accounts by things that are held at once: about 200 MB."""


@dataclass(frozen=True, slots=True)
class PairLines:
    """One line for each pair of accounts and thing they share; `a` < `b`."""

    a: NDArray[np.int32]
    b: NDArray[np.int32]
    key: NDArray[np.int64]
    """Number of the thing in `Things`."""
    line_a: NDArray[np.int64]
    """Line of the incidence for each of them."""
    line_b: NDArray[np.int64]

    def __len__(self) -> int:
        """Number of lines."""
        return len(self.a)

    def where(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> PairLines:
        """Some of the lines."""
        return PairLines(
            self.a[keep], self.b[keep], self.key[keep], self.line_a[keep], self.line_b[keep]
        )


@dataclass(frozen=True, slots=True)
class Things:
    """What was posted, each thing once, in order of its key."""

    key: NDArray[np.uint64]
    case: NDArray[np.int64]
    """Accounts of the case that posted it."""
    controls: NDArray[np.int64]
    start: NDArray[np.int64]
    """First line of the thing in the incidence, which is sorted by key and account."""
    paired: NDArray[np.bool_]
    """True where it makes pairs."""
    wide: NDArray[np.bool_]
    """True where more accounts posted it than pairs are made of."""

    @property
    def unpaired(self) -> int:
        """Shared things for which the budget did not reach."""
        return int(np.sum((self.case > 1) & ~self.paired & ~self.wide))


def things_of(firsts: Incidence, case_accounts: int, most: int = MOST_PAIRED) -> Things:
    """The things of an incidence as `Incidence.firsts` gives it.

    Args:
        firsts: One line for each account and thing, ordered by key and account.
        case_accounts: Accounts of the case; higher numbers are controls.
        most: Accounts that still make pairs.
    """
    if not len(firsts):
        none = np.empty(0, dtype=np.int64)
        flags = np.empty(0, dtype=bool)
        return Things(np.empty(0, dtype=np.uint64), none, none, none, flags, flags)
    new = np.r_[True, firsts.key[1:] != firsts.key[:-1]]
    start = np.flatnonzero(new)
    mine = (firsts.account < case_accounts).astype(np.int64)
    case = np.add.reduceat(mine, start)
    size = np.diff(np.r_[start, len(firsts)])
    wide = case > most
    cost = np.where((case > 1) & ~wide, case * (case - 1) // 2, 0)
    order = np.lexsort((firsts.key[start], case))
    within = np.empty(len(start), dtype=bool)
    within[order] = np.cumsum(cost[order]) <= MOST_PAIR_LINES
    return Things(firsts.key[start], case, size - case, start, within & (cost > 0), wide)


def pair_lines(firsts: Incidence, things: Things) -> PairLines:
    """All pairs of accounts of the case by the things that make pairs."""
    number = np.repeat(np.arange(len(things.key)), np.diff(np.r_[things.start, len(firsts)]))
    place = np.arange(len(firsts)) - things.start[number]
    # Within a thing lines are ordered by account, so those of the case stand first.
    use = np.flatnonzero(things.paired[number] & (place < things.case[number]))
    left: list[NDArray[np.intp]] = []
    right: list[NDArray[np.intp]] = []
    alive, step = use, 1
    while len(alive):
        alive = alive[place[alive] + step < things.case[number[alive]]]
        left.append(alive)
        right.append(alive + step)
        step += 1
    one = np.concatenate(left) if left else np.empty(0, dtype=np.intp)
    other = np.concatenate(right) if right else one
    return PairLines(
        firsts.account[one], firsts.account[other], number[one].astype(np.int64), one, other
    )


def among(asked: tuple[NDArray[Any], ...], known: tuple[NDArray[Any], ...]) -> NDArray[np.bool_]:
    """Which rows of some columns stand among those of others, each given as (a, b, key)."""
    a, b, key = (np.concatenate(both) for both in zip(known, asked, strict=True))
    new = np.arange(len(a)) >= len(known[0])
    order = np.lexsort((new, key, b, a))
    first = begins(a[order]) | begins(b[order]) | begins(key[order])
    # Of equal rows a known one comes first, if there is one.
    place = np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
    found = np.empty(len(order), dtype=bool)
    found[order] = ~new[order][place]
    return found[len(known[0]) :]


@dataclass(frozen=True, slots=True)
class Grouped:
    """Pairs of accounts, each once, in order, and which lines belong to each."""

    a: NDArray[np.int32]
    b: NDArray[np.int32]
    order: NDArray[np.intp]
    """Lines, by pair."""
    start: NDArray[np.int64]
    """First of each pair in `order`."""
    n: NDArray[np.int64]

    def lines(self, pair: int) -> NDArray[np.intp]:
        """Lines of one pair."""
        first = int(self.start[pair])
        return self.order[first : first + int(self.n[pair])]

    def rank(self) -> NDArray[np.int64]:
        """Place of each line of `order` within its pair, from 1."""
        return np.arange(len(self.order)) - np.repeat(self.start, self.n) + 1

    def sum(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum of values, given in the order of `order`, over each pair."""
        return np.add.reduceat(values, self.start) if len(self.start) else values[:0]


def grouped(lines: PairLines, case: NDArray[np.int64]) -> Grouped:
    """Lines by pair; within a pair the rarest thing first.

    Args:
        lines: Pairs by things.
        case: Accounts of each thing.
    """
    order = np.lexsort((lines.key, case[lines.key], lines.b, lines.a))
    a, b = lines.a[order], lines.b[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (a[1:] != a[:-1]) | (b[1:] != b[:-1])
    start = np.flatnonzero(new)
    return Grouped(a[start], b[start], order, start, np.diff(np.r_[start, len(order)]))
