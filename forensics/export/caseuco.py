"""CASE 1.x / UCO JSON-LD: originals with hashes, provenance, actions, positions, accounts.

Written for laboratories that keep an evidence graph. What is concluded is not in it: CASE has no
place for a likelihood with its tests, and half of one would mislead. STIX and the tables have it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from forensics.export.features import rounded
from forensics.export.handed import NAMESPACE, Handed, inert, json_bytes, kept, save
from forensics.export.provenance import Made, actions
from forensics.model import Image, Original

NAME = "case-uco.jsonld"
_UCO = "https://ontology.unifiedcyberontology.org/uco"
CONTEXT = {
    "kb": f"urn:gnomon:{NAMESPACE}:",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": f"{_UCO}/action/",
    "uco-core": f"{_UCO}/core/",
    "uco-identity": f"{_UCO}/identity/",
    "uco-location": f"{_UCO}/location/",
    "uco-observable": f"{_UCO}/observable/",
    "uco-tool": f"{_UCO}/tool/",
    "uco-types": f"{_UCO}/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def write(handed: Handed, out: Path) -> list[Path]:
    """Write the graph.

    Raises:
        CaseError: the disk refuses.
    """
    return [save(out, json_bytes(graph(handed)))]


def graph(handed: Handed) -> dict[str, Any]:
    """The graph as JSON-LD."""
    made = list(actions(handed))
    items: list[dict[str, Any]] = []
    names: dict[str, str] = {}
    collected = _collected(handed)
    for number, original in enumerate(handed.case.originals(), start=1):
        names.setdefault(original.sha256, _ref(handed, "file", original.sha256))
        items += _original(handed, original, number, collected.get(original.sha256, ()))
    for name, sha256 in ((n, h) for one in made for n, h in one.gave if h not in names):
        names.setdefault(sha256, _ref(handed, "file", sha256))
        items.append(_file(handed, sha256, name))
    items += [one for image in handed.seen.images for one in _places(handed, image)]
    items += [_account(handed, one.account) for one in handed.seen.accounts]
    items += [_tool(handed, name) for name in sorted({one.tool for one in made})]
    items += [_person(handed, name) for name in sorted({one.who for one in made if one.who})]
    steps = [_action(handed, one, names) for one in made]
    items += steps
    items.append(
        {
            "@id": _ref(handed, "investigation"),
            "@type": "case-investigation:Investigation",
            "uco-core:name": inert(handed.case.question),
            "uco-core:description": f"State of the case (digest): {handed.digest}",
            "uco-core:object": [{"@id": step["@id"]} for step in steps],
        }
    )
    unique = {item["@id"]: item for item in items}
    return {"@context": CONTEXT, "@graph": list(unique.values())}


def _ref(handed: Handed, kind: str, *key: object) -> str:
    return f"kb:{kind}-{handed.uid('case', kind, *key)}"


def _typed(kind: str, value: object) -> dict[str, str]:
    return {"@type": f"xsd:{kind}", "@value": str(value)}


def _file(
    handed: Handed, sha256: str, name: str, original: Original | None = None
) -> dict[str, Any]:
    """A file by its hash, with name and size as far as they are known."""
    content = {
        "@id": _ref(handed, "content", sha256),
        "@type": "uco-observable:ContentDataFacet",
        "uco-observable:hash": [
            {
                "@id": _ref(handed, "hash", sha256),
                "@type": "uco-types:Hash",
                "uco-types:hashMethod": "SHA256",
                "uco-types:hashValue": _typed("hexBinary", sha256.upper()),
            }
        ],
        "uco-observable:mimeType": original.media_type if original else None,
        "uco-observable:sizeInBytes": _typed("integer", original.size) if original else None,
    }
    about = {
        "@id": _ref(handed, "name", sha256),
        "@type": "uco-observable:FileFacet",
        "uco-observable:fileName": inert(name),
    }
    return {
        "@id": _ref(handed, "file", sha256),
        "@type": "uco-observable:File",
        "uco-core:hasFacet": [kept(content), about],
    }


COLLECTION = "collection.jsonl"
_SAID = (("from", "source_url"), ("by", "collector"), ("with", "tool"), ("at", "captured_at"))


def _collected(handed: Handed) -> dict[str, list[str]]:
    """File -> what collection logs say of it, in words; hashes that do not fit are named."""
    found: dict[str, list[str]] = {}
    if not (handed.case.tables / COLLECTION).is_file():
        return found
    for row in handed.case.read_table(COLLECTION):
        if row["kind"] not in ("item", "itself") or not row["original"]:
            continue
        said = [f"{word} {row[name]}" for word, name in _SAID if row[name]]
        fits = ", STATED HASH DOES NOT FIT" if row["hash"] == "mismatch" else ""
        text = f"collected {' '.join(said)} (claimed by {row['log_name']}{fits})"
        found.setdefault(str(row["original"]), []).append(text)
    return found


def _original(
    handed: Handed, original: Original, number: int, collected: Sequence[str] = ()
) -> Iterator[dict[str, Any]]:
    """A file as received, and the line that says so: exhibit numbers count by name."""
    yield _file(handed, original.sha256, original.name_as_received, original)
    claims = (original.received_from, original.received_by, original.how, original.received_at)
    yield kept(
        {
            "@id": _ref(handed, "provenance", original.sha256, original.name_as_received),
            "@type": "case-investigation:ProvenanceRecord",
            "case-investigation:exhibitNumber": f"E{number}",
            "uco-core:name": inert(original.name_as_received),
            "uco-core:description": inert("; ".join(one for one in (*claims, *collected) if one))
            or None,
            "uco-core:object": [{"@id": _ref(handed, "file", original.sha256)}],
        }
    )


def _places(handed: Handed, image: Image) -> Iterator[dict[str, Any]]:
    """Positions that an image claims; the radius stands in words: UCO has no field for it."""
    for number, where in enumerate(image.positions):
        lat, lon = rounded(where)
        at = _ref(handed, "location", image.original, number)
        yield {
            "@id": at,
            "@type": "uco-location:Location",
            "uco-core:description": f"within {where.radius_m} m; claimed by the file "
            f"({inert(where.basis)})",
            "uco-core:hasFacet": [
                {
                    "@id": _ref(handed, "latlong", image.original, number),
                    "@type": "uco-location:LatLongCoordinatesFacet",
                    "uco-location:latitude": _typed("decimal", f"{lat:.6f}"),
                    "uco-location:longitude": _typed("decimal", f"{lon:.6f}"),
                }
            ],
        }
        yield {
            "@id": _ref(handed, "located", image.original, number),
            "@type": "uco-core:Relationship",
            "uco-core:source": {"@id": _ref(handed, "file", image.original)},
            "uco-core:target": {"@id": at},
            "uco-core:kindOfRelationship": "Claims_Position",
            "uco-core:isDirectional": True,
        }


def _account(handed: Handed, account: str) -> dict[str, Any]:
    return {
        "@id": _ref(handed, "account", account),
        "@type": "uco-observable:DigitalAccount",
        "uco-core:hasFacet": [
            {
                "@id": _ref(handed, "login", account),
                "@type": "uco-observable:DigitalAccountFacet",
                "uco-observable:accountLogin": inert(account),
            }
        ],
    }


def _tool(handed: Handed, name: str) -> dict[str, Any]:
    program, _, version = name.partition(" ")
    return {
        "@id": _ref(handed, "tool", name),
        "@type": "uco-tool:Tool",
        "uco-core:name": program,
        "uco-tool:version": version,
    }


def _person(handed: Handed, name: str) -> dict[str, Any]:
    return {
        "@id": _ref(handed, "person", name),
        "@type": "uco-identity:Identity",
        "uco-core:name": inert(name),
    }


def _action(handed: Handed, one: Made, names: dict[str, str]) -> dict[str, Any]:
    used = [{"@id": names[sha256]} for sha256 in one.used if sha256 in names]
    gave = [{"@id": names[sha256]} for sha256 in dict.fromkeys(h for _, h in one.gave)]
    return kept(
        {
            "@id": _ref(handed, "action", one.line),
            "@type": "case-investigation:InvestigativeAction",
            "uco-core:name": one.says,
            "uco-core:description": f"line {one.line} of the record",
            "uco-action:endTime": _typed("dateTime", one.at),
            "uco-action:performer": {"@id": _ref(handed, "person", one.who)} if one.who else None,
            "uco-action:instrument": [{"@id": _ref(handed, "tool", one.tool)}],
            "uco-action:object": used,
            "uco-action:result": gave,
        }
    )
