"""Bluesky's CAR files, built here block by block."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from forensics.errors import ReadError
from forensics.read.networks import bluesky_archive

Read = Callable[..., Any]
DID = "did:plc:abcdefghijklmnopqrstuvwx"
KEY_US = 1_688_137_381_887_007
KEY = "3jzfcijpj2z2a"


class Link(bytes):
    """The address of a block."""


def head(major: int, n: int) -> bytes:
    if n < 24:
        return bytes([major << 5 | n])
    if n < 256:
        return bytes([major << 5 | 24, n])
    return bytes([major << 5 | 25]) + n.to_bytes(2, "big")


def cbor(value: Any) -> bytes:  # noqa: PLR0911 - one for each type
    if value is None:
        return b"\xf6"
    if isinstance(value, Link):
        return b"\xd8\x2a" + head(2, len(value) + 1) + b"\0" + bytes(value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, int):
        return head(0, value)
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    pairs = sorted(value.items(), key=lambda pair: (len(pair[0]), pair[0]))
    return head(5, len(pairs)) + b"".join(cbor(key) + cbor(one) for key, one in pairs)


def address(block: bytes) -> Link:
    return Link(b"\x01\x71\x12\x20" + hashlib.sha256(block).digest())


def varint(n: int) -> bytes:
    out = b""
    while n > 127:
        out, n = out + bytes([n & 127 | 128]), n >> 7
    return out + bytes([n])


def car(root: bytes, *blocks: bytes) -> bytes:
    header = cbor({"roots": [address(root)], "version": 1})
    out = varint(len(header)) + header
    for block in (root, *blocks):
        out += varint(36 + len(block)) + bytes(address(block)) + block
    return out


def post(**more: Any) -> bytes:
    made = {"$type": "app.bsky.feed.post", "createdAt": "2023-06-30T15:03:01.887Z", "text": "hi"}
    return cbor(made | {"langs": ["en"]} | more)


POST, REPLY = post(), post(reply={"root": {}}, createdAt="2023-07-30T15:03:01Z")
LIKE = cbor({"$type": "app.bsky.feed.like", "createdAt": "2023-06-30T15:03:01Z"})
REPOST = cbor({"$type": "app.bsky.feed.repost", "createdAt": "2023-06-30T15:03:02Z"})


def node(left: bytes | None, *entries: tuple[int, str, bytes, bytes | None]) -> bytes:
    def link(block: bytes | None) -> Link | None:
        return None if block is None else address(block)

    listed = [{"p": p, "k": k.encode(), "v": link(v), "t": link(t)} for p, k, v, t in entries]
    return cbor({"l": link(left), "e": listed})


LEFT = node(None, (0, f"app.bsky.feed.like/{KEY}", LIKE, None))
RIGHT = node(None, (0, f"app.bsky.feed.repost/{KEY}", REPOST, None))
ROOT = node(
    LEFT,
    (0, f"app.bsky.feed.post/{KEY}", POST, None),
    (len("app.bsky.feed.post/"), "3jzfcijpj2z2b", REPLY, RIGHT),
)


def commit(tree: bytes, **more: Any) -> bytes:
    made = {"did": DID, "version": 3, "data": address(tree), "rev": "x", "prev": None, "sig": b"1"}
    return cbor(made | more)


def test_a_repository(read: Read) -> None:
    outcome = read(car(commit(ROOT), ROOT, LEFT, RIGHT, POST, REPLY, LIKE, REPOST), name="repo.car")
    assert [
        (p["row"], p["account"], p["t_us"], p["kind"], p["text"], p["language"], p["id"])
        for p in sorted(outcome.posts, key=lambda p: p["row"])
    ] == [
        (1, DID, KEY_US // 1000 * 1000, "original", "hi", "en", f"at://{DID}/app.bsky.feed.post/{KEY}"),
        (2, DID, 1_690_729_381_000_000, "reply", "hi", "en",
         f"at://{DID}/app.bsky.feed.post/3jzfcijpj2z2b"),
        (3, DID, 1_688_137_382_000_000, "repost", None, None,
         f"at://{DID}/app.bsky.feed.repost/{KEY}"),
    ]  # fmt: skip
    assert outcome.source.reader == "bluesky-archive"
    assert outcome.source.clock.clock_writer == "device"
    assert outcome.source.notes[0].startswith("1 records that are no posts")
    assert outcome.source.notes[-1].startswith("1 of 3 createdAt differ")


def test_missing_blocks_cost_one_record_each(read: Read) -> None:
    outcome = read(car(commit(ROOT), ROOT, RIGHT, POST, REPOST), name="repo.car")
    assert sorted(outcome.reasons) == [(1, "damaged"), (3, "damaged")]
    assert len(outcome.posts) == 2


def test_a_tree_that_holds_a_node_twice_ends(read: Read) -> None:
    twice = node(RIGHT, (0, f"app.bsky.feed.post/{KEY}", POST, RIGHT))
    outcome = read(car(commit(twice), twice, RIGHT, POST, REPOST), name="repo.car")
    assert [reason for _, reason in outcome.reasons] == ["damaged"]
    odd = cbor({"l": None, "e": [{"p": "x", "k": b"", "v": None, "t": None}]})
    with pytest.raises(ReadError, match="holds no rows"):
        read(car(commit(odd), odd), name="repo.car")


WHOLE = car(commit(ROOT), ROOT, LEFT, RIGHT, POST, REPLY, LIKE, REPOST)
BROKEN = {
    "cut": (WHOLE[:-5], "damaged"),
    "cut in the commit": (WHOLE[:110], "damaged"),
    "no repository": (car(POST), "no repository"),
    "no commit": (car(cbor([1])), "no repository"),
}


@pytest.mark.parametrize("form", BROKEN)
def test_damage_is_named(read: Read, form: str) -> None:
    data, words = BROKEN[form]
    with pytest.raises(ReadError, match=words):
        read(data, name="repo.car")


def test_a_large_archive_is_refused(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bluesky_archive, "MAX_BYTES", 10)
    with pytest.raises(ReadError, match="too large"):
        read(WHOLE, name="repo.car")


def test_other_files_are_no_archives(tmp_path: Path) -> None:
    for data in (b"", b"PK\x03\x04", json.dumps({"roots": 1}).encode(), b"\xa2eroots"):
        assert not bluesky_archive.is_bluesky_archive(tmp_path, data)
