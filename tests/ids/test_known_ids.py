"""Ids whose time is published by others: the reading must give that time."""

from __future__ import annotations

import pytest

from forensics.clock import read_written
from forensics.ids import METHODS, clock_us, read_id

NOW_US = 1_795_000_000_000_000

KNOWN = [
    # kind, value, published time, greatest difference in ms, where the pair is published
    ("x_snowflake", "1050118621198921728", "2018-10-10T20:19:24Z", 999,
     "X's data dictionary, post object: created_at beside id_str"),
    ("discord_snowflake", "175928847299117063", "2016-04-30T11:18:25.796Z", 0,
     "Discord's developer reference, worked example"),
    ("mastodon_status", "103254962155278888", "2019-12-05T11:34:47.196Z", 20,
     "Mastodon's documentation, created_at beside id: the id is 13 ms earlier"),
    ("instagram_media", "2384288897814875714", "2020-08-26T13:43:27Z", 999,
     "a question on a programmers' site that lists two ids with their times"),
    ("instagram_media", "2383568809444681765", "2020-08-25T13:52:46Z", 999,
     "the same"),
    ("tiktok_item", "6821319305112685829", "2020-04-30T02:02:53Z", 9000,
     "an API answer in a public repository, create_time beside the id: upload 9 s earlier"),
    ("linkedin_activity", "6685980502161199104", "2020-07-06T18:59:31.226Z", 0,
     "tests of a public forensics tool"),
    ("weibo_mid", "3517050414441240", "2012-11-27T18:53:45+08:00", 0,
     "Weibo's API pages, Responses: created_at beside mid"),
    ("weibo_mid", "3700057402482222", "2014-04-16T18:58:11+08:00", 0,
     "the same"),
    ("weibo_mid", "3516560159321035", "2012-11-26T10:25:38+08:00", 1000,
     "the same: the id is 1 s later"),
    ("sonyflake_hex", "45eec4a4600041b", "2020-08-12T17:35:29.98Z", 0,
     "tests of a public forensics tool"),
    ("sonyflake", str(0x45EEC4A4600041B), "2020-08-12T17:35:29.98Z", 0,
     "the same in decimal"),
    ("bluesky_tid", "3l25zusnsfctk", "2024-08-20T16:31:35.793Z", 0,
     "readme of a library for AT Protocol: 1724171495793000"),
    ("x_media_name", "C_UdnvPUwAE3Dnn", "2017-05-08T17:02:52.304Z", 0,
     "X's API examples: media_url beside media id 861627472244162561"),
    ("ulid", "01ARYZ6S41TSV4RRFFQ69G5FAV", "2016-07-30T22:36:16.385Z", 0,
     "ULID specification: 1469918176385"),
    ("ksuid", "0ujtsYcgvSTl8PAuAdqWYSMnLOv", "2017-10-10T04:00:47Z", 0,
     "readme of KSUID: raw time 107608047"),
    ("uuid1", "C232AB00-9414-11EC-B3C8-9F6BDECED846", "2022-02-22T19:22:22Z", 0,
     "RFC 9562, appendix A.1"),
    ("uuid6", "1EC9414C-232A-6B00-B3C8-9F6BDECED846", "2022-02-22T19:22:22Z", 0,
     "RFC 9562, appendix A.5"),
    ("uuid7", "017F22E2-79B0-7CC3-98C4-DC0C0C07398F", "2022-02-22T19:22:22Z", 0,
     "RFC 9562, appendix A.6"),
    ("mongodb_objectid", "507f191e810c19729de860ea", "2012-10-17T20:46:22Z", 0,
     "MongoDB's manual"),
    ("mongodb_objectid", "507f1f77bcf86cd799439011", "2012-10-17T21:13:27Z", 0,
     "MongoDB's manual"),
]  # fmt: skip

PAIRS = [
    # the same medium or post written in two ways, as published
    ("C_UdnvPUwAE3Dnn", "861627472244162561", "X's API examples"),
    ("z8ElgBLeQ", "3520617028999724", "a guide to Weibo's links"),
]


def by_kind(value: str, kind: str):
    found = [one for one in read_id(value, NOW_US) if one.kind == kind]
    assert len(found) == 1, f"{value}: {kind} not among the readings"
    return found[0]


def published_us(text: str) -> int:
    written = read_written(text)
    assert written is not None
    assert written.offset_min is not None
    return written.local_us - written.offset_min * 60_000_000


@pytest.mark.parametrize(("kind", "value", "time", "within_ms", "source"), KNOWN)
def test_published_pairs(kind, value, time, within_ms, source):
    assert source
    found = by_kind(value, kind)
    assert abs(found.utc_us - published_us(time)) <= within_ms * 1000
    assert found.plausible
    assert clock_us(kind, value) == found.utc_us


def test_one_method_alone():
    assert clock_us("weibo_mid", "1050118621198921728") is None
    assert clock_us("x_snowflake", "hello") is None
    with pytest.raises(KeyError):
        clock_us("no_such_kind", "1")


