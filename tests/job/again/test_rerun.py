"""Working a case out again: an honest case comes out equal anywhere, a forged one does not."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from forensics.case import Case, verify
from forensics.errors import CaseError
from forensics.job.again import Part, Rerun, rerun
from forensics.job.again import repeat as repeating
from forensics.job.again.compare import MOMENT
from forensics.job.again.stage import set_up
from forensics.job.settings import RunSettings

pytestmark = pytest.mark.slow

NOW = "2024-01-02T03:04:05Z"
Forge = Callable[[Path, Callable[[list[dict[str, Any]]], None]], None]


def state(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder for temporary files, so that it can be seen what is left in it."""
    folder = tmp_path_factory.mktemp("scratch")
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    yield folder
    tempfile.tempdir = before


@pytest.fixture(scope="module")
def honest(copied: Callable[[], Path], forge: Forge, scratch: Path) -> tuple[Rerun, bool]:
    """The case as a machine with another numpy would have made it, had the numbers been equal."""
    root = copied()

    def other_version(lines: list[dict[str, Any]]) -> None:
        report = next(line for line in lines if line["kind"] == "report")
        was = report["body"]["versions"]["numpy"]
        report["body"]["versions"]["numpy"] = "1.99.1"
        for ref in report["body"]["files"]:
            path = root / ref["path"]
            data = path.read_bytes().replace(was.encode(), b"1.99.1")
            path.write_bytes(data)
            ref |= {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}

    forge(root, other_version)
    before = state(root.parent)
    found = rerun(root)
    return found, before == state(root.parent)


@pytest.fixture(scope="module")
def parts(forged: Path, scratch: Path) -> dict[str, Part]:
    return {part.name: part for part in rerun(forged).parts}


def test_an_honest_case_comes_out_equal_wherever_it_lies(honest) -> None:
    found, _ = honest
    assert found.ok, found.of("differs")
    names = {part.name for part in found.of("equal")}
    assert {"tables/posts.parquet", "tables/weights.jsonl"} <= names
    assert "tables/controls_posts.parquet" in names
    assert all(part.name.startswith("../") for part in found.parts if part.verdict != "equal")


def test_another_version_is_named_and_hides_nothing_else(honest) -> None:
    found, _ = honest
    assert [(one.name, one.then) for one in found.changed] == [("numpy", "1.99.1")]
    pages = {part.name: part for part in found.of("equal rows")}
    assert {"../report.html", "../summary.json"} <= set(pages)
    assert pages["../report.html"].detail == "but for the versions it prints"


def test_nothing_in_the_case_is_changed_and_nothing_is_left(honest, scratch) -> None:
    _, unchanged = honest
    assert unchanged
    assert not list(scratch.iterdir())


def test_the_forged_case_passes_every_check_of_hashes(forged: Path) -> None:
    """Else the test below would show nothing that `verify` does not show."""
    report = verify(forged)
    assert report.ok, report.misfits
    check = [sys.executable, "-I", str(forged / "check.py"), str(forged)]
    assert subprocess.run(check, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize(
    ("name", "detail"),
    [
        ("tables/weights.jsonl", "1 row differs of"),
        ("tables/posts.parquet", "only worked out again"),
        ("record.jsonl (read)", "rows_present"),
        ("conclusion on A (city)", "790000 (all) in the case"),
        ("../summary.json", "worked out again"),
        ("../report.html", "worked out again"),
        (MOMENT, "case.toml was edited since"),
    ],
)
def test_numbers_that_were_forged_with_all_their_hashes_are_found(
    parts: dict[str, Part], name: str, detail: str
) -> None:
    assert parts[name].verdict == "differs"
    assert detail in parts[name].detail


def test_the_first_difference_is_named_with_both_values(parts: dict[str, Part]) -> None:
    said = parts["tables/weights.jsonl"].detail
    assert "H_CN" in said
    then, now = said.rpartition("mdb: ")[2].split(" in the case, ")
    assert int(then) - int(now.split(" ")[0]) == 4000


def test_what_was_not_touched_is_equal(parts: dict[str, Part]) -> None:
    for name in ("cells.parquet", "observations.jsonl", "clues.jsonl", "images.jsonl"):
        assert parts[f"tables/{name}"].verdict == "equal", name


@pytest.fixture
def empty(tmp_path: Path) -> Case:
    told = RunSettings(question="Where?")
    return Case.create(
        tmp_path / "case", question="Where?", settings=told.as_json(), who="me", now=lambda: NOW
    )


def test_a_case_without_numbers_has_nothing_to_repeat(empty: Case) -> None:
    (part,) = rerun(empty.root).parts
    assert part.verdict == "not repeated"


def test_no_case_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="no case"):
        rerun(tmp_path)


def test_a_step_that_fails_is_a_difference(empty: Case) -> None:
    """The record says that something was read, but there is nothing to read."""
    empty.append("read", {"key": "x", "tables": []})
    found = rerun(empty.root)
    assert not found.ok
    assert "it stops" in found.parts[0].detail


def test_a_full_disk_is_no_difference(empty: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    empty.append("read", {"key": "x", "tables": []})

    def full(*_all: object) -> None:
        raise CaseError("no space left on the disk")

    monkeypatch.setattr(repeating, "read_again", full)
    with pytest.raises(CaseError, match="no space"):
        rerun(empty.root)


def test_what_cannot_be_repeated_is_said(empty: Case, tmp_path: Path) -> None:
    empty.append("read", {"key": "x", "tables": []})
    empty.append("report", {"digest": empty.digest(), "files": []})
    empty.append("weigh", {"units": 0, "tables": []})
    empty.append("network", {"act": "ask", "sends": "a place"})
    empty.append("export", {"files": []})
    found = {part.name: part for part in rerun(empty.root).parts}
    assert {found[name].verdict for name in ("network", "report", "exports")} == {"not repeated"}
    assert found["report"].line == 3
    assert "nothing is sent" in found["network"].detail


def test_the_stage_takes_the_lines_up_to_the_latest_report(empty: Case, tmp_path: Path) -> None:
    empty.append("read", {"key": "x", "tables": []})
    empty.append("report", {"digest": empty.digest(), "files": []})
    empty.append("note", {"topic": "note", "text": "Seen."})
    stage = set_up(empty, tmp_path / "one")
    assert [entry.kind for entry in stage.entries] == ["open", "read"]
    assert stage.report is not None
    assert stage.report.seq == 2
    empty.append("weigh", {"units": 0, "tables": []})
    later = set_up(empty, tmp_path / "two")
    assert later.report is None
    assert len(later.entries) == 5


def test_originals_are_copied_where_links_are_denied(
    empty: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in.csv").write_bytes(b"a,b\n")
    item = empty.add_file(tmp_path / "in.csv", "in.csv")

    def denied(*_all: object, **_more: object) -> None:
        raise OSError("denied")

    monkeypatch.setattr(Path, "symlink_to", denied)
    monkeypatch.setattr("os.link", denied)
    stage = set_up(empty, tmp_path / "stage")
    assert stage.case().path_of(item.sha256).read_bytes() == b"a,b\n"
