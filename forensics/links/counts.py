"""What links between accounts are counted from: active hours and single posts of one unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from forensics.engine import PostTable
from forensics.model import RowRef

NAMES_AT_ONCE = 20_000
"""Accounts asked for in one statement."""
POSTS_AT_ONCE = 1_000_000
"""Their posts, unless one account alone has more."""
MINUTE_US = 60_000_000

IntArray = NDArray[np.int64]
CodeArray = NDArray[np.int32]

_ASKED = "(SELECT unnest(?::VARCHAR[]) AS account, unnest(?::INTEGER[]) AS code)"
_HOURS = f"""
    SELECT DISTINCT code, CAST(q // 4 AS BIGINT) AS hour
    FROM cells JOIN {_ASKED} USING (account) ORDER BY code, hour"""
_MOMENTS = f"""
    SELECT DISTINCT code, CAST(t_us // {MINUTE_US} AS INTEGER) AS minute
    FROM posts JOIN {_ASKED} USING (account)
    WHERE precision_s <= 60 ORDER BY minute, code"""
_SIZE = f"""
    SELECT CAST(COUNT(*) AS BIGINT) FROM posts JOIN {_ASKED} USING (account)"""
_SIZES = "SELECT account, CAST(SUM(n) AS BIGINT) AS n FROM cells GROUP BY account"
_AT = f"""
    SELECT code, CAST(t_us // {MINUTE_US} AS BIGINT) AS minute, original, MIN(row) AS row
    FROM posts JOIN {_ASKED} USING (account)
    WHERE t_us // {MINUTE_US} IN (SELECT unnest(?::BIGINT[]))
    GROUP BY code, t_us // {MINUTE_US}, original ORDER BY minute, code, original"""


@dataclass(frozen=True, slots=True)
class Group:
    """The active clock hours of the accounts of one unit."""

    unit: str
    accounts: tuple[str, ...]
    owner: CodeArray
    """Index into `accounts`, rising."""
    hour: IntArray
    """UTC clock hours (UTC second // 3600) with a post, distinct and rising within an account."""
    rows: tuple[RowRef, ...] = ()
    """Example rows of the unit."""
    posts: int = 0
    """Posts of the unit."""

    def hours_of(self, members: Sequence[int]) -> IntArray:
        """The active hours of some accounts, account by account."""
        names = np.array(sorted(set(members)), dtype=self.owner.dtype)
        edges = np.searchsorted(self.owner, [names, names + 1]).T
        parts = [self.hour[low:high] for low, high in edges.tolist()]
        return np.concatenate([np.empty(0, dtype=np.int64), *parts])


def group_of(unit: str, times: Sequence[IntArray], names: Sequence[str]) -> Group:
    """A group from UTC seconds of each account, for simulations and tests."""
    hours = [np.unique(one // 3600) for one in times]
    owner = np.repeat(np.arange(len(hours), dtype=np.int32), [len(one) for one in hours])
    flat = np.concatenate([*hours, np.empty(0, dtype=np.int64)]).astype(np.int64)
    return Group(unit, tuple(names), owner, flat, (), sum(len(one) for one in times))


def read_group(posts: PostTable, unit: str, accounts: Sequence[str]) -> Group:
    """The active hours of a unit's accounts, read in parts."""
    owners: list[CodeArray] = [np.empty(0, dtype=np.int32)]
    hours: list[IntArray] = [np.empty(0, dtype=np.int64)]
    total = 0
    with posts.connected(share=2) as database:
        sizes = dict(database.execute(_SIZES).fetchall())
        for start, end in _at_once([int(sizes.get(name, 0)) for name in accounts]):
            part, codes = list(accounts[start:end]), list(range(start, end))
            found = database.execute(_HOURS, [part, codes]).fetchnumpy()
            owners.append(np.asarray(found["code"], dtype=np.int32))
            hours.append(np.asarray(found["hour"], dtype=np.int64))
            counted = database.execute(_SIZE, [part, codes]).fetchone()
            total += int(counted[0]) if counted else 0
    # Half of the memory as well, and given back: what was counted is held besides.
    half = replace(posts.parts, memory_limit_mb=posts.parts.memory_limit_mb // 2)
    with PostTable(half) as table:
        rows = tuple(table.sample_rows(list(accounts[:NAMES_AT_ONCE]), 10))
    return Group(unit, tuple(accounts), np.concatenate(owners), np.concatenate(hours), rows, total)


def _at_once(sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """(First account, last + 1) of parts that are read together, by the posts of each account."""
    start, pending = 0, 0
    for place, size in enumerate(sizes):
        if place > start and (pending + size > POSTS_AT_ONCE or place - start >= NAMES_AT_ONCE):
            yield start, place
            start, pending = place, 0
        pending += size
    if start < len(sizes):
        yield start, len(sizes)


def read_minutes(posts: PostTable, accounts: Sequence[str]) -> tuple[CodeArray, CodeArray]:
    """(owner, UTC minute) of every distinct account and minute, in order of minute and account.

    Times known less precisely than a minute are left out.
    """
    with posts.connected() as database:
        codes = list(range(len(accounts)))
        found = database.execute(_MOMENTS, [list(accounts), codes]).fetchnumpy()
    return np.asarray(found["code"], dtype=np.int32), np.asarray(found["minute"], dtype=np.int32)


def read_rows(
    posts: PostTable, accounts: Sequence[str], minutes: Sequence[int]
) -> dict[tuple[int, int], RowRef]:
    """(Index of the account, minute) -> one row posted then, for the minutes asked for."""
    if not minutes:
        return {}
    with posts.connected() as database:
        codes = list(range(len(accounts)))
        asked = sorted(set(minutes))
        rows = database.execute(_AT, [list(accounts), codes, asked]).fetchall()
    found: dict[tuple[int, int], RowRef] = {}
    for code, minute, original, row in rows:
        found.setdefault((int(code), int(minute)), RowRef(str(original), int(row)))
    return found
