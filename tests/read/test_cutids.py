"""Nearly all long ids rounded: it is said. Some of them whole: it is not, in any order of rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from forensics.read import cutids

WHOLE, CUT, ROUNDED = "1053425200000123457", "1053425200000120000", "1053425200000123400"
Notes = Callable[[list[str | None]], tuple[str, ...]]


@pytest.fixture
def notes() -> Any:
    con = duckdb.connect()
    con.execute("CREATE TABLE rows (id VARCHAR, local_us BIGINT)")

    def run(ids: list[str | None]) -> tuple[str, ...]:
        con.execute("DELETE FROM rows")
        con.execute("INSERT INTO rows SELECT unnest(CAST(? AS VARCHAR[])), 0", [ids])
        return cutids.id_notes(con, "TRUE", "time", "id", clocks_used=False)

    yield run
    con.close()


def test_ids_cut_to_fifteen_digits_and_ids_rounded(notes: Notes) -> None:
    assert "60 of 60 ids are cut to 15 digits" in notes([CUT] * 60)[0]
    assert "60 of 60 ids are rounded to hundreds" in notes([ROUNDED] * 60)[0]


def test_one_whole_id_in_a_hundred_is_let_pass_and_two_are_not(notes: Notes) -> None:
    assert "99 of 100 ids are cut" in notes([CUT] * 99 + [WHOLE])[0]
    assert notes([CUT] * 98 + [WHOLE] * 2) == ()


def test_whole_ids_behind_the_rows_that_decide_first_still_count(notes: Notes) -> None:
    """The first look takes 1,120 of 6,000 rows; here all whole ids come after it."""
    assert notes([CUT] * 3000 + [WHOLE] * 3000) == ()
    assert notes([WHOLE] * 3000 + [CUT] * 3000) == ()


def test_texts_of_the_same_length_are_no_ids(notes: Notes) -> None:
    """They make the first look undecided, never the answer: only digits are long ids."""
    texts: list[str | None] = ["post-of-somebody-00"] * 500
    assert "60 of 60 ids are cut" in notes([*texts, *[CUT] * 60])[0]
    assert notes([*texts, None]) == ()


def test_scientific_notation_is_found_among_other_endings(notes: Notes) -> None:
    found = notes(["5.70306E+17", "570306000000000018", "page-17", "5.7e18"])
    assert "2 ids are in the form 5.7E+17" in found[0]
