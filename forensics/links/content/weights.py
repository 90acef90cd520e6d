"""What a shared thing is worth: its rarity among others, and the chance of so many.

Weight of one thing for one pair: `10 log10(SHARED / rate)` decibans, never below 0. `rate` is the
share of comparable accounts that posted it: of the controls where there are any, else of the other
accounts of the case, both with half an account added. It grows with the activity of the pair, as
who posts ten times as much has ten times the occasions. What everybody posts has a rate near 1 and
a weight of 0. Things of one pair come in batches, so that the k-th of them counts 1/k. Of things
that any two hit upon, such as addresses, only what chance does not explain counts (`excess`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.links.content.incidence import Population

SHARED = 0.2
"""Chance that an account run by the same people posts a thing that the other one posted; judged."""
LEAST_CONTROLS = 20
"""With fewer controls the other accounts of the case are the comparison."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Share of comparable accounts that posted each thing, with the ends of an interval."""

    rate: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def rates(case: NDArray[np.int64], controls: NDArray[np.int64], all_: Population) -> Rates:
    """Rates of things among accounts outside a pair that shares them; 95 % Jeffreys intervals.

    Args:
        case: Accounts of the case that posted it, two or more.
        controls: Control accounts that posted it.
        all_: How many accounts there are.
    """
    if all_.controls >= LEAST_CONTROLS:
        return rates_of(controls, all_.controls)
    outside = max(len(all_.names) - 2, 0) + all_.controls
    return rates_of(np.maximum(case - 2, 0) + controls, outside)


def rates_of(seen: NDArray[np.int64], of: int) -> Rates:
    """`seen` out of `of` accounts as rates: half an account is added to the seen, one to all."""
    from scipy.stats import beta

    counts, place = np.unique(seen, return_inverse=True)
    counts = np.minimum(counts, of).astype(np.float64)
    low = np.asarray(beta.ppf(0.025, counts + 0.5, of - counts + 0.5), dtype=np.float64)
    high = np.asarray(beta.ppf(0.975, counts + 0.5, of - counts + 0.5), dtype=np.float64)
    return Rates(((counts + 0.5) / (of + 1))[place], low[place], high[place])


def decibans(rate: NDArray[np.float64], busy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weight of things with such a rate for pairs so many times as busy as usual (at least 1)."""
    chance = np.clip(rate * np.maximum(busy, 1.0), 1e-12, 1.0)
    return np.asarray(np.maximum(0.0, 10 * np.log10(SHARED / chance)), dtype=np.float64)


def busy(
    a: NDArray[np.int32], b: NDArray[np.int32], things: NDArray[np.int64]
) -> NDArray[np.float64]:
    """How many times as many things a pair posted as accounts usually do (geometric mean)."""
    active = things[things > 0]
    usual = float(np.mean(active)) if len(active) else 1.0
    product = things[a].astype(np.float64) * things[b].astype(np.float64)
    return np.sqrt(product) / usual


def expected_shared(
    a: NDArray[np.int32], b: NDArray[np.int32], things: NDArray[np.int64], case: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Things two accounts share if who posts what is permuted, with all counts kept.

    With d the things of each account, m the accounts of each thing and M the sum of either, the
    pair shares `d_a d_b sum(m (m - 1)) / M^2` (bipartite configuration model).

    Args:
        a: Number of one account of each pair.
        b: And of the other.
        things: Things of each account, d.
        case: Accounts of each thing that makes pairs, m.
    """
    total = float(np.sum(things))
    if total == 0:
        return np.zeros(len(a))
    wide = float(np.sum(case.astype(np.float64) * (case - 1)))
    return things[a].astype(np.float64) * things[b] * wide / total**2


def excess(
    rank: NDArray[np.int64], product: NDArray[np.float64], m: NDArray[np.int64],
    case: NDArray[np.int64], total: int,
) -> NDArray[np.float64]:  # fmt: skip
    """Share of the things of a pair, up to each in order of rarity, that chance does not explain.

    Args:
        rank: Place of a thing among those of its pair, the rarest first, from 1.
        product: Things of both accounts, multiplied.
        m: Accounts of this thing.
        case: Accounts of every thing that makes pairs.
        total: Things of all accounts together.
    """
    most = int(case.max(initial=0))
    by_m = np.bincount(case, minlength=most + 1).astype(np.float64)
    size = np.arange(most + 1, dtype=np.float64)
    up_to = np.cumsum(by_m * size * (size - 1))
    expected = product * up_to[np.minimum(m, most)] / max(total, 1) ** 2
    return np.clip(1.0 - expected / rank, 0.0, 1.0)


def tail(n: NDArray[np.int64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chance of n or more where so many are expected (Poisson)."""
    from scipy.stats import poisson

    return np.asarray(poisson.sf(n - 1, np.maximum(expected, 1e-300)), dtype=np.float64)


def adjusted(p: NDArray[np.float64], tests: int) -> NDArray[np.float64]:
    """False discovery rates (Benjamini and Hochberg 1995) of p among so many tests.

    Args:
        p: The smallest chances; those not given count as 1.
        tests: All pairs that could have been.
    """
    if not len(p):
        return p
    order = np.argsort(p, kind="stable")
    scaled = p[order] * max(tests, len(p)) / np.arange(1, len(p) + 1)
    out = np.empty(len(p))
    out[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return out
