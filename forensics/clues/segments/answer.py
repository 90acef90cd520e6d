"""The stretches between the dates at which a unit's day moved, each with its own offsets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from forensics import clock
from forensics.clues.activity import Activity
from forensics.clues.hours import model
from forensics.clues.quarters import DAY, thin
from forensics.clues.segments.split import LEAST_HOURS, Split, find_splits
from forensics.model import Status
from forensics.reference import people
from forensics.reference.templates import Library
from forensics.reference.zones import candidate_offsets, candidate_zones

MASS = 0.8
YEAR_S = 364 * 86_400
MOST_ZONES = 12
"""Zones listed per date, those with most people first."""

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch in which the day stands still."""

    first_day: int
    last_day: int
    """First and last active day, in days from 1970."""
    hours: int
    """Active hours."""
    posts: int
    set80_min: tuple[int, ...]
    """80 % set of offsets for this stretch alone, both priors together, rising."""


@dataclass(frozen=True, slots=True)
class LawChange:
    """A lasting change of law near a split."""

    day: int
    jump_min: int
    """Minutes forward."""
    zones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SegmentsAnswer:
    """The answer about one unit."""

    activity: Activity
    status: Status
    splits: tuple[Split, ...]
    segments: tuple[Segment, ...]
    """One more than splits; empty where nothing was found."""
    laws: tuple[tuple[LawChange, ...], ...]
    """Per split: lasting changes of law inside its interval of dates."""
    reasons: tuple[str, ...]


def answer(activity: Activity, weeks: Library) -> SegmentsAnswer:
    """Dates at which the day of a unit moved, and the stretches between them."""
    q = thin(activity.q)
    if len(q) < 2 * LEAST_HOURS:
        reason = f"{len(q)} active hours; at least {2 * LEAST_HOURS} are needed for two stretches."
        return SegmentsAnswer(activity, "insufficient", (), (), (), (reason,))
    splits = find_splits(q)
    if not splits:
        return SegmentsAnswer(activity, "nothing_found", (), (), (), ())
    edges = [split.day * DAY for split in splits]
    parts = np.split(q, np.searchsorted(q, edges))
    posts = np.split(activity.n, np.searchsorted(activity.q, edges))
    segments = tuple(
        Segment(int(part[0] // DAY), int(part[-1] // DAY), len(part), int(n.sum()), offsets)
        for part, n, offsets in zip(parts, posts, _offsets(parts, weeks), strict=True)
    )
    laws = tuple(law_changes(one.low_day, one.high_day) for one in splits)
    return SegmentsAnswer(activity, "found", tuple(splits), segments, laws, ())


def _offsets(parts: Sequence[IntArray], weeks: Library) -> list[tuple[int, ...]]:
    """80 % sets under both priors, joined."""
    found = []
    for scores in model.score_units(parts, weeks):
        kept: set[int] = set()
        for posterior in model.posteriors(scores):
            kept.update(model.credible_set(posterior.offsets, MASS))
        found.append(tuple(sorted(candidate_offsets()[i] for i in kept)))
    return found


def _people(zone: str) -> tuple[int, str]:
    """Zones with most people first."""
    return (-people.people().by_zone.get(zone, 0), zone)


def law_changes(low_day: int, high_day: int) -> tuple[LawChange, ...]:
    """Clock changes from `low_day` to `high_day` that differ from those of the year before.

    A change counts as law, not as season, if the clock stands elsewhere 20 or 250 days later than
    it stood 52 weeks before that.
    """
    found: dict[tuple[int, int], list[str]] = {}
    for name in candidate_zones():
        table = clock.transitions(name)
        for (_, before), (moment, after) in pairwise(table):
            if not low_day * 86_400 <= moment < (high_day + 1) * 86_400:
                continue
            lasting = any(
                clock.offset_s(name, moment + days * 86_400)
                != clock.offset_s(name, moment + days * 86_400 - YEAR_S)
                for days in (20, 250)
            )
            if lasting:
                key = (moment // 86_400, (after - before) // 60)
                found.setdefault(key, []).append(name)
    return tuple(
        LawChange(day, jump, tuple(sorted(zones, key=_people)[:MOST_ZONES]))
        for (day, jump), zones in sorted(found.items())
    )
