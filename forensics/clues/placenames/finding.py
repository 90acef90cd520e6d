"""The finding about a unit: which places its accounts name, by how many accounts.

It moves nothing: people write about places they have never seen. Whether the accounts name a place
more often than comparable accounts do is another question, and needs those accounts.
Method, rules and limits: docs/methods/place-names.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forensics.clues.placenames.counting import Mentions, PlaceCount, scan
from forensics.clues.placenames.script import Marks, marks_of, marks_sentence
from forensics.model import AreaLikelihood, Clue, Finding, Json, Observation
from forensics.version import __version__

if TYPE_CHECKING:
    from forensics.clues.evidence import Evidence

METHOD = "place_names"
KIND = "place_name"
TOP = 10
"""Places listed in the finding."""
MAX_CLUES = 3
LEAST_TEXTS = 3
"""A place that one account alone names in fewer texts becomes no clue."""
MOST_AREAS = 12
"""A name that may mean more areas than this becomes no clue."""
PLANTED_PPM = 200_000
"""Cost class low: anyone can write a name."""
MISS_PPM = 500_000
"""Judged: a place that is written about is as likely as not another one than that of the writer."""
LIMITS = (
    "Writing about a place is no residence: an assignment, an audience or the news name it too.",
    "A name may mean several places; those with a twentieth of the people are left out.",
    "Towns under 10,000 people, slang and misspelled names are not read in texts.",
    "Script and marks show a keyboard, a translation tool or a copied text, not a place.",
)


def find(evidence: Evidence) -> list[Finding]:
    """One finding per unit: the places named in its own texts, or that there are none."""
    if evidence.posts is None:
        return [
            Finding(METHOD, unit, "not_looked", "There are no posts.") for unit in evidence.units
        ]
    members = {account for accounts in evidence.units.values() for account in accounts}
    found = scan(evidence.posts, members)
    written = marks_of(evidence.posts)
    return [
        _of_unit(
            unit,
            found.count(accounts),
            Marks.of(written, accounts),
            evidence.places.version,
        )
        for unit, accounts in evidence.units.items()
    ]


def _of_unit(unit: str, named: Mentions, marks: Marks, version: str) -> Finding:
    """The finding of one unit."""
    if not named.posts:
        return Finding(METHOD, unit, "not_looked", "There are no texts of their own.")
    details: dict[str, Json] = {
        "accounts": named.accounts,
        "posts": named.posts,
        "naming_posts": named.naming_posts,
        "places": len(named.places),
        "script": marks.as_json(),
    }
    script = _script(unit, marks)
    observations = (script,) if script else ()
    if not named.places:
        text = f"No place is named in {_plural(named.posts, 'own text')}. {marks_sentence(marks)}"
        return Finding(
            METHOD, unit, "nothing_found", text.strip(), observations, (), LIMITS, details
        )
    listed = _observation(unit, named, version)
    clues = tuple(
        _clue(unit, one, named, listed)
        for one in named.places
        if len(one.place.areas) <= MOST_AREAS
        and (len(one.accounts) > 1 or one.texts >= LEAST_TEXTS)
    )[:MAX_CLUES]
    text = f"{listed.statement} {marks_sentence(marks)}".strip()
    return Finding(METHOD, unit, "found", text, (listed, *observations), clues, LIMITS, details)


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"


def _observation(unit: str, named: Mentions, version: str) -> Observation:
    """The list of places with the accounts that name each."""
    carriers = {account for one in named.places for account in one.accounts}
    first = "; ".join(f"{one.place.label} ({len(one.accounts):,})" for one in named.places[:3])
    more = len(named.places) - 3
    rows = tuple(row for one in named.places[:TOP] for row in one.rows[:1])
    return Observation(
        id=f"{METHOD}:{unit}:places",
        about=unit,
        statement=(
            f"{_plural(len(named.places), 'place')} named in own texts of {len(carriers):,} of "
            f"{_plural(named.accounts, 'account')}; by most accounts: {first}"
            + (f"; and {more:,} more." if more > 0 else ".")
        ),
        value=[_listed(one) for one in named.places[:TOP]],
        interval=None,
        unit="accounts",
        rows=rows,
        rows_total=named.naming_posts,
        method=METHOD,
        version=f"gnomon {__version__}; {version}",
    )


def _listed(one: PlaceCount) -> Json:
    """A place as a row of the list."""
    return {
        "place": one.place.label,
        "key": one.place.key,
        "areas": list[Json](one.place.areas[:MOST_AREAS]),
        "candidates": one.place.candidates,
        "smaller": one.place.smaller,
        "accounts": len(one.accounts),
        "own_accounts": len(one.own_accounts),
        "texts": one.texts,
        "shared_texts": one.shared_texts,
        "posts": one.posts,
    }


def _clue(unit: str, one: PlaceCount, named: Mentions, listed: Observation) -> Clue:
    """What is written about, for the map; it moves nothing."""
    shared = f", {one.shared_texts:,} of them shared" if one.shared_texts else ""
    smaller = f" Smaller places of that name left out: {one.place.smaller:,}."
    return Clue(
        id=f"{KIND}:{unit}:{one.place.key}",
        kind=KIND,
        unit=unit,
        statement=(
            f"{one.place.label} is named in {_plural(one.texts, 'own text')}{shared}, by "
            f"{len(one.accounts):,} of {_plural(named.accounts, 'account')}: what is written "
            f"about, no residence.{smaller if one.place.smaller else ''}"
        ),
        observations=(listed.id,),
        group=(f"topic:{unit}",),
        role="content_subject",
        set_by="operator",
        category="contextual",
        grade="F6",
        planted_chance_ppm=PLANTED_PPM,
        likelihood=AreaLikelihood(one.place.areas, MISS_PPM),
        accounts=one.accounts,
    )


def _script(unit: str, marks: Marks) -> Observation | None:
    """Scripts and marks of the texts, counted by account."""
    if not marks.found:
        return None
    return Observation(
        id=f"{METHOD}:{unit}:script",
        about=unit,
        statement=marks_sentence(marks),
        value=marks.as_json(),
        interval=None,
        unit="accounts",
        rows=(),
        rows_total=marks.posts,
        method=METHOD,
        version=f"gnomon {__version__}",
    )
