"""`gnomon import-boundaries`: what it prints, refuses, and leaves in the case."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from forensics.case import Case
from forensics.verbs.main import app

SQUARE = [[[119.5, 33.0], [120.5, 33.0], [120.5, 34.0], [119.5, 34.0], [119.5, 33.0]]]
TOLD = ["--licence", "CC0", "--attribution", "nobody", "--code-field", "id"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Case.create(
        tmp_path / "case", question="?", settings={}, who="t", now=lambda: "2025-01-01T00:00:00Z"
    )
    features = [
        {
            "type": "Feature",
            "properties": {"id": code, "acroutes": 1, "adcode": 1, "subFeatureIndex": 1},
            "geometry": {"type": "Polygon", "coordinates": SQUARE},
        }
        for code in ("320900", "nowhere\x1b[31m")
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    (tmp_path / "areas.geojson").write_text(text)
    return tmp_path


def call(folder: Path, *more: str):
    told = ["import-boundaries", str(folder / "areas.geojson"), "--case", str(folder / "case")]
    return CliRunner().invoke(app, [*told, *more])


def test_it_says_what_was_taken_and_left_out(folder: Path) -> None:
    done = call(folder, *TOLD)
    assert done.exit_code == 0, done.output
    assert "in the case: 1 of 2 features, as areas" in done.stdout
    assert "left out:    1 (codes such as nowhere" in done.stdout
    assert "\x1b" not in done.stdout
    assert "GCJ-02" in done.stderr
    said = json.loads(call(folder, *TOLD, "--json").stdout)
    assert (said["areas"], said["licence"], said["level"]) == (1, "CC0", "admin2")


@pytest.mark.parametrize(
    "told",
    [
        ["--attribution", "x", "--code-field", "id"],
        ["--licence", "x", "--code-field", "id"],
        [*TOLD, "--level", "admin1"],
        ["--licence", "x", "--attribution", "x", "--code-field", "other"],
    ],
)
def test_wrong_use_is_refused(folder: Path, told: list[str]) -> None:
    assert call(folder, *told).exit_code != 0
    assert [e.kind for e in Case.open(folder / "case").entries()].count("ingest") == 0
