"""`gnomon evaluate --cases`: made-up cases run as files, and how they look in a terminal."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

from forensics.verbs.console import printable
from forensics.words import probability_text

if TYPE_CHECKING:
    from forensics.evaluate.cases.outcome import Outcome
    from forensics.evaluate.cases.trial import CaseTrial
    from forensics.evaluate.cases.written import WrittenCase
    from forensics.job.steps import Weighed

WIDTH = 80
NOW = "2025-01-02T03:04:05Z"
"""The clock of made-up cases: it stands still, so that the same seed gives the same bytes."""
SPLIT = frozenset({"yancheng", "amplifier"})
"""Cases that are also asked platform by platform."""


def run_case(case: WrittenCase, *, split: Collection[str] = SPLIT) -> Outcome:
    """Write a case into a temporary folder, take it in, weigh it, and say what came out.

    Args:
        case: The case.
        split: Cases that are weighed a second time, platform by platform.
    """
    from forensics.clues.controls.first import Posting
    from forensics.engine.samples import shared_texts
    from forensics.evaluate.cases.outcome import Outcome

    with tempfile.TemporaryDirectory(prefix="gnomon-case-") as folder:
        root = Path(folder)
        weighed = weighed_case(case, root, by=None)
        (pooled,) = (one for one in weighed.assessments if one.accounts)
        posts = weighed.evidence.posts
        shared = shared_texts(posts, weighed.evidence.units[pooled.unit]) if posts else ()
        parts = weighed_case(case, root, by="platform").assessments if case.name in split else ()
        return Outcome(
            case=case,
            pooled=pooled,
            by_platform={one.unit: one for one in parts if one.accounts},
            clues=tuple(
                clue
                for finding in weighed.findings
                for clue in finding.clues
                if clue.unit == pooled.unit
            ),
            hypotheses=weighed.case.edited().hypotheses,
            shared=tuple(Posting(str(one.content), one.account, one.t_us) for one in shared),
            numbers=tuple(weighed.case.read_table("numbers.jsonl")),
            places=weighed.evidence.places,
        )


def weighed_case(case: WrittenCase, folder: Path, *, by: str | None) -> Weighed:
    """A case from files to assessments, with the rows that were stated before.

    Args:
        case: The case.
        folder: Where its files and its case folder go.
        by: Column that names the unit of each post; None for one pool.
    """
    from forensics.case import Case
    from forensics.evaluate.cases.written import write
    from forensics.job.settings import RunSettings
    from forensics.job.steps import Claims, add_files, weigh_case

    evidence, controls = write(case, folder / "files")
    settings = RunSettings(by=by)
    opened = Case.open_or_create(
        folder / f"case-{by or 'all'}" / "case",
        question=settings.question,
        settings=settings.as_json(),
        who="evaluate",
        now=lambda: NOW,
    )
    edited = opened.root / "case.toml"
    added = case.hypotheses + ("" if by else case.judgements)
    edited.write_text(edited.read_text(encoding="utf-8") + "\n" + added, encoding="utf-8")
    add_files(opened, evidence, Claims())
    if controls:
        add_files(opened, controls, Claims(), as_controls=True)
    return weigh_case(opened)


def cases_text(found: Sequence[CaseTrial]) -> Iterator[str]:
    """One block a case: the conclusion, the table of rungs, then every check."""
    for trial in found:
        yield f"{trial.case}: {trial.title}"
        yield from _lines(printable(trial.statement), 2, 2)
        yield f"  {'unit':<9}{'rung':<14}{'area':<12}{'at most':<14}{'all':>5}{'lowest':>8}  word"
        for row in trial.rungs:
            numbers = f"{probability_text(row.all_ppm):>5}{probability_text(row.lowest_ppm):>8}"
            expected, word = (text.removesuffix(" chance") for text in (row.expected, row.word))
            yield f"  {row.unit:<9}{row.rung:<14}{row.area:<12}{expected:<14}{numbers}  {word}"
        for check in trial.checks:
            mark = "ok  " if check.passed else "MISS"
            yield from _lines(
                f"{mark} {check.finder}: {check.asked}: {printable(check.found)}", 2, 7
            )
        yield ""
    every = [check for trial in found for check in trial.checks]
    yield from _lines(f"{sum(one.passed for one in every)} of {len(every)} checks as they must be.")


def _lines(text: str, indent: int = 0, hang: int = 0) -> list[str]:
    return wrap(
        text,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * hang,
        break_on_hyphens=False,
    )
