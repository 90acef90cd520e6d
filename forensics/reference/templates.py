"""The library of people: at which hours of their week 506 people were at work.

Every component is one person's week in quarter-hours of their own local time, smoothed. An unknown
account is scored against all of them, so that early risers, night workers and people without
weekends each have a component to agree with. The bundled library is fitted by
`tools/fit_templates.py`; its provenance stands in `data/hours_library.json`.
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
UNIFORM = 0.03
"""Share of a uniform curve mixed into every profile: anybody may post at any hour."""
TEMPLATE_SD = 2.0
"""Smoothing of the common template, in quarter-hours."""
TEMPLATE_CAP = 200.0
"""No person counts for more active hours than this in the common template."""
PROFILE_SD = 3.0
"""Smoothing of one person's profile, in quarter-hours."""
PROFILE_CAP = 400.0
"""A person's active hours are scaled to at most this many."""
PROFILE_PSEUDO = 40.0
"""Active hours of the common template added to every person."""

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Library:
    """The components, ready for scoring."""

    scores: FloatArray
    """(672, people) thousandths of a nat by which a person's week exceeds a uniform one in each
    local quarter-hour of the week. Whole numbers, held as float64 because products of whole
    float64 matrices are exact and fast."""
    version: str
    """Name, date and hash; written into every result."""

    @property
    def people(self) -> int:
        """Number of components."""
        return int(self.scores.shape[1])


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


def quantised(weeks: FloatArray) -> NDArray[np.int16]:
    """Probabilities (people, 672) as thousandths of a nat above uniform, in steps of 20.

    People stand in the order of the numbers themselves, which tells nothing about where a person
    stood in the input.
    """
    whole = (np.rint(np.log(weeks * WEEK) * (MILLI / STEP)) * STEP).astype(np.int16)
    order = np.lexsort(whole.T[::-1])
    return np.ascontiguousarray(whole[order])


def library_from(weeks: NDArray[np.int16], version: str) -> Library:
    """A library ready for scoring from its quantised weeks (people, 672)."""
    return Library(scores=np.ascontiguousarray(weeks.T.astype(np.float64)), version=version)


def read_library(header: Path) -> Library:
    """The library beside a header file.

    Raises:
        ReferenceDataError: a file is missing, or the weeks are not those the header names.
    """
    try:
        about = json.loads(header.read_text(encoding="utf-8"))
        packed = header.with_name(about["file"]).read_bytes()
        raw = gzip.decompress(packed)
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise ReferenceDataError("the library of people is missing", where=header.name) from error
    digest = hashlib.sha256(raw).hexdigest()
    if digest != about["sha256_uncompressed"] or len(raw) != about["people"] * WEEK * 2:
        raise ReferenceDataError(
            "the library of people does not match its header", where=header.name
        )
    steps = np.frombuffer(raw, dtype="<i2").reshape(about["people"], WEEK)
    # Stored as differences along the week, which pack into half the bytes.
    weeks = np.cumsum(steps, axis=1, dtype=np.int64).astype(np.int16)
    return library_from(weeks, f"{about['name']} {about['version']} ({digest[:12]})")


@cache
def library() -> Library:
    """The bundled library."""
    return read_library(HEADER)
