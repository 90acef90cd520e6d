"""Clocks inside ids in bulk: the same as one by one, and what they do to each platform's files."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.errors import ReadError
from forensics.ids import clock_us
from forensics.ids.codes import SORTABLE
from forensics.ids.snowflakes import DISCORD_EPOCH_MS, INSTAGRAM_EPOCH_MS, WEIBO_EPOCH_S
from forensics.read.idrules import RULES, TWITTER, rule_of

Read = Callable[..., Any]
T_S = 1_709_601_164
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def tid(us: int) -> str:
    number, out = us << 10 | 5, ""
    for _ in range(13):
        number, digit = divmod(number, 32)
        out = SORTABLE[digit] + out
    return out


MAKE: dict[str, Callable[[int], str]] = {
    "twitter": lambda us: str((us // 1000 - 1_288_834_974_657) << 22),
    "discord": lambda us: str((us // 1000 - DISCORD_EPOCH_MS) << 22),
    "weibo": lambda us: str((us // 1_000_000 - WEIBO_EPOCH_S) << 22),
    "mastodon": lambda us: str(us // 1000 << 16),
    "bluesky": tid,
    "tiktok": lambda us: str(us // 1_000_000 << 32),
    "douyin": lambda us: str(us // 1_000_000 << 32 | 77),
    "instagram": lambda us: f"{(us // 1000 - INSTAGRAM_EPOCH_MS) << 23}_123",
    "linkedin": lambda us: str(us // 1000 << 22),
}
ODD = ["", "0", "x", "12", "9" * 19, "9" * 20, "-5", "1" * 16, "3jzfcijpj2z2a", "zzzzzzzzzzzzz",
       "jzzzzzzzzzzzz", "1.5E+18", "１２３４５６７８９０１２３４５６", " 123"]  # fmt: skip


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """One for all examples: opening it takes longer than what is asked of it."""
    return duckdb.connect()


def bulk(platform: str, values: list[str]) -> list[int | None]:
    con = _database().cursor()
    try:
        con.execute("CREATE TEMP TABLE given AS SELECT unnest(?) AS v", [values])
        rows = con.execute(f"SELECT {RULES[platform].us('v')} FROM given").fetchall()
    finally:
        con.close()
    return [row[0] for row in rows]


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(min_value=1_420_070_400, max_value=2_000_000_000), max_size=30))
def test_in_bulk_as_one_by_one(moments: list[int]) -> None:
    for platform, make in MAKE.items():
        values = [make(t_s * 1_000_000) for t_s in moments]
        single = [clock_us(RULES[platform].method, value) for value in values]
        assert bulk(platform, values) == single
        assert all(
            us is None or us // 1_000_000 == t for us, t in zip(single, moments, strict=True)
        )


@pytest.mark.parametrize("platform", sorted(RULES))
def test_odd_values_are_no_ids(platform: str) -> None:
    """Bulk and single agree wherever the time is in range; neither fails."""
    for value, us in zip(ODD, bulk(platform, ODD), strict=True):
        single = clock_us(RULES[platform].method, value) if value else None
        assert us == single or not 946_684_800 <= (us or 0) // 1_000_000 < 2_114_380_800


def test_addresses_name_their_platform(read: Read) -> None:
    for start, platform in (("urn:li:activity:", "linkedin"), ("at://did:plc:x/p/", "bluesky")):
        ids = [start + MAKE[platform]((T_S + n * 977) * 1_000_000) for n in range(25)]
        rows = [f"a,{T_S + n * 977},{number}" for n, number in enumerate(ids)]
        outcome = read(("account,time,id\n" + "\n".join(rows) + "\n").encode())
        assert {post["id_gap_s"] for post in outcome.posts} == {0}
        times = read(
            ("account,urn\n" + "".join(f"a,{one}\n" for one in ids)).encode(),
            columns={"time": "urn", "id": "urn"},
        )
        assert times.times == [(T_S + n * 977) * 1_000_000 for n in range(25)]
        assert times.source.clock.basis == "id_clock"


def test_bare_numbers_are_not_given_a_platform_in_silence(read: Read) -> None:
    """Discord ids in a table of nobody's: no clock is read out of them."""
    rows = [f"a,{T_S + n * 977},{MAKE['discord']((T_S + n * 977) * 1_000_000)}" for n in range(30)]
    outcome = read(("account,time,id\n" + "\n".join(rows) + "\n").encode())
    assert {post["id_gap_s"] for post in outcome.posts} == {None}
    assert "ids" not in outcome.source.clock.statement
    assert rule_of(None) is rule_of("elsewhere") is TWITTER


