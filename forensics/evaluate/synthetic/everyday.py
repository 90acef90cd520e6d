"""Scenarios of ordinary work: an office, crews, somebody who travels; the twins have none of it."""

from __future__ import annotations

import numpy as np

from forensics.evaluate.synthetic.chosen import ONE_YEAR, THREE_YEARS
from forensics.evaluate.synthetic.crews import crew_unit
from forensics.evaluate.synthetic.habits import Habits, sample
from forensics.evaluate.synthetic.localtime import day_number
from forensics.evaluate.synthetic.people import mover, no_shift_unit, office_unit
from forensics.evaluate.synthetic.profiles import office, softened, week_of
from forensics.evaluate.synthetic.scenario import Calendar, Scenario
from forensics.evaluate.synthetic.unit import SyntheticUnit, account


def shift(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """Eight people of one office, 500 posts each, one in ten at any minute."""
    del calendar
    return office_unit(rng, zone="Europe/Berlin", window=ONE_YEAR, accounts=8, posts=500, noise=0.1)


def shift_twin(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """Eight people at leisure: a day and a night, no shift."""
    del calendar
    return no_shift_unit(
        rng, what="leisure", zone="Europe/Berlin", window=ONE_YEAR, accounts=8, posts=500
    )


def crews(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """Sixty accounts in four crews with the same mean hours."""
    del calendar
    return crew_unit(rng, crews=4, per_crew=15, posts=200, zone="Asia/Ho_Chi_Minh", window=ONE_YEAR)


def crews_twin(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """Sixty people of one office without crews."""
    del calendar
    return office_unit(
        rng, zone="Asia/Ho_Chi_Minh", window=ONE_YEAR, accounts=60, posts=200, edge_sd_min=20.0
    )


def moves(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """One person of regular habits: Berlin, then Bangkok, then Berlin again."""
    del calendar
    habits = Habits("Europe/Berlin", week_of(softened(office(540, 1200, ()), 45.0)))
    return mover(
        rng,
        habits,
        zones=("Europe/Berlin", "Asia/Bangkok", "Europe/Berlin"),
        move_days=(day_number("2016-01-11"), day_number("2016-12-05")),
        window=THREE_YEARS,
        posts=1500,
    )


def moves_twin(rng: np.random.Generator, calendar: Calendar) -> SyntheticUnit:
    """The same person, at home all the time, with the clock changes of the place."""
    del calendar
    habits = Habits("Europe/Berlin", week_of(softened(office(540, 1200, ()), 45.0)))
    return SyntheticUnit(
        "mover",
        (account("mover", sample(rng, habits, *THREE_YEARS, 1500)),),
        {"kind": "people", "zones": ["Europe/Berlin"], "moves": []},
    )


EVERYDAY: tuple[Scenario, ...] = (
    Scenario(
        "shift",
        "office 09-18 with lunch at 12, one post in ten at any minute",
        "people at leisure, no shift",
        "none; eight accounts of 500 posts",
        shift,
        shift_twin,
    ),
    Scenario(
        "crews",
        "sixty accounts in four crews with the same mean hours",
        "sixty people of one office without crews",
        "none; 200 posts each",
        crews,
        crews_twin,
    ),
    Scenario(
        "mover",
        "one person in Berlin, Bangkok, Berlin",
        "the same person at home",
        "none; 1,500 posts, 2015-17",
        moves,
        moves_twin,
    ),
)
