"""Dates as cameras and editors write them, and the offset of a camera's clock."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.read.images import equal_offsets_min, read_clock, strength
from forensics.read.images.dates import Written, read_exif_date, read_offset, read_xmp_date

HOUR_US = 3_600_000_000


@pytest.mark.parametrize(
    ("text", "expected", "offset"),
    [
        ("2008:10:22 16:28:39", "2008-10-22T16:28:39", None),
        ("2008-10-22 16:28:39", "2008-10-22T16:28:39", None),
        ("2008/10/22 16:28:39", "2008-10-22T16:28:39", None),
        ("2008:10:22 16:28:39.75", "2008-10-22T16:28:39", None),
        (" 1998:02:03  1:02:03 ", "1998-02-03T01:02:03", None),
        ("2015-06-29T18:19:12+01:00", "2015-06-29T18:19:12", 60),
        ("2015:06:29 18:19:12Z", "2015-06-29T18:19:12", 0),
        ("2024:02:29 00:00:00", "2024-02-29T00:00:00", None),
    ],
)
def test_dates_that_are_read(text, expected, offset):
    found = read_exif_date(text)
    assert isinstance(found, Written)
    assert (found.text, found.offset_min) == (expected, offset)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0000:00:00 00:00:00", "placeholder_time"),
        ("    :  :     :  :  ", "placeholder_time"),
        ("2001:12:00 10:00:00", "bad_time"),
        ("2001:13:01 10:00:00", "bad_time"),
        ("2023:02:29 10:00:00", "bad_time"),
        ("2001:12:01 24:00:00", "bad_time"),
        ("2001:12:01 10:61:00", "bad_time"),
        ("yesterday", "bad_time"),
        ("2001:12:01", "bad_time"),
        ("2015-06-29T18:19:12+99:00", "bad_time"),
        ("", None),
        ("   ", None),
    ],
)
def test_dates_that_are_not(text, expected):
    assert read_exif_date(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+09:00", 540),
        ("-03:30", -210),
        ("Z", 0),
        ("+14:00", 840),
        ("+15:00", "bad_time"),
        ("09:00", "bad_time"),
        ("+9", "bad_time"),
        ("   :  ", None),
        ("", None),
    ],
)
def test_written_offsets(text, expected):
    assert read_offset(text) == expected


@pytest.mark.parametrize(
    ("text", "expected", "offset", "precision"),
    [
        ("2021-08-15T22:01:32+02:00", "2021-08-15T22:01:32", 120, 1),
        ("2021-08-15T22:01+02:00", "2021-08-15T22:01:00", 120, 60),
        ("2021-08-15T22:01:32.5Z", "2021-08-15T22:01:32", 0, 1),
        ("2021-08-15T22:01:32", "2021-08-15T22:01:32", None, 1),
        ("2021:08:15 22:01:32", "2021-08-15T22:01:32", None, 1),
    ],
)
def test_xmp_dates(text, expected, offset, precision):
    found = read_xmp_date(text)
    assert isinstance(found, Written)
    assert (found.text, found.offset_min, found.precision_s) == (expected, offset, precision)


@pytest.mark.parametrize("text", ["", "2021", "2021-08", "2021-08-15"])
def test_xmp_dates_without_a_time_of_day_are_no_times(text):
    assert read_xmp_date(text) is None


def test_xmp_placeholder():
    assert read_xmp_date("0000-00-00T00:00:00Z") == "placeholder_time"


def _times(make, read, ifd0=None, exif=None):
    image, refusals = read(
        make.jpeg(make.app1(make.tiff(ifd0=ifd0 or {}, exif=exif or {}, gps={})))
    )
    return {claim.field: claim for claim in image.times}, refusals


def test_offsets_belong_to_their_own_times(make, read):
    times, refusals = _times(
        make,
        read,
        {0x0132: "2021:05:01 12:00:00"},
        {
            0x9003: "2021:05:01 10:00:00",
            0x9004: "2021:05:01 10:00:00",
            0x9011: "+08:00",
            0x9010: "+02:00",
        },
    )
    assert refusals == ()
    assert times["exif_original"].local.offset_min == 480
    assert times["exif_original"].instant.utc_us == 1_619_834_400_000_000
    assert times["exif_digitised"].local.offset_min is None
    assert times["exif_digitised"].instant is None
    assert times["exif_modified"].local.offset_min == 120
    # Written two hours later: by the camera or by a program, the file does not say.
    assert times["exif_modified"].clock_writer == "unknown"
    assert times["exif_original"].clock_writer == "camera"


def test_modified_is_the_cameras_while_it_equals_a_camera_time(make, read):
    times, _ = _times(make, read, {0x0132: "2021:05:01 10:00:00"}, {0x9003: "2021:05:01 10:00:00"})
    assert times["exif_modified"].clock_writer == "camera"
    times, _ = _times(make, read, {0x0132: "2021:05:01 10:00:00"})
    assert times["exif_modified"].clock_writer == "camera"


def test_unusable_times_name_their_tag(make, read):
    times, refusals = _times(
        make,
        read,
        {0x0132: "2001:12:00 00:00:01"},
        {0x9003: "0000:00:00 00:00:00", 0x9004: "2021:05:01 10:00:00", 0x9012: "8:00"},
    )
    assert set(times) == {"exif_digitised"}
    assert {(item.where, item.reason) for item in refusals} == {
        ("field DateTime", "bad_time"),
        ("field DateTimeOriginal", "placeholder_time"),
        ("field OffsetTimeDigitized", "bad_time"),
    }


def test_a_time_before_2000_is_kept_as_written_but_is_no_instant(make, read):
    times, refusals = _times(make, read, None, {0x9003: "1998:02:03 01:02:03", 0x9011: "+01:00"})
    assert refusals == ()
    assert times["exif_original"].local.text == "1998-02-03T01:02:03"
    assert times["exif_original"].instant is None


@pytest.mark.parametrize(
    ("local_s", "utc_s", "offset_min", "residual_s", "day_shift"),
    [
        # DSCN0010: -22 h by the dates, +2:01:32 by the time of day.
        (1_224_692_919, 1_224_772_027, 120, 92, -1),
        # Chatham Islands, summer: +13:45.
        (1_600_000_000 + 49_500, 1_600_000_000, 825, 0, 0),
        # +13 h with equal dates is +13, not -11 a day later.
        (1_600_000_000 + 46_800, 1_600_000_000, 780, 0, 0),
        (1_600_000_000 - 39_600, 1_600_000_000, -660, 0, 0),
        (1_600_000_000 + 43_200, 1_600_000_000, 720, 0, 0),
        (1_600_000_000 - 43_200, 1_600_000_000, -720, 0, 0),
        # A phone at -215 h.
        (1_600_000_000 - 215 * 3600, 1_600_000_000, 60, 0, -9),
        (1_600_000_000 + 449, 1_600_000_000, 0, 449, 0),
        (1_600_000_000 + 450, 1_600_000_000, 15, -450, 0),
    ],
)
def test_clock_readings(local_s, utc_s, offset_min, residual_s, day_shift):
    found = read_clock(local_s * 1_000_000, utc_s * 1_000_000)
    assert (found.offset_min, found.residual_s, found.day_shift) == (
        offset_min,
        residual_s,
        day_shift,
    )


@settings(deadline=None)
@given(
    st.integers(-48, 56),
    st.integers(-440, 440),
    st.integers(-9, 9),
    st.integers(1_000_000_000, 2_000_000_000),
)
def test_every_quarter_hour_and_day_shift_is_found_again(quarter, residual, days, utc_s):
    """Shift the clock by a zone, the answer shifts with it; the date never changes the zone."""
    offset_s = quarter * 900
    found = read_clock((utc_s + offset_s + residual + days * 86_400) * 1_000_000, utc_s * 1_000_000)
    assert offset_s // 60 in equal_offsets_min(found.offset_min)
    assert found.residual_s == residual
    assert (found.offset_min * 60 + found.day_shift * 86_400) == offset_s + days * 86_400
    if days == 0:
        assert found.day_shift == 0


@settings(deadline=None)
@given(st.integers(-(10**15), 10**15), st.integers(10**9, 2 * 10**9))
def test_readings_stay_in_their_range(difference_us, utc_s):
    found = read_clock(utc_s * 1_000_000 + difference_us, utc_s * 1_000_000)
    assert -720 <= found.offset_min <= 840
    assert found.offset_min % 15 == 0
    assert abs(found.residual_s) <= 450


def test_equal_offsets():
    assert equal_offsets_min(-660) == (-660, 780)
    assert equal_offsets_min(780) == (-660, 780)
    assert equal_offsets_min(120) == (120,)
    assert equal_offsets_min(720) == (-720, 720)
    assert equal_offsets_min(840) == (-600, 840)


@pytest.mark.parametrize(
    ("residual_s", "expected"),
    [(0, "strong"), (-120, "strong"), (121, "weak"), (300, "weak"), (-301, "stale")],
)
def test_strength(residual_s, expected):
    assert strength(residual_s) == expected


def test_hour_is_an_hour():
    assert read_clock(10**15 + 8 * HOUR_US, 10**15).offset_min == 480
