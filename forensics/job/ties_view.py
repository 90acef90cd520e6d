"""Ties between accounts: written as tables of the case, read again for the report."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from forensics.case import Case, TableRef
from forensics.links.edges import EDGE_KINDS, Burst, Edge, Ties
from forensics.model import Finding, RowRef
from forensics.show.ties import TiesView

EDGES = "edges.jsonl"
BURSTS = "bursts.jsonl"
EDGES_SHOWN = 40
BURSTS_SHOWN = 20


def write_ties(case: Case, ties: Ties) -> list[TableRef]:
    """Both tables, in order of kind and name."""
    return [
        case.write_table(EDGES, map(asdict, ties.edges)),
        case.write_table(BURSTS, map(asdict, ties.bursts)),
    ]


def ties_view(case: Case, findings: Sequence[Finding]) -> TiesView:
    """The heaviest ties and widest bursts of the tables; empty where a case has none."""
    if not (case.tables / EDGES).is_file():
        return TiesView()
    totals: Counter[str] = Counter(str(row["kind"]) for row in case.read_table(EDGES))
    heaviest = heapq.nsmallest(EDGES_SHOWN, _rows(case, EDGES), key=_heavy)
    bursts = list(_rows(case, BURSTS))
    bursts.sort(key=lambda row: (-row["accounts"], row["kind"], row["key"], row["first_us"]))
    return TiesView(
        edges=tuple(Edge(**row) for row in heaviest),
        bursts=tuple(Burst(**row) for row in bursts[:BURSTS_SHOWN]),
        edges_total={kind: totals[kind] for kind in EDGE_KINDS if totals[kind]},
        bursts_total=len(bursts),
        findings=tuple(one for one in findings if one.finder in EDGE_KINDS and _of_case(one)),
    )


def _of_case(finding: Finding) -> bool:
    """True for an answer about all accounts; pictures have findings of each unit as well."""
    return "edges" in finding.details or finding.status in {"insufficient", "not_looked"}


def _heavy(row: Mapping[str, Any]) -> tuple[int, int, int, str, str]:
    """Heaviest first, then what is seldom by chance, then by number and name."""
    chance = row["p_ppm"] if row["p_ppm"] is not None else 1_000_000
    return -row["mdb"], chance, -row["n"], row["a"], row["b"]


def _rows(case: Case, table: str) -> Iterator[dict[str, Any]]:
    for row in case.read_table(table):
        listed: Any = row["rows"]
        yield {**row, "rows": tuple(RowRef(ref["original"], ref["row"]) for ref in listed)}
