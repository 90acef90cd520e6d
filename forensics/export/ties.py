"""Accounts and their ties as GraphML, out of the tables of a case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from forensics.errors import ExportError
from forensics.export.graph import EDGES, GROUPS, Node, edge_of, graph_text
from forensics.export.handed import Handed, save

NAME = "accounts.graphml"


def write(handed: Handed, out: Path) -> list[Path]:
    """Write the graph: accounts that are tied, their groups, and one edge for each tie.

    Raises:
        ExportError: the case holds no ties.
        CaseError: the disk refuses, or a table is damaged.
    """
    case = handed.case
    if not (case.tables / EDGES).is_file():
        raise ExportError(
            "holds no table of ties between accounts", where=str(case.root), todo="gnomon weigh"
        )
    edges = [edge_of(row) for row in case.read_table(EDGES)]
    return [save(out, graph_text("graphml", _members(handed), edges))]


def _members(handed: Handed) -> list[Node]:
    """Accounts that the table of groups names, where there is one, each with its first group."""
    nodes: dict[str, Node] = {}
    if (handed.case.tables / GROUPS).is_file():
        for row in handed.case.read_table(GROUPS):
            members: Any = row["members"]
            shares: Any = row["shares_ppm"]
            for name, share in zip(members, shares, strict=True):
                nodes.setdefault(name, Node(name, str(row["group"]), share))
    return [*nodes.values()]
