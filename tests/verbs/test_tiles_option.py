"""`--tiles` of `gnomon run` and `gnomon report`: refused in one line before anything is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from forensics.case import Case
from forensics.errors import ForensicsError
from forensics.verbs.main import app


@pytest.mark.parametrize("verb", ["run", "report"])
@pytest.mark.parametrize(
    ("name", "megabytes", "words"),
    [
        ("none.mbtiles", "3", "is no file"),
        ("page.html", "3", "neither MBTiles nor PMTiles"),
        ("page.html", "0", "out of range"),
    ],
)
def test_what_is_no_tile_file(
    verb: str, name: str, megabytes: str, words: str, tmp_path: Path
) -> None:
    (tmp_path / "page.html").write_text("<html>")
    case = Case.create(
        tmp_path / "case", question="?", settings={}, who="t", now=lambda: "2025-01-01T00:00:00Z"
    )
    first = [str(case.root)] if verb == "report" else [str(tmp_path), "--out", str(tmp_path / "o")]
    told = [verb, *first, "--tiles", str(tmp_path / name), "--tiles-mb", megabytes]
    done = CliRunner().invoke(app, told)
    assert isinstance(done.exception, ForensicsError)
    assert words in done.exception.line()
    assert "\n" not in done.exception.line()
    assert not (tmp_path / "o").exists()
    assert [entry.kind for entry in case.entries()] == ["open"]
