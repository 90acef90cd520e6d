"""Facts of accounts that were kept by one reading are those that the next one takes up."""

from __future__ import annotations

import hashlib
from pathlib import Path

from forensics.model import Profile
from forensics.read import Reading, ReadOptions, SourceFile, read_posts
from forensics.read.profiles.kept import Earlier

POSTS = "created_at,username,location,text\n"


def source(folder: Path, name: str, text: str) -> SourceFile:
    """A file to read, written with that text."""
    (folder / name).write_text(text, encoding="utf-8")
    return SourceFile(hashlib.sha256(name.encode()).hexdigest(), name, folder / name)


def told(reading: Reading) -> list[tuple[str, str, str, int]]:
    """(account, field, value, posts) of each fact."""
    facts: tuple[Profile, ...] = reading.profiles
    return [(one.account, one.field, one.value, one.n) for one in facts]


def test_two_readings_know_what_one_of_all_files_knows(tmp_path: Path) -> None:
    first = source(
        tmp_path,
        "people.csv",
        "screen_name,location,description\nAnna,Here,a\nbob,There,b\nnobody,Else,c\n",
    )
    second = source(
        tmp_path,
        "posts.csv",
        POSTS + "2023-11-15T00:00:00Z,anna,Here,x\n2023-11-15T00:01:00Z,bob,Away,y\n",
    )
    options = ReadOptions(nothing_is_an_error=False)
    once = read_posts([first, second], options, tmp_path / "once", lambda *_: None)
    kept = tmp_path / "facts.parquet"
    one = read_posts([first], options, tmp_path / "one", lambda *_: None, facts=kept)
    names = {item.original: item.name for item in one.sources}
    two = read_posts(
        [second],
        options,
        tmp_path / "two",
        lambda *_: None,
        earlier=Earlier((kept,), (one.posts,), (one.posts,), names),
    )
    assert told(two) == told(once)
    assert ("anna", "location", "Here", 1) in told(two)  # the list says Anna


def test_keeping_changes_nothing(tmp_path: Path) -> None:
    file = source(tmp_path, "posts.csv", POSTS + "2023-11-15T00:00:00Z,u,Here,x\n")
    plain = read_posts([file], ReadOptions(), tmp_path / "a", lambda *_: None)
    kept = read_posts([file], ReadOptions(), tmp_path / "b", lambda *_: None, facts=tmp_path / "f")
    assert plain.posts.read_bytes() == kept.posts.read_bytes()
    assert plain.profiles == kept.profiles
