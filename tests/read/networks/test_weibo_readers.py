"""Weibo and its crawlers: Beijing time is stated where the crawler drops it, and tested by mids."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from forensics.errors import ReadError

Read = Callable[..., Any]
T_S = 1_709_601_164  # 2024-03-05 09:12:44 in Beijing
WRITTEN = "Tue Mar 05 09:12:44 +0800 2024"
NAIVE = "2024-03-05 09:12:44"


def mid(t_s: int, low: int = 7) -> str:
    return str(t_s - 515_483_463 << 22 | low)


USER = {"id": 1_000_001, "idstr": "1000001", "screen_name": "甲乙"}
RAW = {
    "created_at": WRITTEN,
    "id": int(mid(T_S)),
    "idstr": mid(T_S),
    "mid": mid(T_S),
    "text": '你好<br /><a href="x">链接</a>',
    "source": '<a href="http://app.example" rel="nofollow">iPhone客户端</a>',
    "region_name": "发布于 江苏",
    "user": USER,
    "pic_ids": ["abc1", "abc2"],
}
SHARED = RAW | {"retweeted_status": {"id": 5, "created_at": WRITTEN}, "text_raw": "转发微博"}
COMMENT = {
    "created_at": WRITTEN,
    "id": 5,
    "rootid": 5,
    "floor_number": 3,
    "mid": mid(T_S),
    "text": "评论",
    "source": "来自广东",
    "user": USER,
}
RELATIVE = ["刚刚", "5分钟前", "今天 09:12", "昨天 09:12", "03-05", "2024-03-05"]


def rows(outcome: Any) -> list[tuple[Any, ...]]:
    return sorted((p["row"], p["account"], p["t_us"], p["kind"], p["label"]) for p in outcome.posts)


FORMS = {
    "cards": lambda items: {"ok": 1, "data": {"cards": [{"mblog": item} for item in items]}},
    "list": lambda items: {"ok": 1, "data": {"since_id": "x", "list": items}},
    "data": lambda items: {"ok": 1, "data": items},
    "hot": lambda items: {"ok": 1, "data": {"data": items, "max": 1}},
    "statuses": lambda items: {"statuses": items, "total_number": 2},
    "array": lambda items: items,
}


@pytest.mark.parametrize("form", FORMS)
def test_the_interfaces(read: Read, form: str) -> None:
    outcome = read(json.dumps(FORMS[form]([RAW, SHARED, COMMENT])).encode(), name="x.json")
    at = T_S * 10**6
    assert rows(outcome) == [
        (1, "甲乙", at, "original", "发布于 江苏"),
        (2, "甲乙", at, "repost", "发布于 江苏"),
        (3, "甲乙", at, "reply", "来自广东"),
    ]
    first, second, third = sorted(outcome.posts, key=lambda p: p["row"])
    assert (first["text"], first["client"], first["media"]) == (
        "你好\n链接",
        "iPhone客户端",
        "abc1.jpg|abc2.jpg",
    )
    assert (second["text"], third["client"], first["offset_min"]) == ("转发微博", None, 480)
    assert outcome.source.reader == "weibo"
    assert (outcome.source.clock.zone, outcome.source.clock.basis) == (
        "offset written",
        "written_offset",
    )
    (note,) = outcome.source.notes  # the three share one id
    assert note.startswith("rows with account, time and id of an earlier row: ")


@pytest.mark.parametrize("words", RELATIVE)
def test_relative_times_and_bare_dates_are_refused(read: Read, words: str) -> None:
    data = json.dumps([RAW, RAW | {"created_at": words}]).encode()
    assert read(data).reasons == [(2, "bad_time")]


CRAWLED = {
    "user_id": 1_000_001,
    "screen_name": "甲乙",
    "id": int(mid(T_S)),
    "bid": "Mabcd",
    "text": "你好",
    "pics": "https://wx1.example/large/a.jpg,https://wx1.example/large/b.jpg",
    "source": "iPhone客户端",
    "created_at": "2024-03-05T09:12:44",
}


@pytest.mark.parametrize(
    "change",
    [{}, {"created_at": "2024-03-05", "full_created_at": NAIVE}],
    ids=["with T", "date and full"],
)
def test_weibo_crawler(read: Read, change: dict[str, str]) -> None:
    posts = [CRAWLED | change, CRAWLED | change | {"retweet": {"id": 1}}]
    document = {"user": {"id": "1000001", "screen_name": "甲乙"}, "weibo": posts}
    outcome = read(json.dumps(document, ensure_ascii=False, indent=1).encode(), name="1.json")
    assert rows(outcome) == [
        (1, "甲乙", T_S * 10**6, "original", None),
        (2, "甲乙", T_S * 10**6, "repost", None),
    ]
    assert outcome.posts[0]["media"] == "a.jpg|b.jpg"
    source = outcome.source
    assert (source.clock.basis, source.clock.clock_writer) == ("stated", "platform")
    assert source.columns["zone"] == "zone_of_format"
    assert source.notes[0].startswith("2 times carry no offset and were read as Beijing time; 2 of")


def test_the_user_has_the_last_word_on_the_zone(read: Read) -> None:
    data = json.dumps([CRAWLED]).encode()
    outcome = read(data, assume_zone="UTC", assume_because="the crawler was changed")
    assert outcome.times == [(T_S + 8 * 3600) * 10**6]
    assert read(data, columns={"zone": "=Asia/Tokyo"}).times == [(T_S - 3600) * 10**6]
    refused = read(data, columns={"zone": "-"}, nothing_is_an_error=False)
    assert refused.reasons == [(1, "naive_time")]
    by_id = read(data, columns={"account": "user_id"})
    assert by_id.posts[0]["account"] == "1000001"


def test_mids_that_deny_beijing_time_withdraw_the_zone(read: Read) -> None:
    """A changed crawler wrote UTC: nothing is read eight hours off."""
    utc = CRAWLED | {"created_at": "2024-03-05T01:12:44"}
    outcome = read(json.dumps([utc] * 30).encode())
    assert {post["t_us"] for post in outcome.posts} == {T_S * 10**6}
    assert {post["basis"] for post in outcome.posts} == {"inferred"}
    assert "only 0 of 30 mids agree" in outcome.source.notes[0]
    assert "30 show UTC" in outcome.source.notes[0]
    odd = CRAWLED | {"created_at": "2004-03-05T01:12:44"}
    outcome = read(json.dumps([odd] * 30).encode(), nothing_is_an_error=False)
    assert "no zone at all" in outcome.source.notes[0]
    with pytest.raises(ReadError, match="-8 h from the clocks inside the ids on 3 of 3"):
        read(json.dumps([utc] * 3).encode())


SPIDER = {
    "_id": mid(T_S),
    "mblogid": "Mabcd",
    "created_at": NAIVE,
    "ip_location": "发布于 江苏",
    "content": "你好",
    "source": "iPhone客户端",
    "pic_urls": ["https://wx1.example/orj960/a"],
    "user": {"_id": "1000001", "nick_name": "甲乙"},
}
SPIDER_COMMENT = {
    "_id": "5",
    "created_at": NAIVE,
    "ip_location": "来自江苏",
    "content": "评论",
    "comment_user": {"_id": "1000001", "nick_name": "甲乙"},
}


def test_weibo_spider(read: Read) -> None:
    items = [SPIDER, SPIDER | {"is_retweet": False}, SPIDER | {"retweet_id": "9"}, SPIDER_COMMENT]
    data = b"".join(json.dumps(item, ensure_ascii=False).encode() + b"\n" for item in items)
    outcome = read(data, name="tweet_spider.jsonl")
    assert rows(outcome) == [
        (1, "甲乙", T_S * 10**6, "unknown", "发布于 江苏"),
        (2, "甲乙", T_S * 10**6, "original", "发布于 江苏"),
        (3, "甲乙", T_S * 10**6, "repost", "发布于 江苏"),
        (4, "甲乙", T_S * 10**6, "reply", "来自江苏"),
    ]
    assert outcome.source.notes[0].endswith("3 of 3 mids agree")


def table(header: list[str], *lines: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([header, *lines])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


CRAWLER_CSV = table(
    ["id", "bid", "正文", "头条文章url", "原始图片url", "视频url", "位置", "日期", "工具",
     "点赞数", "完整日期", "是否原创", "源用户id", "源微博id"],
    [mid(T_S), "Ma", "你好", "", "https://x.example/a.jpg", "", "", "2024-03-05", "iPhone", "1",
     NAIVE, "True", "", ""],
    [mid(T_S), "Mb", "转发", "", "", "", "", "2024-03-05", "iPhone", "1",
     "刚刚", "False", "5", "6"],
    [mid(T_S), "Mc", "转发", "", "", "", "", "2024-03-05", "iPhone", "1", NAIVE, "False", "5", "6"],
)  # fmt: skip


def test_the_csv_of_weibo_crawler(read: Read) -> None:
    with pytest.raises(ReadError, match="no column names accounts"):
        read(CRAWLER_CSV)
    outcome = read(CRAWLER_CSV, columns={"account": "=1000001"})
    assert rows(outcome) == [
        (1, "1000001", T_S * 10**6, "original", None),
        (3, "1000001", T_S * 10**6, "repost", None),
    ]
    assert outcome.posts[0]["media"] == "a.jpg"
    assert outcome.posts[0]["client"] == "iPhone"
    assert outcome.reasons == [(2, "bad_time")]
    assert outcome.source.reader == "weibo-crawler-csv"


MEDIA = {
    "note_id": mid(T_S),
    "content": "你好",
    "create_time": T_S + 8 * 3600,
    "create_date_time": "2024-03-05 09:12:44+08:00",
    "last_modify_ts": 1_800_000_000_000,
    "ip_location": "江苏",
    "user_id": "1000001",
    "nickname": "甲乙",
}
XHS = {
    "note_id": "65e6",
    "type": "normal",
    "title": "题",
    "desc": "文",
    "time": T_S * 1000 + 5,
    "last_update_time": 1_800_000_000_000,
    "last_modify_ts": 1_800_000_000_000,
    "ip_location": "江苏",
    "user_id": "5a",
    "nickname": "丙",
    "image_list": "http://x.example/a.jpg?b,http://x.example/c.png",
}
DOUYIN_COMMENT = {
    "comment_id": "7",
    "aweme_id": "8",
    "create_time": T_S,
    "ip_location": "江苏",
    "content": "评论",
    "user_id": "9",
    "nickname": "丁",
    "last_modify_ts": 1_800_000_000_000,
}
ZHIHU = {
    "content_id": "1",
    "content_text": "答",
    "created_time": T_S,
    "user_id": "5",
    "nickname": "",
    "last_modify_ts": 1_800_000_000_000,
}


def test_mediacrawler_reads_the_right_one_of_weibos_two_times(read: Read) -> None:
    naive = MEDIA | {"create_date_time": NAIVE, "create_time": T_S}
    outcome = read(json.dumps([MEDIA, naive]).encode(), name="contents.json")
    assert rows(outcome) == [
        (1, "甲乙", T_S * 10**6, "unknown", "江苏"),
        (2, "甲乙", T_S * 10**6, "unknown", "江苏"),
    ]
    assert outcome.source.reader == "mediacrawler"
    assert any(note.startswith("1 create_time are 8 hours late") for note in outcome.source.notes)


@pytest.mark.parametrize(
    ("item", "account", "t_us", "kind", "text"),
    [
        (XHS, "丙", T_S * 10**6 + 5000, "original", "题\n文"),
        (DOUYIN_COMMENT, "丁", T_S * 10**6, "reply", "评论"),
        (ZHIHU, "5", T_S * 10**6, "original", "答"),
    ],
    ids=["xiaohongshu", "douyin comment", "zhihu"],
)
def test_mediacrawler_on_other_platforms(
    read: Read, item: dict[str, Any], account: str, t_us: int, kind: str, text: str
) -> None:
    outcome = read(json.dumps(item).encode() + b"\n" + json.dumps(item).encode() + b"\n")
    post = outcome.posts[0]
    assert (post["account"], post["t_us"], post["kind"], post["text"]) == (
        account, t_us, kind, text
    )  # fmt: skip
    (note,) = outcome.source.notes  # the item was written twice
    assert note.startswith("rows with account, time and id of an earlier row: 1;")


def test_a_naive_tieba_time_is_refused(read: Read) -> None:
    tieba = {k: v for k, v in ZHIHU.items() if k != "created_time"}
    tieba |= {"note_id": "1", "publish_time": "2024-03-05 09:12"}
    outcome = read(json.dumps([tieba, ZHIHU]).encode(), nothing_is_an_error=False)
    assert (1, "naive_time") in outcome.reasons


def test_mediacrawler_csv(read: Read) -> None:
    for item, kind in ((MEDIA, "unknown"), (XHS, "unknown"), (DOUYIN_COMMENT, "reply")):
        data = table(list(item), [str(value) for value in item.values()])
        outcome = read(data)
        assert outcome.source.reader == "mediacrawler-csv"
        assert [(p["t_us"] // 10**6, p["kind"]) for p in outcome.posts] == [(T_S, kind)]
    naive = MEDIA | {"create_date_time": NAIVE}
    data = table(list(naive), [str(value) for value in naive.values()])
    assert read(data).times == [T_S * 10**6]


def test_a_quote_that_hides_the_times_of_mediacrawler_is_named(read: Read) -> None:
    header = "note_id,content,user_id,nickname,ip_location,last_modify_ts,"
    for times in ('"create_time,create_date_time', '"create_time,create_date_time\n"'):
        with pytest.raises(ReadError):
            read(f"{header}{times}\n1,x,7,ada,y,1,2\n".encode())
