"""The crews of a unit: groups of accounts that share days beyond what all share, or none.

Method, measured figures and limits: docs/methods/crews.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from forensics.links.counts import Group
from forensics.links.crews import pairs
from forensics.links.crews.cluster import (
    LEAST_CREW,
    numbered,
    overlap,
    partition,
    refined,
    strengths,
)
from forensics.links.crews.features import (
    LEAST_DAYS,
    Days,
    days_of,
    expectation,
    expected_link,
    residuals,
)
from forensics.links.crews.nulls import NULLS, permuted, week_weights
from forensics.links.crews.wide import LEVEL as WIDE_LEVEL
from forensics.links.crews.wide import wide_crews
from forensics.model import Status

LEVEL = 0.025
"""Highest p of a crew."""
DRAWS = 99
LEAST_DRAWS = 39
BUDGET = 2.0e11
"""Multiplications spent on the nulls."""
BOOTSTRAPS = 25
LEAST_STABLE = 0.5
"""Mean overlap, over draws of weeks, that a crew must have with a group found in the draw."""
LEAST_SPAN = 28
STEPS = 4
STEPPED = 400
"""Accounts up to which weaker crews are looked for after the strong ones are set aside."""
POWER = 8.0
"""Strength that a crew of a quarter of the accounts must be expected to reach."""
MOST_DAYS_OFF = 20
QUIET = 0.25
"""A shared day off has at most this part of the crew's expected activity."""
DAY_OFF_P = 0.001

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day on which a crew did next to nothing while others worked."""

    day: int
    """Day number since 1970."""
    active: float
    """Active hours of its members."""
    expected: float


@dataclass(frozen=True, slots=True)
class Crew:
    """Accounts that share days."""

    members: tuple[int, ...]
    """Indices into the group's accounts."""
    p: float
    """Chance of a group this strong anywhere in the unit, the larger of both nulls."""
    strength: float
    stability: float
    """Mean overlap with the best group when whole weeks are drawn again."""
    score: float
    """Mean score of its pairs."""
    days_off: tuple[DayOff, ...]
    days_off_total: int
    first_hour: float
    """Median UTC hour of the first activity of a member's day."""
    last_hour: float


@dataclass(frozen=True, slots=True)
class CrewsAnswer:
    """What can be said about crews in a unit."""

    group: Group
    status: Status
    reasons: tuple[str, ...]
    considered: tuple[int, ...]
    """Accounts with enough days."""
    first_day: int
    days: int
    cut_hour: int
    expected_link: float
    """Score two typical accounts would have if they shared a quarter of their days off."""
    crews: tuple[Crew, ...]
    best_p: float
    """p of the strongest group, whether it counts or not."""
    draws: int
    wide: bool
    """Whether pairs were found by hashing."""
    between: tuple[tuple[float, ...], ...]
    """Mean score between crews, for the matrix."""
    seed: int


def answer(group: Group, *, seed: int = 5) -> CrewsAnswer:
    """The crews of a unit.

    Args:
        group: Active hours of its accounts.
        seed: Seed of nulls, draws and hashes.
    """
    days = days_of(group)
    if days is None:
        text = f"Fewer than three accounts have {LEAST_DAYS} active days."
        return _empty(group, "insufficient", (text,), None, seed)
    weak = _too_little(days)
    if weak:
        return _empty(group, "insufficient", (weak,), days, seed)
    rng = np.random.default_rng(seed)
    if len(days.members) > pairs.BLOCK:
        return _wide(group, days, rng, seed)
    score = pairs.scores(days.residual)
    draws = int(np.clip(BUDGET / (4 * score.size * days.residual.shape[1]), LEAST_DRAWS, DRAWS))
    labels = partition(score)
    strong = strengths(score, labels)
    p = _stepped(days, labels, strong, draws, rng)
    kept = np.flatnonzero((p <= LEVEL) & (strong > 0))
    base = replace(_empty(group, "nothing_found", (), days, seed), draws=draws)
    base = replace(base, best_p=float(p.min()))
    if not len(kept):
        return base
    crew_of = np.full(len(labels), -1, dtype=np.int64)
    for number, one in enumerate(kept):
        crew_of[labels == one] = number
    tested = ([float(p[one]) for one in kept], [float(strong[one]) for one in kept])
    return _told(base, days, score, refined(score, crew_of), tested, rng=rng)


