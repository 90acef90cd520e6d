"""The report page of large cases, of empty ones, and of those in which something is odd."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from forensics.errors import ShowError
from forensics.show.page import _finalize, report_page
from forensics.show.view import ReportView, ZoneSet

Build = Callable[..., ReportView]


def test_size_of_a_usual_case(page: str) -> None:
    assert len(page.encode()) < 1_000_000


@pytest.mark.slow
def test_many_units_are_counted_not_cut(build_view: Build, dom: Callable) -> None:
    view = build_view(1_447, accounts=1_447)
    page = report_page(view)
    assert len(page.encode()) < 3_000_000
    parsed = dom(page)
    assert (
        "The first 6 of 1,447 units are shown in full; the other 1,441 stand here" in parsed.text()
    )
    rows = parsed.inside(parsed.id("other-units"), "tr")
    assert len(rows) == 1 + 1_441
    accounts = parsed.inside(parsed.id("account-table"), "tr")
    assert len(accounts) == 1 + 1_447
    missing = (
        "300 of 2,893 answers are shown: 1,446 insufficient, 1 not looked, 1,446 nothing found"
    )
    assert missing in " ".join(parsed.text().split())


@pytest.mark.slow
def test_long_tables_say_what_they_leave_out(view: ReportView, dom: Callable) -> None:
    long = replace(
        view,
        sources=view.sources[:1] * 301,
        accounts=view.accounts[:1] * 5_001,
    )
    text = dom(report_page(long)).text()
    assert "300 of 301 files are shown" in text
    assert "5,000 of 5,001 accounts are shown" in text


def test_of_many_clues_the_heaviest_are_told_in_full_and_the_rest_are_rows(
    view: ReportView, dom: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forensics.show.context.FULL_CLUES", 2 * len(view.units))
    unit = view.units[0]
    parsed = dom(report_page(view))
    told = [n.text.split()[0] for n in parsed.all("article") if n.attrs.get("class") == "clue"]
    leader = "H1"
    heavy = {w.group: abs(w.mdb) for w in unit.assessment.weights if w.hypothesis == leader}
    order = sorted(unit.clues, key=lambda item: -heavy.get(item.group, -1))
    assert sorted(told[:2]) == sorted(item.number for item in order[:2])
    assert f"2 of {len(unit.clues)} clues are told in full" in " ".join(parsed.text().split())
    for item in unit.clues:
        assert parsed.id(item.number.lower()), "every number can be linked to"
        assert item.clue.statement in parsed.text()
    listed = parsed.inside(parsed.id("u1-listed").parents[-1], "table")[-1]
    assert len(parsed.inside(listed, "tr")) == 1 + len(unit.clues) - 2


def test_rows_of_one_file_stand_together(view: ReportView, dom: Callable) -> None:
    seen = view.units[0].clues[0].observations[0]
    first = seen.rows[0].original
    mine = sorted(ref.row for ref in seen.rows if ref.original == first)
    parsed = dom(report_page(view))
    tables = [n for n in parsed.all("table") if "Rows this rests on" in n.text]
    cells = [n.text for n in parsed.inside(tables[0], "td")]
    assert cells[0] == ", ".join(f"{row:,}" for row in mine)
    assert cells[1] == first
    assert len(cells) == 2 * len({ref.original for ref in seen.rows})


def test_one_unit_and_none(build_view: Build, dom: Callable) -> None:
    heads = [n.text for n in dom(report_page(build_view(1))).all("h2")]
    assert heads[1] == "Conclusion"
    empty = replace(build_view(1), units=(), images=(), sources=(), refusals=(), accounts=(),
                    assumptions=(), record=(), reviews=(), commands=(), period="")  # fmt: skip
    text = dom(report_page(empty)).text()
    for says in ("Nothing was assessed", "Nothing was refused", "No file was read",
                 "Nobody has reviewed this yet", "No assumption was stated"):  # fmt: skip
        assert says in text


def test_wide_tables_turn_into_one_per_hypothesis(build_view: Build, dom: Callable) -> None:
    view = build_view(1, wide=9)
    parsed = dom(report_page(view))
    tables = [n for n in parsed.all("table") if n.attrs.get("class") == "matrix"]
    assert len(tables) == 6
    assert "14 groups are too many for one table" in parsed.text()
    for table in tables:
        assert len(parsed.inside(table, "tr")) == 1 + 14
    boxes = [n for n in parsed.all("input") if "data-box" in n.attrs]
    assert [n.attrs["data-box"] for n in boxes] == [str(n) for n in range(14)]


def test_broken_integrity_is_said_in_words(view: ReportView, dom: Callable) -> None:
    bad = replace(view.integrity, originals_match=39, record_whole=False, signatures=("a", "b"))
    text = " ".join(dom(report_page(replace(view, integrity=bad))).text().split())
    assert "39/41 originals match their hashes 2 do not" in text
    assert "chain broken" in text
    assert "signed by: a; b" in text


def test_what_is_missing_is_said(view: ReportView, with_unit: Callable, dom: Callable) -> None:
    unit = view.units[0]
    odd = with_unit(
        view,
        clues=(),
        claimed=(),
        hours=(replace(unit.hours[0], alternatives=(), zone_sets=(ZoneSet("equal", 800_000, ()),),
                       audience_label=None, period=""),),
        assessment=replace(unit.assessment, places=None, tests=(), weights=()),
    )  # fmt: skip
    text = " ".join(dom(report_page(odd)).text().split())
    assert "Hours of the week alone do not name a zone" in text
    assert "No clue of this unit names a place" in text
    assert "No clue was found for this unit" in text
    assert "not weighed" in text


def test_rows_that_count_together_are_marked(
    view: ReportView, with_unit: Callable, dom: Callable
) -> None:
    a = view.units[0].assessment
    odd = with_unit(
        view,
        assessment=replace(
            a, claim_rows=("H1", "H2"), claim_label="China (CN)", row_tests=a.tests[:2]
        ),
    )
    parsed = dom(report_page(odd))
    assert [n.text for n in parsed.inside(parsed.id("u1-tests"), "th")][3] == "China (CN)"
    assert parsed.text().count("(counts for China (CN))") == 2
    assert "The same tests for the leading row alone (2)" in parsed.text()
    claimed = [node for node in parsed.nodes if "data-claim" in node.attrs]
    assert len(claimed) == 2


def test_groups_are_cited_within_their_unit(
    view: ReportView, with_unit: Callable, dom: Callable
) -> None:
    a = view.units[0].assessment
    cites = replace(a.conclusion, statement="It is likely that ... [G2, C1, G77].")
    parsed = dom(report_page(with_unit(view, assessment=replace(a, conclusion=cites))))
    (statement,) = [n for n in parsed.nodes if n.attrs.get("class") == "statement"][:1]
    links = [(n.text, n.attrs["href"]) for n in parsed.inside(statement, "a")]
    assert links == [("G2", "#u1-g1"), ("C1", "#c1")]


def test_references_are_said_once_if_alike(
    view: ReportView, with_unit: Callable, dom: Callable, page: str
) -> None:
    assert "Each compares with someone placed at random by population" in dom(page).text()
    a = view.units[0].assessment
    other = (replace(a.weights[0], reference="matched controls"), *a.weights[1:])
    text = dom(report_page(with_unit(view, assessment=replace(a, weights=other)))).text()
    assert "Compared with" in text
    assert "matched controls" in text


def test_cells_say_their_basis_where_it_differs(
    view: ReportView, with_unit: Callable, dom: Callable
) -> None:
    a = view.units[0].assessment
    odd = replace(a.weights[0], basis="judged", low_mdb=6_100, high_mdb=6_100)
    parsed = dom(report_page(with_unit(view, assessment=replace(a, weights=(odd, *a.weights[1:])))))
    cell = next(n for n in parsed.all("td") if n.attrs.get("data-group") == "0")
    assert cell.text == "+6 dB ▲judged"


def test_a_statement_is_not_said_twice(
    view: ReportView, with_unit: Callable, dom: Callable
) -> None:
    item = view.units[0].clues[0]
    seen = replace(item.observations[0], interval=None)
    page = report_page(with_unit(view, clues=(replace(item, observations=(seen,)),)))
    text = dom(page).text()
    assert text.count("Posts fall into office hours of UTC+7 to UTC+9") == 1


def test_unknown_source_is_named_by_its_hash(view: ReportView, dom: Callable) -> None:
    alone = replace(view, sources=())
    row = dom(report_page(alone)).text()
    assert view.units[0].clues[0].observations[0].rows[0].original in row


def test_digest_that_is_no_hash_stays_out_of_the_style(view: ReportView, dom: Callable) -> None:
    odd = report_page(replace(view, digest='"; } body { display: none'))
    assert len(dom(odd).all("style")) == 1
    assert len(dom(report_page(view)).all("style")) == 2


def test_missing_value_is_a_defect() -> None:
    with pytest.raises(ShowError, match="missing"):
        _finalize(None)
