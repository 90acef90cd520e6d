"""The library of people: at which hours of their week 506 people were at work.

Every component is one person's week in quarter-hours of their own local time, smoothed. An unknown
account is scored against all of them, so that early risers, night workers and people without
weekends each have a component to agree with. For accounts that are like none of them, the common
curve stands beside them with a small weight, as it is and flattened. The bundled library is fitted
by `tools/fit_templates.py`; its provenance stands in `data/hours_library.json`.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from forensics.errors import ReferenceDataError

WEEK = 672
"""Quarter-hours in a week; bin 0 starts on Monday at 00:00."""
DAY = 96
"""Quarter-hours in a day."""
MILLI = 1000
"""Scores are kept in whole thousandths of a nat: sums of them are exact on every machine."""
STEP = 20
"""Scores are rounded to this many thousandths: finer would only tell more about single people."""
HEADER = Path(__file__).with_name("data") / "hours_library.json"

OWN_DAY = 0.4
"""Share of a bin that comes from its own weekday; the rest is the mean of its kind of day."""
UNIFORM = 0.02
"""Share of a uniform curve mixed into every profile: anybody may post at any hour."""
TEMPLATE_SD = 2.0
"""Smoothing of the common template, in quarter-hours."""
TEMPLATE_CAP = 200.0
"""No person counts for more active hours than this in the common template."""
PROFILE_SD = 2.0
"""Smoothing of one person's profile, in quarter-hours."""
PROFILE_CAP = 400.0
"""A person's active hours are scaled to at most this many."""
PROFILE_PSEUDO = 10.0
"""Active hours of the common template added to every person."""
FLATTENED = (0.0, 0.3, 0.6)
"""The common curves: the template of all people with this share of a uniform week mixed in."""
COMMON_WEIGHT = 0.01
"""Weight of each common curve; the people share the rest alike."""

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """The components, ready for scoring. A library equals itself alone."""

    scores: FloatArray
    """(672, people) thousandths of a nat by which a person's week exceeds a uniform one in each
    local quarter-hour of the week. Whole numbers, held as float64 because products of whole
    float64 matrices are exact and fast."""
    common: FloatArray
    """(672, common curves) the same for the curves of all people together; may have no column."""
    version: str
    """Name, date and hash; written into every result."""

    @property
    def people(self) -> int:
        """Number of components."""
        return int(self.scores.shape[1])

    @property
    def log_weights(self) -> FloatArray:
        """(people + common curves) ln of the weight of each component; weights sum to one."""
        return _log_weights(self.people, int(self.common.shape[1]))


@cache
def _log_weights(people: int, common: int) -> FloatArray:
    """People share alike what the common curves leave."""
    each = (1.0 - COMMON_WEIGHT * common) / people
    weights = np.concatenate([np.full(people, each), np.full(common, COMMON_WEIGHT)])
    return np.asarray(np.log(weights))


def _smooth(curves: FloatArray, sd: float) -> FloatArray:
    """Circular Gaussian smoothing of (rows, 672); `sd` in quarter-hours."""
    distance = np.minimum(np.arange(WEEK), WEEK - np.arange(WEEK))
    kernel = np.exp(-0.5 * (distance / sd) ** 2)
    spectrum = np.fft.rfft(kernel / kernel.sum())
    return np.maximum(np.fft.irfft(np.fft.rfft(curves, axis=1) * spectrum, n=WEEK, axis=1), 0.0)


def _share_days(curves: FloatArray) -> FloatArray:
    """Each bin as 0.4 of itself and 0.6 of the mean of its kind of day (Mon-Fri or Sat-Sun)."""
    days = curves.reshape(-1, 7, DAY)
    kind = np.concatenate(
        [
            np.repeat(days[:, :5].mean(axis=1, keepdims=True), 5, axis=1),
            np.repeat(days[:, 5:].mean(axis=1, keepdims=True), 2, axis=1),
        ],
        axis=1,
    )
    mixed: FloatArray = (OWN_DAY * days + (1 - OWN_DAY) * kind).reshape(-1, WEEK)
    return mixed


