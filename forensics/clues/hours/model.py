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

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from forensics.clues.hours.steady import change_patterns, steadiness
from forensics.clues.hours.sums import components, sums
from forensics.clues.quarters import week_bins
from forensics.reference import people
from forensics.reference.templates import DAY, MILLI, STEP, Library
from forensics.reference.zones import QUARTER_S, ZoneClasses, candidate_offsets, zone_classes

EFFECTIVE_HOURS = 25
"""The data of one account count as at most this many independent hours (n0; picked by NLL)."""
BLOCK_ROWS = 2048
"""Rows (units x classes) scored at once: about 20 MB."""
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
OFFSET_STEP_MIN = 15
"""Offsets are multiples of this; `zone_classes` refuses others."""
POINT_AT = 0.55
"""A point is named from this value of that sum on: such points were within the hour in .91."""

IntArray = NDArray[np.int64]
ShortArray = NDArray[np.int16]
FloatArray = NDArray[np.float64]
SingleArray = NDArray[np.float32]


def tempering(hours: int) -> float:
    """Factor on the sum of scores of `hours` active hours: n0 / (n0 + hours)."""
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


def _log_mean_of_steps(steps: SingleArray, hours: int, log_weights: SingleArray) -> FloatArray:
    """The same for whole steps of 20 thousandths in single precision, which takes half the time.

    Exponentials are within 1e-6 of those in double precision.
    """
    steps *= np.float32(tempering(hours) * STEP / MILLI)
    steps += log_weights
    top = steps.max(axis=1)
    steps -= top[:, np.newaxis]
    np.exp(steps, out=steps)
    return np.asarray(top + np.log(steps.sum(axis=1)), dtype=np.float64)


def modal_offsets(offsets_min: IntArray, weights: IntArray | None = None) -> IntArray:
    """(classes) most frequent value of each row, the lowest among equals; columns may weigh."""
    rows, columns = offsets_min.shape
    lowest = int(offsets_min.min())
    width = (int(offsets_min.max()) - lowest) // OFFSET_STEP_MIN + 1
    slot = (offsets_min - lowest) // OFFSET_STEP_MIN + np.arange(rows)[:, np.newaxis] * width
    weigh = np.ones(columns) if weights is None else weights.astype(np.float64)
    each = np.broadcast_to(weigh, (rows, columns)).ravel()
    counts = np.bincount(slot.ravel(), weights=each, minlength=rows * width)
    best = np.argmax(counts.reshape(rows, width), axis=1)
    return np.asarray(lowest + best * OFFSET_STEP_MIN, dtype=np.int64)


def score_units(samples: Sequence[IntArray], library: Library) -> list[ClassScores]:
    """Scores of each sample of thinned quarter-hours, in order; no sample may be empty.

    The classes of a sample depend on its own hours only, so its answer does not depend on the
    other samples. Work goes through in blocks of rows, so memory grows with the answers alone.
    """
    if not samples:
        return []
    table = zone_classes(
        min(int(q[0]) for q in samples) * QUARTER_S,
        (max(int(q[-1]) for q in samples) + 1) * QUARTER_S,
    )
    found: list[ClassScores] = []
    block: list[_Rows] = []
    width = 0
    merged: dict[bytes, _Rules] = {}
    for q in samples:
        segment = table.segments_of(q)
        first = np.append(True, segment[1:] != segment[:-1])  # hours rise, and so do segments
        used, column = segment[first], np.cumsum(first) - 1
        key = used.tobytes()
        if key not in merged:
            merged[key] = _rules(table.merged(used))
        block.append(_Rows(merged[key], merged[key].quarters[:, column], column, q))
        width += len(merged[key].classes.names)
        if width >= BLOCK_ROWS:
            found += _score_block(block, library)
            block, width = [], 0
    return found + _score_block(block, library)


@dataclass(frozen=True, slots=True)
class _Rules:
    """Classes that several samples may share."""

    classes: ZoneClasses
    quarters: ShortArray
    """(classes, pieces) offset in quarter-hours."""
    patterns: IntArray
    """(patterns, pieces)"""
    pattern: IntArray
    """(classes) pattern of changes of each class."""


