"""What stands beside each clue: how to check it, how good its method is, what it favours."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from forensics.clues.calendars.finding import LISTED
from forensics.errors import ReferenceDataError
from forensics.job.settings import RunSettings
from forensics.model import Clue, CountryLikelihood, KindLikelihood, RowLikelihood, ZoneLikelihood
from forensics.reference.calendars import calendar
from forensics.reference.people import people
from forensics.show.view import Says

ZONES_NAMED = 6
"""Zones named in one line; the others are counted."""
FROM_TIMES = frozenset({"hours", "clock_changes", "calendar"})
"""Kinds of clues that `gnomon hours` prints again."""
KNOWN_ANSWERS: Mapping[str, str] = {
    "hours": (
        "People who write programs, zone known, 100 posts of one person: within one hour for .78 "
        "[.75, .82] of 506, the 80 % set holds the truth for .83 [.80, .86] of them; worse on "
        "other people and at rare offsets (docs/methods/hours.md)."
    ),
    "clock_changes": (
        "People who write programs, zone known: none, north or south is right for .82 [.75, .89] "
        "of 89 with 500 posts and .93 [.84, .99] of 40 with 1,000; where a rule is named, for .96 "
        "(docs/methods/clock-changes.md)."
    ),
    "calendar": (
        "Of 65 people whose days named a calendar out of 56, the leader is that of their inferred "
        "country for .80 [.71, .89], and that country is in the set for .88 [.80, .95]; calendars "
        "moved by weeks are named for .013 of 1,754 (docs/methods/calendars.md)."
    ),
    "sun": (
        "Simulated: with an error of 2 degrees and a clock within 30 minutes, the region of 90 % "
        "holds the true place in .90 [.88, .91] of 1,000 cases; with a clock that is an hour off "
        "in .23 (docs/methods/sun.md)."
    ),
    "label": (
        "Of 372 ordinary accounts of Weibo with two labels or more, .989 [.978, .997] keep one "
        "area; not measured behind proxies (docs/methods/labels.md)."
    ),
    "place_name": (
        "Shown, not weighed: writing about a place is no residence. Invented lines only: 33 with "
        "planted names found, 1 of 20 look-alikes taken (docs/methods/place-names.md)."
    ),
    "phone": (
        "Invented lines in five scripts, frames and seed held back: 1.00 [.98, 1] of the numbers "
        "read are right, .97 [.94, .99] of 176 are read (docs/methods/codes.md)."
    ),
    "plate": (
        "Invented lines in five scripts, frames and seed held back: 1.00 [.95, 1] of the plates "
        "read are right, .97 [.90, .99] of 72 are read (docs/methods/codes.md)."
    ),
    "over_representation": (
        "Simulated, 40 accounts with four controls each and tastes of their own: 2 % of 400 runs "
        "[1, 4] raise a false alarm at 5 %; with 2 % of mentions on one place it is found by 10 "
        "accounts in .54 [.47, .61] and by 20 in .94 [.89, .97] of 200 runs. No network of known "
        "place was measured (docs/methods/controls.md)."
    ),
    "judgement": "A person's number: there is no score to go by (docs/methods/weighing.md).",
    "image_position": "See docs/methods/images.md for recall against a reference reader.",
    "image_clock": "See docs/methods/images.md for agreement with the zone at the coordinates.",
}
"""Kind of clue -> score on cases with known answers, in words."""
KIND_WORDS: Mapping[str, str] = {
    "place": "worked at a place",
    "audience": "follows an audience",
    "scheduler": "a scheduler",
    "imitation": "imitates other hours",
    "none": "none of these",
}


def command_for(clue: Clue, told: RunSettings) -> str:
    """The command that prints the same numbers from the same file again."""
    if clue.kind in FROM_TIMES and not told.by_groups:
        parts = ["gnomon hours FILE", f"--by {shlex.quote(told.by)}" if told.by else "--pool"]
        parts.append(f"--account {shlex.quote(clue.unit)}")
        if told.assume_zone:
            parts.append(f"--assume-zone {shlex.quote(told.assume_zone)}")
        if told.audience_zone:
            parts.append(f"--audience {shlex.quote(told.audience_zone)}")
        parts += [
            f"--map {shlex.quote(f'{key}={name}')}" for key, name in sorted(told.columns.items())
        ]
        return " ".join(parts)
    if clue.kind == "sun":
        return "gnomon sun --file SHADOWS, with the shadows in the first line of the record"
    if clue.kind == "judgement":
        return "gnomon weigh CASE, with the judgements in case.toml"
    if clue.kind.startswith("image"):
        return "gnomon image FILE"
    return "gnomon run, with the files and settings of this report"


def says_of(clue: Clue, most: int = LISTED) -> tuple[tuple[Says, ...], int]:
    """(Lines, lines left out): what a clue says about countries, zones or kinds, best first.

    Zones of one weight stand in one line. Clues about areas and points say it in their sentence.
    """
    likelihood = clue.likelihood
    if isinstance(likelihood, CountryLikelihood):
        lines = [Says(country_name(code), mdb) for code, mdb in likelihood.mdb.items()]
    elif isinstance(likelihood, KindLikelihood):
        lines = [Says(KIND_WORDS.get(kind, kind), mdb) for kind, mdb in likelihood.mdb.items()]
    elif isinstance(likelihood, RowLikelihood):
        lines = [Says(name, ends[0]) for name, ends in likelihood.rows.items()]
    elif isinstance(likelihood, ZoneLikelihood):
        by_weight: dict[int, list[str]] = {}
        for zone, mdb in likelihood.mdb.items():
            by_weight.setdefault(mdb, []).append(zone)
        lines = [Says(zones_text(zones), mdb) for mdb, zones in by_weight.items()]
    else:
        return (), 0
    lines.sort(key=lambda line: (-line.mdb, line.text))
    return tuple(lines[:most]), max(0, len(lines) - most)


def country_name(code: str) -> str:
    """Name of a country with a calendar; `any other country` for the empty code."""
    if not code:
        return "any other country, or ordinary days"
    try:
        return calendar(code).label
    except ReferenceDataError:
        return code


def zones_text(zones: Sequence[str]) -> str:
    """The zones that most people live under by name, the others counted."""
    known = people().by_zone
    named = sorted(zones, key=lambda zone: (-known.get(zone, 0), zone))
    more = len(named) - ZONES_NAMED
    text = ", ".join(named[:ZONES_NAMED])
    return f"{text} and {more:,} more" if more > 0 else text
