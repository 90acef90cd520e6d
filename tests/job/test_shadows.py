"""The file of shadows, and what a run makes of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import forensics
from forensics.errors import ForensicsError, UsageError
from forensics.job.settings import RunSettings
from forensics.job.shadows import read_shadows
from forensics.job.tomltables import MOST_BYTES, read_tables

GOOD = """
[[shadows]]
image = "x.jpg"
measured_by = "analyst 2"
height = 1.7
shadow = 2.4
time = 2024-05-09T06:30:00Z
clock = "camera"
"""


def test_a_file_is_read_into_the_settings(tmp_path: Path) -> None:
    path = tmp_path / "shadows.toml"
    path.write_text(GOOD, encoding="utf-8")
    shadows = read_shadows(path)
    assert shadows[0].from_us == 1_715_236_200_000_000
    told = RunSettings(shadows=shadows).as_json()
    assert told["shadows"] == [shadows[0].as_json()]
    assert "shadows" not in RunSettings().as_json(), "cases without shadows stay as they are"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "no \\[\\[shadows\\]\\]"),
        ("[[shadows]", "no TOML"),
        ("shadows = 3", "no \\[\\[shadows\\]\\]"),
        (GOOD + "[more]\nx = 1", "something beside them"),
        (GOOD.replace("2.4", "-2.4"), "rows refused"),
    ],
)
def test_broken_files_are_refused(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "shadows.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ForensicsError, match=what):
        read_shadows(path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_tables(tmp_path / "none.toml", "shadows")
    big = tmp_path / "big.toml"
    big.write_bytes(b"#" * (MOST_BYTES + 1))
    with pytest.raises(UsageError, match="larger than"):
        read_tables(big, "shadows")
    odd = tmp_path / "odd.toml"
    odd.write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="no TOML"):
        read_tables(odd, "shadows")


def test_a_run_weighs_shadows_of_its_pictures(root: Path, tmp_path: Path) -> None:
    """A sun that contradicts the picture's own position and time is a lead in the report."""
    picture = root / "fixtures" / "demo" / "photos" / "desk_by_the_window.jpg"
    shadows = tmp_path / "shadows.toml"
    shadows.write_text(
        GOOD.replace("x.jpg", picture.name).replace("2024-05-09T06", "2024-03-14T02")
        + GOOD.replace("x.jpg", "not_here.jpg"),
        encoding="utf-8",
    )
    told = RunSettings(shadows=read_shadows(shadows))
    out = tmp_path / "out"
    result = forensics.run([picture], out, told, now=lambda: "2026-01-01T00:00:00Z")
    assert "shadows: scene not_here.jpg is refused: no picture of this case" in str(result.warnings)
    summary = json.loads(result.summary.read_text(encoding="utf-8"))
    (clue,) = [c for unit in summary["units"] for c in unit["clues"] if c["kind"] == "sun"]
    assert clue["says"]["sun"]["shots"][0]["sightings"][0]["elevation_mdeg"] > 35_000
    report = result.report.read_text(encoding="utf-8")
    assert "standard errors apart" in report
    assert "measured by analyst 2" in report
    first = (out / "case" / "record.jsonl").read_text(encoding="utf-8").splitlines()[0]
    assert '"measured_by":"analyst 2"' in first
    again = forensics.run([picture], out, told, now=lambda: "2026-01-02T00:00:00Z")
    assert again.report.read_text(encoding="utf-8") == report


def test_the_example_of_the_documentation_works(root: Path, tmp_path: Path) -> None:
    page = (root / "docs" / "methods" / "sun.md").read_text(encoding="utf-8")
    path = tmp_path / "shadows.toml"
    path.write_text(page.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")
    (one,) = read_shadows(path)
    assert one.azimuth_mdeg == 255_000
    assert one.to_us - one.from_us == 3_600_000_000
