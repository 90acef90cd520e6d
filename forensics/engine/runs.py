"""Distinct values of arrays by sorting them, and the runs of equal values in sorted arrays.

`np.unique` looks values up in a hash table, which takes many times as long as sorting once an
array outgrows the processor's cache. The results are the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PLACE_BITS = 31
"""Places in an array: more than 2 ** 31 values do not fit into memory."""


def begins(ordered: NDArray[Any]) -> NDArray[np.bool_]:
    """Which entries differ from the one before; the first always does."""
    new = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return new


def distinct(values: NDArray[Any]) -> NDArray[Any]:
    """The distinct values, rising; no time for those that rise already."""
    ordered = values if rises(values) else np.sort(values)
    return ordered[begins(ordered)]


def counted(values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """(Distinct values, rising; how often each occurs)."""
    ordered = values if rises(values) else np.sort(values)
    first = np.flatnonzero(begins(ordered))
    return ordered[first], np.diff(first, append=len(ordered)).astype(np.int64)


def rises(values: NDArray[Any]) -> bool:
    """Whether no value is less than the one before it."""
    return bool((values[1:] >= values[:-1]).all())


def stable_order(values: NDArray[Any]) -> NDArray[np.int64]:
    """Places of the values in rising order, equal ones in the order they stand in.

    What `np.argsort(values, kind="stable")` gives, from two sorts that are free to mix equal ones.
    """
    order = np.argsort(values)
    run = np.cumsum(begins(values[order])) - 1
    both = np.sort((run << _PLACE_BITS) | order)
    found: NDArray[np.int64] = both & ((1 << _PLACE_BITS) - 1)
    return found
