"""What `gnomon report` makes besides the page, and what the record says about it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from forensics.case import Case, verify
from forensics.errors import ShowError, UsageError
from forensics.job.prints import Prints
from forensics.job.run import run
from forensics.job.settings import RunSettings
from forensics.job.steps import report_case
from forensics.show import brief, printpdf

AT = "2025-07-01T00:00:00Z"


@pytest.fixture
def done(small: Path, tmp_path: Path) -> Path:
    run([small], tmp_path / "out", RunSettings(question="Where?"), now=lambda: AT)
    return tmp_path / "out"


@pytest.mark.slow
def test_figures_and_brief_stand_in_the_record(done: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brief, "find_spec", lambda _name: None)  # PDF has tests of its own
    before = (done / "report.html").read_bytes()
    case = Case.open(done / "case", now=lambda: AT)
    digest = case.digest()
    wanted = Prints(figures=done / "figures", brief=True, language="zh")
    got = report_case(case, done, prints=wanted)
    assert [path.name for path in got.printed.files] == ["brief.zh.html"]
    last = case.last("report")
    assert last is not None
    files = last.body["files"]
    assert isinstance(files, list)
    assert "../brief.zh.html" in json.dumps(files)
    figures = last.body["figures"]
    assert isinstance(figures, dict)
    assert int(str(figures["figures"])) > 4
    assert case.digest() == digest, "printing changes no result"
    assert (done / "report.html").read_bytes() == before
    assert verify(done / "case").ok


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (lambda _here: Prints(brief=True, language="xx"), UsageError),
        (lambda _here: Prints(language="zh"), UsageError),
        (lambda here: Prints(figures=here / "file"), UsageError),
        (lambda _here: Prints(pdf=True), ShowError),
    ],
)
def test_what_cannot_be_made_is_said_first(
    wanted: Callable[[Path], Prints],
    error: type[Exception],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    monkeypatch.setattr(printpdf, "find_spec", lambda _name: None)
    with pytest.raises(error):
        wanted(tmp_path).check()
