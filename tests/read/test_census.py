"""The count of records against a plain walk over the bytes, and UTF-8 against Python's decoder."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.read import census

PIECES = [
    b"a", b"bc", b",", b",", b"\n", b"\n", b'"', b'""', b'"x,y"', b'"x\ny"', "é".encode(), b"\r\n",
]  # fmt: skip


def walked(data: bytes, fields: int) -> list[tuple[bytes, bool]]:
    """Records and whether they have that many fields, byte by byte; for text without faults."""
    records: list[tuple[bytes, bool]] = []
    start, inside, commas = 0, False, 0
    for place, byte in enumerate(data + b"\n" * (not data.endswith(b"\n"))):
        if byte == ord('"'):
            inside = not inside
        elif byte == ord(",") and not inside:
            commas += 1
        elif byte == ord("\n") and not inside:
            record = data[start:place]
            if record.rstrip(b"\r"):
                records.append((record, commas + 1 == fields))
            start, commas = place + 1, 0
    return records


@given(st.lists(st.lists(st.sampled_from(PIECES[:5] + PIECES[8:]), max_size=6), max_size=12))
def test_records_and_fields_are_those_of_a_walk(
    tmp_path_factory: pytest.TempPathFactory, lines: list[list[bytes]]
) -> None:
    data = b"\n".join(b",".join(line) for line in lines)
    path = tmp_path_factory.mktemp("census") / "posts"
    path.write_bytes(data)
    found = census.take(path, delimiter=",", fields=3, data_start=0)
    if any(bad.reason == "bad_quoting" for bad in found.bad):
        return  # pieces side by side, such as `"x,y"a`: another test's matter
    records = walked(data, 3)
    assert found.records == len(records)
    wrong = [row for row, (_, fits) in enumerate(records, start=1) if not fits]
    assert [bad.row for bad in found.bad] == wrong


@given(st.binary(max_size=40), st.integers(0, 30))
def test_bytes_that_are_not_utf8_are_those_that_python_refuses(noise: bytes, low: int) -> None:
    data = b"plain text before " * 3 + "é中😀".encode() + noise[low:] + b" and behind it, plain" * 3
    array = np.frombuffer(data, dtype=np.uint8)
    try:
        data.decode()
    except UnicodeDecodeError as error:
        assert not census._plainly_utf8(array)
        assert census._undecodable(array, data)[0] == error.start
    else:
        assert census._undecodable(array, data) == []


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
    assert not census._plainly_utf8(array)
    assert census._undecodable(array, data)


def test_plain_utf8_is_seen_as_such() -> None:
    """Else every file takes the slow way, and nobody notices."""
    plain = "mostly plain text, as in most exports, " * 3
    data = f"{plain}é, 中, 😀, \U0010ffff, \ud7ff, \ue000, \u0800, \u07ff, {plain}".encode()
    assert census._plainly_utf8(np.frombuffer(data, dtype=np.uint8))
