"""What is determined about a unit, which zones remain, and which data would part them.

Five levels, each one more than the last: nothing; the phase only (hours and habits together);
the hemisphere; the rule of clock changes; the country by its working calendar. The answer only
combines what the statements about hours, clock changes and calendars say, and their power: it
makes no test of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from forensics.clues.activity import Activity
from forensics.clues.calendars.evidence import CalendarAnswer
from forensics.clues.clockchanges.answer import ENOUGH_DAYS, LEAST_POWER_MDB, ClockAnswer
from forensics.clues.hours.answer import HoursAnswer
from forensics.clues.hours.rules import ENOUGH_HOURS
from forensics.reference.calendars import HOLIDAY, MAKE_UP, calendar, countries
from forensics.reference.people import most_populous, people
from forensics.reference.zones import zone_countries

Level = Literal["nothing", "phase_only", "hemisphere", "clock_rule", "calendar_country"]
LEVELS: tuple[Level, ...] = (
    "nothing",
    "phase_only",
    "hemisphere",
    "clock_rule",
    "calendar_country",
)
SURE = 0.8
"""Probability of one rule of clock changes from which on the rule, not only its kind, is known."""
MASS = 0.95
"""Rules of clock changes that hold this much remain."""
COMPARED = 3
"""Countries whose calendars are compared, those with most people first."""
YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Part:
    """Data that would part what remains."""

    by: Literal["hours", "clock_changes", "calendar", "other"]
    parts: str
    """What would be told apart, in words."""
    need: int | None
    """How much more is needed, in `unit`; None where more posts would not do."""
    unit: str
    """`active hours`, `active days`, or empty."""


@dataclass(frozen=True, slots=True)
class IdentifyAnswer:
    """What is determined about one unit."""

    activity: Activity
    level: Level
    zones: tuple[str, ...]
    """Classes of zones that remain, most people first, each named after its most populous zone."""
    names: int
    """Zone names in them."""
    countries: tuple[str, ...]
    """Countries that remain, most people first."""
    parts: tuple[Part, ...]


def answer(hours: HoursAnswer, clocks: ClockAnswer, days: CalendarAnswer) -> IdentifyAnswer:
    """What three statements about one unit determine together."""
    classes = _remaining(hours, clocks, days)
    lands = _countries(name for _, names in classes for name in names)
    keeping = _calendar_countries(days)
    if keeping is not None:
        lands = tuple(code for code in lands if code in keeping)
    return IdentifyAnswer(
        activity=hours.activity,
        level=_level(hours, clocks, days),
        zones=tuple(label for label, _ in classes),
        names=sum(len(names) for _, names in classes),
        countries=lands,
        parts=tuple(_parts(hours, clocks, days, classes, lands)),
    )


def _level(hours: HoursAnswer, clocks: ClockAnswer, days: CalendarAnswer) -> Level:
    """The highest level reached; an audience's calendar is nobody's country."""
    if days.status == "found" and not days.follows_audience:
        return "calendar_country"
    if clocks.status == "found":
        if float(clocks.posterior[clocks.best]) >= SURE:
            return "clock_rule"
        if clocks.kind in {"north", "south"}:
            return "hemisphere"
    return "phase_only" if hours.status == "found" else "nothing"


Classes = list[tuple[str, tuple[str, ...]]]


def _remaining(hours: HoursAnswer, clocks: ClockAnswer, days: CalendarAnswer) -> Classes:
    """(label, zone names) of the classes that no statement excludes, most people first."""
    if hours.classes is None:
        return []
    kept = _in_hours(hours)
    rules = _rule_zones(clocks)
    lands = _calendar_countries(days)
    found: Classes = []
    for index, names in enumerate(hours.classes.names):
        if not kept[index]:
            continue
        left = tuple(
            name
            for name in names
            if (rules is None or name in rules)
            and (lands is None or not lands.isdisjoint(_lived_in(name)))
        )
        if left:
            found.append((most_populous(left), left))
    weight = people().by_zone
    return sorted(found, key=lambda one: (-sum(weight.get(n, 0) for n in one[1]), one[0]))


def _in_hours(hours: HoursAnswer) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """(classes) whether the offset stands in the wider 95 % set; all where hours say nothing."""
    if hours.status != "found":
        return np.ones(len(hours.modal_min), dtype=bool)
    wider = max(hours.set95, key=len)
    return np.isin(hours.modal_min, np.array(wider, dtype=np.int64))


def _rule_zones(clocks: ClockAnswer) -> frozenset[str] | None:
    """Zones whose rule of clock changes remains; None where nothing is known."""
    if clocks.status != "found" or clocks.scores is None:
        return None
    order = np.argsort(-clocks.posterior, kind="stable")
    held = np.cumsum(clocks.posterior[order])
    kept = order[: int(np.searchsorted(held, MASS)) + 1]
    members = clocks.scores.rules.members
    return frozenset(zone for index in kept for zone in members[int(index)].zones)


def _calendar_countries(days: CalendarAnswer) -> frozenset[str] | None:
    """Countries whose calendar remains; None where nothing is known."""
    if days.status != "found" or days.leader is None or days.follows_audience:
        return None
    return frozenset({days.leader.country, *days.alike, *days.near})


def _lived_in(zone: str) -> tuple[str, ...]:
    """Countries whose people live under a zone."""
    return people().countries.get(zone, (zone_countries()[zone],))


def _countries(names: Iterable[str]) -> tuple[str, ...]:
    """Countries of the zones, those with most people in these zones first."""
    found: dict[str, int] = {}
    weight = people().by_zone
    for name in names:
        for country in _lived_in(name):
            found[country] = found.get(country, 0) + weight.get(name, 0)
    return tuple(sorted(found, key=lambda code: (-found[code], code)))


def _parts(
    hours: HoursAnswer,
    clocks: ClockAnswer,
    days: CalendarAnswer,
    classes: Classes,
    lands: Sequence[str],
) -> Iterable[Part]:
    """What would part the rest, the cheapest first."""
    active = hours.activity.n_active_hours
    if active < ENOUGH_HOURS:
        yield Part("hours", "a set of offsets", ENOUGH_HOURS - active, "active hours")
    if clocks.status != "found" and len(classes) > 1:
        yield Part(
            "clock_changes",
            "zones that change their clocks from zones that do not",
            _more_for_clocks(clocks),
            "active days",
        )
    if days.status != "found" and len(lands) > 1:
        yield Part("calendar", _calendar_pair(days, lands), days.more_days, "active days")
    if len(lands) != 1:
        alike = "countries with one calendar, and every place inside a country"
        yield Part("other", alike, None, "")


def _more_for_clocks(clocks: ClockAnswer) -> int | None:
    """Further active days until clock changes could weigh 5 dB; None if they already could."""
    have = clocks.activity.n_active_days
    if clocks.power_mdb >= LEAST_POWER_MDB:
        return None
    if not clocks.power_mdb:
        return max(ENOUGH_DAYS - have, 1)
    return max(have * LEAST_POWER_MDB // clocks.power_mdb - have, 1)


def _calendar_pair(days: CalendarAnswer, lands: Sequence[str]) -> str:
    """On how many days of the last year the calendars of the most populous countries differ."""
    known = [code for code in lands if code in countries()][:COMPARED]
    if len(known) < 2 or not len(days.activity.q):
        return "countries whose working calendars differ"
    last = int(days.activity.q[-1]) // 96
    year = np.arange(last - YEAR_DAYS + 1, last + 1)
    special = {code: np.isin(calendar(code).day_class(year), (HOLIDAY, MAKE_UP)) for code in known}
    first, *others = known
    counts = [f"{other} on {int((special[first] != special[other]).sum())}" for other in others]
    return f"{first} from {', '.join(counts)} days of the last year"
