"""Values that only look like ids: passed over, or given as implausible, never as a time."""

from __future__ import annotations

import pytest

from forensics.ids import read_id
from forensics.ids.codes import media_key_number, weibo_number

NOW_US = 1_795_000_000_000_000

BROKEN = {
    "empty": "",
    "blank": "  \t ",
    "word": "hello",
    "long word": "investigate",
    "too long": "1" * 401,
    "zero": "0",
    "negative": "-1050118621198921728",
    "leading zero": "01050118621198921728",
    "digits of another script": "١٠٥٠١١٨٦٢١١٩٨٩٢١٧٢٨",
    "full-width digits": "１０５０１１８６２１１９８９２１７２８",
    "grouped": "1,050,118,621,198,921,728",
    "damaged by a spreadsheet": "1.05011862119892E+18",
    "UUID version 4": "919108f7-52d1-4320-9bac-f847db4148a8",
    "UUID version 7 of the wrong variant": "017F22E2-79B0-7CC3-18C4-DC0C0C07398F",
    "UUID that is cut": "017F22E2-79B0-7CC3-98C4-DC0C0C0739",
    "nil UUID": "00000000-0000-0000-0000-000000000000",
    "UUID version 1 of 1582": "00000000-0000-1000-8000-000000000000",
    "ULID beyond its range": "8ZZZZZZZZZZZZZZZZZZZZZZZZZ",
    "ULID with a letter it lacks": "01ARYZ6S41TSV4RRFFQ69G5FAU",
    "TID with a digit it lacks": "3l25zusnsfct1",
    "TID with the high bit": "zzzzzzzzzzzzz",
    "KSUID beyond 160 bits": "z" * 27,
    "Weibo code with a group too large": "zZZZZZZZZ",
    "Weibo code of zero": "000000000",
    "hash of 40 digits": "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "control characters": "\x1b[31m1629064892\x07",
    "Windows path without a name": "C:\\",
    "link without an id": "https://example.org/",
}


@pytest.mark.parametrize("name", BROKEN)
def test_no_reading(name):
    assert read_id(BROKEN[name], NOW_US) == ()


def test_numbers_beyond_63_bits_are_nothing():
    assert read_id(str(1 << 63), NOW_US) == ()
    assert read_id("9" * 20, NOW_US) == ()


def test_fifteen_digits_are_a_number_before_they_are_hexadecimal():
    kinds = {one.kind for one in read_id("455555555555555", NOW_US)}
    assert "sonyflake_hex" not in kinds


def test_sequential_ids_are_no_clock_of_the_platform():
    # Posts of X before November 2010: the one reading left is that of a plain count of seconds.
    for value in ("2009123456", "29000000000"):
        assert not [one for one in read_id(value, NOW_US) if one.plausible]


def test_groups_of_weibo_codes():
    assert weibo_number("z8ElgBLeQ") == 3520617028999724
    assert weibo_number("0LA6FBLeQ") is None
    assert weibo_number("zZZZZ0000") is None
    assert weibo_number("z0000" + "0001") == 35 * 10**14 + 1


def test_the_first_eight_bytes_of_a_media_name():
    assert media_key_number("C_UdnvPUwAE3Dnn") == 861627472244162561


def test_a_private_link_is_read_by_its_first_part():
    short = "CEWxy2sJ1oC"
    plain = read_id(short, NOW_US)
    private = read_id(short + "x" * 28, NOW_US)
    assert [one.time for one in plain if one.kind == "instagram_shortcode"]
    assert [one.time for one in private] == [
        one.time for one in plain if one.kind == "instagram_shortcode"
    ]
