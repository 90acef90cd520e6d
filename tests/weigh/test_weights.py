"""Weights: groups by rows."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forensics.model import AreaLikelihood, CountryLikelihood, KindLikelihood, ZoneLikelihood
from forensics.weigh.groups import group_clues
from forensics.weigh.hypotheses import partition
from forensics.weigh.places import Ground
from forensics.weigh.table import leading_place, sums_mdb, unlisted_audience, weigh


def _rows(make: Any, zone: str | None = None) -> list[Any]:
    return [
        make.row("js", "CN-JS", rung="province"),
        make.row("cn", "CN"),
        make.row("ph", "PH"),
        make.row("aud", kind="audience", zone=zone),
        make.row("que", kind="scheduler"),
        make.row("imi", kind="imitation", prior_ppm=10_000),
        make.row("non", kind="none", prior_ppm=50_000),
    ]


def _weigh(world: Any, rows: list[Any], clues: list[Any]) -> dict[tuple[str, str], Any]:
    groups, _ = group_clues(clues)
    weights = weigh(groups, partition(rows, world), Ground.of(world))
    first = {group.id: group.clues[0].id for group in groups}
    return {(first[weight.group], weight.hypothesis): weight for weight in weights}


def test_a_weight_is_the_mean_likelihood_over_the_row_against_everybody(
    world: Any, make: Any
) -> None:
    table = _weigh(world, _rows(make), [make.clue("l", make.area("CN-JS"))])
    ground = Ground.of(world)
    share = ground.share(world.mask("CN-JS"))
    low = 0.05 * share / 0.95  # outside, with the best place at 1
    chance = share + (1 - share) * low
    spoiled = 0.05 * chance + 0.10
    reference = 0.85 * chance + spoiled
    expected = 10_000 * math.log10((0.85 + spoiled) / reference)
    assert table["l", "js"].mdb == int(expected)
    outside = 10_000 * math.log10((0.85 * low + spoiled) / reference)
    assert table["l", "cn"].mdb == table["l", "ph"].mdb == math.trunc(outside)
    assert table["l", "js"].basis == "modelled"
    assert "at random by population" in table["l", "js"].reference


def test_the_ends_of_the_interval_hold_the_weight(world: Any, make: Any) -> None:
    table = _weigh(world, _rows(make, "America/New_York"), make.five())
    for weight in table.values():
        assert weight.low_mdb <= weight.mdb <= weight.high_mdb
    wide = table["l", "js"]
    # planted chance doubled and halved: the ceiling moves by 3 dB, the weight by less
    assert 1_000 < wide.high_mdb - wide.low_mdb < 6_100


def test_the_audience_row_takes_the_hours_of_its_zone(world: Any, make: Any) -> None:
    hours = [make.clue("h", make.hours(8), "hours"), make.clue("l", make.area("CN-JS"))]
    shanghai = _weigh(world, _rows(make, "Asia/Shanghai"), hours)
    assert shanghai["h", "aud"].mdb == shanghai["h", "js"].mdb
    assert shanghai["l", "aud"].mdb == 0
    new_york = _weigh(world, _rows(make, "America/New_York"), hours)
    assert new_york["h", "aud"].mdb < -1_000
    unstated = _weigh(world, _rows(make), hours)
    assert unstated["h", "aud"].mdb == 0
    assert "not stated" in unstated["h", "aud"].reason


def test_an_audience_can_keep_hours_that_no_place_of_the_gazetteer_keeps(
    world: Any, make: Any
) -> None:
    rows = _rows(make, "Pacific/Apia")
    zones = ZoneLikelihood({"Pacific/Apia": 0, "Asia/Shanghai": -20_000})
    table = _weigh(world, rows, [make.clue("h", zones, "hours")])
    assert table["h", "aud"].mdb > table["h", "js"].mdb
    spread = table["h", "aud"].mdb - min(w.mdb for w in table.values())
    assert spread <= 10_000


def test_a_working_calendar_parts_countries_with_equal_hours(world: Any, make: Any) -> None:
    days = CountryLikelihood({"CN": 0, "PH": -9_000, "": -12_000})
    table = _weigh(world, _rows(make), [make.clue("d", days, "calendar")])
    assert table["d", "js"].mdb > table["d", "ph"].mdb > table["d", "non"].mdb
    # the planted share keeps the rows within the ceiling
    assert table["d", "js"].mdb - table["d", "non"].mdb <= 10_000


def test_an_audience_explains_the_holidays_of_its_own_country(world: Any, make: Any) -> None:
    days = CountryLikelihood({"US": 0, "CN": -9_000, "": -9_000})
    clue = make.clue("d", days, "calendar")
    american = _weigh(world, _rows(make, "America/New_York"), [clue])
    assert american["d", "aud"].mdb > american["d", "js"].mdb
    chinese = _weigh(world, _rows(make, "Asia/Shanghai"), [clue])
    assert chinese["d", "aud"].mdb < american["d", "aud"].mdb


def test_hours_in_one_group_with_a_place_weigh_jointly(world: Any, make: Any) -> None:
    key = {"group": ("persona:a",)}
    clues = [
        make.clue("h", make.hours(8), "hours", **key),
        make.clue("l", make.area("CN-JS"), **key),
    ]
    table = _weigh(world, _rows(make, "Asia/Shanghai"), clues)
    assert len({weight.group for weight in table.values()}) == 1
    assert 0 <= table["h", "aud"].mdb < table["h", "js"].mdb


def test_a_scheduler_explains_hours_and_nothing_else(world: Any, make: Any) -> None:
    table = _weigh(world, _rows(make), make.five())
    assert {weight.mdb for (_, row), weight in table.items() if row == "que"} == {0}
    assert "says nothing about a place" in table["h", "que"].reason


def test_an_automation_clue_moves_the_scheduler_under_the_ceiling(world: Any, make: Any) -> None:
    clue = make.clue("a", KindLikelihood({"scheduler": 60_000}), "automation")
    table = _weigh(world, _rows(make), [clue])
    assert table["a", "que"].mdb > 9_000
    assert table["a", "que"].mdb - table["a", "js"].mdb <= 10_000
    assert table["a", "js"].mdb == table["a", "ph"].mdb == 0


def test_an_imitation_weighs_as_the_leader_where_it_could_set_the_clue(
    world: Any, make: Any
) -> None:
    table = _weigh(world, _rows(make), make.five())
    assert table["c", "imi"].mdb == table["c", "js"].mdb > 0
    assert table["c", "imi"].basis == "judged"
    assert table["l", "imi"].mdb == table["l", "non"].mdb < 0
    assert "out of an imitator's reach" in table["l", "imi"].reason


def test_an_imitation_of_nothing_weighs_nothing(world: Any, make: Any) -> None:
    rows = [make.row("que", kind="scheduler"), make.row("imi", kind="imitation")]
    table = _weigh(world, rows, make.five())
    assert {weight.mdb for (_, row), weight in table.items() if row == "imi"} == {0}


def test_a_rest_row_without_places_stays_at_the_reference(world: Any, make: Any) -> None:
    rows = [make.row(code, code) for code in ("CN", "PH", "TW", "AU", "JP", "RU", "NG", "US")]
    table = _weigh(world, [*rows, make.row("non", kind="none")], [make.clue("l", make.area("CN"))])
    assert table["l", "non"].mdb == 0


def test_sums_and_the_leading_place(make: Any) -> None:
    rows = [make.row("a"), make.row("b", prior_ppm=0), make.row("q", kind="scheduler")]
    weights = [make.weight("G1", name, mdb) for name, mdb in (("a", 1), ("b", 9_000), ("q", 9))]
    weights += [make.weight("G2", name, 100) for name in ("a", "b", "q")]
    assert sums_mdb(rows, weights) == {"a": 101, "b": 9_100, "q": 109}
    assert leading_place(rows, weights) == "a"
    assert leading_place(rows[2:], weights[2:3]) is None


def test_audience_zones_without_a_likelihood_are_named(make: Any) -> None:
    groups, _ = group_clues(make.five())
    rows = [make.row("aud", kind="audience", zone="Asia/Kolkata")]
    assert unlisted_audience(rows, groups) == ("Asia/Kolkata",)
    assert unlisted_audience([make.row("aud", kind="audience")], groups) == ()


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    zones=st.dictionaries(
        st.sampled_from(["Asia/Shanghai", "Asia/Tokyo", "Europe/Moscow", "America/New_York"]),
        st.integers(-200_000, 0),
        min_size=1,
    ),
    areas=st.lists(st.sampled_from(["CN-JS", "CN", "PH", "US"]), max_size=2).map(tuple),
    planted=st.integers(1_000, 500_000),
    automation=st.integers(-50_000, 50_000),
    joint=st.booleans(),
)
def test_no_two_rows_lie_further_apart_than_the_ceiling(
    world: Any, make: Any, zones: Any, areas: Any, planted: int, automation: int, joint: bool
) -> None:
    key = {"group": ("g",) if joint else (), "planted_chance_ppm": planted}
    clues = [
        make.clue("h", ZoneLikelihood(zones), "hours", **key),
        make.clue("l", AreaLikelihood(areas, 50_000), "label", **key),
        make.clue("s", KindLikelihood({"scheduler": automation}), "automation", **key),
    ]
    groups, _ = group_clues(clues)
    rows = _rows(make, "Europe/Moscow")
    weights = weigh(groups, partition(rows, world), Ground.of(world))
    for group in groups:
        found = [weight.mdb for weight in weights if weight.group == group.id]
        assert len(found) == len(rows)
        assert max(found) - min(found) <= group.ceiling_mdb + 1  # one mdb of rounding
