"""Many files at a time: each recorded before it is named, and the disk asked a few times only."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from forensics.case import Case, receiving, verify
from forensics.case.originals import INCOMING
from forensics.case.receiving import Received
from forensics.errors import CaseError


@pytest.fixture
def case(tmp_path, now) -> Case:
    return Case.create(tmp_path / "case", question="Q", settings={}, who="me", now=now)


@pytest.fixture
def items(tmp_path) -> list[Received]:
    folder = tmp_path / "inputs"
    folder.mkdir()
    found = []
    for number in range(10):
        path = folder / f"{number}.txt"
        path.write_bytes(b"%d" % (number // 2) * 40)  # every two are equal
        found.append(Received(path, path.name, how="by hand"))
    return found


def lines(case: Case) -> list[str]:
    return [str(e.body["name_as_received"]) for e in case.entries() if e.kind == "ingest"]


@pytest.mark.parametrize("batch", [1, 3, 100])
def test_the_size_of_a_batch_changes_nothing(case, items, monkeypatch, batch):
    monkeypatch.setattr(receiving, "BATCH_FILES", batch)
    found = case.add_files(items)
    assert [one.name_as_received for one in found] == [f"{number}.txt" for number in range(10)]
    assert lines(case) == [f"{number}.txt" for number in range(10)]
    assert len(list((case.root / "originals").glob("*/*"))) == 5
    assert not (case.root / INCOMING).exists()
    assert verify(case.root).ok
    assert case.add_files(items) == found
    assert len(lines(case)) == 10


def test_large_files_end_a_batch(case, items, monkeypatch):
    monkeypatch.setattr(receiving, "BATCH_BYTES", 50)
    staged = []
    real = case._originals.settle
    monkeypatch.setattr(
        case._originals, "settle", lambda: (staged.append(case._originals.staged), real())
    )
    case.add_files(items)
    assert max(staged) == 1


def test_another_claim_about_equal_bytes_in_one_batch_adds_a_line(case, items):
    one = items[0]
    again = [one, one, Received(one.path, one.name), Received(one.path, one.name, how="by mail")]
    found = case.add_files(again)
    assert [item.how for item in found] == ["by hand", "by hand", "by hand", "by mail"]
    assert [item.how for item in case.originals()] == ["by mail"]
    assert len(lines(case)) == 2


def test_what_comes_before_a_refused_file_is_kept(case, items):
    items.insert(4, Received(items[0].path.parent, "folder"))
    with pytest.raises(CaseError, match="is a folder"):
        case.add_files(items)
    assert lines(case) == ["0.txt", "1.txt", "2.txt", "3.txt"]
    assert verify(case.root).ok
    assert not (case.root / INCOMING).exists()


def test_the_record_is_written_between_the_bytes_and_their_name(case, items, monkeypatch):
    seen = []
    real = case._record.append_all

    def look(*args, **more):
        incoming = list((case.root / INCOMING).iterdir())
        seen.append((len(incoming), len(list((case.root / "originals").glob("*/*")))))
        return real(*args, **more)

    monkeypatch.setattr(case._record, "append_all", look)
    case.add_files(items)
    assert seen == [(5, 0)]


def test_the_disk_is_asked_once_a_file_and_a_few_times_a_batch(case, items, monkeypatch):
    asked, real = [], os.fsync
    monkeypatch.setattr(os, "fsync", lambda number: (asked.append(number), real(number)))
    case.add_files(items)
    folders = len(list((case.root / "originals").iterdir()))
    assert len(asked) <= 5 + 1 + 1 + folders + 1


def test_bytes_that_lie_there_under_a_line_but_are_gone_are_stored_afresh(case, items):
    found = case.add_files(items[:1])[0]
    path = case.path_of(found.sha256)
    path.unlink()
    case = Case.open(case.root, who="me", now=lambda: "later")
    assert case.add_files(items[:1]) == (found,)
    assert path.is_file()
    assert len(lines(case)) == 1


def test_progress_says_how_far_it_is(case, items):
    seen: list[tuple[str, int, int | None]] = []
    case.add_files(items, lambda *what: seen.append(what))
    assert seen == [("receive", number, 10) for number in range(11)]


def test_nothing_is_taken_in_where_the_record_cannot_be_written(case, items, monkeypatch):
    def refuse(*_args, **_more):
        raise CaseError("no space left on the disk")

    monkeypatch.setattr(case._record, "append_all", refuse)
    with pytest.raises(CaseError, match="no space"):
        case.add_files(items)
    monkeypatch.undo()
    assert verify(case.root).ok
    assert [path for path in Path(case.root / "originals").rglob("*") if path.is_file()] == []
