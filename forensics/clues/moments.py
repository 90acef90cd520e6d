"""The single posts of each unit: second, precision, client, kind and language, as numbers.

Tests of machines and of a change of hands need more than counts per quarter-hour. Units are read in
chunks of limited size, as in `activity.py`; texts become codes, so that memory holds only numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from forensics.model import RowRef

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from forensics.engine import PostTable

CHUNK_POSTS = 1_000_000
"""Posts read at once, unless one unit alone has more."""
COARSE_S = 900
"""A time known less precisely than this says nothing about minutes."""
NONE = -1
"""Code of a post without a client, kind or language."""

IntArray = NDArray[np.int64]
CodeArray = NDArray[np.int32]
BoolArray = NDArray[np.bool_]

_SIZES = "SELECT account, CAST(SUM(n) AS BIGINT) AS n FROM cells GROUP BY account"
_WORDS = ("client", "kind", "language", "original")
_WORD_TABLE = """
    CREATE TEMP TABLE word_{name} AS
    SELECT word, CAST(row_number() OVER (ORDER BY word) - 1 AS INTEGER) AS code
    FROM (SELECT DISTINCT {name} AS word FROM posts WHERE {name} IS NOT NULL)"""
_POSTS = """
    SELECT a.code AS owner, p.t_us // 1000000 AS t_s, p.precision_s AS precision_s,
        COALESCE(c.code, -1) AS client, COALESCE(k.code, -1) AS kind,
        COALESCE(l.code, -1) AS language, COALESCE(o.code, -1) AS original, p.row AS row
    FROM posts AS p
    JOIN (SELECT unnest(?::VARCHAR[]) AS account, unnest(?::INTEGER[]) AS code) AS a USING (account)
    LEFT JOIN word_client AS c ON p.client = c.word
    LEFT JOIN word_kind AS k ON p.kind = k.word
    LEFT JOIN word_language AS l ON p.language = l.word
    LEFT JOIN word_original AS o ON p.original = o.word
    ORDER BY owner, t_s, original, row"""


@dataclass(frozen=True, slots=True)
class Moments:
    """The posts of one unit, ordered by account and time; all arrays have one entry a post."""

    unit: str
    accounts: tuple[str, ...]
    owner: CodeArray
    """Index of the account in `accounts`, rising."""
    t_s: IntArray
    """UTC second, rising within an account."""
    precision_s: CodeArray
    client: CodeArray
    """Index into `clients`; -1 where the row names none."""
    kind: CodeArray
    language: CodeArray
    original: CodeArray
    row: IntArray
    clients: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    originals: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Number of posts."""
        return len(self.t_s)

    def of(self, index: int) -> slice:
        """Where the posts of account number `index` stand."""
        # Of the same type as what is searched: all of that would be converted else, at each call.
        edges = np.array((index, index + 1), dtype=self.owner.dtype)
        low, high = np.searchsorted(self.owner, edges)
        return slice(int(low), int(high))

    def select(self, keep: BoolArray | slice, unit: str | None = None) -> Moments:
        """The same with some posts only, under another name if one is given."""
        return replace(
            self,
            unit=self.unit if unit is None else unit,
            owner=self.owner[keep],
            t_s=self.t_s[keep],
            precision_s=self.precision_s[keep],
            client=self.client[keep],
            kind=self.kind[keep],
            language=self.language[keep],
            original=self.original[keep],
            row=self.row[keep],
        )

    def examples(self, where: BoolArray | None = None, limit: int = 10) -> tuple[RowRef, ...]:
        """The first rows, or the first of those marked in `where`."""
        chosen = np.arange(len(self)) if where is None else np.flatnonzero(where)
        return tuple(
            RowRef(self.originals[int(self.original[i])], int(self.row[i]))
            for i in chosen[:limit]
            if self.original[i] >= 0
        )


