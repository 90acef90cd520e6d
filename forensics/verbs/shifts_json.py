"""The JSON of `gnomon shifts`: one object, written unit by unit so that size does not matter."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from forensics.clues.rota import finding as rota
from forensics.clues.shifts import finding as shifts
from forensics.clues.shifts.finding import versions
from forensics.job.ask.about_shifts import UnitShifts
from forensics.model import Finding, Json
from forensics.read import Reading
from forensics.verbs.hours_json import meta as hours_meta


def meta(reading: Reading, told: Mapping[str, Json]) -> dict[str, Any]:
    """Versions, settings, files with their hashes, and what was refused."""
    found = hours_meta(reading, told)
    return {**found, "versions": versions(), "settings": dict(told)}


def unit_object(unit: UnitShifts) -> dict[str, Any]:
    """One unit: the shift and the rota, with all their numbers as integers."""
    return {
        "unit": unit.shift.activity.unit,
        "n_posts": unit.shift.activity.n_posts,
        "zone": unit.shift.zone,
        "zone_given": unit.zone_given,
        "hours_status": unit.hours.status,
        "hours_set80": sorted(unit.hours.headline),
        "shift": _part(shifts.finding(unit.shift)),
        "rota": _part(rota.finding(unit.rota)),
    }


def _part(finding: Finding) -> dict[str, Any]:
    return {
        "status": finding.status,
        "statement": finding.statement,
        "limits": list(finding.limits),
        **finding.details,
    }


def pieces(about: Mapping[str, Any], answers: Iterable[UnitShifts]) -> Iterator[str]:
    """The object as text, in pieces: `{"meta": ..., "units": [...]}`."""
    yield f'{{"meta": {_dumps(about)},\n"units": ['
    for number, answer in enumerate(answers):
        yield (",\n" if number else "\n") + _dumps(unit_object(answer))
    yield "\n]}\n"


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
