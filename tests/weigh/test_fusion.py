"""Fusion over places, on a small world."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forensics.model import AreaLikelihood, KindLikelihood, ZoneLikelihood
from forensics.weigh.groups import group_clues
from forensics.weigh.places import (
    Fusion,
    Ground,
    area_name,
    area_shares,
    area_sums,
    fuse,
    hear,
    hear_aimed,
    hear_random,
    log_likelihood,
    zone_score,
)


@pytest.fixture(scope="module")
def ground(world: Any) -> Ground:
    return Ground.of(world)


def _place(ground: Ground, name: str) -> int:
    return ground.gazetteer.name.tolist().index(name)


def test_prior_is_population_plus_500(ground: Ground) -> None:
    assert ground.prior.sum() == pytest.approx(1)
    ratio = ground.prior[_place(ground, "Outpost")] / ground.prior[_place(ground, "Perth")]
    assert ratio == pytest.approx(500 / 2_000_500)


@pytest.mark.parametrize(("alpha", "ratio"), [(0.0, 1.0), (0.5, math.sqrt(500 / 2_000_500))])
def test_prior_exponent(world: Any, alpha: float, ratio: float) -> None:
    ground = Ground.of(world, alpha)
    first, second = _place(ground, "Outpost"), _place(ground, "Perth")
    assert ground.prior[first] / ground.prior[second] == pytest.approx(ratio)


def test_area_clue_inside_and_outside(ground: Ground, make: Any) -> None:
    logs = np.exp(log_likelihood(make.clue("a", make.area("CN-JS")), ground))
    inside = ground.gazetteer.mask("CN-JS")
    assert logs[inside] == pytest.approx(0.95)
    assert logs[~inside] == pytest.approx(0.05 * ground.share(inside))
    doubled = np.exp(log_likelihood(make.clue("a", make.area("CN-JS")), ground, 2.0))
    assert doubled[inside] == pytest.approx(0.90)


def test_area_clue_over_a_set(ground: Ground, make: Any) -> None:
    both = log_likelihood(make.clue("a", make.area("CN-GD", "PH")), ground)
    names = ground.gazetteer.name[both > math.log(0.9)].tolist()
    assert names == ["Guangzhou", "Manila"]


@pytest.mark.parametrize(
    "likelihood",
    [
        AreaLikelihood(("ZZ",), 50_000),
        AreaLikelihood(("XX",), 50_000),
        AreaLikelihood((), 50_000),
        ZoneLikelihood({}),
        KindLikelihood({"scheduler": 9_000}),
    ],
)
def test_a_clue_that_names_no_place_says_nothing(
    ground: Ground, make: Any, likelihood: Any
) -> None:
    assert not log_likelihood(make.clue("a", likelihood), ground).any()


def test_zone_clue_gives_each_place_its_own_zone(ground: Ground, make: Any) -> None:
    clue = make.clue("h", ZoneLikelihood({"Asia/Shanghai": 0, "Asia/Tokyo": -5_000}), "hours")
    decibans = log_likelihood(clue, ground) * 10_000 / math.log(10)
    assert decibans[_place(ground, "Nanjing")] == pytest.approx(0)
    assert decibans[_place(ground, "Tokyo")] == pytest.approx(-5_000)
    assert decibans[_place(ground, "Lagos")] == pytest.approx(-8_010)
    assert zone_score(clue.likelihood, "Africa/Lagos") == -8_010


def test_point_clue_is_the_documented_mixture(ground: Ground, make: Any) -> None:
    world = ground.gazetteer
    clue = make.clue("p", make.point(33.36, 120.16, 3_000), "image_position")
    logs = log_likelihood(clue, ground)
    here, far = _place(ground, "Yancheng"), _place(ground, "Moscow")
    at_zero = 0.7 / (2 * math.pi * 109) + 0.25 / (2 * math.pi * 3_609) + 0.05 / 1.489e8
    assert math.exp(logs[here]) == pytest.approx(at_zero, rel=1e-9)
    assert math.exp(logs[far]) == pytest.approx(0.05 / 1.489e8, rel=1e-9)
    km = world.distance_m(33.36, 120.16)[_place(ground, "Dafeng")] / 1_000
    density = (
        0.7 / (2 * math.pi * 109) * math.exp(-(km**2) / 218)
        + 0.25 / (2 * math.pi * 3_609) * math.exp(-(km**2) / 7_218)
        + 0.05 / 1.489e8
    )
    assert math.exp(logs[_place(ground, "Dafeng")]) == pytest.approx(density, rel=1e-9)


def test_no_groups_leave_the_prior(ground: Ground) -> None:
    assert Fusion.of(ground, []).posterior() == pytest.approx(ground.prior)


def test_one_group_is_bayes_by_hand(ground: Ground, make: Any) -> None:
    heard = hear([make.clue("a", make.area("CN-JS"))], ground, eps_w=0.1, eps_p=0.2)
    inside = ground.gazetteer.mask("CN-JS")
    share = ground.share(inside)
    low = 0.05 * share / 0.95
    chance = share + (1 - share) * low
    assert heard.chance == pytest.approx(chance)
    level = np.where(inside, 0.7, 0.7 * low) + 0.1 * chance + 0.2
    expected = ground.prior * level / (ground.prior * level).sum()
    fusion = Fusion.of(ground, [heard])
    assert fusion.posterior() == pytest.approx(expected)
    assert fusion.without(0) == pytest.approx(ground.prior)
    spoiled = 0.1 * chance + 0.2
    assert fusion.wrong(0) == pytest.approx(float((expected * spoiled / level).sum()))
    assert fusion.moved(0) == pytest.approx(float(np.abs(expected - ground.prior).sum() / 2))


def test_a_lone_group_neither_supports_nor_conflicts(ground: Ground, make: Any) -> None:
    groups, _ = group_clues([make.clue("a", make.area("CN-JS"))])
    assert fuse(ground, groups, hear_random).support_mdb(0) == 0


def test_support_finds_the_conflict(ground: Ground, make: Any) -> None:
    groups, _ = group_clues(make.five())
    fusion = fuse(ground, groups, hear_random)
    supports = {g.clues[0].id: fusion.support_mdb(n) for n, g in enumerate(groups)}
    assert supports.pop("m") < -5_000
    assert min(supports.values()) > 0
    wrong = {g.clues[0].id: fusion.wrong(n) for n, g in enumerate(groups)}
    assert wrong["m"] > 0.99
    assert wrong["e"] < 0.01


def test_leaving_out_is_the_fusion_of_the_rest(ground: Ground, make: Any) -> None:
    groups, _ = group_clues(make.five())
    whole = fuse(ground, groups, hear_aimed)
    for number in range(len(groups)):
        rest = fuse(ground, [*groups[:number], *groups[number + 1 :]], hear_aimed)
        assert whole.without(number) == pytest.approx(rest.posterior(), rel=1e-9)


def test_aimed_is_never_bolder_than_random(ground: Ground, make: Any) -> None:
    groups, _ = group_clues([clue for clue in make.five() if clue.id != "m"])
    mask = ground.gazetteer.mask("CN-JS")
    random = fuse(ground, groups, hear_random).posterior()[mask].sum()
    aimed = fuse(ground, groups, hear_aimed).posterior()[mask].sum()
    assert aimed < random


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    likelihood=st.one_of(
        st.builds(
            ZoneLikelihood,
            st.dictionaries(
                st.sampled_from(["Asia/Shanghai", "Asia/Tokyo", "Europe/Moscow"]),
                st.integers(-100_000, 0),
                min_size=1,
            ),
        ),
        st.builds(
            AreaLikelihood,
            st.lists(st.sampled_from(["CN", "CN-JS", "PH", "RU-MOW"]), max_size=3).map(tuple),
            st.integers(0, 1_000_000),
        ),
    ),
    planted=st.integers(1_000, 900_000),
)
def test_spread_stays_under_the_ceiling(
    ground: Ground, make: Any, likelihood: Any, planted: int
) -> None:
    groups, _ = group_clues([make.clue("a", likelihood, planted_chance_ppm=planted)])
    heard = hear_aimed(groups[0], ground)
    levels = heard.level(heard.likelihood)
    spread = 10_000 * math.log10(float(np.max(levels)) / float(np.min(levels)))
    assert spread <= 10_000 * math.log10(1_000_000 / planted) + 1e-6


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(picked=st.lists(st.integers(0, 4), min_size=1, max_size=6), shift=st.integers(-8, 8))
def test_areas_nest(ground: Ground, make: Any, picked: list[int], shift: int) -> None:
    base = make.five()
    clues = [make.clue(f"x{n}", base[i].likelihood, base[i].kind) for n, i in enumerate(picked)]
    clues.append(make.clue("z", make.hours(shift), "hours"))
    groups, _ = group_clues(clues)
    world = ground.gazetteer
    for listen in (hear_aimed, hear_random):
        posterior = fuse(ground, groups, listen).posterior()
        assert posterior.sum() == pytest.approx(1)
        sums = {
            level: area_sums(world, posterior, level) for level in ("country", "admin1", "admin2")
        }
        for level in ("admin1", "admin2"):
            for code, share in sums[level].items():
                parent = world.areas[code].parent
                wider = sums["country" if level == "admin1" else "admin1"][parent]
                assert share <= wider + 1e-12


def test_area_shares_are_ordered_and_named(ground: Ground, world: Any) -> None:
    shares = area_shares(
        world, "admin1", random=ground.prior, aimed=ground.prior, prior=ground.prior
    )
    assert shares[0].code == "JP-13"
    assert shares[0].name == "Tokyo"
    assert shares[0].parent == "JP"
    assert [s.aimed_ppm for s in shares] == sorted((s.aimed_ppm for s in shares), reverse=True)
    assert "" not in {share.code for share in shares}
    assert area_name(world, "QQ") == "QQ"
