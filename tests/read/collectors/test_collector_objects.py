"""Captures and scrapes in JSON: Zeeschuimer, TikTok and Douyin, yt-dlp, the YouTube API."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.errors import ReadError
from forensics.read.collectors import READERS
from forensics.read.registry import detect

Read = Callable[..., Any]
T = 1_614_592_800  # 2021-03-01 10:00:00 UTC
ID = str((T - 40) << 32 | 77)


def lines(*objects: object) -> bytes:
    return b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in objects)


def captured(platform: str, data: object, **more: object) -> dict[str, object]:
    return {
        "nav_index": "1:1:1",
        "item_id": "7",
        "timestamp_collected": 1_700_000_000_123,
        "last_updated": 1_700_000_000_123,
        "source_platform": platform,
        "source_platform_url": "https://example.org/",
        "user_agent": "Collector/1.0",
        "data": data,
        **more,
    }


TIKTOK = {
    "id": ID,
    "desc": "a walk",
    "createTime": T,
    "author": {"uniqueId": "ada", "nickname": "Ada"},
    "textLanguage": "en",
    "locationCreated": "NL",
}
DOUYIN = {
    "aweme_id": str(T << 32),
    "create_time": T + 5,
    "desc": "散步",
    "author": {"uid": "9001", "unique_id": "", "nickname": "x"},
}
INSTAGRAM = {
    "pk": "2500000000000000000",
    "taken_at": T + 1,
    "user": {"username": "bob"},
    "caption": {"text": "lunch"},
}
GRAPH = {
    "id": "3",
    "taken_at_timestamp": T + 2,
    "owner": {"id": "55"},
    "edge_media_to_caption": {"edges": [{"node": {"text": "old form"}}]},
}


def tweet(second: int = T, **legacy: object) -> dict[str, Any]:
    identifier = (second * 1000 - 1_288_834_974_657) << 22
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    return {
        "rest_id": str(identifier),
        "source": '<a href="https://example.org">A client</a>',
        "core": {"user_results": {"result": {"legacy": {"screen_name": "cleo"}}}},
        "legacy": {
            "created_at": moment.strftime("%a %b %d %H:%M:%S +0000 %Y"),
            "full_text": "hello",
            "lang": "en",
            **legacy,
        },
    }


def rows(outcome: Any, *names: str) -> list[tuple[Any, ...]]:
    posts = sorted(outcome.posts, key=lambda post: post["row"])
    return [tuple(post[name] for name in ("row", *names)) for post in posts]


def test_a_capture_of_all_known_platforms_but_twitter(read: Read) -> None:
    embedded = {"id": ID, "desc": "b", "createTime": str(T + 3), "author": "dan", "nickname": "D"}
    data = lines(
        captured("tiktok.com", TIKTOK),
        captured("www.douyin.com", DOUYIN),
        captured("instagram.com", INSTAGRAM),
        captured("instagram.com", GRAPH),
        captured("tiktok.com", embedded),
        captured("linkedin.com", {"actor": "x"}),
        captured("tiktok.com", "text"),
        captured("douyin.com", {"aweme_id": "1", "author": {"uid": "9001"}}),
    )
    outcome = read(data, "capture.ndjson")
    assert outcome.source.reader == "zeeschuimer"
    assert rows(outcome, "account", "t_us", "text", "kind", "label", "language", "client") == [
        (1, "ada", T * 10**6, "a walk", "original", "NL", "en", None),
        (2, "9001", (T + 5) * 10**6, "散步", "original", None, None, None),
        (3, "bob", (T + 1) * 10**6, "lunch", "original", None, None, None),
        (4, "55", (T + 2) * 10**6, "old form", "original", None, None, None),
        (5, "dan", (T + 3) * 10**6, "b", "original", None, None, None),
    ]
    assert outcome.reasons == [(6, "unknown_format"), (7, "bad_json"), (8, "no_time")]
    clock, notes = outcome.source.clock, " ".join(outcome.source.notes)
    assert (clock.clock_writer, clock.zone, clock.precision_s) == ("platform", "UTC", 1)
    assert "collector's clock and browser were not read" in clock.statement
    assert "linkedin.com (1)" in notes
    assert "belong to the collector" in notes
    assert "Collector/1.0" not in json.dumps([str(post) for post in outcome.posts])


def test_a_capture_of_twitter_is_proved_by_its_ids(read: Read) -> None:
    photo = {"media": [{"media_url_https": "https://example.org/media/a.jpg"}]}
    posts = [
        tweet(T, extended_entities=photo),
        tweet(T + 60, retweeted_status_result={"result": {}}),
        tweet(T + 120, is_quote_status=True),
        {"tweet": tweet(T + 180, in_reply_to_status_id_str="1")},
        {
            "legacy": {"created_at": tweet(T + 240)["legacy"]["created_at"], "id_str": "5"},
            "user": {"screen_name": "old"},
        },
    ]
    outcome = read(lines(*[captured("x.com", post) for post in posts]), "x.ndjson")
    assert rows(outcome, "account", "t_us", "kind", "client", "media") == [
        (1, "cleo", T * 10**6, "original", "A client", "a.jpg"),
        (2, "cleo", (T + 60) * 10**6, "repost", "A client", None),
        (3, "cleo", (T + 120) * 10**6, "quote", "A client", None),
        (4, "cleo", (T + 180) * 10**6, "reply", "A client", None),
        (5, "old", (T + 240) * 10**6, "original", None, None),
    ]
    assert "4 of 4 ids agree" in outcome.source.clock.statement


def test_the_ndjson_of_4cat_and_mixed_platforms(read: Read) -> None:
    meta = {"source_platform": "tiktok.com", "timestamp_collected": 1_700_000_000_000}
    outcome = read(lines({**TIKTOK, "__import_meta": meta}), "x.ndjson")
    assert rows(outcome, "account", "t_us") == [(1, "ada", T * 10**6)]
    mixed = [captured("tiktok.com", TIKTOK)] * 2 + [captured("twitter.com", tweet())]
    outcome = read(lines(*mixed), "y.ndjson")
    assert any("split the file by platform" in note for note in outcome.source.notes)


def test_ids_that_deny_the_time_are_named(read: Read) -> None:
    good = captured("tiktok.com", {**TIKTOK, "id": str((T - 20) << 32)})
    statement = read(lines(good, good), "x.ndjson").source.clock.statement
    assert "2 of 2 ids hold an upload in the 10 minutes before" in statement
    wrong = captured("tiktok.com", {**TIKTOK, "id": str((T - 9 * 3600) << 32)})
    with pytest.raises(ReadError, match=r"\+9 h from the uploads that the ids hold on 20 of 20"):
        read(lines(*[wrong] * 20), "x.ndjson")


COMMENT = {
    "cid": "1",
    "aweme_id": "2",
    "create_time": T + 9,
    "text": "好",
    "user": {"uid": "77", "unique_id": ""},
    "ip_label": "江苏",
}


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (json.dumps([TIKTOK, DOUYIN]).encode(), "json array"),
        (json.dumps({"itemList": [TIKTOK, DOUYIN]}).encode(), "json array in 'itemList'"),
        (
            json.dumps({"status": 0, "aweme_list": [TIKTOK, DOUYIN]}, indent=1).encode(),
            "aweme_list",
        ),
        (b"\xef\xbb\xbf" + lines(TIKTOK, DOUYIN), "json lines"),
    ],
)
def test_short_videos_in_their_containers(read: Read, data: bytes, form: str) -> None:
    outcome = read(data, "videos.json")
    assert outcome.source.reader == "tiktok-douyin"
    assert form in outcome.source.format
    assert rows(outcome, "account", "t_us", "text") == [
        (1, "ada", T * 10**6, "a walk"),
        (2, "9001", (T + 5) * 10**6, "散步"),
    ]


def test_comments_carry_the_label_of_their_region(read: Read) -> None:
    outcome = read(json.dumps({"comments": [COMMENT]}).encode(), "c.json")
    assert rows(outcome, "account", "t_us", "kind", "label", "text") == [
        (1, "77", (T + 9) * 10**6, "reply", "江苏", "好")
    ]
    scraped = {"id": ID, "text": "x", "createTime": T, "authorMeta": {"name": "eve"}}
    assert rows(read(json.dumps([scraped]).encode(), "s.json"), "account") == [(1, "eve")]


INFO = {
    "id": "abc",
    "title": "A film",
    "formats": [{"format_id": "1", "protocol": "https"}],
    "webpage_url": "https://example.org/v/abc",
    "description": "about it",
    "uploader_id": "fay",
    "upload_date": "20210301",
    "epoch": 1_700_000_000,
    "timestamp": T,
    "language": "en",
    "comments": [
        {"id": "c1", "parent": "root", "author": "Gus", "timestamp": T + 7, "text": "nice"},
        {
            "id": "UgxAAAAAAAAAAAAAAAAAA4AaABAg",
            "parent": "root",
            "author_id": "UC1",
            "timestamp": T,
            "_time_text": "3 days ago",
            "text": "old",
        },
        {"id": "UgxBBBBBBBBBBBBBBBBBB4AaABAg", "parent": "root", "timestamp": T, "text": "o"},
    ],
    "extractor": "example",
}
INFO_ROWS = [
    (1, "fay", T * 10**6, "original", "about it"),
    (2, "Gus", (T + 7) * 10**6, "reply", "nice"),
]


@pytest.mark.parametrize("indent", [None, 2])
def test_an_info_json_and_its_comments(read: Read, indent: int | None) -> None:
    data = json.dumps(INFO, indent=indent).encode()
    outcome = read(data, "a.info.json")
    assert outcome.source.reader == "yt-dlp"
    assert rows(outcome, "account", "t_us", "kind", "text") == INFO_ROWS
    assert outcome.reasons == [(3, "relative_time"), (4, "relative_time")]
    assert outcome.refusals[0]["raw"] == "3 days ago"
    assert "epoch (the collector's clock) were not read" in outcome.source.clock.statement


def test_several_videos_on_lines_and_in_an_array(read: Read) -> None:
    other = {**INFO, "comments": ["x"], "channel_id": "UC9"}
    del other["timestamp"]
    for data in (lines(INFO, other), json.dumps([INFO, other]).encode()):
        outcome = read(data, "all.json")
        assert rows(outcome, "account", "t_us", "kind", "text") == INFO_ROWS
        assert outcome.reasons[2:] == [(5, "no_time"), (6, "bad_json")]


def test_comments_alone(read: Read) -> None:
    one = {**INFO["comments"][0], "author_id": "g", "author_is_uploader": False}  # type: ignore[index]
    for data in (lines(one), lines(one, one), json.dumps([one]).encode()):
        outcome = read(data, "comments.ndjson")
        assert outcome.source.reader == "yt-dlp"
        assert rows(outcome, "account", "kind")[0] == (1, "g", "reply")


def test_a_broken_line_costs_itself(read: Read) -> None:
    outcome = read(lines(INFO) + b"{broken\n" + lines({**INFO, "timestamp": True}), "all.json")
    assert rows(outcome, "account")[:2] == [(1, "fay"), (2, "Gus")]
    assert (5, "bad_json") in outcome.reasons
    assert (6, "no_time") in outcome.reasons


def test_a_comment_of_tiktok_beside_a_video(read: Read) -> None:
    reply = {**COMMENT, "user": {"unique_id": "hal"}, "comment_language": "de"}
    del reply["aweme_id"], reply["ip_label"]
    outcome = read(json.dumps([TIKTOK, reply]).encode(), "both.json")
    assert rows(outcome, "account", "kind", "language")[1] == (2, "hal", "reply", "de")


def comment(second: int, name: str) -> dict[str, Any]:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    return {
        "kind": "youtube#comment",
        "id": name,
        "snippet": {
            "authorDisplayName": f"@{name}",
            "authorChannelId": {"value": f"UC{name}"},
            "textOriginal": f"by {name}",
            "publishedAt": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "updatedAt": "2030-01-01T00:00:00Z",
        },
    }


THREAD = {
    "kind": "youtube#commentThread",
    "snippet": {"topLevelComment": comment(T, "a")},
    "replies": {"comments": [comment(T + 5, "b"), "broken"]},
}
VIDEO = {
    "kind": "youtube#video",
    "id": "v",
    "snippet": {"channelId": "UCv", "publishedAt": "2021-03-01T10:00:09Z", "description": "d"},
}
LISTED = {"kind": "youtube#playlistItem", "snippet": {"publishedAt": "2021-03-01T10:00:09Z"}}


@pytest.mark.parametrize("form", ["array", "lines", "answer", "indented", "answers"])
def test_threads_of_youtube_in_their_containers(read: Read, form: str) -> None:
    items = [THREAD, VIDEO, LISTED]
    answer = {"kind": "youtube#commentThreadListResponse", "items": items}
    data = {
        "array": json.dumps(items).encode(),
        "lines": lines(*items),
        "answer": json.dumps(answer).encode(),
        "indented": json.dumps(answer, indent=2).encode(),
        "answers": lines({**answer, "items": items[:1]}, {**answer, "items": items[1:]}),
    }[form]
    outcome = read(data, "threads.json")
    assert outcome.source.reader == "youtube-api"
    assert rows(outcome, "account", "t_us", "kind", "text") == [
        (1, "UCa", T * 10**6, "reply", "by a"),
        (2, "UCb", (T + 5) * 10**6, "reply", "by b"),
        (4, "UCv", (T + 9) * 10**6, "original", "d"),
    ]
    assert outcome.reasons == [(3, "no_account"), (5, "unknown_format")]
    assert outcome.source.clock.clock_writer == "platform"


SAMPLES = {
    "zeeschuimer": lines(*[captured("tiktok.com", TIKTOK)] * 3),
    "tiktok-douyin": json.dumps([TIKTOK] * 3).encode(),
    "yt-dlp": json.dumps(INFO).encode(),
    "youtube-api": json.dumps(
        {"kind": "youtube#commentThreadListResponse", "items": [THREAD]}
    ).encode(),
}


CUT = {"bad_json", "damaged", "relative_time", "no_time", "no_account"}


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLES)
def test_cut_files_still_add_up(read: Read, name: str) -> None:
    data = SAMPLES[name]
    for cut in range(len(data) * 3 // 4, len(data), max(len(data) // 9, 1)):
        outcome = read(data[:cut], "cut.json", nothing_is_an_error=False)
        assert outcome.source.reader == name
        assert outcome.source.rows_refused >= 1
        assert {reason for _, reason in outcome.reasons} <= CUT


def test_each_sample_is_its_own_reader_s(tmp_path: Path) -> None:
    for name, data in SAMPLES.items():
        assert next(one.name for one in READERS if one.detects(tmp_path, data[:65_536])) == name


@pytest.mark.parametrize(
    "data",
    [
        b'{"createTime": 1, "desc": "x"}\n',
        b'[{"id": 1, "timestamp": 5, "text": "x", "author": "y"}]',
        b'{"title": "x", "timestamp": 5}',
        b'{"kind": "youtube#playlist", "snippet": {"publishedAt": "x"}}',
        b'{"timestamp_collected": 1, "source_platform": "x"}',
        b"account,time\n",
    ],
)
def test_other_files_are_left_alone(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    assert not [reader.name for reader in READERS if reader.detects(path, data)]
    found = detect(path)
    assert found is not None
    assert found.name in ("json", "csv")


@settings(max_examples=4, deadline=None)
@given(st.lists(st.integers(1_300_000_000, 2_145_000_000), min_size=10, max_size=20))
def test_any_instant_comes_back(read_into: Callable[..., Any], seconds: list[int]) -> None:
    made = {
        "tiktok": lines(
            *(
                captured("tiktok.com", {**TIKTOK, "id": str(s << 32), "createTime": s})
                for s in seconds
            )
        ),
        "twitter": lines(*(captured("twitter.com", tweet(s)) for s in seconds)),
        "douyin": json.dumps(
            [{**DOUYIN, "aweme_id": str(s << 32), "create_time": s} for s in seconds]
        ).encode(),
        "yt-dlp": lines(*({**INFO, "timestamp": s, "comments": []} for s in seconds)),
        "youtube": json.dumps([comment(s, f"z{n}") for n, s in enumerate(seconds)]).encode(),
    }
    for name, data in made.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "x.json"
            path.write_bytes(data)
            times = read_into([path], Path(folder) / "out").times
            assert times == [second * 10**6 for second in seconds], name
