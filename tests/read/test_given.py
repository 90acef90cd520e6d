"""Files that somebody gave: hashed, named, and with what was left out of them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from forensics.read.given import inputs_of
from forensics.read.options import Source, SourceClock


def source(name: str) -> Source:
    clock = SourceClock("platform_utc", "platform", None, 1, "UTC", None)
    return Source("0" * 64, name, "csv", "csv", 0, 0, 0, {}, clock, ("old",))


def test_files_and_folders_are_hashed_and_named(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.csv").write_bytes(b"2")
    (tmp_path / "one.csv").write_bytes(b"1")
    given = inputs_of([tmp_path / "one.csv", tmp_path / "b"])
    assert {file.sha256 for file in given.files} == {
        hashlib.sha256(data).hexdigest() for data in (b"1", b"2")
    }
    assert given.notes == {}


def test_the_note_on_a_file_stands_first(tmp_path: Path) -> None:
    pack = tmp_path / "repo" / ".git" / "objects" / "pack"
    pack.mkdir(parents=True)
    (pack / ("pack-" + "a" * 40 + ".pack")).write_bytes(b"PACK")
    (tmp_path / "repo" / ".git" / "refs").mkdir()
    (tmp_path / "repo" / ".git" / "HEAD").write_text("ref: refs/heads/main")
    given = inputs_of([tmp_path / "repo"])
    (name,) = given.notes
    noted, plain = given.noted([source(name), source("other.csv")])
    assert noted.notes == (given.notes[name], "old")
    assert plain.notes == ("old",)
