"""First postings of what several accounts posted: from them it is told who came first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forensics.links.content.incidence import Incidence, joined
from forensics.links.content.pairs import things_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_POSTINGS = 1_000_000
"""First postings that are kept, those of the contents that fewest accounts posted before others."""


@dataclass(frozen=True, slots=True)
class Shares:
    """One line for each account and content, where 2 to 200 accounts of the case posted it."""

    names: tuple[str, ...]
    """Accounts of the case, in order."""
    lines: Incidence
    """Ordered by content and account; account numbers from `len(names)` on are controls. Lines of
    different kinds of content never share a key."""
    wide: int
    """Contents left out because more accounts posted them: they went round."""
    left: int
    """Contents left out because they are too many."""


def shares_of(names: tuple[str, ...], kinds: Sequence[Incidence]) -> Shares:
    """First postings of several kinds of content.

    Args:
        names: Accounts of the case.
        kinds: Who posted what when, a table for each kind.
    """
    parts: list[Incidence] = []
    sizes: list[NDArray[np.int64]] = []
    wide = 0
    for one in kinds:
        firsts = one.firsts()
        things = things_of(firsts, len(names))
        keep = (things.case > 1) & ~things.wide
        length = np.diff(np.append(things.start, len(firsts)))
        parts.append(firsts.where(np.repeat(keep, length)))
        sizes.append(length[keep].astype(np.int64))
        wide += int(np.sum(things.wide))
    size = np.concatenate(sizes) if sizes else np.empty(0, dtype=np.int64)
    order = np.argsort(size, kind="stable")
    fits = np.zeros(len(size), dtype=bool)
    fits[order[np.cumsum(size[order]) <= MOST_POSTINGS]] = True
    lines = joined(parts).where(np.repeat(fits, size))
    return Shares(names, lines, wide, int(np.sum(~fits)))
