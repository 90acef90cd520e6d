"""Times: the same instant comes back, or the row is refused; it is never off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytz
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forensics import clock
from forensics.errors import ClockError, ReadError
from forensics.read.resolve import segments_of

Read = Callable[..., Any]
ZONES = [
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Dublin",
    "Europe/Moscow",
    "Europe/Istanbul",
    "Europe/Samara",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Asia/Kabul",
    "Asia/Yangon",
    "Asia/Pyongyang",
    "Asia/Amman",
    "Asia/Gaza",
    "Asia/Dhaka",
    "Asia/Karachi",
    "Asia/Colombo",
    "Asia/Almaty",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/Windhoek",
    "Africa/Khartoum",
    "America/New_York",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Caracas",
    "America/Sao_Paulo",
    "America/Asuncion",
    "America/Havana",
    "America/Mexico_City",
    "America/Godthab",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Australia/Adelaide",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Pacific/Marquesas",
    "Antarctica/Troll",
]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(clock.EARLIEST_US, clock.LATEST_US - 1)


def local(t_us: int, zone: str) -> tuple[datetime, int]:
    """Wall-clock time of an instant and its offset in minutes (datetime and pytz, not our code)."""
    there = (EPOCH + timedelta(microseconds=t_us)).astimezone(pytz.timezone(zone))
    offset = there.utcoffset()
    assert offset is not None
    return there.replace(tzinfo=None), int(offset.total_seconds()) // 60


def offset(minutes: int, colon: str = ":") -> str:
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}{colon}{abs(minutes) % 60:02d}"


WRITTEN: dict[str, Callable[[datetime, int], str]] = {
    "iso": lambda w, m: w.isoformat(timespec="microseconds") + offset(m),
    "iso space": lambda w, m: w.strftime("%Y-%m-%d %H:%M:%S.%f ") + offset(m, ""),
    "iso comma": lambda w, m: w.strftime("%Y/%m/%dT%H:%M:%S,%f") + offset(m),
    "twitter": lambda w, m: w.strftime("%a %b %d %H:%M:%S ") + offset(m, "") + w.strftime(" %Y"),
    "mail": lambda w, m: w.strftime("%a, %d %b %Y %H:%M:%S ") + offset(m, ""),
    "minute": lambda w, m: w.strftime("%Y-%m-%d %H:%M") + offset(m),
    "half day": lambda w, m: w.strftime("%Y-%m-%d %I:%M:%S %p ") + offset(m),
}
STEP_US = {"iso": 1, "iso space": 1, "iso comma": 1, "minute": 60_000_000}


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(INSTANTS, min_size=1, max_size=8), st.sampled_from(sorted(WRITTEN)))
def test_written_with_offset_comes_back(read: Read, instants: list[int], form: str) -> None:
    rows, expected, offsets = [], [], []
    for t_us in instants:
        for zone in ZONES:
            wall, minutes = local(t_us, zone)
            rows.append(f'a,"{WRITTEN[form](wall, minutes)}"')
            expected.append(t_us // STEP_US.get(form, 1_000_000) * STEP_US.get(form, 1_000_000))
            offsets.append(minutes)
    outcome = read(("account,created_at\n" + "\n".join(rows)).encode())
    by_row = sorted(outcome.posts, key=lambda post: post["row"])
    assert [post["t_us"] for post in by_row] == expected
    assert [post["offset_min"] for post in by_row] == offsets
    assert {post["basis"] for post in by_row} == {"written_offset"}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(INSTANTS, min_size=1, max_size=40), st.sampled_from(ZONES))
def test_naive_with_a_stated_zone_comes_back_or_is_refused(
    read: Read, instants: list[int], zone: str
) -> None:
    # beside random instants, those around a change of the clock, where the danger is
    changes = [start for start, _ in clock.transitions(zone) if start > 946_800_000][-12:]
    near = [start * 1_000_000 + d * 1_000_000 for start in changes for d in (-1801, -1, 0, 1800)]
    everything = [t for t in [*instants, *near] if clock.EARLIEST_US <= t < clock.LATEST_US]
    rows = [f"a,{local(t, zone)[0].isoformat(sep=' ')}" for t in everything]
    try:
        outcome = read(("account,date\n" + "\n".join(rows)).encode(), assume_zone=zone)
    except ReadError:
        outcome = None  # every single one occurred twice
    found = {post["row"]: post["t_us"] for post in outcome.posts} if outcome else {}
    for row, t_us in enumerate(everything, start=1):
        seconds = t_us // 1_000_000 + local(t_us, zone)[1] * 60
        try:
            expected = clock.local_to_utc_s(seconds, zone) * 1_000_000 + t_us % 1_000_000
        except ClockError:
            assert row not in found
        else:
            assert expected == t_us
            assert found[row] == t_us


def test_doubled_and_skipped_hours_are_refused_by_name(read: Read) -> None:
    data = (
        b"account,date\na,2019-11-03 01:30:00\na,2019-03-10 02:30:00\na,2019-03-10 03:00:00\n"
        b"a,1999-01-01 00:00:00\n"
    )
    outcome = read(data, assume_zone="America/New_York", assume_because="the exporter says so")
    assert outcome.reasons == [
        (1, "ambiguous_time"),
        (2, "missing_local_time"),
        (4, "time_out_of_range"),
    ]
    assert outcome.times == [clock.local_to_utc_s(1552186800, "America/New_York") * 1_000_000]
    assert outcome.posts[0]["basis"] == "stated"
    assert outcome.source.clock.zone == "America/New_York"
    assert outcome.source.clock.assumption == "stated: the exporter says so"


WITH_OFFSET = st.from_regex(
    r"20[0-9]{2}[-/][0-9]{1,2}[-/][0-9]{1,2}[T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?"
    r" ?(Z|z|UTC|[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2})",
    fullmatch=True,
)


def one_by_one(text: str) -> int | None:
    try:
        return clock.instant(text, clock_writer="unknown").utc_us
    except ClockError:
        return None


@settings(max_examples=30, deadline=None)
@given(st.lists(WITH_OFFSET, min_size=8, max_size=20))
def test_the_bulk_reader_agrees_with_the_clock_module(parse_times: Any, texts: list[str]) -> None:
    assert parse_times(texts) == [one_by_one(text) for text in texts]


@pytest.mark.parametrize(("unit", "scale"), [("s", 1), ("ms", 10**3), ("us", 10**6), ("ns", 10**9)])
def test_epoch_units_by_magnitude(read: Read, unit: str, scale: int) -> None:
    seconds = [946_684_800, 1_551_702_896, 2_145_916_799]
    rows = "".join(f"a,{second * scale}\n" for second in seconds)
    outcome = read(f"account,time\n{rows}".encode())
    assert outcome.times == [second * 1_000_000 for second in seconds]
    assert f"epoch {unit}" in outcome.source.format
    assert outcome.source.clock.zone == "UTC"


def test_epoch_fractions_are_read_without_floats(read: Read) -> None:
    outcome = read(b"account,time\na,1551702896.123456789\na,1551702896.5\na,1551702896.0\n")
    assert [t % 1_000_000 for t in outcome.times] == [123456, 500000, 0]
    assert [t % 1_000 for t in read(b"account,time\na,1551702896123.25\n").times] == [250]


NOT_TIMES = [
    "2019-02-30T00:00:00Z", "2019-13-01T00:00:00Z", "2019-03-04T24:00:00Z", "2019-03-04T23:59:60Z",
    "2019-03-04T12:60:00Z", "2019-03-04T12:34:56+15:00", "2019-03-04T12:34:56+03:75",
    "2019-03-04", "12:34", "12:34:56Z", "just now", "5 minutes ago", "2019-Foo-04 12:00:00Z",
    "Mon Foo 04 12:34:56 +0000 2019", "43528.52", "1.5517E+09", "2019-03-04 13:00 PM +00:00",
    "2019-03-04T12:34:56 EST", "03/04/2019 12:34", "20190304T123456Z", "２０１９-03-04T12:34:56Z",
]  # fmt: skip


@pytest.mark.parametrize("text", NOT_TIMES)
def test_what_is_no_instant_is_refused(read: Read, text: str) -> None:
    outcome = read(f'account,time\na,"{text}"\na,2019-03-04T12:34:56Z\n'.encode())
    assert outcome.reasons == [(1, "bad_time")]
    assert outcome.refusals[0] | {"original": ""} == {
        "original": "", "row": 1, "field": "time", "reason": "bad_time", "raw": text,
    }  # fmt: skip


def test_day_or_month_first_is_decided_by_the_column(read: Read) -> None:
    head = "account,date\n"
    first = read((head + "a,03/04/2019 12:00 +00:00\na,13/04/2019 12:00 +00:00\n").encode())
    assert first.times[0] == 1_554_292_800_000_000  # 3 April
    second = read((head + "a,03/04/2019 12:00 PM UTC\na,03/31/2019 12:00 AM UTC\n").encode())
    assert second.times == [1_551_700_800_000_000, 1_553_990_400_000_000]  # 4 March, 31 March
    for rows in ("a,03/04/2019 12:00Z\n", "a,13/04/2019 12:00Z\na,04/13/2019 12:00Z\n"):
        with pytest.raises(ReadError, match=r"bad_time.*year-month-day"):
            read((head + rows).encode())


def test_a_late_row_decides_the_order_of_a_long_column(read: Read) -> None:
    rows = "a,03.04.2019 10:00 +00:00\n" * 5000 + "a,28.04.2019 10:00 +00:00\n"
    assert read(f"account,date\n{rows}".encode()).times[0] == 1_554_285_600_000_000


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("43528.5", "serial days"),
        ("12:34", "time of day"),
        ("2019-03-04", "date without a time"),
        ("03/04/2019 10:00", "day first or month first"),
    ],
)
def test_a_column_that_cannot_be_read_is_explained(read: Read, cell: str, words: str) -> None:
    with pytest.raises(ReadError, match=words):
        read(f"account,date\n{f'a,{cell}' + chr(10)}".encode() * 1)


def test_mixed_columns_are_read_row_by_row(read: Read) -> None:
    data = (
        b"account,time\na,2019-03-04T12:00:00Z\na,2019-03-04 12:00:00\n"
        b"a,Mon Mar 04 12:00:00 +0000 2019\na,1551700800\n"
    )
    bare = read(data)
    assert bare.reasons == [(2, "naive_time"), (4, "bad_time")]
    assert any("1 times in time carry no offset" in note for note in bare.source.notes)
    stated = read(data, assume_zone="Asia/Shanghai")
    assert stated.times == [
        1551700800000000,
        1551700800000000 - 8 * 3_600_000_000,
        1551700800000000,
    ]
    assert [post["basis"] for post in stated.posts].count("stated") == 1
    assert stated.source.clock.basis == "stated"


def test_zone_per_row_constant_zone_and_offset_column(read: Read) -> None:
    data = (
        b"account,date,tz,off\na,2019-07-01 12:00:00,Europe/Berlin,120\n"
        b"a,2019-07-01 12:00:00,+03:00,+03:00\na,2019-07-01 12:00:00,Mars/Base,\n"
        b"a,2019-07-01 12:00:00,,-90.0\n"
    )
    noon = 1_561_982_400_000_000
    rows = read(data, columns={"zone": "tz"})
    assert rows.times == [noon - 7_200_000_000, noon - 10_800_000_000]
    assert rows.reasons == [(3, "naive_time"), (4, "naive_time")]
    assert rows.source.clock.zone == "per row"
    beside = read(data, columns={"offset": "off"})
    assert beside.times == [noon - 7_200_000_000, noon - 10_800_000_000, noon + 5_400_000_000]
    assert [post["offset_min"] for post in beside.posts] == [180, 120, -90]
    constant = read(data, columns={"zone": "=Asia/Tokyo"})
    assert constant.times == [noon - 9 * 3_600_000_000] * 4
    assert constant.source.columns["zone"] == "=Asia/Tokyo"
    offset_zone = read(data, assume_zone="-03:30")
    assert offset_zone.times == [noon + 12_600_000_000] * 4


def test_an_offset_column_is_not_used_unless_mapped(read: Read) -> None:
    data = b"account,epoch_seconds,offset_min,tz_name\na,1551702896,330,Asia/Kolkata\n"
    plain = read(data)
    assert (plain.times, plain.posts[0]["offset_min"]) == ([1551702896000000], None)
    mapped = read(data, columns={"offset": "offset_min"})
    assert (mapped.times, mapped.posts[0]["offset_min"]) == ([1551702896000000], 330)


def test_unknown_zone_is_refused_before_reading(read: Read) -> None:
    for options in ({"assume_zone": "Mars/Base"}, {"columns": {"zone": "=Mars/Base"}}):
        with pytest.raises(ReadError, match="no time zone is called 'Mars/Base'"):
            read(b"account,date\na,2019-07-01 12:00:00\n", **options)
    assert segments_of("not a zone!") == ()


@pytest.mark.parametrize(("step", "precision"), [(60, 60), (3600, 3600), (1, 1)])
def test_precision_is_that_of_the_column(read: Read, step: int, precision: int) -> None:
    rows = "".join(f"a,{1551700800 + step * i * 7}\n" for i in range(40))
    outcome = read(f"account,time\n{rows}".encode())
    assert {post["precision_s"] for post in outcome.posts} == {precision}
    assert outcome.source.clock.precision_s == precision


def test_a_column_of_dates_is_refused_whatever_it_is_written_as(read: Read) -> None:
    rows = "".join(f"a,{1551657600 + 86400 * i}\n" for i in range(40))
    with pytest.raises(ReadError, match="dates without time of day"):
        read(f"account,time\n{rows}".encode())


def test_minutes_without_seconds_have_minute_precision(read: Read) -> None:
    outcome = read(b"account,time\na,2019-03-04T12:34Z\na,2019-03-04T12:34:56Z\n")
    assert [post["precision_s"] for post in outcome.posts] == [60, 1]
