"""A unit's activity by local day: cut at its quietest hour, so that a night belongs to one day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.clues.activity import Activity
from forensics.clues.quarters import DAY, EPOCH_WEEKDAY
from forensics.reference.zones import local_quarters

QUIET_RUN = 12
"""Quarter-hours of the quiet stretch whose middle cuts the day: three hours."""
EVENING = 72
"""A day that begins at 18:00 or later belongs to the next date."""
COMB_CHI, COMB_LEAST = 40.0, 0.15
"""Chi-square (3 df) and deviation from which the quarters of the hour are made equal."""

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


def histogram(index: IntArray, weight: FloatArray, size: int) -> FloatArray:
    """(size) sum of weights at each index."""
    return np.asarray(np.bincount(index, weights=weight, minlength=size), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class LocalDays:
    """Events of a unit by day and quarter-hour of day, both counted from the cut."""

    zone: str
    cut: int
    """Local quarter-hour at which a day begins; below 0 where it begins the evening before."""
    day: IntArray
    """(events) day number since 1970 on the local calendar. A day that begins at 18:00 or later
    belongs to the date on which most of it lies."""
    bin: IntArray
    """(events) quarter-hour of that day, 0-95 from the cut."""
    weight: FloatArray
    """(events) posts, at most one an account: see `local_days`."""

    @property
    def weekday(self) -> IntArray:
        """(events) Monday is 0."""
        return (self.day + EPOCH_WEEKDAY) % 7

    @property
    def week(self) -> IntArray:
        """(events) week number, Monday first."""
        return (self.day + EPOCH_WEEKDAY) // 7

    @property
    def n_days(self) -> int:
        """Days with an event."""
        return len(np.unique(self.day))

    @property
    def n_weeks(self) -> int:
        """Weeks with an event."""
        return len(np.unique(self.week))

    def minute(self, edge: float) -> float:
        """Local minute of day (0-1440) of a position counted in quarter-hours from the cut."""
        return (15.0 * (self.cut + edge)) % 1440.0

    def only(self, keep: NDArray[np.bool_]) -> LocalDays:
        """The same with some of the events."""
        return LocalDays(self.zone, self.cut, self.day[keep], self.bin[keep], self.weight[keep])

    @property
    def month(self) -> IntArray:
        """(events) month of the day, January is 1."""
        months = self.day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        return months % 12 + 1

    def profile(self) -> FloatArray:
        """(96) events per quarter-hour of day."""
        return histogram(self.bin, self.weight, DAY)

    def by_week(self) -> FloatArray:
        """(weeks with an event, 96) events: the blocks that are drawn in the bootstrap."""
        return self._table(self.week)

    def by_day(self) -> FloatArray:
        """(days with an event, 96) events."""
        return self._table(self.day)

    def _table(self, key: IntArray) -> FloatArray:
        rows, index = np.unique(key, return_inverse=True)
        cells = histogram(index * DAY + self.bin, self.weight, len(rows) * DAY)
        return cells.reshape(len(rows), DAY)


def quietest(profile: FloatArray) -> int:
    """The quarter-hour (0-95) in the middle of the three hours in a row with the fewest events.

    Of several such stretches, which a sparse unit has, the middle one of the longest run counts.
    """
    total = np.concatenate(([0.0], np.cumsum(np.tile(profile, 2))))
    run = total[QUIET_RUN : QUIET_RUN + DAY] - total[:DAY]
    low = run <= run.min() + 1e-9
    if low.all():
        return 0
    first = int(np.flatnonzero(~low)[0])
    turned = np.roll(low, -first)
    padded = np.concatenate(([0], turned.astype(np.int64), [0]))
    steps = np.diff(padded)
    starts, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    longest = int(np.argmax(ends - starts))
    middle = (int(starts[longest]) + int(ends[longest]) - 1) // 2
    return (middle + first + QUIET_RUN // 2) % DAY


def _without_comb(local: IntArray, weight: FloatArray) -> FloatArray:
    """Weights with the four quarters of the hour made equal where they plainly differ."""
    total = np.bincount(local % 4, weights=weight, minlength=4)
    mean = total.mean()
    if mean <= 0 or (total == 0).any():
        return weight
    share = total / mean
    far = float(((total - mean) ** 2).sum() / mean)
    if far < COMB_CHI or np.abs(share - 1).max() < COMB_LEAST:
        return weight
    return np.asarray(weight / share[local % 4])


def local_days(activity: Activity, zone: str, *, cut: int | None = None) -> LocalDays:
    """The unit's events by local day in a zone, by the rules of each date.

    A quarter-hour counts as many events as it has posts, but no more than the unit has accounts:
    a burst of one person is one event, and a cluster keeps its weight. Where the quarters of every
    hour differ much, as schedules make them, events are weighed so that the four are equal.

    Args:
        activity: The unit.
        zone: IANA zone of the local time.
        cut: Local quarter-hour at which days begin; None for the unit's quietest hour.
    """
    local = local_quarters(zone, activity.q) if len(activity.q) else activity.q
    most = max(1, len(activity.hours))
    weight = _without_comb(local, np.minimum(activity.n, most).astype(np.float64))
    if cut is None:
        cut = quietest(histogram(local % DAY, weight, DAY))
        cut -= DAY if cut >= EVENING else 0
    shifted = local - cut
    return LocalDays(zone, cut, shifted // DAY, shifted % DAY, weight)
