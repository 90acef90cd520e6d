"""The test itself: known answers, false alarms, power, and that order does not matter."""

from __future__ import annotations

import numpy as np
import pytest

from forensics.clues.controls.overtest import over_represented

PLACES = 360


def simulated(
    random: np.random.Generator, sets: int, interest: float = 0.0, place: int = 60
) -> np.ndarray:
    """(members, places) named or not; accounts with tastes of their own."""
    popular = 1.0 / np.arange(1, PLACES + 1)
    tastes = random.dirichlet(8 * popular / popular.sum(), size=5 * sets)
    tastes[::5] *= 1 - interest
    tastes[::5, place] += interest
    return np.stack([random.multinomial(30, one / one.sum()) > 0 for one in tastes])


def test_a_known_answer() -> None:
    table = np.zeros((100, 2), dtype=bool)
    table[::5, 0] = True
    tested = over_represented(table, [5] * 20, seed=1)
    assert tested.z[0] == pytest.approx(16 / np.sqrt(3.2))
    assert tested.p[0] == tested.p_search[0] == 1 / 1000
    assert tested.z[1] == 0
    assert tested.searched.tolist() == [True, False]


def test_a_place_that_controls_name_more_is_no_alarm() -> None:
    table = np.ones((50, 1), dtype=bool)
    table[::5] = False
    tested = over_represented(table, [5] * 10, seed=1)
    assert tested.z[0] < 0
    assert tested.p[0] == 1


def test_false_alarms_stay_below_the_level() -> None:
    runs = 120
    alarms = 0
    for run in range(runs):
        random = np.random.default_rng([5, run])
        tested = over_represented(simulated(random, 40), [5] * 40, seed=run, draws=499)
        alarms += tested.p_search[tested.searched].min() <= 0.05
    assert alarms / runs < 0.05


def test_a_true_interest_is_found_and_searching_costs() -> None:
    found = 0
    for run in range(20):
        random = np.random.default_rng([6, run])
        tested = over_represented(simulated(random, 20, 0.03), [5] * 20, seed=run, draws=499)
        found += tested.p_search[60] <= 0.05
        assert np.all(tested.p[tested.searched] <= tested.p_search[tested.searched])
    assert found >= 18


def test_sets_of_unequal_size_and_the_order_of_controls() -> None:
    random = np.random.default_rng(3)
    sizes = [2, 5, 3, 4, 5, 2]
    table = random.random((sum(sizes), 30)) < 0.3
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    shuffled = table.copy()
    for start, size in zip(starts, sizes, strict=True):
        rows = np.arange(start + 1, start + size)
        shuffled[rows] = table[random.permutation(rows)]
    first = over_represented(table, sizes, seed=7)
    second = over_represented(shuffled, sizes, seed=7)
    assert np.allclose(first.z, second.z)


def test_equal_input_equal_answer() -> None:
    table = np.random.default_rng(3).random((50, 30)) < 0.3
    first, second = (over_represented(table, [5] * 10, seed=7) for _ in range(2))
    assert np.array_equal(first.p_search, second.p_search)
