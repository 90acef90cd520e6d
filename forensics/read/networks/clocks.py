"""Clocks inside identifiers, and times of single records, for the notes these readers write.

Posts are not timed by this module: their times are read once for all formats, by columns.
"""

from __future__ import annotations

from forensics.clock import read_written
from forensics.ids.snowflakes import weibo_us

NEAR_US = 300_000_000
"""Five minutes: more than a slow connection, less than any zone."""
_TID = "234567abcdefghijklmnopqrstuvwxyz"
"""The digits of a Bluesky record key, in order."""
_TID_VALUE = {digit: value for value, digit in enumerate(_TID)}
_TID_FIRST = frozenset("234567abcdefghij")
"""The first digit leaves the highest bit 0."""


def time_us(written: str | None) -> int | None:
    """UTC microseconds of a written time with its offset; None if it is none."""
    found = read_written(written) if written else None
    if found is None or found.offset_min is None:
        return None
    return found.local_us - found.offset_min * 60_000_000


def tid_us(key: str) -> int | None:
    """UTC microseconds of the clock in a Bluesky record key (TID); None if it is no such key.

    A TID is 64 bits in 13 digits of base 32: one zero bit, 53 bits of microseconds since 1970, 10
    bits that name the clock. It is made by whoever writes the record: mostly the author's program.
    """
    if len(key) != 13 or key[0] not in _TID_FIRST:
        return None
    value = 0
    for digit in key:
        if digit not in _TID_VALUE:
            return None
        value = value << 5 | _TID_VALUE[digit]
    return value >> 10


def weibo_mid_us(mid: str | None) -> int | None:
    """UTC microseconds, in whole seconds, of the clock in a Weibo mid; None if it is none.

    Weibo does not document it; posts whose offset is written confirm it to a second or two. Only
    ids of posts are known to follow the rule, and only those issued since about August 2011.
    """
    if mid is None or len(mid) != 16 or not mid.isascii() or not mid.isdigit():
        return None
    return weibo_us(int(mid))
