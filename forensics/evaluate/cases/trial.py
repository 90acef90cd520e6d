"""Cases run and judged: the table of rungs, the checks, and both as JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from forensics.evaluate.asking import Check
from forensics.evaluate.cases.cast import Size
from forensics.evaluate.cases.catalogue import CASES, build
from forensics.evaluate.cases.judge import RungRow, checks, rungs
from forensics.evaluate.cases.outcome import Outcome
from forensics.evaluate.cases.written import WrittenCase
from forensics.evaluate.scoring import silent
from forensics.model import Progress
from forensics.version import __version__

SCHEMA = "gnomon.evaluate.cases/1"
Runner = Callable[[WrittenCase], Outcome]
"""Writes a case as files, runs it and gives back what came out: the job layer does that."""


@dataclass(frozen=True, slots=True)
class CaseTrial:
    """One case with what came out."""

    case: str
    title: str
    posts: int
    statement: str
    """The conclusion about all accounts."""
    rungs: tuple[RungRow, ...]
    checks: tuple[Check, ...]


def case_trials(
    names: Sequence[str],
    runner: Runner,
    *,
    seed: int,
    size: Size | None = None,
    progress: Progress = silent,
) -> tuple[CaseTrial, ...]:
    """Build, run and judge cases; the same seed gives the same result.

    Args:
        names: Cases by name; all if none is given.
        runner: Runs one.
        seed: Seed of all that is made up.
        size: Accounts and posts; None for the full size.
        progress: Called with (stage, done, total).

    Raises:
        UsageError: no case is called that.
    """
    made = [build(name, seed, size=size) for name in names or CASES]
    out = []
    for done, case in enumerate(made):
        progress("cases", done, len(made))
        outcome = runner(case)
        out.append(
            CaseTrial(
                case=case.name,
                title=case.title,
                posts=len(case.posts),
                statement=outcome.pooled.conclusion.statement,
                rungs=tuple(rungs(outcome)),
                checks=tuple(checks(outcome)),
            )
        )
    progress("cases", len(made), len(made))
    return tuple(out)


def cases_json(found: Sequence[CaseTrial], seed: int) -> dict[str, Any]:
    """All rungs and checks as one object."""
    every = [check for trial in found for check in trial.checks]
    return {
        "schema": SCHEMA,
        "tool": "gnomon",
        "version": __version__,
        "seed": seed,
        "cases": [asdict(trial) for trial in found],
        "checks": len(every),
        "passed": sum(check.passed for check in every),
    }
