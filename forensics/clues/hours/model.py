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
from forensics.clues.quarters import week_bins
from forensics.reference import people
from forensics.reference.templates import DAY, MILLI, STEP, WEEK, Library
from forensics.reference.zones import QUARTER_S, ZoneClasses, candidate_offsets, zone_classes

EFFECTIVE_HOURS = 25
"""The data of one account count as at most this many independent hours (n0; picked by NLL)."""
BLOCK_ROWS = 2048
"""Rows (units x classes) scored at once: about 20 MB."""
FEW_HOURS = 16
"""Up to here scores are looked up hour by hour; above, a matrix product is faster."""
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
EXACT_IN_SINGLE = 1 << 24
"""Whole numbers below this are exact in float32, and so are their sums."""

IntArray = NDArray[np.int64]
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


def local_counts(offsets_min: IntArray, bins: IntArray) -> IntArray:
    """(classes, 672) counts of local quarter-hours of the week.

    Args:
        offsets_min: (classes, hours) offset of each class at each active hour.
        bins: (hours) UTC bins of the week.
    """
    classes = offsets_min.shape[0]
    local = (bins[np.newaxis, :] + offsets_min // 15) % WEEK
    flat = (local + np.arange(classes)[:, np.newaxis] * WEEK).ravel()
    return np.bincount(flat, minlength=classes * WEEK).reshape(classes, WEEK)


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


@lru_cache(maxsize=8)
def _components(library: Library) -> tuple[SingleArray, SingleArray]:
    """(672, components) scores in whole steps, and ln of the components' weights."""
    weeks = np.concatenate([library.scores, library.common], axis=1) / STEP
    single = np.ascontiguousarray(np.rint(weeks), dtype=np.float32)
    return single, library.log_weights.astype(np.float32)


def modal_offsets(offsets_min: IntArray, weights: IntArray | None = None) -> IntArray:
    """(classes) most frequent value of each row, the lowest among equals; columns may weigh."""
    values, index = np.unique(offsets_min, return_inverse=True)
    rows, columns = offsets_min.shape
    weigh = np.ones(columns) if weights is None else weights.astype(np.float64)
    flat = index.reshape(rows, columns) + np.arange(rows)[:, np.newaxis] * len(values)
    each = np.broadcast_to(weigh, (rows, columns)).ravel()
    counts = np.bincount(flat.ravel(), weights=each, minlength=rows * len(values))
    return np.asarray(values[np.argmax(counts.reshape(rows, len(values)), axis=1)])


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
        used, column = np.unique(table.segments_of(q), return_inverse=True)
        key = used.tobytes()
        if key not in merged:
            classes = table.merged(used)
            merged[key] = _Rules(classes, *change_patterns(classes.offsets_min))
        block.append(_Rows(merged[key], merged[key].classes.offsets_min[:, column], column, q))
        width += len(merged[key].classes.names)
        if width >= BLOCK_ROWS:
            found += _score_block(block, library)
            block, width = [], 0
    return found + _score_block(block, library)


@dataclass(frozen=True, slots=True)
class _Rules:
    """Classes that several samples may share."""

    classes: ZoneClasses
    patterns: IntArray
    """(patterns, pieces)"""
    pattern: IntArray
    """(classes) pattern of changes of each class."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """One sample before scoring."""

    rules: _Rules
    offsets_min: IntArray
    """(classes, hours)"""
    piece: IntArray
    """(hours) piece of time between two changes."""
    q: IntArray


def _score_block(block: Sequence[_Rows], library: Library) -> list[ClassScores]:
    """Scores of some samples by one matrix product; the few events of small ones are looked up."""
    if not block:
        return []
    weeks, log_weights = _components(library)
    highest = int(np.abs(weeks).max()) * max(len(rows.q) for rows in block)
    kind = np.float32 if highest < EXACT_IN_SINGLE else np.float64
    large = [rows for rows in block if len(rows.q) > FEW_HOURS]
    sums = np.empty((0, weeks.shape[1]), dtype=np.float32)
    if large:
        counts = [local_counts(rows.offsets_min, week_bins(rows.q)).astype(kind) for rows in large]
        product = np.concatenate(counts) @ weeks.astype(kind, copy=False)
        sums = product.astype(np.float32, copy=False)
    found: list[ClassScores] = []
    at = 0
    for rows in block:
        width, hours = rows.offsets_min.shape
        if hours > FEW_HOURS:
            steps = sums[at : at + width]
            at += width
        else:
            local = (week_bins(rows.q)[np.newaxis, :] + rows.offsets_min // 15) % WEEK
            steps = weeks[local].sum(axis=1)
        values = _log_mean_of_steps(steps, hours, log_weights)
        still = steadiness(rows.rules.patterns, rows.piece, rows.q)
        values = values + still[rows.rules.pattern]
        mean = np.rint(rows.offsets_min.mean(axis=1) / 15).astype(np.int64) % DAY
        modal = modal_offsets(rows.rules.classes.offsets_min, np.bincount(rows.piece))
        found.append(ClassScores(rows.rules.classes, modal, values, hours, mean))
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
