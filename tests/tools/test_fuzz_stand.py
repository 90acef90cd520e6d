"""What stands for the database in the fuzzer: it answers as wide as it is asked, and it looks."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from forensics.read.options import Table
from forensics.read.records import BadRecord, Format, Record, table_of

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(TOOLS)
    import fuzz_stand as found

    return found


@pytest.mark.parametrize(
    ("sql", "width"),
    [
        ("SELECT count(*) FROM a", 1),
        (" SELECT min(a, b), 'x, y FROM z', (SELECT 1, 2) FROM a, b", 3),
        ('SELECT "a, b FROM c", [1, 2], {x: 1} FROM (SELECT 1)', 3),
        ("WITH a AS (SELECT 1, 2, 3 FROM b) SELECT c, d FROM a", 2),
        ("SELECT 1, 2", 2),
    ],
)
def test_an_answer_has_the_columns_asked_for(stand, sql: str, width: int) -> None:
    assert stand.Stand().execute(sql).fetchall() == [(0,) * width]


@pytest.mark.parametrize("sql", ["INSERT INTO a VALUES (1)", "CREATE TABLE a (b INTEGER)"])
def test_what_is_no_question_has_no_answer(stand, sql: str) -> None:
    assert stand.Stand().execute(sql).fetchall() == []


def given(stand: ModuleType, tmp_path: Path, *records: Record | BadRecord) -> tuple[Any, Table]:
    """A stand that was given records by the code of the readers, and their table."""
    one = stand.Stand()
    return one, table_of(one, records, Format("x", ("a",)), tmp_path)


def test_good_records_pass(stand, tmp_path: Path) -> None:
    found, table = given(stand, tmp_path, Record(1, {"a": "x\0\ud83d"}), BadRecord(2, "bad_json"))
    found.checked(table)


@pytest.mark.parametrize("numbers", [(1, 1), (1, 3), (0, 1)])
def test_records_without_numbers_of_their_own_are_noticed(
    stand, tmp_path: Path, numbers: tuple[int, int]
) -> None:
    first, second = numbers
    found, table = given(stand, tmp_path, Record(first, {"a": "x"}), BadRecord(second, "bad_json"))
    with pytest.raises(AssertionError, match="number"):
        found.checked(table)


def test_the_clean_copy_is_counted_by_other_means(stand, tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    clean.write_text('a,"b\nc"\nd,e\n', encoding="utf-8")
    assert stand.records_in(clean, ",") == 2
    assert stand.records_in(tmp_path / "given", ",") == -1
    clean.write_text('a"\nb\n', encoding="utf-8")
    assert stand.records_in(clean, "\r") == 2
