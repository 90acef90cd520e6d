"""`gnomon read`: how files would be read, before anything is concluded from them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forensics.verbs.console import mapping, progress_on_stderr

if TYPE_CHECKING:
    from forensics.job.ask import AskedFile
    from forensics.model import Json

SCHEMA = "gnomon.read/1"


def read(
    files: Annotated[list[Path], typer.Argument(help="Exports of posts, or folders of them.")],
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Say all: columns, clock, counts, refusals, notes."),
    ] = False,
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", help="Columns by hand, such as account=who,time=when."),
    ] = None,
    assume_zone: Annotated[
        str | None,
        typer.Option(help="IANA zone of times without offset. Stays attached as an assumption."),
    ] = None,
    because: Annotated[
        str | None, typer.Option(help="Why that zone may be assumed; printed with the clock.")
    ] = None,
    by: Annotated[str | None, typer.Option(help="Column that names the cluster of posts.")] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print one object with everything, as --explain does.")
    ] = False,
) -> None:
    """How files are read: format, columns, whose clock, and what is refused and why.

    Run it before anything else. Nothing is kept and nothing is concluded.
    Exit code 1 if there is a file of which no row can be read.

    Example: gnomon read posts.csv --explain
    """
    from forensics.job.ask import ask_read

    with progress_on_stderr() as progress:
        found = ask_read(
            files,
            columns=mapping(map_ or []),
            assume_zone=assume_zone,
            assume_because=because,
            by=by,
            progress=progress,
        )
    if json:
        told: dict[str, Json] = {
            "map": dict(mapping(map_ or [])),
            "assume_zone": assume_zone,
            "assume_because": because,
            "by": by,
        }
        _print_json(found, told)
    else:
        _print_text(found, explain=explain)
    if any(file.failure or not file.source.rows_read for file in found):
        raise typer.Exit(1)


def _print_text(found: tuple[AskedFile, ...], *, explain: bool) -> None:
    """A line a file, or a card a file with an empty line between."""
    from forensics.verbs.read_text import card_of, lines_of

    for number, file in enumerate(found):
        if explain:
            typer.echo("\n" * (number > 0) + "\n".join(card_of(file)))
        else:
            typer.echo("\n".join(lines_of(file)))


def _print_json(found: tuple[AskedFile, ...], told: dict[str, Json]) -> None:
    """One object on one line; texts of the file are escaped by the format."""
    import json

    from forensics.clock import ZONE_DATABASE
    from forensics.version import __version__

    whole = {
        "schema": SCHEMA,
        "tool": "gnomon",
        "version": __version__,
        "zone_database": ZONE_DATABASE,
        "settings": told,
        "files": [_file_object(file) for file in found],
    }
    typer.echo(json.dumps(whole, ensure_ascii=True, allow_nan=False))


def _file_object(file: AskedFile) -> dict[str, Json]:
    """The source line with its refusals."""
    return {
        **file.source.as_json(),
        "failure": file.failure or None,
        "refused": [
            {
                "reason": reason,
                "rows": count,
                "first": [{"row": row.row, "field": row.field, "raw": row.raw} for row in rows],
            }
            for reason, count, rows in file.refused
        ],
    }
