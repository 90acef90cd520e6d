"""Many files hashed beside other work: the same hashes, errors kept, stopped at once."""

from __future__ import annotations

import hashlib
import os
import sys

import pytest

from forensics.case import files, hashing
from forensics.case.hashing import Hasher, Megabytes, turns, walk_files


def quiet(*_what) -> None:
    """Progress nobody looks at."""


@pytest.fixture
def folder(tmp_path):
    for number in range(9):
        path = tmp_path / "originals" / f"{number % 3}" / f"file{number}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(1) * number * 5000)
    return tmp_path / "originals"


@pytest.mark.parametrize("turning", [True, False])
def test_every_file_has_its_hash(folder, monkeypatch, turning):
    monkeypatch.setattr(hashing, "turns", lambda _folder: turning)
    monkeypatch.setattr(files, "HASH_BYTES", 4096)
    before = sys.getswitchinterval()
    with Hasher(folder, "originals", quiet) as hasher:
        hasher.wait()
    assert sys.getswitchinterval() == before
    assert hasher.hashes == {
        name: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size)
        for path, name in walk_files(folder, "originals")
    }
    assert len(hasher.hashes) == 9


def test_what_cannot_be_hashed_is_said(folder):
    (folder / "link").symlink_to(folder / "0/file0")
    with Hasher(folder, "originals", quiet) as hasher:
        hasher.wait()
    assert hasher.errors == {"originals/link": "is a symbolic link"}
    assert len(hasher.hashes) == 9


def test_leaving_stops_it(folder, monkeypatch):
    monkeypatch.setattr(files, "HASH_BYTES", 1)
    with Hasher(folder, "originals", quiet) as hasher:
        pass
    assert len(hasher.hashes) < 9


def test_a_defect_in_a_thread_is_raised_outside(folder, monkeypatch):
    monkeypatch.setattr(hashing, "sha256_of", lambda *_args, **_more: 1 / 0)
    with Hasher(folder, "originals", quiet) as hasher, pytest.raises(ZeroDivisionError):
        hasher.wait()


def test_no_folder_is_no_files(tmp_path):
    with Hasher(tmp_path / "none", "originals", quiet) as hasher:
        hasher.wait()
    assert hasher.hashes == {}


def test_megabytes_are_shown_as_they_fill():
    seen: list[tuple[str, int, int | None]] = []
    shown = Megabytes(lambda *what: seen.append(what), "record", 2_500_000)
    for _ in range(25):
        shown.more(100_000)
    assert seen == [("record, MB", 1, 2), ("record, MB", 2, 2)]


def test_whether_a_disk_turns_is_asked_of_the_system(tmp_path):
    assert turns(tmp_path) in {True, False}
    assert turns(tmp_path / "none") is False
