"""The statement about the audience's clock, as observation and clue.

Method and measured figures: docs/methods/audience.md.
"""

from __future__ import annotations

from forensics import clock
from forensics.clues.audience.answer import (
    AUDIENCE_SD_MIN,
    CALL_MDB,
    OWN_SD_MIN,
    AudienceAnswer,
)
from forensics.model import Finding, Json, Observation
from forensics.reference.templates import library
from forensics.version import __version__

FINDER = "audience"
LIVES_THERE = (
    "Following an audience's clock and living by it make the same posts; hours cannot part them."
)
NOT_THE_ZONE = (
    "Where an audience's clock is followed, hours name no zone of the operators; holidays, "
    "single absences and clues that are no times must."
)


def finding(answer: AudienceAnswer) -> Finding:
    """The answer as a finding.

    It is no clue: the zones that hours and clock changes fit are weighed against the audience's
    zone already, and an audience that is followed cannot be told from people who live there.
    """
    statement = statement_of(answer)
    observations: tuple[Observation, ...] = ()
    if answer.tests:
        observations = (_observation(answer, statement),)
    return Finding(
        finder=FINDER,
        unit=answer.activity.unit,
        status=answer.status,
        statement=statement,
        observations=observations,
        limits=(LIVES_THERE, NOT_THE_ZONE),
        details=details_of(answer),
    )


def statement_of(answer: AudienceAnswer) -> str:
    """The verdict in plain sentences, with its reasons."""
    if not answer.tests:
        return "Whose clock the activity follows cannot be told. " + " ".join(answer.reasons)
    zone = answer.tests[answer.best].zone
    if answer.verdict == "audience":
        head = f"The activity keeps the clock of {zone}: it follows an audience or lives there."
    elif answer.verdict == "own":
        head = f"The activity does not keep the clock of the stated audience ({zone})."
    else:
        head = (
            f"Whether the activity follows an audience's clock ({zone} fits best) cannot be told."
        )
    return " ".join((head, *answer.reasons))


def versions() -> str:
    """Everything the answer depends on besides the posts."""
    return f"gnomon {__version__}; {clock.ZONE_DATABASE}; {library().version}"


def settings(answer: AudienceAnswer) -> dict[str, Json]:
    """The settings of the method, as whole numbers."""
    return {
        "zones": [test.zone for test in answer.tests],
        "stated": answer.stated,
        "audience_sd_min": int(AUDIENCE_SD_MIN),
        "own_sd_min": int(OWN_SD_MIN),
        "call_mdb": CALL_MDB,
    }


def _observation(answer: AudienceAnswer, statement: str) -> Observation:
    activity = answer.activity
    return Observation(
        id=f"{FINDER}:{activity.unit}:weight",
        about=activity.unit,
        statement=statement,
        value=answer.tests[answer.best].total_mdb,
        interval=None,
        unit="mdb",
        rows=activity.rows,
        rows_total=activity.n_posts,
        method="audience",
        version=versions(),
        settings=settings(answer),
    )


def details_of(answer: AudienceAnswer) -> dict[str, Json]:
    """All numbers, for the record and for `--json`."""
    tests: list[Json] = [
        {
            "zone": test.zone,
            "clock_mdb": test.clock_mdb,
            "day_mdb": test.day_mdb,
            "night_ppm": test.night_ppm,
            "total_mdb": test.total_mdb,
        }
        for test in answer.tests
    ]
    return {
        "verdict": answer.verdict,
        "stated": answer.stated,
        "zone": answer.tests[answer.best].zone if answer.tests else None,
        "audience_ppm": answer.audience_ppm,
        "hours_stand": answer.hours_stand,
        "power_mdb": answer.power_mdb,
        "tests": tests,
        "reasons": list(answer.reasons),
    }
