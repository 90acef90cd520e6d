"""`gnomon review --blind`: grade clues before the analyst's grades are shown."""

from __future__ import annotations

import json as json_text
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from forensics.errors import UsageError
from forensics.verbs.console import printable

if TYPE_CHECKING:
    from forensics.case import Case
    from forensics.job.regrading import BlindGrade, Question
    from forensics.show.reviews import RegradeView

_ASKED = (
    ("Reliability of the source (A completely .. E unreliable, F cannot be judged)", "reliability"),
    (
        "Credibility of what it says (1 confirmed .. 5 improbable, 6 cannot be judged)",
        "credibility",
    ),
    ("Category (technical, behavioural, contextual)", "category"),
)


def blind(
    case: Case,
    *,
    sample: int | None,
    seed: int,
    ask: Path | None,
    grades: Path | None,
    json: bool,
) -> None:
    """Ask for blind grades, or write the questions, or read the answers, then show agreement.

    Raises:
        UsageError: nobody can be asked and no file was given, or a file does not fit.
    """
    from forensics.job.regrading import (
        add_blind_grades,
        blind_questions,
        questions_csv,
        read_grades,
    )

    asked = blind_questions(case, sample=sample, seed=seed)
    if ask is not None:
        from forensics.case.files import write_whole

        write_whole(ask, questions_csv(asked))
        told = {"questions": str(ask), "clues": len(asked)}
        typer.echo(json_text.dumps(told) if json else f"{len(asked)} clues in {ask}: fill in the"
                   " grades, then give the file with --grades")  # fmt: skip
        return
    if grades is not None:
        answers = read_grades(grades)
        if not answers:
            raise UsageError("holds no grades", where=str(grades))
        count = add_blind_grades(case, answers, sample=sample, seed=seed)
    elif not asked:
        count = 0
    elif _asks():
        count = _ask_all(case, asked, sample, seed)
    else:
        raise UsageError("nobody can be asked here", todo="--questions FILE, then --grades FILE")
    _show(case, count, json=json)


def _asks() -> bool:
    """True if somebody sits at a terminal."""
    return sys.stdin.isatty()


def _ask_all(case: Case, asked: list[Question], sample: int | None, seed: int) -> int:
    """Ask for each clue; every answer is in the record before the next clue is shown."""
    from forensics.job.regrading import add_blind_grades

    count = 0
    for number, question in enumerate(asked, start=1):
        typer.echo(as_text(question, number, len(asked)), err=True)
        answer = _ask(question)
        if answer is None:
            typer.echo("Stopped; what was graded is in the record.", err=True)
            break
        count += add_blind_grades(case, [answer], sample=sample, seed=seed)
    return count


def _ask(question: Question) -> BlindGrade | None:
    """One answer, or None where the reviewer leaves off with an empty line."""
    from forensics.job.regrading import CATEGORIES, answer_of

    given: list[str] = []
    while len(given) < len(_ASKED):
        text, name = _ASKED[len(given)]
        said = typer.prompt(f"{text}\n  (empty: stop) {name}", default="", show_default=False,
                            err=True).strip()  # fmt: skip
        if not said:
            return None
        if name == "category":  # a few letters are enough
            said = next((one for one in CATEGORIES if one.startswith(said.lower())), said)
        trial = [*given, said, *("A", "1", "technical")[len(given) + 1 :]]
        try:
            answer_of(question.clue, *trial, where=name)
        except UsageError as error:
            typer.echo(printable(error.what), err=True)
            continue
        given.append(said)
    return answer_of(question.clue, *given, where=question.clue)


def as_text(question: Question, number: int, total: int) -> str:
    """One clue as it is put to the reviewer; safe to print. Never its grade, category or weight."""
    lines = [
        "",
        f"Clue {number} of {total}: {printable(question.kind)}, unit {printable(question.unit)}",
        f"  {printable(question.statement)}",
        *(f"  - {printable(text)}" for text in question.rests_on),
        f"  rests on {question.rows_total:,} rows, such as:",
        *(f"    {printable(row)}" for row in question.rows),
    ]
    return "\n".join(lines)


def _show(case: Case, count: int, *, json: bool) -> None:
    from forensics.case.seals import same_person
    from forensics.job.regrading import regrade_views

    mine = [one for one in regrade_views(case) if same_person(one.who, case.who)]
    if json:
        value = {"graded": count, "agreement": asdict(mine[0]) if mine else None}
        typer.echo(json_text.dumps(value, sort_keys=True))
        return
    typer.echo(f"{count} clues graded now; gnomon report prints the agreement")
    for view in mine:
        typer.echo("\n".join(agreement_lines(view)))


def agreement_lines(view: RegradeView) -> list[str]:
    """The agreement on each scale, one line each."""
    from forensics.show.reviews import kappa_text

    lines = [f"{view.graded} of {view.of} clues graded by {printable(view.who)}"]
    for scale in view.scales:
        said = f"  {scale.name:<12} {scale.equal} of {scale.n} alike"
        if scale.kappa_milli is not None:
            kind = "weighted kappa" if scale.weighted else "kappa"
            said += f", {kind} {kappa_text(scale.kappa_milli)}"
        if scale.low_milli is not None and scale.high_milli is not None:
            said += f" ({kappa_text(scale.low_milli)} to {kappa_text(scale.high_milli)})"
        lines.append(said + (f"; {scale.why}" if scale.why else ""))
        if scale.unjudged:
            lines.append(f"{'':<15}{scale.unjudged} not compared: one could not judge")
    return lines
