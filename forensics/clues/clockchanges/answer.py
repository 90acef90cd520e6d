"""Which rule of clock changes a unit's day follows, if any, and whether its posts can tell.

Two estimators, weighed together: the self-consistency of the whole series (`kernel`) and the jump
at the rule's own dates (`contrast`). The power is computed first, from the dates of the active days
and the steepness of the day curve alone; below 5 dB nothing is said.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.clues.activity import Activity
from forensics.clues.clockchanges import kernel
from forensics.clues.clockchanges.contrast import (
    Chance,
    Contrast,
    Days,
    chance,
    contrast,
    crew_days,
    day_values,
)
from forensics.clues.clockchanges.rules import KINDS, Families, Kind, families
from forensics.clues.quarters import DAY
from forensics.model import Status

MDB_PER_NAT = 10_000 / math.log(10)
KERNEL_SHARE = 0.35
"""Power on the kernel's likelihood, picked by log score: neighbouring hours hang together."""
CONTRAST_SHARE = 0.6
"""Power on the contrast's likelihood: it looks at some of the same hours."""
SHARED = 0.13
"""Correlation of phases inside a group: ten colleagues are fewer than five people."""
ENOUGH_HOURS = 50
ENOUGH_DAYS = 30
LEAST_POWER_MDB = 5_000
MOST_POWER_MDB = 20_000
"""Larger expected weights of large crews are not told apart: days in common limit them."""
ONE_ESTIMATOR_MDB = 5_000
"""No rule is held against another by more than this unless both estimators say it."""
BOTH_MDB = 10_000
AGREEING_MDB = 1_000
"""What the contrast must say by itself before the larger limit applies."""
SURE = 0.8
"""Probability of a kind of rule from which on it is named."""
REFERENCES = ("Europe/Berlin", "America/New_York")
"""Zones whose rules stand for clock changes when the power is computed."""
MEMBER_HOURS = 30
MOST_MEMBERS = 200
DISAGREE_P = 0.01

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RuleScores:
    """What both estimators say about every rule."""

    rules: Families
    kernel: FloatArray
    """(families) nats, tempered, relative to no change."""
    contrasts: tuple[Contrast | None, ...]
    """Per family; None where no change has days on both sides."""
    series: Days

    @property
    def gains(self) -> FloatArray:
        """(families) tempered nats of the contrast, relative to no change."""
        found = [c.gain if c is not None else 0.0 for c in self.contrasts]
        return CONTRAST_SHARE * np.array(found)

    @property
    def log_likelihood(self) -> FloatArray:
        """(families) nats of both together, relative to no change."""
        return self.kernel + self.gains

    def posterior(self) -> FloatArray:
        """(families) probabilities under the prior of the families (square root of people)."""
        prior = np.array([one.weight for one in self.rules.members])
        prior += 1e-5 * prior.sum()
        joint = prior * np.exp(self.log_likelihood - self.log_likelihood.max())
        return np.asarray(joint / joint.sum())


@dataclass(frozen=True, slots=True)
class ClockAnswer:
    """The answer about one unit."""

    activity: Activity
    status: Status
    reasons: tuple[str, ...]
    """Why it is insufficient, and what would end that."""
    power_mdb: int
    """Weight to be expected if the unit follows the EU's or the US's rule, the lesser of the two;
    at most 20 dB; 0 where it was not computed."""
    scores: RuleScores | None
    """None where the power is too small to look."""
    posterior: FloatArray
    """(families) in the order of `scores.rules`."""
    by_kind: tuple[float, ...]
    """Probability of none, north, south, dated."""
    best: int
    """Most probable family."""
    jump: Contrast | None
    """The contrast of `jump_family`."""
    jump_family: int
    """The best family; where it changes nothing, the likelier of the two reference rules."""
    chance: Chance | None
    members: int
    """Accounts with enough hours."""

    @property
    def kind(self) -> Kind:
        """Most probable kind of rule."""
        return KINDS[int(np.argmax(self.by_kind))] if self.by_kind else "none"


