"""Portable statements in the embedded database: within its memory limit, and on disk beyond it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from forensics.case.files import no_glob
from forensics.errors import EngineError, ForensicsError
from forensics.read.database import connect, ident, in_order, literal, write_parquet

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ENGINE = "duckdb"
"""The engine that is used where nobody names one."""
STEPS = 8
"""Shares of the keys of a table that is too large to be made at once."""
_SPILL = "spill"


class DuckRunner:
    """The embedded database: works on disk beyond its memory limit, and reaches no network."""

    def __init__(self, con: DuckDBPyConnection, *, memory_limit_mb: int, scratch: Path) -> None:
        """Run on a connection; closing the runner closes it.

        Args:
            con: The connection, which may hold tables already.
            memory_limit_mb: What it was given, for messages.
            scratch: Folder for what does not fit into memory.
        """
        import duckdb

        self._version = str(duckdb.__version__)
        self._memory_limit_mb = memory_limit_mb
        self._scratch = scratch / _SPILL
        self._con = con

    @classmethod
    def alone(cls, *, memory_limit_mb: int, threads: int, scratch: Path) -> Self:
        """A runner on a connection of its own."""
        con = connect(memory_limit_mb=memory_limit_mb, threads=threads, scratch=scratch / _SPILL)
        return cls(con, memory_limit_mb=memory_limit_mb, scratch=scratch)

    @property
    def name(self) -> str:
        """Engine and version."""
        return f"{ENGINE} {self._version}"

    def table(self, name: str, files: Sequence[Path]) -> None:
        """Make `name` a view over Parquet files of equal columns.

        Raises:
            EngineError: a file is missing or is no such table.
        """
        for file in files:
            if not file.is_file():
                raise EngineError("the table is missing", where=file.name, todo="count again")
        listed = ", ".join(literal(no_glob(file)) for file in files)
        with self._explained(name):
            self._con.execute(
                f"CREATE OR REPLACE VIEW {ident(name)} AS SELECT * FROM read_parquet([{listed}])"
            )

    def write(self, statement: str, path: Path, key: Sequence[str]) -> None:
        """Write the rows of a statement to `path`, ordered by the unique key; all or nothing.

        Raises:
            EngineError: the statement failed, or needs more memory or disk than there is.
        """
        import duckdb

        with self._explained(path.stem):
            try:
                write_parquet(self._con, in_order(self._con, statement, key), path)
            except duckdb.OutOfMemoryException:
                self._write_in_steps(statement, path, key)

    def _write_in_steps(self, statement: str, path: Path, key: Sequence[str]) -> None:
        """The same with less memory at once: a share of the keys after the other, on one thread.

        The database looks for a range of hashes before it groups and sorts by account (it does not
        for a remainder); where that cannot be, it takes longer, to the same end.
        """
        steps = [self._scratch / f"rows-{path.stem}-{step}.parquet" for step in range(STEPS)]
        threads = self.ask("SELECT current_setting('threads')")[0][0]
        self._scratch.mkdir(exist_ok=True)
        try:
            self._con.execute("SET threads = 1")
            for step, rows in enumerate(steps):
                low, high = (place * 2**64 // STEPS for place in (step, step + 1))
                share = f"hash({ident(key[0])}) BETWEEN {low} AND {high - 1}"
                self._con.execute(
                    f"COPY (SELECT * FROM ({statement}) AS found WHERE {share}) "
                    f"TO {literal(str(rows))} (FORMAT parquet)"
                )
            listed = ", ".join(literal(no_glob(rows)) for rows in steps)
            found = f"SELECT * FROM read_parquet([{listed}])"
            write_parquet(self._con, in_order(self._con, found, key), path)
        finally:
            self._con.execute(f"SET threads = {int(threads)}")
            for rows in steps:
                rows.unlink(missing_ok=True)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a question to the views.

        Raises:
            EngineError: the question failed.
        """
        with self._explained("statement"):
            return self._con.execute(sql).fetchall()

    def close(self) -> None:
        """Give the connection back."""
        self._con.close()

    def __enter__(self) -> Self:
        """The runner itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    @contextmanager
    def _explained(self, where: str) -> Iterator[None]:
        """What the database says of memory and statements, as one line."""
        import duckdb

        try:
            yield
        except duckdb.OutOfMemoryException:
            raise EngineError(
                f"needs more than {self._memory_limit_mb} MB of memory",
                where=where,
                todo="raise the memory limit, or use fewer threads",
            ) from None
        except duckdb.IOException as error:
            if "no space left" in str(error).lower():
                raise  # told with the folder by whoever knows it
            raise EngineError(_first_line(error), where=where, todo="count again") from None
        except ForensicsError:
            raise
        except duckdb.Error as error:
            raise EngineError(_first_line(error), where=where, todo="count again") from None


def _first_line(error: BaseException) -> str:
    """What a database said, in short."""
    return f"the statement failed ({str(error).splitlines()[0][:160]})"
