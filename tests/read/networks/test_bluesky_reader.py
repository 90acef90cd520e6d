"""Bluesky: the author's clock is read as what it is, and compared with the others."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from forensics.clock import EARLIEST_US, LATEST_US
from forensics.ids import clock_us

Read = Callable[..., Any]
DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
T_US = 1_709_629_964_000_000
DID = "did:plc:abcdefghijklmnopqrstuvwx"


def tid(us: int, clock: int = 5) -> str:
    value = us << 10 | clock
    return "".join(DIGITS[value >> shift & 31] for shift in range(60, -1, -5))


def view(t_us: int = T_US, key_us: int = T_US, **record: object) -> dict[str, Any]:
    return {
        "uri": f"at://{DID}/app.bsky.feed.post/{tid(key_us)}",
        "cid": "bafy",
        "author": {"did": DID, "handle": "ada.example"},
        "record": {
            "$type": "app.bsky.feed.post",
            "createdAt": "2024-03-05T09:12:44.000Z",
            "text": "hello",
            "langs": ["en", "de"],
        }
        | record,
        "indexedAt": "2024-03-05T09:12:44.700Z",
    }


REPOST = {
    "post": view(),
    "reason": {
        "$type": "app.bsky.feed.defs#reasonRepost",
        "by": {"did": "did:plc:eve", "handle": "handle.invalid"},
        "indexedAt": "2024-03-05T10:12:44.000Z",
    },
}
FEED = {
    "cursor": "x",
    "feed": [
        {"post": view()},
        {"post": view(reply={"parent": {"uri": "at://x"}})},
        {"post": view(embed={"$type": "app.bsky.embed.record"})},
        REPOST,
        {"post": view(createdAt="2020-01-01T00:00:00+09:00")},
        {"post": view(createdAt="2024-03-05T09:12:44")},
    ],
}


def test_a_feed(read: Read) -> None:
    outcome = read(json.dumps(FEED).encode(), name="feed.json")
    by_row = {p["row"]: p for p in outcome.posts}
    assert [(row, p["account"], p["kind"]) for row, p in sorted(by_row.items())] == [
        (1, "ada.example", "original"),
        (2, "ada.example", "reply"),
        (3, "ada.example", "quote"),
        (4, "did:plc:eve", "repost"),
        (5, "ada.example", "original"),
    ]
    assert by_row[1]["t_us"] == T_US
    assert by_row[4]["t_us"] == T_US + 3_600_000_000
    assert by_row[5]["offset_min"] == 540
    assert (by_row[1]["text"], by_row[1]["language"]) == ("hello", "en")
    assert outcome.reasons == [(6, "naive_time")]
    source = outcome.source
    assert source.reader == "bluesky"
    assert source.clock.clock_writer == "device"
    assert "may set anything" in source.clock.statement
    assert source.notes[0].startswith("1 of 4 createdAt differ from indexedAt")
    assert source.notes[1].startswith("1 reposts")
    keys = "1 of 4 createdAt differ from the clock in the record keys by more than 5 minutes"
    assert any(note.startswith(keys) for note in source.notes)


def test_posts_and_records_and_lines(read: Read) -> None:
    listed = {key: value for key, value in view().items() if key in ("uri", "cid")}
    listed["value"] = view()["record"]
    forms = {
        "posts": (json.dumps({"posts": [view()]}).encode(), "ada.example"),
        "records": (json.dumps({"records": [listed], "cursor": "a"}).encode(), DID),
        "lines": (json.dumps(view()).encode() + b"\n", "ada.example"),
        "array": (json.dumps([view()]).encode(), "ada.example"),
    }
    for data, account in forms.values():
        outcome = read(data)
        assert [(p["account"], p["t_us"]) for p in outcome.posts] == [(account, T_US)]
        assert outcome.source.reader == "bluesky"


def event(operation: str, collection: str, **record: object) -> dict[str, Any]:
    return {
        "did": DID,
        "time_us": T_US + 1,
        "kind": "commit",
        "commit": {
            "operation": operation,
            "collection": collection,
            "rkey": tid(T_US),
            "record": {"createdAt": "2024-03-05T09:12:44Z"} | record,
        },
    }


def test_events_of_the_stream(read: Read) -> None:
    events = [
        event("create", "app.bsky.feed.post", text="hi"),
        event("create", "app.bsky.feed.repost"),
        event("delete", "app.bsky.feed.post"),
        event("create", "app.bsky.feed.like"),
    ]
    outcome = read(b"".join(json.dumps(one).encode() + b"\n" for one in events))
    assert [(p["row"], p["account"], p["kind"]) for p in outcome.posts] == [
        (1, DID, "original"),
        (2, DID, "repost"),
    ]
    assert outcome.reasons == [(3, "no_account"), (4, "no_account")]


@given(us=st.integers(0, (1 << 53) - 1), clock=st.integers(0, 1023))
def test_a_record_key_gives_its_clock_back(us: int, clock: int) -> None:
    found = clock_us("bluesky_tid", tid(us, clock))
    assert found == (us if EARLIEST_US <= us < LATEST_US else None)


def test_a_published_key_and_what_is_none() -> None:
    assert clock_us("bluesky_tid", "3jzfcijpj2z2a") == 1_688_137_381_887_007
    for wrong in ("", "3jzfcijpj2z2", "3jzfcijpj2z21", "zzzzzzzzzzzzz", "3JZFCIJPJ2Z2A"):
        assert clock_us("bluesky_tid", wrong) is None
