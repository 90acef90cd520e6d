"""Does a unit's own day stand still under a rule? Self-consistency of the whole series.

For each rule the hours are put on the clock of that rule; the density of each hour is then read
from the same account's other weeks, near in date and near in time of day. Under the true rule the
day stands still and the hours predict each other best. Weeks are compared over 300 days, so that
slow drift of habits cancels in part only: this estimator alone is never trusted beyond 5 dB.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forensics.clues.quarters import DAY, EPOCH_WEEKDAY

WIDTH_DAYS = 300.0
"""SD of the weights over dates."""
SPREAD_MIN = 45.0
"""SD of the smoothing over the time of day."""
FLOOR = 0.15
"""Share of a flat day mixed into every density."""
TERMS = 12
"""Fourier terms of the day: the smoothing leaves nothing beyond them."""
MOST_HOURS = 1200
"""Hours used of one account, evenly spread: more cost time and add little."""

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]
ORDERS = np.arange(1, TERMS + 1)
DAMPING = np.exp(-0.5 * (ORDERS * SPREAD_MIN * 2 * np.pi / 1440) ** 2)


def some(q: IntArray) -> IntArray:
    """At most `MOST_HOURS` of the quarter-hours, evenly spread over their order."""
    if len(q) <= MOST_HOURS:
        return q
    return q[np.linspace(0, len(q) - 1, MOST_HOURS).round().astype(np.int64)]


def harmonics(q: IntArray) -> ComplexArray:
    """(hours, terms) points on the circle of the day, per Fourier term."""
    return np.asarray(np.exp(1j * (q % DAY * (2 * np.pi / DAY))[:, np.newaxis] * ORDERS))


def log_scores(q: IntArray, shift_min: IntArray) -> FloatArray:
    """(rules) sum over hours of the log density each rule gives them from the other weeks.

    Args:
        q: Rising UTC quarter-hours of one account, thinned.
        shift_min: (rules, hours) minutes by which each rule's clock stands ahead at each hour.

    Returns:
        Nats against a flat day. Only differences between rules mean anything.
    """
    weeks, week_of = np.unique((q // DAY + EPOCH_WEEKDAY) // 7, return_inverse=True)
    edges = np.searchsorted(week_of, np.arange(len(weeks)))
    apart = (weeks[:, np.newaxis] - weeks[np.newaxis, :]) * (7 / WIDTH_DAYS)
    near = np.exp(-0.5 * apart**2)
    np.fill_diagonal(near, 0.0)
    mass = near @ np.bincount(week_of).astype(np.float64)
    near /= np.maximum(mass, 1e-12)[:, np.newaxis]
    plain = harmonics(q)
    found = np.empty(len(shift_min))
    for rule, shifts in enumerate(shift_min):
        values, which = np.unique(shifts, return_inverse=True)
        turn = np.exp(1j * values[:, np.newaxis] * (2 * np.pi / 1440) * ORDERS)
        moved = plain * turn[which]
        sums = np.add.reduceat(moved, edges, axis=0)
        expected = (near @ sums.real + 1j * (near @ sums.imag)) * DAMPING
        density = 1.0 + 2.0 * np.einsum("ik,ik->i", moved, expected.conj()[week_of]).real
        found[rule] = np.log(FLOOR + (1 - FLOOR) * np.maximum(density, 0.0)).sum()
    return found


def expected_gain(q: IntArray, shift_min: IntArray, information: float) -> FloatArray:
    """(rules) nats by which each rule should beat standing still, if it were the true one.

    Half the Fisher information of a shift, times the squares of what is left of the rule's course
    after its own local mean over `WIDTH_DAYS` is taken away: slow drift cannot be told from it.

    Args:
        q: As in `log_scores`.
        shift_min: As in `log_scores`.
        information: Fisher information of one hour about a shift, per square hour.
    """
    days = (q // DAY).astype(np.float64)
    step = max(1, len(days) // 300)
    days, courses = days[::step], shift_min[:, ::step] / 60.0
    near = np.exp(-0.5 * ((days[:, np.newaxis] - days[np.newaxis, :]) / WIDTH_DAYS) ** 2)
    near /= near.sum(axis=1, keepdims=True)
    left = courses - courses @ near.T
    return np.asarray(0.5 * information * (left**2).mean(axis=1) * len(q))
