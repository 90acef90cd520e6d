"""Declared absences of a unit as a finding.

It carries no clue: a silence bears on an office or a city, and on a person only where the person's
own absences are known, which no count of posts can check. The areas of the events stand in the
details.
"""

from __future__ import annotations

from forensics.clues.absence.answer import AbsenceAnswer
from forensics.model import Finding, Json, Observation
from forensics.version import __version__

FINDER = "absence"
MILLION = 1_000_000
LIMITS = (
    (
        "Silence in the declared absences fits everybody who shares them: an office, a city, a "
        "country with the same holidays. It does not name a person."
    ),
    "A list chosen after looking at the activity proves nothing, whatever its p.",
)


def finding(answer: AbsenceAnswer) -> Finding:
    """The answer as a finding."""
    return Finding(
        finder=FINDER,
        unit=answer.activity.unit,
        status=answer.status,
        statement=statement_of(answer),
        observations=_observations(answer),
        clues=(),
        limits=LIMITS,
        details=details_of(answer),
    )


def statement_of(answer: AbsenceAnswer) -> str:
    """The answer in one or two sentences, power first where nothing was found."""
    if answer.status == "insufficient":
        return "Too little to test the absences. " + " ".join(answer.reasons)
    used = sum(one.used for one in answer.absences)
    what = "1 absence" if used == 1 else f"{used} absences"
    words = (
        f"In {what} the unit did {100 * answer.ratio:.0f} % of what the weeks around let expect "
        f"(p = {answer.p:.4f}, {answer.placements} placements of the whole list, floor "
        f"{answer.floor:.4f})."
    )
    if answer.status == "nothing_found":
        words = (
            f"No silence. Less than {100 * answer.power_ratio:.0f} % of the usual would have stood "
            f"out. {words}"
        )
    if not answer.registered:
        words += " Exploratory: the list was not in the record before the activity was looked at."
    elif answer.exploratory:
        words += " Exploratory: fewer than three absences."
    return words


def _observations(answer: AbsenceAnswer) -> tuple[Observation, ...]:
    """The ratio."""
    if answer.status == "insufficient":
        return ()
    text = f"Activity in the absences is {100 * answer.ratio:.0f} % of that around them."
    observation = Observation(
        id=f"{FINDER}:{answer.activity.unit}:ratio",
        about=answer.activity.unit,
        statement=text,
        value=round(MILLION * answer.ratio),
        interval=None,
        unit="ppm",
        rows=answer.activity.rows,
        rows_total=answer.activity.n_posts,
        method=FINDER,
        version=f"gnomon {__version__}",
        settings={"zone": answer.zone, "registered": answer.registered},
    )
    return (observation,)


def details_of(answer: AbsenceAnswer) -> dict[str, Json]:
    """Every number of the answer, as integers."""
    return {
        "zone": answer.zone,
        "reasons": list(answer.reasons),
        "registered": answer.registered,
        "exploratory": answer.exploratory,
        "ratio_ppm": round(MILLION * answer.ratio),
        "p_ppm": round(MILLION * answer.p),
        "floor_ppm": round(MILLION * answer.floor),
        "placements": answer.placements,
        "power_ratio_ppm": round(MILLION * answer.power_ratio),
        "lists_tried": answer.lists_tried,
        "absences": [
            {
                "name": one.event.name,
                "kind": one.event.kind,
                "source": one.event.source,
                "areas": list(one.event.area_codes),
                "start_day": one.event.start_day,
                "end_day": one.event.end_day,
                "used": one.used,
                "active_hours": one.active,
                "expected_milli": round(1000 * one.expected),
            }
            for one in answer.absences
        ],
    }
