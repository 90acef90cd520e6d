"""The posterior at every level: what is printed adds up, nests and says what the prior gave."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forensics.weigh import assess
from forensics.weigh.groups import group_clues
from forensics.weigh.places import Fusion, Ground, at_random, hear_again, hear_aimed
from forensics.weigh.posterior import CREDIBLE_PPM, LEVELS, credible_sets, place_posterior


def _posterior(world: Any, clues: Any, alpha: float = 1.0) -> tuple[Any, Any, Any]:
    groups, _ = group_clues(clues)
    ground = Ground.of(world, alpha)
    aimed = Fusion.of(ground, [hear_aimed(group, ground) for group in groups])
    random = Fusion.of(ground, [at_random(one) for one in aimed.groups])
    return place_posterior(groups, random, aimed), aimed, groups


def test_every_level_is_there_and_adds_up(world: Any, make: Any) -> None:
    places, aimed, _ = _posterior(world, make.five())
    for shown, rest in (
        (places.countries, places.countries_rest_ppm),
        (places.provinces, places.provinces_rest_ppm),
        (places.cities, places.cities_rest_ppm),
        (places.zones, places.zones_rest_ppm),
    ):
        assert sum(area.aimed_ppm for area in shown) + rest == pytest.approx(1_000_000, abs=20)
    assert places.cities[0].code == "CN-JS.3209"
    assert places.zones[0].code == "Asia/Shanghai"
    assert places.leading == "CN-JS"
    inside = float(aimed.posterior()[world.zone == "Asia/Shanghai"].sum())
    assert places.zones[0].aimed_ppm == round(1e6 * inside)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(0, 1), min_size=15, max_size=15).filter(lambda v: sum(v) > 0.1))
def test_credible_sets_are_the_smallest_that_hold_their_share(world: Any, values: Any) -> None:
    shares = np.array(values) / sum(values)
    found = credible_sets(world, shares)
    assert [(one.level, one.share_ppm) for one in found] == [
        (level, ppm) for level in (*LEVELS, "place") for ppm in CREDIBLE_PPM
    ]
    for one in found:
        held = shares
        if one.level != "place":
            codes, index = world.partition(one.level)
            held = np.bincount(index, weights=shares, minlength=len(codes))
        best = np.sort(held)[::-1]
        assert one.held_ppm >= one.share_ppm - 2
        assert best[: one.size].sum() >= one.share_ppm / 1e6 - 2e-5
        assert best[: one.size - 1].sum() < one.share_ppm / 1e6 + 2e-5
        assert len(one.codes) == (0 if one.level == "place" else one.size)


def test_no_place_is_pinned(world: Any, make: Any) -> None:
    places, _, _ = _posterior(world, make.five())
    assert {one.codes for one in places.credible if one.level == "place"} == {()}


def test_the_prior_is_swept_as_if_it_had_been_another(world: Any, make: Any) -> None:
    places, _, _ = _posterior(world, make.five())
    alphas = [one.alpha_milli for one in places.swept if one.level == "country"]
    assert alphas == [0, 500, 1000]
    for one in places.swept:
        direct, _, _ = _posterior(world, make.five(), one.alpha_milli / 1000)
        level = {"country": direct.countries, "admin1": direct.provinces, "admin2": direct.cities}
        again = next(area for area in level[one.level] if area.code == one.code)
        assert again.aimed_ppm == one.aimed_ppm


def test_the_lead_is_parted_into_prior_and_clues(world: Any, make: Any) -> None:
    hours = make.clue("h", make.hours(8, 20_000), "hours", planted_chance_ppm=200_000)
    places, _, _ = _posterior(world, [hours])
    lead = next(one for one in places.leads if one.level == "country")
    first, second = places.countries[:2]
    assert (lead.code, lead.rival) == (first.code, second.code) == ("CN", "PH")
    assert lead.prior_mdb == int(10_000 * math.log10(first.prior_ppm / second.prior_ppm))
    # hours alone cannot part China from the Philippines: nearly all of the lead is prior
    assert abs(lead.clues_mdb) < 300 < lead.prior_mdb
    assert "dB ▲ came from the prior" in places.prior_note


def test_hearing_again_is_hearing_under_the_other_prior(world: Any, make: Any) -> None:
    groups, _ = group_clues(make.five())
    one, other = Ground.of(world), Ground.of(world, 0.0)
    for group in groups:
        again, direct = hear_again(group, hear_aimed(group, one), other), hear_aimed(group, other)
        assert again.likelihood == pytest.approx(direct.likelihood)
        assert again.chance == pytest.approx(direct.chance)


def test_what_a_group_moves_is_in_the_columns(world: Any, make: Any) -> None:
    result = assess("u", make.five(), None, world, accounts=1, posts=1)
    _, aimed, groups = _posterior(world, make.five())
    mask = world.mask(result.places.leading)
    for number, group in enumerate(result.groups):
        assert group.id == groups[number].id
        assert group.moved_ppm == pytest.approx(1e6 * aimed.moved(number), abs=1)
        rest = float(aimed.without(number)[mask].sum())
        assert group.left_ppm == pytest.approx(1e6 * rest, abs=1)


@pytest.mark.slow
def test_many_groups_do_not_underflow(world: Any, make: Any) -> None:
    clues = [
        make.clue(f"c{n}", make.area("CN-JS" if n % 2 else "RU"), planted_chance_ppm=1)
        for n in range(300)
    ]
    result = assess("u", clues, None, world, accounts=1, posts=1)
    assert sum(area.aimed_ppm for area in result.places.countries) == pytest.approx(1e6, abs=10)
