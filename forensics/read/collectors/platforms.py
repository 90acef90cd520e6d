"""Items of platforms as their own web interfaces deliver them, and as collectors keep them.

**Clock.** All four write their own UTC clock: TikTok `createTime` and Douyin `create_time` (Unix
seconds), Instagram `taken_at` (Unix seconds; of the publication, not of the picture), Twitter/X
`legacy.created_at` (`Mon Mar 04 12:34:56 +0000 2019`). Known from the formats themselves: a Unix
count is UTC by definition, and Twitter writes its offset. Precision is one second.

**Traps.** A Douyin item that is a live stream may have no time of its own; tools that put the time
of collection in its place are not followed, the row has no time. Douyin shows no handle for many
accounts, so the number of the account stands in. A nickname is never an account.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from forensics.read.collectors.common import first_text, inside
from forensics.read.jsonstream import JsonObject

COLUMNS = (
    "account", "time", "id", "text", "kind", "client", "language", "label", "media", "urls",
    "repost_of", "reply_to",
)  # fmt: skip
"""Columns of every item; they are named as the roles they fill."""
PREFERRED = {name: name for name in COLUMNS}
Values = dict[str, str | None]


def tiktok(item: JsonObject) -> Values:
    """A TikTok video, from the web interface, an embedded page or a scraper; or a comment."""
    if "cid" in item:
        return comment(item)
    author = item.get("author")
    name = author if isinstance(author, str) else first_text(item, "author.uniqueId")
    return {
        "account": name
        or first_text(item, "author.unique_id", "authorMeta.name", "author.id", "author.uid"),
        "time": first_text(item, "createTime", "create_time"),
        "id": first_text(item, "id", "aweme_id"),
        "text": first_text(item, "desc", "text"),
        "kind": "original",
        "language": first_text(item, "textLanguage", "desc_language"),
        "label": first_text(item, "locationCreated"),
    }


def douyin(item: JsonObject) -> Values:
    """A Douyin video, from the interface (`create_time`) or an embedded page (`createTime`)."""
    if "cid" in item:
        return comment(item)
    return {
        "account": first_text(
            item,
            "author.unique_id",
            "author.uid",
            "authorInfo.uid",
            "author_user_id",
            "authorUserId",
            "author.sec_uid",
            "authorInfo.secUid",
        ),
        "time": first_text(item, "create_time", "createTime"),
        "id": first_text(item, "aweme_id", "awemeId"),
        "text": first_text(item, "desc"),
        "kind": "original",
    }


def comment(item: JsonObject) -> Values:
    """A comment of TikTok or Douyin; `ip_label` is the region Douyin shows beside it."""
    return {
        "account": first_text(item, "user.unique_id", "user.uid", "user.sec_uid"),
        "time": first_text(item, "create_time"),
        "id": first_text(item, "cid"),
        "text": first_text(item, "text"),
        "kind": "reply",
        "language": first_text(item, "comment_language"),
        "label": first_text(item, "ip_label"),
    }


def instagram(item: JsonObject) -> Values:
    """An Instagram post, from the interface (`taken_at`) or the older graph form."""
    caption = inside(item, "edge_media_to_caption", "edges")
    edge = caption[0] if isinstance(caption, list) and caption else None
    return {
        "account": first_text(
            item, "user.username", "owner.username", "user.pk", "owner.id", "user.id"
        ),
        "time": first_text(item, "taken_at", "taken_at_timestamp"),
        "id": first_text(item, "pk", "id"),
        "text": first_text(item, "caption.text") or first_text(edge, "node.text"),
        "kind": "original",
    }


def twitter(item: JsonObject) -> Values:
    """A post of Twitter/X as its web interface delivers it."""
    post = item["tweet"] if isinstance(item.get("tweet"), dict) else item
    legacy = post.get("legacy")
    user = inside(post, "core", "user_results", "result")
    return {
        "account": first_text(user, "core.screen_name", "legacy.screen_name")
        or first_text(post, "user.screen_name", "legacy.user_id_str"),
        "time": first_text(legacy, "created_at"),
        "id": first_text(post, "rest_id", "legacy.id_str"),
        "text": first_text(post, "note_tweet.note_tweet_results.result.text", "legacy.full_text"),
        "kind": _twitter_kind(legacy),
        "urls": _twitter_urls(legacy),
        "repost_of": first_text(
            legacy, "retweeted_status_result.result.rest_id", "retweeted_status_id_str"
        ),
        "reply_to": first_text(legacy, "in_reply_to_status_id_str"),
        "client": first_text(post, "source", "legacy.source"),
        "language": first_text(legacy, "lang"),
        "media": _twitter_media(legacy),
    }


def _twitter_kind(legacy: object) -> str:
    """What kind of post it is, by what it points to."""
    if inside(legacy, "retweeted_status_result") or inside(legacy, "retweeted_status_id_str"):
        return "repost"
    if inside(legacy, "is_quote_status") or inside(legacy, "quoted_status_id_str"):
        return "quote"
    return "reply" if inside(legacy, "in_reply_to_status_id_str") else "original"


def _twitter_media(legacy: object) -> str | None:
    """Addresses of the pictures, separated by `|`."""
    found = inside(legacy, "extended_entities", "media") or inside(legacy, "entities", "media")
    links = [first_text(one, "media_url_https") for one in found] if isinstance(found, list) else []
    return "|".join(link for link in links if link) or None


def _twitter_urls(legacy: object) -> str | None:
    """Expanded addresses, separated by spaces."""
    whole = inside(legacy, "retweeted_status_result", "result", "legacy") or legacy
    found = inside(whole, "entities", "urls")
    links = [first_text(one, "expanded_url") for one in found] if isinstance(found, list) else []
    return " ".join(link for link in links if link) or None


PLATFORMS: Mapping[str, Callable[[JsonObject], Values]] = {
    "tiktok": tiktok,
    "tiktok-comments": comment,
    "douyin": douyin,
    "instagram": instagram,
    "twitter": twitter,
    "x": twitter,
}
"""Platforms whose own time is known; names as collectors write them, without `www.` and `.com`."""


def platform_name(written: str) -> str:
    """The name of a platform as it stands in PLATFORMS, if it does."""
    return written.strip().lower().removeprefix("www.").removesuffix(".com")
