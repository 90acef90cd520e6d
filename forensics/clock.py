"""Time zones and instants: the only module that touches `tzinfo`.

One zone database, pytz, pinned; its version is part of every result. A time that occurred twice
or never is refused, not resolved. Nothing here reads the machine's own clock or zone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from itertools import pairwise
from typing import Literal

import pytz
from pytz.tzinfo import DstTzInfo, StaticTzInfo

from forensics.errors import ClockError
from forensics.model import Basis, ClockWriter, Instant

ZONE_DATABASE = f"pytz {pytz.__version__} (tz {pytz.OLSON_VERSION})"  # type: ignore[attr-defined]  # not in the stubs
"""Name and version of the one zone database; written into every result."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST_US = 946_684_800_000_000
"""2000-01-01: no platform that this tool reads is older; earlier times are refused."""
LATEST_US = 2_145_916_800_000_000
"""2038-01-01: the zone database lists clock changes up to 2037 and would be wrong beyond."""
TWITTER_EPOCH_MS = 1_288_834_974_657
"""Zero of the snowflake clock of Twitter/X (4 November 2010)."""
_FIRST_SNOWFLAKE = 1 << 34
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_ISO = re.compile(
    r"\s*(\d{4})[-/](\d{1,2})[-/](\d{1,2})[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?"
    r"(?:\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2}))?\s*",
    re.ASCII | re.IGNORECASE,
)
_TWITTER = re.compile(
    r"\s*[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d{2}):(\d{2}):(\d{2}) ([+-]\d{4}) (\d{4})\s*",
    re.ASCII,
)
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})?")


@cache
def zone(name: str) -> pytz.tzinfo.BaseTzInfo:
    """The zone of that IANA name.

    Raises:
        ClockError: no such zone in the database.
    """
    if name == "UTC":
        return pytz.utc
    try:
        return pytz.timezone(name)
    except pytz.UnknownTimeZoneError:
        raise ClockError(
            f"no time zone is called {name!r}", todo="use an IANA name such as Asia/Shanghai"
        ) from None


@cache
def transitions(name: str) -> tuple[tuple[int, int], ...]:
    """Offsets of a zone over time, as (from UTC second, offset in seconds east) in rising order.

    The first entry starts before any time this package accepts. Consecutive entries differ in
    their offset: changes of name or of the daylight flag alone are left out.
    """
    info = zone(name)
    if isinstance(info, DstTzInfo):
        raw = [
            (int((moment - datetime(1970, 1, 1)).total_seconds()), int(row[0].total_seconds()))  # noqa: DTZ001 - pytz keeps naive UTC
            for moment, row in zip(*_pytz_tables(info), strict=True)
        ]
    elif isinstance(info, StaticTzInfo):
        raw = [(-(1 << 40), int(info.utcoffset(None).total_seconds()))]
    else:
        raw = [(-(1 << 40), 0)]
    kept: list[tuple[int, int]] = []
    for start, offset in raw:
        if not kept or kept[-1][1] != offset:
            kept.append((start if kept else -(1 << 40), offset))
    return tuple(kept)


def _pytz_tables(info: DstTzInfo) -> tuple[list[datetime], list[tuple[timedelta, ...]]]:
    # pytz has no public door to its tables; a test compares what comes out with a second database.
    return info._utc_transition_times, info._transition_info  # type: ignore[attr-defined]


def offset_s(name: str, utc_s: int) -> int:
    """Offset of a zone at a UTC second, in seconds east."""
    table = transitions(name)
    return table[bisect_right(table, (utc_s, 1 << 40)) - 1][1]


@dataclass(frozen=True, slots=True)
class LocalSegment:
    """A stretch of local wall-clock seconds that is read in one way."""

    start_s: int
    """First local second, counted as if it were UTC."""
    end_s: int
    """First local second after it."""
    offset_s: int
    """Seconds to subtract to reach UTC; 0 where the stretch is refused."""
    status: Literal["ok", "ambiguous", "missing"]


