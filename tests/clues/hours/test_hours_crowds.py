"""Sums of many samples made from parts that classes share: the same as hour by hour."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.clues.hours.crowds import Crowd, crowd_sums, plan, seasons

WEEK, REACH = 672, 64
CLOCKS = np.array([[4, 8, 4], [0, 0, 0], [4, 4, 0], [-20, -16, -20], [4, 8, 8], [44, 40, 44]])


def crowd(seed: int, samples: int, segments: int) -> tuple[Crowd, np.ndarray]:
    """Hours drawn at random, and the scores."""
    rng = np.random.default_rng(seed)
    scores = rng.integers(-200, 90, (WEEK, 5)).astype(np.int16)
    sample = np.sort(rng.integers(0, samples, 40 * samples))
    bins = rng.integers(0, WEEK, len(sample))
    segment = rng.integers(0, segments, len(sample))
    wide = scores[np.arange(-REACH, WEEK + REACH) % WEEK]
    return Crowd(samples, sample, bins, segment, wide, REACH, WEEK), scores


def hour_by_hour(some: Crowd, scores: np.ndarray, quarters: np.ndarray) -> np.ndarray:
    """(classes, samples, columns) sums."""
    found = np.zeros((len(quarters), some.samples, scores.shape[1]), dtype=np.int64)
    for number, offsets in enumerate(quarters):
        rows = scores[(some.bins + offsets[some.segment]) % WEEK]
        np.add.at(found[number], some.sample, rows)
    return found


def made(some: Crowd, quarters: np.ndarray) -> np.ndarray:
    found = dict(crowd_sums(some, quarters))
    assert sorted(found) == list(range(len(quarters)))
    return np.stack([found[number] for number in range(len(quarters))])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 99), st.integers(1, 6), st.integers(1, 7))
def test_sums_are_those_hour_by_hour(seed: int, samples: int, segments: int) -> None:
    some, scores = crowd(seed, samples, segments)
    rng = np.random.default_rng(seed)
    quarters = rng.integers(-44, 57, (9, 1)) + 4 * rng.integers(0, 2, (9, segments))
    assert made(some, quarters).tolist() == hour_by_hour(some, scores, quarters).tolist()
    assert not some.made, "nothing is kept that is no longer needed"


def test_segments_and_samples_without_hours_do_not_matter() -> None:
    some, scores = crowd(1, 4, 3)
    later = Crowd(6, some.sample + 1, some.bins, some.segment * 2, some.wide, REACH, WEEK)
    quarters = np.repeat(CLOCKS, 2, axis=1)
    assert made(later, quarters).tolist() == hour_by_hour(later, scores, quarters).tolist()


def test_a_clock_with_two_seasons_is_two_sums() -> None:
    hours = np.array([50, 60, 9])
    first, second = seasons(CLOCKS, hours)
    assert (first.tolist(), second.tolist()) == ([False, True, False], [True, False, True])
    terms = plan(CLOCKS, hours)
    assert [len(own) for own in terms] == [2, 2, 4, 2, 4, 2]
    assert terms[0] == [((first.tobytes(), 8), 1), ((second.tobytes(), 4), 1)]
    assert {sign for _, sign in terms[2][2:]} == {1, -1}
    (whole,) = seasons(CLOCKS[1:2], hours)
    assert whole.all()
