"""Turn-taking: one chair is found, shared days and shared moments are not taken for it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forensics.evaluate.synthetic.crews import crew_unit, turn_taking
from forensics.evaluate.synthetic.unit import SyntheticAccount
from forensics.links.crews.features import strata
from forensics.links.turns import sweep
from forensics.links.turns.answer import TurnsAnswer, answer
from forensics.links.turns.exclusion import exclusion, reliefs

ZONE = "Europe/Moscow"
YEAR = (17_000, 17_364)
IntArray = NDArray[np.int64]


def asked(accounts: list[SyntheticAccount]) -> TurnsAnswer:
    minutes = [np.unique(one.t_s // 60) for one in accounts]
    owner = np.repeat(np.arange(len(minutes), dtype=np.int32), [len(one) for one in minutes])
    flat = np.concatenate(minutes)
    order = np.lexsort((owner, flat))
    return answer(owner[order], flat[order], len(accounts), 0)


def test_pairs_of_one_chair_are_found_among_others() -> None:
    rng = np.random.default_rng(1)
    unit = turn_taking(rng, pairs=8, others=120, posts=200, zone=ZONE, window=YEAR)
    told = asked(list(unit.accounts))
    found = {(one.a, one.b) for one in told.pairs}
    true = {(2 * i, 2 * i + 1) for i in range(8)}
    assert found <= true
    assert len(found) >= 6
    assert all(one.test.overlaps < 0.34 * one.test.overlaps_expected for one in told.pairs)


def test_a_chair_used_every_day_is_found_too() -> None:
    """Shared days tell nothing where every day is worked; order within the day does."""
    rng = np.random.default_rng(3)
    unit = turn_taking(rng, pairs=6, others=90, posts=600, zone=ZONE, window=(17_000, 17_030))
    found = {(one.a, one.b) for one in asked(list(unit.accounts)).pairs}
    assert found <= {(2 * i, 2 * i + 1) for i in range(6)}
    assert len(found) >= 5


def test_crew_mates_share_days_and_are_no_pairs() -> None:
    rng = np.random.default_rng(2)
    unit = crew_unit(rng, crews=6, per_crew=10, posts=300, zone=ZONE, window=YEAR)
    assert asked(list(unit.accounts)).pairs == ()


def test_sessions_end_after_twenty_minutes_of_silence() -> None:
    owner = np.zeros(5, dtype=np.int32)
    minute = np.array([0, 20, 41, 42, 100])
    (starts, _), (ends, _) = sweep.sessions(owner, minute)
    assert starts.tolist() == [0, 41, 100]
    assert ends.tolist() == [20, 42, 100]


def test_reliefs_need_silence_before_and_after() -> None:
    a = np.array([0, 10, 100])
    b = np.array([15, 25, 60])
    end, start = reliefs(a, b)
    assert list(zip(end.tolist(), start.tolist(), strict=True)) == [(10, 15)]
    assert len(reliefs(a, np.array([11]))[0]) == 0, "within two minutes is at once"
    assert len(reliefs(a, np.array([5, 15]))[0]) == 0, "it was there before"


def test_moments_of_everybody_are_skipped() -> None:
    """A thousand accounts beginning after one ends make no pairs."""
    owner = np.arange(1001, dtype=np.int32)
    minute = np.concatenate([[0], np.full(1000, 5)])
    found, skipped = sweep.turns_by_pair(owner, minute, 1001)
    assert skipped == 1
    assert found.pairs == 0


def test_days_move_within_their_weekday_and_month() -> None:
    rng = np.random.default_rng(0)
    minute = np.sort(rng.integers(17_000 * 1440, 17_090 * 1440, 500))
    owner = rng.integers(0, 4, 500).astype(np.int32)
    day = minute // 1440 - 17_000
    stratum = strata(np.arange(17_000, 17_090))
    new_owner, new_minute = sweep.shuffled_days(owner, minute, day, (4, stratum), rng)
    for account in range(4):
        old, new = minute[owner == account], new_minute[new_owner == account]
        assert sorted((old % 1440).tolist()) == sorted((new % 1440).tolist())
        kept = [sorted(stratum[one // 1440 - 17_000].tolist()) for one in (old, new)]
        assert kept[0] == kept[1]
    assert (np.diff(new_minute) >= 0).all()


def test_two_people_of_the_same_days_are_not_exclusive() -> None:
    rng = np.random.default_rng(4)
    days = np.arange(17_000, 17_030) * 1440
    a, b = (
        np.unique(np.concatenate([day + rng.integers(540, 1080, 30) for day in days]))
        for _ in range(2)
    )
    test = exclusion(a, b, 0, 99, rng)
    assert test.overlaps > 0.6 * test.overlaps_expected
    assert test.shared_days == 30


def test_nobody_and_too_few_posts_give_no_pairs() -> None:
    none = answer(np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int64), 3, 0)
    assert none.pairs == ()
    assert not none.precise
