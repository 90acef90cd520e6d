"""What would carry the next rung: worked out by weighing, and the same as a real further clue."""

from __future__ import annotations

import re
from typing import Any

import pytest

from forensics.evaluate.cases.outcome import confirmed_filing, platform_record
from forensics.evaluate.cases.stated import CITY, ROWS
from forensics.model import AreaLikelihood, Clue, CountryLikelihood, Hypothesis
from forensics.reference.places import load_gazetteer
from forensics.weigh import Assessment, assess
from forensics.words import probability_text

UNIT = "x"


def hypotheses() -> list[Hypothesis]:
    made: list[Any] = [
        (name, text, rung, prior, "stated", areas, "place")
        for name, text, rung, prior, areas in ROWS
    ]
    made += [
        (f"H_{kind}", f"{kind}.", "zone", prior, "stated", (), kind)
        for kind, prior in (("audience", 120_000), ("scheduler", 120_000), ("imitation", 10_000),
                            ("none", 50_000))
    ]  # fmt: skip
    return [
        Hypothesis(name, text, rung, prior, why, areas=areas, kind=kind)
        for name, text, rung, prior, why, areas, kind in made
    ]


def clue(kind: str, likelihood: AreaLikelihood | CountryLikelihood, **more: object) -> Clue:
    fields: dict[str, object] = {
        "id": f"{kind}:{UNIT}", "kind": kind, "unit": UNIT, "statement": "Said.",
        "observations": (), "group": (kind,), "role": "operator_present", "set_by": "operator",
        "category": "behavioural", "grade": "F6", "planted_chance_ppm": 50_000,
    }  # fmt: skip
    return Clue(**{**fields, **more, "likelihood": likelihood})  # type: ignore[arg-type]


CALENDAR = clue("calendar", CountryLikelihood({"CN": 30_000, "": 0, "TR": -10_000}))
LABEL = clue(
    "label",
    AreaLikelihood(("CN-JS",), 50_000),
    set_by="platform",
    role="platform_inferred",
    category="technical",
    planted_chance_ppm=100_000,
)


def weighed(*clues: Clue, **more: str) -> Assessment:
    return assess(
        UNIT,
        clues,
        hypotheses(),
        load_gazetteer(),
        accounts=9,
        posts=900,
        **more,  # type: ignore[arg-type]
    )


def sentence(one: Assessment, rung: str) -> str:
    return next(text for text in one.conclusion.would_change if text.startswith(rung))


@pytest.mark.parametrize(
    ("name", "further"),
    [("a record of the platform itself", platform_record(UNIT, CITY)),
     ("a filing confirmed in its register", confirmed_filing(UNIT, CITY))],
)  # fmt: skip
def test_what_it_foretells_is_what_a_real_clue_brings(name: str, further: Clue) -> None:
    before = sentence(weighed(CALENDAR, LABEL), "City")
    after = weighed(CALENDAR, LABEL, further)
    claim = next(one for one in after.claims if one.rung == "city")
    text = probability_text(claim.lowest.assessed_ppm)
    if claim.carried:
        assert f"{name} ({text})" in before
    else:
        assert not re.search(rf"one of these that names it:[^.]*{name}", before)


def test_a_kind_that_names_the_place_already_is_not_asked_for_again() -> None:
    assert "region labels of a platform" not in sentence(weighed(LABEL), "Province")
    assert "region labels of a platform" in sentence(weighed(LABEL), "City")


def test_a_carried_rung_asks_for_nothing() -> None:
    told = weighed(CALENDAR, LABEL, platform_record(UNIT, "CN-JS"))
    assert any(one.carried and one.rung == "province" for one in told.claims)
    assert not [text for text in told.conclusion.would_change if text.startswith("Province")]


def test_an_organisation_names_the_categories_that_are_missing() -> None:
    assert "technical or behavioural or contextual" in sentence(weighed(CALENDAR), "Organisation")


def test_a_divided_unit_names_no_place_and_asks_to_be_split() -> None:
    further = platform_record(UNIT, "CN-JS")
    assert weighed(CALENDAR, LABEL, further).conclusion.rung == "province"
    told = weighed(CALENDAR, LABEL, further, divided="Pieces of it disagree.")
    assert told.conclusion.rung in {None, "zone"}
    assert told.conclusion.confidence == "low"
    assert told.conclusion.against[0] == "Pieces of it disagree."
    assert "--by" in told.conclusion.would_change[0]
