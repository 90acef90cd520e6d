"""Crews: found where they were made, and not where nobody made any."""

from __future__ import annotations

import json

import numpy as np
import pytest

from forensics.evaluate.synthetic.crews import crew_unit, rota_unit
from forensics.evaluate.synthetic.people import office_unit
from forensics.evaluate.synthetic.unit import SyntheticUnit
from forensics.links.counts import Group, group_of
from forensics.links.crews import pairs
from forensics.links.crews.answer import CrewsAnswer, answer
from forensics.links.crews.features import days_of, expectation, strata
from forensics.links.crews.finding import Links, finding
from forensics.links.crews.nulls import permuted
from forensics.links.crews.wide import wide_crews
from forensics.links.handover import hand_overs, watches

ZONE = "Europe/Moscow"
YEAR = (17_000, 17_364)


def made(unit: SyntheticUnit) -> Group:
    return group_of("u", [a.t_s for a in unit.accounts], [a.name for a in unit.accounts])


def crews(seed: int, number: int, size: int, posts: int = 300) -> SyntheticUnit:
    rng = np.random.default_rng(seed)
    return crew_unit(rng, crews=number, per_crew=size, posts=posts, zone=ZONE, window=YEAR)


def as_sets(told: CrewsAnswer) -> set[frozenset[int]]:
    return {frozenset(one.members) for one in told.crews}


def blocks(number: int, size: int) -> set[frozenset[int]]:
    return {frozenset(range(i * size, (i + 1) * size)) for i in range(number)}


@pytest.mark.parametrize(("number", "size"), [(4, 15), (2, 12)])
def test_crews_are_found_account_by_account(number: int, size: int) -> None:
    told = answer(made(crews(1, number, size)))
    assert as_sets(told) == blocks(number, size)
    assert all(one.p <= 0.025 and one.stability > 0.8 for one in told.crews)
    assert all(one.days_off_total >= 5 for one in told.crews)


@pytest.mark.parametrize("seed", range(3))
def test_one_crew_is_not_split(seed: int) -> None:
    told = answer(made(crews(seed, 1, 60)))
    assert told.status == "nothing_found"
    assert told.best_p > 0.025


def test_an_office_without_crews_has_none() -> None:
    rng = np.random.default_rng(2)
    unit = office_unit(rng, zone=ZONE, window=YEAR, accounts=60, posts=200, edge_sd_min=20.0)
    assert answer(made(unit)).status == "nothing_found"


def test_shared_days_off_are_days_the_crew_was_off() -> None:
    """A day off is told only if members did next to nothing while others worked."""
    group = made(crews(4, 3, 12))
    told = answer(group)
    days = days_of(group)
    assert days is not None
    for one in told.crews:
        rows = np.isin(days.members, one.members)
        for off in one.days_off:
            column = off.day - days.first_day
            assert days.active[rows, column].sum() <= 0.25 * off.expected
            assert days.active[~rows, column].sum() > 0


def test_names_and_their_order_do_not_matter() -> None:
    unit = crews(5, 2, 10)
    times = [a.t_s for a in unit.accounts]
    order = np.random.default_rng(0).permutation(len(times))
    mixed = answer(group_of("u", [times[i] for i in order], [f"n{i}" for i in order]))
    found = {frozenset(int(order[i]) for i in one.members) for one in mixed.crews}
    assert found == blocks(2, 10)


def test_too_little_is_said_and_not_guessed() -> None:
    few = answer(made(crews(6, 2, 2, posts=10)))
    assert few.status == "insufficient"
    weak = answer(made(crews(6, 2, 3, posts=40)))
    assert weak.status == "insufficient"
    assert answer(group_of("u", [], [])).status == "insufficient"


