"""The report page: complete without script, inert, and the same every time."""

from __future__ import annotations

import base64
import hashlib
import itertools
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from forensics import words
from forensics.errors import ShowError
from forensics.show.page import report_page, write_report, write_text
from forensics.show.view import Boundaries, ReportView

SHOW = Path(report_page.__code__.co_filename).parent
Build = Callable[..., ReportView]


def test_same_view_same_bytes(view: ReportView, boundaries: Boundaries, page: str) -> None:
    assert report_page(view, boundaries) == page


def test_written_whole_and_readable(view: ReportView, tmp_path: Path) -> None:
    path = write_report(view, tmp_path / "new" / "report.html")
    assert path.read_text(encoding="utf-8") == report_page(view)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [item.name for item in path.parent.iterdir()] == ["report.html"]


def test_failed_write_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()
    with pytest.raises(ShowError, match="cannot write"):
        write_text(tmp_path / "report.html", "x")
    assert [item.name for item in tmp_path.iterdir()] == ["report.html"]
    with pytest.raises(ShowError, match="cannot be written"):
        write_text(tmp_path / "other.html", "\ud83d")


# --- structure ----------------------------------------------------------------------------------


def test_headings_are_in_order(page: str, dom: Callable) -> None:
    levels = [int(node.tag[1]) for node in dom(page).nodes if re.fullmatch("h[1-6]", node.tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    for before, after in itertools.pairwise(levels):
        assert after <= before + 1, (before, after)


def test_order_of_a_sceptic(page: str, dom: Callable) -> None:
    heads = [node.text for node in dom(page).all("h2")]
    expected = ["Is it whole?", "Conclusions", "The case for crew A", "The case for crew B",
                "Groups of accounts", "Accounts together",
                "Images that no assessed account posted",
                "Collection", "Refused, missing, against",
                "Assumptions", "Sources and their clocks", "Control accounts", "Accounts",
                "Notes, objections and the deception check", "Review and dissent",
                "Record", "Glossary", "Versions and notices"]  # fmt: skip
    assert heads == expected
    inner = [node.text for node in dom(page).all("h3")]
    unit = ["Hypotheses against clue groups", "When", "Where", "Images",
            "How we know"]  # fmt: skip
    start = inner.index(unit[0])
    assert inner[start : start + 5] == unit


def test_tables_have_captions_and_scopes(page: str, dom: Callable) -> None:
    parsed = dom(page)
    for table in parsed.all("table"):
        assert parsed.inside(table, "caption"), table.attrs
    assert all(node.attrs.get("scope") in {"col", "row"} for node in parsed.all("th"))


def test_language_title_and_labels(page: str, dom: Callable) -> None:
    parsed = dom(page)
    assert parsed.all("html")[0].attrs["lang"] == "en"
    assert parsed.all("title")[0].text.startswith("Where, and on what schedule")
    ids = [node.attrs["id"] for node in parsed.nodes if "id" in node.attrs]
    assert len(ids) == len(set(ids))
    for node in parsed.nodes:
        for name in node.attrs.get("aria-labelledby", "").split():
            assert name in ids
        if node.tag == "a":
            assert node.attrs["href"].removeprefix("#") in ids
        if node.tag == "input" and node.attrs["type"] == "checkbox":
            assert node.attrs["aria-labelledby"] in ids
    assert any(node.attrs.get("role") == "status" for node in parsed.nodes)
    for node in parsed.nodes:
        if "scroll" in node.attrs.get("class", ""):
            assert node.attrs["tabindex"] == "0"
            assert node.attrs["role"] == "region"


def test_each_figure_has_a_table_with_its_values(
    page: str, dom: Callable, view: ReportView
) -> None:
    parsed = dom(page)
    figures = [node for node in parsed.all("svg") if node.attrs.get("role") == "img"]
    assert len(figures) == 10, "two pairs of hours, shifts, days, calendar, weeks, two maps"
    for figure in figures:
        stem = figure.attrs["id"]
        assert figure.attrs["aria-labelledby"] == f"{stem}-t {stem}-d"
        parsed.id(f"{stem}-t")
        parsed.id(f"{stem}-d")
        assert parsed.id(f"{stem}-table").tag == "table"
    hours = view.units[0].hours[0]
    for stem, counts, missing in (
        ("u1-w1-utc", hours.counts_utc, hours.missing_utc),
        ("u1-w1-local", hours.counts_local, hours.missing_local),
    ):
        cells = [node.text for node in parsed.inside(parsed.id(f"{stem}-table"), "td")]
        wanted = [
            "–" if n in missing and not count else f"{count:,}" for n, count in enumerate(counts)
        ]
        assert cells == wanted
        titles = [node.text for node in parsed.inside(parsed.id(stem), "title")][1:]
        assert [t.partition(": ")[2] for t in titles] == [
            "not collected" if cell == "–" else cell for cell in cells
        ]


def test_raw_utc_stands_beside_the_local_panel(page: str, dom: Callable) -> None:
    titles = [n.text for n in dom(page).all("title") if n.text.startswith("Hour of week")]
    assert titles[0].startswith("Hour of week, raw UTC, originals, n = 994 of 1,000, 3 Mar")
    assert titles[1].startswith("Hour of week, Asia/Shanghai rules (UTC+8), originals, n = 994")


# --- what must be in the text without any script --------------------------------------------------


def test_every_number_is_there_without_script(page: str, dom: Callable, view: ReportView) -> None:
    text = " ".join(dom(page).text().split())
    unit = view.units[0]
    a = unit.assessment
    for weight in a.weights:
        assert words.decibans_text(weight.mdb) in text
    for row in a.rows:
        for ppm in (row.equal_ppm, row.stated_ppm, row.hypothesis.prior_ppm):
            assert words.probability_text(ppm) in text
        assert words.decibans_text(row.sum_mdb) in text
    for test in a.tests:
        assert test.label in text
        assert words.probability_text(test.assessed_ppm) in text
    for source in view.sources:
        assert source.sha256 in text
        assert f"{source.size:,} bytes" in text
    for clue in unit.clues:
        assert clue.number in text
        assert clue.command in text
        for seen in clue.observations:
            assert f"{seen.rows_total:,} rows" in text
    for refusal in view.refusals:
        assert f"{refusal.n:,}" in text
    for area in (*a.places.countries, *a.places.provinces):  # type: ignore[union-attr]
        assert words.probability_text(area.aimed_ppm) in text
    assert view.digest in text
    assert "41/41 originals match" in text
    assert "212 record lines, chain whole" in text


def test_the_first_screen_answers(page: str, dom: Callable, view: ReportView) -> None:
    parsed = dom(page)
    verdict = parsed.inside(parsed.all("main")[0], "article")[0]
    conclusion = view.units[0].assessment.conclusion
    says = " ".join(verdict.text.split())
    assert words.probability_text(conclusion.probability_ppm or 0) + " ▲" in says
    assert f"{conclusion.likelihood} (80 to 95 %)" in says
    assert "rung: province" in says
    assert conclusion.statement in says
    assert "Lowest standing test, all that the operator could have set left out: 92 %" in says
    assert "Resting on G2 platform label +12 dB ▲" in says
    for text in (*conclusion.would_change, *conclusion.does_not_say):
        assert text in says
    for sentence in words.split_sentences(says):
        if "onfidence" in sentence:
            assert not any(term in sentence for term in words.TERMS), "rule W1"


def test_where_no_place_is_named_no_number_stands(page: str, dom: Callable) -> None:
    verdict = dom(page).all("article")[1].text
    assert "no place named" in verdict
    assert "none was run" in verdict
    assert "insufficient: too little data to say" in dom(page).text()


def test_numbers_of_clues_become_links_only_if_printed(page: str) -> None:
    assert '<a href="#c2">C2</a>' in page
    assert 'href="#c99"' not in page


def test_leave_out_data_are_integers_and_letters_only(page: str, dom: Callable) -> None:
    for node in dom(page).nodes:
        for name, value in node.attrs.items():
            if name.startswith("data-"):
                assert re.fullmatch(r"-?\d*|u\d+", value), (name, value)


# --- what must not be there -----------------------------------------------------------------------


def test_nothing_loads_and_nothing_is_inline(page: str, dom: Callable) -> None:
    parsed = dom(page)
    for node in parsed.nodes:
        assert not {"src", "srcset", "style", "action"} & set(node.attrs)
        assert not any(name.startswith("on") for name in node.attrs)
        assert node.attrs.get("href", "#").startswith("#")
    styles = "".join(node.text for node in parsed.all("style"))
    assert "url(" not in styles
    assert "@import" not in styles
    outside = page.replace("http-equiv", "")
    assert "http" not in outside
    assert "//" not in outside


def test_policy_names_exactly_what_is_there(page: str, dom: Callable) -> None:
    parsed = dom(page)
    policy = next(n.attrs["content"] for n in parsed.all("meta") if "http-equiv" in n.attrs)
    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        hashes = [
            "'sha256-" + base64.b64encode(hashlib.sha256(n.text.encode()).digest()).decode() + "'"
            for n in parsed.all(tag)
        ]
        assert f"{directive} {' '.join(hashes)};" in policy


def test_script_is_small() -> None:
    assert len((SHOW / "static" / "report.js").read_bytes()) <= 4_096


@pytest.mark.slow
def test_hostile_text_is_inert(
    hostile_view: ReportView, boundaries: Boundaries, dom: Callable, page: str
) -> None:
    os.environ.pop("GNOMON_CANARY", None)
    hostile = report_page(hostile_view, boundaries)
    assert "GNOMON_CANARY" not in os.environ
    parsed = dom(hostile)
    assert {n.tag for n in parsed.nodes} <= {n.tag for n in dom(page).nodes}
    assert len(parsed.all("script")) == 1
    for node in parsed.nodes:
        for name, value in node.attrs.items():
            assert "canarybird" not in value, (node.tag, name)
    for char in "\u202e\u2066\u200b\u2028\x07\x1b\x00\ud83d":
        assert char not in hostile
    assert "⟨U+202E⟩" in hostile
    assert "\u0301" * 5 not in hostile
    assert "(cut: 500 of 100,011 characters shown)" in hostile
    assert "evil[.]example[.]org" in hostile
    assert "http" not in hostile.replace("http-equiv", "")
    assert "{{ cycler" in parsed.text(), "shown as the text it is"


@pytest.mark.slow
def test_foreign_text_is_isolated(hostile_view: ReportView, dom: Callable) -> None:
    """Every piece of hostile text stands inside a <bdi>, or where <bdi> cannot be (SVG, title)."""
    pieces = [item for item in dom(report_page(hostile_view)).texts if "canarybird" in item[0]]
    assert len(pieces) > 500
    for text, around in pieces:
        assert around & {"title", "bdi", "text", "desc"}, text[:60]
