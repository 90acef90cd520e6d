"""What the items of platforms say of their authors, as web interfaces deliver them.

TikTok's `region` of an author is the country the account belongs to; Douyin's `ip_location` is the
region it shows on profiles. Country, province and city of Douyin and the location of Twitter/X are
the account's own words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forensics.read.collectors.common import first_text, inside
from forensics.read.jsonstream import JsonObject
from forensics.read.profiles.people import Facts, People

_TIKTOK = (
    "nickname", "nickName", "id", "uid", "language", "createTime", "create_time", "signature",
    "bioLink", "bio_url", "region", "account_region",
)  # fmt: skip
_DOUYIN = (
    "country", "province", "city", "location", "nickname", "uid", "signature", "ip_location",
)  # fmt: skip
_INSTAGRAM = ("full_name", "pk", "id", "biography", "external_url")


def code_of(people: People, platform: str, item: JsonObject) -> str | None:
    """The code of what an item says of its author.

    Args:
        people: Where it is kept.
        platform: A name of `platforms.PLATFORMS`.
        item: The item.
    """
    if platform in ("twitter", "x"):
        post = item["tweet"] if isinstance(item.get("tweet"), dict) else item
        return people.code(_twitter(inside(post, "core", "user_results", "result")))
    if platform == "instagram":
        return people.of(_object(item, "user", "owner"), _INSTAGRAM, _instagram)
    if platform == "douyin":
        return people.of(_object(item, *_keys(item), "authorInfo"), _DOUYIN, _douyin)
    return people.of(_object(item, *_keys(item), "authorMeta"), _TIKTOK, _tiktok)


def _keys(item: JsonObject) -> tuple[str]:
    """Where the author stands: comments have a `user`."""
    return ("user",) if "cid" in item else ("author",)


def _object(item: JsonObject, *keys: str) -> Mapping[str, Any]:
    """The first of these members that is an object; empty without one."""
    return next((item[key] for key in keys if isinstance(item.get(key), dict)), {})


def _tiktok(author: JsonObject) -> Facts:
    return {
        "name": first_text(author, "nickname", "nickName"),
        "id": first_text(author, "id", "uid"),
        "language": first_text(author, "language"),
        "created": first_text(author, "createTime", "create_time"),
        "bio": first_text(author, "signature"),
        "url": first_text(author, "bioLink.link", "bio_url"),
        "region": first_text(author, "region", "account_region"),
    }


def _douyin(author: JsonObject) -> Facts:
    places = [first_text(author, key) for key in ("country", "province", "city")]
    return {
        "name": first_text(author, "nickname"),
        "id": first_text(author, "uid"),
        "location": " ".join(place for place in places if place) or first_text(author, "location"),
        "bio": first_text(author, "signature"),
        "region": first_text(author, "ip_location"),
    }


def _instagram(author: JsonObject) -> Facts:
    return {
        "name": first_text(author, "full_name"),
        "id": first_text(author, "pk", "id"),
        "bio": first_text(author, "biography"),
        "url": first_text(author, "external_url"),
    }


def _twitter(user: object) -> Facts:
    return {
        "name": first_text(user, "core.name", "legacy.name"),
        "id": first_text(user, "rest_id"),
        "location": first_text(user, "location.location", "legacy.location"),
        "created": first_text(user, "core.created_at", "legacy.created_at"),
        "bio": first_text(user, "legacy.description", "profile_bio.description"),
        "url": first_text(user, "legacy.url"),
        "based_in": first_text(user, "about_profile.account_based_in"),
        "connected_via": first_text(user, "about_profile.source"),
    }
