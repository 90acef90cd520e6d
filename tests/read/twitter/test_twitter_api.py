"""API v1.1, API v2, captures of the web page and the CSV files made of them.

It is long because the same posts are written in every form and then asked the same questions.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.clock import LATEST_US
from forensics.errors import ReadError
from forensics.read.twitter import READERS

Read = Callable[..., Any]
UTC = ZoneInfo("UTC")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST = datetime(2021, 11, 7, 5, 12, 44, tzinfo=UTC)
ZONES = """UTC Asia/Tokyo Asia/Shanghai Asia/Kolkata Asia/Kathmandu Asia/Tehran Europe/Moscow
Europe/Berlin Europe/London Africa/Cairo America/St_Johns America/New_York America/Chicago
America/Denver America/Los_Angeles America/Caracas America/Sao_Paulo Pacific/Auckland
Pacific/Chatham Australia/Lord_Howe Australia/Adelaide Asia/Pyongyang Africa/Casablanca""".split()  # noqa: SIM905 - a list of words reads better so


def us(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def snowflake(moment: datetime) -> str:
    return str((us(moment) // 1000 - 1_288_834_974_657) << 22 | 4097)


def written(moment: datetime) -> str:
    days, months = "MonTueWedThuFriSatSun", "JanFebMarAprMayJunJulAugSepOctNovDec"
    day, month = 3 * moment.weekday(), 3 * moment.month
    date = f"{days[day : day + 3]} {months[month - 3 : month]} {moment.day:02}"
    return f"{date} {moment:%H:%M:%S} +0000 {moment.year}"


def moment(n: int) -> datetime:
    return FIRST + timedelta(hours=9 * n, seconds=n)


def v1(when: datetime, **more: Any) -> dict[str, Any]:
    return {
        "created_at": written(when),
        "id": int(snowflake(when)),
        "id_str": snowflake(when),
        "text": "low tide \u2026",
        "source": '<a href="http://example.org" rel="nofollow">Tide App</a>',
        "user": {"id": 7, "id_str": "7", "screen_name": "tide_clerk", "created_at": written(FIRST)},
        "lang": "nl",
    } | more


def v2(when: datetime, **more: Any) -> dict[str, Any]:
    return {
        "id": snowflake(when),
        "text": "low tide",
        "author_id": "7",
        "created_at": f"{when:%Y-%m-%dT%H:%M:%S}.000Z",
        "conversation_id": "1",
        "lang": "nl",
        "source": "Tide App",
    } | more


def page(tweets: Any, **more: Any) -> dict[str, Any]:
    includes = {"users": [{"id": "7", "username": "tide_clerk"}], "tweets": [v2(FIRST, id="1")]}
    return {"data": tweets, "includes": includes, "meta": {"result_count": 1}} | more


def raw(when: datetime, user: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    legacy = v1(when, full_text="low tide", user_id_str="7")
    legacy = {k: v for k, v in legacy.items() if k not in ("user", "id", "text", "source")}
    author = user or {"rest_id": "7", "core": {"screen_name": "tide_clerk"}, "legacy": {}}
    return {
        "rest_id": snowflake(when),
        "core": {"user_results": {"result": author}},
        "legacy": legacy | more.pop("legacy", {}),
        "source": '<a href="http://example.org">Tide App</a>',
    } | more


def answer(*tweets: dict[str, Any]) -> dict[str, Any]:
    entries = [{"content": {"itemContent": {"tweet_results": {"result": t}}}} for t in tweets]
    return {"data": {"user": {"result": {"timeline": {"instructions": [{"entries": entries}]}}}}}


def scraped(when: datetime, **more: Any) -> dict[str, Any]:
    return {
        "id": int(snowflake(when)),
        "id_str": snowflake(when),
        "date": f"{when:%Y-%m-%d %H:%M:%S}+00:00",
        "user": {"id": 7, "username": "tide_clerk", "created": "2010-01-01 00:00:00+00:00"},
        "lang": "nl",
        "rawContent": "low tide",
        "source": '<a href="http://example.org">Tide App</a>',
        "sourceLabel": "Tide App",
        "media": {"photos": [{"url": "https://m.example/media/P1.jpg"}], "videos": []},
    } | more


def lines(items: Sequence[Any]) -> bytes:
    return b"".join(json.dumps(item).encode() + b"\n" for item in items)


def table(rows: Sequence[dict[str, Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def twarc(when: datetime, **more: Any) -> dict[str, Any]:
    return {
        "": "0", "id": snowflake(when), "conversation_id": "1",
        "referenced_tweets.replied_to.id": "", "referenced_tweets.retweeted.id": "",
        "referenced_tweets.quoted.id": "", "author_id": "7",
        "created_at": f"{when:%Y-%m-%dT%H:%M:%S}.000Z", "text": "low tide", "source": "Tide App",
        "lang": "nl", "author.username": "tide_clerk", "author.location": "Utrecht",
    } | more  # fmt: skip


def minet(when: datetime, zone: str = "Europe/Paris", **more: Any) -> dict[str, Any]:
    local = when.astimezone(ZoneInfo(zone))
    return {
        "id": snowflake(when), "timestamp_utc": us(when) // 1_000_000,
        "local_time": f"{local:%Y-%m-%dT%H:%M:%S}", "user_screen_name": "tide_clerk",
        "text": "low tide", "lang": "nl", "to_tweetid": "", "source_name": "Tide App",
        "retweeted_id": "", "quoted_id": "", "collection_time": "2022-05-05T05:05:05",
        "media_files": "P1.jpg|P2.jpg",
    } | more  # fmt: skip


FORMS: dict[str, tuple[str, Callable[[Sequence[datetime]], bytes]]] = {
    "v1 array": ("twitter-api-1", lambda m: json.dumps([v1(x) for x in m], indent=1).encode()),
    "v1 lines": ("twitter-api-1", lambda m: lines([v1(x) for x in m])),
    "v1 search": (
        "twitter-api-1",
        lambda m: json.dumps({"statuses": [v1(x) for x in m], "search_metadata": {}}).encode(),
    ),
    "v1 script": (
        "twitter-api-1",
        lambda m: b"Grailbird.data.tweets_2021_11 = \n " + json.dumps(
            [v1(x, created_at=f"{x:%Y-%m-%d %H:%M:%S} +0000") for x in m]
        ).encode(),
    ),
    "v2 pages": ("twitter-api-2", lambda m: lines([page([v2(x)]) for x in m] + [page([])])),
    "v2 array": ("twitter-api-2", lambda m: json.dumps([page([v2(x)]) for x in m]).encode()),
    "v2 page": ("twitter-api-2", lambda m: json.dumps(page([v2(x) for x in m]), indent=2).encode()),
    "v2 page on a line": ("twitter-api-2", lambda m: lines([page([v2(x) for x in m])])),
    "v2 flat": (
        "twitter-api-2",
        lambda m: lines([v2(x, author={"id": "7", "username": "tide_clerk"}) for x in m]),
    ),
    "raw": ("x-graphql", lambda m: json.dumps(answer(*(raw(x) for x in m)), indent=1).encode()),
    "raw lines": ("x-graphql", lambda m: lines([answer(raw(x)) for x in m])),
    "raw posts": ("x-graphql", lambda m: json.dumps([raw(x) for x in m]).encode()),
    "scraped": ("x-graphql", lambda m: lines([scraped(x) for x in m])),
    "twarc": ("twarc", lambda m: table([twarc(x) for x in m])),
    "minet": ("minet", lambda m: table([minet(x) for x in m])),
}  # fmt: skip


def rows(outcome: Any, *columns: str) -> list[Any]:
    posts = sorted(outcome.posts, key=lambda post: post["row"])
    found = [tuple(post[column] for column in columns) for post in posts]
    return [row[0] for row in found] if len(columns) == 1 else found


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_posts(read: Read, form: str) -> None:
    reader, make = FORMS[form]
    outcome = read(make([moment(n) for n in range(4)]), "export.dat")
    assert outcome.source.reader == reader
    assert rows(outcome, "account", "t_us", "id", "kind", "client", "language", "id_gap_s") == [
        ("tide_clerk", us(moment(n)), snowflake(moment(n)), "original", "Tide App", "nl", 0)
        for n in range(4)
    ]
    assert all(text.startswith("low tide") for text in rows(outcome, "text"))
    assert not outcome.refusals
    clock = outcome.source.clock
    assert (clock.clock_writer, clock.precision_s) == ("platform", 1)
    assert "written by the platform; 4 of 4 ids agree" in clock.statement


@pytest.mark.parametrize("form", FORMS)
def test_only_one_reader_takes_it(form: str, tmp_path: Path) -> None:
    reader, make = FORMS[form]
    path = tmp_path / "x"
    path.write_bytes(make([moment(0), moment(1)]))
    head = path.read_bytes()[: 1 << 16]
    assert [one.name for one in READERS if one.detects(path, head)] == [reader]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b'[{"id": 1, "text": "x"}]',
        b'{"created_at": "Sat Nov 06 05:12:44 +0800 2021", "user": {"screen_name": "x"}}',
        b'{"id": "1", "created_at": "2021-11-06T05:12:44.000Z", "account": {"acct": "a"}}',
        b'{"item_id": "1", "data": {"rest_id": "1", "legacy": {"full_text": "x"}}}',
        b"account,time,text\na,2021-11-06T05:12:44Z,b\n",
        b"id,created_at,author_id\n",
        b'"referenced_tweets\n',
        b"1,2,referenced_tweets,2021-01-01T00:00:00Z\n",
        b"\x00\x01referenced_tweets timestamp_utc",
    ],
)
def test_other_formats_are_left_alone(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    assert not [one.name for one in READERS if one.detects(path, data)]


def test_kinds_and_texts_of_v1(read: Read) -> None:
    items = [
        v1(moment(0), retweeted_status=v1(FIRST), is_quote_status=True),
        v1(moment(1), quoted_status_id_str="5", in_reply_to_status_id=5),
        v1(moment(2), in_reply_to_status_id=5, extended_tweet={"full_text": "the long one"}),
        v1(moment(3), user={"id": 8}, id_str=None),
        {"delete": {"status": {"id": 5}}},
        v1(moment(5), extended_entities={"media": [
            {"media_url_https": "https://m.example/media/A?format=png&name=small"}, {}]}),
    ]  # fmt: skip
    outcome = read(lines(items))
    assert rows(outcome, "kind") == ["repost", "quote", "reply", "original", "original"]
    assert rows(outcome, "text")[2] == "the long one"
    assert rows(outcome, "account", "id")[3] == ("8", snowflake(moment(3)))
    assert rows(outcome, "media")[4] == "A.png"
    assert outcome.reasons == [(5, "no_account")]


def test_v1_keeps_other_members_to_group_by(read: Read) -> None:
    items = [
        v1(moment(n), user={"screen_name": "a", "location": "Lyon"}, seen=True) for n in (0, 1)
    ]
    assert rows(read(lines(items), by="user.location"), "unit") == ["Lyon"] * 2
    assert rows(read(json.dumps(items).encode(), by="seen"), "unit") == ["true"] * 2


ODD_KEYS = ("half \ud83d", "nul \0", "row", "Profile", "place", "PLACE", "Account")
"""Names that the database cannot hold, that it has already, and that it takes for one."""


def test_v1_members_with_odd_names_are_left_out(read: Read) -> None:
    posts = [v1(moment(n), **dict.fromkeys(ODD_KEYS, f"x{n}")) for n in range(3)]
    outcome = read(lines(posts), by="place")
    assert rows(outcome, "unit") == ["x0", "x1", "x2"]


@pytest.mark.parametrize(
    ("head", "taken"), [(b'"id": 1', True), (b'"name": 1, "messages": [{"x": 1', False)]
)
def test_posts_inside_other_objects_are_left_alone(
    head: bytes, taken: bool, tmp_path: Path
) -> None:
    post = json.dumps(v1(moment(0)))[1:].encode()
    data = b"{" + head + b", " + post
    for cut in (data[:-2], data + (b"" if taken else b"]}")):
        found = [one.name for one in READERS if one.detects(tmp_path, cut)]
        assert found == (["twitter-api-1"] if taken else [])


def test_kinds_names_and_notes_of_v2(read: Read) -> None:
    def about(*types: str) -> list[dict[str, str]]:
        return [{"type": one, "id": "5"} for one in types]

    tweets = [
        v2(moment(0), referenced_tweets=about("retweeted")),
        v2(moment(1), referenced_tweets=about("replied_to", "quoted")),
        v2(moment(2), referenced_tweets=about("replied_to"), author_id="8"),
        v2(moment(3), text="RT @a: b", attachments={"media_keys": ["3_1", "3_2"]}),
        v2(moment(4), note_tweet={"text": "the long one"}),
        {k: v for k, v in v2(moment(5)).items() if k != "created_at"},
    ]
    whole = page(tweets)
    whole["includes"]["media"] = [{"media_key": "3_1", "url": "https://m.example/media/A.jpg"}, {}]
    for data in (lines([whole, page(None)]), json.dumps(whole, indent=1).encode()):
        outcome = read(data)
        assert rows(outcome, "kind") == ["repost", "quote", "reply", "repost", "original"]
        assert rows(outcome, "account") == ["tide_clerk"] * 2 + ["8"] + ["tide_clerk"] * 2
        assert rows(outcome, "media")[3] == "A.jpg"
        assert rows(outcome, "text")[4] == "the long one"
        assert outcome.reasons == [(6, "no_time")]
        notes = " ".join(outcome.source.notes)
        assert "1 posts name their author by number only" in notes
        assert "--map time=id --map id=id" in notes


def test_v2_without_times_reads_the_ids(read: Read) -> None:
    bare = [{k: v for k, v in v2(moment(n)).items() if k != "created_at"} for n in range(3)]
    outcome = read(lines([page(bare), page([])]), columns={"time": "id", "id": "id"})
    assert [t // 1_000_000 for t in outcome.times] == [us(moment(n)) // 1_000_000 for n in range(3)]
    assert {post["basis"] for post in outcome.posts} == {"id_clock"}


def test_kinds_and_wrappers_of_raw_answers(read: Read) -> None:
    old = {"rest_id": "9", "legacy": {"screen_name": "old_shape"}}
    items = [
        raw(moment(0), legacy={"retweeted_status_result": {"result": raw(FIRST)}}),
        {"__typename": "TweetWithVisibilityResults", "tweet": raw(moment(1), user=old)},
        raw(moment(2), quoted_status_result={"result": raw(FIRST)}),
        raw(moment(3), legacy={"in_reply_to_status_id_str": "5"},
            note_tweet={"note_tweet_results": {"result": {"text": "the long one"}}}),
        {"__typename": "TweetTombstone"},
        raw(moment(0)),
    ]  # fmt: skip
    outcome = read(json.dumps(answer(*items)).encode())
    assert rows(outcome, "kind") == ["repost", "original", "quote", "reply", "original"]
    assert rows(outcome, "account")[1] == "old_shape"
    assert rows(outcome, "text")[3] == "the long one"
    assert "1 rows repeat a post of this file" in outcome.source.notes


def test_kinds_of_scraped_posts(read: Read) -> None:
    items = [
        scraped(moment(0), retweetedTweet=scraped(FIRST)),
        scraped(moment(1), quotedTweet=scraped(FIRST)),
        scraped(moment(2), inReplyToTweetId=5, media=[{"fullUrl": "https://m/media/B?format=jpg"}]),
        scraped(moment(3), sourceLabel=None, media=None, id_str=None),
    ]
    outcome = read(lines(items))
    assert rows(outcome, "kind") == ["repost", "quote", "reply", "original"]
    assert rows(outcome, "media") == ["P1.jpg", "P1.jpg", "B.jpg", None]
    assert rows(outcome, "client") == ["Tide App"] * 4


def panel(**more: Any) -> dict[str, Any]:
    return {
        "account_based_in": "Japan",
        "location_accurate": True,
        "source": "Japan App Store",
    } | more


def test_the_panel_becomes_the_label(read: Read) -> None:
    about = {"rest_id": "7", "core": {"screen_name": "Tide_Clerk"}, "about_profile": panel(
        username_changes={"count": "3", "last_changed_at_msec": "1"})}  # fmt: skip
    doubted = {"core": {"screen_name": "far_away"}, "about_profile": panel(location_accurate=False)}
    items = [
        answer(raw(moment(0))),
        {"data": {"user_result_by_screen_name": {"result": about}}},
        answer(
            raw(moment(1), user=doubted), raw(moment(2), user={"core": {"screen_name": "plain"}})
        ),
    ]
    outcome = read(lines(items))
    assert rows(outcome, "account", "label") == [
        ("tide_clerk", "Japan"), ("far_away", "Japan (marked as not accurate)"), ("plain", None),
    ]  # fmt: skip
    notes = outcome.source.notes
    assert (
        "about @tide_clerk, on the day of the capture: based in Japan, connected via Japan App "
        "Store, changes of name: 3" in notes
    )
    assert any(
        "far_away" in note and "marked by the platform as not accurate" in note for note in notes
    )


def test_many_panels_are_counted(read: Read) -> None:
    flat = [{"screen_name": f"name{n:02}", **panel(username_changes=n)} for n in range(30)]
    outcome = read(lines([scraped(moment(0), user={"username": "name07"}), *flat]))
    assert rows(outcome, "label") == ["Japan"]
    assert "10 more accounts have such a panel" in outcome.source.notes
    alone = read(lines(flat))
    assert (alone.source.holds, alone.source.rows_read) == ("accounts", 30)
    found = [(one.account, one.field, one.value) for one in alone.reading.profiles]
    assert found[:2] == [
        ("name00", "based_in", "Japan"),
        ("name00", "connected_via", "Japan App Store"),
    ]
    assert len(found) == 60


def test_csv_kinds(read: Read) -> None:
    items = [
        twarc(moment(0), **{"referenced_tweets.retweeted.id": "1.5E+18"}),
        twarc(
            moment(1),
            **{"referenced_tweets.quoted.id": "5", "referenced_tweets.replied_to.id": "6"},
        ),
        twarc(moment(2), **{"referenced_tweets.replied_to.id": "6"}),
    ]
    assert rows(read(table(items)), "kind") == ["repost", "quote", "reply"]
    nameless = [{k: v for k, v in one.items() if k != "author.username"} for one in items]
    outcome = read(table(nameless))
    assert rows(outcome, "account") == ["7"] * 3
    assert "known by number only" in outcome.source.notes[-1]
    items = [minet(moment(0), retweeted_id="5"), minet(moment(1), quoted_id="5"),
             minet(moment(2), to_tweetid="5")]  # fmt: skip
    outcome = read(table(items))
    assert rows(outcome, "kind") == ["repost", "quote", "reply"]
    assert rows(outcome, "media") == ["P1.jpg|P2.jpg"] * 3
    assert outcome.source.notes == (
        "local_time is not used; the collector's clock stood at UTC+1 on 3 rows",
    )
    assert read(table([minet(FIRST, local_time="yesterday")])).source.notes == ()


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_cut_files_add_up(read_into: Read, tmp_path: Path, form: str) -> None:
    data = FORMS[form][1]([moment(n) for n in range(5)])
    for number, cut in enumerate(range(len(data) // 2, len(data), len(data) // 7)):
        path = tmp_path / f"{number}.dat"
        path.write_bytes(data[:cut])
        try:
            outcome = read_into([path], tmp_path / f"out{number}", nothing_is_an_error=False)
        except ReadError:
            continue
        expected = [us(moment(n)) for n in range(5)]
        assert outcome.times == expected[: len(outcome.times)]


@pytest.mark.parametrize(
    ("form", "old", "new", "reason"),
    [
        ("v1 lines", b'"lang"', b"lang", "bad_json"),
        ("v1 array", b"low tide", b"low\xfftide", "bad_encoding"),
        ("v2 page", b'"lang"', b"lang", "bad_json"),
        ("v2 pages", b'"data"', b"data", "bad_json"),
        ("raw lines", b'"data"', b"data", "bad_json"),
        ("scraped", b"low tide", b"low\0tide", "bad_encoding"),
        ("twarc", b"low tide", b'low" tide', "bad_quoting"),
        ("minet", b"low tide", b"low,tide", "long_row"),
        ("v1 lines", b"+0000 2021", b"2021", "bad_time"),
    ],
)
def test_damage_costs_one_row(read: Read, form: str, old: bytes, new: bytes, reason: str) -> None:
    data = FORMS[form][1]([moment(n) for n in range(4)])
    outcome = read(data.replace(old, new, 1))
    assert outcome.reasons == [(1, reason)]
    assert outcome.times == [us(moment(n)) for n in range(1, 4)]


@pytest.mark.parametrize(
    "user",
    [
        {"legacy": "x"}, {"legacy": [1]}, {"core": 7}, {"about_profile": 7}, {"legacy": None},
        [], "x", ["account_based_in"], 7,
    ],
)  # fmt: skip
def test_an_author_that_is_none_costs_no_row(read: Read, user: Any) -> None:
    outcome = read(lines([answer(raw(moment(0), user=user)), answer(raw(moment(1)))]))
    assert outcome.times == [us(moment(0)), us(moment(1))]


@pytest.mark.parametrize("shared", ["x", [1], {"legacy": "x"}, {"legacy": [1]}, {"legacy": 7}])
def test_a_shared_post_that_is_none_costs_no_row(read: Read, shared: Any) -> None:
    repeated = raw(moment(0), legacy={"retweeted_status_result": {"result": shared}})
    outcome = read(lines([answer(repeated), answer(raw(moment(1)))]))
    assert outcome.times == [us(moment(0)), us(moment(1))]
    assert rows(outcome, "kind") == ["repost", "original"]


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.integers(1_293_840_000, LATEST_US // 1_000_000 - 1), min_size=1, max_size=30),
    st.sampled_from(sorted(FORMS)),
)
def test_instants_come_back_from_every_form(
    read_into: Read, tmp_path_factory: Any, seconds: list[int], form: str
) -> None:
    folder = tmp_path_factory.mktemp("form")
    moments = [EPOCH + timedelta(seconds=second) for second in seconds]
    (folder / "x.dat").write_bytes(FORMS[form][1](moments))
    assert read_into([folder / "x.dat"], folder / "out").times == [us(one) for one in moments]


@settings(max_examples=6, deadline=None)
@given(
    st.lists(st.integers(1_293_840_000, 1_900_000_000), min_size=12, max_size=20),
    st.sampled_from(ZONES),
)
def test_the_collectors_zone_moves_nothing(
    read_into: Read, tmp_path_factory: Any, seconds: list[int], zone: str
) -> None:
    folder = tmp_path_factory.mktemp("minet")
    moments = [EPOCH + timedelta(seconds=second) for second in seconds]
    (folder / "x.csv").write_bytes(table([minet(one, zone) for one in moments]))
    assert read_into([folder / "x.csv"], folder / "out").times == [us(one) for one in moments]
