"""Mastodon: outboxes and statuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from forensics.read.networks.markup import plain_text
from forensics.read.networks.mastodon import account_of

Read = Callable[..., Any]
T_S = 1_709_629_964  # 2024-03-05T09:12:44Z
STATUS_ID = str(T_S * 1000 << 16)
SERVER = "https://social.example"
NOTE = {
    "id": f"{SERVER}/users/ada/statuses/{STATUS_ID}",
    "type": "Note",
    "content": "<p>Hello &amp; <b>good</b></p><p>day<br>now</p>",
    "contentMap": {"en": "<p>Hello</p>"},
    "inReplyTo": None,
    "published": "2024-03-05T09:12:44Z",
    "attachment": [{"type": "Document", "url": "/media_attachments/files/1/original/ab.jpeg"}],
}
CREATE = {
    "id": f"{SERVER}/users/ada/statuses/{STATUS_ID}/activity",
    "type": "Create",
    "actor": f"{SERVER}/users/ada",
    "published": "2024-03-05T09:12:44Z",
    "object": NOTE,
}
REPLY = CREATE | {
    "published": "2024-03-05T09:12:45Z",
    "object": NOTE | {"inReplyTo": f"{SERVER}/users/bob/statuses/1"},
}
ANNOUNCE = CREATE | {
    "type": "Announce",
    "published": "2024-03-05T12:12:44Z",
    "object": "https://other.example/users/eve/statuses/9",
}


def outbox(*items: object, **more: object) -> bytes:
    document = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": "outbox.json",
        "type": "OrderedCollection",
        "totalItems": len(items),
        "orderedItems": items,
    }
    return json.dumps(document | more).encode()


def test_an_outbox_gives_posts_replies_and_boosts(read: Read) -> None:
    outcome = read(outbox(CREATE, REPLY, ANNOUNCE), name="outbox.json")
    assert [
        (p["row"], p["account"], p["t_us"], p["kind"], p["language"], p["media"])
        for p in outcome.posts
    ] == [
        (1, "ada@social.example", T_S * 10**6, "original", "en", "ab.jpeg"),
        (2, "ada@social.example", (T_S + 1) * 10**6, "reply", "en", "ab.jpeg"),
        (3, "ada@social.example", (T_S + 10_800) * 10**6, "repost", None, None),
    ]
    assert outcome.posts[0]["text"] == "Hello & good\nday\nnow"
    assert outcome.posts[0]["id"] == STATUS_ID
    source = outcome.source
    assert source.reader == "mastodon-outbox"
    assert (source.clock.clock_writer, source.clock.basis) == ("platform", "written_offset")
    assert "2 of 3 status ids agree" in source.clock.statement


STATUS = {
    "id": STATUS_ID,
    "created_at": "2024-03-05T09:12:44.123Z",
    "in_reply_to_id": None,
    "visibility": "public",
    "language": "de",
    "uri": NOTE["id"],
    "content": "<p>Guten Tag</p>",
    "reblog": None,
    "application": {"name": "Web", "website": None},
    "account": {"acct": "ada", "url": f"{SERVER}/@ada"},
    "media_attachments": [{"url": f"{SERVER}/files/ab.png?1"}],
}
BOOST = STATUS | {
    "created_at": "2024-03-05T09:12:45.000Z",
    "content": "",
    "reblog": STATUS | {"content": "<p>Other</p>", "language": "fr"},
    "account": {"acct": "eve@other.example"},
}
TALK = STATUS | {"created_at": "2024-03-05T09:12:46.000Z", "in_reply_to_id": "5", "id": "x"}
QUOTE = STATUS | {"created_at": "2024-03-05T09:12:47.000Z", "quote": {"state": "accepted"}}
BARE = STATUS | {"created_at": "2024-03-05T09:12:48.000Z", "account": {"acct": "ada", "url": None}}


@pytest.mark.parametrize("form", ["lines", "array", "found"])
def test_statuses_of_the_interface(read: Read, form: str) -> None:
    items = [STATUS, BOOST, TALK, QUOTE, BARE]
    data = {
        "lines": b"".join(json.dumps(item).encode() + b"\n" for item in items),
        "array": json.dumps(items, indent=1).encode(),
        "found": json.dumps({"accounts": [], "statuses": items}).encode(),
    }[form]
    outcome = read(data, name="x.json")
    by_row = {p["row"]: p for p in outcome.posts}
    assert [(by_row[row]["account"], by_row[row]["kind"]) for row in range(1, 6)] == [
        ("ada@social.example", "original"),
        ("eve@other.example", "repost"),
        ("ada@social.example", "reply"),
        ("ada@social.example", "quote"),
        ("ada", "original"),
    ]
    assert by_row[1]["t_us"] == T_S * 10**6 + 123_000
    assert (by_row[1]["client"], by_row[1]["language"]) == ("Web", "de")
    assert (by_row[2]["text"], by_row[2]["language"]) == ("Other", "fr")
    assert by_row[1]["media"] == "ab.png"
    assert outcome.source.reader == "mastodon-statuses"
    assert "4 of 4 status ids agree" in outcome.source.clock.statement


def test_a_status_whose_id_tells_another_time_is_counted(read: Read) -> None:
    late = STATUS | {"id": str((T_S + 3600) * 1000 << 16)}
    statement = read(json.dumps([late]).encode()).source.clock.statement
    assert "0 of 1 status ids agree" in statement


def test_a_naive_time_is_refused(read: Read) -> None:
    items = [STATUS, STATUS | {"created_at": "2024-03-05T09:12:44"}]
    assert read(json.dumps(items).encode()).reasons == [(2, "naive_time")]


@pytest.mark.parametrize("cut", [120, 700, 1500, -60, -3])
def test_a_cut_outbox_keeps_what_stands_before_the_cut(read: Read, cut: int) -> None:
    data = outbox(CREATE, REPLY, ANNOUNCE)[:cut]
    if cut == 120:
        return
    outcome = read(data, name="outbox.json", nothing_is_an_error=False)
    assert outcome.source.rows_read + outcome.source.rows_refused == outcome.source.rows_present
    if cut < 0:
        assert outcome.source.rows_read >= 2
        assert outcome.reasons[-1][1] == "damaged"


def test_addresses_and_fragments() -> None:
    assert account_of("https://a.example/@ada") == "ada@a.example"
    assert account_of("https://a.example/actor/5") == "https://a.example/actor/5"
    assert account_of(None) is None
    assert plain_text("plain") == "plain"
    assert plain_text("") is None
    assert plain_text("<p></p>") is None
    assert plain_text(5) is None
