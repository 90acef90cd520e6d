"""When a shadow was cast, as people know it: a moment, an interval, a date, or hardly anything."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from forensics import clock
from forensics.errors import ClueError
from forensics.model import SunShot, SunSighting

Unknown = Literal["", "time", "date", "both"]
UNKNOWN: tuple[Unknown, ...] = ("", "time", "date", "both")
DAY_US = 86_400_000_000
MOST_DAYS = 366
ANY_YEAR = 2024
"""Stands for every year where none is given: the sun comes back to 0.3 degrees."""
_DURATION = re.compile(
    r"(\d{1,6}(?:\.\d{1,3})?) ?(s|sec|seconds?|m|min|minutes?|h|hours?|d|days?)", re.ASCII
)
_UNIT_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_TIME_OF_DAY = re.compile(r"(\d{2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_EPOCH = date(1970, 1, 1)
_YEAR = re.compile(r"\d{4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class When:
    """An interval of one clock, and on how many days in a row it may have been."""

    from_us: int
    to_us: int
    days: int
    local: bool
    """True if the clock is the local one of the place, whatever its zone."""

    def shot(self, sightings: tuple[SunSighting, ...]) -> SunShot:
        """What was seen at that time."""
        return SunShot(self.from_us, self.to_us, self.days, self.local, sightings)

    @property
    def known(self) -> bool:
        """True for one moment in UTC."""
        return self.from_us == self.to_us and self.placed

    @property
    def placed(self) -> bool:
        """True if circles and points can be drawn: UTC, one day, known to within half a day."""
        return not self.local and self.days == 1 and self.to_us - self.from_us <= DAY_US // 2

    @property
    def middle_s(self) -> float:
        """Middle of the interval on the first day, seconds of its clock."""
        return (self.from_us + self.to_us) / 2_000_000

    def text(self) -> str:
        """`2024-05-09 06:00 to 07:00 UTC`, `2024-05-09, time of day unknown`."""
        start, end = (
            clock.utc_text(us)[:16].replace("T", " ") for us in (self.from_us, self.to_us)
        )
        clock_name = "local clock" if self.local else "UTC"
        last = clock.utc_text(self.from_us + (self.days - 1) * DAY_US)[:10]
        days = start[:10] if self.days == 1 else f"any day from {start[:10]} to {last}"
        if self.to_us - self.from_us >= DAY_US:
            return f"{days}, time of day unknown"
        if self.days > 1:
            span = start[11:] if start == end else f"{start[11:]} to {end[11:]}"
            return f"{span} {clock_name} on {days}"
        if start == end:
            return f"{start} {clock_name}"
        shown = end[11:] if end[:10] == start[:10] else end
        return f"{start} to {shown} {clock_name}"


def read_when(
    *,
    time: str | None = None,
    local_time: str | None = None,
    day: str | None = None,
    unknown: Unknown = "",
    error_s: int = 0,
) -> When:
    """The time of a picture from what is known of it.

    Args:
        time: A moment with its offset (`2024-05-09T06:30Z`), or a time of day with it (`06:30Z`).
        local_time: The same without offset: the wall clock of the place shows it.
        day: A date, two dates (`2024-03-01..2024-05-31`) or a year, for a time of day or alone.
        unknown: What is not known at all: `time` of the day, `date`, or `both`.
        error_s: The moment lies at most this many seconds before or after.

    Raises:
        ClueError: it cannot be read, contradicts itself, or nothing is known and nobody says so.
    """
    if time and local_time:
        raise ClueError("time and local time exclude each other", todo="give one of them")
    if not 0 <= error_s <= DAY_US // 2_000_000:
        raise ClueError("the error of a time is at most 12 hours", todo="say that it is unknown")
    text, local = time or local_time, bool(local_time)
    of_day = _TIME_OF_DAY.fullmatch(text.strip()) if text else None
    if text and not of_day and unknown in {"", "time"} and not day:
        us = _moment(text, local=local)
        if unknown == "time":
            return _days(us // DAY_US, us // DAY_US)
        return When(us - error_s * 1_000_000, us + error_s * 1_000_000, 1, local)
    if day and unknown in {"date", "both"}:
        raise ClueError(f"a date beside unknown = {unknown!r}", todo="leave out one of them")
    first, last = _span(day, text if not of_day else None, unknown)
    if not text or unknown in {"time", "both"}:
        if not text and not day and not unknown:
            raise ClueError(
                "nothing says when", todo="give a time or a date, or say unknown = both"
            )
        return _days(first, last)
    if of_day and not day and unknown != "date":
        raise ClueError("a time of day without a date", where=text, todo="give a date or a span")
    if day and not of_day:
        raise ClueError(
            "a date beside a time that has one", where=text, todo="write HH:MM beside a date"
        )
    noon = clock.utc_text(first * DAY_US)[:10]
    us = _moment(f"{noon}T{text.strip()}" if of_day else text, local=local)
    us -= 0 if of_day else (us // DAY_US - first) * DAY_US
    error = error_s * 1_000_000
    return When(us - error, us + error, last - first + 1, local)


def _days(first: int, last: int) -> When:
    """Any time on these days, of the local clock."""
    return When(first * DAY_US, (first + 1) * DAY_US, last - first + 1, local=True)


def _moment(text: str, *, local: bool) -> int:
    """Microseconds of a written time, in UTC or of the local clock."""
    written = clock.read_written(text)
    if written is None:
        raise ClueError(f"cannot read {text[:40]!r} as a time", todo="such as 2024-05-09T06:30Z")
    if local and written.offset_min is not None:
        raise ClueError(f"{text[:40]!r} has an offset", todo="then it is a time, no local time")
    if not local and written.offset_min is None:
        raise ClueError(
            f"{text[:40]!r} has no offset",
            todo="write Z or +08:00 behind it, or give it as local time",
        )
    us = written.local_us - (written.offset_min or 0) * 60_000_000
    if not clock.EARLIEST_US <= us < clock.LATEST_US:
        raise ClueError(f"{text[:40]!r} lies outside 2000 to 2037")
    return us


def _span(day: str | None, dated: str | None, unknown: Unknown) -> tuple[int, int]:
    """First and last day number."""
    if day is None:
        year = int(dated[:4]) if dated and _YEAR.match(dated) else ANY_YEAR
        if unknown == "time" and not dated:
            raise ClueError("an unknown time of day without a date", todo="give a date")
        return _year(year)
    if _YEAR.fullmatch(day.strip()):
        return _year(int(day))
    start, _, end = (part.strip() for part in day.partition(".."))
    first, last = _day(start), _day(end or start)
    if not 0 <= last - first < MOST_DAYS:
        raise ClueError(
            f"{day[:40]!r} is no span of at most {MOST_DAYS} days", todo="the earlier date first"
        )
    return first, last


def _year(year: int) -> tuple[int, int]:
    if not 2000 <= year <= 2037:
        raise ClueError(f"{year} lies outside 2000 to 2037")
    start = (date(year, 1, 1) - _EPOCH) // timedelta(days=1)
    return start, (date(year, 12, 31) - _EPOCH) // timedelta(days=1)


def _day(text: str) -> int:
    """Day number of an ISO date between 2000 and 2037."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise ClueError(f"{text[:40]!r} is no date", todo="such as 2024-05-09") from None
    if not 2000 <= found.year <= 2037:
        raise ClueError(f"{text} lies outside 2000 to 2037")
    return (found - _EPOCH) // timedelta(days=1)


def duration_s(text: str) -> int:
    """Seconds of `30min`, `90 s`, `1.5h` or `1 day`.

    Raises:
        ClueError: it is none.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ClueError(f"cannot read {text[:40]!r} as a duration", todo="such as 30min or 2h")
    return round(float(match[1]) * _UNIT_S[match[2][0]])


def share(text: str) -> float:
    """A share such as `5%` or `0.05`.

    Raises:
        ClueError: it is none.
    """
    plain = text.strip()
    try:
        value = float(plain.removesuffix("%")) / (100 if plain.endswith("%") else 1)
    except ValueError:
        raise ClueError(f"cannot read {text[:40]!r} as a share", todo="such as 5%") from None
    if not 0 <= value <= 1:
        raise ClueError(f"{text[:40]!r} is not between 0 and 100 %", todo="such as 5%")
    return value
