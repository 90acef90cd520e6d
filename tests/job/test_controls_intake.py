"""Control accounts through the main job: read, compared with, never assessed, never pooled."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner, Result

from forensics.case import Case, verify
from forensics.errors import CaseError, ReadError, UsageError
from forensics.job.run import RunResult, run
from forensics.job.settings import RunSettings
from forensics.verbs.main import app

WORDS = ["market", "river", "school", "garden", "winter", "report", "engine", "ticket"]
SETTINGS = RunSettings(columns={"label": "place"})


def write(path: Path, names: Sequence[str], label: str) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["account", "time", "text", "lang", "place"])
        for number, name in enumerate(names):
            for k in range(8):
                at = f"2023-01-{1 + k:02}T{(number + k) % 24:02}:05:00Z"
                text = f"{name} writes of {WORDS[(number + k) % 8]}"
                out.writerow([name, at, text, "en", label])
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("files")
    mine = [f"op{letter}" for letter in "abcdefghijkl"]
    others = [f"{a}{b}" for a in "mnopqr" for b in "stuvwxyz"]
    case = write(folder / "case.csv", mine, "江苏")
    return case, write(folder / "controls.csv", [*others, "OPA", "opb"], "北京")


@pytest.fixture(scope="module")
def compared(files: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """A run with controls."""
    return run([files[0]], tmp_path_factory.mktemp("a"), SETTINGS, controls=[files[1]])


def label_of(summary: dict[str, Any]) -> Any:
    return next(one["numbers"] for one in summary["units"][0]["clues"] if one["kind"] == "label")


def rows(case: Path, name: str) -> list[dict[str, Any]]:
    lines = (case / "tables" / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.slow
def test_controls_are_compared_with_and_never_assessed(
    files: tuple[Path, Path], compared: RunResult, tmp_path: Path
) -> None:
    with_controls = compared
    without = run([files[0]], tmp_path / "b", SETTINGS)
    assert verify(with_controls.case).ok
    summary = json.loads(with_controls.summary.read_text(encoding="utf-8"))
    plain = json.loads(without.summary.read_text(encoding="utf-8"))
    assert summary["counts"] == plain["counts"] | {"refusals": summary["counts"]["refusals"]}
    for key in ("account_names", "posts", "weights", "tests", "conclusion", "hours"):
        assert summary["units"][0][key] == plain["units"][0][key]
    label = label_of(summary)
    assert (label["mine"]["k"], label["mine"]["n"]) == (12, 12)
    assert (label["others"]["k"], label["others"]["n"]) == (0, 48)
    assert label["ratio"]["low_milli"] > 1_000
    assert summary["controls"]["accounts"] == 48
    assert plain["controls"] is None
    assert label_of(plain)["others"] is None
    with duckdb.connect() as con:
        table = without.case / "tables" / "posts.parquet"
        same = with_controls.case / "tables" / "posts.parquet"
        assert table.read_bytes() == same.read_bytes()
        held = with_controls.case / "tables" / "controls_posts.parquet"
        assert con.execute(f"SELECT COUNT(*) FROM '{held}'").fetchone() == (50 * 8,)


def test_accounts_of_both_sets_are_refused_and_said(compared: RunResult) -> None:
    result = compared
    said = [line for line in result.warnings if line.startswith("controls:")]
    assert said == ["controls: 2 accounts are assessed too and were refused as controls: OPA, opb"]
    chosen = {name for row in rows(result.case, "control_sets.jsonl") for name in row["controls"]}
    assert len(chosen) == 48
    assert not chosen & {"OPA", "opb"}
    page = result.report.read_text(encoding="utf-8")
    assert "Refused as controls" in page
    assert "48 matched controls" in page


def test_the_record_says_what_they_are(compared: RunResult) -> None:
    result = compared
    case = Case.open(result.case)
    notes = {one.name_as_received: one.note for one in case.originals()}
    assert notes == {"case.csv": None, "controls.csv": "control accounts, never assessed"}
    (line,) = [one.body for one in case.entries() if one.body.get("controls") is True]
    assert line["sources"][0]["rows_read"] == 400
    assert line["matching"]["controls_per_account"] == 4


@pytest.mark.slow
def test_a_second_run_changes_nothing_and_other_controls_are_refused(
    files: tuple[Path, Path], compared: RunResult, tmp_path: Path
) -> None:
    out = compared.case.parent
    record = (compared.case / "record.jsonl").read_bytes()
    report = compared.report.read_bytes()
    run([files[0]], out, SETTINGS, controls=[files[1]], now=lambda: "2031-01-01T00:00:00Z")
    assert (compared.case / "record.jsonl").read_bytes() == record
    assert compared.report.read_bytes() == report
    with pytest.raises(CaseError, match="other controls"):
        run([files[0]], out, SETTINGS)
    with pytest.raises(CaseError, match="other controls"):
        run([files[0]], out, SETTINGS, controls=[files[1], write(tmp_path / "z.csv", ["z"], "")])


def test_evidence_is_no_control(files: tuple[Path, Path], tmp_path: Path) -> None:
    copy = tmp_path / "copy.csv"
    copy.write_bytes(files[0].read_bytes())
    with pytest.raises(UsageError, match="cannot be a control"):
        run([files[0]], tmp_path / "a", SETTINGS, controls=[copy])


def test_controls_that_cannot_be_read_stop_the_run(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text("account,time,text\n", encoding="utf-8")
    with pytest.raises(ReadError):
        run([files[0]], tmp_path / "a", SETTINGS, controls=[empty])


@pytest.mark.slow
def test_added_to_a_case_step_by_step(files: tuple[Path, Path], tmp_path: Path) -> None:
    folder = str(tmp_path / "x")
    words = ["--question", "q", "--purpose", "p", "--legal-basis", "l", "--map", "label=place"]
    assert asked("new", folder, *words).exit_code == 0
    added = asked("add", folder, str(files[1]), "--as-controls", "--note", "from a colleague")
    assert "control accounts" in added.stdout
    early = asked("weigh", folder)
    assert early.exit_code != 0
    assert asked("add", folder, str(files[0])).exit_code == 0
    told = json.loads(asked("weigh", folder, "--json").stdout.splitlines()[-1])
    assert told["accounts"] == 12
    assert told["numbers"]["label:all accounts:CN-JS"]["others"]["n"] == 48
    case = Case.open(tmp_path / "x")
    (control,) = [one for one in case.originals() if one.name_as_received == "controls.csv"]
    assert control.note == "control accounts, never assessed; from a colleague"


def asked(*words: str) -> Result:
    """The answer of a verb."""
    return CliRunner().invoke(app, list(words))
