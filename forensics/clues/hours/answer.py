"""The answer about a unit's hours: posteriors, sets, and the reasons to abstain.

Two posteriors stand side by side, one that treats all offsets alike and one by population; a unit
of several accounts gets the group model. `finding.py` turns answers into findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics import clock
from forensics.clues.activity import Activity
from forensics.clues.hours import group, model
from forensics.clues.hours.rules import (
    ENOUGH_HOURS,
    reasons_about_curves,
    reasons_about_data,
    remarks,
)
from forensics.model import Status
from forensics.reference import people
from forensics.reference.templates import DAY, Library
from forensics.reference.zones import ZoneClasses, candidate_offsets

MASSES = (0.8, 0.95)
"""Sets that should hold the truth in 80 and in 95 of 100 cases."""
TOGETHER = 2000
"""Units held at once while their scores are computed."""
IF_ORDINARY = (
    "All of this holds only if ordinary hours are kept: an offset and a shift of habits make one "
    "curve, 09-18 at UTC+1 is 11-20 at UTC+3."
)
OTHER_PEOPLE = (
    "The library holds people who write programs, and the sets are right as often as said on such "
    "people. For others, whose habits may lie another hour off (SD), the 80 % set is {offsets}. "
    "Where posts follow an audience, no set holds."
)
RIVALS = "Posts that follow the audience's clock, or a scheduler's, look the same."

Posteriors = tuple[model.Posterior, model.Posterior]
Sets = tuple[tuple[int, ...], tuple[int, ...]]
IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GroupAnswer:
    """What is special about a unit of several accounts."""

    accounts: int
    """Accounts with posts, each copy of another left out."""
    copies: int
    """Accounts left out because their hours are those of another account."""
    agreement: group.Agreement
    set80_colleagues: Sets
    """(uniform, population) 80 % sets with the common shift of ordinary colleagues (SD 0.7 h)."""


@dataclass(frozen=True, slots=True)
class HoursAnswer:
    """The answer about one unit. Probabilities are floats here and leave as integers."""

    activity: Activity
    status: Status
    reasons: tuple[str, ...]
    """Why it is insufficient, and what would end that; empty if found."""
    limits: tuple[str, ...]
    classes: ZoneClasses | None
    """Zone classes that differ on this unit's own hours; None without posts."""
    log_likelihood: FloatArray
    """(classes) tempered, in nats."""
    modal_min: IntArray
    """(classes) most frequent offset."""
    class_p: tuple[FloatArray, FloatArray]
    """(uniform, population) per class."""
    offset_p: tuple[FloatArray, FloatArray]
    """(uniform, population) per offset of `candidate_offsets`."""
    set80: Sets
    """(uniform, population) smallest sets of offsets, in minutes east, most probable first; they
    cover as said on people of the library's kind."""
    set95: Sets
    set80_others: Sets
    """The 80 % sets for people unlike the library: phases another hour off (SD)."""
    likelihood_others: FloatArray
    """(classes) the likelihood behind those sets, in nats; the clue carries this one."""
    best_min: int
    """Most probable offset under the population prior: the origin of the alternatives."""
    point_min: int | None
    """The one offset to name where only one may be named; None where it is withheld. It need not
    be the most probable one: neighbours count in part (`model.point`)."""
    point_reason: str
    """Why no point is named; empty if one is."""
    point_worth_ppm: int
    """Its worth, 0.6 p(exact) + 0.4 p(within one hour), in parts per million."""
    local_zone: str
    """Zone whose rules make the local picture: the best class's most populous."""
    group: GroupAnswer | None

    @property
    def headline(self) -> tuple[int, ...]:
        """The wider of the two 80 % sets, rising."""
        return _wider(self.set80)


def _wider(sets: Sets) -> tuple[int, ...]:
    """The wider of (uniform, population), rising."""
    uniform, population = sets
    return tuple(sorted(uniform if len(uniform) > len(population) else population))


def shift_min(offset_min: int, best_min: int) -> int:
    """Minutes by which habits must lie later at `offset_min` to make the picture of `best_min`.

    Positive is later in the day; at most half a day either way.
    """
    return (offset_min - best_min + 720 - 1) % 1440 - 720 + 1


def alternatives(best_min: int) -> tuple[tuple[int, int], ...]:
    """(offset, shift in minutes) for every candidate offset: all of them make the same curve."""
    return tuple((offset, shift_min(offset, best_min)) for offset in candidate_offsets())


def answers(posts: Iterable[Activity], weeks: Library) -> Iterator[HoursAnswer]:
    """The answer about each unit, in order; units are scored some thousands at a time."""
    waiting: list[Activity] = []
    for activity in posts:
        waiting.append(activity)
        if len(waiting) >= TOGETHER:
            yield from _answer_some(waiting, weeks)
            waiting = []
    yield from _answer_some(waiting, weeks)


