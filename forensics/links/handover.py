"""Watches within crews, and hand-overs between them at a clock time.

Accounts of one crew whose hours hardly overlap work different watches of the same days. Between two
watches a hand-over is a clock time at which one falls and the other rises, both on the same days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.links.counts import Group
from forensics.links.crews.features import Days
from forensics.links.crews.nulls import permuted

LEAST_OVERLAP = 0.4
"""Share of hours that accounts of one watch have in common."""
SPAN = 3
"""Hours before and after the clock time."""
LEAST_EDGE = 0.5
"""Fall and rise at the clock time, as a part of the activity before and after."""
LEAST_SHARED = 0.25
"""Part of the smaller watch's activity that the hours about the clock time must hold."""
DRAWS = 1999
LEVEL = 0.05
MOST_WATCHES = 12

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HandOver:
    """One watch relieves another."""

    before: int
    """Number of the watch that stops."""
    after: int
    hour: int
    """UTC hour."""
    correlation: float
    """Of the fall of one and the rise of the other, day by day."""
    p: float


@dataclass(frozen=True, slots=True)
class Watch:
    """Accounts with the same days and the same hours."""

    crew: int
    members: tuple[int, ...]
    """Indices into the group's accounts."""
    first_hour: int
    """UTC hour at which a tenth of its activity has passed."""
    last_hour: int


def watches(group: Group, days: Days, crews: Sequence[tuple[int, ...]]) -> tuple[Watch, ...]:
    """The watches of each crew, at least two accounts each, in order of crew and first member."""
    found: list[Watch] = []
    for number, members in enumerate(crews):
        table = np.stack([_hours(group, (one,), days) for one in members])
        labels = _by_hours(table)
        for label in dict.fromkeys(labels.tolist()):
            rows = np.flatnonzero(labels == label)
            if len(rows) >= 2:
                first, last = _bounds(table[rows].sum(axis=0))
                found.append(
                    Watch(
                        crew=number,
                        members=tuple(members[i] for i in rows.tolist()),
                        first_hour=(first + days.cut_hour) % 24,
                        last_hour=(last + days.cut_hour) % 24,
                    )
                )
    return tuple(found)


def _hours(group: Group, members: Sequence[int], days: Days) -> FloatArray:
    """(24) active hours by hour from the cut of the day, smoothed over three hours."""
    mine = group.hours_of(members)
    curve = np.bincount((mine - days.cut_hour) % 24, minlength=24).astype(float)
    return np.asarray(curve + np.roll(curve, 1) + np.roll(curve, -1))


def _by_hours(table: FloatArray) -> IntArray:
    """Label of each account, by average linkage of the overlap of hours."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import pdist

    if len(table) < 2:
        return np.zeros(len(table), dtype=np.int64)
    share = table / np.maximum(table.sum(axis=1, keepdims=True), 1.0)
    apart = pdist(share, "cityblock") / 2
    labels = fcluster(linkage(apart, "average"), t=1 - LEAST_OVERLAP, criterion="distance")
    return np.asarray(labels, dtype=np.int64)


def _bounds(curve: FloatArray) -> tuple[int, int]:
    """Hours at which a tenth and nine tenths have passed, from the quietest hour on."""
    start = int(np.argmin(curve))
    passed = np.cumsum(np.roll(curve, -start)) / max(curve.sum(), 1.0)
    low, high = np.searchsorted(passed, (0.1, 0.9))
    return (start + int(low)) % 24, (start + int(high)) % 24


def hand_overs(
    group: Group, days: Days, found: Sequence[Watch], rng: np.random.Generator
) -> tuple[HandOver, ...]:
    """Hand-overs between the largest watches, p against days permuted in weekday and month."""
    order = sorted(range(len(found)), key=lambda i: (-len(found[i].members), i))[:MOST_WATCHES]
    tables = {i: _by_hour(group, days, found[i].members) for i in sorted(order)}
    told = []
    tried = 0
    for a in sorted(order):
        for b in sorted(order):
            hour = _clock(tables[a], tables[b]) if a != b else None
            if hour is None:
                continue
            tried += 1
            fall, rise = _edge(tables[a], hour), -_edge(tables[b], hour)
            correlation, p = _together(fall, rise, days, rng)
            told.append(HandOver(a, b, (hour + days.cut_hour) % 24, correlation, p))
    return tuple(one for one in told if one.p * tried <= LEVEL)


def _by_hour(group: Group, days: Days, members: Sequence[int]) -> FloatArray:
    """Active accounts of a watch in each hour since the first day, as a row."""
    number = days.active.shape[1] * 24
    mine = group.hours_of(members) - (days.first_day * 24 + days.cut_hour)
    mine = mine[(mine >= 0) & (mine < number)]
    return np.bincount(mine, minlength=number).astype(float)


def _clock(a: FloatArray, b: FloatArray) -> int | None:
    """Hour after the cut at which `a` falls and `b` rises most, if both do by enough."""
    curves = [one.reshape(-1, 24).sum(axis=0) for one in (a, b)]
    best, best_hour = 0.0, None
    for hour in range(24):
        sums = []
        for curve in curves:
            turned = np.roll(curve, SPAN - hour)
            sums.append((float(turned[:SPAN].sum()), float(turned[SPAN : 2 * SPAN].sum())))
        (a_before, a_after), (b_before, b_after) = sums
        fall = (a_before - a_after) / max(a_before, 1.0)
        rise = (b_after - b_before) / max(b_after, 1.0)
        enough = min(a_before / max(curves[0].sum(), 1), b_after / max(curves[1].sum(), 1))
        if min(fall, rise) >= LEAST_EDGE and enough >= LEAST_SHARED / 2:
            moved = min(a_before - a_after, b_after - b_before)
            if moved > best:
                best, best_hour = moved, hour
    return best_hour


def _edge(hours: FloatArray, hour: int) -> FloatArray:
    """(days) activity in the hours before the clock time less that in the hours after."""
    padded = np.concatenate([np.zeros(SPAN), hours, np.zeros(SPAN)])
    total = np.concatenate([[0.0], np.cumsum(padded)])
    at = np.arange(0, len(hours), 24) + hour + SPAN
    return np.asarray((total[at] - total[at - SPAN]) - (total[at + SPAN] - total[at]))


def _together(
    fall: FloatArray, rise: FloatArray, days: Days, rng: np.random.Generator
) -> tuple[float, float]:
    """Correlation within weekday and month, and its p if days change places."""
    a, b = (_centred(one, days.stratum) for one in (fall, rise))
    scale = float(np.sqrt((a @ a) * (b @ b)))
    if scale <= 0:
        return 0.0, 1.0
    many = np.broadcast_to(b.astype(np.float32), (DRAWS, len(b)))
    chance = permuted(np.array(many), days.stratum, days.first_day, "days", rng) @ a
    return float(a @ b) / scale, (1 + int((chance >= a @ b).sum())) / (1 + DRAWS)


def _centred(value: FloatArray, stratum: IntArray) -> FloatArray:
    """The values without the means of their month and weekday."""
    mean = np.bincount(stratum, weights=value) / np.maximum(np.bincount(stratum), 1)
    return value - mean[stratum]
