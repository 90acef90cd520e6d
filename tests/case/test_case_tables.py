"""Tables: canonical JSON lines, and Parquet with a hash of its rows that others can compute."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.case import NotCanonical, TableRef, canonical, tables
from forensics.case.refs import FileRef, is_reference_path
from forensics.errors import CaseError

KEY = ["account", "t_us", "original", "row"]


def parquet(path: Path, columns: str, rows: list[tuple], *, tail: str = "") -> None:
    """Write rows as Parquet; `columns` is the body of a CREATE TABLE."""
    with duckdb.connect() as connection:
        connection.execute(f"create table t ({columns})")
        for row in rows:
            connection.execute(f"insert into t values ({', '.join('?' * len(row))})", row)
        connection.execute(f"copy (from t {tail}) to '{path}' (format parquet)")


def by_hand(path: Path, key: list[str]) -> tuple[int, str]:
    """The hash of the rows as the module describes it, computed without the JSON of DuckDB."""
    with duckdb.connect() as connection:
        cursor = connection.execute("from read_parquet(?)", [str(path)])
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def order(row):
        return [value.encode() if isinstance(value := row[k], str) else value for k in key]

    digest = hashlib.sha256()
    for row in sorted(rows, key=order):
        digest.update(canonical.dumps(row) + b"\n")
    return len(rows), digest.hexdigest()


def test_write_and_read(tmp_path):
    rows = [{"b": 1, "a": "x\u2028y"}, {}, {"n": [None, True]}]
    ref = tables.write_table(tmp_path, "images.jsonl", rows)
    data = (tmp_path / "images.jsonl").read_bytes()
    assert data == '{"a":"x\u2028y","b":1}\n{}\n{"n":[null,true]}\n'.encode()
    digest = hashlib.sha256(data).hexdigest()
    assert ref == TableRef("images.jsonl", digest, 3, digest)
    assert list(tables.read_table(tmp_path, "images.jsonl")) == rows


def test_an_empty_table(tmp_path):
    assert tables.write_table(tmp_path, "a.jsonl", []).rows == 0
    assert list(tables.read_table(tmp_path, "a.jsonl")) == []


def test_a_table_of_many_chunks(tmp_path):
    rows = ({"n": number, "pad": "x" * 1000} for number in range(3000))
    ref = tables.write_table(tmp_path, "a.jsonl", rows)
    assert ref.sha256 == hashlib.sha256((tmp_path / "a.jsonl").read_bytes()).hexdigest()
    assert sum(1 for _ in tables.read_table(tmp_path, "a.jsonl")) == 3000


def test_a_bad_row_leaves_the_old_table(tmp_path):
    tables.write_table(tmp_path, "a.jsonl", [{"a": 1}])
    with pytest.raises(NotCanonical):
        tables.write_table(tmp_path, "a.jsonl", [{"a": 1}, {"a": 0.5}])
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]
    assert list(tables.read_table(tmp_path, "a.jsonl")) == [{"a": 1}]


def test_a_full_disk_leaves_the_old_table(tiny_disk):
    tables.write_table(tiny_disk, "a.jsonl", [{"a": 1}])
    with pytest.raises(CaseError, match="no space left"):
        tables.write_table(tiny_disk, "a.jsonl", ({"pad": "x" * 1000} for _ in range(2000)))
    assert [path.name for path in tiny_disk.iterdir()] == ["a.jsonl"]
    assert list(tables.read_table(tiny_disk, "a.jsonl")) == [{"a": 1}]


BAD_LINES = {
    "spaces": b'{"a": 1}\n',
    "float": b'{"a":1.5}\n',
    "list": b"[1]\n",
    "cut": b'{"a":1}',
}


@pytest.mark.parametrize("data", BAD_LINES.values(), ids=BAD_LINES.keys())
def test_a_bad_line_is_named(tmp_path, data):
    (tmp_path / "a.jsonl").write_bytes(b"{}\n" + data)
    with pytest.raises(CaseError, match=r"a\.jsonl: line 2 \(byte 3\): "):
        list(tables.read_table(tmp_path, "a.jsonl"))


@pytest.mark.parametrize("name", ["", "a", "../a.jsonl", "a/b.jsonl", "A.jsonl", "a.jsonl\n", ".a"])
def test_names_of_tables(tmp_path, name):
    with pytest.raises(CaseError):
        tables.write_table(tmp_path, name, [])
    with pytest.raises(CaseError):
        tables.adopt_table(tmp_path, "a.jsonl", key=["a"])


def test_rows_hash_is_the_one_described(tmp_path, write_posts):
    path = tmp_path / "posts.parquet"
    write_posts(path, rows=20_000, text='zwei\n\u2028"\\ \x1b \x7f 🎈 ')
    ref = tables.adopt_table(tmp_path, "posts.parquet", key=KEY)
    assert (ref.rows, ref.rows_sha256) == by_hand(path, KEY)
    assert ref.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert ref.key == tuple(KEY)
    assert [one.name for one in tmp_path.iterdir()] == ["posts.parquet"]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(alphabet=st.characters(codec="utf-8")),
            st.none() | st.integers(-(2**53) + 1, 2**53 - 1),
            st.none() | st.booleans(),
        ),
        max_size=6,
    )
)
def test_any_text_and_integer_is_hashed_as_canonical_json(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("table") / "t.parquet"
    rows = [(number, *value) for number, value in enumerate(values)]
    parquet(path, "k integer, s varchar, n bigint, b boolean", rows)
    assert tables.hash_rows(path, key=["k"]) == by_hand(path, ["k"])


def test_order_of_rows_and_codec_do_not_matter(tmp_path, write_posts):
    write_posts(tmp_path / "a.parquet", rows=5000)
    write_posts(tmp_path / "b.parquet", rows=5000, order="hash(i)")
    one, other = (
        tables.adopt_table(tmp_path, name, key=KEY) for name in ("a.parquet", "b.parquet")
    )
    assert one.sha256 != other.sha256
    assert one.rows_sha256 == other.rows_sha256


def test_one_pair_out_of_order_at_the_edge_of_a_row_group_is_seen(tmp_path):
    path = tmp_path / "t.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            "copy (select case i when 122879 then 122880 when 122880 then 122879 else i end as k "
            f"from range(250000) t(i)) to '{path}' (format parquet)"
        )
    expected = hashlib.sha256(b"".join(b'{"k":%d}\n' % number for number in range(250_000)))
    assert tables.hash_rows(path, key=["k"]) == (250_000, expected.hexdigest())


def test_text_is_ordered_by_its_bytes(tmp_path):
    rows = [("\U0001f388",), ("\uffee",), ("b",), ("B",), ("é",), ("",)]
    parquet(tmp_path / "t.parquet", "k varchar", rows)
    assert tables.hash_rows(tmp_path / "t.parquet", key=["k"]) == by_hand(
        tmp_path / "t.parquet", ["k"]
    )


REFUSED = {
    "key twice, together": ("k integer", [(1,), (1,), (2,)], "stands twice"),
    "key twice, apart": ("k integer, m integer", [(2, 1), (1, 1), (2, 2)], "stands twice"),
    "null key": ("k integer", [(None,), (1,)], "is null in 1 rows"),
    "float": ("k integer, x double", [(1, 0.5)], "column x is DOUBLE"),
    "time": ("k integer, x timestamp", [(1, None)], "column x is TIMESTAMP"),
    "list": ("k integer, x integer[]", [(1, [1])], r"column x is INTEGER\[\]"),
    "integer too large": ("k integer, x bigint", [(1, 2**53)], r"outside \+-\(2\^53-1\) in 1 rows"),
    "integer too small": ("k integer, x bigint", [(1, -(2**53))], "in 1 rows"),
    "column not ASCII": ('k integer, "é" integer', [(1, 1)], "not named in ASCII"),
    "no such key": ("x integer", [(1,)], "has no key columns k"),
}


@pytest.mark.parametrize(("columns", "rows", "what"), REFUSED.values(), ids=REFUSED.keys())
def test_a_table_without_a_sure_hash_is_refused(tmp_path, columns, rows, what):
    parquet(tmp_path / "t.parquet", columns, rows)
    with pytest.raises(CaseError, match=what):
        tables.adopt_table(tmp_path, "t.parquet", key=["k"])


def test_columns_with_odd_names(tmp_path):
    columns = (
        "here integer, before integer, outside integer, nulls varchar, "
        '"a""b" integer, "{c}" integer, "select" integer'
    )
    parquet(tmp_path / "t.parquet", columns, [(2, 1, 2, "b", 1, 1, 1), (1, 2, 1, "a", 2, 2, 2)])
    for key in (["here"], ["before"], ["outside", "nulls"], ['a"b'], ["{c}"], ["select"]):
        path = tmp_path / "t.parquet"
        assert tables.hash_rows(path, key=key) == by_hand(path, key)


def test_paths_are_no_patterns(tmp_path):
    folder = tmp_path / "a[1]*?{b,c}'\"%"
    folder.mkdir()
    source = tmp_path / "t.parquet"
    parquet(source, "k integer", [(1,)])
    source.rename(folder / "t.parquet")
    assert tables.adopt_table(folder, "t.parquet", key=["k"]).rows == 1


def test_no_table_there_and_no_parquet(tmp_path):
    with pytest.raises(CaseError, match="does not exist"):
        tables.adopt_table(tmp_path, "t.parquet", key=["k"])
    (tmp_path / "t.parquet").write_bytes(b"PAR1 but not really")
    with pytest.raises(CaseError, match="cannot be read as Parquet") as caught:
        tables.adopt_table(tmp_path, "t.parquet", key=["k"])
    assert "\n" not in caught.value.line()


def test_an_empty_parquet_table(tmp_path):
    parquet(tmp_path / "t.parquet", "k integer", [])
    ref = tables.adopt_table(tmp_path, "t.parquet", key=["k"])
    assert (ref.rows, ref.rows_sha256) == (0, hashlib.sha256(b"").hexdigest())


def test_references_survive_json():
    ref = TableRef("a.parquet", "a" * 64, 3, "b" * 64, ("k",))
    assert TableRef.from_json(json.loads(canonical.dumps(ref.as_json()))) == ref
    assert FileRef("../r.html", "a" * 64, 3).as_json()["path"] == "../r.html"


@pytest.mark.parametrize(
    "change",
    [
        {"name": "../a.jsonl"}, {"name": 3}, {"rows": True}, {"rows": None}, {"key": "k"},
        {"key": [1]}, {"sha256": "x"}, {"rows_sha256": None},
    ],
)  # fmt: skip
def test_what_is_no_reference_is_none(change):
    value = TableRef("a.jsonl", "a" * 64, 3, "b" * 64).as_json()
    assert TableRef.from_json({**value, **change}) is None
    assert TableRef.from_json([value]) is None


@pytest.mark.parametrize(
    ("path", "fine"),
    [
        ("../report.html", True), ("aside/x", True), ("../a/b", True), ("a", True),
        ("../../etc", False), ("/etc/passwd", False), ("..", False), ("", False), (".", False),
        ("a/../../b", False), ("..\\a", False), ("../..", False),
    ],
)  # fmt: skip
def test_paths_leave_the_case_by_one_step_at_most(path, fine):
    assert is_reference_path(path) is fine
