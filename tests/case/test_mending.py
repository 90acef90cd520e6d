"""A command that dies at any of its calls leaves a case that the next one puts right."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from forensics.case import Case, mending, verify
from forensics.case.files import write_whole
from forensics.case.receiving import Received
from forensics.errors import CaseError

CHANGING = (
    "write", "fsync", "open", "replace", "rename", "link", "unlink", "mkdir", "rmdir", "ftruncate",
    "chmod",
)  # fmt: skip


class Died(BaseException):
    """Stands for a kill: nothing after it, not even a cleaning up, changes the disk."""


class Mortal:
    """Counts the calls of `os` that change the disk, and dies at one of them."""

    def __init__(self, monkeypatch, at: int = 0, share: float = 0.5) -> None:
        self.at, self.share, self.seen = at, share, 0
        for name in CHANGING:
            monkeypatch.setattr(os, name, self._call(name, getattr(os, name)))

    def _call(self, name, real):
        def call(*args, **more):
            if name == "open" and not args[1] & os.O_CREAT:
                return real(*args, **more)
            self.seen += 1
            if self.seen == self.at and name == "write":
                real(args[0], bytes(args[1])[: int(len(args[1]) * self.share)])
            if self.at and self.seen >= self.at:
                raise Died
            return real(*args, **more)

        return call


def work(root: Path, inputs: list[Received], told: list[str]) -> Case:
    """A command: takes files in, makes a table anew and another for the first time."""
    case = Case.open(root, who="me", now=lambda: "2024-01-02T03:04:05Z", tell=told.append)
    with case.exclusively(wait_s=0):
        case.add_files(inputs)
        if case.stage_done("clue", "new") is None:
            tables = [case.write_table(name, [{"a": 2}]) for name in ("a.jsonl", "b.jsonl")]
            report = root.parent / "report.html"
            write_whole(report, b"second")
            body = {"key": "new", "tables": [one.as_json() for one in tables]}
            case.append("clue", {**body, "files": [case.file_ref(report).as_json()]})
    return case


def state(root: Path) -> dict[str, bytes]:
    """Everything but the record, the lines set aside and the locks."""
    return {
        path.relative_to(root.parent).as_posix(): path.read_bytes()
        for path in root.parent.rglob("*")
        if path.is_file() and path.name != "record.jsonl" and path.parent.name != "aside"
    }


@pytest.fixture
def start(tmp_path, now) -> Path:
    """A case with a table and a report."""
    root = tmp_path / "start" / "case"
    case = Case.create(root, question="Q", settings={}, who="me", now=now)
    table = case.write_table("a.jsonl", [{"a": 1}])
    report = root.parent / "report.html"
    report.write_bytes(b"first")
    files = [case.file_ref(report).as_json()]
    case.append("clue", {"key": "old", "tables": [table.as_json()], "files": files})
    return root


@pytest.fixture
def inputs(tmp_path) -> list[Received]:
    folder = tmp_path / "inputs"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.txt").write_bytes(b"%d" % number * 9000)
    return [Received(path, path.name) for path in sorted(folder.iterdir())]


@pytest.mark.parametrize(
    "step", [7, pytest.param(1, marks=pytest.mark.slow)], ids=["some", "every"]
)
def test_dead_at_some_or_every_call(start, inputs, tmp_path, step):
    def copy() -> Path:
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        shutil.copytree(start.parent, tmp_path / "out")
        return tmp_path / "out" / "case"

    root = copy()
    with pytest.MonkeyPatch.context() as patch:
        mortal = Mortal(patch)
        undisturbed = work(root, inputs, []).digest()
    calls, wanted, mended = mortal.seen, state(root), 0
    assert calls > 40
    for number in range(1, calls + 1, step):
        root = copy()
        with pytest.MonkeyPatch.context() as patch:
            Mortal(patch, at=number, share=(number % 5) / 4)
            with pytest.raises(Died):
                work(root, inputs, [])
        told: list[str] = []
        case = Case.open(root, who="me", now=lambda: "later", tell=told.append)
        with case.exclusively(wait_s=0):
            pass
        found = verify(root)
        assert found.ok, (number, found.misfits)
        recorded = [entry for entry in case.entries() if entry.kind == "recover"]
        assert len(recorded) == len(told)
        mended += bool(told)
        assert work(root, inputs, []).digest() == undisturbed, number
        assert state(root) == wanted, number
    assert mended > calls // step // 4


def test_an_error_puts_tables_and_files_back(start, inputs, monkeypatch):
    before = state(start)
    case = Case.open(start, who="me", now=lambda: "now")

    def fail(*_args):
        raise CaseError("no")

    monkeypatch.setattr(case, "append", fail)

    def change() -> None:
        with case.exclusively():
            case.write_table("a.jsonl", [{"a": 2}])
            case.write_table("b.jsonl", [])
            write_whole(start.parent / "report.html", b"second")
            case.append("clue", {})

    with pytest.raises(CaseError, match="no"):
        change()
    assert verify(start).ok
    assert state(start) == before | {"case/run.lock": b""}


def test_what_was_mended_is_said_and_recorded(start):
    mending.keep(start, mending.named(Case.open(start).entries()))
    (start / "tables/a.jsonl").unlink()
    (start / "tables/new.jsonl").write_bytes(b"")
    told: list[str] = []
    case = Case.open(start, who="me", now=lambda: "now", tell=told.append)
    digest = case.digest()
    with case.exclusively():
        pass
    said = (
        "A command was interrupted; put back: tables/a.jsonl; unfinished tables removed: new.jsonl."
    )
    assert told == [f"{start}: {said}"]
    assert case.last("recover").body["statement"] == said
    assert case.digest() == digest
    assert verify(start).ok


def test_a_case_for_reading_is_mended_without_a_line(start):
    (start / mending.UNDO).mkdir()
    (start / "tables/new.jsonl").write_bytes(b"")
    lines = (start / "record.jsonl").read_bytes()
    with Case.open(start).exclusively():
        pass
    assert not (start / "tables/new.jsonl").exists()
    assert (start / "record.jsonl").read_bytes() == lines


def test_a_table_without_a_line_stays_where_no_command_has_died(start, now):
    (start / "tables/new.jsonl").write_bytes(b"{}\n")
    with Case.open(start, now=now).exclusively():
        pass
    assert not verify(start).ok


def test_only_files_gnomon_writes_are_put_back_outside_the_case(start):
    sha256 = "0" * 64
    body = {"files": [{"path": name, "sha256": sha256, "size": 1} for name in ("../x", "a/b")]}
    case = Case.open(start, who="me", now=lambda: "now")
    case.append("note", body)
    known = mending.named(case.entries())
    assert "../x" not in known
    assert {"../report.html", "a/b", "tables/a.jsonl"} == set(known)


def test_a_second_name_with_other_bytes_is_not_put_back(start, now):
    sha256 = Case.open(start).last("clue").body["tables"][0]["sha256"]
    (start / mending.UNDO).mkdir()
    (start / mending.UNDO / sha256).write_bytes(b"planted")
    (start / "tables/a.jsonl").write_bytes(b"changed")
    with Case.open(start, now=now).exclusively():
        pass
    assert (start / "tables/a.jsonl").read_bytes() == b"changed"
    assert not verify(start).ok


def test_links_lead_nowhere(start, tmp_path, now):
    outside = tmp_path / "outside"
    outside.mkdir()
    for name in (".x.1-0.part", "new.jsonl"):
        (outside / name).write_bytes(b"mine")
    shutil.rmtree(start / "tables")
    (start / "tables").symlink_to(outside)
    (start / mending.UNDO).mkdir()
    with Case.open(start, now=now).exclusively():
        pass
    assert sorted(path.name for path in outside.iterdir()) == [".x.1-0.part", "new.jsonl"]
    (start / ".incoming").symlink_to(outside)
    with pytest.raises(CaseError, match="is a symbolic link"), Case.open(start).exclusively():
        pytest.fail("went on")


def test_a_disk_without_hard_links_has_nothing_to_put_back(start, now, monkeypatch):
    def refuse(*_args, **_more):
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    case = Case.open(start, now=now)
    with case.exclusively():
        case.append("note", {})
    assert not mending.interrupted(start)
    assert verify(start).ok


def test_a_case_that_vanishes_gives_one_line(start, now):
    case = Case.open(start, now=now)

    def change() -> None:
        with case.exclusively():
            shutil.rmtree(start)
            case.append("note", {})

    with pytest.raises(CaseError, match="does not exist") as caught:
        change()
    assert "\n" not in caught.value.line()
