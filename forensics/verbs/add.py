"""`gnomon add`: copy files into a case, with what is claimed about where they came from."""

from __future__ import annotations

import json as json_text
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from forensics.verbs.case_folder import At, CaseFolder, Who, open_case
from forensics.verbs.console import printable, progress_on_stderr

SHOWN = 20


def add(
    case: CaseFolder,
    inputs: Annotated[list[Path], typer.Argument(help="Files, or folders of them.")],
    from_: Annotated[str | None, typer.Option("--from", help="Who sent them (claimed).")] = None,
    by: Annotated[str | None, typer.Option(help="Who received them (claimed).")] = None,
    how: Annotated[str | None, typer.Option(help="How they came (claimed).")] = None,
    received: Annotated[str | None, typer.Option(help="When they came (claimed).")] = None,
    note: Annotated[
        str | None, typer.Option(help="Whatever else should stand beside them.")
    ] = None,
    as_controls: Annotated[
        bool, typer.Option("--as-controls", help="They hold accounts to compare with.")
    ] = False,
    who: Who = "analyst",
    at: At = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a file.")] = False,
) -> None:
    """Copy files into a case under their hash; equal bytes are kept once.

    Example: gnomon add x export.zip --from "platform" --how "download link" --received 2025-03-04
    """
    from forensics.job.steps import Claims, add_files

    opened = open_case(case, who, at)
    claims = Claims(received, from_, by, how, note)
    with progress_on_stderr() as progress:
        taken = add_files(opened, inputs, claims, progress, as_controls=as_controls)
    if json:
        for one in taken:
            typer.echo(json_text.dumps(asdict(one), sort_keys=True))
        return
    for one in taken[:SHOWN]:
        typer.echo(f"{one.sha256[:12]}  {one.size:>12,} B  {printable(one.name_as_received)}")
    if len(taken) > SHOWN:
        typer.echo(f"and {len(taken) - SHOWN:,} more: --json lists them")
    what = "files of control accounts" if as_controls else "files"
    typer.echo(f"{len(taken):,} {what} are in the case")
