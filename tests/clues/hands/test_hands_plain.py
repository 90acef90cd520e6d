"""Array forms of the measures of change give what their plain forms give."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from forensics.clues.hands import hourrows, scan, splits
from forensics.clues.hands.effects import day_distance, day_shift
from forensics.clues.hands.hourrows import HourRows
from forensics.clues.moments import made


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


def test_rows_of_ones_need_no_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    table = (rng.random((80, 24)) < 0.2).astype(float)
    full = HourRows.of(table)
    bare = HourRows(80, full.row.astype(np.int32), full.hour.astype(np.int8))
    code, label = rng.integers(0, 5, 80), rng.random(80) < 0.5
    monkeypatch.setattr(hourrows, "ENTRIES", 13)
    assert (bare.table() == table).all()
    assert (bare.sums(code, 5, label) == full.sums(code, 5, label)).all()
    assert bare.entries(label) == full.entries(label) == table[label].sum()
    both = bare.part(10, 40).then(bare.part(60, 80))
    assert (both.table() == table[np.r_[10:40, 60:80]]).all()


def test_pieces_are_those_with_most_active_hours() -> None:
    """Many posts in few hours make a small piece, and equal ones go by their code."""
    rng = np.random.default_rng(6)
    times, words = [], []
    for word, hours, repeats in (
        ("a", 60, 9), ("b", 300, 1), ("c", 200, 1), ("d", 200, 1), ("e", 20, 99), ("f", 120, 3),
    ):  # fmt: skip
        when = 3600 * (rng.choice(24 * 90, hours, replace=False) + 470_000)
        times.append(np.repeat(when, repeats) + rng.integers(0, 3600, hours * repeats))
        words += [word] * (hours * repeats)
    posts = made("unit", np.concatenate(times), client=words)
    pieces = splits._pieces(posts, posts.client)
    assert [posts.clients[one.code] for one in pieces] == ["b", "c", "d"]
    assert [len(one.hour) for one in pieces] == [300, 200, 200]
    for one in pieces:
        plain = np.unique(posts.t_s[posts.client == one.code] // 3600)
        assert one.hour.tolist() == plain.tolist()


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
