"""From shared things to edges, bursts and a finding: the same steps for every kind of content."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from forensics.engine import POOL
from forensics.links.content.incidence import Incidence, Population
from forensics.links.content.pairs import (
    Grouped,
    PairLines,
    Things,
    among,
    grouped,
    pair_lines,
    things_of,
)
from forensics.links.content.reader import Reader
from forensics.links.content.say import sentence
from forensics.links.content.weights import (
    LEAST_CONTROLS,
    SHARED,
    adjusted,
    busy,
    decibans,
    excess,
    expected_shared,
    rates,
    tail,
)
from forensics.links.edges import Burst, Edge, EdgeKind, Ties
from forensics.links.limits import MOST_EXAMPLES, MOST_PAIRED
from forensics.model import Finding, Json

MOST_EDGES = 20_000
"""Edges of one kind that are written out, the heaviest first; the others are counted."""
MOST_BURSTS = 1_000
LEVEL = 0.05
"""False discovery rate up to which a pair is said to share more than chance."""
LEAST_MDB = 3_000
"""Pairs below it share what many post, or no more than chance: they are counted."""
LIMITS = (
    "Who copies, quotes or follows the same source shares content without being run together.",
    "Ties of several kinds of content may rest on the same posts: the heaviest counts, not all.",
)


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of shared content and how it is worded and bounded."""

    kind: EdgeKind
    ceiling_mdb: int
    """No edge of this kind weighs more: content can be copied by anyone who saw it."""
    one: str
    """`text`."""
    many: str
    name: Callable[[int], str]
    """A name for a thing that is safe to print, by its key."""
    counted: bool = False
    """True for things on which any two accounts agree sooner or later, such as addresses: a pair
    must share two of them, and more than chance. A long text or a number is not hit upon twice."""
    active: NDArray[np.int64] | None = None
    """Things of each account of the case that such a thing could have been: its texts, where few
    texts hold one. None if every post of the kind stands in the incidence."""
    things: int | None = None
    """All things, where the incidence lacks those that one account alone posted."""
    cap_key: NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, dtype=np.uint64))
    cap_mdb: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """Lower ceilings for some things, by key."""
    counts: Mapping[str, Json] = field(default_factory=dict)
    """What was left out, for the finding."""
    left_out: str = ""
    """The same as a sentence."""


PairsOf = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint64]]
"""Two accounts and a thing, in three columns."""


def ties(family: Family, reader: Reader, firsts: Incidence, drop: PairsOf | None = None) -> Ties:
    """Edges, bursts and the finding of one family.

    Args:
        family: The kind.
        reader: Gives rows for examples.
        firsts: One line for each account and thing, as `Incidence.firsts` gives them.
        drop: (account, account, key) that another kind has already counted.
    """
    all_ = reader.population
    things = things_of(firsts, len(all_.names))
    lines = pair_lines(firsts, things)
    if drop is not None and len(drop[0]):
        lines = lines.where(~among((lines.a, lines.b, things.key[lines.key]), drop))
    weighed = _weigh(family, firsts, things, lines, all_)
    chosen = weighed.heaviest()
    edges = _edges(family, reader, firsts, weighed, chosen)
    bursts = _bursts(family, reader, firsts, things)
    found = Ties(edges, bursts, [])
    return found._replace(findings=[_finding(family, all_, things, weighed, found)])


@dataclass(frozen=True, slots=True)
class Weighed:
    """Pairs with their weights."""

    lines: PairLines
    pairs: Grouped
    rarest: NDArray[np.int64]
    """Fewest accounts that share one of the things of the pair."""
    expected: NDArray[np.float64]
    q: NDArray[np.float64]
    mdb: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    counted: bool
    pairs_all: int
    """Pairs that share anything at all."""

    @property
    def telling(self) -> NDArray[np.bool_]:
        """Pairs that share something that is not common, and enough of it."""
        good = self.mdb >= LEAST_MDB
        return good & (self.pairs.n > 1) & (self.q <= LEVEL) if self.counted else good

    def heaviest(self) -> NDArray[np.intp]:
        """Places of the pairs that become edges, heaviest first."""
        good = np.flatnonzero(self.telling)
        order = np.lexsort((self.pairs.b[good], self.pairs.a[good], -self.mdb[good]))
        return good[order][:MOST_EDGES]


