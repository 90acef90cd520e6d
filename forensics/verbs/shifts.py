"""`gnomon shifts`: when each unit works, with breaks and days off, in the terminal or as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forensics.errors import UsageError
from forensics.verbs.console import mapping, print_picture, printable, progress_on_stderr
from forensics.verbs.hours import FEW_UNITS, TABLE_ROWS, warnings_of

if TYPE_CHECKING:
    from forensics.job.ask.about_shifts import UnitShifts


def shifts(
    files: Annotated[list[Path], typer.Argument(help="Exports of posts, or folders of them.")],
    zone: Annotated[
        str | None,
        typer.Option(help="IANA zone of the local time; else the zone each unit's hours fit best."),
    ] = None,
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
    json: Annotated[bool, typer.Option("--json", help="Print all numbers as JSON.")] = False,
) -> None:
    """When each unit works: start, end, breaks, weekdays, and how its days off go round.

    Every edge has a 90 % interval. Where the day is smooth, or nothing but the week shows, it says
    so. Edges are local times of one zone and move with it.

    Example: gnomon shifts posts.csv --zone Europe/Moscow
    """
    from forensics.job.ask.about_shifts import ask_shifts

    if pool and by != "account":
        raise UsageError("--pool and --by exclude each other", todo="give one of them")
    with progress_on_stderr() as progress:
        asked = ask_shifts(
            files,
            zone=zone,
            by=None if pool else by,
            only=account,
            assume_zone=assume_zone,
            columns=mapping(map_ or []),
            progress=progress,
        )
        with asked as found:
            if json:
                from forensics.verbs.shifts_json import meta, pieces

                for piece in pieces(meta(found.reading, found.told), found.answers):
                    typer.echo(piece, nl=False)
            else:
                print_picture(_text(found.answers, len(found.units)))
            warnings, refused = warnings_of(found.reading), found.reading.refused
    for line in warnings:
        typer.echo(f"gnomon: {printable(line)}", err=True)
    if refused:
        raise typer.Exit(1)


def _text(answers: Iterable[UnitShifts], units: int) -> Iterator[str]:
    """Lines for the terminal: few units in full, many as a table."""
    from forensics.verbs.shifts_text import table_text, unit_text

    if units > FEW_UNITS:
        yield from table_text(list(answers), TABLE_ROWS)
        return
    for number, answer in enumerate(answers):
        if number:
            yield ""
            yield "-" * 80
        yield from unit_text(answer)
