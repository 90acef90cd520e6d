"""Claimed against assessed: what personas declare, beside what the conclusion names."""

from __future__ import annotations

from dataclasses import replace

from forensics.job.claimed import LISTED, NOTHING_NAMED, claimed_places
from forensics.model import AreaLikelihood, Clue, Finding, Hypothesis
from forensics.reference.places import load_gazetteer
from forensics.weigh import assess


def declared(**accounts: int) -> Finding:
    """A finding of claims: area (underscore for hyphen) -> accounts."""
    listed = {key.replace("_", "-"): n for key, n in accounts.items()}
    return Finding("claims", "U", "found", "", details={"locations": dict(listed)})


def test_places_are_listed_by_accounts_and_nothing_assessed_is_said() -> None:
    places = load_gazetteer()
    nothing = assess("U", [], None, places, accounts=3, posts=9)
    found = claimed_places([declared(US_TX=2, US=5)], nothing, places)
    assert [(one.claimed, one.claimed_area, one.accounts) for one in found] == [
        ("United States", "US", 5),
        ("Texas, United States", "US-TX", 2),
    ]
    assert {(one.assessed, one.assessed_area, one.rung) for one in found} == {
        (NOTHING_NAMED, None, None)
    }
    assert claimed_places([Finding("labels", "U", "found", "")], nothing, places) == ()


def test_too_many_places_are_counted_by_country() -> None:
    places = load_gazetteer()
    nothing = assess("U", [], None, places, accounts=3, posts=9)
    states = {f"US_{x}": 1 for x in ("TX", "CA", "NY", "WA", "OR", "NV", "AZ", "UT", "CO")}
    assert len(states) > LISTED
    found = claimed_places([declared(**states, FR=3)], nothing, places)
    assert [(one.claimed_area, one.accounts) for one in found] == [("US", 9), ("FR", 3)]


def test_the_assessed_place_is_that_of_the_conclusion() -> None:
    places = load_gazetteer()
    rows = [
        Hypothesis("H_js", "worked in Jiangsu", "province", 500_000, "test", areas=("CN-JS",)),
        Hypothesis("H_none", "none of these", "country", 500_000, "test", kind="none"),
    ]
    clue = Clue(
        id="label:U:CN-JS",
        kind="label",
        unit="U",
        statement="",
        observations=(),
        group=("ip:label",),
        role="platform_inferred",
        set_by="platform",
        category="technical",
        grade="F6",
        planted_chance_ppm=100_000,
        likelihood=AreaLikelihood(("CN-JS",), 50_000),
    )
    empty = assess("U", [clue], rows, places, accounts=3, posts=9)
    conclusion = replace(empty.conclusion, hypothesis="H_js", rung="province")
    (found,) = claimed_places([declared(FR=1)], replace(empty, conclusion=conclusion), places)
    assert (found.assessed_area, found.rung) == ("CN-JS", "province")
    assert found.assessed == "Jiangsu (江苏省), China"
