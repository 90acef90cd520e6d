from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics import clock
from forensics.evaluate.synthetic.habits import Habits, WorkDays, sample, sample_daily
from forensics.evaluate.synthetic.localtime import (
    day_number,
    day_text,
    months,
    to_local,
    to_utc,
    weekdays,
)
from forensics.evaluate.synthetic.people import seasonal
from forensics.evaluate.synthetic.profiles import (
    EVERY_DAY,
    MINUTES,
    WORKING_WEEK,
    blocks,
    leisure,
    library_week,
    office,
    shifted_day,
    softened,
    uniform,
    week_of,
)
from forensics.reference.templates import library

YEAR = (day_number("2021-01-01"), day_number("2021-12-31"))
NINE_TO_SIX = week_of(office(540, 1080, breaks=()))


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def local_minutes(t_s, zone: str):
    return to_local(t_s, zone) // 60 % 1440


def test_days_are_counted_from_1970() -> None:
    assert day_number("1970-01-01") == 0
    assert day_text(day_number("2024-02-29")) == "2024-02-29"
    days = np.array([day_number("2026-11-23"), day_number("2026-11-29")])
    assert weekdays(days).tolist() == [0, 6]
    assert months(days).tolist() == [11, 11]


@given(
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Tehran"]),
    st.integers(1_262_304_000, 1_600_000_000),
)
def test_wall_clocks_go_back_and_forth(zone: str, utc_s: int) -> None:
    local = to_local(np.array([utc_s]), zone)
    assert local[0] - utc_s == clock.offset_s(zone, utc_s)
    both = {int(to_utc(local, zone, np.array([coin]))[0][0]) for coin in (0.0, 0.9)}
    assert utc_s in both
    assert to_utc(local, zone, np.array([0.0]))[1][0]


def test_a_skipped_hour_does_not_exist_and_a_doubled_one_has_two_instants() -> None:
    skipped = np.array([day_number("2021-03-28") * 86_400 + 2 * 3600 + 600])
    assert not to_utc(skipped, "Europe/Berlin", np.array([0.1]))[1][0]
    doubled = np.array([day_number("2021-10-31") * 86_400 + 2 * 3600 + 600] * 2)
    found, exists = to_utc(doubled, "Europe/Berlin", np.array([0.1, 0.9]))
    assert exists.all()
    assert found[1] - found[0] == 3600


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not() -> None:
    habits = Habits("Europe/Berlin", NINE_TO_SIX, noise=0.1, threads=0.2)
    one, two, three = (sample(rng(seed), habits, *YEAR, 500) for seed in (1, 1, 2))
    assert one.tobytes() == two.tobytes()
    assert one.tobytes() != three.tobytes()
    assert (np.diff(one) >= 0).all()
    assert len(one) == 500


@pytest.mark.parametrize(
    ("zone", "apart_h"), [("Asia/Tokyo", 1), ("Asia/Kolkata", -2.5), ("America/Phoenix", -15)]
)
def test_another_zone_without_clock_changes_moves_every_post_by_the_difference(
    zone: str, apart_h: float
) -> None:
    here = sample(rng(), Habits("Asia/Shanghai", NINE_TO_SIX), *YEAR, 400)
    there = sample(rng(), Habits(zone, NINE_TO_SIX), *YEAR, 400)
    assert (here - there == apart_h * 3600).all()


