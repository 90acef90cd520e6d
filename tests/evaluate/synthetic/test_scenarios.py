from __future__ import annotations

import hashlib
import math

import numpy as np
import pytest

from forensics.errors import UsageError
from forensics.evaluate.synthetic import published
from forensics.evaluate.synthetic.catalogue import SCENARIOS, chosen
from forensics.evaluate.synthetic.localtime import day_number, months, to_local, weekdays
from forensics.evaluate.synthetic.scenario import no_calendar
from forensics.evaluate.synthetic.unit import SyntheticUnit

YEARS = range(2006, 2024)


def calendar(country: str, first: int, last: int) -> tuple[frozenset[int], frozenset[int]]:
    """A made-up calendar: a week in October and in February, with two Saturdays worked for each.

    Countries differ by the month in which their holidays begin.
    """
    start = {"CN": (10, 2), "RU": (1, 5), "TW": (4, 9), "US": (7, 11)}[country]
    holidays, makeup = set(), set()
    for year in YEARS:
        for month in start:
            day = day_number(f"{year}-{month:02d}-01")
            week = np.arange(day, day + 7)
            holidays |= {int(d) for d in week[weekdays(week) < 5]}
            saturdays = np.arange(day + 8, day + 24)
            makeup |= {int(d) for d in saturdays[weekdays(saturdays) == 5][:2]}
    return (
        frozenset(d for d in holidays if first <= d <= last),
        frozenset(d for d in makeup if first <= d <= last),
    )


def rng(seed: int = 7) -> np.random.Generator:
    return np.random.default_rng(seed)


def share_in(minute, *spans: tuple[int, int]) -> float:
    return float(np.mean(np.any([(minute >= a * 60) & (minute < b * 60) for a, b in spans], 0)))


def within(share: float, n: int) -> float:
    """Four standard errors of a share."""
    return 4 * math.sqrt(share * (1 - share) / n)


def local(unit: SyntheticUnit, zone: str):
    return to_local(unit.times_s(), zone)


def hashed(unit: SyntheticUnit) -> str:
    parts = [a.t_s.tobytes() + a.client.tobytes() + a.kind.tobytes() for a in unit.accounts]
    return hashlib.sha256(b"".join(parts)).hexdigest()


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
def test_a_scenario_and_its_twin_are_sound_and_repeatable(scenario) -> None:
    pairs = [scenario.pair(seed, calendar) for seed in (1, 1, 2)]
    assert [hashed(unit) for unit in pairs[0]] == [hashed(unit) for unit in pairs[1]]
    assert hashed(pairs[0][0]) != hashed(pairs[2][0])
    assert hashed(pairs[0][0]) != hashed(pairs[0][1])
    assert dict(pairs[0][0].truth) != dict(pairs[0][1].truth)
    for unit in pairs[0]:
        names = [account.name for account in unit.accounts]
        assert len(set(names)) == len(names) >= 1
        for account in unit.accounts:
            columns = (account.t_s, account.kind, account.client, account.language)
            assert len({len(column) for column in columns}) == 1
            assert (np.diff(account.t_s) >= 0).all()
            assert set(account.kind.tolist()) <= {"original", "repost", "quote", "reply"}


def test_scenarios_are_found_by_name() -> None:
    assert [one.name for one in chosen([])] == [one.name for one in SCENARIOS]
    assert [one.name for one in chosen(["rota", "apt1"])] == ["apt1", "rota"]
    with pytest.raises(UsageError, match="nosuch"):
        chosen(["nosuch"])


