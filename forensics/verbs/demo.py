"""`gnomon demo`: the demonstration case, run as a user would run their own files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from forensics.errors import CaseError
from forensics.verbs.console import ascii_json, progress_on_stderr

QUESTION = "Where, and on what schedule, were the operators of crews A and B at work?"
AT = "2025-08-01T00:00:00Z"
"""Claimed time of the demonstration: fixed, so that its record is the same everywhere."""


def demo_files() -> Path:
    """Folder of the demonstration case: inside the wheel, or in the checkout.

    Raises:
        CaseError: neither is there.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "demo_case", package.parent / "fixtures" / "demo"):
        if (folder / "TRUTH.json").is_file():
            return folder
    raise CaseError("the demonstration case is not installed", todo="reinstall gnomon-forensics")


def demo(
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder for the report and the case folder.")
    ] = Path("reports/demo"),
    json: Annotated[bool, typer.Option("--json", help="Print summary.json to stdout.")] = False,
) -> None:
    """Write the demonstration case and its report into a folder. All of it is invented.

    Example: gnomon demo --out reports/demo
    """
    from forensics.job.run import run as run_job
    from forensics.job.settings import RunSettings

    folder = demo_files()
    inputs = [folder / "western.csv", folder / "weibo.ndjson", folder / "photos"]
    settings = RunSettings(question=QUESTION, by="crew", audience_zone="America/New_York")
    with progress_on_stderr() as progress:
        result = run_job(
            inputs, out, settings, who="demonstration", now=lambda: AT, progress=progress
        )
    if json:
        typer.echo(ascii_json(result.summary.read_text(encoding="utf-8")), nl=False)
        return
    for line in result.lines:
        typer.echo(line)
    typer.echo("")
    typer.echo(f"report  {result.report}")
    typer.echo(f"map     {result.map}")
    typer.echo(f"numbers {result.summary}")
    typer.echo(f"case    {result.case}")
    typer.echo(f"The truth, to compare: {folder / 'TRUTH.json'}")