def test_expectation_keeps_both_margins_of_every_month_and_weekday() -> None:
    rng = np.random.default_rng(0)
    active = rng.poisson(1.0, (20, 90)).astype(np.float32)
    stratum = strata(np.arange(17_000, 17_090))
    expected = expectation(active, stratum)
    np.testing.assert_allclose(expected.sum(axis=0), active.sum(axis=0), rtol=1e-4)
    for one in np.unique(stratum):
        where = stratum == one
        np.testing.assert_allclose(
            expected[:, where].sum(axis=1), active[:, where].sum(axis=1), rtol=1e-4
        )


def test_nulls_move_days_only_where_they_may() -> None:
    dates = np.arange(17_000, 17_100)
    stratum = strata(dates)
    table = np.tile(dates.astype(np.float32), (5, 1))
    rng = np.random.default_rng(0)
    days = permuted(table, stratum, 17_000, "days", rng).astype(np.int64) - 17_000
    assert (stratum[days] == stratum).all()
    assert not (days == np.arange(100)).all()
    weeks = permuted(table, stratum, 17_000, "weeks", rng).astype(np.int64)
    assert ((weeks - dates) % 7 == 0).all(), "weekdays stay"
    assert (np.sort(weeks, axis=1) == dates).all()
    assert not (weeks == dates).all()


def test_hashing_finds_crews_among_many() -> None:
    """The path for very many accounts gives the same crews, and none where there are none."""
    rng = np.random.default_rng(8)
    planted = crew_unit(rng, crews=3, per_crew=10, posts=1500, zone=ZONE, window=YEAR)
    lone = office_unit(rng, zone=ZONE, window=YEAR, accounts=500, posts=100)
    times = [a.t_s for a in (*planted.accounts, *lone.accounts)]
    days = days_of(group_of("u", times, [str(i) for i in range(len(times))]))
    assert days is not None
    wide = wide_crews(days, np.random.default_rng(0))
    found = wide.labels[:30].reshape(3, 10)
    assert all(len(set(row.tolist()) - {-1}) == 1 for row in found), "no crew is cut or mixed"
    assert (found >= 0).mean() > 0.8
    assert (wide.labels[30:] >= 0).sum() <= 2


def test_neighbours_are_bounded_and_the_nearest_come_first() -> None:
    rng = np.random.default_rng(0)
    table = rng.standard_normal((600, 80)).astype(np.float32)
    table[1] = table[0] + 0.1 * table[1]
    near, best = pairs.neighbours(table, rng, keep=5)
    assert near.shape == (600, 5)
    assert near[0, 0] == 1
    assert near[1, 0] == 0
    assert (np.diff(best, axis=1) <= 0).all()
    assert all(len(set(row[row >= 0].tolist())) == (row >= 0).sum() for row in near)


def test_a_rota_has_watches_and_hand_overs() -> None:
    rng = np.random.default_rng(1)
    unit = rota_unit(
        rng, kind="two_by_twelve", zone=ZONE, window=(17_000, 17_120), per_crew=6, quota=4.0
    )
    group = made(unit)
    told, days = answer(group), days_of(group)
    assert days is not None
    assert [len(one.members) for one in told.crews] == [12, 12]
    parts = watches(group, days, [one.members for one in told.crews])
    assert {frozenset(one.members) for one in parts} == blocks(4, 6)
    found = hand_overs(group, days, parts, rng)
    assert {one.hour for one in found} == {17}, "20:00 in Moscow"
    for one in found:
        assert parts[one.before].crew == parts[one.after].crew


def test_the_finding_holds_no_clue_no_float_and_the_same_bytes() -> None:
    group = made(crews(1, 3, 10))
    first, second = (finding(Links(answer(group), (), (), None, {})) for _ in range(2))
    assert first == second
    assert first.status == "found"
    assert not first.clues
    assert "3 crews share" in first.statement
    text = json.dumps(first.details)
    assert json.loads(text, parse_float=lambda one: pytest.fail(f"a float: {one}"))
    assert [one["size"] for one in json.loads(text)["crews"]] == [10, 10, 10]
