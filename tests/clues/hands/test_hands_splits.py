"""Pieces of a unit: other hours are seen, drift and chance are not taken for them."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from forensics.clues.hands.finding import HABITS, splits_finding
from forensics.clues.hands.operators import area, held_out_scores
from forensics.clues.hands.splits import answer, answers
from forensics.clues.moments import made

DAY = 86_400
FIRST = 16_436


def around(rng: np.random.Generator, hour: float, n: int, days: int = 200) -> np.ndarray:
    return (FIRST + rng.integers(0, days, n)) * DAY + (rng.normal(hour, 2.5, n) % 24 * 3600).astype(
        int
    )


def test_two_people_behind_one_account() -> None:
    rng = np.random.default_rng(1)
    times = np.r_[around(rng, 7, 300), around(rng, 15, 250)]
    found = answer(made("a", times, client=["phone"] * 300 + ["web"] * 250))
    (pair,) = found.pairs
    assert found.status == "found"
    assert pair.apart
    assert 6 <= pair.shift_h <= 10
    assert found.disagreement_h == pair.distance_h > 5
    assert pair.auc > 0.9
    said = splits_finding(found)
    assert f"Pieces disagree by {pair.distance_h:.1f} h" in said.statement
    assert "not read as one" in said.statement
    assert said.limits == (HABITS,)


def test_chance_is_not_taken_for_people() -> None:
    low = 0
    for seed in range(40):
        rng = np.random.default_rng([seed, 2])
        client = [("phone", "web")[int(x > 0.6)] for x in rng.random(300)]
        found = answer(made("a", around(rng, 12, 300), client=client))
        assert found.status == "nothing_found"
        low += found.pairs[0].p <= 0.05
    assert low <= 6


@pytest.mark.parametrize("days", [200, 1200])
def test_a_drift_of_hours_and_a_new_client_are_no_two_people(days: int) -> None:
    rng = np.random.default_rng(days)
    times = np.sort(around(rng, 9, 1500, days))
    drift = np.linspace(0, 5, len(times))
    share = np.linspace(0.05, 0.95, len(times))
    client = [("phone", "web")[int(x < s)] for x, s in zip(rng.random(1500), share, strict=True)]
    found = answer(made("a", times + (drift * 3600).astype(int), client=client))
    halves = [np.array([c == name for c in client]) for name in ("phone", "web")]
    means = [float(((times + drift * 3600)[half] % DAY).mean()) / 3600 for half in halves]
    assert abs(means[1] - means[0]) > 1.0, "the curves do differ"
    (pair,) = found.pairs
    assert not pair.differ, "but no more than the drift explains"
    assert pair.distance_h < 0.8


def test_accounts_with_one_language_each_change_places_as_a_whole(make_posts) -> None:
    # Twelve people with hours of their own; languages say nothing about hours.
    rng = np.random.default_rng(3)
    habits = rng.normal(12, 2, 12)
    from dataclasses import replace

    parts = [np.sort(around(rng, habit, 150)) for habit in habits]
    one = made("all", np.sort(np.concatenate(parts)))
    unit = replace(
        one,
        accounts=tuple(f"a{i:02d}" for i in range(12)),
        owner=np.repeat(np.arange(12, dtype=np.int32), 150),
        t_s=np.concatenate(parts),
        language=np.repeat((np.arange(12) % 2).astype(np.int32), 150),
        languages=("en", "ru"),
    )
    (pair,) = answer(unit).pairs
    assert pair.by == "accounts"
    assert not pair.differ
    assert math.isnan(pair.auc)


def test_small_pieces_are_not_compared(make_posts) -> None:
    rng = np.random.default_rng(4)
    times = np.r_[around(rng, 7, 300), around(rng, 15, 20)]
    found = answer(made("a", times, client=["phone"] * 300 + ["web"] * 20))
    assert found.status == "insufficient"
    assert found.disagreement_h == 0.0
    assert "not compared" in splits_finding(found).statement
    posts = make_posts({"a": times.tolist()})
    assert [one.status for one in answers(posts, {"a": ("a",)})] == ["insufficient"]


def test_many_days_are_drawn_and_agree_with_few() -> None:
    rng = np.random.default_rng(5)
    times = np.r_[around(rng, 11, 900, 900), around(rng, 13, 900, 900)]
    client = ["phone"] * 900 + ["web"] * 900
    many = answer(made("a", times, client=client)).pairs[0]
    assert many.differ
    shuffled = rng.permutation(client).tolist()
    assert answer(made("a", times, client=shuffled)).pairs[0].p > 0.001


def test_area() -> None:
    positive = np.array([True, True, False, False])
    assert area(np.array([3.0, 2.0, 1.0, 0.0]), positive) == 1.0
    assert area(np.array([0.0, 0.0, 0.0, 0.0]), positive) == 0.5
    assert math.isnan(area(np.array([1.0]), np.array([True])))


def test_hours_alone_say_nothing_about_equal_hours() -> None:
    rng = np.random.default_rng(6)
    times = np.sort(around(rng, 12, 2000, 400))
    positive = rng.random(2000) < 0.5
    block = (times - times[0]) // (28 * DAY)
    assert abs(area(held_out_scores(times, positive, block), positive) - 0.5) < 0.05


@pytest.mark.shared
def test_operators_of_one_account_differ_by_client(shared_data: Path) -> None:
    import duckdb

    path = shared_data / "twitter_multi_operator_by_client.csv.gz"
    rows = (
        duckdb.connect()
        .execute(f"SELECT epoch_seconds AS t, client FROM '{path}' ORDER BY t")
        .fetchnumpy()
    )
    times = np.asarray(rows["t"]).astype(np.int64)
    client = np.asarray(rows["client"]).astype(str).tolist()
    found = answer(made("account", times, client=client))
    assert found.pairs[0].apart
    assert found.pairs[0].auc > 0.85


def test_another_machine_s_linear_algebra_gives_the_same_chance(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The signs of eigenvectors are free: libraries and processors choose them otherwise."""
    rng = np.random.default_rng(6)
    client = [("phone", "web")[int(x > 0.5)] for x in rng.random(1800)]
    unit = made("a", around(rng, 12, 1800, 900), client=client)
    here = answer(unit).pairs[0].p
    eigh = np.linalg.eigh

    def other(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        values, vectors = eigh(matrix)
        return values, vectors * np.where(np.arange(len(values)) % 2, 1.0, -1.0)

    monkeypatch.setattr(np.linalg, "eigh", other)
    assert 0.001 < here < 0.999
    assert answer(unit).pairs[0].p == here
