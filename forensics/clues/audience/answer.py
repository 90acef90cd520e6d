"""Does a unit keep the clock of an audience, its own clock, or can nobody tell?

Two tests per audience zone. *Clock*: is the audience's rule of clock changes followed rather than
none or another? *Day*: does the day lie where ordinary people's day lies in the audience's zone,
rather than where it lies in the zones where people live? Following an audience and living among it
make the same posts: `audience` means one of the two, and hours then name no operators' zone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from forensics.clues.activity import Activity
from forensics.clues.clockchanges.answer import ENOUGH_HOURS, ClockAnswer
from forensics.clues.hours.group import distinct_samples, phase_curves
from forensics.clues.quarters import DAY
from forensics.model import Status
from forensics.reference import people
from forensics.reference.templates import Library
from forensics.reference.zones import candidate_zones, local_quarters

Verdict = Literal["audience", "own", "cannot_tell"]
STANDING = (
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "Europe/London",
    "Europe/Berlin",
)
"""Audiences proposed where none is stated."""
MDB_PER_NAT = 10_000 / math.log(10)
AUDIENCE_SD_MIN = 120.0
"""How far the day of people who follow an audience lies from the ordinary day there (SD)."""
OWN_SD_MIN = 180.0
"""How far the day of an operation lies from the ordinary day of its own zone (SD)."""
DAY_LIMIT_MDB = 7_000
CLOCK_LIMIT_MDB = 10_000
UNSURE_LIMIT_MDB = 3_000
"""The same where the answer about clock changes does not stand by itself."""
CALL_MDB = 5_000
"""Sum of both tests from which on a verdict is given: three to one at even odds."""
NIGHT = (1, 6)
"""Local hours in which an audience sleeps."""
MOST_MEMBERS = 200

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ZoneTest:
    """Both tests against one audience zone."""

    zone: str
    clock_mdb: int
    """Following this zone's clock changes against any other rule; 0 where nothing is known."""
    day_mdb: int
    """The day of ordinary people there against that of people anywhere; limited to 7 dB."""
    night_ppm: int
    """Rate of activity from 01 to 06 there over the mean rate, in parts per million."""
    total_mdb: int
    """What counts: for a zone nobody stated, a day that fits counts nothing."""


@dataclass(frozen=True, slots=True)
class AudienceAnswer:
    """The answer about one unit."""

    activity: Activity
    status: Status
    verdict: Verdict
    stated: bool
    """Whether the zones were stated; otherwise they are the standing set."""
    tests: tuple[ZoneTest, ...]
    """In the order of the zones asked about."""
    best: int
    """Test with the greatest sum; 0 where there are none."""
    power_mdb: int
    """Power of the clock test; 0 where it was not computed."""
    reasons: tuple[str, ...]

    @property
    def hours_stand(self) -> bool:
        """Whether hours may still be read as the operators' own.

        False where an audience was stated and its clock explains the posts at least as well.
        """
        if self.verdict == "audience":
            return False
        return not (self.stated and self.tests and self.tests[self.best].total_mdb >= 0)

    @property
    def audience_ppm(self) -> int:
        """Probability of the best audience's clock against the unit's own, at even odds."""
        if not self.tests:
            return 500_000
        return round(1_000_000 / (1 + 10 ** (-self.tests[self.best].total_mdb / 10_000)))


