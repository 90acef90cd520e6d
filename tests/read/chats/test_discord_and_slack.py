"""Discord and Slack: times of the platform, checked against Discord's own ids."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from forensics.errors import ReadError
from forensics.ids.snowflakes import DISCORD_EPOCH_MS

Read = Callable[..., Any]
T_MS = 1709601164123  # 2024-03-05T01:12:44.123Z
T_US = T_MS * 1000


def snowflake(ms: int, extra: int = 5) -> str:
    return str(((ms - DISCORD_EPOCH_MS) << 22) + extra)


def message(number: int, **more: object) -> dict[str, object]:
    plain: dict[str, object] = {
        "id": snowflake(T_MS, number),
        "type": "Default",
        "timestamp": "2024-03-05T09:12:44.123+08:00",
        "timestampEdited": None,
        "content": "hello",
        "author": {"id": "11", "name": "ada", "discriminator": "0000", "isBot": False},
        "attachments": [],
    }
    return plain | more


BOT = {"id": "12", "name": "bo", "discriminator": "1234", "isBot": True}
MESSAGES = [
    message(1),
    message(2, type="GuildMemberJoin"),
    message(3, type="Reply", reference={"messageId": "1"}, author=BOT),
    message(4, forwardedMessage={"content": "x"}, attachments=[{"id": "1", "fileName": "a.png"}]),
    message(5, timestamp="2024-03-05T01:12:44+00:00", author={"id": "13"}),
]
EXPORT = {
    "guild": {"id": "1", "name": 'Garden {"1"}', "iconUrl": "https://x.example/"},
    "channel": {"id": "2", "type": "GuildTextChat", "name": "general"},
    "exportedAt": "2024-04-01T00:00:00+08:00",
    "messages": MESSAGES,
    "messageCount": 5,
}


def written(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()


def test_chat_exporter(read: Read) -> None:
    outcome = read(written(EXPORT), "general.json", by="channel")
    by_row = sorted(outcome.posts, key=lambda post: post["row"])
    keys = ("row", "account", "t_us", "kind", "client", "media", "offset_min", "unit")
    assert [tuple(post[key] for key in keys) for post in by_row] == [
        (1, "ada", T_US, "original", None, None, 480, "general"),
        (2, "bo#1234", T_US, "reply", "bot", None, 480, "general"),
        (3, "ada", T_US, "repost", None, "a.png", 480, "general"),
        (4, "13", T_US - 123000, "original", None, None, 0, "general"),
    ]
    source = outcome.source
    assert (source.reader, source.clock.clock_writer) == ("discord-json", "platform")
    assert "4 of 4 Discord ids agree" in source.clock.statement
    notes = " ".join(source.notes)
    assert "1 messages of the platform" in notes
    assert "UTC+8 on 3 messages, UTC+0 on 1 messages" in notes


def test_times_that_deny_their_ids_are_named(read: Read) -> None:
    rows = [message(1, timestamp="2024-03-05T09:12:44+09:00"), message(2, id="x")]
    notes = " ".join(read(written({**EXPORT, "messages": rows})).source.notes)
    assert "1 of 1 Discord ids disagree with time" in notes


BROKEN = [
    ("naive", message(9, timestamp="2024-03-05T09:12:44"), "naive_time"),
    ("no time", message(9, timestamp=None), "no_time"),
    ("words", message(9, timestamp="today"), "bad_time"),
    ("no author", message(9, author=None), "no_account"),
    ("no object", ["x"], "bad_json"),
]


@pytest.mark.parametrize(("bad", "reason"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN])
def test_broken_messages(read: Read, bad: object, reason: str) -> None:
    outcome = read(written({**EXPORT, "messages": [message(1), bad, message(2)]}))
    assert outcome.reasons == [(2, reason)]
    assert outcome.times == [T_US, T_US]


def test_bad_bytes_and_cuts(read: Read) -> None:
    data = written({**EXPORT, "messages": [message(1), message(2, content="h\u00e9"), message(3)]})
    assert read(data.replace("h\u00e9".encode(), b"h\xe9")).reasons == [(2, "bad_encoding")]
    for cut in (len(data) - 1, len(data) - 40, len(data) - 300):
        outcome = read(data[:cut])
        assert outcome.reasons == [(outcome.source.rows_present, "damaged")]


# --- the package


def package(times: list[tuple[int, str]], *, attachments: bool = True) -> bytes:
    head = "ID,Timestamp,Contents" + (",Attachments" if attachments else "")
    tail = ',"hi, you",' if attachments else ',"hi, you"'
    rows = [f"{snowflake(ms)},{time}{tail}" for ms, time in times]
    return "\n".join([head, *rows, ""]).encode()


def many(hour: str, count: int = 25, tail: str = "") -> list[tuple[int, str]]:
    return [
        (T_MS + n * 1000, f"2024-03-05 {hour}:12:{44 + n % 10}{tail}") for n in range(count)
    ]  # fmt: skip


def fitting(hour: str, count: int, tail: str = "") -> list[tuple[int, str]]:
    return [(T_MS + n % 10 * 1000, time) for n, (_, time) in enumerate(many(hour, count, tail))]


ADA = {"columns": {"account": "=ada"}}


def test_a_package_is_utc_if_its_ids_prove_it(read: Read) -> None:
    data = package(fitting("01", 25))
    with pytest.raises(ReadError, match="--map account=COLUMN"):
        read(data)
    outcome = read(data, **ADA)
    assert set(outcome.times) == {(T_MS // 1000 + n) * 1_000_000 for n in range(10)}
    assert {(p["account"], p["text"], p["basis"]) for p in outcome.posts} == {
        ("ada", "hi, you", "platform_utc")
    }
    assert "25 of 25 Discord ids show that it is UTC" in outcome.source.clock.statement


def test_a_package_in_another_zone_is_not_taken_for_utc(read: Read) -> None:
    inferred = read(package(fitting("09", 25)), **ADA)
    assert inferred.source.clock.basis == "inferred"
    assert any("written in UTC+8" in note for note in inferred.source.notes)
    assert min(inferred.times) == T_MS // 1000 * 1_000_000
    outcome = read(package(fitting("09", 25)), assume_zone="+08:00", **ADA)
    assert min(outcome.times) == T_MS // 1000 * 1_000_000


def test_a_package_with_few_or_odd_ids(read: Read) -> None:
    with pytest.raises(ReadError, match="3 ids show UTC"):
        read(package(fitting("01", 3)), **ADA)
    rows = [*fitting("01", 3, "+00:00"), (T_MS + 99_000_000, "2024-03-05 01:12:44+00:00")]
    outcome = read(package(rows, attachments=False), **ADA)
    assert len(outcome.times) == 4
    assert "1 of 4 times disagree" in " ".join(outcome.source.notes)


def test_a_package_whose_fields_another_sign_parts_is_an_ordinary_table(read: Read) -> None:
    data = b"\t" * 20 + package(fitting("01", 25))
    with pytest.raises(ReadError, match=r"account|time|column"):
        read(data)


# --- Slack


def said(ts: str = "1709601164.000100", **more: object) -> dict[str, object]:
    return {"type": "message", "user": "U01", "text": "hello", "ts": ts, "team": "T1"} | more


SLACK_US = 1709601164_000100
DAY = [
    said(),
    said(subtype="channel_join"),
    said(thread_ts="1709600000.000200", files=[{"name": "a.pdf"}, {"id": 1}]),
    said(thread_ts="1709601164.000100", attachments=[{"is_share": True}]),
    said(subtype="bot_message", user=None, bot_id="B7", bot_profile={"name": "Cron"}),
    said(subtype="bot_message", user=None, username="hook"),
]


def test_slack(read: Read) -> None:
    outcome = read(written(DAY), "2024-03-05.json")
    by_row = sorted(outcome.posts, key=lambda post: post["row"])
    keys = ("row", "account", "t_us", "kind", "client", "media", "id")
    assert [tuple(post[key] for key in keys) for post in by_row] == [
        (1, "U01", SLACK_US, "original", None, None, "1709601164.000100"),
        (2, "U01", SLACK_US, "reply", None, "a.pdf", "1709601164.000100"),
        (3, "U01", SLACK_US, "quote", None, None, "1709601164.000100"),
        (4, "B7", SLACK_US, "original", "Cron", None, "1709601164.000100"),
        (5, "hook", SLACK_US, "original", "bot", None, "1709601164.000100"),
    ]
    source = outcome.source
    assert (source.reader, source.clock.clock_writer, source.clock.zone) == (
        "slack", "platform", "UTC",
    )  # fmt: skip
    assert any(note.startswith("1 messages of the platform") for note in source.notes)


SLACK_BROKEN = [
    ("no time", said(ts="") | {"ts": None}, "no_time"),
    ("words", said(ts="soon"), "bad_time"),
    ("nobody", said(user=None), "no_account"),
    ("a text", "hello", "bad_json"),
]


@pytest.mark.parametrize(
    ("bad", "reason"), [b[1:] for b in SLACK_BROKEN], ids=[b[0] for b in SLACK_BROKEN]
)
def test_broken_slack(read: Read, bad: object, reason: str) -> None:
    outcome = read(written([said(), bad, said()]))
    assert outcome.reasons == [(2, reason)]


def test_cut_and_garbled_slack(read: Read) -> None:
    data = written([said(), said(text="h\u00e9"), said()])
    assert read(data.replace("h\u00e9".encode(), b"h\xe9")).reasons == [(2, "bad_encoding")]
    for cut in (len(data) - 1, len(data) - 30):
        outcome = read(data[:cut])
        assert outcome.reasons == [(outcome.source.rows_present, "damaged")]


def test_the_list_of_accounts_is_named_with_the_zones_it_states(read: Read) -> None:
    def user(zone: str, bot: bool = False) -> dict[str, Any]:
        return {"id": "U1", "team_id": "T1", "name": "ada", "real_name": "Ada", "tz": zone,
                "is_bot": bot, "profile": {"display_name": "A", "email": "a@x.test"}}  # fmt: skip

    users = [
        user("Europe/Berlin"),
        user("Europe/Berlin"),
        user("Asia/Tokyo"),
        user("UTC", bot=True),
    ]
    outcome = read(json.dumps(users).encode(), "users.json")
    assert (outcome.source.holds, outcome.source.rows_read) == ("accounts", 4)
    assert any("Europe/Berlin 2, Asia/Tokyo 1" in note for note in outcome.source.notes)
    zones = {one.value: one.row for one in outcome.reading.profiles if one.field == "zone"}
    assert zones == {"Europe/Berlin": 1, "Asia/Tokyo": 3}
    assert not any("x.test" in one.value for one in outcome.reading.profiles)


def test_accounts_that_state_an_offset_and_no_zone_have_its_zone(read: Read) -> None:
    user = {"id": "U1", "team_id": "T1", "name": "ada", "real_name": "Ada", "deleted": False,
            "tz": [], "tz_offset": 32400, "profile": {"display_name": "A"}}  # fmt: skip
    outcome = read(json.dumps([user, user | {"id": "U2", "name": "bob"}]).encode(), "users.json")
    found = [one.value for one in outcome.reading.profiles if one.field == "zone"]
    assert found == ["+09:00", "+09:00"]
