"""Codes in text: what phone numbers, plates, filings and coordinates in posts say about places.

A code in a post is mostly about its subject: it is shown and moves nothing. It speaks for the
operators only where at least two accounts of a unit post such a number as their own contact.
Method, error rates and limits: docs/methods/places.md.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING

from forensics.clock import utc_text
from forensics.clues.code_readers import CANDIDATES, Code, CodeKind, RefusedCode, codes_in
from forensics.model import (
    AreaLikelihood,
    Clue,
    Finding,
    Json,
    Likelihood,
    Observation,
    PointLikelihood,
    RowRef,
)
from forensics.reference import phones
from forensics.version import __version__

if TYPE_CHECKING:
    from forensics.clues.evidence import Evidence
    from forensics.reference.places import Gazetteer

METHOD = "text_codes"
PLANTED_PPM = 200_000
"""Cost class low: anyone can type a number."""
MISS_PPM: Mapping[str, int] = {
    "landline": 50_000,
    "mobile": 200_000,
    "plate": 100_000,
    "filing": 100_000,
}
"""Chance that such a code names a wrong area though nobody lied; judged, not measured. A mobile
prefix is where the card was issued, and people move; a car and a registered seat may too."""
OWN_ACCOUNTS = 2
"""Accounts of a unit that must post a code as their own before it speaks for the operators."""
MAX_CLUES = 20
EXAMPLES = 10
_NAMES: Mapping[CodeKind, tuple[str, str]] = {
    "phone": ("phone number", "phone numbers"),
    "plate": ("number plate", "number plates"),
    "filing": ("website filing", "website filings"),
    "text_position": ("pair of coordinates", "pairs of coordinates"),
}
REFUSED: Mapping[str, str] = {
    "phone_not_in_plan": "no number of any number plan",
    "phone_no_country": "a number of no country",
    "phone_not_chinese": "a number without country code in a text that is not Chinese",
    "plate_no_prefecture": "a plate of no prefecture",
    "filing_unknown_character": "a filing with an unknown first character",
    "filing_placeholder": "a filing whose digits do not fit its character",
    "position_out_of_range": "coordinates outside the globe",
    "position_too_coarse": "coordinates of whole degrees without marks",
    "position_ambiguous": "coordinates that can be read in two ways",
    "position_null_island": "coordinates of exactly 0, 0",
    "position_readers_disagree": "coordinates that two readers read differently",
}
LIMITS = (
    "A code in a post may belong to a third party: an advert, a news item, a quoted text.",
    "A number names where it was issued or registered, not where its holder is.",
    "Numbers inside pictures are not read here.",
)


@dataclass
class _Group:
    """Codes of one kind and place in one unit."""

    kind: CodeKind
    code: Code
    accounts: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
    identities: set[str] = field(default_factory=set)
    texts: set[bytes] = field(default_factory=set)
    rows: list[RowRef] = field(default_factory=list)
    shown: Counter[str] = field(default_factory=Counter)
    notes: set[str] = field(default_factory=set)
    mobile_only: bool = True
    posts: int = 0
    first_us: int = 0
    last_us: int = 0

    def add(self, code: Code, account: str, row: RowRef, t_us: int, text: bytes) -> None:
        """Count one code of one post."""
        self.first_us = t_us if self.posts == 0 else min(self.first_us, t_us)
        self.last_us = max(self.last_us, t_us)
        self.posts += 1
        self.accounts.add(account)
        self.identities.add(code.identity)
        self.texts.add(text)
        self.shown[code.shown] += 1
        self.mobile_only = self.mobile_only and code.mobile
        if code.own:
            self.own.add(account)
        if code.note:
            self.notes.add(code.note)
        if len(self.rows) < EXAMPLES:
            self.rows.append(row)

    @property
    def operators_own(self) -> bool:
        """True if enough accounts post it as their own contact or car."""
        return self.kind in {"phone", "plate"} and len(self.own) >= OWN_ACCOUNTS


@dataclass
class _Unit:
    """What was found in the posts of one unit."""

    groups: dict[tuple[str, str], _Group] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    refused_rows: list[RowRef] = field(default_factory=list)
    searched: int = 0


@dataclass(frozen=True, slots=True)
class _Hit:
    """One code with its post."""

    unit: str
    account: str
    row: RowRef
    t_us: int
    text: bytes
    code: Code | RefusedCode


def find(evidence: Evidence) -> list[Finding]:
    """One finding per unit: the codes in its posts that name places, or that there are none."""
    if evidence.posts is None:
        return [
            Finding(METHOD, unit, "not_looked", "There are no posts.") for unit in evidence.units
        ]
    unit_of = {a: unit for unit, accounts in evidence.units.items() for a in accounts}
    hits, searched = _read_posts(evidence.posts.texts(CANDIDATES), unit_of)
    chinese = {
        hit.code.identity
        for hit in hits
        if isinstance(hit.code, Code) and hit.code.kind == "phone" and not hit.code.needs_china
    }
    ordinals: dict[str, int] = {}
    units: dict[str, _Unit] = defaultdict(_Unit)
    for hit in hits:
        unit, code = units[hit.unit], hit.code
        if isinstance(code, Code) and code.needs_china and code.identity not in chinese:
            code = RefusedCode("phone", code.start, "phone_not_chinese")
        if isinstance(code, RefusedCode):
            unit.refused[code.reason] += 1
            if len(unit.refused_rows) < EXAMPLES:
                unit.refused_rows.append(hit.row)
            continue
        ordinals.setdefault(code.identity, len(ordinals) + 1)
        key = (code.kind, _where(code))
        group = unit.groups.setdefault(key, _Group(code.kind, code))
        group.add(code, hit.account, hit.row, hit.t_us, hit.text)
    return [
        _of_unit(
            name,
            accounts,
            found=units[name],
            searched=searched[name],
            ordinals=ordinals,
            places=evidence.places,
        )
        for name, accounts in evidence.units.items()
    ]


def _read_posts(
    posts: Iterable[tuple[str, int, str, int, str]], unit_of: Mapping[str, str]
) -> tuple[list[_Hit], Counter[str]]:
    """Codes of all posts in order, and how many posts of each unit were searched."""
    hits: list[_Hit] = []
    searched = Counter[str]()
    for original, row, account, t_us, text in posts:
        unit = unit_of.get(account)
        if unit is None:
            continue
        searched[unit] += 1
        codes = codes_in(text)
        if codes:
            digest = hashlib.sha256(" ".join(text.split()).encode("utf-8", "replace")).digest()
            ref = RowRef(original, row)
            hits += [_Hit(unit, account, ref, t_us, digest, code) for code in codes]
    return hits, searched


def _where(code: Code) -> str:
    """Key of a place: area codes, or a position to about 100 m."""
    if code.position is None:
        return "+".join(code.areas)
    lat, lon = code.position.lat_udeg, code.position.lon_udeg
    return f"{round(lat / 1000) * 1000},{round(lon / 1000) * 1000}"


def _of_unit(
    unit: str,
    accounts: Sequence[str],
    *,
    found: _Unit,
    searched: int,
    ordinals: Mapping[str, int],
    places: Gazetteer,
) -> Finding:
    """The finding of one unit."""
    order = sorted(
        found.groups.items(),
        key=lambda item: (
            not item[1].operators_own,
            -len(item[1].accounts),
            -item[1].posts,
            item[0],
        ),
    )
    observations, clues = [], []
    for (_, where), group in order[:MAX_CLUES]:
        observation = _observation(unit, accounts, where, group, places)
        observations.append(observation)
        clues.append(_clue(unit, where, group, ordinals, observation))
    if found.refused:
        observations.append(_refused(unit, found))
    details: dict[str, Json] = {
        "posts_searched": searched,
        "refused": dict(sorted(found.refused.items())),
        "not_shown": max(0, len(order) - MAX_CLUES),
    }
    if not clues:
        text = (
            f"No phone number, plate, filing or coordinates in the posts of {len(accounts)} "
            f"accounts ({searched} posts had digits of such a shape)."
        )
        return Finding(
            METHOD, unit, "nothing_found", text, tuple(observations), (), LIMITS, details
        )
    carriers = {account for _, group in order for account in group.accounts}
    text = f"Codes that name places in posts of {len(carriers)} of {len(accounts)} accounts: " + (
        "; ".join(_short(group, places) for _, group in order[:5])
    )
    more = f"; and {len(order) - 5} more." if len(order) > 5 else "."
    return Finding(
        METHOD, unit, "found", text + more, tuple(observations), tuple(clues), LIMITS, details
    )


def _short(group: _Group, places: Gazetteer) -> str:
    return f"{_count(group)} ({_place(group, places)})"


def _count(group: _Group) -> str:
    """`2 phone numbers`."""
    n = len(group.identities)
    return f"{n} {_NAMES[group.kind][n != 1]}"


def _place(group: _Group, places: Gazetteer) -> str:
    """Where the codes point, in words."""
    if group.code.position is None:
        return " or ".join(places.label(code) for code in group.code.areas)
    lat, lon = group.code.position.lat_udeg, group.code.position.lon_udeg
    point = f"{_degrees(lat, 'NS')} {_degrees(lon, 'EW')}"
    near = places.nearest(lat / 1e6, lon / 1e6, 1)
    if not near:
        return point
    return f"{point}, {round(near[0].distance_m / 1000)} km from {near[0].name}"


def _degrees(udeg: int, letters: str) -> str:
    """`33.3512°N`, four decimals."""
    whole, rest = divmod(round(abs(udeg) / 100), 10_000)
    return f"{whole}.{rest:04d}°{letters[udeg < 0]}"


def _statement(accounts: Sequence[str], group: _Group, places: Gazetteer) -> str:
    """One sentence with the counts, and one on whose code it is."""
    masked = ", ".join(sorted(group.shown)[:3])
    text = (
        f"{_count(group)} ({masked}) in {group.posts} post{'s' * (group.posts != 1)} of "
        f"{len(group.accounts)} of {len(accounts)} accounts: {_place(group, places)}."
    )
    if group.operators_own:
        text += f" {len(group.own)} accounts give it as their own contact"
        text += (
            f", in {len(group.texts)} different texts."
            if len(group.texts) > 1
            else ", all in one and the same text, which may be a copied advert."
        )
    elif group.own:
        text += " Only one account gives it as its own contact: not counted for the operators."
    else:
        text += " Nothing says that it is their own: not counted for the operators."
    return text + "".join(f" Note: {note}." for note in sorted(group.notes))


def _observation(
    unit: str,
    accounts: Sequence[str],
    where: str,
    group: _Group,
    places: Gazetteer,
) -> Observation:
    value: dict[str, Json] = {
        "accounts": len(group.accounts),
        "own_accounts": len(group.own),
        "posts": group.posts,
        "different_codes": len(group.identities),
        "different_texts": len(group.texts),
        "shown": list[Json](sorted(group.shown)[:EXAMPLES]),
        "areas": list[Json](group.code.areas),
    }
    parts = [f"gnomon {__version__}", places.version]
    if group.kind == "phone":
        parts.append(phones.version())
    elif group.kind == "text_position":
        parts.append(f"geopy {version('geopy')}")
    return Observation(
        id=f"{METHOD}:{unit}:{group.kind}:{where}",
        about=unit,
        statement=_statement(accounts, group, places),
        value=value,
        interval=None,
        unit="accounts, posts",
        rows=tuple(group.rows),
        rows_total=group.posts,
        method=METHOD,
        version="; ".join(parts),
        settings={"own_accounts": OWN_ACCOUNTS},
    )


def _clue(
    unit: str, where: str, group: _Group, ordinals: Mapping[str, int], observation: Observation
) -> Clue:
    likelihood: Likelihood
    if group.code.position is not None:
        likelihood = PointLikelihood(group.code.position)
    else:
        sort: str = group.kind
        if sort == "phone":
            sort = "mobile" if group.mobile_only else "landline"
        likelihood = AreaLikelihood(group.code.areas, MISS_PPM[sort])
    # Keys count codes in the order of first sight: a hash of a phone number could be turned back.
    content = sorted(ordinals[identity] for identity in group.identities)[:EXAMPLES]
    keys = [f"persona:{account}" for account in sorted(group.accounts)]
    return Clue(
        id=f"{group.kind}:{unit}:{where}",
        kind=group.kind,
        unit=unit,
        statement=observation.statement,
        observations=(observation.id,),
        group=(*keys, *(f"content:code-{number}" for number in content)),
        role="operator_registered" if group.operators_own else "content_subject",
        set_by="operator",
        category="contextual",
        grade="F6",
        planted_chance_ppm=PLANTED_PPM,
        likelihood=likelihood,
        accounts=tuple(sorted(group.accounts)),
        valid_from=utc_text(group.first_us),
        valid_to=utc_text(group.last_us),
    )


def _refused(unit: str, found: _Unit) -> Observation:
    total = sum(found.refused.values())
    reasons = "; ".join(
        f"{REFUSED[reason]}: {n}"
        for reason, n in sorted(found.refused.items(), key=lambda item: (-item[1], item[0]))
    )
    return Observation(
        id=f"{METHOD}:{unit}:refused",
        about=unit,
        statement=f"{total} candidates were refused ({reasons}).",
        value=dict(sorted(found.refused.items())),
        interval=None,
        unit="codes",
        rows=tuple(found.refused_rows),
        rows_total=total,
        method=METHOD,
        version=f"gnomon {__version__}",
    )
