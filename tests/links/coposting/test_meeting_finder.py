"""Pairs that meet more often than chance: different things, different hours."""

from __future__ import annotations

from forensics.links.content.incidence import Incidence, Population, made
from forensics.links.coposting.find import Told, look

S = 1_000_000
START = 1_600_000_000 // 86_400 * 86_400 * S
ALL = Population(tuple(f"a{n:03d}" for n in range(50)))


def posts(rows: list[tuple[int, int, int]]) -> Incidence:
    """(thing, account, second)."""
    times = [START + row[2] * S for row in rows]
    return made([row[0] for row in rows], [row[1] for row in rows], times, list(range(len(rows))))


def told(rows: list[tuple[int, int, int]]) -> Told:
    return look(posts(rows), ALL, 60, S, 1000)


def test_meeting_on_six_days_is_beyond_chance() -> None:
    one = told([(day, account, day * 86_400 + account) for day in range(6) for account in (3, 4)])
    assert (one.n.tolist(), one.good.tolist()) == ([6], [True])
    assert (one.a.tolist(), one.b.tolist()) == ([3], [4])


def test_what_is_posted_in_one_go_is_one_occasion() -> None:
    one = told([(thing, account, thing + account) for thing in range(6) for account in (3, 4)])
    assert (one.n.tolist(), one.good.tolist()) == ([6], [False])


def test_one_thing_many_times_is_one_thing() -> None:
    one = told([(1, account, day * 86_400) for day in range(6) for account in (3, 4)])
    assert (one.n.tolist(), one.good.tolist()) == ([1], [False])


def test_one_post_of_two_things_is_one_post() -> None:
    rows = posts([(1, 3, 0), (2, 3, 0), (1, 4, 5), (2, 4, 5)])
    same = Incidence(rows.key, rows.account, rows.t_us, rows.account.astype("int64"))
    assert look(same, ALL, 60, S, 1000).n.tolist() == [1]


def test_nothing_gives_nothing() -> None:
    assert len(told([]).n) == 0
