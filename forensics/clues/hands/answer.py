"""Did an account change hands? What changed, when, and what follows for the posts before.

A change of hands is claimed only where the language jumps together with the hours, the weekdays or
the client, or the client with the hours. Hours alone jump when a person moves or changes jobs; a
client alone changes with a telephone; a language, or the mix of reposts, with the task.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from forensics.clues.hands.effects import Effect, effects, hours_moved
from forensics.clues.hands.features import Features, features
from forensics.clues.hands.scan import ENOUGH_HOURS, Scan, best, judged
from forensics.clues.moments import Moments, moments

if TYPE_CHECKING:
    from forensics.engine import PostTable

Verdict = Literal["hands", "schedule", "client", "task"]
JUMP_H = 2.4
"""Two halves of one person's history differ by 1.23 h (SD): 1.96 times that."""
FLAT_H = 1.2
"""Distance below which a shift of the hour curve means nothing: the curve is too flat."""
LEAST_MOVED = 0.3
"""Part of the active hours that must change language, client or kind."""
SURE_P = 0.01
NEAR_P = 0.001
"""The hours just before and just after a date must differ by more than chance."""
BESIDE_P = 0.05
"""The same for times that changed beside something that is no time."""
ORDER = ("hours", "weekdays", "language", "client", "kind")
LONG_GAP_DAYS = 28
MOST_CHANGES = 3
DAY_S = 86_400

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Change:
    """One date at which several things change at once."""

    verdict: Verdict
    day: int
    """First UTC day (since 1970) of the new regime."""
    first_day: int
    """90 % interval of that day; with a silence before it, the day after the last old post."""
    last_day: int
    p: float
    """Chance of so clear a date from the same weeks in another order."""
    changed: tuple[str, ...]
    """hours, weekdays, language, client, kind: those that changed, in this order."""
    effects: tuple[Effect, ...]
    """Of those."""
    distance_h: float
    """Earth mover's distance of the hour curves around the date."""
    shift_h: float
    """Hours by which the new curve lies later; negative is earlier."""
    gap_days: int
    """Days without a post before the date."""
    hours_before: int
    hours_after: int
    rate_ratio: float
    """Active hours a day after the date over before."""


@dataclass(frozen=True, slots=True)
class HandsAnswer:
    """The changes of one account."""

    posts: Moments
    active_hours: int
    looked: bool
    """False where the account has fewer than twice 50 active hours."""
    changes: tuple[Change, ...]
    """In order of time."""

    @property
    def hand_overs(self) -> tuple[Change, ...]:
        """Changes that look like another owner."""
        return tuple(change for change in self.changes if change.verdict == "hands")


def answers(
    posts: PostTable, units: Mapping[str, Sequence[str]]
) -> Iterator[tuple[HandsAnswer, ...]]:
    """The answers about the accounts of each unit, in order."""
    for unit in moments(posts, units):
        yield answer(unit)


def answer(posts: Moments) -> tuple[HandsAnswer, ...]:
    """One answer per account of a unit, in order: accounts change hands, units do not."""
    edges = np.searchsorted(posts.owner, np.arange(len(posts.accounts) + 1)).tolist()
    return tuple(
        account_answer(posts.select(slice(low, high), account))
        for account, low, high in zip(posts.accounts, edges[:-1], edges[1:], strict=True)
    )


