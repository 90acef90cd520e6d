"""Does a break, or the whole day, lie elsewhere in summer than in winter?

Summer is May to September and winter November to March, as in published cases; April and October
stand aside. Weeks are exchanged between the seasons as a whole, since days of a week go together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from forensics.clues.quarters import DAY
from forensics.clues.shifts.days import LocalDays
from forensics.clues.shifts.edges import Drawing, Measured, measured, week_weights

SUMMER = (5, 6, 7, 8, 9)
WINTER = (11, 12, 1, 2, 3)
LEAST_EVENTS = 300
"""Events in each season below which lengths are not compared."""
LEAST_WEEKS = 6
PERMUTATIONS = 499
FLANK = 6
"""Quarter-hours of work on either side of a break that say what would be there without it."""
MARGIN = 2
"""Quarter-hours by which the break may be longer on either side in a season."""
WANDER = 4
"""Quarter-hours by which a break may lie elsewhere in a season."""
MOST_LAG = 12
"""The day is looked for up to three hours earlier or later."""
HARMONICS = 12
"""The day is compared by its first harmonics: structure of two hours and longer."""

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Seasons:
    """A length or a place in both seasons."""

    summer: Measured
    winter: Measured
    difference: Measured
    """Summer less winter, minutes."""
    p: float
    """Chance of a difference as large if weeks are exchanged between the seasons."""
    events: tuple[int, int]
    moves: Measured
    """Minutes by which the middle of the break lies later in summer."""
    moves_p: float


@dataclass(frozen=True, slots=True)
class _Split:
    """Weeks of both seasons, each with its own day."""

    weeks: FloatArray
    summer: NDArray[np.bool_]


def _split(days: LocalDays) -> _Split | None:
    """Weeks by season; None where a season has too few events or weeks."""
    month = days.month
    season = np.isin(month, SUMMER).astype(np.int64) - np.isin(month, WINTER)
    tables, labels = [], []
    for sign in (1, -1):
        part = days.only(season == sign)
        if part.weight.sum() < LEAST_EVENTS or part.n_weeks < LEAST_WEEKS:
            return None
        table = part.by_week()
        tables.append(table)
        labels.append(np.full(len(table), sign == 1))
    return _Split(np.concatenate(tables), np.concatenate(labels))


def _assignments(split: _Split, seed: int) -> NDArray[np.bool_]:
    """(permutations + 1, weeks) which weeks count as summer: the true ones first."""
    rng = np.random.default_rng(seed)
    shuffled = rng.permuted(np.tile(split.summer, (PERMUTATIONS, 1)), axis=1)
    return np.concatenate((split.summer[None, :], shuffled))


def _drawn(split: _Split, season: bool, drawing: Drawing) -> FloatArray:
    """(draws + 1, 96) days of a season, whole weeks drawn again."""
    part = split.weeks[split.summer == season]
    apart = replace(drawing, seed=drawing.seed + int(season))
    drawn: FloatArray = week_weights(len(part), apart) @ part
    return drawn


def _p(difference: FloatArray) -> float:
    """Two-sided permutation p of row 0 against the others."""
    others = np.abs(difference[1:])
    return (1 + int((others >= abs(difference[0]) - 1e-9).sum())) / (1 + len(others))


def _missing_min(profiles: FloatArray, first: int, end: int, depth: float) -> FloatArray:
    """Minutes missing from (rows, 96) days around a break, against the work beside it."""
    low, high = max(first - MARGIN, 0), min(end + MARGIN, DAY)
    left, right = profiles[:, max(low - FLANK, 0) : low], profiles[:, high : high + FLANK]
    flank = np.concatenate((left, right), axis=1).mean(axis=1)
    inside = profiles[:, low:high].sum(axis=1)
    missing = (high - low) - inside / np.maximum(flank, 1e-9)
    return np.asarray(15.0 * missing / max(depth, 0.05))


def _middle_min(profiles: FloatArray, first: int, end: int) -> FloatArray:
    """Middle of what is missing in (rows, 96) days around a break, in minutes from the cut."""
    low, high = max(first - WANDER, 0), min(end + WANDER, DAY)
    sides = (profiles[:, max(low - FLANK, 0) : low], profiles[:, high : high + FLANK])
    flank = np.concatenate(sides, axis=1).mean(axis=1, keepdims=True)
    missing = flank - profiles[:, low:high]
    place = np.arange(low, high) + 0.5
    whole = missing.sum(axis=1)
    middle = missing @ place / np.where(np.abs(whole) > 1e-9, whole, 1.0)
    return np.asarray(15.0 * np.clip(middle, low, high))


def break_seasons(
    days: LocalDays, first: int, end: int, *, depth: float, drawing: Drawing
) -> Seasons | None:
    """Length and middle of a break by season, in minutes; None with too few events.

    The length is what is missing against the work beside the break, over the break's depth: it
    needs no edges of its own in either season.
    """
    split = _split(days)
    if split is None:
        return None
    labels = _assignments(split, drawing.seed)
    halves = (labels @ split.weeks, ~labels @ split.weeks)
    drawn = [_drawn(split, season, drawing) for season in (True, False)]
    few = min(int(split.summer.sum()), int((~split.summer).sum()))
    length = [_missing_min(part, first, end, depth) for part in (*halves, *drawn)]
    middle = [_middle_min(part, first, end) for part in (*halves, *drawn)]
    return Seasons(
        summer=measured(length[2], int(split.summer.sum())),
        winter=measured(length[3], int((~split.summer).sum())),
        difference=measured(length[2] - length[3], few),
        p=_p(length[0] - length[1]),
        events=(int(halves[0][0].sum()), int(halves[1][0].sum())),
        moves=measured(middle[2] - middle[3], few),
        moves_p=_p(middle[0] - middle[1]),
    )


def _lag_min(summer: FloatArray, winter: FloatArray) -> FloatArray:
    """(rows) minutes by which the summer day lies later than the winter day."""
    spectra = [np.fft.rfft(part, axis=1)[:, : HARMONICS + 1] for part in (summer, winter)]
    product = spectra[0] * np.conj(spectra[1])
    product[:, 0] = 0
    lags = np.arange(-MOST_LAG, MOST_LAG + 1 / 8, 1 / 4)
    turn = np.exp(2j * np.pi * np.outer(np.arange(HARMONICS + 1), lags) / DAY)
    return np.asarray(15.0 * lags[np.argmax((product @ turn).real, axis=1)])


def day_seasons(days: LocalDays, drawing: Drawing) -> tuple[Measured, float] | None:
    """(minutes by which the whole day lies later in summer, permutation p); None with few events.

    In a zone without clock changes, people who follow a clock that has them lie 60 minutes off.
    """
    split = _split(days)
    if split is None:
        return None
    warm, cold = (_drawn(split, season, drawing) for season in (True, False))
    few = min(int(split.summer.sum()), int((~split.summer).sum()))
    labels = _assignments(split, drawing.seed)
    differences = _lag_min(labels @ split.weeks, ~labels @ split.weeks)
    return measured(_lag_min(warm, cold), few), _p(differences)
