"""Ties on the page and in the summary: counted, named, and inert whatever names say."""

from __future__ import annotations

import json
from dataclasses import replace

from forensics.links.edges import Burst, Edge
from forensics.model import Finding, RowRef
from forensics.show.page import report_page
from forensics.show.summary import summary_text
from forensics.show.ties import TiesView
from forensics.show.view import ReportView

EVIL = "</td><script>alert(1)</script>\u202e"
EDGE = Edge(
    a="zeta",
    b=EVIL,
    kind="co_posting",
    directed=True,
    n=15,
    share_first_ppm=1_000_000,
    expected_milli=85,
    p_ppm=0,
    mdb=20_000,
    low_mdb=17_000,
    high_mdb=20_000,
    basis="modelled",
    first_us=1_600_000_000_000_000,
    last_us=1_600_000_060_000_000,
    rows=(RowRef("c" * 64, 17), RowRef("c" * 64, 1203)),
    rows_total=30,
    statement=f"15 posts, said {EVIL}.",
)
BURST = Burst(
    kind="same_text",
    key=f"text {EVIL}",
    first_us=1_600_000_000_000_000,
    last_us=1_600_000_050_000_000,
    accounts=10_000,
    first="alpha",
    rows=(RowRef("c" * 64, 5),),
    rows_total=10_000,
    statement="",
)
WINDOW = {"window_s": 600, "pairs": 31_337, "pairs_least_things": 9, "pairs_beyond_chance": 3,
          "bursts": 0, "things_left_out": 0}  # fmt: skip
FOUND = Finding(
    "co_posting", "all accounts", "found", "2 accounts.", details={"edges": 1, "windows": [WINDOW]}
)
TIES = TiesView((EDGE,), (BURST,), {"co_posting": 7}, 3, (FOUND,))


def section(page: str) -> str:
    begin = page.index('<section aria-labelledby="together">')
    return page[begin : page.index("</section>", begin)]


def test_the_section_names_counts_and_examples(view: ReportView) -> None:
    text = section(report_page(replace(view, ties=TIES)))
    for wanted in ("posted within a minute", "+20 dB", "zeta", "17 dB to 20 dB", "10,000", "31,337",
                   "1 of 7 ties", "1 of 3", "row 17, 1,203 of 30 rows", "alpha"):  # fmt: skip
        assert wanted in text, wanted


def test_hostile_names_stay_text(view: ReportView) -> None:
    text = section(report_page(replace(view, ties=TIES)))
    assert "<script" not in text
    assert "\u202e" not in text
    assert "&lt;script&gt;" in text


def test_nothing_looked_for_is_said(view: ReportView) -> None:
    assert "were not looked for" in section(report_page(replace(view, ties=TiesView())))


def test_the_summary_holds_the_same(view: ReportView) -> None:
    told = json.loads(summary_text(replace(view, ties=TIES)))["ties"]
    assert told["edges"][0]["rows"] == [["c" * 64, 17], ["c" * 64, 1203]]
    assert told["edges"][0]["share_first_ppm"] == 1_000_000
    assert told["edges_total"] == {"co_posting": 7}
    assert told["bursts"][0]["accounts"] == 10_000
