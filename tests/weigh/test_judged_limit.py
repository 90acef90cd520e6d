"""A clue about what is written about is weighed, though only so far."""

from __future__ import annotations

from dataclasses import replace

import pytest

from forensics.model import AreaLikelihood, Clue, Hypothesis
from forensics.reference.places import load_gazetteer
from forensics.weigh import Assessment, assess

LIMIT_MDB = 5_000
CITY = "CN-JS.3209"
ROWS = (
    Hypothesis("H1", "Worked in Yancheng.", "city", 300_000, "named before", areas=(CITY,)),
    Hypothesis("H2", "Worked in Kenya.", "country", 300_000, "named before", areas=("KE",)),
)
CLUE = Clue(
    id=f"over_representation:u:{CITY}",
    kind="over_representation",
    unit="u",
    statement="Written about more than controls do.",
    observations=(),
    group=("topic:u",),
    role="content_subject",
    set_by="operator",
    category="contextual",
    grade="F6",
    planted_chance_ppm=200_000,
    likelihood=AreaLikelihood((CITY,), 500_000, LIMIT_MDB),
)


def assessed(clue: Clue) -> Assessment:
    return assess("u", [clue], ROWS, load_gazetteer(), accounts=12, posts=100)


def test_it_weighs_at_most_five_decibans_and_is_judged() -> None:
    found = assessed(CLUE)
    weights = {one.hypothesis: one for one in found.weights}
    gap = weights["H1"].mdb - weights["H2"].mdb
    assert 2_000 < gap < LIMIT_MDB
    assert weights["H1"].high_mdb - weights["H2"].low_mdb <= LIMIT_MDB
    assert {one.basis for one in found.weights} == {"judged"}


@pytest.mark.parametrize("kind", ["place_name", "phone"])
def test_other_clues_about_a_subject_still_move_nothing(kind: str) -> None:
    found = assessed(replace(CLUE, kind=kind))
    assert found.weights == ()
    assert len(found.unweighed) == 1


def test_what_a_persona_claims_is_not_moved_by_its_kind() -> None:
    found = assessed(replace(CLUE, role="claimed_by_persona"))
    assert found.weights == ()


def test_without_a_limit_it_would_weigh_more() -> None:
    free = replace(CLUE, likelihood=AreaLikelihood((CITY,), 500_000))
    gaps = []
    for clue in (CLUE, free):
        weights = {one.hypothesis: one.mdb for one in assessed(clue).weights}
        gaps.append(weights["H1"] - weights["H2"])
    assert gaps[0] < gaps[1]
