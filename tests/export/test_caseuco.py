"""The CASE graph: unique ids, no dangling reference, hashes of the originals, text inert."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from forensics.export import caseuco
from forensics.export.handed import Handed


@pytest.fixture(scope="module")
def graph(handed: Handed) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = caseuco.graph(handed)["@graph"]
    return found


def _nodes(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "@id" in value:
            yield value
        for inner in value.values():
            yield from _nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner)


def test_ids_are_unique_and_resolve(graph: list[dict[str, Any]]) -> None:
    nodes = [*_nodes(graph)]
    defined = [one["@id"] for one in nodes if "@type" in one]
    assert len(defined) == len(set(defined))
    assert {one["@id"] for one in nodes} == set(defined)


def test_every_prefix_is_in_the_context(graph: list[dict[str, Any]]) -> None:
    used = {key.partition(":")[0] for one in _nodes(graph) for key in one if key[0] != "@"}
    used |= {one["@type"].partition(":")[0] for one in _nodes(graph) if "@type" in one}
    used |= {one["@id"].partition(":")[0] for one in _nodes(graph)}
    assert used <= set(caseuco.CONTEXT)


def test_hashes_sizes_and_exhibits(graph: list[dict[str, Any]], handed: Handed) -> None:
    sizes = {}
    for one in graph:
        if one["@type"] != "uco-observable:File":
            continue
        content = one["uco-core:hasFacet"][0]
        value = content["uco-observable:hash"][0]["uco-types:hashValue"]["@value"].lower()
        sizes[value] = content.get("uco-observable:sizeInBytes", {}).get("@value")
    originals = handed.case.originals()
    for item in originals:
        assert sizes[item.sha256] == str(item.size)
    exhibits = [one for one in graph if one["@type"] == "case-investigation:ProvenanceRecord"]
    assert len(exhibits) == len(originals)


def test_positions_are_claims_with_their_radius(graph: list[dict[str, Any]]) -> None:
    (where,) = [one for one in graph if one["@type"] == "uco-location:Location"]
    assert "within 50 m" in where["uco-core:description"]
    assert "claimed" in where["uco-core:description"]


def test_nothing_is_concluded_and_text_is_inert(graph: list[dict[str, Any]]) -> None:
    text = json.dumps(graph, ensure_ascii=False)
    assert "likel" not in text
    assert not {"<", ">", "\u202e", "\u200b"} & set(text)
    assert "alert(1)" in text


def test_equal_bytes(handed: Handed, tmp_path: Path) -> None:
    first = caseuco.write(handed, tmp_path / "a")[0].read_bytes()
    assert first == caseuco.write(handed, tmp_path / "b")[0].read_bytes()
