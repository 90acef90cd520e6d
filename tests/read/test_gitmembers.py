"""Archives that hold a repository: its history is read, its files are not refused one by one."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
import zlib
from pathlib import Path

import pytest

from forensics.read import ReadOptions, SourceFile, gitmembers, read_posts
from forensics.read.archives import Expanded, expand

AUTHOR = b"Ada <a@x> 1709601164 +0800"


def loose(number: int, kind: bytes = b"commit") -> tuple[str, bytes]:
    data = b"tree " + b"4" * 40 + b"\nauthor %s\ncommitter %s\n\nNo %d\n" % (AUTHOR, AUTHOR, number)
    whole = kind + b" %d\0" % len(data) + data
    name = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
    return f"objects/{name[:2]}/{name[2:]}", zlib.compress(whole)


GIT = [loose(1), loose(2), loose(3, b"blob"), ("HEAD", b"ref: x\n"), ("config", b"[core]\n"),
       ("hooks/update.sample", b"#!/bin/sh\n")]  # fmt: skip
WORK = [("main.py", b"print()\n"), ("lib/inner.zip", b"PK\5\6" + bytes(18)), ("x.bin", b"\0\1")]


def packed(form: str, files: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    if form == "zip":
        with zipfile.ZipFile(out, "w") as archive:
            for name, data in files:
                archive.writestr(zipfile.ZipInfo(name), data)
    else:
        with tarfile.open(fileobj=out, mode="w") as tar:
            for name, data in files:
                info = tarfile.TarInfo(name)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def opened(folder: Path, data: bytes) -> Expanded:
    path = folder / "given"
    path.write_bytes(data)
    return expand([SourceFile(hashlib.sha256(data).hexdigest(), "a.x", path)], folder / "out")


@pytest.mark.parametrize("form", ["zip", "tar"])
@pytest.mark.parametrize("root", ["", "r/", "deep/r/"])
def test_a_working_tree_in_an_archive(tmp_path: Path, form: str, root: str) -> None:
    files = [(f"{root}{name}", data) for name, data in WORK]
    files += [(f"{root}.git/{name}", data) for name, data in GIT]
    files += [("posts.csv", b"account,time\n")] if root else []
    found = opened(tmp_path, packed(form, files))
    pack = f"a.x/{root}.git/objects/loose-commits.pack"
    assert [file.name for file in found.files] == (["a.x/posts.csv"] if root else []) + [pack]
    assert found.refusals == ()
    assert "2 loose commits (as one pack) were taken; 1 other" in "".join(found.sources[0].notes)
    assert found.members[-1].sha256 == found.files[-1].sha256
    reading = read_posts(found.files[-1:], ReadOptions(), tmp_path / "tables", lambda *_: None)
    assert reading.sources[0].rows_read == 2


@pytest.mark.parametrize("form", ["zip", "tar"])
def test_a_bare_repository_in_an_archive(tmp_path: Path, form: str) -> None:
    found = opened(tmp_path, packed(form, [(f"r.git/{name}", data) for name, data in GIT]))
    assert [file.name for file in found.files] == ["a.x/r.git/objects/loose-commits.pack"]
    assert found.refusals == ()


def test_objects_without_a_repository_are_ordinary_members(tmp_path: Path) -> None:
    name, data = GIT[0]
    found = opened(tmp_path, packed("zip", [(f"some/{name}", data), ("a.csv", b"x\n")]))
    assert [file.name for file in found.files] == [f"a.x/some/{name}", "a.x/a.csv"]


def test_a_repository_without_commits_is_passed_over(tmp_path: Path) -> None:
    files = [(f"r/.git/{name}", data) for name, data in GIT[2:]] + [("r/a.csv", b"x\n")]
    found = opened(tmp_path, packed("tar", files))
    assert [file.name for file in found.files] == ["a.x/r/a.csv"]
    assert gitmembers.reduced({}, tmp_path).kept == frozenset()
