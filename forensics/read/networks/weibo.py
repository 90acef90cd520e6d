"""Weibo: its interfaces' own objects, and what the crawlers weibo-crawler and WeiboSpider write.

The platform writes `created_at` as `Tue Mar 05 09:12:44 +0800 2024`: its own clock, Beijing time,
whole seconds, offset written. weibo-crawler writes `full_created_at` (`2024-03-05 09:12:44`) and
`created_at` (the same with `T`, or the date alone), WeiboSpider `created_at` (`2024-03-05
09:12:44`): the platform's time without its offset (see `beijing.py`).

Traps: a post less than a day old is shown as `刚刚`, `5分钟前`, `今天 09:12` or `昨天 09:12`. Such
words are refused; but weibo-crawler turns them into times by the **crawler's** clock and leaves no
mark, so that posts made shortly before the collection may be off by minutes, or by the difference
of the crawler's zone. Where an account posted just before it was crawled, trust mids more than
times. The region (`发布于 江苏`, `来自广东`, `IP属地：江苏`) goes to `label` as it stands; comments
keep it in `source`, where posts name the program. WeiboSpider does not tell reposts from originals
in all of its versions; without a mark they are `unknown`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.read.delimited import open_delimited
from forensics.read.networks.beijing import ZONE_COLUMN, Beijing, with_zone
from forensics.read.networks.documents import (
    Item,
    KeyPath,
    Values,
    file_names,
    inner,
    members,
    records,
    shape_of,
    text_of,
)
from forensics.read.networks.markup import plain_text
from forensics.read.options import Table
from forensics.read.profiles.people import PROFILE, People
from forensics.read.records import Format, table_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_PATHS: tuple[KeyPath, ...] = (
    ("weibo",),
    ("data", "list"),
    ("data", "cards"),
    ("data", "statuses"),
    ("data", "data"),
    ("data",),
    ("statuses",),
    ("comments",),
)
_COLUMNS = (
    "screen_name", "user_id", "time", ZONE_COLUMN, "mid", "kind", "text", "source", "region",
    "pics", "urls", "repost_of",
)  # fmt: skip
_PREFERRED = {
    "account": "screen_name",
    "time": "time",
    "zone": ZONE_COLUMN,
    "id": "mid",
    "kind": "kind",
    "text": "text",
    "client": "source",
    "label": "region",
    "media": "pics",
    "urls": "urls",
    "repost_of": "repost_of",
}
_USER = (
    "idstr", "id", "_id", "location", "lang", "created_at", "description", "url", "ip_location",
)  # fmt: skip
"""Members of a user that are read."""
_MARKS = ("retweeted_status", "retweet", "retweet_id", "is_retweet", "is_repost")
_CLOCK_NOTE = (
    "Weibo writes Beijing time; crawlers drop the offset, and make times of '5 minutes ago' by "
    "their own clock"
)


def _post(item: Item) -> Item:
    """The post itself, out of a card."""
    return inner(item, "mblog") or item


def _is_post(item: Item) -> bool:
    post = _post(item)
    user = inner(post, "user") or inner(post, "comment_user")
    named = "screen_name" in user or "nick_name" in user or "screen_name" in post
    marked = any(key in post for key in ("mid", "mblogid", "bid", "idstr", "floor_number"))
    return "created_at" in post and named and (marked or ("_id" in post and "_id" in user))


def is_weibo(path: Path, head: bytes) -> bool:
    """True for posts or comments of Weibo in any of these forms."""
    del path
    if b'"created_at"' not in head:
        return False
    shape = shape_of(head, _PATHS)
    return shape is not None and shape.has(_is_post)


def open_weibo(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open posts or comments of Weibo."""
    del name
    with path.open("rb") as file:
        shape = shape_of(file.read(1 << 16), _PATHS)
    assert shape is not None, "detection has seen it"  # noqa: S101 - the same bytes
    beijing, people = Beijing(), People()

    def read(item: Item) -> Values:
        values = _values(_post(item))
        user = inner(_post(item), "user") or inner(_post(item), "comment_user")
        values[PROFILE] = people.of(user, _USER, _facts)
        mid = None if values["kind"] == "reply" else values["mid"]
        return values | {ZONE_COLUMN: beijing.zone(values["time"], mid)}

    made = Format(
        f"weibo, {shape.described}",
        _COLUMNS,
        _PREFERRED,
        platform="weibo",
        clock_writer="platform",
        clock_note=_CLOCK_NOTE,
        people=people,
    )
    return beijing.settle(table_of(con, records(path, shape, read), made, scratch))