@lru_cache(maxsize=64)
def local_segments(name: str, start_s: int, end_s: int) -> tuple[LocalSegment, ...]:
    """How the local times of a zone between two local seconds are to be read.

    Hours that occurred twice are `ambiguous`, hours that never occurred are `missing`; both are
    refused by the readers. The segments are disjoint, in order, and cover the whole span, so that
    a table of millions of naive times can be converted by one join on integers.
    """
    table = transitions(name)
    cuts = {start_s, end_s}
    for index in range(1, len(table)):
        moment = table[index][0]
        for offset in (table[index - 1][1], table[index][1]):
            if start_s < moment + offset < end_s:
                cuts.add(moment + offset)
    edges = sorted(cuts)
    out: list[LocalSegment] = []
    for low, high in pairwise(edges):
        candidates = _utc_candidates(table, low)
        if len(candidates) == 1:
            piece = LocalSegment(low, high, low - candidates[0], "ok")
        else:
            piece = LocalSegment(low, high, 0, "ambiguous" if candidates else "missing")
        last = out[-1] if out else None
        if last and (last.offset_s, last.status) == (piece.offset_s, piece.status):
            out[-1] = LocalSegment(last.start_s, high, last.offset_s, last.status)
        else:
            out.append(piece)
    return tuple(out)


def _utc_candidates(table: tuple[tuple[int, int], ...], local_s: int) -> list[int]:
    """UTC seconds that show this local second; none, one or two."""
    found = []
    for index, (start, offset) in enumerate(table):
        utc = local_s - offset
        end = table[index + 1][0] if index + 1 < len(table) else 1 << 62
        if start <= utc < end:
            found.append(utc)
    return found


def local_to_utc_s(local_s: int, zone_name: str) -> int:
    """UTC second of a local wall-clock second (counted as if it were UTC).

    Raises:
        ClockError: the local time occurred twice or never in that zone.
    """
    found = _utc_candidates(transitions(zone_name), local_s)
    if len(found) == 1:
        return found[0]
    text = (EPOCH + timedelta(seconds=local_s)).strftime("%Y-%m-%d %H:%M:%S")
    if found:
        raise ClockError(
            f"{text} occurred twice in {zone_name}", todo="give the offset with the time"
        )
    raise ClockError(
        f"{text} never occurred in {zone_name}", todo="another clock wrote it; find out which"
    )


@dataclass(frozen=True, slots=True)
class WrittenTime:
    """A time as text holds it, before anyone says in which zone."""

    local_us: int
    """Microseconds since 1970 of the wall clock, counted as if it were UTC."""
    offset_min: int | None
    """Offset written beside it, in minutes east; None if there is none."""
    precision_s: int
    """60 where no seconds are written, else 1."""


def read_written(text: str) -> WrittenTime | None:
    """Read an ISO 8601 or Twitter-style time; None if it is neither.

    Day-first and month-first dates are not read here: they are ambiguous one by one and are
    decided by a whole column or not at all.
    """
    if match := _ISO.fullmatch(text):
        year, month, day, hour, minute = (int(part) for part in match.group(1, 2, 3, 4, 5))
        second = int(match.group(6) or 0)
        micro = int((match.group(7) or "0")[:6].ljust(6, "0"))
        offset, precise = match.group(8), match.group(6) is not None
    elif match := _TWITTER.fullmatch(text):
        if match.group(1) not in _MONTHS:
            return None
        month = _MONTHS.index(match.group(1)) + 1
        day, hour, minute, second = (int(part) for part in match.group(2, 3, 4, 5))
        year, micro, offset, precise = int(match.group(7)), 0, match.group(6), True
    else:
        return None
    try:
        moment = datetime(year, month, day, hour, minute, second, micro, tzinfo=UTC)
    except ValueError:
        return None
    offset_min = None if offset is None else parse_offset_min(offset)
    if offset is not None and offset_min is None:
        return None
    return WrittenTime(
        (moment - EPOCH) // timedelta(microseconds=1), offset_min, 1 if precise else 60
    )


