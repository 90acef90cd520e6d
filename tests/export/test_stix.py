"""The STIX bundle is read by the library of OASIS and says no more than the case."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from forensics.errors import ExportError
from forensics.export import stix
from forensics.export.handed import Handed


@pytest.fixture(scope="module")
def objects(handed: Handed) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stix.bundle(handed)["objects"]
    return found


def _refs(value: object, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _refs(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _refs(inner, key)
    elif key.endswith(("_ref", "_refs")):
        yield str(value)


def test_written_parsed_and_equal_bytes(handed: Handed, tmp_path: Path) -> None:
    stix2 = pytest.importorskip("stix2")
    first = stix.write(handed, tmp_path / "a.json")[0].read_bytes()
    assert first == stix.write(handed, tmp_path / "b.json")[0].read_bytes()
    parsed = stix2.parse(first.decode(), allow_custom=False, version="2.1")
    assert len(parsed.objects) == len(json.loads(first)["objects"])


def test_library_agrees_with_ids_of_observables(objects: list[dict[str, Any]]) -> None:
    stix2 = pytest.importorskip("stix2")
    for one in objects:
        if one["type"] in {"file", "user-account"}:
            bare = {key: value for key, value in one.items() if key != "id"}
            assert stix2.parse(bare | {"spec_version": "2.1"}, version="2.1").id == one["id"]


def test_what_the_library_refuses_is_one_line() -> None:
    pytest.importorskip("stix2")
    bad = {"type": "bundle", "id": "bundle--1", "objects": []}
    with pytest.raises(ExportError, match="refused by stix2"):
        stix._parse(json.dumps(bad).encode(), Path("x"))


def test_ids_are_unique_and_every_reference_resolves(objects: list[dict[str, Any]]) -> None:
    ids = [one["id"] for one in objects]
    assert len(ids) == len(set(ids))
    assert set(_refs(objects)) <= set(ids)


def test_confidence_is_the_analytic_one(objects: list[dict[str, Any]], handed: Handed) -> None:
    given = [one["confidence"] for one in objects if "confidence" in one]
    assert given
    assert {type(one) for one in given} == {int}
    assert set(given) <= {0, 15, 50, 85}
    words = {unit.assessment.conclusion.confidence for unit in handed.seen.units}
    assert {stix.CONFIDENCE[word] for word in words} >= set(given)


def test_an_area_is_no_point(objects: list[dict[str, Any]]) -> None:
    places = {one["id"]: one for one in objects if one["type"] == "location"}
    tied = [one for one in objects if one.get("relationship_type") == "originates-from"]
    assert tied
    for tie in tied:
        assert not {"latitude", "longitude", "precision"} & set(places[tie["target_ref"]])
        extension = tie["extensions"][stix.ICD203]
        assert extension["term"] == "likely"
        assert (extension["term_low_percent"], extension["term_high_percent"]) == (55, 80)
    points = [one for one in places.values() if "latitude" in one]
    assert points
    for one in points:
        assert one["precision"] > 0
        assert "country" not in one


@pytest.mark.parametrize("code", ["CN", "CN-JS", "CN-JS.3209"])
def test_fields_of_an_area(code: str) -> None:
    place = stix.place(code)
    assert place["country"] == "CN"
    assert not {"latitude", "longitude"} & set(place)
    assert place.get("administrative_area") == ("CN-JS" if "-" in code else None)


def test_units_without_a_conclusion_originate_nowhere(
    objects: list[dict[str, Any]], handed: Handed
) -> None:
    tied = {
        one["source_ref"] for one in objects if one.get("relationship_type") == "originates-from"
    }
    silent = {
        stix.unit_id(handed, unit.assessment.unit)
        for unit in handed.seen.units
        if unit.assessment.conclusion.likelihood is None
    }
    assert silent
    assert not tied & silent


def test_foreign_text_is_inert_except_the_login(objects: list[dict[str, Any]]) -> None:
    text = json.dumps([one for one in objects if one["type"] != "user-account"], ensure_ascii=False)
    assert "<" not in text
    assert "\u202e" not in text
    assert "alert(" in text  # spelled out, not dropped
