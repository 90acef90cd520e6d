"""Numbers whose upper bits count time: posts, messages and media of the large platforms.

Each platform's own server writes them while it stores the object, so nobody chooses them; that is
why they are worth more than any time column. Ids of different platforms have the same form, so one
number often has several readings.
"""

from __future__ import annotations

from collections.abc import Callable

from forensics.clock import snowflake_us
from forensics.ids.reading import SECOND, Method, day_us, form

DISCORD_EPOCH_MS = 1_420_070_400_000
INSTAGRAM_EPOCH_MS = 1_314_220_021_721
WEIBO_EPOCH_S = 515_483_463
SONYFLAKE_EPOCH_US = day_us(2014, 9, 1)
X_FIRST_US = day_us(2010, 11, 4) + 12 * 3600 * SECOND
"""The clock's zero is of 01:42 UTC on that day and the service was switched on later in it. Counts
of milliseconds since 1970, read as ids, fall into the minutes after the zero."""

_LONG = 1 << 63
_NUMBER = form(r"[1-9]\d{10,18}")


def _shifted(bits: int, unit_us: int, zero_us: int = 0) -> Callable[[str], int | None]:
    """A clock in all bits above the lowest ones, in units of `unit_us` since `zero_us`."""

    def read(value: str) -> int | None:
        number = int(value)
        return (number >> bits) * unit_us + zero_us if number < _LONG else None

    return read


def instagram_us(number: int) -> int | None:
    """Time of an Instagram media id; None if the number is too long for one."""
    return ((number >> 23) + INSTAGRAM_EPOCH_MS) * 1000 if number < _LONG else None


def weibo_us(number: int) -> int:
    """Time of a Weibo post id (mid)."""
    return ((number >> 22) + WEIBO_EPOCH_S) * SECOND


METHODS: tuple[Method, ...] = (
    Method(
        "x_snowflake",
        "X/Twitter: when the post, account, message or medium got its id",
        _NUMBER, snowflake_us, 1000, "platform", X_FIRST_US, "documented",
        "ids below 30 thousand million were sequential and hold no time; accounts got such ids "
        "years later than posts",
        "Twitter's published id service; epoch 1288834974657 ms, id >> 22",
    ),
    Method(
        "discord_snowflake",
        "Discord: when the message, channel, server or account got its id",
        form(r"[1-9]\d{14,18}"), _shifted(22, 1000, DISCORD_EPOCH_MS * 1000), 1000, "platform",
        day_us(2015, 5, 13), "documented",
        "few ids, of its makers, are older; forum threads share the id of their first message",
        "Discord developer reference; epoch 1420070400000 ms, id >> 22",
    ),
    Method(
        "mastodon_status",
        "Mastodon: when a server stored the post or medium",
        form(r"[1-9]\d{15,18}"), _shifted(16, 1000), 1000, "platform",
        day_us(2016, 3, 16), "documented",
        "the id is made by the server that shows the post; for posts of other servers it follows "
        "the time they claim. Used since October 2017",
        "Mastodon's source, id service; Unix ms, id >> 16",
    ),
    Method(
        "instagram_media",
        "Instagram: when the upload of the medium began",
        form(r"[1-9]\d{14,18}(?:_\d{1,20})?"),
        lambda value: instagram_us(int(value.partition("_")[0])), 1000, "platform",
        INSTAGRAM_EPOCH_MS * 1000, "reported",
        "up to days before the published time, where a draft waited",
        "the published sharding scheme; epoch 1314220021721 ms from it, id >> 23, confirmed by "
        "others on known posts",
    ),
    Method(
        "tiktok_item",
        "TikTok or Douyin: when the upload of the video began (accounts: sign-up)",
        form(r"[1-9]\d{18}"), _shifted(32, SECOND), SECOND, "platform",
        day_us(2016, 9, 1), "reported",
        "seconds to a minute before the published time; other services of the same company have "
        "such ids since before 2016",
        "measured by several researchers; Unix s, id >> 32",
    ),
    Method(
        "linkedin_activity",
        "LinkedIn: when the activity, share or message got its id",
        form(r"[1-9]\d{18}"), _shifted(22, 1000), 1000, "platform",
        day_us(2003, 5, 5), "reported",
        "activity and share of one post have ids some milliseconds apart; the earliest years used "
        "sequential ids",
        "reported by others from posts of known time, not by LinkedIn; Unix ms, id >> 22",
    ),
    Method(
        "weibo_mid",
        "Weibo: when the post got its id",
        form(r"[1-9]\d{15}"), lambda value: weibo_us(int(value)), SECOND, "platform",
        day_us(2009, 8, 14), "reported",
        "up to 1 s beside the published time; posts before about August 2011 got such ids later, "
        "and other ids of the service (comments, media) may follow another rule",
        "read from open programs around Weibo and checked on three posts in Weibo's own API "
        "pages (0, 0 and 1 s); id >> 22 plus 515483463 s",
    ),
    Method(
        "sonyflake",
        "Sonyflake: when some program made the id",
        form(r"[1-9]\d{14,18}"), _shifted(24, 10_000, SONYFLAKE_EPOCH_US), 10_000, "unknown",
        day_us(2015, 5, 1), "weak",
        "nearly any number of 17 or 18 digits gives a time; only if the source is known to use "
        "it, and with its default start",
        "Sony's published library; 10 ms units since 2014-09-01, id >> 24",
    ),
    Method(
        "sonyflake_hex",
        "Sonyflake in hexadecimal: when some program made the id",
        form(r"(?=.*[a-fA-F])[1-9a-fA-F][0-9a-fA-F]{14}"),
        lambda value: (int(value, 16) >> 24) * 10_000 + SONYFLAKE_EPOCH_US, 10_000, "unknown",
        day_us(2015, 5, 1), "weak",
        "any 15 hexadecimal digits give a time; only if the source is known to use it",
        "Sony's published library; 10 ms units since 2014-09-01, id >> 24",
    ),
)  # fmt: skip
"""Where several fit equally well they are shown in this order."""