def made(
    unit: str,
    t_s: IntArray,
    *,
    precision_s: int = 1,
    client: Sequence[str] = (),
    kind: Sequence[str] = (),
    language: Sequence[str] = (),
) -> Moments:
    """One account's posts from plain lists, for simulations and tests; times need no order."""
    order = np.argsort(t_s, kind="stable")
    coded: dict[str, tuple[CodeArray, tuple[str, ...]]] = {}
    for name, words in (("client", client), ("kind", kind), ("language", language)):
        names, codes = np.unique(np.asarray(words, dtype=str), return_inverse=True)
        missing = np.full(len(t_s), NONE, dtype=np.int32)
        coded[name] = (
            codes.astype(np.int32)[order] if len(words) else missing,
            tuple(str(one) for one in names),
        )
    size = len(t_s)
    return Moments(
        unit=unit,
        accounts=(unit,),
        owner=np.zeros(size, dtype=np.int32),
        t_s=t_s[order].astype(np.int64),
        precision_s=np.full(size, precision_s, dtype=np.int32),
        client=coded["client"][0],
        kind=coded["kind"][0],
        language=coded["language"][0],
        original=np.zeros(size, dtype=np.int32),
        row=np.arange(1, size + 1, dtype=np.int64)[order],
        clients=coded["client"][1],
        kinds=coded["kind"][1],
        languages=coded["language"][1],
        originals=("0" * 64,),
    )


def moments(posts: PostTable, units: Mapping[str, Sequence[str]]) -> Iterator[Moments]:
    """The posts of each unit, in the order of `units`; a unit without posts gives empty arrays."""
    with posts.connected(share=2) as database:
        sizes = dict(database.execute(_SIZES).fetchall())
        words = {name: _words(database, name) for name in _WORDS}
        chunk: dict[str, tuple[str, ...]] = {}
        pending = 0
        for unit, accounts in units.items():
            size = sum(int(sizes.get(account, 0)) for account in accounts)
            if chunk and pending + size > CHUNK_POSTS:
                yield from _cut(chunk, _read(database, chunk), words)
                chunk, pending = {}, 0
            chunk[unit] = tuple(accounts)
            pending += size
        last = _cut(chunk, _read(database, chunk), words)
    # One unit may hold all posts: what the database needed for them is given back before.
    yield from last


def _words(database: DuckDBPyConnection, name: str) -> tuple[str, ...]:
    """All values of a column in order; their codes stay in the database."""
    database.execute(_WORD_TABLE.format(name=name))
    found = database.execute(f"SELECT word FROM word_{name} ORDER BY code").fetchall()
    return tuple(str(word) for (word,) in found)


def _read(
    database: DuckDBPyConnection, chunk: Mapping[str, tuple[str, ...]]
) -> dict[str, NDArray[Any]]:
    """The posts of some units, read with one statement, by the place of their account in order."""
    names = _names(chunk)
    if not names:
        return {}
    bound = [names, list(range(len(names)))]
    found: Mapping[str, Any] = database.execute(_POSTS, bound).fetchnumpy()
    return {name: np.asarray(column) for name, column in found.items()}


def _names(chunk: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The accounts of some units, in order."""
    return sorted({account for accounts in chunk.values() for account in accounts})


def _cut(
    chunk: Mapping[str, tuple[str, ...]],
    fetched: Mapping[str, NDArray[Any]],
    words: Mapping[str, tuple[str, ...]],
) -> Iterator[Moments]:
    """The posts of each unit."""
    names = _names(chunk)
    if not names:
        return
    code_of = {name: code for code, name in enumerate(names)}
    edges = np.searchsorted(fetched["owner"], np.arange(len(names) + 1))
    for unit, accounts in chunk.items():
        codes = [code_of[account] for account in accounts]
        sizes = [int(edges[code + 1] - edges[code]) for code in codes]
        rows = _places(edges, codes)
        yield Moments(
            unit=unit,
            accounts=accounts,
            owner=np.repeat(np.arange(len(codes), dtype=np.int32), sizes),
            t_s=fetched["t_s"][rows].astype(np.int64, copy=False),
            precision_s=fetched["precision_s"][rows].astype(np.int32, copy=False),
            client=fetched["client"][rows].astype(np.int32, copy=False),
            kind=fetched["kind"][rows].astype(np.int32, copy=False),
            language=fetched["language"][rows].astype(np.int32, copy=False),
            original=fetched["original"][rows].astype(np.int32, copy=False),
            row=fetched["row"][rows].astype(np.int64, copy=False),
            clients=words["client"],
            kinds=words["kind"],
            languages=words["language"],
            originals=words["original"],
        )


def _places(edges: NDArray[np.intp], codes: Sequence[int]) -> IntArray | slice:
    """Where the posts of some accounts stand: a slice, which copies nothing, where it is all."""
    if list(codes) == list(range(len(edges) - 1)):
        return slice(None)
    parts = [np.arange(edges[code], edges[code + 1]) for code in codes]
    return np.concatenate([np.empty(0, dtype=np.int64), *parts])