def _told(
    base: CrewsAnswer,
    days: Days,
    score: FloatArray,
    crew_of: IntArray,
    tested: tuple[list[float], list[float]],
    *,
    rng: np.random.Generator,
) -> CrewsAnswer:
    """The answer with those crews that are stable."""
    stable = _stability(days, crew_of, rng)
    keep = [crew for crew, value in stable.items() if value >= LEAST_STABLE]
    found = numbered(np.where(np.isin(crew_of, keep), crew_of, -1))
    crews = []
    for number in range(int(found.max()) + 1 if len(found) else 0):
        rows = np.flatnonzero(found == number)
        old = int(crew_of[rows[0]])
        inside = score[np.ix_(rows, rows)]
        told = (tested[0][old], tested[1][old], stable[old], _mean(inside))
        crews.append(_crew(base.group, days, rows, told))
    if not crews:
        return base
    return replace(
        base, status="found", crews=tuple(crews), between=_between(score, found, len(crews))
    )


def _stepped(
    days: Days, labels: IntArray, strong: FloatArray, draws: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """(groups) p of each group against the strongest group of each draw, step by step.

    Groups that pass are set aside and the rest is compared with draws of the rest alone: the
    chance of any false group stays what it was. A p never falls below that of a stronger group.
    """
    p = np.ones(len(strong))
    rest = np.arange(len(labels))
    for _ in range(STEPS):
        null = _null(days, rest, draws, rng)
        at = np.unique(labels[rest])
        above = (null[:, :, np.newaxis] >= strong[at]).sum(axis=1)
        p[at] = ((1 + above) / (1 + draws)).max(axis=0)
        passed = at[p[at] <= LEVEL]
        rest = rest[~np.isin(labels[rest], passed)]
        if not len(passed) or len(rest) < LEAST_CREW or len(labels) > STEPPED:
            break
    return p


def _null(days: Days, rows: IntArray, draws: int, rng: np.random.Generator) -> FloatArray:
    """(nulls, draws) strength of the strongest group of some rows in each draw."""
    found = np.zeros((len(NULLS), draws), dtype=np.float32)
    active = days.active[rows]
    for number, null in enumerate(NULLS):
        for draw in range(draws):
            moved = permuted(active, days.stratum, days.first_day, null, rng)
            score = pairs.scores(residuals(moved, expectation(moved, days.stratum)))
            found[number, draw] = strengths(score, partition(score)).max()
    return found


def _stability(days: Days, labels: IntArray, rng: np.random.Generator) -> dict[int, float]:
    """Crew -> mean overlap with the best group when weeks are drawn again."""
    crews = [int(one) for one in np.unique(labels[labels >= 0])]
    total = dict.fromkeys(crews, 0.0)
    for _ in range(BOOTSTRAPS):
        weights = week_weights(days.residual.shape[1], days.first_day, rng)
        again = partition(pairs.scores(days.residual, weights))
        for crew in crews:
            total[crew] += overlap(np.flatnonzero(labels == crew), again)
    return {crew: value / BOOTSTRAPS for crew, value in total.items()}


def _crew(
    group: Group, days: Days, rows: IntArray, told: tuple[float, float, float, float]
) -> Crew:
    """One crew with its days off and its usual first and last hour.

    `told` is p, strength, stability and the mean score of its pairs.
    """
    off = _days_off(days, rows)
    first, last = _edges(group, days, rows)
    return Crew(
        members=tuple(int(one) for one in days.members[rows]),
        p=told[0],
        strength=told[1],
        stability=told[2],
        score=told[3],
        days_off=tuple(off[:MOST_DAYS_OFF]),
        days_off_total=len(off),
        first_hour=first,
        last_hour=last,
    )


def _days_off(days: Days, rows: IntArray) -> list[DayOff]:
    """Days the crew shares off, those with most missing activity first."""
    from scipy.special import pdtr

    active = days.active[rows].sum(axis=0, dtype=np.float64)
    expected = days.expected[rows].sum(axis=0, dtype=np.float64)
    # The crew itself is part of what all did; its share is taken out of the day's total.
    everyone = days.active.sum(axis=0, dtype=np.float64)
    others = np.maximum(everyone - active, 0.0)
    usual = np.bincount(days.stratum, weights=others)
    own = np.bincount(days.stratum, weights=active)
    fair = np.where(
        usual[days.stratum] > 0,
        own[days.stratum] * others / np.maximum(usual[days.stratum], 1.0),
        expected,
    )
    rare = pdtr(active, np.maximum(fair, 1e-9)) <= DAY_OFF_P
    quiet = np.flatnonzero(rare & (active <= QUIET * fair))
    order = quiet[np.argsort(active[quiet] - fair[quiet], kind="stable")]
    return [DayOff(int(days.dates[d]), float(active[d]), float(fair[d])) for d in order]


def _edges(group: Group, days: Days, rows: IntArray) -> tuple[float, float]:
    """Median UTC hour of a member's first and last active hour of a day."""
    mine = np.isin(group.owner, days.members[rows])
    hour, owner = group.hour[mine] - days.cut_hour, group.owner[mine].astype(np.int64)
    key = owner * 1_000_000 + hour // 24
    order = np.lexsort((hour, key))
    key, hour = key[order], hour[order]
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    ends = np.append(starts[1:] - 1, len(key) - 1)
    first, last = float(np.median(hour[starts] % 24)), float(np.median(hour[ends] % 24))
    return (first + days.cut_hour) % 24, (last + days.cut_hour) % 24


def _between(score: FloatArray, labels: IntArray, crews: int) -> tuple[tuple[float, ...], ...]:
    """Mean score between crews; within a crew without the diagonal."""
    table = np.zeros((crews, crews))
    for a in range(crews):
        for b in range(crews):
            part = score[np.ix_(labels == a, labels == b)]
            number = part.size - (part.shape[0] if a == b else 0)
            table[a, b] = float(part.sum()) / max(number, 1)
    return tuple(tuple(float(value) for value in row) for row in table)


def _too_little(days: Days) -> str:
    """Why crews could not be told from chance even if there were some; empty if they could."""
    span = days.residual.shape[1]
    if span < LEAST_SPAN:
        return f"{span} days; {LEAST_SPAN} are needed."
    size = max(LEAST_CREW, len(days.members) // 4)
    link = expected_link(days)
    reach = link * float(np.sqrt(size * (size - 1) / 2))
    if reach < POWER:
        return (
            f"Two accounts of one crew would reach a score of {link:.1f} if they shared a quarter "
            f"of their days off; with {len(days.members)} accounts that is lost in chance."
        )
    return ""


def _wide(group: Group, days: Days, rng: np.random.Generator, seed: int) -> CrewsAnswer:
    """Crews among more accounts than can all be compared: strong links first, then each web."""
    base = replace(_empty(group, "nothing_found", (), days, seed), wide=True)
    wide = wide_crews(days, rng)
    crews = []
    for number, stable in sorted(wide.stability.items()):
        rows = np.flatnonzero(wide.labels == number)
        if stable < LEAST_STABLE:
            continue
        part = pairs.scores(days.residual[rows[: pairs.BLOCK]])
        strong = float(part.sum() / np.sqrt(2 * len(part) * (len(part) - 1)))
        told = (WIDE_LEVEL, strong, stable, _mean(part))
        crews.append(_crew(group, days, rows, told))
    if crews:
        return replace(base, status="found", crews=tuple(crews), best_p=WIDE_LEVEL)
    if base.expected_link < wide.threshold:
        text = (
            f"Among {len(days.members):,} accounts only scores above {wide.threshold:.1f} stand "
            f"out; two typical accounts of one crew would reach {base.expected_link:.1f}. Ask by "
            "smaller units."
        )
        return replace(base, status="insufficient", reasons=(text,))
    return base


def _mean(score: FloatArray) -> float:
    """Mean score of the pairs of one group."""
    return float(score.sum() / max(len(score) * (len(score) - 1), 1))


def _empty(
    group: Group, status: Status, reasons: tuple[str, ...], days: Days | None, seed: int
) -> CrewsAnswer:
    return CrewsAnswer(
        group=group,
        status=status,
        reasons=reasons,
        considered=() if days is None else tuple(int(one) for one in days.members),
        first_day=0 if days is None else days.first_day,
        days=0 if days is None else days.residual.shape[1],
        cut_hour=0 if days is None else days.cut_hour,
        expected_link=0.0 if days is None else expected_link(days),
        crews=(),
        best_p=1.0,
        draws=0,
        wide=False,
        between=(),
        seed=seed,
    )
