"""Accounts and their ties as GraphML, out of the tables of a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from forensics.errors import ExportError
from forensics.export.graph import Node, graph_text
from forensics.export.handed import Handed, save
from forensics.links.edges import Edge
from forensics.model import Json, RowRef

NAME = "accounts.graphml"
EDGES = "edges.jsonl"
GROUPS = "groups.jsonl"


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
    edges = [edge_from_row(row) for row in case.read_table(EDGES)]
    nodes = [*_members(handed)]
    return [save(out, graph_text("graphml", nodes, edges))]


def edge_from_row(row: Mapping[str, Json]) -> Edge:
    """The tie that a row of the table holds."""
    known: dict[str, Any] = {item.name: row[item.name] for item in fields(Edge)}
    rows: Any = row["rows"]
    known["rows"] = tuple(RowRef(one["original"], one["row"]) for one in rows)
    return Edge(**known)


def _members(handed: Handed) -> Iterator[Node]:
    """Accounts that the table of groups names, where there is one, each with its first group."""
    if not (handed.case.tables / GROUPS).is_file():
        return
    seen: set[str] = set()
    for row in handed.case.read_table(GROUPS):
        members: Any = row.get("members") or row.get("accounts") or []
        for one in members:
            name = str(one["account"] if isinstance(one, dict) else one)
            share = one.get("share_ppm") if isinstance(one, dict) else None
            if name not in seen:
                seen.add(name)
                yield Node(name, str(row.get("id", "")), share)
