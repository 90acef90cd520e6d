"""Reads bytes the way the program does and checks that the counts add up."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from forensics.clock import EARLIEST_US, LATEST_US
from forensics.read import Reading, ReadOptions, Source, SourceFile, read_posts, times


@dataclass(frozen=True)
class Outcome:
    reading: Reading
    posts: list[dict[str, Any]]
    refusals: list[dict[str, Any]]

    @property
    def source(self) -> Source:
        assert len(self.reading.sources) == 1
        return self.reading.sources[0]

    @property
    def times(self) -> list[int]:
        return [post["t_us"] for post in sorted(self.posts, key=lambda post: post["row"])]

    @property
    def reasons(self) -> list[tuple[int, str]]:
        return [(row["row"], row["reason"]) for row in self.refusals]


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """One for reading back: opening another each time takes longer than all that is asked of it.

    It remembers nothing of files, which tests write anew under the same name.
    """
    return duckdb.connect(config={"enable_external_file_cache": "false"})


def rows_of(path: Path) -> list[dict[str, Any]]:
    con = _database().cursor()
    try:
        found = con.execute(f"SELECT * FROM read_parquet('{path}', file_row_number=true)")
        names = [column[0] for column in found.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    finally:
        con.close()
    rows.sort(key=lambda row: row.pop("file_row_number"))
    return rows


def source_file(path: Path) -> SourceFile:
    return SourceFile(hashlib.sha256(path.read_bytes()).hexdigest(), path.name, path)


def read_paths(paths: Sequence[Path], out: Path, **options: Any) -> Outcome:
    calls: list[tuple[str, int, int | None]] = []
    reading = read_posts(
        [source_file(path) for path in paths],
        ReadOptions(**options),
        out,
        lambda *call: calls.append(call),
    )
    assert calls[-1][1] == calls[-1][2]
    posts, refusals = rows_of(reading.posts), rows_of(reading.refusals)
    for source in reading.sources:
        mine = [post for post in posts if post["original"] == source.original]
        bad = [row for row in refusals if row["original"] == source.original and row["row"] > 0]
        assert source.rows_present == source.rows_read + source.rows_refused
        posts_read = source.rows_read if source.holds == "posts" else 0
        assert (len(mine), len(bad)) == (posts_read, source.rows_refused)
        if source.holds == "accounts":
            continue
        numbers = [row["row"] for row in [*mine, *bad]]
        assert sorted(numbers) == list(range(1, source.rows_present + 1))
    assert posts == sorted(posts, key=lambda p: (p["account"], p["t_us"], p["original"], p["row"]))
    assert not [path for path in out.iterdir() if path.name.startswith(".")]
    return Outcome(reading, posts, refusals)


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Outcome]:
    """Read bytes (or paths) as one file; keyword arguments are ReadOptions."""

    def run(data: bytes | Path, name: str = "posts.csv", **options: Any) -> Outcome:
        path = data if isinstance(data, Path) else tmp_path / name
        if isinstance(data, bytes):
            path.write_bytes(data)
        return read_paths([path], tmp_path / "tables", **options)

    return run


@pytest.fixture
def read_many(tmp_path: Path) -> Callable[..., Outcome]:
    """Read several paths together."""

    def run(paths: Sequence[Path], out: str = "tables", **options: Any) -> Outcome:
        return read_paths(paths, tmp_path / out, **options)

    return run


@pytest.fixture(scope="session")
def read_into() -> Callable[..., Outcome]:
    """`read_paths` itself, for property tests that make their own folders."""
    return read_paths


@pytest.fixture(scope="session")
def parse_times() -> Callable[[Sequence[str]], list[int | None]]:
    """Texts with offsets -> UTC microseconds through the bulk statement; None where refused."""

    def run(texts: Sequence[str]) -> list[int | None]:
        con = _database().cursor()
        try:
            con.execute("CREATE TEMP TABLE staged (row BIGINT, t VARCHAR)")
            con.executemany("INSERT INTO staged VALUES (?, ?)", list(enumerate(texts, 1)))
            source = "SELECT row, t FROM staged"
            sql = times.parsed(times.detect(con, source, "VARCHAR"), source)
            rows = con.execute(
                f"SELECT local_us - off_min * 60000000 FROM ({sql}) ORDER BY row"
            ).fetchall()
        finally:
            con.close()
        found = [row[0] for row in rows]
        return [t if t is not None and EARLIEST_US <= t < LATEST_US else None for t in found]

    return run
