"""Letters and digits that stand for a number with a clock: short codes in links, media names."""

from __future__ import annotations

from forensics.clock import snowflake_us
from forensics.ids.reading import SECOND, Method, based, day_us, form
from forensics.ids.snowflakes import INSTAGRAM_EPOCH_MS, X_FIRST_US, instagram_us, weibo_us

BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
WEIBO_BASE62 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"

_WEIBO_GROUP = 10_000_000
_INSTAGRAM_CODE = 11


def _instagram_code_us(value: str) -> int | None:
    return instagram_us(based(value[:_INSTAGRAM_CODE], BASE64URL))


def weibo_number(code: str) -> int | None:
    """The mid behind the code of a Weibo link; None if a group is too large.

    The decimal number is cut from the right into groups of seven digits, and each is written with
    four digits of base 62.
    """
    groups = [code[:-8], code[-8:-4], code[-4:]]
    numbers = [based(group, WEIBO_BASE62) for group in groups]
    if max(numbers) >= _WEIBO_GROUP or not numbers[0]:
        return None
    return (numbers[0] * _WEIBO_GROUP + numbers[1]) * _WEIBO_GROUP + numbers[2]


def _weibo_code_us(value: str) -> int | None:
    number = weibo_number(value)
    return None if number is None else weibo_us(number)


def media_key_number(key: str) -> int:
    """The media id in the name of an image on X: its first eight bytes."""
    return based(key[:11], BASE64URL) >> 2


METHODS: tuple[Method, ...] = (
    Method(
        "bluesky_tid",
        "Bluesky (AT Protocol): when the record key was made",
        form(r"[2-7a-j][2-7a-z]{12}"),
        lambda value: based(value, SORTABLE) >> 10, 1, "unknown",
        day_us(2022, 11, 17), "documented",
        "made by the author's program (Bluesky's own app does so now) or by the account's server, "
        "and the key does not say which; programs that import old posts choose it freely",
        "AT Protocol specification, TID; microseconds in base32-sortable, value >> 10",
    ),
    Method(
        "instagram_shortcode",
        "Instagram link: when the upload of the medium began",
        form(r"[A-P][A-Za-z0-9_-]{10}(?:[A-Za-z0-9_-]{28})?"),
        _instagram_code_us, 1000, "platform", INSTAGRAM_EPOCH_MS * 1000, "reported",
        "the media id in base 64; links to private posts carry 28 more characters. Video ids of "
        "YouTube have the same form and hold no time",
        "base 64 of the media id; epoch 1314220021721 ms, id >> 23, confirmed by others on known "
        "posts",
    ),
    Method(
        "weibo_code",
        "Weibo link: when the post got its id",
        form(r"[0-9a-zA-Z]{9}"), _weibo_code_us, SECOND, "platform",
        day_us(2009, 8, 14), "reported",
        "the mid in base 62 by groups; up to 1 s beside the published time, and posts before "
        "about August 2011 got such ids later",
        "described by users of Weibo's API and checked on a published pair; mid >> 22 plus "
        "515483463 s",
    ),
    Method(
        "x_media_name",
        "X/Twitter image name: when the medium was uploaded",
        form(r"[A-Za-z0-9_-]{15}"),
        lambda value: snowflake_us(media_key_number(value)), 1000, "platform",
        X_FIRST_US, "reported",
        "the upload, not the post: a scheduled or reused image is older. It survives in the name "
        "of a saved copy",
        "first eight bytes of the name in base64url are the media id, as in X's own API examples; "
        "epoch 1288834974657 ms, id >> 22",
    ),
)  # fmt: skip
