"""Groups: one shared shift, copies that count once, and members that do not agree."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.clues.hours import group
from forensics.clues.hours.model import credible_set, posteriors
from forensics.clues.quarters import thin
from forensics.reference.templates import DAY, library

START_Q = 1_777_824


def member(offset_min: int, seed: int, *, late_h: float = 0.0, hours: int = 100) -> np.ndarray:
    """Thinned hours of somebody at work about 09-18, `late_h` hours later than others."""
    rng = np.random.default_rng(seed)
    days = rng.integers(0, 200, hours * 2)
    local = days * 96 + ((rng.uniform(9, 18, hours * 2) + late_h) * 4).astype(int)
    return thin((START_Q + local - offset_min // 15).astype(np.int64))[:hours]


def sizes(samples: list[np.ndarray], tau_min: int = group.TAU_OPERATION_MIN) -> list[int]:
    curve = group.phase_curves(samples, library()).sum(axis=0)
    scores = group.group_scores(samples, curve, tau_min)
    return [len(credible_set(p.offsets, 0.8)) for p in posteriors(scores)]


def test_curves_do_not_depend_on_company_and_find_the_phase() -> None:
    samples = [member(480, 1), member(-300, 2), member(480, 1)]
    curves = group.phase_curves(samples, library())
    assert curves.shape == (3, DAY)
    assert curves[0].tolist() == curves[2].tolist()
    assert curves[1].tolist() == group.phase_curves(samples[1:2], library())[0].tolist()
    best = group.best_phases(curves)
    assert abs(int(best[0]) - 480) <= 150
    assert abs(int(best[1]) - (1440 - 300)) <= 150


@settings(max_examples=15, deadline=None)
@given(st.integers(-23, 23))
def test_moving_posts_rotates_the_curve(hours: int) -> None:
    q = member(60, 3)
    before = group.phase_curves([q], library())[0]
    after = group.phase_curves([q - 4 * hours], library())[0]
    assert np.allclose(np.roll(before, 4 * hours), after, atol=1e-9)


def test_copies_of_an_account_count_once() -> None:
    q = member(60, 4)
    assert group.distinct_samples([q, q.copy(), q[1:], q]) == [0, 2]


def test_more_of_the_same_crew_narrows_little() -> None:
    crew = [member(180, seed) for seed in range(40)]
    ten, forty = sizes(crew[:10]), sizes(crew)
    assert all(b >= a - 1 for a, b in zip(ten, forty, strict=True))
    assert min(forty) >= 5, "a shared shift of 3 h leaves several offsets however many accounts"


def test_the_larger_the_common_shift_the_wider_the_set() -> None:
    crew = [member(180, seed) for seed in range(10)]
    narrow, wide = sizes(crew, group.TAU_COLLEAGUES_MIN), sizes(crew)
    assert all(b > a for a, b in zip(narrow, wide, strict=True))


def test_the_shift_keeps_the_mass_of_a_curve() -> None:
    curve = np.full(DAY, -800.0)
    curve[10] = 0.0
    spread = np.exp(group.shifted(curve, 180))
    assert spread.sum() == pytest.approx(1.0)
    assert int(np.argmax(spread)) == 10
    assert spread[22] / spread[10] == pytest.approx(np.exp(-0.5), rel=1e-6)


def test_weekdays_alone_do_not_move_a_group() -> None:
    """A crew that posts on Mondays only must keep its time of day."""
    crew = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        weeks = rng.integers(0, 80, 90)
        crew.append(thin((START_Q + weeks * 672 + rng.integers(36, 60, 90)).astype(np.int64)))
    curve = group.phase_curves(crew, library()).sum(axis=0)
    scores = group.group_scores(crew, curve, group.TAU_OPERATION_MIN)
    for posterior in posteriors(scores):
        assert posterior.offsets.max() < 0.5


def test_members_that_agree() -> None:
    crew = [member(180, seed, late_h=(seed % 5 - 2) * 0.8) for seed in range(20)]
    found = group.agreement(group.phase_curves(crew, library()))
    assert found.members == 20
    assert not found.disagree
    assert not found.suspiciously_equal


def test_two_shifts_do_not_agree() -> None:
    crew = [member(180, s) for s in range(10)] + [member(-420, s + 50) for s in range(10)]
    found = group.agreement(group.phase_curves(crew, library()))
    assert found.disagree
    assert found.two_gain_milli is not None
    assert found.two_gain_milli > group.TWO_PHASES_GAIN_MILLI
    assert found.two_apart_min >= group.TWO_PHASES_APART_MIN


def test_one_scheduler_is_too_equal() -> None:
    base = np.array([START_Q + 96 * day + 4 * h for day in range(40) for h in (9, 12, 17)])
    crew = [thin(base + 672 * seed) for seed in range(6)]
    found = group.agreement(group.phase_curves(crew, library()))
    assert found.suspiciously_equal
    assert not found.disagree


@pytest.mark.parametrize(
    ("members", "spread", "gain"),
    [(0, False, False), (1, False, False), (3, True, False), (5, True, True)],
)
def test_agreement_of_few(members: int, spread: bool, gain: bool) -> None:
    curves = group.phase_curves([member(0, s) for s in range(members)], library())
    found = group.agreement(curves)
    assert found.members == members
    assert (found.spread_min is not None) is spread
    assert (found.two_gain_milli is not None) is gain
    assert not found.disagree


def test_the_limit_shrinks_with_members_to_a_floor() -> None:
    limits = [group.agreement(np.zeros((k, DAY))).limit_min for k in (2, 5, 20, 400, 4000)]
    assert limits == sorted(limits, reverse=True)
    assert limits[-1] == group.LIMIT_FLOOR_MIN


def test_circular_spread() -> None:
    assert group.circular_sd_min(np.array([0, 0, 0])) == 0
    around_midnight = group.circular_sd_min(np.array([1410, 30]))
    assert around_midnight == group.circular_sd_min(np.array([690, 750]))
    assert 25 <= around_midnight <= 35
    assert group.circular_sd_min(np.array([0, 720])) > 600


def test_a_group_reads_classes_at_their_mean_offset() -> None:
    year = [member(60, seed, hours=150) for seed in range(6)]
    curve = group.phase_curves(year, library()).sum(axis=0)
    scores = group.group_scores(year, curve, group.TAU_OPERATION_MIN)
    where = {n: i for i, names in enumerate(scores.classes.names) for n in names}
    lagos, london = (scores.log_likelihood[where[z]] for z in ("Africa/Lagos", "Europe/London"))
    assert lagos != london
    assert scores.hours == sum(len(q) for q in year)
