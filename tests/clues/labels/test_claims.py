"""What personas declare: counted, refused where it is a joke, and set against labels and hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from forensics.clues.labels import find, find_contradictions
from forensics.engine import LabelRun
from forensics.model import (
    MOVING_ROLES,
    AreaLikelihood,
    Clue,
    Finding,
    Profile,
    RowRef,
    ZoneLikelihood,
)
from forensics.reference.places import load_gazetteer

AT_US = 1_709_600_000_000_000


@dataclass(frozen=True)
class FakePosts:
    rows: Sequence[LabelRun] = ()

    def label_runs(self, platforms: Mapping[str, str], borders: Sequence[int]) -> list[LabelRun]:
        return list(self.rows)


@dataclass(frozen=True)
class FakeEvidence:
    units: Mapping[str, tuple[str, ...]]
    profiles: tuple[Profile, ...]
    posts: FakePosts | None = FakePosts()
    places: Any = field(default_factory=load_gazetteer)
    platforms: Mapping[str, str] = field(default_factory=dict)
    earlier_until: Mapping[str, int] = field(default_factory=dict)


def said(account: str, kind: Any, value: str, **more: int) -> Profile:
    """One fact of a profile."""
    return Profile(account, kind, value, more.pop("captured_us", None), "e" * 64, 1, **more)


def look(*profiles: Profile, labels: Mapping[str, str] | None = None, accounts: int = 0) -> Finding:
    """The claims of one unit; `labels` are account -> label beside its posts."""
    ref = RowRef("f" * 64, 1)
    runs = [LabelRun(a, "", x, 1, ref, ref, AT_US, AT_US) for a, x in (labels or {}).items()]
    names = {one.account for one in profiles} | set(labels or {})
    names |= {f"z{i}" for i in range(accounts)}
    evidence = FakeEvidence({"U": tuple(sorted(names))}, profiles, FakePosts(runs))
    return find(evidence)[1]  # type: ignore[arg-type]


def hours(mdb: Mapping[str, int]) -> Finding:
    """A finding about hours that names these zones."""
    clue = Clue(
        id="hours:U:zones",
        kind="hours",
        unit="U",
        statement="",
        observations=(),
        group=("times:U",),
        role="operator_present",
        set_by="operator",
        category="behavioural",
        grade="F6",
        planted_chance_ppm=200_000,
        likelihood=ZoneLikelihood(mdb),
    )
    span = {"first_us": AT_US, "last_us": AT_US + 10**12}
    return Finding("hours", "U", "found", "", (), (clue,), (), span)


def test_places_zones_and_languages_are_counted() -> None:
    finding = look(
        *(said(f"a{i}", "location", "Houston, TX") for i in range(3)),
        said("b", "location", "USA"),
        said("c", "location", "the moon"),
        *(said(f"a{i}", "zone", "Pacific Time (US & Canada)") for i in range(2)),
        said("b", "zone", "Nowhere Time"),
        said("a0", "language", "zh_CN"),
        accounts=2,
    )
    assert finding.status == "found"
    assert "4 of 7 accounts declare a place: Texas, United States (3), United States (1)." in (
        finding.statement
    )
    assert "2 of 7 accounts declare a time zone: America/Los_Angeles (2)." in finding.statement
    assert "1 of 7 accounts declare a language: zh-cn (1)." in finding.statement
    assert finding.details["locations"] == {"US-TX": 3, "US": 1}
    assert finding.details["refused"] == 2
    refused = next(one for one in finding.observations if one.id == "claims:U:refused")
    assert "no place is known by these words: 1" in refused.statement
    assert "no zone is known by the name: 1" in refused.statement


def test_claims_move_nothing_and_belong_to_the_persona() -> None:
    finding = look(said("a", "location", "Texas, USA"), said("a", "zone", "Beijing"))
    place, zone = finding.clues
    assert place.likelihood == AreaLikelihood(("US-TX",), 200_000)
    assert zone.likelihood == ZoneLikelihood({"Asia/Shanghai": 0})
    for clue in finding.clues:
        assert clue.role == "claimed_by_persona"
        assert clue.role not in MOVING_ROLES
        assert clue.group == ("persona:a",)
        assert clue.set_by == "operator"


def test_a_bare_offset_is_counted_and_is_no_zone() -> None:
    finding = look(said("a", "zone", "UTC+8"))
    assert finding.details["zones"] == {"UTC+8": 1}
    assert finding.clues == ()


def test_the_last_value_counts_and_the_change_is_told() -> None:
    finding = look(
        said("a", "location", "Kyiv", captured_us=5),
        said("a", "location", "Москва", captured_us=9),
        said("b", "location", "Москва", last_us=3),
        said("b", "location", "Texas", last_us=7),
    )
    assert finding.details["locations"] == {"RU-MOW": 1, "US-TX": 1}
    assert finding.details["changed"] == {"location": 2}
    assert "2 changed it." in finding.observations[0].statement


def test_nothing_declared_and_no_profiles() -> None:
    assert look(said("a", "bio", "text")).status == "nothing_found"
    joke = look(said("a", "location", "the moon"))
    assert joke.status == "nothing_found"
    assert "name nothing that is known" in joke.statement
    assert look(labels={"a": "江苏"}).status == "not_looked"


def test_declared_places_apart_from_labels() -> None:
    finding = look(
        *(said(f"a{i}", "location", "Texas") for i in range(3)),
        said("b", "location", "江苏 盐城"),
        said("c", "location", "China"),
        labels={**{f"a{i}": "江苏" for i in range(3)}, "b": "江苏", "c": "江苏", "d": "北京"},
    )
    (lead,) = find_contradictions([finding], load_gazetteer())
    assert lead.status == "found"
    assert lead.clues == ()
    assert (
        "Of 5 accounts with a declared place and a platform label, 3 declare a place apart from "
        "the one shown, such as Texas, United States against Jiangsu (江苏省), China (3)."
    ) in lead.statement
    assert lead.details["place_apart_from_label"] == 3


@pytest.mark.parametrize(
    ("zone", "outside"),
    [
        ("Central Time (US & Canada)", 1),
        ("Beijing", 0),
        ("Asia/Chongqing", 0),
        ("UTC+8", 0),
        ("UTC-6", 1),
        ("Singapore", 1),
    ],
)
def test_a_zone_that_the_country_of_the_label_does_not_keep(zone: str, outside: int) -> None:
    finding = look(said("a", "zone", zone), labels={"a": "江苏"})
    against = finding.details["against"]
    assert isinstance(against, dict)
    assert (against["zone_and_label"], against["zone_apart_from_label"]) == (1, outside)


def test_declared_zones_against_the_hours() -> None:
    claims = look(
        *(said(f"a{i}", "zone", "Central Time (US & Canada)") for i in range(4)),
        said("b", "zone", "Beijing"),
        said("c", "zone", "UTC+8"),
    )
    best = hours({"Asia/Shanghai": 0, "Asia/Tokyo": -2_000, "America/Chicago": -23_400})
    (lead,) = find_contradictions([best, claims], load_gazetteer())
    assert "4 of 6 hardly fit the hours (America/Chicago: 23.4 dB worse" in lead.statement
    assert lead.details["zone_fit_mdb"] == {
        "America/Chicago": -23_400,
        "Asia/Shanghai": 0,
        "UTC+8": 0,
    }
    fair = hours({"Asia/Shanghai": -500, "America/Chicago": 0})
    (agrees,) = find_contradictions([fair, claims], load_gazetteer())
    assert agrees.status == "nothing_found"


def test_without_labels_and_hours_there_is_nothing_to_compare() -> None:
    (lead,) = find_contradictions([look(said("a", "location", "Texas"))], load_gazetteer())
    assert lead.status == "not_looked"
    assert find_contradictions([look(labels={"a": "江苏"})], load_gazetteer()) == []
