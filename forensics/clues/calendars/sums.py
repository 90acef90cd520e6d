"""Units against all calendars, added up over their accounts some hundreds at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from forensics.clues.calendars import placebo, power, rates
from forensics.clues.calendars.days import (
    BoolArray,
    FloatArray,
    IntArray,
    Plan,
    Rows,
    add_by_owner,
    common_days,
    date_shift,
)
from forensics.reference.calendars import calendar

GRIDS = (len(rates.SHARES), len(rates.SHARES), len(rates.POSITIONS), len(rates.REST_SHARES))
"""Grid points: holidays, partly kept holidays, make-up days, weekdays of rest."""


@lru_cache(maxsize=512)
def codes_of(name: str, first: int, width: int) -> NDArray[np.int8]:
    """(width) class of each date in a country, from day number `first` on."""
    return calendar(name).day_class(np.arange(first, first + width))


@dataclass(frozen=True, slots=True)
class Sums:
    """Everything that the answers about some units are read from. Logs are untempered nats."""

    names: tuple[str, ...]
    """Countries."""
    first: int
    shift: IntArray
    """(units, countries) days from a cut day's number to its date."""
    grids: tuple[FloatArray, ...]
    """Four of (units, countries, grid): log likelihoods, see GRIDS."""
    expected: FloatArray
    """(units, countries) expected log Bayes factor if the calendar is kept."""
    tally: FloatArray
    """(units, countries, 8) see `power.tally`."""
    gains: tuple[FloatArray, ...]
    """Three of (units, days), see `placebo.gains_of`."""
    daily: tuple[FloatArray, ...]
    """Three of (units, days): active accounts, expected ones, their variance if independent."""
    counted: BoolArray
    """(units, days) days that count for at least one account."""
    common: BoolArray
    """(days) days off in many countries."""
    accounts: IntArray
    """(units)"""

    @classmethod
    def of(
        cls, units: Sequence[Sequence[IntArray]], names: tuple[str, ...], covered: IntArray | None
    ) -> Sums:
        """Hold all accounts of some units against all calendars.

        Args:
            units: Per unit, per account: UTC quarter-hours of activity, at least one.
            names: Countries.
            covered: UTC days that the collection covers; None if all.
        """
        plan = Plan.of(units, covered)
        size, days = (len(units), len(names)), (len(units), plan.width)
        shifts = [date_shift(name, plan.cut, plan.middle) for name in names]
        sums = cls(
            names=names,
            first=plan.first,
            shift=np.stack(shifts, axis=1),
            grids=tuple(np.zeros((*size, points)) for points in GRIDS),
            expected=np.zeros(size),
            tally=np.zeros((*size, power.TALLIED)),
            gains=tuple(np.zeros(days) for _ in range(3)),
            daily=tuple(np.zeros(days) for _ in range(3)),
            counted=np.zeros(days, dtype=np.bool_),
            common=common_days(plan.first, plan.width),
            accounts=np.bincount(plan.owner, minlength=len(units)),
        )
        for rows in plan.chunks():
            sums.add(rows)
        return sums

    def codes(self, unit: int, country: int) -> NDArray[np.int8]:
        """Class of each column's date for a unit in a country."""
        shift = int(self.shift[unit, country])
        return codes_of(self.names[country], self.first + shift, len(self.common))

    def dispersion(self) -> FloatArray:
        """(units) spread of ordinary days over that of independent accounts; 1 for one account."""
        active, expected, variance = (part * ~self.common for part in self.daily)
        squares = ((active - expected) ** 2 * self.counted).sum(axis=1)
        found = squares / np.maximum((variance * self.counted).sum(axis=1), 1e-9)
        return np.where(self.accounts > 1, np.maximum(found, 1.0), 1.0)

    def add(self, rows: Rows) -> None:
        """Add some accounts."""
        base = rates.base_of(rows, self.common)
        rate, work = placebo.ordinary_rates(rows, base)
        for target, part in zip(self.gains, placebo.gains_of(rows, rate, work), strict=True):
            add_by_owner(target, rows.owner, part)
        usual = rate * rows.counted
        active = (rows.active * rows.counted).astype(np.float64)
        for target, part in zip(self.daily, (active, usual, usual * (1 - rate)), strict=True):
            add_by_owner(target, rows.owner, part)
        for row, owner in enumerate(rows.owner):
            self.counted[owner] |= rows.counted[row]
        for column in range(len(self.names)):
            shift = self.shift[rows.owner, column]
            for days in np.unique(shift):
                self._weigh(rows, base, column, np.flatnonzero(shift == days))

    def _weigh(self, rows: Rows, base: rates.Base, column: int, chosen: IntArray) -> None:
        """Add one country for accounts with the same dates."""
        owner = rows.owner[chosen]
        codes = self.codes(int(owner[0]), column)
        special = rates.special_from(rows, base, chosen, codes)
        shift = int(self.shift[owner[0], column])
        logs = (
            *rates.log_likelihoods(special),
            rates.weekend_logs(rows, chosen, calendar(self.names[column]), shift),
        )
        for target, part in zip(self.grids, logs, strict=True):
            add_by_owner(target[:, column], owner, part)
        add_by_owner(self.expected[:, column], owner, power.expected(special))
        add_by_owner(self.tally[:, column], owner, power.tally(special))
