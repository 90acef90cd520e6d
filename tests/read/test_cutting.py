"""UTF-8 is found as Python's decoder finds it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.read import cutting


@given(st.binary(max_size=40), st.integers(0, 30))
def test_bytes_that_are_not_utf8_are_those_that_python_refuses(noise: bytes, low: int) -> None:
    data = b"plain text before " * 3 + "é中😀".encode() + noise[low:] + b" and behind it, plain" * 3
    array = np.frombuffer(data, dtype=np.uint8)
    try:
        data.decode()
    except UnicodeDecodeError as error:
        assert not cutting._plainly_utf8(array)
        assert cutting._undecodable(array, data)[0] == error.start
    else:
        assert cutting._undecodable(array, data) == []


@pytest.mark.parametrize(
    "sequence",
    [
        b"\xc0\x80", b"\xc1\xbf", b"\xe0\x9f\xbf", b"\xed\xa0\x80", b"\xf0\x8f\xbf\xbf",
        b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\x80", b"\xe4\xb8", b"\xe4 \xb8\xad",
        b"\xc3\xa9\xa9", b"\xff",
    ],
)  # fmt: skip
def test_sequences_that_no_decoder_may_accept(sequence: bytes) -> None:
    data = b"a good deal of plain text " + sequence + " with é".encode()
    array = np.frombuffer(data, dtype=np.uint8)
    assert not cutting._plainly_utf8(array)
    assert cutting._undecodable(array, data)


def test_plain_utf8_is_seen_as_such() -> None:
    """Else every file takes the slow way, and nobody notices."""
    plain = "mostly plain text, as in most exports, " * 3
    data = f"{plain}é, 中, 😀, \U0010ffff, \ud7ff, \ue000, \u0800, \u07ff, {plain}".encode()
    assert cutting._plainly_utf8(np.frombuffer(data, dtype=np.uint8))
