"""The label finder: counts of accounts, conflicts, refusals, labels that users typed.

It is long because all tests tell the finder of accounts through the same two stand-ins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.clues import labels
from forensics.clues.labels import find, substantial
from forensics.engine import LabelRun, PostTable
from forensics.model import MOVING_ROLES, AreaLikelihood, Finding, Profile, RowRef
from forensics.reference.places import load_gazetteer

NOW_US = 1_709_600_000_000_000
OLD_US = 1_600_000_000_000_000


@dataclass(frozen=True)
class FakePosts:
    rows: Sequence[LabelRun]

    def label_runs(self, platforms: Mapping[str, str], borders: Sequence[int]) -> list[LabelRun]:
        assert list(borders) == sorted(borders)
        return [one._replace(platform=platforms.get(one.first.original, "")) for one in self.rows]


@dataclass(frozen=True)
class FakeEvidence:
    posts: FakePosts | None
    units: Mapping[str, tuple[str, ...]]
    places: Any = field(default_factory=load_gazetteer)
    profiles: tuple[Profile, ...] = ()
    platforms: Mapping[str, str] = field(default_factory=dict)
    earlier_until: Mapping[str, int] = field(default_factory=dict)


def stretch(
    account: str, label: str, n: int = 1, at_us: int = NOW_US, row: int = 1, file: str = "f" * 64
) -> LabelRun:
    """`n` posts with one label."""
    last = RowRef(file, row + n - 1)
    return LabelRun(account, "", label, n, RowRef(file, row), last, at_us, at_us + n - 1)


def run(
    shown: Mapping[str, Mapping[str, int]],
    *,
    accounts: int = 0,
    at_us: int = NOW_US,
    platform: str = "",
) -> Finding:
    """The finding for one unit, from account -> label -> posts."""
    rows = []
    number = 1
    for account in sorted(shown):
        for label in sorted(shown[account]):
            n = shown[account][label]
            rows.append(stretch(account, label, n, at_us + number * 1_000_000, number))
            number += n
    names = tuple(sorted(set(shown) | {f"z{i:03d}" for i in range(accounts - len(shown))}))
    platforms = {"f" * 64: platform} if platform else {}
    finding, _ = find(FakeEvidence(FakePosts(rows), {"U": names}, platforms=platforms))
    return finding


def of_profiles(*profiles: Profile, platform: str = "x", accounts: int = 0) -> Finding:
    """The finding for one unit that has profiles and no labels beside posts."""
    names = {one.account for one in profiles} | {f"z{i:03d}" for i in range(accounts)}
    evidence = FakeEvidence(
        FakePosts([]),
        {"U": tuple(sorted(names))},
        profiles=profiles,
        platforms={"e" * 64: platform},
    )
    finding, _ = find(evidence)
    return finding


def said(account: str, kind: Any, value: str, captured_us: int | None = None) -> Profile:
    """One fact of a profile."""
    return Profile(account, kind, value, captured_us, "e" * 64, 1)


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
    observation = run(shown).observations[0]
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
    assert "4 others were refused" in only_bad.statement
    assert only_bad.observations


def test_without_posts_nobody_looked() -> None:
    finding, _ = find(FakeEvidence(None, {"U": ("a",)}))
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
    finding, _ = find(FakeEvidence(FakePosts([stretch("x", "江苏")]), {"U": ("a",)}))
    assert finding.status == "nothing_found"


def test_one_finding_per_unit_in_the_order_of_the_units() -> None:
    rows = [stretch("a", "江苏"), stretch("b", "美国")]
    units = {"two": ("b",), "one": ("a",), "none": ("c",)}
    findings = find(FakeEvidence(FakePosts(rows), units))
    assert [f.unit for f in findings] == ["two", "one", "none"] * 2
    assert [f.status for f in findings[:3]] == ["found", "found", "nothing_found"]


@given(st.integers(1, 50))
def test_more_posts_of_the_same_accounts_change_no_area(times: int) -> None:
    """Accounts are counted, not posts."""
    base = {"a": {"江苏": 2}, "b": {"江苏": 1}, "c": {"美国": 3}}
    more = {a: {label: n * times for label, n in table.items()} for a, table in base.items()}
    first, second = run(base).clues[0], run(more).clues[0]
    assert first.likelihood == second.likelihood
    assert first.accounts == second.accounts


def test_an_account_belongs_where_most_of_its_posts_are_and_ties_go_by_code() -> None:
    kinds = run({"a": {"江苏": 2, "北京": 2}, "b": {"北京": 1, "江苏": 4}}).details["kinds"]
    assert isinstance(kinds, dict)
    assert kinds["chinese_region"]["homes"] == {"CN-BJ": 1, "CN-JS": 1}


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
    assert callable(PostTable.label_runs)
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


BILIBILI_TESTS_US = 1_653_000_000_000_000
"""20 May 2022: Weibo showed regions to everyone, Bilibili did not yet."""


@pytest.mark.parametrize(
    ("platform", "role", "day"),
    [
        ("weibo", "platform_inferred", ""),
        ("", "platform_inferred", ""),
        ("bilibili", "claimed_by_persona", "25 July 2022"),
    ],
)
def test_each_platform_has_its_own_first_day(platform: str, role: str, day: str) -> None:
    finding = run({"a": {"江苏": 3}}, at_us=BILIBILI_TESTS_US, platform=platform)
    (clue,) = finding.clues
    assert clue.role == role
    assert f"Before {day} users set this themselves" in clue.statement or not day


def test_posts_before_and_after_the_first_day_are_two_answers() -> None:
    rows = [stretch("a", "北京", 5, OLD_US), stretch("a", "江苏", 3, NOW_US, row=9)]
    finding, _ = find(FakeEvidence(FakePosts(rows), {"U": ("a",)}, platforms={"f" * 64: "weibo"}))
    by_role = {clue.role: clue for clue in finding.clues}
    assert by_role["platform_inferred"].likelihood == AreaLikelihood(("CN-JS",), 50_000)
    assert by_role["claimed_by_persona"].likelihood == AreaLikelihood(("CN-BJ",), 50_000)
    assert by_role["platform_inferred"].id == "label:U:CN-JS:weibo_region"


def test_a_day_from_memory_says_so() -> None:
    finding = run({"a": {"江苏": 3}}, platform="zhihu")
    assert any("day from memory, not checked" in text for text in finding.limits)
    assert not any("from memory" in text for text in run({"a": {"江苏": 3}}).limits)


def test_the_panel_of_x_is_current_and_its_store_is_no_second_witness() -> None:
    finding = of_profiles(
        *(said(f"a{i}", "based_in", "China") for i in range(4)),
        *(said(f"a{i}", "connected_via", "China App Store") for i in range(3)),
        said("a3", "connected_via", "Web"),
        accounts=2,
    )
    base, store = finding.clues
    assert (base.kind, store.kind) == ("label", "app_store")
    assert base.likelihood == store.likelihood == AreaLikelihood(("CN",), 50_000)
    assert set(base.group) & set(store.group) == {"ip:label"}
    assert base.valid_from is None
    assert base.role == store.role == "platform_inferred"
    assert '4 of 4 accounts with "based in" of X (Twitter) (6 in all) show China' in base.statement
    assert finding.details["refused_posts"] == 1


def test_a_place_marked_as_inaccurate_is_left_out_and_said() -> None:
    finding = of_profiles(
        said("a", "based_in", "China (marked as not accurate)"), said("b", "based_in", "China")
    )
    (clue,) = finding.clues
    assert clue.accounts == ("b",)
    assert "marks the place of 1 account as not accurate" in finding.statement
    assert finding.details["marked_inaccurate"] == 1


def test_a_panel_on_posts_of_any_age_is_the_platforms() -> None:
    """The reader copies the panel of today beside posts of years ago."""
    finding = run({"a": {"China": 5}}, at_us=OLD_US, platform="x")
    (clue,) = finding.clues
    assert clue.role == "platform_inferred"
    assert (clue.valid_from, clue.valid_to) == (None, None)


def test_panel_and_posts_of_one_account_count_once() -> None:
    evidence = FakeEvidence(
        FakePosts([stretch("a", "China", 50)]),
        {"U": ("a",)},
        profiles=(said("a", "based_in", "China"),),
        platforms={"f" * 64: "x", "e" * 64: "x"},
    )
    observation = find(evidence)[0].observations[0]
    assert observation.value == {"CN": {"accounts": 1, "accounts_mostly_here": 1, "posts": 1}}


def test_a_wide_region_keeps_its_name() -> None:
    (clue,) = of_profiles(said("a", "based_in", "South Asia")).clues
    assert "the region South Asia" in clue.statement
    assert clue.id == "label:U:south-asia:x_based_in"
    assert isinstance(clue.likelihood, AreaLikelihood)
    assert {"IN", "PK", "IR"} <= set(clue.likelihood.areas)


def test_managers_of_pages_are_counted() -> None:
    finding = of_profiles(
        said("p1", "managed_from", "Vietnam (12), United States (1)"),
        said("p2", "managed_from", "Vietnam (3)"),
        platform="facebook",
    )
    (clue,) = finding.clues
    assert clue.likelihood == AreaLikelihood(("VN",), 50_000)
    assert clue.group == ("ip:label",)
    assert finding.details["posts"] == {"US": 1, "VN": 15}


def test_a_country_of_a_phone_is_a_registration() -> None:
    (clue,) = of_profiles(said("a", "phone_country", "+98"), platform="telegram").clues
    assert (clue.kind, clue.role) == ("phone_country", "operator_registered")
    assert clue.group == ("reg:a",)
    assert clue.id == "phone_country:U:IR:telegram_phone_country"


def test_a_capture_before_the_first_day_is_no_label_of_the_platform() -> None:
    (clue,) = of_profiles(said("a", "region", "江苏", OLD_US), platform="weibo").clues
    assert clue.role == "claimed_by_persona"
    (later,) = of_profiles(said("a", "region", "江苏", NOW_US), platform="weibo").clues
    assert later.role == "platform_inferred"
    assert later.valid_from == later.valid_to == "2024-03-05T00:53:20Z"


def test_the_last_capture_is_the_home_and_the_change_is_told() -> None:
    finding = of_profiles(
        said("a", "based_in", "China", 1_764_000_000_000_000),
        said("a", "based_in", "Japan", 1_770_000_000_000_000),
        said("b", "based_in", "Japan", 1_770_000_000_000_000),
    )
    clue = finding.clues[0]
    assert clue.likelihood == AreaLikelihood(("JP",), 50_000)
    changes = next(one for one in finding.observations if one.id == "labels:U:changes")
    assert isinstance(changes.value, dict)
    assert changes.value["accounts"] == 1
    assert changes.value["changes"] == 1
    assert "1 of 2 accounts with dated labels (2 in all) changed their area" in finding.statement
    assert changes.id in clue.observations


def test_changes_have_the_last_and_the_first_sight() -> None:
    day = 86_400_000_000
    rows = [
        stretch("a", "发布于 江苏", 5, NOW_US),
        stretch("a", "IP属地：江苏", 5, NOW_US + day, 10),
        stretch("a", "江苏 盐城", 5, NOW_US + 2 * day, 20),
        stretch("a", "北京", 5, NOW_US + 3 * day, 30),
        stretch("a", "江苏", 5, NOW_US + 4 * day, 40),
        stretch("b", "江苏", 5, NOW_US, 50),
    ]
    finding, _ = find(FakeEvidence(FakePosts(rows), {"U": ("a", "b")}))
    changes = next(one for one in finding.observations if one.id == "labels:U:changes")
    assert isinstance(changes.value, dict)
    listed = changes.value["listed"]
    assert [(one["from"], one["to"]) for one in listed] == [  # type: ignore[union-attr]
        ("CN-JS.3209", "CN-BJ"),
        ("CN-BJ", "CN-JS"),
    ]
    assert listed[0]["last_seen_us"] == NOW_US + 2 * day + 4  # type: ignore[index,call-overload]
    assert listed[0]["posts_before"] == 15  # type: ignore[index,call-overload]


def test_wider_and_finer_labels_are_no_change() -> None:
    rows = [stretch("a", "中国", 5, NOW_US), stretch("a", "江苏", 5, NOW_US + 10, 9)]
    finding, _ = find(FakeEvidence(FakePosts(rows), {"U": ("a",)}))
    assert not [one for one in finding.observations if one.id.endswith("changes")]


def test_labels_of_two_platforms_share_one_group() -> None:
    rows = [stretch("a", "江苏", 3), stretch("a", "United States", 3, file="e" * 64)]
    platforms = {"f" * 64: "weibo", "e" * 64: "tiktok"}
    finding, _ = find(FakeEvidence(FakePosts(rows), {"U": ("a",)}, platforms=platforms))
    assert [clue.group for clue in finding.clues] == [("ip:label",), ("ip:label",)]
    assert len({clue.id for clue in finding.clues}) == 2


def test_labels_of_an_earlier_owner_are_told_and_do_not_move() -> None:
    day = 86_400_000_000
    rows = [stretch("a", "北京", 9, NOW_US), stretch("a", "江苏", 3, NOW_US + 9 * day, 20)]
    evidence = FakeEvidence(FakePosts(rows), {"U": ("a",)}, earlier_until={"a": NOW_US + 5 * day})
    now, before = find(evidence)[0].clues
    assert (now.role, now.likelihood) == ("platform_inferred", AreaLikelihood(("CN-JS",), 50_000))
    assert (before.role, before.id) == ("previous_owner", "label:U:CN-BJ:earlier")
    assert before.role not in MOVING_ROLES
    assert "older than a change of hands" in before.statement
