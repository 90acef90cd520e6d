"""Zone-rule classes: which time zones cannot be told apart over the span of some posts.

Zones are grouped by the offset they had at every moment of a window, taken from the list of
changes in `forensics.clock`. Daylight flags are never used: some countries count backwards, and
many changes of offset are no daylight saving at all.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forensics import clock
from forensics.errors import ReferenceDataError
from forensics.reference.people import most_populous

QUARTER_S = 900
"""Length of the cells that all counting rests on."""
SINCE_S = 1_199_145_600
"""2008-01-01T00:00:00Z: offsets that went out of use before are no candidates."""
UNTIL_S = 1_798_761_600
"""2027-01-01T00:00:00Z: the zone database is trusted this far."""
LOWEST_MIN, HIGHEST_MIN = -660, 825
"""Candidates lie between UTC-11 and UTC+13:45. UTC+14 is the Line Islands and one Samoan summer."""

IntArray = NDArray[np.int64]


@cache
def zone_countries() -> dict[str, str]:
    """Zone name -> ISO 3166-1 country, for every zone that the zone database gives to a country."""
    return {name: code for code, names in clock.zones_by_country().items() for name in names}


@cache
def candidate_zones() -> tuple[str, ...]:
    """Names of the zones that stand as candidates, in order."""
    return tuple(sorted(zone_countries()))


@cache
def candidate_offsets() -> tuple[int, ...]:
    """Offsets in legal use anywhere from 2008 to 2026, in minutes east, rising: 42 of them."""
    found = {
        offset // 60 for name in candidate_zones() for _, offset in _pieces(name, SINCE_S, UNTIL_S)
    }
    return tuple(sorted(o for o in found if LOWEST_MIN <= o <= HIGHEST_MIN))


def _pieces(name: str, start_s: int, end_s: int) -> tuple[tuple[int, int], ...]:
    """The part of a zone's list of offsets that applies from `start_s` to `end_s` (excluded)."""
    table = clock.transitions(name)
    first = bisect_right(table, (start_s, 1 << 40)) - 1
    return tuple(
        (max(moment, start_s), offset) for moment, offset in table[first:] if moment < end_s
    )


@dataclass(frozen=True, slots=True)
class ZoneClasses:
    """Zones grouped by their offset in every segment of a window.

    Between two of the `starts_s` no zone changes its clock. Two zones stand in one class exactly
    if their offsets agree in every segment.
    """

    starts_s: IntArray
    """(segments,) first UTC second of each segment, rising; the first is the window's start."""
    names: tuple[tuple[str, ...], ...]
    """(classes) zones of each class, in order; classes stand in the order of their first zone."""
    offsets_min: IntArray
    """(classes, segments) offset in minutes east."""

    def segments_of(self, q: IntArray) -> IntArray:
        """Segment number of each UTC quarter-hour `q`; changes fall on whole quarter-hours."""
        found = np.searchsorted(self.starts_s, q * QUARTER_S, side="right") - 1
        return np.maximum(found, 0).astype(np.int64)

    def merged(self, used: IntArray) -> ZoneClasses:
        """The classes that remain apart if only the segments numbered in `used` hold data.

        Args:
            used: Distinct segment numbers, rising, at least one.

        Returns:
            Classes over those segments alone; `starts_s` keeps their starts.
        """
        kept = self.offsets_min[:, used]
        first, groups = distinct_rows(kept)
        return ZoneClasses(
            starts_s=self.starts_s[used],
            names=_together(self.names, groups),
            offsets_min=kept[first],
        )

    def labels(self) -> tuple[str, ...]:
        """Name of each class: its most populous zone stands for all."""
        return _labels(self.names)


def distinct_rows(table: NDArray[Any]) -> tuple[list[int], tuple[int, ...]]:
    """(first row of each kind, in order; kind of each row) of some dozen rows.

    They are compared as bytes, which is several times as fast as rows of an array.
    """
    data = table.tobytes()
    width = table.itemsize * table.shape[1]
    rows = [data[at : at + width] for at in range(0, len(data), width)]
    first: dict[bytes, int] = {}
    for number, row in enumerate(rows):
        first.setdefault(row, number)
    kind = {row: number for number, row in enumerate(first)}
    return list(first.values()), tuple([kind[row] for row in rows])


@lru_cache(maxsize=4096)
def _together(
    names: tuple[tuple[str, ...], ...], groups: tuple[int, ...]
) -> tuple[tuple[str, ...], ...]:
    """The names of classes that became one, in order; many samples share one grouping."""
    members: list[list[str]] = [[] for _ in range(max(groups) + 1)]
    for zones, group in zip(names, groups, strict=True):
        members[group].extend(zones)
    return tuple(tuple(sorted(group)) for group in members)


@lru_cache(maxsize=4096)
def _labels(names: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    return tuple(most_populous(zones) for zones in names)


@cache
def zone_classes(start_s: int, end_s: int) -> ZoneClasses:
    """Classes of all candidate zones from `start_s` to `end_s` (excluded), in UTC seconds.

    Raises:
        ReferenceDataError: the window is empty, or an offset is no multiple of 15 minutes.
    """
    if end_s <= start_s:
        raise ReferenceDataError("the window for zone classes is empty")
    pieces = {name: _pieces(name, start_s, end_s) for name in candidate_zones()}
    starts = sorted({moment for rows in pieces.values() for moment, _ in rows})
    table = np.empty((len(pieces), len(starts)), dtype=np.int64)
    for row, rows in enumerate(pieces.values()):
        moments = [moment for moment, _ in rows]
        for column, moment in enumerate(starts):
            table[row, column] = rows[bisect_right(moments, moment) - 1][1]
    if np.any(table % QUARTER_S):
        raise ReferenceDataError(
            "an offset is no multiple of 15 minutes", todo="start the window after 1972"
        )
    whole = ZoneClasses(
        starts_s=np.array(starts, dtype=np.int64),
        names=tuple((name,) for name in pieces),
        offsets_min=table // 60,
    )
    return whole.merged(np.arange(len(starts), dtype=np.int64))


def local_quarters(name: str, q: IntArray) -> IntArray:
    """Local quarter-hour number of each UTC quarter-hour `q`, by the rules of its own date."""
    table = clock.transitions(name)
    starts = np.array([moment for moment, _ in table], dtype=np.int64)
    offsets = np.array([offset for _, offset in table], dtype=np.int64)
    at = np.searchsorted(starts, q * QUARTER_S, side="right") - 1
    return (q + offsets[at] // QUARTER_S).astype(np.int64)
