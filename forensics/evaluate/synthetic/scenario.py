"""What a named scenario is: a unit that must be recovered, and a twin that must differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from forensics.evaluate.synthetic.habits import WorkDays
from forensics.evaluate.synthetic.unit import SyntheticUnit

Calendar = Callable[[str, int, int], tuple[frozenset[int], frozenset[int]]]
"""(country, first day, last day) -> (weekday holidays, make-up working days) as day numbers."""

Build = Callable[[np.random.Generator, Calendar], SyntheticUnit]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named case with published or chosen marginals."""

    name: str
    title: str
    """What is true."""
    twin_title: str
    """What is true of the rival that must not be taken for it."""
    published: str
    """Which figures were published, and which are a choice."""
    build: Build
    build_twin: Build

    def pair(self, seed: int, calendar: Calendar) -> tuple[SyntheticUnit, SyntheticUnit]:
        """The unit and its twin; the same seed gives the same bytes."""
        code = [ord(letter) for letter in self.name]
        return (
            self.build(np.random.default_rng([seed, 0, *code]), calendar),
            self.build_twin(np.random.default_rng([seed, 1, *code]), calendar),
        )


def work_days(
    calendar: Calendar, country: str, window: tuple[int, int], rate: float = 0.2
) -> WorkDays:
    """The calendar of a country over a window, with the rate of work on its holidays."""
    holidays, makeup = calendar(country, *window)
    return WorkDays(holidays, makeup, holiday_rate=rate)


def no_calendar(
    country: str, first_day: int, last_day: int
) -> tuple[frozenset[int], frozenset[int]]:
    """No holidays anywhere: for tests of hours alone."""
    del country, first_day, last_day
    return frozenset(), frozenset()
