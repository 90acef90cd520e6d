"""What reviewers ask of every clue, as a table of the case: worked out once, read where printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from forensics.case import Case, TableRef
from forensics.clues import Evidence
from forensics.clues.controls.matching import matched
from forensics.clues.controls.numbers import numbers_of
from forensics.model import Finding, Json
from forensics.show.view import ControlsView, ControlUnit

NUMBERS = "numbers.jsonl"
CONTROL_SETS = "control_sets.jsonl"


def write_numbers(
    case: Case, evidence: Evidence, findings: Sequence[Finding]
) -> tuple[TableRef, ...]:
    """Write the numbers of every clue, and which control was chosen for which account."""
    rows = [one.as_json() for one in numbers_of(evidence, findings)]
    tables = [case.write_table(NUMBERS, rows)]
    if evidence.controls is not None:
        sets: list[dict[str, Json]] = [
            {"unit": unit, "account": one.account, "controls": list[Json](one.controls)}
            for unit in evidence.units
            if (found := matched(evidence, unit)) is not None
            for one in found.sets
        ]
        tables.append(case.write_table(CONTROL_SETS, sets))
    return tuple(tables)


def numbers_by_clue(case: Case) -> Mapping[str, Mapping[str, Any]]:
    """Clue -> its row of `numbers.jsonl`."""
    return {str(row["clue"]): row for row in case.read_table(NUMBERS)}


def controls_view(evidence: Evidence) -> ControlsView | None:
    """What the report says of the controls; None where none were given."""
    controls = evidence.controls
    if controls is None:
        return None
    units = []
    for unit in evidence.units:
        sets = matched(evidence, unit)
        if sets is not None:
            units.append(
                ControlUnit(
                    unit=unit,
                    accounts=len(sets.sets),
                    with_controls=len(sets.accounts),
                    controls=len(sets.controls),
                    words=sets.words(),
                )
            )
    return ControlsView(
        accounts=len(controls.accounts),
        posts=sum(
            one.n for one in controls.posts.accounts() if one.account in set(controls.accounts)
        ),
        in_both=controls.in_both,
        units=tuple(units),
    )
