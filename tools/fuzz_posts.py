"""Exports of platforms for the fuzzer, with what the plain ones of the benchmarks do not have."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

_AT = "Tue Mar 05 01:13:00 +0000 2024"
_ISO = "2024-03-05T01:13:00.000Z"
_ID = "1764816000000000000"
_LEGACY: dict[str, Any] = {
    "created_at": _AT, "id_str": _ID, "full_text": "RT @a: hi", "lang": "en",
    "in_reply_to_status_id_str": "1", "is_quote_status": True, "quoted_status_id_str": "2",
    "retweeted_status_id_str": "3", "user_id_str": "7", "source": "<a href='x'>App</a>",
    "entities": {"urls": [{"url": "https://t.co/a", "expanded_url": "https://a.example"}],
                 "media": [{"expanded_url": f"https://x.com/ada/status/{_ID}/photo/1"}]},
    "extended_entities": {"media": [{"media_url_https": "https://p.example/a.jpg?x=1"}]},
}  # fmt: skip
_RAW: dict[str, Any] = {
    "rest_id": _ID, "legacy": _LEGACY | {"retweeted_status_result": {"result": {
        "rest_id": "3", "legacy": _LEGACY}}}, "source": "<a href='x'>App</a>",
    "core": {"user_results": {"result": {
        "rest_id": "7", "core": {"screen_name": "ada", "name": "Ada", "created_at": _AT},
        "legacy": {"location": "x", "entities": {"url": {"urls": [{"expanded_url": "u"}]}}},
        "location": {"location": "y"}, "profile_bio": {"description": "z"},
        "about_profile": {"account_based_in": "Japan", "location_accurate": False,
                          "source": "Japan App Store", "username_changes": {"count": "3"}}}}},
    "note_tweet": {"note_tweet_results": {"result": {"text": "long", "entity_set": {"urls": []}}}},
    "quoted_status_result": {"result": {"rest_id": "2"}},
}  # fmt: skip
_SCRAPED = {
    "id": 1, "id_str": "1", "date": "2024-03-05 01:13:00+00:00", "rawContent": "x", "lang": "en",
    "user": {"id": 7, "id_str": "7", "username": "ada", "displayname": "Ada", "location": "x",
             "created": "2010-01-01 00:00:00+00:00", "rawDescription": "y", "link": {"url": "u"},
             "descriptionLinks": [{"url": "v"}]},
    "media": {"photos": [{"url": "https://m.example/P1.jpg"}], "videos": [{"thumbnailUrl": "t"}]},
    "retweetedTweet": {"id_str": "3"}, "inReplyToTweetId": 2, "links": [{"url": "https://a"}],
    "sourceLabel": "App",
}  # fmt: skip
_ARCHIVES = {
    "deleted_tweets": [{"tweet": _LEGACY | {"deleted_at": "x"}}, _LEGACY],
    "tweet_headers": [{"tweet": {"tweet_id": _ID, "user_id": "7", "created_at": _AT}}],
    "direct_message_headers": [{"dmConversation": {"conversationId": "7-8", "messages": [
        {"messageCreate": {"id": _ID, "senderId": "7", "recipientId": "8", "createdAt": _ISO}},
        {"joinConversation": {"createdAt": _ISO}}]}}],
}  # fmt: skip
_CAPTURES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("twitter.com", _RAW),
    ("instagram.com", {"pk": "1", "taken_at": 1709601164, "caption": {"text": "x"},
                       "user": {"username": "ada"}, "edge_media_to_caption": {"edges": [
                           {"node": {"text": "y"}}]}}),
    ("douyin.com", {"aweme_id": "1", "create_time": 1709601164, "desc": "x", "region": "JP",
                    "author": {"unique_id": "ada", "uid": "7"}, "ip_label": "y"}),
    ("tiktok-comments", {"cid": "1", "create_time": 1709601164, "text": "x", "aweme_id": "2",
                         "user": {"unique_id": "ada", "uid": "7", "region": "JP"}}),
    ("elsewhere", {}),
)  # fmt: skip
_WEIBO = {
    "created_at": "2024-03-05 09:13:00", "mid": "5008888888888888", "idstr": "5008888888888888",
    "text": "<a href='u'>x</a>", "source": "iPhone", "region_name": "发布于 江苏", "pics": [
        {"large": {"url": "https://wx1.example/a.jpg"}}], "pic_ids": ["006abc"],
    "url_struct": [{"long_url": "https://a"}], "user": {"idstr": "7", "screen_name": "ada",
    "location": "x", "created_at": _AT}, "retweeted_status": {"mid": "1", "text": "y"},
}  # fmt: skip
_VK = {
    "id": 1, "owner_id": -5, "from_id": 7, "date": 1709601164, "post_type": "copy", "text": "x",
    "post_source": {"type": "api", "platform": "android"}, "signer_id": 8, "attachments": [
        {"type": "photo", "photo": {"id": 1, "sizes": [{"url": "https://a/b.jpg"}]}},
        {"type": "link", "link": {"url": "https://a"}}], "copy_history": [{"id": 2, "owner_id": 3}],
}  # fmt: skip
_PROFILES = {"profiles": [{"id": 7, "first_name": "Ada", "screen_name": "ada", "city": {}}],
             "groups": [{"id": 5, "name": "Group", "screen_name": "g"}]}  # fmt: skip


def _lines(*items: object) -> Callable[[], bytes]:
    return lambda: b"".join(json.dumps(item).encode() + b"\n" for item in items)


def _script(part: str) -> Callable[[], bytes]:
    text = f"window.YTD.{part}.part0 = {json.dumps(_ARCHIVES[part])}"
    return text.encode


POSTS: Mapping[str, tuple[Callable[[], bytes], ...]] = {
    "x-graphql": (_lines(_RAW), _lines(_SCRAPED), _lines({"data": {"user": {"result": _RAW}}})),
    "twitter-api-1": (_lines(_LEGACY | {"user": {"id_str": "7", "screen_name": "ada"},
                                        "retweeted_status": _LEGACY, "text": "x"}),),
    "twitter-archive": tuple(_script(part) for part in _ARCHIVES),
    "zeeschuimer": (
        _lines(*({"nav_index": "1:1:1", "item_id": "1", "timestamp_collected": 1_700_000_000_123,
                  "source_platform": where, "data": item} for where, item in _CAPTURES)),
        _lines(*(item | {"__import_meta": {"source_platform": name}} for name, item in _CAPTURES)),
    ),
    "weibo": (_lines(_WEIBO, {"mblog": _WEIBO | {"created_at": _AT}}),),
    "vk": (_lines({"response": {"count": 1, "items": [_VK]} | _PROFILES}),),
}  # fmt: skip
"""Reader -> further files that it reads."""
