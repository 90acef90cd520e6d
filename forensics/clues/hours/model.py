"""The arithmetic of hours: from active hours in UTC to a likelihood per class of time zones.

Model ("method 4" of docs/methods/hours.md): the first event of each UTC clock hour counts; its
local quarter-hour of the week under a class of zones is scored against every person of the
library; the sum of scores is tempered, so that all data together count as at most 25 independent
hours; the likelihood of the class is the mean over the people.

Assumes that the account's hours are those of *some* person of the library, at the same local time.
Not for accounts driven by a scheduler, for rotas, or for several people behind one account. Offset
and phase of habits are confounded: 09-18 at UTC+1 and 11-20 at UTC+3 are one curve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from forensics.clues.quarters import week_bins
from forensics.reference import people
from forensics.reference.templates import MILLI, WEEK, Library
from forensics.reference.zones import QUARTER_S, ZoneClasses, candidate_offsets, zone_classes

EFFECTIVE_HOURS = 25
"""The data of one account count as at most this many independent hours (n0; picked by NLL)."""
BLOCK_ROWS = 2048
"""Rows (units x classes) scored at once: about 20 MB."""
FEW_HOURS = 16
"""Up to here scores are looked up hour by hour; above, a matrix product is faster."""

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


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


def local_counts(offsets_min: IntArray, bins: IntArray) -> FloatArray:
    """(classes, 672) counts of local quarter-hours of the week.

    Args:
        offsets_min: (classes, hours) offset of each class at each active hour.
        bins: (hours) UTC bins of the week.
    """
    classes = offsets_min.shape[0]
    local = (bins[np.newaxis, :] + offsets_min // 15) % WEEK
    flat = (local + np.arange(classes)[:, np.newaxis] * WEEK).ravel()
    return np.bincount(flat, minlength=classes * WEEK).reshape(classes, WEEK).astype(np.float64)


def log_mean_over_people(scores: FloatArray, hours: int) -> FloatArray:
    """(rows) ln of the mean over people of exp(tempered score); `scores` is (rows, people)."""
    scaled = scores * (tempering(hours) / MILLI)
    top = scaled.max(axis=1)
    np.exp(scaled - top[:, np.newaxis], out=scaled)
    return np.asarray(top + np.log(scaled.mean(axis=1)))


def modal_offsets(offsets_min: IntArray, weights: IntArray | None = None) -> IntArray:
    """(classes) most frequent value of each row, the lowest among equals; columns may weigh."""
    values = np.unique(offsets_min)
    weigh = np.ones(offsets_min.shape[1], dtype=np.int64) if weights is None else weights
    counts = np.stack([(offsets_min == value) @ weigh for value in values], axis=1)
    return np.asarray(values[np.argmax(counts, axis=1)])


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
    merged: dict[bytes, ZoneClasses] = {}
    for q in samples:
        used, column = np.unique(table.segments_of(q), return_inverse=True)
        key = used.tobytes()
        if key not in merged:
            merged[key] = table.merged(used)
        block.append(_Rows(merged[key], merged[key].offsets_min[:, column], q))
        width += len(merged[key].names)
        if width >= BLOCK_ROWS:
            found += _score_block(block, library)
            block, width = [], 0
    return found + _score_block(block, library)


@dataclass(frozen=True, slots=True)
class _Rows:
    """One sample before scoring."""

    classes: ZoneClasses
    offsets_min: IntArray
    """(classes, hours)"""
    q: IntArray


def _score_block(block: Sequence[_Rows], library: Library) -> list[ClassScores]:
    """Scores of some samples by one matrix product; the few events of small ones are looked up."""
    if not block:
        return []
    large = [rows for rows in block if len(rows.q) > FEW_HOURS]
    sums: FloatArray | None = None
    if large:
        counts = [local_counts(rows.offsets_min, week_bins(rows.q)) for rows in large]
        sums = np.concatenate(counts) @ library.scores
    found: list[ClassScores] = []
    at = 0
    for rows in block:
        width, hours = rows.offsets_min.shape
        if hours > FEW_HOURS and sums is not None:
            scores = sums[at : at + width]
            at += width
        else:
            local = (week_bins(rows.q)[np.newaxis, :] + rows.offsets_min // 15) % WEEK
            scores = library.scores[local].sum(axis=1)
        values = log_mean_over_people(scores, hours)
        found.append(ClassScores(rows.classes, modal_offsets(rows.offsets_min), values, hours))
    return found


@dataclass(frozen=True, slots=True)
class Posterior:
    """Probabilities of classes and of offsets under one prior."""

    classes: FloatArray
    """(classes) sums to one."""
    offsets: FloatArray
    """(42) summed per most frequent offset, in the order of `candidate_offsets`."""


def posteriors(scores: ClassScores) -> tuple[Posterior, Posterior]:
    """(uniform, population) posteriors of one unit.

    Uniform: every most frequent offset that occurs among the classes weighs the same, shared
    within one offset by population. Population: square roots of people per zone, plus a floor.
    """
    candidates = np.array(candidate_offsets(), dtype=np.int64)
    slot = np.searchsorted(candidates, scores.modal_min)
    slot = np.minimum(slot, len(candidates) - 1)
    known = candidates[slot] == scores.modal_min
    raw = _prior_weights(scores.classes.names)
    population = np.where(known, raw + people.FLOOR * raw.sum(), 0.0)
    per_offset = np.bincount(slot, weights=population, minlength=len(candidates))
    uniform = np.where(known, population / np.maximum(per_offset[slot], 1e-300), 0.0)
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
