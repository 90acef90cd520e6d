"""The JSON of `gnomon hours`: one object, written unit by unit so that its size does not matter."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from forensics import clock
from forensics.clues.hours.answer import HoursAnswer, alternatives
from forensics.clues.hours.finding import model_settings, versions
from forensics.clues.times import UnitTimes
from forensics.model import Finding, Json
from forensics.read import Reading
from forensics.read.refused import refusal_counts
from forensics.reference.templates import library
from forensics.reference.zones import candidate_offsets
from forensics.version import __version__

DIGITS = 6
LISTED_FROM = 0.005
"""Zone classes are listed from this probability under either prior."""
LISTED_FROM_INSUFFICIENT = 0.05
"""The same where nothing is claimed; thousands of small units would list the whole world."""


def meta(reading: Reading, told: Mapping[str, Json]) -> dict[str, Any]:
    """Versions, settings, files with their hashes, and what was refused."""
    return {
        "tool": "gnomon",
        "version": __version__,
        "versions": versions(),
        "zone_database": clock.ZONE_DATABASE,
        "library": library().version,
        "settings": {
            **told,
            **model_settings(),
            "zones_listed_from": [LISTED_FROM, LISTED_FROM_INSUFFICIENT],
        },
        "files": [
            {
                "name": source.name,
                "sha256": source.original,
                "reader": source.reader,
                "format": source.format,
                "rows_present": source.rows_present,
                "rows_read": source.rows_read,
                "rows_refused": source.rows_refused,
                "columns": dict(source.columns),
                "clock": source.clock.statement,
                "assumption": source.clock.assumption,
                "notes": list(source.notes),
            }
            for source in reading.sources
        ],
        "refused": {
            "rows": sum(source.rows_refused for source in reading.sources),
            "files": len(reading.refused),
            "reasons": refusal_reasons(reading),
        },
    }


def refusal_reasons(reading: Reading) -> dict[str, int]:
    """Reason -> how often, over all files."""
    return {reason: number for reason, number, _ in refusal_counts(reading.refusals)}


def unit_object(times: UnitTimes) -> dict[str, Any]:
    """One unit; the sets are given also where the answer is insufficient."""
    answer = times.hours
    activity = times.posts.activity
    said = {one.finder: statement(one) for one in times.findings()}
    countries = said["calendar"].pop("countries", [])
    uniform, population = answer.offset_p
    return {
        "unit": activity.unit,
        "n_posts": activity.n_posts,
        "n_active_hours": activity.n_active_hours,
        "n_active_days": activity.n_active_days,
        "status": answer.status,
        "offsets": [
            {
                "offset_min": offset,
                "p_uniform": round(float(first), DIGITS),
                "p_population": round(float(second), DIGITS),
            }
            for offset, first, second in zip(candidate_offsets(), uniform, population, strict=False)
        ],
        "set80_uniform": sorted(answer.set80[0]),
        "set80_population": sorted(answer.set80[1]),
        "set80_others_uniform": sorted(answer.set80_others[0]),
        "set80_others_population": sorted(answer.set80_others[1]),
        "point_min": answer.point_min,
        "point_reason": answer.point_reason,
        "zones": _zones(answer),
        "alternatives": [
            {"offset_min": offset, "shift_h": shift / 60}
            for offset, shift in alternatives(answer.best_min)
        ],
        "evidence": {
            "clock_changes": said["clock_changes"],
            "calendar": countries,
            "calendar_answer": said["calendar"],
            "audience": said["audience"],
            "automation": said["automation"],
            "splits": said["splits"],
            "hands": said["hands"],
            "previous_owner": said.get("previous_owner"),
            "rivals": said["rivals"],
        },
        "identifiability": said["identifiability"],
        "segments": said["segments"],
        "limits": [*answer.reasons, *answer.limits],
    }


def statement(finding: Finding) -> dict[str, Any]:
    """A statement with its status, its numbers (ppm, milli-decibans, minutes) and its limits."""
    return {
        "status": finding.status,
        "statement": finding.statement,
        **finding.details,
        "limits": list(finding.limits),
    }


def _zones(answer: HoursAnswer) -> list[dict[str, Any]]:
    """Zone classes that are not negligible, the most probable by population first."""
    if answer.classes is None:
        return []
    least = LISTED_FROM if answer.status == "found" else LISTED_FROM_INSUFFICIENT
    rows = zip(answer.classes.labels(), answer.classes.names, *answer.class_p, strict=True)
    found = [
        {
            "zone_class": label,
            "members": list(names),
            "p_uniform": round(float(uniform), DIGITS),
            "p_population": round(float(population), DIGITS),
        }
        for label, names, uniform, population in rows
        if max(uniform, population) >= least
    ]
    return sorted(found, key=lambda row: (-row["p_population"], row["zone_class"]))


def pieces(about: Mapping[str, Any], answers: Iterable[UnitTimes]) -> Iterator[str]:
    """The object as text, in pieces: `{"meta": ..., "units": [...]}`."""
    yield f'{{"meta": {_dumps(about)},\n"units": ['
    for number, answer in enumerate(answers):
        yield (",\n" if number else "\n") + _dumps(unit_object(answer))
    yield "\n]}\n"


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
