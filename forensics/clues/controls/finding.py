"""The finding about over-representation: places written about more than comparable accounts do.

It is the only way in which what posts are *about* may weigh anything, and it weighs little: an
assignment, an audience or a local scandal gives the same curve as a home. docs/methods/controls.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forensics.clues.controls.intervals import Ratio, Share, ratio, share
from forensics.clues.controls.matching import SEED, matched, naming_of, settings
from forensics.clues.controls.naming import Named, Naming
from forensics.clues.controls.overtest import DRAWS, Tested, over_represented
from forensics.clues.controls.sets import Matched
from forensics.model import AreaLikelihood, Clue, Finding, Json, Observation
from forensics.version import __version__

if TYPE_CHECKING:
    from forensics.clues.evidence import Evidence
    from forensics.reference.places import Gazetteer

METHOD = "over_representation"
LEAST_ACCOUNTS = 10
"""Accounts with controls from which on anything is said."""
ALARM = 0.05
PLANTED_PPM = 200_000
"""Cost class low: anyone can write about a place."""
MISS_PPM = 500_000
MOST_MDB = 5_000
"""Judged: until networks of known place were measured, the clue weighs at most 5 dB."""
MOST_AREAS = 12
"""A name that may mean more areas than this enters no clue."""
LISTED = 10
NAMED = 3
MILLION = 1_000_000
LIMITS = (
    "It shows interest, not residence: an assignment, an audience or a scandal looks the same.",
    "Controls are comparable in what was matched, and in nothing else.",
    "A place in case.toml counts as named beforehand; the record does not show since when.",
)
NO_CONTROLS = (
    "No comparable accounts were given, so whether any place is written about more than usual is "
    "not known. --controls FILE would end that."
)


@dataclass(frozen=True, slots=True)
class PlaceTest:
    """One place, or one area that was named beforehand."""

    key: str
    label: str
    areas: tuple[str, ...]
    mine: Share
    """Accounts that name it, of those with controls."""
    others: Share
    """The same of their controls."""
    ratio: Ratio | None
    z_milli: int
    p_ppm: int
    """By max-T over everything that was asked at once."""
    beforehand: bool
    carriers: tuple[str, ...]
    rows: tuple[Named, ...]
    texts: int
    """Texts of those accounts that name it."""

    @property
    def alarm(self) -> bool:
        """True if controls name it more rarely, beyond chance."""
        return self.z_milli > 0 and self.p_ppm <= ALARM * MILLION

    def words(self) -> str:
        """What was counted, in half a sentence."""
        times = f", ratio {self.ratio.words()}" if self.ratio else ""
        return (
            f"{self.label}: {self.mine.k:,} of {self.mine.n:,} accounts ({self.mine.words()}), "
            f"{self.others.k:,} of {self.others.n:,} controls ({self.others.words()}){times}, "
            f"p {self.p_ppm / MILLION:.3f}{' (named beforehand)' if self.beforehand else ''}"
        )


def find(evidence: Evidence) -> list[Finding]:
    """One finding per unit: places written about more than controls do, or why nothing is said."""
    if evidence.posts is None:
        return [
            Finding(METHOD, unit, "not_looked", "There are no posts.") for unit in evidence.units
        ]
    return [_of_unit(evidence, unit, matched(evidence, unit)) for unit in evidence.units]


def _of_unit(evidence: Evidence, unit: str, sets: Matched | None) -> Finding:
    """The finding of one unit."""
    if sets is None:
        return Finding(METHOD, unit, "insufficient", NO_CONTROLS, limits=LIMITS)
    found = len(sets.accounts)
    about: dict[str, Json] = {
        "accounts": len(sets.sets),
        "with_controls": found,
        "controls": len(sets.controls),
    }
    if found < LEAST_ACCOUNTS:
        text = (
            f"{found:,} of {len(sets.sets):,} accounts have a comparable control; fewer than "
            f"{LEAST_ACCOUNTS} say nothing about places written about."
        )
        return Finding(METHOD, unit, "insufficient", text, limits=LIMITS, details=about)
    naming = naming_of(evidence)
    members = [name for one in sets.filled for name in (one.account, *one.controls)]
    removed = naming.shared_texts(set(members))
    tests, searched = _tests(evidence, sets, naming, members)
    about |= {"places_searched": searched, "shared_texts_removed": removed}
    about["places"] = [_row(one) for one in tests[:LISTED]]
    alarms = [one for one in tests if one.alarm]
    observation = _observation(unit, sets, tests, about)
    clue = _clue(unit, alarms, observation.id)
    return Finding(
        METHOD,
        unit,
        "found" if alarms else "nothing_found",
        observation.statement,
        (observation,),
        (clue,) if clue else (),
        LIMITS,
        about,
    )


def _tests(
    evidence: Evidence, sets: Matched, naming: Naming, members: Sequence[str]
) -> tuple[list[PlaceTest], int]:
    """(Tests, places searched): areas named beforehand first, then places, least p first."""
    among = set(members)
    own = {key: naming.own(key, among) for key in sorted(naming.places)}
    own = {key: found for key, found in own.items() if found}
    places: _Columns = {
        key: (naming.places[key].label, naming.places[key].areas, found)
        for key, found in own.items()
    }
    asked = evidence.controls.named_areas if evidence.controls else ()
    gazetteer = evidence.places
    areas: _Columns = {
        f"area:{code}": (gazetteer.label(code), (code,), _inside(code, places, gazetteer))
        for code in asked
        if code in gazetteer.areas
    }
    tests: list[PlaceTest] = []
    searched = 0
    for number, columns in enumerate((areas, places)):
        if columns:
            tested, some = _test(sets, columns, members, beforehand=number == 0)
            searched = int(tested.searched.sum()) if number else searched
            tests += sorted(some, key=lambda one: (one.p_ppm, -one.z_milli, one.key))
    return tests, searched


_Columns = Mapping[str, tuple[str, tuple[str, ...], Mapping[str, Sequence[Named]]]]
"""Key -> (label, areas, account -> texts)."""


def _inside(area: str, places: _Columns, gazetteer: Gazetteer) -> dict[str, list[Named]]:
    """Account -> texts that name a place which can only lie in an area."""
    found: dict[str, list[Named]] = {}
    for _, areas, texts in places.values():
        if all(gazetteer.within(code, area) for code in areas):
            for account, named in texts.items():
                found.setdefault(account, []).extend(named)
    return found


def _test(
    sets: Matched, columns: _Columns, members: Sequence[str], *, beforehand: bool
) -> tuple[Tested, list[PlaceTest]]:
    """The test of some columns; those that nobody or everybody names are left out."""
    place_of = {name: number for number, name in enumerate(members)}
    table = np.zeros((len(members), len(columns)), dtype=bool)
    for number, (_, _, texts) in enumerate(columns.values()):
        table[[place_of[name] for name in texts], number] = True
    tested = over_represented(table, [1 + len(one.controls) for one in sets.filled], seed=SEED)
    mine = set(sets.accounts)
    out = []
    for number, (key, (label, areas, texts)) in enumerate(columns.items()):
        if not beforehand and not tested.searched[number]:
            continue
        carriers = tuple(name for name in sorted(texts) if name in mine)
        first = share(len(carriers), len(mine))
        second = share(len(texts) - len(carriers), len(sets.controls))
        one_only = beforehand and len(columns) == 1
        p = tested.p[number] if one_only else tested.p_search[number]
        out.append(
            PlaceTest(
                key=key,
                label=label,
                areas=areas,
                mine=first,
                others=second,
                ratio=ratio(first, second),
                z_milli=round(1000 * float(tested.z[number])),
                p_ppm=round(MILLION * float(p)),
                beforehand=beforehand,
                carriers=carriers,
                rows=tuple(texts[name][0] for name in carriers[:LISTED]),
                texts=sum(len(texts[name]) for name in carriers),
            )
        )
    return tested, out


def _row(one: PlaceTest) -> Json:
    """A place as a row of the details."""
    return {
        "key": one.key,
        "place": one.label,
        "areas": list[Json](one.areas[:MOST_AREAS]),
        "accounts": one.mine.k,
        "of": one.mine.n,
        "controls": one.others.k,
        "controls_of": one.others.n,
        "ratio_milli": None if one.ratio is None else one.ratio.milli,
        "ratio_low_milli": None if one.ratio is None else one.ratio.low_milli,
        "ratio_high_milli": None if one.ratio is None else one.ratio.high_milli,
        "z_milli": one.z_milli,
        "p_ppm": one.p_ppm,
        "named_beforehand": one.beforehand,
    }


def _observation(
    unit: str, sets: Matched, tests: Sequence[PlaceTest], about: Mapping[str, Json]
) -> Observation:
    """What was counted and tested, whatever came out."""
    alarms = [one for one in tests if one.alarm]
    shown = alarms[:NAMED] or tests[:NAMED]
    listed = "; ".join(one.words() for one in shown)
    if alarms:
        text = _alarm_text(alarms)
    elif tests:
        text = f"No place is written about more than controls do, beyond chance. Nearest: {listed}."
    else:
        text = "No place is named by three accounts and their controls together."
    left = len(sets.sets) - len(sets.accounts)
    without = f"; {left:,} accounts have no comparable control and are left out" if left else ""
    text += (
        f" Counted by account, {len(sets.accounts):,} accounts against {len(sets.controls):,} "
        f"controls ({sets.words()}{without}); {about['places_searched']:,} places searched; "
        f"texts that several of them posted are left out ({about['shared_texts_removed']:,})."
    )
    rows = tuple(dict.fromkeys(named.row for one in shown for named in one.rows))
    value: dict[str, Json] = dict(about)
    return Observation(
        id=f"{METHOD}:{unit}:places",
        about=unit,
        statement=text,
        value=value,
        interval=None,
        unit="accounts",
        rows=rows[:LISTED],
        rows_total=max(len(rows), sum(one.texts for one in shown)),
        method=METHOD,
        version=f"gnomon {__version__}",
        settings={**settings(), "draws": DRAWS, "alarm_ppm": round(ALARM * MILLION)},
        seed=SEED,
    )


def _alarm_text(alarms: Sequence[PlaceTest]) -> str:
    """The places and what was counted for them, in one sentence."""
    listed = "; ".join(one.words() for one in alarms[:NAMED])
    more = f"; and {len(alarms) - NAMED:,} more" if len(alarms) > NAMED else ""
    return f"Written about more than controls do: {listed}{more}."


def _clue(unit: str, alarms: Sequence[PlaceTest], observation: str) -> Clue | None:
    """One clue for all such places together: several would add up beyond what one may weigh."""
    usable = [one for one in alarms if len(one.areas) <= MOST_AREAS]
    areas = tuple(sorted({code for one in usable for code in one.areas}))
    if not areas or len(areas) > MOST_AREAS:
        return None
    keys = "+".join(sorted(one.key for one in usable))
    return Clue(
        id=f"{METHOD}:{unit}:{keys}",
        kind=METHOD,
        unit=unit,
        statement=_alarm_text(alarms),
        observations=(observation,),
        group=(f"topic:{unit}",),
        role="content_subject",
        set_by="operator",
        category="contextual",
        grade="F6",
        planted_chance_ppm=PLANTED_PPM,
        likelihood=AreaLikelihood(areas, MISS_PPM, MOST_MDB),
        accounts=tuple(sorted({name for one in usable for name in one.carriers})),
    )
