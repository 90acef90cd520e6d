"""Reads from the tables of posts what ties by content are counted from, in bounded memory.

Lines are numbered, respelled and put in order inside the database, which works on disk beyond its
limit, and come out some at a time. Posts of controls stand behind those of the case. They count as
others who posted a thing, and make no pairs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from forensics.clues import Evidence
from forensics.engine import PostTable
from forensics.engine.parts import source
from forensics.links.content.incidence import Incidence, Population, joined, nothing
from forensics.model import RowRef

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

_BATCH = 10_000
BLOCK_LINES = 500_000
"""Lines that are read at once: about 15 MB, and ten times that while they are worked on."""
_ADDED = ("urls", "repost_of")
"""Columns that older tables lack."""
_USED = ("text", "kind", "media", *_ADDED, "t_us")
_EVERY = "CREATE VIEW every AS SELECT {used}, code, place FROM placed JOIN codes USING (account)"
_CONTROLS = "controls"
_OTHERS = f""" UNION ALL SELECT {{used}}, code, -1 AS place
    FROM {_CONTROLS}.placed JOIN {_CONTROLS}.codes USING (account)"""


class Reader:
    """Reads the columns of posts that ties are made of, of the case and of its controls."""

    def __init__(self, evidence: Evidence) -> None:
        """The accounts of the case are numbered by name; tables are opened when they are asked."""
        own, given = evidence.posts, evidence.controls
        self._con: DuckDBPyConnection | None = None
        self._own: PostTable | None = own
        self._given: PostTable | None = None
        self.codes: Mapping[str, int] = {}
        self._others: Mapping[str, int] = {}
        if own is not None:
            names = [one.account for one in own.accounts()]
            own.close()  # what it counted them with would stay in memory
            self.codes = {name: at for at, name in enumerate(names)}
            if given is not None and given.accounts:
                self._given = given.posts
                self._others = {name: len(names) + at for at, name in enumerate(given.accounts)}
        self.population = Population(tuple(self.codes), len(self._others))

    def close(self) -> None:
        """Give back the connection and what it put beside the tables."""
        if self._con is not None and self._own is not None:
            self._own.parts.close(self._con)
        self._con = None

    def __enter__(self) -> Reader:
        """The reader itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def values(self, wanted: str, condition: str) -> Iterator[list[tuple[int, str]]]:
        """Batches of (digest, value): each distinct value of a column once, in any order.

        Args:
            wanted: SQL over the columns of posts; NULL gives none.
            condition: SQL.
        """
        with self._connected() as con:
            found = con.execute(
                f"SELECT md5_number_lower(v) AS h, any_value(v) FROM (SELECT {wanted} AS v "
                f"FROM every WHERE {condition}) WHERE v IS NOT NULL GROUP BY h"
            )
            while rows := found.fetchmany(_BATCH):
                yield rows

    def both(self, wanted: str, condition: str) -> tuple[Incidence, list[tuple[int, str]]]:
        """The lines and the values of a column, from trying a costly condition once on each post.

        Lines come in the order of the table of posts.
        """
        with self._connected() as con:
            con.execute(f"CREATE TEMP TABLE matched AS {column(wanted, condition, 'v,')}")
            told = con.execute(
                "SELECT key, code, t_us, place FROM matched ORDER BY place < 0, place, key, code"
            ).fetchnumpy()
            values = con.execute("SELECT key, any_value(v) FROM matched GROUP BY key").fetchall()
            con.execute("DROP TABLE matched")
        return _incidence(told), values

    def precision_us(self) -> int:
        """Resolution of the times, the coarsest that a tenth of the posts has; microseconds."""
        with self._connected() as con:
            rows = con.execute(
                "SELECT CAST(quantile_disc(precision_s, 0.9) AS BIGINT) FROM placed"
            ).fetchall()
        return int(rows[0][0] or 1) * 1_000_000

    def rows(self, places: Sequence[int]) -> dict[int, RowRef]:
        """Line of the table of posts of the case -> the row of the original it came from."""
        wanted = sorted({int(one) for one in places if one >= 0})
        if not wanted or self._own is None:
            return {}
        with self._connected() as con:
            con.execute(
                "CREATE OR REPLACE TEMP TABLE wanted AS SELECT UNNEST(CAST(? AS BIGINT[])) AS p",
                [wanted],
            )
            found = con.execute(
                "SELECT p, original, row FROM placed JOIN wanted ON p = place"
            ).fetchall()
        return {int(place): RowRef(str(original), int(row)) for place, original, row in found}

    def execute(self, sql: str) -> None:
        """A statement that makes a table for later ones."""
        with self._connected() as con:
            con.execute(sql)

    def fetch(self, sql: str) -> dict[str, NDArray[Any]]:
        """The columns that a statement gives."""
        with self._connected() as con:
            found: Mapping[str, Any] = con.execute(sql).fetchnumpy()
        return {name: np.asarray(values) for name, values in found.items()}

    def add(self, table: str, columns: Mapping[str, NDArray[Any]]) -> None:
        """Put rows into a table that was made with `execute`, by the order of its columns."""
        with self._connected() as con:
            con.register("added", dict(columns))
            con.execute(f"INSERT INTO {table} SELECT * FROM added")
            con.unregister("added")

    def ordered(self, name: str, lines: str) -> Stored:
        """Lines that a statement gives, kept in order.

        Args:
            name: Of the table to make.
            lines: SQL that gives key, code, t_us and place.
        """
        self.execute(f"CREATE TABLE {name} AS {lines} ORDER BY key, code, t_us, place")
        return Stored(self, name, int(self.fetch(f"SELECT COUNT(*) AS n FROM {name}")["n"][0]))

    def folder(self) -> Path:
        """A folder beside the tables for what does not fit into memory; `close` removes it."""
        with self._connected() as con:
            told = con.execute("SELECT current_setting('temp_directory')").fetchall()
        found = Path(str(told[0][0]))
        found.mkdir(exist_ok=True)
        return found

    @contextmanager
    def _connected(self) -> Iterator[DuckDBPyConnection]:
        """A cursor with the posts as `placed` and `every`; the latter holds those of controls."""
        if self._con is None:
            self._con = self._opened()
        cursor = self._con.cursor()
        try:
            yield cursor
        finally:
            cursor.close()

    def _opened(self) -> DuckDBPyConnection:
        """A connection with the tables; columns they lack are empty."""
        if self._own is None:
            raise AssertionError  # `edges` asks nothing where there are no posts
        con = self._own.parts.open(share=2)
        used = ", ".join(_USED)
        every = _EVERY.format(used=used)
        if self._given is not None:
            con.execute(f"CREATE SCHEMA {_CONTROLS}")
            con.execute(f"SET schema = '{_CONTROLS}'")
            con.execute(f"CREATE VIEW posts AS SELECT * FROM {source(self._given.parts.posts)}")
            self._given.parts.placed(con, _ADDED)
            _number(con, self._others)
            con.execute("SET schema = 'main'")
            every += _OTHERS.format(used=used)
        self._own.parts.placed(con, _ADDED)
        _number(con, self.codes)
        con.execute(every)
        return con


