"""Groups on the page and in the summary: all members, evidence, chance and order, names inert."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from forensics.show.groups import GROUPS_SHOWN, MEMBERS_OPEN, GroupsView, chance_words, groups_view
from forensics.show.page import report_page
from forensics.show.summary import summary_text
from forensics.show.view import ReportView

EVIL = "</li><script>alert(1)</script>\u202e"
FINDING: dict[str, Any] = {
    "status": "found",
    "statement": f"1 group, said {EVIL}.",
    "limits": ["A group is no proof."],
    "details": {"accounts": 120, "draws": 99, "facts": 33, "left_to_chance": 2,
                "noise": {"accounts": 100, "false": 2, "cases": 100, "low_ppm": 6_000,
                          "high_ppm": 70_000}},
}  # fmt: skip


def group(number: int = 1, size: int = 4, **more: Any) -> dict[str, Any]:
    members = [EVIL, *(f"member-{at:03d}" for at in range(1, size))]
    return {
        "group": f"g{number}", "size": size, "members": members, "shares_ppm": [967_000] * size,
        "loose": ["hanger-on"], "loose_total": 1, "stable": False, "stability_ppm": 412_000,
        "pairs_tied": 5, "mean_mdb": 9_000, "excess_mdb": 30_000, "p_ppm": 10_000,
        "bound_mdb": -1, "support": "several kinds", "kinds": {"same_text": 4, "same_device": 2},
        "families_ppm": {}, "first_us": 1_600_000_000_000_000, "last_us": 1_600_000_060_000_000,
        "strongest": [{"a": EVIL, "b": "member-001", "kind": "same_device", "mdb": 20_000, "n": 1,
                       "statement": "One serial.", "rows": [["c" * 64, 17]], "rows_total": 31}],
        "first": {"contents": 12, "outside": 3, "together": 1, "left": 0,
                  "by": [{"account": EVIL, "contents": 7}, {"account": "member-001",
                                                            "contents": 4}],
                  "lead": {"account": EVIL, "before": 9, "pairs": 10, "contents": 9, "shared": 12,
                           "median_lead_s": 60, "p_ppm": 2_000},
                  "examples": [{"content": "00ff", "account": EVIL, "t_us": 1_600_000_000_000_000,
                                "members": 3, "rows": [["c" * 64, 18]]}]},
        **more,
    }  # fmt: skip


def section(view: ReportView, told: GroupsView) -> str:
    page = report_page(replace(view, groups=told))
    begin = page.index('<section aria-labelledby="groups">')
    return page[begin : page.index("</section>", begin)]


@pytest.mark.parametrize(
    "wanted",
    ["4 accounts", "same device", "row 17 of 31 rows", "41.2 %", "unstable", "chance of 0.01",
     "somebody outside the group had posted 3", "9 of 10 pairs (90 %)", "chance of 0.002",
     "hanger-on", "20 dB", "row 18", "120 accounts of this case", "member-003"],
)  # fmt: skip
def test_a_group_shows_members_evidence_chance_and_order(view: ReportView, wanted: str) -> None:
    assert wanted in section(view, groups_view([group()], FINDING))


def test_hostile_names_stay_text(view: ReportView) -> None:
    text = section(view, groups_view([group(), group(2, support="one thing")], FINDING))
    assert "<script>alert" not in text
    assert "\u202e" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_no_member_is_cut_from_a_large_group(view: ReportView) -> None:
    text = section(view, groups_view([group(size=MEMBERS_OPEN + 7)], FINDING))
    assert "7 more members" in text
    for at in range(1, MEMBERS_OPEN + 7):
        assert f"member-{at:03d}" in text


def test_further_groups_and_sets_of_one_thing_are_counted_and_not_called_groups(
    view: ReportView,
) -> None:
    rows = [group(number) for number in range(1, GROUPS_SHOWN + 4)]
    rows.append(group(99, size=15, support="one thing"))
    told = groups_view(rows, FINDING)
    assert len(told.groups) == GROUPS_SHOWN + 3
    text = section(view, told)
    assert "The other 3 groups, and 1 sets tied by one shared thing" in text
    assert "no group until something else speaks for it" in text
    assert "and 3 more" in text


def test_who_was_first_is_not_known_with_its_reason(view: ReportView) -> None:
    text = section(view, groups_view([group(first=None)], FINDING))
    assert "Who posted first: not known, since no text or address" in text


def test_a_group_by_its_chain_alone_says_so() -> None:
    said = chance_words(group(p_ppm=300_000, bound_mdb=41_000), 99)
    assert "which alone would not do" in said
    assert "41 dB" in said


def test_units_made_of_groups_are_named(view: ReportView) -> None:
    told = groups_view([group()], FINDING, {"g1": "g1"})
    assert "assessed as unit" in section(view, told)


def test_without_groups_the_page_says_so(view: ReportView) -> None:
    assert "Groups were not looked for." in section(view, GroupsView())


def test_the_summary_holds_every_member(view: ReportView) -> None:
    told = groups_view([group(size=80)], FINDING)
    made = json.loads(summary_text(replace(view, groups=told)))["groups"]
    assert len(made["groups"][0]["members"]) == 80
    assert made["noise"]["false"] == 2
