"""One finished case for the tests of the exports, with hostile rows, handed over once."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest

from forensics.case import Case
from forensics.export.handed import Handed
from forensics.job import exporting
from forensics.job.run import RunResult, run
from forensics.job.settings import RunSettings
from forensics.verbs.demo import AT, demo_files

QUESTION = "Where were <script>alert('q')</script> crews\u202e A and B at work?"
HOSTILE_UNIT = "<img src=x onerror=alert(1)>"
HOSTILE_ACCOUNT = "<script>alert(1)</script>\u202eevil\u200b"
HOSTILE_TEXT = '=HYPERLINK("http://bad.example") </script><b>\u202ekrad\x01 known-needle-7731'
KNOWN_TEXT = "known-needle-7731"
ROWS = 200
WEIBO_ROWS = 900
PICTURE = "harbour_evening.jpg"


def _inputs(folder: Path) -> list[Path]:
    """The start of the western posts with a hostile unit at its end, some of Weibo, a picture."""
    source = demo_files()
    lines = (source / "western.csv").read_bytes().splitlines(keepends=True)
    pictured = [line for line in lines[ROWS + 1 :] if PICTURE.encode() in line]
    rows = io.StringIO()
    for number in range(12):
        when = f"2024-02-{number + 1:02d}T05:00:{number:02d}Z"
        values = [HOSTILE_ACCOUNT, when, f"9{number}", HOSTILE_TEXT, "Web App", "original", "en"]
        csv.writer(rows, lineterminator="\n").writerow([*values, "", HOSTILE_UNIT])
    data = b"".join([*lines[: ROWS + 1], *pictured, rows.getvalue().encode()])
    (folder / "posts.csv").write_bytes(data)
    (folder / "photos").mkdir()
    (folder / "photos" / PICTURE).write_bytes((source / "photos" / PICTURE).read_bytes())
    weibo = (source / "weibo.ndjson").read_bytes().splitlines(keepends=True)
    (folder / "weibo.ndjson").write_bytes(b"".join(weibo[:WEIBO_ROWS]))
    return [folder / "posts.csv", folder / "weibo.ndjson", folder / "photos"]


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """The case, run; tests that write into it take `fresh`."""
    inputs = _inputs(tmp_path_factory.mktemp("inputs"))
    settings = RunSettings(question=QUESTION, by="crew", audience_zone="America/New_York")
    where = tmp_path_factory.mktemp("finished")
    return run(inputs, where, settings, who="demonstration", now=lambda: AT)


@pytest.fixture(scope="session")
def handed(finished: RunResult, tmp_path_factory: pytest.TempPathFactory) -> Handed:
    """A copy of the case as every format with a view is handed it; nothing writes into it."""
    root = _copy(finished, tmp_path_factory.mktemp("handed"))
    case = Case.open(root, who="crew <b>chief</b>", now=lambda: AT)
    return exporting._hand(case, "view", exporting.silent)[0]


@pytest.fixture
def fresh(finished: RunResult, tmp_path: Path) -> Handed:
    """A copy of the case with its report, for tests that write; tables as they stand."""
    case = Case.open(_copy(finished, tmp_path / "fresh"), who="tester", now=lambda: AT)
    return exporting._handed(case)


def _copy(finished: RunResult, folder: Path) -> Path:
    shutil.copytree(finished.case.parent, folder, dirs_exist_ok=True)
    return folder / finished.case.name
