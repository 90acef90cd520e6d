"""Reviews: what others say of a case, of one conclusion or of one clue, and whether it still holds.

A review is one line of the record over everything before it. Later lines that change a result make
it stale: the reviewer has not seen them. Nothing is edited; a later review by the same name on the
same scope takes the place of the earlier one, which stays in the record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from forensics.case import Case
from forensics.case.record import ATTENDING
from forensics.case.seals import same_person
from forensics.errors import UsageError
from forensics.job.acts import MOST_TEXT
from forensics.model import Entry, Json
from forensics.show.reviews import ReviewView

Verdict = Literal["concur", "comment", "object", "ask"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
MEANS = {
    "concur": "concurs",
    "comment": "concurs with a comment",
    "object": "dissents",
    "ask": "asks",
}
"""How the report words a verdict."""
AGREES = frozenset({"concur", "comment"})
"""Verdicts that agree; nobody gives them on a conclusion of their own."""
_SCOPE = re.compile(r"conclusion:([1-9][0-9]{0,8})|clue:(.+)|case", re.DOTALL)
CLUES = "clues.jsonl"


@dataclass(frozen=True, slots=True)
class Review:
    """One review as it stands in the record."""

    seq: int
    who: str
    verdict: str
    scope: str
    """`case`, `conclusion:LINE` or `clue:ID`."""
    reason: str
    over: str
    """Digest of the record when it was given."""
    stale: bool
    """True if a later line changes a result."""


def add_review(case: Case, verdict: str, scope: str, reason: str) -> Entry:
    """Write one review into the record, in the name under which the case was opened.

    Raises:
        UsageError: an unknown verdict, a scope that the case does not have, no reason, or somebody
            who concurs with a conclusion of their own.
    """
    if verdict not in VERDICTS:
        raise UsageError(
            f"no verdict {verdict!r:.40}", where="--verdict", todo=f"one of: {', '.join(VERDICTS)}"
        )
    if not reason.strip() or len(reason) > MOST_TEXT:
        raise UsageError(f"a text of 1 to {MOST_TEXT:,} characters is needed", where="--reason")
    with case.exclusively():
        concluder = _concluder(case, scope)
        if verdict in AGREES and concluder is not None and same_person(concluder, case.who):
            raise UsageError(
                "is who wrote that conclusion", where="--who", todo="let somebody else review it"
            )
        body: dict[str, Json] = {
            "verdict": verdict, "scope": scope, "reason": reason,
            "head": case.head(), "over": case.digest(),
        }  # fmt: skip
        return case.append("review", body)


def _concluder(case: Case, scope: str) -> str | None:
    """Who wrote the conclusion that a scope names, if it names one.

    Raises:
        UsageError: the case has no such conclusion or clue, or it is no scope.
    """
    found = _SCOPE.fullmatch(scope)
    if found is None:
        raise UsageError(
            f"no scope {scope!r:.60}", where="--scope", todo="case, conclusion:LINE or clue:ID"
        )
    if found[1]:
        for entry in case.entries():
            if entry.seq + 1 == int(found[1]) and entry.kind == "conclude" and "unit" in entry.body:
                return entry.who
        raise UsageError(
            f"line {found[1]} is no conclusion", where="--scope", todo="the report names its line"
        )
    if found[2] and not _is_clue(case, found[2]):
        raise UsageError(
            f"no clue {found[2]!r:.60}", where="--scope", todo="the report names every clue"
        )
    return None


def _is_clue(case: Case, name: str) -> bool:
    if not (case.tables / CLUES).is_file():
        return False
    return any(row.get("id") == name for row in case.read_table(CLUES))


def reviews(case: Case) -> Iterator[Review]:
    """Every review in the order of the record; blind grades are not among them."""
    entries = tuple(case.entries())
    work = max((one.seq for one in entries if one.kind not in ATTENDING), default=-1)
    for entry in entries:
        body = entry.body
        if entry.kind == "review" and body.get("verdict") in VERDICTS:
            yield Review(
                entry.seq,
                entry.who,
                str(body["verdict"]),
                str(body.get("scope", "")),
                str(body.get("reason", "")),
                str(body.get("over", "")),
                stale=work > entry.seq,
            )


def concurring(case: Case, line: int, concluder: str) -> str:
    """Who else has concurred with the conclusion of that line, and not gone back on it.

    A comment agrees as well. The last verdict of each name counts. Empty if nobody has.
    """
    last: dict[str, Review] = {}
    for one in reviews(case):
        if one.scope == f"conclusion:{line}" and not same_person(one.who, concluder):
            last[plain_name(one.who)] = one
    return ", ".join(one.who for one in last.values() if one.verdict in AGREES)


def review_views(case: Case) -> tuple[ReviewView, ...]:
    """Every review as the report prints it; dissent is worded as dissent."""
    roles = roles_of(case)
    return tuple(
        ReviewView(
            one.who, MEANS[one.verdict], one.scope, one.reason, one.over, one.stale,
            roles.get(plain_name(one.who), ""),
        )
        for one in reviews(case)
    )  # fmt: skip


def plain_name(who: str) -> str:
    """A name without what `same_person` looks away from: case and spaces."""
    return " ".join(who.casefold().split())


def roles_of(case: Case) -> dict[str, str]:
    """Plain name -> role, as `case.toml` states them."""
    return {
        plain_name(str(one["name"])): str(one["role"])
        for one in case.edited().people
    }  # fmt: skip
