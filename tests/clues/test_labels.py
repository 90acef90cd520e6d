"""The label finder: counts of accounts, conflicts, refusals, labels that users typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.clues import labels
from forensics.clues.labels import find, substantial
from forensics.model import MOVING_ROLES, AreaLikelihood, Finding, RowRef
from forensics.reference.places import load_gazetteer

NOW_US = 1_709_600_000_000_000
OLD_US = 1_600_000_000_000_000


@dataclass(frozen=True)
class FakePosts:
    rows: Sequence[tuple[Any, ...]]

    def labels(self) -> list[tuple[Any, ...]]:
        return list(self.rows)


@dataclass(frozen=True)
class FakeEvidence:
    posts: FakePosts | None
    units: Mapping[str, tuple[str, ...]]
    places: Any


def run(
    shown: Mapping[str, Mapping[str, int]], *, accounts: int = 0, at_us: int = NOW_US
) -> Finding:
    """The finding for one unit, from account -> label -> posts."""
    rows = []
    number = 0
    for account in sorted(shown):
        for label in sorted(shown[account]):
            n = shown[account][label]
            first, number = RowRef("f" * 64, number + 1), number + n
            last = RowRef("f" * 64, number)
            rows.append((account, label, n, first, last, at_us, at_us + n))
    names = tuple(sorted(set(shown) | {f"z{i:03d}" for i in range(accounts - len(shown))}))
    (finding,) = find(FakeEvidence(FakePosts(rows), {"U": names}, load_gazetteer()))
    return finding


def test_one_area() -> None:
    finding = run({f"a{i}": {"发布于 江苏": 5} for i in range(7)}, accounts=10)
    assert finding.status == "found"
    (clue,) = finding.clues
    assert clue.likelihood == AreaLikelihood(("CN-JS",), 50_000)
    assert clue.role == "platform_inferred"
    assert clue.set_by == "platform"
    assert clue.category == "technical"
    assert clue.group == ("ip:label",)
    assert clue.planted_chance_ppm == 100_000
    assert len(clue.accounts) == 7
    assert "7 of 7 labelled accounts (10 in all; 35 posts)" in clue.statement
    (observation,) = finding.observations
    assert clue.observations == (observation.id,)
    assert observation.value == {"CN-JS": {"accounts": 7, "accounts_mostly_here": 7, "posts": 35}}
    assert observation.rows_total == 35
    assert 0 < len(observation.rows) <= 10
    assert finding.limits


def test_exceptions_are_shown_but_do_not_widen_the_clue() -> None:
    shown = {f"w{i:02d}": {"江苏": 20} for i in range(8)}
    shown["w08"] = {"江苏": 15, "北京": 5}
    shown["w09"] = {"北京": 20}
    (clue,) = run(shown).clues
    assert clue.likelihood == AreaLikelihood(("CN-JS",), 50_000)
    assert "9 of 10 labelled accounts" in clue.statement
    assert "25 posts of the unit show other areas: Beijing." in clue.statement
    assert "w09" not in clue.accounts
    (observation,) = run(shown).observations
    assert "1 account with more than one area" in observation.statement


def test_two_strong_areas_become_one_clue_over_both() -> None:
    shown = {f"a{i}": {"江苏": 3} for i in range(5)} | {f"b{i}": {"美国": 3} for i in range(4)}
    (clue,) = run(shown).clues
    assert clue.likelihood == AreaLikelihood(("CN-JS", "US"), 50_000)
    assert "Jiangsu (江苏省), China or United States" in clue.statement


def test_scattered_labels_are_no_clue() -> None:
    lands = ["江苏", "美国", "日本", "英国", "法国", "德国"]
    finding = run({f"a{i}": {label: 2} for i, label in enumerate(lands)})
    assert finding.status == "insufficient"
    assert finding.clues == ()
    assert "scatter over 6 areas" in finding.statement
    assert finding.observations


@pytest.mark.parametrize(
    ("wide", "fine", "areas"),
    [(2, 6, ("CN-JS",)), (3, 3, ("CN-JS",)), (6, 2, ("CN",)), (5, 0, ("CN",))],
)
def test_a_wide_label_and_a_fine_one(wide: int, fine: int, areas: tuple[str, ...]) -> None:
    shown = {f"w{i}": {"中国": 1} for i in range(wide)} | {
        f"f{i}": {"江苏": 1} for i in range(fine)
    }
    (clue,) = run(shown).clues
    assert clue.likelihood == AreaLikelihood(areas, 50_000)


def test_refused_labels_are_counted_and_shown() -> None:
    finding = run({"a": {"江苏": 3, "罗伯特": 4}, "b": {"其他": 2}})
    refused = next(o for o in finding.observations if o.id.endswith("refused"))
    assert refused.rows_total == 6
    assert "no area is known by this label: 4" in refused.statement
    assert "the place is unknown: 2" in refused.statement
    assert isinstance(refused.value, dict)
    assert refused.value["different"] == 2
    assert finding.details["refused_posts"] == 6


def test_nothing_found_says_so() -> None:
    finding = run({}, accounts=3)
    assert finding.status == "nothing_found"
    assert finding.statement == "None of 3 accounts carries a location label."
    only_bad = run({"a": {"罗伯特": 4}})
    assert only_bad.status == "nothing_found"
    assert "4 posts with other labels were refused" in only_bad.statement
    assert only_bad.observations


def test_without_posts_nobody_looked() -> None:
    (finding,) = find(FakeEvidence(None, {"U": ("a",)}, load_gazetteer()))
    assert finding.status == "not_looked"


def test_labels_before_the_platform_set_them_do_not_move_anything() -> None:
    finding = run({f"a{i}": {"江苏": 3} for i in range(4)}, at_us=OLD_US)
    (clue,) = finding.clues
    assert clue.role == "claimed_by_persona"
    assert clue.role not in MOVING_ROLES
    assert clue.set_by == "operator"
    assert clue.planted_chance_ppm == 200_000
    assert clue.group == tuple(f"persona:a{i}" for i in range(4))
    assert "Before 28 April 2022" in clue.statement


def test_english_labels_have_no_such_date() -> None:
    (clue,) = run({"a": {"United States": 3}}, at_us=OLD_US).clues
    assert clue.role == "platform_inferred"


def test_what_was_given_up_is_counted() -> None:
    finding = run({"a": {"北京 朝阳": 3}})
    assert finding.details["notes"] == {"the finer part of the label is not in the table": 3}


def test_more_than_three_other_areas_are_summed_up() -> None:
    shown = {f"a{i:02d}": {"江苏": 3} for i in range(16)}
    shown |= {f"b{i}": {x: 1} for i, x in enumerate(["美国", "日本", "英国", "法国"])}
    (clue,) = run(shown).clues
    assert "4 posts of the unit show other areas" in clue.statement
    assert ", and more." in clue.statement


def test_accounts_outside_the_units_are_left_out() -> None:
    rows = [("x", "江苏", 1, RowRef("f", 1), RowRef("f", 1), NOW_US, NOW_US)]
    (finding,) = find(FakeEvidence(FakePosts(rows), {"U": ("a",)}, load_gazetteer()))
    assert finding.status == "nothing_found"


def test_one_finding_per_unit_in_the_order_of_the_units() -> None:
    rows = [
        (a, label, 1, RowRef("f", i), RowRef("f", i), NOW_US, NOW_US)
        for i, (a, label) in enumerate([("a", "江苏"), ("b", "美国")])
    ]
    units = {"two": ("b",), "one": ("a",), "none": ("c",)}
    findings = find(FakeEvidence(FakePosts(rows), units, load_gazetteer()))
    assert [f.unit for f in findings] == ["two", "one", "none"]
    assert [f.status for f in findings] == ["found", "found", "nothing_found"]


@given(st.integers(1, 50))
def test_more_posts_of_the_same_accounts_change_no_area(times: int) -> None:
    """Accounts are counted, not posts."""
    base = {"a": {"江苏": 2}, "b": {"江苏": 1}, "c": {"美国": 3}}
    more = {a: {label: n * times for label, n in table.items()} for a, table in base.items()}
    first, second = run(base).clues[0], run(more).clues[0]
    assert first.likelihood == second.likelihood
    assert first.accounts == second.accounts


def test_an_account_belongs_where_most_of_its_posts_are_and_ties_go_by_code() -> None:
    homes = run({"a": {"江苏": 2, "北京": 2}, "b": {"北京": 1, "江苏": 4}}).details["homes"]
    assert homes == {"CN-BJ": 1, "CN-JS": 1}


@pytest.mark.parametrize(
    ("counts", "kept"),
    [
        ({"CN-JS": 1}, {"CN-JS"}),
        ({"CN-JS": 8, "CN-BJ": 1}, {"CN-JS"}),
        ({"CN-JS": 9, "CN-BJ": 1}, {"CN-JS"}),
        ({"CN-JS": 8, "CN-BJ": 2}, {"CN-JS", "CN-BJ"}),
        ({"CN-JS": 9, "CN-BJ": 2}, {"CN-JS"}),
        ({"CN-JS": 1, "US": 1, "JP": 1}, {"CN-JS", "US", "JP"}),
    ],
)
def test_what_counts_as_substantial(counts: dict[str, int], kept: set[str]) -> None:
    homes = {f"{area}{i}": area for area, n in counts.items() for i in range(n)}
    assert set(substantial(homes, load_gazetteer())) == kept


def test_same_input_same_output() -> None:
    shown = {f"a{i}": {"江苏": 3, "北京": i} for i in range(1, 6)}
    assert run(shown) == run(dict(reversed(shown.items())))


def test_the_fake_has_the_signature_of_the_real_table() -> None:
    from forensics.engine import PostTable

    assert callable(PostTable.labels)
    assert labels.METHOD == "labels"


@pytest.mark.shared
def test_ordinary_accounts_pooled_are_no_unit(shared_data) -> None:
    """1,700 unrelated accounts from all over China: their labels scatter, and that is said."""
    import csv
    import gzip

    with gzip.open(shared_data / "weibo_ip_region_sample.csv.gz", "rt", encoding="utf-8") as file:
        shown: dict[str, dict[str, int]] = {}
        for row in csv.DictReader(file):
            if row["ip_region"]:
                table = shown.setdefault(row["account"], {})
                table[row["ip_region"]] = table.get(row["ip_region"], 0) + 1
    finding = run(shown)
    assert finding.status == "insufficient"
    assert finding.clues == ()
    assert finding.details["refused_posts"] == 296
