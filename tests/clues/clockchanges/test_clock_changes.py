"""Clock changes: families of rules, both estimators, the answer and its finding."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.clues.activity import Activity
from forensics.clues.clockchanges import kernel
from forensics.clues.clockchanges.answer import (
    BOTH_MDB,
    LEAST_POWER_MDB,
    MOST_POWER_MDB,
    ONE_ESTIMATOR_MDB,
    answer,
    weights_mdb,
)
from forensics.clues.clockchanges.contrast import (
    Contrast,
    chance,
    contrast,
    crew_days,
    day_values,
)
from forensics.clues.clockchanges.finding import finding
from forensics.clues.clockchanges.rules import families
from forensics.clues.quarters import DAY, thin
from forensics.model import ZoneLikelihood
from forensics.reference.zones import candidate_zones, local_quarters

FIRST = 16_436
"""2015-01-01, days from 1970."""
YEARS = 3


def day_number(text: str) -> int:
    return int(np.datetime64(text).astype(int))


def made(
    zone: str, *, seed: int, n: int = 900, first: int = FIRST, years: float = YEARS
) -> np.ndarray:
    """Quarter-hours of somebody who works about 09 to 18 in a zone, with a lunch and an evening."""
    rng = np.random.default_rng(seed)
    hours = np.concatenate(
        [rng.normal(10.5, 1.0, n), rng.normal(15.0, 1.3, n), rng.normal(21, 0.8, n)]
    )
    hours = rng.choice(hours, n, replace=False)
    day = rng.integers(first, first + int(365 * years), n)
    wanted = np.unique((day * 24 + hours) * 4).astype(np.int64)
    utc = wanted.copy()
    for _ in range(3):
        utc += wanted - local_quarters(zone, utc)
    return thin(np.sort(utc))


def unit(*quarters: np.ndarray, basis: str = "platform_utc", coarse: bool = False) -> Activity:
    q, n = np.unique(np.concatenate([*quarters, np.array([], dtype=np.int64)]), return_counts=True)
    np.ones(60, dtype=np.int64)
    return Activity(
        unit="A",
        accounts=tuple(f"a{i}" for i in range(len(quarters))),
        hours=tuple(quarters),
        q=q.astype(np.int64),
        n=n.astype(np.int64),
        clocks={(basis, coarse): int(n.sum())},
        rows=(),
    )


# rules


def test_every_zone_stands_in_exactly_one_family() -> None:
    found = families(np.arange(FIRST, FIRST + 1000))
    zones = sorted(zone for one in found.members for zone in one.zones)
    assert zones == sorted(candidate_zones())


@pytest.mark.parametrize(
    ("first", "other", "same"),
    [
        ("Europe/Berlin", "Europe/London", True),
        ("America/New_York", "America/Los_Angeles", True),
        ("Europe/Berlin", "America/New_York", False),
        ("Asia/Shanghai", "Africa/Lagos", True),
        ("Asia/Tehran", "Asia/Shanghai", False),
        ("Europe/Istanbul", "Europe/Berlin", False),
        ("Asia/Pyongyang", "Asia/Seoul", False),
        ("America/Caracas", "America/La_Paz", False),
    ],
)
def test_families_by_dates_of_change(first: str, other: str, same: bool) -> None:
    found = families(np.arange(day_number("2015-03-01"), day_number("2017-12-31")))
    home = next(one for one in found.members if first in one.zones)
    assert (other in home.zones) is same


@pytest.mark.parametrize(
    ("zone", "kind"),
    [
        ("Europe/Berlin", "north"),
        ("America/Chicago", "north"),
        ("Asia/Jerusalem", "north"),
        ("Pacific/Auckland", "south"),
        ("Australia/Sydney", "south"),
        ("America/Sao_Paulo", "south"),
        ("Asia/Kolkata", "none"),
        ("Europe/Istanbul", "dated"),
        ("Asia/Pyongyang", "dated"),
        ("America/Caracas", "dated"),
    ],
)
def test_kinds_of_rules(zone: str, kind: str) -> None:
    found = families(np.arange(day_number("2014-06-01"), day_number("2018-12-31")))
    assert next(one for one in found.members if zone in one.zones).kind == kind


def test_a_zone_that_skipped_a_day_did_not_move_its_clock() -> None:
    found = families(np.arange(day_number("2011-12-01"), day_number("2012-02-01")))
    apia = next(one for one in found.members if "Pacific/Apia" in one.zones)
    assert all(jump for _, jump in apia.changes)
    assert all(abs(jump) < 720 for _, jump in apia.changes)


def test_only_days_with_data_part_families() -> None:
    """Without the weeks between the two dates of change, EU and US are one family."""
    days = np.concatenate(
        [
            np.arange(day_number("2016-01-10"), day_number("2016-03-10")),
            np.arange(day_number("2016-04-01"), day_number("2016-10-25")),
        ]
    )
    found = families(days)
    assert next(one for one in found.members if "Europe/Berlin" in one.zones) == next(
        one for one in found.members if "America/New_York" in one.zones
    )


# estimators


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Tokyo"]
)
def test_the_kernel_prefers_the_rule_that_was_kept(zone: str) -> None:
    q = made(zone, seed=1)
    rules = families(np.unique(q // DAY))
    scores = kernel.log_scores(q, rules.shifts_at(q // DAY))
    ranked = [rules.members[i] for i in np.argsort(-scores)[:3]]
    assert any(zone in one.zones for one in ranked)


@settings(max_examples=20)
@given(st.integers(min_value=-40, max_value=40))
def test_scores_do_not_depend_on_the_offset(hours: int) -> None:
    """Moving all posts by whole hours keeps both estimators, up to edges of days."""
    q = made("Europe/Berlin", seed=2, n=300)
    rules = families(np.unique(q // DAY))
    shifts = rules.shifts_at(q // DAY)[:3]
    plain = kernel.log_scores(q, shifts)
    turned = q // DAY * DAY + (q + 4 * hours) % DAY
    again = kernel.log_scores(turned, shifts)
    assert np.allclose(plain, again, atol=1e-6)


def test_the_contrast_sees_the_jump_and_its_direction() -> None:
    q = made("Europe/Berlin", seed=3, n=3000)
    series = day_values(q)
    rules = families(series.days)
    berlin = next(one for one in rules.members if "Europe/Berlin" in one.zones)
    seen = contrast(series, berlin.changes)
    assert seen is not None
    assert 0.5 < seen.follows < 1.5
    assert seen.gain > 0
    assert chance(series, berlin.changes, seen).p <= 0.1
    fixed = made("Africa/Lagos", seed=3, n=3000)
    none = contrast(day_values(fixed), berlin.changes)
    assert none is not None
    assert abs(none.follows) < 2 * none.error
    assert none.gain < 0


def test_too_few_days_give_no_contrast() -> None:
    q = made("Europe/Berlin", seed=4, n=12)
    series = day_values(q)
    assert contrast(series, ((FIRST + 100, 60),)) is None
    assert contrast(series, ()) is None


def test_a_jump_far_beyond_the_clock_counts_as_twice_the_clock_at_most() -> None:
    full, far = (Contrast(follows, 0.5, 80, ((1.0, 1.0),)) for follows in (2.0, 6.0))
    assert far.gain == full.gain
    assert Contrast(1.0, 0.5, 80, ((1.0, 1.0),)).gain == pytest.approx(2.0)


def test_a_flat_day_shows_no_shift() -> None:
    rng = np.random.default_rng(5)
    q = thin(np.unique(rng.integers(FIRST * DAY, (FIRST + 900) * DAY, 4000)))
    series = day_values(q)
    assert series.information < 0.01


def test_a_day_of_a_crew_is_one_day() -> None:
    one = day_values(made("Europe/Berlin", seed=6, n=400))
    twice = crew_days([one, one])
    assert np.array_equal(twice.days, one.days)
    assert np.allclose(twice.late_h, one.late_h)


# answer


@pytest.mark.parametrize(
    ("zone", "kind"),
    [("America/New_York", "north"), ("Australia/Sydney", "south"), ("Asia/Shanghai", "none")],
)
def test_the_kind_of_rule_is_named(zone: str, kind: str) -> None:
    found = answer(unit(made(zone, seed=7, n=1500)))
    assert found.power_mdb >= LEAST_POWER_MDB
    assert found.status == "found"
    assert found.kind == kind


def test_a_crew_is_pooled_and_parts_eu_from_us() -> None:
    found = answer(unit(*(made("America/Chicago", seed=s, n=700) for s in range(10, 16))))
    assert found.status == "found"
    assert found.scores is not None
    assert "America/New_York" in found.scores.rules.members[found.best].zones
    assert found.members == 6
    assert found.power_mdb == MOST_POWER_MDB
    assert "20.0 dB or more" in finding(found).statement


def test_a_copied_account_changes_nothing() -> None:
    q = made("America/New_York", seed=8, n=1200)
    one, two = answer(unit(q)), answer(unit(q, q.copy()))
    assert one.power_mdb == two.power_mdb
    assert np.allclose(one.posterior, two.posterior)


def test_members_that_jump_apart_are_split_first() -> None:
    """Half of the crew keeps a northern clock, half of it goes two hours the other way."""
    north = [made("Europe/Berlin", seed=s, n=1800) for s in range(3)]
    against = []
    for s in range(20, 23):
        q = made("Africa/Lagos", seed=s, n=1800)
        ahead = (local_quarters("Europe/Berlin", q) - q) // 4
        against.append(thin(np.sort(q + (ahead - 1) * 12)))
    found = answer(unit(*north, *against))
    assert found.status == "insufficient"
    assert "do not jump alike" in found.reasons[0]


@pytest.mark.parametrize(
    "activity",
    [
        unit(),
        unit(made("Europe/Berlin", seed=9, n=30)),
        unit(made("Europe/Berlin", seed=9, n=200, years=0.06)),
        unit(made("Europe/Berlin", seed=9, n=64)),
        unit(made("Europe/Berlin", seed=9, n=900), basis="inferred"),
        unit(made("Europe/Berlin", seed=9, n=900), coarse=True),
        unit(np.arange(FIRST * DAY, (FIRST + 60) * DAY, 4)),
    ],
)
def test_what_cannot_tell_says_so_and_gives_no_clue(activity: Activity) -> None:
    found = answer(activity)
    said = finding(found)
    assert found.status == "insufficient"
    assert said.clues == ()
    assert found.reasons
    assert found.reasons[0] in said.statement


def test_low_power_names_what_would_be_needed() -> None:
    found = answer(unit(made("Europe/Berlin", seed=9, n=64)))
    assert 0 < found.power_mdb < LEAST_POWER_MDB
    assert "active days like these" in found.reasons[0]


def test_weights_are_limited_unless_both_estimators_agree() -> None:
    found = answer(unit(made("America/New_York", seed=7, n=1500)))
    assert found.scores is not None
    weights = weights_mdb(found)
    assert weights.max() <= 0
    assert weights.min() >= -BOTH_MDB
    alone = found.scores.gains - found.scores.gains[found.best]
    for value, gap in zip(weights, alone, strict=True):
        if gap > -0.2:
            assert value >= -ONE_ESTIMATOR_MDB


# finding


def test_the_finding_carries_zones_caveat_and_no_floats() -> None:
    found = answer(unit(made("America/New_York", seed=7, n=1500)))
    said = finding(found)
    assert said.finder == "clock_changes"
    assert any("audience" in limit for limit in said.limits)
    assert said.statement.startswith("Expected weight")
    (clue,) = said.clues
    assert clue.group == ("clock:A",)
    assert clue.planted_chance_ppm == 100_000
    assert isinstance(clue.likelihood, ZoneLikelihood)
    weights = clue.likelihood.mdb
    assert set(weights) == set(candidate_zones())
    assert weights["America/New_York"] > weights["Asia/Shanghai"]
    assert sum(said.details["kind_ppm"].values()) == pytest.approx(1_000_000, abs=4)
    assert not _floats(said.details)
    (observation,) = said.observations
    low, high = observation.interval or (0, 0)
    assert low <= observation.value <= high


def _floats(value: object) -> bool:
    if isinstance(value, dict):
        return any(_floats(part) for part in value.values())
    if isinstance(value, list | tuple):
        return any(_floats(part) for part in value)
    return isinstance(value, float | np.generic)


def test_the_same_posts_give_the_same_answer() -> None:
    q = made("America/New_York", seed=11)
    assert finding(answer(unit(q))) == finding(answer(unit(q.copy())))