def _rules(classes: ZoneClasses) -> _Rules:
    """Classes with what is needed of them for every sample."""
    quarters = (classes.offsets_min // OFFSET_STEP_MIN).astype(np.int16)
    return _Rules(classes, quarters, *change_patterns(classes.offsets_min))


@dataclass(frozen=True, slots=True)
class _Rows:
    """One sample before scoring."""

    rules: _Rules
    quarters: ShortArray
    """(classes, hours) offset of each class at each hour, in quarter-hours."""
    piece: IntArray
    """(hours) piece of time between two changes."""
    q: IntArray


def _score_block(block: Sequence[_Rows], library: Library) -> list[ClassScores]:
    """Scores of some samples, whose sums are made together."""
    _, log_weights = components(library)
    bins = [week_bins(rows.q) for rows in block]
    found: list[ClassScores] = []
    every = sums([rows.quarters for rows in block], bins, library)
    for rows, steps in zip(block, every, strict=True):
        hours = len(rows.q)
        values = _log_mean_of_steps(steps, hours, log_weights)
        still = steadiness(rows.rules.patterns, rows.piece, rows.q)
        values = values + still[rows.rules.pattern]
        each = np.bincount(rows.piece)
        mean = (rows.rules.classes.offsets_min @ each) / hours  # sums of whole numbers: exact
        quarters = np.rint(mean / 15).astype(np.int64) % DAY
        modal = modal_offsets(rows.rules.classes.offsets_min, each)
        found.append(ClassScores(rows.rules.classes, modal, values, hours, quarters))
    return found


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


@dataclass(frozen=True, slots=True)
class Posterior:
    """Probabilities of classes and of offsets under one prior."""

    classes: FloatArray
    """(classes) sums to one."""
    offsets: FloatArray
    """(42) summed per most frequent offset, in the order of `candidate_offsets`."""


def posteriors(scores: ClassScores) -> tuple[Posterior, Posterior]:
    """(uniform, population) posteriors of one unit.

    Uniform: every most frequent offset that occurs among the classes weighs the same from 100,000
    inhabitants on, and less in proportion below; within one offset it is shared by population.
    Population: square roots of people per zone, plus a floor.
    """
    candidates = np.array(candidate_offsets(), dtype=np.int64)
    slot = np.searchsorted(candidates, scores.modal_min)
    slot = np.minimum(slot, len(candidates) - 1)
    known = candidates[slot] == scores.modal_min
    raw = _prior_weights(scores.classes.names)
    population = np.where(known, raw + people.FLOOR * raw.sum(), 0.0)
    per_offset = np.bincount(slot, weights=population, minlength=len(candidates))
    # Weights are roots of people, so that their squares are the people.
    living = np.bincount(slot, weights=np.where(known, raw**2, 0.0), minlength=len(candidates))
    counts_for = np.minimum(living / INHABITED, 1.0) + LEAST_SHARE
    uniform = np.where(known, population / np.maximum(per_offset[slot], 1e-300), 0.0)
    uniform *= counts_for[slot]
    return (
        _posterior(uniform, scores.log_likelihood, slot, len(candidates)),
        _posterior(population, scores.log_likelihood, slot, len(candidates)),
    )


@lru_cache(maxsize=4096)
def _prior_weights(names: tuple[tuple[str, ...], ...]) -> FloatArray:
    """(classes) weight of each class by its people; thousands of units share one list."""
    return np.array([people.weight(zones) for zones in names])


def _posterior(prior: FloatArray, log_lik: FloatArray, slot: IntArray, width: int) -> Posterior:
    """Bayes' rule over classes, summed per offset."""
    joint = prior * np.exp(log_lik - log_lik.max())
    joint = joint / joint.sum()
    return Posterior(joint, np.bincount(slot, weights=joint, minlength=width).astype(np.float64))


def credible_set(probabilities: FloatArray, mass: float) -> list[int]:
    """Positions of the smallest set that holds `mass`, most probable first."""
    order = np.argsort(-probabilities, kind="stable")
    total = np.cumsum(probabilities[order])
    size = int(np.searchsorted(total, mass - 1e-12)) + 1
    return [int(i) for i in order[:size]]


def sharpened_set(
    probabilities: FloatArray, mass: float, *, hours: int, population: bool
) -> list[int]:
    """Positions of the set that holds `mass`, of a posterior raised to its calibrated power.

    On people of the library's kind the plain sets hold the truth more often than said; the power
    is the one at which they do as said (docs/methods/hours.md). Not for the phase of a group.
    """
    full = SET_POWER[mass][int(population)]
    power = 1.0 + (full - 1.0) * min(1.0, SHARP_HOURS / max(hours, 1))
    raised = probabilities**power
    return credible_set(raised / raised.sum(), mass)


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
    worth = EXACT_SHARE * probabilities + (1 - EXACT_SHARE) * (probabilities @ _within_an_hour())
    best = int(np.argmax(worth))
    return best, float(worth[best])
