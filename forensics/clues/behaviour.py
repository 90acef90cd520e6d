"""A clue from when a unit was active: what all of them have in common."""

from __future__ import annotations

from forensics.clock import utc_text
from forensics.clues.activity import Activity
from forensics.model import Clue, Likelihood, Observation

QUARTER_US = 900_000_000


def behavioural_clue(
    activity: Activity,
    *,
    kind: str,
    what: str,
    group: str,
    observation: Observation,
    planted_chance_ppm: int,
    likelihood: Likelihood,
) -> Clue:
    """The clue that a statement about times gives: the operators were there, and they chose it.

    Args:
        activity: What the unit did.
        kind: Finder that gives it.
        what: Last part of its id.
        group: First part of its group key: clues with one key fail together.
        observation: What it rests on; its statement is the clue's.
        planted_chance_ppm: Chance that somebody planted it, by its cost.
        likelihood: What it says about places.
    """
    return Clue(
        id=f"{kind}:{activity.unit}:{what}",
        kind=kind,
        unit=activity.unit,
        statement=observation.statement,
        observations=(observation.id,),
        group=(f"{group}:{activity.unit}",),
        role="operator_present",
        set_by="operator",
        category="behavioural",
        grade="F6",
        planted_chance_ppm=planted_chance_ppm,
        likelihood=likelihood,
        accounts=activity.accounts,
        valid_from=utc_text(int(activity.q[0]) * QUARTER_US),
        valid_to=utc_text(int(activity.q[-1]) * QUARTER_US),
    )
