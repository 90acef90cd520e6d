"""The arithmetic of groups: several accounts that may keep one shift.

Colleagues share working hours. Ten accounts of one office are therefore not ten witnesses: their
common shift against ordinary hours is one unknown, however many accounts there are. Model: phase
of account i = offset + u + v_i, with a shared u ~ N(0, tau) and v_i carried by the library. The
curve of summed log-likelihoods over phases is exponentiated, convolved with the Gaussian and read
at the offsets. Source of the method and of both tau: docs/methods/hours.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.clues.hours.classes import modal_offsets
from forensics.clues.hours.model import ClassScores, log_mean_over_people
from forensics.reference.templates import DAY, MILLI, STEP, WEEK, Library
from forensics.reference.zones import QUARTER_S, zone_classes

TAU_COLLEAGUES_MIN = 42
"""SD of the common shift of colleagues nobody suspects: 0.7 h."""
TAU_OPERATION_MIN = 180
"""SD of the common shift assumed for a suspected operation: 3 h. The headline."""
NATURAL_SPREAD_MIN = 108
"""SD of people's phases against each other: 1.8 h."""
LIMIT_FLOOR_MIN = 150
"""However many members: a spread up to 2.5 h is no disagreement."""
TWO_PHASES_GAIN_MILLI = 1000
TWO_PHASES_APART_MIN = 180
LEAST_SPREAD_MIN = 30
"""Members closer than this are no independent people."""
MOST_MEMBERS = 2000
"""Members looked at for two phases; the first in the order of accounts."""
IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


