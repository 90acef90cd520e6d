"""Texts that say the same are equal after folding; texts that do not are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.links.content.normal import normalised, tokens


def one(text: str) -> str:
    return normalised([text])[0]


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Hello, World!", "hello world"),
        ("Hello World https://t.co/abc", "hello world"),
        ("@name hello world", "hello world"),
        ("RT @name: Hello World", "hello world"),
        ("hel\u200blo wor\u200dld\u2060", "hello world"),
        ("\u202ehello\u202c world", "hello world"),
        ("ｈｅｌｌｏ　ｗｏｒｌｄ", "hello world"),
        ("h\u0435ll\u043e w\u043erld", "hello world"),
        ("he\ufe0fllo \U000e0041world", "hello world"),
        ("hello\n\n\tworld", "hello world"),
        ("«hello» — world…", "hello world"),
        ("你好，世界！今天 很好。", "你好,世界!今天很好."),
        ("п\u0440ив\u0065т, мир", "привет мир"),
        ("\u0430 good day to you", "a good day to you"),
        ("очень мaлo времени y нас", "очень мало времени у нас"),
        ("مُحَمَّد هنا", "محمد هنا"),
        ("Ёлка", "елка"),
        ("it’s", "it's"),
        ("١٢٣ people", "123 people"),
        ("#Tag word", "tag word"),
    ],
)
def test_disguises_fall_away(text: str, other: str) -> None:
    assert one(text) == one(other)
    assert one(text)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("hello world", "hello word"),
        ("сор", "cop"),  # a whole word of one alphabet stays in it
        ("left 1", "left 2"),
        ("résumé of the year", "resume of the year"),
        ("good 👍 day", "good 👎 day"),
    ],
)
def test_different_texts_stay_different(text: str, other: str) -> None:
    assert one(text) != one(other)


@pytest.mark.parametrize("text", ["", " ", "@a", "https://x.example/y", "\0\0", "\u200b", "!?"])
def test_nothing_is_left_of_nothing(text: str) -> None:
    assert one(text) == ""
    assert tokens(one(text)) == 0


@given(st.lists(st.text(max_size=40), max_size=8))
def test_a_batch_folds_as_its_texts_do(texts: list[str]) -> None:
    assert normalised(texts) == [one(text) for text in texts]


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_folding_case_or_adding_what_is_unseen_changes_nothing(text: str) -> None:
    assert one("\u200b" + text + "\u2060") == one(text)


def test_words_are_counted_by_script() -> None:
    assert tokens(one("four words of text")) == 4
    assert tokens(one("你好世界")) == 4
    assert tokens(one("abc 你好")) == 3
