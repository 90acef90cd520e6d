"""All that one window shows, gathered from one block of things after another.

Things are paired from the least crowded on, until the budget is spent: a block adds what fits, and
drops what no longer does. Only lines that meetings and bursts rest on are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from forensics.links.content.incidence import Incidence, Lines
from forensics.links.coposting.chance import Shared, shared
from forensics.links.coposting.window import Events, Meetings, costs, events, meetings
from forensics.links.limits import MOST_EXAMPLES

MOST_LINES = 4_000_000
"""Meetings that are held at once: about 250 MB."""


@dataclass(frozen=True, slots=True)
class Burst:
    """More accounts with one thing in the window than pairs are made of."""

    accounts: int
    """Accounts of the case."""
    examples: Incidence
    """Their first posts."""
    last_us: int
    posts: int
    """Their posts."""


@dataclass(frozen=True, slots=True)
class Posts:
    """Posts of things, four columns of equal length."""

    key: NDArray[np.uint64]
    t_us: NDArray[np.int64]
    place: NDArray[np.int64]
    crowd: NDArray[np.int32]
    """Other posts of the same thing within the window before and after each."""

    def __len__(self) -> int:
        """Number of posts."""
        return len(self.key)

    def where(self, keep: NDArray[np.intp]) -> Posts:
        """Some of them."""
        return Posts(self.key[keep], self.t_us[keep], self.place[keep], self.crowd[keep])


@dataclass(frozen=True, slots=True)
class Gathered:
    """Meetings and bursts in one window."""

    lines: Posts
    """Those that met."""
    met: Meetings
    """By things; within one by accounts."""
    bursts: tuple[Burst, ...]
    """By thing and time."""
    shared: tuple[Shared, ...]
    """Who posted which thing on which day, bursts left out."""
    things_left_out: int
    """Things for which the budget did not reach."""


@dataclass(slots=True)
class _Block:
    """What is kept of one block."""

    lines: Posts
    met: Meetings


@dataclass(slots=True)
class _Budget:
    """Things that are paired so far, with what they cost; those that cost nothing are not kept."""

    key: NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, dtype=np.uint64))
    cost: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    left_out: int = 0

    def add(
        self, key: NDArray[np.uint64], cost: NDArray[np.int64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.uint64]]:
        """(Which of some more things fit, keys of earlier ones that no longer do).

        Keys are above all earlier ones: of equal costs the first by key goes first.
        """
        paid = cost > 0
        keys, all_ = np.append(self.key, key[paid]), np.append(self.cost, cost[paid])
        order = np.argsort(all_, kind="stable")
        fits = np.empty(len(all_), dtype=bool)
        fits[order] = np.cumsum(all_[order]) <= MOST_LINES
        before = len(self.key)
        gone = self.key[~fits[:before]]
        self.key, self.cost = keys[fits], all_[fits]
        self.left_out += int(np.sum(~fits))
        new = np.ones(len(key), dtype=bool)
        new[paid] = fits[before:]
        return new, gone


def gathered(things: Lines, window_us: int, case_accounts: int) -> Gathered:
    """Meetings and bursts among all posts of things.

    Args:
        things: Posts of things.
        window_us: Length of the window.
        case_accounts: Accounts of the case; higher numbers are controls.
    """
    budget = _Budget()
    blocks: list[_Block] = []
    bursts: list[Burst] = []
    days: list[Shared] = []
    for posts in things.blocks():
        found = events(posts, window_us, case_accounts)
        told = costs(found, case_accounts)
        key = found.lines.key[told.kept[told.start]]
        fits, gone = budget.add(key, told.cost)
        if len(gone):
            blocks = [_without(one, gone) for one in blocks]
        one = found.lines
        every = Posts(one.key, one.t_us, one.place, found.crowd.astype(np.int32))
        blocks.append(_compact(every, meetings(found, window_us, told, fits)))
        bursts += _bursts(found, case_accounts)
        days.append(shared(found.lines.where(~found.in_burst), case_accounts))
    return _together(blocks, tuple(bursts), tuple(days), budget.left_out)


def _bursts(found: Events, case_accounts: int) -> list[Burst]:
    """The bursts of a block."""
    out = []
    for first, last in found.bursts:
        mine = first + np.flatnonzero(found.lines.account[first:last] < case_accounts)
        out.append(
            Burst(
                accounts=len(np.unique(found.lines.account[mine])),
                examples=found.lines.where(mine[:MOST_EXAMPLES]),
                last_us=int(found.lines.t_us[mine[-1]]),
                posts=len(mine),
            )
        )
    return out


def _compact(lines: Posts, met: Meetings) -> _Block:
    """Meetings with the lines they rest on alone."""
    used = np.unique(np.concatenate([met.line_a, met.line_b]))
    line_a, line_b = np.searchsorted(used, met.line_a), np.searchsorted(used, met.line_b)
    again = Meetings(met.a, met.b, line_a.astype(np.int32), line_b.astype(np.int32))
    return _Block(lines.where(used), again)


def _without(block: _Block, gone: NDArray[np.uint64]) -> _Block:
    """A block without the meetings on some things."""
    keep = ~np.isin(block.lines.key[block.met.line_a], gone)
    return block if keep.all() else _compact(block.lines, block.met.where(keep))


def _together(
    blocks: list[_Block], bursts: tuple[Burst, ...], days: tuple[Shared, ...], left_out: int
) -> Gathered:
    """All blocks as one."""
    times = np.empty(0, dtype=np.int64)
    none = Posts(np.empty(0, dtype=np.uint64), times, times, np.empty(0, dtype=np.int32))
    base = np.cumsum([0, *(len(one.lines) for one in blocks)])[:-1].tolist()
    posts = [none, *(one.lines for one in blocks)]
    lines = Posts(
        np.concatenate([one.key for one in posts]),
        np.concatenate([one.t_us for one in posts]),
        np.concatenate([one.place for one in posts]),
        np.concatenate([one.crowd for one in posts]),
    )
    del posts

    def column(name: str, *, moved: bool = False) -> NDArray[np.int32]:
        parts = [
            getattr(one.met, name) + np.int32(low if moved else 0)
            for one, low in zip(blocks, base, strict=True)
        ]
        return np.concatenate([np.empty(0, dtype=np.int32), *parts])

    met = Meetings(
        column("a"), column("b"), column("line_a", moved=True), column("line_b", moved=True)
    )
    return Gathered(lines, met, bursts, days, left_out)
