"""What came out of a case, and what is asked of it: claims, who came first, further clues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forensics.clues.controls.first import Lead, Posting, ahead, lead
from forensics.evaluate.cases.written import WrittenCase
from forensics.model import AreaLikelihood, Clue, Hypothesis, Json, RowLikelihood
from forensics.reference.places import Gazetteer
from forensics.weigh import Assessment, assess
from forensics.weigh.assessment import Claim
from forensics.weigh.standing import leader_changes
from forensics.words import MILLION, strongest_term

FURTHER_PPM = 10_000
"""Planted chance and miss rate of a further clue: cost class very high."""
JUDGED_PPM = 200_000
"""Planted chance of what notes say: cost class low."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case after it was received, read, searched and weighed."""

    case: WrittenCase
    pooled: Assessment
    """All accounts as one unit, against the rows stated beforehand."""
    by_platform: Mapping[str, Assessment]
    """The same for the accounts of each platform; empty where that was not asked."""
    clues: tuple[Clue, ...]
    """Clues of the pooled unit."""
    hypotheses: tuple[Hypothesis, ...]
    shared: tuple[Posting, ...]
    """First posting of each text by each account, of texts that several accounts posted."""
    numbers: tuple[Mapping[str, Json], ...]
    """The three numbers of each clue of the pooled unit."""
    places: Gazetteer


def claim_of(assessment: Assessment, area: str, places: Gazetteer) -> Claim | None:
    """The widest claim that was tested and lies wholly in an area; None if there is none."""
    areas = {row.hypothesis.id: row.hypothesis.areas for row in assessment.rows}
    inside = [
        claim
        for claim in assessment.claims
        if claim.rung != "organisation"
        and all(
            areas[row] and all(places.within(code, area) for code in areas[row])
            for row in claim.rows
        )
    ]
    return max(inside, key=lambda claim: len(claim.rows), default=None)


def row_claim(assessment: Assessment, row: str) -> Claim | None:
    """The claim of one row alone, such as an organisation."""
    return next((claim for claim in assessment.claims if claim.rows == (row,)), None)


def word_of(claim: Claim) -> str:
    """The strongest term that the lowest standing test of a claim allows."""
    changes = leader_changes(claim.tests)
    return strongest_term(claim.lowest.assessed_ppm, leader_changes=changes)


def automatic(outcome: Outcome) -> Assessment:
    """The same clues against rows that the program proposes itself."""
    return _weighed(outcome, (), None)


def with_further(outcome: Outcome, further: Sequence[Clue]) -> Assessment:
    """The same case with further clues, against the same rows."""
    return _weighed(outcome, further, outcome.hypotheses)


def _weighed(
    outcome: Outcome, further: Sequence[Clue], rows: Sequence[Hypothesis] | None
) -> Assessment:
    pooled = outcome.pooled
    # A judgement names stated rows: it means nothing to rows that the program proposes.
    known = [one for one in outcome.clues if rows is not None or one.kind != "judgement"]
    return assess(
        pooled.unit,
        [*known, *further],
        rows,
        outcome.places,
        accounts=pooled.accounts,
        posts=pooled.posts,
    )


def platform_record(unit: str, area: str) -> Clue:
    """A further clue: what a platform's own records say, out of the operators' reach."""
    return _further("label", unit, area, "A record of the platform names the area.", "platform")


def confirmed_filing(unit: str, area: str) -> Clue:
    """A further clue: a filing that was looked up in its register."""
    statement = "A filing, confirmed in its register, names the area."
    return _further("filing", unit, area, statement, "register")


def judgement(unit: str, name: str, row: str, mdb: int) -> Clue:
    """A further clue: what a person judged of one row from notes, half as strong at the low end."""
    return Clue(
        id=f"judgement:{unit}:{name}",
        kind="judgement",
        unit=unit,
        statement=f"Judged by hand: {name}.",
        observations=(),
        group=(f"judged:{name}",),
        role="operator_present",
        set_by="unknown",
        category="contextual",
        grade="F6",
        planted_chance_ppm=JUDGED_PPM,
        likelihood=RowLikelihood({row: (mdb, mdb // 2, mdb * 3 // 2)}),
    )


def _further(kind: str, unit: str, area: str, statement: str, source: str) -> Clue:
    return Clue(
        id=f"{kind}:{unit}:further:{area}",
        kind=kind,
        unit=unit,
        statement=statement,
        observations=(),
        group=(f"further:{source}",),
        role="platform_inferred" if source == "platform" else "operator_registered",
        set_by="platform" if source == "platform" else "third_party",
        category="technical",
        grade="F6",
        planted_chance_ppm=FURTHER_PPM,
        likelihood=AreaLikelihood((area,), FURTHER_PPM),
    )


@dataclass(frozen=True, slots=True)
class First:
    """Who posts first what several accounts post."""

    leader: Lead | None
    """The account that precedes the others most clearly."""
    carriers_first_ppm: int | None
    """Of the pairs of a clue carrier and another account that posted one text at different times,
    the share in which the carrier was first; None without such a pair."""
    pairs: int


def who_first(outcome: Outcome) -> First:
    """Whether the accounts with clues lead the others or follow them."""
    told = ahead(outcome.shared, outcome.case.clue_carriers())
    share = round(MILLION * told.before / told.pairs) if told.pairs else None
    return First(lead(outcome.shared), share, told.pairs)
