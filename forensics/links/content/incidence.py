"""Who posted what and when, as numbers: the table that every tie by content is counted from.

Posts of controls stand behind those of the case. They count as others who posted a thing, and make
no pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from forensics.clues import Evidence
from forensics.engine import PostTable
from forensics.engine.runs import begins, rises, stable_order
from forensics.model import RowRef

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

_BATCH = 10_000
OWN = "kind <> 'repost'"
"""A repost is somebody else's text and address."""


@dataclass(frozen=True, slots=True)
class Population:
    """The accounts of the case, and comparable ones behind them."""

    names: tuple[str, ...]
    """Accounts of the case, in order; their place is their number."""
    controls: int = 0
    """Control accounts: numbers from `len(names)` on."""

    @property
    def basis(self) -> str:
        """How a rate is known."""
        return "measured" if self.controls else "modelled"


@dataclass(frozen=True, slots=True)
class Incidence:
    """One line for each thing that an account posted, four columns of equal length."""

    key: NDArray[np.uint64]
    """The thing: a digest of it."""
    account: NDArray[np.int32]
    t_us: NDArray[np.int64]
    place: NDArray[np.int64]
    """Line of the table of posts, from 0; -1 where it stands in none."""

    def __len__(self) -> int:
        """Number of lines."""
        return len(self.key)

    def where(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> Incidence:
        """Some of the lines."""
        return Incidence(self.key[keep], self.account[keep], self.t_us[keep], self.place[keep])

    def of(self, key: NDArray[np.uint64]) -> Incidence:
        """The same lines under other keys."""
        return replace(self, key=key)

    def firsts(self) -> Incidence:
        """The first line of each account and key, ordered by key and account."""
        one = self.ordered()
        return one.where(begins(one.key) | begins(one.account))

    def ordered(self) -> Incidence:
        """The lines by key, account, time and place; themselves where they are in that order."""
        rising = _rising((self.account, self.t_us, self.place))
        if bool((rising | (self.key[1:] > self.key[:-1])).all()) and rises(self.key):
            return self
        # Tables of posts are read by account and time: then one key is left to order by.
        if rising.all():
            return self.where(stable_order(self.key))
        return self.where(np.lexsort((self.place, self.t_us, self.account, self.key)))


def _rising(columns: Sequence[NDArray[np.int64] | NDArray[np.int32]]) -> NDArray[np.bool_]:
    """Whether each line but the first is no less than the one before, by the first column on."""
    found = np.ones(max(len(columns[0]) - 1, 0), dtype=bool)
    for column in reversed(columns):
        before, after = column[:-1], column[1:]
        found = (after > before) | ((after == before) & found)
    return found


def nothing() -> Incidence:
    """No lines."""
    return made([], [], [], [])


def made(
    key: Sequence[int], account: Sequence[int], t_us: Sequence[int], place: Sequence[int]
) -> Incidence:
    """Lines out of plain lists."""
    return Incidence(
        np.asarray(key, dtype=np.uint64),
        np.asarray(account, dtype=np.int32),
        np.asarray(t_us, dtype=np.int64),
        np.asarray(place, dtype=np.int64),
    )


def joined(parts: Iterable[Incidence]) -> Incidence:
    """Several tables as one."""
    kept = list(parts) or [nothing()]
    return Incidence(
        np.concatenate([one.key for one in kept]),
        np.concatenate([one.account for one in kept]),
        np.concatenate([one.t_us for one in kept]),
        np.concatenate([one.place for one in kept]),
    )


def digest(kind: str, text: str) -> int:
    """A number for a thing of a kind: equal for equal things, and hardly ever otherwise."""
    raw = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, person=kind.encode()[:16])
    return int.from_bytes(raw.digest(), "big")


