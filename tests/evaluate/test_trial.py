from __future__ import annotations

import json

import pytest

from forensics.errors import UsageError
from forensics.evaluate.asking import Check, hours_of, pooled, set_text, table
from forensics.evaluate.synthetic.catalogue import SCENARIOS
from forensics.evaluate.synthetic.scenario import no_calendar
from forensics.evaluate.trial import JUDGES, Trial, as_json, trials

QUICK = ("scheduler", "absence")


@pytest.fixture(scope="module")
def found() -> tuple[Trial, ...]:
    return trials(QUICK, seed=20)


def test_every_scenario_has_a_judge_and_every_judge_a_scenario() -> None:
    assert set(JUDGES) == {one.name for one in SCENARIOS}


def test_trials_come_in_order_with_case_and_twin(found: tuple[Trial, ...]) -> None:
    assert [trial.scenario for trial in found] == [
        one.name for one in SCENARIOS if one.name in QUICK
    ]
    for trial in found:
        assert {check.twin for check in trial.checks} == {False, True}
        assert trial.posts[0] > 0 < trial.posts[1]


def test_quick_scenarios_are_recovered_and_their_twins_told_apart(
    found: tuple[Trial, ...],
) -> None:
    missed = [check for trial in found for check in trial.checks if not check.passed]
    assert not missed


def test_the_same_seed_gives_the_same_result(found: tuple[Trial, ...]) -> None:
    assert trials(QUICK[:1], seed=20) == tuple(t for t in found if t.scenario == QUICK[0])


def test_json_counts_what_passed(found: tuple[Trial, ...]) -> None:
    told = json.loads(json.dumps(as_json(found, 20), allow_nan=False))
    assert told["checks"] == sum(len(trial.checks) for trial in found)
    assert told["passed"] == told["checks"]
    assert all(one["recovered"] and one["told_apart"] for one in told["scenarios"])


def test_a_miss_is_a_miss() -> None:
    good, bad = (Check("hours", twin, "x", "y", passed=not twin) for twin in (False, True))
    trial = Trial("a", "b", "c", "d", (1, 1), (good, bad))
    assert trial.recovered
    assert not trial.told_apart


def test_unknown_scenarios_are_refused() -> None:
    with pytest.raises(UsageError, match="apt1"):
        trials(["nosuch"])


def test_progress_is_told() -> None:
    seen = []
    trials(["absence"], calendar=no_calendar, progress=lambda *step: seen.append(step))
    assert seen[0] == ("scenarios", 0, 1)
    assert seen[-1] == ("scenarios", 1, 1)


def test_sets_are_written_as_ranges() -> None:
    (scenario,) = (one for one in SCENARIOS if one.name == "mover")
    _, twin = scenario.pair(20, no_calendar)
    answer = pooled(twin)
    text = set_text(answer)
    assert "UTC" in text
    assert len(text) < 80
    assert hours_of(answer.activity).headline == answer.headline
    with pytest.raises(TypeError, match="no table"):
        table(twin, "kind")
