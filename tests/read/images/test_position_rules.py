"""Which positions, heights and satellite times are believed, and why the others are not."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.read.images.gps import DEGREE_RADIUS_M, MINUTE_RADIUS_M, Angle, angle
from forensics.read.images.ifd import Ratio

LAT = [(33, 1), (21, 1), (36, 1)]
LON = [(70, 1), (12, 1), (0, 1)]


def _gps(**changes):
    values = {1: "N", 2: LAT, 3: "E", 4: LON}
    for name, value in changes.items():
        tag = {"lat_ref": 1, "lat": 2, "lon_ref": 3, "lon": 4, "alt_ref": 5, "alt": 6, "time": 7,
               "dop": 11, "method": 27, "date": 29, "error": 31}[name]  # fmt: skip
        if value is None:
            del values[tag]
        else:
            values[tag] = value
    return values


@pytest.fixture
def located(make, read):
    """Read a picture whose GPS directory has these values."""

    def one(**changes):
        return read(make.jpeg(make.app1(make.tiff(gps=_gps(**changes)))))

    return one


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"lat_ref": None}, "GPSLatitudeRef", "no_hemisphere"),
        ({"lon_ref": ""}, "GPSLongitudeRef", "no_hemisphere"),
        ({"lat_ref": "X"}, "GPSLatitudeRef", "no_hemisphere"),
        ({"lat_ref": "E"}, "GPSLatitudeRef", "no_hemisphere"),
        ({"lat": [(0, 0), (0, 0), (0, 0)]}, "GPSLatitude", "zero_denominator"),
        ({"lon": [(5, 0), (1, 1), (1, 1)]}, "GPSLongitude", "zero_denominator"),
        ({"lat": [(95, 1), (0, 1), (1, 1)]}, "GPSPosition", "impossible_position"),
        ({"lon": [(213, 1), (38, 1), (0, 1)]}, "GPSPosition", "impossible_position"),
        ({"lat": [(33, 1), (75, 1), (0, 1)]}, "GPSLatitude", "impossible_position"),
        ({"lat": [(33, 1), (5, 1), (60, 1)]}, "GPSLatitude", "impossible_position"),
        ({"lat": [(-33, 1), (5, 1), (6, 1)]}, "GPSLatitude", "impossible_position"),
        ({"lat": [(0, 1)] * 3, "lon": [(0, 1)] * 3}, "GPSPosition", "null_island"),
        ({"lon": None}, "GPSLongitude", "incomplete_position"),
        ({"lat": None}, "GPSLatitude", "incomplete_position"),
    ],
)
def test_refused_positions(changes, field, reason, located):
    image, refusals = located(**changes)
    assert image.positions == ()
    assert [(item.where, item.reason) for item in refusals] == [(f"field {field}", reason)]


@pytest.mark.parametrize(
    ("lat_ref", "lon_ref", "signs"),
    [
        ("N", "E", (1, 1)),
        ("S", "W", (-1, -1)),
        ("s", "w", (-1, -1)),
        ("South", "West", (-1, -1)),
        ("n", " e", (1, 1)),
    ],
)
def test_hemispheres_in_any_case(lat_ref, lon_ref, signs, located):
    """A common library reads the lower-case ones as north and east."""
    image, _ = located(lat_ref=lat_ref, lon_ref=lon_ref)
    place = image.positions[0]
    assert (place.lat_udeg, place.lon_udeg) == (33_360_000 * signs[0], 70_200_000 * signs[1])


@pytest.mark.parametrize(
    ("parts", "udeg", "radius"),
    [
        ([(48, 1), (5332358, 100000), (0, 0)], 48_888_726, 0),
        ([(48, 1), (53, 1), (0, 0)], 48_883_333, MINUTE_RADIUS_M),
        ([(48, 1), (53, 1)], 48_883_333, MINUTE_RADIUS_M),
        ([(48, 1), (53, 1), (0, 1)], 48_883_333, 0),
        ([(48, 1), (53, 1), (12, 1)], 48_886_667, 0),
        ([(488887263, 10000000)], 48_888_726, 0),
        ([(488887263, 10000000), (0, 0), (0, 0)], 48_888_726, 0),
        ([(488887263, 10000000), (0, 1), (0, 1)], 48_888_726, 0),
        ([(48, 1)], 48_000_000, DEGREE_RADIUS_M),
        ([(48, 1), (0, 1), (0, 1)], 48_000_000, DEGREE_RADIUS_M),
        ([(48, 1), (0, 1), (5, 1)], 48_001_389, 0),
        ([(48, 1), (0, 0), (5, 1)], 48_001_389, DEGREE_RADIUS_M),
    ],
)
def test_what_may_be_missing_from_an_angle(parts, udeg, radius):
    found = angle(tuple(Ratio(*part) for part in parts))
    assert isinstance(found, Angle)
    assert (round(found.degrees * 10**6), found.radius_m) == (udeg, radius)


@settings(deadline=None)
@given(
    st.integers(0, 89),
    st.integers(0, 59),
    st.integers(0, 59_999),
    st.integers(1, 10**6),
)
def test_an_angle_is_exact_however_its_fractions_are_written(degrees, minutes, milli, factor):
    exact = Fraction(degrees) + Fraction(minutes, 60) + Fraction(milli, 3_600_000)
    found = angle(
        (
            Ratio(degrees * factor, factor),
            Ratio(minutes, 1),
            Ratio(milli * factor, 1000 * factor),
        )
    )
    assert isinstance(found, Angle)
    assert found.degrees == exact


@pytest.mark.parametrize(
    ("changes", "radius"),
    [
        ({}, 50),
        ({"error": [(65, 1)]}, 65),
        ({"error": [(388130, 10000)]}, 39),
        ({"error": [(2000, 1)]}, 2000),
        ({"error": [(0, 0)]}, 50),
        ({"error": [(0, 1)]}, 50),
        ({"method": b"ASCII\0\0\0NETWORK\0"}, 2000),
        ({"method": "CELLID"}, 2000),
        ({"method": b"ASCII\0\0\0GPS\0"}, 50),
        ({"dop": [(25, 1)]}, 500),
        ({"dop": [(2, 1)]}, 50),
        ({"lat": [(33, 1), (21, 1), (0, 0)]}, 1900),
    ],
)
def test_radius(changes, radius, located):
    image, refusals = located(**changes)
    assert image.positions[0].radius_m == radius
    assert refusals == ()


@pytest.mark.parametrize(
    ("changes", "altitude_mm", "reasons"),
    [
        ({"alt": [(1234, 10)]}, 123_400, []),
        ({"alt": [(1234, 10)], "alt_ref": b"\0"}, 123_400, []),
        ({"alt": [(1234, 10)], "alt_ref": b"\1"}, -123_400, []),
        ({"alt": [(0, 0)]}, None, []),
        ({"alt": [(4294967295, 1)]}, None, ["impossible_position"]),
        ({}, None, []),
    ],
)
def test_height(changes, altitude_mm, reasons, located):
    image, refusals = located(**changes)
    assert image.altitude_mm == altitude_mm
    assert [item.reason for item in refusals] == reasons


MIDDAY = [(12, 1), (30, 1), (1575, 100)]


@pytest.mark.parametrize(
    ("changes", "utc_us", "reasons"),
    [
        ({"date": "2020:06:16", "time": MIDDAY}, 1_592_310_615_750_000, []),
        ({"date": "2020-06-16", "time": MIDDAY}, 1_592_310_615_750_000, []),
        ({"date": "2020:06:16", "time": [(0, 1)] * 3}, 1_592_265_600_000_000, []),
        ({"date": "2020:06:16", "time": [(0, 0)] * 3}, None, ["placeholder_time"]),
        ({"date": "2020:06:16", "time": [(24, 1), (0, 1), (0, 1)]}, None, ["bad_time"]),
        ({"date": "2020:06:16", "time": [(2, 1), (60, 1), (0, 1)]}, None, ["bad_time"]),
        ({"date": "2020:06:16", "time": [(2, 1), (6, 1)]}, None, ["placeholder_time"]),
        ({"date": "2014:09:259", "time": MIDDAY}, None, ["bad_time"]),
        ({"date": "2014:13:25", "time": MIDDAY}, None, ["bad_time"]),
        ({"date": "0000:00:00", "time": MIDDAY}, None, ["placeholder_time"]),
        ({"date": "1999:12:31", "time": MIDDAY}, None, ["time_out_of_range"]),
        ({"date": "2020:06:16"}, None, []),
        ({"time": MIDDAY}, None, []),
    ],
)
def test_satellite_time(changes, utc_us, reasons, located):
    image, refusals = located(**changes)
    found = [claim for claim in image.times if claim.field == "gps"]
    assert [item.reason for item in refusals] == reasons
    if utc_us is None:
        assert found == []
    else:
        assert found[0].instant.utc_us == utc_us
        assert found[0].clock_writer == "satellite"


def test_the_position_of_exif_goes_before_that_of_xmp(make, read):
    packet = make.xmp("", attributes='e:GPSLatitude="10,0,0.5S" e:GPSLongitude="20,0,0.5W"')
    block = make.app1(make.tiff(gps=_gps()))
    assert read(make.jpeg(block, make.xmp_app1(packet)))[0].positions[0].basis == "exif"
    place = read(make.jpeg(make.xmp_app1(packet)))[0].positions[0]
    assert (place.lat_udeg, place.lon_udeg, place.basis) == (-10_000_139, -20_000_139, "xmp")


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ('e:GPSLatitude="48,53.323582N"', "incomplete_position"),
        ('e:GPSLatitude="48,53.323582" e:GPSLongitude="2,17.7E"', "no_hemisphere"),
        ('e:GPSLatitude="48,53.323582E" e:GPSLongitude="2,17.7E"', "no_hemisphere"),
        ('e:GPSLatitude="48,75.5N" e:GPSLongitude="2,17.7E"', "impossible_position"),
        ('e:GPSLatitude="95,5.5N" e:GPSLongitude="2,17.7E"', "impossible_position"),
        ('e:GPSLatitude="0,0.0N" e:GPSLongitude="0,0.0E"', "null_island"),
    ],
)
def test_refused_positions_in_xmp(attributes, reason, make, read):
    image, refusals = read(make.jpeg(make.xmp_app1(make.xmp("", attributes=attributes))))
    assert image.positions == ()
    assert [(item.where, item.reason) for item in refusals] == [("field XMP GPS", reason)]
