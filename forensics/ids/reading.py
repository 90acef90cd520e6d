"""What one reading of an id is, and the row of a table that makes one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from forensics.clock import EARLIEST_US, EPOCH, LATEST_US
from forensics.model import ClockWriter

Sure = Literal["documented", "reported", "weak"]
"""How well a method is founded: `documented` by whoever makes the ids, `reported` by others who
compared ids with known times, `weak` where nearly any value of that form gives some time."""
SURE_ORDER: tuple[Sure, ...] = ("documented", "reported", "weak")

SECOND = 1_000_000
DAY = 86_400 * SECOND
FARTHEST_EAST_US = 14 * 3600 * SECOND
"""A local clock may be ahead of UTC by this much."""


def day_us(year: int, month: int, day: int) -> int:
    """Microseconds since 1970 of midnight UTC of that day."""
    return (datetime(year, month, day, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class IdReading:
    """One possible reading of a value: a claim, and never the only one that counts."""

    kind: str
    """Short name of the method, such as `x_snowflake`."""
    meaning: str
    """What the value would be, and of what its time is the time."""
    time: str
    """`2018-10-10T20:19:24.211Z`; without Z where it is local time of an unknown zone, and without
    a time of day where the value holds only a date."""
    utc_us: int | None
    """The instant in microseconds; None where `time` is local."""
    precision_us: int
    """Resolution of the clock in the value."""
    clock_writer: ClockWriter
    """Whose clock wrote it."""
    since_us: int
    """Start of the sanity range: before it nobody issued such ids."""
    until_us: int
    """End of the sanity range: the present that was passed in."""
    plausible: bool
    """True if the time lies in the sanity range."""
    sure: Sure
    """How well the method is founded."""
    note: str
    """What to beware of; may be empty."""
    source: str
    """Who describes the method."""


@dataclass(frozen=True, slots=True)
class Method:
    """One row of a table: which values it reads, and how."""

    kind: str
    meaning: str
    form: re.Pattern[str]
    """The whole value must match."""
    us: Callable[[str], int | None]
    """Value -> microseconds UTC; None if the value turns out not to be of that kind."""
    precision_us: int
    clock_writer: ClockWriter
    since_us: int
    sure: Sure
    note: str
    source: str

    def moment(self, value: str) -> int | None:
        """Microseconds UTC in a value; None if it is not of that form, or outside 2000 to 2037."""
        if not self.form.fullmatch(value):
            return None
        found = self.us(value)
        return found if found is not None and EARLIEST_US <= found < LATEST_US else None

    def read(self, value: str, now_us: int) -> IdReading | None:
        """The reading of a value by this method; None if it is not of that form.

        Times outside 2000 to 2037 give None: then the value is something else.
        """
        moment = self.moment(value)
        if moment is None:
            return None
        return IdReading(
            kind=self.kind,
            meaning=self.meaning,
            time=instant_text(moment, self.precision_us),
            utc_us=moment,
            precision_us=self.precision_us,
            clock_writer=self.clock_writer,
            since_us=self.since_us,
            until_us=now_us,
            plausible=self.since_us <= moment <= now_us,
            sure=self.sure,
            note=self.note,
            source=self.source,
        )


def form(pattern: str) -> re.Pattern[str]:
    """A pattern over ASCII: digits of other scripts are no digits of an id."""
    return re.compile(pattern, re.ASCII)


def based(value: str, alphabet: str) -> int:
    """The value as a number written with these digits, the first of which is zero.

    Raises:
        ValueError: a character is no digit.
    """
    number = 0
    for char in value:
        number = number * len(alphabet) + alphabet.index(char)
    return number


def instant_text(utc_us: int, precision_us: int) -> str:
    """The instant with as many digits as its clock has: none, 2, 3 or 6 after the second."""
    moment = EPOCH + timedelta(microseconds=utc_us)
    digits = next(n for unit, n in ((SECOND, 0), (10_000, 2), (1000, 3), (1, 6)) if
                  precision_us >= unit)  # fmt: skip
    fraction = f".{moment.microsecond:06d}"[: digits + 1] if digits else ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z"


def precision_text(precision_us: int) -> str:
    """`1 ms`, `1 s`, `1 day`."""
    for unit, name in ((DAY, "day"), (SECOND, "s"), (1000, "ms")):
        if precision_us >= unit:
            return f"{precision_us // unit} {name}"
    return f"{precision_us} µs"