def _weigh(
    family: Family, firsts: Incidence, things: Things, lines: PairLines, all_: Population
) -> Weighed:
    """Rarity of what each pair shares, and how many things it would share by chance."""
    rate = rates(things.case, things.controls, all_)
    number = grouped(lines, things.case).n
    # What a fifth of all others posted says nothing, neither in the weight nor in the count.
    rare = rate.rate < SHARED
    lines = lines.where(rare[lines.key])
    pairs = grouped(lines, things.case)
    case = firsts.account < len(all_.names)
    mine = np.bincount(firsts.account[case], minlength=len(all_.names)).astype(np.int64)
    if family.active is not None:
        mine = np.maximum(mine, family.active)
    # Each is given one more: where few post links at all, two of them could hardly miss each other.
    mine += 1
    paired = np.where(things.paired & rare, things.case, 0)
    a, b, key = lines.a[pairs.order], lines.b[pairs.order], lines.key[pairs.order]
    rank, more = pairs.rank(), busy(a, b, mine)
    product = mine[a].astype(np.float64) * mine[b]
    credit = 1.0 / rank
    if family.counted:
        credit *= excess(rank, product, things.case[key], paired, int(mine.sum()))
    cap = _caps(family, things)[key]

    def total(values: NDArray[np.float64]) -> NDArray[np.int64]:
        each = np.minimum(1000 * decibans(values[key], more), cap) * credit
        return np.rint(np.minimum(pairs.sum(each), family.ceiling_mdb)).astype(np.int64)

    expected = expected_shared(pairs.a, pairs.b, mine, paired)
    possible = len(all_.names) * (len(all_.names) - 1) // 2
    return Weighed(
        lines,
        pairs,
        things.case[key[pairs.start]],
        expected,
        adjusted(tail(pairs.n, expected), possible),
        total(rate.rate),
        total(rate.high),
        total(rate.low),
        family.counted,
        len(number),
    )


def _caps(family: Family, things: Things) -> NDArray[np.float64]:
    """The ceiling of each thing."""
    cap = np.full(len(things.key), family.ceiling_mdb, dtype=np.float64)
    if len(family.cap_key) and len(cap):
        at = np.minimum(np.searchsorted(things.key, family.cap_key), len(cap) - 1)
        known = things.key[at] == family.cap_key
        cap[at[known]] = np.minimum(family.cap_mdb[known], family.ceiling_mdb)
    return cap


def _edges(
    family: Family, reader: Reader, firsts: Incidence, told: Weighed, chosen: NDArray[np.intp]
) -> list[Edge]:
    """The chosen pairs as edges, in order of name."""
    all_ = reader.population
    of = f"{len(all_.names):,} accounts"
    examples = [_examples(firsts, told, int(at)) for at in chosen]
    refs = reader.rows([place for _, _, places, _ in examples for place in places])
    out = []
    for at, (first, last, places, total) in zip(chosen.tolist(), examples, strict=True):
        a, b = all_.names[int(told.pairs.a[at])], all_.names[int(told.pairs.b[at])]
        n, rare = int(told.pairs.n[at]), int(told.rarest[at])
        shared = f"1 {family.one}" if n == 1 else f"{n:,} {family.many}"
        which = "it" if n == 1 else "the rarest of them"
        out.append(
            Edge(
                a=a,
                b=b,
                kind=family.kind,
                directed=False,
                n=n,
                share_first_ppm=_share_first(firsts, told, at),
                expected_milli=round(1000 * float(told.expected[at])),
                p_ppm=round(1_000_000 * float(told.q[at])),
                mdb=int(told.mdb[at]),
                low_mdb=int(told.low[at]),
                high_mdb=int(told.high[at]),
                basis="measured" if all_.controls >= LEAST_CONTROLS else "modelled",
                first_us=first,
                last_us=last,
                rows=tuple(refs[place] for place in places if place in refs),
                rows_total=total,
                statement=f"Both posted {shared}; {rare:,} of {of} posted {which}.",
            )
        )
    return sorted(out, key=lambda one: (one.a, one.b))