def _number(con: DuckDBPyConnection, codes: Mapping[str, int]) -> None:
    """The table of accounts with their numbers."""
    con.execute(
        "CREATE TABLE codes AS SELECT UNNEST(CAST(? AS VARCHAR[])) AS account, "
        "UNNEST(CAST(? AS INTEGER[])) AS code",
        [list(codes), list(codes.values())],
    )


def column(wanted: str, condition: str, more: str = "") -> str:
    """SQL: lines with the digest of a value as key, where a condition holds.

    Args:
        wanted: SQL over the columns of posts; NULL gives no line.
        condition: SQL.
        more: Further columns.
    """
    return (
        f"SELECT md5_number_lower(v) AS key, {more} code, t_us, place FROM (SELECT {wanted} AS v, "
        f"code, t_us, place FROM every WHERE {condition}) WHERE v IS NOT NULL"
    )


@dataclass(frozen=True, slots=True)
class Stored:
    """Lines that lie in the database in order of key, account, time and place."""

    reader: Reader
    name: str
    n: int

    def __len__(self) -> int:
        """Number of lines."""
        return self.n

    def blocks(self, most: int = BLOCK_LINES) -> Iterator[Incidence]:
        """All lines in order, about so many at a time; those of one thing come together."""
        rest = nothing()
        for low in range(0, self.n, most):
            read = self.reader.fetch(
                f"SELECT key, code, t_us, place FROM {self.name} "
                f"WHERE rowid >= {low} AND rowid < {low + most}"
            )
            rest = joined([rest, _incidence(read)])
            last = np.searchsorted(rest.key, rest.key[-1]) if low + most < self.n else len(rest)
            if last:
                yield rest.where(slice(0, int(last)))
                rest = rest.where(slice(int(last), None))


def _incidence(told: Mapping[str, Any]) -> Incidence:
    """Columns of a statement as lines."""
    return Incidence(
        np.asarray(told["key"], dtype=np.uint64),
        np.asarray(told["code"], dtype=np.int32),
        np.asarray(told["t_us"], dtype=np.int64),
        np.asarray(told["place"], dtype=np.int64),
    )