def account_answer(posts: Moments) -> HandsAnswer:
    """The changes of one account, whose posts lie in order of time."""
    if len(posts) < 2 * ENOUGH_HOURS:
        return HandsAnswer(posts, len(np.unique(posts.t_s // 3600)), looked=False, changes=())
    whole = features(posts)
    active = int(whole.active.sum())
    if active < 2 * ENOUGH_HOURS:
        return HandsAnswer(posts, active, looked=False, changes=())
    found: list[Change] = []
    waiting = [(0, len(whole.days))]
    while waiting and len(found) < MOST_CHANGES:
        low, high = waiting.pop(0)
        part = _rows(whole, slice(low, high))
        change = _change(part)
        if change is None:
            continue
        found.append(change)
        middle = low + int(np.searchsorted(part.days, change.day))
        waiting += [(low, middle), (middle, high)]
    return HandsAnswer(posts, active, looked=True, changes=tuple(sorted(found, key=_day)))


def _day(change: Change) -> int:
    return change.day


def _rows(whole: Features, rows: slice) -> Features:
    """Some days of an account; features that have one value there are left out."""
    tables = {name: table[rows] for name, table in whole.tables.items()}
    kept = {name: table for name, table in tables.items() if (table.sum(axis=0) > 0).sum() > 1}
    return Features(whole.days[rows], whole.active[rows], kept, whole.values, whole.curve[rows])


def _change(part: Features) -> Change | None:
    """The clearest change of a stretch, if it is one at all."""
    found = best(part)
    if found is None:
        return None
    size = effects(part, found.row, found.dispersion)
    hours = size.get("hours")
    distance, shift = 0.0, 0.0
    moved = hours is not None and hours.p <= NEAR_P
    if moved:  # the shift is asked about where the hours differ at all: seldom
        distance, shift = hours_moved(part, found.row)
    large = _large(size, shift if distance >= FLAT_H else 0.0)
    if not large:
        return None
    found = judged(part, found)
    if found.p > SURE_P:
        return None
    changed = tuple(name for name in large if found.p_of[name] <= SURE_P)
    if not changed:
        return None
    # Beside a jump of something else, a smaller move of the hours or weekdays is enough.
    beside = tuple(
        name
        for name in ("hours", "weekdays")
        if name not in changed
        and name in size
        and found.p_of[name] <= SURE_P
        and size[name].p <= BESIDE_P
    )
    every = tuple(name for name in ORDER if name in changed + beside)
    if not moved:
        distance, shift = hours_moved(part, found.row)
    return _described(part, found, size=size, changed=every, distance=distance, shift=shift)


def _large(size: Mapping[str, Effect], shift: float) -> tuple[str, ...]:
    """Features that changed by more than people do, just around the date."""
    found = []
    for name in ORDER:
        effect = size.get(name)
        if effect is None or effect.p > NEAR_P:
            continue
        enough = abs(shift) >= JUMP_H if name == "hours" else effect.moved >= LEAST_MOVED
        if enough:
            found.append(name)
    return tuple(found)


def _verdict(changed: Sequence[str]) -> Verdict:
    """What kind of change it is."""
    contents = {"language", "client", "kind"} & set(changed)
    times = {"hours", "weekdays"} & set(changed)
    if not contents:
        return "schedule"
    if "language" in contents and (times or "client" in contents):
        return "hands"
    if "client" in contents and "hours" in times:
        return "hands"
    return "client" if contents == {"client"} and not times else "task"


def _described(
    part: Features,
    found: Scan,
    *,
    size: Mapping[str, Effect],
    changed: tuple[str, ...],
    distance: float,
    shift: float,
) -> Change:
    """The change with its numbers."""
    days, row = part.days, found.row
    before, after = int(part.active[:row].sum()), int(part.active[row:].sum())
    rate_before = before / (days[row - 1] - days[0] + 1)
    rate_after = after / (days[-1] - days[row] + 1)
    first = max(1, found.first)
    return Change(
        verdict=_verdict(changed),
        day=int(days[row]),
        first_day=int(days[first - 1]) + 1,
        last_day=int(days[found.last]),
        p=found.p,
        changed=changed,
        effects=tuple(size[name] for name in changed),
        distance_h=distance,
        shift_h=shift,
        gap_days=int(days[row] - days[row - 1]) - 1,
        hours_before=before,
        hours_after=after,
        rate_ratio=float(rate_after / rate_before),
    )


def split(posts: Moments, day: int) -> tuple[Moments, Moments]:
    """A unit's posts before and from a UTC day (since 1970) on, to be analysed apart.

    What is found in the first part has the role `previous_owner` and moves no hypothesis.
    """
    after = posts.t_s >= day * DAY_S
    return (
        posts.select(~after, f"{posts.unit} (previous owner)"),
        posts.select(after, posts.unit),
    )


def since_last_hand_over(found: HandsAnswer) -> tuple[Moments, Moments | None]:
    """(posts of the present owner, posts before or None), from the last change of hands."""
    if not found.hand_overs:
        return found.posts, None
    before, after = split(found.posts, found.hand_overs[-1].day)
    return after, replace(before)