def parse_offset_min(text: str) -> int | None:
    """Minutes east of an offset such as `+03:00`, `+0300`, `+03` or `Z`; None if impossible."""
    if text.upper() in {"Z", "UTC", "GMT"}:
        return 0
    match = _OFFSET.fullmatch(text)
    if not match:
        return None
    hours, minutes = int(match.group(2)), int(match.group(3) or 0)
    if minutes > 59 or hours * 60 + minutes > 14 * 60:
        return None
    return (hours * 60 + minutes) * (-1 if match.group(1) == "-" else 1)


def instant(
    text: str,
    *,
    clock_writer: ClockWriter,
    assume_zone: str | None = None,
    basis: Basis = "stated",
) -> Instant:
    """The instant a written time stands for.

    An offset written beside the time is used and kept. Without one the time is refused, unless
    `assume_zone` says in which zone it was written; that assumption stays attached.

    Raises:
        ClockError: unreadable, naive without an assumption, out of range, doubled or missing.
    """
    written = read_written(text)
    if written is None:
        raise ClockError(f"cannot read {text[:40]!r} as a time", todo="use ISO 8601 with offset")
    if written.offset_min is not None:
        utc_us, how, assumption = (
            written.local_us - written.offset_min * 60_000_000,
            "written_offset",
            None,
        )
    elif assume_zone is None:
        raise ClockError(
            f"time without offset {text[:40]!r}",
            todo="say whose clock wrote it: --assume-zone ZONE",
        )
    else:
        seconds, micro = divmod(written.local_us, 1_000_000)
        utc_us = local_to_utc_s(seconds, assume_zone) * 1_000_000 + micro
        how, assumption = basis, assume_zone
    if not EARLIEST_US <= utc_us < LATEST_US:
        raise ClockError(f"{text[:40]!r} lies outside 2000 to 2037", todo="check the column")
    return Instant(
        utc_us=utc_us,
        basis=how,  # type: ignore[arg-type]
        clock_writer=clock_writer,
        offset_as_written_min=written.offset_min,
        precision_s=written.precision_s,
        raw=text,
        assumption=assumption,
    )


def snowflake_us(post_id: str | int) -> int | None:
    """Creation time inside a Twitter/X id, microseconds UTC; None if the id has no clock.

    The upper bits of ids issued since 4 November 2010 count milliseconds since `TWITTER_EPOCH_MS`.
    Older ids were sequential and hold no time. Hashed ids are not numbers and give None.
    """
    try:
        number = int(post_id)
    except ValueError:
        return None
    if not _FIRST_SNOWFLAKE <= number < 1 << 63:
        return None
    moment = ((number >> 22) + TWITTER_EPOCH_MS) * 1000
    return moment if EARLIEST_US <= moment < LATEST_US else None


def utc_text(utc_us: int, *, seconds: bool = True) -> str:
    """`2021-08-15T22:01:32Z`; without seconds `2021-08-15 22:01 UTC`."""
    moment = EPOCH + timedelta(microseconds=utc_us)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ" if seconds else "%Y-%m-%d %H:%M UTC")


def offset_text(offset_min: int) -> str:
    """`UTC+8`, `UTC-3:30`, `UTC+0`."""
    sign = "-" if offset_min < 0 else "+"
    hours, minutes = divmod(abs(offset_min), 60)
    return f"UTC{sign}{hours}" + (f":{minutes:02d}" if minutes else "")


def zones_by_country() -> dict[str, tuple[str, ...]]:
    """ISO 3166-1 alpha-2 code -> IANA zones used there, from the zone database."""
    return {code: tuple(names) for code, names in sorted(pytz.country_timezones.items())}


def all_zones() -> tuple[str, ...]:
    """Every geographical zone name of the database, in order."""
    return tuple(name for name in pytz.all_timezones if "/" in name and not name.startswith("Etc/"))


def offsets_of(name: str, utc_seconds: Iterable[int]) -> list[int]:
    """Offset in seconds at each UTC second, in the order given."""
    return [offset_s(name, second) for second in utc_seconds]