def _answer_some(waiting: Sequence[Activity], weeks: Library) -> Iterator[HoursAnswer]:
    """Units of one account together, groups one by one."""
    single = [a for a in waiting if len(a.hours) == 1]
    scores = model.score_units([a.hours[0] for a in single], weeks)
    ready = iter(_answers_of(single, scores, [None] * len(single)))
    for activity in waiting:
        if not activity.hours:
            yield _no_posts(activity)
        elif len(activity.hours) == 1:
            yield next(ready)
        else:
            yield _group_answer(activity, weeks)


def _group_answer(activity: Activity, weeks: Library) -> HoursAnswer:
    """A unit of several accounts: one shared shift, whatever their number."""
    kept = [activity.hours[i] for i in group.distinct_samples(activity.hours)]
    copies = len(activity.hours) - len(kept)
    if len(kept) == 1:
        scores = model.score_units(kept, weeks)
        about = GroupAnswer(1, copies, group.agreement(np.empty((0, DAY))), ((), ()))
        return _answers_of([activity], scores, [about])[0]
    curves = group.phase_curves(kept, weeks)
    total = curves.sum(axis=0)
    enough = np.array([len(q) >= ENOUGH_HOURS for q in kept])
    operation, colleagues = (
        model.together([group.group_scores(kept, total, tau_min)])
        for tau_min in (group.TAU_OPERATION_MIN, group.TAU_COLLEAGUES_MIN)
    )
    near = model.all_posteriors(colleagues)
    about = GroupAnswer(
        accounts=len(kept),
        copies=copies,
        agreement=group.agreement(curves[enough]),
        set80_colleagues=sharp_sets(near, 0.8, np.array([1]))[0],
    )
    return _answers_of([activity], operation, [about])[0]


def _offsets_text(offsets: Iterable[int]) -> str:
    return ", ".join(clock.offset_text(offset) for offset in sorted(offsets))


def _in_minutes(uniform: list[list[int]], population: list[list[int]]) -> list[Sets]:
    """Positions among the candidates as offsets, for each unit."""
    offsets = candidate_offsets()
    return [
        (tuple(offsets[i] for i in one), tuple(offsets[i] for i in other))
        for one, other in zip(uniform, population, strict=True)
    ]


def _plain_sets(both: Posteriors, mass: float) -> list[Sets]:
    """(uniform, population) smallest sets that hold `mass`, of each unit."""
    uniform, population = (model.credible_sets(one.offsets, mass) for one in both)
    return _in_minutes(uniform, population)


def sharp_sets(both: Posteriors, mass: float, hours: IntArray) -> list[Sets]:
    """The same, sharpened to cover as said on people of the library's kind."""
    uniform, population = (
        model.sharpened_sets(one.offsets, mass, hours=hours, population=bool(prior))
        for prior, one in enumerate(both)
    )
    return _in_minutes(uniform, population)


def _point(worth: float, reasons: Sequence[str]) -> str:
    """Why no single offset is named; empty if one may be."""
    if reasons:
        return "No single offset is named where hours name no zone."
    if worth < model.POINT_AT:
        return (
            f"No single offset stands out (worth {worth:.2f}, {model.POINT_AT:.2f} is needed); "
            "the set is the answer."
        )
    return ""


def points_of(
    both: Posteriors, reasons: Sequence[Sequence[str]]
) -> list[tuple[int | None, int, str]]:
    """Of each unit: (offset or None, its worth in ppm, why none is named), by population."""
    found: list[tuple[int | None, int, str]] = []
    places, worths = model.points(both[1].offsets)
    for place, worth, why in zip(places.tolist(), worths.tolist(), reasons, strict=True):
        withheld = _point(worth, why)
        named = None if withheld else candidate_offsets()[place]
        found.append((named, round(worth * 1_000_000), withheld))
    return found


def reasons_of(some: Sequence[Activity], set80: Sequence[Sets]) -> list[list[str]]:
    """Why the hours of each must not be read as a zone, apart from what concerns groups."""
    found = []
    for activity, (uniform, population), curve in zip(
        some, set80, reasons_about_curves(some), strict=True
    ):
        reasons = reasons_about_data(activity) + curve
        if not set(uniform) & set(population):
            reasons.append("The two priors give disjoint sets: the prior decides, not the posts.")
        found.append(reasons)
    return found


