"""Everything that is said about when a unit was active, statement by statement, in one order.

First what the posts are: pieces that keep other hours, accounts that changed hands, machines. Then,
from the posts that are left (typed, in the present owners' own words, no reposts): hours, clock
changes, the working calendar, the audience's clock. Each is answered from the same counts; the
audience is judged by the dates of clock changes too, and takes the hours back where they may be its
own. Last comes what all of them together can and cannot tell apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forensics.clues.absence import answer as absence
from forensics.clues.absence import finding as absence_finding
from forensics.clues.absence.events import Event
from forensics.clues.activity import Activity, activities, covered_days
from forensics.clues.audience import answer as audience
from forensics.clues.audience import finding as audience_finding
from forensics.clues.automation import answer as machines
from forensics.clues.automation import finding as machines_finding
from forensics.clues.calendars import answer as calendars
from forensics.clues.calendars import finding as calendar_finding
from forensics.clues.calendars import pieces as calendar_pieces
from forensics.clues.calendars.evidence import CalendarAnswer, among
from forensics.clues.clockchanges import answer as clocks
from forensics.clues.clockchanges import finding as clock_finding
from forensics.clues.evidence import Evidence
from forensics.clues.hands import answer as hands
from forensics.clues.hands import finding as hands_finding
from forensics.clues.hands import previous, splits
from forensics.clues.hours import answer as hours
from forensics.clues.hours import finding as hours_finding
from forensics.clues.hours.answer import HoursAnswer
from forensics.clues.hours.rules import ENOUGH_HOURS
from forensics.clues.identify import answer as identify
from forensics.clues.identify import finding as identify_finding
from forensics.clues.moments import BoolArray, Moments, moments
from forensics.clues.rivals import answer as rivals
from forensics.clues.rivals import finding as rivals_finding
from forensics.clues.rota import answer as rota
from forensics.clues.rota import finding as rota_finding
from forensics.clues.segments import answer as segments
from forensics.clues.segments import finding as segments_finding
from forensics.clues.shifts import answer as shifts
from forensics.clues.shifts import finding as shifts_finding
from forensics.engine import PostTable
from forensics.engine.runs import distinct
from forensics.model import Finding
from forensics.reference.calendars import main_zone
from forensics.reference.templates import library
from forensics.reference.zones import zone_countries

REPOST = "repost"
TOGETHER = 2000
"""Units answered at once."""

SLOTS = "Half or more of the posts are a machine's: their times are slots of a queue, not work."

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Told:
    """What is known about a collection besides the posts of one unit."""

    covered: IntArray | None = None
    """UTC days on which the whole collection holds anything; None if every day counts."""
    audience_zones: tuple[str, ...] = ()
    """IANA zones of a stated audience; none if nobody stated one."""
    units: int = 1
    """Units asked about at once."""

    @property
    def audience_countries(self) -> frozenset[str]:
        """Countries of the stated audience."""
        known = zone_countries()
        return frozenset(known[zone] for zone in self.audience_zones if zone in known)


@dataclass(frozen=True, slots=True)
class UnitPosts:
    """The posts of one unit, by who or what made them."""

    activity: Activity
    """All posts."""
    present: Moments
    """Single posts of the present owners."""
    left: Activity
    """Typed posts of the present owners without reposts: zones are inferred from them."""
    owners: tuple[int, ...] | None
    """Numbers of the accounts whose hours stand in `left`; None for all of them."""
    splits: splits.SplitsAnswer
    hands: tuple[hands.HandsAnswer, ...]
    machines: machines.AutomationAnswer
    reposts: int
    """Reposts that are left out."""


@dataclass(frozen=True, slots=True)
class UnitTimes:
    """All answers about when one unit was active."""

    posts: UnitPosts
    hours: HoursAnswer
    clocks: clocks.ClockAnswer
    calendar: CalendarAnswer
    pieces: calendar_pieces.PiecesAnswer
    """Whether the accounts of its files and languages keep one calendar."""
    audience: audience.AudienceAnswer
    segments: segments.SegmentsAnswer
    identify: identify.IdentifyAnswer
    earlier: tuple[HoursAnswer, ...]
    """Hours of accounts before they changed hands; empty where none did."""

    @property
    def working_zone(self) -> str:
        """Zone in which shifts are told: the best by hours if it remains, else one that does.

        Where days name a country and hours exclude its zones, it is the country's main zone: days
        do not depend on habits.
        """
        remaining = self.identify.zones
        best = self.hours.local_zone
        leader = self.calendar.leader
        if not remaining and self.identify.level == "calendar_country" and leader is not None:
            return main_zone(leader.country)
        return best if best in remaining or not remaining else remaining[0]

    def findings(self) -> list[Finding]:
        """The answers as findings, in order."""
        return [
            self._hours(),
            clock_finding.finding(self.clocks),
            calendar_finding.finding(self.calendar),
            calendar_pieces.finding(self.pieces),
            audience_finding.finding(self.audience),
            machines_finding.finding(self.posts.machines),
            hands_finding.splits_finding(self.posts.splits),
            hands_finding.finding(self.posts.activity.unit, self.posts.hands),
            *self._previous(),
            segments_finding.finding(self.segments),
            rivals_finding.finding(self.rivals()),
            identify_finding.finding(self.identify),
        ]

    def _hours(self) -> Finding:
        """The finding about hours, with what was left out of it."""
        found = hours_finding.finding(self.hours)
        if not self.posts.reposts or self.posts.machines.scheduler_stands:
            return found
        said = f"{self.posts.reposts:,} reposts are left out: they follow other people's hours."
        details = {**found.details, "reposts_left_out": self.posts.reposts}
        return replace(found, limits=(*found.limits, said), details=details)

    def _previous(self) -> list[Finding]:
        """The hours of earlier owners; nothing where no account changed hands."""
        if not self.earlier:
            return []
        return [previous.finding(self.posts.activity.unit, self.earlier)]

    def rivals(self) -> rivals.RivalsAnswer:
        """The standing alternatives, in the local week of `working_zone`."""
        said = rivals.Said(
            self.hours,
            self.calendar,
            self.audience,
            self.posts.machines,
            self.posts.splits,
            self.identify,
        )
        return rivals.answer(self.posts.left, self.working_zone, said)

    def absences(self, events: Sequence[Event], covered: IntArray | None) -> list[Finding]:
        """Whether the unit was silent in registered absences; nothing if none were named."""
        if not events:
            return []
        left = self.posts.left
        said = absence.answer(left, self.working_zone, events, covered=covered, registered=True)
        return [absence_finding.finding(said)]

    def work(self) -> list[Finding]:
        """When and on which days the unit works, in `working_zone`; a machine's slots are none."""
        left = self.posts.left
        if self.posts.machines.scheduler_stands:
            return [
                Finding(finder, left.unit, "not_looked", SLOTS)
                for finder in (shifts_finding.FINDER, rota_finding.FINDER)
            ]
        return [
            shifts_finding.finding(shifts.answer(left, self.working_zone)),
            rota_finding.finding(rota.answer(left, self.working_zone)),
        ]


