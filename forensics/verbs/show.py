"""`gnomon show`: from anything the report names down to the bytes, and from a row back up."""

from __future__ import annotations

import json as json_text
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from forensics.errors import UsageError
from forensics.verbs.case_folder import CaseFolder


def show(
    case: CaseFolder,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="ID",
            help="C3, G2, H_CN, a unit, a clue, an observation, 'line 13', FILE, FILE:ROW, a hash.",
        ),
    ] = None,
    context: Annotated[
        int, typer.Option(min=0, max=50, help="Records shown before and after each row.")
    ] = 1,
    rows: Annotated[
        int | None,
        typer.Option(min=0, max=10, help="Rows shown of each observation. Default: 2, or 10."),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="SEAL", help="List what changed since this seal instead.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
) -> None:
    """Walk from a conclusion to the original bytes, or from a row back up.

    Of a conclusion: its weights, their clues, their observations, the rows
    they rest on and the bytes of those rows. Of a row or a file: what uses it.
    Nothing is changed.

    Example: gnomon show reports/x/case C3

    Example: gnomon show reports/x/case posts.csv:17 --context 3

    Example: gnomon show reports/x/case --since 1
    """
    if not case.is_dir():
        raise UsageError("is no folder", where=str(case), todo="give the case folder")
    if (name is None) == (since is None):
        raise UsageError("say what to show", todo="give one ID, or --since SEAL")
    if since is not None:
        _since(case, since, json=json)
        return
    from forensics.job.walk import trace
    from forensics.verbs.show_text import tree_text

    tree = trace(case, name or "", context=context, rows=rows)
    # ASCII only: no control or bidi character from a file can reach a terminal this way.
    typer.echo(json_text.dumps(asdict(tree), sort_keys=True) if json else tree_text(tree))


def _since(case: Path, seal: str, *, json: bool) -> None:
    from forensics.job.walk import changes
    from forensics.verbs.show_text import changes_text

    found = changes(case, seal)
    typer.echo(json_text.dumps(asdict(found), sort_keys=True) if json else changes_text(found))
