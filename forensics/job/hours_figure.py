"""The hour-of-week figure of a unit, as values: counts by hour, and the audience's day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forensics.clock import offset_s, offset_text, utc_text
from forensics.clues.quarters import week_bins
from forensics.engine import PostTable
from forensics.model import Finding
from forensics.reference.zones import local_quarters
from forensics.show.view import HoursFigure, ZoneSet

WAKING = (7, 23)
"""Stated waking hours of an audience, local time."""
NEAR_SHIFTS_MIN = 180
"""Equivalent pictures are spelled out up to this shift; the others stand in the numbers."""
SPLIT = (
    ("originals, quotes and replies", ("original", "quote", "reply", "unknown")),
    ("reposts", ("repost",)),
)
"""Kinds of post that are drawn apart: reposts follow other people's hours."""
PRIORS = (("set80_uniform", "every offset alike"), ("set80_population", "by population"))


def hours_figures(
    finding: Finding, audience_zone: str | None, posts: PostTable, accounts: Sequence[str]
) -> tuple[HoursFigure, ...]:
    """The week in UTC and in the best-fitting zone, pooled and by kind; none if none was drawn."""
    details: Mapping[str, Any] = finding.details
    if "week_utc" not in details:
        return ()
    whole = _whole(details, audience_zone, *posts.quarters(accounts))
    return (whole, *by_kind(whole, details["local_zone"], posts, accounts))


def _whole(
    details: Mapping[str, Any],
    audience_zone: str | None,
    q: NDArray[np.int64],
    n: NDArray[np.int64],
) -> HoursFigure:
    """All posts of the unit in one figure, those too that the answer leaves out."""
    zone, offset_min = details["local_zone"], details["local_offset_min"]
    middle_s = (details["first_us"] + details["last_us"]) // 2_000_000
    label: str | None = None
    in_utc: tuple[int, ...] = ()
    in_local: tuple[int, ...] = ()
    if audience_zone is not None:
        offset = offset_s(audience_zone, middle_s) // 3600
        label = (
            f"waking hours of the audience, {WAKING[0]:02d}-{WAKING[1]:02d} {audience_zone} "
            f"({offset_text(offset * 60)} on {utc_text(middle_s * 1_000_000)[:10]})"
        )
        in_utc = waking_bins(-offset)
        in_local = waking_bins(offset_min // 60 - offset)
    return HoursFigure(
        split="pooled" if details["accounts"] > 1 else "all posts",
        zone_label=f"{zone} rules ({offset_text(offset_min)})",
        counts_utc=_week(q, n),
        counts_local=_week(local_quarters(zone, q), n),
        n=int(n.sum()),
        n_all=int(n.sum()),
        period=days_text(details["first_us"], details["last_us"]),
        zone_sets=tuple(
            ZoneSet(
                prior=words,
                level_ppm=800_000,
                zones=tuple(offset_text(item) for item in sorted(details[name])),
            )
            for name, words in PRIORS
        ),
        alternatives=same_pictures(details),
        audience_label=label,
        audience_utc=in_utc,
        audience_local=in_local,
    )


def by_kind(
    whole: HoursFigure, zone: str, posts: PostTable, accounts: Sequence[str]
) -> tuple[HoursFigure, ...]:
    """The same week for originals and for reposts apart; nothing where there is one kind only.

    Quotes and replies are typed like originals and stand with them. Every quarter-hour is
    converted by the rules of its own date.
    """
    parts = []
    for name, kinds in SPLIT:
        q, n = posts.quarters(accounts, kinds)
        if not len(q) or int(n.sum()) == whole.n_all:
            return ()
        weeks = [_week(q, n), _week(local_quarters(zone, q), n)]
        parts.append(
            replace(
                whole,
                split=name,
                counts_utc=weeks[0],
                counts_local=weeks[1],
                n=int(n.sum()),
                zone_sets=(),
            )
        )
    return tuple(parts)


def _week(q: NDArray[np.int64], n: NDArray[np.int64]) -> tuple[int, ...]:
    """(168) posts per hour of the week, Monday 00:00 first."""
    counts = np.zeros(168, dtype=np.int64)
    np.add.at(counts, week_bins(q) // 4, n)
    return tuple(int(count) for count in counts)


def waking_bins(shift_h: int) -> tuple[int, ...]:
    """Hours of the week (0-167) inside the waking hours, moved by whole hours."""
    hours = {(hour + shift_h) % 24 for hour in range(*WAKING)}
    return tuple(bin_ for bin_ in range(168) if bin_ % 24 in hours)


def same_pictures(details: Mapping[str, Any]) -> tuple[str, ...]:
    """Which other offsets make the same picture, and by how much habits would have to lie apart."""
    found = []
    for item in details["alternatives"]:
        offset_min, shift = item["offset_min"], item["shift_min"]
        if shift and abs(shift) <= NEAR_SHIFTS_MIN and shift % 60 == 0:
            when = "later" if shift > 0 else "earlier"
            found.append(f"{offset_text(offset_min)} with habits {abs(shift) // 60} h {when}")
    if not found:
        return ()
    *others, last = found
    return (f"The same picture: {', '.join(others) + ' or ' if others else ''}{last} in the day.",)


def days_text(first_us: int, last_us: int) -> str:
    """`2024-01-08 to 2024-07-07`."""
    return f"{utc_text(first_us)[:10]} to {utc_text(last_us)[:10]}"
