"""Do the posts fall on some minutes of the hour more than typing would let them?

People do not look at the minute hand; schedulers do. A flag is no verdict: it says which posts to
look at apart, by client or by minute. A clean result means that nothing was seen, not that the
posts were typed: a scheduler that adds a random delay passes every test of minutes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from forensics import clock
from forensics.clues.activity import SPACING_MIN, Activity, activities
from forensics.clues.evidence import Evidence
from forensics.model import Clue, Finding, Json, KindLikelihood, Observation
from forensics.version import __version__

FINDER = "automation"
ENOUGH_POSTS = 30
"""Posts at least 15 minutes apart below which minutes are not tested."""
FLAG_PPM = 1_000
"""Flagged where chance makes such minutes less often than this (p < .001)."""
DRAWS = 9_999
SEED = 60
"""Seed of the simulated p value for samples too small for the chi-square approximation."""
SMALL_POSTS = 300
CLEAR_EXCESS = 3.1
"""Standard deviations above an even share from which a minute is named (one-sided p = .001)."""
HALF_PPM = 500_000
"""From this share of posts on flagged minutes on, a scheduler is a rival for the whole unit."""
SCHEDULER_MDB = 16_000
"""Weight for a scheduler: flags were .004 of 478 ordinary people (at most .012 with 95 %), against
one half of scheduled units, which is judged. The ceiling for planted clues cuts it to 7 dB."""
PLANTED_PPM = 200_000
"""Minutes cost nothing to fake, in either direction."""
NOT_TYPED = "Nothing was seen; that does not show that the posts were typed."

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class MinuteTest:
    """The test of minutes for one unit."""

    n: int
    """Posts tested: of each account, those at least 15 minutes apart."""
    chi2_milli: int
    """Chi-square over 60 minutes (59 degrees of freedom), in thousandths."""
    p_ppm: int | None
    """Chance of such a value from even minutes; None below 30 posts."""
    flagged: bool
    minutes: tuple[int, ...]
    """Minutes that hold clearly more than an even share; empty unless flagged."""
    share_ppm: int
    """Share of all the unit's posts that fall on those minutes."""


@lru_cache(maxsize=512)
def _simulated(n: int) -> NDArray[np.float64]:
    """Sorted chi-square values of `n` posts spread evenly by chance over 60 minutes."""
    draws = np.random.default_rng([SEED, n]).multinomial(n, np.full(60, 1 / 60), size=DRAWS)
    expected = n / 60
    return np.sort(((draws - expected) ** 2).sum(axis=1) / expected)


def _tail_59(value: float) -> float:
    """Upper tail of the chi-square distribution with 59 degrees of freedom, in closed form."""
    half = value / 2
    if half <= 0:
        return 1.0
    terms = (math.exp((j + 0.5) * math.log(half) - half - math.lgamma(j + 1.5)) for j in range(29))
    return math.erfc(math.sqrt(half)) + math.fsum(terms)


def _chance_ppm(value: float, n: int) -> int:
    """Chance of a chi-square at least this large, in parts per million."""
    chance = _tail_59(value)
    # Far from the threshold the approximation decides the same way at any n.
    if n < SMALL_POSTS and 1e-6 < chance < 0.02:
        values = _simulated(n)
        above = DRAWS - int(np.searchsorted(values, value - 1e-9))
        chance = (1 + above) / (1 + DRAWS)
    return round(chance * 1_000_000)


def minute_test(activity: Activity) -> MinuteTest:
    """The test of minutes on one unit's counts.

    Hypothesis: each post is equally likely in every minute of the hour. Assumes posts at least 15
    minutes apart to be independent. Not for times that are rounded to five or fifteen minutes:
    their clock flags them, not their author.
    """
    counts = activity.spaced_minutes
    n = int(counts.sum())
    if n < ENOUGH_POSTS:
        return MinuteTest(n, 0, None, False, (), 0)
    expected = n / 60
    value = float(((counts - expected) ** 2).sum() / expected)
    p_ppm = _chance_ppm(value, n)
    if p_ppm >= FLAG_PPM:
        return MinuteTest(n, round(value * 1000), p_ppm, False, (), 0)
    named = np.flatnonzero(counts > expected + CLEAR_EXCESS * np.sqrt(expected))
    share = int(activity.minutes[named].sum()) * 1_000_000 // max(1, int(activity.minutes.sum()))
    return MinuteTest(
        n, round(value * 1000), p_ppm, True, tuple(int(minute) for minute in named), share
    )


