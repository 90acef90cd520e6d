"""Tables of where units point, and of who fits one place with whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from forensics.case import Case, TableRef
from forensics.clues import Evidence
from forensics.job.weighing import grouped
from forensics.model import Finding, Json
from forensics.weigh import Assessment
from forensics.weigh.same_place import SamePlace, bearers_of, same_place

PLACES = "places.jsonl"
SAME_PLACE = "same_place.jsonl"


def write_places(case: Case, assessments: Sequence[Assessment]) -> TableRef:
    """Areas of every level and unit with their probabilities, as far as the report counts them."""
    return case.write_table(PLACES, _areas(assessments))


def _areas(assessments: Sequence[Assessment]) -> Iterator[dict[str, Json]]:
    for one in assessments:
        if one.places is not None:
            levels = (one.places.countries, one.places.provinces, one.places.cities)
            for area in (area for level in (*levels, one.places.zones) for area in level):
                yield {"unit": one.unit, **asdict(area)}


def write_same_place(case: Case, evidence: Evidence, findings: Sequence[Finding]) -> TableRef:
    """Every pair of accounts, crews and units that was compared, those that fit best first."""
    crews: dict[str, list[list[str]]] = {}
    for finding in findings:
        told: Any = finding.details.get("crews", ())
        if finding.finder == "crews" and finding.status == "found" and isinstance(told, list):
            crews[finding.unit] = [list(crew["members"]) for crew in told]
    clues = grouped([clue for one in findings for clue in one.clues], case.edited())
    pairs, _ = same_place(bearers_of(evidence.units, crews, clues), evidence.places)
    return case.write_table(SAME_PLACE, map(asdict, pairs))


def read_same_place(case: Case) -> tuple[SamePlace, ...]:
    """The pairs as they were written; none where nothing was compared."""
    if not (case.tables / SAME_PLACE).is_file():
        return ()
    rows: Any = case.read_table(SAME_PLACE)
    return tuple(SamePlace(**row) for row in rows)
