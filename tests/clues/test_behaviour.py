"""What clues from times have in common."""

from __future__ import annotations

import numpy as np

from forensics.clues.activity import Activity
from forensics.clues.behaviour import behavioural_clue
from forensics.model import Observation, ZoneLikelihood


def test_a_clue_is_its_observation_s_and_covers_the_unit_s_time() -> None:
    q = np.array([4 * 24 * 365, 4 * 24 * 366], dtype=np.int64)
    activity = Activity("crew", ("a", "b"), (q,), q, np.ones(2, dtype=np.int64), {}, ())
    seen = Observation("k:crew:x", "crew", "They woke early.", 1, None, "min", (), 2, "m", "v")
    clue = behavioural_clue(
        activity,
        kind="k",
        what="y",
        group="times",
        observation=seen,
        planted_chance_ppm=50_000,
        likelihood=ZoneLikelihood({}),
    )
    assert (clue.id, clue.group) == ("k:crew:y", ("times:crew",))
    assert (clue.statement, clue.observations) == ("They woke early.", ("k:crew:x",))
    assert clue.accounts == ("a", "b")
    assert (clue.valid_from, clue.valid_to) == ("1971-01-01T00:00:00Z", "1971-01-02T00:00:00Z")
    assert (clue.role, clue.set_by, clue.category) == (
        "operator_present",
        "operator",
        "behavioural",
    )
