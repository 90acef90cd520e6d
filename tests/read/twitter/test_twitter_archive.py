"""A user's own archive: posts with the owner's name, other parts refused by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forensics.clock import LATEST_US
from forensics.errors import ReadError
from forensics.model import REFUSAL_REASONS

Read = Callable[..., Any]
UTC = ZoneInfo("UTC")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST = datetime(2024, 3, 5, 9, 12, 44, tzinfo=UTC)


def us(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def snowflake(moment: datetime) -> str:
    return str((us(moment) // 1000 - 1_288_834_974_657) << 22 | 4097)


def written(moment: datetime) -> str:
    days, months = "MonTueWedThuFriSatSun", "JanFebMarAprMayJunJulAugSepOctNovDec"
    day, month = 3 * moment.weekday(), 3 * moment.month
    date = f"{days[day : day + 3]} {months[month - 3 : month]} {moment.day:02}"
    return f"{date} {moment:%H:%M:%S} +0000 {moment.year}"


def tweet(moment: datetime = FIRST, **more: Any) -> dict[str, Any]:
    return {
        "id_str": snowflake(moment),
        "created_at": written(moment),
        "full_text": "rain again \U0001f327",
        "source": '<a href="http://example.org/app" rel="nofollow">Harbour App</a>',
        "lang": "en",
        "retweeted": False,
        **more,
    }


def media(moment: datetime = FIRST, owner: str = "harbour_watch", **more: Any) -> dict[str, Any]:
    number = snowflake(moment)
    url = f"https://x.com/{owner}/status/{number}/photo/1"
    item = {"media_url_https": "https://media.example/media/Abc1.jpg", "expanded_url": url}
    return tweet(moment, entities={"media": [item]}, **more)


def script(tweets: list[dict[str, Any]], part: str = "tweets", indent: int | None = 2) -> bytes:
    items = json.dumps([{"tweet": item} for item in tweets], indent=indent, ensure_ascii=False)
    return f"window.YTD.{part}.part0 = {items}".encode()


@pytest.fixture
def five() -> list[dict[str, Any]]:
    moments = [FIRST + timedelta(hours=7 * n) for n in range(5)]
    return [
        media(moments[0]),
        tweet(moments[1], full_text="RT @someone: hello"),
        tweet(moments[2], in_reply_to_status_id_str="55"),
        tweet(moments[3], is_quote_status=True, in_reply_to_status_id="5"),
        tweet(moments[4], source="", lang="und"),
    ]


@pytest.mark.parametrize("indent", [None, 2])
def test_posts(read: Read, five: list[dict[str, Any]], indent: int | None) -> None:
    outcome = read(script(five, indent=indent), "tweets.js")
    posts = sorted(outcome.posts, key=lambda post: post["row"])
    assert {post["account"] for post in posts} == {"harbour_watch"}
    assert [post["t_us"] for post in posts] == [
        us(FIRST + timedelta(hours=7 * n)) for n in range(5)
    ]
    assert [post["kind"] for post in posts] == ["original", "repost", "reply", "quote", "original"]
    assert [post["client"] for post in posts] == ["Harbour App"] * 4 + [None]
    assert posts[0]["text"] == "rain again \U0001f327"
    assert posts[0]["media"] == f"Abc1.jpg|{snowflake(FIRST)}-Abc1.jpg"
    assert {post["id_gap_s"] for post in posts} == {0}
    assert {post["basis"] for post in posts} == {"written_offset"}
    assert posts[4]["language"] == "und"
    source = outcome.source
    assert source.reader == "twitter-archive"
    assert source.clock.clock_writer == "platform"
    assert source.clock.statement.startswith(
        "offset written, written by the platform; 5 of 5 ids agree"
    )
    assert any("harbour_watch" in note for note in source.notes)


def test_without_a_name_the_user_must_give_one(read: Read) -> None:
    data = script([tweet()])
    with pytest.raises(ReadError, match="no column names accounts") as caught:
        read(data)
    assert "--map account" in caught.value.todo
    assert "=NAME" in caught.value.todo
    outcome = read(data, columns={"account": "=someone"})
    assert [post["account"] for post in outcome.posts] == ["someone"]
    assert outcome.source.notes == ("the archive does not name its account",)


def test_names_of_others_are_not_taken(read: Read) -> None:
    later = FIRST + timedelta(days=1)
    foreign = media(FIRST, owner="somebody_else")
    foreign["id_str"] = snowflake(later)
    foreign["created_at"] = written(later)
    with pytest.raises(ReadError, match="no column names accounts"):
        read(script([foreign, tweet()]))
    two = script([media(), media(later, owner="other_name")])
    with pytest.raises(ReadError, match="no column names accounts"):
        read(two)
    outcome = read(two, columns={"account": "=x"})
    assert "its media name harbour_watch, other_name" in outcome.source.notes[0]
    outcome = read(script([media(), media(later, owner="Harbour_Watch")]))
    assert {post["account"].lower() for post in outcome.posts} == {"harbour_watch"}


def test_a_wrong_clock_is_seen(read: Read) -> None:
    moments = [FIRST + timedelta(hours=5 * n) for n in range(30)]
    shifted = [media(m) | {"created_at": written(m + timedelta(hours=8))} for m in moments]
    with pytest.raises(ReadError, match="\\+8 h from the clocks inside the ids"):
        read(script(shifted))


def test_headers_hold_the_owner(read: Read) -> None:
    header = {"tweet_id": snowflake(FIRST), "user_id": "42", "created_at": written(FIRST)}
    outcome = read(script([header], part="tweet_headers"))
    assert [(p["account"], p["t_us"], p["kind"]) for p in outcome.posts] == [
        ("42", us(FIRST), "unknown")
    ]


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("account", "e-mail address"),
        ("profile", "profile"),
        ("ip_audit", "IP addresses"),
        ("direct_messages", "private messages"),
        ("like", "no posts"),
    ],
)
def test_other_parts_are_refused(read: Read, part: str, words: str) -> None:
    with pytest.raises(ReadError, match="this part of an archive") as caught:
        read(f'window.YTD.{part}.part0 = [{{"{part}": {{"email": "a@b.example"}}}}]'.encode())
    assert words in caught.value.what
    assert "example" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "change", "reasons"),
    [
        ("garbled element", lambda s: s.replace(b'"lang"', b'lang"', 1), [(1, "bad_json")]),
        (
            "no UTF-8",
            lambda s: s.replace("\U0001f327".encode(), b"\xf0\x9f", 1),
            [(1, "bad_encoding")],
        ),
        ("scalar", lambda s: s.replace(b"[", b"[7,", 1), [(1, "bad_json")]),
        ("no time", lambda s: s.replace(b'"created_at"', b'"made"', 1), [(1, "no_time")]),
        ("bad time", lambda s: s.replace(b"+0000 2024", b"soon", 1), [(1, "bad_time")]),
    ],
)
def test_broken_archives(
    read: Read,
    five: list[dict[str, Any]],
    name: str,
    change: Callable[[bytes], bytes],
    reasons: list[tuple[int, str]],
) -> None:
    outcome = read(change(script([tweet(), *five])))
    assert outcome.reasons == reasons, name
    assert all(reason in REFUSAL_REASONS for _, reason in outcome.reasons)


@pytest.mark.slow
@pytest.mark.parametrize("indent", [None, 1])
def test_cut_archives(
    read_into: Read, five: list[dict[str, Any]], indent: int | None, tmp_path: Path
) -> None:
    data = script(five, indent=indent)
    for cut in range(len(data) // 4, len(data), len(data) // 9):
        path = tmp_path / "tweets.js"
        path.write_bytes(data[:cut])
        outcome = read_into(
            [path], tmp_path / str(cut), columns={"account": "=x"}, nothing_is_an_error=False
        )
        assert outcome.times == [
            us(FIRST + timedelta(hours=7 * n)) for n in range(len(outcome.posts))
        ]
        assert outcome.reasons == [(len(outcome.posts) + 1, "damaged")]


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.integers(1_293_840_000, LATEST_US // 1_000_000 - 1), min_size=1, max_size=40))
def test_instants_come_back(read_into: Read, tmp_path_factory: Any, moments: list[int]) -> None:
    folder = tmp_path_factory.mktemp("archive")
    aware = [EPOCH + timedelta(seconds=moment) for moment in moments]
    (folder / "tweets.js").write_bytes(script([media(moment) for moment in aware]))
    outcome = read_into([folder / "tweets.js"], folder / "out")
    assert outcome.times == [us(moment) for moment in aware]


def test_headers_of_private_messages_give_times_and_senders(read: Read) -> None:
    def sent(number: int, sender: str) -> dict[str, Any]:
        moment = FIRST + timedelta(hours=number)
        return {"messageCreate": {"id": snowflake(moment), "senderId": sender, "recipientId": "77",
                "createdAt": f"{moment:%Y-%m-%dT%H:%M:%S}.000Z", "text": "secret"}}  # fmt: skip

    talks = [
        {"dmConversation": {"conversationId": "5-77", "messages": [sent(0, "5"), sent(1, "9")]}},
        {"dmConversation": {"conversationId": "5-9", "messages": [
            {"joinConversation": {"participantsSnapshot": ["5"]}}, sent(2, "5")]}},
        {"dmConversation": {"conversationId": "x", "messages": [{"messageCreate": {"id": "1"}}]}},
    ]  # fmt: skip
    data = b"window.YTD.direct_message_headers.part0 = " + json.dumps(talks, indent=2).encode()
    outcome = read(data)
    by_row = sorted(outcome.posts, key=lambda post: post["row"])
    assert [(post["row"], post["account"], post["kind"]) for post in by_row] == [
        (1, "5", "unknown"), (2, "9", "unknown"), (3, "5", "unknown"),
    ]  # fmt: skip
    assert outcome.times == [us(FIRST + timedelta(hours=n)) for n in range(3)]
    assert outcome.reasons == [(4, "no_account")]
    assert {post["id_gap_s"] for post in outcome.posts} == {0}
    assert "77" not in {post["account"] for post in outcome.posts}
    assert "secret" not in str(outcome.posts)
    notes = " ".join(outcome.source.notes)
    assert "no text and no recipients" in notes
    assert "1 events without a message" in notes
    cut = read(data[: len(data) // 2], nothing_is_an_error=False)
    assert "damaged" in {reason for _, reason in cut.reasons}
    assert cut.source.rows_present >= 1


def test_private_messages_themselves_point_to_their_headers(read: Read) -> None:
    with pytest.raises(ReadError) as caught:
        read(b"window.YTD.direct_messages.part0 = [ ]")
    assert "direct-message-headers.js" in caught.value.todo
