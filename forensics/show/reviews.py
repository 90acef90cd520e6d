"""Reviews and blind grades as the report prints them."""

from __future__ import annotations

from dataclasses import dataclass


def kappa_text(milli: int) -> str:
    """`0.68` for 676 thousandths, `−0.05` below nothing; `0.00` has no sign."""
    text = f"{abs(milli) / 1000:.2f}"
    return f"−{text}" if milli < 0 and text != "0.00" else text


@dataclass(frozen=True, slots=True)
class ReviewView:
    """What a reviewer said, in the reviewer's words."""

    who: str
    verdict: str
    scope: str
    reason: str
    over: str
    """The digest or head it was given over."""
    stale: bool
    """True if the record has grown since."""
    role: str = ""
    """Role of that name in `case.toml`; empty if it is not named there."""


@dataclass(frozen=True, slots=True)
class ScaleView:
    """Agreement of a reviewer with the analyst on one scale."""

    name: str
    """reliability, credibility or category."""
    n: int
    """Clues graded by both on this scale."""
    equal: int
    unjudged: int
    """Clues left out because one of the two could not judge (F, 6)."""
    kappa_milli: int | None
    low_milli: int | None
    high_milli: int | None
    weighted: bool
    why: str
    """Why there is no kappa or no interval; empty if there are both."""


@dataclass(frozen=True, slots=True)
class RegradeRow:
    """One clue, graded twice."""

    clue: str
    unit: str
    analyst: str
    """Grade and category as they stood when the reviewer answered."""
    reviewer: str
    differs: bool


@dataclass(frozen=True, slots=True)
class RegradeView:
    """One reviewer's blind grades beside the analyst's."""

    who: str
    role: str
    graded: int
    of: int
    """Clues of the case."""
    drawn: str
    """How the clues were chosen."""
    stale: bool
    """True if a later line changes a result."""
    scales: tuple[ScaleView, ...]
    rows: tuple[RegradeRow, ...]
