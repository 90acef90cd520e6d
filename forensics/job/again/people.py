"""Conclusions that people wrote, held against the numbers that were worked out again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from forensics.case import Case
from forensics.job.acts import Concluded, concluded
from forensics.job.again.parts import Part
from forensics.weigh import Assessment
from forensics.weigh.assessment import Claim
from forensics.words import TERMS, term_index


def conclusions_again(case: Case, assessments: Sequence[Assessment]) -> Iterator[Part]:
    """Each latest conclusion of people: its probability, its test and its word.

    The words are theirs and stand as written; the numbers must be those of a claim that was tested.
    One that rests on earlier weights is not repeated: the report calls it so.
    """
    by_unit = {one.unit: one for one in assessments}
    for one in concluded(case):
        name = f"conclusion on {one.body['unit']} ({one.body['rung']})"
        if one.stale:
            said = "rests on earlier weights; the report says so"
            yield Part(name, "not repeated", said, one.seq + 1)
            continue
        found = by_unit.get(str(one.body["unit"]))
        said = "there is no such unit" if found is None else _wrong(one, found)
        yield Part(name, "differs" if said else "equal", said, one.seq + 1)


def _wrong(one: Concluded, assessment: Assessment) -> str:
    """What a conclusion says that the numbers do not; empty if they agree."""
    body = one.body
    tested = [
        claim
        for claim in assessment.claims
        if claim.rung == body["rung"] and claim.rows[0] == body["hypothesis"]
    ]
    if not tested:
        return f"{body['hypothesis']} at rung {body['rung']} was not tested"
    if not any(_same(body["probability_ppm"], body["lowest_test"], claim) for claim in tested):
        low = tested[0].lowest
        return (
            f"probability_ppm: {body['probability_ppm']} ({body['lowest_test']}) in the case, "
            f"{low.assessed_ppm} ({low.id}) worked out again"
        )
    term = str(body["likelihood"])
    most = max(claim.lowest.assessed_ppm for claim in tested)
    if term not in TERMS or TERMS.index(term) > term_index(most):
        return f"{term!r} is above what the numbers carry"
    return ""


def _same(probability_ppm: object, test: object, claim: Claim) -> bool:
    return (probability_ppm, test) == (claim.lowest.assessed_ppm, claim.lowest.id)
