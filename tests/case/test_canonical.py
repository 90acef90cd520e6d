"""Canonical JSON: one value, one sequence of bytes; everything else is refused."""

from __future__ import annotations

import json
from collections import OrderedDict
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.case import NotCanonical, canonical

any_text = st.text(alphabet=st.characters(codec=None, exclude_categories=()))
keys = st.text(alphabet=st.characters(codec="ascii"))
scalars = (
    st.none()
    | st.booleans()
    | st.integers(min_value=-canonical.MAX_INT, max_value=canonical.MAX_INT)
    | any_text
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(keys, inner), max_leaves=20
)


@given(values)
def test_round_trip_gives_the_cleaned_value(value):
    data = canonical.dumps(value)
    assert canonical.loads(data) == canonical.clean(value)
    assert canonical.dumps(canonical.loads(data)) == data


@given(values)
def test_another_parser_reads_the_same_value(value):
    assert json.loads(canonical.dumps(value)) == canonical.clean(value)


@given(st.dictionaries(keys, scalars))
def test_order_of_keys_does_not_matter(value):
    backwards = dict(reversed(list(value.items())))
    assert canonical.dumps(value) == canonical.dumps(backwards)


@given(any_text)
def test_surrogates_are_cleaned_once_and_for_all(text):
    cleaned = canonical.clean_text(text)
    cleaned.encode("utf-8")
    assert canonical.clean_text(cleaned) == cleaned


@given(st.text())
def test_text_without_surrogates_is_not_touched(text):
    assert canonical.clean_text(text) == text


@given(st.binary(max_size=60))
def test_whatever_is_read_is_written_again_byte_for_byte(data):
    try:
        value = canonical.loads(data)
    except NotCanonical:
        return
    assert canonical.dumps(value) == data


def test_exact_bytes():
    value = {"b": [1, None, True], "a": 'x\u2028"\\/\x7f\x1b\n é 🎈', "Z": -5}
    expected = '{"Z":-5,"a":"x\u2028\\"\\\\/\x7f\\u001b\\n é 🎈","b":[1,null,true]}'
    assert canonical.dumps(value) == expected.encode()


def test_a_lone_surrogate_becomes_its_escape_as_data():
    assert canonical.dumps("\ud83d!") == b'"\\\\ud83d!"'
    assert canonical.loads(b'"\\\\ud83d!"') == "\\ud83d!"


def test_mappings_and_tuples_become_plain():
    value = MappingProxyType({"a": (1, OrderedDict(b=2))})
    assert canonical.dumps(value) == b'{"a":[1,{"b":2}]}'


def test_sha256_is_that_of_the_bytes():
    # printf '{"a":1}' | sha256sum
    expected = "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
    assert canonical.sha256({"a": 1}) == expected


NOT_WRITTEN = {
    "float": 1.0,
    "NaN": float("nan"),
    "float inside": {"a": [1, {"b": 0.5}]},
    "integer too large": 2**53,
    "integer too small": -(2**53),
    "key not ASCII": {"é": 1},
    "key not text": {1: 2},
    "bytes": b"x",
    "set": {1},
    "numpy integer": np.int64(3),
    "too deep": json.loads("[" * 65 + "]" * 65),
}


@pytest.mark.parametrize("value", NOT_WRITTEN.values(), ids=NOT_WRITTEN.keys())
def test_not_written(value):
    with pytest.raises(NotCanonical):
        canonical.dumps(value)


def test_limits_are_written():
    assert canonical.dumps([2**53 - 1, -(2**53) + 1]) == b"[9007199254740991,-9007199254740991]"
    canonical.dumps(json.loads("[" * 64 + "]" * 64))


NOT_READ = {
    # defect: bytes, byte offset of the defect or None
    "not UTF-8": (b'{"a":"\xff"}', 6),
    "byte order mark": (b'\xef\xbb\xbf{"a":1}', 0),
    "not JSON": (b'{"a":1', 6),
    "nothing": (b"", 0),
    "byte offset, not character offset": ('{"é":"é"'.encode(), 10),
    "float": (b'{"a":1.0}', None),
    "exponent": (b'{"a":1e3}', None),
    "NaN": (b'{"a":NaN}', None),
    "Infinity": (b"[-Infinity]", None),
    "minus zero": (b"[-0]", 1),
    "integer too large": (b"[9007199254740992]", None),
    "a million digits": (b"[" + b"9" * 1_000_000 + b"]", None),
    "key twice": (b'{"a":1,"a":1}', None),
    "key twice, inside": (b'{"z":[{"a":1,"b":2,"a":3}]}', None),
    "key not ASCII": ('{"é":1}'.encode(), None),
    "space": (b'{"a": 1}', 5),
    "newline": (b'{"a":1}\n', 7),
    "keys not sorted": (b'{"b":1,"a":2}', 2),
    "needless escape": (b'["\\u0041"]', 2),
    "escaped slash": (b'["\\/"]', 2),
    "capital hex digits": (b'["\\u001B"]', 7),
    "escaped surrogate": (b'["\\ud83d"]', 3),
    "escaped pair": (b'["\\ud83d\\ude00"]', 2),
    "too deep": (b"[" * 65 + b"]" * 65, None),
    "far too deep": (b"[" * 200_000 + b"]" * 200_000, None),
}


@pytest.mark.parametrize(("data", "byte"), NOT_READ.values(), ids=NOT_READ.keys())
def test_not_read(data, byte):
    with pytest.raises(NotCanonical) as caught:
        canonical.loads(data)
    assert caught.value.byte == byte
    assert len(caught.value.line()) < 200
