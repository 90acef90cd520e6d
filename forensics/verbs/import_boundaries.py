"""`gnomon import-boundaries`: outlines of areas that the user may use, for the maps of a case."""

from __future__ import annotations

import json as json_text
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from forensics.errors import UsageError
from forensics.verbs.case_folder import At, Who, open_case
from forensics.verbs.console import printable


def import_boundaries(
    file: Annotated[Path, typer.Argument(help="GeoJSON, GeoPackage or a zipped shapefile.")],
    case: Annotated[Path, typer.Option(help="The case folder: it holds record.jsonl.")],
    licence: Annotated[str, typer.Option(help="The licence under which you may use it.")] = "",
    attribution: Annotated[str, typer.Option(help="Whom maps and report must name.")] = "",
    code_field: Annotated[
        str, typer.Option(help="Field with the code: CN-JS.3209, or GB/T 2260 such as 320900.")
    ] = "code",
    level: Annotated[
        str, typer.Option(help="Level of its areas. Only admin2 is drawn.")
    ] = "admin2",
    who: Who = "analyst",
    at: At = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
) -> None:
    """Bring boundaries of your own into a case: maps draw them in place of approximate ones.

    Coordinates must be WGS-84. Names in the file are not used. Draw anew with gnomon report.

    Example: gnomon import-boundaries areas.geojson --case x/case --code-field adcode
    --licence "ODbL 1.0" --attribution "OpenStreetMap contributors"
    """
    from forensics.job.boundaries import import_boundaries as bring

    if not file.is_file():
        raise UsageError("is no file", where=str(file), todo="give a file of boundaries")
    if level != "admin2":
        raise UsageError(
            f"{level!r} is not drawn yet",
            where="--level",
            todo="bring second-level areas: --level admin2",
        )
    opened = open_case(case, who, at)
    brought, found = bring(
        opened,
        file,
        level="admin2",
        code_field=code_field,
        licence=licence,
        attribution=attribution,
    )
    for line in found.warnings:
        typer.echo(f"gnomon: WARNING: {printable(line)}", err=True)
    if json:
        said = {**asdict(brought), "features": found.features, "left_out": found.left_out}
        said |= {"repaired": found.repaired, "unknown": found.unknown, "warnings": found.warnings}
        typer.echo(json_text.dumps(said, sort_keys=True))
        return
    typer.echo(f"in the case: {brought.areas:,} of {found.features:,} features, as areas")
    if found.left_out:
        examples = ", ".join(printable(code) for code in found.unknown[:3])
        more = f" (codes such as {examples})" if examples else ""
        typer.echo(f"left out:    {found.left_out:,}{more}")
    if found.repaired:
        typer.echo(f"repaired:    {found.repaired:,}, whose rings crossed")
    typer.echo(f"draw them:   gnomon report {case}")
