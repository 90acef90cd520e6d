"""`gnomon verify --rerun`: what is printed, the exit status, and JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from forensics.case import Case
from forensics.job import again
from forensics.job.again import Part, Rerun, VersionNote
from forensics.verbs import verify_text
from forensics.verbs.verify import verify
from forensics.verbs.verify_text import WIDTH, rerun_text

HOSTILE = "\x1b[31m\u202egnp. [bold]x[/bold] " * 6
EQUAL = (Part("tables/a.jsonl", "equal", line=3), Part("../report.html", "equal", line=4))
DIFFERS = Part(f"tables/{HOSTILE}", "differs", HOSTILE, 3)
SKIPPED = Part("network", "not repeated", HOSTILE, 2)
SAME = (VersionNote("numpy", "2", "2"),)
OTHER = (VersionNote("numpy", "1", "2"), VersionNote("python", "", "3.12"))


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    made = Case.create(
        tmp_path / "case", question="Where?", settings={}, who="me", now=lambda: "2024"
    )
    app = typer.Typer()
    app.command()(verify)

    def run(found: Rerun, *arguments: str):
        monkeypatch.setattr(again, "rerun", lambda _case, _progress: found)
        return CliRunner().invoke(app, [str(made.root), "--rerun", *arguments])

    return run


@pytest.mark.parametrize(
    ("parts", "versions", "status", "end"),
    [
        (EQUAL, SAME, 0, "Every number comes out again."),
        ((*EQUAL, SKIPPED), SAME, 0, "the rest is named above."),
        ((*EQUAL, DIFFERS), SAME, 1, "do not come out of these originals and settings."),
        ((*EQUAL, DIFFERS), OTHER, 1, "repeat with those of the case"),
    ],
)
def test_the_end_and_the_status(call, parts, versions, status: int, end: str) -> None:
    done = call(Rerun(parts, versions))
    assert done.exit_code == status
    said = " ".join(done.stdout.split())
    assert end in said
    assert "2 equal to the byte: 1 tables, report.html" in said
    for line in done.stdout.split("\n"):
        assert len(line) <= WIDTH
        assert all(char.isprintable() for char in line)


def test_versions_are_told_apart() -> None:
    said = " ".join(rerun_text(Rerun(EQUAL, OTHER)).split())
    assert "Other versions: numpy 1 then, 2 now." in said
    assert "does not name its version of python (3.12 now)." in said
    silent = " ".join(rerun_text(Rerun(EQUAL, OTHER[1:])).split())
    assert "No version is known to differ." in silent
    assert "Versions are those of the case." in rerun_text(Rerun(EQUAL, SAME))


def test_json_holds_every_part(call) -> None:
    done = call(Rerun((*EQUAL, DIFFERS), OTHER), "--json")
    assert done.exit_code == 1
    assert done.stdout.isascii()
    found = json.loads(done.stdout)["rerun"]
    assert found["ok"] is False
    assert [part["verdict"] for part in found["parts"]] == ["equal", "equal", "differs"]
    assert found["parts"][2]["detail"] == HOSTILE


def test_a_long_list_is_cut_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify_text, "SHOWN", 2)
    assert "and 3 more: --json lists them" in rerun_text(Rerun((DIFFERS,) * 5, SAME))


def test_a_record_that_cannot_be_followed_is_said(tmp_path: Path) -> None:
    made = Case.create(
        tmp_path / "case", question="Where?", settings={}, who="me", now=lambda: "2024"
    )
    path = made.root / "record.jsonl"
    path.write_bytes(path.read_bytes().replace(b"Where?", b"When??"[:6]) + b"{}\n")
    app = typer.Typer()
    app.command()(verify)
    done = CliRunner().invoke(app, [str(made.root), "--rerun"])
    assert done.exit_code == 1
    assert "cannot be worked out" in " ".join(done.stdout.split())