def test_hours_follow_the_wall_clock_through_daylight_saving() -> None:
    habits = Habits("America/New_York", NINE_TO_SIX)
    t_s = sample(rng(), habits, *YEAR, 4000)
    local = local_minutes(t_s, "America/New_York")
    assert local.min() >= 540
    assert local.max() < 1080
    utc = t_s // 60 % 1440
    summer = np.isin(months(t_s // 86_400), (5, 6, 7, 8))
    winter = np.isin(months(t_s // 86_400), (12, 1, 2))
    assert utc[summer].min() < 790
    assert utc[winter].min() >= 840


def test_no_post_falls_into_the_hour_that_a_clock_change_skips() -> None:
    week = week_of(blocks([(60, 240, 1.0)]), EVERY_DAY)
    day = day_number("2021-03-28")
    t_s = sample(rng(), Habits("Europe/Berlin", week), day, day, 600)
    local = to_local(t_s, "Europe/Berlin") // 60 % 1440
    assert len(t_s) == 600
    assert not ((local >= 120) & (local < 180)).any()
    assert ((local >= 60) & (local < 120)).sum() == pytest.approx(300, abs=60)


def test_weekend_holiday_and_make_up_rates_are_met() -> None:
    holiday, makeup = day_number("2021-10-04"), day_number("2021-10-09")
    days = WorkDays(frozenset({holiday}), frozenset({makeup}))
    habits = Habits("Asia/Shanghai", NINE_TO_SIX, work_days=days, day_shape=0.0)
    t_s = sample_daily(rng(), habits, *YEAR, 400.0)
    local_day = to_local(t_s, "Asia/Shanghai") // 86_400
    count = np.bincount(local_day - YEAR[0], minlength=365)
    every = np.arange(YEAR[0], YEAR[1] + 1)
    ordinary = (weekdays(every) < 5) & (every != holiday)
    assert count[ordinary].mean() == pytest.approx(400, rel=0.01)
    assert count[holiday - YEAR[0]] == pytest.approx(80, abs=27)
    assert count[makeup - YEAR[0]] == pytest.approx(348, abs=56)
    weekend = (weekdays(every) >= 5) & (every != makeup)
    assert count[weekend].mean() == pytest.approx(20, rel=0.1)


def test_holidays_of_another_zone_are_kept_by_its_dates() -> None:
    """Moscow's date begins at 16 or 17 h in New York: that part of the day before is quiet."""
    holiday = day_number("2021-11-04")
    habits = Habits(
        "America/New_York",
        week_of(uniform(), EVERY_DAY),
        work_days=WorkDays(frozenset({holiday}), holiday_rate=0.0),
        calendar_zone="Europe/Moscow",
    )
    t_s = sample(rng(), habits, holiday - 3, holiday + 3, 3000)
    assert len(t_s) == 3000
    assert not (to_local(t_s, "Europe/Moscow") // 86_400 == holiday).any()
    assert (to_local(t_s, "America/New_York") // 86_400 == holiday).any()


def test_absences_are_nearly_silent() -> None:
    first, last = day_number("2021-06-07"), day_number("2021-07-02")
    habits = Habits("Asia/Tokyo", NINE_TO_SIX, absences=((first, last),), day_shape=0.0)
    day = to_local(sample(rng(), habits, *YEAR, 20_000), "Asia/Tokyo") // 86_400
    inside = ((day >= first) & (day <= last)).sum() / 20
    before = ((day >= first - 28) & (day < first)).sum() / 20
    assert inside / before == pytest.approx(0.05, abs=0.02)


def test_seasons_change_the_break() -> None:
    weeks = [week_of(office(480, 1080, ((720, end),))) for end in (840, 780, 810)]
    habits = Habits("Asia/Shanghai", weeks[2], seasons=seasonal(*weeks))
    t_s = sample(rng(), habits, *YEAR, 20_000)
    minute = local_minutes(t_s, "Asia/Shanghai")
    month = months(to_local(t_s, "Asia/Shanghai") // 86_400)
    gap = (minute >= 780) & (minute < 840)
    assert not gap[np.isin(month, (5, 6, 7, 8, 9))].any()
    assert gap[np.isin(month, (11, 12, 1, 2, 3))].mean() > 0.05


def test_noise_spreads_over_the_whole_day() -> None:
    t_s = sample(rng(), Habits("Asia/Tokyo", NINE_TO_SIX, noise=0.2), *YEAR, 20_000)
    minute = local_minutes(t_s, "Asia/Tokyo")
    outside = (minute < 540) | (minute >= 1080)
    assert outside.mean() == pytest.approx(0.2 * 15 / 24, abs=0.01)


def test_busy_days_come_from_the_shape() -> None:
    even, bursty = (
        Habits("Asia/Tokyo", week_of(uniform(), EVERY_DAY), day_shape=shape) for shape in (0.0, 0.5)
    )
    spread = []
    for habits in (even, bursty):
        day = to_local(sample(rng(), habits, *YEAR, 7300), "Asia/Tokyo") // 86_400
        count = np.bincount(day - YEAR[0], minlength=365)
        spread.append(count.var() / count.mean())
    assert spread[0] == pytest.approx(1.0, abs=0.3)
    assert spread[1] > 10


def test_threads_follow_within_minutes() -> None:
    habits = Habits("Asia/Tokyo", NINE_TO_SIX, threads=0.5)
    close = np.diff(sample(rng(), habits, *YEAR, 600)) < 600
    alone = np.diff(sample(rng(), Habits("Asia/Tokyo", NINE_TO_SIX), *YEAR, 600)) < 600
    assert close.mean() > 0.4
    assert alone.mean() < 0.2


def test_habits_that_leave_no_minute_are_refused() -> None:
    with pytest.raises(ValueError, match="no day"):
        sample(rng(), Habits("Asia/Tokyo", np.zeros((7, MINUTES))), *YEAR, 10)
    day = day_number("2021-11-04")
    nothing = Habits(
        "Asia/Tokyo",
        NINE_TO_SIX,
        work_days=WorkDays(frozenset(range(day - 2, day + 3)), holiday_rate=0.0),
        calendar_zone="Asia/Tokyo",
    )
    with pytest.raises(ValueError, match="no minute"):
        sample(rng(), nothing, day, day, 10)


@pytest.mark.parametrize("day", [office(), leisure(), uniform(), softened(office(), 20.0)])
def test_days_sum_to_one(day) -> None:
    assert day.shape == (MINUTES,)
    assert day.sum() == pytest.approx(1.0)
    assert (day >= 0).all()


def test_days_shift_and_refuse_to_fall_out_of_the_day() -> None:
    day = office(540, 1080)
    assert (shifted_day(day, 60) == office(600, 1140, ((780, 840),))).all()
    assert (shifted_day(day, -60) == office(480, 1020, ((660, 720),))).all()
    with pytest.raises(ValueError, match="out of it"):
        shifted_day(day, -600)
    assert week_of(day, WORKING_WEEK).sum(axis=1) == pytest.approx(np.array(WORKING_WEEK))


def test_a_person_of_the_library_has_a_mean_day_of_one() -> None:
    week = library_week(library(), 3)
    assert week.sum() == pytest.approx(7.0)
    assert week[:, 1440:].sum() == 0
