"""Id formats that any program may use: ULID, KSUID, UUID with a clock, MongoDB ObjectId.

The clock is that of whichever machine made the id: a server, or the device of a user. Which of the
two must be known from the program.
"""

from __future__ import annotations

from forensics.clock import EARLIEST_US
from forensics.ids.reading import SECOND, Method, based, day_us, form

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
KSUID_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
KSUID_EPOCH_S = 1_400_000_000
GREGORIAN_100NS = 0x01B21DD213814000
"""From 1582-10-15, the zero of UUID clocks, to 1970, in units of 100 ns."""

_VARIANT = "[89abAB]"


def _uuid(version: str) -> str:
    return (
        rf"[0-9a-fA-F]{{8}}-[0-9a-fA-F]{{4}}-{version}[0-9a-fA-F]{{3}}-"
        rf"{_VARIANT}[0-9a-fA-F]{{3}}-[0-9a-fA-F]{{12}}"
    )


def _bare(version: str) -> str:
    return rf"[0-9a-fA-F]{{12}}{version}[0-9a-fA-F]{{3}}{_VARIANT}[0-9a-fA-F]{{15}}"


def uuid1_us(value: str) -> int:
    """Time of a version 1 UUID: low, middle and high part of the count stand in that order."""
    digits = value.replace("-", "")
    return _gregorian(digits[13:16] + digits[8:12] + digits[:8])


def uuid6_us(value: str) -> int:
    """Time of a version 6 UUID: the same count, high part first."""
    digits = value.replace("-", "")
    return _gregorian(digits[:12] + digits[13:16])


def uuid7_us(value: str) -> int:
    """Time of a version 7 UUID: milliseconds in the first 48 bits."""
    return int(value.replace("-", "")[:12], 16) * 1000


def _gregorian(digits: str) -> int:
    return (int(digits, 16) - GREGORIAN_100NS) // 10


def _ksuid_us(value: str) -> int | None:
    number = based(value, KSUID_BASE62)
    return ((number >> 128) + KSUID_EPOCH_S) * SECOND if number < 1 << 160 else None


_UUID_SOURCE = "RFC 9562"
_BARE = "; written without hyphens, 32 such digits may as well be a hash"

METHODS: tuple[Method, ...] = (
    Method(
        "uuid7", "UUID version 7: when some program made it", form(_uuid("7")), uuid7_us, 1000,
        "unknown", day_us(2021, 4, 1), "documented",
        "the first drafts are of 2021; the clock of the machine that made it",
        f"{_UUID_SOURCE}; Unix ms in the first 48 bits",
    ),
    Method(
        "uuid6", "UUID version 6: when some program made it", form(_uuid("6")), uuid6_us, 1,
        "unknown", day_us(2020, 2, 1), "documented",
        "the first drafts are of 2020; the clock of the machine that made it",
        f"{_UUID_SOURCE}; 100 ns units since 1582-10-15",
    ),
    Method(
        "uuid1", "UUID version 1: when some program made it", form(_uuid("1")), uuid1_us, 1,
        "unknown", EARLIEST_US, "documented",
        "the clock of the machine that made it; the last twelve digits may be the address of its "
        "network card, which is a clue about a device",
        f"{_UUID_SOURCE}; 100 ns units since 1582-10-15",
    ),
    *(
        Method(
            f"uuid{version}_bare", f"UUID version {version} without hyphens: when it was made",
            form(_bare(version)), reader, precision, "unknown", since, "weak",
            "the clock of the machine that made it" + _BARE, _UUID_SOURCE,
        )
        for version, reader, precision, since in (
            ("7", uuid7_us, 1000, day_us(2021, 4, 1)),
            ("6", uuid6_us, 1, day_us(2020, 2, 1)),
            ("1", uuid1_us, 1, EARLIEST_US),
        )
    ),
    Method(
        "ulid", "ULID: when some program made it",
        form(r"[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}"),
        lambda value: (based(value.upper(), CROCKFORD) >> 80) * 1000, 1000,
        "unknown", day_us(2016, 6, 1), "documented",
        "the clock of the machine that made it, server or device",
        "ULID specification; Unix ms in the first 48 of 128 bits, base 32 of Crockford",
    ),
    Method(
        "ksuid", "KSUID: when some program made it", form(r"[0-9A-Za-z]{27}"), _ksuid_us, SECOND,
        "unknown", KSUID_EPOCH_S * SECOND, "documented",
        "the clock of the machine that made it, server or device; published in 2017",
        "KSUID's published library; s since 1400000000 in the first 32 of 160 bits, base 62",
    ),
    Method(
        "mongodb_objectid", "MongoDB ObjectId: when some program made it",
        form(r"[0-9a-fA-F]{24}"), lambda value: int(value[:8], 16) * SECOND, SECOND,
        "unknown", day_us(2009, 2, 11), "documented",
        "usually the clock of the server that stores the record; any 24 hexadecimal digits give "
        "a time",
        "MongoDB manual; Unix s in the first 4 bytes",
    ),
)  # fmt: skip
