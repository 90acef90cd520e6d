"""Clues that fail together become one group, and a group is weighed once.

Ten reposts of one picture are one clue. Clues that share a key (`content:<hash>`,
`persona:<account>`, `ip:<provider>` ...) are merged, also over a chain of shared keys, and the
merged group takes the highest planted chance among them: who could plant the cheapest of them
could plant what hangs on it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from forensics.errors import WeighError
from forensics.model import (
    MOVING_ROLES,
    Clue,
    CountryLikelihood,
    KindLikelihood,
    PointLikelihood,
    SetBy,
    WeightBasis,
    ZoneLikelihood,
)
from forensics.words import MDB_PER_TEN, MILLION, toward_zero

HIGHEST_PLANTED_PPM = 900_000
"""Above this nothing is left for the clue itself."""

KIND_LABELS: dict[str, str] = {
    "hours": "hours",
    "clock_changes": "clock changes",
    "calendar": "working calendar",
    "image_clock": "image clock",
    "image_position": "image position",
    "sun": "sun and shadow",
    "image_place_name": "place name in metadata",
    "label": "platform label",
    "app_store": "app store",
    "phone_country": "country of the phone number",
    "phone": "phone number",
    "plate": "number plate",
    "filing": "website filing",
    "company": "company number",
    "resident_id": "personal number, region only",
    "division": "division code",
    "postal": "postal code",
    "context": "words of context",
    "text_position": "position in text",
    "automation": "automation",
    "over_representation": "writing about a place",
    "judgement": "judged by hand",
}
"""Short names for column headings, in the order of the report. Other kinds follow by name."""

TIME_KINDS = frozenset({"hours", "clock_changes", "calendar"})
"""Kinds of clue about when posts were made: those of a whole unit, which an audience explains."""

MODELLED_KINDS = frozenset(
    {
        "hours",
        "clock_changes",
        "calendar",
        "image_clock",
        "image_position",
        "sun",
        "label",
        "app_store",
        "text_position",
    }
)
"""Kinds whose likelihood comes from a stated model or a measured rate. All others rest on a
number that a person set, and the test `no_judged` leaves them out."""

TESTED_KINDS = frozenset({"over_representation"})
"""What posts are about moves nothing, but through a test against comparable accounts."""

_WEAKEST_FIRST: tuple[SetBy, ...] = ("operator", "unknown", "third_party", "platform")
OPERATOR_SETTABLE = frozenset({"operator", "unknown"})
"""Who set it is unknown: then it may have been the operator."""


@dataclass(frozen=True, slots=True)
class ClueGroup:
    """Clues that fail together, before they are weighed."""

    id: str
    """G1, G2 ... in the order of the report."""
    label: str
    clues: tuple[Clue, ...]
    """All of them, reposts too, ordered by id."""
    distinct: tuple[Clue, ...]
    """Those that are multiplied: equal content counts once."""
    planted_chance_ppm: int
    set_by: SetBy
    basis: WeightBasis

    @property
    def ceiling_mdb(self) -> int:
        """No two rows can lie further apart in this group: 10 log10(1/planted chance)."""
        return toward_zero(MDB_PER_TEN * math.log10(MILLION / self.planted_chance_ppm))


def group_clues(clues: Iterable[Clue]) -> tuple[tuple[ClueGroup, ...], tuple[Clue, ...]]:
    """The groups to weigh, and the clues shown but not weighed because of their role.

    The order of the input does not matter, and equal clues count once.

    Raises:
        WeighError: two different clues share an id, or a planted chance is impossible.
    """
    known = _by_id(clues)
    unweighed = tuple(clue for clue in known if not moves(clue))
    moving = [clue for clue in known if moves(clue)]
    for clue in moving:
        if not 0 < clue.planted_chance_ppm <= HIGHEST_PLANTED_PPM:
            raise WeighError(
                f"planted chance of {clue.planted_chance_ppm} ppm",
                where=clue.id,
                todo=f"anything may be planted: give 1 to {HIGHEST_PLANTED_PPM} ppm",
            )
    merged = sorted(_merge(moving), key=_report_order)
    groups = tuple(_group(f"G{number}", members) for number, members in enumerate(merged, 1))
    return groups, unweighed


def moves(clue: Clue) -> bool:
    """True if a clue moves hypotheses about where the operator is: by its role, or by a test."""
    return clue.role in MOVING_ROLES or (
        clue.role == "content_subject" and clue.kind in TESTED_KINDS
    )


def _by_id(clues: Iterable[Clue]) -> list[Clue]:
    """The clues ordered by id, exact duplicates dropped."""
    known: dict[str, Clue] = {}
    for clue in clues:
        if known.setdefault(clue.id, clue) != clue:
            raise WeighError("two different clues have one id", where=clue.id)
    return [known[key] for key in sorted(known)]


def _merge(clues: Sequence[Clue]) -> list[list[Clue]]:
    """Sets of clues joined by shared keys (union-find over the keys)."""
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        parent.setdefault(key, key)
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for clue in clues:
        first, *others = _keys(clue)
        for key in others:
            parent[root(key)] = root(first)
    members: dict[str, list[Clue]] = {}
    for clue in clues:
        members.setdefault(root(_keys(clue)[0]), []).append(clue)
    return list(members.values())


def _keys(clue: Clue) -> tuple[str, ...]:
    """Group keys; a clue without any stands alone under its own id."""
    return clue.group or (f"clue:{clue.id}",)


def _report_order(members: Sequence[Clue]) -> tuple[int, str]:
    """Hours first, then images, labels and codes; then by the first id."""
    kinds = list(KIND_LABELS)
    rank = min(kinds.index(c.kind) if c.kind in KIND_LABELS else len(kinds) for c in members)
    return rank, members[0].id


def _group(name: str, members: Sequence[Clue]) -> ClueGroup:
    """One group of these clues, ordered by id."""
    kinds = sorted({clue.kind for clue in members})
    order = [*(kind for kind in KIND_LABELS if kind in kinds), *kinds]
    labels = dict.fromkeys(KIND_LABELS.get(kind, kind.replace("_", " ")) for kind in order)
    return ClueGroup(
        id=name,
        label=" + ".join(labels),
        clues=tuple(members),
        distinct=_distinct(members),
        planted_chance_ppm=max(clue.planted_chance_ppm for clue in members),
        set_by=min((clue.set_by for clue in members), key=_WEAKEST_FIRST.index),
        basis="modelled" if set(kinds) <= MODELLED_KINDS else "judged",
    )


def _distinct(members: Sequence[Clue]) -> tuple[Clue, ...]:
    """One clue for each content: the same kind of reading of the same bytes, or the same answer.

    Within a group two clues of one kind that name the same place say one thing twice: the same
    phone number on two profiles of one persona is one number.
    """
    kept: list[Clue] = []
    seen: set[tuple[str, str]] = set()
    for clue in members:
        marks = {(clue.kind, key) for key in clue.group if key.startswith("content:")}
        marks.add((clue.kind, _answer(clue)))
        if not marks & seen:
            kept.append(clue)
        seen |= marks
    return tuple(kept)


def _answer(clue: Clue) -> str:
    """What the clue names, as text that does not depend on how it was written down."""
    likelihood = clue.likelihood
    if isinstance(likelihood, ZoneLikelihood | CountryLikelihood | KindLikelihood):
        return repr(sorted(likelihood.mdb.items()))
    if isinstance(likelihood, PointLikelihood):
        position = likelihood.position
        return repr((position.lat_udeg, position.lon_udeg, position.radius_m))
    return repr(likelihood)
