"""The arithmetic of hours: invariances of thinning, scores and posteriors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.clues.hours import classes, model, sums
from forensics.clues.hours.classes import side_by_side
from forensics.clues.hours.model import (
    credible_set,
    posteriors,
    score_units,
    tempering,
)
from forensics.clues.quarters import thin, week_bins
from forensics.reference.templates import library
from forensics.reference.zones import candidate_offsets

WEEK = 672
START_Q = 1_777_824  # a Monday in September 2020; no zone that matters changes until late October
OFFSETS = np.array(candidate_offsets())


def office(offset_min: int, seed: int = 1, days: int = 25, start_q: int = START_Q) -> np.ndarray:
    """Thinned hours of an office worker at a fixed offset, in UTC quarter-hours."""
    rng = np.random.default_rng(seed)
    q = [
        start_q + day * 96 + int(hour * 4) - offset_min // 15
        for day in range(days)
        if day % 7 < 5
        for hour in rng.uniform(9, 18, 4)
    ]
    return thin(np.array(q, dtype=np.int64))


def fixed_offsets(q: np.ndarray) -> np.ndarray:
    """Log-likelihood of each candidate as if it were a fixed offset."""
    rows = np.stack([np.bincount(week_bins(q + o // 15), minlength=WEEK) for o in OFFSETS])
    every = np.concatenate([library().scores, library().common], axis=1)
    return model.log_mean_over_people(rows @ every, len(q), library().log_weights)


def test_start_is_a_monday() -> None:
    assert week_bins(np.array([START_Q]))[0] == 0


@settings(deadline=None)
@given(st.lists(st.integers(0, 10_000), max_size=60))
def test_thinning_keeps_the_first_of_each_hour(values: list[int]) -> None:
    q = np.array(values, dtype=np.int64)
    kept = thin(q)
    assert kept.tolist() == sorted(
        {h: min(v for v in values if v // 4 == h) for h in {v // 4 for v in values}}.values()
    )
    assert thin(np.concatenate([q, q])).tolist() == kept.tolist()
    assert thin(kept).tolist() == kept.tolist()


@settings(max_examples=20, deadline=None)
@given(st.integers(-10, 10), st.integers(0, 5))
def test_moving_all_posts_by_hours_moves_the_curve_by_as_many(hours: int, seed: int) -> None:
    """Posts h hours earlier make offset o + h look as offset o did before."""
    q = office(60, seed)
    before = fixed_offsets(q)
    after = fixed_offsets(q - 4 * hours)
    for place, offset in enumerate(OFFSETS):
        moved = np.flatnonzero(offset + 60 * hours == OFFSETS)
        if len(moved):
            assert after[moved[0]] == pytest.approx(before[place], abs=1e-9)


@pytest.mark.parametrize("hours", [-5, 2, 6])
def test_the_answer_moves_with_the_posts(hours: int) -> None:
    first = posteriors(score_units([office(120)], library())[0])[0].offsets
    moved = posteriors(score_units([office(120) - 4 * hours], library())[0])[0].offsets
    best = OFFSETS[int(np.argmax(first))]
    assert abs(OFFSETS[int(np.argmax(moved))] - best - 60 * hours) <= 60


def test_the_same_answer_whoever_stands_beside() -> None:
    q = office(120)
    alone = score_units([q], library())[0]
    old = office(120, 2, start_q=START_Q - 96 * 7 * 520)
    among = score_units([old, q[:3], q, q[:40]], library())[2]
    assert alone.classes.names == among.classes.names
    assert alone.log_likelihood.tolist() == among.log_likelihood.tolist()


def test_all_ways_to_add_give_the_sums_of_scores_looked_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Alone in small integers, in a crowd, and as a dense product; few and many hours."""
    samples = [office(120)[:16], office(-300, 2, days=90), office(60, 3), office(345, 4, days=40)]
    samples += [office(60 * o, o + 20, start_q=START_Q + 96 * 30 * o) for o in range(3)]
    (rows,) = side_by_side(samples)
    weeks, _ = sums.components(library())
    ends = rows.edges.tolist()
    for limit, crowd in ((1 << 15, 100), (1 << 15, 2), (0, 100)):
        monkeypatch.setattr(sums, "EXACT_IN_SHORT", limit)
        monkeypatch.setattr(sums, "CROWD", crowd)
        found = np.full((ends[-1], weeks.shape[1]), np.nan)
        for numbers, steps in sums.sums(rows, library()):
            assert np.isnan(found[numbers]).all(), "every class once"
            found[numbers] = steps
        for number, q in enumerate(samples):
            own = rows.rules[number].classes
            local = week_bins(q + own.offsets_min[:, own.segments_of(q)] // 15)
            part = found[ends[number] : ends[number + 1]]
            assert part.tolist() == weeks[local].sum(axis=1).tolist()


def test_blocks_do_not_change_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    samples = [office(60 * o, o + 20) for o in range(8)]
    whole = [s.log_likelihood.tolist() for s in score_units(samples, library())]
    monkeypatch.setattr(sums, "SPARSE_ROWS", 10)
    monkeypatch.setattr(classes, "CHUNK_HOURS", 150)
    monkeypatch.setattr(model, "CACHED_ROWS", 7)
    assert len(list(side_by_side(samples))) > 3
    assert [s.log_likelihood.tolist() for s in score_units(samples, library())] == whole
    assert list(score_units([], library())) == []


def test_units_together_are_read_as_each_alone() -> None:
    """To the last bit: ties between offsets must not depend on who stands beside."""
    samples = [office(60 * o, o + 20, days=10 + 15 * o) for o in range(6)]
    samples += [samples[2][:1], samples[3][:7], office(330, 9, start_q=START_Q + 96 * 190)]
    scores = score_units(samples, library())
    both = model.all_posteriors(scores)
    sets = model.sharpened_sets(both[0].offsets, 0.8, hours=scores.hours, population=False)
    places, worths = model.points(both[1].offsets)
    for unit, q in enumerate(samples):
        one = score_units([q], library())[0]
        assert one.log_likelihood.tolist() == scores[unit].log_likelihood.tolist()
        assert one.modal_min.tolist() == scores[unit].modal_min.tolist()
        assert one.mean_quarters.tolist() == scores[unit].mean_quarters.tolist()
        uniform, population = posteriors(one)
        among = model.of_unit(both, scores, unit)
        assert uniform.offsets.tolist() == among[0].offsets.tolist()
        assert population.classes.tolist() == among[1].classes.tolist()
        alone = model.sharpened_set(uniform.offsets, 0.8, hours=len(q), population=False)
        assert alone == sets[unit]
        place, worth = model.point(population.offsets)
        assert (place, worth) == (places[unit], pytest.approx(worths[unit]))


def test_tempering_caps_what_posts_can_say() -> None:
    assert tempering(25) == 0.5
    assert 10_000 * tempering(10_000) < 25
    curve = fixed_offsets(office(0, days=900))
    assert curve.max() - curve.min() < 25 * 5


def test_office_hours_give_a_set_around_the_offset() -> None:
    for offset in (-300, 0, 180, 480):
        scores = score_units([office(offset, days=60)], library())[0]
        for posterior in posteriors(scores):
            held = OFFSETS[credible_set(posterior.offsets, 0.8)]
            assert np.abs(held - offset).min() <= 60
            assert posterior.offsets.sum() == pytest.approx(1.0)
            assert posterior.classes.sum() == pytest.approx(1.0)


def test_the_two_priors_without_data() -> None:
    q = office(0)
    scores = score_units([q], library())[0]
    flat = replace(scores, log_likelihood=np.zeros_like(scores.log_likelihood))
    uniform, population = posteriors(flat)
    present = np.isin(OFFSETS, scores.modal_min)
    whole = uniform.offsets[present & np.isin(OFFSETS, np.arange(0, 721, 60))]
    assert len(whole) == 13
    assert whole == pytest.approx(whole[0], rel=0.001), "inhabited offsets weigh alike"
    assert uniform.offsets[OFFSETS == 525] < whole[0] / 50, "UTC+8:45 is a handful of people"
    assert not uniform.offsets[~present].any()
    best = OFFSETS[np.argsort(-population.offsets)[:3]].tolist()
    assert {480, 330} <= set(best), "China and India hold most people"


def test_zones_beyond_the_candidates_get_nothing() -> None:
    january = np.array([1_704_067_200 // 900 + 96 * day for day in range(20)], dtype=np.int64)
    scores = score_units([january], library())[0]
    beyond = scores.modal_min == 840
    assert beyond.any()
    for posterior in posteriors(scores):
        assert not posterior.classes[beyond].any()


def berlin_over_fixed(q: np.ndarray) -> float:
    """How much better Berlin's rules fit than the two fixed offsets they alternate between."""
    scores = score_units([q], library())[0]
    where = {n: i for i, names in enumerate(scores.classes.names) for n in names}
    berlin, lagos, joburg = (
        scores.log_likelihood[where[zone]]
        for zone in ("Europe/Berlin", "Africa/Lagos", "Africa/Johannesburg")
    )
    return float(berlin - (lagos + joburg) / 2)


def test_clock_changes_are_followed_post_by_post() -> None:
    """A year of 09-17 on Berlin's clock, and the same year on a clock that never changes."""
    days = [day for day in range(364) if day % 7 < 5]
    local = np.array([START_Q + 96 * d + 4 * h for d in days for h in (9, 11, 14, 16)])
    summer = (local < START_Q + 96 * 41) | (local >= START_Q + 96 * 195)
    follows = thin((local - 4 - 4 * summer).astype(np.int64))
    never = thin((local - 4).astype(np.int64))
    assert berlin_over_fixed(follows) > 0 > berlin_over_fixed(never)


def test_credible_sets() -> None:
    assert credible_set(np.array([0.1, 0.5, 0.4]), 0.8) == [1, 2]
    assert credible_set(np.array([0.25, 0.25, 0.25, 0.25]), 0.8) == [0, 1, 2, 3]
    assert credible_set(np.array([0.2, 0.8]), 0.8) == [1]


def test_dropping_a_third_of_the_days_never_narrows_the_set_sharply() -> None:
    for offset in (-300, 60, 330):
        q = office(offset, days=90)
        kept = q[(q // 96) % 3 > 0]
        for full, part in zip(
            *(posteriors(s) for s in score_units([q, kept], library())), strict=True
        ):
            assert len(credible_set(part.offsets, 0.8)) >= len(credible_set(full.offsets, 0.8)) - 1


def test_the_weighted_mean_is_the_same_in_single_precision() -> None:
    q = office(120)
    scores = score_units([q], library())[0]
    every = np.concatenate([library().scores, library().common], axis=1)
    quarters = (scores.modal_min[:, np.newaxis] // 15).astype(np.int16)
    rows = sums.local_counts((quarters, np.zeros(len(q), dtype=np.int64), week_bins(q)))
    exact = model.log_mean_over_people(rows @ every, len(q), library().log_weights)
    fixed = (scores.classes.offsets_min == scores.classes.offsets_min[:, :1]).all(axis=1)
    got = scores.log_likelihood[fixed] - scores.log_likelihood[fixed][0]
    assert got == pytest.approx(exact[fixed] - exact[fixed][0], abs=1e-4)


def test_widening_flattens_and_keeps_the_side() -> None:
    scores = score_units([office(180, days=90)], library())[0]
    wide = model.widened(scores)
    for before, after in zip(posteriors(scores), posteriors(wide), strict=True):
        held, more = (credible_set(p.offsets, 0.8) for p in (before, after))
        assert len(more) >= len(held)
        middle = [float(np.mean(OFFSETS[rows])) for rows in (held, more)]
        assert abs(middle[0] - middle[1]) < 60
    same = model.widened(scores, 0.5)
    assert same.log_likelihood == pytest.approx(
        scores.log_likelihood - scores.log_likelihood.max(), abs=1e-9
    )


def test_sharpened_sets_are_never_wider() -> None:
    for offset in (-300, 60, 330):
        both = posteriors(score_units([office(offset)], library())[0])
        for prior, posterior in enumerate(both):
            for mass in (0.8, 0.95):
                plain = credible_set(posterior.offsets, mass)
                sharp, late = (
                    model.sharpened_set(posterior.offsets, mass, hours=n, population=bool(prior))
                    for n in (100, 5000)
                )
                assert set(sharp) <= set(late) <= set(plain)
                assert plain[0] == sharp[0]


def test_the_point_prefers_an_offset_with_neighbours() -> None:
    probabilities = np.zeros(len(OFFSETS))
    lone, left, right = (int(np.flatnonzero(o == OFFSETS)[0]) for o in (-300, 120, 180))
    probabilities[[lone, left, right]] = 0.34, 0.33, 0.33
    best, worth = model.point(probabilities)
    assert best in (left, right)
    assert worth == pytest.approx(0.6 * 0.33 + 0.4 * 0.66)
    certain = np.eye(len(OFFSETS))[lone]
    assert model.point(certain) == (lone, pytest.approx(1.0))
    # UTC-11 and UTC+13 are the same time of day.
    ends = np.zeros(len(OFFSETS))
    ends[np.isin(OFFSETS, (-660, 780))] = 0.5
    assert model.point(ends)[1] == pytest.approx(0.6 * 0.5 + 0.4)
