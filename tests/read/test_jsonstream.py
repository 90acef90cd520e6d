"""The splitter of JSON files: one element at a time, whatever stands around it."""

from __future__ import annotations

import io
import json
import signal
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.read import jsonstream
from forensics.read.jsonstream import ANY, iter_array, iter_lines
from forensics.read.records import BadRecord

POSTS = [
    {"id": n, "text": f'a "b" \\ {{[ \u4f60\u597d {n}', "in": {"x": [1, {"y": []}]}}
    for n in range(9)
]


def array(data: bytes, path: tuple[str, ...] = (), **more: Any) -> list[Any]:
    found = list(iter_array(io.BytesIO(data), path, **more))
    assert [row for row, _ in found] == list(range(1, len(found) + 1))
    return [item.reason if isinstance(item, BadRecord) else item for _, item in found]


def lines(data: bytes) -> list[Any]:
    found = list(iter_lines(io.BytesIO(data)))
    assert [row for row, _ in found] == list(range(1, len(found) + 1))
    return [item.reason if isinstance(item, BadRecord) else item for _, item in found]


@pytest.fixture
def a_second() -> Iterator[None]:
    """What takes longer than that fails, also where it would never end."""

    def late(_number: int, _frame: FrameType | None) -> None:
        pytest.fail("takes more than a second")

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, 1)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonstream, "CHUNK", 3)
    monkeypatch.setattr(jsonstream, "KEPT", 12)


@pytest.mark.parametrize("indent", [None, 0, 1, 4])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_gives_back_every_element(indent: int | None, ascii_only: bool, small_blocks: None) -> None:
    data = json.dumps(POSTS, indent=indent, ensure_ascii=ascii_only).encode()
    assert array(data) == POSTS
    assert array(b"\xef\xbb\xbf" + data) == POSTS
    assert array(b"window.YTD.tweets.part0 = " + data + b";\n") == POSTS
    assert array(data + b"\n" + data) == POSTS * 2


TWICE = [
    b'{"a": 1, "a": 1}', b'{"a": 1, "\\u0061": 2}', b'{"b": {"c": [{"a": 1, "b": 2, "a": null}]}}',
]  # fmt: skip


@pytest.mark.parametrize("twice", TWICE)
@pytest.mark.parametrize("between", [b", ", b",\n  "])
def test_an_object_that_says_a_key_twice_costs_itself(
    twice: bytes, between: bytes, small_blocks: None
) -> None:
    good = b'{"a": {"a": 1}}'
    data = between.join([good, twice, good])
    assert array(b"[" + data + b"]") == [{"a": {"a": 1}}, "bad_json", {"a": {"a": 1}}]
    assert lines(b"\n".join([good, twice, good]))[1] == "bad_json"
    around: dict[str, Any] = {}
    assert len(array(b'{"n": 1, "n": 2, "p": [' + data + b"]}", ("p",), around=around)) == 3
    assert around == {"n": 2}


@given(
    st.lists(
        st.dictionaries(
            st.text(max_size=4),
            st.recursive(
                st.none() | st.integers() | st.text(),
                lambda inner: (
                    st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
                ),
                max_leaves=6,
            ),
            max_size=3,
        ),
        max_size=5,
    ),
    st.integers(1, 40),
    st.sampled_from([None, 1]),
)
def test_block_size_does_not_matter(posts: list[Any], block: int, indent: int | None) -> None:
    data = json.dumps(posts, indent=indent).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jsonstream, "CHUNK", block)
        assert array(data) == posts
        assert array(b'{"a": [1, "]"], "b": {"c": ' + data + b"}}", ("b", "c")) == posts
        assert lines(b"\n".join(json.dumps(post).encode() for post in posts)) == posts


@pytest.mark.parametrize("indent", [None, 2])
def test_every_cut_gives_what_stands_before_it(indent: int | None) -> None:
    data = json.dumps(POSTS, indent=indent, ensure_ascii=False).encode()
    for cut in range(1, len(data)):
        found = array(data[:cut])
        assert found[-1] == "damaged"
        assert found[:-1] == POSTS[: len(found) - 1]
        whole = b"{" + b'"posts": ' + data[:cut]
        assert array(whole, ("posts",)) == found


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("empty file", b"", []),
        ("empty array", b" [ ] ", []),
        ("no array", b"hello", ["damaged"]),
        ("an object where an array was asked", b'{"a": 1}', ["damaged"]),
        ("scalars", b'[1, "x", null, [1], {"a": 1}]', ["bad_json"] * 4 + [{"a": 1}]),
        ("a bad word", b'[{"a": tru}, {"a": 1}]', ["bad_json", {"a": 1}]),
        ("no comma", b'[{"a": 1} {"a": 2}]', [{"a": 1}, {"a": 2}]),
        ("two commas", b'[{"a": 1},, {"a": 2},]', [{"a": 1}, {"a": 2}]),
        ("no UTF-8", b'[{"a": "\xff"}, {"a": 1}]', ["bad_encoding", {"a": 1}]),
        ("NUL", b'[{"a": "\0"}, {"a": 1}]', ["bad_encoding", {"a": 1}]),
        ("stray brace", b'[}, {"a": 1}]', ["bad_json", {"a": 1}]),
        ("a long number", b'[{"a": ' + b"9" * 5000 + b'}, {"a": 1}]', ["bad_json", {"a": 1}]),
        ("an open string", b'[\n {"a": "x},\n {"a": 1}\n]', ["bad_json", {"a": 1}]),
        (
            "an open brace",
            b'[\n  {\n    "a": {\n  },\n  {\n    "a": 1\n  }\n]',
            ["bad_json", {"a": 1}],
        ),
        ("text after the end", b'[{"a": 1}] and more', [{"a": 1}, "damaged"]),
        (
            "NaN and fractions",
            b'[{"a": NaN, "b": 1.50, "c": 12}]',
            [{"a": None, "b": "1.50", "c": 12}],
        ),
        ("half a pair", b'[{"a": "\\ud83d"}]', [{"a": "\ud83d"}]),
    ],
)
def test_broken_arrays(name: str, data: bytes, expected: list[Any], small_blocks: None) -> None:
    assert array(data) == expected, name


