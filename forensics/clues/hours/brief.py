"""The answer about hours in short, for very many accounts at once: status, sets and point.

Everything comes from the functions of the full answer, so that both say the same of equal counts;
what a table of a million accounts does not show is left out, and so is the work for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forensics.clues.activity import Activity
from forensics.clues.hours import model
from forensics.clues.hours.answer import Sets, points_of, reasons_of, sharp_sets
from forensics.model import Status
from forensics.reference.templates import Library


@dataclass(frozen=True, slots=True)
class BriefAnswer:
    """What the hours of one account come down to."""

    activity: Activity
    status: Status
    reasons: tuple[str, ...]
    """Why it is insufficient; empty if found."""
    set80: Sets
    """(uniform, population) 80 % sets of offsets, in minutes east, most probable first."""
    point_min: int | None
    """The one offset to name where only one may be named; None where it is withheld."""
    point_worth_ppm: int


def brief_answers(some: Sequence[Activity], weeks: Library) -> list[BriefAnswer]:
    """The short answer about each account, in order.

    Args:
        some: Activities of one account each, with at least one post.
        weeks: The library.
    """
    if not some:
        return []
    scores = model.score_units([one.hours[0] for one in some], weeks)
    both = model.all_posteriors(scores)
    set80 = sharp_sets(both, 0.8, scores.hours)
    reasons = reasons_of(some, set80)
    points = points_of(both, reasons)
    return [
        BriefAnswer(
            activity=activity,
            status="insufficient" if why else "found",
            reasons=tuple(why),
            set80=sets,
            point_min=point_min,
            point_worth_ppm=worth_ppm,
        )
        for activity, sets, why, (point_min, worth_ppm, _) in zip(
            some, set80, reasons, points, strict=True
        )
    ]
