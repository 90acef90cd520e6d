"""Samples side by side: their classes of zones, the offsets of those, the windows they share."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.clues.hours import classes
from forensics.clues.hours.classes import modal_offsets, side_by_side, sums_of_parts
from forensics.clues.hours.model import score_units
from forensics.clues.quarters import thin
from forensics.errors import ReferenceDataError
from forensics.reference.templates import library
from forensics.reference.zones import zone_classes

START_Q = 1_777_824  # a Monday in September 2020


def office(offset_min: int, seed: int = 1, days: int = 25) -> np.ndarray:
    """Thinned hours of an office worker at a fixed offset, in UTC quarter-hours."""
    rng = np.random.default_rng(seed)
    q = [
        START_Q + day * 96 + int(hour * 4) - offset_min // 15
        for day in range(days)
        if day % 7 < 5
        for hour in rng.uniform(9, 18, 4)
    ]
    return thin(np.array(q, dtype=np.int64))


def test_modal_and_mean_offsets_are_those_of_the_hours() -> None:
    days = START_Q + 96 * np.arange(364)
    samples = [days[:40], days[10:364], days[300:310]]
    (rows,) = side_by_side(samples)
    modal, mean = classes.modal_and_mean(rows)
    for number, q in enumerate(samples):
        own = slice(*rows.edges[number : number + 2].tolist())
        each = rows.rules[number].classes
        offsets = each.offsets_min[:, each.segments_of(q)]
        assert modal[own].tolist() == modal_offsets(offsets).tolist()
        assert mean[own] == pytest.approx(offsets.mean(axis=1))
        assert rows.rules[number].moving.tolist() == (np.ptp(offsets, axis=1) > 0).tolist()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=12), st.integers(0, 9))
def test_sums_of_parts_are_those_of_the_parts(lengths: list[int], seed: int) -> None:
    edges = classes.from_zero(lengths)
    values = np.random.default_rng(seed).random(int(edges[-1]))
    parts = np.split(values, edges[1:-1])
    assert sums_of_parts(values, edges).tolist() == [part.sum() for part in parts]


def test_windows_lie_on_a_grid_and_change_no_answer() -> None:
    """Samples of one year share their classes; times before the grid keep their own window."""
    q = office(120)
    assert len({one.rules[0] for o in range(5) for one in side_by_side([q + o])}) == 1
    october_1979 = 307_622_400 // 900 + 1  # Kiritimati stood 10:40 behind UTC until then
    for first in (october_1979, october_1979 + 60, october_1979 + 300):
        (rows,) = side_by_side([np.array([first, first + 9000], dtype=np.int64)])
        assert rows.hours.tolist() == [2]
    with pytest.raises(ReferenceDataError):
        list(side_by_side([np.array([october_1979 - 1, october_1979 + 9000])]))


def test_modal_offsets_take_the_most_frequent_and_the_lowest_of_equals() -> None:
    offsets = np.array([[60, 120, 120], [60, 60, 120], [0, 0, 0]])
    assert modal_offsets(offsets).tolist() == [120, 60, 0]
    assert modal_offsets(offsets, np.array([2, 1, 1])).tolist() == [60, 60, 0]


def test_classes_of_the_window_are_merged_on_the_sample() -> None:
    q = office(60)
    window = zone_classes(int(q[0]) * 900, int(q[-1]) * 900 + 900)
    assert len(score_units([q], library())[0].classes.names) <= len(window.names)
