"""A case folder appears whole or not at all, also where two want to make it."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from forensics.case import Case, verify
from forensics.case.making import differences
from forensics.errors import CaseError


def test_what_a_making_that_died_left_is_removed(tmp_path, now):
    left = tmp_path / f".case.{os.getpid() + 1}.part"
    (left / "tables").mkdir(parents=True)
    other = tmp_path / ".case2.1.part"
    other.mkdir()
    Case.create(tmp_path / "case", question="Q", settings={}, who="", now=now)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".case2.1.part", "case"]


def test_two_that_make_the_same_case_get_the_same_one(tmp_path, now):
    made: list[Case] = []
    start = threading.Barrier(4)

    def make() -> None:
        start.wait()
        root = tmp_path / "case"
        made.append(Case.open_or_create(root, question="Q", settings={}, who="", now=now))

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({case.head() for case in made}) == 1
    assert len(made) == 4
    assert verify(tmp_path / "case").ok


def test_a_folder_that_cannot_be_locked_is_no_obstacle(tmp_path, now, monkeypatch):
    def refuse(*_args):
        raise OSError(95, "Operation not supported")

    with monkeypatch.context() as patch:
        patch.setattr("forensics.case.files.fcntl.flock", refuse)
        with pytest.raises(CaseError, match="not supported"):  # the record needs its lock
            Case.create(tmp_path / "case", question="Q", settings={}, who="", now=now)
    assert list(tmp_path.iterdir()) == []
    assert Case.create(tmp_path / "case", question="Q", settings={}, who="", now=now)


@pytest.mark.parametrize(
    ("there", "wanted", "said"),
    [
        ({"a": 1}, {"a": 1}, ""),
        ({"a": None}, {}, "other settings (a: not set there, not set now)"),
        ({"a": 1}, {"a": 2}, "other settings (a: 1 there, 2 now)"),
        ({}, {"b": "x"}, 'other settings (b: not set there, "x" now)'),
    ],
)
def test_differences(there, wanted, said):
    assert differences(("Q", "Q"), there, wanted) == said
    assert differences(("Q", "R"), there, wanted) == "another question (Q)"


def test_a_missing_parent_is_made(tmp_path: Path, now):
    assert Case.create(tmp_path / "a/b", question="Q", settings={}, who="", now=now)
