"""Audience: whose clock the activity keeps, and what may then still be said about hours."""

from __future__ import annotations

import numpy as np
import pytest

from forensics.clues.activity import Activity
from forensics.clues.audience.answer import CALL_MDB, DAY_LIMIT_MDB, STANDING, answer
from forensics.clues.audience.finding import finding
from forensics.clues.clockchanges.answer import answer as clock_answer
from forensics.clues.quarters import thin
from forensics.reference.templates import library
from forensics.reference.zones import local_quarters

FIRST = 16_436
AMERICAN = ("America/New_York", "America/Chicago")


def made(zone: str, *, seed: int, n: int = 800, middle: float = 14.0) -> np.ndarray:
    """Thinned UTC quarter-hours of a waking day around `middle` o'clock of a zone."""
    rng = np.random.default_rng(seed)
    hours = np.clip(rng.normal(middle, 2.6, n), middle - 7, middle + 7)
    day = rng.integers(FIRST, FIRST + 1000, n)
    wanted = np.unique((day * 24 + hours) * 4).astype(np.int64)
    utc = wanted.copy()
    for _ in range(3):
        utc += wanted - local_quarters(zone, utc)
    return thin(np.sort(utc))


def unit(*quarters: np.ndarray) -> Activity:
    q, n = np.unique(np.concatenate([*quarters, np.array([], dtype=np.int64)]), return_counts=True)
    np.ones(60, dtype=np.int64)
    return Activity(
        unit="A",
        accounts=tuple(f"a{i}" for i in range(len(quarters))),
        hours=tuple(quarters),
        q=q.astype(np.int64),
        n=n.astype(np.int64),
        clocks={("platform_utc", False): int(n.sum())},
        rows=(),
    )


def asked(activity: Activity, *zones: str):
    return answer(activity, library(), clock_answer(activity), zones)


def test_a_crew_that_keeps_the_stated_clock_is_recognised() -> None:
    """An office far away that posts through the American day and moves with its clock changes."""
    found = asked(unit(*(made("America/New_York", seed=s) for s in range(5))), *AMERICAN)
    assert found.verdict == "audience"
    assert found.tests[found.best].zone in AMERICAN
    assert found.tests[found.best].clock_mdb > 0
    assert not found.hours_stand
    assert found.audience_ppm > 750_000


def test_a_crew_that_keeps_its_own_clock_is_cleared() -> None:
    """An office in Moscow by day: the stated audience is asleep, and no clock changes are kept."""
    found = asked(unit(*(made("Europe/Moscow", seed=s) for s in range(5))), *AMERICAN)
    assert found.verdict == "own"
    assert found.hours_stand
    assert found.tests[found.best].total_mdb <= -CALL_MDB


def test_a_day_that_fits_is_not_enough_where_nobody_stated_an_audience() -> None:
    few = unit(made("America/New_York", seed=1, n=90))
    free, told = asked(few), asked(few, *AMERICAN)
    assert free.verdict == "cannot_tell"
    assert tuple(test.zone for test in free.tests) == STANDING
    assert all(test.total_mdb <= max(test.clock_mdb, 0) for test in free.tests)
    assert told.tests[told.best].total_mdb > free.tests[0].total_mdb


def test_nobody_is_cleared_of_audiences_that_nobody_stated() -> None:
    found = asked(unit(*(made("Asia/Shanghai", seed=s) for s in range(3))))
    assert found.verdict == "cannot_tell"
    assert found.hours_stand


def test_the_same_hours_without_the_jump_are_no_follower_by_clock() -> None:
    """A fixed clock at UTC-5 has the same day and refuses the American changes."""
    crew = unit(*(made("America/Bogota", seed=s) for s in range(5)))
    found = asked(crew, "America/New_York")
    assert found.tests[0].clock_mdb < 0
    assert found.verdict != "audience"


def test_activity_in_the_night_of_the_audience_never_speaks_for_it() -> None:
    crew = unit(*(made("America/New_York", seed=s, middle=3.0) for s in range(5)))
    found = asked(crew, "America/New_York")
    assert found.tests[0].night_ppm > 1_000_000
    assert found.tests[0].total_mdb <= 0
    assert found.verdict != "audience"


def test_a_zone_without_clock_changes_has_no_clock_test() -> None:
    found = asked(unit(*(made("Asia/Tokyo", seed=s) for s in range(4))), "Asia/Tokyo")
    assert found.tests[0].clock_mdb == 0
    assert abs(found.tests[0].day_mdb) <= DAY_LIMIT_MDB


def test_zones_asked_twice_count_once_and_keep_their_order() -> None:
    found = asked(unit(made("Asia/Tokyo", seed=1)), "Asia/Tokyo", "Europe/Berlin", "Asia/Tokyo")
    assert [test.zone for test in found.tests] == ["Asia/Tokyo", "Europe/Berlin"]


@pytest.mark.parametrize("activity", [unit(), unit(made("Europe/Berlin", seed=1, n=30))])
def test_too_little_says_so(activity: Activity) -> None:
    found = asked(activity, *AMERICAN)
    said = finding(found)
    assert found.status == "insufficient"
    assert found.reasons[0] in said.statement
    assert said.observations == ()


def test_the_finding_takes_the_hours_back_and_is_no_clue() -> None:
    found = asked(unit(*(made("America/New_York", seed=s) for s in range(5))), *AMERICAN)
    said = finding(found)
    assert said.finder == "audience"
    assert said.clues == ()
    assert "or lives there" in said.statement
    assert any("lives" in limit or "living" in limit for limit in said.limits)
    assert said.details["verdict"] == "audience"
    assert said.details["hours_stand"] is False
    assert not _floats(said.details)


def _floats(value: object) -> bool:
    if isinstance(value, dict):
        return any(_floats(part) for part in value.values())
    if isinstance(value, list | tuple):
        return any(_floats(part) for part in value)
    return isinstance(value, float | np.generic)
