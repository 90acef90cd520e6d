"""`gnomon export` on the demonstration case: files, hashes, the record, and exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from forensics.case import Case
from forensics.job.exporting import FORMATS
from forensics.job.run import RunResult, run
from forensics.job.settings import RunSettings
from forensics.verbs.demo import AT, QUESTION, demo_files
from forensics.verbs.export import FORMATS_HELP
from forensics.verbs.main import app

ROWS = 700


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """A cut of the demonstration, run as `gnomon demo` runs it."""
    lines = (demo_files() / "western.csv").read_bytes().splitlines(keepends=True)
    posts = tmp_path_factory.mktemp("posts") / "western.csv"
    posts.write_bytes(b"".join(lines[: ROWS + 1]))
    settings = RunSettings(question=QUESTION, by="crew", audience_zone="America/New_York")
    out = tmp_path_factory.mktemp("whole")
    return run([posts], out, settings, who="demonstration", now=lambda: AT)


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def test_the_help_names_every_format() -> None:
    named = FORMATS_HELP.rstrip(".").replace(" or ", ", ").split(", ")
    assert named == [*FORMATS]


@pytest.mark.slow
def test_tables_are_written_recorded_and_verified(whole: RunResult, tmp_path: Path) -> None:
    out = tmp_path / "csv"
    done = call("export", whole.case, "--format", "csv", "--out", out, "--at", "2025-01-01T00:00Z")
    assert done.exit_code == 0, done.output
    assert f"wrote {out}" in done.stdout
    line = Case.open(whole.case).last("export")
    assert line is not None
    listed: Any = line.body["made"]
    made = {one["name"]: one for one in listed}
    assert set(made) == {path.name for path in out.iterdir()}
    assert made["posts.csv"]["sha256"][:16] in done.stdout
    posts = pd.read_csv(out / "posts.csv", dtype=str, encoding="utf-8-sig")
    accounts = pd.read_csv(out / "accounts.csv", encoding="utf-8-sig")
    assert accounts["posts"].sum() == len(posts) > ROWS - 10
    assert call("verify", whole.case).exit_code == 0


@pytest.mark.slow
def test_json_gives_paths_and_hashes(whole: RunResult, tmp_path: Path) -> None:
    path = tmp_path / "a.graphml"
    done = call("export", whole.case, "-f", "graphml", "-o", path, "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["format"] == "graphml"
    assert told["digest"] == Case.open(whole.case).digest()
    assert [one["path"] for one in told["files"]] == [str(path)]
    assert told["files"][0]["size"] == path.stat().st_size


@pytest.mark.slow
@pytest.mark.parametrize("more", [("-f", "xls"), ("-f", "csv", "--no-redact"), ()])
def test_wrong_use_is_refused(whole: RunResult, more: tuple[str, ...]) -> None:
    assert call("export", whole.case, *more).exit_code != 0
