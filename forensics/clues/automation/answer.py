"""The answer about machines in one unit: tests of every account, and the share they add up to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forensics.clues.activity import Activity
from forensics.clues.automation import clients, minutes
from forensics.clues.automation.minutes import MinuteTest
from forensics.clues.automation.screen import edges_of, screened, some_accounts, spaced_posts
from forensics.clues.automation.shares import (
    HALF,
    Machine,
    Typed,
    look_on,
    removed,
    scheduled_mask,
    typed_hours,
    typed_posts,
    untested,
)
from forensics.clues.automation.together import Together, together
from forensics.clues.moments import BoolArray, Moments, moments
from forensics.model import Status

if TYPE_CHECKING:
    from forensics.engine import PostTable

__all__ = [
    "AutomationAnswer",
    "answer",
    "answers",
    "scheduled_mask",
    "typed_activity",
    "typed_hours",
]

PERSON_FLAGGED = 0.012
"""Share of ordinary people whom some test flags (docs/methods/automation.md)."""
UNIT_P = 0.001
WRONG = 0.05
"""Part of a pooled share that may be typed inside slots: an error that does not average out."""

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class AutomationAnswer:
    """What machines were seen in one unit. Floats leave as integers in the finding."""

    posts: Moments
    status: Status
    minutes: MinuteTest
    """Over all accounts of the unit."""
    minute_counts: IntArray
    """(60) posts in each minute of the hour."""
    machines: tuple[Machine, ...]
    """One per account of the unit, in order."""
    tested_posts: int
    """Posts of accounts with enough posts for the tests."""
    share: float
    """Share of the tested posts that a machine placed."""
    low: float
    high: float
    partial: bool
    """Some minutes are uneven in a way no narrow window explains: the share is a lower bound."""
    together: Together | None

    @property
    def flagged(self) -> tuple[Machine, ...]:
        """Accounts in which some test saw a machine, the greatest share first."""
        seen = [machine for machine in self.machines if machine.flagged]
        return tuple(sorted(seen, key=lambda one: (-one.share * one.n, one.account)))

    @property
    def typed(self) -> Typed:
        """What is left to infer zones from."""
        return typed_hours(self.posts, self.machines)

    @property
    def removed(self) -> int:
        """Posts that are not left."""
        return removed(self.machines)

    @property
    def scheduler_stands(self) -> bool:
        """At least half of the posts are scheduled: hours say nothing about the chair."""
        return self.share >= HALF

    @property
    def no_rest(self) -> tuple[str, ...]:
        """Accounts with seven days without a gap of four hours."""
        return tuple(machine.account for machine in self.machines if machine.rest.no_rest)


def answers(posts: PostTable, units: Mapping[str, Sequence[str]]) -> Iterator[AutomationAnswer]:
    """The answer about each unit, in order."""
    for unit in moments(posts, units):
        yield answer(unit)


def answer(posts: Moments) -> AutomationAnswer:
    """The answer about one unit from its posts."""
    spaced = spaced_posts(posts, 60)
    machines = _machines(posts, spaced)
    tested, every = _minute_counts(posts, spaced)
    by_minute = minutes.even_test(tested, every)
    known = [machine for machine in machines if machine.tested]
    size = sum(machine.n for machine in known)
    share, low, high = _pooled(known, size)
    return AutomationAnswer(
        posts=posts,
        status=_status(by_minute, machines, known),
        minutes=by_minute,
        minute_counts=every,
        machines=machines,
        tested_posts=size,
        share=share,
        low=low,
        high=high,
        partial=any(machine.partial for machine in known),
        together=together(posts),
    )


def _machines(posts: Moments, spaced: BoolArray) -> tuple[Machine, ...]:
    """The tests of every account; accounts with too few posts for any cost next to nothing."""
    queued = np.zeros(len(posts), dtype=bool)
    for mask in clients.posts_of(posts).values():
        queued |= mask
    found = []
    accounts = zip(posts.accounts, pairwise(edges_of(posts)), screened(posts, spaced), strict=True)
    for account, (low, high), seen in accounts:
        if high - low < minutes.ENOUGH_POSTS and not queued[low:high].any():
            found.append(untested(account, posts.t_s[low:high]))
        else:
            found.append(look_on(account, posts.select(slice(low, high)), seen))
    return tuple(found)


def _status(
    by_minute: MinuteTest, machines: tuple[Machine, ...], known: Sequence[Machine]
) -> Status:
    """`found` needs more flagged accounts than ordinary people would give."""
    flagged = sum(machine.flagged for machine in machines)
    if flagged and _more_than_people(flagged, len(machines)):
        return "found"
    if by_minute.flagged:
        return "found"
    return "nothing_found" if known or by_minute.p_ppm is not None else "insufficient"


def _more_than_people(flagged: int, accounts: int) -> bool:
    """Whether one account is flagged alone, or more of many than ordinary people would be."""
    from scipy.stats import binom

    return accounts == 1 or bool(binom.sf(flagged - 1, accounts, PERSON_FLAGGED) < UNIT_P)


def _minute_counts(posts: Moments, spaced: BoolArray) -> tuple[IntArray, IntArray]:
    """(60) counts over the accounts: posts 15 minutes apart, and all posts."""
    tested, every = np.zeros(60, dtype=np.int64), np.zeros(60, dtype=np.int64)
    for rows in some_accounts(posts):
        minute = posts.t_s[rows] // 60 % 60
        tested += np.bincount(minute[spaced[rows]], minlength=60)
        every += np.bincount(minute[posts.precision_s[rows] <= 60], minlength=60)
    return tested, every


def _pooled(known: Sequence[Machine], size: int) -> tuple[float, float, float]:
    """Share of a unit: accounts weigh by their posts, and their errors are independent."""
    if not size:
        return 0.0, 0.0, 0.0
    weight = np.array([machine.n for machine in known]) / size
    share, low, high = (
        np.array([getattr(machine, name) for machine in known]) for name in ("share", "low", "high")
    )
    middle = float(weight @ share)
    down = float(np.hypot(np.sqrt(((weight * (share - low)) ** 2).sum()), WRONG * middle))
    # Slots that are too rare to be seen, and shares that are lower bounds, are missed in all alike.
    missed = float(weight @ (high - share))
    return middle, max(0.0, middle - down), min(1.0, middle + missed)


def typed_activity(
    activity: Activity, found: AutomationAnswer, counted: BoolArray | None = None
) -> Activity:
    """The unit's activity without the posts that a machine placed, to infer zones from.

    Counts of clocks stay those of all posts. `counted` marks the posts of `found` to keep.
    """
    typed = typed_hours(found.posts, found.machines, counted)
    return replace(activity, hours=typed.hours, q=typed.q, n=typed.n)


def typed_owners(found: AutomationAnswer, counted: BoolArray | None = None) -> tuple[int, ...]:
    """Numbers of the accounts that have hours in `typed_activity`, in order."""
    keep = typed_posts(found.posts, found.machines, counted)
    return tuple(np.flatnonzero(np.bincount(found.posts.owner[keep])).tolist())
