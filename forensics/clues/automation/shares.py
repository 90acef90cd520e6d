"""Which share of an account's posts a machine placed, and what is left to infer zones from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from forensics.clues.automation import clients, intervals, minutes, rest, slots
from forensics.clues.automation.minutes import MinuteTest
from forensics.clues.automation.screen import Screened, screened, spaced_posts
from forensics.clues.moments import COARSE_S, Moments
from forensics.engine.runs import begins
from forensics.engine.runs import counted as counted_values

RESAMPLES = 200
SEED = 61
LIKELY = 0.5
"""Chance from which a single post is taken for scheduled."""
HALF = 0.5
"""If so many posts go, the hours that are left say nothing about the chair."""
MISSED = 0.04
"""Width added to the upper end: slots too rarely used to be seen."""

NO_DELAYS = intervals.no_intervals(0)
"""What is said of an account whose delays do not repeat."""

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
_NO_POSTS = np.zeros(0, dtype=bool)


@dataclass(frozen=True, slots=True)
class Machine:
    """All tests of one account."""

    account: str
    n: int
    """Posts whose minute is known."""
    tested: bool
    """False where there are too few posts for any test."""
    minutes: MinuteTest
    seconds: MinuteTest | None
    """None where seconds are cut off or all zero."""
    slots: slots.Slots
    intervals: intervals.Intervals
    rest: rest.Rest
    clients: tuple[tuple[str, int], ...]
    """(client known to post from a queue or a feed, posts), most posts first."""
    chance: FloatArray
    """(posts of the account) chance that a machine placed each."""
    share: float
    low: float
    high: float
    """90 % interval by resampling days."""
    partial: bool
    """Minutes are uneven in a way that no narrow window explains: the share is a lower bound, and
    the interval has no upper end."""

    @property
    def flagged(self) -> bool:
        """Whether any test of single posts saw a machine."""
        return bool(
            self.minutes.flagged
            or (self.seconds is not None and self.seconds.flagged)
            or self.slots.windows
            or self.intervals.delays
            or self.clients
        )


def second_test(
    t_s: IntArray, precision_s: NDArray[np.int32], spaced: BoolArray
) -> MinuteTest | None:
    """The test of seconds of the minute; None where seconds were not recorded.

    Args:
        t_s: UTC seconds of one account.
        precision_s: How precisely they are known.
        spaced: Posts known to the second that lie 15 minutes apart.
    """
    seconds = t_s[precision_s <= 1] % 60
    if not len(seconds) or not seconds.any():
        return None
    return minutes.even_test(
        np.bincount(t_s[spaced] % 60, minlength=60), np.bincount(seconds, minlength=60)
    )


def look(account: str, posts: Moments) -> Machine:
    """All tests of one account's posts, which lie in order of time."""
    alone = replace(posts, accounts=(account,), owner=np.zeros(len(posts), dtype=np.int32))
    (seen,) = screened(alone, spaced_posts(alone, 60))
    return look_on(account, posts, seen)


