"""The rows of the table: who holds which place, and what is proposed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from forensics.errors import WeighError
from forensics.weigh.groups import group_clues
from forensics.weigh.hypotheses import complete, partition, propose, same_zone
from forensics.weigh.places import Ground, fuse, hear_aimed


def _held(rows: Any, world: Any) -> dict[str, list[str]]:
    return {
        row.id: world.name[rows.row_of == number].tolist()
        for number, row in enumerate(rows.hypotheses)
    }


def _propose(world: Any, clues: list[Any], audience: str | None = None) -> Any:
    groups, _ = group_clues(clues)
    return propose(fuse(Ground.of(world), groups, hear_aimed), groups, audience)


def test_a_finer_row_takes_its_places_out_of_a_wider_one(world: Any, make: Any) -> None:
    rows = partition(
        [
            make.row("country", "CN"),
            make.row("city", "CN-JS.3209", rung="city"),
            make.row("province", "CN-JS", rung="province"),
            make.row("zone", zone="Asia/Manila", rung="zone"),
            make.row("rest", kind="none"),
            make.row("queue", kind="scheduler"),
        ],
        world,
    )
    held = _held(rows, world)
    assert held["city"] == ["Yancheng", "Dafeng"]
    assert held["province"] == ["Nanjing"]
    assert held["country"] == ["Guangzhou", "Beijing", "Urumqi"]
    assert held["zone"] == ["Manila"]
    assert len(held["rest"]) == 8
    assert held["queue"] == []


def test_without_a_row_for_the_rest_places_stay_free(world: Any, make: Any) -> None:
    rows = partition([make.row("a", "CN")], world)
    assert set(rows.row_of.tolist()) == {0, -1}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("a", ("CN",), {}), ("a", ("PH",), {})], "one id"),
        ([("a", ("CN",), {}), ("b", ("CN",), {})], "same area"),
        ([("a", ("ZZ",), {})], "no area has the code"),
        ([("a", ("XX",), {})], "holds no place"),
        ([("a", ("TW",), {}), ("b", ("TW-TPE",), {})], "holds no place"),
        ([("a", (), {})], "no area and no known zone"),
        ([("a", (), {"zone": "Mars/Base"})], "no area and no known zone"),
    ],
)
def test_broken_rows_are_refused(world: Any, make: Any, rows: Any, message: str) -> None:
    with pytest.raises(WeighError, match=message):
        partition([make.row(name, *areas, **more) for name, areas, more in rows], world)


def test_missing_standing_rows_are_added_with_a_note(make: Any) -> None:
    given = [make.row("a", "CN", prior_ppm=400_000), make.row("q", kind="scheduler")]
    rows, notes = complete(given, "Europe/Moscow")
    assert [row.kind for row in rows] == ["place", "scheduler", "audience", "imitation", "none"]
    assert rows[2].zone == "Europe/Moscow"
    assert [row.prior_ppm for row in rows[2:]] == [32_500, 6_500, 32_500]
    assert len(notes) == 3


def test_a_row_closed_by_prior_0_is_not_added_again(make: Any) -> None:
    closed = make.row("q", kind="scheduler", prior_ppm=0)
    rows, _ = complete([make.row("a", "CN"), closed], None)
    assert [row.prior_ppm for row in rows if row.kind == "scheduler"] == [0]


@pytest.mark.parametrize(("prior", "message"), [(-1, "below 0"), (0, "no hypothesis is open")])
def test_impossible_priors_are_refused(make: Any, prior: int, message: str) -> None:
    with pytest.raises(WeighError, match=message):
        complete([make.row("a", "CN", prior_ppm=prior)], None)


def test_proposed_rows_for_the_made_up_case(world: Any, make: Any) -> None:
    rows = _propose(world, make.five(), "America/New_York")
    ids = [row.id for row in rows]
    assert ids[:3] == ["H_CN-JS.3209", "H_CN-JS", "H_CN"]
    assert ids[-4:] == ["H_audience", "H_scheduler", "H_imitation", "H_none"]
    assert len(ids) == 10
    assert "H_PH" in ids
    assert sum(row.prior_ppm for row in rows) == 1_000_000
    by_id = {row.id: row for row in rows}
    assert by_id["H_CN-JS"].statement == "Worked in Jiangsu (CN-JS) outside Yancheng."
    assert by_id["H_CN"].statement == "Worked in China (CN) outside Jiangsu."
    assert by_id["H_imitation"].prior_ppm == 10_000
    assert by_id["H_none"].prior_ppm == 50_000
    assert by_id["H_audience"].zone == "America/New_York"
    assert "proposed" in by_id["H_CN"].prior_reason
    # a city does not buy its province a second share
    both = by_id["H_CN-JS"].prior_ppm + by_id["H_CN-JS.3209"].prior_ppm
    assert both == pytest.approx(by_id["H_CN"].prior_ppm, abs=10)


def test_hours_alone_propose_no_province(world: Any, make: Any) -> None:
    rows = _propose(world, [make.clue("h", make.hours(8, 10_000), "hours")])
    places = [row for row in rows if row.kind == "place"]
    assert [row.rung for row in places] == ["country"] * 4
    assert places[0].id == "H_CN"
    assert [row.id for row in places[1:]] == ["H_PH", "H_JP", "H_TW"]
    assert "audience not stated" in rows[-4].statement


def test_a_rival_on_the_same_hours_always_stands(world: Any, make: Any) -> None:
    clues = [
        make.clue("h", make.hours(8), "hours"),
        make.clue("n", make.area("NG"), "label"),
        make.clue("r", make.area("RU"), "label"),
        make.clue("c", make.area("CN"), "label", planted_chance_ppm=10_000),
    ]
    rows = _propose(world, clues)
    assert [row.id for row in rows[:4]] == ["H_CN", "H_NG", "H_JP", "H_PH"]
    far = [clue for clue in clues if clue.id != "h"]
    assert "H_PH" not in {row.id for row in _propose(world, far)}


def test_a_province_that_is_its_whole_country_leaves_no_country_row(world: Any, make: Any) -> None:
    rows = _propose(world, [make.clue("t", make.area("TW-TPE"), planted_chance_ppm=10_000)])
    assert next(row.id for row in rows if row.kind == "place") == "H_TW-TPE"
    assert "H_TW" not in {row.id for row in rows}


def test_proposed_rows_exclude_each_other(world: Any, make: Any) -> None:
    rows = partition(_propose(world, make.five()), world)
    assert (rows.row_of >= 0).all()


def test_zones_that_cannot_be_told_apart(world: Any, make: Any) -> None:
    groups, _ = group_clues([make.clue("h", make.hours(8, 5_000), "hours")])
    fusion = fuse(Ground.of(world), groups, hear_aimed)
    found = same_zone(fusion, groups, world.mask("CN"))
    assert set(world.zone[found > 0].tolist()) == {
        "Asia/Shanghai",
        "Asia/Manila",
        "Asia/Taipei",
        "Australia/Perth",
    }
    assert not same_zone(fusion, groups, np.zeros(len(world), dtype=bool)).any()
    labels, _ = group_clues([make.clue("l", make.area("CN"))])
    assert not same_zone(fuse(fusion.ground, labels, hear_aimed), labels, world.mask("CN")).any()
