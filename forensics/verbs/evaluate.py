"""`gnomon evaluate`: how good the answers are, on a labelled set or on made-up activity."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forensics.errors import UsageError
from forensics.verbs.console import mapping, progress_on_stderr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forensics.evaluate import Evaluation

FIGURES = ("reliability.png", "risk_coverage.png")
NUMBERS = "evaluation.json"


def evaluate(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="LABELS [POSTS]...",
            help="Labels (account with offset_min or zone), then exports of posts; one file may "
            "hold both. With --synthetic or --cases: names of scenarios.",
        ),
    ] = None,
    synthetic: Annotated[
        bool,
        typer.Option("--synthetic", help="Made-up cases with known truth; all if none is named."),
    ] = False,
    cases: Annotated[
        bool,
        typer.Option(
            "--cases",
            help="Whole made-up cases as files, weighed like any other; all if none is named.",
        ),
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help=f"Folder for {NUMBERS}, {' and '.join(FIGURES)}.")
    ] = None,
    label: Annotated[
        str | None, typer.Option(help="Column of the labels, where its name does not tell.")
    ] = None,
    draw: Annotated[
        int | None, typer.Option(min=1, help="Draw at most so many posts of each account.")
    ] = None,
    at_least: Annotated[
        int, typer.Option(min=1, help="Leave out accounts with fewer posts than this.")
    ] = 1,
    folds: Annotated[
        int,
        typer.Option(
            min=0,
            help="Fit the library on the labelled people themselves, in so many folds: people "
            "are scored by other groups than their own.",
        ),
    ] = 0,
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", help="Columns of the posts by hand, such as account=who,time=when."),
    ] = None,
    assume_zone: Annotated[
        str | None,
        typer.Option(help="IANA zone of times without offset. Stays attached as an assumption."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of draws, resampling, scenarios.")] = 20,
    json: Annotated[bool, typer.Option("--json", help="Print all numbers as JSON.")] = False,
) -> None:
    """How often the answers are right, and whether as often as they claim.

    Labels give the true offset (minutes east of UTC) or zone of each account,
    one row an account or one a post. Printed are accuracy, coverage and size
    of the sets, log loss, reliability, and the risk if only the surest
    accounts are answered, with intervals over accounts.

    Example: gnomon evaluate labels.csv posts.csv --out evaluation
    """
    given = list(inputs or [])
    if synthetic or cases:
        which = "--synthetic" if synthetic else "--cases"
        others = out, label, draw, folds or None, map_, assume_zone, True if cases else None
        if any(one is not None for one in (others if synthetic else others[:-1])):
            raise UsageError(
                f"{which} takes names of scenarios, --seed and --json only",
                todo="leave the other options out",
            )
        (_synthetic if synthetic else _cases)(given, seed=seed, json=json)
        return
    if not given:
        raise UsageError("no labels were given", todo="name a file of labels, or --synthetic")
    from forensics.evaluate import evaluate as score

    with progress_on_stderr() as progress:
        found = score(
            given[0],
            given[1:],
            label=label,
            draw=draw,
            at_least=at_least,
            folds=folds,
            assume_zone=assume_zone,
            columns=mapping(map_ or []),
            seed=seed,
            progress=progress,
        )
    if out is not None:
        _write(found, out)
    if json:
        typer.echo(_dumps(found.as_json()), nl=False)
        return
    from forensics.verbs.evaluate_text import evaluation_text

    for line in evaluation_text(found):
        typer.echo(line)
    if out is not None:
        typer.echo(f"Written to {out}: {NUMBERS}, {', '.join(FIGURES)}")


def _synthetic(names: Sequence[str], *, seed: int, json: bool) -> None:
    """Run scenarios; the exit code is 1 only where one could not be run."""
    from forensics.evaluate.trial import trials

    with progress_on_stderr() as progress:
        found = trials(names, seed=seed, progress=progress)
    if json:
        from forensics.evaluate.trial import as_json

        typer.echo(_dumps(as_json(found, seed)), nl=False)
        return
    from forensics.verbs.evaluate_text import trials_text

    for line in trials_text(found):
        typer.echo(line)


def _cases(names: Sequence[str], *, seed: int, json: bool) -> None:
    """Run whole cases; the exit code is 1 only where one could not be run."""
    from forensics.evaluate.cases.trial import case_trials, cases_json
    from forensics.verbs.evaluate_cases import cases_text, run_case

    with progress_on_stderr() as progress:
        found = case_trials(names, run_case, seed=seed, progress=progress)
    if json:
        typer.echo(_dumps(cases_json(found, seed)), nl=False)
        return
    for line in cases_text(found):
        typer.echo(line)


def _dumps(value: object) -> str:
    import json

    return json.dumps(value, ensure_ascii=True, allow_nan=False, indent=1) + "\n"


def _write(found: Evaluation, out: Path) -> None:
    """The numbers and both pictures.

    Raises:
        UsageError: the folder cannot be written to.
    """
    from forensics.evaluate.figures import reliability_png, risk_coverage_png

    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / NUMBERS).write_text(_dumps(found.as_json()), encoding="utf-8")
        (out / FIGURES[0]).write_bytes(reliability_png(found))
        (out / FIGURES[1]).write_bytes(risk_coverage_png(found))
    except OSError as error:
        raise UsageError(
            f"cannot be written to ({error.strerror or type(error).__name__})",
            where=str(out),
            todo="name another folder",
        ) from None
