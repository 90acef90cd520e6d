"""What faking the clues would cost: each group alone, and all that speak for a row together.

The classes follow the planted chance, which was set by them: what is cheap to fake is planted more
often. A position in a picture or a number in a profile is set once; hours, days and labels must be
kept up for as long as they were seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from forensics.model import Clue
from forensics.weigh.assessment import Faking, Group
from forensics.weigh.groups import OPERATOR_SETTABLE, TIME_KINDS, ClueGroup

CLASSES: tuple[tuple[int, str], ...] = ((150_000, "low"), (75_000, "medium"), (20_000, "high"))
"""Least planted chance (ppm) of each class, half way between the usual ones; below: very high."""
VERY_HIGH = "very high"
KEPT_UP = TIME_KINDS | {"automation", "label", "app_store"}
"""Kinds that hold only while somebody keeps them up."""
SPEAKS_MDB = 500
"""Less than half a deciban is no voice."""


def cost_of(planted_ppm: int) -> str:
    """The class of a planted chance: 20 % is low, 10 % medium, 5 % high, 1 % very high."""
    return next((name for least, name in CLASSES if planted_ppm >= least), VERY_HIGH)


def span(clues: Sequence[Clue]) -> tuple[str, str]:
    """First and last day for which any of the clues holds; empty where none says."""
    starts = sorted(clue.valid_from[:10] for clue in clues if clue.valid_from)
    ends = sorted(clue.valid_to[:10] for clue in clues if clue.valid_to)
    return (starts[0] if starts else "", ends[-1] if ends else "")


def days_of(group: ClueGroup) -> int:
    """Days for which a fake of this group would have to be kept up; 1 for what is set once."""
    longest = 1
    for clue in group.clues:
        first, last = span([clue])
        if clue.kind in KEPT_UP and first and last:
            days = (date.fromisoformat(last) - date.fromisoformat(first)).days + 1
            longest = max(longest, days)
    return longest


def faking(groups: Sequence[Group], mdb: Mapping[tuple[str, str], int], row: str) -> Faking:
    """What it takes to fake all that speaks for a row, as one joint effort.

    Args:
        groups: the columns of the table.
        mdb: weight of each group and row.
        row: the row to imitate.
    """
    speak = [group for group in groups if mdb[group.id, row] >= SPEAKS_MDB]
    within = [group for group in speak if group.set_by in OPERATOR_SETTABLE]
    dearest = min(within, key=lambda group: (group.planted_chance_ppm, -group.days), default=None)
    return Faking(
        row=row,
        groups=tuple(group.id for group in within),
        beyond=tuple(group.id for group in speak if group not in within),
        days=max((group.days for group in within), default=0),
        dearest=dearest.id if dearest else "",
        cost=dearest.cost if dearest else "",
    )
