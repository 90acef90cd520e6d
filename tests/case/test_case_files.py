"""Files are written whole or not at all; locks; errors of the disk in one line."""

from __future__ import annotations

import errno
import itertools
import os

import pytest

from forensics.case import files
from forensics.errors import CaseError


def test_write_whole_replaces(tmp_path):
    path = tmp_path / "a"
    files.write_whole(path, b"one")
    files.write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_the_old_file_survives_an_error(tmp_path, monkeypatch, call):
    path = tmp_path / "a"
    files.write_whole(path, b"one")

    def fail(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(CaseError) as caught:
        files.write_whole(path, b"two")
    expected = f"{path}: no space left on the disk; free some space or choose another --out"
    assert caught.value.line() == expected
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]


def test_write_all_goes_on_where_the_system_stopped(tmp_path, monkeypatch):
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, data[:3]))
    files.write_whole(tmp_path / "a", b"0123456789")
    assert (tmp_path / "a").read_bytes() == b"0123456789"


def test_a_name_left_by_a_crash_is_not_used_again(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_NUMBERS", itertools.count())
    left = tmp_path / f".a.{os.getpid()}-0.part"
    left.write_bytes(b"left")
    files.write_whole(tmp_path / "a", b"one")
    assert left.read_bytes() == b"left"


def test_an_error_nobody_thought_of_keeps_its_text(tmp_path):
    error = OSError(errno.EMFILE, "Too many open files")
    assert files.explain(error, tmp_path).what == "Too many open files"
    assert files.explain(OSError("odd"), tmp_path).what == "OSError"


def test_a_held_lock_is_refused_or_waited_for(tmp_path):
    path = tmp_path / "lock"
    with (
        files.locked(path, holder="me"),
        pytest.raises(CaseError, match=r"\(process \d+, me\); waited 0 s"),
        files.locked(path, wait_s=0),
    ):
        pytest.fail("two hold the lock")
    with files.locked(path, wait_s=0):
        pass


def test_a_lock_that_cannot_be_had(tmp_path, monkeypatch):
    with pytest.raises(CaseError, match="does not exist"), files.locked(tmp_path / "no" / "lock"):
        pytest.fail("locked")

    def fail(_descriptor):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(files, "_lock", fail)
    with pytest.raises(CaseError, match="No locks available"), files.locked(tmp_path / "lock"):
        pytest.fail("locked")
