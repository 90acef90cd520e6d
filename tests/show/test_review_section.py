"""The section on reviews: dissent at the same size, blind grades beside the analyst's."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from forensics.show.page import write_report
from forensics.show.reviews import RegradeRow, RegradeView, ReviewView, ScaleView, kappa_text
from forensics.show.summary import summary
from forensics.show.view import ReportView

SCALES = (
    ScaleView("reliability", 31, 20, 3, 512, 365, 659, weighted=True, why=""),
    ScaleView("credibility", 9, 4, 25, None, None, None, weighted=True,
              why="no kappa: 9 items, fewer than 10"),
    ScaleView("category", 34, 34, 0, 1000, None, None, weighted=False,
              why="no interval: all agree"),
)  # fmt: skip
HOSTILE = "<script>alert(7)</script>"


@pytest.fixture
def page(view: ReportView, tmp_path: Path) -> str:
    rows = (RegradeRow(f"label:{HOSTILE}", "A", "B2 technical", "C3 technical", differs=True),)
    changed = dataclasses.replace(
        view,
        reviews=(
            ReviewView("B", "concurs", "case", "Agreed.", "a" * 64, stale=False, role="second"),
            ReviewView("C", "dissents", "conclusion:12", f"No {HOSTILE}.", "b" * 64, stale=True),
        ),
        regrades=(RegradeView("B", "second", 34, 40, "drawn so", False, SCALES, rows),),
    )
    assert summary(changed)["regrades"][0]["scales"][0]["kappa_milli"] == 512
    write_report(changed, tmp_path / "r.html")
    whole = (tmp_path / "r.html").read_text(encoding="utf-8")
    return whole.partition('<section aria-labelledby="review">')[2].partition("</section>")[0]


def test_dissent_is_printed_like_any_other_review(page: str) -> None:
    assert page.count("<article") == 2
    assert page.count('class="review dissents"') == 1
    assert "(second)" in page.replace("<bdi>", "").replace("</bdi>", "")
    assert page.count("Stale: the record has grown since") == 1
    assert "script>alert" not in page


def test_agreement_is_printed_or_the_reason_why_not(page: str) -> None:
    for words in (">0.51<", "0.36 to 0.66", "no kappa: 9 items", ">1.00<", "no interval",
                  "25 not compared", "linear weights", "C3 technical"):  # fmt: skip
        assert words in page, words
    assert page.count("–") >= 3  # in the place of numbers that are not there


def test_kappa_in_words() -> None:
    assert [kappa_text(n) for n in (676, -50, -4, 1000)] == ["0.68", "−0.05", "0.00", "1.00"]
    assert json.loads(json.dumps(dataclasses.asdict(SCALES[0])))["n"] == 31
