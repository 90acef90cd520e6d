"""What counts once."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.errors import WeighError
from forensics.model import KindLikelihood, ZoneLikelihood
from forensics.weigh.groups import group_clues


def _ids(groups: Any) -> list[list[str]]:
    return [[clue.id for clue in group.clues] for group in groups]


def test_clues_without_keys_stand_alone(make: Any) -> None:
    groups, unweighed = group_clues(make.five())
    assert _ids(groups) == [["h"], ["e"], ["l"], ["c"], ["m"]]
    assert [group.id for group in groups] == ["G1", "G2", "G3", "G4", "G5"]
    assert unweighed == ()


def test_shared_keys_merge_over_a_chain(make: Any) -> None:
    label = make.area("CN")
    clues = [
        make.clue("a", label, group=("persona:1", "content:x")),
        make.clue("b", make.area("CN-JS"), group=("content:x", "device:9")),
        make.clue("c", make.area("PH"), group=("device:9",), planted_chance_ppm=200_000),
        make.clue("d", label, group=("persona:2",)),
    ]
    groups, _ = group_clues(clues)
    assert _ids(groups) == [["a", "b", "c"], ["d"]]
    assert groups[0].planted_chance_ppm == 200_000
    assert groups[0].ceiling_mdb == 6_989
    assert groups[1].ceiling_mdb == 10_000


def test_labels_name_the_kinds_in_order(make: Any) -> None:
    clues = [
        make.clue("a", make.area("CN"), "sign_board", group=("k",)),
        make.clue("b", make.area("CN"), "phone", group=("k",)),
        make.clue("c", make.hours(), "hours", group=("k",)),
    ]
    (group,), _ = group_clues(clues)
    assert group.label == "hours + phone number + sign board"
    assert group.basis == "judged"


def test_only_moving_roles_are_weighed(make: Any) -> None:
    shown = make.clue("s", make.area("US"), role="claimed_by_persona", planted_chance_ppm=0)
    groups, unweighed = group_clues([shown, make.clue("a", make.area("CN"))])
    assert _ids(groups) == [["a"]]
    assert unweighed == (shown,)


def test_reposts_of_one_image_count_once(make: Any) -> None:
    point = make.point(14.6, 121.0)
    first = make.clue("i0", point, "image_position", group=("content:abc", "persona:0"))
    reposts = [
        make.clue(f"i{n}", point, "image_position", group=("content:abc", f"persona:{n}"))
        for n in range(1, 10)
    ]
    clock = make.clue("k", make.hours(), "image_clock", group=("content:abc",))
    (group,), _ = group_clues([*reposts, clock, first])
    assert len(group.clues) == 11
    assert [clue.id for clue in group.distinct] == ["i0", "k"]


def test_equal_answers_of_one_kind_count_once_inside_a_group(make: Any) -> None:
    clues = [
        make.clue("a", ZoneLikelihood({"X": 0, "Y": -1}), "hours", group=("g",)),
        make.clue("b", ZoneLikelihood({"Y": -1, "X": 0}), "hours", group=("g",)),
        make.clue("c", ZoneLikelihood({"Y": -2, "X": 0}), "hours", group=("g",)),
        make.clue("d", make.area("CN"), "phone", group=("g",)),
        make.clue("e", make.area("CN"), "label", group=("g",)),
        make.clue("f", make.area("CN"), "label", group=("other",)),
        make.clue("g", KindLikelihood({"scheduler": 1}), "automation", group=("g",)),
        make.clue("h", KindLikelihood({"scheduler": 1}), "automation", group=("g",)),
    ]
    groups, _ = group_clues(clues)
    assert [c.id for c in groups[0].distinct] == ["a", "c", "d", "e", "g"]
    assert [c.id for c in groups[1].distinct] == ["f"]


@pytest.mark.parametrize(
    ("set_by", "weakest"),
    [
        (("platform", "platform"), "platform"),
        (("platform", "third_party"), "third_party"),
        (("third_party", "unknown"), "unknown"),
        (("platform", "operator"), "operator"),
        (("unknown", "operator"), "operator"),
    ],
)
def test_a_group_is_as_settable_as_its_weakest_clue(
    make: Any, set_by: tuple[str, str], weakest: str
) -> None:
    clues = [
        make.clue(str(n), make.area("CN"), set_by=who, group=("g",)) for n, who in enumerate(set_by)
    ]
    (group,), _ = group_clues(clues)
    assert group.set_by == weakest


@pytest.mark.parametrize("ppm", [0, -5, 900_001, 1_000_000])
def test_an_impossible_planted_chance_is_refused(make: Any, ppm: int) -> None:
    with pytest.raises(WeighError, match="planted chance"):
        group_clues([make.clue("a", make.area("CN"), planted_chance_ppm=ppm)])


def test_two_clues_with_one_id_are_refused(make: Any) -> None:
    with pytest.raises(WeighError, match="one id"):
        group_clues([make.clue("a", make.area("CN")), make.clue("a", make.area("PH"))])


@given(
    st.lists(st.lists(st.integers(0, 6), max_size=3), min_size=1, max_size=12), st.integers(0, 99)
)
def test_order_and_duplicates_change_nothing(keys: list[list[int]], seed: int) -> None:
    from forensics.model import AreaLikelihood, Clue

    clues = [
        Clue(
            id=f"c{number}",
            kind="label",
            unit="u",
            statement="",
            observations=(),
            group=tuple(f"k:{key}" for key in row),
            role="device_present",
            set_by="operator",
            category="technical",
            grade="F6",
            planted_chance_ppm=100_000,
            likelihood=AreaLikelihood((f"A{number}",), 1),
        )
        for number, row in enumerate(keys)
    ]
    shuffled = [*clues, *clues[:3]]
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - not for secrets
    assert group_clues(shuffled) == group_clues(clues)
    groups, _ = group_clues(clues)
    assert sorted(c.id for g in groups for c in g.clues) == sorted(c.id for c in clues)
    for left in groups:  # no key is in two groups
        for right in groups:
            if left is not right:
                shared = {k for c in left.clues for k in c.group} & {
                    k for c in right.clues for k in c.group
                }
                assert not shared
