"""`gnomon run`: the main job, files in and report out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from forensics.verbs.console import (
    ascii_json,
    mapping,
    printable,
    progress_on_stderr,
    tell_on_stderr,
)


def run(
    inputs: Annotated[
        list[Path], typer.Argument(help="Exports of posts, images, or folders of them.")
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder for the report and the case folder.")
    ],
    question: Annotated[
        str, typer.Option(help="The question the report answers; printed as its title.")
    ] = "Where, and on what schedule, were the operators of these accounts at work?",
    by: Annotated[
        str | None,
        typer.Option(
            help="Column that names the cluster of each post, each assessed apart; or @groups."
        ),
    ] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", help="Columns by hand, such as account=user,time=when."),
    ] = None,
    assume_zone: Annotated[
        str | None,
        typer.Option(help="IANA zone of times without offset. Stays attached as an assumption."),
    ] = None,
    because: Annotated[
        str | None, typer.Option(help="Why that zone may be assumed; printed in the report.")
    ] = None,
    audience: Annotated[
        str | None, typer.Option(help="IANA zone of the audience, to test whether hours follow it.")
    ] = None,
    events: Annotated[
        Path | None,
        typer.Option(help="TOML file of absences to test for, named before anything is read."),
    ] = None,
    sun: Annotated[
        Path | None,
        typer.Option(help="TOML file of shadows measured in pictures; see `gnomon sun`."),
    ] = None,
    ocr: Annotated[
        bool, typer.Option("--ocr", help="Read text in pictures, offline; needs the extra ocr.")
    ] = False,
    ocr_limit: Annotated[
        int, typer.Option(min=1, help="Most pictures in which text is read, likeliest first.")
    ] = 200,
    controls: Annotated[
        list[Path] | None,
        typer.Option(help="Export of comparable accounts, read but never assessed; repeatable."),
    ] = None,
    tiles: Annotated[
        Path | None,
        typer.Option(help="MBTiles or PMTiles file (raster) to draw under the map, offline."),
    ] = None,
    tiles_mb: Annotated[
        int, typer.Option("--tiles-mb", help="Most megabytes that tiles may add to the map.")
    ] = 3,
    engine: Annotated[
        str, typer.Option(help="Counts posts: duckdb, or Spark as local[2] or spark://host:port.")
    ] = "duckdb",
    memory: Annotated[
        int, typer.Option(min=256, help="Megabytes the database may use; beyond, it uses the disk.")
    ] = 1500,
    reuse: Annotated[
        Path | None,
        typer.Option(help="Folder of an earlier run: equal images are not decoded again."),
    ] = None,
    who: Annotated[
        str, typer.Option(help="Name or role written into the record as the one who ran this.")
    ] = "analyst",
    at: Annotated[
        str | None,
        typer.Option(help="Claimed time of this run, ISO 8601. Default: this machine's clock."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print summary.json to stdout.")] = False,
) -> None:
    """Files in, report out: read, find clues, weigh, write the report and a case folder beside it.

    Interrupted work can be run again with the same words: finished stages are kept.

    Example: gnomon run posts.csv photos/ --out reports/x --by campaign
    """
    from forensics.job.events import read_events
    from forensics.job.run import machine_clock
    from forensics.job.run import run as run_job
    from forensics.job.settings import RunSettings
    from forensics.job.shadows import read_shadows
    from forensics.job.tiles import MapTiles

    settings = RunSettings(
        question=question,
        by=by,
        columns=dict(mapping(map_ or [])),
        assume_zone=assume_zone,
        assume_because=because,
        audience_zone=audience,
        events=read_events(events) if events is not None else (),
        shadows=read_shadows(sun) if sun is not None else (),
        ocr=ocr,
        ocr_limit=ocr_limit,
        reuse=reuse,
        engine=engine,
        memory_limit_mb=memory,
    )
    now = machine_clock if at is None else as_given(at)
    with progress_on_stderr() as progress:
        result = run_job(
            inputs,
            out,
            settings,
            controls=controls or [],
            tiles=MapTiles(tiles, tiles_mb) if tiles is not None else None,
            who=who,
            now=now,
            progress=progress,
            tell=tell_on_stderr,
        )
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
    typer.echo(f"case    {result.case}   (gnomon verify {result.case})")


def as_given(text: str) -> Callable[[], str]:
    """A clock that always gives the claimed time, as UTC.

    Raises:
        ClockError: the text is no time with an offset.
    """
    from forensics.clock import instant, utc_text

    claimed = utc_text(instant(text, clock_writer="unknown").utc_us)
    return lambda: claimed
