"""Units of people: offices, leisure, audience followers, sold accounts, movers, absences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from forensics.evaluate.synthetic.habits import Habits, WorkDays, sample
from forensics.evaluate.synthetic.localtime import FloatArray, day_text
from forensics.evaluate.synthetic.profiles import (
    EVERY_DAY,
    clock_min,
    leisure,
    library_week,
    office,
    softened,
    uniform,
    week_from,
    week_of,
)
from forensics.evaluate.synthetic.unit import SyntheticAccount, SyntheticUnit, account, joined
from forensics.reference.templates import Library

Window = tuple[int, int]
"""First and last day number, both counted."""
SUMMER = (5, 6, 7, 8, 9)
WINTER = (11, 12, 1, 2, 3)
AUDIENCE_ZONE = "America/New_York"


def names(stem: str, count: int) -> list[str]:
    """`stem-01`, `stem-02` ..., wide enough to stand in order."""
    width = max(2, len(str(count)))
    return [f"{stem}-{number:0{width}d}" for number in range(1, count + 1)]


def seasonal(summer: FloatArray, winter: FloatArray, between: FloatArray) -> dict[int, FloatArray]:
    """Month -> week: May to September, November to March, and the two months between."""
    return {
        month: summer if month in SUMMER else winter if month in WINTER else between
        for month in range(1, 13)
    }


def office_unit(
    rng: np.random.Generator,
    *,
    zone: str,
    window: Window,
    accounts: int,
    posts: int,
    start: int = 540,
    end: int = 1080,
    breaks: Sequence[tuple[int, int]] = ((720, 780),),
    noise: float = 0.1,
    edge_sd_min: float = 0.0,
    spread_min: float = 0.0,
    work_days: WorkDays | None = None,
    country: str = "",
    name: str = "office",
) -> SyntheticUnit:
    """People of one office: `posts` each, between `start` and `end` local time with breaks.

    Args:
        rng: Source of all chance.
        zone: Where the office is.
        window: Days worked.
        accounts: How many people.
        posts: Posts of each.
        start: Start of the shift in minutes after local midnight.
        end: End of the shift.
        breaks: Empty stretches of it.
        noise: Share of posts at any minute of any day.
        edge_sd_min: Blur of every edge; 0 makes sharp edges.
        spread_min: SD of each person's own shift against the office, rounded to the minute.
        work_days: Holidays and make-up days.
        country: Whose calendar that is.
        name: Name of the unit.
    """
    found = []
    for one in names(name, accounts):
        own = round(float(rng.normal(0, spread_min))) if spread_min else 0
        day = office(start + own, end + own, [(a + own, b + own) for a, b in breaks])
        if edge_sd_min:
            day = softened(day, edge_sd_min)
        habits = Habits(zone, week_of(day), work_days=work_days or WorkDays(), noise=noise)
        found.append(account(one, sample(rng, habits, *window, posts)))
    return SyntheticUnit(
        name,
        tuple(found),
        {
            "kind": "office",
            "zone": zone,
            "country": country,
            "start_min": start,
            "end_min": end,
            "breaks_min": [[first, last] for first, last in breaks],
            "noise_ppm": round(noise * 1_000_000),
        },
    )


def no_shift_unit(
    rng: np.random.Generator,
    *,
    what: str,
    zone: str,
    window: Window,
    accounts: int,
    posts: int,
) -> SyntheticUnit:
    """Controls without a shift: `leisure` (diurnal), `uniform`, or `always_on` (even gaps).

    Raises:
        ValueError: no such control.
    """
    found = []
    for one in names(what.replace("_", "-"), accounts):
        if what == "leisure":
            peak = int(rng.normal(1230, 60))
            day, later = leisure(peak), leisure(peak - 90)
            habits = Habits(zone, week_from(day, later, 1.2), threads=0.1)
            times = sample(rng, habits, *window, posts)
        elif what == "uniform":
            times = sample(rng, Habits(zone, week_of(uniform(), EVERY_DAY)), *window, posts)
        elif what == "always_on":
            edges = np.linspace(window[0], window[1] + 1, posts, endpoint=False) * 86_400
            times = edges.astype(np.int64) + rng.integers(0, 900, posts)
        else:
            raise ValueError(f"no control is called {what!r}")
        found.append(account(one, times))
    truth = {"kind": what, "zone": zone if what == "leisure" else None, "shift": False}
    return SyntheticUnit(what, tuple(found), dict(truth))


def audience_follower(
    rng: np.random.Generator,
    *,
    staff_zone: str,
    audience_zone: str,
    window: Window,
    accounts: int,
    posts: int,
    staff_days: WorkDays,
    start: int = clock_min("08:00"),
    end: int = clock_min("22:00"),
    country: str = "RU",
) -> SyntheticUnit:
    """Staff in one zone who post by the clock of another, and rest on their own holidays.

    The hours follow the audience's wall clock with its clock changes; the holidays are those of
    the dates in the staff's zone.
    """
    week = week_of(softened(office(start, end, breaks=()), 30.0), (1, 1, 1, 1, 1, 0.45, 0.45))
    habits = Habits(audience_zone, week, work_days=staff_days, calendar_zone=staff_zone, noise=0.02)
    found = [
        account(one, sample(rng, habits, *window, posts)) for one in names("follower", accounts)
    ]
    return SyntheticUnit(
        "audience clock",
        tuple(found),
        {
            "kind": "audience_clock",
            "zone": staff_zone,
            "audience_zone": audience_zone,
            "country": country,
        },
    )


def library_people(
    rng: np.random.Generator,
    library: Library,
    *,
    zones: Sequence[str],
    window: Window,
    posts: int,
    work_days: Sequence[WorkDays] = (),
    stem: str = "person",
) -> SyntheticUnit:
    """Ordinary people: nothing but the weeks of the library, one at each of the zones."""
    who = rng.choice(library.people, len(zones), replace=len(zones) > library.people)
    days = list(work_days) or [WorkDays()] * len(zones)
    found, truth = [], {}
    for one, zone, person, own in zip(names(stem, len(zones)), zones, who, days, strict=True):
        habits = Habits(zone, library_week(library, int(person)), work_days=own, threads=0.15)
        found.append(account(one, sample(rng, habits, *window, posts)))
        truth[one] = zone
    return SyntheticUnit(
        "ordinary people", tuple(found), {"kind": "people", "zones": dict(truth), "country": ""}
    )


def sold_account(
    rng: np.random.Generator,
    *,
    before: Habits,
    after: Habits,
    window: Window,
    hand_over_day: int,
    gap_days: int,
    posts: tuple[int, int],
    clients: tuple[str, str] = ("auto-poster", "web"),
    languages: tuple[str, str] = ("pt", "en"),
    name: str = "sold",
) -> SyntheticUnit:
    """One account that changes hands: another owner, zone, client and language from a day on.

    Nothing is posted for `gap_days` before the first day of the new owner.
    """
    first = sample(rng, before, window[0], hand_over_day - gap_days - 1, posts[0])
    second = sample(rng, after, hand_over_day, window[1], posts[1])
    parts = [
        account(name, first, client=clients[0], language=languages[0]),
        account(name, second, client=clients[1], language=languages[1]),
    ]
    return SyntheticUnit(
        name,
        (joined(name, parts),),
        {
            "kind": "sold",
            "zone": after.zone,
            "zone_before": before.zone,
            "hand_over": day_text(hand_over_day),
            "gap_days": gap_days,
        },
    )


def mover(
    rng: np.random.Generator,
    habits: Habits,
    *,
    zones: Sequence[str],
    move_days: Sequence[int],
    window: Window,
    posts: int,
) -> SyntheticUnit:
    """One person with the same habits in one zone after another; `move_days` start the later ones.

    Posts are shared among the stays by their length.
    """
    edges = [window[0], *move_days, window[1] + 1]
    lengths = np.diff(edges)
    counts = np.rint(posts * lengths / lengths.sum()).astype(np.int64)
    counts[-1] += posts - counts.sum()
    parts: list[SyntheticAccount] = []
    for zone, low, high, count in zip(zones, edges, edges[1:], counts, strict=False):
        stay = replace(habits, zone=zone)
        parts.append(account("mover", sample(rng, stay, low, high - 1, int(count))))
    return SyntheticUnit(
        "mover",
        (joined("mover", parts),),
        {
            "kind": "mover",
            "zones": list(zones),
            "moves": [day_text(day) for day in move_days],
        },
    )
