"""Habits that stand still through clock changes: what moves the score, and what must not."""

from __future__ import annotations

import numpy as np
import pytest

from forensics.clues.hours.steady import change_patterns, steadiness
from forensics.clues.quarters import thin

YEAR = 364


def worker(seed: int, summer_quarters: int, days: int = 2 * YEAR) -> tuple[np.ndarray, np.ndarray]:
    """(UTC quarter-hours, piece of each) of a worker whose clock goes forward every half-year."""
    rng = np.random.default_rng(seed)
    rows = []
    for day in range(days):
        summer = day % YEAR >= YEAR // 2
        hours = rng.uniform(9, 17, 2)
        rows += [day * 96 + int(4 * hour) - summer_quarters * summer for hour in hours]
    q = thin(np.array(rows, dtype=np.int64) + 96 * 7000)
    return q, ((q // 96 - 7000) // (YEAR // 2)).astype(np.int64)


PATTERNS = np.array([[0, 0, 0, 0], [0, 4, 0, 4], [0, -4, 0, -4]], dtype=np.int64)


@pytest.mark.parametrize(("summer", "best"), [(0, 0), (4, 1), (-4, 2)])
def test_the_right_rule_stands_stillest(summer: int, best: int) -> None:
    q, piece = worker(1, summer)
    scores = steadiness(PATTERNS, piece, q)
    assert int(np.argmax(scores)) == best
    assert scores[best] - np.sort(scores)[-2] > 1.0


def test_a_fixed_offset_changes_nothing() -> None:
    q, piece = worker(2, 4)
    assert steadiness(PATTERNS, piece, q + 20) == pytest.approx(steadiness(PATTERNS, piece, q))
    offsets = np.array([[60, 120, 60, 120], [0, 60, 0, 60], [120, 120, 120, 120]])
    patterns, of = change_patterns(offsets)
    assert len(patterns) == 2
    assert of[0] == of[1] != of[2]


def test_without_a_change_nothing_is_said() -> None:
    q, _ = worker(3, 0, 100)
    assert steadiness(PATTERNS[:, :1], np.zeros(len(q), dtype=np.int64), q).tolist() == [0, 0, 0]
    assert steadiness(PATTERNS[:1], np.zeros(len(q), dtype=np.int64), q).tolist() == [0]


def test_round_the_clock_says_little() -> None:
    q = np.arange(0, 96 * 7 * 104, 4 * 7, dtype=np.int64)
    piece = (q * 4 // (q[-1] + 1)).astype(np.int64)
    scores = steadiness(PATTERNS, piece, q)
    assert np.ptp(scores) < 0.5


def test_few_hours_stay_finite() -> None:
    q = np.array([96, 96 * 200], dtype=np.int64)
    piece = np.array([0, 1], dtype=np.int64)
    assert np.isfinite(steadiness(PATTERNS[:, :2], piece, q)).all()