def _finish(curves: FloatArray) -> FloatArray:
    """Normalised rows with the uniform share mixed in."""
    mixed: FloatArray = curves * ((1 - UNIFORM) / curves.sum(axis=1, keepdims=True))
    mixed += UNIFORM / WEEK
    return mixed


def common_template(counts: FloatArray) -> FloatArray:
    """The week of all people together, as probabilities of the 672 local quarter-hours.

    Args:
        counts: (people, 672) active hours of each person in their local time, thinned to the
            first event of each clock hour.
    """
    total = counts.sum(axis=1, keepdims=True)
    capped = counts * np.minimum(1.0, TEMPLATE_CAP / np.maximum(total, 1.0))
    summed = _share_days(capped.sum(axis=0, keepdims=True))
    template: FloatArray = _finish(_smooth(summed, TEMPLATE_SD))[0]
    return template


def profiles(counts: FloatArray) -> FloatArray:
    """One smoothed week per person, as probabilities; shape (people, 672) as `counts`.

    People with few events lean on the common template by 40 pseudo-counts.
    """
    total = counts.sum(axis=1, keepdims=True)
    scaled = _share_days(counts) * np.minimum(1.0, PROFILE_CAP / np.maximum(total, 1.0))
    template = common_template(counts)[np.newaxis, :]
    return _finish(_smooth(scaled, PROFILE_SD) + PROFILE_PSEUDO * template)


def common_curves(counts: FloatArray) -> FloatArray:
    """The template of all people as it is and flattened; shape (3, 672), probabilities."""
    template = common_template(counts)
    return np.stack([(1 - share) * template + share / WEEK for share in FLATTENED])


def _whole(weeks: FloatArray) -> NDArray[np.int16]:
    """Probabilities as thousandths of a nat above uniform, in steps of 20."""
    return (np.rint(np.log(weeks * WEEK) * (MILLI / STEP)) * STEP).astype(np.int16)


def quantised(weeks: FloatArray) -> NDArray[np.int16]:
    """Probabilities (people, 672) as thousandths of a nat above uniform, in steps of 20.

    People stand in the order of the numbers themselves, which tells nothing about where a person
    stood in the input.
    """
    whole = _whole(weeks)
    order = np.lexsort(whole.T[::-1])
    return np.ascontiguousarray(whole[order])


def fitted(counts: FloatArray) -> NDArray[np.int16]:
    """The quantised weeks of all people, then the common curves: (people + 3, 672)."""
    return np.concatenate([quantised(profiles(counts)), _whole(common_curves(counts))])


def library_from(weeks: NDArray[np.int16], version: str, common: int = 0) -> Library:
    """A library ready for scoring from its quantised weeks; the last `common` rows are no people.

    Args:
        weeks: (people + common, 672) thousandths of a nat, as `fitted` gives them.
        version: Name, date and hash.
        common: Number of common curves at the end.
    """
    columns = weeks.T.astype(np.float64)
    people = columns.shape[1] - common
    return Library(
        scores=np.ascontiguousarray(columns[:, :people]),
        common=np.ascontiguousarray(columns[:, people:]),
        version=version,
    )


def read_library(header: Path) -> Library:
    """The library beside a header file.

    Raises:
        ReferenceDataError: a file is missing, or the weeks are not those the header names.
    """
    try:
        about = json.loads(header.read_text(encoding="utf-8"))
        packed = header.with_name(about["file"]).read_bytes()
        raw = gzip.decompress(packed)
        rows = int(about["people"]) + int(about["common_curves"])
    except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise ReferenceDataError("the library of people is missing", where=header.name) from error
    digest = hashlib.sha256(raw).hexdigest()
    if digest != about["sha256_uncompressed"] or len(raw) != rows * WEEK * 2:
        raise ReferenceDataError(
            "the library of people does not match its header", where=header.name
        )
    steps = np.frombuffer(raw, dtype="<i2").reshape(rows, WEEK)
    # Stored as differences along the week, which pack into half the bytes.
    weeks = np.cumsum(steps, axis=1, dtype=np.int64).astype(np.int16)
    version = f"{about['name']} {about['version']} ({digest[:12]})"
    return library_from(weeks, version, int(about["common_curves"]))


@cache
def library() -> Library:
    """The bundled library."""
    return read_library(HEADER)
