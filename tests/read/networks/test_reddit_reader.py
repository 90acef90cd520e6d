"""Reddit: dumps, listings, the own-data request, and zstd around them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import zstandard

from forensics.errors import ReadError

Read = Callable[..., Any]
T_S = 1_551_702_896
SUBMISSION = {
    "author": "ada_x",
    "created_utc": T_S,
    "id": "axbyc",
    "name": "t3_axbyc",
    "title": "A title",
    "selftext": "a body",
    "subreddit": "dials",
    "url": "https://i.redd.it/abc123.jpg",
    "retrieved_on": T_S + 9_999,
}
COMMENT = {
    "author": "ada_x",
    "created_utc": str(T_S + 1),
    "id": "eeff11",
    "body": "a comment",
    "parent_id": "t3_axbyc",
    "link_id": "t3_axbyc",
    "subreddit": "dials",
}
CROSSPOST = SUBMISSION | {
    "id": "axbyd",
    "name": "t3_axbyd",
    "created_utc": T_S + 2.0,
    "crosspost_parent": "t3_axbyc",
    "selftext": "",
    "url": "https://example.org/x.jpg",
}
GONE = COMMENT | {"author": "[deleted]", "id": "eeff12"}


def lines(*items: object) -> bytes:
    return b"".join(json.dumps(item).encode() + b"\n" for item in items)


DUMP = lines(SUBMISSION, COMMENT, CROSSPOST, GONE)


def check(outcome: Any) -> None:
    found = [
        (p["row"], p["account"], p["t_us"], p["kind"], p["id"], p["text"], p["media"])
        for p in outcome.posts
    ]
    assert found == [
        (1, "ada_x", T_S * 10**6, "original", "t3_axbyc", "A title\na body", "abc123.jpg"),
        (2, "ada_x", (T_S + 1) * 10**6, "reply", "t1_eeff11", "a comment", None),
        (3, "ada_x", (T_S + 2) * 10**6, "repost", "t3_axbyd", "A title", None),
    ]
    assert outcome.reasons == [(4, "no_account")]
    assert outcome.source.reader == "reddit"
    assert outcome.source.clock.clock_writer == "platform"
    assert outcome.source.clock.zone == "UTC"
    assert "1 posts of deleted accounts" in outcome.source.notes[0]


def test_a_dump_gives_submissions_comments_and_crossposts(read: Read) -> None:
    check(read(DUMP, name="RC_2019-03"))


def test_a_dump_packed_with_a_long_window(read: Read) -> None:
    long = zstandard.ZstdCompressionParameters.from_level(
        3, window_log=27, enable_ldm=True, write_checksum=True
    )
    packed = zstandard.ZstdCompressor(compression_params=long).compress(DUMP)
    outcome = read(packed, name="RC_2019-03.zst")
    check(outcome)
    assert outcome.source.format.endswith("zstd")


def test_a_listing_of_the_interface(read: Read) -> None:
    wrapped = [{"kind": "t1" if "body" in i else "t3", "data": i} for i in (SUBMISSION, COMMENT)]
    listing = {"kind": "Listing", "data": {"after": None, "children": wrapped}}
    outcome = read(json.dumps(listing).encode(), name="new.json")
    assert [(p["row"], p["kind"]) for p in outcome.posts] == [(1, "original"), (2, "reply")]


BROKEN = [
    ("cut line", DUMP + lines(COMMENT)[:40], [(4, "no_account"), (5, "bad_json")]),
    (
        "latin-1",
        lines(SUBMISSION) + lines(COMMENT).replace(b"a com", b"\xe9"),
        [(2, "bad_encoding")],
    ),
    ("no time", lines(SUBMISSION, COMMENT | {"created_utc": None}), [(2, "no_time")]),
    ("words", lines(SUBMISSION, COMMENT | {"created_utc": "yesterday"}), [(2, "bad_time")]),
    ("object", lines(SUBMISSION, COMMENT | {"created_utc": {"a": 1}}), [(2, "no_time")]),
    ("year 1970", lines(SUBMISSION, COMMENT | {"created_utc": 5}), [(2, "time_out_of_range")]),
    ("no author", lines(SUBMISSION, COMMENT | {"author": None}), [(2, "no_account")]),
    ("true as author", lines(SUBMISSION, COMMENT | {"author": True}), [(2, "no_account")]),
]


@pytest.mark.parametrize(("data", "expected"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN])
def test_broken_lines(read: Read, data: bytes, expected: list[tuple[int, str]]) -> None:
    assert read(data, name="x.ndjson").reasons == expected


def test_odd_links_give_no_media(read: Read) -> None:
    odd = [SUBMISSION | {"url": url} for url in ("http://[bad", None, "https://i.redd.it/", 5)]
    assert {p["media"] for p in read(lines(*odd)).posts} == {None}


OWN = (
    b"id,permalink,date,ip,subreddit,gildings,title,url,body\r\n"
    b"axbyc,https://example.org/a,2019-03-04 12:34:56 UTC,192.0.2.7,dials,0,A title,,a body\r\n"
)
OWN_COMMENTS = (
    b"id,permalink,date,ip,subreddit,gildings,link,parent,body,media\r\n"
    b"eeff11,https://example.org/a,2019-03-04 12:34:56 UTC,,dials,0,https://example.org/p,,hi,\r\n"
)


def test_own_data_wants_the_account_and_leaves_the_address(read: Read) -> None:
    outcome = read(OWN, columns={"account": "=ada_x"})
    assert [(p["account"], p["t_us"]) for p in outcome.posts] == [("ada_x", T_S * 10**6)]
    assert outcome.source.reader == "reddit-own-data"
    assert outcome.source.clock.clock_writer == "platform"
    assert not any("192.0.2.7" in str(value) for p in outcome.posts for value in p.values())
    assert read(OWN_COMMENTS, columns={"account": "=ada_x"}).posts[0]["kind"] == "reply"
    with pytest.raises(ReadError, match="no column names accounts"):
        read(OWN)
    with pytest.raises(ReadError, match="no file has a column"):
        read(OWN, columns={"account": "=ada_x"}, by="ip")
