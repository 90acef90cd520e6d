"""The table of posts is the same whether a column is sorted with the rest or added behind."""

from __future__ import annotations

from pathlib import Path

from .conftest import Outcome, read_paths

HEAD = "account,time,text,client,language,kind\n"


def read(tmp_path: Path, name: str, *lines: str) -> Outcome:
    path = tmp_path / f"{name}.csv"
    path.write_text(HEAD + "".join(line + "\n" for line in lines), encoding="utf-8")
    return read_paths([path], tmp_path / name)


def test_columns_that_never_vary_hold_what_was_read(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "one",
        "b,2019-03-04T12:00:00Z,hello,Web,,repost",
        "a,2019-03-04T13:00:00Z,again,Web,,repost",
        "a,2019-03-04T12:30:00+01:00,,App,,repost",
        "a,soon,,App,,reply",
    )
    assert [(post["account"], post["row"]) for post in found.posts] == [
        ("a", 3),
        ("a", 2),
        ("b", 1),
    ]
    assert {post["kind"] for post in found.posts} == {"repost"}
    assert {post["basis"] for post in found.posts} == {"written_offset"}
    assert [post["text"] for post in found.posts] == [None, "again", "hello"]
    assert {post["language"] for post in found.posts} == {None}
    assert [post["offset_min"] for post in found.posts] == [60, 0, 0]
    assert {post["original"] for post in found.posts} == {found.source.original}


def test_types_do_not_depend_on_what_the_columns_hold(tmp_path: Path) -> None:
    import duckdb

    full = read(
        tmp_path, "full", "a,2019-03-04T12:00:00Z,hello,Web,en,repost", "b,1551702896,x,y,z,"
    )
    bare = read(tmp_path, "bare", "a,2019-03-04T12:00:00Z,,,,")
    types = [duckdb.read_parquet(str(outcome.reading.posts)).dtypes for outcome in (full, bare)]
    assert types[0] == types[1]


def test_files_stand_in_the_order_of_their_hashes(tmp_path: Path) -> None:
    paths = []
    for name in ("first", "second", "third"):
        path = tmp_path / f"{name}.csv"
        path.write_text(HEAD + f"a,2019-03-04T12:00:00Z,{name},,,\n", encoding="utf-8")
        paths.append(path)
    found = read_paths(paths, tmp_path / "out")
    originals = [post["original"] for post in found.posts]
    assert originals == sorted(originals)
    assert len(set(originals)) == 3
    other = read_paths(paths[::-1], tmp_path / "other")
    assert found.reading.posts.read_bytes() == other.reading.posts.read_bytes()
