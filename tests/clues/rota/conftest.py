"""Invented rotas: a letter a day, hours for each letter."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from forensics.clues.activity import Activity

FIRST_DAY = 17_897
HOURS = {"D": (8, 20), "N": (20, 32), "M": (6, 14), "A": (14, 22), "n": (22, 30), "W": (9, 18)}

Seconds = NDArray[np.float64]


def activity_of(seconds: Seconds, unit: str = "u") -> Activity:
    q, n = np.unique(np.asarray(seconds, dtype=np.int64) // 900, return_counts=True)
    np.zeros(60, dtype=np.int64)
    return Activity(
        unit=unit,
        accounts=("a",),
        hours=(q[:1],),
        q=q.astype(np.int64),
        n=n.astype(np.int64),
        clocks={},
        rows=(),
    )


def rota_times(
    seed: int,
    pattern: str,
    *,
    days: int = 180,
    a_day: float = 4,
    works: float = 0.95,
    start: int = 0,
) -> Seconds:
    """UTC seconds at UTC+8; 5 % of the posts come at any hour of any day."""
    rng = np.random.default_rng([23, seed])
    times = []
    for number in range(days):
        letter = pattern[(number + start) % len(pattern)]
        if letter == "-" or rng.random() > works:
            continue
        first, last = HOURS[letter]
        size = max(1, int(rng.poisson(a_day)))
        times.append(((FIRST_DAY + number) * 24 + rng.uniform(first, last, size)) * 3600)
    worked = np.concatenate(times)
    noise = rng.uniform(FIRST_DAY, FIRST_DAY + days, len(worked) // 20) * 86_400
    return np.concatenate((worked, noise)) - 28_800


@pytest.fixture
def activity() -> Callable[..., Activity]:
    return activity_of


@pytest.fixture
def rota() -> Callable[..., Seconds]:
    return rota_times
