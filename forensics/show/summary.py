"""`summary.json`: the numbers of the report for programs, canonical and stable.

Schema `gnomon.summary/1`. Integers carry their unit in the key (`_ppm`, `_mdb`, `_m`, `_udeg`);
there are no floats and no times of the run. Text stands as it was found, unmarked and uncut: it is
data, and whoever shows it must treat it as hostile. docs/methods/report.md lists every key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from forensics.errors import ShowError
from forensics.model import (
    AreaLikelihood,
    CountryLikelihood,
    KindLikelihood,
    Likelihood,
    PointLikelihood,
    RowLikelihood,
    SunLikelihood,
)
from forensics.show.areamaps import leading
from forensics.show.imagesummary import images_summary
from forensics.show.page import write_text
from forensics.show.view import ClueView, HoursFigure, ReportView, UnitView
from forensics.weigh.assessment import Assessment

SCHEMA = "gnomon.summary/1"


def write_summary(view: ReportView, path: Path) -> Path:
    """The path, after the summary was written there in one step.

    Raises:
        ShowError: the view holds a float or cannot be written.
    """
    return write_text(path, summary_text(view))


def summary_text(view: ReportView) -> str:
    """The summary as canonical JSON with a line feed at its end: sorted keys, no spaces."""
    value = summary(view)
    _refuse_floats(value, "summary")
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace") + "\n"


def summary(view: ReportView) -> dict[str, Any]:
    """The summary as plain values."""
    return {
        "schema": SCHEMA,
        "tool": view.tool,
        "question": view.question,
        "digest": view.digest,
        "period": view.period,
        "integrity": asdict(view.integrity),
        "counts": {
            "units": len(view.units),
            "accounts": len(view.accounts),
            "images": len(view.images),
            "sources": len(view.sources),
            "rows_present": sum(source.rows_present for source in view.sources),
            "rows_read": sum(source.rows_read for source in view.sources),
            "rows_refused": sum(source.rows_refused for source in view.sources),
            "refusals": sum(refusal.n for refusal in view.refusals),
        },
        "refusals": [
            {"reason": r.reason, "n": r.n, "share_ppm": r.share_ppm, "of": r.of}
            for r in view.refusals
        ],
        "assumptions": [asdict(assumption) for assumption in view.assumptions],
        "sources": [asdict(source) for source in view.sources],
        "images": images_summary(view),
        "collection": view.collection.as_json(),
        "units": [_unit(unit) for unit in view.units],
        "controls": None if view.controls is None else asdict(view.controls),
        "ties": view.ties.as_json(),
        "groups": view.groups.as_json(),
        "same_place": [asdict(pair) for pair in view.same_place],
        "people": asdict(view.people),
        "reviews": [asdict(review) for review in view.reviews],
        "regrades": [asdict(regrade) for regrade in view.regrades],
        "versions": dict(view.versions),
        "attributions": list(view.attributions),
    }


def _unit(unit: UnitView) -> dict[str, Any]:
    """One unit with its table, tests, places, hours, clues and findings."""
    assessment = unit.assessment
    return {
        "unit": assessment.unit,
        "accounts": assessment.accounts,
        "account_names": list(unit.accounts),
        "posts": assessment.posts,
        "leader": leading(assessment),
        "conclusion": asdict(assessment.conclusion),
        "rows": _rows(assessment),
        "group_numbers": [dict(row) for row in unit.group_numbers],
        "groups": [
            {
                "id": group.id,
                "label": group.label,
                "clues": [clue.id for clue in group.clues],
                "set_by": group.set_by,
                "planted_chance_ppm": group.planted_chance_ppm,
                "ceiling_mdb": group.ceiling_mdb,
                "support_mdb": group.support_mdb,
                "wrong_ppm": group.wrong_ppm,
                "basis": group.basis,
                "cost": group.cost,
                "days": group.days,
                "moved_ppm": group.moved_ppm,
                "left_ppm": group.left_ppm,
                "valid_from": group.valid_from,
                "valid_to": group.valid_to,
            }
            for group in assessment.groups
        ],
        "weights": [asdict(weight) for weight in assessment.weights],
        "tests": [asdict(test) for test in assessment.tests],
        "places": None if assessment.places is None else asdict(assessment.places),
        "hours": [_hours(figure) for figure in unit.hours],
        "clues": [_clue(item) for item in unit.clues],
        "claimed": [asdict(item) for item in unit.claimed],
        "findings": [
            {"finder": f.finder, "status": f.status, "statement": f.statement,
             "limits": list(f.limits)}
            for f in unit.findings
        ],
        "faking": None if assessment.faking is None else asdict(assessment.faking),
        "kinds": [asdict(cell) for cell in assessment.kinds],
        "set_aside": list(assessment.aside),
        "notes": list(assessment.notes),
    }  # fmt: skip


def _rows(assessment: Assessment) -> list[dict[str, Any]]:
    """Hypotheses with sums and probabilities."""
    return [
        {
            **asdict(row.hypothesis),
            "sum_mdb": row.sum_mdb,
            "equal_ppm": row.equal_ppm,
            "stated_ppm": row.stated_ppm,
        }
        for row in assessment.rows
    ]


def _hours(figure: HoursFigure) -> dict[str, Any]:
    """Counts per hour of the week and the zones that cannot be told apart."""
    return {
        "split": figure.split,
        "zone_label": figure.zone_label,
        "n": figure.n,
        "n_all": figure.n_all,
        "counts_utc": list(figure.counts_utc),
        "counts_local": list(figure.counts_local),
        "zone_sets": [asdict(item) for item in figure.zone_sets],
        "alternatives": list(figure.alternatives),
    }


def _clue(item: ClueView) -> dict[str, Any]:
    """One clue with what it says and the observations it rests on."""
    clue = item.clue
    return {
        "number": item.number,
        "id": clue.id,
        "kind": clue.kind,
        "statement": clue.statement,
        "group": item.group or None,
        "role": clue.role,
        "set_by": clue.set_by,
        "category": clue.category,
        "grade": clue.grade,
        "access": clue.access,
        "planted_chance_ppm": clue.planted_chance_ppm,
        "says": _says(clue.likelihood),
        "command": item.command,
        "numbers": dict(item.numbers),
        "observations": [
            {
                "id": seen.id,
                "statement": seen.statement,
                "value": seen.value,
                "interval": None if seen.interval is None else list(seen.interval),
                "unit": seen.unit,
                "rows_total": seen.rows_total,
                "rows": [[ref.original, ref.row] for ref in seen.rows],
                "method": seen.method,
                "version": seen.version,
                "settings": dict(seen.settings),
                "seed": seen.seed,
            }
            for seen in item.observations
        ],
    }


def _says(likelihood: Likelihood) -> dict[str, Any]:
    """The likelihood of a clue: about areas, a point, zones, or kinds of hypotheses."""
    if isinstance(likelihood, AreaLikelihood):
        return {"areas": list(likelihood.areas), "miss_ppm": likelihood.miss_ppm}
    if isinstance(likelihood, PointLikelihood):
        where = likelihood.position
        return {
            "lat_udeg": where.lat_udeg,
            "lon_udeg": where.lon_udeg,
            "radius_m": where.radius_m,
        }
    if isinstance(likelihood, SunLikelihood):
        return {"sun": asdict(likelihood)}
    if isinstance(likelihood, RowLikelihood):
        return {"rows_mdb": {name: list(ends) for name, ends in likelihood.rows.items()}}
    about = "zones_mdb"
    if isinstance(likelihood, KindLikelihood | CountryLikelihood):
        about = "kinds_mdb" if isinstance(likelihood, KindLikelihood) else "countries_mdb"
    return {about: dict(likelihood.mdb)}


def _refuse_floats(value: Any, where: str) -> None:
    """Floats print differently elsewhere; none may enter a file that is compared byte for byte.

    Raises:
        ShowError: there is one; the message says where.
    """
    if isinstance(value, float):
        raise ShowError("a float stands where only integers may", where=where)
    if isinstance(value, Mapping):
        for key, item in value.items():
            _refuse_floats(item, f"{where}.{key}")
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for number, item in enumerate(value):
            _refuse_floats(item, f"{where}[{number}]")