def test_clock_texts_have_the_digits_of_their_clock():
    assert by_kind("1050118621198921728", "x_snowflake").time == "2018-10-10T20:19:24.211Z"
    assert by_kind("3700057402482222", "weibo_mid").time == "2014-04-16T10:58:11Z"
    assert by_kind("45eec4a4600041b", "sonyflake_hex").time == "2020-08-12T17:35:29.98Z"
    assert by_kind("3l25zusnsfctk", "bluesky_tid").time == "2024-08-20T16:31:35.793000Z"


def test_short_and_long_forms_say_the_same():
    for code, number, _ in PAIRS:
        codes = {one.utc_us for one in read_id(code, NOW_US)}
        numbers = {one.utc_us for one in read_id(number, NOW_US)}
        assert codes & numbers


def test_forms_around_an_id_do_not_matter():
    plain = by_kind("C232AB00-9414-11EC-B3C8-9F6BDECED846", "uuid1").utc_us
    for text in (
        "c232ab00-9414-11ec-b3c8-9f6bdeced846",
        "urn:uuid:C232AB00-9414-11EC-B3C8-9F6BDECED846",
        " {C232AB00-9414-11EC-B3C8-9F6BDECED846} ",
    ):
        assert by_kind(text, "uuid1").utc_us == plain
    assert by_kind("C232AB00941411ECB3C89F6BDECED846", "uuid1_bare").utc_us == plain
    assert by_kind("1EC9414C232A6B00B3C89F6BDECED846", "uuid6_bare").utc_us == plain
    assert by_kind("017F22E279B07CC398C4DC0C0C07398F", "uuid7_bare").utc_us == plain


@pytest.mark.parametrize(
    ("link", "kind", "time"),
    [
        ("https://x.com/someone/status/1050118621198921728?s=20", "x_snowflake", "2018-10-10"),
        ("https://pbs.twimg.com/media/C_UdnvPUwAE3Dnn?format=jpg&name=large", "x_media_name",
         "2017-05-08"),
        ("https://pbs.twimg.com/media/C_UdnvPUwAE3Dnn.jpg:orig", "x_media_name", "2017-05-08"),
        ("https://weibo.com/1234567890/z8ElgBLeQ#comment", "weibo_code", "2012-12-07"),
        ("at://did:plc:abc/app.bsky.feed.post/3l25zusnsfctk", "bluesky_tid", "2024-08-20"),
        ("https://discord.com/channels/1/2/175928847299117063", "discord_snowflake", "2016-04-30"),
        ("urn:li:activity:6685980502161199104", "linkedin_activity", "2020-07-06"),
        ("https://www.linkedin.com/posts/some-one_words-activity-6685980502161199104-aBcD",
         "linkedin_activity", "2020-07-06"),
        ("2384288897814875714_4420", "instagram_media", "2020-08-26"),
    ],
)  # fmt: skip
def test_the_id_at_the_end_of_a_link_is_read(link, kind, time):
    assert by_kind(link, kind).time.startswith(time)


@pytest.mark.parametrize(
    ("value", "kind", "time"),
    [
        ("1629064892", "epoch_s", "2021-08-15T22:01:32Z"),
        ("1629064892.123456", "epoch_s_fraction", "2021-08-15T22:01:32.123456Z"),
        ("1629064892.5", "epoch_s_fraction", "2021-08-15T22:01:32.500000Z"),
        ("1629064892123", "epoch_ms", "2021-08-15T22:01:32.123Z"),
        ("1629064892123456", "epoch_us", "2021-08-15T22:01:32.123456Z"),
        ("1629064892123456789", "epoch_ns", "2021-08-15T22:01:32.123456Z"),
    ],
)
def test_plain_counts(value, kind, time):
    assert by_kind(value, kind).time == time


def test_milliseconds_are_not_taken_for_a_post():
    plausible = [one.kind for one in read_id("1629064892123", NOW_US) if one.plausible]
    assert plausible == ["epoch_ms"]


def test_all_readings_are_given_better_founded_first():
    kinds = [one.kind for one in read_id("1050118621198921728", NOW_US)]
    assert kinds[0] == "x_snowflake"
    assert {"discord_snowflake", "instagram_media", "epoch_ns"} < set(kinds)
    order = ["documented", "reported", "weak"]
    for value in ("1050118621198921728", "6821319305112685829", "3516560159321035"):
        keys = [(not one.plausible, order.index(one.sure)) for one in read_id(value, NOW_US)]
        assert keys == sorted(keys)
        assert len(keys) >= 3


def test_the_present_ends_every_range():
    value = "1050118621198921728"
    moment = by_kind(value, "x_snowflake").utc_us
    for now, plausible in ((moment, True), (moment - 1, False)):
        found = next(one for one in read_id(value, now) if one.kind == "x_snowflake")
        assert (found.plausible, found.until_us) == (plausible, now)


def test_every_method_is_tried_above_or_has_a_round_trip():
    elsewhere = {"instagram_shortcode", "weibo_code", "uuid1_bare", "uuid6_bare", "uuid7_bare"}
    elsewhere |= {kind for kind in (one.kind for one in METHODS) if kind.startswith("epoch_")}
    assert {row[0] for row in KNOWN} | elsewhere == {one.kind for one in METHODS}


def test_every_method_says_who_describes_it_and_what_to_beware_of():
    for one in METHODS:
        assert one.source
        assert one.note
        assert one.meaning
        assert one.kind.isascii()
    assert len({one.kind for one in METHODS}) == len(METHODS)
