"""new, add, weigh, note, conclude, report: as a person types them, in a terminal of 80 columns."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from forensics.errors import ForensicsError
from forensics.verbs.demo import AT
from forensics.verbs.main import app


def _call(*words: object):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def case(tmp_path_factory, thin_demo):
    folder = tmp_path_factory.mktemp("verbs") / "case"
    made = _call(
        "new", folder, "--question", "Where?", "--purpose", "A test.", "--legal-basis", "Invented.",
        "--by", "crew", "--at", AT,
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    posts = (thin_demo / "weibo.ndjson", thin_demo / "western.csv")
    added = _call("add", folder, *posts, "--at", AT)
    assert added.exit_code == 0, added.output
    assert "2 files are in the case" in added.stdout
    return folder


@pytest.mark.slow
def test_weigh_prints_rows_groups_and_claims_in_80_columns(case) -> None:
    done = _call("weigh", case, "--at", AT)
    assert done.exit_code == 0, done.output
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "H_CN" in done.stdout
    assert "What might be claimed" in done.stdout
    rows = [json.loads(line) for line in _call("weigh", case, "--json").stdout.splitlines()]
    assert [row["unit"] for row in rows] == ["A", "B"]
    first = next(line for line in done.stdout.splitlines() if line.startswith("H_"))
    leading = rows[0]["rows"][0]
    assert first.split()[0] == leading["hypothesis"]["id"]
    only = _call("weigh", case, "--unit", "B").stdout
    assert only.startswith("B:")
    assert "\nA:" not in only


@pytest.mark.slow
def test_conclude_note_and_report(case) -> None:
    rows = [json.loads(line) for line in _call("weigh", case, "--json").stdout.splitlines()]
    claim = next(one for one in rows[0]["claims"] if one["rung"] == "country")
    low = min(t["assessed_ppm"] for t in claim["tests"] if t["in_headline"])
    word = "likely" if low > 550_000 else "roughly even chance" if low >= 450_000 else "unlikely"
    asked = (
        "conclude", case, "--unit", "A", "--rung", "country", "--confidence", "low",
        "--reason", "One source.", "--would-change", "A label.", "--because", "Few clues.",
        "--at", AT,
    )  # fmt: skip
    refused = _call(*asked, "--term", "almost certain")
    assert isinstance(refused.exception, ForensicsError)
    assert "W3" in str(refused.exception) or "W4" in str(refused.exception)
    done = _call(*asked, "--term", word)
    assert done.exit_code == 0, done.exception
    assert f"It is {word}" in done.stdout
    noted = _call("note", case, "It is linked to a bureau.", "--at", AT)
    assert noted.exit_code == 0
    assert "W6" in noted.stderr
    written = _call("report", case, "--json", "--at", AT)
    assert written.exit_code == 0
    assert json.loads(written.stdout)["people"]["concluded"][0]["likelihood"] == word
    assert _call("verify", case).exit_code == 0


def test_the_ethics_file_is_read_strictly(case, tmp_path) -> None:
    asked = (
        "conclude", case, "--unit", "A", "--rung", "organisation", "--term", "unlikely",
        "--confidence", "low", "--reason", "r", "--would-change", "c", "--ethics",
    )  # fmt: skip
    gate = tmp_path / "gate.toml"
    for text, words in (
        ("legal_basis = ", "no TOML"),
        ("legal_basis = " + "9" * 5_000, "no TOML"),
        ("legal_basis = " + "[" * 5_000, "no TOML"),
        ("legal_basis = 1", "legal_basis is not answered"),
        ("x" * 70_000, "larger than"),
    ):
        gate.write_text(text)
        assert words in str(_call(*asked, gate).exception)
    assert "cannot be read" in str(_call(*asked, tmp_path / "none.toml").exception)


def test_json_of_new_add_and_note(tmp_path) -> None:
    folder = tmp_path / "c"
    words = ("--question", "?", "--purpose", "p", "--legal-basis", "b", "--json")
    assert json.loads(_call("new", folder, *words).stdout)["case"] == str(folder)
    (tmp_path / "\u202ename.csv").write_text("a,b\n1,2\n")
    added = _call("add", folder, tmp_path / "\u202ename.csv", "--how", "mail", "--json")
    assert json.loads(added.stdout)["how"] == "mail"
    plain = _call("add", folder, tmp_path / "\u202ename.csv")
    assert "<U+202E>name.csv" in plain.stdout
    assert json.loads(_call("note", folder, "x", "--json").stdout)["line"] > 1


@pytest.mark.parametrize("verb", ["weigh", "report"])
def test_a_folder_that_is_not_there_is_one_line(verb, tmp_path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "forensics.verbs.main", verb, str(tmp_path / "none")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "give the case folder" in done.stderr