def _facts(user: Item) -> Values:
    """What a user says of the account, and the region that the platform shows on the profile."""
    get = user.get
    return {
        "id": text_of(get("idstr")) or text_of(get("id")) or text_of(get("_id")),
        "location": text_of(get("location")),
        "language": text_of(get("lang")),
        "created": text_of(get("created_at")),
        "bio": text_of(get("description")),
        "url": text_of(get("url")),
        "region": text_of(get("ip_location")),
    }


def _values(post: Item) -> Values:
    user = inner(post, "user") or inner(post, "comment_user")
    comment = any(key in post for key in ("rootid", "floor_number", "comment_user"))
    source = text_of(post.get("source"))
    region = text_of(post.get("region_name")) or text_of(post.get("ip_location"))
    if comment and source and source.startswith("来自"):
        region, source = region or source, None
    screen_name = user.get("screen_name") or user.get("nick_name") or post.get("screen_name")
    user_id = user.get("idstr") or user.get("id") or user.get("_id") or post.get("user_id")
    mid = post.get("mid") or post.get("idstr") or post.get("id") or post.get("_id")
    text = text_of(post.get("text_raw")) or text_of(post.get("content"))
    shared = inner(post, "retweeted_status") or inner(post, "retweet")
    links = [one.get("long_url") for one in members(post.get("url_struct"))]
    return {
        "screen_name": text_of(screen_name) or text_of(user_id),
        "user_id": text_of(user_id),
        "time": text_of(post.get("full_created_at")) or text_of(post.get("created_at")),
        "mid": text_of(mid),
        "kind": "reply" if comment else _kind(post),
        "text": text or plain_text(post.get("text")),
        "source": source,
        "region": region,
        "pics": _pictures(post),
        "urls": " ".join(one for one in links if isinstance(one, str)) or None,
        "repost_of": text_of(shared.get("mid"))
        or text_of(shared.get("idstr"))
        or text_of(shared.get("id"))
        or text_of(post.get("retweet_id")),
    }


def _kind(post: Item) -> str:
    if any(post.get(key) not in (None, "", "0", 0, False, {}) for key in _MARKS):
        return "repost"
    spider = "_id" in post and not any(key in post for key in _MARKS)
    return "unknown" if spider else "original"


def _pictures(post: Item) -> str | None:
    for key in ("pics", "pic_urls", "pic_ids"):
        found = post.get(key)
        if isinstance(found, str):
            return found or None
        if isinstance(found, list):
            names = [one.get("url") if isinstance(one, dict) else one for one in found]
            return file_names([f"{one}.jpg" if key == "pic_ids" else one for one in names])
    return None


_CRAWLER_HEADER = ("正文", "头条文章url", "原始图片url")


def is_weibo_csv(path: Path, head: bytes) -> bool:
    """True for the CSV of weibo-crawler, by its header."""
    del path
    first = head.split(b"\n", 1)[0].decode("utf-8", "ignore")
    return all(f"{name}," in first for name in _CRAWLER_HEADER) and "日期" in first


def open_weibo_csv(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open the CSV of weibo-crawler; it does not name its account, which is the file's subject."""
    table = open_delimited(con, path, name, scratch)
    wanted = {
        "account": ("用户昵称", "昵称", "用户id"),
        "time": ("完整日期", "日期"),
        "id": ("id",),
        "text": ("正文",),
        "client": ("工具",),
        "repost_of": ("源微博id",),
        "is_repost": ("源用户id",),
        "media": ("原始图片url",),
        "label": ("ip", "IP属地", "发布于"),
    }
    columns = table.columns
    found = {
        role: next((one for one in names if one in columns), "") for role, names in wanted.items()
    }
    made = with_zone(table)
    notes = ("times carry no offset and were read as Beijing time",)
    return replace(
        made,
        platform="weibo",
        format=f"weibo-crawler, {table.format}",
        preferred={role: one for role, one in found.items() if one} | {"zone": ZONE_COLUMN},
        clock_writer="platform",
        clock_note=_CLOCK_NOTE,
        notes=notes,
    )
