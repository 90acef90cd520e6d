"""Cohen's kappa: how far two graders agree beyond what their habits would give by chance.

H0: the two grade independently, each as often this or that as they do. kappa is 0 then, 1 where all
grades agree, below 0 where they agree less than by chance. For ordered scales neighbouring grades
count in part (linear weights).

Assumes that the items are graded one by one, and that neither knew the other's grades. Not for
scales on which one grader gave a single answer throughout: kappa is then 0 whatever the other says,
and not for a handful of items: see `FEWEST`. A low kappa with a high share of equal grades is no
contradiction where one grade is very common; both are printed.

Example: 100 cases, 89 graded alike, chance would give 66: kappa = (0.89 - 0.66) / (1 - 0.66) = 0.68
with standard error 0.088 (Fleiss, Levin, Paik: Statistical Methods for Rates and Proportions, 3rd
edition, section 18.1; the same from statsmodels 0.15).

Source: Cohen 1960, 1968; standard error of Fleiss, Cohen, Everitt 1969, for many items. With few
the interval is too narrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

FEWEST = 10
"""Fewest items for a kappa. Judged: with ten, the interval already spans about half the scale."""
_Z = 1.959964
"""Normal quantile of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Kappa:
    """Agreement of two graders on one scale."""

    n: int
    """Items that both graded."""
    equal: int
    """Of these, graded alike."""
    milli: int | None
    """kappa in thousandths; None where `why` says why there is none."""
    low_milli: int | None = None
    high_milli: int | None = None
    """Ends of a 95 % interval; None where there is none."""
    weighted: bool = False
    why: str = ""


def kappa(pairs: Sequence[tuple[str, str]], scale: Sequence[str], *, ordered: bool) -> Kappa:
    """Cohen's kappa over pairs of grades.

    Args:
        pairs: The two grades of each item; all of them on the scale.
        scale: The grades, in their order.
        ordered: Neighbouring grades count in part (linear weights).
    """
    n, equal = len(pairs), sum(a == b for a, b in pairs)
    why = _why_not(pairs)
    if why:
        return Kappa(n, equal, None, weighted=ordered, why=why)
    size = len(scale)
    cells = [[0.0] * size for _ in scale]
    for a, b in pairs:
        cells[scale.index(a)][scale.index(b)] += 1 / n
    weights = [[_weight(i, j, size, ordered=ordered) for j in range(size)] for i in range(size)]
    rows = [sum(row) for row in cells]
    columns = [sum(row[j] for row in cells) for j in range(size)]
    both = [(i, j) for i in range(size) for j in range(size)]
    seen = sum(weights[i][j] * cells[i][j] for i, j in both)
    chance = sum(weights[i][j] * rows[i] * columns[j] for i, j in both)
    value = (seen - chance) / (1 - chance)
    if equal == n:
        return Kappa(n, equal, 1000, weighted=ordered, why="no interval: all agree")
    by_row = [sum(weights[i][j] * columns[j] for j in range(size)) for i in range(size)]
    by_column = [sum(weights[i][j] * rows[i] for i in range(size)) for j in range(size)]
    spread = sum(
        cells[i][j]
        * (weights[i][j] * (1 - chance) - (by_row[i] + by_column[j]) * (1 - seen)) ** 2
        for i, j in both
    )  # fmt: skip
    variance = (spread - (seen * chance - 2 * chance + seen) ** 2) / (n * (1 - chance) ** 4)
    half = _Z * max(variance, 0.0) ** 0.5
    low, high = max(-1.0, value - half), min(1.0, value + half)
    return Kappa(n, equal, _milli(value), _milli(low), _milli(high), weighted=ordered)


def _why_not(pairs: Sequence[tuple[str, str]]) -> str:
    if len(pairs) < FEWEST:
        return f"no kappa: {len(pairs)} items, fewer than {FEWEST}"
    for place, who in enumerate(("the analyst", "the reviewer")):
        if len({pair[place] for pair in pairs}) == 1:
            return f"no kappa: {who} gave one grade to all"
    return ""


def _weight(i: int, j: int, size: int, *, ordered: bool) -> float:
    return 1 - abs(i - j) / (size - 1) if ordered else float(i == j)


def _milli(value: float) -> int:
    return round(value * 1000)
