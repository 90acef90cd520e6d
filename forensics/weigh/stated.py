"""A conclusion that a person states: checked against the numbers before it may enter the record.

The program proposes; a person concludes, and answers for it. What is refused here: a word above
the lowest standing test, likelihood and confidence in one sentence, a claim without clues, a place
finer than the rung, an organisation without its gate. Rules and their sources:
docs/methods/conclude.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from forensics.errors import WeighError
from forensics.model import Conclusion, Confidence, Rung
from forensics.reference.coordinates import find_coordinates
from forensics.reference.places import Gazetteer
from forensics.weigh.assessment import Assessment, Claim
from forensics.weigh.conclude import DOES_NOT_SAY, ONE_CATEGORY_PPM, quoted
from forensics.weigh.gate import Ethics, refusals, speaking, two_categories
from forensics.weigh.standing import leader_changes
from forensics.words import (
    CONFIDENCES,
    EVEN,
    TERMS,
    LintContext,
    lint,
    probability_text,
    split_sentences,
    term_range,
)

_LEVELS = {"zone": 0, "country": 1, "province": 2, "city": 3, "organisation": 3}
_AREA_LEVELS = {"country": 1, "admin1": 2, "admin2": 3}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants to conclude."""

    unit: str
    rung: Rung
    term: str
    confidence: Confidence
    reasons: tuple[str, ...]
    """Why the confidence is what it is; at least one in the person's own words."""
    would_change: tuple[str, ...]
    """What further finding would overturn it; at least one."""
    hypothesis: str = ""
    """Id of a row; empty takes what the program tried at that rung."""
    statement: str = ""
    """Own words; empty for the standard sentence."""
    because: str = ""
    """Why the term is weaker than the numbers allow, or why evidence of one category is enough."""
    does_not_say: tuple[str, ...] = ()
    dissent: tuple[str, ...] = ()
    """Who disagrees and why, in their words."""
    ethics: Ethics | None = None
    responsibility: str = "not_assessed"


def choose(assessment: Assessment, rung: Rung, hypothesis: str = "") -> Claim:
    """The claim that is meant: at that rung, and of that row where one is named.

    Raises:
        WeighError: nothing of the kind was tested; says what was.
    """
    fits = [
        claim
        for claim in assessment.claims
        if claim.rung == rung and (not hypothesis or hypothesis in claim.rows)
    ]
    if not hypothesis and fits and fits[0].leader != assessment.claims[0].leader:
        fits = fits if len(fits) == 1 else []
    if not fits:
        tested = "; ".join(
            f"{claim.rung} {claim.leader} ({claim.label})" for claim in assessment.claims
        )
        raise WeighError(
            f"no claim at rung {rung!r}{f' for {hypothesis!r}' if hypothesis else ''} was tested",
            where=assessment.unit,
            todo=f"tested: {tested or 'nothing'}; name a row with --hypothesis, or add one to "
            "case.toml",
        )
    return fits[0]


def state(assessment: Assessment, wish: Wish, gazetteer: Gazetteer) -> Conclusion:
    """The conclusion as it may stand in the record.

    Raises:
        WeighError: one line with everything that is refused, each with its rule.
    """
    claim = choose(assessment, wish.rung, wish.hypothesis)
    if wish.term not in TERMS:
        raise WeighError(f"no term {wish.term!r}", todo=f"one of: {', '.join(TERMS)}")
    statement = wish.statement.strip() or _standard(assessment, claim, wish.term)
    found = [
        *_lacks(assessment, claim, wish),
        *refusals(assessment, claim, wish.term, wish.ethics, wish.responsibility),
        *_words(assessment, claim, wish, statement),
        *_finer(claim, statement, gazetteer),
    ]
    if found:
        raise WeighError(" ".join(dict.fromkeys(found)), where=f"conclusion on {assessment.unit}")
    own = assessment.conclusion
    low = claim.lowest
    return Conclusion(
        statement=statement,
        unit=assessment.unit,
        hypothesis=claim.rows[0],
        rung=claim.rung,
        probability_ppm=low.assessed_ppm,
        likelihood=wish.term,
        confidence=wish.confidence,
        reasons=(*wish.reasons, *own.reasons),
        lowest_test=low.id,
        against=(*own.against, *(f"Dissent: {text}" for text in wish.dissent)),
        assumptions=own.assumptions,
        would_change=(*wish.would_change, *own.would_change),
        does_not_say=tuple(dict.fromkeys((*wish.does_not_say, *own.does_not_say, *DOES_NOT_SAY))),
        clues=own.clues,
    )


