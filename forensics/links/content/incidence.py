"""Who posted what and when, as numbers: the table that every tie by content is counted from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Protocol

import numpy as np

from forensics.engine.runs import begins, rises, stable_order

if TYPE_CHECKING:
    from numpy.typing import NDArray

OWN = "kind <> 'repost'"
"""A repost is somebody else's text and address."""


@dataclass(frozen=True, slots=True)
class Population:
    """The accounts of the case, and comparable ones behind them."""

    names: tuple[str, ...]
    """Accounts of the case, in order; their place is their number."""
    controls: int = 0
    """Control accounts: numbers from `len(names)` on."""

    @property
    def basis(self) -> str:
        """How a rate is known."""
        return "measured" if self.controls else "modelled"


@dataclass(frozen=True, slots=True)
class Incidence:
    """One line for each thing that an account posted, four columns of equal length."""

    key: NDArray[np.uint64]
    """The thing: a digest of it."""
    account: NDArray[np.int32]
    t_us: NDArray[np.int64]
    place: NDArray[np.int64]
    """Line of the table of posts, from 0; -1 where it stands in none."""

    def __len__(self) -> int:
        """Number of lines."""
        return len(self.key)

    def where(self, keep: NDArray[np.bool_] | NDArray[np.intp] | slice) -> Incidence:
        """Some of the lines."""
        return Incidence(self.key[keep], self.account[keep], self.t_us[keep], self.place[keep])

    def of(self, key: NDArray[np.uint64]) -> Incidence:
        """The same lines under other keys."""
        return replace(self, key=key)

    def firsts(self) -> Incidence:
        """The first line of each account and key, ordered by key and account."""
        one = self.ordered()
        return one.where(begins(one.key) | begins(one.account))

    def blocks(self) -> Iterator[Incidence]:
        """All lines in order, as one block."""
        if len(self):
            yield self.ordered()

    def ordered(self) -> Incidence:
        """The lines by key, account, time and place; themselves where they are in that order."""
        rising = _rising((self.account, self.t_us, self.place))
        if bool((rising | (self.key[1:] > self.key[:-1])).all()) and rises(self.key):
            return self
        # Tables of posts are read by account and time: then one key is left to order by.
        if rising.all():
            return self.where(stable_order(self.key))
        return self.where(np.lexsort((self.place, self.t_us, self.account, self.key)))


def _rising(columns: Sequence[NDArray[np.int64] | NDArray[np.int32]]) -> NDArray[np.bool_]:
    """Whether each line but the first is no less than the one before, by the first column on."""
    found = np.ones(max(len(columns[0]) - 1, 0), dtype=bool)
    for column in reversed(columns):
        before, after = column[:-1], column[1:]
        found = (after > before) | ((after == before) & found)
    return found


def nothing() -> Incidence:
    """No lines."""
    return made([], [], [], [])


def made(
    key: Sequence[int], account: Sequence[int], t_us: Sequence[int], place: Sequence[int]
) -> Incidence:
    """Lines out of plain lists."""
    return Incidence(
        np.asarray(key, dtype=np.uint64),
        np.asarray(account, dtype=np.int32),
        np.asarray(t_us, dtype=np.int64),
        np.asarray(place, dtype=np.int64),
    )


def joined(parts: Iterable[Incidence]) -> Incidence:
    """Several tables as one."""
    kept = list(parts) or [nothing()]
    return Incidence(
        np.concatenate([one.key for one in kept]),
        np.concatenate([one.account for one in kept]),
        np.concatenate([one.t_us for one in kept]),
        np.concatenate([one.place for one in kept]),
    )


def digest(kind: str, text: str) -> int:
    """A number for a thing of a kind: equal for equal things, and hardly ever otherwise."""
    raw = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, person=kind.encode()[:16])
    return int.from_bytes(raw.digest(), "big")


class Lines(Protocol):
    """Lines that are too many to be held at once, or lie in memory."""

    def __len__(self) -> int:
        """Number of lines."""
        ...

    def blocks(self) -> Iterator[Incidence]:
        """All lines in order of key, account, time and place; those of one thing come together."""
        ...


@dataclass(frozen=True, slots=True)
class Firsts:
    """Who posted which thing first, without most things that one account alone posted."""

    lines: Incidence
    """The first line of each account and thing, ordered by both: of things that several accounts
    posted, and of others that were asked for."""
    of_account: NDArray[np.int64]
    """Things of each account of the case, all of them."""
    things: int
    """All things."""


def firsts_of(lines: Lines, case_accounts: int, kept: NDArray[np.uint64] | None = None) -> Firsts:
    """The first lines of accounts and things.

    Args:
        lines: Every post of a thing.
        case_accounts: Accounts of the case; higher numbers are controls.
        kept: Things, rising, that are wanted even if one account alone posted them.
    """
    parts, things = [], 0
    number = np.zeros(case_accounts, dtype=np.int64)
    for block in lines.blocks():
        one = block.firsts()
        start = np.flatnonzero(begins(one.key))
        size = np.diff(start, append=len(one))
        wanted = size > 1
        if kept is not None and len(kept):
            wanted |= holds(kept, one.key[start])
        things += len(start)
        mine = one.account[one.account < case_accounts]
        number += np.bincount(mine, minlength=case_accounts)
        parts.append(one.where(np.repeat(wanted, size)))
    return Firsts(joined(parts), number, things)


def holds(known: NDArray[np.uint64], asked: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which of the keys asked for are among some that rise, of which there is one at least."""
    found: NDArray[np.bool_] = (
        known[np.minimum(np.searchsorted(known, asked), len(known) - 1)] == asked
    )
    return found


def renamed(
    lines: Incidence, old: NDArray[np.uint64], new: NDArray[np.uint64], keep: NDArray[np.bool_]
) -> Incidence:
    """Lines under new keys, without those whose key is not kept; `old` must be sorted."""
    if not len(old) or not len(lines):
        return nothing()
    at = np.minimum(np.searchsorted(old, lines.key), len(old) - 1)
    good = (old[at] == lines.key) & keep[at]
    return lines.of(new[at]).where(good)