def _examples(
    firsts: Incidence, told: Weighed, pair: int
) -> tuple[int | None, int | None, list[int], int]:
    """(First time, last time, places of example rows, rows in all) of one pair."""
    mine = told.pairs.lines(pair)
    both = np.stack([told.lines.line_a[mine], told.lines.line_b[mine]], axis=1).ravel()
    places = [int(one) for one in firsts.place[both] if one >= 0]
    known = firsts.t_us[both][firsts.place[both] >= 0]
    first, last = (int(known.min()), int(known.max())) if len(known) else (None, None)
    return first, last, list(dict.fromkeys(places))[:MOST_EXAMPLES], len(set(places))


def _share_first(firsts: Incidence, told: Weighed, pair: int) -> int | None:
    """Share of the things that `a` posted first; a tie is half a thing."""
    mine = told.pairs.lines(pair)
    a, b = told.lines.line_a[mine], told.lines.line_b[mine]
    known = (firsts.place[a] >= 0) & (firsts.place[b] >= 0)
    if not known.any():
        return None
    lead = np.sign(firsts.t_us[b] - firsts.t_us[a])[known]
    return int(500_000 * (int(lead.sum()) + len(lead)) // len(lead))


def _bursts(family: Family, reader: Reader, firsts: Incidence, things: Things) -> list[Burst]:
    """What more accounts posted than pairs are made of, widest first."""
    all_ = reader.population
    wide = np.flatnonzero(things.wide)
    wide = wide[np.lexsort((things.key[wide], -things.case[wide]))][:MOST_BURSTS]
    picked = []
    for at in wide.tolist():
        begin = int(things.start[at])
        mine = np.arange(begin, begin + int(things.case[at]))
        mine = mine[np.lexsort((firsts.account[mine], firsts.t_us[mine]))]
        picked.append((at, mine))
    refs = reader.rows(
        [int(place) for _, mine in picked for place in firsts.place[mine[:MOST_EXAMPLES]]]
    )
    out = []
    for at, mine in picked:
        count = int(things.case[at])
        rows = [refs[int(one)] for one in firsts.place[mine[:MOST_EXAMPLES]] if int(one) in refs]
        out.append(
            Burst(
                kind=family.kind,
                key=family.name(int(things.key[at])),
                first_us=int(firsts.t_us[mine[0]]),
                last_us=int(firsts.t_us[mine[-1]]),
                accounts=count,
                first=all_.names[int(firsts.account[mine[0]])],
                rows=tuple(rows),
                rows_total=len(mine),
                statement=f"{count:,} of {len(all_.names):,} accounts posted one {family.one}: "
                f"more than the {MOST_PAIRED} that make pairs.",
            )
        )
    return out


def _finding(
    family: Family, all_: Population, things: Things, told: Weighed, made: Ties
) -> Finding:
    """How many accounts are tied how, against what, and what was left out."""
    edges, bursts = made.edges, made.bursts
    tied = len({name for one in edges for name in (one.a, one.b)})
    pairs = told.pairs_all
    telling = int(np.sum(told.telling))
    light = pairs - int(np.sum(told.mdb >= LEAST_MDB))
    few = pairs - light - telling
    against = (
        f"{all_.controls:,} control accounts"
        if all_.controls >= LEAST_CONTROLS
        else "the other accounts of the case"
    )
    counts: dict[str, Json] = {
        "accounts": len(all_.names),
        "controls": all_.controls,
        "things": len(things.key) if family.things is None else family.things,
        "shared": int(np.sum(things.case > 1)),
        "pairs": pairs,
        "pairs_without_weight": light,
        "pairs_with_too_few": few,
        "pairs_beyond_chance": int(np.sum(told.q <= LEVEL)),
        "edges": len(edges),
        "edges_not_written": telling - len(edges),
        "tied_accounts": tied,
        "bursts": len(bursts),
        "bursts_not_written": int(np.sum(things.wide)) - len(bursts),
        "things_not_paired": things.unpaired,
        "ceiling_mdb": family.ceiling_mdb,
        **family.counts,
    }
    return Finding(
        finder=family.kind,
        unit=POOL,
        status="found" if edges or bursts else "nothing_found",
        statement=sentence(family.one, family.many, against, counts, family.left_out),
        limits=LIMITS,
        details=counts,
    )
