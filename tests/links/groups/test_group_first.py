"""Who of a group posted first: members, outsiders, ties in time, and what is not known."""

from __future__ import annotations

import numpy as np
import pytest

from forensics.links.content.incidence import Incidence, made
from forensics.links.content.shares import shares_of
from forensics.links.groups import first as module
from forensics.links.groups.first import first_of

NAMES = ("a", "b", "c", "d")


def lines(*postings: tuple[int, int, int]) -> Incidence:
    """(content, account, time); the place is the number of the line."""
    content, account, t_us = zip(*postings, strict=True)
    return made(content, account, t_us, range(len(postings)))


def test_first_among_members_and_before_them() -> None:
    shares = shares_of(NAMES, [lines((1, 0, 10), (1, 1, 20), (2, 1, 5), (2, 0, 9), (2, 3, 1))])
    told = first_of(shares, ("a", "b", "c"))
    assert told is not None
    assert told.contents == 2
    assert told.outside == 1
    assert dict(told.by) == {"a": 1, "b": 1}
    assert [one.account for one in told.examples] == ["a", "b"]


def test_controls_count_as_somebody_else() -> None:
    shares = shares_of(NAMES, [lines((1, 0, 10), (1, 1, 20), (1, 4, 3))])
    told = first_of(shares, ("a", "b"))
    assert told is not None
    assert told.outside == 1


def test_a_first_moment_that_several_share_counts_for_nobody() -> None:
    shares = shares_of(NAMES, [lines((1, 0, 10), (1, 1, 10), (1, 2, 30))])
    told = first_of(shares, NAMES)
    assert told is not None
    assert (told.together, told.by, told.outside) == (1, (), 0)


def test_only_the_first_posting_of_each_account_counts() -> None:
    shares = shares_of(NAMES, [lines((1, 0, 50), (1, 0, 10), (1, 1, 20))])
    told = first_of(shares, NAMES)
    assert told is not None
    assert dict(told.by) == {"a": 1}
    assert told.examples[0].t_us == 10


@pytest.mark.parametrize("members", [("a", "c"), ("c", "d"), ("nobody",), ()])
def test_not_known_where_no_two_members_share_anything(members: tuple[str, ...]) -> None:
    shares = shares_of(NAMES, [lines((1, 0, 10), (1, 1, 20), (3, 2, 1))])
    assert first_of(shares, members) is None


def test_what_went_round_is_left_out_and_counted() -> None:
    names = tuple(f"n{at:03d}" for at in range(300))
    wide = [(7, at, at) for at in range(300)]
    shares = shares_of(names, [lines(*wide, (8, 0, 1), (8, 1, 2))])
    assert shares.wide == 1
    assert len(np.unique(shares.lines.key)) == 1


def test_the_leader_is_named_with_its_chance() -> None:
    postings = [(key, at, 100 * key + at) for key in range(1, 13) for at in range(3)]
    told = first_of(shares_of(NAMES, [lines(*postings)]), ("a", "b", "c"))
    assert told is not None
    assert told.lead is not None
    assert told.lead.account == "a"
    assert told.lead.p_ppm <= 10_000


def test_a_bound_on_postings_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_POSTINGS", 4)
    postings = [(key, at, at) for key in range(1, 6) for at in range(2)]
    told = first_of(shares_of(NAMES, [lines(*postings)]), NAMES)
    assert told is not None
    assert (told.contents, told.left) == (2, 3)
