"""`gnomon verify`: does everything in a case still fit together, and what does that show?"""

from __future__ import annotations

import json as json_lines
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from forensics.case import VerifyReport
from forensics.case import verify as check_case
from forensics.errors import UsageError
from forensics.verbs.console import printable, progress_on_stderr

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
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
) -> None:
    """Check a case: originals, record, tables, report and seals.

    Nothing is changed. A seal shows who signed only as far as you know whose
    key it is: name the keys you know with --key.

    Exit status 0 if nothing failed, 1 if something did.

    Example: gnomon verify reports/x/case
    """
    if not case.is_dir():
        raise UsageError("is no folder", where=str(case), todo="give the case folder")
    trusted = _trusted(key or ())
    with progress_on_stderr() as progress:
        report = check_case(case, trusted=trusted, progress=progress)
    # ASCII only: no control or bidi character from a file can reach a terminal this way.
    typer.echo(json_lines.dumps(asdict(report), sort_keys=True) if json else as_text(report))
    if not report.ok:
        raise typer.Exit(1)


def _trusted(keys: Sequence[str]) -> frozenset[str]:
    if not keys:
        return frozenset()
    from forensics.case.keys import trusted_key

    return frozenset(trusted_key(one) for one in keys)


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
    if report.seals:
        console.print()
    console.print(Text(report.level_means))
    console.print()
    console.print(Text(f"{report.lines} lines\nhead   {report.head}\ndigest {report.digest}"))
    console.print("Nothing failed." if report.ok else "NOT OK: something does not fit.")
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())
