"""STIX 2.1: one bundle. What STIX has no field for stands in an extension or a note.

`confidence` of STIX is filled from the analytic confidence alone (15, 50, 85): the likelihood of
ICD 203 is another thing, and the table of STIX for it has other steps. Term, interval and lowest
test stand in a property extension, and once more as text in a note, because platforms are known to
overwrite `confidence` on import. An area never gets a latitude.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid5

from forensics import words
from forensics.errors import ExportError
from forensics.export.features import assessed_areas, rounded
from forensics.export.handed import NAMESPACE, Handed, inert, json_bytes, kept, save
from forensics.export.stixnotes import notes_and_opinions
from forensics.export.stixparts import AMBER_STRICT, CONFIDENCE, TOOL, sco, sdo
from forensics.model import PointLikelihood
from forensics.show.view import UnitView

NAME = "case.stix.json"
FIXED_TIME = "2025-01-01T00:00:00.000Z"
"""`created` of objects that are the same in every bundle."""
ICD203 = f"extension-definition--{uuid5(NAMESPACE, 'icd203')}"
TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
MOST_OBSERVED = 999_999_999


def write(handed: Handed, out: Path) -> list[Path]:
    """Write the bundle; with the extra `stix` it is read back by the library of OASIS first.

    Raises:
        ExportError: that library refuses it, which would be a defect of this program.
        CaseError: the disk refuses.
    """
    data = json_bytes(bundle(handed))
    if importlib.util.find_spec("stix2") is not None:
        _parse(data, out)
    return [save(out, data)]


def _parse(data: bytes, out: Path) -> None:
    import stix2
    from stix2.exceptions import STIXError

    try:
        stix2.parse(data.decode(), allow_custom=False, version="2.1")
    except STIXError as error:
        first = str(error).splitlines()[0][:200]
        raise ExportError(f"is refused by stix2 ({first})", where=str(out)) from None


def bundle(handed: Handed) -> dict[str, Any]:
    """The bundle as JSON values: definitions, observables, units, notes, then the report."""
    observables = {one["id"]: one for one in _observables(handed)}
    said = [one for unit in handed.seen.units for one in _unit(handed, unit)]
    said += notes_and_opinions(handed, unit_id)
    told = {one["id"]: one for one in said}  # two units may share a location
    refs = [*observables, *told]
    report = sdo(
        handed,
        "report",
        ("report",),
        name=inert(handed.seen.question),
        description=f"State of the case (digest): {handed.digest}. Written by {handed.tool}.",
        report_types=["campaign"],
        published=handed.at,
        object_refs=refs or [TOOL],
    )
    objects = [*_fixed(), *observables.values(), *told.values(), report]
    return {"type": "bundle", "id": f"bundle--{handed.uid('stix')}", "objects": objects}


def unit_id(handed: Handed, unit: str) -> str:
    """Id of the intrusion set that stands for the operators of a unit."""
    return f"intrusion-set--{handed.uid('intrusion-set', unit)}"


def account_id(account: str) -> str:
    """Id of the observable of an account."""
    return str(sco("user-account", {"account_login": account})["id"])


def _fixed() -> list[dict[str, Any]]:
    """The objects that stand in every bundle: who writes, how it is marked, what is extended."""
    common = {"spec_version": "2.1", "created": FIXED_TIME, "modified": FIXED_TIME}
    return [
        {**common, "type": "identity", "id": TOOL, "name": "Gnomon", "identity_class": "system"},
        {
            "type": "marking-definition",
            "spec_version": "2.1",
            "id": AMBER_STRICT,
            "created": "2022-10-01T00:00:00.000Z",
            "name": "TLP:AMBER+STRICT",
            "extensions": {
                TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": "amber+strict"}
            },
        },
        {
            **common,
            "type": "extension-definition",
            "id": ICD203,
            "created_by_ref": TOOL,
            "name": "ICD 203 likelihood",
            "description": "Term and interval of ICD 203 for the lowest standing test; the "
            "analytic confidence stands apart, in words and in `confidence`.",
            "schema": "docs/methods/exports.md in the sources of Gnomon",
            "version": "1.0.0",
            "extension_types": ["property-extension"],
        },
    ]


def _observables(handed: Handed) -> Iterator[dict[str, Any]]:
    """Files as received, then accounts as their posts name them."""
    for item in handed.case.originals():
        key = {"hashes": {"SHA-256": item.sha256}, "name": inert(item.name_as_received) or "-"}
        yield sco("file", key, size=item.size, mime_type=item.media_type)
    for account in handed.seen.accounts:
        yield sco("user-account", {"account_login": account.account})


def _unit(handed: Handed, unit: UnitView) -> Iterator[dict[str, Any]]:
    """A unit, its accounts and posts, and what is said about where it worked."""
    name = unit.assessment.unit
    me = unit_id(handed, name)
    yield sdo(
        handed,
        "intrusion-set",
        (name,),
        name=inert(f"Operators of {name}"),
        description="Whoever ran these accounts; the accounts were put together before the "
        "analysis. No person is named.",
    )
    posts = {one.account: one for one in handed.seen.accounts}
    for account in unit.accounts:
        if account not in posts:
            continue
        seen = posts[account]
        ref = account_id(account)
        yield sdo(
            handed,
            "observed-data",
            (name, account),
            first_observed=_moment(seen.first),
            last_observed=_moment(seen.last),
            number_observed=min(max(seen.posts, 1), MOST_OBSERVED),
            object_refs=[ref],
        )
        yield _tie(handed, "related-to", me, ref)
    yield from _conclusion(handed, unit, me)
    yield from _positions(handed, unit, me)


def _moment(text: str) -> str:
    """`2024-03-05 01:02 UTC`, as the view prints times, in the form of STIX."""
    return f"{text[:10]}T{text[11:16]}:00.000Z"


def _tie(handed: Handed, verb: str, source: str, target: str, **more: Any) -> dict[str, Any]:
    return sdo(
        handed,
        "relationship",
        (verb, source, target),
        relationship_type=verb,
        source_ref=source,
        target_ref=target,
        **more,
    )


def _conclusion(handed: Handed, unit: UnitView, me: str) -> Iterator[dict[str, Any]]:
    """The assessed areas as locations, the tie to them with its extension, and a note of it all."""
    conclusion = unit.assessment.conclusion
    refs = [me]
    if conclusion.likelihood and conclusion.hypothesis:
        for code in assessed_areas(unit):
            where = sdo(handed, "location", (code,), **place(code))
            yield where
            tie = _tie(
                handed,
                "originates-from",
                me,
                where["id"],
                description=inert(conclusion.statement),
                confidence=CONFIDENCE[conclusion.confidence],
                extensions={ICD203: icd203(unit)},
            )
            refs.append(tie["id"])
            yield tie
    parts = [
        conclusion.statement,
        words.confidence_text(conclusion.confidence),
        f"Lowest test: {conclusion.lowest_test}." if conclusion.lowest_test else "",
        *(f"Against: {text}" for text in conclusion.against),
        *(f"Does not say: {text}" for text in conclusion.does_not_say),
    ]
    yield sdo(
        handed,
        "note",
        ("conclusion", unit.assessment.unit),
        abstract=inert(f"Conclusion about {unit.assessment.unit}"),
        content="\n".join(inert(part) for part in parts if part),
        object_refs=refs,
        confidence=CONFIDENCE[conclusion.confidence],
    )


def icd203(unit: UnitView) -> dict[str, Any]:
    """What ICD 203 keeps apart: term with its interval, and the confidence in it."""
    conclusion = unit.assessment.conclusion
    low, high = term_percent(conclusion.likelihood or "")
    return kept(
        {
            "extension_type": "property-extension",
            "term": conclusion.likelihood,
            "term_low_percent": low,
            "term_high_percent": high,
            "lowest_test_ppm": conclusion.probability_ppm,
            "lowest_test": inert(conclusion.lowest_test),
            "rung": conclusion.rung,
            "analytic_confidence": conclusion.confidence,
        }
    )


def term_percent(term: str) -> tuple[int, int]:
    """Ends of the interval that ICD 203 gives a term, in percent: `likely` gives 55 and 80."""
    numbers = [int(part) for part in words.term_range(term).replace("%", "").split() if
               part.isdigit()]  # fmt: skip
    return numbers[0], numbers[-1]


def place(code: str) -> dict[str, str]:
    """Fields of a location for an area: its codes, and never a point in it."""
    found = {"name": code, "country": code[:2]}
    if "-" in code:
        found["administrative_area"] = code.partition(".")[0]
    if "." in code:
        from forensics.reference.places import load_areas

        area = load_areas().get(code)
        found["city"] = inert(area.name) if area else code
    return found


def _positions(handed: Handed, unit: UnitView, me: str) -> Iterator[dict[str, Any]]:
    """Clues that name a point: a location with its precision in metres, tied by a note."""
    for item in unit.clues:
        likelihood = item.clue.likelihood
        if not isinstance(likelihood, PointLikelihood):
            continue
        lat, lon = rounded(likelihood.position)
        where = sdo(
            handed,
            "location",
            (unit.assessment.unit, item.clue.id),
            name=item.number,
            latitude=lat,
            longitude=lon,
            precision=float(likelihood.position.radius_m),
        )
        yield where
        yield sdo(
            handed,
            "note",
            ("position", unit.assessment.unit, item.clue.id),
            abstract=f"Where the position of {item.number} comes from",
            content=inert(item.clue.statement),
            object_refs=[where["id"], me],
        )
