"""Edges from things that several accounts carry: files, ids, marks.

A thing that k accounts carry makes k (k - 1) / 2 pairs but is only k - 1 facts, so each pair gets
`2 / k` of the ceiling (Newman 2001 weighs co-authors by 1 / (k - 1)). Null model: such a thing
stands in two accounts that have nothing to do with each other as often as the ceiling says, because
a file was passed on or an id is not unique; that chance is judged, by kind, and stated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from forensics.engine import POOL
from forensics.links.edges import Burst, Edge, EdgeKind, Ties
from forensics.links.limits import MOST_EXAMPLES, MOST_PAIRED
from forensics.model import Finding, Json, RowRef


@dataclass(frozen=True, slots=True)
class Carrier:
    """One account that carries a thing."""

    rows: frozenset[RowRef]
    first_us: int | None = None
    last_us: int | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing, and what is said about it."""

    kind: EdgeKind
    ceiling_mdb: int
    """Weight of a thing that two accounts carry: 10 log10(1 / chance that it means nothing)."""
    most: int
    """More accounts than this carry it: a template, an agency, a picture that went round."""
    one: str
    many: str
    limits: tuple[str, ...]
    finder: str = ""
    """Name of the finding where another finder has that of the kind."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Why things were not looked at -> how many."""


def ties(kind: Kind, things: Mapping[str, Mapping[str, Carrier]], looked: int) -> Ties:
    """Edges between accounts that carry the same things, and a finding.

    Args:
        kind: What the things are.
        things: Safe name of each thing -> account -> where it stands.
        looked: Accounts that carry any thing of this kind.
    """
    pairs: dict[tuple[str, str], list[str]] = defaultdict(list)
    bursts: list[Burst] = []
    common = 0
    for name in sorted(things):
        accounts = sorted(things[name])
        if len(accounts) > MOST_PAIRED:
            bursts.append(_burst(kind, name, things[name]))
        if len(accounts) > kind.most:
            common += 1
            continue
        for pair in combinations(accounts, 2):
            pairs[pair].append(name)
    edges = [_edge(kind, pair, names, things) for pair, names in sorted(pairs.items())]
    return Ties(edges, bursts, [_finding(kind, edges, things, looked, common)])


def _edge(
    kind: Kind,
    pair: tuple[str, str],
    names: Sequence[str],
    things: Mapping[str, Mapping[str, Carrier]],
) -> Edge:
    """One pair with everything it shares."""
    each = [2 * kind.ceiling_mdb // len(things[name]) for name in names]
    mdb = min(kind.ceiling_mdb, sum(each))
    both = [things[name][account] for name in names for account in pair]
    rows = sorted({row for one in both for row in one.rows}, key=lambda r: (r.original, r.row))
    fewest = min(len(things[name]) for name in names)
    shared = f"the same {kind.one}" if len(names) == 1 else f"{len(names):,} {kind.many}"
    which = "it" if len(names) == 1 else "the rarest of them"
    return Edge(
        a=pair[0],
        b=pair[1],
        kind=kind.kind,
        directed=False,
        n=len(names),
        share_first_ppm=None,
        expected_milli=None,
        p_ppm=None,
        mdb=mdb,
        low_mdb=mdb // 2,
        high_mdb=kind.ceiling_mdb,
        basis="judged",
        first_us=min((one.first_us for one in both if one.first_us is not None), default=None),
        last_us=max((one.last_us for one in both if one.last_us is not None), default=None),
        rows=tuple(rows[:MOST_EXAMPLES]),
        rows_total=len(rows),
        statement=f"Both carry {shared} ({names[0]}); {fewest:,} accounts carry {which}.",
    )


def _burst(kind: Kind, name: str, carriers: Mapping[str, Carrier]) -> Burst:
    """A thing that too many carry, as one line."""
    rows = sorted(
        {row for one in carriers.values() for row in one.rows}, key=lambda r: (r.original, r.row)
    )
    starts = {account: one.first_us or 0 for account, one in carriers.items()}
    return Burst(
        kind=kind.kind,
        key=name,
        first_us=min(starts.values()),
        last_us=max((one.last_us or 0 for one in carriers.values()), default=0),
        accounts=len(carriers),
        first=min(carriers, key=lambda account: (starts[account], account)),
        rows=tuple(rows[:MOST_EXAMPLES]),
        rows_total=len(rows),
        statement=f"{len(carriers):,} accounts carry one {kind.one} ({name}): it makes no pairs.",
    )


def _finding(
    kind: Kind,
    edges: Sequence[Edge],
    things: Mapping[str, Mapping[str, Carrier]],
    looked: int,
    common: int,
) -> Finding:
    """How many accounts are tied, and what was left out."""
    tied = len({name for one in edges for name in (one.a, one.b)})
    details: dict[str, Json] = {
        "accounts_with_any": looked,
        "things": len(things),
        "edges": len(edges),
        "tied_accounts": tied,
        "too_common": common,
        "ceiling_mdb": kind.ceiling_mdb,
        "left_out": dict(sorted(kind.left_out.items())),
    }
    if edges:
        text = (
            f"{tied:,} of {looked:,} accounts that carry any share {kind.many}, in {len(edges):,}"
        )
        text += f" pair{'s' * (len(edges) != 1)}."
    else:
        text = f"No two of {looked:,} accounts that carry any share a {kind.one}."
    if common:
        text += f" {common:,} stood with more than {kind.most} accounts and tie nobody."
    if kind.left_out:
        parts = [f"{n:,} {why}" for why, n in sorted(kind.left_out.items())]
        text += f" Not used: {', '.join(parts)}."
    return Finding(
        finder=kind.finder or kind.kind,
        unit=POOL,
        status="found" if edges else "nothing_found" if looked else "not_looked",
        statement=text if looked else f"No file names a {kind.one}.",
        limits=kind.limits,
        details=details,
    )
