"""Picking controls: up to four for each account, by platform, language, quarter, activity, topic.

Every step is stated and seeded, no control stands in two sets of one unit, and an account for which
nobody comparable was given stays without: it is counted and left out of the comparison.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forensics.clues.controls.naming import Naming
from forensics.clues.controls.sets import ControlSet, Matched
from forensics.clues.controls.strata import By, Stratum, choose_by, strata
from forensics.clues.controls.topics import Topics
from forensics.model import Json

if TYPE_CHECKING:
    from forensics.clues.controls.given import Controls
    from forensics.clues.evidence import Evidence
    from forensics.engine import PostTable

PER_ACCOUNT = 4
QUARTERS_APART = 1
"""A control's busiest quarter is the account's or a neighbour of it."""
BANDS_APART = 1
"""A control has between a quarter and four times as many posts, about."""
POOL = 24
"""Comparable accounts among which the topic chooses."""
LONGEST = 400
"""Comparable accounts kept for one account."""
ENOUGH_TOPICS = 2
"""Topics choose if at least one account in so many has one."""
SEED = 12


def settings() -> dict[str, Json]:
    """The settings of the matching, as whole numbers."""
    return {
        "controls_per_account": PER_ACCOUNT,
        "quarters_apart": QUARTERS_APART,
        "activity_bands_apart": BANDS_APART,
        "pool": POOL,
        "seed": SEED,
    }


def matched(evidence: Evidence, unit: str) -> Matched | None:
    """The controls of a unit; None without controls or posts. Worked out once."""
    controls = evidence.controls
    if controls is None or evidence.posts is None:
        return None
    if not controls.memo.matched:
        controls.memo.matched.update(_all_units(evidence, evidence.posts, controls))
    return controls.memo.matched.get(unit)


def naming_of(evidence: Evidence) -> Naming:
    """The naming of all accounts of units and of all their controls. Worked out once."""
    controls = evidence.controls
    if controls is not None and controls.memo.naming is not None:
        return controls.memo.naming
    mine = {name for names in evidence.units.values() for name in names}
    sides: list[tuple[PostTable, Collection[str]]] = []
    if evidence.posts is not None:
        sides.append((evidence.posts, mine))
    if controls is None:
        return Naming(sides)
    chosen = [matched(evidence, unit) for unit in evidence.units]
    others = {name for sets in chosen if sets is not None for name in sets.controls}
    controls.memo.naming = Naming([*sides, (controls.posts, others)])
    return controls.memo.naming


def _all_units(evidence: Evidence, posts: PostTable, controls: Controls) -> dict[str, Matched]:
    """Every unit's sets; outlines are read once, topics of all who might be chosen once."""
    by = choose_by(posts, controls.posts)
    case = strata(posts, evidence.platforms, by)
    wanted = set(controls.accounts)
    outlines = strata(controls.posts, controls.platforms, by)
    others = Field([one for name, one in outlines.items() if name in wanted])
    pools = {
        unit: {name: others.near(case[name], n) for n, name in enumerate(accounts) if name in case}
        for unit, accounts in evidence.units.items()
    }
    near = {one for unit in pools.values() for pool in unit.values() for one in pool[:POOL]}
    mine = {name for unit in pools.values() for name in unit}
    topics = Topics([(posts, mine), (controls.posts, near)])
    return {unit: choose(pool, by, topics) for unit, pool in pools.items()}


class Field:
    """Control accounts as columns, to find the comparable ones of many accounts."""

    def __init__(self, outlines: Sequence[Stratum]) -> None:
        """Nothing is compared yet."""
        self._names = [one.account for one in outlines]
        self._platforms = _Codes()
        self._tongues = _Codes()
        self._platform = np.array([self._platforms.of(one.platform) for one in outlines], dtype=int)
        self._tongue = np.array([self._tongues.of(one.tongue) for one in outlines], dtype=int)
        self._quarter = np.array([one.quarter for one in outlines], dtype=int)
        self._band = np.array([one.band for one in outlines], dtype=int)

    def near(self, one: Stratum, number: int) -> list[str]:
        """Comparable accounts, closest first; equally close ones in an order drawn by the seed.

        A platform or language that is not known on one side keeps nobody out.
        """
        quarters = np.abs(self._quarter - one.quarter)
        bands = np.abs(self._band - one.band)
        fits = (quarters <= QUARTERS_APART) & (bands <= BANDS_APART)
        fits &= _like(self._platform, self._platforms.of(one.platform))
        fits &= _like(self._tongue, self._tongues.of(one.tongue))
        found = np.flatnonzero(fits)
        drawn = np.random.default_rng([SEED, number]).permutation(len(found))
        found = found[drawn]
        found = found[np.argsort((quarters + bands)[found], kind="stable")]
        return [self._names[at] for at in found[:LONGEST].tolist()]


def _like(column: NDArray[np.int_], code: int) -> NDArray[np.bool_]:
    """True where a value is equal, or unknown on either side (code 0)."""
    if code == 0:
        return np.ones(len(column), dtype=bool)
    return np.asarray((column == code) | (column == 0))


class _Codes:
    """Numbers for values; 0 for the empty one."""

    def __init__(self) -> None:
        self._codes = {"": 0}

    def of(self, value: str) -> int:
        return self._codes.setdefault(value, len(self._codes))


def choose(pools: Mapping[str, Sequence[str]], by: By, topics: Topics) -> Matched:
    """The sets of one unit: who has fewest comparable accounts chooses first.

    Args:
        pools: Account -> comparable controls, closest first.
        by: What the pools were made by; carried on.
        topics: Word vectors; they order the first `POOL` of each pool if half of the accounts
            have one.
    """
    with_topic = sum(name in topics.rows for name in pools)
    by_topic = bool(with_topic) and with_topic * ENOUGH_TOPICS >= len(pools)
    order = sorted(pools, key=lambda one: (len(pools[one]), one))
    ranked = {name: _ranked(name, pools[name], topics, by_topic=by_topic) for name in order}
    used: set[str] = set()
    chosen: dict[str, list[str]] = {name: [] for name in order}
    for _ in range(PER_ACCOUNT):  # one each in turn: scarce controls are shared out
        for name in order:
            one = next((other for other in ranked[name] if other not in used), None)
            if one is not None:
                used.add(one)
                chosen[name].append(one)
    sets = tuple(ControlSet(name, tuple(sorted(chosen[name]))) for name in sorted(chosen))
    return Matched(sets, by, by_topic)


def _ranked(name: str, pool: Sequence[str], topics: Topics, *, by_topic: bool) -> Sequence[str]:
    """A pool in the order of choice: its closest by topic, then the others."""
    if not by_topic:
        return pool
    first = pool[:POOL]
    like = dict(zip(first, topics.likeness(name, first), strict=True))
    return [*sorted(first, key=lambda one: -like[one]), *pool[POOL:]]
