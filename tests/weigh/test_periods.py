"""Clues that hold for another time are set aside and named; disagreement across a move is said."""

from __future__ import annotations

from typing import Any

import pytest

from forensics.weigh import Period, assess
from forensics.weigh.periods import GRACE_DAYS, parted

POSTS = Period("2022-03-01", "2022-08-31")


@pytest.mark.parametrize(
    ("first", "last", "stated", "holds"),
    [
        (None, None, True, True),
        ("2022-05-01T10:00:00Z", "2022-05-01T10:00:00Z", True, True),
        ("2022-02-01T00:00:00Z", "2022-02-28T23:59:59Z", True, False),
        ("2022-02-01T00:00:00Z", "2022-02-28T23:59:59Z", False, True),
        ("2019-01-01T00:00:00Z", "2021-08-29T00:00:00Z", False, False),
        ("2019-01-01T00:00:00Z", "2021-08-30T00:00:00Z", False, True),
        ("2019-01-01", None, True, True),
        (None, "2022-02-28", True, False),
        ("2023-03-02", None, False, True),
        ("2023-03-03", None, False, False),
    ],
)
def test_what_holds(make: Any, first: Any, last: Any, stated: bool, holds: bool) -> None:
    clue = make.clue("a", make.area("CN"), valid_from=first, valid_to=last)
    assert GRACE_DAYS == 183
    assert Period(POSTS.first, POSTS.last, stated=stated).holds(clue) is holds


def test_without_a_period_nothing_is_set_aside(make: Any) -> None:
    clue = make.clue("a", make.area("CN"), valid_to="1999-01-01")
    assert parted([clue], None) == ((clue,), ())


def test_an_old_clue_moves_nothing_and_is_named(world: Any, make: Any) -> None:
    old = make.clue(
        "old", make.point(14.6, 120.98), "image_position",
        valid_from="2010-12-14T15:26:48Z", valid_to="2012-08-03T09:54:39Z",
    )  # fmt: skip
    five = [clue for clue in make.five() if clue.id != "m"]
    plain = assess("u", five, None, world, accounts=1, posts=1, period=POSTS)
    told = assess("u", [*five, old], None, world, accounts=1, posts=1, period=POSTS)
    assert told.weights == plain.weights
    assert told.places == plain.places
    assert told.aside == ("old",)
    assert old in told.unweighed
    assert (
        "Set aside: old holds for 2010-12-14 to 2012-08-03, and the question is about "
        "2022-03-01 to 2022-08-31." in told.notes
    )
    weighed = assess("u", [*five, old], None, world, accounts=1, posts=1)
    assert weighed.weights != plain.weights


def test_only_old_clues_leave_nothing_to_weigh(world: Any, make: Any) -> None:
    old = make.clue("old", make.area("PH"), valid_to="2012-08-03")
    result = assess("u", [old], None, world, accounts=1, posts=1, period=POSTS)
    assert result.places is None
    assert result.aside == ("old",)
    assert result.notes[0].startswith("Set aside: old")


def test_two_places_at_two_times_may_be_a_move(world: Any, make: Any) -> None:
    early = {"valid_from": "2020-01-01", "valid_to": "2020-06-01"}
    late = {"valid_from": "2022-01-01", "valid_to": "2022-06-01"}

    def notes(area: str, times: Any) -> list[str]:
        clues = [
            make.clue("a", make.area("CN-JS"), **early),
            make.clue("b", make.area(area), "phone", **times),
        ]
        result = assess("u", clues, None, world, accounts=1, posts=1)
        return [note for note in result.notes if "a move would explain" in note]

    assert len(notes("PH", late)) == 1
    assert notes("CN-JS", late) == []
    assert notes("PH", early) == []
