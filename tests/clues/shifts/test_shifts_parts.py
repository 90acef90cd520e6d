"""Parts of the finder of shifts: pieces, weekday sets, sharpness, dips, days, edges."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.clues.shifts import dips, edges, pieces, shape, sharp, weekdays
from forensics.clues.shifts.days import LocalDays, local_days, quietest
from forensics.clues.shifts.rules import kind_of_break, power_ppm
from forensics.clues.shifts.season import Seasons


def test_pieces_are_the_best_of_all_cuts() -> None:
    """Against every way to cut a day in three at even hours: none scores higher."""
    rng = np.random.default_rng(1)
    counts = rng.poisson(np.repeat([1.0, 6.0, 2.0], [32, 40, 24])).astype(float)
    found = pieces.fit_pieces(counts, 1.0)
    cost = np.log(96) + 0.5 * np.log(counts.sum())

    def score(cuts: tuple[int, ...]) -> float:
        parts = np.split(counts, cuts)
        value = sum(part.sum() * np.log(max(part.mean(), 1e-12)) for part in parts)
        return value - len(cuts) * cost

    best = max(score(cuts) for cuts in combinations(range(4, 96, 4), 2))
    assert found.score >= best - 1e-9
    assert np.allclose(found.starts, (0, 32, 72), atol=4)


@given(st.integers(0, 10_000))
def test_a_flat_day_is_one_piece_and_needs_no_harmonic(seed: int) -> None:
    counts = np.random.default_rng(seed).poisson(4.0, 96).astype(float)
    assert len(pieces.fit_pieces(counts, 1.0).starts) <= 2
    assert pieces.fit_smooth(counts, 1.0)[0] <= 1


def test_harmonics_describe_a_smooth_day_in_fewer_words() -> None:
    angle = 2 * np.pi * np.arange(96) / 96
    rng = np.random.default_rng(2)
    smooth = rng.poisson(10 * np.exp(np.cos(angle))).astype(float)
    order, score = pieces.fit_smooth(smooth, 1.0)
    assert 1 <= order <= 2
    assert score > pieces.fit_pieces(smooth, 1.0).score
    block = rng.poisson(np.where((np.arange(96) > 36) & (np.arange(96) < 72), 12.0, 1.0))
    assert (
        pieces.fit_pieces(block.astype(float), 1.0).score
        > pieces.fit_smooth(block.astype(float), 1.0)[1]
    )


def test_dispersion_sees_bursts() -> None:
    rng = np.random.default_rng(3)
    plain = rng.poisson(1.0, (40, 96)).astype(float)
    assert pieces.dispersion(plain) < 1.2
    assert pieces.dispersion(5 * rng.poisson(0.2, (40, 96)).astype(float)) > 3.5


def test_weekday_sets_are_the_best_partition() -> None:
    rng = np.random.default_rng(4)
    rate = np.ones((7, 96)) * 0.2
    rate[:5, 36:72] = 3
    rate[5, 36:52] = 3
    counts = rng.poisson(rate * 20).astype(float)
    sets = weekdays.day_sets(counts, np.full(7, 20), 1.0)
    assert sets == ((0, 1, 2, 3, 4), (5,), (6,))
    flat = rng.poisson(np.full((7, 96), 4.0)).astype(float)
    assert weekdays.day_sets(flat, np.full(7, 20), 1.0) == (tuple(range(7)),)


def test_one_busy_wednesday_is_no_kind_of_day() -> None:
    rng = np.random.default_rng(5)
    day = np.repeat(np.arange(0, 140), 5)
    bins = rng.integers(0, 96, len(day))
    burst = np.full(400, 62)
    days = LocalDays(
        "UTC",
        0,
        np.concatenate((day, burst)),
        np.concatenate((bins, rng.integers(40, 60, 400))),
        np.ones(len(day) + 400),
    )
    counts, exposure = weekdays.weekday_counts(days)
    phi = weekdays.day_dispersion(days)
    assert phi > 5
    assert len(weekdays.day_sets(counts, exposure, phi)) == 1


def test_sharp_edges_and_smooth_days(
    activity: Callable, office: Callable, leisure: Callable
) -> None:
    found = sharp.sharpness(local_days(activity(office(1)), "Asia/Shanghai"), 1)
    assert found.p <= 0.01
    assert found.ratio > 1.5
    smooth = [
        sharp.sharpness(local_days(activity(leisure(seed)), "Asia/Shanghai"), 1).p <= 0.05
        for seed in range(20)
    ]
    assert sum(smooth) <= 4


def test_counting_and_products_of_matrices_agree(
    activity: Callable, office: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = local_days(activity(office(2)), "Asia/Shanghai")
    first = sharp.sharpness(days, 3)
    monkeypatch.setattr(sharp, "DIRECT", 0)
    second = sharp.sharpness(days, 3)
    assert np.allclose(first.moved, second.moved)


def test_a_shallow_dip_of_a_large_cluster() -> None:
    """A tenth fewer posts at noon: days that are moved do not show it."""
    rng = np.random.default_rng(6)
    place = np.arange(96)
    rate = np.where((place >= 24) & (place < 84), 8.0, 0.5)
    rate[48:54] *= 0.8
    table = rng.poisson(rate, (250, 96))
    day, bins = np.nonzero(table)
    days = LocalDays("UTC", 0, day, bins, table[day, bins].astype(float))
    edge = sharp.sharpness(days, 1)
    block = shape.Span(24, 84, 0, 96)
    found = dips.deepest(days.profile(), edge.moved, (block,), ())
    assert found is not None
    assert abs(found.span.first - 48) <= 2
    assert abs(found.span.end - 54) <= 2
    known = shape.Span(46, 56, 40, 60)
    assert dips.deepest(days.profile(), edge.moved, (block,), (known,)) is None


@pytest.mark.parametrize("width", [0, 4, 8])
def test_an_edge_that_is_a_ramp_lies_in_its_middle(width: int) -> None:
    place = np.arange(96) + 0.5
    share = np.clip((place - 40) / max(width, 1) + 0.5, 0, 1)
    counts = 2 + 40 * share
    total = edges.running(counts[None, :])
    assert abs(edges.place_edge(total, 28, 52)[0] - 40) < 0.6


def test_few_weeks_widen_the_interval() -> None:
    values = np.concatenate(([0.0], np.linspace(-1, 1, 1001)))
    few, many = edges.measured(values, 5), edges.measured(values, 200)
    assert few.low < many.low < -0.89
    assert many.high < 1
    assert edges.week_weights(7, edges.Drawing(50, 1)).sum(axis=1).tolist() == [7.0] * 51


def test_the_quietest_hour_cuts_the_day() -> None:
    profile = np.ones(96)
    profile[12:28] = 0
    assert 18 <= quietest(profile) <= 22
    assert quietest(np.ones(96)) == 0


def test_a_day_cut_in_the_evening_belongs_to_the_next_date(
    activity: Callable, office: Callable
) -> None:
    times = office(3, noise=0, hours=((3, 12),))
    days = local_days(activity(times), "Asia/Shanghai")
    assert days.cut < 0 or days.cut < 72
    assert set(np.unique(days.weekday).tolist()) == {0, 1, 2, 3, 4}


def test_comb_of_quarter_hours_is_taken_out(activity: Callable) -> None:
    rng = np.random.default_rng(7)
    hours = rng.integers(17_897 * 24, 17_897 * 24 + 24 * 60, 6000)
    quarter = rng.choice(4, 6000, p=(0.4, 0.2, 0.25, 0.15))
    times = hours * 3600.0 + quarter * 900
    profile = local_days(activity(times, accounts=50), "UTC").profile().reshape(24, 4).sum(axis=0)
    assert np.allclose(profile, profile.mean())


def test_names_of_breaks() -> None:
    still = edges.Measured(0, 0, 0)
    moves = edges.Measured(35, 25, 45)
    seasons = Seasons(still, still, still, 1.0, (400, 400), moves, 0.002)
    assert kind_of_break(720, 60, None) == "lunch"
    assert kind_of_break(1080, 45, None) == "supper"
    assert kind_of_break(540, 30, None) == "other"
    assert kind_of_break(760, 30, seasons) == "prayer"
    assert kind_of_break(760, 90, seasons) == "lunch"


def test_power_rises_with_events() -> None:
    values = [power_ppm(events) for events in (0, 60, 90, 120, 200, 5000)]
    assert values == sorted(values)
    assert values[0] == 0
    assert values[-1] == 990_000
