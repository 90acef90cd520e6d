"""Reviews: written, refused where they mean nothing, printed, stale, and what they lift."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from forensics.case import Case, verify
from forensics.errors import UsageError
from forensics.job.acts import MOST_TEXT, add_act
from forensics.job.people_view import people_view
from forensics.job.reviewing import add_review, concurring, review_views, reviews
from forensics.job.settings import RunSettings
from forensics.job.steps import Claims, add_files, new_case, report_case, weigh_case
from forensics.model import Json
from forensics.verbs.demo import AT, QUESTION, demo_files

TOLD = RunSettings(question=QUESTION, by="crew", audience_zone="America/New_York")


def _case(root: Path, who: str = "t") -> Case:
    return Case.open(root, who=who, now=lambda: AT)


def _said(root: Path, who: str, verdict: str, scope: str, reason: str = "Read it.") -> None:
    add_review(_case(root, who), verdict, scope, reason)


@pytest.fixture
def small_case(tmp_path: Path) -> Path:
    """A case without files, with two lines that look like conclusions of `t`."""
    case = Case.create(tmp_path / "case", question="?", settings={}, who="t", now=lambda: AT)
    for rung in ("city", "country"):
        case.append("conclude", {"unit": "A", "rung": rung})
    return case.root


def test_a_review_is_one_line_over_what_stands_before_it(small_case: Path) -> None:
    case = _case(small_case, "B. Reader")
    head, digest = case.head(), case.digest()
    entry = add_review(case, "object", "conclusion:2", "The label is forged.")
    assert entry.kind == "review"
    assert (entry.body["head"], entry.body["over"]) == (head, digest)
    (one,) = reviews(case)
    assert (one.who, one.verdict, one.scope, one.stale) == (
        "B. Reader", "object", "conclusion:2", False,
    )  # fmt: skip
    (view,) = review_views(case)
    assert (view.verdict, view.stale) == ("dissents", False)
    assert verify(small_case).ok


def test_later_work_makes_it_stale_and_mere_attending_does_not(small_case: Path) -> None:
    _said(small_case, "b", "concur", "case")
    _said(small_case, "c", "ask", "case")
    case = _case(small_case)
    case.append("review", {"blind": "grade"})
    case.append("export", {})
    assert [one.stale for one in reviews(case)] == [False, False]
    add_act(case, "objection", "No.", about="")
    _said(small_case, "b", "comment", "case")
    assert [one.stale for one in reviews(_case(small_case))] == [True, True, False]


@pytest.mark.parametrize(
    ("who", "verdict", "scope", "reason", "words"),
    [
        ("b", "agree", "case", "r", "no verdict 'agree'"),
        ("b", "concur", "case", " ", "a text of 1 to"),
        ("b", "concur", "case", "x" * (MOST_TEXT + 1), "a text of 1 to"),
        ("b", "concur", "all", "r", "no scope 'all'"),
        ("b", "concur", "conclusion:0", "r", "no scope"),
        ("b", "concur", "conclusion:1", "r", "line 1 is no conclusion"),
        ("b", "concur", "conclusion:99", "r", "line 99 is no conclusion"),
        ("b", "concur", "clue:G1", "r", "no clue 'G1'"),
        ("t", "concur", "conclusion:2", "r", "is who wrote that conclusion"),
        (" T ", "concur", "conclusion:2", "r", "is who wrote that conclusion"),
        ("t", "comment", "conclusion:2", "r", "is who wrote that conclusion"),
    ],
)
def test_what_means_nothing_is_refused(
    small_case: Path, who: str, verdict: str, scope: str, reason: str, words: str
) -> None:
    head = _case(small_case).head()
    with pytest.raises(UsageError, match=words):
        _said(small_case, who, verdict, scope, reason)
    assert _case(small_case).head() == head


def test_who_concurs_is_the_last_word_of_each_name(small_case: Path) -> None:
    _said(small_case, "t", "object", "conclusion:2")
    _said(small_case, "b", "concur", "conclusion:2")
    _said(small_case, "c", "comment", "conclusion:2")
    _said(small_case, "d", "object", "conclusion:2")
    _said(small_case, "e", "concur", "case")
    _said(small_case, "f", "concur", "conclusion:3")
    assert concurring(_case(small_case), 2, "t") == "b, c"
    _said(small_case, "B ", "object", "conclusion:2")
    assert concurring(_case(small_case), 2, "t") == "c"
    assert concurring(_case(small_case), 2, "C") == ""


def test_a_clue_is_known_by_its_id(small_case: Path) -> None:
    _case(small_case).write_table("clues.jsonl", [{"id": "G1"}])
    _said(small_case, "b", "ask", "clue:G1")
    with pytest.raises(UsageError, match="no clue"):
        _said(small_case, "b", "ask", "clue:G2")


CITY: dict[str, Json] = {
    "unit": "A", "rung": "city", "statement": "Probably there.", "likelihood": "likely",
    "confidence": "low", "probability_ppm": 600_000, "lowest_test": "T1", "reasons": ["r"],
    "would_change": ["w"], "does_not_say": [], "dissent": [], "because": "b", "weights": "",
}  # fmt: skip


def test_the_report_prints_reviews_and_a_city_no_longer_waits(tmp_path: Path) -> None:
    root, posts = tmp_path / "case", tmp_path / "posts.csv"
    lines = (demo_files() / "western.csv").read_bytes().splitlines(keepends=True)
    posts.write_bytes(b"".join(lines[:40]))
    case = new_case(root, TOLD, purpose="p", legal_basis="l", who="t", now=lambda: AT)
    add_files(case, [posts], Claims())
    scope = f"conclusion:{case.append('conclude', CITY).seq + 1}"
    assert [one.waits for one in people_view(case).concluded] == [True]
    _said(root, "d", "object", scope, "Never <b>there</b>.")
    assert [one.waits for one in people_view(_case(root)).concluded] == [True]
    _said(root, "b", "concur", scope, "I repeated it.")
    (stated,) = people_view(_case(root)).concluded
    assert (stated.waits, stated.agreed) == (False, "b")
    add_act(_case(root), "motive", "None is known.")
    weigh_case(_case(root))
    _said(root, "d", "ask", "case", "Whose clock?")
    report_case(_case(root), tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    for words in ("dissents", "concurs", "asks", "I repeated it.", "Whose clock?"):
        assert words in page, words
    assert "<b>there" not in page
    assert "Waits for a second reviewer" not in page
    assert page.count("Stale: the record has grown") == 2
    told = json.loads((tmp_path / "summary.json").read_bytes())["reviews"]
    assert [one["stale"] for one in told] == [True, True, False]
    assert verify(root).ok
