"""Figures of probabilistic answers about offsets, each with its interval.

Definitions (docs/methods/evaluate.md): exact; within 1 h on the circle of the day; mean circular
error; share of sets that hold the truth and their mean size; mean -ln p(truth). Reliability: the
probability given to the best offset against how often it is right. Risk and coverage: accounts
in falling order of confidence, and the share of them that is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.reference.zones import candidate_offsets

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

FIGURES: Mapping[str, str] = {
    "exact": "best offset exact",
    "within_1h": "best offset within 1 h",
    "error_h": "mean error, hours",
    "held80": "80 % set holds the truth",
    "size80": "80 % set, mean size",
    "held95": "95 % set holds the truth",
    "size95": "95 % set, mean size",
    "nll": "log loss, nats",
}
"""Name -> words, in the order in which they are printed."""
FLOOR = 1e-4
"""Smallest probability of the truth that the log loss sees."""
RESAMPLES = 1000
BINS = 10
COVERAGES_PERCENT = (100, 80, 60, 40, 20)
ENOUGH_PER_OFFSET = 5
"""Accounts of one true offset from which it is listed and counts in the mean over offsets."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What was said about some labelled accounts under one prior. Arrays have one entry each."""

    truth: IntArray
    """Position of the true offset in `candidate_offsets`."""
    p: FloatArray
    """(accounts, offsets) posterior."""
    held80: FloatArray
    size80: FloatArray
    held95: FloatArray
    size95: FloatArray

    def __len__(self) -> int:
        """Number of accounts."""
        return len(self.truth)

    def some(self, rows: NDArray[np.bool_]) -> Scored:
        """Those accounts only."""
        return Scored(
            self.truth[rows],
            self.p[rows],
            self.held80[rows],
            self.size80[rows],
            self.held95[rows],
            self.size95[rows],
        )


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its 95 % interval."""

    mean: float
    low: float
    high: float

    def as_json(self) -> list[float | None]:
        """[mean, low, high], four digits; null where nothing was there to average."""
        return [rounded(value) for value in self.triple()]

    def triple(self) -> tuple[float, float, float]:
        """Mean, low and high."""
        return self.mean, self.low, self.high


def rounded(value: float) -> float | None:
    """Four digits; None for what is no number."""
    return None if np.isnan(value) else round(value, 4)


def circular_error_min(first: IntArray, second: IntArray) -> IntArray:
    """Distance of offsets on the circle of a day, in minutes."""
    apart = np.abs(first - second) % 1440
    return np.asarray(np.minimum(apart, 1440 - apart))


def offsets_array() -> IntArray:
    """The candidate offsets in minutes east."""
    return np.array(candidate_offsets(), dtype=np.int64)


def best(scored: Scored) -> IntArray:
    """(accounts) position of the most probable offset, the lowest among equals."""
    return np.asarray(np.argmax(scored.p, axis=1).astype(np.int64))


def rows_of(scored: Scored) -> dict[str, FloatArray]:
    """Each figure of each account, by the names of FIGURES."""
    offsets = offsets_array()
    error = circular_error_min(offsets[best(scored)], offsets[scored.truth])
    given = scored.p[np.arange(len(scored)), scored.truth] if len(scored) else np.empty(0)
    return {
        "exact": (error == 0).astype(np.float64),
        "within_1h": (error <= 60).astype(np.float64),
        "error_h": error / 60.0,
        "held80": scored.held80,
        "size80": scored.size80,
        "held95": scored.held95,
        "size95": scored.size95,
        "nll": -np.log(np.maximum(given, FLOOR)),
    }


def confidence(scored: Scored) -> FloatArray:
    """(accounts) probability that the best offset is right within an hour, by the posterior."""
    offsets = offsets_array()
    near = circular_error_min(offsets[:, np.newaxis], offsets[np.newaxis, :]) <= 60
    return np.asarray((scored.p * near[best(scored)]).sum(axis=1))


def intervals(rows: Mapping[str, FloatArray], rng: np.random.Generator) -> dict[str, Interval]:
    """Mean and 95 % interval of each figure, resampling accounts; equal picks for all figures."""
    table = np.stack(list(rows.values()), axis=1)
    n = len(table)
    if not n:
        return {name: Interval(np.nan, np.nan, np.nan) for name in rows}
    means = np.empty((RESAMPLES, table.shape[1]))
    for turn in range(RESAMPLES):
        # Counts of each account in one resample; cheaper in memory than picking rows.
        counts = np.bincount(rng.integers(0, n, n), minlength=n)
        means[turn] = counts @ table / n
    low, high = np.quantile(means, [0.025, 0.975], axis=0)
    mean = table.mean(axis=0)
    return {
        name: Interval(float(mean[at]), float(low[at]), float(high[at]))
        for at, name in enumerate(rows)
    }


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin of the reliability diagram."""

    n: int
    predicted: float
    """Mean probability given to the best offset."""
    observed: Interval
    """Share that was exact, with a Wilson interval."""


