"""Ties by crew and by turns, from the findings about crews.

Two accounts of one crew: with k of M accounts in it and a stability s, the weight is
`10 log10(s M / k)`: being in one crew is so much likelier for two accounts run together than for
two of the unit at large. Two that take turns: `10 log10((1 - q) / q)` for a false
discovery rate of q.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from math import log10
from typing import Any

from forensics.links.edges import Edge, Ties
from forensics.links.limits import MOST_EXAMPLES, MOST_PAIRED
from forensics.model import Finding, RowRef

CREW_MDB = 8_000
TURNS_MDB = 12_000


def with_crews(ties: Ties, findings: Iterable[Finding]) -> Ties:
    """All ties, those of crews at the end: the last kind there is."""
    return ties._replace(edges=[*ties.edges, *edges(findings)])


def edges(findings: Iterable[Finding]) -> list[Edge]:
    """Edges of kind same_crew; of several for one pair the heaviest."""
    best: dict[tuple[str, str], Edge] = {}
    for finding in findings:
        if finding.finder != "crews" or finding.status != "found":
            continue
        rows = [row for one in finding.observations for row in one.rows]
        for edge in (*_crews(finding.details, rows), *_turns(finding.details)):
            known = best.get((edge.a, edge.b))
            if known is None or edge.mdb > known.mdb:
                best[edge.a, edge.b] = edge
    return [best[pair] for pair in sorted(best)]


def _crews(details: Mapping[str, Any], rows: Sequence[RowRef]) -> Iterator[Edge]:
    """Pairs within crews of at most 200 accounts."""
    of = int(details["considered"])
    for crew in details["crews"]:
        members = sorted(crew["members"])
        if int(crew["size"]) > MOST_PAIRED:
            continue
        odds = crew["stability_ppm"] / 1e6 * of / int(crew["size"])
        mdb = min(CREW_MDB, round(10_000 * log10(max(odds, 1.0))))
        text = f"Both are of one crew: {crew['size']} of {of:,} accounts share days and days off."
        for a, b in combinations(members, 2):
            yield _edge(
                a, b, n=1, p_ppm=crew["p_ppm"], weight=(mdb, CREW_MDB),
                rows=rows[:MOST_EXAMPLES], rows_total=len(rows), statement=text,
            )  # fmt: skip


def _turns(details: Mapping[str, Any]) -> Iterator[Edge]:
    """Pairs that take turns."""
    for pair in details.get("turns", {}).get("pairs", ()):
        q = max(1, int(pair["q_ppm"])) / 1e6
        mdb = min(TURNS_MDB, round(10_000 * log10(max(1.0, (1 - q) / q))))
        examples = [
            RowRef(original, row)
            for one in pair["examples"]
            for original, row in zip(one["originals"], one["rows"], strict=True)
        ][:MOST_EXAMPLES]
        total = 2 * int(pair["reliefs"])
        text = (
            f"They take turns: {pair['reliefs']} reliefs where "
            f"{pair['reliefs_expected_milli'] / 1000:.0f} are expected."
        )
        yield _edge(
            pair["a"], pair["b"], n=2, p_ppm=pair["p_ppm"], weight=(mdb, TURNS_MDB),
            rows=examples, rows_total=total, statement=text,
        )  # fmt: skip


def _edge(
    one: str,
    other: str,
    *,
    n: int,
    p_ppm: int,
    weight: tuple[int, int],
    rows: Sequence[RowRef],
    rows_total: int,
    statement: str,
) -> Edge:
    a, b = sorted((one, other))
    mdb, most = weight
    return Edge(
        a, b, "same_crew", False, n, None, None, p_ppm, mdb, mdb // 2, most, "modelled", None, None,
        tuple(rows), rows_total, statement,
    )  # fmt: skip
