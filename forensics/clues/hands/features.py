"""An account day by day: what can change when it gets another owner.

Every table counts active clock hours, never single posts, so that a thread or a burst counts once:
an hour with three posts in one language counts once for that language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.clues.moments import COARSE_S, Moments
from forensics.engine.runs import begins, distinct

MOST_VALUES = 8
"""Clients, languages and kinds told apart; the others are one value."""
HOUR_BINS = 12
WEEKDAYS = 7
EPOCH_WEEKDAY = 3
"""1970-01-01 was a Thursday; weeks start on Monday."""

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Features:
    """Counts of one account; the rows of all tables are its active days."""

    days: IntArray
    """(days) UTC days since 1970 with a post, rising."""
    active: IntArray
    """(days) active hours."""
    tables: Mapping[str, IntArray]
    """Name -> (days, values) active hours with each value; features with one value are left out."""
    values: Mapping[str, tuple[str, ...]]
    """Name -> what the columns of its table are."""
    curve: IntArray
    """(days, 24) whether there was a post in each UTC hour."""


def features(posts: Moments) -> Features:
    """The tables of one account's posts."""
    fine = posts.precision_s <= COARSE_S
    if not fine.all():
        posts = posts.select(fine)
    hour = posts.t_s // 3600
    active_hours = distinct(hour)
    day = active_hours // 24
    new = begins(day)
    days, row = day[new], np.cumsum(new) - 1
    curve = np.zeros((len(days), 24), dtype=np.int64)
    curve[row, active_hours % 24] = 1
    active = curve.sum(axis=1)
    weekday = np.zeros((len(days), WEEKDAYS), dtype=np.int64)
    weekday[np.arange(len(days)), (days + EPOCH_WEEKDAY) % WEEKDAYS] = active
    tables: dict[str, IntArray] = {
        "hours": curve.reshape(len(days), HOUR_BINS, 24 // HOUR_BINS).sum(axis=2),
        "weekdays": weekday,
    }
    values: dict[str, tuple[str, ...]] = {
        "hours": tuple(f"{2 * h:02d}-{2 * h + 2:02d} UTC" for h in range(HOUR_BINS)),
        "weekdays": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    }
    for name, codes, words in (
        ("language", posts.language, posts.languages),
        ("client", posts.client, posts.clients),
        ("kind", posts.kind, posts.kinds),
    ):
        table, columns = _by_value(hour, codes, words, days)
        if table.shape[1] > 1:
            tables[name], values[name] = table, columns
    return Features(days, active, tables, values, curve)


def _by_value(
    hour: IntArray, codes: NDArray[np.int32], words: tuple[str, ...], days: IntArray
) -> tuple[IntArray, tuple[str, ...]]:
    """(days, values) active hours with each value, and the values, most frequent first."""
    known = codes >= 0
    keys = distinct(hour[known] * (len(words) + 1) + codes[known])
    at, code = np.divmod(keys, len(words) + 1)
    size = np.bincount(code, minlength=max(1, len(words)))
    order = np.lexsort((np.arange(len(size)), -size))
    order = order[size[order] > 0]
    column = np.full(len(size), MOST_VALUES)
    column[order[:MOST_VALUES]] = np.arange(len(order[:MOST_VALUES]))
    width = min(len(order), MOST_VALUES + 1)
    cell = np.searchsorted(days, at // 24) * width + column[code]
    table = np.bincount(cell, minlength=len(days) * width).reshape(len(days), width)
    names = tuple(words[int(i)] for i in order[:MOST_VALUES])
    return table, names + (("others",) if width > MOST_VALUES else ())
