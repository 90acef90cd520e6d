"""Own texts: reposts and empty ones are left out; marks are counted by account."""

from __future__ import annotations

import re

from forensics.clues.placenames.lexicon import SCRIPTS
from forensics.clues.placenames.script import ASCII, PATTERNS
from forensics.engine.texts import marks, own_texts

ROWS = [
    {"account": "bob", "t_us": 3, "text": "Hello 5"},
    {"account": "ada", "t_us": 2, "text": "second"},
    {"account": "ada", "t_us": 1, "text": "first 1"},
    {"account": "ada", "t_us": 4, "text": "shared", "kind": "repost"},
    {"account": "ada", "t_us": 5, "text": None},
    {"account": "cyd", "t_us": 6, "text": "a reply", "kind": "reply"},
]


def test_own_texts_come_in_order(build) -> None:
    found = [(hit.account, hit.t_us, hit.text) for hit in own_texts(build(ROWS))]
    assert found == [
        ("ada", 1, "first 1"),
        ("ada", 2, "second"),
        ("bob", 3, "Hello 5"),
        ("cyd", 6, "a reply"),
    ]


def test_marks_are_counted_by_account(build) -> None:
    assert marks(build(ROWS), {"digit": "[0-9]", "capital": "[A-Z]"}) == [
        ("ada", 2, {"digit": 1, "capital": 0}),
        ("bob", 1, {"digit": 1, "capital": 1}),
        ("cyd", 1, {"digit": 0, "capital": 0}),
    ]
    assert marks(build(ROWS), {}) == [("ada", 2, {}), ("bob", 1, {}), ("cyd", 1, {})]


def test_marks_that_plain_ascii_never_has_are_counted_alike(build) -> None:
    rows = [
        {"account": "ada", "t_us": at, "text": text}
        for at, text in enumerate(("plain", "Привет", "dated 1399/01/02", "Ａbc", "naïve", ""))
    ]
    posts = build(rows)
    for patterns, ascii_marks in ((PATTERNS, ASCII), (SCRIPTS, {"latin"})):
        plain = marks(posts, patterns)
        assert marks(posts, patterns, never_ascii=patterns.keys() - ascii_marks) == plain
    letters = "".join(map(chr, range(32, 127)))
    for name in PATTERNS.keys() - ASCII:
        assert not re.search(PATTERNS[name], letters), name
