"""Which other stories could explain the times of a unit: asked every time, about every unit.

An answer about a zone assumes one ordinary day in one place. Six rivals always stand: another zone
with shifted habits, the audience's clock, a scheduler, a night crew, a mixed crew, and somebody who
posts after work. Nothing is tested here; the verdicts of the other statements are put beside two
shares of the unit's own local week.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from forensics.clues.activity import Activity
from forensics.clues.audience.answer import AudienceAnswer
from forensics.clues.automation.answer import AutomationAnswer
from forensics.clues.calendars.evidence import CalendarAnswer
from forensics.clues.hands.splits import SplitsAnswer
from forensics.clues.hours.answer import HoursAnswer
from forensics.clues.hours.rules import ENOUGH_HOURS
from forensics.clues.identify.answer import IdentifyAnswer
from forensics.clues.quarters import DAY, EPOCH_WEEKDAY, thin
from forensics.reference.zones import local_quarters

Kind = Literal["shifted", "audience", "scheduler", "night_crew", "mixed_crew", "after_work"]
Verdict = Literal["fits", "open", "against"]
NIGHT = (22, 6)
"""Local hours of a night crew."""
OFFICE = (9, 18)
MANY, FEW = 0.40, 0.20
"""Shares of the active hours at night: a flat day has a third."""
FREE_DAYS = (0.6, 1.2)
"""Activity of a weekend day over that of a weekday: below it is work, above it is not."""
LITTLE_OFFICE = 0.25
"""Share of weekday hours from 9 to 18 below which a day may be that of somebody who has a job."""


@dataclass(frozen=True, slots=True)
class Rival:
    """One alternative."""

    kind: Kind
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class RivalsAnswer:
    """All alternatives of one unit."""

    activity: Activity
    zone: str
    """Zone of the local week."""
    night: float
    """Share of the active hours from 22 to 06."""
    office: float
    """Share of the active hours of weekdays that lies from 9 to 18."""
    weekend: float
    """Active hours of a weekend day over those of a weekday."""
    rivals: tuple[Rival, ...]
    """Empty where there are too few hours."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the other statements about the unit say."""

    hours: HoursAnswer
    calendar: CalendarAnswer
    audience: AudienceAnswer
    machines: AutomationAnswer
    splits: SplitsAnswer
    identify: IdentifyAnswer


def answer(activity: Activity, zone: str, said: Said) -> RivalsAnswer:
    """The standing alternatives of one unit, in the local week of `zone`."""
    if activity.n_active_hours < ENOUGH_HOURS:
        return RivalsAnswer(activity, zone, 0.0, 0.0, 0.0, ())
    night, office, weekend = shares(activity, zone)
    by_days = said.calendar.status == "found" and not said.calendar.follows_audience
    return RivalsAnswer(
        activity,
        zone,
        night,
        office,
        weekend,
        (
            _shifted(said.identify),
            _audience(said.audience),
            _scheduler(said.machines),
            _night(night, zone, by_days=by_days),
            _mixed(said),
            _after_work(said.calendar, office, weekend, by_days=by_days),
        ),
    )


def shares(activity: Activity, zone: str) -> tuple[float, float, float]:
    """(share at night, office share of weekdays, weekend day over weekday) in local time."""
    local = local_quarters(zone, thin(activity.q))
    hour = local % DAY // 4
    day = local // DAY
    free = (day + EPOCH_WEEKDAY) % 7 >= 5
    night = float(np.mean((hour >= NIGHT[0]) | (hour < NIGHT[1])))
    worked = hour[~free]
    office = float(np.mean((worked >= OFFICE[0]) & (worked < OFFICE[1]))) if len(worked) else 0.0
    span = np.arange(int(day[0]), int(day[-1]) + 1)
    days_free = int(((span + EPOCH_WEEKDAY) % 7 >= 5).sum())
    rates = free.sum() / max(days_free, 1), (~free).sum() / max(len(span) - days_free, 1)
    return night, office, float(rates[0] / rates[1]) if rates[1] else float("inf")


def _shifted(found: IdentifyAnswer) -> Rival:
    left = len(found.zones)
    if found.level == "calendar_country":
        text = f"the working calendar leaves {left} classes of zones, whatever the habits"
        return Rival("shifted", "against", text)
    return Rival("shifted", "open", "another zone with shifted habits draws the same hours")


def _audience(found: AudienceAnswer) -> Rival:
    if not found.tests:
        return Rival("audience", "open", "too few hours to see whose day it is")
    zone = found.tests[found.best].zone
    if found.verdict == "audience":
        return Rival("audience", "fits", f"the clock and the day of {zone} are kept")
    if found.verdict == "own":
        return Rival("audience", "against", f"the clock or the day of {zone} is not kept")
    return Rival("audience", "open", f"{zone} fits best and is neither shown nor excluded")


def _scheduler(found: AutomationAnswer) -> Rival:
    percent = round(found.share * 100)
    if found.scheduler_stands:
        return Rival("scheduler", "fits", f"about {percent} % of the posts are a machine's")
    if found.flagged:
        return Rival("scheduler", "open", f"about {percent} % of the posts are a machine's")
    if found.tested_posts:
        text = "no slots were seen; a delay of twenty minutes would hide them"
        return Rival("scheduler", "against", text)
    return Rival("scheduler", "open", "too few posts to see slots")


def _night(night: float, zone: str, *, by_days: bool) -> Rival:
    share = f"{round(night * 100)} % of the active hours lie from 22 to 06 in {zone}"
    if not by_days:
        text = "a night crew half a day away draws the same hours"
        return Rival("night_crew", "open", f"{share}; {text}")
    if night >= MANY:
        return Rival("night_crew", "fits", share)
    return Rival("night_crew", "against" if night <= FEW else "open", share)


def _mixed(said: Said) -> Rival:
    group = said.hours.group
    if group is not None and group.agreement.disagree:
        return Rival("mixed_crew", "fits", "the members do not agree in phase")
    if any(pair.differ for pair in said.splits.pairs):
        apart = said.splits.disagreement_h
        return Rival("mixed_crew", "fits", f"pieces keep hours {apart:.1f} h apart")
    if said.splits.status == "nothing_found":
        return Rival("mixed_crew", "against", "pieces keep the same hours as far as can be told")
    return Rival("mixed_crew", "open", "there are no pieces to compare")


def _after_work(days: CalendarAnswer, office: float, weekend: float, *, by_days: bool) -> Rival:
    rates = f"a weekend day has {round(weekend * 100)} % of a weekday's active hours"
    leader = days.leader
    if by_days and leader is not None and leader.tally[0]:
        active, expected = leader.tally[1], leader.tally[2]
        if active < expected:
            text = f"{active:.0f} active account-days off where {expected:.0f} were to be expected"
            return Rival("after_work", "against", f"{text}; {rates}")
    if weekend >= FREE_DAYS[1] and office <= LITTLE_OFFICE:
        return Rival("after_work", "fits", f"{rates}, and few weekday hours lie from 9 to 18")
    if weekend <= FREE_DAYS[0]:
        return Rival("after_work", "against", rates)
    return Rival("after_work", "open", rates)
