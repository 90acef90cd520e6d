"""Cost of faking, the matrix of categories, and what a grade may claim."""

from __future__ import annotations

from typing import Any

import pytest

from forensics.errors import WeighError
from forensics.weigh import assess
from forensics.weigh.cost import cost_of


@pytest.mark.parametrize(
    ("ppm", "word"),
    [
        (900_000, "low"),
        (200_000, "low"),
        (100_000, "medium"),
        (50_000, "high"),
        (10_000, "very high"),
        (1, "very high"),
    ],
)
def test_classes_of_cost(ppm: int, word: str) -> None:
    assert cost_of(ppm) == word


def _assess(world: Any, clues: Any, **changes: Any) -> Any:
    return assess("u", clues, None, world, accounts=1, posts=1, **changes)


def test_what_an_imitator_must_do(world: Any, make: Any) -> None:
    times = {"valid_from": "2022-01-01T00:00:00Z", "valid_to": "2022-12-31T00:00:00Z"}
    five = make.five(**times)
    result = _assess(world, [clue for clue in five if clue.id != "m"])
    home = {clue.id: group for group in result.groups for clue in group.clues}
    assert (home["h"].days, home["l"].days, home["e"].days) == (365, 365, 1)
    assert (home["h"].cost, home["e"].cost) == ("low", "medium")
    assert result.faking.row == result.tests[0].leader
    assert result.faking.groups == tuple(home[name].id for name in ("h", "e", "c"))
    assert result.faking.beyond == (home["l"].id,)
    assert (result.faking.days, result.faking.dearest) == (365, home["e"].id)
    assert result.faking.cost == "medium"


def test_gaps_are_kept(world: Any, make: Any) -> None:
    secret = make.clue("s", make.area("CN-JS"), "filing", access="classified", set_by="third_party")
    result = _assess(world, [*make.five(), secret])
    assert len(result.kinds) == 9
    held = {(cell.category, cell.access): cell for cell in result.kinds}
    assert held["behavioural", "open"].clues == ("h",)
    assert held["behavioural", "open"].settable == held["behavioural", "open"].groups
    assert held["technical", "classified"].clues == ("s",)
    assert held["technical", "classified"].settable == ()
    assert held["contextual", "proprietary"].groups == ()
    shown = {name for cell in result.kinds for name in cell.clues}
    assert shown == {clue.id for group in result.groups for clue in group.clues}


def test_confirmed_needs_a_clue_of_another_group(world: Any, make: Any) -> None:
    five = make.five()
    one = make.clue("g", make.area("CN-JS.3209"), "plate", grade="B1", group=("content:x",))
    twin = make.clue("t", make.area("CN-JS"), "plate", group=("content:x",))
    for confirmed in ({}, {"g": ()}, {"g": ("t",)}, {"l": ("c",)}):
        with pytest.raises(WeighError, match="credibility 1 means confirmed"):
            _assess(world, [*five, one, twin], confirmed=confirmed)
    with pytest.raises(WeighError, match="which is not weighed"):
        _assess(world, [*five, one], confirmed={"g": ("nobody",)})
    graded = _assess(world, [*five, one, twin], confirmed={"g": ("l",)})
    plain = _assess(world, [*five, make.clue("g", one.likelihood, "plate", group=one.group), twin])
    assert graded.weights == plain.weights  # grades never become decibans
