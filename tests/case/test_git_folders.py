"""Repositories among the inputs: their history is received, the rest is left and named."""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path

import pytest

from forensics.case import gitfolder
from forensics.case.inputs import find_files

AUTHOR = b"Ada <a@x> 1709601164 +0800"
TREE = b"tree " + b"4" * 40


def commit(number: int) -> bytes:
    return TREE + b"\nauthor %s\ncommitter %s\n\nNumber %d\n" % (AUTHOR, AUTHOR, number)


def put(objects: Path, kind: bytes, data: bytes, name: str = "") -> Path:
    whole = kind + b" %d\0" % len(data) + data
    name = name or hashlib.sha1(whole, usedforsecurity=False).hexdigest()
    path = objects / name[:2] / name[2:]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(zlib.compress(whole))
    return path


def repository(folder: Path, *, loose: int = 2, pack: bytes = b"") -> Path:
    git = folder / ".git"
    for name in ("objects/pack", "objects/info", "refs/heads", "hooks"):
        (git / name).mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
    (git / "config").write_text("[core]\n\tfsmonitor = touch /tmp/never\n", encoding="utf-8")
    (git / "hooks/post-checkout").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    for number in range(loose):
        put(git / "objects", b"commit", commit(number))
    put(git / "objects", b"blob", b"hello")
    if pack:
        (git / "objects/pack/pack-1.pack").write_bytes(pack)
        (git / "objects/pack/pack-1.idx").write_bytes(b"x")
    (folder / "main.py").write_text("print()\n", encoding="utf-8")
    (folder / "data").mkdir()
    (folder / "data/posts.csv").write_text("a,b\n", encoding="utf-8")
    return folder


def test_packs_and_loose_commits_are_taken_and_nothing_else(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", pack=b"PACK")
    found = find_files([root])
    assert [file.name for file in found] == [
        "r/.git/objects/loose-commits.pack",
        "r/.git/objects/pack/pack-1.pack",
    ]
    note = found[0].note
    assert "1 packs and 2 loose commits (as one pack) were taken; 1 other loose objects" in note
    assert found[1].note == ""
    assert find_files([root / ".git"])[0].name == ".git/objects/loose-commits.pack"


def test_a_file_of_a_repository_is_read_if_it_is_named(tmp_path: Path) -> None:
    root = repository(tmp_path / "r")
    assert [file.name for file in find_files([root / "data"])] == ["data/posts.csv"]
    assert [file.name for file in find_files([root / "main.py"])] == ["main.py"]


def test_a_repository_below_a_folder(tmp_path: Path) -> None:
    repository(tmp_path / "in/deep/r")
    (tmp_path / "in/a.csv").write_text("x\n", encoding="utf-8")
    assert [file.name for file in find_files([tmp_path / "in"])] == [
        "in/a.csv", "in/deep/r/.git/objects/loose-commits.pack",
    ]  # fmt: skip


def test_a_repository_without_commits_is_a_folder_like_any_other(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", loose=0)
    assert [file.name for file in find_files([root])] == ["r/data/posts.csv", "r/main.py"]


def test_equal_commits_give_equal_bytes(tmp_path: Path) -> None:
    one, two = (repository(tmp_path / name, loose=5) for name in "ab")
    packs = [find_files([root])[0].path.read_bytes() for root in (one, two)]
    assert packs[0] == packs[1]
    assert packs[0][-20:] == hashlib.sha1(packs[0][:-20], usedforsecurity=False).digest()


def test_links_and_borrowed_objects_are_not_followed(tmp_path: Path) -> None:
    root = repository(tmp_path / "r")
    elsewhere = repository(tmp_path / "other", pack=b"PACK")
    (root / ".git/objects/pack/pack-2.pack").symlink_to(elsewhere / ".git/objects/pack/pack-1.pack")
    linked = root / ".git/objects/fe"
    linked.symlink_to(elsewhere / ".git/objects/pack")
    (root / ".git/objects/info/alternates").write_text(
        str(elsewhere / ".git/objects"), encoding="utf-8"
    )
    (found,) = find_files([root])
    assert "2 loose commits" in found.note
    assert "borrows objects from another repository" in found.note
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/.git").symlink_to(elsewhere / ".git")
    (tmp_path / "tree/x.csv").write_text("x\n", encoding="utf-8")
    assert [file.name for file in find_files([tmp_path / "tree"])] == ["tree/x.csv"]


def test_damaged_and_misnamed_commits_are_not_lost(tmp_path: Path) -> None:
    root = repository(tmp_path / "r")
    objects = root / ".git/objects"
    bad = put(objects, b"commit", commit(7))
    bad.write_bytes(bad.read_bytes()[:-6])
    put(objects, b"commit", commit(8), name="ab" + "1" * 38)
    found = find_files([root])
    assert f"r/.git/objects/{bad.parent.name}/{bad.name}" in {file.name for file in found}
    assert "1 loose commits do not hash to their names" in "".join(file.note for file in found)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("r/.git/objects/pack/pack-1.pack", True),
        ("objects/ab/" + "0" * 38, True),
        ("r/.git/objects/ab/" + "0" * 62, True),
        ("r/.git/objects/pack/pack-1.idx", False),
        ("r/.git/config", False),
        ("r/objects/pack/../x.pack", False),
        ("r/.git/objects/AB/" + "0" * 38, False),
    ],
)
def test_names_of_history(name: str, expected: bool) -> None:
    assert gitfolder.may_be_history(name) == expected
