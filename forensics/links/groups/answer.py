"""Which accounts form groups, how surely, and on what each group rests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.links.edges import EDGE_KINDS, Edge
from forensics.links.groups.chance import bound_mdb, chances, most_by_chance, surprise_milli
from forensics.links.groups.communities import COST_MDB, LEAST_GROUP, communities
from forensics.links.groups.facts import FAMILY_NAMES, Facts, IntArray, Pairs, facts_of, pairs_of
from forensics.links.groups.stability import Stability, most_similar_ppm, resampled
from forensics.links.groups.support import Support, support_of
from forensics.model import Status

DRAWS = 99
MANY_FACTS = 200_000
DRAWS_OF_MANY = 59
"""With so many facts fewer graphs are drawn; the level can still be reached."""
LEVEL_PPM = 20_000
"""Chance of a group as surprising among dealt-out facts, at most."""
LEVEL_BOUND_MDB = 30_000
"""Weight beyond the bound: a level of one in a thousand. Both levels together are .021."""
RESAMPLES = 60
LEAST_FACTS = 2
"""Facts with others of the group that a member has; who hangs on a single one is no member."""
STABLE_PPM = 600_000
"""Below it a group is called unstable."""
SWEEP_MDB = (500, 1_000, 2_000, 3_000, 5_000, 8_000, 12_000)
MOST_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class AccountGroup:
    """Accounts that the ties of the case hold together."""

    members: tuple[str, ...]
    """In order of name."""
    shares_ppm: tuple[int, ...]
    """Share of the resamples in which each member was in the group."""
    loose: tuple[str, ...]
    """Accounts that hang on it by a single fact; no members."""
    stability_ppm: int
    pairs_tied: int
    """Pairs of members with a fact."""
    mean_mdb: int
    """Mean weight over all pairs of members, those without a tie too."""
    excess_mdb: int
    """Weight of all pairs of members less the cost of a pair each."""
    p_ppm: int
    """Chance of a group as surprising among dealt-out facts."""
    bound_mdb: int
    """Weight of its heaviest chain of ties less what chance could choose from."""
    support: Support

    @property
    def stable(self) -> bool:
        """Whether resampling finds it again."""
        return self.stability_ppm >= STABLE_PPM


@dataclass(frozen=True, slots=True)
class Sweep:
    """What another cost of a pair would give."""

    cost_mdb: int
    communities: int
    """Of three accounts or more, tested by nothing."""
    accounts: int
    """Accounts in them."""
    found_again: int
    """Groups of the answer with a community that overlaps by three quarters or more."""


@dataclass(frozen=True, slots=True)
class GroupsAnswer:
    """What is said about groups in a case."""

    status: Status
    accounts: int
    tied: int
    """Accounts with any tie of weight."""
    edges: Mapping[str, int]
    """Kind -> edges that were given, of every kind."""
    facts: int
    """Independent facts they come to."""
    groups: tuple[AccountGroup, ...]
    """The strongest first."""
    things: tuple[AccountGroup, ...]
    """Accounts tied by one shared thing alone: no groups until something else speaks for them."""
    by_chance: int
    """Communities that dealt-out facts make just as well; left out."""
    between_mdb: tuple[tuple[int, ...], ...]
    """Mean weight of a pair with one account in each of two groups; the diagonal is within."""
    sweep: tuple[Sweep, ...]
    cost_mdb: int
    draws: int
    resamples: int
    seed: int


def answer(
    edges: Sequence[Edge],
    names: Sequence[str],
    *,
    seed: int,
    cost_mdb: int = COST_MDB,
    draws: int | None = None,
    resamples: int = RESAMPLES,
) -> GroupsAnswer:
    """Groups of accounts.

    Args:
        edges: Ties of all kinds.
        names: All accounts that were looked at.
        seed: For draws and resamples; same seed, same answer.
        cost_mdb: Cost of a pair inside a group.
        draws: Graphs of dealt-out facts; None for as many as the size allows.
        resamples: Draws of facts for the stability.
    """
    facts = facts_of(edges, names)
    pairs = pairs_of(facts)
    size = len(facts.names)
    many = draws or (DRAWS if len(facts) <= MANY_FACTS else DRAWS_OF_MANY)
    tested = _tested(facts, pairs, cost_mdb, many, seed)
    held = [one for one in tested if one.passes]
    firm = resampled(facts, [one.members for one in held], cost_mdb, resamples, seed)
    made = [
        group
        for one, told in zip(held, firm, strict=True)
        if (group := _group(one, told, facts, pairs, cost_mdb)) is not None
    ]
    made.sort(key=lambda one: (-one.excess_mdb, one.members))
    groups = tuple(one for one in made if one.support.word != "one thing")
    things = tuple(one for one in made if one.support.word == "one thing")
    counted = Counter(edge.kind for edge in edges)
    status: Status = "insufficient" if size < LEAST_GROUP else "nothing_found"
    return GroupsAnswer(
        status="found" if groups else status,
        accounts=size,
        tied=len(np.union1d(facts.a, facts.b)),
        edges={kind: counted[kind] for kind in EDGE_KINDS if counted[kind]},
        facts=len(facts),
        groups=groups,
        things=things,
        by_chance=len(tested) - len(made),
        between_mdb=_between(groups, facts, pairs),
        sweep=_sweep(groups, facts, pairs, seed),
        cost_mdb=cost_mdb,
        draws=many,
        resamples=resamples,
        seed=seed,
    )


@dataclass(frozen=True, slots=True)
class _Tested:
    """A community and what chance says of it."""

    members: IntArray
    p_ppm: int
    bound_mdb: int

    @property
    def passes(self) -> bool:
        """Beyond chance by one of the two tests."""
        return self.p_ppm <= LEVEL_PPM or self.bound_mdb >= LEVEL_BOUND_MDB


def _tested(facts: Facts, pairs: Pairs, cost_mdb: int, draws: int, seed: int) -> list[_Tested]:
    """All communities. Those that pass are set aside and the others tested without their facts."""
    label = communities(len(facts.names), pairs, cost_mdb, seed)
    strong = surprise_milli(label, pairs)
    members = [np.flatnonzero(label == i) for i in range(len(strong))]
    bounds = [bound_mdb(one, facts, pairs) for one in members]
    p = np.full(len(strong), 1_000_000, dtype=np.int64)
    passed = np.zeros(len(strong), dtype=bool)
    for round_ in range(MOST_ROUNDS):
        left = np.flatnonzero(~passed)
        if not len(left):
            break
        rest = facts.of(_outside(label, facts, passed)) if round_ else facts
        strong = surprise_milli(label, pairs_of(rest)) if round_ else strong
        drawn = most_by_chance(rest, cost_mdb, draws, seed + 1_000 * round_)
        p[left] = np.minimum(p[left], chances(strong[left], drawn))
        now = (p <= LEVEL_PPM) | (np.asarray(bounds) >= LEVEL_BOUND_MDB)
        if (now == passed).all():
            break
        passed = now
    return [
        _Tested(one, int(chance), bound)
        for one, chance, bound in zip(members, p, bounds, strict=True)
    ]


def _outside(label: IntArray, facts: Facts, passed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Facts that are not inside one community that passed."""
    same = (label[facts.a] == label[facts.b]) & (label[facts.a] >= 0)
    safe = np.append(passed, False)  # communities numbered -1 are none
    inside: NDArray[np.bool_] = same & safe[label[facts.a]]
    return ~inside


