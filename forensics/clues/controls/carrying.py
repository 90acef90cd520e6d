"""Who carries a clue: one small rule for each kind, the same for assessed accounts and controls.

| kind | an account carries the clue if |
|---|---|
| label, app_store, phone_country | the area it is mostly shown with lies in the clue's areas |
| codes in text (phone, plate ...) | a post or profile of it has such a code of the same place |
| place_name, over_representation | it names the place in a text that no other account posted |
| hours | its own best zone is at most 3 dB below the best zone of the clue |

An account *could* carry it if it has a label of the kind, a text, or enough active hours. All other
kinds (pictures, clock changes, calendars) are of a whole unit or of files that controls do not
have: who carries them is as the finder says, and controls are not measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from forensics.clues.activity import activities
from forensics.clues.code_hits import CodeGroup, Collected, collect
from forensics.clues.codes import candidates
from forensics.clues.controls.matching import matched, naming_of
from forensics.clues.controls.naming import Naming
from forensics.clues.hours import answer as hours
from forensics.clues.labels.finding import CLUE_KINDS
from forensics.clues.labels.shown import read_labels
from forensics.clues.labels.tally import tallies
from forensics.engine.posts import TextHit
from forensics.model import AreaLikelihood, Clue, ZoneLikelihood
from forensics.reference.templates import library

if TYPE_CHECKING:
    from forensics.clues.evidence import Evidence
    from forensics.reference.places import Gazetteer

CODE_KINDS = frozenset(
    {"phone", "plate", "filing", "company", "resident_id", "division", "postal"}
    | {"text_position", "context"}
)
LABEL_KINDS = frozenset({"label", "app_store", "phone_country"})
PLACE_KINDS = frozenset({"place_name", "over_representation"})
FITS_MDB = -3_010
"""A zone that explains the clue half as well as the best still fits."""


@dataclass(frozen=True, slots=True)
class Carrying:
    """What one account shows of a clue."""

    posts: int
    """Posts, profiles or texts that show it."""
    first_us: int | None
    """Time of the first; None if it has none."""
    contents: frozenset[str] = frozenset()
    """Different texts, by digest."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Who carries a clue, out of whom."""

    able: frozenset[str]
    """Accounts that could show it."""
    by: Mapping[str, Carrying]
    """Accounts that do, in order."""
    able_words: str
    """What an account needs, such as `with a text`."""


class Compared:
    """Assessed accounts and their controls side by side; what is read is read once, when needed."""

    def __init__(self, evidence: Evidence) -> None:
        """Nothing is read yet."""
        self.evidence = evidence
        self.mine = frozenset(name for names in evidence.units.values() for name in names)
        sets = [matched(evidence, unit) for unit in evidence.units]
        self.others = frozenset(name for one in sets if one is not None for name in one.controls)
        self._codes: Collected | None = None
        self._labels: dict[tuple[str, bool], dict[str, tuple[str, Carrying]]] | None = None
        self._zones: dict[str, str] | None = None

    @property
    def sides(self) -> Iterator[tuple[Evidence, frozenset[str]]]:
        """(Evidence, accounts) of each side; of the second only posts and profiles."""
        yield self.evidence, self.mine
        controls = self.evidence.controls
        if controls is not None and self.others:
            yield (
                replace(
                    self.evidence,
                    posts=controls.posts,
                    profiles=controls.profiles,
                    platforms=controls.platforms,
                    controls=None,
                    earlier_until={},
                ),
                self.others,
            )

    def codes(self) -> Collected:
        """Codes of every account: each is a unit of its own."""
        if self._codes is None:
            everyone = self.mine | self.others
            profiles = [
                one for side, names in self.sides for one in side.profiles if one.account in names
            ]
            own = {name: name for name in sorted(everyone)}
            self._codes = collect(chain.from_iterable(self._hits()), profiles, own)
        return self._codes

    def _hits(self) -> Iterator[Iterator[TextHit]]:
        for side, names in self.sides:
            if side.posts is not None:
                yield (hit for hit in side.posts.texts(*candidates()) if hit.account in names)

    def labels(self, kind: str, *, by_platform: bool) -> dict[str, tuple[str, Carrying]]:
        """Account -> (areas it is mostly shown with, what shows it), for one kind of clue."""
        if self._labels is None:
            self._labels = {}
            for side, names in self.sides:
                alone = {name: (name,) for name in sorted(names)}
                for name, shown in read_labels(replace(side, units=alone)).items():
                    for tally in tallies(shown.shown):
                        home = tally.home_of().get(name)
                        if home is None or tally.earlier:
                            continue
                        what = CLUE_KINDS.get(tally.label.kind, "label"), tally.by_platform
                        times = tally.times.get(home, ())
                        n = tally.posts[home][name]
                        self._labels.setdefault(what, {}).setdefault(
                            name, (home, Carrying(n, min(times, default=None)))
                        )
        return self._labels.get((kind, by_platform), {})

    def zones(self) -> dict[str, str]:
        """Account -> its own best zone by hours, where it has enough of them."""
        if self._zones is None:
            self._zones = {}
            for side, names in self.sides:
                if side.posts is None:
                    continue
                alone = {name: (name,) for name in sorted(names)}
                for one in hours.answers(activities(side.posts, alone), library()):
                    if one.classes is not None and one.status == "found":
                        self._zones[one.activity.unit] = one.local_zone
        return self._zones


