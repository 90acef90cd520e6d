"""The conclusion: the finest rung that the lowest standing test carries, and how good its basis is.

Where no rung is carried the conclusion says so and names nothing. Likelihood comes from the
table, confidence from the state of the evidence; neither is computed from the other, and they
stand in different sentences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from forensics.model import Clue, Conclusion, Confidence
from forensics.weigh.assessment import Assessment, Claim, Group, StandingTest, lowest
from forensics.weigh.claims import Table
from forensics.weigh.groups import OPERATOR_SETTABLE, TIME_KINDS
from forensics.weigh.standing import leader_changes
from forensics.words import (
    MILLION,
    LintContext,
    LintFinding,
    decibans_text,
    lint,
    probability_text,
    split_sentences,
    strongest_term,
    term_range,
)

PHASE_FREE_KINDS = frozenset({"calendar", "clock_changes"})
"""Kinds that part zones with equal hours."""
ONE_CATEGORY_PPM = 800_000
"""From here on evidence of one category alone wants an answer in the record."""
SPEAKS_MDB = 500
"""Less than half a deciban is no voice: a clue to another place costs every rival a little."""
SPLIT = (
    "An assessment of each piece by itself (--by COLUMN or --by @groups): together they have no "
    "place."
)
DOES_NOT_SAY = (
    "Which person sat at the keyboard.",
    "Who paid for the work or ordered it.",
    "That it held outside the period of the posts.",
    "That other zones which fit the same hours are excluded.",
    "That the input was true when it was received.",
)
"""Always printed, only ever longer."""


def nothing_to_weigh(
    unit: str, unweighed: Sequence[Clue], assumptions: Sequence[str]
) -> Conclusion:
    """The conclusion where no clue may move a hypothesis: that nothing can be said, and why."""
    why = "no finder produced a clue that bears on the place"
    if unweighed:
        why = (
            f"the {len(unweighed)} clues shown tell what was claimed or written about, "
            "which moves no hypothesis about the operators"
        )
    return Conclusion(
        statement=f"Nothing can be said about where the operators of {quoted(unit)} worked: {why}.",
        unit=unit,
        hypothesis=None,
        rung=None,
        probability_ppm=None,
        likelihood=None,
        confidence="low",
        reasons=("Gaps: there is nothing to weigh.",),
        lowest_test="",
        against=(),
        assumptions=tuple(assumptions),
        would_change=("Any clue in a role that counts: hours, an image, a platform label.",),
        does_not_say=DOES_NOT_SAY,
    )


def conclude(
    unit: str,
    table: Table,
    tried: Sequence[Claim],
    *,
    accounts: int,
    assumptions: Sequence[str] = (),
    divided: str = "",
) -> tuple[Conclusion, Claim | None, tuple[str, ...]]:
    """The conclusion, the claim whose tests it quotes (None if no place row leads), and notes.

    Args:
        unit: account or cluster it is about.
        table: rows, groups, weights and standing tests.
        tried: what might be named, the finest rung first.
        accounts: number of accounts of the unit.
        assumptions: sentences it rests on, as stated by the user.
        divided: why the unit is not one; what its parts may share, a set of zones, is still named.
    """
    may = [item for item in tried if not divided or item.rung == "zone"]
    claim = next((item for item in may if item.carried), None)
    leader = table.tests[0].leader
    basis = claim or _quoted([item for item in tried if leader in item.rows])
    tests = basis.tests if basis else table.tests
    row = basis.leader if basis else leader
    low = lowest(tests)
    agree = [group for group in table.groups if _mdb(table, group.id, row) >= SPEAKS_MDB]
    against = _against(table, tests, row)
    confidence, reasons = _confidence(agree, table, bool(_conflicts(table, row)), assumptions)
    if claim and low.assessed_ppm >= ONE_CATEGORY_PPM and len(_categories(agree)) < 2:
        against += ("All clues for it are of one category: answer this in the record.",)
    if divided:
        against = (divided, *against)
    if claim is None or divided:
        confidence = "low"
    word = strongest_term(low.assessed_ppm, leader_changes=leader_changes(tests))
    cited = ", ".join(group.id for group in agree or table.groups)
    statement = (
        f"It is {word} ({term_range(word)}) that the operators of {quoted(unit)} "
        f"worked in {claim.label} [{cited}]."
        if claim
        else _no_place(basis or _alone(table, leader), cited)
    )
    conclusion = Conclusion(
        statement=statement,
        unit=unit,
        hypothesis=claim.rows[0] if claim else None,
        rung=claim.rung if claim else None,
        probability_ppm=low.assessed_ppm,
        likelihood=word if claim else None,
        confidence=confidence,
        reasons=reasons,
        lowest_test=low.id,
        against=against,
        assumptions=tuple(assumptions),
        would_change=(
            *((SPLIT,) if divided else ()),
            *_would_change(table, agree),
        ),
        does_not_say=(_carriers(table.groups, accounts), *DOES_NOT_SAY),
        clues=tuple(sorted(clue.id for group in table.groups for clue in group.clues)),
    )
    return conclusion, basis, _notes(tried, claim)


def check_words(assessment: Assessment) -> tuple[LintFinding, ...]:
    """What the linter finds in the statement of an assessment; its numbers and names are known."""
    conclusion = assessment.conclusion
    names = {quoted(assessment.unit): None, assessment.claim_label: conclusion.rung}
    context = LintContext(
        lowest_ppm=conclusion.probability_ppm,
        leader_changes=leader_changes(assessment.tests),
        ids=frozenset(group.id for group in assessment.groups),
        names=names,
    )
    return lint(split_sentences(conclusion.statement), context)


def quoted(unit: str) -> str:
    """A unit's name in quotation marks, on one line and cut to 80 characters.

    It comes from the input: without the marks an account called "likely" would read as a term, and
    with a space after a full stop it could end the sentence.
    """
    flat = " ".join(unit.replace("“", "'").replace("”", "'").split())
    flat = re.sub(r"(?<=[.!?]) ", "", flat)
    return f"“{flat if len(flat) <= 80 else flat[:79] + '…'}”"


def _mdb(table: Table, group: str, row: str) -> int:
    """Weight of a group for a row."""
    return next(w.mdb for w in table.weights if (w.group, w.hypothesis) == (group, row))


def _categories(groups: Sequence[Group]) -> set[str]:
    """Categories of the clues in these groups."""
    return {clue.category for group in groups for clue in group.clues}


def _row_name(table: Table, row: str) -> str:
    """Short name of a row for the middle of a sentence."""
    hypothesis = table.rows.hypotheses[table.rows.index(row)]
    return {
        "audience": "hours that follow the audience",
        "scheduler": "a scheduler",
        "imitation": "an imitation",
        "none": "any place not listed",
    }.get(hypothesis.kind) or hypothesis.statement.removeprefix("Worked in ").rstrip(".")


def _quoted(tried: Sequence[Claim]) -> Claim | None:
    """The claim whose numbers are given where none is carried; None if nothing was tried.

    The finest that holds more than half with all groups; if none does, the coarsest: the name of
    one country among equals would be read as a finding.
    """
    half = (item for item in tried if item.tests[0].assessed_ppm > MILLION // 2)
    return next(half, tried[-1] if tried else None)


def _alone(table: Table, leader: str) -> Claim:
    """The leading row as a claim of its own, where it is no place."""
    rung = table.rows.hypotheses[table.rows.index(leader)].rung
    return Claim(rung, _row_name(table, leader), (leader,), leader, table.tests)


def _no_place(claim: Claim, cited: str) -> str:
    """The sentence where no rung is carried: numbers, and no assessment."""
    best = max(test.assessed_ppm for test in claim.tests if test.in_headline)
    which, holds = ("row", "holds") if len(claim.rows) == 1 else ("rows together", "hold")
    return (
        f"No place can be named: the leading {which} ({claim.label}) {holds} "
        f"{probability_text(best)} in the highest test and "
        f"{probability_text(claim.lowest.assessed_ppm)} in the lowest test ({claim.lowest.label}) "
        f"[{cited}]."
    )


def _conflicts(table: Table, row: str) -> list[str]:
    """Groups that speak against the row, or that the other groups contradict."""
    out = []
    for group in table.groups:
        mdb = _mdb(table, group.id, row)
        if mdb <= -SPEAKS_MDB:
            out.append(
                f"{group.id} ({group.label}) speaks against it: {decibans_text(mdb)} for "
                f"{_row_name(table, row)}."
            )
        if group.support_mdb < 0:
            out.append(
                f"{group.id} ({group.label}) conflicts with the other groups: support "
                f"{decibans_text(group.support_mdb)}; probability that it is wrong "
                f"{probability_text(group.wrong_ppm)}."
            )
    return out


def _against(table: Table, tests: Sequence[StandingTest], row: str) -> tuple[str, ...]:
    """Everything that speaks against the conclusion, as sentences."""
    changed = [
        f"Another row leads in the test '{test.label}': {_row_name(table, test.leader)} at "
        f"{probability_text(test.leader_ppm)}."
        for test in tests
        if test.leader != tests[0].leader
    ]
    settable = [group for group in table.groups if group.set_by in OPERATOR_SETTABLE]
    fake = ""
    if settable:
        dearest = min(settable, key=lambda group: (group.planted_chance_ppm, group.id))
        fake = (
            f"An imitator would have to fake {len(settable)} of {len(table.groups)} groups; the "
            f"dearest is {dearest.id} ({dearest.label}), planted with "
            f"{probability_text(dearest.planted_chance_ppm)}."
        )
    return (*_conflicts(table, row), *changed, *([fake] if fake else []))


def _confidence(
    agree: Sequence[Group], table: Table, conflict: bool, assumptions: Sequence[str]
) -> tuple[Confidence, tuple[str, ...]]:
    """Confidence and its reasons under the four heads.

    An automatic conclusion is moderate at most, and only if two independent groups of different
    categories agree and nothing conflicts. Probabilities play no part.
    """
    pairs = any(
        first is not second and _categories([first]) != _categories([second])
        for first in agree
        for second in agree
    )
    moderate = pairs and not conflict
    reach = sum(group.set_by not in OPERATOR_SETTABLE for group in table.groups)
    graded = sum(clue.grade[:1] != "F" for group in table.groups for clue in group.clues)
    total = sum(len(group.clues) for group in table.groups)
    gaps = [
        text
        for text, missing in (
            ("no clue that does not depend on the phase of the day", not _phase_free(table)),
            ("no group out of the operator's reach", reach == 0),
            ("no second reviewer", True),
        )
        if missing
    ]
    columns = len(table.groups)
    quality = (
        f"Source quality: {graded} of {total} clues carry a graded source; {reach} of {columns} "
        "groups are out of the operator's reach."
    )
    corroboration = (
        f"Corroboration: {len(agree)} of {columns} independent groups speak for it "
        f"(categories: {len(_categories(agree))}); {'conflicts' if conflict else 'no conflict'}."
    )
    stated = (
        f"Assumptions: {len(assumptions)} stated; planted chances are set by cost of faking, not "
        "measured."
    )
    reasons = (quality, corroboration, stated, f"Gaps: {'; '.join(gaps)}.")
    return ("moderate" if moderate else "low"), reasons


def _phase_free(table: Table) -> bool:
    """True if some clue parts places that keep equal hours."""
    return any(clue.kind in PHASE_FREE_KINDS for group in table.groups for clue in group.clues)


def _would_change(table: Table, agree: Sequence[Group]) -> tuple[str, ...]:
    """What further clue would carry or overturn the conclusion."""
    out = []
    if not _phase_free(table):
        out.append(
            "A calendar test: gaps on public holidays, make-up working days or a clock change part "
            "places that share the same hours."
        )
    if all(group.set_by in OPERATOR_SETTABLE for group in table.groups):
        out.append("A clue out of the operator's reach: a platform record or a confirmed filing.")
    if len(_categories(agree)) < 2:
        out.append("A clue of another category (technical, behavioural, contextual).")
    if any(row.kind == "audience" and not row.zone for row in table.rows.hypotheses):
        out.append("The zone of the audience: whether the hours follow it was not tested.")
    return tuple(out)


def _carriers(groups: Sequence[Group], accounts: int) -> str:
    """How many accounts carry a clue of their own: times are those of all of them together."""
    carrying = {
        name
        for group in groups
        for clue in group.clues
        if clue.kind not in TIME_KINDS
        for name in clue.accounts
    }
    return (
        f"That all {accounts} accounts share the place: {len(carrying)} of them carry a clue other "
        "than times."
    )


def _notes(tried: Sequence[Claim], claim: Claim | None) -> tuple[str, ...]:
    """What was tried on the way down the ladder, in numbers."""
    out = []
    for item in tried:
        best = max(test.assessed_ppm for test in item.tests if test.in_headline)
        text = (
            f"Rung {item.rung}, {item.label}: {probability_text(best)} in the highest test, "
            f"{probability_text(item.lowest.assessed_ppm)} in the lowest test "
            f"({item.lowest.label})"
        )
        if len(item.rows) > 1:
            text += f", counting {len(item.rows)} rows as one"
        out.append(f"{text}{': named.' if item is claim else '.'}")
        if item is claim:
            break
    return tuple(out)
