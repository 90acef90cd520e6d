"""Work calendars by country and date: weekends, holidays, bridge days, make-up working days.

The table is a dated copy (`data/calendars.jsonl`, manifest beside it) of national calendars for
2005 to 2027. Days are numbered from 1970-01-01, as quarter-hours are elsewhere (`q // 96`).
Holidays of states and provinces, and what a single employer does, are not in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forensics.errors import ReferenceDataError
from forensics.reference.pack import DATA
from forensics.reference.people import people
from forensics.reference.zones import zone_countries

WORK, REST, HOLIDAY, BRIDGE, MAKE_UP, UNKNOWN, PARTLY = range(7)
"""Codes of a day: a working day; a day of weekly rest; a public holiday on what would be a working
day; a bridge, transferred or customary day off; a day of rest that is worked to make up for another
one; no reliable information; a holiday on which many employers work."""
LETTERS = "WEHTMUP"
"""The letter of each code, in order."""
_KINDS = {"H": HOLIDAY, "T": BRIDGE, "P": PARTLY}

IntArray = NDArray[np.int64]
Codes = NDArray[np.int8]


def day_number(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01."""
    return date(year, month, day).toordinal() - date(1970, 1, 1).toordinal()


def day_text(day: int) -> str:
    """`2016-02-06`."""
    return date.fromordinal(day + date(1970, 1, 1).toordinal()).isoformat()


def _from_written(written: int) -> int:
    return day_number(written // 10_000, written // 100 % 100, written % 100)


@dataclass(frozen=True, slots=True)
class Weekend:
    """Weekly rest from a day on."""

    since: int
    """First day it holds, as a day number."""
    rest: frozenset[int]
    """Weekdays of full rest, Monday = 0."""
    half: frozenset[int]
    """Weekdays of half rest; they count as working days."""
    certainty: str
    """certain | stated | doubtful."""
    source: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """The work calendar of one country."""

    country: str
    """ISO 3166-1 alpha-2."""
    label: str
    """Its name in English."""
    source: str
    """Where the days come from, against what they were checked, and what is doubtful."""
    doubtful: str
    """Why the whole list is doubtful; empty if it is not."""
    weekends: tuple[Weekend, ...]
    first: int
    """First day of the table, as a day number."""
    codes: Codes
    """Code of each day of the table."""
    names: Mapping[int, str]
    """Name of each day off, also of those that fall on a weekend."""
    estimated: frozenset[int]
    """Days off whose date is an estimate (moon sightings)."""

    @property
    def last(self) -> int:
        """Last day of the table."""
        return self.first + len(self.codes) - 1

    def day_class(self, days: IntArray) -> Codes:
        """Code of each day number; days outside the table are UNKNOWN."""
        inside = (days >= self.first) & (days <= self.last)
        found = self.codes[np.clip(days - self.first, 0, len(self.codes) - 1)]
        return np.where(inside, found, np.int8(UNKNOWN)).astype(np.int8)

    def name(self, day: int) -> str:
        """Name of a day off; empty for an ordinary day."""
        return self.names.get(day, "")


@cache
def countries() -> tuple[str, ...]:
    """ISO codes of the countries with a calendar, in order."""
    return tuple(_table())


def calendar(country: str) -> Calendar:
    """The calendar of a country.

    Raises:
        ReferenceDataError: there is none for that code.
    """
    try:
        return _table()[country]
    except KeyError:
        raise ReferenceDataError(
            f"there is no work calendar for {country!r}",
            todo="use one of " + ", ".join(countries()),
        ) from None


@cache
def main_zone(country: str) -> str:
    """Zone under which most people of a country live; its date is the country's date.

    Raises:
        ReferenceDataError: the zone database gives the country no zone.
    """
    zones = sorted(name for name, code in zone_countries().items() if code == country)
    if not zones:
        raise ReferenceDataError(f"no time zone belongs to {country!r}")
    table = people().by_zone
    return max(zones, key=lambda name: table.get(name, 0))


@cache
def version() -> str:
    """Name, package version and hash of the bundled calendars; part of every result."""
    facts = _manifest()
    return (
        f"calendars {facts['frozen']} ({facts['package']} {facts['package_version']}, "
        f"sha256 {str(facts['sha256'])[:12]})"
    )


@cache
def _manifest() -> Mapping[str, object]:
    try:
        return dict(json.loads((DATA / "calendars.json").read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise ReferenceDataError(
            f"cannot read the manifest of the calendars ({error})",
            where="calendars.json",
            todo="reinstall the package, or run tools/build_calendars.py",
        ) from error


@cache
def _table() -> dict[str, Calendar]:
    """All calendars; the file must be the one the manifest describes."""
    facts = _manifest()
    try:
        raw = (DATA / "calendars.jsonl").read_bytes()
    except OSError as error:
        raise ReferenceDataError(
            "the table of calendars is missing", where="calendars.jsonl"
        ) from error
    if hashlib.sha256(raw).hexdigest() != facts["sha256"]:
        raise ReferenceDataError(
            "the table of calendars is not the one its manifest describes",
            where="calendars.jsonl",
            todo="reinstall the package, or run tools/build_calendars.py",
        )
    span = int(str(facts["first_year"])), int(str(facts["last_year"]))
    rows = [json.loads(line) for line in raw.decode("utf-8").splitlines()]
    return {str(row["country"]): read_calendar(row, span) for row in rows}


def read_calendar(row: Mapping[str, object], span: tuple[int, int]) -> Calendar:
    """A calendar from one line of the table, over the years of `span` (both counted).

    A holiday on a day of weekly rest keeps its name and the code REST; a make-up day counts only
    on a day of weekly rest; unknown stretches override everything.
    """
    first = day_number(span[0], 1, 1)
    days = np.arange(first, day_number(span[1], 12, 31) + 1)
    weekday = (days + 3) % 7
    weekends = tuple(_weekend(entry) for entry in _list(row["weekends"]))
    codes = np.full(len(days), WORK, dtype=np.int8)
    for weekend in weekends:
        later = days >= weekend.since
        rest = np.isin(weekday, sorted(weekend.rest))
        codes[later] = np.where(rest[later], REST, WORK)
    names: dict[int, str] = {}
    off = row["off"]
    for kind, named in sorted(off.items()) if isinstance(off, dict) else ():
        for name, written in named.items():
            for day in map(_from_written, written):
                names[day] = name
                if codes[day - first] == WORK:
                    codes[day - first] = _KINDS[kind]
    for day in map(_from_written, _list(row["make_up"])):
        if codes[day - first] == REST:
            codes[day - first] = MAKE_UP
    for start, end, _ in _list(row["unknown"]):
        codes[_from_written(start) - first : _from_written(end) - first + 1] = UNKNOWN
    parts = (str(row["source"]), str(row["checked"]), *map(str, _list(row["remarks"])))
    return Calendar(
        country=str(row["country"]),
        label=str(row["name"]),
        source="; ".join(part for part in parts if part),
        doubtful=str(row["doubtful"]),
        weekends=weekends,
        first=first,
        codes=codes,
        names=names,
        estimated=frozenset(map(_from_written, _list(row["estimated"]))),
    )


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _weekend(entry: object) -> Weekend:
    since, rest, half, certainty, source = _list(entry)
    return Weekend(
        since=_from_written(int(str(since))),
        rest=frozenset(int(c) for c in str(rest)),
        half=frozenset(int(c) for c in str(half)),
        certainty=str(certainty),
        source=str(source),
    )