def find(evidence: Evidence) -> list[Finding]:
    """All statements about all units, unit by unit."""
    if evidence.posts is None:
        return []
    zones = (evidence.audience_zone,) if evidence.audience_zone else ()
    covered = covered_days(evidence.posts)
    found: list[Finding] = []
    for times in unit_times(evidence.posts, evidence.units, zones):
        found += (*times.findings(), *times.work(), *times.absences(evidence.events, covered))
    return found


def earlier_until(findings: Iterable[Finding]) -> dict[str, int]:
    """Account -> last quarter-hour of its earlier owner, in UTC microseconds, where one was found.

    Args:
        findings: Those of times; the ones about previous owners are looked at.
    """
    rows: list[Any] = []
    for one in findings:
        if one.finder == previous.FINDER:
            listed = one.details.get("accounts")
            rows += listed if isinstance(listed, list) else []
    return {str(row["account"]): int(row["last_us"]) for row in rows}


def unit_times(
    posts: PostTable, units: Mapping[str, Sequence[str]], audience_zones: Sequence[str] = ()
) -> Iterator[UnitTimes]:
    """All answers about each unit, in order; some thousands of units are held at once."""
    told = Told(covered_days(posts), tuple(audience_zones), len(units))
    waiting: list[UnitPosts] = []
    for activity, single in zip(activities(posts, units), moments(posts, units), strict=True):
        waiting.append(sort_posts(activity, single))
        if len(waiting) >= TOGETHER:
            yield from answers(waiting, told)
            waiting = []
    yield from answers(waiting, told)


