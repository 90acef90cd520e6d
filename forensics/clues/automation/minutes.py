"""Do posts fall on some minutes of the hour, or seconds of the minute, more than typing would let?

People do not look at the minute hand; schedulers do. The chi-square test over sixty even bins is
the gate; once it has flagged, windows of one to eleven bins that hold an excess are looked for, so
that a small random delay around :00 does not hide what is scheduled.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

SPACING_MIN = 15
"""Two posts of an account closer than this count once in the test of minutes."""
ENOUGH_POSTS = 30
"""Posts at least 15 minutes apart below which minutes are not tested."""
FLAG_PPM = 1_000
"""Flagged where chance makes such minutes less often than this (p < .001)."""
DRAWS = 9_999
SEED = 60
"""Seed of the simulated p value for samples too small for the chi-square approximation."""
SMALL_POSTS = 300
CLEAR_EXCESS = 3.1
"""Standard deviations above an even share from which a minute is named (one-sided p = .001)."""
WIDTHS = (0, 1, 2, 5)
"""Half widths of the windows looked for: a delay of up to so many bins either way."""
WINDOW_NATS = 6.0
"""Log likelihood ratio from which a window counts, once the gate has flagged: chance gives one of
some 200 overlapping windows that much in about one sample in ten."""
FEWEST_LEFT = 12
"""Bins that must stay outside all windows: they are the measure of typed posts."""

OWNER_BIT = 33
"""Minutes since 1970 stay far below 2 ** 32 either way."""

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MinuteTest:
    """The test of minutes for one unit."""

    n: int
    """Posts tested: of each account, those at least 15 minutes apart."""
    chi2_milli: int
    """Chi-square over 60 minutes (59 degrees of freedom), in thousandths."""
    p_ppm: int | None
    """Chance of such a value from even minutes; None below 30 posts."""
    flagged: bool
    minutes: tuple[int, ...]
    """Minutes that hold clearly more than an even share; empty unless flagged."""
    share_ppm: int
    """Share of all the unit's posts that fall on those minutes."""


@lru_cache(maxsize=512)
def _simulated(n: int) -> FloatArray:
    """Sorted chi-square values of `n` posts spread evenly by chance over 60 minutes."""
    draws = np.random.default_rng([SEED, n]).multinomial(n, np.full(60, 1 / 60), size=DRAWS)
    expected = n / 60
    return np.sort(((draws - expected) ** 2).sum(axis=1) / expected)


def _tail_59(value: float) -> float:
    """Upper tail of the chi-square distribution with 59 degrees of freedom, in closed form."""
    half = value / 2
    if half <= 0:
        return 1.0
    terms = (math.exp((j + 0.5) * math.log(half) - half - math.lgamma(j + 1.5)) for j in range(29))
    return math.erfc(math.sqrt(half)) + math.fsum(terms)


def _chance_ppm(value: float, n: int) -> int:
    """Chance of a chi-square at least this large, in parts per million."""
    chance = _tail_59(value)
    # Far from the threshold the approximation decides the same way at any n.
    if n < SMALL_POSTS and 1e-6 < chance < 0.02:
        values = _simulated(n)
        above = DRAWS - int(np.searchsorted(values, value - 1e-9))
        chance = (1 + above) / (1 + DRAWS)
    return round(chance * 1_000_000)


def even_test(tested: IntArray, every: IntArray) -> MinuteTest:
    """The test of sixty even bins.

    Args:
        tested: (60) counts of posts that are far enough apart to be independent.
        every: (60) counts of all posts, for the share.
    """
    n = int(tested.sum())
    if n < ENOUGH_POSTS:
        return MinuteTest(n, 0, None, False, (), 0)
    expected = n / 60
    value = float(((tested - expected) ** 2).sum() / expected)
    p_ppm = _chance_ppm(value, n)
    if p_ppm >= FLAG_PPM:
        return MinuteTest(n, round(value * 1000), p_ppm, False, (), 0)
    named = np.flatnonzero(tested > expected + CLEAR_EXCESS * np.sqrt(expected))
    share = int(every[named].sum()) * 1_000_000 // max(1, int(every.sum()))
    return MinuteTest(
        n, round(value * 1000), p_ppm, True, tuple(int(minute) for minute in named), share
    )


