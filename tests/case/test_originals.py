"""The one door: whole bytes under their hash, or nothing."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path

import pytest

from forensics.case import files
from forensics.case.originals import Originals
from forensics.errors import CaseError


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "originals"
    path.mkdir()
    return path


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "source"
    path.write_bytes(b"\xff\xd8\xff" + bytes(range(256)) * 9000)  # more than two chunks
    return path


def everything(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if not path.is_dir()]


def test_bytes_lie_under_their_hash_and_are_read_only(folder, source):
    stored = Originals(folder).put(source)
    data = source.read_bytes()
    assert stored.sha256 == hashlib.sha256(data).hexdigest()
    assert (stored.size, stored.media_type, stored.written) == (len(data), "image/jpeg", True)
    (path,) = everything(folder)
    assert path == folder / stored.sha256[:2] / stored.sha256
    assert path.read_bytes() == data
    assert stat.S_IMODE(path.stat().st_mode) == 0o444


def test_equal_bytes_are_not_written_again(folder, source, tmp_path):
    originals = Originals(folder)
    first = originals.put(source)
    path = originals.path_of(first.sha256)
    before = path.stat()
    twin = tmp_path / "twin"
    twin.write_bytes(source.read_bytes())
    again = [originals.put(twin), Originals(folder).put(source)]
    assert [(one.sha256, one.media_type, one.written) for one in again] == [
        (first.sha256, "image/jpeg", False)
    ] * 2
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert everything(folder) == [path]


def test_same_size_but_other_bytes(folder, source, tmp_path):
    originals = Originals(folder)
    originals.put(source)
    other = tmp_path / "other"
    other.write_bytes(bytes(source.stat().st_size))
    assert originals.put(other).written
    assert len(everything(folder)) == 2


def test_empty_file(folder, tmp_path):
    empty = tmp_path / "empty"
    empty.touch()
    stored = Originals(folder).put(empty)
    assert (stored.size, stored.sha256[:8]) == (0, "e3b0c442")


def test_an_altered_copy_is_noticed_on_the_second_put(folder, source):
    originals = Originals(folder)
    path = originals.path_of(originals.put(source).sha256)
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[1000] ^= 1
    path.write_bytes(data)
    with pytest.raises(CaseError, match="has been altered"):
        originals.put(source)


def test_only_regular_files(folder, source, tmp_path):
    link, pipe = tmp_path / "link", tmp_path / "pipe"
    link.symlink_to(source)
    os.mkfifo(pipe)
    wanted = {
        link: "is a symbolic link; give the file it points to",
        pipe: "is not a regular file; give a file",
        tmp_path: "is a folder; give a file",
        Path("/dev/null"): "is not a regular file; give a file",
        tmp_path / "nothing": "does not exist; check the path",
        source / "inside": "a part of the path is not a folder; check the path",
    }
    for path, what in wanted.items():
        with pytest.raises(CaseError) as caught:
            Originals(folder).put(path)
        assert caught.value.line() == f"{path}: {what}"
    assert everything(folder) == []


def test_a_file_that_changes_meanwhile_is_refused(folder, source, monkeypatch):
    real = files.write_all

    def write_and_touch(descriptor, data):
        real(descriptor, data)
        with source.open("ab") as handle:
            handle.write(b"more")

    monkeypatch.setattr("forensics.case.originals.write_all", write_and_touch)
    with pytest.raises(CaseError, match="changed while it was being read"):
        Originals(folder).put(source)
    assert everything(folder) == []


def test_a_known_file_that_changes_meanwhile_is_refused(folder, source, monkeypatch):
    originals = Originals(folder)
    originals.put(source)

    def hash_and_touch(path):
        os.utime(source, ns=(1, 1))
        return path.name, 0

    monkeypatch.setattr("forensics.case.originals.sha256_of", hash_and_touch)
    with pytest.raises(CaseError, match="changed while it was being read"):
        originals.put(source)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EACCES])
@pytest.mark.parametrize("call", ["write", "fsync", "open"])
def test_an_error_of_the_disk_leaves_nothing(folder, source, monkeypatch, number, call):
    real = getattr(os, call)

    def fail(*args, **kwargs):
        if call == "open" and not args[1] & os.O_CREAT:
            return real(*args, **kwargs)
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(CaseError) as caught:
        Originals(folder).put(source)
    assert caught.value.where == str(folder)
    assert everything(folder) == []


def test_an_error_of_reading_names_the_source(folder, source, monkeypatch):
    class Broken:
        def read(self, _size):
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("forensics.case.originals._must_be_unchanged", lambda *_: None)
    with pytest.raises(CaseError) as caught:
        Originals(folder)._copy(source, Broken(), (0, 0))
    assert caught.value.line().startswith(f"{source}: the disk reports an error")
    assert everything(folder) == []


@pytest.mark.parametrize("name", ["", "..", "a" * 63, "A" * 64, "../" + "a" * 61, "g" * 64, None])
def test_a_path_is_made_of_a_hash_only(folder, name):
    with pytest.raises(CaseError):
        Originals(folder).path_of(name)