def _group(
    one: _Tested, firm: Stability, facts: Facts, pairs: Pairs, cost_mdb: int
) -> AccountGroup | None:
    """The group with its firm members; None where fewer than three are firm."""
    shares = np.asarray(firm.shares_ppm)
    within = np.isin(facts.a, one.members) & np.isin(facts.b, one.members)
    ends = np.concatenate([facts.a[within], facts.b[within]])
    number = np.bincount(ends, minlength=len(facts.names))[one.members]
    sure = number >= LEAST_FACTS
    members = one.members[sure]
    if len(members) < LEAST_GROUP:
        return None
    inside = np.isin(pairs.a, members) & np.isin(pairs.b, members)
    total = int(pairs.mdb[inside].sum())
    possible = len(members) * (len(members) - 1) // 2
    own = facts.of(np.isin(facts.a, members) & np.isin(facts.b, members))
    return AccountGroup(
        members=tuple(facts.names[i] for i in members),
        shares_ppm=tuple(int(x) for x in shares[sure]),
        loose=tuple(facts.names[i] for i in one.members[~sure]),
        stability_ppm=firm.stability_ppm,
        pairs_tied=int(inside.sum()),
        mean_mdb=total // possible,
        excess_mdb=total - cost_mdb * possible,
        p_ppm=one.p_ppm,
        bound_mdb=one.bound_mdb,
        support=support_of(own),
    )


def _between(
    groups: Sequence[AccountGroup], facts: Facts, pairs: Pairs
) -> tuple[tuple[int, ...], ...]:
    """Mean weight of pairs between groups and within them."""
    size = len(groups)
    index = {name: i for i, name in enumerate(facts.names)}
    label = np.full(len(facts.names), size, dtype=np.int64)
    for i, one in enumerate(groups):
        label[[index[name] for name in one.members]] = i
    total = np.zeros((size + 1, size + 1), dtype=np.int64)
    np.add.at(total, (label[pairs.a], label[pairs.b]), pairs.mdb)
    total = total + total.T - np.diag(np.diag(total))
    of = [len(one.members) for one in groups]
    return tuple(
        tuple(
            int(total[i, j]) // max(1, of[i] * (of[i] - 1) // 2 if i == j else of[i] * of[j])
            for j in range(size)
        )
        for i in range(size)
    )


def _sweep(
    groups: Sequence[AccountGroup], facts: Facts, pairs: Pairs, seed: int
) -> tuple[Sweep, ...]:
    """The same graph at other costs of a pair."""
    index = {name: i for i, name in enumerate(facts.names)}
    members = [np.asarray([index[name] for name in one.members]) for one in groups]
    found = []
    for cost in SWEEP_MDB:
        label = communities(len(facts.names), pairs, cost, seed)
        again = sum(most_similar_ppm(one, label) >= 750_000 for one in members)
        found.append(Sweep(cost, int(label.max(initial=-1)) + 1, int(np.sum(label >= 0)), again))
    return tuple(found)


__all__ = ["FAMILY_NAMES", "AccountGroup", "GroupsAnswer", "Sweep", "answer"]
