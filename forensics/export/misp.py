"""A MISP event: files by hash, accounts, positions as geolocation objects, conclusions as text.

Nothing is marked for detection (`to_ids` is false), the event is not published, and it goes to the
own organisation only: whoever shares it decides that by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from forensics import words
from forensics.clock import instant
from forensics.export.features import rounded
from forensics.export.handed import Handed, inert, json_bytes, save
from forensics.model import PointLikelihood, Position
from forensics.show.view import UnitView

NAME = "misp-event.json"
GEOLOCATION = ("geolocation", "cd6f2238-ba55-4888-82c4-104e6e1acf21", "8", "misc")
FILE = ("file", "688c46fb-5edb-40a3-8273-1af7923e2215", "25", "file")
ACCOUNT = ("user-account", "49606b06-22f0-4ac8-8eee-2f12ad46f3d3", "6", "misc")
ANNOTATION = ("annotation", "5d8dc046-15a1-4ca3-a09f-ed4ede7c4487", "3", "misc")
"""Templates of objects: name, id, version and category, as MISP publishes them."""
MISP_TERMS = {
    "almost no chance": "almost-no-chance",
    "very unlikely": "very-unlikely",
    "unlikely": "unlikely",
    "roughly even chance": "roughly-even-chance",
    "likely": "likely",
    "very likely": "very-likely",
    "almost certain": "almost-certain",
}
"""ICD 203 term -> value of the taxonomy `estimative-language`."""


def write(handed: Handed, out: Path) -> list[Path]:
    """Write the event.

    Raises:
        CaseError: the disk refuses.
    """
    return [save(out, json_bytes({"Event": event(handed)}))]


def event(handed: Handed) -> dict[str, Any]:
    """The event as JSON values."""
    seconds = instant(handed.at, clock_writer="unknown").utc_us // 1_000_000
    objects = [*_files(handed), *_accounts(handed)]
    for unit in handed.seen.units:
        objects += _unit(handed, unit)
    return {
        "uuid": handed.uid("misp"),
        "info": inert(handed.seen.question),
        "date": handed.at[:10],
        "timestamp": str(seconds),
        "threat_level_id": "4",
        "analysis": "2",
        "distribution": "0",
        "published": False,
        "Tag": [_tag("tlp:amber+strict")],
        "Attribute": [
            {
                **_attribute(
                    handed.uid("misp", "digest"),
                    "text",
                    "Internal reference",
                    f"gnomon digest {handed.digest}",
                    comment=handed.tool,
                ),
                "timestamp": str(seconds),
            }
        ],
        "Object": [_dated(one, seconds) for one in objects],
    }


def _tag(name: str) -> dict[str, str]:
    return {"name": name}


def _attribute(
    uid: str, kind: str, category: str, value: str, *, comment: str = ""
) -> dict[str, Any]:
    return {
        "uuid": uid,
        "type": kind,
        "category": category,
        "value": value,
        "comment": comment,
        "to_ids": False,
        "disable_correlation": True,
        "distribution": "5",
    }


def _object(
    handed: Handed,
    template: tuple[str, str, str, str],
    key: tuple[object, ...],
    fields: list[tuple[str, str, str, str]],
    tags: tuple[str, ...] = (),
) -> dict[str, Any]:
    """An object of a template; fields as (relation, type, category, value), empty ones left out."""
    name, template_id, version, category_of = template
    rows: list[dict[str, Any]] = []
    for relation, kind, category, value in fields:
        if value == "":
            continue
        row = _attribute(handed.uid("misp", name, *key, relation), kind, category, value)
        row["object_relation"] = relation
        if tags and not rows:
            row["Tag"] = [_tag(tag) for tag in tags]
        rows.append(row)
    return {
        "uuid": handed.uid("misp", name, *key),
        "name": name,
        "template_uuid": template_id,
        "template_version": version,
        "meta-category": category_of,
        "distribution": "5",
        "Attribute": rows,
    }


def _dated(one: dict[str, Any], seconds: int) -> dict[str, Any]:
    for row in one["Attribute"]:
        row["timestamp"] = str(seconds)
    return {**one, "timestamp": str(seconds)}


def _files(handed: Handed) -> Iterator[dict[str, Any]]:
    for item in handed.case.originals():
        yield _object(
            handed,
            FILE,
            (item.sha256, item.name_as_received),
            [
                ("filename", "filename", "Payload delivery", inert(item.name_as_received)),
                ("sha256", "sha256", "Payload delivery", item.sha256),
                ("size-in-bytes", "size-in-bytes", "Other", str(item.size)),
                ("mimetype", "mime-type", "Artifacts dropped", item.media_type),
            ],
        )


def _accounts(handed: Handed) -> Iterator[dict[str, Any]]:
    for one in handed.seen.accounts:
        fields = [("username", "text", "Other", inert(one.account))]
        fields.append(("description", "text", "Other", f"{one.posts} posts"))
        yield _object(handed, ACCOUNT, (one.account,), fields)


def _unit(handed: Handed, unit: UnitView) -> Iterator[dict[str, Any]]:
    conclusion = unit.assessment.conclusion
    name = unit.assessment.unit
    tags = [f'estimative-language:confidence-in-analytic-judgment="{conclusion.confidence}"']
    if conclusion.likelihood in MISP_TERMS:
        term = MISP_TERMS[conclusion.likelihood]
        tags.append(f'estimative-language:likelihood-probability="{term}"')
    text = f"{conclusion.statement} {words.confidence_text(conclusion.confidence)}"
    yield _object(
        handed, ANNOTATION, ("conclusion", name),
        [("text", "text", "Other", inert(text)), ("type", "text", "Other", "Conclusion")],
        tuple(tags),
    )  # fmt: skip
    for item in unit.clues:
        tags = _grade(item.clue.grade)
        key = ("clue", name, item.clue.id)
        says = inert(f"{item.number}: {item.clue.statement}")
        yield _object(
            handed, ANNOTATION, key,
            [("text", "text", "Other", says), ("type", "text", "Other", "Other")], tuple(tags),
        )  # fmt: skip
        if isinstance(item.clue.likelihood, PointLikelihood):
            yield _position(handed, key, says, item.clue.likelihood.position)


def _grade(grade: str) -> list[str]:
    """Admiralty pair as tags: `F6` gives source reliability f and credibility 6."""
    return [
        f'admiralty-scale:source-reliability="{grade[:1].lower()}"',
        f'admiralty-scale:information-credibility="{grade[1:2]}"',
    ]


def _position(
    handed: Handed, key: tuple[object, ...], says: str, where: Position
) -> dict[str, Any]:
    """A point with its radius; MISP counts the radius in kilometres."""
    lat, lon = rounded(where)
    radius = f"{where.radius_m // 1000}.{where.radius_m % 1000:03d}"
    return _object(
        handed,
        GEOLOCATION,
        key,
        [
            ("latitude", "float", "Other", repr(lat)),
            ("longitude", "float", "Other", repr(lon)),
            ("accuracy-radius", "float", "Other", radius),
            ("text", "text", "Other", says),
        ],
    )
