"""Statements over Parquet files through the embedded database: order, atomic files, errors."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from forensics.engine.embedded import DuckRunner
from forensics.engine.reduction import REDUCTIONS, reduction
from forensics.engine.runner import open_runner
from forensics.errors import EngineError
from forensics.read.database import write_parquet


def parquet(path: Path, select: str) -> Path:
    with duckdb.connect() as con:
        con.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path


def runner(tmp_path: Path, memory_limit_mb: int = 200) -> DuckRunner:
    return DuckRunner.alone(memory_limit_mb=memory_limit_mb, threads=2, scratch=tmp_path)


def test_rows_come_in_key_order_from_all_files(tmp_path: Path) -> None:
    files = [
        parquet(tmp_path / "a[1].parquet", "SELECT 'b' AS account, 2 AS n UNION ALL SELECT 'a', 1"),
        parquet(tmp_path / "b.parquet", "SELECT 'a' AS account, 0 AS n"),
    ]
    out = tmp_path / "out.parquet"
    with open_runner(memory_limit_mb=200, threads=2, scratch=tmp_path) as here:
        assert here.name == f"duckdb {duckdb.__version__}"
        here.table("posts", files)
        here.write("SELECT account, n FROM posts", out, ("account", "n"))
    assert duckdb.read_parquet(str(out)).fetchall() == [("a", 0), ("a", 1), ("b", 2)]


def test_a_view_can_be_replaced(tmp_path: Path) -> None:
    first = parquet(tmp_path / "a.parquet", "SELECT 1 AS n")
    second = parquet(tmp_path / "b.parquet", "SELECT 'x' AS n")
    with runner(tmp_path) as here:
        here.table("t", [first])
        here.table("t", [second])
        here.write("SELECT n FROM t", tmp_path / "out.parquet", ("n",))
    assert duckdb.read_parquet(str(tmp_path / "out.parquet")).fetchall() == [("x",)]


def test_a_statement_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    out = parquet(tmp_path / "out.parquet", "SELECT 1 AS n")
    before = out.read_bytes()
    with runner(tmp_path) as here, pytest.raises(EngineError, match="out: the statement failed"):
        here.write("SELECT nothing FROM nowhere", out, ("nothing",))
    assert out.read_bytes() == before
    assert not list(tmp_path.glob("*.partial"))


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with runner(tmp_path) as here, pytest.raises(EngineError, match=r"gone\.parquet: the table is"):
        here.table("posts", [tmp_path / "gone.parquet"])


def test_a_table_that_is_none_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 and nothing else")
    with runner(tmp_path) as here, pytest.raises(EngineError, match="posts: the statement failed"):
        here.table("posts", [broken])


def test_more_than_the_memory_is_said_in_one_line(tmp_path: Path) -> None:
    with runner(tmp_path, memory_limit_mb=64) as here:
        here._con.execute("SET temp_directory = ''")
        with pytest.raises(EngineError, match="needs more than 64 MB of memory; raise"):
            here.write(
                "SELECT md5(CAST(range AS VARCHAR)) AS m, range AS n FROM range(3000000)",
                tmp_path / "out.parquet",
                ("m", "n"),
            )


POSTS = """SELECT 'a' || range % 97 AS account,
    (range * 7 + range % 13 * (range % 7)) * 1000000 AS t_us,
    ['original', 'repost'][1 + range % 2] AS kind, 'stated' AS basis, 1::INTEGER AS precision_s,
    'text ' || range % 5 AS text FROM range(5000)"""


@pytest.mark.parametrize("name", [one.name for one in REDUCTIONS])
def test_what_is_too_large_at_once_is_written_in_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    table = parquet(tmp_path / "a.parquet", POSTS)
    statement, key = reduction(name).statement, reduction(name).key
    with runner(tmp_path) as here:
        here.table("posts", [table])
        here.write(statement, tmp_path / "at_once.parquet", key)
    refused: list[str] = []

    def write(con: duckdb.DuckDBPyConnection, select: str, path: Path) -> None:
        if not refused:
            refused.append(select)
            raise duckdb.OutOfMemoryException("Out of Memory Error: could not allocate")
        write_parquet(con, select, path)

    monkeypatch.setattr("forensics.engine.embedded.write_parquet", write)
    with runner(tmp_path) as here:
        here.table("posts", [table])
        here.write(statement, tmp_path / "in_steps.parquet", key)
        assert here.ask("SELECT current_setting('threads')") == [(2,)]
    assert refused
    both = [(tmp_path / f"{name}.parquet").read_bytes() for name in ("at_once", "in_steps")]
    assert both[0] == both[1]
    with duckdb.connect() as con:
        rows = con.execute(f"SELECT COUNT(*) FROM '{tmp_path / 'at_once.parquet'}'").fetchone()
    assert rows is not None
    assert rows[0] >= 97
    assert not list(tmp_path.rglob("rows-*"))


@pytest.mark.parametrize("name", ["cells", "seconds", "gaps", "spans", "clocks"])
def test_a_step_looks_for_its_accounts_before_it_groups_and_sorts(
    tmp_path: Path, name: str
) -> None:
    with runner(tmp_path) as here:
        here.table("posts", [parquet(tmp_path / "a.parquet", POSTS)])
        share = "hash(account) BETWEEN 0 AND 2305843009213693951"
        ((_, plan),) = here.ask(
            f"EXPLAIN SELECT * FROM ({reduction(name).statement}) AS found WHERE {share}"
        )
    assert plan.index("hash(account)") > plan.index("Group By")
    assert plan.index("hash(account)") > plan.find("Window")
