"""Zips with fixed bytes: stored, one date, one mode, whole or not at all."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from forensics.errors import CaseError
from forensics.export.zipping import DATE, write_zip


def test_equal_bytes_whatever_the_times_of_the_files(tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_bytes(b"a" * 3_000_000)
    first = write_zip(tmp_path / "1.zip", [("x/a", source), ("b", b"b")]).read_bytes()
    os.utime(source, (1, 1))
    source.chmod(0o600)
    assert write_zip(tmp_path / "deep" / "2.zip", [("x/a", source), ("b", b"b")]).read_bytes() == (
        first
    )
    with zipfile.ZipFile(tmp_path / "1.zip") as whole:
        assert whole.testzip() is None
        for entry in whole.infolist():
            assert entry.date_time == DATE
            assert entry.compress_type == zipfile.ZIP_STORED
            assert entry.create_system == 3
            assert entry.external_attr >> 16 == 0o100644


def test_a_file_that_is_gone_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(CaseError):
        write_zip(tmp_path / "x.zip", [("a", b"a"), ("gone", tmp_path / "gone")])
    assert [*tmp_path.iterdir()] == []
