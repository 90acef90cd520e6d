"""Accounts in outline and shared texts, from a small table written by hand."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from forensics.engine import PostTable
from forensics.engine.samples import days, majority, named_files, shared_texts, texts_of

DAY_US = 86_400_000_000
TEXT = "the very same words about a railway"
ROWS = [
    # account, day, text, kind, language, media
    ("a", 0, f"{TEXT} https://x.example/1", "original", "en", "one.jpg|two.jpg"),
    ("a", 1, "hello", "original", "de", "one.jpg"),
    ("a", 1, "something else entirely", "original", "de", None),
    ("b", 0, "hello", "original", None, None),
    ("b", 2, f"@someone {TEXT.upper()} 99", "reply", None, "two.jpg"),
    ("c", 0, TEXT, "repost", "fr", None),
]


@pytest.fixture
def posts(tmp_path: Path) -> PostTable:
    path = tmp_path / "posts.parquet"
    with duckdb.connect() as con:
        con.execute(
            "CREATE TABLE p (account VARCHAR, t_us BIGINT, text VARCHAR, kind VARCHAR,"
            " language VARCHAR, media VARCHAR, row BIGINT)"
        )
        for number, (account, day, *rest) in enumerate(ROWS):
            con.execute(
                "INSERT INTO p VALUES (?, ?, ?, ?, ?, ?, ?)",
                [account, (19_000 + day) * DAY_US + number, *rest, number + 1],
            )
        con.execute(
            f"COPY (SELECT *, 'f' AS original, NULL::VARCHAR AS unit FROM p"
            f" ORDER BY account, t_us) TO '{path}' (FORMAT parquet)"
        )
    return PostTable.build(path, tmp_path)


def test_majority(posts: PostTable) -> None:
    assert majority(posts, "language") == {"a": "de", "c": "fr"}
    assert majority(posts, "original") == {"a": "f", "b": "f", "c": "f"}


def test_days(posts: PostTable) -> None:
    names, code, day, n = days(posts)
    assert names == ["a", "b", "c"]
    assert code.tolist() == [0, 0, 1, 1, 2]
    assert day.tolist() == [19_000, 19_001, 19_000, 19_002, 19_000]
    assert n.tolist() == [1, 2, 1, 1, 1]


def test_shared_texts_differ_in_links_names_and_digits_only(posts: PostTable) -> None:
    found = shared_texts(posts, ["a", "b", "c"])
    assert [(one.content, one.account) for one in found] == [(1, "a"), (1, "b")]
    assert shared_texts(posts, ["a"]) == []


def test_own_texts_of_some_and_thinned(posts: PostTable) -> None:
    assert [hit.row for hit in texts_of(posts, ["a", "c"])] == [1, 2, 3]
    assert [hit.row for hit in texts_of(posts, ["a"], each=2)] == [1, 3]


def test_named_files(posts: PostTable) -> None:
    at = 19_000 * DAY_US
    assert named_files(posts, ["a", "b"]) == [
        ("one.jpg", "a", at),
        ("two.jpg", "a", at),
        ("two.jpg", "b", at + 2 * DAY_US + 4),
    ]
