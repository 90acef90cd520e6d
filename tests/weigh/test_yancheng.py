"""The made-up case over the real gazetteer: published numbers, invariances, speed.

The numbers in the tables were computed by another program over 68,949 places; the hours it used
are not published, so this uses a likelihood that falls by 10 dB for each hour beside UTC+8.
"""

from __future__ import annotations

import dataclasses
import time
from typing import Any

import numpy as np
import pytest

from forensics.clock import offset_s
from forensics.reference.places import load_gazetteer
from forensics.weigh import assess
from forensics.weigh.places import Fusion, Ground, Heard, hear

WINTER = 1_642_204_800  # 15 January 2022
CITY, PROVINCE = "CN-JS.3209", "CN-JS"


@pytest.fixture(scope="module")
def real() -> Any:
    return load_gazetteer()


@pytest.fixture(scope="module")
def ground(real: Any) -> Ground:
    return Ground.of(real)


@pytest.fixture(scope="module")
def case(real: Any, make: Any) -> dict[str, Any]:
    names, _ = real.partition("zone")
    offsets = {name: offset_s(name, WINTER) / 3600 for name in names}
    hours = make.hours(8, 10_000, offsets)
    return {
        "hours": make.clue(
            "h",
            type(hours)({zone: round(mdb) for zone, mdb in hours.mdb.items()}),
            "hours",
            planted_chance_ppm=200_000,
            category="behavioural",
        ),
        "label": make.clue("l", make.area(PROVINCE), "label", set_by="platform"),
        "code": make.clue(
            "c", make.area(CITY), "phone", planted_chance_ppm=200_000, category="contextual"
        ),
        "position": make.clue("e", make.point(33.4025, 120.1573), "image_position"),
        "manila": make.clue(
            "m", make.point(14.5995, 120.9842), "text_position", planted_chance_ppm=200_000
        ),
    }


RANDOM = {"hours": 0.10, "label": 0.10, "code": 0.15, "position": 0.15, "manila": 0.30}
AIMED = {"hours": 0.20, "label": 0.10, "code": 0.20, "position": 0.10, "manila": 0.20}


def _random(case: Any, ground: Ground, *names: str, eps: float = 0.0) -> Heard:
    clues = [case[name] for name in names]
    return hear(clues, ground, eps_w=eps or RANDOM[names[0]], eps_p=0.0)


def _aimed(case: Any, ground: Ground, *names: str, factor: float = 1.0) -> Heard:
    planted = max(AIMED[name] for name in names) * factor
    return hear([case[name] for name in names], ground, eps_w=0.05, eps_p=planted)


def _shares(fusion: Fusion, *codes: str) -> list[float]:
    posterior = fusion.posterior()
    return [float(posterior[fusion.ground.gazetteer.mask(code)].sum()) for code in codes]


def test_prior_shares_as_published(ground: Ground) -> None:
    world = ground.gazetteer
    shares = [ground.share(world.mask(code)) for code in (CITY, PROVINCE, "CN")]
    assert shares == pytest.approx([5.1e-4, 0.014, 0.177], rel=0.03)


def test_random_five_independent(case: Any, ground: Ground) -> None:
    fusion = Fusion.of(ground, [_random(case, ground, name) for name in RANDOM])
    assert 1 - _shares(fusion, CITY)[0] == pytest.approx(2e-6, rel=0.2)
    supports = [fusion.support_mdb(number) / 10_000 for number in range(5)]
    assert supports == pytest.approx([0.6, 1.8, 3.2, 3.2, -0.52], abs=0.02)
    assert fusion.wrong(4) == pytest.approx(0.9996, abs=2e-4)
    assert all(fusion.wrong(number) < 0.04 for number in range(4))
    inside = ground.gazetteer.mask(CITY)
    for number in range(5):
        assert float(fusion.without(number)[inside].sum()) > 0.98
    assert max(fusion.moved(number) for number in range(5)) == pytest.approx(0.26, abs=0.01)
    assert fusion.moved(3) == pytest.approx(0.26, abs=0.01)


def test_random_one_persona_cannot_vouch_for_itself(case: Any, ground: Ground) -> None:
    one = _random(case, ground, "code", "label", "position", eps=0.2)
    fusion = Fusion.of(
        ground, [_random(case, ground, "hours"), one, _random(case, ground, "manila")]
    )
    city, philippines = _shares(fusion, CITY, "PH")
    assert 1 - city == pytest.approx(0.39, abs=0.01)
    assert philippines == pytest.approx(0.36, abs=0.01)


