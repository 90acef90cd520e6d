"""Outlines on the map: approximate ones of ours, or those the user brought, each named as such."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from forensics.case import Case, verify
from forensics.case.brought import evidence_in
from forensics.errors import ReadError, UsageError
from forensics.job.boundaries import brought_into, import_boundaries
from forensics.job.run import run
from forensics.job.settings import RunSettings
from forensics.job.steps import report_case

NOW = "2025-01-01T00:00:00Z"
ATTRIBUTION = "Example Mapping Office <b>{{ 7*7 }}</b>"
SQUARE = [[[119.5, 33.0], [120.5, 33.0], [120.5, 34.0], [119.5, 34.0], [119.5, 33.0]]]


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    """A file whose accounts name Yancheng often enough for a clue."""
    lines = ["account,created_at,text"]
    for account in ("a", "b", "c"):
        lines += [
            f"{account},2024-01-{day:02d}T0{day % 9}:12:00Z,盐城市的第{account}{'x' * day}个早上"
            for day in range(1, 12)
        ]
    path = tmp_path / "posts.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def areas(tmp_path: Path) -> Path:
    path = tmp_path / "areas.geojson"
    feature = {
        "type": "Feature",
        "properties": {"adcode": 320900, "name": "<script>alert(1)</script>"},
        "geometry": {"type": "Polygon", "coordinates": SQUARE},
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


def data_of(page: Path) -> dict[str, object]:
    text = page.read_text(encoding="utf-8")
    block = text.partition('id="gnomon-data">')[2].partition("</script>")[0]
    found = json.loads(block)
    assert isinstance(found, dict)
    return found


def bring(case: Case, path: Path, **more: str) -> None:
    told = {"licence": "CC BY 4.0", "attribution": ATTRIBUTION, "code_field": "adcode", **more}
    import_boundaries(case, path, level="admin2", **told)  # type: ignore[arg-type]


@pytest.mark.slow
def test_own_boundaries_take_the_place_of_approximate_ones(
    posts: Path, areas: Path, tmp_path: Path
) -> None:
    done = run([posts], tmp_path / "out", RunSettings(), now=lambda: NOW)
    assert data_of(done.map)["approximate"] == ["CN-JS.3209"]
    assert "approximate: land of the province" in done.report.read_text(encoding="utf-8")
    case = Case.open(done.case, now=lambda: NOW)
    bring(case, areas)
    bring(case, areas)  # twice is once
    assert [one.licence for one in brought_into(case)] == ["CC BY 4.0"]
    assert [one.name_as_received for one in evidence_in(case)] == ["posts.csv"]
    again = report_case(case, tmp_path / "out")
    found = data_of(again.map)
    assert found["approximate"] == []
    assert "Example Mapping Office" in str(found["attribution"])
    page, report = (path.read_text(encoding="utf-8") for path in (again.map, again.report))
    assert "119.5" in page, "the outline of the user is on the map"
    assert "Example Mapping Office" in report
    for text in (page, report):
        assert "<b>{{" not in text
        assert "alert(1)" not in text
    assert verify(done.case).ok
    once_more = run([posts], tmp_path / "out", RunSettings(), now=lambda: NOW)
    assert data_of(once_more.map)["approximate"] == [], "a second run takes them too"


@pytest.mark.parametrize("missing", ["licence", "attribution"])
def test_without_licence_or_attribution_nothing_is_taken(
    missing: str, areas: Path, tmp_path: Path
) -> None:
    case = Case.create(tmp_path / "case", question="?", settings={}, who="t", now=lambda: NOW)
    before = case.digest()
    with pytest.raises(UsageError, match=missing):
        bring(case, areas, **{missing: "  "})
    with pytest.raises(ReadError):
        bring(case, areas, code_field="name")
    assert case.digest() == before
    assert brought_into(case) == ()
