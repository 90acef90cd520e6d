"""What personas declare about their own home: place, zone and language of their profiles.

The user typed or chose all of it, so it moves nothing. It is counted, set beside what was assessed,
and where it disagrees with what the platform shows, that is said: such a disagreement is a lead.
Jokes and wishes are refused and counted. Method and limits: docs/methods/labels.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forensics import clock
from forensics.clues.labels.tally import NAMED, apart, names
from forensics.model import (
    AreaLikelihood,
    Clue,
    Finding,
    Json,
    Likelihood,
    Observation,
    Profile,
    RowRef,
    ZoneLikelihood,
)
from forensics.reference.locations import LOCATION_REFUSALS, read_location
from forensics.reference.platform_labels import ANY, platform_labels
from forensics.reference.zonenames import ZoneName, read_zone_name
from forensics.version import __version__

if TYPE_CHECKING:
    from forensics.clues.evidence import Evidence
    from forensics.reference.places import Gazetteer

METHOD = "claims"
CLAIM_FIELDS = ("location", "zone", "language")
LISTED = 20
LIMITS = (
    "What a profile declares is a claim of the persona: whoever runs the account wrote it.",
    "A profile may still hold what an earlier owner of the account had set.",
    "Names of zones in old settings often show an offset only, taken over at registration.",
)


@dataclass
class UnitClaims:
    """What the profiles of one unit declare; the last value of each account counts."""

    places: dict[str, str] = field(default_factory=dict)
    """Account -> area codes joined by `|`."""
    zones: dict[str, ZoneName] = field(default_factory=dict)
    languages: dict[str, str] = field(default_factory=dict)
    changed: dict[str, set[str]] = field(default_factory=dict)
    """Field -> accounts with more than one value."""
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(Words, reason) -> accounts."""
    rows: dict[str, list[RowRef]] = field(default_factory=dict)
    """Field -> rows that show it."""


def read_claims(evidence: Evidence) -> Mapping[str, UnitClaims]:
    """Unit -> what its accounts declare; every unit has an entry."""
    values: dict[tuple[str, str], list[Profile]] = {}
    for profile in evidence.profiles:
        if profile.field in CLAIM_FIELDS:
            values.setdefault((profile.account, profile.field), []).append(profile)
    found: dict[str, UnitClaims] = {}
    for unit, accounts in evidence.units.items():
        claims = found[unit] = UnitClaims()
        for account in accounts:
            for kind in CLAIM_FIELDS:
                if several := values.get((account, kind)):
                    _keep(claims, account, kind, several)
    return found


def _last(several: Sequence[Profile]) -> Profile:
    """The value that was seen last: by capture, by posts that carry it, by their number."""
    return max(
        several,
        key=lambda one: (
            -1 if one.captured_us is None else one.captured_us,
            -1 if one.last_us is None else one.last_us,
            one.n,
            one.value,
        ),
    )


def _keep(claims: UnitClaims, account: str, kind: str, several: Sequence[Profile]) -> None:
    """Put what one account declares in one field to the claims of its unit."""
    current = _last(several)
    if len({one.value for one in several}) > 1:
        claims.changed.setdefault(kind, set()).add(account)
    if kind == "location":
        place = read_location(current.value)
        if place.refusal is not None:
            claims.refused[place.written[:60], place.refusal] += 1
            return
        claims.places[account] = "|".join(place.areas)
    elif kind == "zone":
        zone = read_zone_name(current.value)
        if not zone.known:
            claims.refused[zone.written[:60], "unknown_zone"] += 1
            return
        claims.zones[account] = zone
    else:
        claims.languages[account] = current.value.casefold().replace("_", "-")[:20]
    claims.rows.setdefault(kind, []).append(RowRef(current.original, current.row))


