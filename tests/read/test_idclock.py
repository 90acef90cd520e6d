"""Ids hold the platform's clock: a column that denies them is not read in silence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytz

from forensics import clock
from forensics.errors import ReadError

Read = Callable[..., Any]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOON_MS = 1_551_700_800_000


def snowflake(t_ms: int) -> int:
    return (t_ms - clock.TWITTER_EPOCH_MS) << 22 | 7


def moments(count: int, step_ms: int = 7_654_321) -> list[int]:
    return [NOON_MS + i * step_ms for i in range(count)]


def text(t_ms: int, shift_h: int = 0, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    return (EPOCH + timedelta(milliseconds=t_ms) + timedelta(hours=shift_h)).strftime(form)


def table(rows: list[tuple[int, str]], id_name: str = "id") -> bytes:
    lines = [f"a,{when},{snowflake(t)}" for t, when in rows]
    return (f"account,time,{id_name}\n" + "\n".join(lines) + "\n").encode()


IO_HEAD = "tweetid,userid,user_screen_name,tweet_time,tweet_client_name,is_retweet,tweet_text\n"


def io_file(shift_h: int = 0, count: int = 40) -> bytes:
    rows = [
        f"{snowflake(t)},u1,s1,{text(t, shift_h, '%Y-%m-%d %H:%M')},Twitter Web Client,"
        f'{"True" if i % 4 == 0 else "False"},"words, {i}"\n'
        for i, t in enumerate(moments(count))
    ]
    return (IO_HEAD + "".join(rows)).encode()


def test_information_operations_archive(read: Read) -> None:
    outcome = read(io_file())
    source = outcome.source
    assert source.reader == "twitter-io"
    assert outcome.times == [t // 60_000 * 60_000_000 for t in moments(40)]
    assert {post["id_gap_s"] for post in outcome.posts} == {0}
    assert {post["basis"] for post in outcome.posts} == {"platform_utc"}
    assert {post["precision_s"] for post in outcome.posts} == {60}
    assert [post["kind"] for post in outcome.posts].count("repost") == 10
    assert outcome.posts[0]["account"] == "s1"
    assert source.clock.clock_writer == "platform"
    assert source.clock.statement == (
        "UTC, written by the platform, floored to the minute; 40 of 40 ids agree"
    )


def test_documented_utc_is_not_moved_by_an_assumption(read: Read) -> None:
    outcome = read(io_file(), assume_zone="Asia/Tokyo")
    assert {post["basis"] for post in outcome.posts} == {"platform_utc"}
    assert {post["id_gap_s"] for post in outcome.posts} == {0}


def test_hashed_ids_hold_no_clock(read: Read) -> None:
    data = io_file().decode()
    for t in moments(40):
        data = data.replace(str(snowflake(t)), f"{t:x}f" * 4)
    outcome = read(data.encode())
    assert {post["id_gap_s"] for post in outcome.posts} == {None}
    assert "ids" not in outcome.source.clock.statement


def test_an_archive_that_its_ids_deny_is_not_read(read: Read) -> None:
    with pytest.raises(ReadError, match=r"tweet_time is -8 h from .* on 40 of 40") as caught:
        read(io_file(shift_h=-8))
    assert "UTC-8" in caught.value.todo
    for nothing in ("", "-"):
        assert read(io_file(shift_h=-8), columns={"id": nothing}).source.rows_read == 40


def test_epochs_and_offsets_that_ids_deny_are_not_read(read: Read) -> None:
    wrong_epoch = [(t, str(t // 1000 - 7200)) for t in moments(30)]
    with pytest.raises(ReadError, match="UTC by definition"):
        read(table(wrong_epoch))
    wrong_offset = [(t, text(t, 3) + "+00:00") for t in moments(30)]
    with pytest.raises(ReadError, match=r"\+3 h .* an offset is written"):
        read(table(wrong_offset))


def test_a_stated_zone_that_ids_deny_is_not_read(read: Read) -> None:
    rows = [(t, text(t, 8)) for t in moments(30)]
    good = read(table(rows), assume_zone="Asia/Shanghai")
    assert good.times == [t // 1000 * 1_000_000 for t in moments(30)]
    assert good.source.clock.clock_writer == "platform"
    with pytest.raises(ReadError, match="it was stated to be Europe/Berlin"):
        read(table(rows), assume_zone="Europe/Berlin")


def test_a_column_of_collection_times_is_not_read(read: Read) -> None:
    rows = [(t, str(NOON_MS // 1000 + 60_000 + i)) for i, t in enumerate(moments(30, 999_999))]
    with pytest.raises(ReadError, match="by no constant"):
        read(table(rows, "tweetid"))


def test_a_naive_column_is_read_as_the_ids_show_and_says_so_loudly(read: Read) -> None:
    rows = [(t, text(t, -8)) for t in moments(30)]
    outcome = read(table(rows))
    assert outcome.times == [t // 1000 * 1_000_000 for t in moments(30)]
    assert {post["basis"] for post in outcome.posts} == {"inferred"}
    assert outcome.source.clock.basis == "inferred"
    assert "30 of 30 ids agree" in outcome.source.clock.statement
    (note,) = outcome.source.notes
    assert note.startswith("WARNING")
    assert "--assume-zone -08:00" in note


def test_naive_utc_is_inferred_too(read: Read) -> None:
    rows = [(t, text(t)) for t in moments(30)]
    assert any("--assume-zone UTC" in note for note in read(table(rows)).source.notes)


def test_a_column_with_clock_changes_is_refused_and_described(read: Read) -> None:
    zone = pytz.timezone("America/New_York")
    rows = [
        (t, (EPOCH + timedelta(milliseconds=t)).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"))
        for t in moments(60, 86_400_000 * 5)
    ]
    with pytest.raises(ReadError, match=r"The ids show UTC-4 on \d+ posts, UTC-5 on \d+ posts"):
        read(table(rows))
    assert read(table(rows), assume_zone="America/New_York").source.rows_read == 60


def test_too_few_ids_infer_nothing(read: Read) -> None:
    rows = [(t, text(t, 8)) for t in moments(5)]
    with pytest.raises(ReadError, match="carry no offset"):
        read(table(rows))


def test_some_ids_that_disagree_are_named(read: Read) -> None:
    rows = [(t, str(t // 1000 + (3600 if i < 4 else 0))) for i, t in enumerate(moments(30))]
    outcome = read(table(rows))
    assert any("4 of 30 ids disagree" in note for note in outcome.source.notes)
    assert sorted(post["id_gap_s"] for post in outcome.posts) == [0] * 26 + [3600] * 4
    assert outcome.source.clock.clock_writer == "unknown"


def test_ids_of_other_platforms_are_left_alone(read: Read) -> None:
    rows = "".join(
        f"a,{t // 1000},{4_900_000_000_000_000 + i}\n" for i, t in enumerate(moments(30))
    )
    outcome = read(f"account,time,mid\n{rows}".encode())
    assert {post["id_gap_s"] for post in outcome.posts} == {None}


@pytest.mark.parametrize("columns", [{"time": "id", "id": "id"}, {"time": "id"}])
def test_the_clock_of_the_ids_alone(read: Read, columns: dict[str, str]) -> None:
    """Also where only the time is mapped: read as an epoch, ids would give times silently wrong."""
    rows = [(t, "") for t in moments(3)]
    outcome = read(table(rows), columns=columns)
    assert outcome.times == [t * 1000 for t in moments(3)]
    assert outcome.source.clock.basis == "id_clock"
    assert outcome.source.clock.clock_writer == "platform"
    assert outcome.source.format.endswith("clock inside the ids")


def test_ids_from_addresses(read: Read) -> None:
    (t,) = moments(1)
    data = f"account,time,url\na,{t // 1000},https://x.example/a/status/{snowflake(t)}?s=20\n"
    (post,) = read(data.encode()).posts
    assert (post["id"], post["id_gap_s"]) == (str(snowflake(t)), 0)


def test_a_spreadsheet_s_rounded_ids_are_no_clock(read: Read) -> None:
    outcome = read(b"account,time,id\na,1551700800,5.70306E+17\n")
    assert (outcome.posts[0]["id"], outcome.posts[0]["id_gap_s"]) == ("5.70306E+17", None)
