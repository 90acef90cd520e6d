"""What is said about one unit and each country's calendar, and how a leader is judged."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from forensics.clues.activity import Activity
from forensics.clues.calendars import power
from forensics.clues.calendars.rates import TEMPER, TYPICAL_SHARE
from forensics.model import Status
from forensics.reference.calendars import calendar

DB = math.log(10) / 10
"""Nats of one decibel."""
POWER_DB = 5
"""Calendars that could not reach this weight are not tested."""
FOUND_DB = 10
"""Weight against ordinary days that a leader needs, its weekdays of rest taken off."""
NEAR_DB = 10
"""Calendars this close to the leader stand beside it."""
AGAINST_DB = -5
"""A tested calendar below this is not kept."""
ALPHA = 0.05
TAIL = 3
"""Very small p came up this many times too often on people under moved calendars (benchmark)."""
NONE_PRIOR = 0.5
"""Share of the prior that no bundled calendar is kept."""


@dataclass(frozen=True, slots=True)
class CountryEvidence:
    """One unit against one country's calendar. Nats are natural logs of Bayes factors."""

    country: str
    off_nats: float
    """Holidays, bridges and transferred days."""
    partly_nats: float
    """Holidays that many employers do not keep."""
    make_up_nats: float
    """Make-up working days."""
    weekend_nats: float
    """Weekdays of rest by date, relative to the best country (so at most 0)."""
    expected_nats: float
    """Weight of days to expect if the calendar is kept as is typical: the power."""
    tally: tuple[float, ...]
    """Account-days off, active on them, expected active; partly kept days; make-up days, active on
    them, expected as days of rest, expected as working days."""
    shift_p: float | None
    """By whole shifts of the calendar; at least 1/35. None where it was not asked."""
    block_p: float | None
    """By moving blocks of days off."""

    @property
    def days_nats(self) -> float:
        """Weight of the special days against ordinary days."""
        return self.off_nats + self.partly_nats + self.make_up_nats

    @property
    def total_nats(self) -> float:
        """Weight of everything: what countries are compared by."""
        return self.days_nats + self.weekend_nats

    @property
    def tested(self) -> bool:
        """Whether the days had the power to say anything about this country."""
        return self.expected_nats >= POWER_DB * DB

    @property
    def p(self) -> float:
        """The finest p there is; 1 where none was asked."""
        known = [p for p in (self.block_p, self.shift_p) if p is not None]
        return known[0] if known else 1.0

    @property
    def make_up_gain_nats(self) -> float:
        """Expected weight of one more make-up day at the present rates, untempered."""
        number, rest, work = self.tally[4], self.tally[6], self.tally[7]
        if number < 1 or work <= rest or rest <= 0:
            return 0.0
        rates = np.array([rest / number]), np.array([min(work / number, 0.97)])
        return float(power.gain_make_up(*rates)[0])


def bound_nats(p: float) -> float:
    """Most weight that a p-value supports: ln of 1 / (-e p ln p), the bound of Sellke et al. 2001.

    Zero from 1/e on.
    """
    if p >= 1 / math.e:
        return 0.0
    return -math.log(-math.e * p * math.log(p))


@dataclass(frozen=True, slots=True)
class CalendarAnswer:
    """The answer about one unit."""

    activity: Activity
    status: Status
    reasons: tuple[str, ...]
    """Why nothing is said, and what would end that; empty if found."""
    evidence: tuple[CountryEvidence, ...]
    """Every candidate, best first; empty where power was ruled out at once."""
    candidates: int
    leader: CountryEvidence | None
    """The best of the tested countries."""
    alike: tuple[str, ...]
    """Countries with the very same special days on all counted days."""
    near: tuple[str, ...]
    """Other countries that fit nearly as well as the leader, and those that could not be tested."""
    holm_p: float
    """p of the leader, times the number of calendars tested."""
    cap_nats: float
    """Most weight the leader's p supports."""
    posterior: tuple[tuple[str, float], ...]
    """(country, probability), equal priors over candidates, half for none of them ("")."""
    dispersion: float
    audience: frozenset[str]
    exclusive: tuple[tuple[str, str, int, float, float], ...]
    """(country, other, days, active, expected) on days off in `country` only."""
    more_days: int | None
    """Further active days, at the present rate, until the median calendar has the power."""

    @property
    def follows_audience(self) -> bool:
        """Whether the leader is a country the posts are aimed at: then it proves nobody's place."""
        return self.leader is not None and self.leader.country in self.audience

    @classmethod
    def of(
        cls,
        *,
        activity: Activity,
        evidence: Sequence[CountryEvidence],
        alike: tuple[str, ...],
        dispersion: float,
        audience: frozenset[str],
        exclusive: tuple[tuple[str, str, int, float, float], ...],
    ) -> CalendarAnswer:
        """Judge the evidence: power first, then weight, then placebo."""
        tested = [one for one in evidence if one.tested]
        leader = tested[0] if tested else None
        holm = min(1.0, leader.p * len(tested)) if leader else 1.0
        reasons: list[str] = []
        status: Status = "found"
        median = float(np.median([one.expected_nats for one in evidence]))
        if leader is None:
            status = "insufficient"
            best = max(one.expected_nats for one in evidence)
            reasons.append(
                f"The days could tell at most {best / DB:.1f} dB about any calendar; {POWER_DB} dB"
                f" are needed. {_missing(activity, evidence[0], POWER_DB * DB, best)}"
            )
        elif leader.total_nats < FOUND_DB * DB or holm > ALPHA:
            status = "nothing_found"
            reasons.append(
                f"No calendar stands out: the best, {_label(leader)}, weighs"
                f" {leader.total_nats / DB:.1f} dB (p {leader.p:.4f}, for"
                f" the {len(tested)} tested {holm:.2f})."
                f" {_missing(activity, leader, FOUND_DB * DB - leader.total_nats, 0.0)}"
            )
        near = _near(evidence, leader, alike)
        more = _more_days(activity, median)
        return cls(
            activity=activity,
            status=status,
            reasons=tuple(reason.rstrip() for reason in reasons),
            evidence=tuple(evidence),
            candidates=len(evidence),
            leader=leader,
            alike=alike if leader is evidence[0] else (),
            near=near,
            holm_p=holm,
            cap_nats=bound_nats(TAIL * leader.p) if leader else 0.0,
            posterior=_posterior(evidence),
            dispersion=dispersion,
            audience=audience,
            exclusive=exclusive,
            more_days=more,
        )


