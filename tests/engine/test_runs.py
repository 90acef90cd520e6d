"""Sorting gives what looking values up gives."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from forensics.engine.runs import begins, counted, distinct, stable_order

numbers = st.lists(st.integers(-5, 5), max_size=40).map(lambda one: np.array(one, dtype=np.int64))


@given(numbers)
def test_distinct_values_and_their_counts_are_those_of_unique(values: np.ndarray) -> None:
    assert distinct(values).tolist() == np.unique(values).tolist()
    told = [each.tolist() for each in counted(values)]
    assert told == [each.tolist() for each in np.unique(values, return_counts=True)]


@given(numbers)
def test_equal_values_keep_their_order(values: np.ndarray) -> None:
    assert stable_order(values).tolist() == np.argsort(values, kind="stable").tolist()


def test_runs_begin_where_a_value_differs_from_the_one_before() -> None:
    assert begins(np.array([3, 3, 1, 3])).tolist() == [True, False, True, True]
    assert begins(np.array([])).tolist() == []
