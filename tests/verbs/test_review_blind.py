"""`gnomon review --blind`: by files, in a terminal, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from forensics.case import Case
from forensics.errors import UsageError
from forensics.job.regrading import regrade_views
from forensics.verbs import review_blind
from forensics.verbs.review import review

B = ("--who", "B", "--blind")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    made = Case.create(tmp_path / "case", question="?", settings={}, who="me", now=lambda: "2024")
    rows = [
        {"id": f"c{n}", "unit": "A", "kind": "label", "statement": "\x1b[31mSaid.", "grade": "B2",
         "observations": [], "category": "contextual"} for n in range(3)
    ]  # fmt: skip
    made.append("clue", {"tables": [made.write_table("clues.jsonl", rows).as_json()]})
    return made.root


@pytest.fixture
def call():
    app = typer.Typer()
    app.command()(review)
    return lambda *more, said=None: CliRunner().invoke(app, [str(one) for one in more], input=said)


def test_by_files(case: Path, tmp_path: Path, call) -> None:
    path = tmp_path / "g.csv"
    done = call(case, *B, "--sample", 2, "--questions", path, "--json")
    assert json.loads(done.stdout) == {"clues": 2, "questions": str(path)}
    path.write_text(path.read_text().replace(",,,,", ",C,3,technical,"))
    done = call(case, *B, "--sample", 2, "--grades", path, "--json")
    told = json.loads(done.stdout)
    assert told["graded"] == told["agreement"]["graded"] == 2
    assert told["agreement"]["scales"][0]["why"].startswith("no kappa: 2 items")
    assert isinstance(call(case, *B, "--grades", path).exception, UsageError)
    assert "3 of 3 clues" not in call(case, *B, "--questions", path).stdout


def test_in_a_terminal(case: Path, monkeypatch: pytest.MonkeyPatch, call) -> None:
    done = call(case, *B)
    assert isinstance(done.exception, UsageError)  # nobody can be asked
    monkeypatch.setattr(review_blind, "_asks", lambda: True)
    done = call(case, *B, said="c\n9\n3\ntech\n\n")
    assert done.exit_code == 0, done.output
    assert "credibility '9' is none of" in done.output
    assert "\x1b" not in done.output
    assert "B2" not in done.output
    (view,) = regrade_views(Case.open(case))
    assert [row.reviewer for row in view.rows] == ["C3 technical"]
    done = call(case, *B, said="A\n1\nbeh\nF\n6\ncon\n")
    assert "2 clues graded now" in done.stdout
    assert "3 of 3 clues graded by B" in done.stdout
    assert "0 clues graded now" in call(case, *B).stdout


@pytest.mark.parametrize(
    "more",
    [
        ("--sample", "3"),
        ("--grades", "x.csv"),
        ("--blind", "--verdict", "concur"),
        ("--verdict", "concur"),
        (),
    ],
)
def test_wrong_use(case: Path, more: tuple[str, ...], call) -> None:
    assert isinstance(call(case, "--who", "B", *more).exception, UsageError)


def test_agreement_in_words() -> None:
    from forensics.show.reviews import RegradeView, ScaleView, kappa_text

    scale = ScaleView("category", 30, 21, 4, 512, 365, 659, weighted=False, why="")
    view = RegradeView("B", "", 34, 40, "", False, (scale,), ())
    assert review_blind.agreement_lines(view) == [
        "34 of 40 clues graded by B",
        "  category     21 of 30 alike, kappa 0.51 (0.36 to 0.66)",
        "               4 not compared: one could not judge",
    ]
    assert [kappa_text(n) for n in (676, -50, -4, 1000)] == ["0.68", "−0.05", "0.00", "1.00"]