def members_of(activity: Activity) -> list[IntArray]:
    """Hours of the unit's accounts that count: distinct, long enough, at most 200 of them."""
    kept: dict[bytes, IntArray] = {}
    alone = len(activity.hours) == 1
    for q in activity.hours:
        if alone or len(q) >= MEMBER_HOURS:
            kept.setdefault(q.tobytes(), kernel.some(q))
    return list(kept.values())[:MOST_MEMBERS]


def effective_share(members: int) -> float:
    """Factor on the sum over members: how many independent people they are worth, over them all."""
    return 1 / (1 + (members - 1) * SHARED)


def power_mdb(hours: Sequence[IntArray], rules: Families, series: Days) -> int:
    """Expected weight in milli-decibans of following a reference rule against no change."""
    found: list[float] = []
    for zone in REFERENCES:
        rule = next(i for i, one in enumerate(rules.members) if zone in one.zones)
        changes = rules.members[rule].changes
        gain = 0.0
        if changes:
            seen = contrast(series, changes)
            gain += CONTRAST_SHARE * seen.expected_gain if seen is not None else 0.0
            share = KERNEL_SHARE * effective_share(len(hours))
            for q in hours:
                course = rules.shifts_at(q // DAY)[rule : rule + 1]
                gain += share * float(kernel.expected_gain(q, course, series.information)[0])
        found.append(gain)
    return int(min(found) * MDB_PER_NAT)


def rule_scores(hours: Sequence[IntArray], rules: Families, series: Days) -> RuleScores:
    """Both estimators for every family, from the members' hours."""
    none = next(i for i, one in enumerate(rules.members) if one.kind == "none")
    total = np.zeros(len(rules.members))
    for q in hours:
        total += kernel.log_scores(q, rules.shifts_at(q // DAY))
    total *= KERNEL_SHARE * effective_share(len(hours))
    contrasts = tuple(
        contrast(series, one.changes) if one.changes else None for one in rules.members
    )
    return RuleScores(rules, total - total[none], contrasts, series)


def answer(activity: Activity) -> ClockAnswer:
    """The rule of clock changes that a unit's day follows."""
    days = activity.n_active_days
    hours = members_of(activity)
    if activity.n_active_hours < ENOUGH_HOURS or days < ENOUGH_DAYS or not hours:
        reason = (
            f"{activity.n_active_hours} active hours on {days} days; at least {ENOUGH_HOURS} hours "
            f"on {ENOUGH_DAYS} days are needed, and far more to weigh anything."
        )
        return _insufficient(activity, reason, 0, len(hours))
    if reason := _clock_reason(activity):
        return _insufficient(activity, reason, 0, len(hours))
    union = np.unique(np.concatenate(hours) // DAY)
    rules = families(union)
    series = crew_days([day_values(q) for q in hours])
    power = min(power_mdb(hours, rules, series), MOST_POWER_MDB)
    if power < LEAST_POWER_MDB:
        reason = (
            f"Even if the unit followed the EU's or the US's clock changes, a weight of only "
            f"{power / 1000:.1f} dB is to be expected from {days} active days; 5 dB are needed: "
            f"about {_days_needed(days, power)} active days like these, or more accounts of "
            "one crew."
        )
        return _insufficient(activity, reason, power, len(hours))
    scores = rule_scores(hours, rules, series)
    if len(hours) > 1 and (reason := _disagreement(hours, scores)):
        return _insufficient(activity, reason, power, len(hours))
    return _decided(activity, scores, power, len(hours))


def _clock_reason(activity: Activity) -> str:
    total = sum(activity.clocks.values())
    unknown = sum(n for (basis, _), n in activity.clocks.items() if basis == "inferred")
    coarse = sum(n for (_, is_coarse), n in activity.clocks.items() if is_coarse)
    if 2 * unknown > total:
        return f"Nobody knows whose clock wrote {unknown} of {total} times."
    if 2 * coarse > total:
        return f"{coarse} of {total} times are coarser than a quarter-hour."
    return ""


def _days_needed(days: int, power: int) -> int:
    """Active days at which the power would reach the limit, if it grows with their number."""
    return math.ceil(days * LEAST_POWER_MDB / max(power, 50) / 10) * 10


def _insufficient(activity: Activity, reason: str, power: int, members: int) -> ClockAnswer:
    nothing = np.empty(0)
    return ClockAnswer(
        activity, "insufficient", (reason,), power, None, nothing, (), 0, None, 0, None, members
    )


def _disagreement(hours: Sequence[IntArray], scores: RuleScores) -> str:
    """Why the members have no common rule; empty if they may have one."""
    from scipy.stats import chi2

    posterior = scores.posterior()
    rule = next(
        (int(i) for i in np.argsort(-posterior) if scores.rules.members[int(i)].changes), None
    )
    if rule is None:
        return ""
    changes = scores.rules.members[rule].changes
    found = [contrast(day_values(q), changes) for q in hours]
    kept = [one for one in found if one is not None]
    if len(kept) < 2:
        return ""
    weights = np.array([one.error**-2 for one in kept])
    follows = np.array([one.follows for one in kept])
    mean = float((weights * follows).sum() / weights.sum())
    spread = float((weights * (follows - mean) ** 2).sum())
    if float(chi2.sf(spread, len(kept) - 1)) >= DISAGREE_P:
        return ""
    name = scores.rules.members[rule].name
    return (
        f"The {len(kept)} members do not jump alike at the dates of {name}: split the unit first, "
        "by persona, language or client."
    )


def _decided(activity: Activity, scores: RuleScores, power: int, members: int) -> ClockAnswer:
    posterior = scores.posterior()
    kinds = [one.kind for one in scores.rules.members]
    by_kind = tuple(
        float(sum(p for p, k in zip(posterior, kinds, strict=True) if k == kind)) for kind in KINDS
    )
    best = int(np.argmax(posterior))
    changing = _rule_shown(scores, best)
    jump = scores.contrasts[changing]
    by_chance = None
    reasons: tuple[str, ...] = ()
    if jump is not None:
        by_chance = chance(scores.series, scores.rules.members[changing].changes, jump)
    if jump is not None:
        reasons = _contradictions(jump, own=changing == best)
    return ClockAnswer(
        activity=activity,
        status="found" if max(by_kind) >= SURE and not reasons else "nothing_found",
        reasons=reasons,
        power_mdb=power,
        scores=scores,
        posterior=posterior,
        by_kind=by_kind,
        best=best,
        jump=jump,
        jump_family=changing,
        chance=by_chance,
        members=members,
    )


def _contradictions(jump: Contrast, *, own: bool) -> tuple[str, ...]:
    """Why the jump at the dates contradicts the best rule; `own` if the jump is that rule's."""
    low, high = jump.follows - 1.96 * jump.error, jump.follows + 1.96 * jump.error
    if own and low > 1:
        text = "At the dates of the best rule the day jumps by far more than the clock does: "
        return (text + "a change of schedule that fell near those dates.",)
    if (own and high < 1 and jump.follows < 0.5) or (not own and low > 0):
        return ("The whole series and the weeks around the changes say different things.",)
    return ()


def _rule_shown(scores: RuleScores, best: int) -> int:
    """The family whose jump is printed: the best one, or the likelier reference if none changes."""
    if scores.rules.members[best].changes:
        return best
    shown = [
        i
        for i, one in enumerate(scores.rules.members)
        if any(zone in one.zones for zone in REFERENCES)
    ]
    return max(shown, key=lambda i: float(scores.log_likelihood[i]))


def weights_mdb(found: ClockAnswer) -> IntArray:
    """(families) milli-decibans of each family against the best, at most 0 and limited.

    The limit is 5 dB, and 10 dB only where the contrast says the same by itself.
    """
    if found.scores is None:
        return np.empty(0, dtype=np.int64)
    both = found.scores.log_likelihood * MDB_PER_NAT
    alone = found.scores.gains * MDB_PER_NAT
    limit = np.where(
        alone[found.best] - alone >= AGREEING_MDB, float(BOTH_MDB), float(ONE_ESTIMATOR_MDB)
    )
    clipped = np.clip(both - both[found.best], -limit, 0.0)
    return np.asarray(np.trunc(clipped), dtype=np.int64)
