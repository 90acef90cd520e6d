"""`gnomon collection`: gaps and mismatches in 80 columns, all of it as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from forensics.case import Case
from forensics.job.settings import RunSettings
from forensics.verbs.main import app
from forensics.verbs.width import columns_of

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "collection"


def case_of(root: Path, *names: str) -> Path:
    told = RunSettings()
    case = Case.create(
        root, question="q", settings=told.as_json(), who="t", now=lambda: "2026-03-02T08:00:00Z"
    )
    for name in names:
        case.add_file(FIXTURES / name, f"\u76d0\u57ce\x1b[31m/{name}")
    return root


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return case_of(
        tmp_path_factory.mktemp("wrong") / "case", "posts.csv", "screenshot.pdf", "collection.csv"
    )


def test_a_mismatch_is_first_and_the_exit_code_says_so(wrong: Path) -> None:
    done = CliRunner().invoke(app, ["collection", str(wrong)])
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert lines[0].startswith("HASH MISMATCH")
    assert any(line.startswith("  stated sha256:") for line in lines[:4])
    assert any(line.startswith("  here   sha256:") for line in lines[:4])
    assert max(map(columns_of, lines)) <= 80
    assert "\x1b" not in done.stdout
    assert "not in this case: video.mp4" in done.stdout


def test_gaps_are_counted(wrong: Path) -> None:
    text = CliRunner().invoke(app, ["collection", str(wrong)]).stdout
    assert "1 of 2 files are named by a log" in text
    (line,) = [one for one in text.splitlines() if "offset of the collector's clock" in one]
    assert line.split()[-3:] == ["1", "missing", "1"]


def test_json_has_every_item(wrong: Path) -> None:
    done = CliRunner().invoke(app, ["collection", str(wrong), "--json"])
    told = json.loads(done.stdout)
    assert done.exit_code == 1
    assert told["schema"] == "gnomon.collection/1"
    assert [one["row"] for one in told["items"]] == [1, 2, 3]
    assert told["lacking"][0]["missing"]


def test_a_case_in_order_and_one_without_a_log(tmp_path: Path) -> None:
    good = case_of(tmp_path / "good", "posts.csv", "crawl.wacz")
    assert CliRunner().invoke(app, ["collection", str(good)]).exit_code == 0
    bare = case_of(tmp_path / "bare", "posts.csv")
    done = CliRunner().invoke(app, ["collection", str(bare)])
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "no collection log; 1 file")


def test_no_such_folder(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["collection", str(tmp_path / "none")]).exit_code != 0
