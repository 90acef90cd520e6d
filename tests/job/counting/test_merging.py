"""How a table of parts is made one: the key names a row, and counts are added up."""

from __future__ import annotations

import duckdb
import pytest

from forensics.job.counting.folder import TABLES
from forensics.job.counting.merging import key_of, merged_sql


@pytest.mark.parametrize("name", TABLES)
def test_every_table_has_a_key(name: str) -> None:
    assert key_of(name)
    assert len(set(key_of(name))) == len(key_of(name))


def test_rows_of_one_key_become_one_and_those_that_cancel_go() -> None:
    rows = "(VALUES ('a', 5, 2), ('a', 5, 3), ('b', 7, 1), ('b', 7, -1)) AS t(account, gap_s, n)"
    found = duckdb.sql(merged_sql("gaps", f"(SELECT * FROM {rows})")).fetchall()
    assert found == [("a", 5, 5)]
    assert key_of("gaps") == ("account", "gap_s")


def test_posts_are_not_merged() -> None:
    assert merged_sql("posts", "(SELECT 1 AS n)") == "SELECT * FROM (SELECT 1 AS n)"
