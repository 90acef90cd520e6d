"""`gnomon review`: writes a line, and seals if a key is given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from forensics.case import Case, keys, verify
from forensics.errors import UsageError
from forensics.job.reviewing import reviews
from forensics.verbs.review import review


@pytest.fixture
def case(tmp_path: Path) -> Path:
    made = Case.create(
        tmp_path / "case", question="Where?", settings={}, who="me", now=lambda: "2024"
    )
    made.append("conclude", {"unit": "A", "rung": "city"})
    return made.root


@pytest.fixture
def call():
    app = typer.Typer()
    app.command()(review)
    return lambda *arguments: CliRunner().invoke(app, [str(one) for one in arguments])


SAID = ("--who", "B. Reader", "--verdict", "concur", "--reason", "I repeated it.")


def test_a_review_without_a_key(case: Path, call) -> None:
    done = call(case, *SAID, "--scope", "conclusion:2")
    assert done.stdout == "line 3 of the record; gnomon report prints it\n"
    (one,) = reviews(Case.open(case))
    assert (one.who, one.verdict, one.scope) == ("B. Reader", "concur", "conclusion:2")
    assert not (case / "seals").exists()


def test_a_review_with_a_key_is_sealed(case: Path, tmp_path: Path, call) -> None:
    name = keys.new_key(tmp_path / "b", passphrase=None)
    done = call(case, *SAID, "--key", tmp_path / "b", "--json")
    told = json.loads(done.stdout)
    assert (told["line"], told["seal"]["lines"], told["seal"]["fingerprint"]) == (3, 3, name)
    assert told["head"] == Case.open(case).head()
    report = verify(case, trusted=[name])
    assert (report.ok, report.level, report.seals[0].verdict) == (True, 1, "concur")
    done = call(case, *SAID, "--key", tmp_path / "b")
    assert f"fingerprint sha256:{name}" in done.stdout
    assert [one.status for one in verify(case, trusted=[name]).seals] == ["ok", "ok"]


def test_wrong_use_leaves_no_line(case: Path, tmp_path: Path, call) -> None:
    head = Case.open(case).head()
    keys.new_key(tmp_path / "locked", passphrase=b"x")
    for more in (("--scope", "conclusion:1"), ("--verdict", "yes"), ("--key", tmp_path / "locked")):
        assert isinstance(call(case, *SAID, *more).exception, UsageError)
    own = call(case, *SAID, "--scope", "conclusion:2", "--who", "me")
    assert isinstance(own.exception, UsageError)
    assert Case.open(case).head() == head
