from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.evaluate import metrics
from forensics.evaluate.metrics import Scored
from forensics.reference.zones import candidate_offsets

N = len(candidate_offsets())
OFFSETS = candidate_offsets()


def scored(p, truth) -> Scored:
    """Sets are the smallest of 80 and 95 % mass."""
    p, truth = np.asarray(p, dtype=float), np.asarray(truth)
    columns = []
    for mass in (0.8, 0.95):
        order = np.argsort(-p, axis=1, kind="stable")
        total = np.cumsum(np.take_along_axis(p, order, axis=1), axis=1)
        size = (total < mass - 1e-12).sum(axis=1) + 1
        rank = np.argmax(order == truth[:, None], axis=1)
        columns += [(rank < size).astype(float), size.astype(float)]
    return Scored(truth, p, *columns)


def calibrated(n: int, seed: int = 1, sharpness: float = 3.0) -> Scored:
    """Posteriors from which the truths are drawn: calibrated by construction."""
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.full(N, 1.0 / sharpness), n)
    truth = np.array([rng.choice(N, p=row) for row in p])
    return scored(p, truth)


def one_hot(place: int) -> np.ndarray:
    return np.eye(N)[place]


def test_figures_of_a_known_table() -> None:
    utc, eight = OFFSETS.index(0), OFFSETS.index(480)
    nine = OFFSETS.index(540)
    p = [one_hot(eight), 0.6 * one_hot(eight) + 0.4 * one_hot(nine), one_hot(utc)]
    rows = metrics.rows_of(scored(p, [eight, nine, nine]))
    assert rows["exact"].tolist() == [1, 0, 0]
    assert rows["within_1h"].tolist() == [1, 1, 0]
    assert rows["error_h"].tolist() == [0, 1, 9]
    assert rows["held80"].tolist() == [1, 1, 0]
    assert rows["size80"].tolist() == [1, 2, 1]
    assert rows["nll"] == pytest.approx([0, -np.log(0.4), -np.log(metrics.FLOOR)])


def test_errors_go_round_the_day() -> None:
    first, second = np.array([-660, 0, 780]), np.array([780, 720, -660])
    assert metrics.circular_error_min(first, second).tolist() == [0, 720, 0]


def test_confidence_is_the_mass_within_an_hour_of_the_best() -> None:
    p = np.zeros(N)
    p[OFFSETS.index(480)], p[OFFSETS.index(540)], p[OFFSETS.index(0)] = 0.5, 0.3, 0.2
    assert metrics.confidence(scored([p], [0])) == pytest.approx([0.8])


def test_calibrated_posteriors_lie_on_the_diagonal() -> None:
    table = calibrated(4000)
    masses = np.array([0.2, 0.5, 0.8, 0.95])
    assert metrics.set_coverage(table, masses) == pytest.approx(masses, abs=0.025)
    for one in metrics.reliability(table):
        if one.n > 100:
            assert one.observed.low - 0.02 <= one.predicted <= one.observed.high + 0.02
    assert table.held80.mean() >= 0.8
    sharper = scored(np.maximum(table.p**2, 1e-300) / (table.p**2).sum(1)[:, None], table.truth)
    assert metrics.set_coverage(sharper, masses)[2] < 0.72, "overconfidence must show"


def test_risk_falls_where_confidence_is_worth_something() -> None:
    curve = metrics.risk_coverage(calibrated(3000))
    assert curve.coverage[-1] == 1.0
    assert (np.diff(curve.coverage) > 0).all()
    at = np.searchsorted(curve.coverage, [0.2, 0.6])
    assert curve.wrong_1h[at[0]] < curve.wrong_1h[at[1]] < curve.wrong_1h[-1]
    assert (curve.wrong_1h <= curve.wrong_exact + 1e-12).all()


def test_accounts_of_equal_confidence_are_answered_together() -> None:
    p = np.stack([one_hot(3)] * 4 + [np.full(N, 1 / N)])
    first = metrics.risk_coverage(scored(p, [3, 3, 9, 9, 3]))
    second = metrics.risk_coverage(scored(p, [9, 9, 3, 3, 3]))
    assert first.coverage.tolist() == second.coverage.tolist() == [0.8, 1.0]
    assert first.wrong_exact.tolist() == second.wrong_exact.tolist()


def test_the_surest_share_has_the_figures_of_the_curve() -> None:
    table = calibrated(1000)
    least, found = metrics.at_coverage(table, 60, np.random.default_rng(0))
    curve = metrics.risk_coverage(table)
    at = int(np.searchsorted(curve.coverage, 0.6))
    assert 1 - found["within_1h"].mean == pytest.approx(curve.wrong_1h[at])
    assert (metrics.confidence(table) >= least - 1e-9).sum() >= 600


def test_intervals_hold_the_mean_as_often_as_they_say() -> None:
    held = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        rows = {"x": (rng.random(80) < 0.3).astype(float)}
        one = metrics.intervals(rows, np.random.default_rng(0))["x"]
        held += one.low <= 0.3 <= one.high
    assert 88 <= held <= 99


def test_intervals_are_repeatable_and_empty_sets_give_nothing() -> None:
    rows = {"x": np.arange(30.0)}
    again = [metrics.intervals(rows, np.random.default_rng(5))["x"] for _ in range(2)]
    assert again[0] == again[1]
    nothing = metrics.intervals({"x": np.empty(0)}, np.random.default_rng(5))["x"]
    assert nothing.as_json() == [None, None, None]


@given(st.integers(0, 200), st.integers(1, 200))
def test_wilson_holds_the_share_and_stays_inside(hits: int, n: int) -> None:
    hits = min(hits, n)
    one = metrics.wilson(hits, n)
    assert 0 <= one.low <= hits / n + 1e-12
    assert hits / n - 1e-12 <= one.high <= 1


def test_offsets_count_alike_in_the_mean_over_offsets() -> None:
    eight, nine = OFFSETS.index(480), OFFSETS.index(540)
    p = np.stack([one_hot(eight)] * 20 + [one_hot(0)] * 5 + [one_hot(eight)] * 4)
    truth = [eight] * 20 + [nine] * 5 + [0] * 4
    per = metrics.by_offset(scored(p, truth))
    assert {offset: n for offset, (n, _) in per.items()} == {480: 20, 540: 5}
    assert metrics.macro(per)["exact"] == pytest.approx(0.5)
    assert np.isnan(metrics.macro({})["exact"])


def test_one_answer_for_all() -> None:
    assert metrics.one_offset_for_all([480, 480, 540, 0]) == (480, 0.5, 0.75)