def _standard(assessment: Assessment, claim: Claim, term: str) -> str:
    cited = speaking(assessment, claim.leader) or [group.id for group in assessment.groups]
    return (
        f"It is {term} ({term_range(term)}) that the operators of {quoted(assessment.unit)} "
        f"worked in {claim.label} [{', '.join(cited)}]."
    )


def _lacks(assessment: Assessment, claim: Claim, wish: Wish) -> list[str]:
    """What a conclusion must say and does not."""
    out = []
    if not [text for text in wish.reasons if text.strip()]:
        out.append("Confidence needs a reason (--reason).")
    if not [text for text in wish.would_change if text.strip()]:
        out.append("Say what would change it (--would-change).")
    if wish.confidence not in CONFIDENCES:
        out.append(f"Confidence is one of {', '.join(CONFIDENCES)}.")
    elif wish.confidence == "high" and assessment.conclusion.confidence == "low":
        out.append(
            "Confidence cannot be high where clues conflict or two categories do not agree: "
            f"{' '.join(assessment.conclusion.reasons)}"
        )
    if assessment.divided and claim.rung != "zone" and _above_even(wish.term):
        out.append(
            f"The unit is not one: {assessment.divided} Conclude on each piece, or on the zones."
        )
    one_sided = not two_categories(assessment, claim.leader)
    if one_sided and claim.lowest.assessed_ppm >= ONE_CATEGORY_PPM and not wish.because.strip():
        out.append("All clues for it are of one category: say why that is enough (--because).")
    return out


def _above_even(term: str) -> bool:
    """True for a term above roughly even; an unknown one is refused elsewhere."""
    return term in TERMS and TERMS.index(term) > EVEN


def _words(assessment: Assessment, claim: Claim, wish: Wish, statement: str) -> list[str]:
    """What the linter refuses in the statement, and in everything said beside it."""
    names: dict[str, Rung | None] = {quoted(assessment.unit): None, claim.label: claim.rung}
    ids = {group.id for group in assessment.groups}
    context = LintContext(
        lowest_ppm=claim.lowest.assessed_ppm,
        leader_changes=leader_changes(claim.tests),
        reason=wish.because.strip() or None,
        ids=frozenset(ids),
        names=names,
    )
    found = [*lint(split_sentences(statement), context)]
    beside = LintContext(names=names, conclusion=False)
    for text in (*wish.reasons, *wish.would_change, *wish.does_not_say):
        found += lint(split_sentences(text), beside)
    out = [f"{one.rule}: {one.message}." for one in found]
    if wish.term not in statement:
        out.append(f"W3: the statement does not use the term {wish.term!r}.")
    if any(one.rule == "W3" and one.severity == "reason_wanted" for one in found):
        out.append("Give the reason with --because.")
    elif any(one.rule in {"W3", "W4"} for one in found):
        shown = probability_text(claim.lowest.assessed_ppm)
        out.append(f"The lowest standing test ({claim.lowest.label}) gives {shown}.")
    return out


def _finer(claim: Claim, statement: str, gazetteer: Gazetteer) -> list[str]:
    """W9: a pin, or the name of an area finer than the rung and inside the claimed one."""
    if any(find_coordinates(statement)):
        return ["W9: coordinates in a claim about an area."]
    limit = _LEVELS[claim.rung]
    bare = statement.replace(claim.label, " ")
    codes = re.findall(r"\(([A-Z]{2}(?:-[A-Z0-9]{1,3}(?:\.[A-Za-z0-9]{1,12})?)?)\)", claim.label)
    for area in gazetteer.areas.values():
        if _AREA_LEVELS[area.level] <= limit or not _inside(area.code, codes, gazetteer):
            continue
        if any(_named(name, bare) for name in (area.name, area.name_local) if name):
            return [f"W9: {area.name} is finer than the rung {claim.rung!r}."]
    return []


def _inside(code: str, wider: Sequence[str], gazetteer: Gazetteer) -> bool:
    """True if an area lies in one of the claimed ones; for a set of zones every area counts."""
    return not wider or any(gazetteer.within(code, one) for one in wider)


def _named(name: str, text: str) -> bool:
    if name not in text:
        return False
    return not name.isascii() or re.search(rf"\b{re.escape(name)}\b", text) is not None
