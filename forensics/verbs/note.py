"""`gnomon note`: write a note, an assumption, an objection or dissent into the record."""

from __future__ import annotations

import json as json_text
from typing import Annotated

import typer

from forensics.verbs.case_folder import At, CaseFolder, Who, open_case


def note(
    case: CaseFolder,
    text: Annotated[str, typer.Argument(help="What to write. It is printed in the report.")],
    as_: Annotated[
        str,
        typer.Option(
            "--as",
            help="note, assumption, objection, dissent; or an answer of the deception check: "
            "motive, past, sources, other.",
        ),
    ] = "note",
    about: Annotated[str, typer.Option(help="Unit, clue or group it is about.")] = "",
    because: Annotated[str, typer.Option(help="The reason; an assumption needs one.")] = "",
    who: Who = "analyst",
    at: At = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
) -> None:
    """Write one note into the record of a case. Nothing is edited: a later note answers it.

    Example: gnomon note x "The midday break does not fit that country." --as objection --about C1
    """
    from forensics.job.acts import add_act

    opened = open_case(case, who, at)
    with opened.exclusively():
        entry, words = add_act(opened, as_, text, about=about, because=because)
    for line in words:
        typer.echo(f"gnomon: {line}", err=True)
    if json:
        typer.echo(json_text.dumps({"line": entry.seq + 1, "head": opened.head(), "words": words}))
        return
    typer.echo(f"line {entry.seq + 1} of the record")