@pytest.mark.parametrize(
    ("names", "code", "share"),
    [
        (("hours", "label", "manila"), PROVINCE, 0.70),
        (("hours", "label", "manila"), "CN", 0.72),
        (("hours",), "CN", 0.69),
        (("hours", "manila"), "PH", 0.91),
    ],
)
def test_random_with_less(
    case: Any, ground: Ground, names: tuple[str, ...], code: str, share: float
) -> None:
    fusion = Fusion.of(ground, [_random(case, ground, name) for name in names])
    assert _shares(fusion, code)[0] == pytest.approx(share, abs=0.015)


@pytest.mark.parametrize(("times", "share", "tolerance"), [(3, 0.968, 0.02), (10, 0.0, 1e-4)])
def test_random_reposts_counted_as_independent_would_win(
    case: Any, ground: Ground, times: int, share: float, tolerance: float
) -> None:
    heard = [_random(case, ground, name) for name in RANDOM]
    fusion = Fusion.of(ground, [*heard, *[heard[-1]] * (times - 1)])
    assert _shares(fusion, CITY)[0] == pytest.approx(share, abs=tolerance)


@pytest.mark.parametrize(
    ("groups", "factor", "published"),
    [
        ("hours label code position manila", 1.0, (0.24, 0.42, 0.65)),
        ("hours label code position manila", 0.5, (0.69, 0.82, 0.91)),
        ("hours label code position manila", 2.0, (0.03, 0.13, 0.39)),
        ("hours code+label+position manila", 1.0, (0.005, 0.04, 0.42)),
    ],
)
def test_aimed_as_published(
    case: Any, ground: Ground, groups: str, factor: float, published: tuple[float, ...]
) -> None:
    heard = [_aimed(case, ground, *names.split("+"), factor=factor) for names in groups.split()]
    found = _shares(Fusion.of(ground, heard), CITY, PROVINCE, "CN")
    assert found == pytest.approx(published, abs=0.01)


@pytest.mark.parametrize(
    ("groups", "published"),
    [
        ("hours label code position manila", (0.97, 0.98, 0.99)),
        ("hours label code+position manila", (0.77, 0.82, 0.89)),
    ],
)
def test_aimed_with_a_confirmed_filing(
    case: Any, ground: Ground, make: Any, groups: str, published: tuple[float, ...]
) -> None:
    filing = hear([make.clue("f", make.area(CITY))], ground, eps_w=0.05, eps_p=0.01)
    heard = [_aimed(case, ground, *names.split("+")) for names in groups.split()]
    found = _shares(Fusion.of(ground, [*heard, filing]), CITY, PROVINCE, "CN")
    assert found == pytest.approx(published, abs=0.01)


def test_exponent_of_the_prior_does_not_drive_the_answer(case: Any, real: Any) -> None:
    for alpha in (0.0, 0.5, 1.0):
        ground = Ground.of(real, alpha)
        fusion = Fusion.of(ground, [_random(case, ground, name) for name in RANDOM])
        assert 1 - _shares(fusion, CITY)[0] < 1e-4


def test_ten_reposts_are_one_clue(case: Any, real: Any) -> None:
    clues = [
        dataclasses.replace(clue, group=("content:m",)) if name == "manila" else clue
        for name, clue in case.items()
    ]
    reposts = [dataclasses.replace(clues[-1], id=f"m{n}") for n in range(10)]
    once = assess("u", clues, None, real, accounts=1, posts=1)
    often = assess("u", [*clues, *reposts], None, real, accounts=1, posts=1)
    assert often.places == once.places
    assert often.weights == once.weights
    assert often.tests == once.tests
    assert often.conclusion.statement == once.conclusion.statement


def test_provinces_nest_in_their_countries(case: Any, real: Any) -> None:
    result = assess("u", list(case.values()), None, real, accounts=1, posts=1)
    assert result.places is not None
    countries = {area.code: area for area in result.places.countries}
    for province in result.places.provinces:
        country = countries.get(province.parent)
        if country is not None:
            assert province.aimed_ppm <= country.aimed_ppm
            assert province.random_ppm <= country.random_ppm
            assert province.prior_ppm <= country.prior_ppm


def test_every_place_of_a_province_lies_in_its_country(real: Any) -> None:
    codes, index = real.partition("admin1")
    for number, code in enumerate(codes):
        if code:
            assert set(np.unique(real.country[index == number])) == {real.areas[code].parent}


def test_25_clues_are_weighed_quickly(case: Any, real: Any) -> None:
    clues = [
        dataclasses.replace(clue, id=f"{clue.id}{number}")
        for number in range(5)
        for clue in case.values()
    ]
    assess("u", clues[:1], None, real, accounts=1, posts=1)  # partitions are made once
    start = time.perf_counter()
    result = assess("u", clues, None, real, accounts=1, posts=1)
    assert len(result.groups) == 25
    assert time.perf_counter() - start < 3  # 0.2 s on a free machine; this one is shared
