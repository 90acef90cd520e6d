"""Tables of facts: every bundled row is good, every kind of bad row is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from forensics.errors import ReferenceDataError
from forensics.reference.code_tables import (
    COLUMNS,
    CONTEXT_KINDS,
    LOOKUP_KINDS,
    TABLES,
    load_facts,
    look_up,
    read_table,
)
from forensics.reference.folding import fold, lower
from forensics.reference.places import load_areas

HEAD = ",".join(COLUMNS)
GOOD = "支付宝,word,payment,CN,,,its own name"


def write(path: Path, *rows: str) -> Path:
    file = path / "table.csv"
    file.write_text("\n".join(["# a remark", HEAD, *rows]) + "\n", encoding="utf-8")
    return file


def test_every_bundled_row_is_good() -> None:
    facts = load_facts()
    assert len(facts) > 3000
    assert {fact.kind for fact in facts} <= set(CONTEXT_KINDS) | LOOKUP_KINDS
    assert all(fact.source and fact.areas for fact in facts)
    assert {area for fact in facts for area in fact.areas} <= set(load_areas())
    assert len(list(TABLES.glob("*.csv"))) > 10


@pytest.mark.parametrize(
    ("defect", "row", "says"),
    [
        ("too few fields", "支付宝,word,payment,CN,,", "6 fields instead of 7"),
        ("a comma without quotes", "a, b,word,payment,CN,,,x", "8 fields instead of 7"),
        ("no text", ",word,payment,CN,,,x", "the text is empty"),
        ("unknown match", "支付宝,regex,payment,CN,,,x", "unknown match 'regex'"),
        ("unknown kind", "支付宝,word,money,CN,,,x", "unknown kind 'money'"),
        ("unknown area", "支付宝,word,payment,CN-XX,,,x", "unknown area 'CN-XX'"),
        ("no area", "支付宝,word,payment,,,,x", "unknown area"),
        ("no source", "支付宝,word,payment,CN,,,", "no source"),
        ("a pattern without signs", "abc,pattern,payment,CN,,,x", "does not fit match"),
        ("a word with a sign", "a#,word,payment,CN,,,x", "does not fit match"),
        ("digits that need no word", "22####,pattern,postal,CN,,,x", "any number"),
        ("the same twice", GOOD, "stands on line 3 already"),
        ("too long", "x" * 61 + ",word,payment,CN,,,x", "too long"),
    ],
)
def test_a_bad_row_names_file_and_line(defect: str, row: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError) as caught:
        list(read_table(write(tmp_path, GOOD, row)))
    assert "table.csv, line 4" in str(caught.value), defect
    assert says in str(caught.value)


def test_without_columns_a_table_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text(GOOD, encoding="utf-8")
    with pytest.raises(ReferenceDataError, match="name the columns"):
        list(read_table(file))
    with pytest.raises(ReferenceDataError, match="cannot read"):
        list(read_table(tmp_path / "missing.csv"))


def test_a_sign_repeats_the_row_above(tmp_path: Path) -> None:
    rows = ("22####,pattern,postal,CN,邮编|zip,,a list", "23####,pattern,postal,CN,=,,=")
    first, second = read_table(write(tmp_path, *rows))
    assert second.requires == first.requires == ("邮编", "zip")
    assert second.source == "a list"


def test_a_new_table_is_used_without_code(tmp_path: Path, monkeypatch) -> None:
    from forensics.clues.codes import context
    from forensics.reference import code_tables

    write(tmp_path, "gnomonpay,word,payment,KE,,,an invented name")
    monkeypatch.setattr(code_tables, "TABLES", tmp_path)
    caches = (load_facts, code_tables.facts_of, context._facts, context._finder)
    for cached in caches:
        cached.cache_clear()
    try:
        (code,) = context.read("I sent it by GnomonPay")
        assert (code.kind, code.areas, code.sort) == ("context", ("KE",), "payment")
    finally:
        monkeypatch.undo()
        for cached in caches:
            cached.cache_clear()


def test_look_ups_take_the_whole_word_and_else_the_longest_start() -> None:
    whole = look_up("plate_ru", "77")
    assert whole is not None
    assert whole.areas == ("RU-MOW",)
    assert look_up("plate_ru", "770") is None
    start = look_up("dialling", "+902122520000")
    assert start is not None
    assert start.areas == ("TR-34",)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("۰۱۲٫۵", "012.5"),
        ("٠١٢", "012"),
        ("०१२", "012"),
        ("０１２", "012"),
        ("كي", "کی"),
        ("a\u200eb\u200c\u00ad", "ab"),
        ("−5", "-5"),
        ("plain", "plain"),
    ],
)
def test_texts_and_tables_are_folded_alike(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(folded) == folded


def test_lower_case_keeps_offsets() -> None:
    text = "İSTANBUL ẞ ΑΣ"
    assert len(lower(text)) == len(text)
    assert lower("CİMER") == "cimer"
