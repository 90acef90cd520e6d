"""Array forms of the measures of change give what their plain forms give."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from forensics.clues.hands import hourrows, scan, splits
from forensics.clues.hands.effects import day_distance, day_shift
from forensics.clues.hands.hourrows import HourRows


@pytest.mark.parametrize("seed", range(12))
def test_the_best_shift_is_that_of_trying_each(seed: int) -> None:
    rng = np.random.default_rng(seed)
    first, second = rng.random((2, 24)) + (rng.random((2, 24)) < 0.2) * 5
    fine = [np.repeat(one, 2) for one in (first, second)]
    tried = [day_distance(np.roll(fine[0], step), fine[1]) for step in range(48)]
    step = int(np.argmin(tried))
    assert day_shift(first, second) == (step if step <= 24 else step - 48) / 2


def plain_dispersion(days: np.ndarray, table: np.ndarray) -> float:
    block, row = np.unique(days // scan.BLOCK_DAYS, return_inverse=True)
    sums = np.zeros((len(block), table.shape[1]))
    np.add.at(sums, row, table)
    sums = sums[sums.sum(axis=1) >= scan.BLOCK_HOURS]
    if len(sums) < 3:
        return 1.0
    freedom = np.maximum(((sums[1:] + sums[:-1]) > 0).sum(axis=1) - 1, 1)
    ratio = scan.log_ratio(sums[:-1], sums[1:]) / chi2.median(freedom)
    return max(1.0, float(np.median(np.sort(ratio)[:-1])))


@pytest.mark.parametrize("seed", range(12))
def test_dispersion_is_the_median_over_blocks(seed: int) -> None:
    rng = np.random.default_rng(seed)
    days = np.sort(rng.choice(np.arange(17_000, 17_000 + 40 * (seed + 1)), 30 + seed, False))
    table = rng.integers(0, 4, (len(days), 5)) * np.where(
        days[:, None] % 90 < 45, 1, [3, 0, 1, 1, 0]
    )
    assert scan.dispersion(days, table) == plain_dispersion(days, table)


def test_rows_of_hours_add_up_as_a_table_does(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    table = (rng.random((90, 24)) < 0.1).astype(float)
    code, label = rng.integers(0, 7, 90), rng.random(90) < 0.5
    rows = HourRows.of(table)
    plain = np.zeros((7, 24))
    np.add.at(plain, code[label], table[label])
    assert (rows.sums(code, 7, label) == plain).all()
    assert (rows.part(20, 50).then(rows.part(70, 90)).table() == table[np.r_[20:50, 70:90]]).all()
    monkeypatch.setattr(hourrows, "AT_ONCE", 32)
    assert (np.concatenate([part for _, part in rows.tables()]) == table).all()


def test_departures_do_not_depend_on_how_many_rows_are_written_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(4)
    rows = HourRows.of((rng.random((900, 24)) < 0.1).astype(float))
    code, label = np.sort(rng.integers(0, 30, 900)), rng.random(900) < 0.4
    total = rows.sums(code, 30)
    profile = total / total.sum(axis=1, keepdims=True)

    def drawn() -> tuple[np.ndarray, np.ndarray]:
        return splits._drawn_sums(rows, profile, label, code, np.random.default_rng(1))

    whole = drawn()
    monkeypatch.setattr(hourrows, "AT_ONCE", 64)
    monkeypatch.setattr(splits, "AT_ONCE", 64)
    parts = drawn()
    assert np.allclose(whole[0], parts[0])
    assert np.allclose(np.cov(whole[1].T), np.cov(parts[1].T), atol=0.5)
