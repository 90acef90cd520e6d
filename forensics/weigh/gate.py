"""What must be on the table before an organisation is named; a person is never named.

Rules: two categories of independent clues above roughly even, and a written answer to each question
of the ethics gate. Where they come from: docs/methods/conclude.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import get_args

from forensics.errors import WeighError
from forensics.model import Rung
from forensics.weigh.assessment import Assessment, Claim
from forensics.words import EVEN, TERMS

SPEAKS_MDB = 500
"""Less than half a deciban is no voice: a clue to another place costs every rival a little."""
LEAST_ANSWER = 12
"""Characters of an answer; "yes" is none."""
RESPONSIBILITY = (
    "not_assessed", "prohibited", "prohibited_but_inadequate", "ignored", "encouraged", "shaped",
    "coordinated", "ordered", "rogue_conducted", "executed", "integrated",
)  # fmt: skip
"""How far an organisation would answer for the work. It never follows from a place."""


@dataclass(frozen=True, slots=True)
class Ethics:
    """The answers that an organisation's name costs."""

    legal_basis: str
    """On what legal basis and licence the data are held."""
    harm_if_wrong: str
    """Who could be hurt if the claim were wrong."""
    harm_if_right: str
    """Who could be hurt if it were right."""
    proportionality: str
    """Why naming is in proportion to the purpose."""
    personal_data: str
    """What was done to keep personal data out."""
    right_of_reply: str
    """Whether the organisation was or will be heard, and why not if not."""


QUESTIONS: tuple[str, ...] = tuple(item.name for item in fields(Ethics))
"""Keys of the answers, in order."""


def read_ethics(answers: Mapping[str, object], where: str) -> Ethics:
    """The answers as they stand in a file.

    Raises:
        WeighError: one is missing or too short to be an answer, or a key is unknown.
    """
    if odd := sorted(set(answers) - set(QUESTIONS)):
        raise WeighError(f"unknown question {odd[0]!r:.60}", where=where, todo="check the spelling")
    for name in QUESTIONS:
        value = answers.get(name)
        if not isinstance(value, str) or len(" ".join(value.split())) < LEAST_ANSWER:
            raise WeighError(
                f"{name} is not answered", where=where, todo="write a sentence: all are printed"
            )
    return Ethics(**{name: str(answers[name]) for name in QUESTIONS})


def speaking(assessment: Assessment, row: str) -> list[str]:
    """Ids of the groups that speak for a row by half a deciban or more, in order."""
    mdb = {(one.group, one.hypothesis): one.mdb for one in assessment.weights}
    return [g.id for g in assessment.groups if mdb[g.id, row] >= SPEAKS_MDB]


def two_categories(assessment: Assessment, row: str) -> bool:
    """True if two independent groups of different categories speak for a row."""
    wanted = set(speaking(assessment, row))
    kinds = [
        frozenset(clue.category for clue in group.clues)
        for group in assessment.groups
        if group.id in wanted
    ]
    return any(
        first != second or len(first | second) > 1
        for place, first in enumerate(kinds)
        for second in kinds[place + 1 :]
    )


def refusals(
    assessment: Assessment, claim: Claim, term: str, ethics: Ethics | None, responsibility: str
) -> tuple[str, ...]:
    """Why this claim may not be made, as sentences; empty if nothing stands against it.

    Args:
        assessment: the unit it is about.
        claim: the place or organisation.
        term: the likelihood term wished for.
        ethics: answers of the gate, if given.
        responsibility: one of RESPONSIBILITY.
    """
    out = []
    if claim.rung not in get_args(Rung):
        out.append(f"W10: there is no rung {claim.rung!r}; persons are never named.")
    if responsibility not in RESPONSIBILITY:
        out.append(f"W10: responsibility is one of {', '.join(RESPONSIBILITY)}.")
    elif responsibility != "not_assessed" and claim.rung != "organisation":
        out.append("W10: a responsibility level belongs to an organisation, never to a place.")
    if claim.rung == "organisation":
        if ethics is None:
            out.append("W10: an organisation is named only with the ethics answers (--ethics).")
        if TERMS.index(term) > EVEN and not two_categories(assessment, claim.leader):
            out.append(
                "W10: above roughly even an organisation needs two independent groups of clues "
                "of different categories (technical, behavioural, contextual)."
            )
    return tuple(out)
