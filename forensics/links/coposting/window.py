"""Who posted one thing within a window of each other: bounded, whatever went round.

Events are sorted by thing and time, and each is compared with the ones right behind it. A stretch
in which more than 200 accounts post one thing within the window makes no pairs: it is a burst.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forensics.engine.runs import begins
from forensics.links.content.incidence import Incidence
from forensics.links.limits import MOST_PAIRED


@dataclass(frozen=True, slots=True)
class Events:
    """Posts of things, ordered by thing and time; at most two of an account in one window."""

    lines: Incidence
    crowd: NDArray[np.int64]
    """Other posts of the same thing within the window before and after, bursts left out."""
    bursts: tuple[tuple[int, int], ...]
    """First and last + 1 line of every burst."""
    in_burst: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Meetings:
    """Two accounts with one thing in the window: the first meeting of each pair and thing."""

    a: NDArray[np.int32]
    b: NDArray[np.int32]
    line_a: NDArray[np.integer[Any]]
    line_b: NDArray[np.integer[Any]]

    def __len__(self) -> int:
        """Number of meetings."""
        return len(self.a)

    def where(self, keep: NDArray[np.bool_]) -> Meetings:
        """Some of the meetings."""
        return Meetings(self.a[keep], self.b[keep], self.line_a[keep], self.line_b[keep])


def events(posts: Incidence, window_us: int, case_accounts: int) -> Events:
    """Posts thinned and sorted, with bursts marked.

    Of one account, thing and stretch of a window's length only the first and the last post are
    kept: any two posts of such a stretch meet anyway, and what lies outside it is nearest to
    them, so that no meeting is lost and a machine that repeats itself costs nothing.

    Args:
        posts: Every post of a thing.
        window_us: Length of the window.
        case_accounts: Higher numbers are controls, who make no burst and no pair.
    """
    one = posts.ordered()
    slot = one.t_us // window_us
    same = (
        (one.key[1:] == one.key[:-1])
        & (one.account[1:] == one.account[:-1])
        & (slot[1:] == slot[:-1])
    )
    inner = np.zeros(len(one), dtype=bool)
    inner[1:-1] = same[:-1] & same[1:]
    one = one.where(~inner)
    # Of one thing and moment the lines are in order already, by account and place.
    one = one.where(np.lexsort((one.t_us, np.cumsum(begins(one.key)))))
    in_burst, bursts = _bursts(one, window_us, case_accounts)
    return Events(one, _crowd(one, window_us, in_burst), bursts, in_burst)


def _bursts(
    one: Incidence, window_us: int, case_accounts: int
) -> tuple[NDArray[np.bool_], tuple[tuple[int, int], ...]]:
    """Stretches in which over 200 accounts of the case post one thing within the window."""
    flags = np.zeros(len(one), dtype=bool)
    if len(one) <= MOST_PAIRED:
        return flags, ()
    dense = np.flatnonzero(
        (one.key[MOST_PAIRED:] == one.key[:-MOST_PAIRED])
        & (one.t_us[MOST_PAIRED:] - one.t_us[:-MOST_PAIRED] <= window_us)
    )
    steps = np.zeros(len(one) + 1, dtype=np.int64)
    np.add.at(steps, dense, 1)
    np.add.at(steps, dense + MOST_PAIRED + 1, -1)
    inside = np.cumsum(steps[:-1]) > 0
    new = inside.copy()
    new[1:] &= ~(inside[:-1] & (one.key[1:] == one.key[:-1]))
    stops = np.flatnonzero(~inside | begins(one.key))
    found = []
    for first in np.flatnonzero(new).tolist():
        after = int(np.searchsorted(stops, first, side="right"))
        last = int(stops[after]) if after < len(stops) else len(one)
        accounts = np.unique(one.account[first:last])
        if int(np.sum(accounts < case_accounts)) > MOST_PAIRED:
            flags[first:last] = True
            found.append((first, last))
    return flags, tuple(found)


def _crowd(one: Incidence, window_us: int, in_burst: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Posts of the same thing within the window of each, both ways."""
    crowd = np.zeros(len(one), dtype=np.int64)
    for left, right in _steps(one, np.flatnonzero(~in_burst), window_us):
        crowd[left] += 1
        np.add.at(crowd, right, 1)
    return crowd


def _steps(
    one: Incidence, alive: NDArray[np.intp], window_us: int
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Lines of one thing within the window, as (earlier lines, later lines) by distance."""
    step = 1
    while len(alive):
        alive = alive[alive + step < len(one)]
        later = alive + step
        alive = alive[
            (one.key[alive] == one.key[later]) & (one.t_us[later] - one.t_us[alive] <= window_us)
        ]
        if len(alive):
            yield alive, alive + step
        step += 1


@dataclass(frozen=True, slots=True)
class Costs:
    """What it would cost to pair the posts of each thing, and which lines are paired."""

    kept: NDArray[np.intp]
    """Lines of accounts of the case that are in no burst."""
    start: NDArray[np.int64]
    """First of each thing among `kept`."""
    cost: NDArray[np.int64]
    """Meetings of each thing, at most."""


def costs(found: Events, case_accounts: int) -> Costs:
    """What the things of some events would cost."""
    one = found.lines
    kept = np.flatnonzero(~found.in_burst & (one.account < case_accounts))
    start = np.flatnonzero(begins(one.key[kept]))
    crowd = found.crowd[kept]
    cost = np.add.reduceat(crowd, start) // 2 if len(kept) else crowd
    return Costs(kept, start, cost)


def meetings(found: Events, window_us: int, told: Costs, wanted: NDArray[np.bool_]) -> Meetings:
    """Pairs of accounts of the case that post one thing within the window, each thing once.

    Args:
        found: Events.
        window_us: Length of the window.
        told: What their things cost.
        wanted: Which of these things are paired.
    """
    # What nobody else posts within the window costs nothing, and nobody meets on it.
    wanted = wanted & (told.cost > 0)
    kept = told.kept[np.repeat(wanted, np.diff(told.start, append=len(told.kept)))]
    part = found.lines.where(kept)
    left: list[NDArray[np.intp]] = []
    right: list[NDArray[np.intp]] = []
    for early, late in _steps(part, np.arange(len(part)), window_us):
        other = part.account[early] != part.account[late]
        left.append(early[other])
        right.append(late[other])
    if not left:
        none = np.empty(0, dtype=np.int64)
        return Meetings(none.astype(np.int32), none.astype(np.int32), none, none)
    early, late = np.concatenate(left), np.concatenate(right)
    del left, right
    swap = part.account[early] > part.account[late]
    x, y = np.where(swap, late, early), np.where(swap, early, late)
    first = np.minimum(early, late)
    order = np.lexsort((first, part.key[x], part.account[y], part.account[x]))
    x, y = x[order], y[order]
    new = begins(part.account[x]) | begins(part.account[y]) | begins(part.key[x])
    x, y = x[new], y[new]
    return Meetings(part.account[x], part.account[y], kept[x], kept[y])
