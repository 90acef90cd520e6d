"""Weighing a case: what its people wrote into `case.toml`, applied to each unit's clues."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from forensics.case import Case, CaseFile
from forensics.clock import utc_text
from forensics.clues import LOOSE, Evidence
from forensics.clues.calendars import pieces as calendar_pieces
from forensics.errors import WeighError
from forensics.job.judgements import asked, confirmed
from forensics.job.settings import RunSettings
from forensics.job.tying import UNGROUPED
from forensics.model import Clue, Finding, Progress
from forensics.weigh import Assessment, Period, assess


def weigh_units(
    case: Case,
    evidence: Evidence,
    findings: Sequence[Finding],
    told: RunSettings,
    progress: Progress,
) -> Iterator[Assessment]:
    """An assessment of each unit, in order; images that no post names come last, unweighed.

    Raises:
        CaseError: `case.toml` cannot be read.
        WeighError: it names a clue or a hypothesis that is not there.
    """
    edited = case.edited()
    clues = grouped([clue for finding in findings for clue in finding.clues], edited)
    priors = {
        item["hypothesis"]: (item["prior_ppm"], item["reason"]) for item in by_hand(edited.priors)
    }
    posts = {one.account: one.n for one in evidence.posts.accounts()} if evidence.posts else {}
    for number, (unit, accounts) in enumerate(evidence.units.items()):
        progress("weigh", number, len(evidence.units))
        if told.by_groups and unit == UNGROUPED:
            yield in_no_group(evidence, [clue for clue in clues if clue.unit == unit])
            continue
        yield assess(
            unit,
            [clue for clue in clues if clue.unit == unit],
            edited.hypotheses or None,
            evidence.places,
            accounts=len(accounts),
            posts=sum(posts[name] for name in accounts),
            audience_zone=told.audience_zone or followed(findings, unit),
            assumptions=assumptions(edited, told),
            priors=priors,
            period=asked(edited, unit) or active(evidence, accounts),
            confirmed=confirmed(edited),
            divided=divided(findings, unit),
        )
    progress("weigh", len(evidence.units), len(evidence.units))
    if any(finding.unit == LOOSE for finding in findings):
        yield tied_to_nobody(evidence, [clue for clue in clues if clue.unit == LOOSE])


def active(evidence: Evidence, accounts: Sequence[str]) -> Period | None:
    """First and last day on which any of these accounts posted; None without posts."""
    wanted = frozenset(accounts)
    spans = [
        (one.first_us, one.last_us)
        for one in (evidence.posts.accounts() if evidence.posts else ())
        if one.account in wanted
    ]
    if not spans:
        return None
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    return Period(utc_text(first)[:10], utc_text(last)[:10])


def followed(findings: Sequence[Finding], unit: str) -> str | None:
    """The zone of an audience whose clock a unit was found to keep; None if none was found.

    The row for the audience then has that zone, so that hours and clock changes which fit people
    living there fit an audience there just as well.
    """
    for one in findings:
        if one.finder == "audience" and one.unit == unit and one.details["verdict"] == "audience":
            return str(one.details["zone"])
    return None


def divided(findings: Sequence[Finding], unit: str) -> str:
    """Why a unit is not one: its pieces keep different calendars. Empty if none was found to."""
    for one in findings:
        if one.finder == calendar_pieces.FINDER and one.unit == unit and one.status == "found":
            return one.statement
    return ""


def by_hand(rows: Sequence[Any]) -> Sequence[Any]:
    """Rows of `case.toml`, whose types were checked when it was read."""
    return rows


def assumptions(edited: CaseFile, told: RunSettings) -> list[str]:
    """Sentences everything rests on: written by hand, and stated on the command line."""
    found = [f"{item['statement']} ({item['because']})" for item in edited.assumptions]
    if told.assume_zone:
        because = told.assume_because or "no reason was given"
        found.append(f"Times without offset were read as {told.assume_zone} ({because}).")
    return found


def grouped(clues: Sequence[Clue], edited: CaseFile) -> list[Clue]:
    """The clues, those that a person grouped by hand tied together by one more key.

    Raises:
        WeighError: a group names a clue that no finder gave.
    """
    keys: dict[str, tuple[str, ...]] = {}
    known = {clue.id for clue in clues}
    for item in by_hand(edited.groups):
        for name in item["clues"]:
            if name not in known:
                raise WeighError(
                    f"group {item['id']!r} names a clue that is not there: {name!r}",
                    where="case.toml",
                    todo="take an id of tables/clues.jsonl",
                )
            keys[name] = (*keys.get(name, ()), f"by hand:{item['id']}")
    return [replace(clue, group=(*clue.group, *keys.get(clue.id, ()))) for clue in clues]


def tied_to_nobody(evidence: Evidence, clues: Sequence[Clue]) -> Assessment:
    """Images that no post names: shown with all they say, weighed for nobody."""
    empty = assess(LOOSE, [], None, evidence.places, accounts=0, posts=0)
    conclusion = replace(
        empty.conclusion,
        statement="Images that no post names are shown and weighed for nobody.",
        would_change=("A column that names the files of each post (media) ties them to accounts.",),
        clues=tuple(clue.id for clue in clues),
    )
    return replace(empty, conclusion=conclusion, unweighed=tuple(clues))


def in_no_group(evidence: Evidence, clues: Sequence[Clue]) -> Assessment:
    """Accounts that no group holds: shown with all they say, weighed for nobody."""
    accounts = evidence.units[UNGROUPED]
    posts = evidence.posts.accounts() if evidence.posts else ()
    wanted = frozenset(accounts)
    empty = assess(
        UNGROUPED,
        [],
        None,
        evidence.places,
        accounts=len(accounts),
        posts=sum(one.n for one in posts if one.account in wanted),
    )
    held = f"The {len(accounts):,} accounts that no group holds are"
    conclusion = replace(
        empty.conclusion,
        statement=f"{held if len(accounts) > 1 else 'The account that no group holds is'} shown "
        "and weighed for nobody: nothing ties them together, so that a place of all of them would "
        "be that of none.",
        would_change=(
            "More ties between these accounts.",
            (
                "A run without --by @groups assesses all accounts as one unit; one with the column "
                "of account names assesses each by itself."
            ),
        ),
        clues=tuple(clue.id for clue in clues),
    )
    return replace(empty, conclusion=conclusion, unweighed=tuple(clues))
