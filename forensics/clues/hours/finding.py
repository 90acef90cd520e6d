"""Which time zones fit the hours at which a unit was active, if ordinary hours are kept.

The answer is a set of zones under two priors, with the shift of habits that makes every other
offset the same picture; often it is `insufficient`. A clue is given only where the answer stands,
and it carries the likelihood of each zone, not its posterior: the prior is weighed elsewhere.
Method, measured accuracy and the people it does not represent: docs/methods/hours.md.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from forensics import clock
from forensics.clues.behaviour import behavioural_clue
from forensics.clues.hours import group, model
from forensics.clues.hours.answer import GroupAnswer, HoursAnswer, alternatives
from forensics.clues.hours.rules import ENOUGH_HOURS
from forensics.clues.quarters import week_bins
from forensics.model import Clue, Finding, Json, Observation, ZoneLikelihood
from forensics.reference.people import people
from forensics.reference.templates import library
from forensics.reference.zones import ZoneClasses, candidate_offsets, local_quarters
from forensics.version import __version__

FINDER = "hours"
PLANTED_PPM = 200_000
"""Hours cost little to fake: a night shift does it."""
HOURS_IN_WEEK = 168
MDB_PER_NAT = 10_000 / math.log(10)
MILLION = 1_000_000


@cache
def versions() -> str:
    """Everything the answer depends on besides the posts."""
    return f"gnomon {__version__}; {clock.ZONE_DATABASE}; {library().version}"


def model_settings() -> dict[str, Json]:
    """The settings of the model, as whole numbers."""
    return {
        "method": "library of people over zone classes, steady through clock changes (method 6)",
        "effective_hours": model.EFFECTIVE_HOURS,
        "other_people_sd_min": round(model.OTHER_PEOPLE_SD_MIN),
        "set80_powers_percent": [round(power * 100) for power in model.SET_POWER[0.8]],
        "enough_hours": ENOUGH_HOURS,
        "tau_operation_min": group.TAU_OPERATION_MIN,
        "tau_colleagues_min": group.TAU_COLLEAGUES_MIN,
        "people_in_library": library().people,
        "population_source": people().source,
    }


def week_counts(answer: HoursAnswer, zone: str) -> list[int]:
    """(168) posts per hour of the week in a zone, Monday 00:00 first.

    Every quarter-hour is converted by the rules of its own date; bins are never rotated.
    """
    quarters = answer.activity.q if zone == "UTC" else local_quarters(zone, answer.activity.q)
    bins = week_bins(quarters) // 4
    counts = np.bincount(bins, weights=answer.activity.n, minlength=HOURS_IN_WEEK)
    return [int(count) for count in np.rint(counts)]


def zone_label(classes: ZoneClasses, index: int, modal_min: int) -> str:
    """A class in words: its most populous zone, its offset, and how many zones share its rules."""
    others = len(classes.names[index]) - 1
    more = f", {others} more with the same rules" if others else ""
    return f"{classes.labels()[index]} ({clock.offset_text(modal_min)}{more})"


def ppm(values: NDArray[np.float64]) -> list[int]:
    """Probabilities in parts per million, each rounded."""
    return [int(value) for value in np.rint(values * MILLION)]


def offsets_text(offsets: tuple[int, ...]) -> str:
    """Offsets as text, rising: `UTC+7, UTC+8`."""
    return ", ".join(clock.offset_text(offset) for offset in sorted(offsets))


def statement_of(answer: HoursAnswer) -> str:
    """The answer in one sentence or two."""
    hours = answer.activity.n_active_hours
    if answer.status == "insufficient":
        return "Hours name no zone here. " + " ".join(answer.reasons)
    return (
        f"If ordinary hours are kept, {hours} active hours fit {offsets_text(answer.headline)} "
        "(80 % set, the wider of two priors)."
    )


def finding(answer: HoursAnswer) -> Finding:
    """The answer as a finding; a clue only where it stands."""
    activity = answer.activity
    statement = statement_of(answer)
    observations: tuple[Observation, ...] = ()
    clues: tuple[Clue, ...] = ()
    if answer.classes is not None:
        observations = (_observation(answer, statement),)
    if answer.status == "found":
        clues = (_clue(answer, observations[0]),)
    return Finding(
        finder=FINDER,
        unit=activity.unit,
        status=answer.status,
        statement=statement,
        observations=observations,
        clues=clues,
        limits=answer.limits,
        details=details_of(answer),
    )


def _observation(answer: HoursAnswer, statement: str) -> Observation:
    activity = answer.activity
    return Observation(
        id=f"{FINDER}:{activity.unit}:offsets",
        about=activity.unit,
        statement=statement,
        value=[int(offset) for offset in answer.headline],
        interval=(min(answer.headline), max(answer.headline)),
        unit="min",
        rows=activity.rows,
        rows_total=activity.n_posts,
        method=FINDER,
        version=versions(),
        settings=model_settings(),
    )


def _clue(answer: HoursAnswer, observation: Observation) -> Clue:
    return behavioural_clue(
        answer.activity,
        kind=FINDER,
        what="zones",
        group="times",
        observation=observation,
        planted_chance_ppm=PLANTED_PPM,
        likelihood=zone_likelihood(answer),
    )


def zone_likelihood(answer: HoursAnswer) -> ZoneLikelihood:
    """The tempered likelihood of every zone, in milli-decibans relative to the best one.

    It is the one for people unlike the library: whoever is asked about, is hardly a programmer.
    """
    if answer.classes is None:
        return ZoneLikelihood({})
    relative = (answer.likelihood_others - answer.likelihood_others.max()) * MDB_PER_NAT
    return ZoneLikelihood(
        {
            name: int(value)
            for names, value in zip(answer.classes.names, np.trunc(relative), strict=True)
            for name in names
        }
    )


def details_of(answer: HoursAnswer) -> dict[str, Json]:
    """Numbers for figures and for the record; the week only where there are enough hours."""
    activity = answer.activity
    details: dict[str, Json] = {
        "n_posts": activity.n_posts,
        "n_active_hours": activity.n_active_hours,
        "n_active_days": activity.n_active_days,
        "accounts": len(activity.accounts),
        "reasons": list(answer.reasons),
        "best_offset_min": answer.best_min,
        "set80_uniform": list(answer.set80[0]),
        "set80_population": list(answer.set80[1]),
        "set95_uniform": list(answer.set95[0]),
        "set95_population": list(answer.set95[1]),
        "set80_uniform_others": list(answer.set80_others[0]),
        "set80_population_others": list(answer.set80_others[1]),
        "point_min": answer.point_min,
        "point_reason": answer.point_reason,
        "point_worth_ppm": answer.point_worth_ppm,
    }
    if answer.classes is None:
        return details
    details["offset_min"] = list(candidate_offsets())
    details["p_uniform_ppm"] = list(ppm(answer.offset_p[0]))
    details["p_population_ppm"] = list(ppm(answer.offset_p[1]))
    details["alternatives"] = _alternatives(answer.best_min)
    details["zone_class"] = list(answer.classes.labels())
    details["zone_p_uniform_ppm"] = list(ppm(answer.class_p[0]))
    details["zone_p_population_ppm"] = list(ppm(answer.class_p[1]))
    details["first_us"] = int(activity.q[0]) * 900_000_000
    details["last_us"] = int(activity.q[-1]) * 900_000_000
    if activity.n_active_hours >= ENOUGH_HOURS:
        details["local_zone"] = answer.local_zone
        details["local_offset_min"] = answer.best_min
        details["week_utc"] = list(week_counts(answer, "UTC"))
        details["week_local"] = list(week_counts(answer, answer.local_zone))
    if answer.group is not None:
        details["group"] = _group_details(answer.group)
    return details


@cache
def _alternatives(best_min: int) -> list[Json]:
    """The same list for all units with one best offset: thousands of units share it."""
    return [{"offset_min": offset, "shift_min": shift} for offset, shift in alternatives(best_min)]


def _group_details(about: GroupAnswer) -> dict[str, Json]:
    return {
        "accounts_counted": about.accounts,
        "copies": about.copies,
        "members_with_a_phase": about.agreement.members,
        "spread_min": about.agreement.spread_min,
        "spread_limit_min": about.agreement.limit_min,
        "two_phases_gain_milli": about.agreement.two_gain_milli,
        "two_phases_apart_min": about.agreement.two_apart_min,
        "tau_min": group.TAU_OPERATION_MIN,
        "colleagues_tau_min": group.TAU_COLLEAGUES_MIN,
        "set80_uniform_colleagues": list(about.set80_colleagues[0]),
        "set80_population_colleagues": list(about.set80_colleagues[1]),
    }
