"""What each unit did, counted: active hours, quarter-hours, clocks.

Units are read in chunks of limited size, so that memory does not grow with the number of
accounts. Everything here is counting; what the counts mean is said by the finders.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from forensics.clues.quarters import thin
from forensics.model import RowRef

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from forensics.engine import PostTable

CHUNK_POSTS = 1_000_000
"""Posts read at once, unless one unit alone has more."""
EXAMPLE_ROWS = 10
GAP_DAYS = 10
"""Silent days of a whole collection from which on they are a gap of it."""
COARSE_S = 900
"""A time known less precisely than this has no quarter-hour."""

IntArray = NDArray[np.int64]
_EMPTY = np.array([], dtype=np.int64)

_NAMES = "(SELECT unnest(?::VARCHAR[]) AS account, unnest(?::BIGINT[]) AS code)"
_SIZES = "SELECT account, CAST(SUM(n) AS BIGINT) AS n FROM cells GROUP BY account"
_CELLS = f"""
    SELECT code, q, CAST(SUM(n) AS BIGINT) AS n
    FROM cells JOIN {_NAMES} USING (account)
    GROUP BY code, q ORDER BY code, q"""
_DAYS = "SELECT DISTINCT q // 96 AS day FROM cells ORDER BY day"
_CLOCKS = f"""
    SELECT code, basis, precision_s, CAST(COUNT(*) AS BIGINT) AS n
    FROM posts JOIN {_NAMES} USING (account)
    GROUP BY code, basis, precision_s ORDER BY code, basis, precision_s"""
_ROWS = f"""
    SELECT code, original, row FROM (
        SELECT code, original, row,
            ROW_NUMBER() OVER (PARTITION BY code ORDER BY t_us, original, row) AS rank
        FROM posts JOIN {_NAMES} USING (account))
    WHERE rank <= {EXAMPLE_ROWS} ORDER BY code, rank"""


@dataclass(frozen=True, slots=True)
class Activity:
    """What one unit did."""

    unit: str
    accounts: tuple[str, ...]
    hours: tuple[IntArray, ...]
    """Per account, in order: the first UTC quarter-hour of each active clock hour."""
    q: IntArray
    """Distinct UTC quarter-hours of the unit, rising."""
    n: IntArray
    """Posts in each of them."""
    clocks: Mapping[tuple[str, bool], int]
    """(basis of the time, whether it is too coarse for quarter-hours) -> posts."""
    rows: tuple[RowRef, ...]
    """The first rows of the unit's accounts, as examples."""

    @property
    def n_posts(self) -> int:
        """Posts of the unit."""
        return int(self.n.sum())

    @property
    def n_active_hours(self) -> int:
        """Distinct UTC clock hours with a post."""
        return len(np.unique(self.q // 4))

    @property
    def n_active_days(self) -> int:
        """Distinct UTC days with a post."""
        return len(np.unique(self.q // 96))

    @property
    def span_days(self) -> int:
        """Days from the first to the last post, both counted."""
        return int(self.q[-1] // 96 - self.q[0] // 96) + 1 if len(self.q) else 0


def covered_days(posts: PostTable) -> IntArray:
    """UTC day numbers (`q // 96`) on which silence is evidence, rising.

    All days from the first post of the collection to the last, without silences of ten days and
    more: those are gaps of the collection, for no holiday lasts as long. A shorter silence of a
    whole collection may be one as well, or everybody's holiday; the posts cannot tell.
    """
    with posts.connected(share=2) as database:
        found = database.execute(_DAYS).fetchnumpy()
    active = np.asarray(found["day"], dtype=np.int64)
    if not len(active):
        return active
    every = np.arange(active[0], active[-1] + 1)
    before = np.searchsorted(active, every, side="right") - 1
    after = np.minimum(before + 1, len(active) - 1)
    silent = active[after] - active[before] - 1
    return np.asarray(every[(active[before] == every) | (silent < GAP_DAYS)])


def activities(posts: PostTable, units: Mapping[str, Sequence[str]]) -> Iterator[Activity]:
    """What each unit did, in the order of `units`; a unit without posts gives empty counts."""
    with posts.connected(share=2) as database:
        sizes = dict(database.execute(_SIZES).fetchall())
        chunk: dict[str, tuple[str, ...]] = {}
        pending = 0
        for unit, accounts in units.items():
            size = sum(int(sizes.get(account, 0)) for account in accounts)
            if chunk and pending + size > CHUNK_POSTS:
                yield from _made(chunk, _read(database, chunk))
                chunk, pending = {}, 0
            chunk[unit] = tuple(accounts)
            pending += size
        last = _made(chunk, _read(database, chunk))
    # One unit may hold all posts: what the database needed for them is given back before.
    yield from last


@dataclass(frozen=True, slots=True)
class _Column:
    """Rows of one statement, found by account code: the rows of a code are consecutive."""

    values: dict[str, NDArray[Any]]
    edges: IntArray

    def of(self, code: int) -> slice:
        return slice(int(self.edges[code]), int(self.edges[code + 1]))


def _fetch(database: DuckDBPyConnection, statement: str, names: list[str]) -> _Column:
    """The result of a statement whose first column is the account code, in order of it."""
    codes = list(range(len(names)))
    fetched = database.execute(statement, [names, codes]).fetchnumpy()
    values = {name: np.asarray(column) for name, column in fetched.items()}
    code = values["code"].astype(np.int64)
    return _Column(values, np.searchsorted(code, np.arange(len(names) + 1)).astype(np.int64))


def _read(database: DuckDBPyConnection, chunk: Mapping[str, tuple[str, ...]]) -> _Tables | None:
    """What three statements say about some units; None without accounts."""
    names = sorted({account for accounts in chunk.values() for account in accounts})
    if not names:
        return None
    codes = {name: code for code, name in enumerate(names)}
    read = (_fetch(database, statement, names) for statement in (_CELLS, _CLOCKS, _ROWS))
    return _Tables(codes, *read)


def _made(chunk: Mapping[str, tuple[str, ...]], tables: _Tables | None) -> Iterator[Activity]:
    """The activities of some units."""
    for left, (unit, accounts) in zip(range(len(chunk))[::-1], chunk.items(), strict=True):
        if tables is None:
            return
        one = _activity(unit, accounts, [tables.codes[account] for account in accounts], tables)
        tables = tables if left else None  # else they would lie beside all that is done with it
        yield one


@dataclass(frozen=True, slots=True)
class _Tables:
    """What the three statements gave for a chunk of accounts."""

    codes: Mapping[str, int]
    """Account -> its code."""
    cells: _Column
    clocks: _Column
    rows: _Column


def _activity(
    unit: str, accounts: tuple[str, ...], codes: Sequence[int], tables: _Tables
) -> Activity:
    """One unit from the rows of its accounts."""
    cells = tables.cells
    quarters = [cells.values["q"][cells.of(code)].astype(np.int64, copy=False) for code in codes]
    counts = [cells.values["n"][cells.of(code)].astype(np.int64, copy=False) for code in codes]
    q, n = _summed(quarters, counts)
    return Activity(
        unit=unit,
        accounts=accounts,
        hours=tuple(thin(part) for part in quarters if len(part)),
        q=q,
        n=n,
        clocks=_clocks(tables.clocks, codes),
        rows=_examples(tables.rows, codes),
    )


def _summed(quarters: Sequence[IntArray], counts: Sequence[IntArray]) -> tuple[IntArray, IntArray]:
    """(Quarter-hours of several accounts, rising; their counts summed)."""
    full = [part for part in quarters if len(part)]
    if len(full) < 2:
        return np.concatenate([*full, _EMPTY]), np.concatenate([*counts, _EMPTY])
    low, high = min(int(part[0]) for part in full), max(int(part[-1]) for part in full)
    if high - low < 2 * sum(map(len, full)):  # then a place for each is less than a sort
        total = np.zeros(high - low + 1, dtype=np.int64)
        for part, number in zip(quarters, counts, strict=True):
            total[part - low] += number  # those of one account are distinct
        q = np.flatnonzero(total)
        return q + low, total[q]
    q, slot = np.unique(np.concatenate(full), return_inverse=True)
    n = np.bincount(slot, weights=np.concatenate(counts), minlength=len(q))
    return q, np.rint(n).astype(np.int64)


def _clocks(table: _Column, codes: Sequence[int]) -> dict[tuple[str, bool], int]:
    """Posts per (basis of the time, too coarse)."""
    found: dict[tuple[str, bool], int] = {}
    for code in codes:
        where = table.of(code)
        columns = (table.values[name][where] for name in ("basis", "precision_s", "n"))
        for basis, precision, number in zip(*columns, strict=True):
            key = (str(basis), int(precision) > COARSE_S)
            found[key] = found.get(key, 0) + int(number)
    return dict(sorted(found.items()))


def _examples(table: _Column, codes: Sequence[int]) -> tuple[RowRef, ...]:
    """The first rows of the first accounts."""
    found: list[RowRef] = []
    for code in codes:
        where = table.of(code)
        pairs = zip(table.values["original"][where], table.values["row"][where], strict=True)
        found += [RowRef(str(original), int(row)) for original, row in pairs]
        if len(found) >= EXAMPLE_ROWS:
            break
    return tuple(found[:EXAMPLE_ROWS])
