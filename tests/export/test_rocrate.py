"""The crate: flat JSON-LD, every file with its hash, every step with what it used and made."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from forensics.export import rocrate
from forensics.export.handed import Handed


@pytest.fixture(scope="module")
def folder(handed: Handed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("crate") / "crate"
    written = rocrate.write(handed, out)
    assert sorted(written) == sorted(path for path in out.iterdir())
    return out


@pytest.fixture(scope="module")
def graph(folder: Path) -> dict[str, dict[str, Any]]:
    data = json.loads((folder / rocrate.METADATA).read_text("utf-8"))
    assert data["@context"][0] == rocrate.CONTEXT
    found = {one["@id"]: one for one in data["@graph"]}
    assert len(found) == len(data["@graph"])
    return found


def test_root_and_descriptor(graph: dict[str, dict[str, Any]]) -> None:
    assert graph[rocrate.METADATA]["about"] == {"@id": "./"}
    root = graph["./"]
    assert root["@type"] == "Dataset"
    assert {"name", "description", "datePublished", "license"} <= set(root)
    assert "<" not in root["name"]
    assert "\u202e" not in root["name"]


def test_hashes_are_those_of_the_files(graph: dict[str, dict[str, Any]], folder: Path) -> None:
    files = {key: one for key, one in graph.items() if one["@type"] == "File"}
    assert {part["@id"] for part in graph["./"]["hasPart"]} == set(files)
    assert {path.name for path in folder.iterdir()} == {*files, rocrate.METADATA}
    for name, one in files.items():
        data = (folder / name).read_bytes()
        assert one["sha256"] == hashlib.sha256(data).hexdigest()
        assert one["contentSize"] == str(len(data))


def test_actions_and_what_they_name(graph: dict[str, dict[str, Any]]) -> None:
    made = [one for one in graph.values() if one["@type"] == "CreateAction"]
    assert {one["@id"] for one in made} == {one["@id"] for one in graph["./"]["mentions"]}
    assert len(made) > 3
    for one in made:
        named = [one["instrument"], *one.get("object", []), *one.get("result", [])]
        named += [one["agent"]] if "agent" in one else []
        assert {item["@id"] for item in named} <= set(graph)
    assert graph["#export"]["object"]


def test_an_address_is_the_hash() -> None:
    # the example of RFC 6920, section 8.1: "Hello World!"
    sha256 = hashlib.sha256(b"Hello World!").hexdigest()
    assert rocrate.address(sha256) == "ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk"


def test_equal_metadata(handed: Handed, folder: Path, tmp_path: Path) -> None:
    again = rocrate.write(handed, tmp_path / "again")
    assert [path.name for path in again]
    for path in again:
        assert path.read_bytes() == (folder / path.name).read_bytes()
