"""An id built from an instant gives the instant back, within the precision of its clock.

The builders stand here and know nothing of the readers: they go the way a platform goes.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.ids import METHODS, read_id

NOW_US = 1_795_000_000_000_000
ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
WEIBO = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
URLSAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"


def digits(number: int, alphabet: str, width: int) -> str:
    out = ""
    for _ in range(width):
        number, rest = divmod(number, len(alphabet))
        out = alphabet[rest] + out
    assert number == 0
    return out


def _shift(us: int, noise: int, *, bits: int, unit: int, zero: int = 0) -> int:
    return ((us - zero) // unit << bits) | (noise & ((1 << bits) - 1))


def x(us: int, noise: int) -> int:
    return _shift(us, noise, bits=22, unit=1000, zero=1_288_834_974_657_000)


def instagram(us: int, noise: int) -> int:
    return _shift(us, noise, bits=23, unit=1000, zero=1_314_220_021_721_000)


def weibo(us: int, noise: int) -> int:
    return _shift(us, noise, bits=22, unit=1_000_000, zero=515_483_463_000_000)


def sonyflake(us: int, noise: int) -> int:
    return _shift(us, noise, bits=24, unit=10_000, zero=1_409_529_600_000_000)


def weibo_code(us: int, noise: int) -> str:
    text = str(weibo(us, noise))
    groups = [text[:-14], text[-14:-7], text[-7:]]
    widths = [1, 4, 4]
    pairs = zip(groups, widths, strict=True)
    return "".join(digits(int(group), WEIBO, width) for group, width in pairs)


def _ticks(us: int, noise: int) -> str:
    return f"{us * 10 + noise % 10 + 0x01B21DD213814000:015x}"


def uuid1(us: int, noise: int) -> str:
    t = _ticks(us, noise)
    return f"{t[7:]}-{t[3:7]}-1{t[:3]}-8{noise % 4096:03x}-{noise % (1 << 48):012x}"


def uuid6(us: int, noise: int) -> str:
    t = _ticks(us, noise)
    return f"{t[:8]}-{t[8:12]}-6{t[12:]}-b{noise % 4096:03x}-{noise % (1 << 48):012x}"


def uuid7(us: int, noise: int) -> str:
    t = f"{us // 1000:012x}"
    return f"{t[:8]}-{t[8:]}-7{noise % 4096:03x}-a{noise % 4096:03x}-{noise % (1 << 48):012x}"


def media_name(us: int, noise: int) -> str:
    return digits((x(us, noise) << 26) | (noise & ((1 << 26) - 1)), URLSAFE, 15)


def ksuid(us: int, noise: int) -> str:
    return digits(((us // 1_000_000 - 1_400_000_000) << 128) | noise, ALNUM, 27)


def discord(us: int, noise: int) -> int:
    return _shift(us, noise, bits=22, unit=1000, zero=1_420_070_400_000_000)


BUILDERS = {
    "x_snowflake": x,
    "discord_snowflake": discord,
    "mastodon_status": lambda us, n: _shift(us, n, bits=16, unit=1000),
    "instagram_media": instagram,
    "tiktok_item": lambda us, n: _shift(us, n, bits=32, unit=1_000_000),
    "linkedin_activity": lambda us, n: _shift(us, n, bits=22, unit=1000),
    "weibo_mid": weibo,
    "sonyflake": sonyflake,
    "sonyflake_hex": lambda us, n: f"{sonyflake(us, n):015x}",
    "bluesky_tid": lambda us, n: digits(us << 10 | n % 1024, SORTABLE, 13),
    "instagram_shortcode": lambda us, n: digits(instagram(us, n), URLSAFE, 11),
    "weibo_code": weibo_code,
    "x_media_name": media_name,
    "uuid1": uuid1,
    "uuid6": uuid6,
    "uuid7": uuid7,
    "uuid1_bare": lambda us, n: uuid1(us, n).replace("-", ""),
    "uuid6_bare": lambda us, n: uuid6(us, n).replace("-", "").upper(),
    "uuid7_bare": lambda us, n: uuid7(us, n).replace("-", ""),
    "ulid": lambda us, n: digits((us // 1000 << 80) | n, CROCKFORD, 26),
    "ksuid": ksuid,
    "mongodb_objectid": lambda us, n: f"{us // 1_000_000:08x}{n % (1 << 64):016x}",
    "epoch_s": lambda us, _: us // 1_000_000,
    "epoch_s_fraction": lambda us, _: f"{us // 1_000_000}.{us % 1_000_000:06d}",
    "epoch_ms": lambda us, _: us // 1000,
    "epoch_us": lambda us, _: us,
    "epoch_ns": lambda us, n: us * 1000 + n % 1000,
}
BY_KIND = {one.kind: one for one in METHODS}
TOO_SHORT_BEFORE = {
    # these are read only with the number of digits they have in practice
    "tiktok_item": 1_476_000_000_000_000, "linkedin_activity": 1_200_000_000_000_000,
    "weibo_mid": 1_250_300_000_000_000, "x_snowflake": 1_288_900_000_000_000,
    "instagram_media": 1_314_400_000_000_000, "discord_snowflake": 1_431_500_000_000_000,
    "epoch_us": 1_000_000_000_000_000, "epoch_ns": 1_000_000_000_000_000,
    "sonyflake_hex": 1_454_500_000_000_000,
}  # fmt: skip


def test_every_method_has_a_builder():
    assert set(BUILDERS) == set(BY_KIND)


@pytest.mark.parametrize("kind", BUILDERS)
@given(data=st.data())
def test_there_and_back(kind, data):
    method = BY_KIND[kind]
    start = max(method.since_us, TOO_SHORT_BEFORE.get(kind, 0))
    moment = data.draw(st.integers(start, NOW_US))
    noise = data.draw(st.integers(0, (1 << 80) - 1))
    value = str(BUILDERS[kind](moment, noise))
    if kind == "sonyflake_hex" and value.isdigit():
        return  # fifteen plain digits are a decimal number
    found = [one for one in read_id(value, NOW_US) if one.kind == kind]
    assert len(found) == 1, value
    assert 0 <= moment - found[0].utc_us < method.precision_us or kind == "weibo_mid"
    assert abs(moment - found[0].utc_us) < method.precision_us
    if found[0].utc_us >= method.since_us:
        assert found[0].plausible


@given(st.text(max_size=60), st.integers(0, NOW_US))
def test_any_text_is_read_or_passed_over(text, now_us):
    first = read_id(text, now_us)
    assert first == read_id(text, now_us)
    for one in first:
        assert one.until_us == now_us
        assert one.time
        assert one.source


@given(st.integers(0, 10**25))
def test_any_number_is_read_or_passed_over(number):
    for one in read_id(str(number), NOW_US):
        assert one.utc_us is None or one.plausible == (one.since_us <= one.utc_us <= NOW_US)
