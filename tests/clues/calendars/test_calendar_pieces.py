"""Pieces of one unit: two calendars are told apart, one is not torn in two."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from forensics.clues.activity import Activity
from forensics.clues.calendars import pieces
from forensics.clues.moments import Moments
from forensics.evaluate.cases.cast import Size
from forensics.evaluate.cases.catalogue import build

SIZE = Size(western=16, chinese=14)


def unit(name: str, *, files: int = 2) -> tuple[Activity, Moments]:
    """A made-up case as one unit, each platform a file of its own."""
    case = build(name, 3, size=SIZE)
    home = {one.name: one.platform for one in case.personas}
    names = tuple(sorted(home))
    index = {one: at for at, one in enumerate(names)}
    rows = sorted((index[one.account], one.t_s, home[one.account]) for one in case.posts)
    owner = np.array([row[0] for row in rows], dtype=np.int32)
    t_s = np.array([row[1] for row in rows], dtype=np.int64)
    words = ("chinese", "western")[:files]
    original = np.array([words.index(row[2]) if row[2] in words else 0 for row in rows], np.int32)
    none = np.full(len(rows), -1, dtype=np.int32)
    posts = Moments("x", names, owner, t_s, none, none, none, none, original,
                    np.arange(len(rows)), originals=words)  # fmt: skip
    quarters = [t_s[owner == at] // 900 for at in range(len(names))]
    hours = tuple(q[np.unique(q // 4, return_index=True)[1]] for q in quarters)
    q, n = np.unique(t_s // 900, return_counts=True)
    return Activity("x", names, hours, q, n, {}, ()), posts


@pytest.fixture(scope="module")
def two() -> pieces.PiecesAnswer:
    return pieces.answer(*unit("amplifier"))


def test_two_offices_of_one_zone_are_told_apart(two: pieces.PiecesAnswer) -> None:
    assert two.status == "found"
    told = two.apart[0]
    assert {told.leaders[0][0], told.leaders[1][0]} == {"CN", "PH"}
    assert sorted(told.accounts) == [14, 16]


def test_the_finding_names_both_and_carries_no_clue(two: pieces.PiecesAnswer) -> None:
    found = pieces.finding(two)
    assert "Philippines" in found.statement
    assert "China" in found.statement
    assert "not one place" in found.statement
    assert not found.clues


def test_one_office_is_not_torn_in_two() -> None:
    told = pieces.answer(*unit("yancheng"))
    assert told.status == "nothing_found"
    assert not told.apart


def test_one_file_has_no_pieces() -> None:
    told = pieces.answer(*unit("amplifier", files=1))
    assert (told.status, told.pieces) == ("insufficient", 0)
    assert "cannot be told" in pieces.finding(told).statement


def test_accounts_without_hours_left_do_not_lend_theirs_to_others(
    two: pieces.PiecesAnswer,
) -> None:
    """Some accounts have lost all their posts to a machine: the others keep their own hours."""
    activity, posts = unit("amplifier")
    kept = tuple(at for at in range(len(activity.accounts)) if at not in (0, 7))
    hours = tuple(activity.hours[at] for at in kept)
    told = pieces.answer(replace(activity, hours=hours), posts, None, kept)
    assert told.status == "found"
    assert told.apart[0].leaders == two.apart[0].leaders
    assert sum(told.apart[0].accounts) == len(activity.accounts)


def test_the_main_value_of_an_account_is_that_of_most_posts() -> None:
    rng = np.random.default_rng(5)
    owner = np.sort(rng.integers(0, 40, 200)).astype(np.int32)
    value = rng.integers(-1, 3, 200).astype(np.int32)
    told = pieces._main_values(owner, value, 42, 3).tolist()
    for at, main in enumerate(told):
        mine = value[(owner == at) & (value >= 0)]
        assert main == (int(np.argmax(np.bincount(mine))) if len(mine) else -1)
