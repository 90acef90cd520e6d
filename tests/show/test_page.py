"""The report page: complete without script, inert, and the same every time."""

from __future__ import annotations

import ast
import base64
import hashlib
import itertools
import os
import re
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from forensics import words
from forensics.errors import ShowError
from forensics.show.figures import NUMBERED_TOP
from forensics.show.page import _finalize, report_page, write_report, write_text
from forensics.show.view import Boundaries, ReportView, SourceView, ZoneSet

SHOW = Path(report_page.__code__.co_filename).parent
Build = Callable[..., ReportView]


@pytest.fixture(scope="module")
def page(view: ReportView, boundaries: Boundaries) -> str:
    return report_page(view, boundaries)


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


# --- size and many units --------------------------------------------------------------------------


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


# --- the rules of the house -----------------------------------------------------------------------


def modules() -> list[Path]:
    return sorted(SHOW.glob("*.py"))


def test_markup_is_made_in_one_place_only() -> None:
    makers = set()
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Markup":
                makers.add(path.name)
    assert makers == {"figures.py"}


def test_templates_never_switch_escaping_off() -> None:
    for path in sorted((SHOW / "templates").iterdir()):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe|autoescape|style=|\bon\w+=|src=", text), path.name
    for name in ("report.css", "report.js"):
        text = (SHOW / "static" / name).read_text(encoding="utf-8")
        assert not re.search(r"\{\{|\{%|\{#", text), "it is included as a template"
        assert "</" not in text


def test_scripts_write_text_only() -> None:
    banned = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function"
        r"|setAttribute\(\"on"
    )
    for name in ("report.js", "map.js"):
        assert not re.search(banned, (SHOW / "static" / name).read_text(encoding="utf-8"))


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mixed(over: str, under: str, hundredths: int) -> str:
    pairs = [(int(over[n : n + 2], 16), int(under[n : n + 2], 16)) for n in (1, 3, 5)]
    return "#" + "".join(
        f"{(a * hundredths + b * (100 - hundredths)) // 100:02x}" for a, b in pairs
    )


@pytest.mark.parametrize("name", ["report.css", "map.css"])
def test_contrast_of_every_colour_scheme(name: str) -> None:
    css = (SHOW / "static" / name).read_text(encoding="utf-8")
    schemes = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    assert len(schemes) >= 2
    for scheme in schemes:
        colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", scheme))
        grounds = [colours["page"]] + [colours[k] for k in ("lead", "raised") if k in colours]
        for ground in grounds:
            for text in ("text", "muted", "accent", "bad"):
                assert contrast(colours[text], ground) >= 4.5, (name, text, ground)
        for mark in ("data", "mark", "claim"):
            if mark in colours:
                assert contrast(colours[mark], colours["page"]) >= 3, (name, mark)
        if name == "report.css":  # numbers in cells, on the darkest shade they can have
            cell = mixed(colours["data"], colours["page"], NUMBERED_TOP)
            assert contrast(colours["text"], cell) >= 4.5


def test_print_rules_hold_no_grid_and_no_flex() -> None:
    css = (SHOW / "static" / "report.css").read_text(encoding="utf-8")
    screen = re.sub(r"@media screen[^{]*\{(?:[^{}]*\{[^}]*\})*\s*\}", "", css)
    assert "@media print" in screen
    assert not re.search(r"display: (?:inline-)?(?:grid|flex)|float:", screen)


def test_sources_without_reader_are_printed(view: ReportView, dom: Callable) -> None:
    odd = SourceView("0" * 64, "strange.bin", 7, "", "", 0, 0, 1, "No times were read.")
    text = dom(report_page(replace(view, sources=(odd,)))).text()
    assert "no reader" in text
