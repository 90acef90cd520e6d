"""What every verb shares: progress on stderr, safe text, and options that repeat."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from forensics.errors import UsageError
from forensics.model import Progress


@contextmanager
def progress_on_stderr() -> Iterator[Progress]:
    """A progress callback that draws one bar a stage on stderr: done, rate, time left.

    Where stderr is no terminal (a pipe, a log) it stays silent: a log full of bars helps nobody.
    """
    if not sys.stderr.isatty():
        yield lambda _stage, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TaskID,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description:<22}"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]:>12}"),
        TimeRemainingColumn(compact=True),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total, rate="")
            task = tasks[stage]
            speed = bars.tasks[task].speed
            bars.update(task, completed=done, total=total, rate=f"{speed:,.0f}/s" if speed else "")

        yield report


def tell_on_stderr(line: str) -> None:
    """One line for the user that is no result, on stderr and safe to print."""
    sys.stderr.write(f"gnomon: {printable(line)}\n")


def print_picture(lines: Iterable[str]) -> None:
    """Print lines that hold heat maps, with their blocks shaded where stdout is a terminal."""
    import os

    import typer

    from forensics.verbs.tint import dark_background, tinted, wants_colour

    shade, dark = wants_colour(sys.stdout, os.environ), dark_background(os.environ)
    for line in lines:
        typer.echo(tinted(line, dark=dark) if shade else line)


def printable(text: str) -> str:
    """The text with control, bidi and other invisible characters shown as code points.

    Post text and image fields can carry terminal codes; nothing from a file is printed raw.
    """
    return "".join(
        char
        if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        else f"<U+{ord(char):04X}>"
        for char in text
    )


def ascii_json(text: str) -> str:
    """The same JSON in ASCII: signs that steer a terminal stand as escapes, as elsewhere on stdout.

    Files keep their text as it is; what is printed must be safe to look at.
    """
    return re.sub(r"[^\n -~]", lambda found: _escaped(found.group()), text)


def _escaped(char: str) -> str:
    """One character as it stands in a JSON string; those beyond 16 bits as two halves."""
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def mapping(pairs: Sequence[str]) -> Mapping[str, str]:
    """`account=user,time=created_at` (repeatable, comma-separated) as a mapping.

    A comma that no `field=` follows belongs to the name of the column: `time=Date, local`.

    Raises:
        UsageError: a part is not of the form field=column.
    """
    found: dict[str, str] = {}
    for part in (piece for text in pairs for piece in re.split(r",(?=\s*\w+\s*=)", text)):
        name, equals, column = part.partition("=")
        if not equals or not name.strip() or not column.strip():
            raise UsageError(
                f"cannot read {part!r}", where="--map", todo="write account=COLUMN,time=COLUMN"
            )
        found[name.strip()] = column.strip()
    return found