def day_scores(library: Library) -> FloatArray:
    """(96, components) thousandths of a nat by which a component's day exceeds a uniform one.

    Groups are compared by time of day alone: a pooled excess on one weekday would otherwise
    outweigh everything and move the answer by a whole day.
    """
    every = np.concatenate([library.scores, library.common], axis=1)
    weeks = np.exp(every / MILLI).reshape(WEEK // DAY, DAY, -1)
    days = np.log(weeks.mean(axis=0)) * (MILLI / STEP)
    return np.asarray(np.rint(days) * STEP)


def phase_curves(samples: Sequence[IntArray], library: Library) -> FloatArray:
    """(samples, 96) tempered log-likelihood in nats of each sample at each phase of the day.

    Column j is the phase of j quarter-hours east. Scores at all phases are correlations around
    the day; being sums of whole numbers they are rounded back to whole numbers, which removes the
    error of the transform.
    """
    people_fft = np.fft.rfft(day_scores(library), axis=0)
    out = np.empty((len(samples), DAY))
    same_day: dict[bytes, int] = {}
    for index, q in enumerate(samples):
        counts = np.bincount(q % DAY, minlength=DAY)
        # Thousands of accounts with one post each have only 96 different days between them.
        earlier = same_day.setdefault(counts.tobytes(), index)
        if earlier < index:
            out[index] = out[earlier]
            continue
        spectrum = np.conj(np.fft.rfft(counts.astype(np.float64)))
        whole = np.fft.irfft(people_fft * spectrum[:, np.newaxis], n=DAY, axis=0)
        out[index] = log_mean_over_people(np.rint(whole), len(q), library.log_weights)
    return out


def distinct_samples(samples: Sequence[IntArray]) -> list[int]:
    """Positions of samples that differ from all earlier ones: a copied account counts once."""
    seen: set[bytes] = set()
    kept = []
    for index, q in enumerate(samples):
        key = q.tobytes()
        if key not in seen:
            seen.add(key)
            kept.append(index)
    return kept


def shifted(curve: FloatArray, tau_min: int) -> FloatArray:
    """(96) log of the exponentiated curve under a common shift of SD `tau_min` minutes."""
    steps = np.arange(DAY)
    apart = np.abs(steps[:, np.newaxis] - steps[np.newaxis, :])
    apart = np.minimum(apart, DAY - apart)
    weights = np.exp(-0.5 * (apart * 15.0 / tau_min) ** 2)
    raised = np.exp(curve - curve.max())
    return np.asarray(np.log(weights @ raised / weights[0].sum()))


def group_scores(samples: Sequence[IntArray], curve: FloatArray, tau_min: int) -> ClassScores:
    """Scores of the classes of zones for a whole group.

    A class is read at its mean offset over the group's hours, to the quarter-hour: with a common
    shift of unknown size, a curve of hours cannot weigh clock changes; they are another clue.
    """
    q = np.sort(np.concatenate(list(samples)))
    table = zone_classes(int(q[0]) * QUARTER_S, (int(q[-1]) + 1) * QUARTER_S)
    used, counts = np.unique(table.segments_of(q), return_counts=True)
    classes = table.merged(used)
    mean = np.rint((classes.offsets_min * counts).sum(axis=1) / counts.sum() / 15.0)
    phase = mean.astype(np.int64) % DAY
    values = shifted(curve, tau_min)[phase]
    modal = modal_offsets(classes.offsets_min, counts)
    return ClassScores(classes, modal, values, len(q), phase)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Whether the members of a group keep one phase."""

    members: int
    """Members with enough hours to have a phase of their own."""
    spread_min: int | None
    """Circular SD of their best phases, in minutes; None below two members."""
    limit_min: int
    """Spread above which they do not agree."""
    two_gain_milli: int | None
    """Thousandths of a nat per member by which two phases explain the members better than one;
    None below five members."""
    two_apart_min: int
    """Distance of those two phases."""

    @property
    def disagree(self) -> bool:
        """Spread far above the natural one, or two clear modes."""
        wide = self.spread_min is not None and self.spread_min > self.limit_min
        two = self.two_gain_milli is not None and self.two_gain_milli > TWO_PHASES_GAIN_MILLI
        return wide or (two and self.two_apart_min >= TWO_PHASES_APART_MIN)

    @property
    def suspiciously_equal(self) -> bool:
        """Members closer to each other than independent people ever are."""
        small = self.spread_min is not None and self.spread_min < LEAST_SPREAD_MIN
        return self.members >= 5 and small


def agreement(curves: FloatArray) -> Agreement:
    """Whether members keep one phase, from their phase curves (members, 96).

    Limits were read off groups of people with the same offset (docs/methods/hours.md): the spread
    of k of them exceeds 1.8 h x (1 + 3.5 / sqrt k) about once in a hundred times.
    """
    members = len(curves)
    limit = LIMIT_FLOOR_MIN
    if members:
        limit = max(limit, round(NATURAL_SPREAD_MIN * (1 + 3.5 / members**0.5)))
    if members < 2:
        return Agreement(members, None, limit, None, 0)
    spread = circular_sd_min(best_phases(curves))
    if members < 5:
        return Agreement(members, spread, limit, None, 0)
    gain, apart = _two_phases(curves[:MOST_MEMBERS])
    return Agreement(members, spread, limit, gain, apart)


def _two_phases(curves: FloatArray) -> tuple[int, int]:
    """Gain of two phases over one (thousandths of a nat per member), and their distance (min)."""
    day = curves[:, ::2]
    one = float(day.sum(axis=0).max())
    best, apart = -np.inf, 0
    for first in range(day.shape[1]):
        gains = np.maximum(day[:, first : first + 1], day[:, first:]).sum(axis=0)
        second = int(np.argmax(gains))
        if gains[second] > best:
            best = float(gains[second])
            apart = min(second, day.shape[1] - second) * 30
    return round((best - one) * 1000 / len(day)), apart


def best_phases(curves: FloatArray) -> IntArray:
    """Best phase of each curve, in minutes east on the circle of one day."""
    return np.asarray(np.argmax(curves, axis=1) * 15, dtype=np.int64)


def circular_sd_min(minutes: IntArray) -> int:
    """Circular standard deviation of times of day, in minutes; never above that of a flat day."""
    angle = minutes * (2 * np.pi / 1440)
    length = float(np.hypot(np.cos(angle).mean(), np.sin(angle).mean()))
    length = min(max(length, 1e-3), 1.0)
    return round(float(np.sqrt(-2 * np.log(length))) * 1440 / (2 * np.pi))
