"""Do the pieces of a unit keep the same calendar? Accounts of one file, or one language, compared.

Pieces are compared by their hours elsewhere; two offices of one time zone keep the same hours and
other holidays. Here each piece is asked for its calendar by itself. Two that each name one disagree
where two calendars explain both by 10 dB better than the best that both could share: that pays for
having chosen among all calendars twice. A pool of such pieces has no place of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from forensics.clues.activity import Activity
from forensics.clues.calendars import answer as calendars
from forensics.clues.calendars.evidence import DB, CalendarAnswer
from forensics.clues.calendars.finding import names_text
from forensics.clues.moments import Moments
from forensics.engine.runs import begins, counted
from forensics.model import Finding, Json, Status

FINDER = "calendar_pieces"
COLUMNS = ("original", "language")
LEAST_ACCOUNTS = 3
MOST_PIECES = 4
"""Pieces of one column that are compared: those with most accounts."""
APART_DB = 10
LIMITS = (
    "Compared are the accounts of each file and of each language; other ways to part them are not.",
    "Two offices of countries with nearly the same days off are not told apart.",
)

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pieces that name calendars of their own."""

    column: str
    first: str
    second: str
    accounts: tuple[int, int]
    leaders: tuple[tuple[str, ...], tuple[str, ...]]
    """Calendar of each, and those with the very same days."""
    apart_db: float
    """By so much two calendars explain both better than one."""

    @property
    def apart(self) -> bool:
        """Whether one calendar does not do for both."""
        return self.apart_db >= APART_DB


@dataclass(frozen=True, slots=True)
class PiecesAnswer:
    """How far the pieces of one unit agree about days off."""

    unit: str
    status: Status
    pairs: tuple[Pair, ...]
    """Those furthest apart first."""
    pieces: int
    """Pieces that were asked."""

    @property
    def apart(self) -> tuple[Pair, ...]:
        """Pairs that one calendar does not explain."""
        return tuple(one for one in self.pairs if one.apart)


def answer(
    activity: Activity,
    posts: Moments,
    covered: IntArray | None = None,
    owners: Sequence[int] | None = None,
) -> PiecesAnswer:
    """Whether the pieces of a unit keep one calendar.

    Args:
        activity: What its accounts did, without machines and reposts.
        posts: Single posts of the same accounts: say which file and language each belongs to.
        covered: UTC days on which silence is evidence; None for all.
        owners: Numbers of the accounts whose hours stand in `activity`; None for all, in order.
    """
    every = range(len(activity.hours)) if owners is None else owners
    hours = dict(zip(every, activity.hours, strict=True))
    pairs: list[Pair] = []
    asked = 0
    for column in COLUMNS:
        pieces = list(_pieces(activity, posts, column, hours))
        if len(pieces) < 2:
            continue
        asked += len(pieces)
        told = list(calendars.answers([one for _, one in pieces], covered_days=covered))
        named = [(name, one) for (name, _), one in zip(pieces, told, strict=True)]
        pairs += [
            _pair(column, first, second)
            for first, second in combinations(named, 2)
            if first[1].status == second[1].status == "found"
        ]
    pairs.sort(key=lambda one: (-one.apart_db, one.column, one.first, one.second))
    status: Status = "insufficient"
    if pairs:
        status = "found" if pairs[0].apart else "nothing_found"
    return PiecesAnswer(activity.unit, status, tuple(pairs), asked)


def _pieces(
    activity: Activity, posts: Moments, column: str, hours_of: Mapping[int, IntArray]
) -> Iterator[tuple[str, Activity]]:
    """Name and activity of the accounts that have most of their posts in one value of a column.

    An account may have no hours left, where all its posts are a machine's.
    """
    words: Sequence[str] = getattr(posts, f"{column}s")
    if len(words) < 2 or activity.accounts != posts.accounts:
        return
    main = _main_values(posts.owner, getattr(posts, column), len(posts.accounts), len(words))
    sizes = np.bincount(main[main >= 0], minlength=len(words))
    order = sorted(range(len(words)), key=lambda code: (-int(sizes[code]), code))[:MOST_PIECES]
    for code in order:
        chosen = np.flatnonzero(main == code).tolist()
        hours = [hours_of[owner] for owner in chosen if owner in hours_of]
        if len(chosen) >= LEAST_ACCOUNTS and any(len(one) for one in hours):
            q, n = counted(np.concatenate(hours))
            names = tuple(activity.accounts[owner] for owner in chosen)
            piece = replace(activity, accounts=names, hours=tuple(hours), q=q, n=n)
            yield words[code], piece


def _main_values(
    owner: NDArray[np.int32], value: NDArray[np.int32], accounts: int, values: int
) -> IntArray:
    """(accounts) the value that most posts of each have, the lowest of several; -1 without any."""
    known = value >= 0
    key, times = counted(owner[known].astype(np.int64) * values + value[known])
    who, what = np.divmod(key, values)
    best = np.lexsort((what, -times, who))
    first = best[begins(who[best])]
    main = np.full(accounts, -1, dtype=np.int64)
    main[who[first]] = what[first]
    return main


def _pair(
    column: str, first: tuple[str, CalendarAnswer], second: tuple[str, CalendarAnswer]
) -> Pair:
    """The comparison of two pieces."""
    one, other = first[1], second[1]
    weights = [
        {each.country: each.total_nats / DB for each in told.evidence} for told in (one, other)
    ]
    both = sorted(set(weights[0]) & set(weights[1]))
    alone = sum(max(told[name] for name in both) for told in weights)
    shared = max(weights[0][name] + weights[1][name] for name in both)
    return Pair(
        column=column,
        first=first[0],
        second=second[0],
        accounts=(len(one.activity.accounts), len(other.activity.accounts)),
        leaders=(_leaders(one), _leaders(other)),
        apart_db=alone - shared,
    )


def _leaders(told: CalendarAnswer) -> tuple[str, ...]:
    return () if told.leader is None else (told.leader.country, *told.alike)


def finding(told: PiecesAnswer) -> Finding:
    """The answer as a finding without a clue: it bears on whether the unit is one."""
    rows: list[Json] = [
        {
            "column": one.column,
            "first": one.first,
            "second": one.second,
            "accounts": list(one.accounts),
            "leaders": [list(names) for names in one.leaders],
            "apart_milli_db": round(1000 * one.apart_db),
        }
        for one in told.pairs
    ]
    return Finding(
        finder=FINDER,
        unit=told.unit,
        status=told.status,
        statement=statement_of(told),
        limits=LIMITS,
        details={"pieces": told.pieces, "pairs": rows},
    )


def statement_of(told: PiecesAnswer) -> str:
    """The answer in a sentence or two."""
    if told.status == "insufficient":
        return (
            "Whether pieces of it keep one calendar cannot be told: no two files or languages of "
            f"{LEAST_ACCOUNTS} accounts or more name a calendar each."
        )
    if told.status == "nothing_found":
        return f"{len(told.pairs)} pairs of pieces name calendars that one calendar explains."
    one = told.apart[0]
    first, second = (names_text(names) for names in one.leaders)
    return (
        f"Pieces of it keep different calendars: {one.accounts[0]:,} accounts that of {first}, "
        f"{one.accounts[1]:,} that of {second}, taken by {_column(one.column)}; two calendars "
        f"explain them {one.apart_db:.0f} dB better than one. They are not one place."
    )


def _column(column: str) -> str:
    return {"original": "the file they stand in", "language": "the language they write"}[column]
