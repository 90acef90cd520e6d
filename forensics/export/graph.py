"""The ties of a case as a graph for other programs: GraphML, GEXF and CSV.

Account names are text of strangers. In XML they are escaped, and characters XML cannot hold are
written as `<U+XXXX>`; in CSV a name that a spreadsheet would run as a formula gets an apostrophe in
front. Same graph, same bytes.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from xml.sax.saxutils import escape, quoteattr

from forensics.case import Case
from forensics.errors import ExportError, UsageError
from forensics.export.cells import guarded
from forensics.export.handed import Handed, save
from forensics.links.edges import Edge
from forensics.model import RowRef

EDGES = "edges.jsonl"
GROUPS = "groups.jsonl"
FORMATS = ("graphml", "gexf", "csv")
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_COLUMNS = (
    "source", "target", "kind", "directed", "things", "weight_mdb", "low_mdb", "high_mdb", "p_ppm",
    "first_us", "last_us", "rows", "statement",
)  # fmt: skip
_EDGE_FIELDS: tuple[tuple[str, str], ...] = (
    ("kind", "string"), ("directed", "boolean"), ("things", "long"), ("weight_mdb", "long"),
    ("low_mdb", "long"), ("high_mdb", "long"), ("p_ppm", "long"), ("first_us", "long"),
    ("last_us", "long"), ("rows", "long"), ("statement", "string"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Node:
    """One account of the graph."""

    account: str
    group: str
    """Its group, such as `g3`; empty where it is in none."""
    share_ppm: int | None
    """Share of the resamples in which it was in the group."""


def graph_text(form: str, nodes: Sequence[Node], edges: Sequence[Edge]) -> bytes:
    """The graph in one of FORMATS; of CSV the edges.

    Args:
        form: graphml, gexf or csv.
        nodes: Accounts, those without edges too.
        edges: Several of different kinds between two accounts stay several.

    Raises:
        UsageError: no such format.
    """
    if form == "graphml":
        return "".join(_graphml(nodes, edges)).encode()
    if form == "gexf":
        return "".join(_gexf(nodes, edges)).encode()
    if form == "csv":
        return _csv(edges)
    raise UsageError(f"no format {form!r:.20}", where="--graph", todo="graphml, gexf or csv")


def read_graph(case: Case) -> tuple[list[Node], list[Edge]]:
    """Accounts in a group or with a tie, and all edges, from the tables of a case.

    Raises:
        ExportError: the case was not looked at yet.
    """
    for name in (EDGES, GROUPS):
        if not (case.tables / name).is_file():
            raise ExportError("ties were not looked for", where=name, todo="gnomon weigh CASE")
    edges = [edge_of(row) for row in case.read_table(EDGES)]
    nodes: dict[str, Node] = {}
    for row in cast("Iterator[dict[str, Any]]", case.read_table(GROUPS)):
        for name, share in zip(row["members"], row["shares_ppm"], strict=True):
            nodes.setdefault(name, Node(name, row["group"], share))
    for name in sorted({name for edge in edges for name in (edge.a, edge.b)}):
        nodes.setdefault(name, Node(name, "", None))
    return [nodes[name] for name in sorted(nodes)], edges


def edge_of(row: Mapping[str, Any]) -> Edge:
    """The edge that a row of the table holds."""
    rows = tuple(RowRef(**one) for one in row["rows"])
    return Edge(**{**row, "rows": rows})


def write(handed: Handed, path: Path) -> list[Path]:
    """Write the graph of a case as its file name asks: graphml, gexf or csv.

    Raises:
        ExportError: ties were not looked for, or the disk refuses.
        UsageError: no such format.
    """
    nodes, edges = read_graph(handed.case)
    return [save(path, graph_text(path.suffix.removeprefix(".").lower(), nodes, edges))]


def legal(text: str) -> str:
    """Text with characters that XML cannot hold shown as code points."""
    return _ILLEGAL.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


def _values(edge: Edge) -> tuple[str | int | None, ...]:
    """The fields of an edge, in the order of _EDGE_FIELDS."""
    return (
        edge.kind, "true" if edge.directed else "false", edge.n, edge.mdb, edge.low_mdb,
        edge.high_mdb, edge.p_ppm, edge.first_us, edge.last_us, edge.rows_total, edge.statement,
    )  # fmt: skip


def _numbered(nodes: Sequence[Node], edges: Iterable[Edge]) -> dict[str, int]:
    """Account -> number, nodes first; every end of an edge is there."""
    names = [one.account for one in nodes]
    names += [name for edge in edges for name in (edge.a, edge.b)]
    return {name: i for i, name in enumerate(dict.fromkeys(names))}


def _graphml(nodes: Sequence[Node], edges: Sequence[Edge]) -> Iterator[str]:
    """Pieces of a GraphML document (graphml.graphdrawing.org)."""
    number = _numbered(nodes, edges)
    known = {one.account: one for one in nodes}
    yield _HEAD + '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for name, kind in (("label", "string"), ("group", "string"), ("share_ppm", "long")):
        yield f'<key id="n_{name}" for="node" attr.name="{name}" attr.type="{kind}"/>\n'
    for name, kind in _EDGE_FIELDS:
        yield f'<key id="e_{name}" for="edge" attr.name="{name}" attr.type="{kind}"/>\n'
    yield '<graph edgedefault="undirected">\n'
    for account, i in number.items():
        node = known.get(account, Node(account, "", None))
        told = (("label", account), ("group", node.group), ("share_ppm", node.share_ppm))
        yield f'<node id="n{i}">{"".join(_data("n", name, value) for name, value in told)}</node>\n'
    for i, edge in enumerate(edges):
        ends = f'source="n{number[edge.a]}" target="n{number[edge.b]}"'
        fields = zip(_EDGE_FIELDS, _values(edge), strict=True)
        body = "".join(_data("e", name, value) for (name, _), value in fields)
        yield f'<edge id="e{i}" {ends}>{body}</edge>\n'
    yield "</graph>\n</graphml>\n"


def _data(of: str, name: str, value: str | int | None) -> str:
    """One field; a field without value is left out."""
    if value is None or value == "":
        return ""
    return f'<data key="{of}_{name}">{escape(legal(str(value)), {chr(13): "&#13;"})}</data>'


def _gexf(nodes: Sequence[Node], edges: Sequence[Edge]) -> Iterator[str]:
    """Pieces of a GEXF 1.2 document (gexf.net)."""
    number = _numbered(nodes, edges)
    known = {one.account: one for one in nodes}
    yield _HEAD + '<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">\n'
    yield '<graph defaultedgetype="undirected" mode="static">\n<attributes class="node">\n'
    yield '<attribute id="0" title="group" type="string"/>\n'
    yield '<attribute id="1" title="share_ppm" type="long"/>\n'
    yield '</attributes>\n<attributes class="edge">\n'
    for i, (name, kind) in enumerate(_EDGE_FIELDS):
        yield f'<attribute id="{i}" title="{name}" type="{kind}"/>\n'
    yield "</attributes>\n<nodes>\n"
    for account, i in number.items():
        node = known.get(account, Node(account, "", None))
        told = _attvalues((node.group, node.share_ppm))
        yield f'<node id="{i}" label={_quoted(account)}>{told}</node>\n'
    yield "</nodes>\n<edges>\n"
    for i, edge in enumerate(edges):
        kind = "directed" if edge.directed else "undirected"
        ends = f'source="{number[edge.a]}" target="{number[edge.b]}" type="{kind}"'
        weight = f'weight="{edge.mdb / 1000:.3f}"'
        yield f'<edge id="{i}" {ends} {weight}>{_attvalues(_values(edge))}</edge>\n'
    yield "</edges>\n</graph>\n</gexf>\n"


def _attvalues(values: Sequence[str | int | None]) -> str:
    """Attributes by number; one without value is left out."""
    inside = "".join(
        f'<attvalue for="{i}" value={_quoted(str(value))}/>'
        for i, value in enumerate(values)
        if value is not None and value != ""
    )
    return f"<attvalues>{inside}</attvalues>" if inside else ""


def _quoted(text: str) -> str:
    return quoteattr(legal(text))


def _csv(edges: Sequence[Edge]) -> bytes:
    """Edges as CSV in UTF-8 with a byte order mark, as spreadsheets expect it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for edge in edges:
        told = ("" if value is None else value for value in _values(edge))
        line = (edge.a, edge.b, *told)
        writer.writerow([guarded(legal(one)) if isinstance(one, str) else one for one in line])
    return out.getvalue().encode("utf-8-sig")