def _answers_of(
    some: Sequence[Activity], scores: model.Scores, about: Sequence[GroupAnswer | None]
) -> list[HoursAnswer]:
    """Posteriors, sets and the reasons to abstain, of units that are all groups or all none."""
    if not some:
        return []
    both = model.all_posteriors(scores)
    # A group's phase is wide by assumption; sharpening it would take the assumption back.
    pooled = any(one is not None and one.accounts > 1 for one in about)
    wide = scores if pooled else model.all_widened(scores)
    others = model.all_posteriors(wide)
    set80, set95 = (
        _plain_sets(both, mass) if pooled else sharp_sets(both, mass, scores.hours)
        for mass in MASSES
    )
    reasons = [
        why + (_reasons_about_group(one) if one is not None else [])
        for why, one in zip(reasons_of(some, set80), about, strict=True)
    ]
    points = points_of(both, reasons)
    sets = zip(set80, set95, _plain_sets(others, 0.8), strict=True)
    rest = zip(some, about, sets, reasons, points, strict=True)
    return [
        _answer(
            activity,
            _Said(scores[unit], wide[unit], model.of_unit(both, scores, unit), three, why, named),
            one,
        )
        for unit, (activity, one, three, why, named) in enumerate(rest)
    ]


@dataclass(frozen=True, slots=True)
class _Said:
    """What was found about one unit among others."""

    scores: model.ClassScores
    wide: model.ClassScores
    both: Posteriors
    sets: tuple[Sets, Sets, Sets]
    """80 %, 95 %, and 80 % for people unlike the library."""
    reasons: Sequence[str]
    point: tuple[int | None, int, str]


def _answer(activity: Activity, said: _Said, about: GroupAnswer | None) -> HoursAnswer:
    """The answer about one unit from its parts."""
    scores = said.scores
    set80, set95, set80_others = said.sets
    point_min, worth_ppm, withheld = said.point
    uniform, population = said.both
    limits = [
        IF_ORDINARY,
        RIVALS,
        OTHER_PEOPLE.format(offsets=_offsets_text(_wider(set80_others))),
        *remarks(activity),
        *(_limits_of_group(about) if about is not None else ()),
    ]
    best_min = candidate_offsets()[int(np.argmax(population.offsets))]
    best = int(np.argmax(np.where(scores.modal_min == best_min, population.classes, -1.0)))
    return HoursAnswer(
        activity=activity,
        status="insufficient" if said.reasons else "found",
        reasons=tuple(said.reasons),
        limits=tuple(limits),
        classes=scores.classes,
        log_likelihood=scores.log_likelihood,
        modal_min=scores.modal_min,
        class_p=(uniform.classes, population.classes),
        offset_p=(uniform.offsets, population.offsets),
        set80=set80,
        set95=set95,
        set80_others=set80_others,
        likelihood_others=said.wide.log_likelihood,
        best_min=best_min,
        point_min=point_min,
        point_reason=withheld,
        point_worth_ppm=worth_ppm,
        local_zone=people.most_populous(scores.classes.names[best]),
        group=about,
    )


def _reasons_about_group(about: GroupAnswer) -> list[str]:
    """Why a group has no common answer."""
    found = []
    agreement = about.agreement
    if agreement.disagree:
        found.append(
            f"Members do not agree in phase ({agreement.members} members spread by "
            f"{(agreement.spread_min or 0) / 60:.1f} h; people with one offset spread by 1.8 h): "
            "split first, by persona, language or client, and ask again for each part."
        )
    return found


def _limits_of_group(about: GroupAnswer) -> list[str]:
    """What the pooled answer rests on."""
    found = []
    if about.copies:
        found.append(f"{about.copies} accounts repeat the hours of another and count once.")
    if about.accounts < 2:
        return found
    uniform, population = (_offsets_text(offsets) for offsets in about.set80_colleagues)
    found.append(
        "A common shift of the whole group by 3 h (SD) is allowed for. With the 0.7 h of ordinary "
        f"colleagues the 80 % sets would be {uniform} (uniform) and {population} (population)."
    )
    if about.agreement.suspiciously_equal:
        found.append(
            f"{about.agreement.members} members keep the same phase within "
            f"{about.agreement.spread_min} minutes: no independent people do. One office, one "
            "person or one scheduler would."
        )
    if about.agreement.members < 2:
        found.append(
            f"Fewer than two members have {ENOUGH_HOURS} active hours: whether members agree was "
            "not tested."
        )
    return found


def _no_posts(activity: Activity) -> HoursAnswer:
    """The answer about a unit without a single usable post."""
    nothing = np.empty(0)
    return HoursAnswer(
        activity=activity,
        status="insufficient",
        reasons=(f"No posts; {ENOUGH_HOURS} distinct active hours are needed.",),
        limits=(IF_ORDINARY,),
        classes=None,
        log_likelihood=nothing,
        modal_min=np.empty(0, dtype=np.int64),
        class_p=(nothing, nothing),
        offset_p=(nothing, nothing),
        set80=((), ()),
        set95=((), ()),
        set80_others=((), ()),
        likelihood_others=nothing,
        best_min=0,
        point_min=None,
        point_reason="No posts.",
        point_worth_ppm=0,
        local_zone="UTC",
        group=None,
    )