def look_on(account: str, posts: Moments, seen: Screened) -> Machine:
    """The same, where some is known already."""
    at = posts.t_s // 60
    usable = posts.precision_s <= 60
    known = at[usable]
    by_minute = minutes.even_test(
        np.bincount(at[seen.spaced] % 60, minlength=60), np.bincount(known % 60, minlength=60)
    )
    by_second = second_test(posts.t_s, posts.precision_s, seen.spaced_exact)
    queued = clients.posts_of(posts)
    tested = by_minute.p_ppm is not None
    daily = _slots(known, seen) if tested else slots.NO_SLOTS
    placed = daily.chance[known % slots.DAY_MIN] if daily.windows else np.zeros(len(known))
    partial = False
    if by_minute.flagged:
        hourly, partial = _by_minute(known, np.flatnonzero(seen.spaced[usable]), placed)
        placed = np.maximum(placed, hourly)
    if seen.no_delays and not placed.any():
        delays = NO_DELAYS
    else:
        delays = _intervals(known, placed, tested=tested)
        placed = np.maximum(placed, delays.chance)
    chance = np.zeros(len(posts))
    chance[usable] = placed
    if by_second is not None and by_second.flagged:
        chance = np.maximum(chance, _by_second(posts, chance))
    for mask in queued.values():
        chance[mask] = 1.0
    share, low, high = _share(posts.t_s // 86_400, chance)
    return Machine(
        account=account,
        n=len(known),
        tested=tested,
        minutes=by_minute,
        seconds=by_second,
        slots=daily,
        intervals=delays,
        rest=rest.rest(posts.t_s),
        clients=tuple((name, int(mask.sum())) for name, mask in queued.items()),
        chance=chance,
        share=share,
        low=low,
        high=1.0 if partial else high,
        partial=partial,
    )


def untested(account: str, t_s: IntArray) -> Machine:
    """The answer about an account with too few posts for any test."""
    nothing = MinuteTest(len(t_s), 0, None, False, (), 0)
    none = np.zeros(len(t_s))
    return Machine(
        account=account,
        n=len(t_s),
        tested=False,
        minutes=nothing,
        seconds=None,
        slots=slots.NO_SLOTS,
        intervals=intervals.Intervals((), (), 1.0, none),
        rest=rest.NO_POSTS,
        clients=(),
        chance=none,
        share=0.0,
        low=0.0,
        high=1.0,
        partial=False,
    )


def _slots(known: IntArray, seen: Screened) -> slots.Slots:
    """Daily slots; an account without any is known from the screen."""
    if seen.least_p is not None and seen.no_slots:
        return replace(slots.NO_SLOTS, least_p=seen.least_p)
    return slots.daily_slots(known)


def _by_minute(known: IntArray, kept: IntArray, placed: FloatArray) -> tuple[FloatArray, bool]:
    """(chances by minute of the hour of posts that no slot explains, whether more is uneven)."""
    rest_of = placed[kept] < LIKELY
    tested = np.bincount(known[kept][rest_of] % 60, minlength=60)
    if not minutes.even_test(tested, tested).flagged:
        return np.zeros(len(known)), False
    bins = minutes.excess_bins(tested)
    return bins[known % 60], minutes.uneven_outside(tested, bins)


def _intervals(known: IntArray, placed: FloatArray, *, tested: bool) -> intervals.Intervals:
    """Exact delays among the posts that nothing else explains; chances for all posts."""
    left = placed < LIKELY
    chance = np.zeros(len(known))
    if not tested or left.sum() < intervals.FEWEST:
        return intervals.no_intervals(len(known))
    distinct, back = np.unique(known[left], return_inverse=True)
    found = intervals.repeated(distinct)
    chance[left] = found.chance[back]
    return replace(found, chance=chance)


def _by_second(posts: Moments, chance: FloatArray) -> FloatArray:
    """Chances by the second of the minute, of posts that nothing else explains."""
    left = (posts.precision_s <= 1) & (chance < LIKELY)
    found = np.zeros(len(posts))
    seconds = posts.t_s[left] % 60
    kept = minutes.spaced_places(posts.t_s[left] // 60)
    tested = np.bincount(seconds[kept], minlength=60)
    if minutes.even_test(tested, tested).flagged:
        found[left] = minutes.excess_bins(tested)[seconds]
    return found


def _share(days: IntArray, chance: FloatArray) -> tuple[float, float, float]:
    """(share, low, high): mean chance and its 90 % interval by resampling whole days."""
    if not len(days) or not chance.any():
        return 0.0, 0.0, 0.0
    _, code = np.unique(days, return_inverse=True)
    size = np.bincount(code).astype(np.float64)
    hits = np.bincount(code, weights=chance)
    draws = np.random.default_rng([SEED, len(days)]).multinomial(
        len(size), np.full(len(size), 1 / len(size)), size=RESAMPLES
    )
    values = (draws @ hits) / (draws @ size)
    low, high = np.quantile(values, (0.05, 0.95))
    return float(chance.mean()), float(low), min(1.0, float(high) + MISSED)


@dataclass(frozen=True, slots=True)
class Typed:
    """What is left of a unit when scheduled posts are taken out."""

    hours: tuple[IntArray, ...]
    """Per account with posts left, the first UTC quarter-hour of each active clock hour."""
    q: IntArray
    """Distinct UTC quarter-hours of the posts left."""
    n: IntArray
    """Posts in each."""
    removed: int
    posts: int
    """Posts before."""

    @property
    def scheduler_stands(self) -> bool:
        """Half of the posts went: the hours of the rest say nothing about the chair."""
        return self.posts > 0 and self.removed >= HALF * self.posts


def scheduled_mask(chance: FloatArray) -> BoolArray:
    """Posts that a machine placed more likely than not."""
    mask: BoolArray = chance >= LIKELY
    return mask


def typed_hours(
    posts: Moments, machines: tuple[Machine, ...], counted: BoolArray | None = None
) -> Typed:
    """Thinned quarter-hours of the posts that no test attributes to a machine.

    Args:
        posts: Posts of a unit.
        machines: The tests of its accounts.
        counted: (posts) False for those that are left out for another reason; None for none.
    """
    keep = typed_posts(posts, machines, counted)
    owner, quarters = posts.owner[keep], posts.t_s[keep] // 900
    new = begins(quarters // 4)
    new[1:] |= owner[1:] != owner[:-1]
    every = np.arange(len(machines) + 1, dtype=owner.dtype)
    edges = np.searchsorted(owner[new], every).tolist()
    first = quarters[new]
    hours = tuple(first[low:high] for low, high in pairwise(edges) if high > low)
    q, n = counted_values(quarters)
    return Typed(hours, q, n, removed(machines), len(posts))


def typed_posts(
    posts: Moments, machines: Sequence[Machine], counted: BoolArray | None = None
) -> BoolArray:
    """(posts) those that `typed_hours` counts."""
    keep = ~placed_posts(machines) & (posts.precision_s <= COARSE_S)
    return keep if counted is None else keep & counted


def placed_posts(machines: Sequence[Machine]) -> BoolArray:
    """(posts of all accounts) those that a machine placed more likely than not."""
    return np.concatenate([scheduled_mask(one.chance) for one in machines] or [_NO_POSTS])


def removed(machines: Sequence[Machine]) -> int:
    """Posts that a machine placed more likely than not."""
    return sum(int(scheduled_mask(one.chance).sum()) for one in machines if one.share)