def finding(
    unit: str,
    accounts: Sequence[str],
    claims: UnitClaims,
    homes: Mapping[str, str],
    places: Gazetteer,
) -> Finding:
    """What the personas of a unit declare.

    Args:
        unit: Its name.
        accounts: Its accounts.
        claims: What they declare.
        homes: Account -> area that the platform shows, for setting the two side by side.
        places: Names of areas.
    """
    clues: list[Clue] = []
    observations: list[Observation] = []
    sentences: list[str] = []
    counted: dict[str, Counter[str]] = {
        "location": Counter(claims.places.values()),
        "zone": Counter(zone_key(zone) for zone in claims.zones.values()),
        "language": Counter(claims.languages.values()),
    }
    for kind, counts in counted.items():
        if counts:
            sentence = _sentence(kind, counts, len(accounts), places)
            observations.append(_observation(unit, kind, counts, claims, sentence))
            sentences.append(sentence)
    clues += _clues(unit, claims, counted, observations, places)
    if claims.refused:
        observations.append(_refused(unit, claims.refused))
    details: dict[str, Json] = {
        "accounts": len(accounts),
        **{f"{kind}s": _ordered(counts) for kind, counts in counted.items()},
        "changed": {kind: len(who) for kind, who in sorted(claims.changed.items())},
        "refused": claims.refused.total(),
        "against": against(claims, homes, places),
    }
    if not sentences:
        text = f"No profile of {len(accounts):,} accounts declares a place, zone or language."
        if claims.refused:
            text = (
                f"{claims.refused.total():,} declared places and zones of {len(accounts):,} "
                "accounts name nothing that is known."
            )
        return Finding(METHOD, unit, "nothing_found", text, tuple(observations), (), LIMITS)
    text = " ".join(sentences)
    return Finding(METHOD, unit, "found", text, tuple(observations), tuple(clues), LIMITS, details)


def zone_key(zone: ZoneName) -> str:
    """`America/Los_Angeles`, or `UTC+8` where only an offset is known."""
    return zone.zone or clock.offset_text(zone.offset_min or 0)


def _ordered(counts: Counter[str]) -> dict[str, Json]:
    """Most accounts first; ties by name."""
    return {key: counts[key] for key in sorted(counts, key=lambda one: (-counts[one], one))}


def _sentence(kind: str, counts: Counter[str], accounts: int, places: Gazetteer) -> str:
    """Counts of one field in one sentence."""
    order = list(_ordered(counts))
    parts = [
        f"{names([key], places) if kind == 'location' else key} ({counts[key]:,})"
        for key in order[:NAMED]
    ]
    more = f" and {len(order) - NAMED:,} more" if len(order) > NAMED else ""
    word = {"location": "place", "zone": "time zone", "language": "language"}[kind]
    return (
        f"{counts.total():,} of {accounts:,} accounts declare a {word}: {', '.join(parts)}{more}."
    )


def _observation(
    unit: str, kind: str, counts: Counter[str], claims: UnitClaims, sentence: str
) -> Observation:
    rows = claims.rows[kind]
    changed = len(claims.changed.get(kind, ()))
    text = f"{sentence} {changed:,} changed it." if changed else sentence
    return Observation(
        id=f"{METHOD}:{unit}:{kind}",
        about=unit,
        statement=text,
        value=_ordered(counts),
        interval=None,
        unit="accounts",
        rows=tuple(rows[:10]),
        rows_total=len(rows),
        method=METHOD,
        version=f"gnomon {__version__}; {clock.ZONE_DATABASE}",
    )


def _refused(unit: str, refused: Counter[tuple[str, str]]) -> Observation:
    """Declared places and zones that name nothing known."""
    words: dict[str, str] = {"unknown_zone": "no zone is known by the name"}
    words.update(LOCATION_REFUSALS.items())
    reasons = Counter[str]()
    for (_, reason), n in refused.items():
        reasons[reason] += n
    order = sorted(refused, key=lambda pair: (-refused[pair], pair))
    listed: list[Json] = [
        {"words": text, "reason": reason, "accounts": refused[text, reason]}
        for text, reason in order[:LISTED]
    ]
    parts = "; ".join(f"{words[reason]}: {n:,}" for reason, n in sorted(reasons.items()))
    return Observation(
        id=f"{METHOD}:{unit}:refused",
        about=unit,
        statement=f"Declared places and zones that were refused ({parts}).",
        value={"accounts": refused.total(), "listed": listed},
        interval=None,
        unit="accounts",
        rows=(),
        rows_total=refused.total(),
        method=METHOD,
        version=f"gnomon {__version__}",
    )


