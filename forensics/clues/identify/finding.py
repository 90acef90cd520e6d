"""The statement about what can be told apart, and what it would take to tell more."""

from __future__ import annotations

from forensics.clues.identify.answer import IdentifyAnswer, Level, Part
from forensics.model import Finding, Json

FINDER = "identifiability"
LEVEL_TEXT: dict[Level, str] = {
    "nothing": "The times determine nothing about where their authors sit",
    "phase_only": "The times determine the phase only, that is, hours and habits together",
    "hemisphere": "The times determine the hemisphere, by the season of clock changes",
    "clock_rule": "The times determine the rule of clock changes",
    "calendar_country": "The times determine a working calendar",
}
SHOWN = 6
"""Zones and countries named in the sentence; the details hold them all."""
IF_ORDINARY = (
    "Every zone that is excluded is excluded only if ordinary hours are kept; an operation that "
    "shifts its hours moves the whole set."
)
WHOSE = (
    "A rule of clock changes or a calendar can be the audience's, or an employer's, instead of "
    "that of the place."
)


def finding(answer: IdentifyAnswer) -> Finding:
    """The answer as a finding. It is no clue: it only combines what others say."""
    return Finding(
        finder=FINDER,
        unit=answer.activity.unit,
        status="insufficient" if answer.level == "nothing" else "found",
        statement=statement_of(answer),
        limits=() if answer.level == "nothing" else (IF_ORDINARY, WHOSE),
        details=details_of(answer),
    )


def statement_of(answer: IdentifyAnswer) -> str:
    """What is determined, what remains, and what would part it."""
    found = [f"{LEVEL_TEXT[answer.level]}; {_left(answer)}."] if answer.zones else []
    if not found:
        found = [f"{LEVEL_TEXT[answer.level]}."]
        if answer.level == "calendar_country":
            found.append(
                "No zone of its country fits ordinary hours: habits are shifted, by night work for "
                "one, or the calendar is kept abroad."
            )
    wanted = [text_of(part) for part in answer.parts]
    if wanted:
        found.append("To tell more: " + "; ".join(wanted) + ".")
    return " ".join(found)


def _left(answer: IdentifyAnswer) -> str:
    """The classes that remain, in words."""
    number = len(answer.zones)
    zones = ", ".join(answer.zones[:SHOWN]) + (" ..." if number > SHOWN else "")
    lands = ", ".join(answer.countries[:SHOWN])
    more = len(answer.countries) - SHOWN
    lands += f" and {more} more" if more > 0 else ""
    classes = "class of zones remains" if number == 1 else "classes of zones remain"
    return f"{number} {classes} ({zones}), in {lands or 'no country'}"


def text_of(part: Part) -> str:
    """One kind of further data in words."""
    if part.by == "other":
        return f"no times part {part.parts}; other clues must"
    need = "the data had the power and did not tell"
    if part.need is not None:
        need = f"about {part.need:,} more {part.unit}"
    by = {"hours": "hours", "clock_changes": "clock changes", "calendar": "holidays"}[part.by]
    return f"{by} would part {part.parts} ({need})"


def details_of(answer: IdentifyAnswer) -> dict[str, Json]:
    """All of it as values."""
    return {
        "level": answer.level,
        "zone_classes": list(answer.zones),
        "zone_names": answer.names,
        "countries": list(answer.countries),
        "would_part": [
            {"by": part.by, "parts": part.parts, "need": part.need, "unit": part.unit}
            for part in answer.parts
        ],
    }
