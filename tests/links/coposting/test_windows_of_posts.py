"""Meetings within a window: all of them, each once, and bursts instead of crowds."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.links.content.incidence import Incidence, made
from forensics.links.coposting.chance import expected, possible_pairs, shared_posts
from forensics.links.coposting.window import events, meetings

S = 1_000_000
START = 1_600_000_000 * S


def posts(rows: list[tuple[int, int, int]]) -> Incidence:
    """(thing, account, second)."""
    return made(
        [row[0] for row in rows],
        [row[1] for row in rows],
        [START + row[2] * S for row in rows],
        list(range(len(rows))),
    )


def met(table: Incidence, window_s: int) -> set[tuple[int, int, int]]:
    found = events(table, window_s * S, 1000)
    told = meetings(found, window_s * S, 1000)
    keys = found.lines.key[told.line_a].tolist()
    rows = list(zip(told.a.tolist(), told.b.tolist(), keys, strict=True))
    assert len(rows) == len(set(rows))
    return set(rows)


@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.integers(0, 5), st.integers(0, 200)),
        min_size=1,
        max_size=60,
    ),
    st.sampled_from([1, 7, 60]),
)
def test_every_meeting_is_found_however_often_accounts_repeat(
    rows: list[tuple[int, int, int]], window_s: int
) -> None:
    want = {
        (min(x[1], y[1]), max(x[1], y[1]), x[0])
        for x, y in combinations(rows, 2)
        if x[0] == y[0] and x[1] != y[1] and abs(x[2] - y[2]) <= window_s
    }
    assert met(posts(rows), window_s) == want


def test_the_window_is_closed() -> None:
    assert met(posts([(1, 0, 0), (1, 1, 60)]), 60) == {(0, 1, 1)}
    assert met(posts([(1, 0, 0), (1, 1, 61)]), 60) == set()


@pytest.mark.parametrize(("accounts", "bursts"), [(200, 0), (201, 1)])
def test_more_than_two_hundred_in_a_window_are_one_burst(accounts: int, bursts: int) -> None:
    table = posts([(1, n, n % 60) for n in range(accounts)] + [(2, 1, 5), (2, 3, 9)])
    found = events(table, 60 * S, 1000)
    assert len(found.bursts) == bursts
    pairs = accounts * (accounts - 1) // 2 if not bursts else 0
    assert len(meetings(found, 60 * S, 1000)) == pairs + 1


def test_one_account_that_repeats_itself_is_no_burst() -> None:
    table = posts([(1, 0, n // 10) for n in range(2000)] + [(1, 1, 30)])
    found = events(table, 60 * S, 1000)
    assert found.bursts == ()
    assert len(found.lines) < 20
    assert len(meetings(found, 60 * S, 1000)) == 1


def test_controls_neither_meet_nor_burst() -> None:
    table = posts([(1, n, 0) for n in range(300)])
    found = events(table, 60 * S, 100)
    assert found.bursts == ()
    told = meetings(found, 60 * S, 100)
    assert len(told) == 100 * 99 // 2
    assert int(told.b.max()) == 99


def test_expected_meetings_are_those_of_shifted_clocks() -> None:
    rng = np.random.default_rng(4)
    rows = [(n, account, n * 86_400 + 40_000) for n in range(40) for account in (0, 1)]
    table = posts(rows)
    want = expected(shared_posts(table, 2, np.array([0]), np.array([1])), 600 * S, 0)[0]
    seen = 0
    for _ in range(400):
        offset = rng.integers(-10_800, 10_801, (40, 2))
        seen += int(np.sum(np.abs(offset[:, 0] - offset[:, 1]) <= 600))
    assert seen / 400 == pytest.approx(want, rel=0.1)
    # It is the most that shifted clocks give: posts hours apart meet less.
    assert seen / 400 <= want * 1.05


def test_things_of_other_days_do_not_count() -> None:
    table = posts([(1, 0, 0), (1, 1, 90_000), (1, 1, 180_000)])
    assert shared_posts(table, 2, np.array([0]), np.array([1])).tolist() == [0]
    assert possible_pairs(table, 2) == 0
    assert possible_pairs(posts([(1, 0, 0), (1, 1, 5), (1, 2, 9)]), 3) == 3
