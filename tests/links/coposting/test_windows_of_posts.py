"""Meetings within a window: all of them, each once, and bursts instead of crowds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from forensics.links.content.incidence import Incidence, made
from forensics.links.coposting import chance
from forensics.links.coposting import gathered as module
from forensics.links.coposting.chance import expected, possible_pairs, shared, shared_posts
from forensics.links.coposting.gathered import Gathered, gathered
from forensics.links.coposting.window import events

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


def products(table: Incidence) -> np.ndarray:
    """Of the accounts 0 and 1."""
    by_time = events(table, S, 1000).lines
    return shared_posts([shared(by_time, 2)], 2, np.array([0]), np.array([1]))


class Parted:
    """The lines of some things at a time."""

    def __init__(self, lines: Incidence) -> None:
        self.lines = lines.ordered()

    def __len__(self) -> int:
        return len(self.lines)

    def blocks(self) -> Iterator[Incidence]:
        for key in np.unique(self.lines.key):
            yield self.lines.where(self.lines.key == key)


def plain(found: Gathered) -> tuple[object, ...]:
    lines, told = found.lines, found.met
    rows = zip(
        told.a.tolist(), told.b.tolist(), lines.key[told.line_a].tolist(),
        lines.place[told.line_a].tolist(), lines.place[told.line_b].tolist(),
        lines.crowd[told.line_a].tolist(), strict=True,
    )  # fmt: skip
    bursts = [(one.accounts, one.posts, one.examples.place.tolist()) for one in found.bursts]
    return sorted(rows), bursts, found.things_left_out


many = st.lists(
    st.tuples(st.integers(1, 6), st.integers(0, 5), st.integers(0, 90)), min_size=1, max_size=60
)


@given(many, st.sampled_from([2, 9, 1000]))
def test_blocks_of_things_give_what_all_of_them_at_once_do(
    rows: list[tuple[int, int, int]], most: int
) -> None:
    """And where the budget does not reach, the least crowded things are kept."""
    table = posts(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST_LINES", most)
        whole, parted = gathered(table, 30 * S, 5), gathered(Parted(table), 30 * S, 5)
    assert plain(parted) == plain(whole)
    assert len(whole.met) <= most


def test_the_budget_keeps_the_least_crowded_things(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(1, n, n) for n in range(5)] + [(2, n, n) for n in range(3)] + [(3, 1, 1), (3, 2, 2)]
    monkeypatch.setattr(module, "MOST_LINES", 4)
    for table in (posts(rows), Parted(posts(rows))):
        found = gathered(table, 60 * S, 9)
        assert found.things_left_out == 1
        assert sorted(set(found.lines.key.tolist())) == [2, 3]
        assert len(found.met) == 4


@given(many)
def test_products_do_not_depend_on_blocks_or_on_the_way_they_are_made(
    rows: list[tuple[int, int, int]],
) -> None:
    table = posts([(thing, account, second * 2000) for thing, account, second in rows])
    a, b = (np.array(each, dtype=np.int32) for each in zip(*combinations(range(6), 2), strict=True))
    by_time = events(table, S, 6).lines
    want = [
        sum(
            x[0] == y[0] and x[1] // chance.DAY_US == y[1] // chance.DAY_US
            for x in seen[one]
            for y in seen[other]
        )
        for seen in [
            {
                n: [
                    (int(k), int(t))
                    for k, t, who in zip(by_time.key, by_time.t_us, by_time.account, strict=True)
                    if who == n
                ]
                for n in range(6)
            }
        ]
        for one, other in zip(a.tolist(), b.tolist(), strict=True)
    ]
    parts = [shared(events(block, S, 6).lines, 6) for block in Parted(table).blocks()]
    assert shared_posts(parts, 6, a, b).tolist() == want
    whole = [shared(by_time, 6)]
    back = slice(None, None, -1)
    assert shared_posts(whole, 6, a[back], b[back]).tolist() == want[::-1]
    number = whole[0].number
    if not len(number):
        return
    ones = np.ones(len(number))
    filled = csr_array((ones, (whole[0].account, number)), shape=(6, int(number[-1]) + 1))
    entries = np.diff(filled.indptr)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chance, "_ENTRIES", 3)
        patch.setattr(chance, "_PRODUCTS", 12)
        assert chance._by_pair(filled, a, b, entries[a] + entries[b]).tolist() == want
        assert chance._by_account(filled, a, b).tolist() == want


def met(table: Incidence, window_s: int) -> set[tuple[int, int, int]]:
    found = gathered(table, window_s * S, 1000)
    told = found.met
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
    found = gathered(table, 60 * S, 1000)
    assert len(found.bursts) == bursts
    pairs = accounts * (accounts - 1) // 2 if not bursts else 0
    assert len(found.met) == pairs + 1


def test_one_account_that_repeats_itself_is_no_burst() -> None:
    table = posts([(1, 0, n // 10) for n in range(2000)] + [(1, 1, 30)])
    found = events(table, 60 * S, 1000)
    assert found.bursts == ()
    assert len(found.lines) < 20
    assert len(gathered(table, 60 * S, 1000).met) == 1


def test_controls_neither_meet_nor_burst() -> None:
    table = posts([(1, n, 0) for n in range(300)])
    found = gathered(table, 60 * S, 100)
    assert found.bursts == ()
    told = found.met
    assert len(told) == 100 * 99 // 2
    assert int(told.b.max()) == 99


def test_expected_meetings_are_those_of_shifted_clocks() -> None:
    rng = np.random.default_rng(4)
    rows = [(n, account, n * 86_400 + 40_000) for n in range(40) for account in (0, 1)]
    table = posts(rows)
    want = expected(products(table), 600 * S, 0)[0]
    seen = 0
    for _ in range(400):
        offset = rng.integers(-10_800, 10_801, (40, 2))
        seen += int(np.sum(np.abs(offset[:, 0] - offset[:, 1]) <= 600))
    assert seen / 400 == pytest.approx(want, rel=0.1)
    # It is the most that shifted clocks give: posts hours apart meet less.
    assert seen / 400 <= want * 1.05


def test_things_of_other_days_do_not_count() -> None:
    table = posts([(1, 0, 0), (1, 1, 90_000), (1, 1, 180_000)])
    assert products(table).tolist() == [0]
    assert possible_pairs(table, 2) == 0
    assert possible_pairs(posts([(1, 0, 0), (1, 1, 5), (1, 2, 9)]), 3) == 3
