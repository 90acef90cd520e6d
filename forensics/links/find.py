"""The links between accounts, for every unit of three or more."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from forensics.clues import Evidence
from forensics.engine import PostTable
from forensics.links.counts import Group, read_group, read_minutes, read_rows
from forensics.links.crews.answer import CrewsAnswer, answer
from forensics.links.crews.features import Days, days_of, quietest_hour
from forensics.links.crews.finding import EXAMPLES, MOST_PAIRS, Links, finding
from forensics.links.handover import HandOver, Watch, hand_overs, watches
from forensics.links.turns.answer import TurnsAnswer
from forensics.links.turns.answer import answer as turns_answer
from forensics.model import Finding, RowRef

LEAST_ACCOUNTS = 3
MOST_TURNS = 5000
"""Accounts of a unit among which turn-taking is looked for; in a larger one, within its crews."""
SEED = 5


def find(evidence: Evidence) -> list[Finding]:
    """One finding "crews" for every unit of at least three accounts."""
    posts = evidence.posts
    if posts is None:
        return []
    return [
        finding(links_of(posts, unit, accounts))
        for unit, accounts in evidence.units.items()
        if len(accounts) >= LEAST_ACCOUNTS
    ]


def links_of(posts: PostTable, unit: str, accounts: Sequence[str]) -> Links:
    """Crews, watches, hand-overs and turn-taking of one unit."""
    group = read_group(posts, unit, accounts)
    crews = answer(group, seed=SEED)
    found, told = _shifts(group, crews)
    among = _among(group, crews)
    turns, rows = _turns(posts, group, among) if len(among) > 1 else (None, {})
    return Links(crews, found, told, turns, rows)


def _shifts(group: Group, crews: CrewsAnswer) -> tuple[tuple[Watch, ...], tuple[HandOver, ...]]:
    """Watches and hand-overs; without crews the whole unit is looked at as one."""
    days: Days | None = days_of(group)
    if days is None or crews.status == "insufficient" or crews.wide:
        return (), ()
    parts = [one.members for one in crews.crews] or [crews.considered]
    found = watches(group, days, parts)
    return found, hand_overs(group, days, found, np.random.default_rng(SEED))


def _among(group: Group, crews: CrewsAnswer) -> list[int]:
    """Accounts among which turn-taking is looked for."""
    if len(group.accounts) <= MOST_TURNS:
        return list(range(len(group.accounts)))
    inside = sorted(one for crew in crews.crews for one in crew.members)
    return inside[:MOST_TURNS]


def _turns(
    posts: PostTable, group: Group, among: list[int]
) -> tuple[TurnsAnswer, dict[tuple[int, int], RowRef]]:
    """Pairs that take turns, and rows for their examples."""
    names = [group.accounts[i] for i in among]
    owner, minute = read_minutes(posts, names)
    owner = np.asarray(among, dtype=np.int32)[owner]
    cut = quietest_hour(group.hour) if len(group.hour) else 0
    told = turns_answer(owner, minute, len(group.accounts), cut, seed=SEED)
    shown = told.pairs[:MOST_PAIRS]
    asked = sorted({m for one in shown for both in one.test.moments[:EXAMPLES] for m in both})
    who = sorted({i for one in shown for i in (one.a, one.b)})
    found = read_rows(posts, [group.accounts[i] for i in who], asked)
    return told, {(who[code], at): row for (code, at), row in found.items()}
