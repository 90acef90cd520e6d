"""Asking the finders about a made-up unit, and writing down whether the answer is as it must be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from forensics import clock
from forensics.clues.activity import Activity
from forensics.clues.hours.answer import HoursAnswer, answers
from forensics.evaluate.synthetic.tables import activity_of
from forensics.evaluate.synthetic.unit import SyntheticUnit
from forensics.model import Json
from forensics.reference.templates import library
from forensics.reference.zones import candidate_offsets


@dataclass(frozen=True, slots=True)
class Check:
    """One question about a made-up unit: what must come out, and what did."""

    finder: str
    """hours, automation, clock changes ..."""
    twin: bool
    """Asked of the twin, where the answer must differ."""
    asked: str
    """What must come out."""
    found: str
    """What came out."""
    passed: bool


Judge = Callable[[SyntheticUnit, SyntheticUnit], list[Check]]
"""(case, twin) -> checks."""


def hours_of(activity: Activity) -> HoursAnswer:
    """The answer about the hours of one unit."""
    (found,) = answers([activity], library())
    return found


def pooled(unit: SyntheticUnit) -> HoursAnswer:
    """The answer about all accounts as one unit."""
    return hours_of(activity_of(unit))


def single(unit: SyntheticUnit, name: str) -> HoursAnswer:
    """The answer about one account."""
    return hours_of(activity_of(unit, [name]))


def set_text(found: HoursAnswer) -> str:
    """The headline set as ranges over the candidates, and whether the answer stands."""
    candidates = candidate_offsets()
    runs: list[list[int]] = []
    for place in sorted(candidates.index(offset) for offset in found.headline):
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    ends = [[clock.offset_text(candidates[run[at]]) for at in (0, -1)] for run in runs]
    text = ", ".join(a if a == b else f"{a} to {b[3:]}" for a, b in ends)
    return text if found.status == "found" else f"insufficient (set {text})"


def holds(found: HoursAnswer, offsets: Sequence[int], what: str, *, twin: bool = False) -> Check:
    """The 80 % set holds one of the offsets, and the answer stands."""
    right = found.status == "found" and bool(set(found.headline) & set(offsets))
    return Check("hours", twin, what, set_text(found), right)


def covers(found: HoursAnswer, offsets: Sequence[int], what: str, *, twin: bool = False) -> Check:
    """The 80 % set shown holds one of the offsets, whether or not the answer stands."""
    right = bool(set(found.headline) & set(offsets))
    return Check("hours", twin, what, set_text(found), right)


def abstains(found: HoursAnswer, what: str, *, twin: bool = False) -> Check:
    """No zone is named."""
    reason = found.reasons[0] if found.reasons else "no reason"
    text = f"insufficient: {reason}" if found.status == "insufficient" else set_text(found)
    return Check("hours", twin, what, text, found.status == "insufficient")


def of_twin(checks: Sequence[Check]) -> list[Check]:
    """The same checks, asked of the twin."""
    return [replace(check, twin=True) for check in checks]


def share_text(hits: int, of: int) -> str:
    """`7 of 12`."""
    return f"{hits} of {of}"


def table(unit: SyntheticUnit, key: str) -> dict[str, Json]:
    """A table of the unit's truth, such as account -> crew.

    Raises:
        TypeError: the truth has no such table.
    """
    found = unit.truth.get(key)
    if not isinstance(found, dict):
        raise TypeError(f"the truth of {unit.name} has no table {key!r}")
    return found
