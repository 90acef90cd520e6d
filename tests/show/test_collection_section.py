"""The section on the collection: mismatches first, counts of fields, nothing of a log runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from forensics.show.collectionview import (
    FIELDS,
    CollectionView,
    FieldCount,
    ItemView,
    Lacking,
    LogView,
)
from forensics.show.page import report_page
from forensics.show.summary import summary
from forensics.show.view import ReportView

HOSTILE = "a<script>alert(1)</script>\u202ereversed"


def item(name: str = HOSTILE) -> ItemView:
    return ItemView(
        HOSTILE, 3, "there/x", name, "0" * 64, "sha256:" + "1" * 64, "sha256:" + "2" * 64,
        "javascript:alert(1)", (HOSTILE,),
    )  # fmt: skip


@pytest.fixture
def full() -> CollectionView:
    return CollectionView(
        files=1_200,
        logged=900,
        items=1_000,
        logs=(LogView(HOSTILE, "wacz", "WACZ", 1_000, 2, 1),),
        fields=tuple(FieldCount(name, FIELDS[name], 900) for name in FIELDS),
        lacking=tuple(
            Lacking("0" * 64, f"file{n}", ("clock_offset", "received"), n % 2 == 0)
            for n in range(400)
        ),
        mismatches=(item(), item("other")),
        absent=(item(""),),
        refused=(HOSTILE,),
    )


def section(page: str) -> str:
    return page.partition('<section aria-labelledby="collection">')[2].partition("</section>")[0]


def test_mismatches_come_first_with_both_hashes(
    build_view: Callable[..., ReportView], full: CollectionView
) -> None:
    text = section(report_page(replace(build_view(), collection=full)))
    assert "2 stated hashes are not that of the bytes here." in text
    assert text.index("mismatch-table") < text.index("collection-table")
    assert "sha256:" + "1" * 64 in text
    assert "sha256:" + "2" * 64 in text


def test_counts_of_every_field_and_the_gaps_file_by_file(
    build_view: Callable[..., ReportView], full: CollectionView
) -> None:
    text = section(report_page(replace(build_view(), collection=full)))
    for words in FIELDS.values():
        assert words.replace("'", "&#39;") in text
    assert "Files that have each field, of 1,200" in text
    assert "in no log; clock offset, received" in text
    assert "300 of 400 files are shown" in text


def test_text_of_a_log_is_shown_and_never_run(
    build_view: Callable[..., ReportView], full: CollectionView
) -> None:
    text = section(report_page(replace(build_view(), collection=full)))
    assert "<script" not in text
    assert "\u202e" not in text
    assert "&lt;script&gt;" in text
    assert "href" not in text


def test_without_a_log_the_page_says_so(build_view: Callable[..., ReportView]) -> None:
    text = section(report_page(replace(build_view(), collection=CollectionView(files=3))))
    assert "No collection log was given" in text
    assert "these 3 files" in text


def test_the_summary_has_all_of_it(
    build_view: Callable[..., ReportView], full: CollectionView
) -> None:
    told = summary(replace(build_view(), collection=full))["collection"]
    assert told["files"] == 1_200
    assert len(told["mismatches"]) == 2
    assert len(told["lacking"]) == 400
    assert {one["field"] for one in told["fields"]} == set(FIELDS)


def test_lines_name_mismatches_first_and_count_the_rest(full: CollectionView) -> None:
    many = replace(full, mismatches=tuple(item(f"f{n}") for n in range(9)))
    lines = many.lines()
    assert lines[0].startswith("HASH MISMATCH: f0: ")
    assert lines[5] == "4 more hash mismatches: see the report"
    assert "name 900 of 1,200 files" in lines[-1]