def answer(
    activity: Activity,
    weeks: Library,
    clocks: ClockAnswer,
    zones: Sequence[str] = (),
) -> AudienceAnswer:
    """Whether a unit keeps the clock of one of `zones` (none given: the standing set).

    Args:
        activity: What the unit did.
        weeks: The library of people.
        clocks: The answer about clock changes of the same unit.
        zones: IANA names of stated audiences, or of the zones that personas declare.
    """
    stated = bool(zones)
    asked = tuple(dict.fromkeys(zones)) if stated else STANDING
    if activity.n_active_hours < ENOUGH_HOURS:
        reason = (
            f"Only {activity.n_active_hours} active hours; {ENOUGH_HOURS} are needed to see whose "
            "day it is."
        )
        return AudienceAnswer(
            activity, "insufficient", "cannot_tell", stated, (), 0, clocks.power_mdb, (reason,)
        )
    phases = _phase_density(activity, weeks)
    own = float(_own_weights(int(activity.q[len(activity.q) // 2]) // (30 * DAY)) @ phases)
    tests = tuple(_test(activity, clocks, phases, own, zone, stated=stated) for zone in asked)
    best = int(np.argmax([test.total_mdb for test in tests]))
    verdict = _verdict(tests, best, stated=stated)
    return AudienceAnswer(
        activity=activity,
        status="nothing_found" if verdict == "cannot_tell" else "found",
        verdict=verdict,
        stated=stated,
        tests=tests,
        best=best,
        power_mdb=clocks.power_mdb,
        reasons=_reasons(tests[best], clocks, verdict, stated=stated),
    )


def _verdict(tests: Sequence[ZoneTest], best: int, *, stated: bool) -> Verdict:
    if tests[best].total_mdb >= CALL_MDB:
        return "audience"
    # Nobody can be cleared of following zones that nobody stated.
    if stated and max(test.total_mdb for test in tests) <= -CALL_MDB:
        return "own"
    return "cannot_tell"


def _phase_density(activity: Activity, weeks: Library) -> FloatArray:
    """(96) how well ordinary people at each offset (in quarter-hours east) explain the day."""
    kept = [activity.hours[i] for i in distinct_samples(activity.hours)][:MOST_MEMBERS]
    curve = phase_curves(kept, weeks).sum(axis=0)
    raised = np.exp(curve - curve.max())
    return np.asarray(raised / raised.sum())


def _weights(center_min: float, sd_min: float) -> FloatArray:
    """(96) Gaussian weights around an offset on the circle of the day; their sum is one."""
    apart = (np.arange(DAY) * 15.0 - center_min + 720.0) % 1440.0 - 720.0
    weights = np.exp(-0.5 * (apart / sd_min) ** 2)
    return np.asarray(weights / weights.sum())


def _offset_min(zone: str, q: int) -> int:
    """Offset of a zone at one quarter-hour, minutes east."""
    at = np.array([q], dtype=np.int64)
    return int(local_quarters(zone, at)[0] - q) * 15


@lru_cache(maxsize=256)
def _own_weights(month: int) -> FloatArray:
    """(96) where the day of people anywhere lies: zones by the square root of their people.

    Offsets are those in the middle of a stretch of 30 days, numbered from 1970.
    """
    per_offset: dict[int, float] = {}
    table = people.people().by_zone
    for zone in candidate_zones():
        offset = _offset_min(zone, (30 * month + 15) * DAY)
        per_offset[offset] = per_offset.get(offset, 0.0) + table.get(zone, 0)
    roots = {offset: math.sqrt(number) for offset, number in sorted(per_offset.items())}
    total = sum(roots.values())
    found = np.zeros(DAY)
    for offset, root in roots.items():
        found += root / total * _weights(offset, OWN_SD_MIN)
    return found


def _clock_mdb(clocks: ClockAnswer, zone: str) -> int:
    """Milli-decibans by which the audience's rule beats all others, by their people; limited.

    Positive only where the dates of the changes say so by themselves.
    """
    if clocks.scores is None:
        return 0
    rules = clocks.scores.rules.members
    mine = [i for i, one in enumerate(rules) if zone in one.zones]
    if not mine or not rules[mine[0]].changes:
        return 0
    prior = np.array([one.weight for one in rules])
    prior = prior / prior.sum()
    share, after = float(prior[mine[0]]), float(clocks.posterior[mine[0]])
    odds = max(after, 1e-9) / max(1 - after, 1e-9)
    gain = math.log(odds) - math.log(max(share, 1e-9) / (1 - share))
    seen = clocks.scores.contrasts[mine[0]]
    dates_agree = seen is not None and seen.gain > 0 and seen.follows - 1.96 * seen.error <= 1
    limit = float(CLOCK_LIMIT_MDB if clocks.status == "found" else UNSURE_LIMIT_MDB)
    value = float(np.clip(gain * MDB_PER_NAT, -limit, limit))
    return int(value) if value < 0 or dates_agree else 0


def _test(
    activity: Activity,
    clocks: ClockAnswer,
    phases: FloatArray,
    own: float,
    zone: str,
    *,
    stated: bool,
) -> ZoneTest:
    """Both tests against one zone."""
    middle = int(activity.q[len(activity.q) // 2])
    fit = float(_weights(_offset_min(zone, middle), AUDIENCE_SD_MIN) @ phases)
    raw = math.log(max(fit, 1e-300) / max(own, 1e-300)) * MDB_PER_NAT
    day = int(min(max(raw, -DAY_LIMIT_MDB), DAY_LIMIT_MDB))
    clock_mdb = _clock_mdb(clocks, zone)
    night = _night_ppm(activity, zone)
    # Every zone has people whose day fits it: unless it was stated, that makes nobody a follower.
    total = clock_mdb + (day if stated else min(day, 0))
    if night > 1_000_000:
        total = min(total, 0)
    return ZoneTest(zone, clock_mdb, day, night, total)


def _night_ppm(activity: Activity, zone: str) -> int:
    """Active hours of the accounts in the zone's night, over what a flat day would give."""
    low, high = NIGHT
    inside = total = 0
    for q in activity.hours:
        hour = local_quarters(zone, q) % DAY // 4
        inside += int(((hour >= low) & (hour < high)).sum())
        total += len(q)
    return inside * 24 * 1_000_000 // ((high - low) * total) if total else 0


def _reasons(
    test: ZoneTest, clocks: ClockAnswer, verdict: Verdict, *, stated: bool
) -> tuple[str, ...]:
    """Why the verdict is what it is, each with its number."""
    if clocks.scores is None:
        text = "Clock changes could not be tested (too few active days)."
    elif test.clock_mdb == 0:
        text = f"Clock changes say nothing about {test.zone}."
    else:
        text = (
            f"Clock changes speak {'for' if test.clock_mdb > 0 else 'against'} {test.zone} by "
            f"{abs(test.clock_mdb) / 1000:.1f} dB."
        )
    place = (
        f"The place of the day speaks {'for' if test.day_mdb >= 0 else 'against'} it by "
        f"{abs(test.day_mdb) / 1000:.1f} dB; from 01 to 06 there, activity runs at "
        f"{test.night_ppm // 10_000} % of the mean."
    )
    found = [text, place]
    if verdict == "cannot_tell" and stated and test.total_mdb >= 0:
        found.append(
            "The stated audience's clock explains the posts at least as well as a clock of their "
            "own: hours alone name no zone here."
        )
    if verdict == "cannot_tell":
        found.append(
            "More active days around clock changes, or public holidays of both countries, would "
            "tell."
        )
    return tuple(found)
