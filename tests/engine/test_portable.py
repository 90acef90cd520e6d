"""Every statement that an engine may be asked to run means the same in all of them."""

from __future__ import annotations

import pytest

from forensics.engine import statements
from forensics.engine.borders import later_gaps, later_windows
from forensics.engine.portable import FUNCTIONS, divided, unportable
from forensics.engine.reduction import REDUCTIONS, own_texts

POSTS = {
    "original", "row", "account", "t_us", "precision_s", "basis", "offset_min", "id", "kind",
    "client", "language", "text", "label", "media", "unit", "id_gap_s",
}  # fmt: skip
NAMES = POSTS | {"posts", "cells", "q", "n", "platforms", "platform"}
FILLED = {"posts": "posts", "cells": "cells", "keep": "account IN ('a', 'b')", "limit": "10",
          "platforms": "platforms", "era": "CASE WHEN t_us >= 7 THEN 1 ELSE 0 END"}  # fmt: skip
STATEMENTS = {
    name: value
    for name, value in vars(statements).items()
    if name.isupper() and isinstance(value, str)
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_statements_are_portable(name: str) -> None:
    placed = statements.PLACED.format(posts="posts")
    assert unportable(STATEMENTS[name].format(placed=placed, **FILLED), NAMES) == []


def test_all_statements_are_looked_at() -> None:
    assert {"CELLS", "THINNED", "WEEK", "LABEL_RUNS", "SAMPLE_ROWS"} <= STATEMENTS.keys()


@pytest.mark.parametrize("one", REDUCTIONS, ids=lambda one: one.name)
def test_reductions_are_portable(one) -> None:
    assert unportable(one.statement, POSTS | {"posts"}) == []


BORDERS = {
    "gaps": later_gaps(overlapping=False),
    "gaps of accounts that overlap": later_gaps(overlapping=True),
    "windows": later_windows(
        10**15, 10**15 + 1, texts=own_texts("posts"), earlier=own_texts("earlier")
    ),
    **{f"{one.name} of all parts": one.merged("posts") for one in REDUCTIONS},
}


@pytest.mark.parametrize("name", BORDERS)
def test_what_later_parts_add_is_portable(name: str) -> None:
    views = {"posts", "earlier", "spans_later", "spans_parts", "windows_earlier"}
    columns = {column.name for one in REDUCTIONS for column in one.columns}
    assert unportable(BORDERS[name], POSTS | views | columns) == []


def test_named_parts_of_a_statement_are_taken_apart() -> None:
    sql = """WITH one AS (SELECT ') ' AS x FROM (SELECT 1 AS y) AS z), two AS (
        WITH inner_one AS (SELECT 2 AS x) SELECT x FROM inner_one) SELECT One.x FROM one
        UNION SELECT x FROM two"""
    named, rest = divided(sql)
    assert [(one.name, one.uses) for one in named] == [("one", 2), ("two", 1)]
    assert named[0].select == "SELECT ') ' AS x FROM (SELECT 1 AS y) AS z"
    assert named[1].select.strip().startswith("WITH inner_one")
    assert rest.strip().startswith("SELECT One.x")
    assert divided("SELECT 1") == ([], "SELECT 1")
    assert divided("") == ([], "")


BROKEN = {
    "SELECT median(n) FROM posts": "the function MEDIAN",
    "SELECT HASH(account) FROM posts": "the function HASH",
    "SELECT COUNT(*) FILTER (WHERE n > 1) FROM posts": "the function FILTER",
    "SELECT n / 2 FROM posts": "a division that is not of a multiple",
    "SELECT CAST((n - n % 2) / 3 AS BIGINT) FROM posts": "a division that is not of a multiple",
    "SELECT CAST((n - q % 2) / 2 AS BIGINT) FROM posts": "a division that is not of a multiple",
    "SELECT n // 2 FROM posts": "the sign //",
    "SELECT account || text FROM posts": "the sign ||",
    "SELECT n::BIGINT FROM posts": "the sign ::",
    "SELECT n FROM posts -- all": "the sign --",
    "SELECT 'a\\n' AS text FROM posts": "the sign '",
    'SELECT "n" FROM posts': 'the sign "',
    "SELECT `n` FROM posts": "the sign `",
    "SELECT 1.5 AS x FROM posts": "the sign 1",
    "SELECT CAST(n AS VARCHAR) FROM posts": "a cast to VARCHAR",
    "SELECT CAST(n AS DOUBLE) FROM posts": "a cast to DOUBLE",
    "SELECT CAST(COALESCE(n, 1) AS FLOAT) FROM posts": "a cast to FLOAT",
    "SELECT n FROM posts QUALIFY n = 1": "the word QUALIFY",
    "SELECT account FROM posts LIMIT 3": "the word LIMIT",
    "SELECT account FROM posts WHERE text ILIKE 'a'": "the word ILIKE",
    "SELECT account, n FROM posts GROUP BY ALL": "ALL outside UNION ALL",
    "SELECT nobody FROM posts": "the word nobody",
    "SELECT LAG(n) OVER (ORDER BY text, row) AS x FROM posts":
        "a window ordered by text, which may be NULL",
    "SELECT LAG(n) OVER (PARTITION BY account ORDER BY posts.label) AS x FROM posts":
        "a window ordered by label, which may be NULL",
}  # fmt: skip


@pytest.mark.parametrize("statement", BROKEN)
def test_what_means_something_else_is_seen(statement: str) -> None:
    assert BROKEN[statement] in unportable(statement, NAMES)


def test_names_are_taken_in_any_case_and_with_their_table() -> None:
    sql = (
        "WITH x AS (SELECT p.Account AS who FROM Posts AS p) SELECT WHO FROM x WHERE who = 'it''s'"
    )
    assert unportable(sql, NAMES) == []


def test_a_type_is_no_name_that_a_statement_gives() -> None:
    assert unportable("SELECT VARCHAR FROM (SELECT CAST(n AS VARCHAR) FROM posts)", NAMES)


def test_functions_are_few() -> None:
    """Each of them is compared between the engines in `test_spark_equal.py`."""
    assert len(FUNCTIONS) == 9
