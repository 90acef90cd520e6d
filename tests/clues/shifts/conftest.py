"""Invented offices and invented people without a shift."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from forensics.clues.activity import Activity

FIRST_DAY = 17_897
"""1 January 2019, a Tuesday."""
OFFSET_MIN = 480

Seconds = NDArray[np.float64]


def activity_of(seconds: Seconds, *, accounts: int = 1, unit: str = "u") -> Activity:
    q, n = np.unique(np.asarray(seconds, dtype=np.int64) // 900, return_counts=True)
    np.zeros(60, dtype=np.int64)
    return Activity(
        unit=unit,
        accounts=tuple(f"a{number}" for number in range(accounts)),
        hours=(q[:1],) * accounts,
        q=q.astype(np.int64),
        n=n.astype(np.int64),
        clocks={},
        rows=(),
    )


def office_times(
    seed: int,
    *,
    posts: int = 500,
    noise: float = 0.1,
    hours: Sequence[tuple[float, float]] = ((9, 12), (13, 18)),
    weekdays: Sequence[int] = range(5),
    weeks: int = 26,
    late_min: float = 0.0,
) -> Seconds:
    """UTC seconds of people who work these local hours, at UTC+8."""
    rng = np.random.default_rng([17, seed])
    days = np.arange(FIRST_DAY, FIRST_DAY + 7 * weeks)
    working = days[np.isin((days + 3) % 7, list(weekdays))]
    sizes = np.array([end - start for start, end in hours])
    number = round(posts * (1 - noise))
    block = rng.choice(len(hours), number, p=sizes / sizes.sum())
    late = rng.normal(0, late_min / 60, len(days))
    day = rng.choice(working, number)
    start = np.array([first for first, _ in hours])[block]
    local = day * 24 + start + rng.uniform(0, 1, number) * sizes[block] + late[day - FIRST_DAY]
    any_time = rng.uniform(FIRST_DAY, FIRST_DAY + 7 * weeks, posts - number) * 24
    return np.concatenate((local, any_time)) * 3600 - OFFSET_MIN * 60


def leisure_times(seed: int, *, posts: int = 500, weeks: int = 26) -> Seconds:
    """UTC seconds of a person with one to three soft peaks in the day."""
    rng = np.random.default_rng([18, seed])
    peaks = int(rng.integers(1, 4))
    which = rng.integers(0, peaks, posts)
    middle, spread = rng.uniform(9, 23, peaks), rng.uniform(1.5, 4, peaks)
    day = rng.integers(FIRST_DAY, FIRST_DAY + 7 * weeks, posts)
    hours = day * 24 + rng.normal(middle[which], spread[which])
    return np.asarray(hours * 3600 - OFFSET_MIN * 60)


@pytest.fixture
def activity() -> Callable[..., Activity]:
    return activity_of


@pytest.fixture
def office() -> Callable[..., Seconds]:
    return office_times


@pytest.fixture
def leisure() -> Callable[..., Seconds]:
    return leisure_times


@pytest.fixture
def uniform() -> Callable[..., Seconds]:
    def make(seed: int, *, posts: int = 500, weeks: int = 26) -> Seconds:
        rng = np.random.default_rng([19, seed])
        return np.asarray(rng.uniform(FIRST_DAY, FIRST_DAY + 7 * weeks, posts) * 86_400)

    return make
