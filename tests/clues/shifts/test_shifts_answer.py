"""Shifts of invented offices: edges, intervals, weekdays, breaks, and that others have none."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from forensics.clues.shifts.answer import ShiftAnswer, answer
from forensics.clues.shifts.finding import days_text, details_of, finding, time_text

ZONE = "Asia/Shanghai"


def edges(found: ShiftAnswer) -> list[float]:
    blocks = found.sets[0].blocks
    return [edge.value for block in blocks for edge in (block.start, block.end)]


def test_edges_of_offices_and_their_intervals(activity: Callable, office: Callable) -> None:
    """Median error at most a quarter of an hour, and 90 % intervals that hold about 90 %."""
    errors, held = [], []
    for seed in range(16):
        shift = 0.11 * seed
        truth = (8.5 + shift, 12 + shift, 13.2 + shift, 17.6 + shift)
        times = office(seed, hours=(truth[:2], truth[2:]))
        found = answer(activity(times), ZONE, draws=400)
        assert found.status == "found", found.reasons
        (first, second) = found.sets[0].blocks
        for edge, hour in zip(
            (first.start, first.end, second.start, second.end), truth, strict=True
        ):
            errors.append(abs(edge.value - 60 * hour))
            held.append(edge.low <= 60 * hour <= edge.high)
    assert np.median(errors) <= 7.5
    assert max(errors) <= 45
    assert 0.78 <= np.mean(held) <= 1.0


def test_people_who_come_at_different_minutes(activity: Callable, office: Callable) -> None:
    found = answer(activity(office(3, late_min=20)), ZONE)
    assert found.status == "found"
    assert abs(found.sets[0].blocks[0].start.value - 540) <= 20


@pytest.mark.parametrize("kind", ["uniform", "leisure"])
def test_no_shift_is_no_shift(
    kind: str, activity: Callable, request: pytest.FixtureRequest
) -> None:
    make = request.getfixturevalue(kind)
    called = [
        answer(activity(make(seed, posts=posts)), ZONE, draws=20).status == "found"
        for posts in (200, 600)
        for seed in range(12)
    ]
    assert sum(called) <= 1


def test_slots_of_a_schedule_are_no_shift(activity: Callable) -> None:
    days = np.arange(17_897, 17_897 + 180)
    rng = np.random.default_rng(4)
    slots = np.concatenate([days * 24.0 + hour for hour in (8, 11, 14, 17, 20)])
    found = answer(activity(slots * 3600 + rng.uniform(0, 600, len(slots)) - 28_800), ZONE)
    assert found.status == "nothing_found"
    assert any("schedule" in reason for reason in found.reasons)


def test_too_little_is_insufficient(activity: Callable, office: Callable) -> None:
    few = answer(activity(office(1, posts=40)), ZONE)
    assert few.status == "insufficient"
    assert "60 are needed" in few.reasons[0]
    short = answer(activity(office(1, posts=300, weeks=2)), ZONE)
    assert short.status == "insufficient"
    nothing = answer(activity(np.empty(0)), ZONE)
    assert nothing.status == "insufficient"
    assert finding(nothing).status == "insufficient"


def test_the_zone_moves_the_edges_and_nothing_else(activity: Callable, office: Callable) -> None:
    unit = activity(office(5))
    here, there = (answer(unit, zone, draws=50) for zone in (ZONE, "Asia/Tokyo"))
    assert np.allclose(np.array(edges(here)) + 60, edges(there))
    assert here.sharpness is not None
    assert there.sharpness is not None
    assert here.sharpness.p == there.sharpness.p


@pytest.mark.parametrize("hours", [-7, -1, 3, 12])
def test_moving_all_posts_moves_the_edges(hours: int, activity: Callable, office: Callable) -> None:
    times = office(6, weekdays=range(7))
    here = answer(activity(times), ZONE, draws=50)
    moved = answer(activity(times + 3600 * hours), ZONE, draws=50)
    expected = sorted((np.array(edges(here)) + 60 * hours) % 1440)
    assert np.allclose(sorted(edges(moved)), expected, atol=12)


def test_doubling_the_posts_of_one_account_changes_nothing(
    activity: Callable, office: Callable
) -> None:
    times = office(7)
    once, twice = (answer(activity(t), ZONE, draws=50) for t in (times, np.tile(times, 2)))
    assert details_of(once) == details_of(twice)


def test_weekdays_half_days_evening_and_names_of_breaks(
    activity: Callable, office: Callable
) -> None:
    times = np.concatenate(
        [
            office(8, posts=1500, noise=0.05, hours=((9, 12), (13, 18), (19, 21))),
            office(9, posts=150, noise=0, hours=((9, 13),), weekdays=(5,)),
        ]
    )
    found = answer(activity(times), ZONE, draws=200)
    assert found.status == "found"
    assert [one.days for one in found.sets][:2] == [(0, 1, 2, 3, 4), (5,)]
    assert [one.half_day for one in found.sets] == [False, True, False]
    assert [block.evening for block in found.sets[0].blocks] == [False, False, True]
    assert [item.kind for item in found.sets[0].breaks] == ["lunch", "supper"]
    assert found.weekend is not None
    assert found.weekend.high < 0.5


def test_a_night_shift_passes_midnight(activity: Callable, office: Callable) -> None:
    found = answer(activity(office(10, hours=((20, 32),), weekdays=range(7))), ZONE, draws=100)
    (block,) = found.sets[0].blocks
    assert abs(block.start.value - 20 * 60) <= 20
    assert abs(block.end.value - 8 * 60) <= 20


def test_a_cluster_that_works_one_of_two_blocks_a_day(activity: Callable) -> None:
    """The report names blocks and how often each was worked: a median start would be a lie."""
    rng = np.random.default_rng(12)
    times = []
    for number in range(120):
        late = number % 3 != 0
        starts = [10.0, 16.5] if number % 6 == 0 else [16.5 if late else 10.0]
        for start in starts:
            hours = (17_897 + number) * 24 + start + rng.uniform(0, 3, 50)
            times.append(hours * 3600 - 28_800)
    found = answer(activity(np.concatenate(times), accounts=30), ZONE, draws=100)
    assert len(found.sets[0].blocks) == 2
    counts = dict(found.full_days)
    assert counts[(1,)] == 80
    assert counts[(0,)] == counts[(0, 1)] == 20


def seasonal(office: Callable, summer: float, winter: float) -> np.ndarray:
    """Three years of an office whose noon break has another length in summer."""
    parts = []
    for seed, length in ((20, summer), (21, winter)):
        times = office(seed, posts=5000, weeks=156, hours=((9, 12), (12 + length, 18)))
        month = (times + 28_800).astype("datetime64[s]").astype("datetime64[M]").astype(int) % 12
        parts.append(times[np.isin(month, (4, 5, 6, 7, 8)) == (seed == 20)])
    return np.concatenate(parts)


def test_season_of_the_break(activity: Callable, office: Callable) -> None:
    found = answer(activity(seasonal(office, 2.0, 1.5)), ZONE, draws=200)
    (lunch,) = found.sets[0].breaks
    assert lunch.seasons is not None
    assert abs(lunch.seasons.summer.value - 120) <= 15
    assert abs(lunch.seasons.winter.value - 90) <= 15
    assert lunch.seasons.p <= 0.02
    same = answer(activity(seasonal(office, 1.5, 1.5)), ZONE, draws=200)
    assert same.sets[0].breaks[0].seasons is not None
    assert same.sets[0].breaks[0].seasons.p > 0.02


def test_a_clock_that_changes_is_seen_from_a_zone_without(
    activity: Callable, office: Callable
) -> None:
    """People of Berlin, seen in the local time of Algiers, start an hour earlier in summer."""
    from forensics.reference.zones import local_quarters

    plain = office(13, posts=4000, weeks=104)
    q = (plain // 900).astype(np.int64)
    berlin = plain - (local_quarters("Europe/Berlin", q) - q - 4) * 900
    found = answer(activity(berlin), "Africa/Algiers", draws=200)
    assert found.day_moves is not None
    moves, p = found.day_moves
    assert moves.low <= -60 <= moves.high
    assert p <= 0.01
    still = answer(activity(plain), "Africa/Algiers", draws=200)
    assert still.day_moves is not None
    assert abs(still.day_moves[0].value) <= 15


def test_patterns_are_weights(activity: Callable, office: Callable, uniform: Callable) -> None:
    worked = answer(activity(office(14)), ZONE, draws=20).patterns
    flat = answer(activity(uniform(14)), ZONE, draws=20).patterns
    for weights in (worked, flat):
        assert sum(weights.values()) == pytest.approx(1)
    assert max(worked, key=lambda name: worked[name]) == "office_9_18"
    assert max(flat, key=lambda name: flat[name]) == "three_shift"


def test_same_posts_same_bytes_and_no_floats(activity: Callable, office: Callable) -> None:
    unit = activity(office(15))
    first, second = (json.dumps(details_of(answer(unit, ZONE, draws=50))) for _ in range(2))
    assert first == second

    def whole(text: str) -> None:
        raise AssertionError(text)

    json.loads(first, parse_float=whole)
    told = finding(answer(unit, ZONE, draws=50))
    assert told.status == "found"
    assert told.clues == ()
    assert {item.id for item in told.observations} >= {
        "shifts:u:block1_start",
        "shifts:u:weekend_rate",
    }
    assert all(item.seed is not None for item in told.observations)


def test_nothing_found_states_the_power_first(activity: Callable, uniform: Callable) -> None:
    told = finding(answer(activity(uniform(16)), ZONE, draws=20))
    assert told.status == "nothing_found"
    assert "would be found in 99 %" in told.statement


def test_words() -> None:
    assert days_text((0, 1, 2, 3, 4)) == "Mon-Fri"
    assert days_text((5, 6)) == "Sat, Sun"
    assert days_text(tuple(range(7))) == "all days"
    assert time_text(1440.2) == "00:00"
    assert time_text(-30) == "23:30"
