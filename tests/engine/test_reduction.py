"""The tables of the core reduction against the same counts in plain Python."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.engine import borders
from forensics.engine.reduction import REDUCTIONS, Reduction, own_texts, reduction

SECOND = 1_000_000
BASE_US = 1_600_000_020 * SECOND
COLUMNS = "account VARCHAR, t_us BIGINT, text VARCHAR, kind VARCHAR, precision_s INTEGER"
Rows = set[tuple[Any, ...]]


class Post(NamedTuple):
    account: str
    t_us: int
    text: str | None
    kind: str = "original"
    precision_s: int = 1


posts = st.builds(
    Post,
    st.sampled_from(["ada", "bob", "cem"]),
    st.one_of(
        st.integers(0, 300).map(lambda s: BASE_US + s * SECOND),
        st.sampled_from([0, 59_999_999, 60_000_000, 120_000_000, 120_000_001]).map(
            lambda us: BASE_US + us
        ),
        st.integers(0, 40).map(lambda d: BASE_US + d * 1000 * SECOND + 1),
    ),
    st.sampled_from(["one", "two", "", None]),
    st.sampled_from(["original", "original", "repost"]),
    st.sampled_from([1, 1, 60, 3600]),
)


def database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


def table(con: duckdb.DuckDBPyConnection, name: str, rows: Sequence[Post]) -> None:
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({COLUMNS}, basis VARCHAR DEFAULT 'stated')")
    if rows:
        holes = ", ".join(["(?, ?, ?, ?, ?)"] * len(rows))
        values = [value for row in rows for value in row]
        con.execute(f"INSERT INTO {name} ({COLUMNS_ONLY}) VALUES {holes}", values)


COLUMNS_ONLY = "account, t_us, text, kind, precision_s"


def asked(con: duckdb.DuckDBPyConnection, sql: str) -> Rows:
    return set(con.execute(sql).fetchall())


def md5(text: str | None) -> str:
    return hashlib.md5((text or "").encode(), usedforsecurity=False).hexdigest()


def windows(rows: Sequence[Post]) -> Rows:
    """By looking at every pair, which the statement must not do."""
    own = [r for r in rows if r.text and r.kind != "repost" and r.precision_s <= 60]
    cells: dict[tuple[str, int, str], list[int]] = {}
    for row in own:
        key = (md5(row.text), row.t_us // (60 * SECOND), row.account)
        cells.setdefault(key, []).append(row.t_us)
    near = {
        (row.text, row.t_us // (60 * SECOND), row.account)
        for row in own
        for other in own
        if other.account != row.account
        and other.text == row.text
        and abs(other.t_us - row.t_us) <= 60 * SECOND
    }
    kept = {(md5(text), minute, account) for text, minute, account in near}
    return {(*key, len(times), min(times)) for key, times in cells.items() if key in kept}


def gaps(rows: Sequence[Post]) -> Rows:
    found: Counter[tuple[str, int]] = Counter()
    for account in {row.account for row in rows}:
        times = sorted(row.t_us for row in rows if row.account == account)
        found.update((account, (b - a) // SECOND) for a, b in pairwise(times))
    return {(*key, n) for key, n in found.items()}


def seconds(rows: Sequence[Post]) -> Rows:
    count = Counter((r.account, r.precision_s, r.t_us // SECOND % 3600) for r in rows)
    return {(*key, n) for key, n in count.items()}


def cells(rows: Sequence[Post]) -> Rows:
    count = Counter((r.account, r.kind, r.t_us // (900 * SECOND)) for r in rows)
    return {(*key, n) for key, n in count.items()}


def spans(rows: Sequence[Post]) -> Rows:
    of = {a: [r.t_us for r in rows if r.account == a] for a in {r.account for r in rows}}
    return {(a, len(times), min(times), max(times)) for a, times in of.items()}


def clocks(rows: Sequence[Post]) -> Rows:
    count = Counter((r.account, "stated", r.precision_s) for r in rows)
    return {(*key, n) for key, n in count.items()}


TRUTH = {
    "cells": cells, "seconds": seconds, "gaps": gaps, "spans": spans, "clocks": clocks,
    "windows": windows,
}  # fmt: skip


def test_every_table_has_its_truth() -> None:
    assert [one.name for one in REDUCTIONS] == list(TRUTH)
    assert reduction("gaps").key == ("account", "gap_s")


@settings(max_examples=12)
@given(st.lists(posts, max_size=25))
def test_tables_are_those_of_plain_python(rows: list[Post]) -> None:
    with database() as con:
        table(con, "posts", rows)
        for one in REDUCTIONS:
            assert asked(con, one.statement) == TRUTH[one.name](rows), one.name


@settings(max_examples=12)
@given(st.lists(st.lists(posts, min_size=1, max_size=12), min_size=2, max_size=4), st.booleans())
def test_parts_sum_to_one_go(parts: list[list[Post]], ordered: bool) -> None:
    """Any split of posts into parts, added one after another, gives the tables of one go."""
    if ordered:  # as days follow each other, so that few accounts overlap
        every = sorted((row for part in parts for row in part), key=lambda row: row.t_us)
        size = len(every) // len(parts) + 1
        parts = [every[at : at + size] for at in range(0, len(every), size)]
    check(parts)


def at(account: str, second: int, text: str = "one") -> Post:
    return Post(account, BASE_US + second * SECOND, text)


CASES = {
    "another account is the second of the next minute": [
        [at("ada", 50), at("ada", 65), at("bob", 68)]
    ],
    "another account is the last but one of the minute before": [
        [at("bob", 50), at("ada", 55), at("ada", 70)]
    ],
    "a new post stands in the minute after an old one": [[at("ada", 50)], [at("bob", 65)]],
    "a new post stands in the minute before an old one": [[at("ada", 65)], [at("bob", 50)]],
    "a minute grows that the list already has": [[at("ada", 1), at("bob", 2)], [at("ada", 3)]],
    "a late post divides a gap": [[at("ada", 0), at("ada", 100)], [at("ada", 40)]],
    "late posts reach over several old ones": [
        [at("ada", second) for second in (0, 3, 10, 100, 200, 300)],
        [at("ada", second) for second in (5, 20, 150)],
    ],
    "all posts at one moment": [[at("ada", 7), at("ada", 7)], [at("ada", 7)], [at("bob", 7)]],
    "older posts come later": [[at("ada", 100)], [at("ada", 50)], [at("ada", 0)]],
}


@pytest.mark.parametrize("parts", CASES.values(), ids=CASES.keys())
def test_borders(parts: list[list[Post]]) -> None:
    check(parts)


def check(parts: list[list[Post]]) -> None:
    """The parts, added one after another, give the tables of plain Python."""
    with database() as con:
        sums: dict[str, list[tuple[Any, ...]]] = {one.name: [] for one in REDUCTIONS}
        before: list[Post] = []
        for part in parts:
            for one in REDUCTIONS:
                sums[one.name] += added(con, one, part, before, sums)
            before += part
        for one in REDUCTIONS:
            merged = asked(con, one.merged(listed(con, one, sums[one.name])))
            assert merged == TRUTH[one.name](before), one.name


def added(
    con: duckdb.DuckDBPyConnection,
    one: Reduction,
    part: Sequence[Post],
    before: Sequence[Post],
    sums: dict[str, list[tuple[Any, ...]]],
) -> list[tuple[Any, ...]]:
    """The rows of a part, as a folder of counts makes them."""
    table(con, "posts", part)
    statement = one.statement
    if before and one.across:
        table(con, "earlier", before)
        if one.name == "gaps":
            span = reduction("spans")
            con.execute(f"CREATE OR REPLACE TEMP TABLE spans_later AS {span.statement}")
            known = listed(con, span, sorted(spans(before)), "spans_parts")
            overlapping = con.execute(
                borders.OVERLAPPING.format(later="spans_later", earlier=known)
            ).fetchone()
            assert overlapping is not None
            statement = borders.later_gaps(overlapping=bool(overlapping[0]))
        else:
            listed(con, one, sums[one.name], "windows_earlier")
            times = [row.t_us for row in part]
            statement = borders.later_windows(
                min(times), max(times), texts=own_texts("posts"), earlier=own_texts("earlier")
            )
    return con.execute(statement).fetchall()


def listed(
    con: duckdb.DuckDBPyConnection,
    one: Reduction,
    rows: Sequence[tuple[Any, ...]],
    name: str = "listed",
) -> str:
    """A table of given rows; gives its name."""
    columns = ", ".join(f"{column.name} {column.type}" for column in one.columns)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")
    if rows:
        holes = ", ".join([f"({', '.join('?' * len(one.columns))})"] * len(rows))
        con.execute(f"INSERT INTO {name} VALUES {holes}", [v for row in rows for v in row])
    return name


def test_a_viral_text_makes_rows_and_no_pairs() -> None:
    """Twenty thousand accounts in two minutes: rows as many as accounts."""
    with database() as con:
        table(con, "posts", [])
        con.execute(
            f"""INSERT INTO posts SELECT 'a' || range, {BASE_US} + range * 1000, 'viral',
            'original', 1, 'stated' FROM range(20000)"""
        )
        assert len(asked(con, reduction("windows").statement)) == 20_000


@pytest.mark.parametrize("one", REDUCTIONS, ids=lambda one: one.name)
def test_columns_are_as_described(one: Reduction) -> None:
    with database() as con:
        table(con, "posts", [Post("ada", BASE_US, "one"), Post("bob", BASE_US + 1, "one")])
        found = con.execute(f"DESCRIBE {one.statement}").fetchall()
    assert [(row[0], row[1]) for row in found] == [(c.name, c.type) for c in one.columns]
