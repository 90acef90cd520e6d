"""`gnomon conclude`: record a conclusion; words stronger than the numbers are refused."""

from __future__ import annotations

import json as json_text
import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forensics.errors import UsageError
from forensics.verbs.case_folder import At, CaseFolder, Who, open_case
from forensics.verbs.console import printable, progress_on_stderr

if TYPE_CHECKING:
    from forensics.weigh.gate import Ethics

MOST_BYTES = 1 << 16


def conclude(
    case: CaseFolder,
    rung: Annotated[
        str,
        typer.Option(help="How far the claim goes: zone, country, province, city, organisation."),
    ],
    term: Annotated[str, typer.Option(help="Likelihood, such as likely or 'very likely'.")],
    confidence: Annotated[str, typer.Option(help="low, moderate or high.")],
    reason: Annotated[
        list[str], typer.Option(help="Why the confidence is what it is. May be given again.")
    ],
    would_change: Annotated[
        list[str], typer.Option(help="What finding would overturn it. May be given again.")
    ],
    unit: Annotated[str, typer.Option(help="Unit it is about; needed if there are several.")] = "",
    hypothesis: Annotated[str, typer.Option(help="Id of a row of the table.")] = "",
    statement: Annotated[
        str, typer.Option(help="Own words, citing groups as [G1]. Default: the standard sentence.")
    ] = "",
    because: Annotated[
        str, typer.Option(help="Why a weaker term is chosen, or one category is enough.")
    ] = "",
    does_not_say: Annotated[
        list[str] | None, typer.Option(help="A further limit of the claim. May be given again.")
    ] = None,
    dissent: Annotated[
        list[str] | None, typer.Option(help="Who disagrees and why; kept and printed.")
    ] = None,
    agreed: Annotated[
        str, typer.Option(help="Second reviewer who agrees (claimed); a city waits for one.")
    ] = "",
    ethics: Annotated[
        Path | None, typer.Option(help="TOML file with the answers an organisation's name needs.")
    ] = None,
    responsibility: Annotated[
        str,
        typer.Option(help="How far an organisation answers for it; never follows from a place."),
    ] = "not_assessed",
    who: Who = "analyst",
    at: At = None,
    json: Annotated[bool, typer.Option("--json", help="Print the conclusion as JSON.")] = False,
) -> None:
    """Write a claim at one rung into the record, if its words fit the numbers; else say why not.

    The standing tests are run first. The lowest of them is the strongest word allowed.

    Example: gnomon conclude x --rung province --term likely --confidence moderate
    --reason "Two sources agree." --would-change "A label elsewhere."
    """
    from forensics.job.steps import conclude_case
    from forensics.weigh.stated import Wish

    opened = open_case(case, who, at)
    wish = Wish(
        unit=unit,
        rung=rung,  # type: ignore[arg-type]  # any text: the gate refuses what is no rung
        term=term,
        confidence=confidence,  # type: ignore[arg-type]  # checked against the closed list
        reasons=tuple(reason),
        would_change=tuple(would_change),
        hypothesis=hypothesis,
        statement=statement,
        because=because,
        does_not_say=tuple(does_not_say or ()),
        dissent=tuple(dissent or ()),
        ethics=_ethics(ethics) if ethics is not None else None,
        responsibility=responsibility,
    )
    with progress_on_stderr() as progress:
        made = conclude_case(opened, wish, reviewer=agreed, progress=progress)
    if json:
        typer.echo(json_text.dumps(asdict(made), sort_keys=True, ensure_ascii=True))
        return
    typer.echo(printable(made.statement))
    typer.echo(f"Confidence: {made.confidence}.")
    if made.rung in {"city", "organisation"} and not agreed:
        typer.echo("It waits for a second reviewer; the report says so.")


def _ethics(path: Path) -> Ethics:
    """The answers of a TOML file.

    Raises:
        UsageError: it cannot be read.
        WeighError: an answer is missing.
    """
    from forensics.weigh.gate import read_ethics

    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError("is larger than a few answers", where=str(path))
        answers: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot be read ({error.strerror})", where=str(path)) from error
    except (ValueError, RecursionError) as error:  # also a number of thousands of digits
        raise UsageError(f"is no TOML ({str(error)[:80]})", where=str(path)) from error
    return read_ethics(answers, str(path))
