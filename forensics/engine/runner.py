"""Runs portable statements over Parquet tables, here or on a cluster, with equal bytes as result.

A statement reads views and says nothing about files. The embedded database is the default; the
same statements run on Spark where the data already lives on a cluster (`forensics.engine.spark`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, Self

from forensics.engine.embedded import ENGINE, DuckRunner
from forensics.errors import EngineError

_CLUSTER = re.compile(r"(local\[(\d+|\*)\]|spark://[^\s/]+)", re.ASCII)


class Runner(Protocol):
    """Runs portable statements over Parquet tables; results as one Parquet file in key order."""

    @property
    def name(self) -> str:
        """Engine and version, such as `duckdb 2.0.0` or `spark 4.1.0 local[2]`."""
        ...

    def table(self, name: str, files: Sequence[Path]) -> None:
        """Make `name` a view over Parquet files of equal columns; it replaces one of that name."""
        ...

    def write(self, statement: str, path: Path, key: Sequence[str]) -> None:
        """Write the rows of a statement to `path`, ordered by the unique key; all or nothing."""
        ...

    def close(self) -> None:
        """Give everything back."""
        ...

    def __enter__(self) -> Self:
        """The runner itself."""
        ...

    def __exit__(self, *_: object) -> None:
        """Close it."""
        ...


def open_runner(
    engine: str = ENGINE, *, memory_limit_mb: int, threads: int, scratch: Path
) -> Runner:
    """The runner for an engine.

    Args:
        engine: `duckdb`; or `local[N]`, `local[*]` or `spark://host:port` for Spark.
        memory_limit_mb: Upper limit for the database's memory; beyond it, it works on disk.
        threads: Threads of the database; the bytes written do not depend on it.
        scratch: Folder for what does not fit into memory. The caller removes it.

    Raises:
        EngineError: there is no such engine, or Spark is not installed.
    """
    if engine == ENGINE:
        return DuckRunner.alone(memory_limit_mb=memory_limit_mb, threads=threads, scratch=scratch)
    check_engine(engine)
    from forensics.engine.spark import SparkRunner

    return SparkRunner(engine, memory_limit_mb=memory_limit_mb, threads=threads, scratch=scratch)


def check_engine(engine: str) -> None:
    """Refuse an engine nobody knows or that is not installed, before anything is read.

    Raises:
        EngineError: there is no such engine, or Spark or Java is missing.
    """
    if engine == ENGINE:
        return
    if not _CLUSTER.fullmatch(engine):
        raise EngineError(
            f"no engine is called {engine!r:.60}",
            where="--engine",
            todo="use duckdb, local[2], local[*] or spark://host:port",
        )
    from forensics.engine.spark import check_spark

    check_spark(engine)
