"""From edges to independent facts: what two accounts have in common, counted once.

Kinds that may rest on the same posts or files form a family. Within a family the heaviest edge of a
pair counts, and others only if they provably rest on other rows. Families are summed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.links.edges import Edge, EdgeKind

IntArray = NDArray[np.int64]

FAMILIES: Mapping[EdgeKind, str] = {
    "same_text": "content",
    "near_text": "content",
    "same_url": "content",
    "same_code": "content",
    "co_posting": "content",
    "same_picture": "content",
    "same_uploader": "content",
    "same_device": "files",
    "same_document": "files",
    "same_batch": "creation",
    "same_client_mix": "clients",
    "same_crew": "days",
}
"""Kind -> family. A picture is content: it may hang on the very post whose text is the same."""
FAMILY_NAMES: tuple[str, ...] = tuple(dict.fromkeys(FAMILIES.values()))
CAPS_MDB: Mapping[str, int] = {
    "content": 25_000,
    "files": 25_000,
    "creation": 12_000,
    "clients": 8_000,
    "days": 12_000,
}
"""No family says more than this of one pair, whatever its finders say."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Independent facts about pairs of accounts, in order of pair and family."""

    names: tuple[str, ...]
    """All accounts of the case, in order; those without a tie too."""
    a: IntArray
    """Index into `names`; `a < b`."""
    b: IntArray
    family: IntArray
    """Index into FAMILY_NAMES."""
    mdb: IntArray
    edges: tuple[tuple[Edge, ...], ...]
    """The edges behind each fact: the one that counts first, then those that count with it or in
    its stead."""

    def __len__(self) -> int:
        """Number of facts."""
        return len(self.a)

    def of(self, keep: NDArray[np.bool_]) -> Facts:
        """Some of them."""
        chosen = tuple(self.edges[i] for i in np.flatnonzero(keep))
        return Facts(
            self.names, self.a[keep], self.b[keep], self.family[keep], self.mdb[keep], chosen
        )


def facts_of(edges: Sequence[Edge], names: Sequence[str]) -> Facts:
    """Independent facts from edges; edges without weight and of other accounts make none.

    Args:
        edges: Of any kind and in any order; several of one kind and pair count as the heaviest.
        names: All accounts that were looked at.
    """
    ordered = tuple(sorted(set(names)))
    index = {name: i for i, name in enumerate(ordered)}
    found: dict[tuple[int, int, int], list[Edge]] = defaultdict(list)
    for edge in edges:
        one, other = index.get(edge.a), index.get(edge.b)
        if one is None or other is None or edge.mdb <= 0:
            continue
        family = FAMILY_NAMES.index(FAMILIES[edge.kind])
        found[min(one, other), max(one, other), family].append(edge)
    keys = sorted(found)
    behind = [_ordered(found[key]) for key in keys]
    table = np.asarray(keys, dtype=np.int64).reshape(len(keys), 3)
    mdb = [
        min(CAPS_MDB[FAMILY_NAMES[key[2]]], sum(one.mdb for one in counted(those)))
        for key, those in zip(keys, behind, strict=True)
    ]
    return Facts(
        ordered,
        table[:, 0],
        table[:, 1],
        table[:, 2],
        np.asarray(mdb, dtype=np.int64),
        tuple(behind),
    )


def _ordered(edges: list[Edge]) -> tuple[Edge, ...]:
    """The heaviest first; of one kind only the heaviest."""
    best: dict[EdgeKind, Edge] = {}
    for edge in sorted(edges, key=lambda one: (-one.mdb, one.kind, one.a, one.b, one.statement)):
        best.setdefault(edge.kind, edge)
    return tuple(best.values())


def counted(edges: Sequence[Edge]) -> tuple[Edge, ...]:
    """The heaviest, and those that share no row with any that counts already.

    Args:
        edges: Of one pair and family, the heaviest first, one of a kind.
    """
    found = [edges[0]]
    for edge in edges[1:]:
        if all(_apart(edge, other) for other in found):
            found.append(edge)
    return tuple(found)


def _apart(one: Edge, other: Edge) -> bool:
    """True only if both show all of their rows and none is in both."""
    shown = all(edge.rows and len(edge.rows) == edge.rows_total for edge in (one, other))
    return shown and not set(one.rows) & set(other.rows)


def things(edges: Sequence[Edge]) -> list[int]:
    """For each edge the number of the thing it comes from.

    Two edges of one shared thing show the row of the account they have in common. An edge without
    rows, or of several things, is taken as a thing of its own.
    """
    parent = list(range(len(edges)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    owner: dict[object, int] = {}
    for i, edge in enumerate(edges):
        for row in edge.rows if edge.n == 1 else ():
            parent[root(i)] = root(owner.setdefault((edge.kind, row), i))
    return [root(i) for i in range(len(edges))]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Sums of facts by pair of accounts, in order."""

    a: IntArray
    b: IntArray
    mdb: IntArray


def pairs_of(facts: Facts) -> Pairs:
    """The sum of the facts of each pair."""
    return summed(len(facts.names), facts.a, facts.b, facts.mdb)


def summed(accounts: int, a: IntArray, b: IntArray, mdb: IntArray) -> Pairs:
    """Pairs in order with the sum of what is given for each."""
    keys, place = np.unique(a * np.int64(max(accounts, 1)) + b, return_inverse=True)
    total = np.zeros(len(keys), dtype=np.int64)
    np.add.at(total, place, mdb)
    return Pairs(keys // max(accounts, 1), keys % max(accounts, 1), total)
