from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from forensics.evaluate.synthetic.localtime import day_number
from forensics.evaluate.synthetic.people import library_people
from forensics.evaluate.synthetic.tables import write_ndjson
from forensics.reference.templates import library
from forensics.verbs.evaluate_text import evaluation_text, trials_text
from forensics.verbs.main import app, main

ZONES = ("Asia/Shanghai", "Europe/Berlin", "Asia/Tokyo") * 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("evaluate")
    window = (day_number("2021-01-04"), day_number("2021-09-30"))
    unit = library_people(
        np.random.default_rng(3), library(), zones=ZONES, window=window, posts=120
    )
    write_ndjson(unit, where / "posts.ndjson")
    zones = unit.truth["zones"]
    assert isinstance(zones, dict)
    rows = "".join(f"{name},{zone}\n" for name, zone in zones.items())
    (where / "labels.csv").write_text("account,zone\n" + rows, encoding="utf-8")
    return where


def run(*words: str | Path):
    return CliRunner().invoke(app, ["evaluate", *map(str, words)])


def test_the_page_fits_80_columns_and_names_its_parts(folder: Path) -> None:
    done = run(folder / "labels.csv", folder / "posts.ndjson")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert max(len(line) for line in lines) <= 80
    for words in ("9 accounts scored", "80 % set holds the truth", "log loss", "reliability",
                  "only the surest answered", "Brackets: 95 %"):  # fmt: skip
        assert words in done.stdout, words


def test_json_and_files_hold_the_same_numbers(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "er"
    done = run(folder / "labels.csv", folder / "posts.ndjson", "--json", "--out", out)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["schema"] == "gnomon.evaluate/1"
    assert json.loads((out / "evaluation.json").read_text(encoding="utf-8")) == told
    assert sorted(path.name for path in out.iterdir()) == [
        "evaluation.json", "reliability.png", "risk_coverage.png",
    ]  # fmt: skip
    assert (out / "reliability.png").read_bytes().startswith(b"\x89PNG")
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    run(folder / "labels.csv", folder / "posts.ndjson", "--json", "--out", out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == first


def test_synthetic_prints_case_and_twin(folder: Path) -> None:
    done = run("--synthetic", "absence")
    assert done.exit_code == 0, done.output
    assert max(len(line) for line in done.stdout.splitlines()) <= 80
    assert "ok   case" in done.stdout
    assert "ok   twin" in done.stdout
    assert "1 of 1 scenarios as they must be" in done.stdout
    told = json.loads(run("--synthetic", "absence", "--json").stdout)
    assert [one["name"] for one in told["scenarios"]] == ["absence"]


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        ((), 2, "no labels were given"),
        (("nothing.csv",), 1, "there is no such file"),
        (("--cases", "nowhere"), 2, "there are yancheng, amplifier, false_flag, ghana"),
        (("--cases", "--draw", "9"), 2, "--cases takes names of scenarios"),
        (("--cases", "--synthetic"), 2, "--synthetic takes names of scenarios"),
        (("--synthetic", "nosuch"), 2, "no scenario is called 'nosuch'"),
        (("--synthetic", "rota", "--out", "x"), 2, "--synthetic takes names of scenarios"),
        (("LABELS", "--label", "nosuch"), 1, "no column is called 'nosuch'"),
        (("LABELS",), 1, "no column"),
        (("LABELS", "POSTS", "--at-least", "9999"), 2, "0 of the labelled accounts"),
        (("LABELS", "POSTS", "--out", "LABELS"), 2, "cannot be written to"),
        (("LABELS", "POSTS", "--map", "x"), 2, "cannot read 'x'"),
    ],
)
def test_bad_input_is_one_line(
    folder: Path,
    words: tuple[str, ...],
    code: int,
    line: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    known = {"LABELS": str(folder / "labels.csv"), "POSTS": str(folder / "posts.ndjson")}
    monkeypatch.setattr(sys, "argv", ["gnomon", "evaluate", *(known.get(w, w) for w in words)])
    with pytest.raises(SystemExit) as done:
        main()
    printed = capsys.readouterr()
    assert done.value.code == code
    assert printed.out == ""
    assert len(printed.err.splitlines()) == 1
    assert line in printed.err


def test_text_comes_from_the_same_objects(folder: Path) -> None:
    from forensics.evaluate import evaluate
    from forensics.evaluate.trial import trials

    found = evaluate(folder / "labels.csv", [folder / "posts.ndjson"], draw=60)
    page = "\n".join(evaluation_text(found))
    assert "at most 60 posts drawn of each, seed 20" in page
    assert "UTC+8" in page or "No true offset has 5 accounts" in page
    assert "twin" in "\n".join(trials_text(trials(["absence"])))
