"""On what a group rests: kinds of ties, and whether it is more than one shared thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from forensics.links.edges import EDGE_KINDS, Edge
from forensics.links.groups.facts import FAMILY_NAMES, Facts, things

CARRIES_PPM = 100_000
"""A family with this share of the weight of a group carries it too."""
STRONGEST = 5

Word = Literal["several kinds", "one kind", "one thing"]


@dataclass(frozen=True, slots=True)
class Support:
    """What holds a group together."""

    word: Word
    """several kinds: two families that do not rest on the same posts or files; one kind: several
    things of one family; one thing: a single shared thing or event, however many pairs it makes."""
    kinds: Mapping[str, int]
    """Kind -> pairs of members with such an edge, in the order of the kinds."""
    shares_ppm: Mapping[str, int]
    """Family -> its share of the weight."""
    strongest: tuple[Edge, ...]
    """The heaviest edges, one a pair."""
    first_us: int | None
    last_us: int | None


def support_of(facts: Facts) -> Support:
    """What the facts between the members of one group rest on."""
    weight = np.bincount(facts.family, weights=facts.mdb, minlength=len(FAMILY_NAMES))
    total = max(1.0, float(weight.sum()))
    shares = {
        name: round(1_000_000 * float(weight[i]) / total)
        for i, name in enumerate(FAMILY_NAMES)
        if weight[i]
    }
    kinds = Counter(edge.kind for edges in facts.edges for edge in edges)
    times = [t for edges in facts.edges for e in edges for t in (e.first_us, e.last_us)]
    leading = sorted((one[0] for one in facts.edges), key=lambda e: (-e.mdb, e.a, e.b, e.kind))
    return Support(
        word=_word(facts, shares),
        kinds={kind: kinds[kind] for kind in EDGE_KINDS if kinds[kind]},
        shares_ppm=shares,
        strongest=tuple(leading[:STRONGEST]),
        first_us=min((t for t in times if t is not None), default=None),
        last_us=max((t for t in times if t is not None), default=None),
    )


def _word(facts: Facts, shares: Mapping[str, int]) -> Word:
    """How many independent things speak for the group."""
    if sum(share >= CARRIES_PPM for share in shares.values()) > 1:
        return "several kinds"
    leading = [one[0] for one in facts.edges]
    if any(edge.n > 1 for edge in leading):
        return "one kind"
    return "one kind" if len(set(things(leading))) > 1 else "one thing"
