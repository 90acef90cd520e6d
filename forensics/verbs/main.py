"""The `gnomon` command: verbs in panels, and the one place where errors become exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from inspect import cleandoc
from pathlib import Path
from typing import Annotated

import typer

from forensics.errors import ForensicsError, UsageError
from forensics.verbs.add import add
from forensics.verbs.collection import collection
from forensics.verbs.conclude import conclude
from forensics.verbs.count import count
from forensics.verbs.demo import demo
from forensics.verbs.evaluate import evaluate
from forensics.verbs.export import export
from forensics.verbs.hours import hours
from forensics.verbs.id import id_
from forensics.verbs.image import image
from forensics.verbs.import_boundaries import import_boundaries
from forensics.verbs.links import links
from forensics.verbs.new import new
from forensics.verbs.note import note
from forensics.verbs.places import places
from forensics.verbs.read import read
from forensics.verbs.report import report
from forensics.verbs.review import review
from forensics.verbs.run import run
from forensics.verbs.seal import seal
from forensics.verbs.shifts import shifts
from forensics.verbs.show import show
from forensics.verbs.sun import sun
from forensics.verbs.verify import verify
from forensics.verbs.weigh import weigh
from forensics.version import __version__

SUMMARY = (
    "Where, and on what schedule, was whoever ran these accounts at work, and how sure may "
    "anyone be?"
)

INTERRUPTED = 130
DEFECT = 70
"""As EX_SOFTWARE of sysexits: neither the input nor the user is at fault."""
GO_ON = "interrupted; run the same command again"

app = typer.Typer(
    name="gnomon",
    help=SUMMARY,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _paragraphs(text: str) -> str:
    """A docstring with each paragraph on one line: terminals break lines where they need to."""
    return "\n\n".join(" ".join(part.split()) for part in cleandoc(text).split("\n\n"))


_PANELS: Mapping[str, Sequence[Callable[..., None]]] = {
    "Main": (run,),
    "Look": (read, hours, shifts, image, places, sun, count, id_),
    "Investigate": (new, add, weigh, links, note, conclude),
    "Report": (import_boundaries, report, export),
    "Review": (collection, show, verify, review, seal),
    "Learn": (demo, evaluate),
}
"""Verbs by the panel of `gnomon --help` in which they stand, in order."""
for _panel, _verbs in _PANELS.items():
    for _verb in _verbs:
        _name = _verb.__name__.rstrip("_").replace("_", "-")
        app.command(_name, help=_paragraphs(_verb.__doc__ or ""), rich_help_panel=_panel)(_verb)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"gnomon {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Where, and on what schedule, was whoever ran these accounts at work?"""


def main() -> None:
    """Run the command line; every failure a user can act on is one line on stderr.

    Exit codes: 0 done, 1 a check failed or input was refused, 2 wrong use, 70 a defect of Gnomon
    itself, 130 interrupted. A defect is told without the text of the error, which may be text of a
    hostile file; the environment variable GNOMON_TRACEBACK shows all of it. What the disk refuses
    (it is full, read-only, not ours) is no defect, wherever it comes up.
    """
    _open_streams()
    try:
        _app()
    except KeyboardInterrupt:
        # Typer turns most interruptions into an exit; one that comes while it does so gets here.
        _fail(GO_ON, INTERRUPTED)
    except SystemExit as done:
        if done.code == INTERRUPTED:
            _fail(GO_ON, INTERRUPTED)
        raise
    except UsageError as error:
        _fail(error.line(), 2)
    except ForensicsError as error:
        _fail(error.line(), 1)
    except Exception as error:  # the last guard: no raw text of a file on a terminal
        if os.environ.get("GNOMON_TRACEBACK"):
            raise
        _fail(_defect(error), DEFECT)


def _app() -> None:
    """Run the verb; what the disk refused and nobody closer has told becomes one line."""
    try:
        app()
    except OSError as error:
        from forensics.case.files import disk_refusal

        refusal = disk_refusal(error)
        if refusal is None:
            raise
        raise refusal from error


def _open_streams() -> None:
    """Give closed streams an end that holds nothing: Python leaves None in their place."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            end = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 - open to the end
            setattr(sys, name, end)


def _defect(error: BaseException) -> str:
    """What went wrong in Gnomon itself, by type and place."""
    from traceback import extract_tb

    frames = extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "forensics" in Path(frame.filename).parts] or frames
    place = ours[-1].filename.rpartition("forensics/")[2]
    return (
        f"{place}, line {ours[-1].lineno}: {type(error).__name__}, a defect of Gnomon; "
        "report it with the command; GNOMON_TRACEBACK=1 shows all"
    )


def _fail(line: str, code: int) -> None:
    safe = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)
    sys.stderr.write(f"gnomon: {safe}\n")
    _let_go_of_stdout()
    sys.exit(code)


def _let_go_of_stdout() -> None:
    """Forget what stdout cannot take: Python would try again at its end, and exit with 120."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
