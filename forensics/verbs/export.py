"""`gnomon export`: write a case in the format of another program."""

from __future__ import annotations

import json as json_module
from pathlib import Path
from typing import Annotated

import typer

from forensics.verbs.case_folder import At, CaseFolder, Who, open_case
from forensics.verbs.console import printable, progress_on_stderr

FORMATS_HELP = (
    "csv, geojson, kml, kmz, gpkg, stix, ro-crate, case, timesketch, misp, graphml or zip."
)


def export(
    case: CaseFolder,
    format_: Annotated[str, typer.Option("--format", "-f", help=FORMATS_HELP)],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="File or folder. Default: export/ beside the case."),
    ] = None,
    no_redact: Annotated[
        bool, typer.Option("--no-redact", help="zip: with originals, texts and names.")
    ] = False,
    reason: Annotated[
        str, typer.Option(help="Why everything is handed over; for the record.")
    ] = "",
    without: Annotated[
        list[str] | None,
        typer.Option(help="zip: leave out a table (posts) or a row (clues:3) too. Repeatable."),
    ] = None,
    who: Who = "analyst",
    at: At = None,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Write a case in another format, and say so in its record.

    A zip is redacted: no originals, no texts, no names. See --no-redact. From
    a sealed case it carries proofs, which gnomon verify checks: every row in it
    stands so in the case that was sealed, and what was left out is counted.

    Example: gnomon export x/case --format csv
    """
    from forensics.job.exporting import export as write

    opened = open_case(case, who, at)
    with progress_on_stderr() as progress:
        done = write(
            opened, format_, out, redact=not no_redact, without=without or (), reason=reason,
            progress=progress,
        )  # fmt: skip
    if json:
        files = [
            {"path": str(path), "sha256": sha256, "size": size} for path, sha256, size in done.files
        ]
        value = {"format": done.format, "digest": done.digest, "files": files,
                 "notes": list(done.notes)}  # fmt: skip
        typer.echo(json_module.dumps(value, ensure_ascii=True, indent=1, sort_keys=True))
        return
    for line in done.notes:
        typer.echo(f"gnomon: {printable(line)}", err=True)
    typer.echo(f"wrote {printable(str(done.path))}")
    for path, sha256, size in done.files:
        typer.echo(f"  {sha256[:16]}  {size:>13,}  {printable(path.name)}")
    typer.echo("The hashes stand in the record of the case, in full.")
