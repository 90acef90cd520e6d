"""RO-Crate 1.1: a folder with the tables as CSV and `ro-crate-metadata.json` beside them.

Each step of the record becomes a `CreateAction` (used, generated, by whom, with what, when), in the
words of PROV as the profile for workflow runs maps them. What does not lie in the crate (originals,
Parquet) is named by its hash (`ni:` address of RFC 6920), so that it can be matched later. Readers
of crates check no hashes: `gnomon verify` does.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from forensics.case.files import sha256_of
from forensics.export import csvfiles
from forensics.export.handed import Handed, inert, json_bytes, kept, save
from forensics.export.provenance import Made, actions

NAME = "ro-crate"
METADATA = "ro-crate-metadata.json"
CONTEXT = "https://w3id.org/ro/crate/1.1/context"
TERMS = {
    "sha256": "https://w3id.org/ro/terms/workflow-run#sha256",
    "used": "http://www.w3.org/ns/prov#used",
    "wasGeneratedBy": "http://www.w3.org/ns/prov#wasGeneratedBy",
    "wasAssociatedWith": "http://www.w3.org/ns/prov#wasAssociatedWith",
}
"""Terms beside those of RO-Crate 1.1, with their addresses."""
LICENCE = "The case is the property of whoever made it: no licence to publish it is given."


def write(handed: Handed, out: Path) -> list[Path]:
    """Write the crate.

    Raises:
        ExportError: a table cannot be read.
        CaseError: the disk refuses.
    """
    files = csvfiles.write(handed, out)
    return [save(out / METADATA, json_bytes(crate(handed, files))), *files]


def crate(handed: Handed, files: list[Path]) -> dict[str, Any]:
    """The metadata as JSON-LD: flat, as the specification wants it."""
    made = list(actions(handed))
    hashes = {path: sha256_of(path) for path in files}
    away = {sha256: name for action in made for name, sha256 in action.gave}
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": inert(handed.case.question),
        "description": f"A case of Gnomon as tables. State of the case (digest): {handed.digest}.",
        "datePublished": handed.at,
        "license": LICENCE,
        "identifier": f"urn:uuid:{handed.uid('ro-crate')}",
        "hasPart": [{"@id": path.name} for path in files],
        "mentions": [{"@id": _action_id(action)} for action in made] + [{"@id": "#export"}],
    }
    descriptor = {
        "@id": METADATA,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
    }
    graph = [descriptor, root, *(_file(path, *hashes[path]) for path in files)]
    graph += [_away(handed, sha256, name) for sha256, name in sorted(away.items())]
    graph += [_tool(name) for name in sorted({*(one.tool for one in made), handed.tool})]
    graph += [_agent(name) for name in sorted({one.who for one in made if one.who})]
    graph += [_action(one) for one in made]
    graph.append(_export(handed, files, made))
    return {"@context": [CONTEXT, TERMS], "@graph": graph}


def _file(path: Path, sha256: str, size: int) -> dict[str, Any]:
    return {
        "@id": path.name,
        "@type": "File",
        "name": path.name,
        "contentSize": str(size),
        "encodingFormat": "text/csv" if path.suffix == ".csv" else "text/plain",
        "sha256": sha256,
        "wasGeneratedBy": {"@id": "#export"},
    }


def address(sha256: str) -> str:
    """The address of something by its hash alone: `ni:///sha-256;...` of RFC 6920."""
    digest = base64.urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip("=")
    return f"ni:///sha-256;{digest}"


def _away(handed: Handed, sha256: str, name: str) -> dict[str, Any]:
    """Something that exists but does not lie in the crate."""
    sizes = {item.sha256: item for item in handed.case.originals()}
    item = sizes.get(sha256)
    return kept(
        {
            "@id": address(sha256),
            "@type": "CreativeWork",
            "name": inert(name),
            "description": "Not in this crate; named by its SHA-256.",
            "sha256": sha256,
            "contentSize": str(item.size) if item else None,
            "encodingFormat": item.media_type if item else None,
        }
    )


def _tool(name: str) -> dict[str, Any]:
    program, _, version = name.partition(" ")
    return {
        "@id": _id("tool", name),
        "@type": "SoftwareApplication",
        "name": program,
        "softwareVersion": version,
    }


def _agent(name: str) -> dict[str, Any]:
    return {"@id": _id("agent", name), "@type": "Person", "name": inert(name)}


def _id(kind: str, name: str) -> str:
    """A local id that holds no foreign text."""
    return f"#{kind}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def _action_id(one: Made) -> str:
    return f"#line-{one.line}"


def _action(one: Made) -> dict[str, Any]:
    used = [{"@id": address(sha256)} for sha256 in one.used]
    agent = {"@id": _id("agent", one.who)} if one.who else None
    return kept(
        {
            "@id": _action_id(one),
            "@type": "CreateAction",
            "name": f"{one.says} (line {one.line} of the record)",
            "endTime": one.at,
            "instrument": {"@id": _id("tool", one.tool)},
            "agent": agent,
            "wasAssociatedWith": agent,
            "object": used,
            "used": used,
            "result": list(_refs(one)),
        }
    )


def _refs(one: Made) -> Iterator[dict[str, str]]:
    yield from ({"@id": address(sha256)} for sha256 in dict.fromkeys(h for _, h in one.gave))


def _export(handed: Handed, files: list[Path], made: list[Made]) -> dict[str, Any]:
    """The action that made the files of the crate, out of the tables as last made."""
    tables = {name: sha256 for one in made for name, sha256 in one.gave if one.kind != "ingest"}
    used = [
        {"@id": address(sha256)} for name, sha256 in tables.items() if name.startswith("tables/")
    ]
    return {
        "@id": "#export",
        "@type": "CreateAction",
        "name": "Wrote the tables as CSV",
        "endTime": handed.at,
        "instrument": {"@id": _id("tool", handed.tool)},
        "object": used,
        "used": used,
        "result": [{"@id": path.name} for path in files],
    }
