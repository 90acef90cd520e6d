from __future__ import annotations

import numpy as np
import pytest

from forensics.evaluate.synthetic import chosen as cases
from forensics.evaluate.synthetic import everyday
from forensics.evaluate.synthetic.localtime import day_number, to_local, weekdays
from forensics.evaluate.synthetic.scenario import no_calendar


def rng(seed: int = 5) -> np.random.Generator:
    return np.random.default_rng(seed)


def calendar(country: str, first: int, last: int) -> tuple[frozenset[int], frozenset[int]]:
    days = np.arange(first, last + 1)
    start = {"CN": 3, "RU": 11, "US": 19}[country]
    some = days[(days % 41 == start) & (weekdays(days) < 5)]
    return frozenset(int(d) for d in some), frozenset()


def test_a_bought_account_changes_everything_on_one_day() -> None:
    unit = cases.bought_account(rng(), no_calendar)
    (account,) = unit.accounts
    hand_over = day_number(str(unit.truth["hand_over"])) * 86_400
    before = account.t_s < hand_over
    assert 3 * (~before).sum() < before.sum()
    assert set(account.language[before].tolist()) == {"pt"}
    assert set(account.language[~before].tolist()) == {"en"}
    gap = account.t_s[~before][0] - account.t_s[before][-1]
    assert gap >= 39 * 86_400
    late = to_local(account.t_s[~before], "Europe/Moscow")
    assert ((late // 3600 % 24 >= 9) & (late // 3600 % 24 < 18)).mean() > 0.9


def test_the_twin_of_the_bought_account_keeps_its_hours() -> None:
    (account,) = cases.bought_account_twin(rng(), no_calendar).accounts
    new = account.client == "web"
    hours = [to_local(account.t_s[part], "Europe/Moscow") // 3600 % 24 for part in (new, ~new)]
    assert hours[0].mean() == pytest.approx(hours[1].mean(), abs=0.4)


def test_followers_move_with_the_audience_and_rest_with_the_staff() -> None:
    unit = cases.audience_clock(rng(), calendar)
    t_s = unit.times_s()
    hour = to_local(t_s, "America/New_York") // 3600 % 24
    assert ((hour >= 8) & (hour < 22)).mean() > 0.93
    day = to_local(t_s, "Europe/Moscow") // 86_400
    days = np.arange(*cases.THREE_YEARS)
    count = np.bincount(day - days[0], minlength=len(days))[: len(days)]

    def rate(country: str) -> float:
        kept = np.isin(days, list(calendar(country, *cases.THREE_YEARS)[0]))
        ordinary = weekdays(days) < 5
        return float(count[kept].mean() / count[ordinary & ~kept].mean())

    # The last hours of a Moscow holiday are not New York's: the dip is the staff's.
    assert rate("RU") == pytest.approx(0.3, abs=0.12)
    assert rate("US") == pytest.approx(1.0, abs=0.25)
    twin = cases.audience_clock_twin(rng(), calendar)
    assert twin.truth["kind"] == "people"


def test_schedulers_keep_to_their_slots_by_share_and_jitter() -> None:
    unit = cases.scheduler(rng(), no_calendar)
    slots = np.array([510, 615, 720, 810, 930, 1035, 1140, 1245])
    for account in unit.accounts:
        _, jitter, percent = account.name.split("-")
        minute = to_local(account.t_s, "Europe/Berlin") / 60 % 1440
        apart = np.abs(minute[:, np.newaxis] - slots).min(axis=1)
        inside = (apart <= max(int(jitter), 0.05)).mean()
        assert inside >= int(percent) / 100 - 0.01
        if percent == "100":
            assert inside == 1.0
    twin = cases.scheduler_twin(rng(), no_calendar)
    for account in twin.accounts:
        minute = to_local(account.t_s, "Europe/Berlin") // 60 % 60
        assert np.bincount(minute, minlength=60).max() / len(account) < 0.12


def test_false_flags_are_what_they_say() -> None:
    unit = cases.false_flags(rng(), calendar)
    late, stamped, planted, holidays = unit.accounts
    assert stamped.stamped_min == -300
    hour = to_local(late.t_s, "Asia/Shanghai") // 3600 % 24
    assert ((hour >= 14) & (hour < 23)).mean() > 0.85
    assert len(planted) == len(stamped) + 10
    day = to_local(holidays.t_s, "Asia/Shanghai") // 86_400
    kept = {c: np.isin(day, list(calendar(c, *cases.THREE_YEARS)[0])).sum() for c in ("RU", "CN")}
    assert kept["RU"] < 0.5 * kept["CN"]


def test_leaves_are_silent_and_those_of_the_twin_are_not() -> None:
    silent = []
    for make in (cases.absence, cases.absence_twin):
        unit = make(rng(), no_calendar)
        day = to_local(unit.times_s(), "Asia/Shanghai") // 86_400
        leaves = unit.truth["leaves"]
        assert isinstance(leaves, list)
        inside = around = 0
        for first, last in leaves:
            a, b = day_number(first), day_number(last)
            inside += int(((day >= a) & (day <= b)).sum())
            around += int(((day >= a - 28) & (day < a)).sum())
        silent.append(inside / around)
    assert silent[0] < 0.12
    assert silent[1] > 0.4
    (account,) = cases.absence(rng(), no_calendar).accounts
    addresses, days_of = {}, account.t_s // 86_400
    for address, day in zip(account.client.tolist(), days_of.tolist(), strict=True):
        addresses.setdefault(address, set()).add(day)
    one_day = np.mean([len(days) == 1 for days in addresses.values()])
    assert one_day > 0.8


def test_null_people_follow_their_clocks_and_the_fixed_ones_have_none() -> None:
    from forensics import clock

    for zone in cases.FIXED_ZONES:
        offsets = {clock.offset_s(zone, day * 86_400) for day in range(17_200, 18_300, 20)}
        assert len(offsets) == 1, zone
    unit, twin = cases.null(rng(), no_calendar), cases.null_twin(rng(), no_calendar)
    assert len(unit.accounts) == len(twin.accounts) == 12
    assert unit.truth["clock_changes"] is True
    assert twin.truth["clock_changes"] is False


def test_the_mover_is_where_it_says() -> None:
    (account,) = everyday.moves(rng(), no_calendar).accounts
    day = account.t_s // 86_400
    away = (day > day_number("2016-01-12")) & (day < day_number("2016-12-04"))
    hour = to_local(account.t_s[away], "Asia/Bangkok") // 3600 % 24
    assert ((hour >= 8) & (hour < 21)).mean() > 0.95
    assert len(account) == 1500
