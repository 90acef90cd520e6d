"""Times in file names: pattern, clock and event, good names and bad ones."""

from __future__ import annotations

import pytest

from forensics.clock import utc_text
from forensics.ids.names import RULES, name_claim

HEX = "0123456789abcdef" * 2

LOCAL = {
    "微信图片_20210815220132.jpg": ("save_wechat_windows", "2021-08-15T22:01:32"),
    "QQ图片20210815220132.png": ("save_qq", "2021-08-15T22:01:32"),
    "QQ截图20210815220132.png": ("save_qq", "2021-08-15T22:01:32"),
    f"Screenshot_2021-08-15-22-01-32-07_{HEX}.jpg": (
        "screenshot_coloros", "2021-08-15T22:01:32"),
    f"Record_2021-08-15-22-01-32_{HEX}.mp4": (
        "screenshot_coloros", "2021-08-15T22:01:32"),
    "Screenshot_2021-08-15-22-01-32-123_com.tencent.mm.jpg": (
        "screenshot_miui", "2021-08-15T22:01:32"),
    "Screenshot_20210815-220132_Chrome.jpg": ("screenshot_android", "2021-08-15T22:01:32"),
    "Screenshot_20210815_220132.png": ("screenshot_android", "2021-08-15T22:01:32"),
    "Screenshot_2021-08-15-22-01-32.png": ("screenshot_old_android", "2021-08-15T22:01:32"),
    "Screen Shot 2021-08-15 at 10.01.32 PM.png": (
        "screenshot_macos", "2021-08-15T22:01:32"),
    "Screenshot 2021-08-15 at 22.01.32.png": ("screenshot_macos", "2021-08-15T22:01:32"),
    "Screenshot 2021-08-15 at 12.01.32 AM.png": (
        "screenshot_macos", "2021-08-15T00:01:32"),
    "截屏2021-08-15 下午10.01.32.png": ("screenshot_macos", "2021-08-15T22:01:32"),
    "屏幕快照 2021-08-15 上午10.01.32.png": ("screenshot_macos", "2021-08-15T10:01:32"),
    "螢幕截圖 2021-08-15 下午12.01.32.png": ("screenshot_macos", "2021-08-15T12:01:32"),
    "截圖 2021-08-15 下午22.01.32.png": ("screenshot_macos", "2021-08-15T22:01:32"),
    "Снимок экрана 2021-08-15 в 22.01.32.png": (
        "screenshot_macos", "2021-08-15T22:01:32"),
    "Bildschirmfoto 2021-08-15 um 22.01.32.png": (
        "screenshot_macos", "2021-08-15T22:01:32"),
    "WhatsApp Image 2021-08-15 at 22.01.32.jpeg": ("receive_whatsapp_web", "2021-08-15T22:01:32"),
    "WhatsApp Image 2021-08-15 at 10.01.32 PM.jpeg": (
        "receive_whatsapp_web", "2021-08-15T22:01:32"),
    "photo_2021-08-15_22-01-32.jpg": ("receive_telegram", "2021-08-15T22:01:32"),
    # Day first: the seventh of August, not the eighth of July.
    "photo_12@07-08-2021_22-01-32.jpg": ("receive_telegram_export", "2021-08-07T22:01:32"),
    "signal-2021-08-15-220132.jpg": ("save_signal", "2021-08-15T22:01:32"),
    "signal-2021-08-15-22-01-32-123.jpg": ("save_signal", "2021-08-15T22:01:32"),
    "DJI_20210815220132_0001.JPG": ("capture_dji", "2021-08-15T22:01:32"),
    "IMG_20210815_220132.jpg": ("capture_camera", "2021-08-15T22:01:32"),
    "VID_20210815_220132.mp4": ("capture_camera", "2021-08-15T22:01:32"),
    "P_20210815_220132.jpg": ("capture_camera", "2021-08-15T22:01:32"),
    "folder\\other/img_20210815-220132_1.jpg": ("capture_camera", "2021-08-15T22:01:32"),
}  # fmt: skip

UTC = {
    "mmexport1629064892000.jpg": ("save_wechat_export", "2021-08-15T22:01:32Z"),
    "wx_camera_1629064892000.mp4": ("capture_wechat_camera", "2021-08-15T22:01:32Z"),
    "PXL_20210815_220132123.jpg": ("capture_pixel", "2021-08-15T22:01:32Z"),
    "PXL_20210815_220132123.PORTRAIT.jpg": ("capture_pixel", "2021-08-15T22:01:32Z"),
    "JDIM_1629064892000.jpg": ("save_jd", "2021-08-15T22:01:32Z"),
    "FB_IMG_1629064892000.jpg": ("save_facebook", "2021-08-15T22:01:32Z"),
    "1629064892000.jpg": ("save_epoch", "2021-08-15T22:01:32Z"),
    "1629064892000_2.jpg": ("save_epoch", "2021-08-15T22:01:32Z"),
}

NOTHING = [
    "IMG_4120.JPG", "IMG-20210815-WA0001.jpg", "received_123456789012345.jpeg",
    "IMG_20211315_220132.jpg", "IMG_20210230_220132.jpg", "IMG_20210815_250132.jpg",
    "photo_12@31-02-2021_22-01-32.jpg", "9629064892000.jpg", "16290648920001.jpg", "DSC_0001.NEF",
    "v2-0123456789abcdef0123456789abcdef.jpg", "", "notes.txt", "Screenshot.png",
]  # fmt: skip


@pytest.mark.parametrize("name", LOCAL)
def test_names_in_local_time(name):
    rule, text = LOCAL[name]
    claim = name_claim(name)
    assert (claim.field, claim.local.text) == (f"name_{rule}", text)
    assert claim.instant is None
    assert claim.local.offset_min is None


@pytest.mark.parametrize("name", UTC)
def test_names_in_utc(name):
    rule, text = UTC[name]
    claim = name_claim(name)
    assert (claim.field, utc_text(claim.instant.utc_us)) == (f"name_{rule}", text)
    assert claim.local is None


@pytest.mark.parametrize("name", NOTHING)
def test_names_without_a_time(name):
    assert name_claim(name) is None


def test_every_rule_is_tried_on_a_name_above():
    seen = {rule for rule, _ in (LOCAL | UTC).values()}
    named = {f"{rule.event}_{rule.name}" for rule in RULES if rule.clock in {"local", "utc"}}
    assert seen == named


def test_whose_clock():
    writers = {name: name_claim(name).clock_writer for name in LOCAL | UTC}
    assert writers["photo_2021-08-15_22-01-32.jpg"] == "collector"
    assert writers["mmexport1629064892000.jpg"] == "device"
    assert writers["IMG_20210815_220132.jpg"] == "camera"
