"""Codes of all posts and profiles of the units, and how they group, for `text_codes`."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from forensics.clues.codes import Code, CodeKind, RefusedCode, codes_in
from forensics.model import Profile, RowRef

OWN_ACCOUNTS = 2
"""Accounts of a unit that must give a code as their own before it speaks for the operators."""
EXAMPLES = 10
PROFILE_FIELDS = ("bio", "name", "url")
"""Fields of a profile that are read for codes; what it calls its location is a label's business."""
CONTACT_KINDS: frozenset[CodeKind] = frozenset({"phone", "plate"})
"""Kinds that a word beside them in a post can present as the writer's own."""
PROFILE_KINDS: frozenset[CodeKind] = frozenset({"phone", "filing", "company", "postal"})
"""Kinds that are the account's own where they stand in its profile."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One code with the post or profile it stands in."""

    unit: str
    account: str
    row: RowRef
    t_us: int | None
    """None where the profile has no time."""
    text: bytes
    """Digest of the text, to tell copies from different texts."""
    code: Code | RefusedCode
    profile: bool = False

    @property
    def own(self) -> bool:
        """True if it is given as the writer's own contact, car or registration."""
        if not isinstance(self.code, Code):
            return False
        if self.profile:
            return self.code.kind in PROFILE_KINDS
        return self.code.own and self.code.kind in CONTACT_KINDS


@dataclass
class CodeGroup:
    """Codes of one kind and place in one unit."""

    kind: CodeKind
    code: Code
    accounts: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
    profiles: set[str] = field(default_factory=set)
    """Accounts whose profile shows it."""
    identities: set[str] = field(default_factory=set)
    texts: set[bytes] = field(default_factory=set)
    rows: list[RowRef] = field(default_factory=list)
    rows_total: int = 0
    shown: Counter[str] = field(default_factory=Counter)
    sorts: set[str] = field(default_factory=set)
    finer: set[str] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)
    mobile_only: bool = True
    posts: int = 0
    first_us: int | None = None
    last_us: int | None = None

    def add(self, hit: Hit, code: Code) -> None:
        """Count one code of one text."""
        if hit.t_us is not None:
            self.first_us = hit.t_us if self.first_us is None else min(self.first_us, hit.t_us)
            self.last_us = hit.t_us if self.last_us is None else max(self.last_us, hit.t_us)
        if hit.profile:
            self.profiles.add(hit.account)
        else:
            self.posts += 1
        self.rows_total += 1
        self.accounts.add(hit.account)
        self.identities.add(code.identity)
        self.texts.add(hit.text)
        self.shown[code.shown] += 1
        self.mobile_only = self.mobile_only and code.mobile
        if hit.own:
            self.own.add(hit.account)
        if code.note:
            self.notes.add(code.note)
        if code.finer:
            self.finer.add(code.finer)
        if code.sort:
            self.sorts.add(code.sort)
        if len(self.rows) < EXAMPLES:
            self.rows.append(hit.row)

    @property
    def operators_own(self) -> bool:
        """True if enough accounts give it as their own."""
        return len(self.own) >= OWN_ACCOUNTS

    def order(self) -> tuple[bool, bool, int, int]:
        """What is shown first: the operators' own, then what many carry, words of context last."""
        return (
            not self.operators_own,
            self.kind == "context",
            -len(self.accounts),
            -self.rows_total,
        )


@dataclass
class UnitCodes:
    """What was found in the posts and profiles of one unit."""

    groups: dict[tuple[str, str], CodeGroup] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    refused_rows: list[RowRef] = field(default_factory=list)
    searched: int = 0
    """Posts that had something of the shape of a code."""
    profiles: int = 0
    """Lines of profiles that were read."""


@dataclass(frozen=True, slots=True)
class Collected:
    """Codes of every unit."""

    units: Mapping[str, UnitCodes]
    ordinals: Mapping[str, int]
    """Identity of a code -> its number in the order of first sight."""


def collect(
    posts: Iterable[tuple[str, int, str, int, str]],
    profiles: Sequence[Profile],
    unit_of: Mapping[str, str],
) -> Collected:
    """Codes of all posts and profiles, grouped by unit, kind and place.

    Args:
        posts: (original, row, account, t_us, text) in the order of the table.
        profiles: What the exports say of accounts, in order.
        unit_of: Account -> unit.
    """
    units: dict[str, UnitCodes] = defaultdict(UnitCodes)
    hits = [*_in_posts(posts, unit_of, units), *_in_profiles(profiles, unit_of, units)]
    chinese = {
        hit.code.identity
        for hit in hits
        if isinstance(hit.code, Code) and hit.code.kind == "phone" and not hit.code.needs_china
    }
    ordinals: dict[str, int] = {}
    for hit in hits:
        unit, code = units[hit.unit], hit.code
        if isinstance(code, Code) and code.needs_china and code.identity not in chinese:
            code = RefusedCode("phone", code.start, code.end, "phone_not_chinese")
        if isinstance(code, RefusedCode):
            unit.refused[code.reason] += 1
            if len(unit.refused_rows) < EXAMPLES:
                unit.refused_rows.append(hit.row)
            continue
        ordinals.setdefault(code.identity, len(ordinals) + 1)
        group = unit.groups.setdefault((code.kind, where(code)), CodeGroup(code.kind, code))
        group.add(hit, code)
    return Collected(units, ordinals)


def _in_posts(
    posts: Iterable[tuple[str, int, str, int, str]],
    unit_of: Mapping[str, str],
    units: Mapping[str, UnitCodes],
) -> Iterator[Hit]:
    for original, row, account, t_us, text in posts:
        unit = unit_of.get(account)
        if unit is None:
            continue
        units[unit].searched += 1
        codes = codes_in(text)
        if codes:
            digest, ref = _digest(text), RowRef(original, row)
            for code in codes:
                yield Hit(unit, account, ref, t_us, digest, code)


def _in_profiles(
    profiles: Sequence[Profile], unit_of: Mapping[str, str], units: Mapping[str, UnitCodes]
) -> Iterator[Hit]:
    for one in profiles:
        unit = unit_of.get(one.account)
        if unit is None or one.field not in PROFILE_FIELDS:
            continue
        units[unit].profiles += 1
        t_us = one.captured_us if one.first_us is None else one.first_us
        ref, digest = RowRef(one.original, one.row), _digest(one.value)
        for code in codes_in(one.value):
            yield Hit(unit, one.account, ref, t_us, digest, code, profile=True)


def _digest(text: str) -> bytes:
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "replace")).digest()


def where(code: Code) -> str:
    """Key of a place: area codes, or a position to about 100 m."""
    if code.position is None:
        return "+".join(code.areas)
    lat, lon = code.position.lat_udeg, code.position.lon_udeg
    return f"{round(lat / 1000) * 1000},{round(lon / 1000) * 1000}"
