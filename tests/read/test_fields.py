"""Quick ways through texts give what the plain ones give."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.read import fields

TEXTS = st.lists(
    st.text(
        st.sampled_from([*"0123456789", "+", "-", " ", "e", ".", "_", "\u00a0", "\u3000", "é"]),
        max_size=21,
    ),
    min_size=1,
    max_size=30,
)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    made = duckdb.connect()
    yield made
    made.close()


def both(con: duckdb.DuckDBPyConnection, quick: str, plain: str, texts: list[str]) -> None:
    values = [
        *texts,
        None,
        "",
        " ",
        "00000000001",
        "99999999999999999999",
        "9" * 19,
        "+1234567890123",
    ]
    rows = con.execute(
        f"SELECT t, {quick}, {plain} FROM (SELECT unnest(CAST(? AS VARCHAR[])) AS t)", [values]
    ).fetchall()
    assert [row[1] for row in rows] == [row[2] for row in rows]


@given(TEXTS)
def test_trimmed_is_trim(con: duckdb.DuckDBPyConnection, texts: list[str]) -> None:
    both(con, fields.trimmed("t"), "trim(t)", [f" {text}" for text in texts] + texts)


@given(TEXTS, st.integers(1, 4))
def test_digits_are_what_the_pattern_says(
    con: duckdb.DuckDBPyConnection, texts: list[str], low: int
) -> None:
    pattern = f"regexp_full_match(t, '[0-9]{{{low},19}}')"
    both(con, fields.digits("t", low, 19), pattern, texts)


def test_a_client_is_taken_out_of_its_link(con: duckdb.DuckDBPyConnection) -> None:
    said = ['<a href="x" rel="y"> Web App </a>', " Web App", "Web App\u3000", "", "<a >", None]
    rows = con.execute(
        f"SELECT {fields.client({'client'})} FROM (SELECT unnest(CAST(? AS VARCHAR[])) AS client)",
        [said],
    ).fetchall()
    assert [row[0] for row in rows] == ["Web App", "Web App", "Web App", None, "<a >", None]
