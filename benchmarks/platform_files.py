"""Invented files of the platform formats, of any length: for measurements and for tests.

Every post is made from its number alone, so equal lengths give equal bytes. Names, texts and
times are invented; what is true is the shape of the records.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from forensics.clock import TWITTER_EPOCH_MS

START = datetime(2021, 3, 14, 10, tzinfo=UTC)
START_S = 1_615_716_000
STEP_S = 61
WORDS = ("river", "lamp", "bread", "evening", "window", "paper", "bridge", "garden", "sugar")
CLIENT = '<a href="https://example.org" rel="nofollow">Invented Client</a>'
Item: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Form:
    """How a file of one format is put together."""

    item: Callable[[int], str]
    opening: str = ""
    between: str = "\n"
    closing: str = "\n"


def seconds(n: int) -> int:
    """Unix seconds of post `n`."""
    return START_S + STEP_S * n


def when(n: int, layout: str, east_h: int = 0) -> str:
    """Time of post `n` on a clock so many hours east of Greenwich."""
    return (START + timedelta(hours=east_h, seconds=STEP_S * n)).strftime(layout)


def iso(n: int) -> str:
    """UTC time of post `n` in ISO 8601."""
    return when(n, "%Y-%m-%dT%H:%M:%SZ")


def text(n: int, words: int = 25) -> str:
    """Text of post `n`."""
    return " ".join(WORDS[(n * 7 + place * (n % 5 + 1)) % len(WORDS)] for place in range(words))


def name(n: int) -> str:
    """Account of post `n`."""
    return f"invented_{n % 50}"


def tweet_id(n: int) -> str:
    """Id of post `n` as X gives them: the clock of the post is inside."""
    return str((seconds(n) * 1000 - TWITTER_EPOCH_MS) << 22)


def _legacy(n: int) -> dict[str, object]:
    return {
        "created_at": when(n, "%a %b %d %H:%M:%S +0000 %Y"), "id_str": tweet_id(n),
        "full_text": text(n), "lang": "en", "retweet_count": 3, "favorite_count": 9,
        "entities": {"hashtags": [], "urls": [], "user_mentions": []},
    }  # fmt: skip


def _status(n: int) -> Item:
    user = {"id_str": str(n % 50), "screen_name": name(n), "description": text(n + 1, 30)}
    return _legacy(n) | {"source": CLIENT, "user": user | {"followers_count": 7}}


def _page(n: int) -> Item:
    """One answer of API v2 with one post."""
    moment = when(n, "%Y-%m-%dT%H:%M:%S.000Z")
    post = {"id": tweet_id(n), "text": text(n), "author_id": str(n % 50), "created_at": moment,
            "lang": "en", "conversation_id": tweet_id(n)}  # fmt: skip
    return {"data": [post], "includes": {"users": [{"id": str(n % 50), "username": name(n)}]},
            "meta": {"result_count": 1}}  # fmt: skip


def _graph(n: int) -> Item:
    author = {"rest_id": str(n % 50), "core": {"screen_name": name(n)}, "legacy": {}}
    return {"rest_id": tweet_id(n), "core": {"user_results": {"result": author}},
            "legacy": _legacy(n) | {"user_id_str": str(n % 50)}, "source": CLIENT}  # fmt: skip


def _telegram(n: int) -> Item:
    return {
        "id": n + 1, "type": "message",
        "date": when(n, "%Y-%m-%dT%H:%M:%S", 3),
        "date_unixtime": str(seconds(n)), "from": f"Invented {n % 20}", "from_id": f"user{n % 20}",
        "text": [{"type": "plain", "text": text(n, 30)}], "text_entities": [],
    }  # fmt: skip


def _page_block(n: int) -> str:
    title = when(n, "%d.%m.%Y %H:%M:%S UTC+00:00")
    return (
        f'<div class="message default clearfix" id="message{n + 1}"><div class="pull_left '
        f'userpic_wrap"><div class="userpic"><div class="initials">I</div></div></div><div '
        f'class="body"><div class="pull_right date details" title="{title}">10:00</div>'
        f'<div class="from_name">Invented {n % 20}</div><div class="text">{text(n)}</div>'
        "</div></div>"
    )


def _discord(n: int) -> Item:
    author = {"id": str(n % 50), "name": name(n), "discriminator": "0000", "isBot": False}
    return {
        "id": str((seconds(n) * 1000 - 1_420_070_400_000) << 22), "type": "Default",
        "timestamp": when(n, "%Y-%m-%dT%H:%M:%S.000+00:00"), "timestampEdited": None,
        "content": text(n), "author": author, "attachments": [], "embeds": [], "reactions": [],
    }  # fmt: skip


def _slack(n: int) -> Item:
    return {"type": "message", "user": f"U{n % 50}", "text": text(n), "team": "T1",
            "ts": f"{seconds(n)}.000100", "blocks": []}  # fmt: skip


def _letter(n: int) -> str:
    return (
        f"From invented@example.org {when(n, '%a %b %d %H:%M:%S %Y')}\n"
        f'From: "Invented {n % 50}" <{name(n)}@example.org>\nTo: list@example.org\n'
        f"Subject: {text(n, 5)}\nMessage-ID: <{n}@example.org>\n"
        f"Date: {when(n, '%a, %d %b %Y %H:%M:%S +0000')}\n\n{text(n, 40)}\n"
    )


def _commit(n: int) -> str:
    day = when(n, "%a %b %d %H:%M:%S %Y +0000")
    who = f"Invented {n % 50} <{name(n)}@example.org>"
    return (
        f"commit {n:040x}\nAuthor:     {who}\nAuthorDate: {day}\n"
        f"Commit:     {who}\nCommitDate: {day}\n\n    {text(n, 6)}\n"
    )


def _reddit(n: int) -> Item:
    return {"author": name(n), "created_utc": seconds(n), "id": f"x{n}", "body": text(n),
            "subreddit": "invented", "score": 3, "link_id": "t3_a", "parent_id": "t3_a",
            "retrieved_on": 1_700_000_000}  # fmt: skip


def _activity(n: int) -> Item:
    actor = f"https://social.example/users/{name(n)}"
    address = f"{actor}/statuses/{seconds(n) * 1000 << 16}"
    note: dict[str, object] = {
        "id": address, "type": "Note", "content": f"<p>{text(n)}</p>", "inReplyTo": None,
        "published": iso(n), "attachment": []}  # fmt: skip
    return {"id": f"{address}/activity", "type": "Create", "actor": actor, "published": iso(n),
            "object": note}  # fmt: skip


def _toot(n: int) -> Item:
    account = {"acct": name(n), "url": f"https://social.example/@{name(n)}"}
    return {
        "id": str(seconds(n) * 1000 << 16), "created_at": when(n, "%Y-%m-%dT%H:%M:%S.123Z"),
        "in_reply_to_id": None, "visibility": "public", "language": "en", "reblog": None,
        "uri": f"https://social.example/users/{name(n)}/statuses/{n}",
        "content": f"<p>{text(n)}</p>", "account": account, "media_attachments": [],
    }  # fmt: skip


def _bluesky(n: int) -> Item:
    digits, left, key = "234567abcdefghijklmnopqrstuvwxyz", seconds(n) * 1_000_000 << 10, ""
    for _ in range(13):
        left, digit = divmod(left, 32)
        key = digits[digit] + key
    did = f"did:plc:{name(n)}"
    return {
        "uri": f"at://{did}/app.bsky.feed.post/{key}", "cid": "bafy",
        "author": {"did": did, "handle": f"a{n % 50}.example"}, "indexedAt": iso(n),
        "record": {"$type": "app.bsky.feed.post", "createdAt": iso(n), "text": text(n)},
    }  # fmt: skip


def _weibo(n: int) -> Item:
    number = str(((seconds(n) - 515_483_463) << 22) | 7)
    return {
        "created_at": when(n, "%a %b %d %H:%M:%S +0000 %Y"), "id": int(number), "mid": number,
        "idstr": number, "text_raw": text(n), "text": text(n), "source": "iPhone",
        "region_name": "发布于 江苏",
        "user": {"id": n % 50, "idstr": str(n % 50), "screen_name": name(n)},
    }  # fmt: skip


def _vk(n: int) -> Item:
    return {"id": n + 1, "owner_id": -77, "from_id": n % 50 + 1, "date": seconds(n),
            "post_type": "post", "text": text(n), "post_source": {"type": "vk"},
            "attachments": []}  # fmt: skip


def _captured(n: int) -> Item:
    video = {
        "id": str(seconds(n) << 32), "desc": text(n), "createTime": seconds(n),
        "author": {"uniqueId": name(n), "nickname": "Invented"}, "textLanguage": "en",
        "music": {"title": text(n, 4)}, "stats": {"diggCount": 3},
    }  # fmt: skip
    return {
        "nav_index": "1:1:1", "item_id": str(n), "timestamp_collected": 1_700_000_000_123,
        "last_updated": 1_700_000_000_123, "source_platform": "tiktok.com",
        "source_platform_url": "https://example.org/", "user_agent": "Collector/1.0", "data": video,
    }  # fmt: skip


def _comment(n: int) -> Item:
    said = {"authorDisplayName": f"@{name(n)}", "authorChannelId": {"value": f"UC{n % 50}"},
            "textOriginal": text(n), "publishedAt": iso(n), "updatedAt": iso(n)}  # fmt: skip
    top = {"kind": "youtube#comment", "id": f"c{n}", "snippet": said}
    return {"kind": "youtube#commentThread", "snippet": {"topLevelComment": top}}


def _clip(n: int) -> Item:
    return {"id": f"c{n}", "parent": "root", "author": name(n), "timestamp": seconds(n),
            "text": text(n), "like_count": 1, "author_id": f"UC{n % 50}"}  # fmt: skip


def line(*values: object) -> str:
    """One line of a table with commas."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(values)
    return out.getvalue()


