"""Questions that several judges ask of one finder."""

from __future__ import annotations

from forensics.clues.audience import answer as audience
from forensics.clues.automation import answer as automation
from forensics.clues.automation.answer import AutomationAnswer
from forensics.clues.calendars import answer as calendars
from forensics.clues.calendars.evidence import CalendarAnswer
from forensics.clues.clockchanges import answer as clockchanges
from forensics.clues.hands import answer as hands
from forensics.clues.hands.answer import HandsAnswer
from forensics.clues.rota import answer as rotas
from forensics.clues.rota.answer import RotaAnswer
from forensics.clues.segments import answer as segments
from forensics.clues.segments.answer import SegmentsAnswer
from forensics.clues.shifts import answer as shifts
from forensics.clues.shifts.answer import ShiftAnswer
from forensics.evaluate.asking import Check
from forensics.evaluate.synthetic.localtime import day_text
from forensics.evaluate.synthetic.tables import activity_of, moments_of
from forensics.evaluate.synthetic.unit import SyntheticUnit
from forensics.reference.templates import library

DRAWS = 100
"""Resamples of the edges of shifts: enough to see them, and quick."""


def calendar_is(unit: SyntheticUnit, country: str, *, twin: bool = False) -> Check:
    """The calendar of that country leads, and the answer stands."""
    found = calendar_of(unit)
    leader = found.leader.country if found.leader is not None else ""
    right = found.status == "found" and leader == country
    return Check("calendars", twin, f"calendar of {country}", calendar_text(found), right)


def calendar_is_not(unit: SyntheticUnit, country: str, *, twin: bool = False) -> Check:
    """Nothing is found, or the calendar of another country."""
    wrong = calendar_is(unit, country, twin=twin)
    return Check("calendars", twin, f"not the calendar of {country}", wrong.found, not wrong.passed)


def calendar_text(found: CalendarAnswer) -> str:
    """The leader in words, or the status."""
    if found.leader is None or found.status != "found":
        return found.status.replace("_", " ")
    near = f", near {' '.join(found.near[:4])}" if found.near else ""
    return f"{found.leader.country}{near}"


def clock_kind(unit: SyntheticUnit, *, names: list[str] | None = None) -> tuple[str, str]:
    """(none, north, south, dated, or the status; the best family of rules in words)."""
    found = clockchanges.answer(activity_of(unit, names))
    if found.status != "found" or found.scores is None:
        return found.status, found.status.replace("_", " ")
    kinds = ("none", "north", "south", "dated")
    best = max(range(4), key=lambda at: found.by_kind[at])
    family = found.scores.rules.members[found.best].name
    return kinds[best], f"{kinds[best]} (p {found.by_kind[best]:.2f}), best: {family}"


def audience_verdict(unit: SyntheticUnit, zones: tuple[str, ...]) -> tuple[str, str]:
    """(audience, own or cannot_tell; the same in words)."""
    activity = activity_of(unit)
    found = audience.answer(activity, library(), clockchanges.answer(activity), zones)
    words = {"audience": "audience clock", "own": "own clock", "cannot_tell": "cannot tell"}
    return found.verdict, words[found.verdict]


def calendar_of(unit: SyntheticUnit, names: list[str] | None = None) -> CalendarAnswer:
    """The answer about the working calendar of the unit, or of some accounts."""
    return calendars.answer(activity_of(unit, names))


def machines_of(unit: SyntheticUnit, names: list[str] | None = None) -> AutomationAnswer:
    """What machines were seen in the unit, or in some accounts."""
    return automation.answer(moments_of(unit, names))


def shift_of(unit: SyntheticUnit, zone: str, names: list[str] | None = None) -> ShiftAnswer:
    """The shift of the unit, or of some accounts, in a zone."""
    return shifts.answer(activity_of(unit, names), zone, draws=DRAWS)


def rota_of(unit: SyntheticUnit, zone: str, name: str) -> RotaAnswer:
    """The rota of one account in a zone."""
    return rotas.answer(activity_of(unit, [name]), zone, draws=DRAWS)


def hands_of(unit: SyntheticUnit, name: str) -> HandsAnswer:
    """Whether one account changed hands."""
    return hands.account_answer(moments_of(unit, [name]))


def hands_text(found: HandsAnswer) -> str:
    """Changes with their verdict and date."""
    return ", ".join(f"{one.verdict} {day_text(one.day)}" for one in found.changes) or "no change"


def segments_of(unit: SyntheticUnit) -> SegmentsAnswer:
    """The stretches in which the day of the unit stands still."""
    return segments.answer(activity_of(unit), library())


def segments_text(found: SegmentsAnswer) -> str:
    """The dates at which the day moved."""
    days = ", ".join(day_text(split.day) for split in found.splits)
    return days or found.status.replace("_", " ")


def edges_text(found: ShiftAnswer) -> str:
    """Blocks of the main weekdays as `09:00-12:01, 13:00-18:02`."""
    if found.status != "found" or not found.sets:
        return found.status.replace("_", " ")
    blocks = found.sets[0].blocks
    return ", ".join(f"{hhmm(one.start.value)}-{hhmm(one.end.value)}" for one in blocks) or "none"


def hhmm(minutes: float) -> str:
    """Local minutes as a time of day."""
    whole = round(minutes) % 1440
    return f"{whole // 60:02d}:{whole % 60:02d}"