def wilson(hits: int, n: int) -> Interval:
    """Share with its 95 % Wilson interval."""
    if n == 0:
        return Interval(np.nan, np.nan, np.nan)
    z = 1.959963984540054
    share = hits / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * float(np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)))
    return Interval(share, max(0.0, middle - half), min(1.0, middle + half))


def reliability(scored: Scored) -> tuple[Bin, ...]:
    """Probability of the best offset in ten equal bins, empty ones left out."""
    if not len(scored):
        return ()
    top = scored.p.max(axis=1)
    right = best(scored) == scored.truth
    which = np.minimum((top * BINS).astype(np.int64), BINS - 1)
    return tuple(
        Bin(int(mine.sum()), float(top[mine].mean()), wilson(int(right[mine].sum()), mine.sum()))
        for mine in (which == number for number in range(BINS))
        if mine.any()
    )


def set_coverage(scored: Scored, masses: FloatArray) -> FloatArray:
    """(masses) how often sets of exactly that mass hold the truth; equal to the mass if calibrated.

    Whole offsets make the smallest set larger than asked for. Here its last offset belongs to it
    with the chance that makes the mass right, and the expectation over that chance is taken.
    """
    if not len(scored):
        return np.zeros(len(masses))
    order = np.argsort(-scored.p, axis=1, kind="stable")
    sorted_p = np.take_along_axis(scored.p, order, axis=1)
    before = np.cumsum(sorted_p, axis=1) - sorted_p
    rank = np.argmax(order == scored.truth[:, np.newaxis], axis=1)
    every = np.arange(len(scored))
    start, own = before[every, rank], np.maximum(sorted_p[every, rank], 1e-12)
    inside = (masses[:, np.newaxis] - start[np.newaxis, :]) / own[np.newaxis, :]
    return np.asarray(np.clip(inside, 0.0, 1.0).mean(axis=1))


@dataclass(frozen=True, slots=True)
class Curve:
    """Risk against coverage: accounts in falling order of confidence."""

    coverage: FloatArray
    """Share of the accounts that are answered, rising to one."""
    wrong_1h: FloatArray
    """Share of the answered that are more than an hour off."""
    wrong_exact: FloatArray


def risk_coverage(scored: Scored) -> Curve:
    """The curve; accounts of equal confidence are answered together, so that order is no help."""
    if not len(scored):
        return Curve(np.empty(0), np.empty(0), np.empty(0))
    sure = np.round(confidence(scored), 12)
    order = np.argsort(-sure, kind="stable")
    rows = rows_of(scored)
    count = np.arange(1, len(scored) + 1)
    last = np.r_[np.diff(sure[order]) != 0, True]
    curves = [(np.cumsum(1.0 - rows[name][order]) / count)[last] for name in ("within_1h", "exact")]
    return Curve((count / len(scored))[last], curves[0], curves[1])


def at_coverage(
    scored: Scored, percent: int, rng: np.random.Generator
) -> tuple[float, dict[str, Interval]]:
    """(least confidence, figures) of the surest accounts, `percent` of all of them."""
    keep = max(1, round(len(scored) * percent / 100))
    sure = confidence(scored)
    order = np.argsort(-sure, kind="stable")[:keep]
    chosen = np.zeros(len(scored), dtype=bool)
    chosen[order] = True
    rows = rows_of(scored.some(chosen))
    wanted = {name: rows[name] for name in ("within_1h", "exact")}
    return float(sure[order].min()), intervals(wanted, rng)


def by_offset(scored: Scored) -> dict[int, tuple[int, dict[str, float]]]:
    """True offset -> (accounts, mean of each figure); offsets with enough accounts only."""
    rows = rows_of(scored)
    offsets = candidate_offsets()
    found = {}
    for place in np.unique(scored.truth):
        mine = scored.truth == place
        if mine.sum() >= ENOUGH_PER_OFFSET:
            means = {name: float(values[mine].mean()) for name, values in rows.items()}
            found[offsets[int(place)]] = (int(mine.sum()), means)
    return found


def macro(per_offset: Mapping[int, tuple[int, Mapping[str, float]]]) -> dict[str, float]:
    """Mean over offsets of each figure: every offset counts alike, however many people it has."""
    if not per_offset:
        return dict.fromkeys(FIGURES, np.nan)
    return {
        name: float(np.mean([means[name] for _, means in per_offset.values()])) for name in FIGURES
    }


def one_offset_for_all(truth: Sequence[int]) -> tuple[int, float, float]:
    """(offset, exact, within 1 h) of answering the most frequent true offset for everybody."""
    values, counts = np.unique(np.array(truth, dtype=np.int64), return_counts=True)
    offset = int(values[np.argmax(counts)])
    near = circular_error_min(np.array(truth, dtype=np.int64), np.array(offset)) <= 60
    return offset, float(counts.max() / counts.sum()), float(near.mean())
