"""Are two accounts at one place? A Bayes factor over the places of the world.

log10 of the sum of P_a(h) P_b(h) / prior(h): how much more often two who work at one place show
these clues than two who were placed by chance. It compares "one place" with "two places drawn by
population", not with "two places nearby". Formula and known answers: docs/methods/weighing.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from forensics.model import Clue
from forensics.reference.places import Gazetteer
from forensics.weigh.groups import TIME_KINDS, ClueGroup, group_clues
from forensics.weigh.places import FloatArray, Fusion, Ground, at_random, hear_aimed
from forensics.words import MDB_PER_TEN, MILLION, toward_zero

LINK_MDB = 10_000
"""Ten to one: from here on two are said to fit one place, if more than hours is known of both."""
MOST_BEARERS = 60
"""Accounts, units and crews that are compared, 1,770 pairs; those with the most clues."""

Sort = Literal["account", "crew", "unit"]
Verdict = Literal[
    "one place",
    "one place, unless planted",
    "not told apart",
    "two places, unless planted",
    "two places",
    "times only",
]


@dataclass(frozen=True, slots=True)
class Bearer:
    """An account, crew or unit with the clues it carries."""

    sort: Sort
    name: str
    clues: tuple[Clue, ...]


@dataclass(frozen=True, slots=True)
class SamePlace:
    """Two bearers, and how well one place explains both."""

    sort: Sort
    one: str
    other: str
    random_mdb: int
    """10,000 times log10 of the Bayes factor by place, if clues fail by chance only."""
    aimed_mdb: int
    """The same with planting allowed for: whoever plants both proves nothing."""
    city_mdb: int
    """As `random_mdb`, by second-level area instead of place."""
    verdict: Verdict
    area: str
    """First-level area that both point to most, taken together; empty if none has a name."""
    area_ppm: int
    """What it holds of their common answer."""
    one_clues: int
    """Groups of clues compared on this side."""
    other_clues: int
    shared: int
    """Groups left out because both carry the same thing, which counts once and tells no place."""


def bayes_factor(fusion: Fusion, one: int, other: int) -> float:
    """How much better one place explains two groups of a fusion than two places by chance."""
    prior = fusion.ground.prior
    first, second = fusion.levels[one], fusion.levels[other]
    both = float((prior * first * second).sum())
    return both / (float((prior * first).sum()) * float((prior * second).sum()))


def same_place(
    bearers: Sequence[Bearer], gazetteer: Gazetteer
) -> tuple[tuple[SamePlace, ...], tuple[str, ...]]:
    """Every pair of one sort among the bearers, best first, and the names that were left out.

    Clues that two bearers share by a group key (one picture, one export, one persona) are left out
    on both sides. A bearer without a weighed clue is not compared.
    """
    ground = Ground.of(gazetteer)
    known = [(one, groups) for one in bearers if (groups := group_clues(one.clues)[0])]
    known.sort(key=lambda pair: (-len(pair[1]), pair[0].sort, pair[0].name))
    compared = sorted(known[:MOST_BEARERS], key=lambda pair: (pair[0].sort, pair[0].name))
    ears = _Ears(ground)
    found = [
        _pair(first, second, ears)
        for first, second in combinations(compared, 2)
        if first[0].sort == second[0].sort
    ]
    found.sort(key=lambda pair: (pair.sort, -pair.random_mdb, pair.one, pair.other))
    left = sorted(f"{one.sort} {one.name}" for one, _ in known[MOST_BEARERS:])
    return tuple(found), tuple(left)


class _Ears:
    """Posteriors of sets of groups, worked out once."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._known: dict[tuple[str, ...], tuple[FloatArray, FloatArray]] = {}

    def hear(self, groups: Sequence[ClueGroup]) -> tuple[FloatArray, FloatArray]:
        """Posterior at random and aimed, as shares of the prior: 1 everywhere without clues."""
        key = tuple(repr(clue) for group in groups for clue in group.clues)
        if key not in self._known:
            heard = [hear_aimed(group, self.ground) for group in groups]
            random = Fusion.of(self.ground, [at_random(one) for one in heard]).posterior()
            aimed = Fusion.of(self.ground, heard).posterior()
            self._known[key] = (random / self.ground.prior, aimed / self.ground.prior)
        return self._known[key]