def find(evidence: Evidence, *, settings: Mapping[str, Json] | None = None) -> list[Finding]:
    """One finding per unit: whether its posts prefer some minutes of the hour.

    `settings` is accepted as every finder does; this one has none.
    """
    del settings
    if evidence.posts is None:
        return []
    return [_finding(activity) for activity in activities(evidence.posts, evidence.units)]


def _finding(activity: Activity) -> Finding:
    test = minute_test(activity)
    details = _details(activity, test)
    if test.p_ppm is None:
        statement = (
            f"Minutes of the hour were not tested: {test.n} posts lie at least 15 minutes apart, "
            f"{ENOUGH_POSTS} are needed."
        )
        return Finding(FINDER, activity.unit, "insufficient", statement, details=details)
    if not test.flagged:
        statement = f"No minute of the hour stands out among {test.n} posts."
        limits = (NOT_TYPED,)
    else:
        statement = (
            f"{test.share_ppm // 10_000} % of the posts fall on {_minutes(test.minutes)}; chance "
            "alone is so uneven less than once in a thousand times. Look at these posts apart, by "
            "client and by minute, before reading hours as working hours."
        )
        limits = (
            "A flag is no verdict: a punctual person, a coarse clock or a news feed also flag.",
        )
    return Finding(
        finder=FINDER,
        unit=activity.unit,
        status="found" if test.flagged else "nothing_found",
        statement=statement,
        observations=(_observation(activity, test, statement),),
        clues=(_clue(activity, statement),) if test.share_ppm >= HALF_PPM else (),
        limits=limits,
        details=details,
    )


def _details(activity: Activity, test: MinuteTest) -> dict[str, Json]:
    return {
        "n_tested": test.n,
        "chi2_milli": test.chi2_milli,
        "p_ppm": test.p_ppm,
        "flagged": test.flagged,
        "minutes": list(test.minutes),
        "share_ppm": test.share_ppm,
        "minute_counts": [int(count) for count in activity.minutes],
    }


def _clue(activity: Activity, statement: str) -> Clue:
    """The clue for the rival that a scheduler posts; it shares its group with the hours."""
    return Clue(
        id=f"{FINDER}:{activity.unit}:minutes",
        kind=FINDER,
        unit=activity.unit,
        statement=statement,
        observations=(f"{FINDER}:{activity.unit}:minutes",),
        group=(f"times:{activity.unit}",),
        role="operator_present",
        set_by="operator",
        category="behavioural",
        grade="F6",
        planted_chance_ppm=PLANTED_PPM,
        likelihood=KindLikelihood({"scheduler": SCHEDULER_MDB}),
        accounts=activity.accounts,
        valid_from=clock.utc_text(int(activity.q[0]) * 900_000_000),
        valid_to=clock.utc_text(int(activity.q[-1]) * 900_000_000),
    )


def _observation(activity: Activity, test: MinuteTest, statement: str) -> Observation:
    return Observation(
        id=f"{FINDER}:{activity.unit}:minutes",
        about=activity.unit,
        statement=statement,
        value=test.share_ppm,
        interval=None,
        unit="ppm",
        rows=activity.rows,
        rows_total=activity.n_posts,
        method=FINDER,
        version=f"gnomon {__version__}",
        settings={"spacing_min": SPACING_MIN, "flag_ppm": FLAG_PPM, "draws": DRAWS},
        seed=SEED,
    )


def _minutes(minutes: tuple[int, ...]) -> str:
    """Minutes as text: `minutes :00, :15, :30`; at most eight are written out."""
    if not minutes:
        return "no single minute (the excess is spread)"
    shown = ", ".join(f":{minute:02d}" for minute in minutes[:8])
    more = len(minutes) - 8
    return f"minutes {shown}" + (f" and {more} more" if more > 0 else "")