def sort_posts(activity: Activity, single: Moments) -> UnitPosts:
    """The posts of one unit, those of previous owners, machines and others taken out.

    Reposts are left out where enough is left without them: they follow the hours of those who are
    reposted. Where at least half of the posts are a machine's, nothing typed would be left that
    speaks for the unit: its posts then stay together, and the answer about hours says so.
    """
    owners = hands.answer(single)
    present = single
    if any(one.hand_overs for one in owners):
        since = np.array(
            [one.hand_overs[-1].day * hands.DAY_S if one.hand_overs else 0 for one in owners]
        )
        present = single.select(single.t_s >= since[single.owner])
    found = machines.answer(present)
    left, whose = activity, None
    own = own_posts(present)
    reposts = int((~own).sum())
    taken_out = (bool(found.flagged) or reposts > 0) and not found.scheduler_stands
    if taken_out or present is not single:
        left = machines.typed_activity(activity, found, own)
        whose = machines.typed_owners(found, own)
    return UnitPosts(activity, present, left, whose, splits.answer(present), owners, found, reposts)


def own_posts(posts: Moments) -> BoolArray:
    """(posts) False for reposts, where at least fifty active hours are left without them."""
    everything = np.ones(len(posts), dtype=bool)
    if REPOST not in posts.kinds:
        return everything
    own = posts.kind != posts.kinds.index(REPOST)
    hours_left = len(distinct(posts.t_s[own] // 3600))
    return np.asarray(own) if hours_left >= ENOUGH_HOURS else everything


def answers(some: Sequence[UnitPosts], told: Told) -> Iterator[UnitTimes]:
    """All answers about some units."""
    left = [one.left for one in some]
    by_hours = hours.answers(left, library())
    by_days = calendars.answers(left, covered_days=told.covered, audience=told.audience_countries)
    for one, ordinary, kept in zip(some, by_hours, by_days, strict=True):
        days = among(kept, told.units)
        changes = clocks.answer(one.left)
        whose = audience.answer(one.left, library(), changes, told.audience_zones)
        week = withheld(ordinary, reasons(one, ordinary, whose))
        yield UnitTimes(
            posts=one,
            hours=week,
            clocks=changes,
            calendar=days,
            pieces=calendar_pieces.answer(one.left, one.present, told.covered, one.owners),
            audience=whose,
            segments=segments.answer(one.activity, library()),
            identify=identify.answer(week, changes, days),
            earlier=earlier_owners(one),
        )


def earlier_owners(one: UnitPosts) -> tuple[HoursAnswer, ...]:
    """The hours of accounts of the unit before their last change of hands."""
    before = previous.previous_activities(one.hands, one.activity)
    return tuple(hours.answers(before, library()))


def reasons(one: UnitPosts, week: HoursAnswer, whose: audience.AudienceAnswer) -> list[str]:
    """Why the hours of a unit must not be read as a zone, by the other answers."""
    found = []
    group = week.group
    if group and group.agreement.suspiciously_equal and one.machines.status == "found":
        found.append(
            f"{group.agreement.members} members keep the same phase within "
            f"{group.agreement.spread_min} minutes, and machines post for some of them: one "
            "scheduler would do that. Posts by client would show it."
        )
    if one.machines.scheduler_stands:
        share = round(100 * one.machines.share)
        found.append(
            f"About {share} % of the posts were placed by a machine: hours say nothing about the "
            "chair. Posts by client, or typed ones alone, would."
        )
    if one.splits.disagreement_h > splits.APART_H:
        found.append(
            f"Pieces of the unit keep hours {one.splits.disagreement_h:.1f} h apart: split it by "
            "client, kind or language first."
        )
    if not whose.hours_stand:
        zone = whose.tests[whose.best].zone
        found.append(
            f"The posts may follow the clock of an audience ({zone}): hours then tell the "
            "audience's zone, or that of people who live there."
        )
    return found


def withheld(answer: HoursAnswer, more: Sequence[str]) -> HoursAnswer:
    """The answer about hours, withheld for further reasons if there are any."""
    if not more or answer.classes is None:
        return answer
    return replace(answer, status="insufficient", reasons=(*answer.reasons, *more), point_min=None)
