"""The statement about clock changes: which rule the day follows, as observation and clue.

A jump says whose clock the schedule follows. That may be the audience's; every statement says so.
Method and measured figures: docs/methods/clock-changes.md.
"""

from __future__ import annotations

from forensics import clock
from forensics.clues.behaviour import behavioural_clue
from forensics.clues.clockchanges.answer import (
    ENOUGH_DAYS,
    ENOUGH_HOURS,
    LEAST_POWER_MDB,
    MOST_POWER_MDB,
    ClockAnswer,
    weights_mdb,
)
from forensics.clues.clockchanges.contrast import WINDOW_DAYS
from forensics.clues.clockchanges.kernel import SPREAD_MIN, WIDTH_DAYS
from forensics.clues.clockchanges.rules import KINDS
from forensics.model import Clue, Finding, Json, Observation, ZoneLikelihood
from forensics.version import __version__

FINDER = "clock_changes"
PLANTED_PPM = 100_000
"""Faking a clock change means moving people's hours on the right days: medium cost."""
AUDIENCE = (
    "A jump shows whose clock the schedule follows. It can be the audience's clock, or a "
    "scheduler's, and not the operators' own."
)
NO_OFFSET = (
    "Clock changes say nothing about the offset itself, and a zone without them is no country."
)
SHOWN = 8
"""Rules listed in the details."""
KIND_TEXT = {
    "none": "no clock change",
    "north": "northern clock changes",
    "south": "southern clock changes",
    "dated": "clock changes that a law began or ended in these years",
}


def finding(answer: ClockAnswer) -> Finding:
    """The answer as a finding; a clue only where it stands."""
    statement = statement_of(answer)
    observations: tuple[Observation, ...] = ()
    clues: tuple[Clue, ...] = ()
    if answer.scores is not None:
        observations = (_observation(answer, statement),)
    if answer.status == "found":
        clues = (_clue(answer, observations[0]),)
    return Finding(
        finder=FINDER,
        unit=answer.activity.unit,
        status=answer.status,
        statement=statement,
        observations=observations,
        clues=clues,
        limits=(AUDIENCE, NO_OFFSET),
        details=details_of(answer),
    )


def statement_of(answer: ClockAnswer) -> str:
    """The answer in plain sentences, the power first."""
    if answer.scores is None:
        return "Clock changes cannot be told here. " + " ".join(answer.reasons)
    rules = answer.scores.rules.members
    more = " or more" if answer.power_mdb >= MOST_POWER_MDB else ""
    power = (
        f"Expected weight if a clock change is followed: {answer.power_mdb / 1000:.1f} dB{more}. "
    )
    share = round(max(answer.by_kind) * 100)
    if answer.status != "found":
        text = power + f"No kind of rule stands out ({KIND_TEXT[answer.kind]}: {share} %)."
        return " ".join((text, *answer.reasons)) + _jump_text(answer)
    best = rules[answer.best]
    text = power + f"The day follows {KIND_TEXT[answer.kind]} ({share} %)"
    if best.changes:
        text += f", best {best.name} ({round(float(answer.posterior[answer.best]) * 100)} %)"
    return text + "." + _jump_text(answer)


def _jump_text(answer: ClockAnswer) -> str:
    if answer.scores is None or answer.jump is None:
        return ""
    low, high = jump_interval_min(answer)
    rule = answer.scores.rules.members[answer.jump_family]
    return (
        f" At the dates of {rule.name} the day jumps by {jump_min(answer)} min "
        f"({low} to {high}; {answer.jump.days} active days"
        + (f"; chance {answer.chance.p:.2f})." if answer.chance is not None else ").")
    )


def jump_min(answer: ClockAnswer) -> int:
    """Minutes by which the day jumps with the best rule that changes: 60 follows it fully."""
    return 0 if answer.jump is None else round(answer.jump.follows * 60)


def jump_interval_min(answer: ClockAnswer) -> tuple[int, int]:
    """95 % interval of `jump_min`."""
    if answer.jump is None:
        return (0, 0)
    half = 1.96 * answer.jump.error
    return (round((answer.jump.follows - half) * 60), round((answer.jump.follows + half) * 60))


