"""What a weighing came to, kept: so that a later one can be held against it.

The tables of a case always hold the latest numbers. Beside them every weighing leaves one small
table under a name made of its content, `weighed_<hash>.jsonl`; equal results leave one table. The
record names it like any other, so a seal over the record covers what was found before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from forensics.case import Case, CaseFile, TableRef, canonical
from forensics.case.casefile import SECTIONS
from forensics.case.refs import tables_in
from forensics.model import Clue, Entry, Finding, Json
from forensics.weigh import Assessment

PREFIX = "weighed_"
AREAS_KEPT = 3
"""Areas kept of each level, the most probable first."""
LEAST_PPM = 10_000
"""Hypotheses below 1 % are not kept."""
SHORT = 16
"""Hex digits of a hash that tell one state of a clue from another."""


def write_moment(
    case: Case, assessments: Sequence[Assessment], findings: Sequence[Finding]
) -> TableRef:
    """Keep what was found, what people wrote into `case.toml`, and what came out."""
    rows = [
        *_edited(case.edited()),
        *(_clue(clue) for finding in findings for clue in finding.clues),
        *(row for one in assessments for row in _results(one)),
    ]
    return case.write_table(f"{PREFIX}{canonical.sha256(rows)[:12]}.jsonl", rows)


def _edited(edited: CaseFile) -> Iterator[dict[str, Json]]:
    """The sections that people wrote, one row for each of their entries."""
    for section in SECTIONS:
        for row in getattr(edited, section):
            told: Mapping[str, Any] = row if isinstance(row, Mapping) else asdict(row)
            yield {"what": "written", "section": section, "row": canonical.clean(dict(told))}


def _clue(clue: Clue) -> dict[str, Json]:
    """A clue by its name, and a hash that changes with anything in it."""
    return {
        "what": "clue",
        "id": clue.id,
        "unit": clue.unit,
        "statement": clue.statement,
        "sha256": canonical.sha256(canonical.clean(asdict(clue)))[:SHORT],
    }


def _results(one: Assessment) -> Iterator[dict[str, Json]]:
    """The conclusion of a unit, its leading hypotheses and its leading areas."""
    end = one.conclusion
    yield {
        "what": "conclusion",
        "unit": one.unit,
        "statement": end.statement,
        "hypothesis": end.hypothesis,
        "rung": end.rung,
        "likelihood": end.likelihood,
        "confidence": end.confidence,
        "probability_ppm": end.probability_ppm,
        "lowest_test": end.lowest_test,
    }
    for row in one.rows:
        if row.stated_ppm >= LEAST_PPM:
            yield {
                "what": "hypothesis",
                "unit": one.unit,
                "id": row.hypothesis.id,
                "stated_ppm": row.stated_ppm,
                "sum_mdb": row.sum_mdb,
            }
    if one.places is not None:
        for areas in (one.places.countries, one.places.provinces, one.places.cities):
            for area in areas[:AREAS_KEPT]:
                yield {
                    "what": "area",
                    "unit": one.unit,
                    "level": area.level,
                    "code": area.code,
                    "name": area.name,
                    "aimed_ppm": area.aimed_ppm,
                }


def latest(entries: Sequence[Entry]) -> str:
    """Name of the table of the last weighing among some lines of a record; empty if none."""
    for entry in reversed(entries):
        if entry.kind == "weigh":
            for ref in tables_in(entry.body):
                if ref is not None and ref.name.startswith(PREFIX):
                    return ref.name
    return ""
