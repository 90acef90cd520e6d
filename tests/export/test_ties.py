"""GraphML of a case: networkx reads the same accounts, groups and ties."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import networkx as nx
import pytest

from forensics.errors import ExportError
from forensics.export.handed import Handed
from forensics.export.ties import write


def test_accounts_groups_and_ties_come_back(handed: Handed, tmp_path: Path) -> None:
    (path,) = write(handed, tmp_path / "a.graphml")
    graph = nx.read_graphml(path, force_multigraph=True)
    edges: list[Any] = [*handed.case.read_table("edges.jsonl")]
    groups: list[Any] = [*handed.case.read_table("groups.jsonl")]
    assert edges
    assert groups
    assert graph.number_of_edges() == len(edges)
    told = {about["label"]: about for _, about in graph.nodes(data=True)}
    for row in groups:
        for name, share in zip(row["members"], row["shares_ppm"], strict=True):
            assert told[name]["group"] == row["group"], "the group of a member is named"
            assert told[name]["share_ppm"] == share
    (again,) = write(handed, tmp_path / "b.graphml")
    assert again.read_bytes() == path.read_bytes()


def test_a_case_without_ties_is_said(handed: Handed, tmp_path: Path) -> None:
    case: Any = SimpleNamespace(tables=tmp_path, root=tmp_path)
    with pytest.raises(ExportError, match="no table of ties"):
        write(replace(handed, case=case), tmp_path / "a.graphml")
