"""Change over time: dates at which a day moved, and the stretches between them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.clues.activity import Activity
from forensics.clues.quarters import DAY, thin
from forensics.clues.segments.answer import answer, law_changes
from forensics.clues.segments.finding import day_text, finding
from forensics.clues.segments.split import LEAST_SHIFT_MIN, find_split, find_splits
from forensics.reference.templates import library

FIRST = 17_000


def office(
    seed: int, *, first: int = FIRST, days: int = 300, per_day: float = 1.5, at: float = 11.0
) -> np.ndarray:
    """Thinned quarter-hours around `at` o'clock UTC."""
    rng = np.random.default_rng(seed)
    n = int(days * per_day)
    hours = at + rng.normal(0, 2.5, n)
    day = rng.integers(first, first + days, n)
    return thin(np.unique((day * 24 + hours) * 4).astype(np.int64))


def moved(q: np.ndarray, day: int, hours: float) -> np.ndarray:
    return thin(np.sort(np.where(q // DAY >= day, q + int(hours * 4), q)))


def unit(q: np.ndarray, accounts: int = 1) -> Activity:
    np.ones(60, dtype=np.int64)
    return Activity(
        unit="A",
        accounts=tuple(f"a{i}" for i in range(accounts)),
        hours=tuple(q for _ in range(accounts)),
        q=q,
        n=np.ones(len(q), dtype=np.int64),
        clocks={("platform_utc", False): len(q)},
        rows=(),
    )


@pytest.mark.parametrize("hours", [-8, -4, 4, 8, 12])
def test_the_date_and_the_size_of_a_move(hours: int) -> None:
    day = FIRST + 170
    (split,) = find_splits(moved(office(1), day, hours))
    assert abs(split.day - day) <= 7
    assert split.low_day - 1 <= day <= split.high_day + 1
    assert split.low_day <= split.day <= split.high_day
    apart = (split.later_min - hours * 60 + 720) % 1440 - 720
    assert abs(apart) <= 45
    assert split.p_ppm <= 10_000


def test_people_who_stay_are_not_split() -> None:
    split = [bool(find_splits(office(seed, at=6 + seed % 12))) for seed in range(40)]
    assert sum(split) <= 1


def test_a_small_move_is_no_split() -> None:
    assert find_splits(moved(office(2), FIRST + 150, 1.0)) == []


def test_a_new_habit_that_is_no_shift_is_no_split() -> None:
    """From one block to a flat day: another curve, but no shift makes the two alike."""
    rng = np.random.default_rng(3)
    flat = thin(np.unique(rng.integers((FIRST + 150) * DAY, (FIRST + 300) * DAY, 500)))
    q = office(3)
    assert find_splits(np.concatenate([q[q // DAY < FIRST + 149], flat])) == []


def test_two_moves_there_and_back() -> None:
    q = office(4, days=600, per_day=1.2)
    there = moved(q, FIRST + 200, 7)
    back = thin(np.sort(np.where(there // DAY >= FIRST + 400, there - 28, there)))
    found = find_splits(back)
    assert [one.later_min > 0 for one in found] == [True, False]
    assert abs(found[0].day - FIRST - 200) <= 10
    assert abs(found[1].day - FIRST - 400) <= 10


def test_both_sides_need_hours() -> None:
    q = office(5)
    late = int(q[-40] // DAY)
    assert all(abs(one.day - late) > 3 for one in find_splits(moved(q, late, 9)))
    assert find_split(q[:99]) is None
    assert find_split(np.array([], dtype=np.int64)) is None


@settings(max_examples=12)
@given(st.integers(min_value=-11, max_value=12))
def test_an_offset_changes_no_split(hours: int) -> None:
    q = moved(office(6), FIRST + 140, 6)
    plain, other = find_splits(q), find_splits(q + hours * 4)
    assert len(plain) == len(other) == 1
    assert abs(plain[0].day - other[0].day) <= 2
    assert abs(plain[0].later_min - other[0].later_min) <= 30


def test_each_stretch_has_its_own_offsets() -> None:
    day = FIRST + 150
    found = answer(unit(moved(office(7, at=6.0), day, 8)), library())
    assert found.status == "found"
    first, second = found.segments
    assert first.last_day < day <= second.first_day + 7
    assert first.hours + second.hours == len(thin(found.activity.q))
    assert set(first.set80_min) != set(second.set80_min)
    assert np.mean(first.set80_min) > np.mean(second.set80_min)


def test_too_few_hours_are_insufficient_and_nothing_is_a_result() -> None:
    assert answer(unit(office(8)[:60]), library()).status == "insufficient"
    calm = answer(unit(office(8)), library())
    assert calm.status == "nothing_found"
    assert calm.segments == ()
    assert finding(calm).observations == ()


def day_number(text: str) -> int:
    return int(np.datetime64(text).astype(int))


@pytest.mark.parametrize(
    ("low", "high", "zone", "jump"),
    [
        ("2014-10-20", "2014-10-30", "Europe/Moscow", -60),
        ("2018-05-01", "2018-05-10", "Asia/Pyongyang", 30),
        ("2007-12-01", "2007-12-20", "America/Caracas", -30),
        ("2024-02-20", "2024-03-05", "Asia/Almaty", -60),
    ],
)
def test_laws_that_changed_on_the_date(low: str, high: str, zone: str, jump: int) -> None:
    found = law_changes(day_number(low), day_number(high))
    assert any(zone in law.zones and law.jump_min == jump for law in found)


def test_the_season_is_no_law() -> None:
    found = law_changes(day_number("2013-03-25"), day_number("2013-04-02"))
    assert not any("Europe/Berlin" in law.zones for law in found)


def test_the_finding_holds_dates_and_no_floats() -> None:
    day = FIRST + 150
    said = finding(answer(unit(moved(office(9), day, 7), accounts=2), library()))
    assert said.finder == "segments"
    assert said.status == "found"
    assert said.clues == ()
    assert len(said.observations) == 1
    low, high = said.observations[0].interval or (0, 0)
    assert low <= said.observations[0].value <= high
    assert day_text(said.observations[0].value) in said.statement
    assert "7" in said.statement
    assert len(said.details["segments"]) == 2
    assert any("Several accounts" in limit for limit in said.limits)
    assert not _floats(said.details)
    assert said.details["splits"][0]["later_min"] > LEAST_SHIFT_MIN


def _floats(value: object) -> bool:
    if isinstance(value, dict):
        return any(_floats(part) for part in value.values())
    if isinstance(value, list | tuple):
        return any(_floats(part) for part in value)
    return isinstance(value, float | np.generic)
