"""Days in another order: what links there would be if accounts had nothing to do with each other.

Two nulls, both of which a crew must beat. Days change places within their weekday and month, each
account on its own; and whole weeks change places within two months, which keeps runs of days off.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]
Null = Literal["days", "weeks"]
NULLS: tuple[Null, ...] = ("days", "weeks")
BLOCK_WEEKS = 9
"""Weeks that may change places: about two months."""


def permuted(
    table: FloatArray, stratum: IntArray, first_day: int, null: Null, rng: np.random.Generator
) -> FloatArray:
    """The rows with their days in a new order, each row in its own."""
    if null == "days":
        return _days(table, stratum, rng)
    return _weeks(table, first_day, rng)


def _days(table: FloatArray, stratum: IntArray, rng: np.random.Generator) -> FloatArray:
    order = np.argsort(stratum, kind="stable")
    keys = rng.random(table.shape, dtype=np.float32) * np.float32(0.99)
    keys += stratum[order].astype(np.float32)
    source = order[np.argsort(keys, axis=1)]
    found = np.empty_like(table)
    found[:, order] = np.take_along_axis(table, source, axis=1)
    return found


def _weeks(table: FloatArray, first_day: int, rng: np.random.Generator) -> FloatArray:
    rows, number = table.shape
    lead = (first_day + 3) % 7
    first = (7 - lead) % 7
    weeks = (number - first) // 7
    found = table.copy()
    if weeks < 2:
        return found
    parts = table[:, first : first + 7 * weeks].reshape(rows, weeks, 7)
    keys = rng.random((rows, weeks), dtype=np.float32) * np.float32(0.99)
    keys += (np.arange(weeks) // BLOCK_WEEKS).astype(np.float32)
    source = np.argsort(keys, axis=1)[:, :, np.newaxis]
    moved = np.take_along_axis(parts, source, axis=1)
    found[:, first : first + 7 * weeks] = moved.reshape(rows, 7 * weeks)
    return found


def week_weights(number: int, first_day: int, rng: np.random.Generator) -> FloatArray:
    """(days) how often each day counts if whole weeks are drawn again."""
    week = (first_day + np.arange(number) + 3) // 7
    week -= week[0]
    count = int(week[-1]) + 1
    drawn = np.bincount(rng.integers(0, count, count), minlength=count)
    return drawn[week].astype(np.float32)