class Reader:
    """Reads the columns of posts that ties are made of, of the case and of its controls."""

    def __init__(self, evidence: Evidence) -> None:
        """Open the tables; the accounts of the case are numbered by name."""
        own, given = evidence.posts, evidence.controls
        self._open: dict[int, DuckDBPyConnection] = {}
        self._tables: list[PostTable] = []
        self._numbers: list[Mapping[str, int]] = []
        names: list[str] = []
        if own is not None:
            names = [one.account for one in own.accounts()]
            self._add(own, names, 0)
            if given is not None and given.accounts:
                self._add(given.posts, given.accounts, len(names))
        self.population = Population(tuple(names), sum(map(len, self._numbers)) - len(names))
        self.codes: Mapping[str, int] = self._numbers[0] if self._numbers else {}

    def close(self) -> None:
        """Give back the connections and their folder."""
        for number, con in self._open.items():
            self._tables[number].parts.close(con)
        self._open.clear()

    def __enter__(self) -> Reader:
        """The reader itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _add(self, table: PostTable, names: Sequence[str], base: int) -> None:
        """One more table with the accounts that count in it."""
        self._tables.append(table)
        self._numbers.append({name: base + at for at, name in enumerate(names)})

    def column(self, wanted: str, condition: str) -> Incidence:
        """Lines with the digest of an SQL value as key, where a condition holds.

        Args:
            wanted: SQL over the columns of posts; NULL gives no line.
            condition: SQL.
        """
        return joined(self._read(number, wanted, condition) for number in range(len(self._tables)))

    def values(self, wanted: str, condition: str) -> Iterator[list[tuple[int, str]]]:
        """Batches of (digest, value): each distinct value of such a column once, in any order."""
        for number in range(len(self._tables)):
            with self._connected(number) as con:
                found = con.execute(
                    f"SELECT md5_number_lower(v) AS h, any_value(v) FROM (SELECT {wanted} AS v "
                    f"FROM placed SEMI JOIN codes USING (account) WHERE {condition}) "
                    "WHERE v IS NOT NULL GROUP BY h"
                )
                while rows := found.fetchmany(_BATCH):
                    yield rows

    def both(self, wanted: str, condition: str) -> tuple[Incidence, list[tuple[int, str]]]:
        """What `column` and `values` give, from trying a costly condition once on each post."""
        lines: list[Incidence] = []
        values: list[tuple[int, str]] = []
        for number in range(len(self._tables)):
            with self._connected(number) as con:
                con.execute(
                    f"CREATE TEMP TABLE matched AS SELECT md5_number_lower(v) AS key, v, code, "
                    f"t_us, place FROM (SELECT {wanted} AS v, account, t_us, place FROM placed "
                    f"WHERE {condition}) JOIN codes USING (account) WHERE v IS NOT NULL"
                )
                lines.append(self._lines(con, number, "SELECT key, code, t_us, place FROM matched"))
                values += con.execute(
                    "SELECT key, any_value(v) FROM matched GROUP BY key"
                ).fetchall()
        return joined(lines), values

    def precision_us(self) -> int:
        """Resolution of the times, the coarsest that a tenth of the posts has; microseconds."""
        with self._connected(0) as con:
            rows = con.execute(
                "SELECT CAST(quantile_disc(precision_s, 0.9) AS BIGINT) FROM placed"
            ).fetchall()
        return int(rows[0][0] or 1) * 1_000_000

    def rows(self, places: Sequence[int]) -> dict[int, RowRef]:
        """Line of the table of posts of the case -> the row of the original it came from."""
        wanted = sorted({int(one) for one in places if one >= 0})
        if not wanted or not self._tables:
            return {}
        with self._connected(0) as con:
            con.execute(
                "CREATE OR REPLACE TEMP TABLE wanted AS SELECT UNNEST(CAST(? AS BIGINT[])) AS p",
                [wanted],
            )
            found = con.execute(
                "SELECT p, original, row FROM placed JOIN wanted ON p = place"
            ).fetchall()
        return {int(place): RowRef(str(original), int(row)) for place, original, row in found}

    def _read(self, number: int, wanted: str, condition: str) -> Incidence:
        with self._connected(number) as con:
            return self._lines(
                con,
                number,
                f"SELECT md5_number_lower(v) AS key, code, t_us, place FROM (SELECT {wanted} AS v, "
                f"account, t_us, place FROM placed WHERE {condition}) JOIN codes USING (account) "
                "WHERE v IS NOT NULL",
            )

    def _lines(self, con: DuckDBPyConnection, number: int, sql: str) -> Incidence:
        """The lines of a statement in the order of the table of posts."""
        told = con.execute(sql).fetchnumpy()
        place = np.asarray(told["place"], dtype=np.int64)
        order = np.argsort(place, kind="stable")
        return Incidence(
            np.asarray(told["key"], dtype=np.uint64)[order],
            np.asarray(told["code"], dtype=np.int32)[order],
            np.asarray(told["t_us"], dtype=np.int64)[order],
            place[order] if number == 0 else np.full(len(order), -1, dtype=np.int64),
        )

    @contextmanager
    def _connected(self, number: int) -> Iterator[DuckDBPyConnection]:
        """A cursor with a table as `placed` and its accounts as `codes`."""
        if number not in self._open:
            self._open[number] = self._opened(number)
        cursor = self._open[number].cursor()
        try:
            yield cursor
        finally:
            cursor.close()

    def _opened(self, number: int) -> DuckDBPyConnection:
        """A connection to one of the tables; columns it lacks are empty."""
        parts, codes = self._tables[number].parts, self._numbers[number]
        con = parts.open(share=2)
        parts.placed(con, ("urls", "repost_of"))
        con.execute(
            "CREATE TABLE codes AS SELECT UNNEST(CAST(? AS VARCHAR[])) AS account, "
            "UNNEST(CAST(? AS INTEGER[])) AS code",
            [list(codes), list(codes.values())],
        )
        return con


def renamed(
    lines: Incidence, old: NDArray[np.uint64], new: NDArray[np.uint64], keep: NDArray[np.bool_]
) -> Incidence:
    """Lines under new keys, without those whose key is not kept; `old` must be sorted."""
    if not len(old) or not len(lines):
        return nothing()
    at = np.minimum(np.searchsorted(old, lines.key), len(old) - 1)
    good = (old[at] == lines.key) & keep[at]
    return lines.of(new[at]).where(good)
