"""Do the pieces of a unit keep the same hours? Split by client, kind and language before pooling.

Two pieces are compared by the distance of their hour curves. Chance comes from giving the pieces'
days other labels: a day of one account and piece keeps its hours, and labels change places only
among days of the same account and four weeks, so that a drift of habits or a new client halfway
does not count as a difference. Where accounts have one piece each, labels change places among
accounts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from forensics.clues.hands.effects import day_distance, day_shift
from forensics.clues.hands.hourrows import AT_ONCE, HOURS, HourRows
from forensics.clues.hands.operators import BLOCK_DAYS, area, held_out_scores
from forensics.clues.moments import COARSE_S, Moments, moments
from forensics.engine.runs import begins, counted, distinct
from forensics.model import Status

if TYPE_CHECKING:
    from forensics.engine import PostTable

ENOUGH_HOURS = 50
"""Active hours a piece needs."""
ENOUGH_DAYS = 14
MOST_PIECES = 3
"""Pieces of one column compared with each other: those with most posts."""
PERMUTATIONS = 999
FEW_BLOCKS = 500
"""Days up to which labels are really permuted."""
DRAWS = 9_999
SEED = 65
SURE_P = 0.01
"""Pieces differ where Holm's p over all pairs of the unit is this small."""
APART_H = 2.0
"""From this difference on a pooled zone answer is withheld."""
LEAST_OVERLAP = 12.0
"""Active hours that the pieces must share within groups, harmonic mean: else one followed the other
and their hours cannot be told from the time's."""
PURE = 0.9
FEWEST_ACCOUNTS = 8
DAY_S = 86_400

IntArray = NDArray[np.int64]
CodeArray = NDArray[np.int32]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Column = Literal["client", "kind", "language"]
COLUMNS: tuple[Column, ...] = ("client", "kind", "language")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pieces of one unit."""

    column: Column
    first: str
    second: str
    hours: tuple[int, int]
    """Active hours of each."""
    distance_h: float
    """Hours by which activity must be moved around the clock to make one curve of the other, every
    account and four weeks weighing the same in both."""
    shift_h: float
    """Hours by which the second piece lies later in the day; negative is earlier."""
    p: float
    holm_p: float
    """The same after Holm's correction over all pairs of the unit."""
    by: Literal["days", "accounts"]
    """What changed places in the permutations."""
    auc: float
    """How well hours alone tell the two apart on months not used to learn it; NaN if unknown."""

    @property
    def differ(self) -> bool:
        """Whether chance hardly gives such a difference."""
        return self.holm_p <= SURE_P

    @property
    def apart(self) -> bool:
        """Whether the two must not be pooled to infer a zone."""
        return self.differ and self.distance_h >= APART_H


@dataclass(frozen=True, slots=True)
class SplitsAnswer:
    """How far the pieces of one unit agree."""

    posts: Moments
    status: Status
    pairs: tuple[Pair, ...]
    """Greatest distance first among those that differ, then the others."""

    @property
    def disagreement_h(self) -> float:
        """Greatest distance among pairs that differ; 0 without one."""
        return max((pair.distance_h for pair in self.pairs if pair.differ), default=0.0)


def answers(posts: PostTable, units: Mapping[str, Sequence[str]]) -> Iterator[SplitsAnswer]:
    """The answer about each unit, in order."""
    for unit in moments(posts, units):
        yield answer(unit)


def answer(posts: Moments) -> SplitsAnswer:
    """How far the pieces of one unit agree."""
    fine = posts.precision_s <= COARSE_S
    usable = posts if fine.all() else posts.select(fine)
    found: list[Pair] = []
    for column in COLUMNS:
        blocks = _blocks(usable, column)
        if blocks is None:
            continue
        for first, second in combinations(range(len(blocks.names)), 2):
            pair = _pair(blocks, column, first, second)
            if pair is not None:
                found.append(pair)
    if not found:
        return SplitsAnswer(posts, "insufficient", ())
    corrected = [_with_area(usable, pair) if pair.differ else pair for pair in _holm(found)]
    ordered = tuple(sorted(corrected, key=lambda one: (not one.differ, -one.distance_h, one.first)))
    status: Status = "found" if any(pair.differ for pair in ordered) else "nothing_found"
    return SplitsAnswer(posts, status, ordered)


@dataclass(frozen=True, slots=True)
class _Blocks:
    """Days of one account and piece."""

    names: tuple[str, ...]
    codes: IntArray
    """(pieces) code of each in the column."""
    piece: NDArray[np.int8]
    """(blocks)"""
    owner: CodeArray
    day: CodeArray
    curve: HourRows
    """(blocks, 24) whether there was a post in each UTC hour."""


