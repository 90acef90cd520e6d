"""Clues and the time they hold for: a seat in one year says little about another year.

The model has one place for the whole period. A clue that holds for another time than the one asked
about is set aside and named; two clues that hold for times apart and disagree may both be right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from forensics.model import Clue
from forensics.weigh.cost import span
from forensics.weigh.groups import ClueGroup
from forensics.weigh.places import Fusion
from forensics.weigh.same_place import bayes_factor

GRACE_DAYS = 183
"""A clue this close to the posts is still taken for the same seat, where nobody stated a period."""


@dataclass(frozen=True, slots=True)
class Period:
    """The time that is asked about."""

    first: str
    """First day, YYYY-MM-DD."""
    last: str
    stated: bool = False
    """True if a person stated it: then it is taken to the day."""

    def holds(self, clue: Clue) -> bool:
        """True if the clue holds for some day of the period; an open end never excludes."""
        grace = timedelta(days=0 if self.stated else GRACE_DAYS)
        starts, ends = span([clue])
        if starts and date.fromisoformat(starts) - grace > date.fromisoformat(self.last):
            return False
        return not (ends and date.fromisoformat(ends) + grace < date.fromisoformat(self.first))

    @property
    def text(self) -> str:
        """`2022-01-03 to 2022-06-30`."""
        return f"{self.first} to {self.last}"


def parted(
    clues: Sequence[Clue], period: Period | None
) -> tuple[tuple[Clue, ...], tuple[Clue, ...]]:
    """The clues that hold for some of the period, and those set aside, by id."""
    if period is None:
        return tuple(clues), ()
    aside = tuple(
        sorted((clue for clue in clues if not period.holds(clue)), key=lambda clue: clue.id)
    )
    return tuple(clue for clue in clues if period.holds(clue)), aside


def aside_notes(aside: Sequence[Clue], period: Period | None) -> Iterator[str]:
    """A sentence for each clue that was set aside."""
    for clue in aside if period is not None else ():
        first, last = span([clue])
        held = f"{first or 'an open start'} to {last or 'an open end'}"
        asked = period.text if period else ""
        yield f"Set aside: {clue.id} holds for {held}, and the question is about {asked}."


def apart_notes(groups: Sequence[ClueGroup], random: Fusion) -> Iterator[str]:
    """A sentence for each two groups that disagree and hold for times apart."""
    spans = [span(group.clues) for group in groups]
    for one, (_, ends) in enumerate(spans):
        for other, (starts, _) in enumerate(spans):
            if one == other or not ends or not starts or starts <= ends:
                continue
            gap = (date.fromisoformat(starts) - date.fromisoformat(ends)).days
            if gap > GRACE_DAYS and bayes_factor(random, one, other) < 1:
                yield (
                    f"{groups[one].id} ends on {ends} and {groups[other].id} starts on {starts}, "
                    "and they point to different places: a move would explain both, and this "
                    "table has one place for the whole period."
                )
