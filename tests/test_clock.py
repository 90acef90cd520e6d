"""Claims of the clock: one database, no guessing, nothing depends on the machine's own zone."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import pytz
from hypothesis import given
from hypothesis import strategies as st

from forensics import clock
from forensics.errors import ClockError

ZONES = [
    "Asia/Shanghai",
    "Europe/Moscow",
    "America/New_York",
    "Europe/Berlin",
    "Asia/Tehran",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Pacific/Apia",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Europe/Istanbul",
    "Asia/Pyongyang",
    "America/Sao_Paulo",
    "America/Caracas",
    "Pacific/Chatham",
    "Asia/Jerusalem",
    "Africa/Cairo",
    "Asia/Tokyo",
    "Europe/Dublin",
    "Asia/Amman",
    "America/Santiago",
]
SECONDS = st.integers(946_684_800, 1_900_000_000)


def second(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def test_the_database_is_named_with_its_version() -> None:
    assert pytz.OLSON_VERSION in clock.ZONE_DATABASE


@given(st.sampled_from(ZONES), SECONDS)
def test_offsets_equal_the_database_itself(name: str, utc_s: int) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=utc_s)
    expected = moment.astimezone(pytz.timezone(name)).utcoffset()
    assert expected is not None
    assert clock.offset_s(name, utc_s) == int(expected.total_seconds())


@pytest.mark.parametrize(
    ("name", "when", "hours"),
    [
        ("Europe/Moscow", "2014-10-25T12:00:00", 4.0),
        ("Europe/Moscow", "2014-10-27T12:00:00", 3.0),
        ("Europe/Istanbul", "2016-12-01T12:00:00", 3.0),
        ("Europe/Istanbul", "2015-12-01T12:00:00", 2.0),
        ("Asia/Pyongyang", "2016-06-01T12:00:00", 8.5),
        ("Asia/Pyongyang", "2018-06-01T12:00:00", 9.0),
        ("Asia/Tehran", "2022-06-01T12:00:00", 4.5),
        ("Asia/Tehran", "2023-06-01T12:00:00", 3.5),
        ("Pacific/Apia", "2011-12-01T12:00:00", -10.0),
        ("Pacific/Apia", "2012-06-01T12:00:00", 13.0),
        ("America/Caracas", "2010-06-01T12:00:00", -4.5),
        ("America/Sao_Paulo", "2019-12-01T12:00:00", -3.0),
    ],
)
def test_laws_that_changed_are_dated(name: str, when: str, hours: float) -> None:
    assert clock.offset_s(name, second(when)) == hours * 3600


@given(st.sampled_from(ZONES), SECONDS)
def test_a_local_time_comes_back_or_is_refused(name: str, utc_s: int) -> None:
    local = utc_s + clock.offset_s(name, utc_s)
    try:
        assert clock.local_to_utc_s(local, name) == utc_s
    except ClockError as error:
        assert "twice" in error.line()


def test_doubled_and_missing_hours_are_refused() -> None:
    with pytest.raises(ClockError, match="never occurred"):
        clock.local_to_utc_s(second("2019-03-10T02:30:00"), "America/New_York")
    with pytest.raises(ClockError, match="twice"):
        clock.local_to_utc_s(second("2019-11-03T01:30:00"), "America/New_York")


@given(st.sampled_from(ZONES), SECONDS)
def test_segments_say_the_same_as_single_times(name: str, local_s: int) -> None:
    span = 40 * 86_400
    segments = clock.local_segments(name, local_s - span, local_s + span)
    assert segments[0].start_s == local_s - span
    assert segments[-1].end_s == local_s + span
    assert all(a.end_s == b.start_s for a, b in pairwise(segments))
    for probe in (local_s, *(segment.start_s for segment in segments)):
        piece = next(s for s in segments if s.start_s <= probe < s.end_s)
        if piece.status == "ok":
            assert clock.local_to_utc_s(probe, name) == probe - piece.offset_s
        else:
            with pytest.raises(
                ClockError, match="twice" if piece.status == "ambiguous" else "never"
            ):
                clock.local_to_utc_s(probe, name)


@given(st.integers(clock.EARLIEST_US, clock.LATEST_US - 1), st.integers(-56, 56))
def test_written_offsets_are_kept_and_subtracted(utc_us: int, quarters: int) -> None:
    offset = quarters * 15
    local = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=utc_us, minutes=offset)
    sign = "-" if offset < 0 else "+"
    text = (
        local.strftime("%Y-%m-%dT%H:%M:%S.%f")
        + f"{sign}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"
    )
    read = clock.instant(text, clock_writer="platform")
    assert (read.utc_us, read.offset_as_written_min, read.raw) == (utc_us, offset, text)
    assert read.basis == "written_offset"
    assert read.assumption is None


@pytest.mark.parametrize(
    ("text", "utc", "offset", "precision"),
    [
        ("2019-03-04T12:34:56Z", "2019-03-04T12:34:56Z", 0, 1),
        ("2019-03-04T12:34:56+03:00", "2019-03-04T09:34:56Z", 180, 1),
        ("2019-03-04 12:34 -0330", "2019-03-04T16:04:00Z", -210, 60),
        ("Mon Mar 04 12:34:56 +0000 2019", "2019-03-04T12:34:56Z", 0, 1),
        ("2019/3/4 12:34:56.789 UTC", "2019-03-04T12:34:56Z", 0, 1),
    ],
)
def test_forms_that_are_read(text: str, utc: str, offset: int, precision: int) -> None:
    read = clock.instant(text, clock_writer="platform")
    assert clock.utc_text(read.utc_us) == utc
    assert (read.offset_as_written_min, read.precision_s) == (offset, precision)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12:34",
        "03/04/2019 12:34",
        "2019-02-30T12:00:00Z",
        "2019-03-04T24:00:00Z",
        "2019-03-04T23:59:60Z",
        "2019-03-04T12:34:56+15:00",
        "2019-03-04T12:34:56 EST",
        "Mon Foo 04 12:34:56 +0000 2019",
        "2019-03-04T12:34:56+03:75",
        "1999-12-31T23:59:59Z",
        "2100-01-01T00:00:00Z",
        "2019-03-04T12:34:56",
        "٢٠١٩-٠٣-٠٤T12:34:56Z",
        "2019-03-04T12:34:56Z'); DROP TABLE posts; --",
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(ClockError):
        clock.instant(text, clock_writer="unknown")


def test_a_naive_time_needs_an_assumption_that_stays_attached() -> None:
    read = clock.instant(
        "2019-03-04 12:34:56", clock_writer="exporter", assume_zone="Asia/Shanghai"
    )
    assert clock.utc_text(read.utc_us) == "2019-03-04T04:34:56Z"
    assert (read.basis, read.assumption) == ("stated", "Asia/Shanghai")


def test_an_unknown_zone_is_named() -> None:
    with pytest.raises(ClockError, match="Mars/Olympus"):
        clock.transitions("Mars/Olympus")
    assert clock.offset_s("UTC", 0) == 0


def test_the_clock_inside_ids() -> None:
    # The id and time that the platform's documentation prints as its worked example.
    us = clock.snowflake_us("1050118621198921728")
    assert us is not None
    assert clock.utc_text(us) == "2018-10-10T20:19:24Z"


@pytest.mark.parametrize("text", ["", "abc", "20", "-5", "1e18", "9" * 30, "f00ba4"])
def test_ids_without_a_clock_give_none(text: str) -> None:
    assert clock.snowflake_us(text) is None


@pytest.mark.parametrize(
    ("minutes", "text"), [(0, "UTC+0"), (480, "UTC+8"), (-210, "UTC-3:30"), (345, "UTC+5:45")]
)
def test_offsets_as_text(minutes: int, text: str) -> None:
    assert clock.offset_text(minutes) == text


def test_a_second_database_agrees() -> None:
    """The tables come from pytz; the standard library reads another copy of the same facts."""
    moments = range(second("2008-01-15T12:00:00"), second("2024-06-01T00:00:00"), 90 * 86_400)
    checked = 0
    for name in ZONES:
        try:
            other = zoneinfo.ZoneInfo(name)
        except zoneinfo.ZoneInfoNotFoundError:
            continue
        for utc_s in moments:
            expected = datetime.fromtimestamp(utc_s, tz=other).utcoffset()
            assert expected is not None
            assert clock.offset_s(name, utc_s) == int(expected.total_seconds()), (name, utc_s)
            checked += 1
    if not checked:
        pytest.skip("no second zone database on this machine")


def test_countries_have_zones() -> None:
    zones = clock.zones_by_country()
    assert "Asia/Shanghai" in zones["CN"]
    assert set(zones["RU"]) > {"Europe/Moscow", "Asia/Vladivostok"}
    assert "Etc/GMT+3" not in clock.all_zones()
    assert clock.offsets_of("Asia/Tokyo", [0, 10**9]) == [32_400, 32_400]
