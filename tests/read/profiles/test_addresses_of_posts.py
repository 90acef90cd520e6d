"""Addresses in posts, and which post a repost repeats or a reply answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.read import fields

Read = Callable[..., Any]


def of(text: str | None, urls: str | None = None, *, column: bool = False) -> str | None:
    """The addresses of one post."""
    roles = {"text", "urls"} if column else {"text"}
    con = duckdb.connect()
    try:
        row = con.execute(
            f"SELECT {fields.urls(roles)} FROM (SELECT ?::VARCHAR AS text, ?::VARCHAR AS urls)",
            [text, urls],
        ).fetchone()
    finally:
        con.close()
    assert row is not None
    found: str | None = row[0]
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, None),
        ("no address, 3://4", None),
        ("see http://a.example/x?y=1#z.", "http://a.example/x?y=1#z"),
        ("(HTTPS://A.example/)!", "HTTPS://A.example/"),
        ("看http://a.example/x。好", "http://a.example/x"),
        (
            "http://b.example http://a.example, http://b.example",
            "http://a.example|http://b.example",
        ),
        ("http://a.example/?to=https://b.example/", "http://a.example/?to=https://b.example/"),
        ("ftp://a.example", None),
        ('"http://a.example/x"', "http://a.example/x"),
    ],
)
def test_out_of_text(text: str | None, expected: str | None) -> None:
    assert of(text) == expected


@pytest.mark.parametrize(
    ("urls", "expected"),
    [
        ("[http://a.example/1, http://b.example/2]", "http://a.example/1|http://b.example/2"),
        ("['http://a.example/é']", "http://a.example/é"),
        ('[{"expanded_url": "http://a.example/1"}]', "http://a.example/1"),
        ("http://a.example/x|http://b.example", "http://a.example/x|http://b.example"),
        ("[]", "http://text.example"),
        (None, "http://text.example"),
    ],
)
def test_out_of_a_column_first(urls: str | None, expected: str) -> None:
    assert of("http://text.example https://t.co/abc", urls, column=True) == expected
    assert of("https://t.co/abc", None, column=True) is None  # a picture's: the column is empty
    assert of("https://t.co/abc") == "https://t.co/abc"


def test_they_are_bounded() -> None:
    many = " ".join(f"http://a.example/{n:04}" for n in range(200))
    assert len((of(many) or "").split("|")) == fields.MOST_URLS
    assert len(of("http://a.example/" + "x" * 9_000) or "") == fields.MOST_URL


@settings(max_examples=12, deadline=None)
@given(st.lists(st.from_regex(r"https?://[a-z]{1,9}\.example/[a-z0-9]{1,9}", fullmatch=True)))
def test_one_and_many_agree(addresses: list[str]) -> None:
    """The quick way for one address and the way for several find the same."""
    assert of(" and ".join(addresses)) == ("|".join(sorted(set(addresses))) or None)


@pytest.mark.parametrize(
    ("column", "value", "kind", "repost_of", "reply_to"),
    [
        ("retweet_tweetid", "555", "repost", "555", None),
        ("retweet_tweetid", "", "original", None, None),
        ("retweeted_id", "1.5E+18", "repost", None, None),  # damaged by a spreadsheet: a sign only
        ("is_retweet", "true", "repost", None, None),
        ("in_reply_to_tweetid", "77", "reply", None, "77"),
        ("in_reply_to_id", "true", "reply", None, None),
    ],
)
def test_references(
    read: Read, column: str, value: str, kind: str, repost_of: str | None, reply_to: str | None
) -> None:
    data = f"account,epoch,text,{column}\nann,1614592800,hi,{value}\n".encode()
    (post,) = read(data).posts
    assert (post["kind"], post["repost_of"], post["reply_to"]) == (kind, repost_of, reply_to)


def test_unknown_kinds_stay_unknown(read: Read) -> None:
    data = (
        b"account,epoch,kind,retweet_tweetid\nann,1614592800,unknown,\nann,1614592801,unknown,5\n"
    )
    assert [post["kind"] for post in read(data).posts] == ["unknown", "repost"]
