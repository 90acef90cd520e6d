"""`gnomon new`: start a case for one question."""

from __future__ import annotations

import json as json_text
from pathlib import Path
from typing import Annotated

import typer

from forensics.verbs.case_folder import At, Who, clock_for
from forensics.verbs.console import mapping, printable


def new(
    case: Annotated[Path, typer.Argument(help="The folder to make.")],
    question: Annotated[str, typer.Option(help="The question; it becomes the report's title.")],
    purpose: Annotated[str, typer.Option(help="What the answer is for. Printed in the report.")],
    legal_basis: Annotated[
        str, typer.Option(help="On what legal basis the data are held. Printed in the report.")
    ],
    by: Annotated[
        str | None, typer.Option(help="Column that names the cluster of each post; or @groups.")
    ] = None,
    map_: Annotated[
        list[str] | None, typer.Option("--map", help="Columns by hand: account=user,time=when.")
    ] = None,
    assume_zone: Annotated[
        str | None, typer.Option(help="IANA zone of times without offset.")
    ] = None,
    because: Annotated[str | None, typer.Option(help="Why that zone may be assumed.")] = None,
    audience: Annotated[str | None, typer.Option(help="IANA zone of the audience.")] = None,
    events: Annotated[
        Path | None, typer.Option(help="TOML file of absences to test for, named beforehand.")
    ] = None,
    who: Who = "analyst",
    at: At = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
) -> None:
    """Start a case folder: question, purpose, legal basis and settings go into its first lines.

    The settings decide the result and cannot be changed later: another question is another case.
    Then: gnomon add, gnomon weigh, gnomon conclude, gnomon report.

    Example: gnomon new x --question "Where did they work?" --purpose "..." --legal-basis "..."
    """
    from forensics.job.events import read_events
    from forensics.job.settings import RunSettings
    from forensics.job.steps import new_case

    settings = RunSettings(
        question=question,
        by=by,
        columns=dict(mapping(map_ or [])),
        assume_zone=assume_zone,
        assume_because=because,
        audience_zone=audience,
        events=read_events(events) if events is not None else (),
    )
    made = new_case(
        case, settings, purpose=purpose, legal_basis=legal_basis, who=who, now=clock_for(at)
    )
    if json:
        typer.echo(json_text.dumps({"case": str(made.root), "head": made.head()}))
        return
    typer.echo(f"case  {printable(str(made.root))}")
    typer.echo(f"next  gnomon add {printable(str(made.root))} FILE")
