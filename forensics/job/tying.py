"""What ties the accounts of a case, and units made of the groups the ties form.

Ties are looked for before clues: where a run was told `--by @groups`, its units come from them.
Ties between any two accounts do not depend on units; crews do, and are looked for among all
accounts first, so that a shared rota can make a group, then within each group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from forensics.case import Case, TableRef
from forensics.clues import Evidence
from forensics.job.settings import RunSettings
from forensics.links import find_links, find_ties
from forensics.links.edges import Ties
from forensics.links.groups.answer import GroupsAnswer
from forensics.links.groups.find import firsts_of, groups_of
from forensics.links.groups.finding import finding, group_name, rows_of
from forensics.links.groups.first import First
from forensics.links.traces.crews import with_crews
from forensics.model import Finding, Progress
from forensics.show.groups import GroupsView, groups_view

GROUPS = "groups.jsonl"
UNGROUPED = "(in no group)"
"""Unit of the accounts that no group holds: shown, and weighed for nobody."""


@dataclass(frozen=True, slots=True)
class Tied:
    """The evidence in the units it is assessed in, and all that ties its accounts."""

    evidence: Evidence
    units: tuple[Finding, ...]
    """Links within each unit."""
    whole: tuple[Finding, ...]
    """Answers about all accounts: one for each kind of tie, then the groups."""
    ties: Ties
    groups: GroupsAnswer
    firsts: tuple[First | None, ...]

    def write(self, case: Case) -> TableRef:
        """The table of groups."""
        return case.write_table(GROUPS, rows_of(self.groups, self.firsts))


def tie(evidence: Evidence, told: RunSettings, progress: Progress) -> Tied:
    """What ties the accounts; where units are groups, the evidence comes back in those units."""
    found = find_links(evidence, progress)
    ties = with_crews(find_ties(evidence, progress), found)
    groups = groups_of(evidence, ties.edges)
    whole = [*ties.findings, finding(groups)]
    if told.by_groups:
        whole = [*(one for one in found if one.finder == "crews"), *whole]
        evidence = replace(evidence, units=units_of(groups, evidence.units))
        found = find_links(evidence, progress)
    firsts = firsts_of(evidence, groups, ties.shares)
    return Tied(evidence, tuple(found), tuple(whole), ties, groups, firsts)


def units_of(
    groups: GroupsAnswer, units: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """Group -> its members, the strongest first, and last all accounts that no group holds."""
    made = {group_name(at): one.members for at, one in enumerate(groups.groups, start=1)}
    grouped = {name for members in made.values() for name in members}
    rest = sorted({name for names in units.values() for name in names} - grouped)
    return {**made, UNGROUPED: tuple(rest)} if rest else made


def groups_of_case(case: Case, told: RunSettings) -> GroupsView:
    """The groups as they stand in the tables of a case; empty where they were not looked for."""
    if not (case.tables / GROUPS).is_file():
        return GroupsView()
    rows: list[Any] = list(case.read_table(GROUPS))
    said: Any = next(
        (row for row in case.read_table("findings.jsonl") if row["finder"] == "groups"), None
    )
    if said is None:
        return GroupsView()
    names = [str(row["group"]) for row in rows if row["support"] != "one thing"]
    return groups_view(rows, said, dict(zip(names, names, strict=True)) if told.by_groups else None)
