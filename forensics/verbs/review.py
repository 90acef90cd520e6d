"""`gnomon review`: say what you think of a case, a conclusion or a clue, signed if you like."""

from __future__ import annotations

import json as json_text
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from forensics.errors import UsageError
from forensics.verbs.case_folder import At, CaseFolder, clock_for, open_case
from forensics.verbs.console import progress_on_stderr
from forensics.verbs.seal import PassphraseFile, read_key


def review(
    case: CaseFolder,
    who: Annotated[str, typer.Option(help="Your name or role; it stands in the record.")],
    verdict: Annotated[str, typer.Option(help="concur, comment, object or ask.")] = "",
    reason: Annotated[str, typer.Option(help="Why, in your words. The report prints it.")] = "",
    scope: Annotated[
        str, typer.Option(help="case, conclusion:LINE or clue:ID, as the report names them.")
    ] = "case",
    key: Annotated[
        Path | None, typer.Option(help="Your private key: also seals the case, with your verdict.")
    ] = None,
    passphrase_file: PassphraseFile = None,
    blind: Annotated[
        bool, typer.Option("--blind", help="Grade clues without seeing the analyst's grades.")
    ] = False,
    sample: Annotated[
        int | None, typer.Option(min=1, help="With --blind: draw so many clues. Default: all.")
    ] = None,
    seed: Annotated[int, typer.Option(help="With --sample: of the draw.")] = 0,
    questions: Annotated[
        Path | None, typer.Option(help="With --blind: write the clues to this CSV file.")
    ] = None,
    grades: Annotated[
        Path | None, typer.Option(help="With --blind: read the grades from this CSV file.")
    ] = None,
    at: At = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
) -> None:
    """Write a review into the record, or grade clues blind. The report prints it.

    A review covers what stands before it: later results make it stale. A city
    or an organisation waits until somebody other than its author concurs.

    With --blind it asks for your grades of each clue, and shows what the clue
    says and rests on, never what the analyst made of it. Grade before you read
    the report. The agreement of the two is printed as Cohen's kappa.

    Example: gnomon review x --who "B. Reader" --blind --sample 20 --seed 7

    Example: gnomon review x --who "B. Reader" --verdict concur --scope conclusion:12
    --reason "I repeated the weighing."
    """
    if not blind and (sample is not None or questions or grades):
        raise UsageError("is only for blind grades", where="--sample, --questions, --grades",
                         todo="add --blind")  # fmt: skip
    if blind:
        if verdict or reason or key:
            raise UsageError("blind grades have no verdict", todo="review in a second command")
        from forensics.verbs.review_blind import blind as grade

        opened = open_case(case, who, at)
        grade(opened, sample=sample, seed=seed, ask=questions, grades=grades, json=json)
        return
    from forensics.case.sealing import make_seal
    from forensics.job.reviewing import add_review

    private = read_key(key, passphrase_file) if key else None
    opened = open_case(case, who, at)
    entry = add_review(opened, verdict, scope, reason)
    made = None
    if private is not None:
        with progress_on_stderr() as progress:
            made = make_seal(
                opened,
                private,
                at=clock_for(at)(),
                verdict=verdict,
                scope=scope,
                reason=reason,
                progress=progress,
            )
    if json:
        seal = asdict(made) if made else None
        typer.echo(json_text.dumps({"line": entry.seq + 1, "head": opened.head(), "seal": seal}))
        return
    typer.echo(f"line {entry.seq + 1} of the record; gnomon report prints it")
    if made is not None:
        typer.echo(f"{made.file} covers lines 1 to {made.lines}")
        typer.echo(f"fingerprint sha256:{made.fingerprint}")
