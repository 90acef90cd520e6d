"""JSON: lines, arrays and documents; broken lines are refused one by one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forensics.errors import ReadError
from forensics.read import census, jsonfile

Read = Callable[..., Any]
POST = {"account": "ada", "created_at": "2019-03-04T12:34:56Z", "text": "hello"}
LINE = json.dumps(POST).encode() + b"\n"
T_US = 1551702896000000

BROKEN = [
    ("cut line", LINE + LINE[:30] + b"\n" + LINE, [(2, "bad_json")]),
    ("an array", LINE + b"[1, 2]\n", [(2, "bad_json")]),
    ("a word", LINE + b"hello\n", [(2, "bad_json")]),
    ("missing comma", LINE + b'{"account": "a" "b": 1}\n', [(2, "bad_json")]),
    ("latin-1", LINE + LINE.replace(b"hello", b"h\xe9"), [(2, "bad_encoding")]),
    ("NUL", LINE + LINE.replace(b"hello", b"h\0"), [(2, "bad_encoding")]),
    ("raw control", LINE + LINE.replace(b"hello", b"h\x1f"), [(2, "bad_json")]),
    ("carriage return", LINE + LINE.replace(b"hello", b"h\rx"), [(2, "bad_json")]),
    ("no time", LINE + b'{"account": "a"}\n', [(2, "no_time")]),
    ("null time", LINE + b'{"account": "a", "created_at": null}\n', [(2, "no_time")]),
    ("no account", LINE + b'{"created_at": "2019-03-04T12:34:56Z"}\n', [(2, "no_account")]),
    ("object as time", LINE + b'{"account": "a", "created_at": {"x": 1}}\n', [(2, "bad_time")]),
    ("a key twice", LINE + b'{"account": "b", ' + LINE[1:], [(2, "bad_json")]),
    ("a key twice, once escaped", LINE + b'{"\\u0061ccount": "b", ' + LINE[1:], [(2, "bad_json")]),
    ("first line broken", b'{"account": \n' + LINE * 2, [(1, "bad_json")]),
]


@pytest.mark.parametrize(("data", "expected"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["lf", "crlf"])
def test_broken_lines_are_refused_with_their_number(
    read: Read, data: bytes, expected: list[tuple[int, str]], line_end: bytes
) -> None:
    outcome = read(data.replace(b"\n", line_end), name="posts.json")
    assert outcome.reasons == expected
    assert set(outcome.times) == {T_US}


NOTHING = [
    ("cut document", json.dumps({"posts": [POST] * 3}, indent=1).encode()[:-20], "damaged or cut"),
    ("cut array", json.dumps([POST] * 3).encode()[:-20], "damaged or cut"),
    ("two arrays", json.dumps({"a": [POST], "b": [POST]}, indent=1).encode(), "several arrays"),
    ("no array", b'{\n "a": 1\n}', "no array of objects"),
    ("empty array", b"[]", "holds no rows"),
    ("not utf-8", json.dumps([POST]).encode().replace(b"hello", b"\xff"), "not valid UTF-8"),
    ("no objects", b'{"a": 1\n{"b": 2\n', "no column names accounts"),
    ("array of numbers", b"[{}, 1, 2]", "no column names accounts"),
]


@pytest.mark.parametrize(("data", "words"), [n[1:] for n in NOTHING], ids=[n[0] for n in NOTHING])
def test_a_document_without_rows_is_one_clear_line(read: Read, data: bytes, words: str) -> None:
    with pytest.raises(ReadError, match=words):
        read(data, name="posts.json")


def test_the_same_posts_in_every_shape(read: Read) -> None:
    posts = [POST | {"text": f"t{i}\nline"} for i in range(5)]
    shapes = {
        "json lines": b"".join(json.dumps(p).encode() + b"\n" for p in posts),
        "json array": json.dumps(posts).encode(),
        "json array in 'data'": json.dumps({"data": posts, "meta": {"n": 5}}).encode(),
        "json array in 'messages'": b"\xef\xbb\xbf"
        + json.dumps({"name": "x", "messages": posts, "tags": ["a"]}, indent=2).encode(),
    }
    found = []
    for form, data in shapes.items():
        outcome = read(data, name="posts.txt")
        assert outcome.source.format.startswith(form)
        found.append([post | {"original": ""} for post in outcome.posts])
    assert all(rows == found[0] for rows in found)
    assert [post["row"] for post in found[0]] == [1, 2, 3, 4, 5]


def test_elements_that_are_no_objects_are_refused(read: Read) -> None:
    outcome = read(json.dumps([POST, 7, None, POST]).encode())
    assert outcome.reasons == [(2, "bad_json"), (3, "bad_json")]


def test_half_a_pair_does_not_cost_the_document(read: Read) -> None:
    data = json.dumps([POST, POST | {"text": "cut \ud83d", "id": "\udc00"}]).encode()
    assert [post["text"] for post in read(data).posts] == ["hello", "cut "]


def test_one_object_is_one_post(read: Read) -> None:
    assert read(LINE).source.rows_read == 1
    assert read(LINE.rstrip()).source.rows_read == 1


def test_nested_keys_and_odd_names(read: Read) -> None:
    line = {
        "created_at": "Mon Mar 04 12:34:56 +0000 2019",
        "id_str": "1",
        "user": {"screen_name": "ada", "a/b~c": "deep"},
        "full_text": "RT @x: y",
        "source": '<a href="https://x.example">Some Client</a>',
        "entities": {"media": [{"url": "m"}]},
        "retweeted_status": {"id_str": "5"},
        "lang": "en",
    }
    (post,) = read(json.dumps(line).encode() + b"\n", by="user.a/b~c").posts
    assert (post["account"], post["t_us"], post["kind"]) == ("ada", T_US, "repost")
    assert (post["client"], post["language"], post["unit"]) == ("Some Client", "en", "deep")


def test_kinds_of_the_second_interface(read: Read) -> None:
    lines = b"".join(
        json.dumps(POST | {"referenced_tweets": refs}).encode() + b"\n"
        for refs in ([{"type": "replied_to", "id": "1"}], [{"type": "quoted"}], None,
                     [{"type": "retweeted"}])
    )  # fmt: skip
    kinds = {post["row"]: post["kind"] for post in read(lines).posts}
    assert kinds == {1: "reply", 2: "quote", 3: "unknown", 4: "repost"}


def test_half_an_emoji_does_not_cost_the_row(read: Read) -> None:
    whole, half = '"\\ud83d\\ude00"', '"cut \\ud83d"'
    rows = [
        f'{{"account": "a", "created_at": "2019-03-04T12:34:56Z", "text": {text}}}\n'
        for text in (whole, half, '"\\\\ud83d"', '"nul \\u0000 in"')
    ]
    texts = {p["row"]: p["text"] for p in read("".join(rows).encode()).posts}
    assert texts == {1: "😀", 2: "cut ", 3: "\\ud83d", 4: "nul \0 in"}


def test_a_line_too_long_costs_one_row(read: Read) -> None:
    long = json.dumps(POST | {"text": "x" * (census.WINDOW + census.MAX_RECORD)}).encode() + b"\n"
    outcome = read(LINE + long + LINE + long.rstrip())
    assert outcome.reasons == [(2, "too_large"), (4, "too_large")]
    assert outcome.source.rows_read == 2


def test_a_document_too_large_is_refused(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonfile, "MAX_DOCUMENT", 100)
    with pytest.raises(ReadError, match="one object a line"):
        read(json.dumps([POST] * 3).encode())


def test_keys_that_only_appear_late_are_found(read: Read) -> None:
    lines = LINE * 3000 + json.dumps(POST | {"ip_region": "x"}).encode() + b"\n"
    assert "label" in read(lines).source.columns


PIECES = st.sampled_from(
    [b"{", b"}", b'"', b"\n", b"\r", b",", b":", b"[", b"]", b"\\", b"\xff", b"\0", b"\x1f", b"x",
     LINE, b'{"account": "b", "created_at": 1}\n', b"\\ud800", b"null\n", b"\r\n"]
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(PIECES, min_size=1, max_size=30))
def test_garbling_never_loses_a_line(
    tmp_path_factory: pytest.TempPathFactory, read_into: Read, pieces: list[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("garbled")
    path = folder / "garbled.ndjson"
    path.write_bytes(LINE + LINE + b"".join(pieces) + b"\n" + LINE)
    outcome = read_into([path], folder / "out")
    assert {1, 2} <= {post["row"] for post in outcome.posts}
