"""Equal rows give equal bytes, wherever they come from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from forensics.read.database import among, connected, in_order, literal, write_parquet


@pytest.fixture
def con() -> Iterator[DuckDBPyConnection]:
    with connected(memory_limit_mb=200, threads=2, scratch=None) as opened:
        yield opened


COUNTED = "SELECT who, COUNT(*) AS n, MIN(t) AS first FROM {} GROUP BY who"
SOURCES = {
    "a table": "invented",
    "a table with the rows in another order": "(FROM invented ORDER BY hash(t))",
    "a file": "read_parquet({one})",
    "two files": "read_parquet([{half}, {rest}])",
}


@pytest.mark.parametrize("name", SOURCES)
def test_bytes_do_not_tell_where_rows_came_from(
    name: str, con: DuckDBPyConnection, tmp_path: Path
) -> None:
    """Statistics of files prove that a column has no NULL; the pages are the same all the same."""
    con.execute(
        "CREATE TABLE invented AS SELECT 'a' || (i * 7 % 301) AS who, CAST(i AS BIGINT) AS t "
        "FROM range(5000) AS r(i)"
    )
    files = {part: literal(str(tmp_path / part)) for part in ("one", "half", "rest")}
    for part, keep in (("one", "true"), ("half", "t % 2 = 0"), ("rest", "t % 2 = 1")):
        con.execute(f"COPY (FROM invented WHERE {keep}) TO {files[part]} (FORMAT parquet)")
    first, second = tmp_path / "first.parquet", tmp_path / "second.parquet"
    write_parquet(con, in_order(con, COUNTED.format("invented"), ["who"]), first)
    source = SOURCES[name].format(**files)
    write_parquet(con, in_order(con, COUNTED.format(source), ["who"]), second)
    assert second.read_bytes() == first.read_bytes()
    counted = f"SELECT * FROM read_parquet({literal(str(first))})"
    write_parquet(con, in_order(con, counted, ["who"]), second)
    assert second.read_bytes() == first.read_bytes()


def test_rows_are_those_of_the_statement_in_order(con: DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    rows = "SELECT * FROM (VALUES (2, NULL), (1, 'b'), (1, 'a')) AS v(n, \"odd \"\" name\")"
    write_parquet(con, in_order(con, rows, ["n", 'odd " name']), path)
    found = con.execute(f"FROM read_parquet({literal(str(path))})")
    assert found.fetchall() == [(1, "a"), (1, "b"), (2, None)]
    write_parquet(con, in_order(con, f"{rows} WHERE n > 5", ["n"]), path)
    assert con.execute(f"FROM read_parquet({literal(str(path))})").fetchall() == []


def test_among_answers_as_in_does(con: DuckDBPyConnection) -> None:
    texts = ("", "no", "it's", r"\n")
    listed = ", ".join(map(literal, texts))
    con.execute("CREATE TABLE said AS SELECT unnest(['', 'no', 'yes', 'it''s', '\\n', NULL]) AS t")
    rows = con.execute(f"SELECT {among('t', texts)}, t IN ({listed}) FROM said").fetchall()
    assert [one for one, _ in rows] == [other for _, other in rows]
    assert [one for one, _ in rows] == [True, True, False, True, True, None]


def test_numbers_that_stand_for_texts_order_as_texts_and_are_written_as_such(
    con: DuckDBPyConnection, tmp_path: Path
) -> None:
    con.execute("CREATE TABLE plain AS SELECT unnest(['b', 'a', 'B', 'ä']) AS t, 1 AS n")
    con.execute("CREATE TYPE named AS ENUM (SELECT t FROM plain ORDER BY t)")
    con.execute("CREATE TABLE coded AS SELECT CAST(t AS named) AS t, n FROM plain")
    for name in ("plain", "coded"):
        write_parquet(con, in_order(con, f"FROM {name}", ["t"]), tmp_path / name)
    assert (tmp_path / "plain").read_bytes() == (tmp_path / "coded").read_bytes()
