"""`gnomon verify`: does everything in a case still fit together, and what does that show?"""

from __future__ import annotations

import json as json_lines
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forensics.case import VerifyReport
from forensics.case import verify as check_case
from forensics.errors import CaseError, UsageError
from forensics.verbs.console import printable, progress_on_stderr

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from forensics.job.again import Rerun
    from forensics.model import Progress

WIDTH = 80
"""Columns of the printed table."""
SHOWN = 20
"""Misfits printed; --json gives more."""
_WORDS = {"ok": "ok", "failed": "FAILED", "not_checked": "not checked"}


def verify(
    case: Annotated[Path, typer.Argument(help="The case folder: the one that holds record.jsonl.")],
    key: Annotated[
        list[str] | None,
        typer.Option(help="Public key (file) or fingerprint that you vouch for. Repeatable."),
    ] = None,
    timestamp_ca: Annotated[
        Path | None,
        typer.Option(
            "--timestamp-ca", help="Certificates (PEM) of time stamp authorities you trust."
        ),
    ] = None,
    commitments: Annotated[
        bool,
        typer.Option("--commitments", help="Also work out again what current seals commit to."),
    ] = False,
    rerun: Annotated[
        bool,
        typer.Option("--rerun", help="Also work every number out again from the originals."),
    ] = False,
    mend: Annotated[
        bool,
        typer.Option("--mend", help="First put right what a killed command left; recorded."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
) -> None:
    """Check a case or a redacted copy: originals, record, tables, report, seals.

    Nothing is changed, but for --mend. A seal shows who signed only as far as you know whose
    key it is: name the keys you know with --key.

    Hashes show that nothing was changed since they were written. With --rerun
    the numbers are made again in a temporary folder (set TMPDIR to choose the
    disk) and compared; that takes as long as the first run.

    Exit status 0 if nothing failed, 1 if something did.

    Example: gnomon verify reports/x/case

    Example: gnomon verify reports/x/case --rerun
    """
    if not case.is_dir():
        raise UsageError(
            "is no folder", where=str(case), todo="give the case folder; unpack a zip first"
        )
    trusted = _trusted(key or ())
    if mend:
        from forensics.verbs.case_folder import open_case

        with open_case(case, "analyst", None).exclusively():
            pass  # whoever takes the lock mends, says so and records it
    authorities = _authorities(timestamp_ca)
    with progress_on_stderr() as progress:
        report = check_case(
            case, trusted=trusted, authorities=authorities, commitments=commitments,
            progress=progress,
        )  # fmt: skip
        again = _again(case, progress) if rerun else None
    if json:
        # ASCII only: no control or bidi character from a file can reach a terminal this way.
        values = asdict(report)
        if again is not None:
            values["rerun"] = {"ok": again.ok, **asdict(again)}
        typer.echo(json_lines.dumps(values, sort_keys=True))
    else:
        typer.echo(as_text(report))
        if again is not None:
            from forensics.verbs.verify_text import rerun_text

            typer.echo(f"\n{rerun_text(again)}")
    if not report.ok or (again is not None and not again.ok):
        raise typer.Exit(1)


def _again(case: Path, progress: Progress) -> Rerun:
    """The case, worked out again; a record that cannot be followed is said, not raised."""
    from forensics.job.again import Part, Rerun
    from forensics.job.again import rerun as work_out

    try:
        return work_out(case, progress)
    except CaseError as error:
        return Rerun((Part("the case", "differs", f"cannot be worked out: {error.line()}"),), ())


def _trusted(keys: Sequence[str]) -> frozenset[str]:
    if not keys:
        return frozenset()
    from forensics.case.keys import trusted_key

    return frozenset(trusted_key(one) for one in keys)


def _authorities(path: Path | None) -> Sequence[Certificate]:
    if path is None:
        return ()
    from forensics.case.timestamps import read_authorities

    return read_authorities(path)


def as_text(report: VerifyReport) -> str:
    """The report as plain lines of at most `WIDTH` columns; safe to print."""
    import io

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    out = io.StringIO()
    console = Console(file=out, width=WIDTH, color_system=None, legacy_windows=False)
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in report.checks:
        table.add_row(check.name, _WORDS[check.status], Text(printable(check.detail)))
    console.print(table)
    console.print()
    if len(report.misfits) > 1:
        for misfit in report.misfits[:SHOWN]:
            console.print(Text(f"- {printable(misfit.text())}"), soft_wrap=False)
        if len(report.misfits) > SHOWN:
            console.print(f"and {len(report.misfits) - SHOWN} more: --json lists them")
        console.print()
    for seal in report.seals:
        name = seal.file.removeprefix("seals/")
        said = f": {seal.verdict}" if seal.verdict else ""
        console.print(Text(printable(f"{name}  {seal.status}  {seal.who}{said}")))
        if seal.fingerprint:
            console.print(Text(f"  sha256:{seal.fingerprint}"))
        console.print(Text(printable(f"  {seal.detail}")))
    for stamp in report.timestamps:
        name = stamp.file.removeprefix("timestamps/")
        console.print(Text(printable(f"{name}  {stamp.status}\n  {stamp.detail}")))
    if report.seals:
        console.print()
    console.print(Text(report.level_means))
    console.print()
    console.print(Text(f"{report.lines} lines\nhead   {report.head}\ndigest {report.digest}"))
    console.print("Nothing failed." if report.ok else "NOT OK: something does not fit.")
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())