def test_apt1_has_the_published_marginals() -> None:
    unit = published.apt1(rng(), calendar)
    log_ons = unit.account("log-ons")
    assert len(log_ons) == 1905
    assert len(set(log_ons.client.tolist())) == 832
    at = to_local(log_ons.t_s, "Asia/Shanghai")
    minute = at // 60 % 1440
    assert share_in(minute, (8, 12), (14, 18)) == pytest.approx(0.75, abs=within(0.75, 1905))
    assert share_in(minute, (19, 22)) == pytest.approx(0.15, abs=within(0.15, 1905))
    working = (weekdays(at // 86_400) < 5).mean()
    assert working == pytest.approx(0.975, abs=within(0.975, 1905))
    assert day_number("2011-01-01") <= at[0] // 86_400
    assert at[-1] // 86_400 <= day_number("2013-01-31")


def test_the_twin_of_apt1_works_the_holidays_and_not_the_make_up_days() -> None:
    holidays, makeup = calendar("CN", *published.APT1_WINDOW)

    def on(unit: SyntheticUnit, days: frozenset[int]) -> int:
        return int(np.isin(local(unit, "Asia/Shanghai") // 86_400, list(days)).sum())

    unit, twin = published.apt1(rng(), calendar), published.apt1_twin(rng(), calendar)
    assert on(unit, holidays) < 0.4 * on(twin, holidays)
    assert on(unit, makeup) > 2 * on(twin, makeup)
    minute = local(twin, "Asia/Shanghai") // 60 % 1440
    assert share_in(minute, (8, 12), (14, 18)) == pytest.approx(0.75, abs=within(0.75, 2305))
    working = (weekdays(local(twin, "Asia/Shanghai") // 86_400) < 5).mean()
    assert working == pytest.approx(0.975, abs=within(0.975, 2305))


@pytest.mark.parametrize(("make", "seasonal"), [(published.apt10, 1), (published.apt10_twin, 0)])
def test_apt10_breaks_are_longer_in_summer_and_those_of_its_twin_are_not(
    make, seasonal: bool
) -> None:
    at = local(make(rng(), no_calendar), "Asia/Shanghai")
    minute, month = at // 60 % 1440, months(at // 86_400)
    gap = {}
    for name, wanted in (("summer", (5, 6, 7, 8, 9)), ("winter", (11, 12, 1, 2, 3))):
        inside = minute[np.isin(month, wanted)]
        # Posts of the half hour in which winter is at work and summer still pauses.
        gap[name] = ((inside >= 815) & (inside < 835)).sum() / len(inside)
    assert (gap["winter"] > 4 * gap["summer"] + 0.01) == seasonal
    if not seasonal:
        assert gap["winter"] == pytest.approx(gap["summer"], abs=0.01)


@pytest.mark.parametrize("make", [published.apt28, published.apt28_twin])
def test_apt28_has_the_published_marginals_under_a_fixed_clock(make) -> None:
    at = make(rng(), calendar).times_s() + 4 * 3600
    assert (weekdays(at // 86_400) < 5).mean() > 0.95
    assert share_in(at // 60 % 1440, (8, 18)) > 0.89


def test_apt28_moves_with_moscow_and_its_twin_does_not() -> None:
    for make, moved_min in ((published.apt28, 60), (published.apt28_twin, 0)):
        t_s = make(np.random.default_rng(3), no_calendar).times_s()
        month, year = months(t_s // 86_400), 1970 + t_s // 31_556_952
        early = year <= 2010
        minute = t_s // 60 % 1440
        winter = minute[early & np.isin(month, (11, 12, 1, 2, 3))].mean()
        summer = minute[early & np.isin(month, (4, 5, 6, 7, 8, 9))].mean()
        assert winter - summer == pytest.approx(moved_min, abs=30)


def test_spamouflage_has_the_published_size_and_hours() -> None:
    unit = published.spamouflage2020(rng(), calendar)
    assert len(unit.accounts) == 475
    assert unit.n_posts == 6972
    assert unit.n_posts / len(unit.accounts) == pytest.approx(348_608 / 23_750, rel=0.01)
    at = local(unit, "Asia/Shanghai")
    assert share_in(at // 60 % 1440, (8, 17)) > 0.95
    assert (weekdays(at // 86_400) >= 5).mean() < 0.05


def test_three_bursts_lie_where_they_should_and_gaps_are_empty() -> None:
    unit = published.three_bursts(rng(), no_calendar)
    clusters = unit.truth["clusters"]
    assert isinstance(clusters, dict)
    for cluster, shift in enumerate(published.BURST_SHIFTS):
        t_s = np.concatenate([a.t_s for a in unit.accounts if clusters[a.name] == cluster])
        minute = to_local(t_s, "Asia/Shanghai") // 60 % 1440 - shift
        for start, end, share in ((570, 690, 0.36), (810, 990, 0.40), (1140, 1290, 0.24)):
            inside = ((minute >= start) & (minute < end)).mean()
            assert inside == pytest.approx(share, abs=0.06)
        assert ((minute >= 1010) & (minute < 1120)).mean() < 0.02


def test_the_twin_of_the_bursts_sits_in_slots() -> None:
    minute = local(published.three_bursts_twin(rng(), no_calendar), "Asia/Shanghai") // 60 % 1440
    assert set(np.unique(minute)) <= {t + d for t in (620, 880, 1210) for d in (-1, 0, 1)}


def test_weekend_rate_leaves_nothing_where_make_up_days_alone_exceed_the_share() -> None:
    from forensics.evaluate.synthetic.habits import WorkDays

    window = (day_number("2021-01-04"), day_number("2021-12-31"))
    every = np.arange(*window)
    many = WorkDays(makeup=frozenset(int(d) for d in every[weekdays(every) == 5]))
    assert published.weekend_for(many, window, 0.01) == 0
    assert published.weekend_for(WorkDays(), window, 2 / 7) == pytest.approx(1.0, rel=0.02)
