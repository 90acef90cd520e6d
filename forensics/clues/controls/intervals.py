"""Exact intervals of a share, and of the ratio of two shares."""

from __future__ import annotations

from dataclasses import dataclass

LEVEL = 0.95
MILLION = 1_000_000
MOST_MILLI = 10**12
"""A ratio beyond this is written as unbounded."""


@dataclass(frozen=True, slots=True)
class Share:
    """k of n with its interval, in parts per million."""

    k: int
    n: int
    ppm: int
    low_ppm: int
    high_ppm: int

    def words(self) -> str:
        """`.30 [.17, .47]`."""
        return f"{_dot(self.ppm)} [{_dot(self.low_ppm)}, {_dot(self.high_ppm)}]"


@dataclass(frozen=True, slots=True)
class Ratio:
    """Ratio of two shares in thousandths; None is unbounded or, for the value, undefined."""

    milli: int | None
    low_milli: int
    high_milli: int | None

    def words(self) -> str:
        """`9.6 [3.5, 30]`, `at least 4.2`."""
        if self.milli is None:
            return f"at least {_times(self.low_milli)}"
        high = "no upper end" if self.high_milli is None else _times(self.high_milli)
        return f"{_times(self.milli)} [{_times(self.low_milli)}, {high}]"


def share(k: int, n: int) -> Share:
    """A share with the 95 % interval of Clopper and Pearson, which never covers less than that.

    The ends are quantiles of beta distributions: .025 of Beta(k, n - k + 1) and .975 of
    Beta(k + 1, n - k). 0 of 10 gives 0 to .308, 5 of 10 gives .187 to .813.

    Raises:
        ValueError: not 0 <= k <= n, or n is 0.
    """
    if not 0 <= k <= n or n == 0:
        msg = f"{k} of {n} is no share"
        raise ValueError(msg)
    low, high = _ends(k, n)
    return Share(k, n, round(MILLION * k / n), round(MILLION * low), round(MILLION * high))


def ratio(first: Share, second: Share) -> Ratio | None:
    """The first share over the second with a 95 % interval; None if nobody carries it at all.

    Given the sum of both counts, the first is binomial (counts of rare events); the ends of its
    exact interval are turned back into ratios. Where shares are large it is wider than need be.
    """
    both = first.k + second.k
    if not both:
        return None
    low, high = _ends(first.k, both)
    scale = second.n / first.n
    value = None if not second.k else round(1000 * first.k / first.n / (second.k / second.n))
    most = None if high >= 1 else round(1000 * high / (1 - high) * scale)
    least = MOST_MILLI if low >= 1 else round(1000 * low / (1 - low) * scale)
    return Ratio(value, min(least, MOST_MILLI), most)


def _ends(k: int, n: int) -> tuple[float, float]:
    """Both ends of the exact interval, as shares."""
    from scipy.stats import beta

    tail = (1 - LEVEL) / 2
    low = 0.0 if k == 0 else float(beta.ppf(tail, k, n - k + 1))
    high = 1.0 if k == n else float(beta.ppf(1 - tail, k + 1, n - k))
    return low, high


def _dot(ppm: int) -> str:
    """`.30`, `.003`, `1.00`: two digits that say something."""
    value = ppm / MILLION
    digits = 2 if ppm >= 10_000 or ppm == 0 else 3 if ppm >= 1_000 else 4
    text = f"{value:.{digits}f}"
    return text.removeprefix("0") if value < 1 else text


def _times(milli: int) -> str:
    """`9.6`, `30`, `0.42`."""
    value = milli / 1000
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"
