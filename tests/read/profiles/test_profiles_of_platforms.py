"""What each reader of a platform finds out about accounts, and the addresses of their posts."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from forensics.read.profiles.people import MOST, People

Read = Callable[..., Any]
WORDS = "Mon Mar 01 10:00:00 +0000 2021"
JOINED = "Wed Oct 05 09:30:01 +0000 2016"
JOINED_Z = "2016-10-05T09:30:01Z"
SECOND = 1_614_592_800


def line(item: object) -> bytes:
    """One object a line."""
    return json.dumps(item, ensure_ascii=False).encode() + b"\n"


API1 = {
    "created_at": WORDS, "id_str": "1366332758139998208", "full_text": "RT @b: lamp",
    "user": {"id_str": "7", "screen_name": "ann", "name": "A", "location": "Accra", "lang": "en",
             "time_zone": "Nairobi", "utc_offset": 10800, "created_at": JOINED,
             "description": "lamps", "url": "https://t.co/x",
             "entities": {"url": {"urls": [{"expanded_url": "http://a.example"}]}}},
    "retweeted_status": {"id_str": "55", "entities": {"urls": [
        {"url": "https://t.co/y", "expanded_url": "http://b.example/1"}]}},
    "in_reply_to_status_id_str": None,
}  # fmt: skip
API2 = {
    "data": [{"id": "1366332758139998208", "author_id": "7", "text": "lamp", "created_at":
              "2021-03-01T10:00:00.000Z", "edit_history_tweet_ids": ["1366332758139998208"],
              "entities": {"urls": [{"url": "https://t.co/y", "expanded_url": "http://b.example"}]},
              "referenced_tweets": [{"type": "replied_to", "id": "55"}]}],
    "includes": {"users": [{"id": "7", "username": "ann", "name": "A", "location": "Accra",
                            "created_at": "2016-10-05T09:30:01.000Z", "description": "lamps"}]},
}  # fmt: skip
GRAPHQL = {
    "rest_id": "1366332758139998208",
    "core": {"user_results": {"result": {
        "rest_id": "7", "core": {"screen_name": "ann", "name": "A", "created_at": JOINED},
        "location": {"location": "Accra"}, "legacy": {"description": "lamps"},
        "about_profile": {"account_based_in": "Japan", "source": "Japan App Store"}}}},
    "legacy": {"created_at": WORDS, "id_str": "1366332758139998208", "full_text": "RT @b: lamp",
               "retweeted_status_result": {"result": {"rest_id": "55", "legacy": {"entities": {
                   "urls": [{"expanded_url": "http://b.example/1"}]}}}}},
}  # fmt: skip
MASTODON = {
    "id": "105813374310000000", "created_at": "2021-03-01T10:00:00.000Z", "visibility": "public",
    "uri": "https://s.example/1", "content": "", "in_reply_to_id": None,
    "account": {"id": "7", "acct": "ann", "url": "https://s.example/@ann", "display_name": "A",
                "note": "<p>lamps</p>", "created_at": "2016-10-05T00:00:00.000Z"},
    "reblog": {"id": "5", "uri": "https://o.example/5", "content": "<p>http://b.example/1</p>"},
}  # fmt: skip
BLUESKY = {
    "uri": "at://did:plc:ann/app.bsky.feed.post/3k", "author": {
        "did": "did:plc:ann", "handle": "ann.example", "displayName": "A",
        "createdAt": "2016-10-05T09:30:01Z", "description": "lamps"},
    "record": {"createdAt": "2021-03-01T10:00:00Z", "text": "b.example/1...",
               "reply": {"parent": {"uri": "at://did:plc:b/app.bsky.feed.post/2"}},
               "facets": [{"features": [{"uri": "http://b.example/1"}]}]},
}  # fmt: skip
REDDIT = {
    "author": "ann", "author_fullname": "t2_7", "author_created_utc": 1475659801, "id": "aa",
    "created_utc": SECOND, "subreddit": "x", "title": "lamp", "selftext": "", "is_self": False,
    "url": "http://b.example/1", "crosspost_parent": "t3_55",
}  # fmt: skip
WEIBO = {
    "mid": "4609800000000000", "created_at": "Mon Mar 01 18:00:00 +0800 2021", "text_raw": "lamp",
    "user": {"idstr": "7", "screen_name": "ann", "location": "江苏 盐城", "description": "lamps",
             "created_at": "Wed Oct 05 17:30:01 +0800 2016", "ip_location": "IP属地：江苏"},
    "retweeted_status": {"mid": "55"}, "url_struct": [{"long_url": "http://b.example/1"}],
}  # fmt: skip
VK = {
    "response": {
        "items": [{"id": 1, "from_id": 7, "owner_id": -9, "date": SECOND, "post_type": "post",
                   "text": "lamp", "copy_history": [{"owner_id": -5, "id": 55}],
                   "attachments": [{"type": "link", "link": {"url": "http://b.example/1"}}]}],
        "profiles": [{"id": 7, "first_name": "A", "last_name": "B", "screen_name": "ann",
                      "city": {"title": "Омск"}, "country": {"title": "Россия"}}],
        "groups": [{"id": 9, "name": "G", "site": "http://g.example"}],
    }
}  # fmt: skip
TIKTOK = {
    "source_platform": "tiktok.com", "nav_index": "1", "item_id": "1", "user_agent": "x",
    "timestamp_collected": 1700000000000,
    "data": {"id": "6934583000000000000", "createTime": SECOND, "desc": "lamp", "author": {
        "uniqueId": "ann", "id": "7", "nickname": "A", "signature": "lamps", "region": "GH",
        "bioLink": {"link": "a.example"}, "createTime": 1475659801}},
}  # fmt: skip
DOUYIN = {
    "aweme_id": "6934583000000000000", "create_time": SECOND, "desc": "lamp",
    "author": {"uid": "7", "unique_id": "ann", "nickname": "A", "province": "江苏",
               "city": "盐城", "ip_location": "IP属地：江苏"},
}  # fmt: skip
DISCORD = {
    "guild": {"id": "1"}, "channel": {"id": "2", "name": "c"},
    "messages": [{"id": "815902344806400000", "type": "Reply", "content": "see http://b.example/1",
                  "timestamp": "2021-03-01T10:00:00+00:00", "reference": {"messageId": "55"},
                  "author": {"id": "7", "name": "ann", "nickname": "A"}}],
}  # fmt: skip
YOUTUBE = {
    "items": [
        {"kind": "youtube#comment", "id": "x.y", "snippet": {
            "authorDisplayName": "A", "authorChannelId": {"value": "UC7"}, "parentId": "55",
            "textOriginal": "http://b.example/1", "publishedAt": "2021-03-01T10:00:00Z"}},
        {"kind": "youtube#channel", "id": "UC7", "snippet": {
            "title": "A", "country": "GH", "publishedAt": "2016-10-05T09:30:01Z"}},
    ]
}  # fmt: skip
TELEGRAM = {
    "about": "Here is the data",
    "personal_information": {"user_id": 7, "first_name": "A", "last_name": "B", "bio": "lamps",
                             "phone_number": "+86 139 1234 5678", "username": "@ann"},
    "chats": {"list": [{"name": "c", "type": "personal_chat", "id": 5, "messages": [
        {"id": 1, "type": "message", "date": "2021-03-01T10:00:00", "date_unixtime": str(SECOND),
         "from": "A B", "from_id": "user7", "reply_to_message_id": 55,
         "text": [{"type": "text_link", "text": "see", "href": "http://b.example/1"}]}]}]},
}  # fmt: skip
CASES: dict[str, tuple[bytes, str, dict[str, str], tuple[str | None, str | None, str | None]]] = {
    "twitter-api-1": (line(API1), "ann", {
        "name": "A", "id": "7", "location": "Accra", "zone": "Nairobi", "language": "en",
        "created": JOINED_Z, "bio": "lamps", "url": "http://a.example",
    }, ("http://b.example/1", "55", None)),
    "twitter-api-2": (line(API2), "ann", {
        "name": "A", "id": "7", "location": "Accra", "created": JOINED_Z, "bio": "lamps",
    }, ("http://b.example", None, "55")),
    "x-graphql": (line(GRAPHQL), "ann", {
        "name": "A", "id": "7", "location": "Accra", "created": JOINED_Z, "bio": "lamps",
        "based_in": "Japan", "connected_via": "Japan App Store",
    }, ("http://b.example/1", "55", None)),
    "mastodon-statuses": (line(MASTODON), "ann@s.example", {
        "name": "A", "id": "7", "created": "2016-10-05T00:00:00Z", "bio": "lamps",
    }, ("http://b.example/1", "https://o.example/5", None)),
    "bluesky": (line(BLUESKY), "ann.example", {
        "name": "A", "id": "did:plc:ann", "created": JOINED_Z, "bio": "lamps",
    }, ("http://b.example/1", None, "at://did:plc:b/app.bsky.feed.post/2")),
    "reddit": (line(REDDIT), "ann", {"id": "t2_7", "created": JOINED_Z},
        ("http://b.example/1", "t3_55", None)),
    "weibo": (line(WEIBO), "ann", {
        "id": "7", "location": "江苏 盐城", "created": JOINED_Z, "bio": "lamps",
        "region": "IP属地：江苏",
    }, ("http://b.example/1", "55", None)),
    "vk": (json.dumps(VK).encode(), "7", {"name": "A B", "id": "7", "location": "Омск, Россия"},
        ("http://b.example/1", "-5_55", None)),
    "zeeschuimer": (line(TIKTOK), "ann", {
        "name": "A", "id": "7", "created": JOINED_Z, "bio": "lamps", "region": "GH",
        "url": "a.example",
    }, (None, None, None)),
    "tiktok-douyin": (line(DOUYIN), "ann", {
        "name": "A", "id": "7", "location": "江苏 盐城", "region": "IP属地：江苏",
    }, (None, None, None)),
    "discord-json": (json.dumps(DISCORD).encode(), "ann", {"name": "A", "id": "7"},
        ("http://b.example/1", None, "55")),
    "youtube-api": (json.dumps(YOUTUBE).encode(), "UC7", {
        "name": "A", "location": "GH", "created": JOINED_Z,
    }, ("http://b.example/1", None, "55")),
    "telegram-json": (json.dumps(TELEGRAM).encode(), "user7", {
        "name": "A B", "bio": "lamps", "phone_country": "CN",
    }, ("http://b.example/1", None, "55")),
}  # fmt: skip


@pytest.mark.parametrize("reader", CASES)
def test_facts_and_references(read: Read, reader: str) -> None:
    data, account, expected, references = CASES[reader]
    outcome = read(data, "export")
    assert outcome.source.reader == reader
    (post,) = outcome.posts
    assert post["account"] == account
    found = {p.field: p.value for p in outcome.reading.profiles if p.account == account}
    assert found == expected
    assert (post["urls"], post["repost_of"], post["reply_to"]) == references
    assert dict(outcome.source.facts).keys() >= expected.keys()


def test_the_collector_s_clock_dates_the_profile(read: Read) -> None:
    later = TIKTOK | {"timestamp_collected": 1700000000999}
    outcome = read(line(later) + line(TIKTOK), "export")
    assert {p.captured_us for p in outcome.reading.profiles} == {1_700_000_000_000_000}
    assert {p.n for p in outcome.reading.profiles} == {2}


def test_no_number_of_a_person_is_kept(read: Read) -> None:
    outcome = read(CASES["telegram-json"][0], "export")
    assert not any("1391" in p.value.replace(" ", "") for p in outcome.reading.profiles)


def test_communities_of_vk_stand_apart(read: Read) -> None:
    outcome = read(CASES["vk"][0], "export")
    group = {p.field: (p.value, p.n) for p in outcome.reading.profiles if p.account == "-9"}
    assert group == {"name": ("G", 0), "id": ("9", 0), "url": ("http://g.example", 0)}


def test_channels_alone_are_a_list(read: Read) -> None:
    outcome = read(json.dumps({"items": YOUTUBE["items"][1:]}).encode(), "export")
    assert (outcome.source.reader, outcome.source.holds) == ("youtube-api", "accounts")


def test_people_keep_what_is_equal_once() -> None:
    people = People()
    calls: list[object] = []

    def facts(user: dict[str, Any]) -> dict[str, str | None]:
        calls.append(user)
        return {"name": user.get("name"), "bio": str(user.get("more") or "")}

    assert people.of({"name": "a", "n": 1}, ("name", "more"), facts) == "1"
    assert people.of({"name": "a", "n": 2}, ("name", "more"), facts) == "1"
    assert len(calls) == 1
    assert people.of({"name": "b", "more": ["x"]}, ("name", "more"), facts) == "2"  # no hash
    assert people.of({"name": "b", "more": ["x"]}, ("name", "more"), facts) == "2"
    assert people.code({}) is None
    people.codes.update({(str(n),): n for n in range(MOST)})
    assert people.code({"name": "new"}) is None
    assert list(people.notes()) == [f"facts of accounts were kept {MOST:,} times; 1 more were not"]
