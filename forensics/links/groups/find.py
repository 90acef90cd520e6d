"""The groups of a case, from all its ties."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from forensics.clues import Evidence
from forensics.links.edges import Edge
from forensics.links.groups.answer import GroupsAnswer, answer

SEED = 8


def groups_of(evidence: Evidence, edges: Sequence[Edge]) -> GroupsAnswer:
    """Groups among all accounts of a case.

    Args:
        evidence: Says which accounts there are, in whatever units they stand.
        edges: Ties of all kinds, those of crews too.
    """
    return answer(edges, accounts_of(evidence.units.values()), seed=SEED)


def accounts_of(units: Iterable[Sequence[str]]) -> list[str]:
    """All accounts, in order."""
    return sorted({name for accounts in units for name in accounts})
