"""The way back from a record number to its bytes."""

from __future__ import annotations

import gzip
import json
import sqlite3
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forensics.errors import ReadError
from forensics.read import lookup
from forensics.read.database import connected


def found(path: Path, rows: list[int], reader: str = "csv") -> lookup.Found | None:
    scratch = path.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    plain = lookup.plain_bytes(path, path.name, scratch, None)
    return lookup.in_text(plain, path.name, reader, rows)


def written(tmp_path: Path, data: bytes, name: str = "posts.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


CELLS = st.text('ab,;"\n\r é', max_size=6)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8), end=st.sampled_from("\n."))
def test_every_record_is_found_again(tmp_path: Path, rows: list[tuple[str, str]], end: str) -> None:
    """Quoted line ends, doubled quotes, whatever a cell holds; with or without a last line end."""
    records = [",".join(f'"{c.replace(chr(34), chr(34) * 2)}"' for c in row) for row in rows]
    records = [record.replace("\r", "") for record in records]
    text = "account,text\n" + "\n".join(records) + ("\n" if end == "\n" else "")
    data = text.encode()
    path = written(tmp_path, data)
    answer = found(path, list(range(1, len(rows) + 2)))
    assert answer is not None
    assert answer.header == ("account", "text")
    assert {row: one.data.decode() for row, one in answer.records.items()} == dict(
        enumerate(records, start=1)
    )
    for one in answer.records.values():
        assert data[one.start : one.start + one.size] == one.data


@pytest.mark.parametrize(
    ("data", "row", "expected", "refused"),
    [
        (b"\xef\xbb\xbfa,b\r\n1,2\r\n3,4\r\n", 2, b"3,4", ""),
        (b"a,b\n\n1,2\n\n\n3,4\n", 2, b"3,4", ""),
        (b"a,b\n1,2,9\n3,4\n", 1, b"1,2,9", "long_row"),
        (b'a,b\n1,"x\n3,4\n', 1, b'1,"x', "bad_quoting"),
        (b"a;b\n1;\xff\n3;4\n", 1, b"1;\xff", "bad_encoding"),
    ],
)
def test_odd_files(tmp_path: Path, data: bytes, row: int, expected: bytes, refused: str) -> None:
    path = written(tmp_path, data)
    answer = found(path, [row])
    assert answer is not None
    one = answer.records[row]
    assert (one.data, one.refused) == (expected, refused)
    assert data[one.start : one.start + one.size] == expected


def test_lines_of_json_of_any_reader(tmp_path: Path) -> None:
    lines = [b'{"id":1}', b"", b'{"id":2}', b'{"id":3}']
    path = written(tmp_path, b"\n".join(lines), "posts.ndjson")
    answer = found(path, [2], reader="some platform")
    assert answer is not None
    assert answer.records[2].data == b'{"id":2}'


def test_a_long_record_is_cut_and_counted(tmp_path: Path) -> None:
    long = b"x" * 40_000
    path = written(tmp_path, b"a,b\n1," + long + b"\n3,4\n")
    answer = found(path, [1, 2])
    assert answer is not None
    assert answer.records[1].size == len(long) + 2
    assert len(answer.records[1].data) == lookup.MOST_BYTES
    assert answer.records[2].data == b"3,4"


def test_a_packed_file_is_looked_up_unpacked(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(b"a,b\n1,2\n"), "posts.csv.gz")
    answer = found(path, [1])
    assert answer is not None
    assert answer.records[1].data == b"1,2"


def test_other_formats_are_not_text(tmp_path: Path) -> None:
    path = written(tmp_path, json.dumps([{"id": 1}, {"id": 2}]).encode(), "posts.json")
    assert found(path, [1], reader="json") is None


def make(path: Path, kind: str) -> None:
    if kind == "json":
        path.write_text(json.dumps([{"account": f"a{n}", "time": "t", "id": n} for n in (1, 2)]))
    elif kind == "sqlite":
        with sqlite3.connect(path) as con:
            con.execute("CREATE TABLE posts (account TEXT, time TEXT, id INTEGER)")
            con.executemany("INSERT INTO posts VALUES (?, 't', ?)", [("a1", 1), ("a2", 2)])
        con.close()
    elif kind == "xlsx":
        from openpyxl import Workbook

        book = Workbook()
        for row in (("account", "time", "id"), ("a1", "t", 1), ("a2", "t", 2)):
            book.active.append(row)
        book.save(path)
    else:
        with duckdb.connect() as con:
            con.execute(
                f"COPY (SELECT 'a' || range AS account, 't' AS time, range AS id FROM range(1, 3)) "
                f"TO '{path}' (FORMAT parquet)"
            )


@pytest.mark.parametrize("kind", ["json", "sqlite", "xlsx", "parquet"])
def test_records_as_their_reader_reads_them(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"posts.{kind}"
    make(path, kind)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    plain = lookup.plain_bytes(path, path.name, scratch, None)
    with connected(memory_limit_mb=500, threads=1, scratch=scratch) as con:
        rows = lookup.as_read(con, plain, path.name, scratch, wanted=[2, 3])
    assert rows == {2: {"account": "a2", "time": "t", "id": "2"}}


def test_a_file_that_no_reader_knows(tmp_path: Path) -> None:
    path = written(tmp_path, bytes(range(256)), "x.bin")
    plain = lookup.plain_bytes(path, path.name, tmp_path, None)
    with (
        connected(memory_limit_mb=500, threads=1, scratch=None) as con,
        pytest.raises(ReadError, match="no reader"),
    ):
        lookup.as_read(con, plain, path.name, tmp_path, wanted=[1])