def _blocks(posts: Moments, column: Column) -> _Blocks | None:
    """The days of all pieces large enough; None where fewer than two are."""
    words: tuple[str, ...] = getattr(posts, f"{column}s")
    pieces = _pieces(posts, getattr(posts, column))
    if len(pieces) < 2:
        return None
    owner = np.concatenate([one.owner for one in pieces])
    hour = np.concatenate([one.hour for one in pieces])
    piece = np.repeat(np.arange(len(pieces), dtype=np.int8), [len(one.hour) for one in pieces])
    day = hour // 24
    new = begins(owner) | begins(day) | begins(piece)
    row = (np.cumsum(new) - 1).astype(np.int32)
    curve = HourRows(int(new.sum()), row, (hour % 24).astype(np.int8))
    codes = np.array([one.code for one in pieces], dtype=np.int64)
    names = tuple(words[one.code] for one in pieces)
    return _Blocks(names, codes, piece[new], owner[new], day[new], curve)


@dataclass(frozen=True, slots=True)
class _Piece:
    """The active hours of one value of a column."""

    code: int
    owner: CodeArray
    """Account of each, rising."""
    hour: CodeArray
    """Hours since 1970, rising within an account."""


def _pieces(posts: Moments, value: CodeArray) -> list[_Piece]:
    """The pieces large enough with most active hours, the largest first.

    A piece has no more hours than posts, so that those with few posts need not be looked at.
    """
    codes, size = counted(value[value >= 0])
    found: list[_Piece] = []
    if len(codes) < 2:
        return found
    for place in np.lexsort((codes, -size)).tolist():
        least = len(found[-1].hour) if len(found) == MOST_PIECES else ENOUGH_HOURS
        if size[place] < least:
            break
        one = _piece(posts, value, int(codes[place]))
        if len(one.hour) >= ENOUGH_HOURS and len(distinct(one.hour // 24)) >= ENOUGH_DAYS:
            found = sorted([*found, one], key=lambda each: (-len(each.hour), each.code))
            del found[MOST_PIECES:]
    return found


def _piece(posts: Moments, value: CodeArray, code: int) -> _Piece:
    """The active hours of one value; posts are in order of account and time."""
    mine = value == code
    hour, owner = (posts.t_s[mine] // 3600).astype(np.int32), posts.owner[mine]
    new = begins(hour) | begins(owner)
    return _Piece(code, owner[new], hour[new])


def _pair(blocks: _Blocks, column: Column, first: int, second: int) -> Pair | None:
    """The comparison of two pieces, p not yet corrected; None where they never overlap."""
    edges = np.searchsorted(blocks.piece, np.arange(len(blocks.names) + 1, dtype=np.int8))
    spans = [edges[one : one + 2].tolist() for one in (first, second)]
    curve = blocks.curve.part(*spans[0]).then(blocks.curve.part(*spans[1]))
    owner, day = (
        np.concatenate([values[low:high] for low, high in spans])
        for values in (blocks.owner, blocks.day)
    )
    label = np.arange(len(owner)) < spans[0][1] - spans[0][0]
    hours = (curve.entries(label), curve.entries(~label))
    by_accounts = _pure(label, owner)
    if by_accounts:
        code, accounts = _numbered(owner)
        curve = HourRows.of(curve.sums(code, accounts))
        label = np.bincount(code, weights=label) * 2 > np.bincount(code)
        group = np.zeros(accounts, dtype=np.int64)
    else:
        group = owner.astype(np.int64) * 100_000 + day // BLOCK_DAYS
    code = _numbered(group)[0]
    curves = _standardised(curve, label, code)
    if curves is None:
        return None
    p = _chance(curve, label, code)
    return Pair(
        column=column,
        first=blocks.names[first],
        second=blocks.names[second],
        hours=hours,
        distance_h=day_distance(*curves),
        shift_h=day_shift(*curves),
        p=p,
        holm_p=p,
        by="accounts" if by_accounts else "days",
        auc=float("nan"),
    )


def _numbered(values: IntArray | CodeArray) -> tuple[IntArray, int]:
    """(Place of each value among the distinct ones, how many there are)."""
    known = distinct(values)
    return np.searchsorted(known, values).astype(np.int64), len(known)


def _standardised(
    curve: HourRows, label: BoolArray, code: IntArray
) -> tuple[FloatArray, FloatArray] | None:
    """The two pieces' curves with every group weighing the same in both; None without overlap.

    A group (one account in four weeks) that holds much of one piece and little of the other would
    otherwise bring its own hours into the difference.
    """
    size = int(code.max()) + 1 if len(code) else 0
    first, second = (curve.sums(code, size, kind) for kind in (label, ~label))
    n, m = first.sum(axis=1), second.sum(axis=1)
    weight = n * m / np.maximum(n + m, 1.0)
    if weight.sum() < LEAST_OVERLAP:
        return None
    return (weight / np.maximum(n, 1.0)) @ first, (weight / np.maximum(m, 1.0)) @ second


def _pure(label: BoolArray, owner: CodeArray) -> bool:
    """Whether accounts have one piece each, so that days of one account say nothing."""
    code, _ = _numbered(owner)
    size = np.bincount(code)
    share = np.bincount(code, weights=label) / size
    pure = np.maximum(share, 1.0 - share)
    return len(size) >= FEWEST_ACCOUNTS and float(pure @ size) / size.sum() >= PURE


def _chance(curve: HourRows, label: BoolArray, code: IntArray) -> float:
    """Chance of such a difference when labels change places inside groups.

    Each day counts by what it departs from its group's hours, given its own number of hours; so the
    sum over a piece is the difference of the pieces inside groups. Few days are permuted; of many,
    the sums are drawn from the normal distribution with the mean and covariance of permutations.
    """
    rng = np.random.default_rng([SEED, len(label), int(label.sum())])
    total = curve.sums(code, int(code.max()) + 1)
    profile = total / total.sum(axis=1, keepdims=True)
    if len(label) <= FEW_BLOCKS:
        days = curve.table()
        apart = days - days.sum(axis=1, keepdims=True) * profile[code]
        seen = _statistic(label.astype(np.float64)[None, :] @ apart)[0]
        order = np.argsort(code, kind="stable")
        mixed = np.argsort(code + rng.random((PERMUTATIONS, len(code))), axis=1)
        drawn = np.empty((PERMUTATIONS, len(code)))
        drawn[:, order] = label[mixed]
        sums = drawn @ apart
    else:
        departure, sums = _drawn_sums(curve, profile, label, code, rng)
        seen = _statistic(departure)[0]
    above = int((_statistic(sums) >= seen - 1e-12).sum())
    return (1 + above) / (1 + len(sums))


def _drawn_sums(
    curve: HourRows,
    profile: FloatArray,
    label: BoolArray,
    code: IntArray,
    rng: np.random.Generator,
) -> tuple[FloatArray, FloatArray]:
    """(Departure of the first piece, drawn ones), from the moments of all permutations in groups.

    Days are written out some at a time: all at once, they would outgrow the posts they come from.
    """
    size = np.bincount(code).astype(np.float64)
    chosen = np.bincount(code, weights=label)
    spread = chosen * (size - chosen) / np.maximum(size * (size - 1.0), 1.0)
    mean, covariance = np.zeros_like(profile), np.zeros((HOURS, HOURS))
    departure = np.zeros((1, HOURS))
    held = list(_apart(curve, profile, code)) if curve.size <= AT_ONCE else None
    for rows, days in held or _apart(curve, profile, code):
        departure += label[rows].astype(np.float64)[None, :] @ days
        for hour in range(HOURS):
            mean[:, hour] += np.bincount(code[rows], weights=days[:, hour], minlength=len(size))
    mean /= size[:, None]
    for rows, days in held or _apart(curve, profile, code):
        np.subtract(days, mean[code[rows]], out=days)
        covariance += (days * spread[code[rows]][:, None]).T @ days
    values, vectors = np.linalg.eigh(covariance)
    # The symmetric root: which vectors span a space of equal values, and their signs, are noise of
    # rounding, and other on every machine.
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    draws: FloatArray = chosen @ mean + rng.standard_normal((DRAWS, HOURS)) @ root
    return departure, draws


def _apart(
    curve: HourRows, profile: FloatArray, code: IntArray
) -> Iterator[tuple[slice, FloatArray]]:
    """What each day departs from its group's hours, and which days these are."""
    for rows, days in curve.tables():
        usual = days.sum(axis=1, keepdims=True) * profile[code[rows]]
        yield rows, np.subtract(days, usual, out=usual)


def _statistic(differences: FloatArray) -> FloatArray:
    """Earth mover's distance around the day of every difference of curves, not normalised."""
    gap = np.cumsum(differences, axis=1)
    found: FloatArray = np.abs(gap - np.median(gap, axis=1)[:, None]).mean(axis=1)
    return found


def _with_area(posts: Moments, pair: Pair) -> Pair:
    """The pair with the area under the curve of hours alone, for a unit of one account."""
    if len(posts.accounts) != 1:
        return pair
    value = getattr(posts, pair.column)
    words: tuple[str, ...] = getattr(posts, f"{pair.column}s")
    rows = (value == words.index(pair.first)) | (value == words.index(pair.second))
    times, positive = posts.t_s[rows], value[rows] == words.index(pair.first)
    block = (times - times[0]) // (BLOCK_DAYS * DAY_S)
    for parity in (0, 1):
        here = positive[block % 2 == parity]
        if not here.any() or here.all():
            return pair
    return replace(pair, auc=area(held_out_scores(times, positive, block), positive))


def _holm(pairs: list[Pair]) -> list[Pair]:
    """The pairs with p corrected for their number."""
    order = sorted(range(len(pairs)), key=lambda i: pairs[i].p)
    corrected = list(pairs)
    largest = 0.0
    for place, i in enumerate(order):
        largest = max(largest, min(1.0, pairs[i].p * (len(pairs) - place)))
        corrected[i] = replace(pairs[i], holm_p=largest)
    return corrected
