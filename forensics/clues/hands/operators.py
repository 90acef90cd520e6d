"""How well hours alone tell two kinds of posts apart, on months that were not used to learn it.

An account that several people use shows it where posts by one client keep other hours than posts by
another. The measure is the chance that a post of the first kind gets a higher score than one of the
second (area under the curve): .5 means hours say nothing, 1 that they always tell.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BLOCK_DAYS = 28
SMOOTH_MIN = 45
"""Standard deviation of the kernel over the time of day."""
NEAR_DAYS = 45
"""Standard deviation of the kernel over dates: habits of the same season count more."""
FAR = 0.05
"""Weight of all other dates."""
OTHER_DAYS = 0.3
"""Weight of weekend days for weekdays, and the other way round."""
PRIOR = 3.0
"""Posts added to both kinds, spread evenly."""
DAY_S = 86_400
BINS = 96
GAP_BINS = 18
"""Powers of two of seconds: gaps of more than a day and a half are one."""
GAP_PRIOR = 3

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def area(scores: FloatArray, positive: BoolArray) -> float:
    """Chance that a positive scores above a negative; ties count half. NaN without both."""
    from scipy.stats import rankdata

    n, m = int(positive.sum()), int((~positive).sum())
    if not n or not m:
        return float("nan")
    ranks = rankdata(scores)
    return float((ranks[positive].sum() - n * (n + 1) / 2) / (n * m))


def held_out_scores(
    local_s: IntArray,
    positive: BoolArray,
    block: IntArray,
    *,
    by_date: bool = True,
    by_gaps: bool = False,
) -> FloatArray:
    """Score of every post, learnt from the blocks of the other parity only.

    Args:
        local_s: Rising times in seconds since 1970, on the clock by which days are cut.
        positive: Which posts are of the first kind.
        block: Number of each post's block (month); even and odd blocks learn from each other.
        by_date: Whether posts near in date count more.
        by_gaps: Whether the time since the post before and until the one after counts too.
    """
    scores = np.zeros(len(local_s))
    gaps = np.diff(local_s)
    around = (_log_gap(np.r_[DAY_S, gaps]), _log_gap(np.r_[gaps, DAY_S]))
    for parity in (0, 1):
        test = block % 2 == parity
        for one in np.unique(block[test]):
            rows = block == one
            near = abs(block - one) * BLOCK_DAYS
            weight = np.exp(-((near / NEAR_DAYS) ** 2) / 2) + FAR if by_date else np.ones(len(near))
            curves = [
                _curves(local_s[~test & kind], weight[~test & kind])
                for kind in (positive, ~positive)
            ]
            day, bins = _place(local_s[rows])
            scores[rows] = np.log(curves[0][day, bins]) - np.log(curves[1][day, bins])
        if by_gaps:
            for gap in around:
                scores[test] += _odds(gap[~test], positive[~test])[gap[test]]
    return scores


def _log_gap(gaps: IntArray) -> IntArray:
    """Number of the power of two that a gap in seconds reaches."""
    found: IntArray = np.floor(np.log2(np.clip(gaps, 1, 2 ** (GAP_BINS - 1)))).astype(np.int64)
    return found


def _odds(gap: IntArray, positive: BoolArray) -> FloatArray:
    """(18) log odds of the first kind by gap."""
    first, second = (
        np.bincount(gap[kind], minlength=GAP_BINS) + GAP_PRIOR for kind in (positive, ~positive)
    )
    found: FloatArray = np.log(first / first.sum()) - np.log(second / second.sum())
    return found


def _place(local_s: IntArray) -> tuple[IntArray, IntArray]:
    """(0 on weekdays and 1 at weekends, quarter-hour of the day)."""
    weekend = ((local_s // DAY_S + 3) % 7 >= 5).astype(np.int64)
    return weekend, local_s % DAY_S * BINS // DAY_S


def _curves(local_s: IntArray, weight: FloatArray) -> FloatArray:
    """(2, 96) smoothed rate of the day on weekdays and at weekends; the whole sums to one."""
    day, bins = _place(local_s)
    counts = np.bincount(day * BINS + bins, weights=weight, minlength=2 * BINS).reshape(2, BINS)
    counts = counts + OTHER_DAYS * counts[::-1]
    gap = np.minimum(np.arange(BINS), BINS - np.arange(BINS)) * (DAY_S // 60 // BINS)
    kernel = np.fft.rfft(np.exp(-((gap / SMOOTH_MIN) ** 2) / 2))
    smooth = np.maximum(np.fft.irfft(np.fft.rfft(counts, axis=1) * kernel, BINS, axis=1), 0.0)
    smooth = smooth / max(float(smooth.sum()), 1e-9) * len(local_s) + PRIOR / (2 * BINS)
    found: FloatArray = smooth / smooth.sum()
    return found