def zone_likelihood(answer: ClockAnswer) -> ZoneLikelihood:
    """Milli-decibans of every zone by its rule, relative to the most probable rule."""
    if answer.scores is None:
        return ZoneLikelihood({})
    weights = weights_mdb(answer)
    return ZoneLikelihood(
        {
            zone: int(value)
            for rule, value in zip(answer.scores.rules.members, weights, strict=True)
            for zone in rule.zones
        }
    )


def remaining(answer: ClockAnswer, mass: float = 0.95) -> list[int]:
    """Families that hold `mass` of the probability, most probable first."""
    order = sorted(range(len(answer.posterior)), key=lambda i: (-float(answer.posterior[i]), i))
    kept: list[int] = []
    total = 0.0
    for index in order:
        kept.append(index)
        total += float(answer.posterior[index])
        if total >= mass:
            break
    return kept


def versions() -> str:
    """Everything the answer depends on besides the posts."""
    return f"gnomon {__version__}; {clock.ZONE_DATABASE}"


def settings() -> dict[str, Json]:
    """The settings of the method, as whole numbers."""
    return {
        "kernel_days": int(WIDTH_DAYS),
        "kernel_min": int(SPREAD_MIN),
        "contrast_days": WINDOW_DAYS,
        "least_power_mdb": LEAST_POWER_MDB,
        "enough_hours": ENOUGH_HOURS,
        "enough_days": ENOUGH_DAYS,
    }


def _observation(answer: ClockAnswer, statement: str) -> Observation:
    activity = answer.activity
    return Observation(
        id=f"{FINDER}:{activity.unit}:jump",
        about=activity.unit,
        statement=statement,
        value=jump_min(answer),
        interval=jump_interval_min(answer),
        unit="min",
        rows=activity.rows,
        rows_total=activity.n_posts,
        method="clock-changes",
        version=versions(),
        settings=settings(),
    )


def _clue(answer: ClockAnswer, observation: Observation) -> Clue:
    return behavioural_clue(
        answer.activity,
        kind=FINDER,
        what="rule",
        group="clock",
        observation=observation,
        planted_chance_ppm=PLANTED_PPM,
        likelihood=zone_likelihood(answer),
    )


def details_of(answer: ClockAnswer) -> dict[str, Json]:
    """All numbers, for the record and for `--json`."""
    details: dict[str, Json] = {
        "n_active_hours": answer.activity.n_active_hours,
        "n_active_days": answer.activity.n_active_days,
        "members": answer.members,
        "power_mdb": answer.power_mdb,
        "reasons": list(answer.reasons),
    }
    if answer.scores is None:
        return details
    rules = answer.scores.rules.members
    weights = weights_mdb(answer)
    kept = remaining(answer)
    details["kind_ppm"] = {
        kind: round(value * 1_000_000) for kind, value in zip(KINDS, answer.by_kind, strict=True)
    }
    shown: list[Json] = [
        {
            "rule": rules[i].name,
            "kind": rules[i].kind,
            "p_ppm": round(float(answer.posterior[i]) * 1_000_000),
            "mdb": int(weights[i]),
            "zones": len(rules[i].zones),
            "example_zones": list(rules[i].zones[:5]),
        }
        for i in kept[:SHOWN]
    ]
    details["rules"] = shown
    details["rules_compared"] = len(rules)
    details["rules_remaining"] = len(kept)
    details["zones_remaining"] = sum(len(rules[i].zones) for i in kept)
    details["jump"] = _jump_details(answer)
    return details


def _jump_details(answer: ClockAnswer) -> Json:
    if answer.scores is None or answer.jump is None:
        return None
    low, high = jump_interval_min(answer)
    rule = answer.scores.rules.members[answer.jump_family]
    found: dict[str, Json] = {
        "rule": rule.name,
        "min": jump_min(answer),
        "low_min": low,
        "high_min": high,
        "days_used": answer.jump.days,
        "changes_used": len(answer.jump.parts),
    }
    if answer.chance is not None:
        found["p_sign_flips_ppm"] = round(answer.chance.flips * 1_000_000)
        placebo = answer.chance.placebo
        found["p_placebo_ppm"] = None if placebo is None else round(placebo * 1_000_000)
    return found
