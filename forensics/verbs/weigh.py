"""`gnomon weigh`: find clues in a case and weigh them against the hypotheses."""

from __future__ import annotations

import json as json_text
import textwrap
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from forensics.verbs.case_folder import At, CaseFolder, Who, open_case
from forensics.verbs.console import printable, progress_on_stderr

if TYPE_CHECKING:
    from forensics.weigh import Assessment, Claim

WIDTH = 80
UNITS_SHOWN = 10
MOST_COLUMNS = 7
ID_WIDTH = 24
LABEL_WIDTH = 14
SHOWN_PPM = 20_000
"""A claim below this with all groups is counted, not printed."""


def weigh(
    case: CaseFolder,
    unit: Annotated[str, typer.Option(help="Print this unit only.")] = "",
    who: Who = "analyst",
    at: At = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a unit.")] = False,
) -> None:
    """Weigh each group of clues for each hypothesis, with the standing tests and what they carry.

    Reads what was added and finds clues first, where that has not been done. Hypotheses, priors,
    groups and assumptions written into case.toml count.

    Example: gnomon weigh x --unit "crew A"
    """
    from forensics.job.clue_numbers import numbers_by_clue
    from forensics.job.steps import weigh_case

    opened = open_case(case, who, at)
    with progress_on_stderr() as progress:
        weighed = weigh_case(opened, progress)
    chosen = [weighed.of(unit)] if unit else list(weighed.assessments)
    if json:
        asked = numbers_by_clue(opened)
        for one in chosen:
            numbers = {name: row for name, row in asked.items() if row["unit"] == one.unit}
            line = {**asdict(one), "numbers": numbers}
            typer.echo(json_text.dumps(line, sort_keys=True, ensure_ascii=True))
        return
    shown = chosen[:UNITS_SHOWN]
    typer.echo("\n\n".join(as_text(one) for one in shown))
    if len(chosen) > len(shown):
        typer.echo(f"\n{len(chosen) - len(shown)} more units: --unit NAME, or --json for all")


def as_text(assessment: Assessment) -> str:
    """The table of one unit, its tests and claims as lines of at most 80 columns."""
    head = f"{printable(assessment.unit)}: {assessment.accounts:,} accounts"
    lines = [f"{head}, {assessment.posts:,} posts"]
    if assessment.groups:
        lines += ["", *_matrix(assessment), ""]
        for row in assessment.rows:
            lines += _wrapped(row.hypothesis.id, row.hypothesis.statement)
        lines.append("")
        for group in assessment.groups:
            clues = f"{len(group.clues)} clue{'s' * (len(group.clues) != 1)}"
            lines += _wrapped(group.id, f"{group.label}; {clues}; set by {group.set_by}")
        lines += ["", "What might be claimed, and what its lowest standing test gives:"]
        shown = [one for one in assessment.claims if one.tests[0].assessed_ppm >= SHOWN_PPM]
        for claim in shown:
            lines += _wrapped(f"  {claim.rung}", _claim(claim))
        if len(shown) < len(assessment.claims):
            lines.append(f"  and {len(assessment.claims) - len(shown)} rows below 2 %")
        lines.append("")
    lines += textwrap.wrap(printable(assessment.conclusion.statement), WIDTH)
    lines.append(f"Confidence: {assessment.conclusion.confidence}.")
    return "\n".join(lines)


def _matrix(assessment: Assessment) -> list[str]:
    """Decibans of each group for each row, the sum, and the share under the stated priors.

    With more groups than fit, the sums stand alone and that is said.
    """
    from forensics.words import decibans_text, probability_text

    def cell(mdb: int) -> str:
        number, _, mark = decibans_text(mdb).split()
        return f"{number}{mark}"

    groups = assessment.groups[:MOST_COLUMNS] if len(assessment.groups) <= MOST_COLUMNS else ()
    mdb = {(one.group, one.hypothesis): one.mdb for one in assessment.weights}
    first = min(ID_WIDTH, max(len(row.hypothesis.id) for row in assessment.rows))
    names = "".join(f"{group.id:>6}" for group in groups)
    lines = [f"{'dB':<{first}}{names}{'sum':>7}{'share':>7}"]
    for row in assessment.rows:
        name = printable(row.hypothesis.id)[:first]
        cells = "".join(f"{cell(mdb[group.id, row.hypothesis.id]):>6}" for group in groups)
        share = probability_text(row.stated_ppm)
        lines.append(f"{name:<{first}}{cells}{cell(row.sum_mdb):>7}{share:>7}")
    if not groups:
        lines.append(f"{len(assessment.groups)} groups do not fit here: --json holds their weights")
    return lines


def _wrapped(name: str, text: str) -> list[str]:
    """`name  text`, wrapped and indented under the text."""
    label = f"{printable(name):<{LABEL_WIDTH}} "
    return textwrap.wrap(
        printable(text), WIDTH, initial_indent=label, subsequent_indent=" " * (LABEL_WIDTH + 1)
    )


def _claim(claim: Claim) -> str:
    """What might be claimed and what its lowest test gives."""
    from forensics.words import probability_text, term

    low = claim.lowest
    return (
        f"{claim.label}: {probability_text(claim.tests[0].assessed_ppm)} with all groups, "
        f"{probability_text(low.assessed_ppm)} {low.label}: {term(low.assessed_ppm)} "
        f"(--hypothesis {claim.leader})"
    )
