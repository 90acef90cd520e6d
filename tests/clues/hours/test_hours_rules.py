"""When hours must not be read as a zone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from forensics.clues.activity import Activity
from forensics.clues.hours.rules import (
    day_curves,
    flat_chances,
    quiet_ratios_ppm,
    reasons_about_curves,
    reasons_about_data,
    remarks,
)
from forensics.clues.quarters import thin

START_Q = 1_777_824


def activity(q: np.ndarray, clocks: Mapping[tuple[str, bool], int] | None = None) -> Activity:
    q = np.unique(q.astype(np.int64))
    return Activity(
        unit="a",
        accounts=("a",),
        hours=(thin(q),) if len(q) else (),
        q=q,
        n=np.ones(len(q), dtype=np.int64),
        clocks=clocks or {("platform_utc", False): len(q)},
        rows=(),
    )


def drawn(n: int, low_h: float, high_h: float, seed: int = 1, days: int = 300) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return START_Q + rng.integers(0, days, n) * 96 + (rng.uniform(low_h, high_h, n) * 4).astype(int)


def test_a_night_is_found() -> None:
    assert reasons_about_curves([activity(drawn(200, 9, 22))]) == [[]]


@pytest.mark.parametrize("n", [80, 200, 1000, 5000])
def test_flat_activity_is_insufficient(n: int) -> None:
    told = reasons_about_curves([activity(drawn(n, 0, 24, seed)) for seed in range(20)])
    assert sum(map(bool, told)) >= 19


def test_a_shallow_night_is_no_night() -> None:
    many = np.concatenate([drawn(6000, 0, 24, days=3000), drawn(2500, 8, 20, 2, days=3000)])
    ((reason,), nothing) = reasons_about_curves([activity(many), activity(drawn(200, 9, 22))])
    assert "No night" in reason
    assert "split" in reason
    assert nothing == []


def test_too_few_hours_are_counted_and_the_curve_is_left_alone() -> None:
    few = activity(drawn(30, 0, 24))
    (reason,) = reasons_about_data(few)
    assert str(few.n_active_hours) in reason
    assert f"{50 - few.n_active_hours} more" in reason
    assert reasons_about_curves([few]) == [[]]


@pytest.mark.parametrize(
    ("clocks", "word"),
    [
        ({("inferred", False): 60, ("stated", False): 40}, "whose clock"),
        ({("stated", True): 90, ("stated", False): 10}, "coarser"),
    ],
)
def test_unsure_clocks(clocks: dict[tuple[str, bool], int], word: str) -> None:
    reasons = reasons_about_data(activity(drawn(200, 9, 18), clocks))
    assert len(reasons) == 1
    assert word in reasons[0]


def test_half_is_not_more_than_half() -> None:
    clocks = {("inferred", False): 50, ("id_clock", True): 50}
    assert reasons_about_data(activity(drawn(200, 9, 18), clocks)) == []


def test_remarks() -> None:
    short = activity(drawn(200, 9, 18, days=10), {("stated", False): 30, ("id_clock", False): 70})
    stated, span = remarks(short)
    assert "30 of 100" in stated
    assert "days" in span
    assert remarks(activity(drawn(200, 9, 18))) == []


def test_flatness_does_not_depend_on_the_zone() -> None:
    q = drawn(300, 9, 18)
    curves = day_curves([[q + 4 * hour] for hour in range(24)])
    assert np.ptp(quiet_ratios_ppm(curves)) == 0
    assert flat_chances(curves) == pytest.approx(flat_chances(curves)[0])


def test_accounts_of_a_unit_are_counted_together() -> None:
    one, other = drawn(30, 9, 18), drawn(40, 0, 24, 2)
    curves = day_curves([[one, other], [], [other]])
    assert curves.shape == (3, 96)
    assert curves.sum(axis=1).tolist() == [70, 0, 40]
    assert (curves[0] - curves[2]).tolist() == np.bincount(one % 96, minlength=96).tolist()


def test_flat_chance_is_a_chance() -> None:
    rng = np.random.default_rng(4)
    chances = flat_chances(rng.multinomial(300, np.full(96, 1 / 96), 800))
    assert abs(np.mean(chances < 0.1) - 0.1) < 0.04
    assert flat_chances(np.zeros((1, 96), dtype=np.int64)).tolist() == [1.0]


def test_quiet_ratio() -> None:
    even = np.full(96, 5, dtype=np.int64)
    night = even.copy()
    night[90:] = 0
    night[:6] = 0
    curves = np.stack([even, night, np.zeros(96, dtype=np.int64)])
    assert quiet_ratios_ppm(curves).tolist() == [1_000_000, 0, 1_000_000]
