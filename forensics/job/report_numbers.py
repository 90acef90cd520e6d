"""The short names of the report, `C3` and `G2`, as a table: so that they can be looked up later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from forensics.case import Case, TableRef
from forensics.model import Clue, Finding, Json
from forensics.weigh import Assessment

REPORT_NUMBERS = "report_numbers.jsonl"


def in_order(
    assessments: Sequence[Assessment], findings: Sequence[Finding]
) -> Iterator[tuple[str, Clue, str]]:
    """(Unit, clue, its group or nothing) in the order in which the report numbers clues.

    Unit by unit; in each, the clues that were weighed come first.
    """
    by_unit: dict[str, list[Clue]] = {}
    for finding in findings:
        by_unit.setdefault(finding.unit, []).extend(finding.clues)
    for one in assessments:
        weighed = {clue.id: group.id for group in one.groups for clue in group.clues}
        clues = by_unit.get(one.unit, [])
        for clue in sorted(clues, key=lambda clue: clue.id not in weighed):
            yield one.unit, clue, weighed.get(clue.id, "")


def write_report_numbers(
    case: Case, assessments: Sequence[Assessment], findings: Sequence[Finding]
) -> TableRef:
    """Write which clue is called what in the report, and in which group it was weighed."""
    rows: Iterator[Mapping[str, Json]] = (
        {"number": f"C{number}", "unit": unit, "clue": clue.id, "group": group}
        for number, (unit, clue, group) in enumerate(in_order(assessments, findings), start=1)
    )
    return case.write_table(REPORT_NUMBERS, rows)
