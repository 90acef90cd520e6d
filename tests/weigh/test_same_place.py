"""Who fits one place with whom: the formula, what is shared, and that hours alone tie nobody."""

from __future__ import annotations

import math
from typing import Any

import pytest

from forensics.model import ZoneLikelihood
from forensics.weigh import same_place as module
from forensics.weigh.same_place import Bearer, bearers_of, same_place


def _pair(world: Any, one: list[Any], other: list[Any]) -> Any:
    bearers = [Bearer("account", "a", tuple(one)), Bearer("account", "b", tuple(other))]
    found, left = same_place(bearers, world)
    assert left == ()
    return found[0]


def test_two_clues_to_one_area_by_hand(world: Any, make: Any) -> None:
    pair = _pair(world, [make.clue("x", make.area("PH"))], [make.clue("y", make.area("PH"))])
    people = 12_000_500 / (world.population + 500).sum()
    inside, outside = 0.95, 0.05 * people
    scale = inside
    chance = (people * inside + (1 - people) * outside) / scale
    level = [0.85 * value / scale + 0.15 * chance for value in (inside, outside)]
    mean = people * level[0] + (1 - people) * level[1]
    factor = (people * level[0] ** 2 + (1 - people) * level[1] ** 2) / mean**2
    assert pair.random_mdb == int(10_000 * math.log10(factor))
    assert pair.aimed_mdb < pair.random_mdb


def test_two_places_speak_against_one(world: Any, make: Any) -> None:
    pair = _pair(world, [make.clue("x", make.area("PH"))], [make.clue("y", make.area("CN-JS"))])
    assert pair.random_mdb < 0


def test_positions_in_one_city_link(world: Any, make: Any) -> None:
    pair = _pair(
        world,
        [make.clue("x", make.point(33.36, 120.16), "image_position")],
        [make.clue("y", make.point(33.37, 120.17), "image_position")],
    )
    assert (pair.verdict, pair.area) == ("one place, unless planted", "CN-JS")
    assert pair.city_mdb >= module.LINK_MDB


def test_what_both_carry_tells_no_common_place(world: Any, make: Any) -> None:
    key = {"group": ("content:1",)}
    pair = _pair(
        world,
        [make.clue("x", make.point(33.36, 120.16), "image_position", **key)],
        [make.clue("y", make.point(33.36, 120.16), "image_position", **key)],
    )
    assert (pair.random_mdb, pair.aimed_mdb, pair.shared) == (0, 0, 1)
    assert (pair.verdict, pair.area) == ("not told apart", "")


def test_hours_alone_link_to_nothing_firmly(world: Any, make: Any) -> None:
    rare = ZoneLikelihood(
        {zone: 0 if zone == "Asia/Urumqi" else -60_000 for zone in set(world.zone.tolist())}
    )
    hours = {"planted_chance_ppm": 1_000}
    times = [make.clue("x", rare, "hours", **hours)]
    place = [make.clue("y", make.point(43.8, 87.6), "image_position", **hours)]
    pair = _pair(world, times, place)
    assert pair.random_mdb >= module.LINK_MDB
    assert pair.verdict == "times only"
    more = [*times, make.clue("z", make.area("CN-XJ"))]
    assert _pair(world, place, more).verdict in {"one place", "one place, unless planted"}


def test_no_clue_is_no_pair(world: Any, make: Any) -> None:
    bearers = [
        Bearer("account", "a", ()),
        Bearer("account", "b", (make.clue("y", make.area("PH")),)),
        Bearer("unit", "c", (make.clue("z", make.area("PH")),)),
    ]
    assert same_place(bearers, world) == ((), ())


def test_order_does_not_matter_and_the_cut_is_said(
    world: Any, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bearers = [Bearer("account", n, (make.clue(n, make.area("PH")),)) for n in "abcd"]
    found, _ = same_place(bearers, world)
    assert len(found) == 6
    assert same_place(bearers[::-1], world)[0] == found
    monkeypatch.setattr(module, "MOST_BEARERS", 3)
    cut, left = same_place(bearers, world)
    assert (len(cut), left) == (3, ("account d",))


def test_who_carries_what(make: Any) -> None:
    clues = [
        make.clue("h", make.hours(), "hours", accounts=("a", "b")),
        make.clue("l", make.area("CN"), accounts=("a",)),
        make.clue("s", make.hours(), "hours", unit="v", accounts=("c",)),
    ]
    found = bearers_of({"u": ("a", "b"), "v": ("c",)}, {"u": [["a", "b"]]}, clues)
    held = {(one.sort, one.name): [clue.id for clue in one.clues] for one in found}
    assert held == {
        ("unit", "u"): ["h", "l"],
        ("account", "a"): ["l"],
        ("account", "b"): [],
        ("crew", "u, crew 1"): ["l"],
        ("unit", "v"): ["s"],
        ("account", "c"): ["s"],
    }
