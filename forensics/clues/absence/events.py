"""Events that were named before the activity was looked at: holidays, leaves, outages, storms."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from forensics.errors import ClueError

KINDS = ("holiday", "leave", "outage", "storm", "conference", "other")
MOST_DAYS = 92
"""Longest event; a longer one is a change of life, not an absence."""
MOST_EVENTS = 1000
_MUST = ("name", "start", "end", "kind", "source")
_MAY = ("areas",)
_AREA = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3}(\.[A-Za-z0-9]{1,12})?)?")
_EPOCH = date(1970, 1, 1)
_MOST_TEXT = 200


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """An interval of days on which somebody or some place is said to have been away."""

    start_day: int
    """Local day number since 1970."""
    end_day: int
    """The last day, counted."""
    name: str
    kind: str
    """One of KINDS."""
    source: str
    """Who says so, and where."""
    area_codes: tuple[str, ...] = ()
    """Areas it affected (ISO 3166 codes or codes below them)."""

    @property
    def days(self) -> int:
        """Days of the event, both ends counted."""
        return self.end_day - self.start_day + 1


def parse_events(rows: Sequence[Mapping[str, object]]) -> tuple[Event, ...]:
    """Events from tables as they stand in `case.toml`, in order of their days.

    Args:
        rows: Each with name, start, end (`2024-02-10` or a TOML date), kind, source, and maybe
            areas (a list of codes).

    Raises:
        ClueError: a row lacks a key, has an unknown one, or says something impossible.
    """
    if len(rows) > MOST_EVENTS:
        raise ClueError(f"more than {MOST_EVENTS} events", where="events", todo="name fewer")
    found = [_event(row, f"events {number}") for number, row in enumerate(rows, start=1)]
    twice = [one for one in set(found) if found.count(one) > 1]
    if twice:
        raise ClueError(f"{min(twice).name!r} stands there twice", where="events")
    return tuple(sorted(found))


def _event(row: Mapping[str, object], where: str) -> Event:
    """One row, checked."""
    unknown = sorted(set(row) - {*_MUST, *_MAY})
    missing = [key for key in _MUST if key not in row]
    if missing or unknown:
        what = f"lacks {missing[0]!r}" if missing else f"has an unknown key {unknown[0]!r}"
        todo = f"use {', '.join((*_MUST, *_MAY))}"
        raise ClueError(what, where=where, todo=todo)
    start, end = (_day(row[key], f"{where} {key}") for key in ("start", "end"))
    name, kind, source = (_text(row[key], f"{where} {key}") for key in ("name", "kind", "source"))
    if end < start:
        raise ClueError("ends before it starts", where=where)
    if end - start + 1 > MOST_DAYS:
        raise ClueError(f"lasts more than {MOST_DAYS} days", where=where)
    if kind not in KINDS:
        raise ClueError(f"is of an unknown kind {kind!r}", where=where, todo=", ".join(KINDS))
    return Event(start, end, name, kind, source, _areas(row.get("areas", []), where))


def _day(value: object, where: str) -> int:
    """Day number of a date, or of its text."""
    found = value
    if isinstance(value, str):
        try:
            found = date.fromisoformat(value)
        except ValueError:
            raise ClueError(f"{value[:40]!r} is no date", where=where, todo="YYYY-MM-DD") from None
    # A datetime is a date too, but names an instant and not a day.
    if not isinstance(found, date) or isinstance(found, datetime):
        raise ClueError("is no date", where=where, todo="YYYY-MM-DD")
    return (found - _EPOCH).days


def _text(value: object, where: str) -> str:
    """A text that says something."""
    if not isinstance(value, str) or not value.strip():
        raise ClueError("is empty or no text", where=where)
    if len(value) > _MOST_TEXT:
        raise ClueError(f"is longer than {_MOST_TEXT} characters", where=where)
    return " ".join(value.split())


def _areas(value: object, where: str) -> tuple[str, ...]:
    """Area codes."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ClueError("areas are no list of codes", where=where, todo='areas = ["CN-JS"]')
    codes = sorted({str(one) for one in value})
    wrong = [one for one in codes if not _AREA.fullmatch(one)]
    if wrong:
        raise ClueError(f"{wrong[0][:40]!r} is no area code", where=where, todo='such as "CN-JS"')
    return tuple(codes)