def test_depth_is_bounded() -> None:
    deep = b'{"a":' * 250 + b"1" + b"}" * 250
    endless = b'{"a":' + b"[" * 60_000 + b"]" * 60_000 + b"}"
    wide = json.dumps({"a": [[] for _ in range(500)]}).encode()
    assert array(b"[" + deep + b"," + endless + b"," + wide + b"]")[:2] == ["bad_json"] * 2
    assert lines(deep + b"\n" + endless + b"\n" + wide) == ["bad_json"] * 2 + [json.loads(wide)]


@pytest.mark.parametrize("text", [b"x" * 5000, b"\\\\" * 2500, b'\\"' * 2500])
def test_large_elements_cost_themselves(text: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonstream, "CHUNK", 7)
    monkeypatch.setattr(jsonstream, "MAX_ELEMENT", 1000)
    one = b'{"a": "' + text + b'"}'
    middle = b'{"a": "' + text[:1200] + b'"}'
    assert array(b'[{"b": 1},' + one + b',{"b": 2},' + middle + b"]") == [
        {"b": 1}, "too_large", {"b": 2}, "too_large",
    ]  # fmt: skip
    assert lines(b'{"b": 1}\n' + one + b'\n{"b": 2}\n' + one) == [
        {"b": 1}, "too_large", {"b": 2}, "too_large",
    ]  # fmt: skip


def test_a_path_walks_and_keeps_what_stands_around() -> None:
    data = b"""{"about": "x", "skip": {"messages": [{"no": 1}]}, "chats": {"list": [
        {"name": "one", "id": 7, "on": true, "messages": [{"a": 1}, {"a": 2}], "z": 0},
        {"name": "two", "id": 8, "messages": []}, 5, {"name": "three", "messages": [{"a": 3}]}]}}"""
    around: dict[str, Any] = {}
    path = ("chats", "list", ANY, "messages")
    seen = [
        (around.get("name"), around.get("id"), item)
        for _, item in iter_array(io.BytesIO(data), path, around=around)
    ]
    assert seen == [("one", 7, {"a": 1}), ("one", 7, {"a": 2}), ("three", None, {"a": 3})]
    assert array(data, path) == [{"a": 1}, {"a": 2}, {"a": 3}]
    assert array(data, ("nowhere",)) == []
    deep = (
        b'{"channel": {"name": ["a", 1.50]}, "other": {"no": 1}, "n": 12, "m": [{"a": 1}], "z": 3}'
    )
    for cut in (len(deep), 3):
        asked: dict[str, Any] = {"channel": None}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(jsonstream, "CHUNK", cut)
            walk = iter_array(io.BytesIO(deep), ("m",), around=asked)
            assert next(walk) == (1, {"a": 1})
            assert asked == {"channel": {"name": ["a", "1.50"]}, "n": 12}
            assert list(walk) == []
    assert array(b'{"x": {"k": [{"a": 1}]}, "y": {"k": [{"a": 2}]}}', (ANY, "k")) == [
        {"a": 1},
        {"a": 2},
    ]


@pytest.mark.parametrize(
    "data",
    [
        b'{"a',
        b'{"a"',
        b'{"a": 1',
        b'{"a": "x',
        b'{"a": {"x": ',
        b'{"a": wrong}',
        b'{"a" 1}',
        b"{a: 1}",
        b'{"m": [',
    ],
)
def test_a_broken_way_is_one_record(data: bytes, small_blocks: None) -> None:
    assert array(data, ("m",), around={}) == ["damaged"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"c": [}, {"m": [{"a": 1}]}]}', ["bad_json", {"a": 1}]),
        (b'{"c": [{"m": [{"a": 1}]}}, {"m": [{"a": 2}]}]}', [{"a": 1}, "bad_json", {"a": 2}]),
        (b'{"c": [}}}', ["bad_json"] * 3 + ["damaged"]),
        (b'{"x": }, "c": [{"m": [{"a": 1}]}]}', []),
    ],
)
def test_a_brace_that_closes_nothing_is_passed(
    data: bytes, expected: list[Any], a_second: None
) -> None:
    assert array(data, ("c", "*", "m")) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"\xef\xbb\xbf{}\r\n\n \n{}", [{}, {}]),
        (
            b'{"a": 1}\n{"a": \n[1]\n7\n{"a": 2}',
            [{"a": 1}, "bad_json", "bad_json", "bad_json", {"a": 2}],
        ),
        (b'{"a": "\xff"}\n{"a": "\0"}\n{"a": 1}', ["bad_encoding", "bad_encoding", {"a": 1}]),
        (b'{"a": 1} {"a": 2}\n', ["bad_json"]),
    ],
)
def test_lines(data: bytes, expected: list[Any]) -> None:
    assert lines(data) == expected


def test_speed() -> None:
    post = {
        "id": "1" * 19,
        "text": "word " * 50,
        "entities": {"urls": [], "media": [{"a": 1}]},
        "lang": "en",
    }
    data = json.dumps([post] * 20_000, indent=1).encode()
    start = time.process_time()
    assert sum(1 for _ in iter_array(io.BytesIO(data))) == 20_000
    assert len(data) / (time.process_time() - start) > 15e6
