"""Judges that take seconds; the others run in tests/evaluate/test_trial.py."""

from __future__ import annotations

import numpy as np
import pytest

from forensics.evaluate.judges import ask, chosen, published
from forensics.evaluate.synthetic.chosen import THREE_YEARS
from forensics.evaluate.synthetic.habits import WorkDays
from forensics.evaluate.synthetic.people import audience_follower
from forensics.evaluate.trial import trials

SLOWER = sorted({*published.JUDGES, *chosen.JUDGES} - {"scheduler", "absence"})


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOWER)
def test_a_scenario_is_recovered_and_its_twin_told_apart(name: str) -> None:
    (trial,) = trials([name], seed=20)
    missed = [(check.asked, check.found) for check in trial.checks if not check.passed]
    assert not missed


def test_times_of_day_are_written_with_two_digits() -> None:
    assert [ask.hhmm(value) for value in (0, 545.4, 1440, -30)] == [
        "00:00", "09:05", "00:00", "23:30",
    ]  # fmt: skip


def test_a_follower_of_a_clock_that_never_changes_shows_no_change() -> None:
    """The jump comes from the audience's rule and from nothing else of the scenario."""
    kinds = {}
    for zone in ("America/New_York", "America/Panama"):
        unit = audience_follower(
            np.random.default_rng(8),
            staff_zone="Europe/Moscow",
            audience_zone=zone,
            window=THREE_YEARS,
            accounts=6,
            posts=900,
            staff_days=WorkDays(),
        )
        kinds[zone] = ask.clock_kind(unit)[0]
    assert kinds["America/New_York"] == "north"
    assert kinds["America/Panama"] not in {"north", "south", "dated"}
