"""The first difference of values and tables: found, named, and never where there is none."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.case import canonical
from forensics.errors import CaseError
from forensics.job.again.differences import first_in, in_lines, in_parquet

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES, VALUES)
def test_a_difference_is_said_if_and_only_if_there_is_one(one: object, other: object) -> None:
    assert (first_in(one, other) == "") == (canonical.dumps(one) == canonical.dumps(other))


def test_the_path_and_both_values_are_named() -> None:
    said = first_in({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]})
    assert said == "a[1].b: 2 in the case, 3 worked out again"
    assert "not there" in first_in({"a": 1}, {})
    assert first_in(1, True) != ""


def lines(path: Path, *rows: object) -> Path:
    path.write_bytes(b"".join(canonical.dumps(row) + b"\n" for row in rows))
    return path


def test_rows_of_lines(tmp_path: Path) -> None:
    then = lines(tmp_path / "then", {"id": "x", "n": 1}, {"id": "y", "n": 2, "version": "1"})
    now = lines(tmp_path / "now", {"id": "x", "n": 1}, {"id": "y", "n": 3, "version": "2"}, {})
    found = in_lines(then, now)
    assert found is not None
    assert (found.rows, found.of) == (2, 3)
    assert found.first == "row 2 (y): n: 2 in the case, 3 worked out again"


def test_members_that_may_differ_are_no_difference(tmp_path: Path) -> None:
    then = lines(tmp_path / "then", {"id": "y", "version": "1"})
    now = lines(tmp_path / "now", {"id": "y", "version": "2"})
    assert in_lines(then, now) is not None
    assert in_lines(then, now, frozenset({"version"})) is None


def test_a_line_that_is_no_json_is_shown_as_text(tmp_path: Path) -> None:
    then, now = tmp_path / "then", lines(tmp_path / "now", {"id": "y"})
    then.write_bytes(b"{broken\n")
    found = in_lines(then, now)
    assert found is not None
    assert "{broken" in found.first


def parquet(path: Path, sql: str) -> Path:
    with duckdb.connect() as con:
        con.execute(f"COPY ({sql}) TO '{path}' (FORMAT parquet)")
    return path


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT range AS k, 1 AS v FROM range(5)", ""),
        ("SELECT range AS k, if(range = 3, 2, 1) AS v FROM range(5)",
         "k 3: v: 1 in the case, 2 worked out again"),
        ("SELECT range AS k, 1 AS v FROM range(4)", "k 4: only in the case"),
        ("SELECT range AS k, 1 AS v FROM range(6)", "k 5: only worked out again"),
        ("SELECT range AS k, 1 AS w FROM range(5)", "columns[1]: 'v' in the case"),
    ],
)  # fmt: skip
def test_rows_of_parquet(tmp_path: Path, sql: str, said: str) -> None:
    then = parquet(tmp_path / "then.parquet", "SELECT range AS k, 1 AS v FROM range(5)")
    found = in_parquet(then, parquet(tmp_path / "now.parquet", sql), ("k",))
    assert (found is None) == (not said)
    assert found is None or found.first.startswith(said)


def test_a_table_that_is_no_parquet_is_one_line(tmp_path: Path) -> None:
    now = parquet(tmp_path / "now.parquet", "SELECT 1 AS k")
    (tmp_path / "then.parquet").write_bytes(b"PAR1 and nothing more")
    with pytest.raises(CaseError, match="cannot be read as Parquet"):
        in_parquet(tmp_path / "then.parquet", now, ("k",))
