"""The table of platform labels: days, roles, groups, and which platform a file is from."""

from __future__ import annotations

import pytest

from forensics.clock import utc_text
from forensics.model import MOVING_ROLES, ProfileField
from forensics.read.registry import READERS
from forensics.reference import platform_labels as table
from forensics.reference.platform_labels import (
    eras,
    label_of_accounts,
    label_of_posts,
    platform_labels,
    platform_of,
)


def test_days_begin_where_the_platform_is() -> None:
    assert utc_text(label_of_posts("weibo", chinese=True).since_us) == "2022-04-27T16:00:00Z"
    assert utc_text(platform_labels()["x", "based_in"].since_us) == "2025-11-21T00:00:00Z"
    assert platform_labels()["telegram", "phone_country"].since_us == 0
    assert list(eras()) == sorted(set(eras()))


def test_every_row_is_complete_and_says_where_from() -> None:
    head = (table.DATA / table.TABLE).read_text(encoding="utf-8")
    for label in platform_labels().values():
        assert label.shows, label.key
        assert label.trap, label.key
        assert label.words, label.key
        assert set(label.groups) <= {"ip", "reg", "persona"}, label.key
        assert 0 < label.planted_ppm <= 200_000, label.key
        assert 0 < label.miss_ppm <= 200_000, label.key
        for source in label.sources:
            assert f"# {source} " in head or source in {"M", "S10"}, source
        if label.published and label.since:
            assert "M" not in label.sources, label.key


def test_claims_never_move_anything_and_labels_do() -> None:
    for label in platform_labels().values():
        claimed = label.carrier == "claim"
        assert (label.role in MOVING_ROLES) != claimed, label.key
        assert ("persona" in label.groups) == claimed, label.key


def test_store_and_base_of_x_share_a_group() -> None:
    labels = platform_labels()
    assert set(labels["x", "based_in"].groups) & set(labels["x", "connected_via"].groups)


@pytest.mark.parametrize(
    ("reader", "described", "platform"),
    [
        ("weibo", "weibo, json lines", "weibo"),
        ("x-graphql", "", "x"),
        ("twitter-io", "csv", "x"),
        ("crowdtangle", "csv, CrowdTangle", "facebook"),
        ("mediacrawler", "mediacrawler, json lines", ""),
        ("mediacrawler", "mediacrawler, bilibili, json lines", "bilibili"),
        ("tiktok-douyin", "tiktok or douyin, json lines", ""),
        ("csv", "csv, comma, utf-8", ""),
    ],
)
def test_the_platform_of_a_file(reader: str, described: str, platform: str) -> None:
    assert platform_of(reader, described) == platform


def test_readers_named_here_exist() -> None:
    assert set(table._BY_READER) <= {reader.name for reader in READERS}


@pytest.mark.parametrize(
    ("platform", "chinese", "key"),
    [
        ("weibo", True, "weibo_region"),
        ("weibo", False, "weibo_region"),
        ("", True, "chinese_region"),
        ("", False, "generic_region"),
        ("x", True, "x_based_in"),
        ("facebook", False, "facebook_managed_from"),
        ("tiktok", False, "tiktok_created_in"),
        ("reddit", False, "generic_region"),
    ],
)
def test_the_label_beside_posts(platform: str, chinese: bool, key: str) -> None:
    assert label_of_posts(platform, chinese=chinese).key == key


@pytest.mark.parametrize(
    ("platform", "field", "key"),
    [
        ("x", "based_in", "x_based_in"),
        ("", "connected_via", "x_connected_via"),
        ("instagram", "based_in", "instagram_based_in"),
        ("weibo", "region", "weibo_profile_region"),
        ("bilibili", "region", "bilibili_region"),
        ("", "region", "chinese_region"),
        ("", "managed_from", "facebook_managed_from"),
        ("telegram", "phone_country", "telegram_phone_country"),
        ("youtube", "location", "youtube_channel_country"),
        ("x", "location", "any_location"),
        ("", "zone", "any_zone"),
        ("x", "bio", None),
        ("x", "created", None),
    ],
)
def test_the_label_behind_a_field(platform: str, field: ProfileField, key: str | None) -> None:
    found = label_of_accounts(platform, field)
    assert (found.key if found else None) == key
