"""File names as readings: local time stays local, a day stays a day."""

from __future__ import annotations

import pytest

from forensics.ids import read_id
from forensics.ids.filenames import read_name

NOW_US = 1_795_000_000_000_000

NAMES = [
    # name, kind, time, precision in microseconds, whose clock, local
    ("mmexport1629064892123.jpg", "name_save_wechat_export", "2021-08-15T22:01:32.123Z", 1000,
     "device", False),
    ("IMG_20230405_101112.jpg", "name_capture_camera", "2023-04-05T10:11:12", 1_000_000,
     "camera", True),
    ("PXL_20230405_101112345.jpg", "name_capture_pixel", "2023-04-05T10:11:12.345Z", 1000,
     "device", False),
    ("PXL_20230405_101112.jpg", "name_capture_pixel", "2023-04-05T10:11:12Z", 1_000_000,
     "device", False),
    ("IMG-20230405-WA0001.jpg", "name_receive_whatsapp", "2023-04-05", 86_400_000_000,
     "device", True),
    ("Screenshot_20230405-101112_Chrome.jpg", "name_screenshot_android", "2023-04-05T10:11:12",
     1_000_000, "device", True),
    ("微信图片_20230405101112.jpg", "name_save_wechat_windows", "2023-04-05T10:11:12",
     1_000_000, "device", True),
    ("photo_2023-04-05_10-11-12.jpg", "name_receive_telegram", "2023-04-05T10:11:12",
     1_000_000, "collector", True),
]  # fmt: skip


@pytest.mark.parametrize(("name", "kind", "time", "precision", "writer", "local"), NAMES)
def test_names(name, kind, time, precision, writer, local):
    found = read_name(name, NOW_US)
    assert (found.kind, found.time, found.precision_us) == (kind, time, precision)
    assert found.clock_writer == writer
    assert (found.utc_us is None) == local
    assert found.plausible
    assert found in read_id(name, NOW_US)
    assert found in read_id("some/folder/" + name, NOW_US)


@pytest.mark.parametrize(
    "name",
    ["IMG-20231305-WA0001.jpg", "IMG-20230230-WA0001.jpg", "IMG_4120.JPG", "received_12345.jpeg"],
)
def test_names_without_a_time(name):
    assert read_name(name, NOW_US) is None


def test_a_program_that_did_not_exist_is_implausible():
    assert not read_name("PXL_20150405_101112345.jpg", NOW_US).plausible
    assert not read_name("photo_2012-04-05_10-11-12.jpg", NOW_US).plausible
    assert not read_name("IMG-20080405-WA0001.jpg", NOW_US).plausible


def test_a_local_clock_may_be_ahead_of_utc():
    noon_utc = 1_680_696_000_000_000  # 2023-04-05T12:00:00Z
    assert read_name("IMG_20230406_015959.jpg", noon_utc).plausible
    assert not read_name("IMG_20230406_020001.jpg", noon_utc).plausible
    assert not read_name("PXL_20230405_120001000.jpg", noon_utc).plausible


def test_a_number_before_the_ending_has_all_its_readings():
    kinds = [one.kind for one in read_id("1629064892123.jpg", NOW_US) if one.plausible]
    assert kinds == ["epoch_ms", "name_save_epoch"]