def among(found: CalendarAnswer, units: int) -> CalendarAnswer:
    """The answer as it stands where so many units were asked about at once.

    Of many units some fit a calendar by chance. The weight that is needed grows with their number
    as Bonferroni's correction does: 10 dB for one, 20 for ten, 40 for a thousand.
    """
    needed = FOUND_DB + 10 * math.log10(max(units, 1))
    if found.status != "found" or found.leader is None or found.leader.days_nats >= needed * DB:
        return found
    reason = (
        f"The days fit the calendar of {found.leader.country} by "
        f"{found.leader.days_nats / DB:.0f} dB, but of {units:,} units asked about at once some do "
        f"by chance: {needed:.0f} dB are needed. Ask about this unit alone if something else "
        "points to it."
    )
    return replace(found, status="nothing_found", reasons=(*found.reasons, reason))


def _near(
    evidence: Sequence[CountryEvidence], leader: CountryEvidence | None, alike: tuple[str, ...]
) -> tuple[str, ...]:
    if leader is None:
        return ()
    floor = leader.total_nats - NEAR_DB * DB
    return tuple(
        one.country
        for one in evidence
        if one is not leader and one.country not in alike and one.total_nats >= floor
    )


def _label(one: CountryEvidence) -> str:
    return calendar(one.country).label


def _missing(
    activity: Activity, one: CountryEvidence, wanted_nats: float, expected_nats: float
) -> str:
    """What would end it: further active days, and make-up days where the calendar has them."""
    expected = expected_nats or one.expected_nats
    lacking = wanted_nats - expected_nats
    if lacking <= 0 or expected <= 0 or one.total_nats < 0:
        return ""
    days = math.ceil(max(activity.n_active_days, 1) * lacking / expected)
    text = f"If that of {_label(one)} is kept, about {days} more active days at the present rate"
    if one.make_up_gain_nats > 0:
        number = math.ceil(lacking / (one.make_up_gain_nats * TEMPER))
        text += f", or {number} more make-up days,"
    return text + " would end this."


def _more_days(activity: Activity, median_nats: float) -> int | None:
    """Active days still missing until half of the calendars have the power; None if none are."""
    if median_nats >= POWER_DB * DB:
        return None
    have = max(activity.n_active_days, 1)
    return math.ceil(have * (POWER_DB * DB / max(median_nats, 1e-6) - 1))


def _posterior(evidence: Sequence[CountryEvidence]) -> tuple[tuple[str, float], ...]:
    logs = np.array([0.0, *(one.total_nats for one in evidence)])
    prior = np.full(len(logs), (1 - NONE_PRIOR) / max(len(evidence), 1))
    prior[0] = NONE_PRIOR
    weight = prior * np.exp(logs - logs.max())
    share = weight / weight.sum()
    names = ("", *(one.country for one in evidence))
    return tuple((name, float(value)) for name, value in zip(names, share, strict=True))


def unseen(activity: Activity, names: Sequence[str]) -> CalendarAnswer:
    """The answer about a unit whose days are too few for any calendar."""
    days = activity.n_active_days
    missing: int | None = None
    reason = "No posts."
    if days:
        rate = np.array([min(days / max(activity.span_days, 1) * 1.3, 0.97)])
        each = float(power.gain_off(rate, TYPICAL_SHARE)[0] / rate[0]) * 14 / 365 * TEMPER
        missing = max(1, math.ceil(POWER_DB * DB / each) - days)
        reason = (
            f"{days} active days are too few for any calendar: about {missing} more at the present"
            f" rate would give {POWER_DB} dB."
        )
    return CalendarAnswer(
        activity=activity,
        status="insufficient",
        reasons=(reason,),
        evidence=(),
        candidates=len(names),
        leader=None,
        alike=(),
        near=(),
        holm_p=1.0,
        cap_nats=0.0,
        posterior=(),
        dispersion=1.0,
        audience=frozenset(),
        exclusive=(),
        more_days=missing,
    )
