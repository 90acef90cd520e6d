"""Datasets in CSV: 4CAT, CrowdTangle, the Meta Content Library."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.errors import ReadError
from forensics.read.collectors import READERS, crowdtangle

Read = Callable[..., Any]
T = 1_614_592_800  # 2021-03-01 10:00:00 UTC
US = 10**6


def table(names: str, *rows: Sequence[object]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names.split(","))
    writer.writerows(rows)
    return out.getvalue().encode()


def rows(outcome: Any, *names: str) -> list[tuple[Any, ...]]:
    posts = sorted(outcome.posts, key=lambda post: post["row"])
    return [tuple(post[name] for name in ("row", *names)) for post in posts]


FOURCAT = "id,thread_id,author,body,timestamp,unix_timestamp,tiktok_url,location_created"


def test_4cat_reads_the_count_and_names_the_server_s_zone(read: Read) -> None:
    data = table(
        FOURCAT,
        ("1", "1", "ada", "hi", "2021-03-01 11:00:00", T, "u", "NL"),
        ("2", "1", "bob", "yo", "2021-07-01 12:00:00", 1_625_133_600, "u", ""),
        ("3", "3", "", "x", "2021-03-01 11:00:00", T, "u", ""),
        ("4", "4", "eve", "x", "2021-03-01 11:00:00", "soon", "u", ""),
    )
    outcome = read(data)
    assert outcome.source.reader == "4cat"
    assert rows(outcome, "account", "t_us", "text", "label", "kind") == [
        (1, "ada", T * US, "hi", "NL", "unknown"),
        (2, "bob", 1_625_133_600 * US, "yo", None, "unknown"),
    ]
    assert outcome.reasons == [(3, "no_account"), (4, "bad_time")]
    assert outcome.source.columns["time"] == "unix_timestamp"
    clock = outcome.source.clock
    assert (clock.clock_writer, clock.zone) == ("platform", "UTC")
    notes = " ".join(outcome.source.notes)
    assert "UTC+1 on 2 rows, UTC+2 on 1 rows" in notes
    assert "not of the authors" in notes


def test_an_unknown_source_of_4cat_has_an_unknown_writer(read: Read) -> None:
    names = "id,thread_id,author,body,timestamp,unix_timestamp"
    source = read(table(names, ("1", "1", "a", "b", "2021-03-01 10:00:00", T))).source
    assert source.clock.clock_writer == "unknown"
    assert "uploaded table" in source.clock.statement
    assert not [note for note in source.notes if "server" in note]


def test_older_datasets_of_4cat_hold_the_count_in_timestamp(read: Read) -> None:
    outcome = read(table("id,thread_id,author,body,timestamp", ("1", "1", "a", "b", T)))
    assert rows(outcome, "account", "t_us") == [(1, "a", T * US)]
    with pytest.raises(ReadError, match="naive_time"):
        read(
            table("id,thread_id,author,body,timestamp", ("1", "1", "a", "b", "2021-03-01 10:00:00"))
        )


TWITTER = (
    "id,thread_id,timestamp,unix_timestamp,body,author,source,language_guess,is_retweet,"
    "is_quote_tweet,is_reply,images"
)


def snowflake(second: int) -> str:
    return str((second * 1000 - 1_288_834_974_657) << 22)


def tweet(second: int, unix: int, author: str, *flags: str) -> tuple[object, ...]:
    name = snowflake(second)
    return (name, name, "x", unix, "text", author, "Phone", "en", *flags, "https://e.org/a.jpg")


def test_twitter_of_4cat_is_checked_against_its_ids(read: Read) -> None:
    data = table(
        TWITTER,
        tweet(T, T, "ada", "no", "no", "no"),
        tweet(T + 5, T + 5, "ada", "yes", "no", "yes"),
        tweet(T + 6, T + 6, "bob", "no", "yes", "no"),
        tweet(T + 7, T + 7, "bob", "no", "no", "yes"),
        tweet(T + 8, T + 9_000_000, "UNKNOWN", "no", "no", "no"),
    )
    outcome = read(data)
    assert rows(outcome, "account", "t_us", "kind", "client", "language", "media") == [
        (1, "ada", T * US, "original", "Phone", "en", "a.jpg"),
        (2, "ada", (T + 5) * US, "repost", "Phone", "en", "a.jpg"),
        (3, "bob", (T + 6) * US, "quote", "Phone", "en", "a.jpg"),
        (4, "bob", (T + 7) * US, "reply", "Phone", "en", "a.jpg"),
    ]
    assert outcome.reasons == [(5, "placeholder_time")]
    assert "4 of 4 ids agree" in outcome.source.clock.statement
    assert "1 rows hold the time of collection, not of a post; refused" in outcome.source.notes
    shifted = [tweet(T + n, T + n - 7_200, "a", "no", "no", "no") for n in range(5)]
    with pytest.raises(ReadError, match="-2 h from the clocks inside the ids on 5 of 5"):
        read(table(TWITTER, *shifted), "shifted.csv")


def test_streams_of_douyin_hold_the_time_of_collection(read: Read) -> None:
    names = (
        "id,thread_id,subject,body,timestamp,video_tags,prevent_download,author_user_id,"
        "author_nickname,unix_timestamp"
    )
    data = table(
        names,
        ("1", "1", "Post", "b", "2021-03-01 10:00:00", "", "", "77", "x", T),
        ("2", "2", "Stream", "b", "2021-03-01 10:00:00", "", "", "77", "x", T),
    )
    outcome = read(data)
    assert rows(outcome, "account", "t_us") == [(1, "77", T * US)]
    assert outcome.reasons == [(2, "placeholder_time")]


def test_imports_whose_unix_timestamp_is_wrong(read: Read) -> None:
    facebook = "id,thread_id,body,author,timestamp,unix_timestamp,page_top_country,likes_love"
    data = table(facebook, ("1", "1", "b", "a", "2021-03-01 05:00:00", T - 5 * 3_600, "US", "0"))
    with pytest.raises(ReadError, match="naive_time"):
        read(data)
    outcome = read(data, assume_zone="America/New_York", assume_because="dashboard")
    assert rows(outcome, "t_us") == [(1, T * US)]
    assert "4CAT dropped" in outcome.source.clock.statement
    tools = "id,thread_id,author,body,timestamp,unix_timestamp,publishedAt"
    row = ("1", "1", "a", "b", "2021-03-01 10:00:00", T - 3_600, "2021-03-01T10:00:00Z")
    outcome = read(table(tools, row), "tools.csv")
    assert rows(outcome, "t_us") == [(1, T * US)]
    assert outcome.source.columns["time"] == "publishedAt"


FACEBOOK = (
    "Page Name,User Name,Facebook Id,Page Admin Top Country,Post Created,Post Created Date,"
    "Post Created Time,Type,Likes,URL,Message"
)


def facebook(*created: str, names: str = FACEBOOK) -> bytes:
    made = (
        ("P", "p", "100", "RU", one, one[:10], one[11:19], "Status", "3", "u", "hi")
        for one in created
    )
    return table(names, *made)


def test_crowdtangle_is_read_by_its_abbreviations(read: Read) -> None:
    data = facebook(
        "2021-03-01 05:00:00 EST",
        "2021-07-01 06:00:00 EDT",
        "2021-11-07 01:30:00 EDT",
        "2021-11-07 01:30:00 EST",
        "2021-07-01 06:00:00 EST",
        "2021-03-01 05:00:00 CST",
        "2021-03-01 18:00:00 SGT",
        "2021-03-01 05:00:00",
        "yesterday",
        "2021-03-14 02:30:00 EDT",
        "",
    )
    outcome = read(data)
    assert outcome.source.reader == "crowdtangle"
    assert rows(outcome, "account", "t_us", "offset_min", "kind", "label", "text") == [
        (1, "100", T * US, -300, "unknown", "RU", "hi"),
        (2, "100", 1_625_133_600 * US, -240, "unknown", "RU", "hi"),
        (3, "100", 1_636_263_000 * US, -240, "unknown", "RU", "hi"),
        (4, "100", 1_636_266_600 * US, -300, "unknown", "RU", "hi"),
        (7, "100", T * US, 480, "unknown", "RU", "hi"),
    ]
    assert outcome.reasons == [
        (5, "naive_time"),
        (6, "naive_time"),
        (8, "naive_time"),
        (9, "bad_time"),
        (10, "naive_time"),
        (11, "no_time"),
    ]
    notes = " ".join(outcome.source.notes)
    assert "without one meaning: CST (1)" in notes
    assert "3 times name no zone, or an abbreviation that is not in force" in notes
    assert outcome.source.clock.zone == "offset written"


def test_groups_and_instagram_of_crowdtangle(read: Read) -> None:
    outcome = read(facebook("2021-03-01 10:00:00 UTC", names="Group" + FACEBOOK[4:]))
    assert "the account is the group in which a post stands, not its author" in outcome.source.notes
    names = "Account,User Name,Post Created,Type,Likes,URL,Description"
    data = table(names, ("Ada", "ada", "2021-03-01 11:00:00 CET", "Photo", "1", "u", "d"))
    outcome = read(data, "instagram.csv")
    assert rows(outcome, "account", "t_us", "text") == [(1, "ada", T * US, "d")]
    assert not outcome.source.notes


def test_crowdtangle_without_the_joined_column(read: Read) -> None:
    names = "Page Name,User Name,Post Created Date,Post Created Time,Type,Likes,Message"
    data = table(names, ("P", "p", "2021-03-01", "05:00:00", "Link", "1", "hi"))
    with pytest.raises(ReadError, match="naive_time"):
        read(data)
    outcome = read(data, assume_zone="America/New_York")
    assert rows(outcome, "account", "t_us") == [(1, "P", T * US)]
    assert outcome.source.columns["time"] == "Post Created Date + Post Created Time"


LIBRARY = "id,text,creation_time,modified_time,lang,mcl_url,post_owner.id,shared_post_id"


def test_the_content_library_is_read_by_its_written_offset(read: Read) -> None:
    data = table(
        LIBRARY,
        ("1", "a", "2021-03-01T10:00:00+00:00", "2022-01-01T00:00:00+00:00", "ru", "u", "9", ""),
        ("2", "b", "2021-03-01T10:00:05+0000", "", "ru", "u", "9", "77"),
        ("3", "c", "2021-03-01T10:00:00", "", "ru", "u", "9", ""),
    )
    outcome = read(data)
    assert outcome.source.reader == "meta-content-library"
    assert rows(outcome, "account", "t_us", "kind", "language") == [
        (1, "9", T * US, "original", "ru"),
        (2, "9", (T + 5) * US, "repost", "ru"),
    ]
    assert outcome.reasons == [(3, "naive_time")]
    assert outcome.source.clock.clock_writer == "platform"


SAMPLES = {
    "4cat": table(FOURCAT, *[("1", "1", "a", 'b "c"\nd', "2021-03-01 11:00:00", T, "u", "")] * 9),
    "crowdtangle": facebook(*["2021-03-01 05:00:00 EST"] * 9),
    "meta-content-library": table(
        LIBRARY, *[("1", "a", "2021-03-01T10:00:00Z", "", "ru", "u", "9", "")] * 9
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLES)
def test_cut_and_garbled_tables_still_add_up(read: Read, name: str) -> None:
    data = SAMPLES[name]
    for cut in range(len(data) // 2, len(data), 29):
        outcome = read(data[:cut], "cut.csv", nothing_is_an_error=False)
        assert outcome.source.reader == name
        assert outcome.source.rows_read >= 1
    where = data.rindex(b"2021")
    for junk, reason in ((b"\xff", "bad_encoding"), (b'"', "bad_quoting"), (b",", "long_row")):
        outcome = read(data[:where] + junk + data[where:], "bad.csv")
        assert reason in {found for _, found in outcome.reasons}


@pytest.mark.parametrize("data", [b"id,body,timestamp\n1,2,3\n", b"Post Created,User Name\n1,a\n",
                                  b"1614592800,thread_id,body\ntimestamp,1,2\n",
                                  b"id,text,creation_time,name\n1,2,3,4\n"])  # fmt: skip
def test_other_tables_are_left_alone(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    assert not [reader.name for reader in READERS if reader.detects(path, data)]


def test_each_table_is_its_own_reader_s(tmp_path: Path) -> None:
    path = tmp_path / "x"
    for name, data in SAMPLES.items():
        path.write_bytes(data)
        assert [reader.name for reader in READERS if reader.detects(path, data)] == [name]


ZONES = {zone for zone, _ in crowdtangle.ABBREVIATIONS.values()}


@settings(max_examples=25, deadline=None)
@given(
    second=st.integers(min_value=1_300_000_000, max_value=2_100_000_000),
    zone=st.sampled_from(
        ["America/New_York", "America/Los_Angeles", "Europe/Berlin", "Asia/Singapore", "UTC",
         "America/Panama", "America/Phoenix", "Asia/Kolkata", "Asia/Shanghai", "Australia/Sydney",
         "Africa/Algiers", "Europe/London", "America/Chicago", "Asia/Manila", "Asia/Tokyo"]
    ),
)  # fmt: skip
def test_any_instant_comes_back_or_is_refused(
    read_into: Callable[..., Any], second: int, zone: str
) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    shown = moment.astimezone(ZoneInfo(zone))
    word = "SGT" if zone == "Asia/Singapore" else shown.tzname()
    sure = word in crowdtangle.ABBREVIATIONS and zone in ZONES
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(facebook(f"{shown:%Y-%m-%d %H:%M:%S} {word}"))
        found = read_into([path], Path(folder) / "out", nothing_is_an_error=False)
    assert found.times in ([second * US], [])
    assert found.times or not sure
