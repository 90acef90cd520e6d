"""What the verbs that work on a case share: opening it, who writes, and the claimed time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forensics.errors import UsageError

if TYPE_CHECKING:
    from forensics.case import Case

CaseFolder = Annotated[Path, typer.Argument(help="The case folder: it holds record.jsonl.")]
Who = Annotated[str, typer.Option(help="Name or role that stands in the record as the writer.")]
At = Annotated[
    str | None,
    typer.Option(help="Claimed time of writing, ISO 8601. Default: this machine's clock."),
]


def clock_for(at: str | None) -> Callable[[], str]:
    """This machine's clock, or one that always gives the claimed time, as UTC.

    Raises:
        ClockError: the text is no time with an offset.
    """
    from forensics.clock import instant, utc_text
    from forensics.job.run import machine_clock

    if at is None:
        return machine_clock
    claimed = utc_text(instant(at, clock_writer="unknown").utc_us)
    return lambda: claimed


def open_case(folder: Path, who: str, at: str | None) -> Case:
    """The case, open for writing.

    Raises:
        UsageError: no folder of that name.
        CaseError: no case, or a damaged one.
    """
    from forensics.case import Case
    from forensics.verbs.console import tell_on_stderr

    if not folder.is_dir():
        raise UsageError("is no folder", where=str(folder), todo="give the case folder")
    return Case.open(folder, who=who, now=clock_for(at), tell=tell_on_stderr)
