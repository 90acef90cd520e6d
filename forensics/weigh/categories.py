"""Which kinds of clues there are, by category and by who can look at them; gaps are kept.

Evidence of one category alone is a weak base, whatever it weighs. The matrix says so by its empty
cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

from forensics.errors import WeighError
from forensics.model import Access, Category
from forensics.weigh.assessment import KindCell
from forensics.weigh.groups import OPERATOR_SETTABLE, ClueGroup


def kind_cells(groups: Sequence[ClueGroup]) -> tuple[KindCell, ...]:
    """All nine cells, categories in order, each with its weighed clues and their groups."""
    return tuple(
        _cell(category, access, groups)
        for category in get_args(Category)
        for access in get_args(Access)
    )


def _cell(category: Category, access: Access, groups: Sequence[ClueGroup]) -> KindCell:
    inside = [
        (clue, group)
        for group in groups
        for clue in group.clues
        if (clue.category, clue.access) == (category, access)
    ]
    held = tuple(dict.fromkeys(group.id for _, group in inside))
    settable = {group.id for group in groups if group.set_by in OPERATOR_SETTABLE}
    return KindCell(
        category,
        access,
        tuple(clue.id for clue, _ in inside),
        held,
        tuple(name for name in held if name in settable),
    )


def check_grades(groups: Sequence[ClueGroup], confirmed: Mapping[str, Sequence[str]]) -> None:
    """Refuse credibility 1, "confirmed by other sources", without a clue of another group.

    Args:
        groups: the groups.
        confirmed: clue -> clues that are said to confirm it.

    Raises:
        WeighError: a grade ends in 1 and no clue of another group is named for it.
    """
    home = {clue.id: group.id for group in groups for clue in group.clues}
    for clue in (clue for group in groups for clue in group.clues):
        if clue.grade[1:] != "1":
            continue
        named = confirmed.get(clue.id, ())
        if odd := sorted(name for name in named if name not in home):
            raise WeighError(f"is confirmed by {odd[0]!r:.60}, which is not weighed", where=clue.id)
        if not any(home[name] != home[clue.id] for name in named):
            raise WeighError(
                "credibility 1 means confirmed by other sources, and none is named",
                where=clue.id,
                todo="name a clue of another group in confirmed_by, or grade it 2",
            )