def _clues(
    unit: str,
    claims: UnitClaims,
    counted: Mapping[str, Counter[str]],
    observations: Sequence[Observation],
    places: Gazetteer,
) -> list[Clue]:
    """The declared place and the declared zone that most accounts share, as claims."""
    found: list[Clue] = []
    ids = {one.id.rsplit(":", 1)[1]: one.id for one in observations}
    carriers_of = {
        "location": claims.places,
        "zone": {account: zone_key(zone) for account, zone in claims.zones.items()},
    }
    for kind, carried in carriers_of.items():
        if not carried:
            continue
        top = next(iter(_ordered(counted[kind])))
        carriers = tuple(sorted(account for account, key in carried.items() if key == top))
        label = platform_labels()[ANY, kind]
        likelihood: Likelihood
        if kind == "location":
            likelihood = AreaLikelihood(tuple(top.split("|")), label.miss_ppm)
            where = names([top], places)
        elif top in clock.all_zones():
            likelihood, where = ZoneLikelihood({top: 0}), f"the time zone {top}"
        else:
            continue
        found.append(
            Clue(
                id=f"declared_{kind}:{unit}:{top.replace('|', '+')}",
                kind=f"declared_{kind}",
                unit=unit,
                statement=f"{len(carriers):,} of {len(carried):,} accounts with a declared "
                f"{'place' if kind == 'location' else 'zone'} declare {where}.",
                observations=(ids[kind],),
                group=tuple(f"persona:{name}" for name in carriers),
                role=label.role,
                set_by=label.set_by,
                category="contextual",
                grade="F6",
                planted_chance_ppm=label.planted_ppm,
                likelihood=likelihood,
                accounts=carriers,
            )
        )
    return found


def against(claims: UnitClaims, homes: Mapping[str, str], places: Gazetteer) -> dict[str, Json]:
    """Counts of accounts whose declarations disagree with the platform or with each other.

    Args:
        claims: What the accounts declare.
        homes: Account -> area that the platform shows.
        places: Knows which area lies in which.
    """
    both = sorted(set(claims.places) & set(homes))
    zoned = sorted(set(claims.zones) & set(homes))
    own = sorted(set(claims.zones) & set(claims.places))
    pairs = Counter(
        (claims.places[account], homes[account])
        for account in both
        if apart(claims.places[account], homes[account], places)
    )
    order = sorted(pairs, key=lambda pair: (-pairs[pair], pair))
    listed: list[Json] = [
        {"declared": declared, "shown": shown, "accounts": pairs[declared, shown]}
        for declared, shown in order[:LISTED]
    ]
    return {
        "place_and_label": len(both),
        "place_apart_from_label": pairs.total(),
        "pairs": listed,
        "zone_and_label": len(zoned),
        "zone_apart_from_label": sum(
            _zone_outside(claims.zones[account], homes[account]) for account in zoned
        ),
        "zone_and_place": len(own),
        "zone_apart_from_place": sum(
            _zone_outside(claims.zones[account], claims.places[account]) for account in own
        ),
    }


def _zone_outside(zone: ZoneName, area: str) -> bool:
    """True if a zone keeps no clock that is kept in the countries of some areas."""
    countries = {code[:2] for code in area.split("|")}
    inside = [name for code in countries for name in clock.zones_by_country().get(code, ())]
    if not inside:
        return False
    if zone.zone is not None:
        rules = clock.transitions(zone.zone)
        return zone.zone not in inside and all(clock.transitions(name) != rules for name in inside)
    moments = range(1_262_304_000, 1_767_225_600, 7_776_000)  # each quarter from 2010 to 2025
    return all(
        clock.offset_s(name, at) // 60 != zone.offset_min for name in inside for at in moments
    )
