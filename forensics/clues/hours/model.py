"""The arithmetic of hours: from active hours in UTC to a likelihood per class of time zones.

Model ("method 6" of docs/methods/hours.md): the first event of each UTC clock hour counts; its
local quarter-hour of the week under a class of zones is scored against every person of the
library; the sum of scores is tempered, so that all data together count as at most 25 independent
hours; the likelihood of the class is the weighted mean over people and common curves, times a term
for habits that stand still through the clock changes of the class (`steady.py`).

Assumes that the account's hours are those of *some* person of the library, at the same local time.
Not for accounts driven by a scheduler, for rotas, or for several people behind one account. Offset
and phase of habits are confounded: 09-18 at UTC+1 and 11-20 at UTC+3 are one curve.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from forensics.clues.hours.classes import (
    OFFSET_STEP_MIN,
    Samples,
    from_zero,
    modal_and_mean,
    prior_weights,
    side_by_side,
    sums_of_parts,
)
from forensics.clues.hours.steady import steadiness
from forensics.clues.hours.sums import components, sums
from forensics.reference import people
from forensics.reference.templates import DAY, MILLI, STEP, Library
from forensics.reference.zones import ZoneClasses, candidate_offsets

EFFECTIVE_HOURS = 25
"""The data of one account count as at most this many independent hours (n0; picked by NLL)."""
CACHED_ROWS = 256
"""Rows of sums whose exponentials are taken at once: half a megabyte, which a core keeps by it."""
SET_POWER = {0.8: (1.3, 1.5), 0.95: (1.0, 1.0)}
"""Powers of the (uniform, population) posterior at which the sets of that mass cover as said on
people of the library's kind, up to SHARP_HOURS active hours."""
SHARP_HOURS = 150
"""Above so many hours the power falls towards one: tempering is no longer too cautious there."""
OTHER_PEOPLE_SD_MIN = 60.0
"""For people unlike the library phases are widened by this SD: a population shift of 1 h."""
INHABITED = 100_000
"""In the uniform prior an offset counts fully from this many inhabitants on."""
LEAST_SHARE = 1e-4
"""What an offset without inhabitants counts there."""
EXACT_SHARE = 0.6
"""The point maximises this share of its own probability plus the rest of that within an hour."""
POINT_AT = 0.55
"""A point is named from this value of that sum on: such points were within the hour in .91."""

IntArray = NDArray[np.int64]
ShortArray = NDArray[np.int16]
FloatArray = NDArray[np.float64]
SingleArray = NDArray[np.float32]


def tempering(hours: int) -> float:
    """Factor on the sum of scores of `hours` active hours: n0 / (n0 + hours)."""
    return float(_temperings(np.array([hours], dtype=np.int64))[0])


def _temperings(hours: IntArray) -> FloatArray:
    """The same for each of some units."""
    return EFFECTIVE_HOURS / (EFFECTIVE_HOURS + hours)


@dataclass(frozen=True, slots=True)
class ClassScores:
    """How well each class of zones explains one unit."""

    classes: ZoneClasses
    """Classes that differ on this unit's own hours."""
    modal_min: IntArray
    """(classes) the offset that most of the unit's hours fall under, in minutes east."""
    log_likelihood: FloatArray
    """(classes) tempered, in nats, up to a constant."""
    hours: int
    """Distinct active hours."""
    mean_quarters: IntArray
    """(classes) mean offset over the unit's hours, to the quarter-hour, on the circle of a day."""


def log_mean_over_people(scores: FloatArray, hours: int, log_weights: FloatArray) -> FloatArray:
    """(rows) ln of the weighted mean over components of exp(tempered score).

    Args:
        scores: (rows, components) thousandths of a nat.
        hours: Active hours behind each score.
        log_weights: (components) ln of their weights.
    """
    scaled = scores * (tempering(hours) / MILLI) + log_weights
    top = scaled.max(axis=1)
    np.exp(scaled - top[:, np.newaxis], out=scaled)
    return np.asarray(top + np.log(scaled.sum(axis=1)))


