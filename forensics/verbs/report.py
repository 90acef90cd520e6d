"""`gnomon report`: write the one-file report, the map and the summary of a case."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from forensics.verbs.case_folder import At, CaseFolder, Who, open_case
from forensics.verbs.console import ascii_json, printable, progress_on_stderr


def report(
    case: CaseFolder,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="Folder to write to. Default: the one that holds the case."
        ),
    ] = None,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Write report.pdf too (needs the extra 'pdf').")
    ] = False,
    figures: Annotated[
        Path | None,
        typer.Option(
            "--figures",
            metavar="DIR",
            help="Write every figure alone into DIR: SVG, PNG (300 dpi) and CSV, with index.csv.",
        ),
    ] = None,
    brief: Annotated[
        bool,
        typer.Option("--brief", help="Write a two-page brief with a methods annex too."),
    ] = False,
    language: Annotated[
        str, typer.Option("--language", metavar="CODE", help="Language of the brief: en or zh.")
    ] = "en",
    tiles: Annotated[
        Path | None,
        typer.Option(help="MBTiles or PMTiles file (raster) to draw under the map, offline."),
    ] = None,
    tiles_mb: Annotated[
        int, typer.Option("--tiles-mb", help="Most megabytes that tiles may add to the map.")
    ] = 3,
    who: Who = "analyst",
    at: At = None,
    json: Annotated[bool, typer.Option("--json", help="Print summary.json to stdout.")] = False,
) -> None:
    """Write report.html, map.html and summary.json of a case, with everything said in its record.

    Besides, where asked for: the report as PDF, its figures as files, and a brief.

    Example: gnomon report x/case --pdf --figures x/figures --brief --language zh
    """
    from forensics.job.prints import Prints
    from forensics.job.steps import report_case
    from forensics.job.tiles import MapTiles

    opened = open_case(case, who, at)
    with progress_on_stderr() as progress:
        prints = Prints(pdf=pdf, figures=figures, brief=brief, language=language)
        base = MapTiles(tiles, tiles_mb) if tiles is not None else None
        result = report_case(opened, out or case.resolve().parent, progress, prints, base)
    for line in result.warnings:
        typer.echo(f"gnomon: {printable(line)}", err=True)
    if json:
        typer.echo(ascii_json(result.summary.read_text(encoding="utf-8")), nl=False)
        return
    for line in result.lines:
        typer.echo(printable(line))
    typer.echo(f"report  {result.report}")
    typer.echo(f"map     {result.map}")
    typer.echo(f"numbers {result.summary}")
    for line in result.printed.lines:
        typer.echo(printable(line))
