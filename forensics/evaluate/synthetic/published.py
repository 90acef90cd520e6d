"""Scenarios with published marginals: shares, counts and spans come from reports on each case.

All that the reports do not give (the shape inside a block, the number of posts where only shares
were published) is a choice, named in docs/methods/scenarios.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from forensics.evaluate.synthetic.habits import Habits, WorkDays, sample
from forensics.evaluate.synthetic.localtime import IntArray, day_number, day_text, weekdays
from forensics.evaluate.synthetic.machines import scheduled_times
from forensics.evaluate.synthetic.people import Window, names, seasonal
from forensics.evaluate.synthetic.profiles import (
    Block,
    blocks,
    clock_min,
    office,
    softened,
    week_of,
)
from forensics.evaluate.synthetic.scenario import Calendar, Scenario, work_days
from forensics.evaluate.synthetic.unit import (
    SyntheticAccount,
    SyntheticUnit,
    TextArray,
    account,
)

APT1_WINDOW = (day_number("2011-01-03"), day_number("2013-01-31"))
APT1_LOGONS, APT1_ADDRESSES, APT1_POINTINGS = 1905, 832, 400
APT1_DAY: tuple[Block, ...] = (
    (clock_min("08:00"), clock_min("12:00"), 0.40),
    (clock_min("14:00"), clock_min("18:00"), 0.35),
    (clock_min("19:00"), clock_min("22:00"), 0.15),
    (clock_min("12:00"), clock_min("14:00"), 0.030),
    (clock_min("18:00"), clock_min("19:00"), 0.025),
    (clock_min("07:00"), clock_min("08:00"), 0.020),
    (clock_min("22:00"), clock_min("24:00"), 0.015),
    (0, clock_min("07:00"), 0.010),
)
APT1_WEEKEND = 0.025

APT10_WINDOW = (day_number("2014-01-06"), day_number("2016-12-31"))
APT10_POSTS = 3000

APT28_WINDOW = (day_number("2007-01-08"), day_number("2014-09-30"))
APT28_POSTS = 1000

SPAM_WINDOW = (day_number("2018-01-01"), day_number("2020-04-17"))
SPAM_ACCOUNTS, SPAM_POSTS = 23_750, 348_608
SPAM_SCALE = 50

BURSTS_WINDOW = (day_number("2022-09-01"), day_number("2023-06-30"))
BURSTS = (("09:30", "11:30", 0.36), ("13:30", "16:30", 0.40), ("19:00", "21:30", 0.24))
BURST_SHIFTS = (0, 45, 90, 120)
SLOTS = ("10:20", "14:40", "20:10")


def weekend_for(days: WorkDays, window: Window, share: float) -> float:
    """Rate of an ordinary weekend day so that `share` of all posts falls on Saturday or Sunday.

    Make-up days are weekend days too; where they alone exceed the share, the rest get nothing.
    """
    every = np.arange(window[0], window[1] + 1)
    weekend = weekdays(every) >= 5
    holiday = np.isin(every, list(days.holidays))
    makeup = np.isin(every, list(days.makeup)) & weekend
    work = float(np.where(holiday & ~weekend, days.holiday_rate, 1.0)[~weekend].sum())
    extra = days.makeup_rate * float(makeup.sum())
    rest = float(np.where(holiday, days.holiday_rate, 1.0)[weekend & ~makeup].sum())
    return max(0.0, (share * (work + extra) - extra) / ((1 - share) * max(rest, 1.0)))


def _from_addresses(rng: np.random.Generator, n: int) -> TextArray:
    """Which address each log-on came from: all of them occur, most of them once."""
    few = np.arange(APT1_ADDRESSES)
    rest = rng.zipf(1.6, n - APT1_ADDRESSES) % APT1_ADDRESSES
    return np.char.add("addr-", np.char.zfill(rng.permutation(np.r_[few, rest]).astype(str), 4))


def _apt1(rng: np.random.Generator, days: WorkDays, country: str) -> SyntheticUnit:
    share = weekend_for(days, APT1_WINDOW, APT1_WEEKEND)
    habits = Habits(
        "Asia/Shanghai", week_of(blocks(APT1_DAY), (1, 1, 1, 1, 1, share, share)), work_days=days
    )
    times = sample(rng, habits, *APT1_WINDOW, APT1_LOGONS)
    log_ons = SyntheticAccount(
        "log-ons",
        times,
        np.full(APT1_LOGONS, "original"),
        _from_addresses(rng, APT1_LOGONS),
        np.full(APT1_LOGONS, "zh"),
    )
    pointings = account(
        "re-pointings", sample(rng, habits, *APT1_WINDOW, APT1_POINTINGS), client="dns"
    )
    return SyntheticUnit(
        "apt1",
        (log_ons, pointings),
        {
            "kind": "office",
            "zone": "Asia/Shanghai",
            "country": country,
            "start_min": 480,
            "end_min": 1080,
            "breaks_min": [[720, 840]],
            "evening_min": [1140, 1320],
        },
    )


def apt1(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """Log-ons of people in Shanghai who keep the mainland's holidays and work its make-up days."""
    return _apt1(rng, work_days(calendar, "CN", APT1_WINDOW), "CN")


