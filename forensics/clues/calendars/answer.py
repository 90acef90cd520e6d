"""The answer about a unit's days: which countries' working calendars they follow, if any.

Power comes first: units whose days could not tell are dismissed before anything is tested. Then
each country's calendar is weighed against ordinary days, against every other calendar and against
placebo calendars. Hours of the day are not used. `clues/calendars/finding.py` says the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from forensics.clues.activity import Activity
from forensics.clues.calendars import placebo, power, rates
from forensics.clues.calendars.evidence import (
    DB,
    POWER_DB,
    CalendarAnswer,
    CountryEvidence,
    unseen,
)
from forensics.clues.calendars.sums import Sums
from forensics.reference.calendars import BRIDGE, HOLIDAY, WORK, countries

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

TESTED = 3
"""Leading countries that get the finer placebo test."""
HELD_ROWS = 4096
"""Accounts held at once, so that units of one time can be weighed together."""
BATCH_ROWS = 48
MEMBER_HOURS = 20
"""Active hours that an account of a unit of several needs to be counted by day."""


def answer(
    activity: Activity,
    *,
    candidates: Sequence[str] | None = None,
    covered_days: IntArray | None = None,
    audience: frozenset[str] = frozenset(),
    also: frozenset[str] = frozenset(),
) -> CalendarAnswer:
    """The answer about one unit; arguments as for `answers`."""
    return next(
        answers(
            [activity],
            candidates=candidates,
            covered_days=covered_days,
            audience=audience,
            also=also,
        )
    )


def answers(
    posts: Iterable[Activity],
    *,
    candidates: Sequence[str] | None = None,
    covered_days: IntArray | None = None,
    audience: frozenset[str] = frozenset(),
    also: frozenset[str] = frozenset(),
) -> Iterator[CalendarAnswer]:
    """The answer about each unit, in order.

    Args:
        posts: What the units did.
        candidates: Countries to compare; None for all that have a calendar.
        covered_days: UTC day numbers (`q // 96`) on which the whole collection holds anything;
            silence on other days is no evidence. None if every day is covered.
        audience: Countries that the posts are known to be aimed at: their days off may silence a
            unit without being its own.
        also: Countries that get the placebo tests whatever their weight, such as an operator's
            and an audience's that are compared.
    """
    names = tuple(candidates) if candidates is not None else countries()
    waiting: list[Activity] = []
    rows = 0
    for activity in map(members, posts):
        waiting.append(activity)
        rows += len(activity.hours)
        if rows >= HELD_ROWS:
            yield from _answer_some(waiting, names, covered_days, (audience, also))
            waiting, rows = [], 0
    yield from _answer_some(waiting, names, covered_days, (audience, also))


def members(activity: Activity) -> Activity:
    """The unit with its accounts of at least 20 active hours only, where it has any.

    Accounts with fewer show nobody's working days and spread a pool's rates.
    """
    kept = tuple(q for q in activity.hours if len(q) >= MEMBER_HOURS)
    if not kept or len(kept) == len(activity.hours):
        return activity
    return replace(activity, hours=kept)


def _answer_some(
    waiting: Sequence[Activity],
    names: tuple[str, ...],
    covered: IntArray | None,
    told: tuple[frozenset[str], frozenset[str]],
) -> Iterator[CalendarAnswer]:
    """Units held together: those without power are answered without a look at any calendar.

    The others are weighed in batches of units that were active at the same time, which keeps the
    tables narrow; the answers come in the order of the units all the same.
    """
    able = [index for index, unit in enumerate(waiting) if power.worth_testing(unit.hours)]
    able.sort(key=lambda index: (int(waiting[index].q[0]), int(waiting[index].q[-1]), index))
    found: dict[int, CalendarAnswer] = {}
    for numbers in _batches(able, [len(unit.hours) for unit in waiting]):
        batch = Batch.of([waiting[index].hours for index in numbers], names, covered)
        for place, index in enumerate(numbers):
            found[index] = batch.answer(place, waiting[index], *told)
    for index, unit in enumerate(waiting):
        yield found[index] if index in found else unseen(unit, names)


def _batches(numbers: Sequence[int], sizes: Sequence[int]) -> Iterator[list[int]]:
    """Consecutive units with at most BATCH_ROWS rows together, or one unit alone."""
    batch: list[int] = []
    rows = 0
    for number in numbers:
        if batch and rows + sizes[number] > BATCH_ROWS:
            yield batch
            batch, rows = [], 0
        batch.append(number)
        rows += sizes[number]
    if batch:
        yield batch


@dataclass(frozen=True, slots=True)
class Batch:
    """Units that are weighed together."""

    sums: Sums
    dispersion: FloatArray
    """(units)"""
    parts: FloatArray
    """(units, countries, 3) log Bayes factors: holidays, partly kept ones, make-up days."""
    weekend: FloatArray
    """(units, countries) tempered log likelihood of the weekdays, best country 0."""
    expected: FloatArray
    """(units, countries) expected log Bayes factor if the calendar is kept."""

    @classmethod
    def of(
        cls, units: Sequence[Sequence[IntArray]], names: tuple[str, ...], covered: IntArray | None
    ) -> Batch:
        """Weigh all units against all calendars."""
        sums = Sums.of(units, names, covered)
        dispersion = sums.dispersion()
        temper = rates.TEMPER / dispersion
        priors = (rates.HOLIDAY_PRIOR, rates.PARTLY_PRIOR, rates.POSITION_PRIOR)
        parts = [
            rates.integrated(grid * temper[:, None, None], prior)
            for grid, prior in zip(sums.grids[:3], priors, strict=True)
        ]
        active = sums.daily[0].sum(axis=1)[:, None, None]
        share = rates.WEEKEND_DAYS / (rates.WEEKEND_DAYS + active)
        even = np.full(len(rates.REST_SHARES), 1 / len(rates.REST_SHARES))
        weekend = rates.integrated(sums.grids[3] * share, even)
        return cls(
            sums=sums,
            dispersion=dispersion,
            parts=np.stack(parts, axis=2),
            weekend=weekend - weekend.max(axis=1, keepdims=True),
            expected=sums.expected * temper[:, None],
        )

    def answer(
        self, index: int, activity: Activity, audience: frozenset[str], also: frozenset[str]
    ) -> CalendarAnswer:
        """The answer about one unit of the batch."""
        names = self.sums.names
        total = self.parts[index].sum(axis=1) + self.weekend[index]
        order = [int(column) for column in np.argsort(-total, kind="stable")]
        able = [column for column in order if self.expected[index, column] >= POWER_DB * DB]
        told = {column for column in able if names[column] in audience | also}
        # Weaker calendars cannot be named whatever their p: the slow test is spared.
        strong = {c for c in able[:TESTED] if self.parts[index, c].sum() > POWER_DB * DB}
        evidence = tuple(
            self._country(
                index, column, shifted=column in {*able[:1], *told}, moved=column in strong | told
            )
            for column in order
        )
        return CalendarAnswer.of(
            activity=activity,
            evidence=evidence,
            alike=self._alike(index, able[0]) if able else (),
            dispersion=float(self.dispersion[index]),
            audience=audience,
            exclusive=self._exclusive(index, able[:2]),
        )

    def _country(self, index: int, column: int, *, shifted: bool, moved: bool) -> CountryEvidence:
        """The evidence about one country, with the placebo tests that were asked for."""
        trial = None
        if shifted or moved:
            trial = placebo.Trial.of(
                self.sums.first,
                self.sums.counted[index],
                np.stack([gain[index] for gain in self.sums.gains]),
                self.sums.codes(index, column),
            )
        off, partly, make_up = (float(value) for value in self.parts[index, column])
        return CountryEvidence(
            country=self.sums.names[column],
            off_nats=off,
            partly_nats=partly,
            make_up_nats=make_up,
            weekend_nats=float(self.weekend[index, column]),
            expected_nats=float(self.expected[index, column]),
            tally=tuple(float(value) for value in self.sums.tally[index, column]),
            shift_p=placebo.shift_p(trial) if trial else None,
            block_p=placebo.block_p(trial) if trial and moved else None,
        )

    def _alike(self, index: int, leader: int) -> tuple[str, ...]:
        """Countries whose special days are those of the leader on every counted day."""
        counted = self.sums.counted[index]
        kinds = [
            placebo.kinds_of(self.sums.codes(index, column))[counted]
            for column in range(len(self.sums.names))
        ]
        return tuple(
            name
            for column, name in enumerate(self.sums.names)
            if column != leader and np.array_equal(kinds[column], kinds[leader])
        )

    def _exclusive(
        self, index: int, columns: Sequence[int]
    ) -> tuple[tuple[str, str, int, float, float], ...]:
        """Days off in one of two countries only: (country, other, days, active, expected)."""
        if len(columns) < 2:
            return ()
        active, expected, _ = (part[index] for part in self.sums.daily)
        found = []
        for column, other in (columns, columns[::-1]):
            mine, theirs = (self.sums.codes(index, each) for each in (column, other))
            off = ((mine == HOLIDAY) | (mine == BRIDGE)) & (theirs == WORK)
            off &= self.sums.counted[index]
            found.append(
                (
                    self.sums.names[column],
                    self.sums.names[other],
                    int(off.sum()),
                    float(active[off].sum()),
                    float(expected[off].sum()),
                )
            )
        return tuple(found)
