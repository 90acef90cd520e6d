"""The groups of a case, from all its ties."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from forensics.clues import Evidence
from forensics.links.content.reader import Reader
from forensics.links.content.shares import Shares
from forensics.links.edges import Edge
from forensics.links.groups.answer import GroupsAnswer, answer
from forensics.links.groups.first import First, first_of

SEED = 8


def groups_of(evidence: Evidence, edges: Sequence[Edge]) -> GroupsAnswer:
    """Groups among all accounts of a case.

    Args:
        evidence: Says which accounts there are, in whatever units they stand.
        edges: Ties of all kinds, those of crews too.
    """
    return answer(edges, accounts_of(evidence.units.values()), seed=SEED)


def firsts_of(
    evidence: Evidence, told: GroupsAnswer, shares: Shares | None
) -> tuple[First | None, ...]:
    """Who posted first in each group, then in each set tied by one thing; examples with rows."""
    made = [*told.groups, *told.things]
    if shares is None or evidence.posts is None:
        return tuple(None for _ in made)
    found = [first_of(shares, one.members) for one in made]
    places = [one.place for first in found if first for one in first.examples]
    with Reader(evidence) as reader:
        rows = reader.rows(places)
    return tuple(
        first
        and replace(
            first,
            examples=tuple(replace(one, row=rows.get(one.place)) for one in first.examples),
        )
        for first in found
    )


def accounts_of(units: Iterable[Sequence[str]]) -> list[str]:
    """All accounts, in order."""
    return sorted({name for accounts in units for name in accounts})
