"""Accounts are counted, not posts; a shared text counts once; the finding moves nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from forensics.clues.evidence import Evidence
from forensics.clues.placenames import find, mentions
from forensics.clues.placenames.finding import KIND, METHOD
from forensics.clues.placenames.script import PATTERNS, Marks, marks_of, marks_sentence
from forensics.engine import PostTable
from forensics.model import MOVING_ROLES
from forensics.reference.places import load_gazetteer

JIANGSU = "CN-JS"


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., PostTable]:
    """Rows of (account, text, kind) -> PostTable, a minute apart."""

    def make(*rows: tuple[str, str | None, str]) -> PostTable:
        path = tmp_path / "posts.parquet"
        with duckdb.connect() as con:
            con.execute(
                "CREATE TABLE p (account VARCHAR, text VARCHAR, kind VARCHAR, row BIGINT,"
                " t_us BIGINT)"
            )
            if rows:
                con.executemany(
                    "INSERT INTO p VALUES (?, ?, ?, ?, ?)",
                    [[*r, i, 1_600_000_000_000_000 + i * 60_000_000] for i, r in enumerate(rows)],
                )
            con.execute(
                "COPY (SELECT 'a' AS original, row, account, t_us, 1::INTEGER AS precision_s,"
                " 'platform_utc' AS basis, NULL::SMALLINT AS offset_min, NULL::VARCHAR AS id, kind,"
                " NULL::VARCHAR AS client, NULL::VARCHAR AS language, text,"
                " NULL::VARCHAR AS label, NULL::VARCHAR AS media, NULL::VARCHAR AS unit,"
                " NULL::BIGINT AS id_gap_s FROM p ORDER BY account, t_us, row)"
                f" TO '{path}' (FORMAT parquet)"
            )
        return PostTable.build(path, tmp_path)

    return make


def evidence(posts: PostTable | None, **units: tuple[str, ...]) -> Evidence:
    return Evidence(posts=posts, images=(), units=units, places=load_gazetteer())


def test_accounts_are_counted_not_posts(table: Callable[..., PostTable]) -> None:
    posts = table(
        *[("a", f"News from Jiangsu number {n} word{'x' * n}", "original") for n in range(30)],
        ("b", "Jiangsu again", "original"),
        ("c", "nothing here", "original"),
    )
    found = mentions(posts, ("a", "b", "c"))
    (place,) = found.places
    assert (place.place.key, place.accounts) == (JIANGSU, ("a", "b"))
    assert (place.texts, place.posts, found.posts, found.accounts) == (31, 31, 32, 3)


def test_a_shared_text_counts_once_for_its_first_account(table: Callable[..., PostTable]) -> None:
    posts = table(
        ("b", "Jiangsu rises! https://t.example/1", "original"),
        ("a", "Jiangsu rises! https://t.example/2 @someone", "original"),
        ("c", "JIANGSU RISES 5", "original"),
        ("c", "Jiangsu is where my own text is", "original"),
    )
    (place,) = mentions(posts, ("a", "b", "c")).places
    assert place.accounts == ("b", "c")
    assert place.own_accounts == ("c",)
    assert (place.shared_texts, place.texts) == (1, 2)
    (alone,) = mentions(posts, ("a",)).places
    assert alone.own_accounts == ("a",), "shared is what two accounts of the asked set post"


def test_duplicating_all_posts_changes_no_account(table: Callable[..., PostTable]) -> None:
    rows = [("a", "Jiangsu and Moscow", "original"), ("b", "In Moscow now", "original")]
    once = {p.place.key: p.accounts for p in mentions(table(*rows), ("a", "b")).places}
    twice = {p.place.key: p.accounts for p in mentions(table(*rows, *rows), ("a", "b")).places}
    assert once == twice


def test_reposts_are_nobodys_own_text(table: Callable[..., PostTable]) -> None:
    posts = table(("a", "Jiangsu", "repost"), ("a", "hello", "original"), ("b", None, "original"))
    assert mentions(posts, ("a", "b")).places == ()


def test_the_finding_moves_nothing_and_says_so(table: Callable[..., PostTable]) -> None:
    posts = table(
        ("a", "I like Jiangsu", "original"),
        ("b", "My Jiangsu is green", "original"),
        ("c", "hello", "original"),
    )
    one, two = find(evidence(posts, U=("a", "b"), V=("c",)))
    assert (one.finder, one.status, two.status) == (METHOD, "found", "nothing_found")
    (clue,) = one.clues
    assert clue.kind == KIND
    assert clue.role == "content_subject"
    assert clue.role not in MOVING_ROLES
    assert "no residence" in clue.statement
    assert any("no residence" in limit for limit in one.limits)
    assert one.observations[0].value[0]["accounts"] == 2


def test_one_account_with_one_text_becomes_no_clue(table: Callable[..., PostTable]) -> None:
    (finding,) = find(evidence(table(("a", "Jiangsu", "original")), U=("a",)))
    assert finding.status == "found"
    assert finding.clues == ()


def test_without_posts_or_texts_it_was_not_looked(table: Callable[..., PostTable]) -> None:
    assert find(evidence(None, U=()))[0].status == "not_looked"
    (finding,) = find(evidence(table(("a", None, "original")), U=("a",)))
    assert finding.status == "not_looked"


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("今天我们学习", {"han", "simplified"}),
        ("今天我們學習", {"han", "traditional"}),
        ("گزارش ۱۴۰۲/۰۵/۱۲", {"arabic", "persian_letters", "persian_digits", "jalali_dates"}),
        ("كتاب ٢٠٢٣ جديدة", {"arabic", "arabic_letters", "arabic_digits"}),
        ("Їжак і ґанок", {"cyrillic", "ukrainian_letters"}),
        ("Это мы", {"cyrillic", "russian_letters"}),
        ("Hello，world。", {"latin", "full_width_in_latin"}),
        ("Plain words, 2023-05-12", {"latin"}),
        ("1402/05/12", {"jalali_dates"}),
    ],
)
def test_marks_of_script(text: str, marks: set[str], table: Callable[..., PostTable]) -> None:
    (counted,) = marks_of(table(("a", text, "original"))).values()
    assert {mark for mark, n in counted[1].items() if n} == marks


def test_marks_are_counted_by_account(table: Callable[..., PostTable]) -> None:
    posts = table(("a", "我们", "original"), ("a", "我们", "original"), ("b", "hi", "original"))
    found = Marks.of(marks_of(posts), ("a", "b"))
    assert found.accounts == 2
    assert found.found["simplified"] == (1, 2)
    assert "simplified characters 1" in marks_sentence(found)
    plain: Any = Marks.of(marks_of(posts), ("b",))
    assert marks_sentence(plain) == ""
    assert list(PATTERNS) == list({**PATTERNS, **found.found})