def carried(clue: Clue, compared: Compared) -> Carried | None:
    """Who carries a clue among all accounts and controls; None for kinds without a rule."""
    rule = _RULES.get(clue.kind)
    return None if rule is None else rule(clue, compared)


def has_rule(kind: str) -> bool:
    """True if a kind of clue can be looked for in any account."""
    return kind in _RULES


def _by_label(clue: Clue, compared: Compared) -> Carried | None:
    if not isinstance(clue.likelihood, AreaLikelihood):
        return None
    shown = compared.labels(clue.kind, by_platform=clue.role != "claimed_by_persona")
    areas, places = clue.likelihood.areas, compared.evidence.places
    by = {
        name: carrying
        for name, (home, carrying) in sorted(shown.items())
        if all(any(places.within(code, area) for area in areas) for code in home.split("|"))
    }
    return Carried(frozenset(shown), by, "with such a label")


def _by_code(clue: Clue, compared: Compared) -> Carried | None:
    where = place_part(clue)
    if where is None:
        return None
    found: dict[str, Carrying] = {}
    units = compared.codes().units
    for name in sorted(units):
        group: CodeGroup | None = units[name].groups.get((clue.kind, where))
        if group is not None:
            contents = frozenset(digest.hex()[:20] for digest in group.texts)
            found[name] = Carrying(group.rows_total, group.first_us, contents)
    return Carried(compared.mine | compared.others, found, "with posts")


def place_part(clue: Clue) -> str | None:
    """The last part of the id of a code in text; None for a code that was read in a picture."""
    what = clue.id.removeprefix(f"{clue.kind}:{clue.unit}:")
    return None if what.startswith("picture:") else what


def _by_name(clue: Clue, compared: Compared) -> Carried | None:
    naming = naming_of(compared.evidence)
    unit = compared.evidence.units.get(clue.unit, ())
    sets = matched(compared.evidence, clue.unit)
    among = frozenset(unit) | frozenset(sets.controls if sets is not None else ())
    found: dict[str, Carrying] = {}
    for key in place_keys(clue, naming, compared.evidence.places):
        for name, texts in naming.own(key, among).items():
            before = found.get(name, Carrying(0, None))
            times = [one.t_us for one in texts]
            times += [] if before.first_us is None else [before.first_us]
            rows = frozenset(f"{one.row.original}:{one.row.row}" for one in texts)
            found[name] = Carrying(len(before.contents | rows), min(times), before.contents | rows)
    by = {name: found[name] for name in sorted(found)}
    return Carried(frozenset(naming.written), by, "with a text")


def place_keys(clue: Clue, naming: Naming, gazetteer: Gazetteer) -> list[str]:
    """Keys of the places a clue is about; an area stands for all places that lie in it alone."""
    keys = clue.id.removeprefix(f"{clue.kind}:{clue.unit}:").split("+")
    areas = [key.removeprefix("area:") for key in keys if key.startswith("area:")]
    inside = [
        key
        for key, place in naming.places.items()
        if any(all(gazetteer.within(code, area) for code in place.areas) for area in areas)
    ]
    return sorted({*(key for key in keys if key in naming.places), *inside})


def _by_hours(clue: Clue, compared: Compared) -> Carried | None:
    if not isinstance(clue.likelihood, ZoneLikelihood):
        return None
    zones = compared.zones()
    mdb = clue.likelihood.mdb
    by = {
        name: Carrying(0, None)
        for name, zone in sorted(zones.items())
        if mdb.get(zone, FITS_MDB - 1) >= FITS_MDB
    }
    return Carried(frozenset(zones), by, "with enough hours for an answer of their own")


_Rule = Callable[[Clue, Compared], Carried | None]
_RULES: Mapping[str, _Rule] = {
    **dict.fromkeys(LABEL_KINDS, _by_label),
    **dict.fromkeys(CODE_KINDS, _by_code),
    **dict.fromkeys(PLACE_KINDS, _by_name),
    "hours": _by_hours,
}
