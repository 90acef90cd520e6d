"""Two ways to ask whether a group could be chance.

Dealt out: the things of each family that tie accounts are dealt to other accounts, every account
keeping its number of things and every thing its ties and weights (bipartite configuration model),
and communities are searched anew; what counts is the most surprising community of each draw: the
one whose ties inside outweigh most what its members' ties with others let expect. Bound: if
weights are likelihood ratios, a chain of independent ties through the group that weighs more than
the number of groups there could be, and a level, is beyond chance (the expectation of a likelihood
ratio under the rival is 1; Markov).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from forensics.links.edges import EDGE_KINDS
from forensics.links.groups.communities import LEAST_GROUP, communities
from forensics.links.groups.facts import (
    CAPS_MDB,
    FAMILY_NAMES,
    Facts,
    IntArray,
    Pairs,
    counted,
    summed,
    things,
)

REPAIRS = 8
MARGIN_MDB = 4_000
"""By so much each tie of a chain may be too heavy. Chosen on made-up noise among 20 to 100
accounts; other cases were measured with it (docs/methods/groups.md)."""
SHARE = 0.4
"""Of the ties that a community would hold if its members' ties were dealt to all, so many are
granted to chance at least: else one that holds all ties had nothing to be measured by. Judged."""
LEAST_EXPECTED = 0.5
"""Ties that chance is granted inside a community at least; without it, three strangers with two
ties would surprise without bound."""


@dataclass(frozen=True, slots=True)
class Places:
    """Things as sets of places; an account sits in each. A tie joins two places of one thing."""

    account: IntArray
    """Who sits in each place."""
    family: IntArray
    """Family of the thing each place belongs to."""
    a: IntArray
    """Place of one end of each tie."""
    b: IntArray
    kind: IntArray
    """Kind of each tie; several kinds of one family add up where they meet at one pair."""
    mdb: IntArray


def places_of(facts: Facts) -> Places:
    """The things behind the facts. What a single thing ties stays together when it is dealt out.

    A fact that is the sum of several kinds is dealt as several: otherwise the pairs of busy
    accounts, who meet more than once, would be heavier than any that chance can make.
    """
    apart = [(i, edge) for i, those in enumerate(facts.edges) for edge in counted(those)]
    fact = np.asarray([i for i, _ in apart], dtype=np.int64)
    family = facts.family[fact]
    number: dict[tuple[int, int, int], int] = {}
    ends: tuple[list[int], list[int]] = ([], [])
    columns = (facts.a[fact].tolist(), facts.b[fact].tolist())
    thing = things([edge for _, edge in apart])
    for i, (one, of) in enumerate(zip(thing, family.tolist(), strict=True)):
        for end, column in zip(ends, columns, strict=True):
            end.append(number.setdefault((one, of, column[i]), len(number)))
    table = np.asarray(list(number), dtype=np.int64).reshape(len(number), 3)
    a, b = (np.asarray(end, dtype=np.int64) for end in ends)
    kind = np.asarray([EDGE_KINDS.index(edge.kind) for _, edge in apart], dtype=np.int64)
    mdb = np.asarray([edge.mdb for _, edge in apart], dtype=np.int64)
    return Places(table[:, 2], table[:, 1], a, b, kind, mdb)


def dealt(facts: Facts, places: Places, rng: np.random.Generator) -> Pairs:
    """The things of each family with other accounts; loops and doubles are dealt again."""
    seat = places.account.copy()
    mine = {int(f): np.flatnonzero(places.family == f) for f in np.unique(places.family)}
    for where in mine.values():
        seat[where] = seat[rng.permutation(where)]
    for _ in range(REPAIRS):
        bad = _bad(len(facts.names), places, seat)
        for tie in bad.tolist():
            one = int(places.a[tie])
            where = mine[int(places.family[one])]
            other = int(where[rng.integers(len(where))])
            seat[one], seat[other] = seat[other], seat[one]
        if not len(bad):
            break
    a, b = seat[places.a], seat[places.b]
    keep = a != b
    low, high = np.minimum(a, b)[keep], np.maximum(a, b)[keep]
    columns = (low, high, places.family[places.a][keep], places.kind[keep], places.mdb[keep])
    return _together(len(facts.names), columns)


def _bad(accounts: int, places: Places, seat: IntArray) -> IntArray:
    """Ties between an account and itself, or of a kind between a pair that has one already."""
    a, b = seat[places.a], seat[places.b]
    size = np.int64(max(accounts, 1))
    key = (places.kind * size + np.minimum(a, b)) * size + np.maximum(a, b)
    first = np.zeros(len(key), dtype=bool)
    first[np.unique(key, return_index=True)[1]] = True
    return np.flatnonzero(~first | (a == b))


def _together(accounts: int, columns: tuple[IntArray, ...]) -> Pairs:
    """Sums by pair: of a kind the heaviest, of a family no more than its ceiling."""
    a, b, family, kind, mdb = columns
    order = np.lexsort((-mdb, kind, family, b, a))
    a, b, family, kind, mdb = (column[order] for column in (a, b, family, kind, mdb))
    pair_new = np.ones(len(a), dtype=bool)
    pair_new[1:] = (a[1:] != a[:-1]) | (b[1:] != b[:-1]) | (family[1:] != family[:-1])
    kind_new = pair_new.copy()
    kind_new[1:] |= kind[1:] != kind[:-1]
    fact = np.cumsum(pair_new) - 1
    total = np.zeros(int(pair_new.sum()), dtype=np.int64)
    np.add.at(total, fact[kind_new], mdb[kind_new])
    caps = np.asarray([CAPS_MDB[name] for name in FAMILY_NAMES], dtype=np.int64)
    first = np.flatnonzero(pair_new)
    return summed(accounts, a[first], b[first], np.minimum(total, caps[family[first]]))


def surprise_milli(label: IntArray, pairs: Pairs) -> IntArray:
    """By how much each community weighs more than its members' ties with others let expect.

    In thousandths of a standard deviation, in the order of the communities.

    A member who has many ties with others is expected to have many inside, too (degree-corrected);
    ties come as by chance (Poisson), with the weights of the case. The expectation leaves out what
    is inside the community itself: in a small case a real group would else hide in its own share.
    """
    groups = int(label.max(initial=-1)) + 1
    if not groups or not len(pairs.a):
        return np.zeros(groups, dtype=np.int64)
    accounts = len(label)
    inside = (label[pairs.a] >= 0) & (label[pairs.a] == label[pairs.b])
    own = label[pairs.a[inside]]
    weight = np.bincount(own, pairs.mdb[inside], minlength=groups)
    number = np.bincount(own, minlength=groups)
    ends = np.concatenate([pairs.a[~inside], pairs.b[~inside]])
    outward = np.bincount(ends, minlength=accounts).astype(np.float64)
    member = label >= 0
    once = np.bincount(label[member], outward[member], minlength=groups)
    squares = np.bincount(label[member], outward[member] ** 2, minlength=groups)
    others = np.maximum(len(pairs.a) - number, 1)
    expected = (once**2 - squares) / (4 * others)
    ends_in_all = once + 2 * number
    expected = np.maximum(expected, SHARE * ends_in_all**2 / (4 * len(pairs.a)))
    usual = float(pairs.mdb.mean())
    square = float(np.mean(pairs.mdb.astype(np.float64) ** 2))
    spread = np.sqrt(np.maximum(expected, LEAST_EXPECTED) * square)
    return np.asarray(np.round(1000 * (weight - expected * usual) / spread), dtype=np.int64)


def most_by_chance(facts: Facts, cost_mdb: int, draws: int, seed: int) -> IntArray:
    """(draws,) surprise of the most surprising community among dealt-out facts."""
    rng = np.random.default_rng(seed)
    places = places_of(facts)
    best = np.zeros(draws, dtype=np.int64)
    for draw in range(draws):
        pairs = dealt(facts, places, rng)
        label = communities(len(facts.names), pairs, cost_mdb, seed + draw)
        best[draw] = surprise_milli(label, pairs).max(initial=0)
    return best


def chances(observed: IntArray, drawn: IntArray) -> IntArray:
    """Chance, in millionths, of a most surprising group at least as surprising as each."""
    above = np.sum(drawn[None, :] >= observed[:, None], axis=1)
    return np.asarray((1 + above) * 1_000_000 // (1 + len(drawn)), dtype=np.int64)


def bound_mdb(members: IntArray, facts: Facts, pairs: Pairs) -> int:
    """Weight of the heaviest chain of ties through a group, less what chance could choose from.

    Taken off are the number of sets of that size, of the trees that tie one together, and, for each
    tie of the chain, what a tie between accounts as busy as these weighs by the rest of the case,
    and a margin, since most weights are judged and the rest of a small case shows little.
    Above 0 at level 1; a level of one in a thousand needs 30,000.
    """
    size, accounts = len(members), len(facts.names)
    if size < LEAST_GROUP:
        return -1
    chain = _spanning(members, pairs)
    if chain is None:
        return -1
    sets = math.lgamma(accounts + 1) - math.lgamma(size + 1) - math.lgamma(accounts - size + 1)
    trees = (size - 2) * math.log(size)
    excess = (size - 1) * math.log(_usual(members, facts, pairs))
    ways = sets + trees + excess + math.log(accounts)
    return chain - (size - 1) * MARGIN_MDB - math.ceil(10_000 * ways / math.log(10))


def _usual(members: IntArray, facts: Facts, pairs: Pairs) -> float:
    """Mean likelihood ratio of a pair of these accounts, were they tied as they are with others.

    It is at most 1 if weights are what they claim to be. Where ties to accounts outside show that
    it is more, weights in this case are too heavy, or these accounts too busy, for the claim.
    """
    inside = np.isin(pairs.a, members) & np.isin(pairs.b, members)
    a, b = pairs.a[~inside], pairs.b[~inside]
    if not len(a):
        return 1.0
    ends = np.bincount(np.concatenate([a, b]), minlength=len(facts.names))[members].astype(float)
    every = float(ends.sum())
    couples = (every * every - float((ends * ends).sum())) / (len(members) * (len(members) - 1))
    chance = couples / (2 * len(a))
    ratio = float(np.mean(np.power(10.0, pairs.mdb[~inside] / 10_000)))
    return max(1.0, 1.0 - chance + chance * ratio)


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
