"""How good a fix was, where the camera looked, and where it was bound."""

from __future__ import annotations

import pytest

FULL = {
    8: "07", 9: "A", 0x0A: "3", 0x0B: [(26, 10)], 0x0C: "K", 0x0D: [(36, 1)], 0x0E: "T",
    0x0F: [(20, 1)], 0x10: "M", 0x11: [(348_0553, 10000)], 0x12: "WGS-84", 0x13: "S",
    0x14: [(33, 1), (30, 1), (0, 1)], 0x15: "W", 0x16: [(70, 1), (15, 1), (0, 1)], 0x17: "T",
    0x18: [(360, 1)], 0x19: "N", 0x1A: [(10, 1)], 0x1F: [(4_7, 10)],
}  # fmt: skip


def test_everything_that_stands_there(make, read):
    image, _ = read(make.jpeg(make.app1(make.tiff(gps={**make.gps, **FULL}))))
    assert dict(image.gps) == {
        "satellites": 7, "dimensions": 3, "dop_milli": 2600, "speed_mm_per_s": 10_000,
        "track_mdeg": 20_000, "track_north": "true", "direction_mdeg": 348_055,
        "direction_north": "magnetic", "datum": "WGS-84", "destination_lat_udeg": -33_500_000,
        "destination_lon_udeg": -70_250_000, "destination_bearing_mdeg": 0,
        "destination_bearing_north": "true", "destination_distance_m": 18_520, "error_mm": 4700,
        "fix_days_off": -1,
    }  # fmt: skip
    assert image.positions[0].radius_m == 5


@pytest.mark.parametrize(
    "odd",
    [
        {0x0B: [(0, 0)]}, {0x0D: [(36, 1)]}, {0x0C: "K", 0x0D: [(5000, 1)]}, {0x11: [(400, 1)]},
        {0x11: [(1, 0)]}, {8: "many"}, {0x0A: "9"}, {0x19: "K", 0x1A: [(0, 0)]}, {0x1F: [(0, 1)]},
        {0x13: "S", 0x14: [(95, 1)], 0x15: "W", 0x16: [(70, 1)]},
        {0x14: [(33, 1), (30, 1), (0, 1)], 0x16: [(70, 1), (15, 1), (0, 1)]},
        {0x13: "N", 0x14: [(0, 1), (0, 1), (0, 1)], 0x15: "E", 0x16: [(0, 1), (0, 1), (0, 1)]},
    ],
)  # fmt: skip
def test_what_cannot_be_is_left_out(odd, make, read):
    image, _ = read(make.jpeg(make.app1(make.tiff(gps={**make.gps, **odd}))))
    assert set(image.gps) <= {"fix_days_off", "direction_north"}


def test_a_direction_without_its_north_says_so(make, read):
    image, _ = read(make.jpeg(make.app1(make.tiff(gps={**make.gps, 0x11: [(90, 1)]}))))
    assert (image.gps["direction_mdeg"], image.gps["direction_north"]) == (90_000, "unknown")


def test_a_stale_fix_is_flagged(make, read):
    gps = {**make.gps, 29: "2008:10:22", 7: [(14, 1), (21, 1), (0, 1)]}
    image, _ = read(make.jpeg(make.app1(make.tiff(gps=gps))))
    assert image.gps["fix"] == "stale"
    void = {**make.gps, 9: "V"}
    assert read(make.jpeg(make.app1(make.tiff(gps=void))))[0].gps["fix"] == "void"


def test_subseconds_are_digits(make, read):
    exif = {**make.exif, 0x9291: "07", 0x9004: "2008:10:22 16:28:39", 0x9292: "x7"}
    image, _ = read(make.jpeg(make.app1(make.tiff(exif=exif))))
    assert [claim.local.fraction for claim in image.times[:2]] == ["07", ""]
