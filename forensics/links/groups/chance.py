"""Two ways to ask whether a group could be chance.

Dealt out: the things of each family that tie accounts are dealt to other accounts, every account
keeping its number of things and every thing its ties and weights (bipartite configuration model),
and communities are searched anew; what counts is the strongest community of each draw. Bound: if
weights are likelihood ratios, a chain of independent ties through the group that weighs more than
the number of groups there could be, and a level, is beyond chance (the expectation of a likelihood
ratio under the rival is 1; Markov).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from forensics.links.groups.communities import LEAST_GROUP, communities, strengths
from forensics.links.groups.facts import Facts, IntArray, Pairs, summed, things

REPAIRS = 8


@dataclass(frozen=True, slots=True)
class Places:
    """Things as sets of places; an account sits in each. A tie joins two places of one thing."""

    account: IntArray
    """Who sits in each place."""
    family: IntArray
    """Family of the thing each place belongs to."""
    a: IntArray
    """Place of one end of each fact."""
    b: IntArray


def places_of(facts: Facts) -> Places:
    """The things behind the facts. What a single thing ties stays together when it is dealt out."""
    thing = things([one[0] for one in facts.edges])
    number: dict[tuple[int, int, int], int] = {}
    ends: tuple[list[int], list[int]] = ([], [])
    columns = (facts.a.tolist(), facts.b.tolist())
    for i, (one, family) in enumerate(zip(thing, facts.family.tolist(), strict=True)):
        for end, column in zip(ends, columns, strict=True):
            end.append(number.setdefault((one, family, column[i]), len(number)))
    table = np.asarray(list(number), dtype=np.int64).reshape(len(number), 3)
    a, b = (np.asarray(end, dtype=np.int64) for end in ends)
    return Places(table[:, 2], table[:, 1], a, b)


def dealt(facts: Facts, places: Places, rng: np.random.Generator) -> Pairs:
    """The things of each family with other accounts; loops and doubles are dealt again."""
    seat = places.account.copy()
    mine = {int(f): np.flatnonzero(places.family == f) for f in np.unique(places.family)}
    for where in mine.values():
        seat[where] = seat[rng.permutation(where)]
    for _ in range(REPAIRS):
        bad = _bad(facts, seat[places.a], seat[places.b])
        for fact in bad.tolist():
            where = mine[int(facts.family[fact])]
            one, other = int(places.a[fact]), int(where[rng.integers(len(where))])
            seat[one], seat[other] = seat[other], seat[one]
        if not len(bad):
            break
    a, b = seat[places.a], seat[places.b]
    proper = a != b
    low, high = np.minimum(a, b)[proper], np.maximum(a, b)[proper]
    return _once_a_family(len(facts.names), low, high, facts.family[proper], facts.mdb[proper])


def _bad(facts: Facts, a: IntArray, b: IntArray) -> IntArray:
    """Facts between an account and itself, or of a family between a pair that has one already."""
    size = np.int64(max(len(facts.names), 1))
    key = (facts.family * size + np.minimum(a, b)) * size + np.maximum(a, b)
    first = np.zeros(len(key), dtype=bool)
    first[np.unique(key, return_index=True)[1]] = True
    return np.flatnonzero(~first | (a == b))


def _once_a_family(
    accounts: int, a: IntArray, b: IntArray, family: IntArray, mdb: IntArray
) -> Pairs:
    """Sums by pair; a pair that was dealt a family twice keeps the heavier."""
    order = np.lexsort((-mdb, family, b, a))
    a, b, family, mdb = a[order], b[order], family[order], mdb[order]
    new = np.ones(len(a), dtype=bool)
    new[1:] = (a[1:] != a[:-1]) | (b[1:] != b[:-1]) | (family[1:] != family[:-1])
    return summed(accounts, a[new], b[new], mdb[new])


def strongest_by_chance(facts: Facts, cost_mdb: int, draws: int, seed: int) -> IntArray:
    """(draws,) strength of the strongest community among dealt-out facts."""
    rng = np.random.default_rng(seed)
    places = places_of(facts)
    best = np.zeros(draws, dtype=np.int64)
    for draw in range(draws):
        pairs = dealt(facts, places, rng)
        label = communities(len(facts.names), pairs, cost_mdb, seed + draw)
        best[draw] = strengths(label, pairs, cost_mdb).max(initial=0)
    return best


def chances(observed: IntArray, drawn: IntArray) -> IntArray:
    """Chance, in millionths, of a strongest group at least as strong as each."""
    above = np.sum(drawn[None, :] >= observed[:, None], axis=1)
    return np.asarray((1 + above) * 1_000_000 // (1 + len(drawn)), dtype=np.int64)


def bound_mdb(members: IntArray, pairs: Pairs, accounts: int) -> int:
    """Weight of the heaviest chain of ties through a group, less what all groups of its size cost.

    Above 0 at level 1; a level of one in a thousand needs 30,000.
    """
    size = len(members)
    if size < LEAST_GROUP:
        return -1
    chain = _spanning(members, pairs)
    if chain is None:
        return -1
    ways = math.lgamma(accounts + 1) - math.lgamma(size + 1) - math.lgamma(accounts - size + 1)
    return chain - math.ceil(10_000 * (ways + math.log(accounts)) / math.log(10))


def _spanning(members: IntArray, pairs: Pairs) -> int | None:
    """Weight of the heaviest spanning tree of a group; None where it does not hang together."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import minimum_spanning_tree

    inside = np.isin(pairs.a, members) & np.isin(pairs.b, members)
    a = np.searchsorted(members, pairs.a[inside])
    b = np.searchsorted(members, pairs.b[inside])
    size = len(members)
    # scipy seeks the lightest tree, and takes a weight of 0 for no edge
    top = int(pairs.mdb.max(initial=0)) + 1
    light = coo_matrix((top - pairs.mdb[inside].astype(np.float64), (a, b)), shape=(size, size))
    tree = minimum_spanning_tree(light.tocsr())
    return round(top * tree.nnz - float(tree.sum())) if tree.nnz == size - 1 else None
