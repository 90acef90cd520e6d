"""Scenarios of our own choice: shapes that occur in cases, without published marginals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from forensics.evaluate.synthetic.crews import rota_unit
from forensics.evaluate.synthetic.habits import Habits, WorkDays, sample
from forensics.evaluate.synthetic.localtime import day_number, day_text
from forensics.evaluate.synthetic.machines import half_scheduled, punctual
from forensics.evaluate.synthetic.people import (
    AUDIENCE_ZONE,
    audience_follower,
    library_people,
    names,
    office_unit,
    sold_account,
)
from forensics.evaluate.synthetic.profiles import (
    EVERY_DAY,
    leisure,
    office,
    softened,
    week_of,
)
from forensics.evaluate.synthetic.scenario import Calendar, Scenario, work_days
from forensics.evaluate.synthetic.unit import SyntheticAccount, SyntheticUnit, account, joined
from forensics.reference.templates import library

THREE_YEARS = (day_number("2015-01-05"), day_number("2017-12-29"))
ONE_YEAR = (day_number("2021-01-04"), day_number("2021-12-31"))
FIVE_YEARS = (day_number("2014-01-06"), day_number("2018-12-28"))
STAFF_ZONE = "Europe/Moscow"
HAND_OVER = day_number("2016-05-17")
NULL_ZONES = (
    "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Europe/Moscow",
    "America/Sao_Paulo", "Asia/Tokyo", "America/Los_Angeles", "Europe/London", "Australia/Sydney",
    "Asia/Jakarta", "Africa/Lagos",
)  # fmt: skip
FIXED_ZONES = (
    "Asia/Shanghai", "Africa/Algiers", "America/Panama", "Asia/Kolkata", "Europe/Moscow",
    "America/Argentina/Buenos_Aires", "Asia/Tokyo", "America/Phoenix", "Africa/Abidjan",
    "Australia/Brisbane", "Asia/Jakarta", "Africa/Lagos",
)  # fmt: skip
"""The places of NULL_ZONES with the nearest rule that has no clock change."""
LEAVES = (
    ("2014-07-07", "2014-07-25"), ("2015-02-09", "2015-02-20"), ("2015-08-03", "2015-08-21"),
    ("2016-09-05", "2016-09-23"), ("2017-06-12", "2017-06-30"),
)  # fmt: skip


def bought_account(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """Two years of spam in another zone and language, then an office; the bulk lies before."""
    before = Habits("America/Sao_Paulo", week_of(leisure(1290), EVERY_DAY), noise=0.2, threads=0.3)
    days = work_days(calendar, "RU", THREE_YEARS)
    day = softened(office(), 10.0)
    after = Habits(STAFF_ZONE, week_of(day), work_days=days, noise=0.03)
    return sold_account(
        rng,
        before=before,
        after=after,
        window=(THREE_YEARS[0], HAND_OVER + 300),
        hand_over_day=HAND_OVER,
        gap_days=40,
        posts=(2400, 600),
        name="bought",
    )


def bought_account_twin(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """One owner throughout, who takes a new client on that day."""
    days = work_days(calendar, "RU", THREE_YEARS)
    habits = Habits(STAFF_ZONE, week_of(softened(office(), 10.0)), work_days=days, noise=0.05)
    first = sample(rng, habits, THREE_YEARS[0], HAND_OVER - 1, 1200)
    second = sample(rng, habits, HAND_OVER, HAND_OVER + 300, 700)
    parts = [account("bought", first, client="phone"), account("bought", second, client="web")]
    return SyntheticUnit(
        "bought",
        (joined("bought", parts),),
        {"kind": "office", "zone": STAFF_ZONE, "country": "RU", "hand_over": None},
    )


def rota(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """Four crews of four accounts on twelve-hour shifts, two days on and two off."""
    del calendar
    return rota_unit(
        rng, kind="two_by_twelve", zone=STAFF_ZONE, window=ONE_YEAR, per_crew=4, quota=6.0
    )


def rota_twin(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """Sixteen ordinary people of three zones in one pool: awake around the clock, no rota."""
    del calendar
    zones = [("Asia/Shanghai", STAFF_ZONE, AUDIENCE_ZONE)[i % 3] for i in range(16)]
    return library_people(rng, library(), zones=zones, window=ONE_YEAR, posts=1000)


def audience_clock(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """Staff at UTC+3 who post 08-22 US Eastern; Russian holidays dip to .3, US holidays do not."""
    return audience_follower(
        rng,
        staff_zone=STAFF_ZONE,
        audience_zone=AUDIENCE_ZONE,
        window=THREE_YEARS,
        accounts=10,
        posts=900,
        staff_days=work_days(calendar, "RU", THREE_YEARS, rate=0.3),
    )


def audience_clock_twin(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """People in New York, with their own holidays."""
    own = work_days(calendar, "US", THREE_YEARS, rate=0.5)
    return library_people(
        rng,
        library(),
        zones=[AUDIENCE_ZONE] * 10,
        window=THREE_YEARS,
        posts=900,
        work_days=[own] * 10,
    )


def scheduler(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """Slots with jitter of 0, 1, 5 and 20 minutes, half or all of the posts."""
    del calendar
    found, share_of, jitter_of = [], {}, {}
    habits = Habits("Europe/Berlin", week_of(leisure(1200), EVERY_DAY))
    for jitter in (0, 1, 5, 20):
        for share in (0.5, 1.0):
            name = f"queue-{jitter:02d}-{round(share * 100):03d}"
            found.append(
                half_scheduled(
                    rng, name, habits, window=ONE_YEAR, posts=600, share=share, jitter_min=jitter
                )
            )
            share_of[name], jitter_of[name] = round(share * 1_000_000), jitter
    return SyntheticUnit(
        "scheduler",
        tuple(found),
        {
            "kind": "scheduler",
            "zone": "Europe/Berlin",
            "share_ppm": dict(share_of),
            "jitter_min": dict(jitter_of),
        },
    )


def scheduler_twin(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """Punctual people: some posts right at the start of work and after lunch, the rest typed."""
    del calendar
    habits = Habits("Europe/Berlin", week_of(softened(office(), 15.0)), noise=0.05)
    found = [
        punctual(rng, name, habits, window=ONE_YEAR, posts=600) for name in names("punctual", 8)
    ]
    return SyntheticUnit(
        "scheduler",
        tuple(found),
        {"kind": "people", "zone": "Europe/Berlin", "share_ppm": {a.name: 0 for a in found}},
    )


def _honest(rng: np.random.Generator, name: str, country: str, calendar: Calendar) -> SyntheticUnit:
    days = work_days(calendar, country, THREE_YEARS) if country else WorkDays()
    return office_unit(
        rng,
        zone="Asia/Shanghai",
        window=THREE_YEARS,
        accounts=1,
        posts=1500,
        work_days=days,
        edge_sd_min=15.0,
        country=country,
        name=name,
    )


def false_flags(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """Four imitations by one office in Shanghai, one account each.

    `late`: hours moved by five. `stamped`: a device clock of another offset. `planted`: ten posts
    in another zone's morning. `holidays`: another country's holidays are kept.
    """
    late = office_unit(
        rng,
        zone="Asia/Shanghai",
        window=THREE_YEARS,
        accounts=1,
        posts=1500,
        start=840,
        end=1380,
        breaks=((1020, 1080),),
        work_days=work_days(calendar, "CN", THREE_YEARS),
        edge_sd_min=15.0,
        name="late",
    )
    stamped = _honest(rng, "stamped", "CN", calendar)
    planted = _honest(rng, "planted", "CN", calendar)
    holidays = _honest(rng, "holidays", "RU", calendar)
    days = rng.integers(THREE_YEARS[0], THREE_YEARS[1], 10)
    seen = account("planted-01", days * 86_400 + 13 * 3600 + rng.integers(0, 3600, 10))
    accounts = (
        late.accounts[0],
        replace(stamped.accounts[0], stamped_min=-300),
        joined("planted-01", [planted.accounts[0], seen]),
        holidays.accounts[0],
    )
    return SyntheticUnit(
        "false flags",
        accounts,
        {
            "kind": "false_flags",
            "zone": "Asia/Shanghai",
            "country": "CN",
            "stamped_min": -300,
            "late_min": 300,
            "kept_country": "RU",
        },
    )


def false_flags_twin(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """Four honest accounts of the same office."""
    found = [_honest(rng, f"honest-{n}", "CN", calendar).accounts[0] for n in range(1, 5)]
    return SyntheticUnit(
        "false flags",
        tuple(found),
        {"kind": "office", "zone": "Asia/Shanghai", "country": "CN"},
    )


def _five_years(
    rng: np.random.Generator, calendar: Calendar, absences: tuple[tuple[int, int], ...]
) -> SyntheticAccount:
    habits = Habits(
        "Asia/Shanghai",
        week_of(softened(office(480, 1080, ((720, 840),)), 10.0)),
        work_days=work_days(calendar, "CN", FIVE_YEARS),
        absences=absences,
        noise=0.01,
    )
    times = sample(rng, habits, *FIVE_YEARS, 4000)
    # Most addresses live for one day; the others for some weeks.
    long_lived = rng.random(len(times)) < 0.2
    code = np.where(long_lived, 90_000 + times // 86_400 // 20, times // 86_400)
    base = account("host", times)
    return replace(base, client=np.char.add("addr-", code.astype(str)))


def absence(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """Five years, five leaves of one person declared beforehand; nearly silent in each."""
    leaves = tuple((day_number(a), day_number(b)) for a, b in LEAVES)
    return SyntheticUnit(
        "absence",
        (_five_years(rng, calendar, leaves),),
        {
            "kind": "absence",
            "zone": "Asia/Shanghai",
            "country": "CN",
            "leaves": [[a, b] for a, b in LEAVES],
        },
    )


def absence_twin(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """Nobody was away; the dates are those of another person."""
    dates: list[tuple[str, str]] = []
    for first, last in LEAVES:
        start = day_number(first) + 7 * int(rng.integers(6, 14))
        length = day_number(last) - day_number(first)
        dates.append((day_text(start), day_text(start + length)))
    return SyntheticUnit(
        "absence",
        (_five_years(rng, calendar, ()),),
        {
            "kind": "office",
            "zone": "Asia/Shanghai",
            "country": "CN",
            "leaves": [[a, b] for a, b in dates],
        },
    )


def null(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """Twelve ordinary people in twelve zones; each is a unit of its own."""
    del calendar
    found = library_people(rng, library(), zones=NULL_ZONES, window=THREE_YEARS, posts=800)
    return replace(found, name="null", truth={**found.truth, "clock_changes": True})


def null_twin(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """The same kind of people where clocks never change."""
    del calendar
    window = (day_number("2017-01-02"), day_number("2019-12-27"))
    found = library_people(rng, library(), zones=FIXED_ZONES, window=window, posts=800)
    return replace(found, name="null", truth={**found.truth, "clock_changes": False})


CHOSEN: tuple[Scenario, ...] = (
    Scenario(
        "bought_account",
        "an account sold on a hidden day: other zone, language and client before",
        "one owner who takes a new client",
        "none; 2,400 posts before and 600 after, 40 days of silence between",
        bought_account,
        bought_account_twin,
    ),
    Scenario(
        "rota",
        "four crews on 12 h shifts, two days on and two off",
        "sixteen ordinary people of three zones in one pool",
        "shape as told by former staff; 16 accounts, six posts a shift",
        rota,
        rota_twin,
    ),
    Scenario(
        "audience_clock",
        "staff at UTC+3 posting 08-22 US Eastern, Russian holidays dip to .3",
        "people in New York",
        "none; ten accounts of 900 posts, 2015-17",
        audience_clock,
        audience_clock_twin,
    ),
    Scenario(
        "scheduler",
        "slots with jitter of 0, 1, 5 and 20 minutes, 50 or 100 % of the posts",
        "punctual people who type",
        "none; eight accounts of 600 posts",
        scheduler,
        scheduler_twin,
    ),
    Scenario(
        "false_flags",
        "late office, foreign device clock, ten planted posts, foreign holidays",
        "four honest accounts of the same office",
        "none; 1,500 posts each, 2015-17",
        false_flags,
        false_flags_twin,
    ),
    Scenario(
        "absence",
        "five years, five leaves of one person declared beforehand",
        "the leaves of somebody else",
        "shape only; most addresses live one day; activity in a leave x .05",
        absence,
        absence_twin,
    ),
    Scenario(
        "null",
        "twelve ordinary people in twelve zones",
        "the same where clocks never change",
        "none; weeks of the library, 800 posts each",
        null,
        null_twin,
    ),
)