def spaced(minutes: IntArray) -> IntArray:
    """Those of the rising `minutes` that lie at least 15 minutes after the last one kept."""
    kept: list[int] = []
    last = -SPACING_MIN
    for minute in minutes.tolist():
        if minute - last >= SPACING_MIN or not kept:
            kept.append(minute)
            last = minute
    return np.array(kept, dtype=np.int64)


def spaced_mask(owner: NDArray[np.int32], minutes: IntArray) -> NDArray[np.bool_]:
    """Which posts of each account `spaced` keeps, of all accounts at once.

    A silence of 15 minutes starts anew, so the bursts between silences do not depend on each other:
    each step takes the next post of every burst that still has one.

    Args:
        owner: Account of each post, rising.
        minutes: UTC minutes, rising within an account.
    """
    if not len(minutes):
        return np.zeros(0, dtype=bool)
    kept = np.ones(len(minutes), dtype=bool)
    kept[1:] = (owner[1:] != owner[:-1]) | (minutes[1:] - minutes[:-1] >= SPACING_MIN)
    at = np.flatnonzero(kept)
    end = np.append(at[1:], len(minutes))
    key = (owner.astype(np.int64) << OWNER_BIT) + minutes
    while len(at):
        wide = minutes[end - 1] - minutes[at] >= SPACING_MIN
        at, end = at[wide], end[wide]
        at = np.searchsorted(key, key[at] + SPACING_MIN)
        kept[at] = True
    return kept


def spaced_places(minutes: IntArray) -> IntArray:
    """Indices of those of the rising `minutes` that lie 15 minutes after the last one kept."""
    kept = spaced(minutes)
    return np.searchsorted(minutes, kept).astype(np.int64)


def excess_bins(tested: IntArray) -> FloatArray:
    """(60) chance that a post in each bin was put there by a machine; 0 outside the windows.

    Windows are taken greedily, the one with the greatest likelihood ratio first; the level of typed
    posts is the mean of the bins outside all windows. Only to be asked once the gate has flagged.
    """
    counts = tested.astype(np.float64)
    outside = np.ones(60, dtype=bool)
    chosen: list[IntArray] = []
    while True:
        level = counts[outside].mean()
        best, found = WINDOW_NATS, None
        for half in WIDTHS:
            if outside.sum() - (2 * half + 1) < FEWEST_LEFT:
                continue
            bins = (np.arange(60)[:, None] + np.arange(-half, half + 1)) % 60
            free = outside[bins].all(axis=1)
            nats = log_ratio(counts[bins].sum(axis=1), np.full(60, level * bins.shape[1]))
            nats[~free] = -1.0
            if nats.max() > best:
                best, found = float(nats.max()), bins[int(np.argmax(nats))]
        if found is None:
            break
        chosen.append(found.astype(np.int64))
        outside[found] = False
    chance = np.zeros(60)
    level = counts[outside].mean()
    for bins in chosen:
        total = counts[bins].sum()
        chance[bins] = max(0.0, 1.0 - level * len(bins) / total) if total else 0.0
    return chance


def uneven_outside(tested: IntArray, chance: FloatArray) -> bool:
    """Whether the bins outside the windows are uneven too: the windows do not explain everything.

    Chi-square over those bins at the level of the gate.
    """
    from scipy.stats import chi2

    outside = tested[chance == 0.0].astype(np.float64)
    total = outside.sum()
    if total < ENOUGH_POSTS:
        return False
    expected = total / len(outside)
    value = float(((outside - expected) ** 2).sum() / expected)
    return bool(chi2.sf(value, len(outside) - 1) * 1_000_000 < FLAG_PPM)


def log_ratio(seen: FloatArray, expected: FloatArray) -> FloatArray:
    """Poisson log likelihood ratio of an excess, in nats; 0 where there is none."""
    expected = np.maximum(expected, 1e-3)
    ratio = np.maximum(seen, expected) / expected
    found: FloatArray = np.where(seen > expected, seen * np.log(ratio) - (seen - expected), 0.0)
    return found
