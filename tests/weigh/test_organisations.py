"""An organisation is a part of what its place holds, never more, and only its own clues part it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forensics.errors import WeighError
from forensics.model import RowLikelihood
from forensics.weigh import assess
from forensics.weigh.organisations import OTHER_BODY, hosts, split, split_people, with_hosts

CITY = "CN-JS.3209"


def _rows(make: Any, city: int = 200_000, bureau: int = 60_000) -> list[Any]:
    return [
        make.row("city", CITY, rung="city", prior_ppm=city),
        make.row("bureau", CITY, rung="organisation", prior_ppm=bureau),
        make.row("province", "CN-JS", rung="province", prior_ppm=200_000),
        make.row("country", "CN", prior_ppm=200_000),
        make.row("ph", "PH", prior_ppm=200_000),
    ]


def _judged(make: Any, mdb: int, row: str = "bureau", **changes: Any) -> Any:
    changes = {"set_by": "third_party", "category": "contextual", "group": ("j",)} | changes
    likelihood = RowLikelihood({row: (mdb, mdb - 1_000, mdb + 1_000)})
    return make.clue("j", likelihood, "judgement", **changes)


def _assess(world: Any, clues: Any, rows: Any) -> Any:
    return assess("u", clues, rows, world, accounts=1, posts=1)


def _claim(result: Any, rung: str, row: str) -> Any:
    return next(one for one in result.claims if one.rung == rung and row in one.rows)


def test_place_and_body_share_what_was_stated_for_the_place(make: Any) -> None:
    city, bureau, *_ = split(_rows(make))
    assert (city.prior_ppm, bureau.prior_ppm) == (140_000, 60_000)
    assert city.statement == f"Worked in city{OTHER_BODY}."
    assert hosts(_rows(make)) == {"bureau": "city"}


@pytest.mark.parametrize("bureau", [200_000, 300_000])
def test_an_organisation_cannot_take_all_of_its_place(make: Any, bureau: int) -> None:
    with pytest.raises(WeighError, match="leave some"):
        split(_rows(make, bureau=bureau))


def test_a_missing_place_is_added_with_even_chances(make: Any) -> None:
    rows, notes = with_hosts([make.row("b", CITY, rung="organisation", prior_ppm=30_000)])
    assert [row.id for row in rows] == ["b", "b:place"]
    assert (rows[1].rung, rows[1].prior_ppm) == ("city", 60_000)
    assert [row.prior_ppm for row in split(rows)] == [30_000, 30_000]
    assert "as likely as the organisation" in notes[0]
    with pytest.raises(WeighError, match="needs a row for its place"):
        hosts(rows[:1])


def test_people_are_shared_like_priors(make: Any) -> None:
    rows = split(_rows(make))
    held = split_people(rows, [0.10, 0.0, 0.2, 0.3, 0.1])
    assert held == pytest.approx([0.07, 0.03, 0.2, 0.3, 0.1])


def test_clues_about_places_do_not_part_a_body_from_its_place(world: Any, make: Any) -> None:
    result = _assess(world, make.five(), _rows(make))
    weights = {(one.group, one.hypothesis): one.mdb for one in result.weights}
    for group in result.groups:
        assert weights[group.id, "bureau"] == weights[group.id, "city"]
    shares = {row.hypothesis.id: row.stated_ppm for row in result.rows}
    assert shares["bureau"] / (shares["bureau"] + shares["city"]) == pytest.approx(0.3, abs=0.001)


def test_a_body_cannot_cost_its_place_the_lead(world: Any, make: Any) -> None:
    rows = [
        make.row("city", CITY, rung="city", prior_ppm=300_000),
        make.row("one", CITY, rung="organisation", prior_ppm=100_000),
        make.row("two", CITY, rung="organisation", prior_ppm=100_000),
        make.row("ph", "PH", prior_ppm=200_000),
    ]
    clues = [make.clue("h", make.hours(), "hours", planted_chance_ppm=200_000)]
    whole = _assess(world, clues, [rows[0], rows[3]])
    parts = _assess(world, clues, rows)
    assert parts.conclusion.probability_ppm == pytest.approx(
        whole.conclusion.probability_ppm, abs=5
    )
    assert [test.leader for test in parts.tests] == [test.leader for test in whole.tests]
    city, again = _claim(whole, "city", "city"), _claim(parts, "city", "city")
    assert set(again.rows) == {"city", "one", "two"}
    for before, after in zip(city.tests, again.tests, strict=True):
        assert after.assessed_ppm == pytest.approx(before.assessed_ppm, abs=5)


def test_a_judgement_about_a_body_lifts_it_up_to_the_ceiling(world: Any, make: Any) -> None:
    clues = [clue for clue in make.five() if clue.id != "m"]
    plain, told = (_assess(world, c, _rows(make)) for c in (clues, [*clues, _judged(make, 60_000)]))
    before, after = (_claim(one, "organisation", "bureau") for one in (plain, told))
    assert after.tests[0].assessed_ppm > before.tests[0].assessed_ppm
    weight = next(w for w in told.weights if (w.hypothesis, w.basis) == ("bureau", "judged")
                  and w.group == told.groups[-1].id)  # fmt: skip
    assert weight.mdb <= told.groups[-1].ceiling_mdb
    judged = next(test for test in after.tests if test.id == "no_judged")
    stated = next(test for test in before.tests if test.id == "no_judged")
    assert judged.assessed_ppm == pytest.approx(stated.assessed_ppm, abs=2)


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(
    picked=st.sets(st.integers(0, 4), min_size=1),
    mdb=st.integers(-40_000, 40_000),
    named=st.sampled_from(["bureau", "city", "province"]),
    bureau=st.integers(1, 199_999),
    key=st.sampled_from([("j",), ("shared",)]),
)
def test_body_city_province_country_nest_in_every_test(
    world: Any, make: Any, picked: set[int], mdb: int, named: str, bureau: int, key: Any
) -> None:
    five = make.five(group=("shared",)) if key == ("shared",) else make.five()
    clues = [*(five[n] for n in sorted(picked)), _judged(make, mdb, named, group=key)]
    result = _assess(world, clues, _rows(make, bureau=bureau))
    body = _claim(result, "organisation", "bureau")
    city = _claim(result, "city", "city")
    wider = [
        next((c for c in result.claims if c.rung == rung and "city" in c.rows), None)
        for rung in ("province", "country")
    ]
    chain = [body, city, *(one for one in wider if one is not None)]
    for fine, coarse in pairwise(chain):
        assert set(fine.rows) <= set(coarse.rows)
        for one, other in zip(fine.tests, coarse.tests, strict=True):
            # in `low_end` and `prior_x10` the rows inside stand on the claim's own side
            assert one.assessed_ppm <= other.assessed_ppm + 2, (fine.rung, coarse.rung, one.id)


def test_a_body_is_never_claimed_by_the_program(world: Any, make: Any) -> None:
    clues = [clue for clue in make.five() if clue.id != "m"]
    filing = make.clue("f", make.area(CITY), "filing", set_by="third_party",
                       planted_chance_ppm=10_000, category="contextual")  # fmt: skip
    rows = _rows(make, bureau=198_000)
    result = _assess(world, [*clues, filing, _judged(make, 20_000)], rows)
    assert result.conclusion.rung != "organisation"
    assert "bureau" not in result.conclusion.statement
    assert {test.leader for test in result.row_tests or result.tests}.isdisjoint({"x"})


def test_a_judgement_about_no_row_is_refused(world: Any, make: Any) -> None:
    with pytest.raises(WeighError, match="which is no hypothesis"):
        _assess(world, [*make.five(), _judged(make, 1_000, "burau")], _rows(make))
