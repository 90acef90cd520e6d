"""The count of records against a plain walk over the bytes, in one go and in two halves."""

from __future__ import annotations

from pathlib import Path

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


@given(
    st.lists(st.sampled_from([*PIECES, b"\xff", b"\0", b"a,b,c\n", b"\r"]), max_size=30),
    st.integers(0, 60),
    st.sampled_from([",", None]),
)
def test_halves_join_to_the_whole_wherever_the_second_begins(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes], middle: int, delimiter: str
) -> None:
    path = tmp_path_factory.mktemp("census") / "posts"
    path.write_bytes(b"".join(pieces))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(census, "_middle", lambda *_: None)
        whole = census.take(path, delimiter=delimiter, fields=3, data_start=0)
        patch.setattr(census, "_middle", lambda *_: middle)
        halves = census.take(path, delimiter=delimiter, fields=3, data_start=0)
    assert halves == whole


def test_the_second_half_begins_at_a_line_that_looks_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines inside of fields are passed over, and what is found is used."""
    monkeypatch.setattr(census, "SPLIT", 1_000)
    row = b'ada,1551702896,"one\ntwo, three\nfour"\n'
    data = b"account,time,text\n" + row * 400 + b"bob,1551702897,plain\n" + row * 380
    path = tmp_path / "posts"
    path.write_bytes(data)
    middle = census._middle(path, ",", 3, 18)
    assert middle is not None
    assert data[middle:].startswith(b"bob,")
    walks = []
    monkeypatch.setattr(census._Walk, "join", lambda one, other: walks.append((one, other)))
    census.take(path, delimiter=",", fields=3, data_start=18)
    ((first, second),) = walks
    assert (first.found.records, second.found.records) == (400, 381)


def test_faults_of_both_halves_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(census, "SPLIT", 1_000)
    rows = [b"a,b,c"] * 500
    for at in (3, 200, 201, 300, 498):
        rows[at] = b"a,\xff\xfe,c"
    path = tmp_path / "posts"
    path.write_bytes(b"\n".join(rows) + b"\n")
    found = census.take(path, delimiter=",", fields=3, data_start=0)
    assert [bad.row for bad in found.bad] == [4, 201, 202, 301, 499]
    assert {bad.reason for bad in found.bad} == {"bad_encoding"}
