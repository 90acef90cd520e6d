"""What the generators give: units of made-up accounts, with the truth beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forensics.model import Json

IntArray = NDArray[np.int64]
TextArray = NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class SyntheticAccount:
    """One made-up account. All arrays have the length of `t_s`, in its order."""

    name: str
    t_s: IntArray
    """UTC seconds, rising."""
    kind: TextArray
    """Kind of each post (model.PostKind)."""
    client: TextArray
    language: TextArray
    stamped_min: int | None = None
    """Offset that the account's own clock writes beside its times; None where it writes UTC."""

    def __len__(self) -> int:
        """Number of posts."""
        return len(self.t_s)


@dataclass(frozen=True, slots=True)
class SyntheticUnit:
    """Made-up accounts and what is true of them."""

    name: str
    accounts: tuple[SyntheticAccount, ...]
    truth: Mapping[str, Json]
    """Whole numbers and words; which keys there are depends on the generator."""

    @property
    def n_posts(self) -> int:
        """Posts of all accounts."""
        return sum(len(account) for account in self.accounts)

    def times_s(self) -> IntArray:
        """UTC seconds of all posts, rising."""
        return np.sort(np.concatenate([np.empty(0, np.int64), *(a.t_s for a in self.accounts)]))

    def account(self, name: str) -> SyntheticAccount:
        """The account of that name.

        Raises:
            KeyError: there is none.
        """
        for one in self.accounts:
            if one.name == name:
                return one
        raise KeyError(name)


def account(
    name: str, t_s: IntArray, *, kind: str = "original", client: str = "web", language: str = "en"
) -> SyntheticAccount:
    """An account whose posts are all of one kind, client and language."""
    n = len(t_s)
    return SyntheticAccount(
        name=name,
        t_s=np.sort(t_s.astype(np.int64)),
        kind=np.full(n, kind),
        client=np.full(n, client),
        language=np.full(n, language),
    )


def joined(name: str, parts: Sequence[SyntheticAccount]) -> SyntheticAccount:
    """One account made of several pieces, in order of time."""
    t_s = np.concatenate([part.t_s for part in parts])
    order = np.argsort(t_s, kind="stable")
    return SyntheticAccount(
        name=name,
        t_s=t_s[order],
        kind=np.concatenate([part.kind for part in parts])[order],
        client=np.concatenate([part.client for part in parts])[order],
        language=np.concatenate([part.language for part in parts])[order],
    )


def _each(
    unit: SyntheticUnit, change: Callable[[SyntheticAccount], Mapping[str, Any]]
) -> SyntheticUnit:
    return replace(unit, accounts=tuple(replace(a, **change(a)) for a in unit.accounts))


def moved(unit: SyntheticUnit, minutes: int) -> SyntheticUnit:
    """The unit with every post that many minutes later: what a wrong clock makes of it."""
    return _each(unit, lambda a: {"t_s": a.t_s + 60 * minutes})


def doubled(unit: SyntheticUnit) -> SyntheticUnit:
    """The unit with every post twice at the same second: no new evidence."""
    return _each(
        unit,
        lambda a: {
            "t_s": np.repeat(a.t_s, 2),
            "kind": np.repeat(a.kind, 2),
            "client": np.repeat(a.client, 2),
            "language": np.repeat(a.language, 2),
        },
    )


def kept(unit: SyntheticUnit, keep: Callable[[IntArray], NDArray[np.bool_]]) -> SyntheticUnit:
    """The unit with those posts only for which `keep` of the UTC seconds is true."""

    def change(a: SyntheticAccount) -> Mapping[str, Any]:
        rows = keep(a.t_s)
        return {
            "t_s": a.t_s[rows],
            "kind": a.kind[rows],
            "client": a.client[rows],
            "language": a.language[rows],
        }

    return _each(unit, change)
