"""Codes in text: what numbers, plates, filings and the like in posts and profiles say of places.

A code in a post is mostly about its subject: it is shown and moves nothing. It speaks for the
operators only where at least two accounts of a unit give such a number as their own contact, in
posts or in their profiles. Method, error rates and limits: docs/methods/codes.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

from forensics.clock import utc_text
from forensics.clues.code_hits import (
    EXAMPLES,
    OWN_ACCOUNTS,
    CodeGroup,
    UnitCodes,
    collect,
)
from forensics.clues.codes import REFUSED, CodeKind, candidates
from forensics.model import (
    AreaLikelihood,
    Clue,
    Finding,
    Json,
    Likelihood,
    Observation,
    PointLikelihood,
)
from forensics.reference import phones
from forensics.reference.code_tables import CONTEXT_KINDS
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
    "company": 100_000,
    "resident_id": 200_000,
    "division": 100_000,
    "postal": 100_000,
    "context": 500_000,
}
"""Chance that such a code names a wrong area though nobody lied; judged, not measured. A mobile
prefix is where the card was issued, and people move; a car and a registered seat may too."""
MAX_CLUES = 20
MAX_CONTEXT = 6
"""Clues of words of context among them."""
_NAMES: Mapping[CodeKind, tuple[str, str]] = {
    "phone": ("phone number", "phone numbers"),
    "plate": ("number plate", "number plates"),
    "filing": ("website filing", "website filings"),
    "company": ("company or tax number", "company or tax numbers"),
    "resident_id": (
        "personal number, reduced to its region",
        "personal numbers, reduced to regions",
    ),
    "division": ("division code", "division codes"),
    "postal": ("postal code", "postal codes"),
    "text_position": ("pair of coordinates", "pairs of coordinates"),
    "context": ("word of context", "words of context"),
}
LIMITS = (
    "A code in a post may belong to a third party: an advert, a news item, a quoted text.",
    "A number names where it was issued or registered, not where its holder is.",
    "Words of context say what posts are about, never where their writer is.",
    "Numbers inside pictures are not read here.",
)


def find(evidence: Evidence) -> list[Finding]:
    """One finding per unit: the codes in its posts and profiles, or that there are none."""
    if evidence.posts is None and not evidence.profiles:
        return [
            Finding(METHOD, unit, "not_looked", "There are no posts.") for unit in evidence.units
        ]
    unit_of = {a: unit for unit, accounts in evidence.units.items() for a in accounts}
    posts = () if evidence.posts is None else evidence.posts.texts(*candidates())
    found = collect(posts, evidence.profiles, unit_of)
    return [
        _of_unit(
            name,
            accounts,
            found=found.units.get(name, UnitCodes()),
            ordinals=found.ordinals,
            places=evidence.places,
        )
        for name, accounts in evidence.units.items()
    ]


def _of_unit(
    unit: str,
    accounts: Sequence[str],
    *,
    found: UnitCodes,
    ordinals: Mapping[str, int],
    places: Gazetteer,
) -> Finding:
    """The finding of one unit."""
    order = sorted(found.groups.items(), key=lambda item: (*item[1].order(), item[0]))
    context = [item for item in order if item[1].kind == "context"]
    shown = min(MAX_CONTEXT, len(context))
    kept = [item for item in order if item[1].kind != "context"][: MAX_CLUES - shown]
    kept += context[:shown]
    observations, clues = [], []
    for (_, where), group in kept:
        observation = _observation(unit, accounts, where, group, places)
        observations.append(observation)
        clues.append(_clue(unit, where, group, ordinals, observation))
    if found.refused:
        observations.append(_refused(unit, found))
    details: dict[str, Json] = {
        "posts_searched": found.searched,
        "profile_lines": found.profiles,
        "refused": dict(sorted(found.refused.items())),
        "not_shown": len(order) - len(kept),
    }
    if not clues:
        text = (
            f"No code or word that names a place in the posts of {len(accounts)} accounts "
            f"({found.searched} posts had something of such a shape)."
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


def _short(group: CodeGroup, places: Gazetteer) -> str:
    return f"{_count(group)} ({_place(group, places)})"


def _count(group: CodeGroup) -> str:
    """`2 phone numbers`."""
    n = len(group.identities)
    return f"{n} {_NAMES[group.kind][n != 1]}"


def _place(group: CodeGroup, places: Gazetteer) -> str:
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


def _in_what(group: CodeGroup) -> str:
    """`12 posts and 2 profiles`."""
    parts = []
    if group.posts:
        parts.append(f"{group.posts} post{'s' * (group.posts != 1)}")
    if group.profiles:
        parts.append(f"{len(group.profiles)} profile{'s' * (len(group.profiles) != 1)}")
    return " and ".join(parts)


def _statement(accounts: Sequence[str], group: CodeGroup, places: Gazetteer) -> str:
    """One sentence with the counts, and one on whose code it is."""
    masked = ", ".join(sorted(group.shown)[:3])
    if group.kind == "context":
        masked += ": " + ", ".join(CONTEXT_KINDS[sort] for sort in sorted(group.sorts))
    text = (
        f"{_count(group)} ({masked}) in {_in_what(group)} of "
        f"{len(group.accounts)} of {len(accounts)} accounts: {_place(group, places)}."
    )
    if group.finer:
        text += f" County by its code: {', '.join(sorted(group.finer)[:3])}."
    if group.kind == "context":
        text += " It shows what the posts are about: not counted for the operators."
    elif group.operators_own:
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
    group: CodeGroup,
    places: Gazetteer,
) -> Observation:
    value: dict[str, Json] = {
        "accounts": len(group.accounts),
        "own_accounts": len(group.own),
        "posts": group.posts,
        "profiles": len(group.profiles),
        "different_codes": len(group.identities),
        "different_texts": len(group.texts),
        "shown": list[Json](sorted(group.shown)[:EXAMPLES]),
        "areas": list[Json](group.code.areas),
        "counties": list[Json](sorted(group.finer)[:EXAMPLES]),
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
        rows_total=group.rows_total,
        method=METHOD,
        version="; ".join(parts),
        settings={"own_accounts": OWN_ACCOUNTS},
    )


def _clue(
    unit: str, where: str, group: CodeGroup, ordinals: Mapping[str, int], observation: Observation
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
        valid_from=None if group.first_us is None else utc_text(group.first_us),
        valid_to=None if group.last_us is None else utc_text(group.last_us),
    )


def _refused(unit: str, found: UnitCodes) -> Observation:
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
