"""`gnomon verify`: readable, safe to print, one object with --json, exit codes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from forensics.case import Case, Misfit, VerifyReport
from forensics.case import verify as check_case
from forensics.errors import CaseError, UsageError
from forensics.verbs.verify import SHOWN, WIDTH, as_text, verify

HOSTILE = "\x1b]0;owned\x07\x1b[31m\u202egnp.\u2066\u200b\x9b [bold]x[/bold]"


@pytest.fixture
def case(tmp_path) -> Path:
    made = Case.create(
        tmp_path / "case", question="Where?", settings={}, who="me", now=lambda: "2024"
    )
    (tmp_path / "in").write_bytes(b"bytes")
    made.add_file(tmp_path / "in", HOSTILE)
    return made.root


@pytest.fixture
def call():
    app = typer.Typer()
    app.command()(verify)

    def run(*arguments: object):
        return CliRunner().invoke(app, [str(one) for one in arguments])

    return run


def safe(text: str) -> bool:
    return all(char.isprintable() or char == "\n" for char in text)


def test_a_whole_case(case, call):
    done = call(case)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    rows = [line.split(maxsplit=2)[:2] for line in lines[:3]]
    assert rows == [["record", "ok"], ["originals", "ok"], ["tables", "ok"]]
    assert "seals        not checked" in done.stdout
    assert "Proof level 0: hashes and chain." in done.stdout
    assert f"digest {Case.open(case).digest()}" in lines
    assert lines[-1] == "Nothing failed."
    assert max(map(len, lines)) <= WIDTH


def test_a_damaged_case(case, call):
    (path,) = (case / "originals").glob("??/*")
    path.chmod(0o644)
    path.write_bytes(b"other")
    (case / "tables" / f"x{HOSTILE.replace('/', '')}.jsonl").touch()
    done = call(case)
    assert done.exit_code == 1
    assert safe(done.stdout)
    assert "<U+001B>" in done.stdout
    assert "<U+202E>" in done.stdout
    assert "[bold]x" in done.stdout
    assert "originals    FAILED" in done.stdout
    assert "has been altered" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= WIDTH
    assert done.stdout.splitlines()[-1] == "NOT OK: something does not fit."


def test_json(case, call):
    os.truncate(case / "record.jsonl", 300)
    done = call(case, "--json")
    assert done.exit_code == 1
    assert done.stdout.isascii()
    assert done.stdout.count("\n") == 1
    found = json.loads(done.stdout)
    report = check_case(case)
    assert found["ok"] is False
    assert found["digest"] == report.digest
    assert found["level"] == 0
    assert {one["name"]: one["status"] for one in found["checks"]}["record"] == "failed"
    (torn, *_) = found["misfits"]
    assert (torn["check"], torn["file"], torn["line"]) == ("record", "record.jsonl", 2)
    assert set(torn) == {"check", "file", "what", "line", "byte"}


def test_no_case(tmp_path, call):
    done = call(tmp_path)
    assert isinstance(done.exception, CaseError)
    assert done.exception.line().endswith("is no case: it has no record.jsonl")
    done = call(tmp_path / "nothing")
    assert isinstance(done.exception, UsageError)
    assert done.exception.line().endswith("is no folder; give the case folder; unpack a zip first")


def test_a_long_list_is_cut_and_says_so():
    misfits = tuple(Misfit("record", "record.jsonl", "x", line, 0) for line in range(SHOWN + 3))
    report = VerifyReport(False, (), misfits, 1, "0" * 64, "0" * 64, 0, "Level 0.")
    text = as_text(report)
    assert text.count("- record.jsonl line") == SHOWN
    assert "and 3 more: --json lists them" in text


def test_nothing_is_changed(case, call):
    before = {path: path.stat().st_mtime_ns for path in case.rglob("*")}
    call(case)
    assert {path: path.stat().st_mtime_ns for path in case.rglob("*")} == before
