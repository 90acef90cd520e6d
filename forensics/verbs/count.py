"""`gnomon count`: any number of posts as tables of counts that anybody can open, part by part."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from forensics.verbs.console import mapping, printable, progress_on_stderr

MOST_THREADS = 8


def count(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="EXPORT...", help="Exports of posts, or folders of them."),
    ],
    out: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Folder of the tables; it grows call by call.")
    ],
    zones: Annotated[
        bool, typer.Option("--zones", help="A quick look at each account's zone: zones.parquet.")
    ] = False,
    merged: Annotated[
        bool, typer.Option("--merged", help="One file a table as well, in the folder merged.")
    ] = False,
    posts: Annotated[
        bool,
        typer.Option(
            "--posts/--no-posts",
            help="Keep the posts beside the counts. Without them: faster, but only later ones fit.",
        ),
    ] = True,
    engine: Annotated[
        str, typer.Option(help="duckdb, or Spark: local[2], local[*], spark://HOST:PORT.")
    ] = "duckdb",
    memory: Annotated[
        int, typer.Option(metavar="MB", help="Memory of the database; beyond it, it uses the disk.")
    ] = 1500,
    threads: Annotated[
        int | None, typer.Option(help="Threads; by default one a core, eight at most.")
    ] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", help="Columns by hand, such as account=who,time=when."),
    ] = None,
    assume_zone: Annotated[
        str | None,
        typer.Option(help="IANA zone of times without offset. Stays attached as an assumption."),
    ] = None,
    because: Annotated[str | None, typer.Option(help="Why that zone may be assumed.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print what was done as JSON.")] = False,
) -> None:
    """Count any number of posts into Parquet tables, and add to them later.

    Writes the posts, every refused row with its number and text, and counts by account: by quarter
    of an hour, by second of the hour, gaps, first and last post, and texts that several accounts
    posted within a minute. Called again it reads only files it does not know and adds a part to
    each table. It concludes nothing. Exit code 1 if a file could not be read at all.

    With --no-posts only the counts are kept: faster, a fraction of the disk, and a later call takes
    only exports that begin after what is there.

    Example: gnomon count exports/ --out counts --zones
    """
    from forensics.job.counting.adding import Machine, count_into
    from forensics.job.counting.folder import Settings
    from forensics.job.counting.tables import write_merged
    from forensics.verbs.count_text import counted_json, lines_of, zone_lines

    cores = min(os.cpu_count() or 1, MOST_THREADS)
    machine = Machine(engine, memory, cores if threads is None else threads)
    settings = Settings(assume_zone, because, dict(mapping(map_ or [])), posts)
    with progress_on_stderr() as progress:
        done = count_into(out, files, settings=settings, machine=machine, progress=progress)
        looked = None
        if zones:
            from forensics.job.counting.zones import write_zones

            looked = write_zones(done.folder, machine, progress)
        written = write_merged(done.folder, machine, progress) if merged else []
    if json:
        typer.echo(counted_json(done, looked, written))
    else:
        for line in lines_of(done, written):
            typer.echo(line)
        for line in zone_lines(looked) if looked else ():
            typer.echo(line)
    refused = done.reading.refused if done.reading else ()
    names = {one.original: one.name for one in done.reading.sources} if done.reading else {}
    for one in refused:
        line = f"{names.get(one.original, one.where)}: {one.raw or one.reason}"
        typer.echo(f"gnomon: {printable(line)}", err=True)
    if refused:
        raise typer.Exit(1)