def apt1_twin(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """The same hours; the mainland's holidays are worked, its make-up days are not."""
    del calendar
    return _apt1(rng, WorkDays(), "")


def _noon(length_min: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """A week of two blocks a day around a break from noon on."""
    return week_of(softened(office(510, 1080, ((720, 720 + length_min),)), 8.0))


def _apt10(rng: np.random.Generator, days: WorkDays, breaks: Sequence[int]) -> SyntheticUnit:
    summer, winter, between = (_noon(length) for length in breaks)
    seasons = seasonal(summer, winter, between)
    habits = Habits("Asia/Shanghai", between, seasons=seasons, work_days=days, noise=0.03)
    found = [account("builds", sample(rng, habits, *APT10_WINDOW, APT10_POSTS))]
    return SyntheticUnit(
        "apt10",
        tuple(found),
        {
            "kind": "office",
            "zone": "Asia/Shanghai",
            "country": "CN",
            "start_min": 510,
            "end_min": 1080,
            "break_start_min": 720,
            "break_summer_min": breaks[0],
            "break_winter_min": breaks[1],
        },
    )


def apt10(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """A noon break of two hours from May to September and of 1.5 h from November to March."""
    return _apt10(rng, work_days(calendar, "CN", APT10_WINDOW), (120, 90, 105))


def apt10_twin(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """The same office with one break all year."""
    return _apt10(rng, work_days(calendar, "CN", APT10_WINDOW), (105, 105, 105))


def _apt28(
    rng: np.random.Generator, zone: str, days: WorkDays, country: str, start: int
) -> SyntheticUnit:
    share = weekend_for(days, APT28_WINDOW, 0.035)
    day = softened(office(start, start + 540, ((start + 240, start + 285),), depth=0.6), 12.0)
    week = week_of(day, (1, 1, 1, 1, 1, share, share))
    habits = Habits(zone, week, work_days=days, noise=0.0)
    found = account("builds", sample(rng, habits, *APT28_WINDOW, APT28_POSTS))
    return SyntheticUnit(
        "apt28",
        (found,),
        {"kind": "office", "zone": zone, "country": country, "start_min": start},
    )


def apt28(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """An office in Moscow by the rules of each date: +3/+4 to 2011, then +4 all year."""
    return _apt28(rng, "Europe/Moscow", work_days(calendar, "RU", APT28_WINDOW), "RU", 510)


def apt28_twin(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """The same days at a clock that stands at UTC+4 all those years."""
    del calendar
    return _apt28(rng, "Asia/Dubai", WorkDays(), "", 525)


def spamouflage(
    rng: np.random.Generator, zone: str, days: WorkDays, country: str, scale: int = SPAM_SCALE
) -> SyntheticUnit:
    """The network of 2020 at 1 to `scale`: many accounts of some 15 posts, one office."""
    accounts, posts = SPAM_ACCOUNTS // scale, SPAM_POSTS // scale
    share = weekend_for(days, SPAM_WINDOW, 0.03)
    day = softened(office(480, 1020, ((720, 810),), depth=0.5), 10.0)
    habits = Habits(zone, week_of(day, (1, 1, 1, 1, 1, share, share)), work_days=days, noise=0.01)
    times = sample(rng, habits, *SPAM_WINDOW, posts)
    # Accounts differ in size; every one has at least one post.
    weight = rng.gamma(1.2, 1.0, accounts)
    owner = np.r_[
        np.arange(accounts), rng.choice(accounts, posts - accounts, p=weight / weight.sum())
    ]
    owner = rng.permutation(owner)
    found = [
        account(one, times[owner == number], language="zh")
        for number, one in enumerate(names("spam", accounts))
    ]
    return SyntheticUnit(
        "spamouflage2020",
        tuple(found),
        {"kind": "office", "zone": zone, "country": country, "start_min": 480, "end_min": 1020},
    )


def spamouflage2020(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """One office with the mainland's calendar behind hundreds of small accounts."""
    return spamouflage(rng, "Asia/Shanghai", work_days(calendar, "CN", SPAM_WINDOW), "CN")


def spamouflage2020_twin(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """The same hours in Taipei, with Taiwan's calendar."""
    return spamouflage(rng, "Asia/Taipei", work_days(calendar, "TW", SPAM_WINDOW), "TW")


def _burst_day(shift: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    parts = [(clock_min(a) + shift, clock_min(b) + shift, c) for a, b, c in BURSTS]
    return softened(blocks(parts), 5.0)


def _bursts_truth(kind: str, clusters: dict[str, int]) -> SyntheticUnit:
    return SyntheticUnit(
        "three_bursts",
        (),
        {
            "kind": kind,
            "zone": "Asia/Shanghai",
            "country": "CN",
            "clusters": dict(clusters),
            "bursts_min": [[clock_min(a), clock_min(b)] for a, b, _ in BURSTS],
            "shifts_min": list(BURST_SHIFTS),
        },
    )


def three_bursts(
    rng: np.random.Generator, calendar: Calendar, per_cluster: int = 6, posts: int = 200
) -> SyntheticUnit:
    """Four clusters, each with three bursts a day; their rosters lie 0 to 2 h apart."""
    days = work_days(calendar, "CN", BURSTS_WINDOW)
    found, clusters = [], {}
    for cluster, shift in enumerate(BURST_SHIFTS):
        habits = Habits(
            "Asia/Shanghai",
            week_of(_burst_day(shift), (1, 1, 1, 1, 1, 0.15, 0.1)),
            work_days=days,
            noise=0.03,
        )
        for one in names(f"cluster-{chr(97 + cluster)}", per_cluster):
            found.append(account(one, sample(rng, habits, *BURSTS_WINDOW, posts)))
            clusters[one] = cluster
    base = _bursts_truth("bursts", clusters)
    return SyntheticUnit(base.name, tuple(found), base.truth)


def three_bursts_twin(
    rng: np.random.Generator, calendar: Calendar, accounts: int = 24, posts: int = 200
) -> SyntheticUnit:
    """One scheduler with three slots for all accounts."""
    del calendar
    slots = [clock_min(text) for text in SLOTS]
    found: list[SyntheticAccount] = []
    for one in names("slot", accounts):
        times: IntArray = scheduled_times(
            rng,
            zone="Asia/Shanghai",
            window=BURSTS_WINDOW,
            posts=posts,
            slots_min=slots,
            jitter_min=1,
        )
        found.append(account(one, times, client="queue"))
    return SyntheticUnit(
        "three_bursts",
        tuple(found),
        {
            "kind": "scheduler",
            "zone": None,
            "country": "",
            "slots_min": list(slots),
            "share_ppm": 1_000_000,
            "first_day": day_text(BURSTS_WINDOW[0]),
        },
    )


PUBLISHED: tuple[Scenario, ...] = (
    Scenario(
        "apt1",
        "office in Shanghai, log-ons of 2011-13, mainland calendar",
        "the same hours, mainland holidays worked and make-up days idle",
        "1,905 log-ons from 832 addresses; 97.5 % Mon-Fri; 75 % in 08-12 or 14-18, 15 % in 19-22",
        apt1,
        apt1_twin,
    ),
    Scenario(
        "apt10",
        "office in Shanghai, noon break of 2 h in summer and 1.5 h in winter",
        "the same office with one break all year",
        "break lengths and months; 3,000 posts and edges 08:30-18:00 are chosen",
        apt10,
        apt10_twin,
    ),
    Scenario(
        "apt28",
        "office in Moscow 2007-14 by the rules of each date",
        "a clock that stands at UTC+4, no Russian holidays",
        "over 96 % Mon-Fri; over 89 % in 08-18 at UTC+4; 1,000 posts are chosen",
        apt28,
        apt28_twin,
    ),
    Scenario(
        "spamouflage2020",
        "office in Shanghai, hundreds of accounts of 15 posts, mainland calendar",
        "the same hours in Taipei with Taiwan's calendar",
        "23,750 accounts, 348,608 posts, drawn at 1 to 50; 08-17, almost no weekends",
        spamouflage2020,
        spamouflage2020_twin,
    ),
    Scenario(
        "three_bursts",
        "four clusters in China, three bursts a day, rosters 0 to 2 h apart",
        "one scheduler with three slots",
        "three bursts with gaps at lunch and supper; minutes and counts are chosen",
        three_bursts,
        three_bursts_twin,
    ),
)
