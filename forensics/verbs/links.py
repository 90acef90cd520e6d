"""`gnomon links`: what ties the accounts of a case, and the groups the ties form."""

from __future__ import annotations

import json as json_text
from pathlib import Path
from typing import Annotated

import typer

from forensics.errors import CaseError, UsageError
from forensics.verbs.case_folder import At, CaseFolder, Who, open_case
from forensics.verbs.console import progress_on_stderr


def links(
    case: CaseFolder,
    graph: Annotated[
        Path | None,
        typer.Option(help="Write the graph: a name that ends in .graphml, .gexf or .csv."),
    ] = None,
    who: Who = "analyst",
    at: At = None,
    json: Annotated[bool, typer.Option("--json", help="Print edges and groups as JSON.")] = False,
) -> None:
    """What ties the accounts of a case: edges with their weights, and groups with their stability.

    Reads what was added and looks for ties first, where that has not been done. Ties say who works
    together, never where.

    Example: gnomon links x --graph ties.graphml
    """
    from forensics.export.graph import FORMATS, GROUPS, graph_text, read_graph
    from forensics.job.steps import weigh_case
    from forensics.verbs.links_text import links_json, links_text

    form = graph.suffix.removeprefix(".").lower() if graph is not None else ""
    if graph is not None and form not in FORMATS:
        raise UsageError("no such format", where=str(graph), todo="end in .graphml, .gexf or .csv")
    opened = open_case(case, who, at)
    if graph is not None and graph.resolve().is_relative_to(case.resolve()):
        raise UsageError("lies inside the case", where=str(graph), todo="choose another place")
    if not (opened.tables / GROUPS).is_file():
        with progress_on_stderr() as progress:
            weigh_case(opened, progress)
    nodes, edges = read_graph(opened)
    groups = list(opened.read_table(GROUPS))
    finding = next(row for row in opened.read_table("findings.jsonl") if row["finder"] == "groups")
    if graph is not None:
        try:
            graph.write_bytes(graph_text(form, nodes, edges))
        except OSError as error:
            raise CaseError(f"cannot be written ({error.strerror})", where=str(graph)) from error
    if json:
        told = links_json(edges, groups, finding)
        typer.echo(json_text.dumps(told, sort_keys=True, ensure_ascii=True))
        return
    typer.echo("\n".join(links_text(edges, groups, finding)))
