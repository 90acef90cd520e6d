"""The MISP event has the shape that MISP takes, is not published, and marks nothing to detect."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from forensics.export import misp
from forensics.export.handed import Handed
from forensics.words import term_range

TYPES = {"text", "filename", "sha256", "size-in-bytes", "mime-type", "float"}
CATEGORIES = {"Internal reference", "Other", "Payload delivery", "Artifacts dropped"}


@pytest.fixture(scope="module")
def event(handed: Handed) -> dict[str, Any]:
    return misp.event(handed)


def _attributes(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from event["Attribute"]
    for one in event["Object"]:
        yield from one["Attribute"]


def test_equal_bytes(handed: Handed, tmp_path: Path) -> None:
    first = misp.write(handed, tmp_path / "a.json")[0].read_bytes()
    assert first == misp.write(handed, tmp_path / "b.json")[0].read_bytes()
    assert list(json.loads(first)) == ["Event"]


def test_shape(event: dict[str, Any]) -> None:
    assert event["published"] is False
    assert event["distribution"] == "0"
    assert {one["name"] for one in event["Object"]} == {
        "file", "user-account", "annotation", "geolocation",
    }  # fmt: skip
    uids = [event["uuid"]]
    for one in event["Object"]:
        uids.append(one["uuid"])
        assert UUID(one["template_uuid"]).version == 4
        assert one["template_version"].isdigit()
        assert one["Attribute"]
    for row in _attributes(event):
        uids.append(row["uuid"])
        assert row["type"] in TYPES
        assert row["category"] in CATEGORIES
        assert row["to_ids"] is False
        assert row["timestamp"] == event["timestamp"]
        assert isinstance(row["value"], str)
        assert row["value"]
    assert all(UUID(uid).version == 5 for uid in uids)
    assert len(uids) == len(set(uids))


def test_hashes_are_those_of_the_originals(event: dict[str, Any], handed: Handed) -> None:
    found = {row["value"] for row in _attributes(event) if row["type"] == "sha256"}
    assert found == {item.sha256 for item in handed.case.originals()}


def test_a_point_has_its_radius_in_kilometres(event: dict[str, Any]) -> None:
    (one,) = [item for item in event["Object"] if item["name"] == "geolocation"]
    values = {row["object_relation"]: row["value"] for row in one["Attribute"]}
    assert float(values["accuracy-radius"]) == 0.05
    assert abs(float(values["latitude"]) - 14.59) < 0.001


def test_tags_keep_likelihood_and_confidence_apart(event: dict[str, Any]) -> None:
    tags = {tag["name"] for row in _attributes(event) for tag in row.get("Tag", [])}
    assert 'estimative-language:likelihood-probability="likely"' in tags
    assert 'estimative-language:confidence-in-analytic-judgment="low"' in tags
    assert all(term_range(term) for term in misp.MISP_TERMS)


def test_hostile_names_are_text(event: dict[str, Any]) -> None:
    text = json.dumps(event, ensure_ascii=False)
    assert "alert(1)" in text
    assert not {"<", ">", "\u202e", "\u200b", "\x01"} & set(text)
