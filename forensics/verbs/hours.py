"""`gnomon hours`: which time zones fit the hours of these posts, in the terminal or as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forensics.errors import UsageError
from forensics.verbs.console import mapping, print_picture, printable, progress_on_stderr

if TYPE_CHECKING:
    from forensics.job.ask import AskedHours
    from forensics.read import Reading

FEW_UNITS = 3
"""Up to here every unit is drawn; above, a table is printed."""
TABLE_ROWS = 30


def hours(
    files: Annotated[list[Path], typer.Argument(help="Exports of posts, or folders of them.")],
    by: Annotated[
        str, typer.Option(help="What a unit is: account, or a column that names the cluster.")
    ] = "account",
    pool: Annotated[bool, typer.Option("--pool", help="All accounts as one unit.")] = False,
    account: Annotated[
        str | None, typer.Option("--account", help="Only this unit (account or cluster).")
    ] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", help="Columns by hand, such as account=who,time=when."),
    ] = None,
    assume_zone: Annotated[
        str | None,
        typer.Option(help="IANA zone of times without offset. Stays attached as an assumption."),
    ] = None,
    audience: Annotated[
        str | None, typer.Option(help="IANA zone of the audience, to test whether it is followed.")
    ] = None,
    zone: Annotated[str | None, typer.Option(help="IANA zone to draw as well.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print all numbers as JSON.")] = False,
) -> None:
    """Which time zones and working calendars fit these posts, and what cannot be told apart.

    Prints the week in UTC and in the best-fitting zone, the sets of offsets under two priors, and
    for every other offset the shift of habits that makes the same picture; then, each apart, what
    clock changes, working calendars and an audience's clock say, and what would tell more. Of more
    than three units only a table of hours is printed; --account NAME or --json gives everything.

    Example: gnomon hours posts.csv --by campaign
    """
    from forensics import clock
    from forensics.job.ask import ask_hours

    for name in (zone, audience):
        if name is not None:
            clock.zone(name)
    if pool and by != "account":
        raise UsageError("--pool and --by exclude each other", todo="give one of them")
    with progress_on_stderr() as progress:
        asked = ask_hours(
            files,
            by=None if pool else by,
            only=account,
            assume_zone=assume_zone,
            columns=mapping(map_ or []),
            audience_zone=audience,
            progress=progress,
        )
        with asked as found:
            if json:
                from forensics.verbs.hours_json import meta, pieces

                for piece in pieces(meta(found.reading, found.told), found.times()):
                    typer.echo(piece, nl=False)
            else:
                print_picture(_text(found, zone))
            warnings, refused = warnings_of(found.reading), found.reading.refused
    for line in warnings:
        typer.echo(f"gnomon: {printable(line)}", err=True)
    if refused:
        raise typer.Exit(1)


def _text(found: AskedHours, zone: str | None) -> Iterator[str]:
    """Lines for the terminal: few units in full, many as a table."""
    from forensics.verbs.hours_text import table_text, unit_text

    if len(found.units) > FEW_UNITS:
        yield from table_text([times.hours for times in found.times()], TABLE_ROWS)
        return
    for number, times in enumerate(found.times()):
        if number:
            yield ""
            yield "-" * 80
        yield from unit_text(times, extra_zone=zone)


def warnings_of(reading: Reading) -> list[str]:
    """What was refused or assumed, one line for each file it concerns."""
    lines = []
    for source in reading.sources:
        if source.rows_refused:
            lines.append(
                f"{source.name}: {source.rows_refused:,} of {source.rows_present:,} rows refused"
            )
        if source.clock.assumption:
            lines.append(f"{source.name}: times read as {source.clock.assumption}")
        lines += [f"{source.name}: {note}" for note in source.notes]
    for refusal in reading.refused:
        lines.append(f"{refusal.original}: {refusal.raw or refusal.reason}")
    return lines
