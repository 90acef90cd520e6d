"""Whose working calendar the days of a unit follow, as a finding.

Days are looked at, never hours: the statement stands apart from the zones that fit the hours. It
says the power first. A clue is given only where a calendar beats ordinary days, all placebo
calendars that multiplicity asks for, and is not that of the audience the posts are aimed at.
Method, measured figures and limits: docs/methods/calendars.md.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from forensics import clock
from forensics.clues.behaviour import behavioural_clue
from forensics.clues.calendars import placebo, rates
from forensics.clues.calendars.evidence import (
    AGAINST_DB,
    DB,
    FOUND_DB,
    POWER_DB,
    CalendarAnswer,
    CountryEvidence,
)
from forensics.model import Clue, CountryLikelihood, Finding, Json, Observation
from forensics.reference.calendars import calendar, version
from forensics.version import __version__

FINDER = "calendar"
PLANTED_PPM = 50_000
"""A calendar is dear to fake: people must stay away, or come, on the days of another country."""
MILLION = 1_000_000
LISTED = 12
"""Countries listed in the details, best first."""
NOT_WHO = (
    "Whoever follows a calendar need not live where it holds: an employer, a client, an audience or"
    " a family can impose it."
)
NATIONAL = (
    "Only national calendars are compared; holidays of states, provinces, schools and single"
    " employers are not in them."
)
NOT_HOURS = "Hours of the day were not used; moving all posts by some hours changes nothing here."


def mdb(nats: float) -> int:
    """Milli-decibans of a natural log of a Bayes factor, towards zero."""
    return math.trunc(nats / DB * 1000)


@cache
def versions() -> str:
    """Everything the answer depends on besides the posts."""
    return f"gnomon {__version__}; {clock.ZONE_DATABASE}; {version()}"


def model_settings() -> dict[str, Json]:
    """The settings of the model, as whole numbers."""
    return {
        "level_days": rates.REACH,
        "temper_ppm": round(rates.TEMPER * MILLION),
        "weekend_days": round(rates.WEEKEND_DAYS),
        "power_db": POWER_DB,
        "found_db": FOUND_DB,
        "placebo_shifts": len(placebo.SHIFTS),
        "placebo_draws": placebo.DRAWS,
        "seed": placebo.SEED,
    }


def names_text(countries: tuple[str, ...], most: int = 6) -> str:
    """Countries by name, the first few of them."""
    named = [calendar(country).label for country in countries[:most]]
    more = len(countries) - len(named)
    return ", ".join(named) + (f" and {more} more" if more > 0 else "")


def power_text(answer: CalendarAnswer) -> str:
    """What the days could tell, said before what they tell."""
    if not answer.evidence:
        return ""
    expected = sorted(one.expected_nats / DB for one in answer.evidence)
    able = sum(one.tested for one in answer.evidence)
    return (
        f"Power: a kept calendar would weigh {expected[len(expected) // 2]:.0f} dB in the middle of"
        f" {answer.candidates} countries ({expected[0]:.0f} to {expected[-1]:.0f} dB); {able} could"
        f" reach {POWER_DB} dB. "
    )


def statement_of(answer: CalendarAnswer) -> str:
    """The answer in a few sentences, power first."""
    power = power_text(answer)
    leader = answer.leader
    if answer.status == "insufficient" or leader is None:
        return power + "The days name no calendar. " + " ".join(answer.reasons)
    if answer.status == "nothing_found":
        return power + " ".join(answer.reasons)
    days, active, expected = leader.tally[:3]
    also = names_text((leader.country, *answer.alike))
    text = (
        f"{power}The days fit the calendar of {also}: {active:.0f} active where"
        f" {expected:.0f} were to be expected on {days:.0f} days off"
    )
    if leader.tally[4] >= 1:
        text += (
            f", and {leader.tally[5]:.0f} on {leader.tally[4]:.0f} make-up working days where days"
            f" of rest give {leader.tally[6]:.0f} and working days {leader.tally[7]:.0f}"
        )
    text += (
        f". Weight {leader.days_nats / DB:.0f} dB against ordinary days; p {leader.p:.4f} by moved"
        f" calendars, {answer.holm_p:.3f} for all calendars tested."
    )
    if answer.near:
        text += f" Not told apart from it: {names_text(answer.near)}."
    if answer.follows_audience:
        text += " The posts are aimed at that country: its days off say nothing about the operator."
    return text


def finding(answer: CalendarAnswer) -> Finding:
    """The answer as a finding; a clue only where it stands."""
    statement = statement_of(answer)
    observations: tuple[Observation, ...] = ()
    clues: tuple[Clue, ...] = ()
    if answer.leader is not None:
        observations = (_observation(answer, answer.leader, statement),)
        if answer.status == "found" and not answer.follows_audience:
            clues = (_clue(answer, observations[0]),)
    return Finding(
        finder=FINDER,
        unit=answer.activity.unit,
        status=answer.status,
        statement=statement,
        observations=observations,
        clues=clues,
        limits=tuple(_limits(answer)),
        details=details_of(answer),
    )


def _limits(answer: CalendarAnswer) -> list[str]:
    found = [NOT_WHO, NATIONAL, NOT_HOURS]
    leader = answer.leader
    if leader is not None and calendar(leader.country).doubtful:
        found.append(
            f"The calendar of {calendar(leader.country).label} is doubtful:"
            f" {calendar(leader.country).doubtful}."
        )
    if answer.dispersion > 2:
        found.append(
            f"The accounts rise and fall together ({answer.dispersion:.0f} times what independent"
            " accounts would): weights are divided by that."
        )
    coarse = sum(n for (_, rough), n in answer.activity.clocks.items() if rough)
    if coarse:
        found.append(
            f"{coarse} times are known less precisely than a quarter of an hour: their days may be"
            " off by one."
        )
    if answer.more_days is not None:
        found.append(
            f"About {answer.more_days} more active days at the present rate would give half of the"
            f" calendars {POWER_DB} dB."
        )
    return found


def _observation(answer: CalendarAnswer, leader: CountryEvidence, statement: str) -> Observation:
    activity = answer.activity
    return Observation(
        id=f"{FINDER}:{activity.unit}:countries",
        about=activity.unit,
        statement=statement,
        value={one.country: mdb(one.total_nats) for one in answer.evidence[:LISTED]},
        interval=None,
        unit="mdb",
        rows=activity.rows,
        rows_total=activity.n_posts,
        method=FINDER,
        version=versions(),
        settings={**model_settings(), "leader": leader.country},
        seed=placebo.SEED,
    )


def _clue(answer: CalendarAnswer, observation: Observation) -> Clue:
    return behavioural_clue(
        answer.activity,
        kind=FINDER,
        what="country",
        group="days",
        observation=observation,
        planted_chance_ppm=PLANTED_PPM,
        likelihood=country_likelihood(answer),
    )


def country_likelihood(answer: CalendarAnswer) -> CountryLikelihood:
    """Every candidate relative to the best; nothing lies lower than the placebo test supports.

    The key "" stands for calendars that are not bundled: ordinary days or the mean of the bundled
    ones, whichever is more likely.
    """
    if not answer.evidence:
        return CountryLikelihood({})
    totals = np.array([one.total_nats for one in answer.evidence])
    mean = float(totals.max() + np.log(np.mean(np.exp(totals - totals.max()))))
    logs = {"": max(0.0, mean), **{one.country: one.total_nats for one in answer.evidence}}
    best = max(logs.values())
    return CountryLikelihood(
        {
            country: mdb(max(value - best, -answer.cap_nats))
            for country, value in sorted(logs.items())
        }
    )


def details_of(answer: CalendarAnswer) -> dict[str, Json]:
    """Numbers for figures and for the record."""
    activity = answer.activity
    details: dict[str, Json] = {
        "n_active_days": activity.n_active_days,
        "accounts": len(activity.accounts),
        "candidates": answer.candidates,
        "reasons": list(answer.reasons),
        "more_active_days": answer.more_days,
    }
    if not answer.evidence:
        return details
    expected = [one.expected_nats for one in answer.evidence]
    details["expected_median_mdb"] = mdb(float(np.median(expected)))
    details["expected_most_mdb"] = mdb(max(expected))
    details["tested"] = sum(one.tested for one in answer.evidence)
    details["dispersion_milli"] = round(answer.dispersion * 1000)
    details["cap_mdb"] = mdb(answer.cap_nats)
    details["holm_p_ppm"] = round(answer.holm_p * MILLION)
    details["leader"] = answer.leader.country if answer.leader else None
    details["same_days"] = list(answer.alike)
    details["not_told_apart"] = list(answer.near)
    details["follows_audience"] = answer.follows_audience
    details["not_kept"] = [
        one.country for one in answer.evidence if one.tested and one.days_nats < AGAINST_DB * DB
    ]
    details["countries"] = [_country_details(one) for one in answer.evidence[:LISTED]]
    likely = sorted(answer.posterior, key=lambda pair: (-pair[1], pair[0]))[:LISTED]
    details["posterior_ppm"] = {name: round(value * MILLION) for name, value in likely}
    details["days_off_in_one_only"] = [
        {
            "country": country,
            "not_in": other,
            "days": days,
            "active": round(active),
            "expected_milli": round(expect * 1000),
        }
        for country, other, days, active, expect in answer.exclusive
    ]
    return details


def _country_details(one: CountryEvidence) -> dict[str, Json]:
    days, active, expected, partly, make_up, worked, rest, work = one.tally
    return {
        "country": one.country,
        "weight_mdb": mdb(one.total_nats),
        "days_off_mdb": mdb(one.off_nats),
        "partly_kept_mdb": mdb(one.partly_nats),
        "make_up_mdb": mdb(one.make_up_nats),
        "weekend_mdb": mdb(one.weekend_nats),
        "expected_mdb": mdb(one.expected_nats),
        "days_off": round(days),
        "active_on_days_off": round(active),
        "expected_on_days_off_milli": round(expected * 1000),
        "partly_kept_days": round(partly),
        "make_up_days": round(make_up),
        "active_on_make_up_days": round(worked),
        "make_up_as_rest_milli": round(rest * 1000),
        "make_up_as_work_milli": round(work * 1000),
        "one_more_make_up_day_mdb": mdb(one.make_up_gain_nats * rates.TEMPER),
        "p_shifts_ppm": None if one.shift_p is None else round(one.shift_p * MILLION),
        "p_blocks_ppm": None if one.block_p is None else round(one.block_p * MILLION),
    }
