"""What must come out of each case: words no stronger than the numbers, and twins not believed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from forensics.errors import WeighError
from forensics.evaluate.asking import Check
from forensics.evaluate.cases.outcome import (
    Outcome,
    automatic,
    claim_of,
    confirmed_filing,
    judgement,
    platform_record,
    row_claim,
    who_first,
    with_further,
    word_of,
)
from forensics.evaluate.cases.stated import BODY, CITY, COUNTRY, PROVINCE
from forensics.model import Rung
from forensics.weigh import Assessment, check_words
from forensics.weigh.assessment import Claim
from forensics.weigh.groups import OPERATOR_SETTABLE
from forensics.weigh.stated import Wish, state
from forensics.words import EVEN, TERMS, probability_text, term_index

LEADS_PPM, FOLLOWS_PPM = 500_000, 200_000
"""From here the accounts with clues lead; up to here they follow."""
ALARM_PPM = 50_000


@dataclass(frozen=True, slots=True)
class RungRow:
    """One rung of one case: what a published finding would say, and what the numbers allow."""

    unit: str
    rung: str
    area: str
    expected: str
    """The term at most expected; empty where nothing may be named."""
    all_ppm: int
    lowest_ppm: int
    lowest_test: str
    word: str
    """The strongest term that the lowest test allows."""
    carried: bool


EXPECTED: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "yancheng": (
        ("country", COUNTRY, "very likely"),
        ("province", PROVINCE, "very likely"),
        ("city", CITY, "likely"),
        ("organisation", BODY, "roughly even chance"),
    ),
    "amplifier": (
        ("country", COUNTRY, "roughly even chance"),
        ("province", PROVINCE, "roughly even chance"),
        ("city", CITY, "roughly even chance"),
        ("organisation", BODY, "roughly even chance"),
    ),
    "false_flag": (
        ("country", COUNTRY, "roughly even chance"),
        ("city", CITY, "roughly even chance"),
        ("organisation", BODY, "roughly even chance"),
        ("country", "TR", "very likely"),
    ),
    "ghana": (
        ("country", "GH", "very likely"),
        ("country", "US", "unlikely"),
        ("organisation", BODY, "unlikely"),
    ),
}
"""Case -> rung, area (or row) and the strongest term that would still be right."""


def rungs(outcome: Outcome) -> list[RungRow]:
    """What the numbers allow at each rung that is asked about."""
    out = []
    units = {"all": outcome.pooled, **outcome.by_platform}
    for name, assessment in units.items():
        for rung, area, expected in EXPECTED[outcome.case.name]:
            claim = (
                row_claim(assessment, area)
                if rung == "organisation"
                else claim_of(assessment, area, outcome.places)
            )
            if claim is None:
                continue
            low = claim.lowest
            out.append(
                RungRow(
                    unit=name,
                    rung=rung,
                    area=area,
                    expected=expected,
                    all_ppm=claim.tests[0].assessed_ppm,
                    lowest_ppm=low.assessed_ppm,
                    lowest_test=low.label,
                    word=_sayable(assessment, claim),
                    carried=claim.carried and not (assessment.divided and rung != "zone"),
                )
            )
    return out


def _sayable(assessment: Assessment, claim: Claim) -> str:
    """The strongest term that may be said; of a unit whose pieces disagree, no place above even."""
    word = word_of(claim)
    if assessment.divided and claim.rung != "zone":
        return TERMS[min(TERMS.index(word), EVEN)]
    return word


def checks(outcome: Outcome) -> list[Check]:
    """Everything asked of a case: the rules that hold for all, then what is its own."""
    twin = outcome.case.name != "yancheng"
    found = [*_rules(outcome), *_rungs(outcome), *OWN[outcome.case.name](outcome)]
    return [Check(what, twin, asked, told, passed) for what, asked, told, passed in found]


_Told = Iterator[tuple[str, str, str, bool]]
"""(Subject, what must come out, what came out, whether it did)."""


def _rules(outcome: Outcome) -> _Told:
    """Rules that no case may break."""
    for name, one in {"all": outcome.pooled, **outcome.by_platform}.items():
        said = one.conclusion
        low = said.probability_ppm or 0
        strong = said.likelihood is not None and TERMS.index(said.likelihood) > term_index(low)
        clean = not check_words(one)
        told = f"{said.likelihood or 'no place named'}, lowest test {probability_text(low)}"
        yield "words", f"{name}: no word above the lowest standing test", told, not strong and clean
        broken = _steps_down(one)
        yield "ladder", f"{name}: no claim above a wider one", broken or "holds", not broken
        yield from _body(name, one, outcome)
    persons = "person" in get_args(Rung) or any(
        claim.rung not in get_args(Rung) for claim in outcome.pooled.claims
    )
    refused = _refusal(outcome.pooled, outcome, "person", "likely")
    yield (
        "persons",
        "no person at any rung, and none can be concluded",
        refused[:90],
        (not persons and bool(refused)),
    )
    units = {str(row["clue"]): row["says"] for row in outcome.numbers}
    whole = all(
        isinstance(says, dict) and {"carriers", "control", "first"} <= set(says)
        for says in units.values()
    )
    clued = {clue.id for clue in outcome.clues if clue.kind != "judgement"}  # no account shows it
    yield (
        "numbers",
        "three numbers for every clue",
        f"{len(units)} of {len(clued)} clues",
        (whole and clued <= set(units)),
    )


def _steps_down(one: Assessment) -> str:
    """A claim that holds more than a wider one in some standing test; empty if there is none."""
    for fine in one.claims:
        for wide in one.claims:
            if set(fine.rows) < set(wide.rows):
                held = {test.id: test.assessed_ppm for test in wide.tests}
                for test in fine.tests:
                    if test.in_headline and test.assessed_ppm > held[test.id]:
                        return f"{fine.label} above {wide.label} in the test {test.id}"
    return ""


def _body(name: str, one: Assessment, outcome: Outcome) -> _Told:
    """The organisation: never above roughly even, and refused without its gate."""
    claim = row_claim(one, BODY)
    if claim is None:
        yield "organisation", f"{name}: tested", "the row was not tested", False
        return
    low = claim.lowest.assessed_ppm
    yield (
        "organisation",
        f"{name}: at most roughly even",
        probability_text(low),
        (term_index(low) <= EVEN),
    )
    refused = _refusal(one, outcome, "organisation", "likely")
    yield "organisation", f"{name}: refused without the gate", refused[:90], bool(refused)


def _refusal(one: Assessment, outcome: Outcome, rung: str, term: str) -> str:
    """Why a conclusion is refused; empty if it is not."""
    wish = Wish(
        unit=one.unit,
        rung=rung,  # type: ignore[arg-type]  # a person is no rung: that is what is asked
        term=term,
        confidence="low",
        reasons=("Source quality: made up.",),
        would_change=("A look at the truth.",),
        hypothesis=BODY if rung == "organisation" else "",
    )
    try:
        state(one, wish, outcome.places)
    except WeighError as error:
        return str(error)
    return ""


def _rungs(outcome: Outcome) -> _Told:
    """No rung is given a stronger word than would be right."""
    for row in rungs(outcome):
        if row.unit == "all":
            told = f"{row.word} ({probability_text(row.lowest_ppm)}, {row.lowest_test})"
            passed = TERMS.index(row.word) <= TERMS.index(row.expected)
            yield row.rung, f"{row.area}: at most {row.expected}", told, passed


def _named(one: Assessment) -> str:
    """The place that a conclusion names, in its own words; empty if it names none."""
    return one.claim_label


def _carriers_lead(outcome: Outcome, *, lead: bool) -> _Told:
    """Whether the accounts with clues post first what others post, too."""
    first = who_first(outcome)
    share = first.carriers_first_ppm
    told = f"{probability_text(share or 0)} of {first.pairs} pairs"
    if first.leader:
        told += f"; first {first.leader.account}, p {first.leader.p_ppm / 1_000_000:.3f}"
    right = (
        first.leader is not None
        and first.leader.p_ppm <= ALARM_PPM
        and first.leader.account == outcome.case.truth["lead"]
    )
    if lead:
        asked = "accounts with clues lead the others, and the true leader is found"
        yield "first", asked, told, right and share is not None and share >= LEADS_PPM
    else:
        asked = "accounts with clues follow the others, and the true leader is found"
        yield "first", asked, told, right and share is not None and share <= FOLLOWS_PPM


def _further(outcome: Outcome) -> _Told:
    """Which further clue carries which rung; the report must name it."""
    unit = outcome.pooled.unit
    record, filing = platform_record(unit, CITY), confirmed_filing(unit, CITY)
    sets = {"a platform record": [record], "a confirmed filing": [filing], "both": [record, filing]}
    for area, wanted in ((PROVINCE, "a platform record"), (CITY, "both")):
        told = []
        for name, clues in sets.items():
            claim = claim_of(with_further(outcome, clues), area, outcome.places)
            if claim:
                low = probability_text(claim.lowest.assessed_ppm)
                more = ", carried" if claim.carried else ""
                told.append(f"{name}: {word_of(claim)} ({low}{more})")
        claim = claim_of(with_further(outcome, sets[wanted]), area, outcome.places)
        carried = claim is not None and claim.carried
        yield "further", f"{area} is carried with {wanted}", "; ".join(told), carried
    said = " ".join(outcome.pooled.conclusion.would_change)
    names = "record" in said or "filing" in said
    yield "further", "the report names the clue that would carry the next rung", said, names
    notes = [
        judgement(unit, "a bureau's publicity work", BODY, 10_000),
        judgement(unit, "a gate shared as avatar", BODY, 10_000),
    ]
    claim = row_claim(with_further(outcome, [record, filing, *notes]), BODY)
    told = [f"{word_of(claim)} ({probability_text(claim.lowest.assessed_ppm)})"] if claim else []
    asked = "two notes judged by hand leave the organisation at most roughly even"
    passed = claim is not None and term_index(claim.lowest.assessed_ppm) <= EVEN
    yield "organisation", asked, "".join(told) or "not tested", passed


def _yancheng(outcome: Outcome) -> _Told:
    named = _named(outcome.pooled)
    yield (
        "place",
        "China is named, or less",
        named or "none",
        not named or (named.startswith(("China", "Jiangsu", "one of the zones"))),
    )
    apart = outcome.pooled.divided
    yield "pieces", "one office is not torn in two", apart or "one calendar", not apart
    yield from _carriers_lead(outcome, lead=True)
    yield from _further(outcome)
    yield _imitation(outcome)


def _imitation(outcome: Outcome) -> tuple[str, str, str, bool]:
    """A perfect false flag differs in nothing but what the operator could not set."""
    one = outcome.pooled
    mdb = {(item.group, item.hypothesis): item.mdb for item in one.weights}
    leader = one.tests[0].leader
    parting = [g for g in one.groups if mdb[g.id, leader] != mdb[g.id, "H_imitation"]]
    reach = all(group.set_by not in OPERATOR_SETTABLE for group in parting)
    listed = ", ".join(group.label for group in parting) or "nothing"
    asked = "only clues out of the operator's reach part it from a perfect imitation"
    return "undecidable", asked, f"parted by {listed}", reach


def _amplifier(outcome: Outcome) -> _Told:
    named = _named(outcome.pooled)
    yield (
        "place",
        "neither China nor Jiangsu is named for all 40 accounts",
        named or "none",
        (not named.startswith(("China", "Jiangsu"))),
    )
    apart = outcome.pooled.divided
    yield "pieces", "the two offices are told apart by their days off", apart or "no", bool(apart)
    network = outcome.by_platform.get("western")
    if network is not None:
        told = _named(network)
        claim = claim_of(network, COUNTRY, outcome.places)
        passed = not told.startswith(("China", "Jiangsu")) and not (claim and claim.carried)
        yield "place", "the network itself is not put into China", told or "none", passed
    yield from _carriers_lead(outcome, lead=False)


def _false_flag(outcome: Outcome) -> _Told:
    for how, one in (("stated rows", outcome.pooled), ("proposed rows", automatic(outcome))):
        named = _named(one)
        asked = f"{how}: China is not named; undecidable unless Turkey is"
        yield (
            "place",
            asked,
            named or "undecidable: no place is named",
            (not named or named.startswith("Turkey")),
        )
    against = [text for text in outcome.pooled.conclusion.against if "working calendar" in text]
    yield (
        "against",
        "the calendar stands among what speaks against",
        (against or ["nothing"])[0],
        (bool(against)),
    )
    settable = all(group.set_by in OPERATOR_SETTABLE for group in outcome.pooled.groups)
    said = " ".join(outcome.pooled.conclusion.would_change)
    yield "further", "a clue out of reach is asked for", said, settable and "reach" in said


def _ghana(outcome: Outcome) -> _Told:
    named = _named(outcome.pooled)
    yield "place", "the audience's country is not named", named or "none", "United" not in named
    leader = outcome.pooled.tests[0].leader
    yield "place", "Ghana leads with all clues", leader, leader == "H_ghana"
    claimed = [one.kind for one in outcome.pooled.unweighed if one.role == "claimed_by_persona"]
    yield "claims", "declared homes are shown and not weighed", ", ".join(claimed), bool(claimed)
    record = platform_record(outcome.pooled.unit, "GH")
    claim = claim_of(with_further(outcome, [record]), "GH", outcome.places)
    told = f"{word_of(claim)}, carried {claim.carried}" if claim else "not tested"
    yield "further", "a platform record carries Ghana", told, claim is not None and claim.carried


OWN = {
    "yancheng": _yancheng,
    "amplifier": _amplifier,
    "false_flag": _false_flag,
    "ghana": _ghana,
}
"""Case -> what is asked of it alone."""
