"""The graph of ties comes back from each format, and hostile names stay text."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import networkx as nx
import pytest

from forensics.errors import UsageError
from forensics.export.graph import Node, graph_text, legal
from forensics.links.edges import Edge, EdgeKind
from forensics.model import RowRef

HOSTILE = [
    "<script>alert(1)</script>",
    "\"]]>&amp;'",
    '=HYPERLINK("http://x")',
    "@SUM(A1)",
    "bell\x07nul\x00esc\x1b",
    "lone\ud800surrogate\ufffe",
    "two\r\nlines\ttab",
    "右\u202eleft 😀",
]


def tie(a: str, b: str, kind: EdgeKind = "same_text", mdb: int = 12_345) -> Edge:
    a, b = sorted((a, b))
    return Edge(
        a, b, kind, False, 2, None, None, 1_000, mdb, 1, 20_000, "modelled", 5, 7,
        (RowRef("f", 1),), 3, "Both posted 2 texts.",
    )  # fmt: skip


NODES = [Node(name, "g1", 900_000) for name in sorted(HOSTILE)] + [Node("alone", "", None)]
EDGES = [tie(HOSTILE[i], HOSTILE[i + 1]) for i in range(len(HOSTILE) - 1)]
TWICE = [*EDGES, tie(HOSTILE[0], HOSTILE[1], "same_device", 8_000)]


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_xml_comes_back_whole(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"x.{form}"
    path.write_bytes(graph_text(form, NODES, TWICE))
    read = nx.read_graphml(path, force_multigraph=True) if form == "graphml" else nx.read_gexf(path)
    assert read.number_of_nodes() == len(HOSTILE) + 1
    assert read.number_of_edges() == len(TWICE)
    labels = {data["label"] for _, data in read.nodes(data=True)}
    assert labels == {legal(name) for name in [*HOSTILE, "alone"]}
    weights = sorted(data["weight_mdb"] for _, _, data in read.edges(data=True))
    assert weights == [8_000, *[12_345] * len(EDGES)]
    assert {data["kind"] for _, _, data in read.edges(data=True)} == {"same_text", "same_device"}
    groups = [data.get("group", "") for _, data in read.nodes(data=True)]
    assert sorted(groups) == ["", *["g1"] * len(HOSTILE)]


def test_csv_comes_back_and_starts_no_formula() -> None:
    data = graph_text("csv", NODES, TWICE)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert len(rows) == len(TWICE)
    assert {row["weight_mdb"] for row in rows} == {"12345", "8000"}
    for row in rows:
        for name in (row["source"], row["target"]):
            assert name[0] not in "=+-@\t\r\n"
    assert any(row["source"] == '\'=HYPERLINK("http://x")' for row in rows)


@pytest.mark.parametrize("form", ["graphml", "gexf", "csv"])
def test_same_graph_same_bytes_and_an_empty_graph_is_written(form: str) -> None:
    assert graph_text(form, NODES, TWICE) == graph_text(form, NODES, TWICE)
    assert graph_text(form, [], [])


def test_another_format_is_refused() -> None:
    with pytest.raises(UsageError):
        graph_text("dot", [], [])
