"""Families of clock-change rules: which zones put their clocks forward and back on the same days.

A family is the course of an offset without its level: Berlin and London are one family, and so are
all zones that never changed on the days that hold data. Families come from the list of offsets of
every zone, never from daylight flags.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from forensics.reference import people
from forensics.reference.zones import ZoneClasses, zone_classes

Kind = Literal["none", "north", "south", "dated"]
KINDS: tuple[Kind, ...] = ("none", "north", "south", "dated")
FIRST_DAY = 10_957
"""2000-01-01, in days from 1970: no post is older."""
LAST_DAY = 24_836
"""2037-12-31."""
NAMED = (
    ("Europe/Berlin", "the EU's"),
    ("America/New_York", "the US's"),
    ("Australia/Sydney", "south-eastern Australia's"),
    ("Pacific/Auckland", "New Zealand's"),
    ("America/Santiago", "Chile's"),
    ("America/Sao_Paulo", "Brazil's"),
    ("Asia/Jerusalem", "Israel's"),
    ("Europe/Moscow", "Moscow's"),
    ("Europe/Istanbul", "Turkey's"),
    ("Asia/Tehran", "Iran's"),
    ("America/Mexico_City", "Mexico's"),
    ("Africa/Cairo", "Egypt's"),
    ("Africa/Casablanca", "Morocco's"),
)
"""Zones whose rules have a name of their own; every other family is named after a zone."""

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Table:
    """Offsets of all classes of zones at noon UTC of each day, where anything changes."""

    classes: ZoneClasses
    starts: IntArray
    """(segments) first day of each segment."""
    offsets_min: IntArray
    """(classes, segments)"""


@cache
def _table() -> _Table:
    classes = zone_classes(FIRST_DAY * 86_400, (LAST_DAY + 1) * 86_400)
    noons = np.arange(FIRST_DAY, LAST_DAY + 1) * 86_400 + 43_200
    segment = np.searchsorted(classes.starts_s, noons, side="right") - 1
    daily = classes.offsets_min[:, segment]
    new = np.concatenate([[True], np.any(daily[:, 1:] != daily[:, :-1], axis=0)])
    return _Table(classes, np.flatnonzero(new).astype(np.int64) + FIRST_DAY, daily[:, new])


@dataclass(frozen=True, slots=True)
class Family:
    """Zones that cannot be told apart by the dates of their clock changes."""

    name: str
    kind: Kind
    zones: tuple[str, ...]
    changes: tuple[tuple[int, int], ...]
    """(first day after the change in days from 1970, minutes forward) inside the window."""
    weight: float
    """Prior weight: the square root of the people who live by it."""


@dataclass(frozen=True, slots=True)
class Families:
    """Families that differ on the days of one unit; the heaviest first."""

    members: tuple[Family, ...]
    starts: IntArray
    """(segments) first day of each segment that holds data."""
    shift_min: IntArray
    """(families, segments) offset in minutes relative to the first segment."""

    def shifts_at(self, days: IntArray) -> IntArray:
        """(families, days) minutes by which the clock stands ahead of the first segment's."""
        return self.shift_min[:, np.searchsorted(self.starts, days, side="right") - 1]


def families(days: IntArray) -> Families:
    """Families of rules that differ on `days` (rising, days from 1970, at least one)."""
    segments = np.searchsorted(_table().starts, days, side="right") - 1
    used = np.unique(segments)
    return _families(used.tobytes(), int(days[0]), int(days[-1]))


@lru_cache(maxsize=1024)
def _families(used_bytes: bytes, first: int, last: int) -> Families:
    table = _table()
    used = np.frombuffer(used_bytes, dtype=np.int64)
    course = table.offsets_min[:, used]
    course = course - course[:, :1]
    rows, inverse = np.unique(course, axis=0, return_inverse=True)
    inverse = np.ravel(inverse)
    found: list[tuple[Family, IntArray]] = []
    for index, row in enumerate(rows):
        classes = np.flatnonzero(inverse == index)
        zones = tuple(sorted(z for c in classes for z in table.classes.names[int(c)]))
        constant = not row.any()
        leader = 0 if constant else _most_people(table, classes)
        changes = () if constant else _changes(table, leader, first, last)
        kind = _kind(changes, last - first + 1)
        family = Family(_name(zones, kind), kind, zones, changes, people.weight(zones))
        found.append((family, row))
    found.sort(key=lambda pair: (-pair[0].weight, pair[0].zones))
    return Families(
        members=tuple(family for family, _ in found),
        starts=table.starts[used],
        shift_min=np.stack([row for _, row in found]),
    )


def _most_people(table: _Table, classes: IntArray) -> int:
    """The class under which most people live: its dates stand for the family."""
    weights = [people.weight(table.classes.names[int(c)]) for c in classes]
    return int(classes[int(np.argmax(weights))])


def _changes(table: _Table, row: int, first: int, last: int) -> tuple[tuple[int, int], ...]:
    """Changes of one class after day `first` and up to day `last`."""
    offsets = table.offsets_min[row]
    at = np.flatnonzero(np.diff(offsets)) + 1
    jumps = (offsets[at] - offsets[at - 1] + 720) % 1440 - 720
    # A zone that crosses the date line skips a day and leaves its clock where it was.
    return tuple(
        (int(day), int(jump))
        for day, jump in zip(table.starts[at], jumps, strict=True)
        if first < day <= last and jump
    )


def _kind(changes: tuple[tuple[int, int], ...], span_days: int) -> Kind:
    """North: forward in the first half of the year, back in the second; south: the reverse.

    Anything that is not kept up through the window (a law that ended it) is `dated`.
    """
    if not changes:
        return "none"
    days = np.array([day for day, _ in changes]).astype("datetime64[D]")
    second_half = (days.astype("datetime64[M]").astype(np.int64) % 12) >= 6
    north = np.mean(
        [(jump > 0) != late for (_, jump), late in zip(changes, second_half, strict=True)]
    )
    if len(changes) < 1.5 * span_days / 365.25 - 1 or 0.2 < north < 0.8:
        return "dated"
    return "north" if north >= 0.8 else "south"


def _name(zones: tuple[str, ...], kind: Kind) -> str:
    if kind == "none":
        return "no clock change"
    known = [text for zone, text in NAMED if zone in zones]
    if known:
        return " or ".join(known[:3]) + " rule"
    return f"the rule of {people.most_populous(zones)}"
