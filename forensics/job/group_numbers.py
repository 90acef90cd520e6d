"""The three numbers that reviewers ask for, of every group of clues.

How many of N accounts carry it, how common it is among matched controls, and whether its carriers
post first what they share with the others: all texts that several accounts of the unit posted are
looked at, not only those that show the clue. Where a number cannot be had, it says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from forensics.case import Case, TableRef
from forensics.clues import Evidence
from forensics.clues.controls.first import LEAST_PAIRS, Posting, ahead, lead
from forensics.engine.samples import shared_texts
from forensics.job.clue_numbers import numbers_by_clue
from forensics.model import Json
from forensics.weigh import Assessment
from forensics.weigh.assessment import Group
from forensics.weigh.groups import TIME_KINDS

GROUP_NUMBERS = "group_numbers.jsonl"
MOST_UNITS = 50
"""Units whose shared texts are read; of those behind them it is not known who was first."""


def write_group_numbers(
    case: Case, evidence: Evidence, assessments: Sequence[Assessment]
) -> TableRef:
    """The numbers of every group of every unit, in order."""
    return case.write_table(GROUP_NUMBERS, _rows(case, evidence, assessments))


def read_group_numbers(case: Case) -> Mapping[str, tuple[Mapping[str, Any], ...]]:
    """Unit -> the rows of its groups; empty where none were written."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    if (case.tables / GROUP_NUMBERS).is_file():
        for row in case.read_table(GROUP_NUMBERS):
            found.setdefault(str(row["unit"]), []).append(row)
    return {unit: tuple(rows) for unit, rows in found.items()}


def _rows(
    case: Case, evidence: Evidence, assessments: Sequence[Assessment]
) -> Iterator[dict[str, Json]]:
    asked = numbers_by_clue(case)
    for number, one in enumerate(assessments):
        accounts = evidence.units.get(one.unit, ())
        postings: list[Posting] | None = None
        if evidence.posts is not None and len(accounts) > 1 and number < MOST_UNITS and one.groups:
            shared = shared_texts(evidence.posts, accounts)
            postings = [Posting(str(each.content), each.account, each.t_us) for each in shared]
        leading = None if postings is None else lead(postings)
        for group in one.groups:
            carriers = sorted({name for clue in group.clues for name in clue.accounts})
            whole = all(clue.kind in TIME_KINDS for clue in group.clues)
            k = len(carriers)
            first = _first(postings, carriers, len(accounts), whole=whole)
            if leading is not None and leading.account in carriers and not whole:
                first += f" {leading.account}, which leads all of them, carries it."
            yield {
                "unit": one.unit,
                "group": group.id,
                "carrying": None if whole else k,
                "accounts": len(accounts),
                "carriers": _carriers(k, len(accounts), whole=whole),
                "control": _control(group, asked),
                "first": first,
            }


def _carriers(k: int, n: int, *, whole: bool) -> str:
    """How many accounts carry the group."""
    if whole:
        return f"Not known by account: times are those of all {n:,} accounts together."
    if not k:
        return "Not known: nothing ties these clues to an account."
    return f"{k:,} of {n:,} accounts."


def _control(group: Group, asked: Mapping[str, Mapping[str, Any]]) -> str:
    """How common its clues are in controls; each reason once where it is not known."""
    said = [str(asked[clue.id]["says"]["control"]) for clue in group.clues if clue.id in asked]
    known = [
        text for clue, text in zip(group.clues, said, strict=False)
        if asked[clue.id]["others"] is not None
    ]  # fmt: skip
    if known:
        return " ".join(dict.fromkeys(known))
    if not said:
        return "Not known: these clues were given by hand."
    return "Not known. " + " ".join(dict.fromkeys(said))


def _first(
    postings: Sequence[Posting] | None, carriers: Sequence[str], n: int, *, whole: bool
) -> str:
    """Whether those who carry it lead or follow the others."""
    if whole:
        return "Not known: times belong to no account of their own."
    if not carriers:
        return "Not known: no account carries it."
    if len(carriers) >= n:
        return "Not known: every account carries it, so that there are no others to precede."
    if postings is None:
        return "Not known: there are no posts of several accounts, or too many units."
    told = ahead(postings, frozenset(carriers))
    if told.pairs < LEAST_PAIRS:
        return (
            f"Not known: carriers and others share {told.contents:,} texts with {told.pairs:,} "
            f"pairs of different times; {LEAST_PAIRS} are needed."
        )
    percent = round(100 * told.before / told.pairs)
    return (
        f"Carriers post first in {told.before:,} of {told.pairs:,} pairs ({percent} %), over "
        f"{told.contents:,} texts that they share with others."
    )