def _lines(item: Callable[[int], Item]) -> Form:
    """One object a line."""
    return Form(lambda n: json.dumps(item(n), ensure_ascii=False))


def _array(item: Callable[[int], Item], opening: str = "[", closing: str = "]") -> Form:
    """An array, alone or inside a document."""
    return Form(lambda n: json.dumps(item(n), ensure_ascii=False), opening + "\n", ",\n",
                "\n" + closing + "\n")  # fmt: skip


def _table(header: str, *cells: Callable[[int], object]) -> Form:
    """A header and one line a post."""
    return Form(lambda n: line(*(cell(n) for cell in cells)), header + "\n")


def _hidden(_n: int) -> str:
    return ""


_ACTIVITIES = '{"@context": "https://www.w3.org/ns/activitystreams", "type": "OrderedCollection", '
_GUILD = '{"guild": {"id": "1", "name": "Invented"}, "channel": {"id": "2", "name": "general"}, '
_FILM = '{"id": "a", "title": "A film", "extractor": "example", "formats": [{"format_id": "1"}], '
FORMS: Mapping[str, Form] = {
    "twitter-archive": _array(
        lambda n: {"tweet": _legacy(n) | {"id": tweet_id(n), "source": CLIENT}},
        "window.YTD.tweets.part0 = [",
    ),
    "x-graphql": _lines(_graph),
    "twitter-api-1": _lines(_status),
    "twitter-api-2": _lines(_page),
    "twarc": _table(
        "id,conversation_id,referenced_tweets.retweeted.id,referenced_tweets.quoted.id,"
        "referenced_tweets.replied_to.id,author_id,created_at,text,source,lang,author.username",
        tweet_id, tweet_id, _hidden, _hidden, _hidden, lambda n: n % 50, iso, text,
        lambda _n: "Invented Client", lambda _n: "en", name,
    ),
    "minet": _table(
        "id,timestamp_utc,local_time,user_screen_name,text,lang,to_tweetid,source_name,"
        "retweeted_id,quoted_id,collection_time,media_files",
        tweet_id, seconds, lambda n: when(n, "%Y-%m-%dT%H:%M:%S"), name, text, lambda _n: "en",
        _hidden, lambda _n: "Client", _hidden, _hidden, lambda _n: "2022-05-05T05:05:05", _hidden,
    ),
    "twitter-io": _table(
        "tweetid,userid,user_screen_name,tweet_time,tweet_client_name,is_retweet,tweet_text",
        tweet_id, lambda n: f"u{n % 50}", name, lambda n: when(n, "%Y-%m-%d %H:%M"),
        lambda _n: "Twitter Web Client", lambda _n: "False", text,
    ),
    "telegram-json": _array(
        _telegram, '{"name": "invented", "type": "public_channel", "id": 1, "messages": [', "]}"
    ),
    "telegram-html": Form(
        _page_block,
        '<!DOCTYPE html>\n<html><head><meta charset="utf-8"/><title>Exported Data</title></head>\n'
        '<body onload="CheckLocation();"><div class="page_wrap"><div class="page_header"><div '
        'class="content"><div class="text bold">Garden</div></div></div>\n'
        '<div class="page_body chat_page"><div class="history">\n',
        closing="\n</div></div></div></body></html>\n",
    ),
    "discord-json": _array(_discord, _GUILD + '"messages": [', "]}"),
    "discord-package": _table(
        "ID,Timestamp,Contents,Attachments", lambda n: _discord(n)["id"],
        lambda n: when(n, "%Y-%m-%d %H:%M:%S"), text, _hidden,
    ),
    "slack": _array(_slack),
    "whatsapp": Form(lambda n: f"{when(n, '[%d/%m/%Y, %H:%M:%S]')} Invented {n % 9}: {text(n)}"),
    "mbox": Form(_letter),
    "eml": Form(lambda n: _letter(n).split("\n", 1)[1]),
    "git-log": Form(_commit),
    "reddit": _lines(_reddit),
    "reddit-own-data": _table(
        "id,permalink,date,ip,subreddit,gildings,link,parent,body,media",
        lambda n: f"x{n}", lambda n: f"https://example.org/{n}",
        lambda n: when(n, "%Y-%m-%d %H:%M:%S UTC"), _hidden, lambda _n: "invented", lambda _n: 0,
        _hidden, _hidden, text, _hidden,
    ),
    "mastodon-outbox": _array(_activity, _ACTIVITIES + '"orderedItems": [', "]}"),
    "mastodon-statuses": _lines(_toot),
    "bluesky": _lines(_bluesky),
    "weibo": _array(_weibo),
    "weibo-crawler-csv": _table(
        "id,bid,正文,头条文章url,原始图片url,视频url,位置,日期,工具,点赞数,完整日期,是否原创,源用户id,源微博id",
        lambda n: _weibo(n)["id"], lambda n: f"M{n}", text, _hidden, _hidden, _hidden, _hidden,
        lambda n: when(n, "%Y-%m-%d"), lambda _n: "iPhone", lambda _n: 1,
        lambda n: when(n, "%Y-%m-%d %H:%M:%S", 8), lambda _n: "True", _hidden, _hidden,
    ),
    "mediacrawler": _lines(
        lambda n: {"comment_id": str(n), "aweme_id": "8", "create_time": seconds(n),
                   "ip_location": "江苏", "content": text(n), "user_id": str(n % 50),
                   "nickname": name(n), "last_modify_ts": 1_800_000_000_000}
    ),
    "mediacrawler-csv": _table(
        "note_id,content,create_time,create_date_time,last_modify_ts,ip_location,user_id,nickname",
        lambda n: _weibo(n)["id"], text, seconds, lambda n: when(n, "%Y-%m-%d %H:%M:%S+00:00"),
        lambda _n: 1_800_000_000_000, lambda _n: "江苏", lambda n: n % 50, name,
    ),
    "vk": _array(_vk, '{"count": 1, "items": [', "]}"),
    "facebook": _array(
        lambda n: {"timestamp": seconds(n), "data": [{"post": text(n)}], "title": "x",
                   "attachments": []}
    ),
    "instagram": _array(
        lambda n: {"media_list_data": [{"value": ""}], "string_map_data": {
            "Comment": {"value": text(n)}, "Media Owner": {"value": "invented"},
            "Time": {"timestamp": seconds(n)}}}
    ),
    "zeeschuimer": _lines(_captured),
    "youtube-api": _array(_comment),
    "yt-dlp": _array(
        _clip,
        _FILM + '"webpage_url": "https://example.org/v/a", "uploader_id": "fay", '
        '"epoch": 1700000000, "timestamp": 1614592800, "comments": [',
        "]}",
    ),
    "tiktok-douyin": _lines(lambda n: _captured(n)["data"]),  # type: ignore[arg-type,return-value]
    "4cat": _table(
        "id,thread_id,author,body,timestamp,unix_timestamp,tiktok_url,location_created",
        lambda n: n, lambda n: n, name, text, lambda n: when(n, "%Y-%m-%d %H:%M:%S"), seconds,
        lambda _n: "u", lambda _n: "NL",
    ),
    "crowdtangle": _table(
        "Group Name,User Name,Facebook Id,Page Admin Top Country,Post Created,Post Created Date,"
        "Post Created Time,Type,Likes,URL,Message",
        lambda n: f"Invented {n % 50}", name, lambda n: n % 50, lambda _n: "US",
        lambda n: when(n, "%Y-%m-%d %H:%M:%S UTC"), lambda n: when(n, "%Y-%m-%d"),
        lambda n: when(n, "%H:%M:%S"), lambda _n: "Status", lambda _n: 3, lambda _n: "u", text,
    ),
    "meta-content-library": _table(
        "id,text,creation_time,modified_time,lang,mcl_url,post_owner.id,shared_post_id",
        lambda n: n, text, lambda n: when(n, "%Y-%m-%dT%H:%M:%S+00:00"), _hidden, lambda _n: "en",
        lambda _n: "u", lambda n: n % 50, _hidden,
    ),
}  # fmt: skip
"""Reader -> a file it reads. Binary formats, and those that are built otherwise, are not here."""
NAMELESS = frozenset(
    ("twitter-archive", "discord-package", "reddit-own-data", "weibo-crawler-csv", "facebook",
     "instagram")
)  # fmt: skip
"""Formats that do not name their account: the user gives it."""
NAIVE = frozenset(("whatsapp",))
"""Formats without a zone: the user states it."""


def pieces(form: Form, posts: int) -> Iterator[str]:
    """The text of a file, piece by piece."""
    yield form.opening
    for n in range(posts):
        yield (form.between if n else "") + form.item(n)
    yield form.closing


def written(reader: str, posts: int) -> bytes:
    """The bytes of a small file."""
    return "".join(pieces(FORMS[reader], posts)).encode()


def write(reader: str, posts: int, path: Path) -> None:
    """Write a file of any size."""
    with path.open("w", encoding="utf-8", newline="") as out:
        out.writelines(pieces(FORMS[reader], posts))
