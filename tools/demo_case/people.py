"""The invented accounts and the two crews' hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from demo_case.calendar import day_class, days
from demo_case.draws import below, chance, hump, pick
from forensics.clock import EPOCH, local_to_utc_s

OFFICE_ZONE = "Asia/Shanghai"
AUDIENCE_ZONE = "America/New_York"
PER_CHAIR = 4
"""Accounts that one person of crew A runs."""


@dataclass(frozen=True, slots=True)
class Chair:
    """The habits of one person of crew A; times in minutes of the local day."""

    start: int
    """First posts of the day."""
    end: int
    """Last posts of the afternoon."""
    morning: int
    """Of a hundred posts on an office day, those before lunch."""
    evening: int
    """Those between 19:30 and 21:00."""


CHAIRS = {
    1: Chair(455, 1005, 66, 2),
    2: Chair(480, 1020, 58, 4),
    3: Chair(510, 1065, 48, 6),
    4: Chair(530, 1080, 42, 8),
    5: Chair(570, 1125, 34, 11),
    6: Chair(600, 1155, 26, 15),
}
"""Six people whose days begin between 07:35 and 10:00; lunch is the same for all."""
LUNCH = (715, 835)
"""Last minute before it, first minute after it."""

SLOTS = (
    (7, 0), (8, 30), (9, 15), (11, 0), (12, 30), (14, 15),
    (15, 0), (17, 30), (18, 15), (20, 0), (21, 30), (22, 15),
)  # fmt: skip
"""The queue of crew B: wall-clock times in the audience's zone."""


@dataclass(frozen=True, slots=True)
class Account:
    """One invented account."""

    name: str
    crew: Literal["A", "B"]
    platform: Literal["western", "weibo"]
    chair: int
    """The person who runs it (crew A); 0 for the queue."""
    label: str | None = None
    """Region the second platform shows, without its prefix; None if the export has none."""
    jitter: bool = False
    """Crew B: the scheduler spreads its posts around the slot."""


def accounts() -> tuple[Account, ...]:
    """All 40: crew A on both platforms, crew B on the western one.

    No name can be a handle of a large platform: handles hold no hyphen there.
    """
    found = [
        Account(f"demo-a{n:02d}", "A", "western", 1 + (n - 1) // PER_CHAIR) for n in range(1, 15)
    ]
    for n in range(1, 11):
        # w09 shows Beijing all the time (noise), w10 shows no region at all.
        label = {9: "北京", 10: None}.get(n, "江苏")
        found.append(Account(f"demo-w{n:02d}", "A", "weibo", 1 + (13 + n) // PER_CHAIR, label))
    found += [Account(f"demo-b{n:02d}", "B", "western", 0, jitter=n > 10) for n in range(1, 17)]
    return tuple(found)


TRAVELLER = ("demo-w08", date(2024, 3, 18), date(2024, 4, 12), "北京")
"""Account, first day, last day, region shown on those days."""


def label_on(account: Account, day: date) -> str | None:
    """The region label a post of that day carries."""
    name, first, last, region = TRAVELLER
    if account.name == name and first <= day <= last:
        return region
    return account.label


def utc_s(day: date, second_of_day: int, zone: str) -> int:
    """UTC second of a local second of a day."""
    midnight = (day - EPOCH.date()).days * 86_400
    return local_to_utc_s(midnight + second_of_day, zone)


def office_times(account: Account) -> Iterator[tuple[date, int]]:
    """Local day and UTC second of each post of a crew A account.

    Office days (make-up days too): the chair's morning, lunch from 12 to 14, the chair's afternoon,
    a small block 19:30-21:00, a few strays. Ordinary weekends: few. Holidays: none.
    """
    chair = CHAIRS[account.chair]
    morning = chair.morning + below(9, "morning", account.name) - 4
    evening = 97 - chair.evening
    for day in days():
        kind = day_class(day)
        if kind == "holiday":
            continue
        if kind == "weekend":
            if chance(6, "weekend", account.name, day):
                yield day, utc_s(day, hump(9 * 3600, 22 * 3600, account.name, day), OFFICE_ZONE)
            continue
        if chance(5, "absent", account.chair, day) or chance(22, "idle", account.name, day):
            continue
        for number in range(pick((1, 1, 1, 1, 2, 2, 2, 3, 3, 4), "many", account.name, day)):
            key = (account.name, day, number)
            band = below(100, "band", *key)
            if band < morning:
                second = hump(chair.start * 60, LUNCH[0] * 60, *key)
            elif band < evening:
                second = hump(LUNCH[1] * 60, chair.end * 60, *key)
            elif band < 97:
                second = hump(19 * 3600 + 1800, 21 * 3600, *key)
            else:
                second = 7 * 3600 + 1800 + below(15 * 3600, "stray", *key)
            yield day, utc_s(day, second, OFFICE_ZONE)


def queue_times(account: Account) -> Iterator[tuple[date, int]]:
    """Local day and UTC second of each post of a crew B account: every day, at its own slots."""
    own = sorted({pick(SLOTS, "slot", account.name, n) for n in range(6)})
    percent = 120 // len(own)
    for day in days():
        for hour, minute in own:
            key = (account.name, day, hour, minute)
            if not chance(percent, "fires", *key):
                continue
            second = hour * 3600 + minute * 60
            if account.jitter:
                second += hump(-420, 420, *key)
            else:
                second += below(3, "seconds", *key)
            yield day, utc_s(day, second, AUDIENCE_ZONE)


def times(account: Account) -> Iterator[tuple[date, int]]:
    """Local day and UTC second of each post of an account, in order of drawing."""
    return office_times(account) if account.crew == "A" else queue_times(account)
