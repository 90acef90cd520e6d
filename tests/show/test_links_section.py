"""Links on the page: crews, pairs that take turns, and pictures in several files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from forensics.model import Finding
from forensics.show.page import report_page
from forensics.show.view import ReportView

EVIL = "</td><script>alert(1)</script>"


def crew(*members: str) -> dict[str, Any]:
    return {
        "size": len(members) + 3,
        "members": list(members),
        "first_hour_utc": 6,
        "last_hour_utc": 15,
        "stability_ppm": 974_000,
        "p_ppm": 25_000,
    }


def finding(*crews: dict[str, Any]) -> Finding:
    number = len(crews)
    pair = {
        "a": "first",
        "b": EVIL,
        "reliefs": 17,
        "reliefs_expected_milli": 2_400,
        "overlaps": 0,
        "overlaps_expected_milli": 9_100,
    }
    details: dict[str, Any] = {
        "crews": list(crews),
        "crews_total": number,
        "between_milli": [[1000] * number for _ in range(number)],
        "considered": 60,
        "days": 200,
        "turns": {"pairs": [pair], "pairs_total": 5},
    }
    return Finding("crews", "x", "found", "Crews share days.", details=details)


def page_with(view: ReportView, with_unit: Callable[..., ReportView], *findings: Finding) -> str:
    return report_page(with_unit(view, findings=(*view.units[0].findings, *findings)))


def test_members_and_pairs_are_text_and_what_is_cut_is_counted(
    view: ReportView, with_unit: Callable[..., ReportView]
) -> None:
    page = page_with(view, with_unit, finding(crew("a1", EVIL), crew("b1")))
    assert "<script>alert(1)" not in page
    assert "and 3 more" in page
    assert "1 of 5 pairs" in page
    assert 'class="crews"' in page


def test_one_crew_has_no_matrix(view: ReportView, with_unit: Callable[..., ReportView]) -> None:
    page = page_with(view, with_unit, finding(crew("a1")))
    assert "Crews and their accounts" in page
    assert 'class="crews"' not in page


def test_without_crews_there_is_no_section(
    view: ReportView, with_unit: Callable[..., ReportView]
) -> None:
    nothing = Finding("crews", "x", "nothing_found", "No crews.", details={"crews": []})
    assert "Crews and their accounts" not in page_with(view, with_unit, nothing)


def test_one_picture_in_several_files_is_shown_with_its_accounts(
    view: ReportView, with_unit: Callable[..., ReportView]
) -> None:
    group = {"files": ["a.jpg", EVIL], "accounts": ["one", "two"], "how": "pdq", "widest_bits": 12}
    said = "1 of the pictures stand in 2 of 5 image files."
    details: dict[str, Any] = {"pictures": 1, "groups": [group]}
    page = page_with(view, with_unit, Finding("same_picture", "x", "found", said, details=details))
    assert said in page
    assert ", 12 bits" in page
    assert "<script>alert(1)" not in page
