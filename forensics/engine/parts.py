"""The tables of posts and of cells, in one part or several, behind the views `posts` and `cells`.

A case that grows gets another part for each reading; the parts before are not written again. Who
asks sees one table of each: `cells` with one row for each account, kind and quarter-hour, `posts`
with every post, in no order.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.case.files import no_glob
from forensics.errors import EngineError
from forensics.read.database import connect, ident, literal, scalar

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SPILL = ".spill-"
"""How the name of a folder begins that holds what does not fit into memory."""
_NUMBERS = itertools.count()


@dataclass(frozen=True, slots=True)
class Parts:
    """Where the tables lie, and what the database may use."""

    posts: tuple[Path, ...]
    """Parquet files of posts, in the order in which they were read."""
    cells: tuple[Path, ...]
    """The cells of each of them."""
    memory_limit_mb: int = 1500
    threads: int = 2

    def __post_init__(self) -> None:
        """Refuse parts that are not there.

        Raises:
            EngineError: no part at all, or one of them is missing.
        """
        if not self.posts or len(self.posts) != len(self.cells):
            raise EngineError("there is no table of posts", todo="read again")
        for table in (*self.posts, *self.cells):
            if not table.is_file():
                raise EngineError("the table is missing", where=table.name, todo="read again")

    @contextmanager
    def connected(self, *, share: int = 1) -> Iterator[DuckDBPyConnection]:
        """A connection that shows `posts` and `cells`; what does not fit goes beside the tables.

        Args:
            share: Part of the memory limit that it may use: 2 for a half.
        """
        con = self.open(share=share)
        try:
            yield con
        finally:
            self.close(con)

    def open(self, *, share: int = 1) -> DuckDBPyConnection:
        """The same for a longer time; give it back with `close`."""
        spill = self.posts[0].with_name(f"{SPILL}{os.getpid()}-{next(_NUMBERS)}")
        limit = self.memory_limit_mb // max(share, 1)
        con = connect(memory_limit_mb=limit, threads=self.threads, scratch=spill)
        self._show(con)
        return con

    def close(self, con: DuckDBPyConnection) -> None:
        """Give a connection back and remove what it put beside the tables."""
        told = con.execute("SELECT current_setting('temp_directory')").fetchone()
        con.close()
        if told is not None:
            shutil.rmtree(str(told[0]), ignore_errors=True)

    def _show(self, con: DuckDBPyConnection) -> None:
        """Make the views. Parts of another version may lack columns: those are empty then."""
        con.execute(f"CREATE VIEW posts AS SELECT * FROM {source(self.posts)}")
        cells = f"SELECT * FROM {source(self.cells)}"
        if len(self.cells) > 1:
            cells = f"""SELECT account, kind, q, CAST(SUM(n) AS BIGINT) AS n FROM ({cells})
                GROUP BY account, kind, q"""
        con.execute(f"CREATE VIEW cells AS {cells}")

    def placed(self, con: DuckDBPyConnection, columns: Sequence[str]) -> None:
        """Make the view `placed`: all posts with their `place`.

        That is their line, from 0, in the parts laid one after another.

        Args:
            con: A connection of this table.
            columns: Columns that must be there; those of older tables that are not are empty.
        """
        have = {str(row[0]) for row in con.execute("DESCRIBE posts").fetchall()}
        more = "".join(f", NULL::VARCHAR AS {ident(one)}" for one in columns if one not in have)
        parts, base = [], 0
        for path in self.posts:
            each = source((path,), "file_row_number = true")
            parts.append(f"SELECT *, file_row_number + {base} AS place{more} FROM {each}")
            base += scalar(con, f"SELECT COUNT(*) FROM {source((path,))}")
        con.execute(f"CREATE VIEW placed AS {' UNION ALL BY NAME '.join(parts)}")


def source(paths: Sequence[Path], *options: str) -> str:
    """SQL: some Parquet files read as one table."""
    listed = ", ".join(literal(no_glob(path)) for path in paths)
    more = (*options, *(("union_by_name = true",) if len(paths) > 1 else ()))
    return f"read_parquet({', '.join((f'[{listed}]', *more))})"
