"""Habits that stand still through clock changes: what moves the score, and what must not."""

from __future__ import annotations

import numpy as np
import pytest

from forensics.clues.hours import steady
from forensics.clues.hours.steady import change_patterns
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


def steadiness(patterns: np.ndarray, piece: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Of one sample alone."""
    each = np.bincount(piece)
    return steady.steadiness([patterns % 96], np.array([len(each)]), each, q)


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


def by_hand(patterns: np.ndarray, piece: np.ndarray, q: np.ndarray) -> list[float]:
    """The score as it is described: every two hours, each pair weighed by its dates."""
    middle = np.array([(q[piece == p] / 96).mean() for p in range(piece.max() + 1)])
    near = np.exp(-0.5 * ((middle[piece][:, None] - middle[piece]) / 400.0) ** 2)
    np.fill_diagonal(near, 0.0)
    found = []
    for pattern in patterns:
        local = q + pattern[piece]
        angle = np.arange(1, 9)[:, None, None] * (local[:, None] - local) * (2 * np.pi / 96)
        density = 1 + np.tensordot(steady._kernel(), np.cos(angle), axes=1)
        share = float((near * density).sum() / near.sum())
        found.append(0.25 * len(q) * np.log(max(share, 0.15)))
    return found


def test_scores_are_sums_over_pairs_of_hours_and_the_same_in_any_company() -> None:
    some = [worker(seed, summer) for seed, summer in ((1, 4), (2, 0), (3, -4))]
    some = [(q[::step], piece[::step]) for (q, piece), step in zip(some, (7, 5, 3), strict=True)]
    short, least = some[2][0][:40], some[2][1][:40]
    some.append((short, least - least[0]))
    tables = [PATTERNS % 96, PATTERNS[:2] % 96, PATTERNS % 96, PATTERNS[:, :1]]
    tables[3] = PATTERNS[:, : 1 + some[3][1].max()] % 96
    each = [np.bincount(piece) for _, piece in some]
    together = steady.steadiness(
        tables,
        np.array([len(one) for one in each]),
        np.concatenate(each),
        np.concatenate([q for q, _ in some]),
    )
    alone = [steadiness(table, piece, q) for table, (q, piece) in zip(tables, some, strict=True)]
    assert together.tolist() == np.concatenate(alone).tolist()
    for table, (q, piece), scores in zip(tables[:3], some, alone, strict=False):
        assert scores == pytest.approx(by_hand(table, piece, q))
