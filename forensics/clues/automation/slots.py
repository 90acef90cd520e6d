"""The same minute of the day on many days: daily slots.

For every window of one, three, five or eleven minutes of the UTC day the days with a post in it are
counted and compared with windows of the same width in the half hour (for the widest, the hour)
on either side. Habits are smooth on that scale, slots are not. Days are counted, not posts, so a
thread or a burst counts once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DAY_MIN = 1440
WIDTHS = (0, 1, 2, 5)
"""Half widths: a slot with a delay of up to so many minutes either way."""
FLANK_MIN = (30, 30, 40, 60)
"""Minutes on either side that a window of each width is compared with."""
FEWEST_DAYS = 5
"""Days on which a slot must have been used."""
STEP_RATIO = 1.7
"""A slot must stand out this much against each side alone: a day that begins at nine is a step."""
GATE_P = 5e-7
"""p of a window from which slots are said to exist: .001 over some 2,000 windows of a day."""
JOIN_P = 1e-4
"""p of further windows, once the gate has opened."""
NEAR_P, NEAR_JOIN_P = 1e-3, 1e-2
"""p of a window against the two beside it alone, for the first window and for further ones: else it
is part of a broader hump."""
MOST_SLOTS = 96

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Slots:
    """Daily slots of one account."""

    windows: tuple[tuple[int, int], ...]
    """(middle minute of the UTC day, half width), the clearest first."""
    days: tuple[int, ...]
    """Days with a post in each."""
    least_p: float
    """Smallest p of any window, not yet multiplied by their number."""
    chance: FloatArray
    """(1440) chance that a post in each minute of the day is scheduled; 0 outside the windows."""


def days_in_windows(minutes: IntArray, half: int) -> IntArray:
    """(1440) distinct days with a post within `half` minutes of each minute of the day."""
    ordered = np.sort(minutes)
    found: IntArray = days_of_many(np.zeros(len(ordered), dtype=np.int64), ordered, half, 1)[0]
    return found


def days_of_many(owner: IntArray, minutes: IntArray, half: int, accounts: int) -> IntArray:
    """(accounts, 1440) the same for several accounts, whose minutes rise one after another.

    Of all posts whose window holds a minute, the first one around the clock counts for it: so each
    post covers the minutes of its window that lie beyond the window of the post before.
    """
    new = np.ones(len(minutes), dtype=bool)
    new[1:] = (minutes[1:] != minutes[:-1]) | (owner[1:] != owner[:-1])
    who = owner[new]
    day, minute = np.divmod(minutes[new], DAY_MIN)
    first = np.ones(len(who), dtype=bool)
    first[1:] = (day[1:] != day[:-1]) | (who[1:] != who[:-1])
    begin = np.flatnonzero(first)
    before = np.roll(minute, 1)
    # The day is a circle: before its first post comes its last one.
    before[begin] = minute[np.append(begin[1:], len(who)) - 1] - DAY_MIN
    size = DAY_MIN + 2 * half + 1
    low = np.maximum(minute - half, before + half + 1) + half
    steps = np.bincount(who * size + low, minlength=accounts * size)
    # A window that ends where the row does would be taken off the next row: it needs no end.
    high = minute + 2 * half + 1
    ends = high < size
    steps -= np.bincount(who[ends] * size + high[ends], minlength=accounts * size)
    wide = np.cumsum(steps.reshape(accounts, size), axis=1)
    days = wide[:, half : half + DAY_MIN].copy()
    if half:
        days[:, -half:] += wide[:, :half]
        days[:, :half] += wide[:, half + DAY_MIN : 2 * half + DAY_MIN]
    return days


def tail(seen: IntArray, flank: FloatArray, windows: FloatArray) -> FloatArray:
    """P(at least `seen` of seen + flank fall into one of 1 + windows equal windows)."""
    from scipy.special import betainc

    chance = np.ones(len(seen))
    some = (seen > 0) & (windows > 0)
    chance[some] = betainc(seen[some], flank[some] + 1.0, 1.0 / (1.0 + windows[some]))
    return chance


@dataclass(frozen=True, slots=True)
class _Scan:
    """Windows of one width against their flanks."""

    p: FloatArray
    seen: IntArray


def _flanks(
    days: IntArray, free: BoolArray, half: int, flank: int
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """(sum over the free windows on both sides, their number, the higher side, the nearest two).

    The higher side is the greatest of the two sides' means and of the two nearest windows: a step
    is no slot, and neither is a hump that goes on beyond the window.
    """
    width = 2 * half + 1
    weight = free.astype(np.float64)
    value = days * weight
    around = np.tile(np.stack([value, weight]), 3)
    left, right = np.zeros((2, DAY_MIN)), np.zeros((2, DAY_MIN))
    beside, nearest = np.zeros(DAY_MIN), np.zeros(DAY_MIN)
    for step in range(width, flank // width * width + 1, width):
        before = around[:, DAY_MIN - step : 2 * DAY_MIN - step]
        after = around[:, DAY_MIN + step : 2 * DAY_MIN + step]
        if step == width:
            beside, nearest = np.maximum(before[0], after[0]), before[0] + after[0]
        left += before
        right += after
    side = np.maximum(left[0] / np.maximum(left[1], 1), right[0] / np.maximum(right[1], 1))
    return left[0] + right[0], left[1] + right[1], np.maximum(side, beside), nearest


def _scan(days: IntArray, taken: BoolArray, *, half: int, flank: int, near: float) -> _Scan:
    """The p of every window of one width; 1 where it overlaps a slot or is no clear peak."""
    free = ~_dilate(taken, half)
    total, windows, side, nearest = _flanks(days, free, half, flank)
    peak = np.flatnonzero((days >= FEWEST_DAYS) & (days >= STEP_RATIO * side) & free)
    peak = peak[tail(days[peak], nearest[peak], np.full(len(peak), 2.0)) <= near]
    p = np.ones(DAY_MIN)
    p[peak] = tail(days[peak], total[peak], windows[peak])
    return _Scan(p, days)


def least_of_many(owner: IntArray, minutes: IntArray, accounts: int) -> FloatArray:
    """(accounts) the smallest p of any window, before any slot is taken out.

    Where it is not below `GATE_P`, `daily_slots` finds nothing; this tells it at a fraction of the
    work, for most accounts have no slots.
    """
    least = np.ones(accounts)
    for half, flank in zip(WIDTHS, FLANK_MIN, strict=True):
        days = days_of_many(owner, minutes, half, accounts)
        width = 2 * half + 1
        steps = flank // width
        around = np.concatenate([days[:, -FLANK_MIN[-1] :], days, days[:, : FLANK_MIN[-1]]], axis=1)
        sides = []
        for sign in (-1, 1):
            begin = [FLANK_MIN[-1] + sign * step * width for step in range(1, steps + 1)]
            each = around[:, begin[0] : begin[0] + DAY_MIN]
            sides.append((each, sum((around[:, i : i + DAY_MIN] for i in begin[1:]), each)))
        (before, left), (after, right) = sides
        higher = np.maximum(np.maximum(left, right) / steps, np.maximum(before, after))
        row, at = np.nonzero((days >= FEWEST_DAYS) & (days >= STEP_RATIO * higher))
        near = (before[row, at] + after[row, at]).astype(np.float64)
        good = tail(days[row, at], near, np.full(len(row), 2.0)) <= NEAR_P
        row, at = row[good], at[good]
        total = (left[row, at] + right[row, at]).astype(np.float64)
        p = tail(days[row, at], total, np.full(len(row), 2.0 * steps))
        np.minimum.at(least, row, p)
    return least


def _dilate(mask: BoolArray, half: int) -> BoolArray:
    """The mask, widened by `half` minutes either way around the day."""
    wide = mask.copy()
    for step in range(1, half + 1):
        wide |= np.roll(mask, step) | np.roll(mask, -step)
    return wide


def _apart(scans: list[_Scan], limit: float) -> list[tuple[int, int]]:
    """(minute, number of the width) of the clearest windows that are no flank of each other.

    Taking several at once gives what taking the clearest each time would, and saves most scans.
    """
    p = np.stack([scan.p for scan in scans])
    best = np.argmin(p, axis=0)
    value = p[best, np.arange(DAY_MIN)]
    found: list[tuple[int, int]] = []
    blocked = np.zeros(DAY_MIN, dtype=bool)
    for minute in np.argsort(value, kind="stable").tolist():
        if value[minute] >= limit:
            break
        if not blocked[minute]:
            found.append((minute, int(best[minute])))
            reach = 2 * FLANK_MIN[-1]
            blocked[(minute + np.arange(-reach, reach + 1)) % DAY_MIN] = True
    return found


def daily_slots(minutes: IntArray) -> Slots:
    """Slots of one account.

    Args:
        minutes: UTC minutes since 1970 of all posts.

    Hypothesis: within half an hour a post is equally likely in every minute. Assumes that days are
    independent. Not for accounts that follow a summer time: their slots split in two, which halves
    the days of each.
    """
    counted = [days_in_windows(minutes, half) for half in WIDTHS]
    taken = np.zeros(DAY_MIN, dtype=bool)
    found: list[tuple[int, int]] = []
    used: list[int] = []
    least, limit, near = 1.0, GATE_P, NEAR_P
    while len(found) < MOST_SLOTS:
        scans = [
            _scan(days, taken, half=half, flank=flank, near=near)
            for days, half, flank in zip(counted, WIDTHS, FLANK_MIN, strict=True)
        ]
        least = min(least, *(float(scan.p.min()) for scan in scans))
        fresh = _apart(scans, limit)
        if not fresh:
            break
        limit, near = JOIN_P, NEAR_JOIN_P
        for minute, which in fresh[: MOST_SLOTS - len(found)]:
            half = WIDTHS[which]
            found.append((minute, half))
            used.append(int(scans[which].seen[minute]))
            taken[(minute + np.arange(-half, half + 1)) % DAY_MIN] = True
    return Slots(tuple(found), tuple(used), least, _chances(minutes, found, taken))


def _chances(minutes: IntArray, found: list[tuple[int, int]], taken: BoolArray) -> FloatArray:
    """(1440) chance that a post in a slot is scheduled: what exceeds the free hour around it."""
    chance = np.zeros(DAY_MIN)
    counts = np.bincount(minutes % DAY_MIN, minlength=DAY_MIN).astype(np.float64)
    for minute, half in found:
        inside = (minute + np.arange(-half, half + 1)) % DAY_MIN
        around = (minute + np.arange(-60, 61)) % DAY_MIN
        around = around[~taken[around]]
        level = counts[around].mean() if len(around) else 0.0
        total = counts[inside].sum()
        chance[inside] = max(0.0, 1.0 - level * len(inside) / total) if total else 0.0
    return chance


NO_SLOTS = Slots((), (), 1.0, np.zeros(DAY_MIN))
"""The answer where slots were not looked for."""
