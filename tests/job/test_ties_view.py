"""Ties go into tables of the case and come back for the report, the heaviest first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from forensics.case import Case
from forensics.job.ties_view import EDGES_SHOWN, ties_view, write_ties
from forensics.links.edges import Burst, Edge, Ties
from forensics.model import Finding, RowRef

EDGE = Edge(
    "a", "b", "same_text", False, 2, 500_000, 3, 1, 9000, 8000, 10_000, "modelled", 5, 6,
    (RowRef("c" * 64, 3),), 4, "Both posted 2 texts.",
)  # fmt: skip
BURST = Burst("same_text", "text 1", 5, 6, 300, "a", (RowRef("c" * 64, 3),), 300, "300 accounts.")


def case(folder: Path) -> Case:
    return Case.create(
        folder / "case", question="?", settings={}, who="t", now=lambda: "2026-01-01T00:00:00Z"
    )


def test_there_and_back(tmp_path: Path) -> None:
    opened = case(tmp_path)
    heavy = replace(EDGE, b="z", kind="co_posting", directed=True, mdb=20_000, p_ppm=None)
    refs = write_ties(opened, Ties([EDGE, heavy], [BURST], []))
    assert [one.name for one in refs] == ["edges.jsonl", "bursts.jsonl"]
    mine = Finding("same_text", "all accounts", "found", "x", details={"edges": 1})
    other = Finding("same_picture", "unit", "found", "y", details={"files": 1})
    view = ties_view(opened, [mine, other])
    assert view.edges == (heavy, EDGE)
    assert view.bursts == (BURST,)
    assert view.edges_total == {"same_text": 1, "co_posting": 1}
    assert view.findings == (mine,)


def test_the_page_shows_some_and_counts_all(tmp_path: Path) -> None:
    opened = case(tmp_path)
    many = [replace(EDGE, b=f"b{n:04d}", mdb=n) for n in range(EDGES_SHOWN + 7)]
    write_ties(opened, Ties(many, [], []))
    view = ties_view(opened, [])
    assert len(view.edges) == EDGES_SHOWN
    assert view.edges[0].mdb == EDGES_SHOWN + 6
    assert view.edges_total == {"same_text": EDGES_SHOWN + 7}


def test_a_case_without_the_tables_has_no_ties(tmp_path: Path) -> None:
    assert ties_view(case(tmp_path), []).edges == ()
