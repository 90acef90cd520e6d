"""`gnomon hours`: which time zones fit the hours of these posts, in the terminal or as JSON."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forensics.errors import ReadError, UsageError
from forensics.model import Json, Progress
from forensics.verbs.console import mapping, printable, progress_on_stderr

if TYPE_CHECKING:
    from forensics.clues.hours_answer import HoursAnswer
    from forensics.engine import PostTable
    from forensics.read import Reading, SourceFile

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
    zone: Annotated[str | None, typer.Option(help="IANA zone to draw as well.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print all numbers as JSON.")] = False,
) -> None:
    """Which time zones fit the hours of these posts, if ordinary hours are kept.

    Prints the week in UTC and in the best-fitting zone, the sets of offsets under two priors, and
    for every other offset the shift of habits that makes the same picture.

    Example: gnomon hours posts.csv --by campaign
    """
    from forensics import clock
    from forensics.read import ReadOptions, read_posts

    if zone is not None:
        clock.zone(zone)
    if pool and by != "account":
        raise UsageError("--pool and --by exclude each other", todo="give one of them")
    options = ReadOptions(
        assume_zone=assume_zone,
        columns=mapping(map_ or []),
        by=None if by == "account" else by,
    )
    inputs = input_files(files)
    with progress_on_stderr() as progress, tempfile.TemporaryDirectory() as folder:
        reading = read_posts(inputs, options, Path(folder), progress)
        posts, units = _units(reading, Path(folder), by=by, pool=pool, only=account)
        answers = _answers(posts, units, progress)
        if json:
            from forensics.verbs.hours_json import meta, pieces

            told: dict[str, Json] = {
                "by": "pool" if pool else by,
                "account": account,
                "map": dict(options.columns),
                "assume_zone": assume_zone,
            }
            for piece in pieces(meta(reading, told), answers):
                typer.echo(piece, nl=False)
        else:
            for line in _text(answers, len(units), zone):
                typer.echo(line)
    for line in warnings_of(reading):
        typer.echo(f"gnomon: {printable(line)}", err=True)
    if reading.refused:
        raise typer.Exit(1)


def input_files(paths: Sequence[Path]) -> list[SourceFile]:
    """The files named, and those inside the folders named, each with its hash.

    Hidden files of folders are left out; links inside folders are not followed.

    Raises:
        ReadError: a path is not there, or a folder is empty.
    """
    from forensics.read import SourceFile

    found: list[tuple[Path, str]] = []
    for path in paths:
        if path.is_dir():
            inside = [
                item
                for item in sorted(path.rglob("*"))
                if item.is_file() and not item.is_symlink() and not item.name.startswith(".")
            ]
            if not inside:
                raise ReadError("the folder is empty", where=str(path), todo="name another one")
            found += [(item, item.relative_to(path).as_posix()) for item in inside]
        elif path.is_file():
            found.append((path, path.name))
        else:
            raise ReadError("there is no such file", where=str(path), todo="check the name")
    files = []
    for path, name in found:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        files.append(SourceFile(sha256=digest, name=name, path=path))
    return files


def _units(
    reading: Reading, tables: Path, *, by: str, pool: bool, only: str | None
) -> tuple[PostTable, Mapping[str, tuple[str, ...]]]:
    """The counted posts, and the units asked for.

    Raises:
        UsageError: no unit has the name given with --account.
    """
    from forensics.engine import PostTable

    posts = PostTable.build(reading.posts, tables, memory_limit_mb=1500, threads=2)
    units = posts.units("pool" if pool else "account" if by == "account" else "unit")
    if only is None:
        return posts, units
    if only not in units:
        raise UsageError(
            f"no unit is called {only!r}", where="--account", todo=f"there are {len(units):,} units"
        )
    return posts, {only: units[only]}


def _answers(
    posts: PostTable, units: Mapping[str, tuple[str, ...]], progress: Progress
) -> Iterator[HoursAnswer]:
    """The answers, one by one, with progress."""
    from forensics.clues.activity import activities
    from forensics.clues.hours_answer import answers
    from forensics.reference.templates import library

    for done, answer in enumerate(answers(activities(posts, units), library()), start=1):
        progress("hours", done, len(units))
        yield answer


def _text(answers: Iterable[HoursAnswer], units: int, zone: str | None) -> Iterator[str]:
    """Lines for the terminal: few units in full, many as a table."""
    from forensics.verbs.hours_text import table_text, unit_text

    if units > FEW_UNITS:
        yield from table_text(list(answers), TABLE_ROWS)
        return
    for number, answer in enumerate(answers):
        if number:
            yield ""
            yield "-" * 80
        yield from unit_text(answer, extra_zone=zone)


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
