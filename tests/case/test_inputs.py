"""Finding the files to take in: all of them, under names that say where they lay."""

from __future__ import annotations

import os

import pytest

from forensics.case.inputs import InputFile, find_files
from forensics.errors import ReadError


@pytest.fixture
def shelf(tmp_path):
    for name in ("in/b.csv", "in/photos/a.jpg", "in/.hidden", "in/.git/x", "one.csv"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    (tmp_path / "in/link.csv").symlink_to(tmp_path / "one.csv")
    (tmp_path / "empty").mkdir()
    return tmp_path


def test_files_and_folders_by_name(shelf):
    found = find_files([shelf / "one.csv", shelf / "in"])
    assert found == (
        InputFile(shelf / "in/b.csv", "in/b.csv"),
        InputFile(shelf / "in/photos/a.jpg", "in/photos/a.jpg"),
        InputFile(shelf / "one.csv", "one.csv"),
    )


def test_a_file_given_twice_is_one(shelf):
    assert len(find_files([shelf / "one.csv", shelf / "in/../one.csv"])) == 1


def test_two_files_of_one_name_are_refused(shelf):
    (shelf / "in/photos/one.csv").write_bytes(b"y")
    with pytest.raises(ReadError, match=r"two inputs are called one\.csv"):
        find_files([shelf / "one.csv", shelf / "in/photos/one.csv"])


def test_what_is_no_input(shelf):
    os.mkfifo(shelf / "pipe")
    wanted = {"empty": "holds no files", "pipe": "neither a file nor", "nothing": "there is no"}
    for name, what in wanted.items():
        with pytest.raises(ReadError, match=what):
            find_files([shelf / name])