def _pair(
    first: tuple[Bearer, Sequence[ClueGroup]],
    second: tuple[Bearer, Sequence[ClueGroup]],
    ears: _Ears,
) -> SamePlace:
    """One pair, without what both carry."""
    (one, groups), (other, others) = first, second
    mine, theirs = _keys(groups), _keys(others)
    own = [group for group in groups if not _keys([group]) & theirs]
    their = [group for group in others if not _keys([group]) & mine]
    (random, aimed), (random2, aimed2) = ears.hear(own), ears.hear(their)
    ground = ears.ground
    by_place = _mdb(float((ground.prior * random * random2).sum()))
    planted = _mdb(float((ground.prior * aimed * aimed2).sum()))
    area, share = _best_area(ground, random * random2) if own and their else ("", 0)
    return SamePlace(
        sort=one.sort,
        one=one.name,
        other=other.name,
        random_mdb=by_place,
        aimed_mdb=planted,
        city_mdb=_mdb(_by_city(ground, random, random2)),
        verdict=_verdict(by_place, planted, own, their),
        area=area,
        area_ppm=share,
        one_clues=len(own),
        other_clues=len(their),
        shared=len(groups) - len(own),
    )


def _mdb(factor: float) -> int:
    """Milli-decibans of a Bayes factor."""
    return toward_zero(MDB_PER_TEN * math.log10(factor))


def _keys(groups: Iterable[ClueGroup]) -> set[str]:
    """Everything that clues of these groups share with others; a clue is a key of its own."""
    return {
        key for group in groups for clue in group.clues for key in (*clue.group, f"clue:{clue.id}")
    }


def _verdict(
    mdb: int, planted: int, own: Sequence[ClueGroup], their: Sequence[ClueGroup]
) -> Verdict:
    """What may be said; hours alone never link firmly, however rare their zone is."""
    for groups in (own, their):
        if all(clue.kind in TIME_KINDS for group in groups for clue in group.distinct):
            return "times only" if groups else "not told apart"
    if abs(mdb) < LINK_MDB:
        return "not told apart"
    if mdb > 0:
        return "one place" if planted >= LINK_MDB else "one place, unless planted"
    return "two places" if planted <= -LINK_MDB else "two places, unless planted"


def _by_city(ground: Ground, random: FloatArray, random2: FloatArray) -> float:
    """The Bayes factor by second-level area; places in none stay places of their own."""
    codes, index = ground.gazetteer.partition("admin2")
    cells = np.where(np.array([bool(code) for code in codes])[index], index, len(codes))
    lone = cells == len(codes)
    size = len(codes) + 1
    mass = [
        np.bincount(cells, weights=ground.prior * one, minlength=size)[:-1]
        for one in (random, random2, np.ones_like(random))
    ]
    full = mass[2] > 0
    inside = float((mass[0][full] * mass[1][full] / mass[2][full]).sum())
    return inside + float((ground.prior * random * random2)[lone].sum())


def _best_area(ground: Ground, both: FloatArray) -> tuple[str, int]:
    """First-level area with most of the common answer."""
    codes, index = ground.gazetteer.partition("admin1")
    sums = np.bincount(index, weights=ground.prior * both, minlength=len(codes))
    named = np.array([bool(code) for code in codes])
    best = int(np.argmax(np.where(named, sums, -1.0)))
    return codes[best], round(MILLION * float(sums[best] / sums.sum()))


def bearers_of(
    units: Mapping[str, Sequence[str]],
    crews: Mapping[str, Sequence[Sequence[str]]],
    clues: Sequence[Clue],
) -> list[Bearer]:
    """Units with all their clues; accounts and crews with those their own accounts carry.

    Hours, days and clock changes are those of a whole unit: an account has them only where it is
    the unit, and a crew has none.

    Args:
        units: unit -> its accounts.
        crews: unit -> its crews, each a list of accounts.
        clues: the clues of all units.
    """
    out = []
    for unit, accounts in units.items():
        mine = [clue for clue in clues if clue.unit == unit]
        own = [clue for clue in mine if clue.kind not in TIME_KINDS]
        out.append(Bearer("unit", unit, tuple(mine)))
        for name in accounts:
            carried = mine if len(accounts) == 1 else [one for one in own if name in one.accounts]
            out.append(Bearer("account", name, tuple(carried)))
        for number, members in enumerate(crews.get(unit, ()), start=1):
            carried = [one for one in own if not set(members).isdisjoint(one.accounts)]
            out.append(Bearer("crew", f"{unit}, crew {number}", tuple(carried)))
    return out