def _log_mean_of_steps(
    steps: ShortArray | SingleArray, hours: IntArray, log_weights: SingleArray
) -> FloatArray:
    """The same for whole steps of 20 thousandths in single precision, which takes half the time.

    Exponentials are within 1e-6 of those in double precision. Hours are those of each row.
    """
    factor = (_temperings(hours) * STEP / MILLI).astype(np.float32)
    found = np.empty(len(steps))
    for low in range(0, len(steps), CACHED_ROWS):
        high = low + CACHED_ROWS
        part = steps[low:high] * factor[low:high, np.newaxis]
        part += log_weights
        top = part.max(axis=1)
        part -= top[:, np.newaxis]
        np.exp(part, out=part)
        found[low:high] = top + np.log(part.sum(axis=1))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Scores of some units; the classes of all lie end to end."""

    classes: tuple[ZoneClasses, ...]
    """One a unit."""
    edges: IntArray
    """(units + 1) where the classes of each unit begin."""
    weights: FloatArray
    """(classes of all) weight of each class by its people."""
    total_weight: FloatArray
    """(units) sum of those of each unit."""
    modal_min: IntArray
    """(classes of all), as this and the following of `ClassScores`."""
    log_likelihood: FloatArray
    mean_quarters: IntArray
    hours: IntArray
    """(units)"""

    def __len__(self) -> int:
        """Number of units."""
        return len(self.classes)

    def __getitem__(self, unit: int) -> ClassScores:
        """The scores of one unit, which share its memory."""
        own = slice(int(self.edges[unit]), int(self.edges[unit + 1]))
        return ClassScores(
            classes=self.classes[unit],
            modal_min=self.modal_min[own],
            log_likelihood=self.log_likelihood[own],
            hours=int(self.hours[unit]),
            mean_quarters=self.mean_quarters[own],
        )

    def __iter__(self) -> Iterator[ClassScores]:
        """The units one by one."""
        return (self[unit] for unit in range(len(self)))


def together(some: Sequence[ClassScores]) -> Scores:
    """Scores of units that were made one by one; at least one."""
    weights = [prior_weights(one.classes.names) for one in some]
    return Scores(
        classes=tuple(one.classes for one in some),
        edges=from_zero([len(one.modal_min) for one in some]),
        weights=np.concatenate(weights),
        total_weight=np.array([one.sum() for one in weights]),
        modal_min=np.concatenate([one.modal_min for one in some]),
        log_likelihood=np.concatenate([one.log_likelihood for one in some]),
        mean_quarters=np.concatenate([one.mean_quarters for one in some]),
        hours=np.array([one.hours for one in some], dtype=np.int64),
    )


def score_units(samples: Sequence[IntArray], library: Library) -> Scores:
    """Scores of each sample of thinned quarter-hours, in order; no sample may be empty.

    The classes of a sample depend on its own hours only, so its answer does not depend on the
    other samples. Work goes through in chunks, so memory grows with the answers alone.
    """
    parts = [_scored(chunk, library) for chunk in side_by_side(samples)]
    if not parts:
        none, nothing = np.empty(0), np.empty(0, dtype=np.int64)
        return Scores((), from_zero(nothing), none, none, nothing, none, nothing, nothing)
    return Scores(
        classes=tuple(one for part in parts for one in part.classes),
        edges=from_zero(np.concatenate([np.diff(part.edges) for part in parts])),
        weights=np.concatenate([part.weights for part in parts]),
        total_weight=np.concatenate([part.total_weight for part in parts]),
        modal_min=np.concatenate([part.modal_min for part in parts]),
        log_likelihood=np.concatenate([part.log_likelihood for part in parts]),
        mean_quarters=np.concatenate([part.mean_quarters for part in parts]),
        hours=np.concatenate([part.hours for part in parts]),
    )


def _scored(samples: Samples, library: Library) -> Scores:
    """Scores of samples that lie side by side."""
    _, log_weights = components(library)
    edges = samples.edges
    values = np.empty(int(edges[-1]))
    hours = np.repeat(samples.hours, np.diff(edges))
    for rows, steps in sums(samples, library):
        values[rows] = _log_mean_of_steps(steps, hours[rows], log_weights)
    rules = samples.rules
    still = steadiness([one.patterns for one in rules], samples.pieces, samples.each, samples.q)
    below = from_zero([len(one.patterns) for one in rules])[:-1]
    pattern = np.concatenate([one.pattern for one in rules])
    values += still[pattern + np.repeat(below, np.diff(edges))]
    modal, mean = modal_and_mean(samples)
    return Scores(
        classes=tuple(one.classes for one in rules),
        edges=edges,
        weights=np.concatenate([one.weights for one in rules]),
        total_weight=np.array([one.total_weight for one in rules]),
        modal_min=modal,
        log_likelihood=values,
        mean_quarters=np.rint(mean / OFFSET_STEP_MIN).astype(np.int64) % DAY,
        hours=samples.hours,
    )


@lru_cache(maxsize=8)
def _widening(sd_min: float) -> FloatArray:
    """(96, 96) weights of a Gaussian shift around the day."""
    apart = np.abs(np.arange(DAY)[:, np.newaxis] - np.arange(DAY)[np.newaxis, :])
    weights = np.exp(-0.5 * (np.minimum(apart, DAY - apart) * 15.0 / sd_min) ** 2)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def widened(scores: ClassScores, sd_min: float = OTHER_PEOPLE_SD_MIN) -> ClassScores:
    """The scores if the person's phase lies another `sd_min` (SD) off the library's people.

    The likelihood over phases is read off the classes themselves: the mean of those with one mean
    offset, interpolated around the day, then smoothed. Each class moves by what its phase moved.
    """
    phases, index, number = np.unique(scores.mean_quarters, return_inverse=True, return_counts=True)
    values = scores.log_likelihood - scores.log_likelihood.max()
    at_phase = np.log(np.bincount(np.ravel(index), weights=np.exp(values)) / number)
    curve = np.interp(np.arange(DAY), phases, at_phase, period=DAY)
    moved = np.log(_widening(sd_min) @ np.exp(curve)) - curve
    return replace(scores, log_likelihood=values + moved[scores.mean_quarters])


def all_widened(scores: Scores) -> Scores:
    """The same for each of some units; at least one."""
    values = np.concatenate([widened(one).log_likelihood for one in scores])
    return replace(scores, log_likelihood=values)


@dataclass(frozen=True, slots=True)
class Posterior:
    """Probabilities of classes and of offsets under one prior."""

    classes: FloatArray
    """(classes) sums to one; those of several units lie end to end."""
    offsets: FloatArray
    """(42) summed per most frequent offset, in the order of `candidate_offsets`; of several units
    one row each."""


def posteriors(scores: ClassScores) -> tuple[Posterior, Posterior]:
    """(uniform, population) posteriors of one unit, as `all_posteriors` gives them."""
    alone = together([scores])
    return of_unit(all_posteriors(alone), alone, 0)


def of_unit(
    both: tuple[Posterior, Posterior], scores: Scores, unit: int
) -> tuple[Posterior, Posterior]:
    """The posteriors of one unit out of those of some."""
    own = slice(int(scores.edges[unit]), int(scores.edges[unit + 1]))
    uniform, population = (Posterior(one.classes[own], one.offsets[unit]) for one in both)
    return uniform, population


def all_posteriors(scores: Scores) -> tuple[Posterior, Posterior]:
    """(uniform, population) posteriors of some units: classes end to end, offsets in rows.

    Uniform: every most frequent offset that occurs among the classes weighs the same from 100,000
    inhabitants on, and less in proportion below; within one offset it is shared by population.
    Population: square roots of people per zone, plus a floor.
    """
    candidates = np.array(candidate_offsets(), dtype=np.int64)
    slot = np.searchsorted(candidates, scores.modal_min)
    slot = np.minimum(slot, len(candidates) - 1)
    known = candidates[slot] == scores.modal_min
    begins, classes = scores.edges[:-1], np.diff(scores.edges)
    slot += np.repeat(np.arange(len(scores)) * len(candidates), classes)
    slots = len(scores) * len(candidates)
    raw = scores.weights
    floor = people.FLOOR * scores.total_weight
    population = np.where(known, raw + np.repeat(floor, classes), 0.0)
    per_offset = np.bincount(slot, weights=population, minlength=slots)
    # Weights are roots of people, so that their squares are the people.
    living = np.bincount(slot, weights=np.where(known, raw**2, 0.0), minlength=slots)
    counts_for = np.minimum(living / INHABITED, 1.0) + LEAST_SHARE
    uniform = population / np.maximum(per_offset, 1e-300)[slot]
    uniform *= counts_for[slot]
    top = np.maximum.reduceat(scores.log_likelihood, begins)
    likelihood = np.exp(scores.log_likelihood - np.repeat(top, classes))
    both = []
    for prior in (uniform, population):
        joint = prior * likelihood
        joint /= np.repeat(sums_of_parts(joint, scores.edges), classes)
        offsets = np.bincount(slot, weights=joint, minlength=slots).astype(np.float64)
        both.append(Posterior(joint, offsets.reshape(len(scores), len(candidates))))
    return both[0], both[1]


def credible_set(probabilities: FloatArray, mass: float) -> list[int]:
    """Positions of the smallest set that holds `mass`, most probable first."""
    return credible_sets(probabilities[np.newaxis], mass)[0]


def credible_sets(probabilities: FloatArray, mass: float) -> list[list[int]]:
    """The same for each row."""
    order = np.argsort(-probabilities, axis=1, kind="stable")
    total = np.cumsum(np.take_along_axis(probabilities, order, axis=1), axis=1)
    sizes = np.count_nonzero(total < mass - 1e-12, axis=1) + 1
    return [row[:size] for row, size in zip(order.tolist(), sizes.tolist(), strict=True)]


def sharpened_set(
    probabilities: FloatArray, mass: float, *, hours: int, population: bool
) -> list[int]:
    """Positions of the set that holds `mass`, of a posterior raised to its calibrated power.

    On people of the library's kind the plain sets hold the truth more often than said; the power
    is the one at which they do as said (docs/methods/hours.md). Not for the phase of a group.
    """
    one = np.array([hours], dtype=np.int64)
    return sharpened_sets(probabilities[np.newaxis], mass, hours=one, population=population)[0]


def sharpened_sets(
    probabilities: FloatArray, mass: float, *, hours: IntArray, population: bool
) -> list[list[int]]:
    """The same for each row, with the hours of each."""
    full = SET_POWER[mass][int(population)]
    power = 1.0 + (full - 1.0) * np.minimum(1.0, SHARP_HOURS / np.maximum(hours, 1))
    raised = probabilities ** power[:, np.newaxis]
    return credible_sets(raised / raised.sum(axis=1, keepdims=True), mass)


@lru_cache(maxsize=1)
def _within_an_hour() -> FloatArray:
    """(42, 42) one where two candidates are at most an hour apart on the circle of a day."""
    candidates = np.array(candidate_offsets(), dtype=np.int64)
    apart = np.abs(candidates[:, np.newaxis] - candidates[np.newaxis, :]) % 1440
    return np.asarray(np.minimum(apart, 1440 - apart) <= 60, dtype=np.float64)


def point(probabilities: FloatArray) -> tuple[int, float]:
    """(position, worth) of the best single offset: worth = 0.6 p(it) + 0.4 p(within an hour).

    A point is used as if neighbours were nearly right, so the most probable offset alone is not
    the best answer when its neighbours on one side hold more than those on the other.
    """
    best, worth = points(probabilities[np.newaxis])
    return int(best[0]), float(worth[0])


def points(probabilities: FloatArray) -> tuple[IntArray, FloatArray]:
    """The same for each row."""
    worth = EXACT_SHARE * probabilities + (1 - EXACT_SHARE) * (probabilities @ _within_an_hour())
    return np.argmax(worth, axis=1), worth.max(axis=1)