def discord(times: list[str]) -> bytes:
    messages = [
        {"id": MAKE["discord"]((T_S + n * 977) * 1_000_000), "type": "Default", "timestamp": time,
         "author": {"name": "ada"}, "content": "x"}
        for n, time in enumerate(times)
    ]  # fmt: skip
    return json.dumps({"guild": {"id": "1"}, "channel": {"id": "2"}, "messages": messages}).encode()


def written(n: int, shift_s: int = 0, zone: str = "+00:00") -> str:
    moment = EPOCH + timedelta(seconds=T_S + n * 977 + shift_s)
    return f"{moment:%Y-%m-%dT%H:%M:%S}{zone}"


def test_discord(read: Read) -> None:
    good = read(discord([written(n) for n in range(25)]))
    assert {post["id_gap_s"] for post in good.posts} == {0}
    assert "25 of 25 Discord ids agree" in good.source.clock.statement
    with pytest.raises(ReadError, match=r"timestamp|time is \+8 h from the clocks inside the ids"):
        read(discord([written(n, 28_800) for n in range(25)]))
    naive = read(discord([written(n, 28_800, "") for n in range(25)]))
    assert naive.times == good.times
    assert naive.source.clock.basis == "inferred"


def video(n: int, wait_s: int = 20, platform: str = "tiktok") -> dict[str, Any]:
    number = MAKE[platform]((T_S + n * 977) * 1_000_000)
    return {"id": number, "createTime": T_S + n * 977 + wait_s, "desc": "x",
            "author": {"uniqueId": "ada"}}  # fmt: skip


def test_uploads_lie_before_their_time(read: Read) -> None:
    def told(*waits: int) -> Any:
        return read(json.dumps([video(n, wait) for n, wait in enumerate(waits)]).encode())

    good = told(*[20] * 28, 3600, 90_000)
    assert {post["id_gap_s"] for post in good.posts} == {20, 3600, 90_000}
    assert "28 of 30 ids hold an upload in the 10 minutes before" in good.source.clock.statement
    assert any("2 of 30 posts appeared more than 10 minutes" in note for note in good.source.notes)
    odd = told(*[20] * 28, -3600, -40)
    assert any("on 2 of 30 posts" in note and "cannot be" in note for note in odd.source.notes)
    with pytest.raises(ReadError, match="lies before the upload that the ids hold on 30 of 30"):
        told(*[-25_000] * 30)
    with pytest.raises(ReadError, match=r"is \+8 h from the uploads that the ids hold on 30 of 30"):
        told(*[28_820] * 30)
    scheduled = told(*[n * 3333 for n in range(30)])
    assert scheduled.source.rows_read == 30


def status(n: int, shift_s: int = 0) -> dict[str, Any]:
    return {"id": MAKE["mastodon"]((T_S + n * 977) * 1_000_000), "uri": "https://m.example/1",
            "created_at": written(n, shift_s, "Z"), "content": "x", "visibility": "public",
            "account": {"acct": "ada", "url": "https://m.example/@ada"}}  # fmt: skip


def test_claims_are_said_and_do_not_stop(read: Read) -> None:
    good = read(json.dumps([status(n) for n in range(25)]).encode())
    assert "25 of 25 status ids agree" in good.source.clock.statement
    apart = read(json.dumps([status(n, 28_800) for n in range(25)]).encode())
    assert apart.source.rows_read == 25
    (note,) = [note for note in apart.source.notes if "status ids" in note]
    assert note.startswith("WARNING: 25 of 25 published differ")
    assert "UTC+8 on 25 posts" in note
