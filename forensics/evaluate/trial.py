"""Named scenarios run through the finders: recovered or not, believed or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forensics import clock
from forensics.evaluate.asking import Check, Judge
from forensics.evaluate.judges import chosen as judges_chosen
from forensics.evaluate.judges import published as judges_published
from forensics.evaluate.scoring import silent
from forensics.evaluate.synthetic.catalogue import chosen
from forensics.evaluate.synthetic.national import national
from forensics.evaluate.synthetic.scenario import Calendar
from forensics.model import Progress
from forensics.reference import calendars
from forensics.reference.templates import library
from forensics.version import __version__

SCHEMA = "gnomon.evaluate.synthetic/1"
SEED = 20
JUDGES: Mapping[str, Judge] = {**judges_published.JUDGES, **judges_chosen.JUDGES}
"""Scenario -> who judges it. Every scenario has one."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One scenario with its checks."""

    scenario: str
    title: str
    twin_title: str
    published: str
    posts: tuple[int, int]
    """Posts of the case and of its twin."""
    checks: tuple[Check, ...]

    @property
    def recovered(self) -> bool:
        """Every check of the case came out as it must."""
        return all(check.passed for check in self.checks if not check.twin)

    @property
    def told_apart(self) -> bool:
        """Every check of the twin came out as it must."""
        return all(check.passed for check in self.checks if check.twin)


def trials(
    names: Sequence[str] = (),
    *,
    seed: int = SEED,
    calendar: Calendar = national,
    progress: Progress = silent,
) -> tuple[Trial, ...]:
    """Run scenarios and their twins; the same seed gives the same result.

    Args:
        names: Scenarios by name; all if none is given.
        seed: Seed of all that is made up.
        calendar: Holidays and make-up days by country.
        progress: Called with (stage, done, total).

    Raises:
        UsageError: no scenario is called that.
    """
    wanted = chosen(names)
    found = []
    for done, scenario in enumerate(wanted):
        progress("scenarios", done, len(wanted))
        case, twin = scenario.pair(seed, calendar)
        found.append(
            Trial(
                scenario=scenario.name,
                title=scenario.title,
                twin_title=scenario.twin_title,
                published=scenario.published,
                posts=(case.n_posts, twin.n_posts),
                checks=tuple(JUDGES[scenario.name](case, twin)),
            )
        )
    progress("scenarios", len(wanted), len(wanted))
    return tuple(found)


def as_json(found: Sequence[Trial], seed: int) -> dict[str, Any]:
    """All checks as one object."""
    return {
        "schema": SCHEMA,
        "tool": "gnomon",
        "version": __version__,
        "zone_database": clock.ZONE_DATABASE,
        "library": library().version,
        "calendars": calendars.version(),
        "seed": seed,
        "scenarios": [
            {
                "name": trial.scenario,
                "title": trial.title,
                "twin": trial.twin_title,
                "published": trial.published,
                "posts": list(trial.posts),
                "recovered": trial.recovered,
                "told_apart": trial.told_apart,
                "checks": [
                    {
                        "finder": check.finder,
                        "of": "twin" if check.twin else "case",
                        "asked": check.asked,
                        "found": check.found,
                        "passed": check.passed,
                    }
                    for check in trial.checks
                ],
            }
            for trial in found
        ],
        "checks": sum(len(trial.checks) for trial in found),
        "passed": sum(check.passed for trial in found for check in trial.checks),
    }
