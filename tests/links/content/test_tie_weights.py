"""Weights: rare things weigh, common ones do not, and chance is counted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.links.content.incidence import Population, made
from forensics.links.content.pairs import MOST_PAIR_LINES, grouped, pair_lines, things_of
from forensics.links.content.weights import (
    adjusted,
    decibans,
    excess,
    expected_shared,
    rates,
    rates_of,
    tail,
)

ONE = np.ones(1)


def names(count: int, controls: int = 0) -> Population:
    return Population(tuple(f"a{n:05d}" for n in range(count)), controls)


def weight(case: int, of: int, controls: int = 0, seen: int = 0) -> float:
    told = rates(np.array([case]), np.array([seen]), names(of, controls))
    return float(decibans(told.rate, ONE)[0])


def test_what_two_of_a_thousand_posted_weighs_and_what_all_posted_does_not() -> None:
    assert weight(2, 1000) > 20
    assert weight(500, 1000) == 0
    assert weight(1000, 1000) == 0


def test_a_case_of_three_accounts_cannot_make_a_weight_out_of_itself() -> None:
    assert weight(3, 3) == 0
    assert weight(2, 3) == 0


def test_controls_decide_where_there_are_enough() -> None:
    # All of a small case posted it, and none of 200 others.
    assert weight(40, 40, controls=200, seen=0) > 15
    assert weight(2, 40, controls=200, seen=150) == 0


def test_who_posts_more_is_tied_less() -> None:
    rate = rates_of(np.array([5]), 1000).rate
    assert decibans(rate, ONE * 10)[0] == pytest.approx(decibans(rate, ONE)[0] - 10)


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_interval_holds_the_rate(seen: int, of: int) -> None:
    told = rates_of(np.array([min(seen, of)]), of)
    assert 0 <= told.low[0] <= told.high[0] <= 1
    assert told.low[0] - 0.02 <= told.rate[0] <= told.high[0] + 0.02


def test_expected_number_is_that_of_dealt_out_posts() -> None:
    rng = np.random.default_rng(2)
    things = np.array([20, 20, 20, 80, 20, 20, 20, 90] + [20] * 60)
    case = np.array([2, 3, 4, 2, 2, 3] * 50)
    total = int(things.sum())
    slots = np.repeat(np.arange(len(case)), case)
    slots = np.r_[slots, np.arange(1000, 1000 + total - len(slots))]
    seen = 0
    for _ in range(600):
        owner = rng.permutation(np.repeat(np.arange(68), things))
        seen += len(np.intersect1d(slots[owner == 3], slots[owner == 7]))
    want = expected_shared(np.array([3]), np.array([7]), things, case)[0]
    assert seen / 600 == pytest.approx(want, rel=0.12)


def test_only_what_is_beyond_chance_counts() -> None:
    case = np.full(500, 100)
    part = excess(np.array([1, 5, 20]), np.full(3, 2500.0), np.full(3, 100), case, 50_000)
    assert part[0] == 0
    assert 0 < part[2] < 1


def test_false_discovery_rates_count_all_tests() -> None:
    p = np.array([0.001, 0.01, 0.5])
    assert adjusted(p, 3).tolist() == pytest.approx([0.003, 0.015, 0.5])
    assert adjusted(p, 1000).tolist() == pytest.approx([1, 1, 1])
    assert (np.diff(adjusted(np.sort(np.random.default_rng(1).random(50)), 400)) >= 0).all()
    assert tail(np.array([0, 1]), np.array([0.1, 0.1])).tolist() == pytest.approx([1, 0.0951626])


def test_pairs_stop_at_two_hundred_accounts_and_at_the_budget() -> None:
    wide = made([1] * 201 + [2] * 200, [*range(201), *range(200)], [0] * 401, [0] * 401).firsts()
    things = things_of(wide, 1000)
    assert things.wide.tolist() == [True, False]
    assert len(pair_lines(wide, things)) == 200 * 199 // 2
    many = 300
    keys = np.repeat(np.arange(many), 200).tolist()
    table = made(keys, list(range(200)) * many, [0] * 60_000, [0] * 60_000).firsts()
    things = things_of(table, 1000)
    paired = int(things.paired.sum())
    assert paired == MOST_PAIR_LINES // 19_900
    assert things.unpaired == many - paired


def test_controls_make_no_pairs() -> None:
    table = made([7, 7, 7], [0, 1, 2], [0, 0, 0], [0, 1, -1]).firsts()
    things = things_of(table, 2)
    lines = pair_lines(table, things)
    assert (things.case.tolist(), things.controls.tolist()) == ([2], [1])
    assert list(zip(lines.a.tolist(), lines.b.tolist(), strict=True)) == [(0, 1)]
    assert grouped(lines, things.case).n.tolist() == [1]
