"""Rotas of invented workers are found, and people without one have none."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pytest

from forensics.clues.rota import cycle
from forensics.clues.rota.actions import overtime_of
from forensics.clues.rota.actogram import actogram
from forensics.clues.rota.answer import answer
from forensics.clues.rota.finding import cycle_text, details_of, finding
from forensics.clues.rota.series import by_day

ZONE = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("pattern", "period", "days"),
    [
        ("DD--", 4, "1100"),
        ("DN--", 4, None),
        ("DDNN----", 8, None),
        ("MMAAnn--", 8, None),
        ("MMMMM--AAAAA--nnnnn--", 21, None),
        ("WWWW--", 6, "111100"),
        ("DDD---", 6, "111000"),
    ],
)
def test_rotas_are_found(
    pattern: str, period: int, days: str | None, activity: Callable, rota: Callable
) -> None:
    for seed in range(3):
        found = answer(activity(rota(seed, pattern, start=seed)), ZONE, draws=50)
        assert found.status == "found"
        assert found.cycle is not None
        assert found.cycle.real
        assert found.cycle.period == period
        assert days in {None, found.cycle.pattern}


def test_a_week_is_a_week_and_no_other_cycle(activity: Callable, rota: Callable) -> None:
    for seed in range(4):
        found = answer(activity(rota(seed, "WWWWW--", start=1)), ZONE, draws=50)
        assert found.status == "found"
        assert found.week is not None
        assert found.week.rest == (5, 6)
        assert found.week.p <= 0.01
        assert found.cycle is not None
        assert not found.cycle.real
        assert found.weekend is not None
        assert found.weekend.high < 0.5
        assert "no_weekend" not in found.signs


def test_bursts_are_no_rota(activity: Callable) -> None:
    """Days of work that come in runs have high autocorrelation, but no phase."""
    called = []
    for seed in range(12):
        rng = np.random.default_rng([5, seed])
        busy, times = False, []
        for number in range(300):
            busy = busy if rng.random() < 0.75 else not busy
            if busy:
                times.append(((17_897 + number) * 24 + rng.normal(15, 3, 4)) * 3600)
        found = answer(activity(np.concatenate(times)), ZONE, draws=20)
        called.append(found.cycle is not None and found.cycle.real)
    assert not any(called)


def test_too_little_is_insufficient_and_says_why(activity: Callable, rota: Callable) -> None:
    assert answer(activity(np.empty(0)), ZONE).status == "insufficient"
    short = answer(activity(rota(1, "DD--", days=30)), ZONE, draws=20)
    assert short.status == "insufficient"
    assert "42 are needed" in short.reasons[0]
    sparse = answer(activity(rota(1, "D-----------------", days=400)), ZONE, draws=20)
    assert sparse.status != "found" or sparse.cycle is not None
    told = finding(short)
    assert told.status == "insufficient"
    assert told.statement.startswith("Too little")


def test_leave_and_gaps_of_the_collection_are_no_days_off(
    activity: Callable, rota: Callable
) -> None:
    times = rota(2, "DD--")
    day = (times + 28_800) // 86_400 - 17_897
    days, _ = by_day(activity(times[(day < 60) | (day >= 90)]), ZONE)
    assert days.covered[:58].all()
    assert not days.covered[64:88].any()
    found = answer(activity(times[(day < 60) | (day >= 90)]), ZONE, draws=20)
    assert found.cycle is not None
    assert found.cycle.period == 4


@pytest.mark.parametrize("moved", [1, 3, 7])
def test_moving_all_posts_by_days_keeps_the_rota(
    moved: int, activity: Callable, rota: Callable
) -> None:
    times = rota(3, "WWWW--")
    here = answer(activity(times), ZONE, draws=20).cycle
    there = answer(activity(times + 86_400 * moved), ZONE, draws=20).cycle
    assert here is not None
    assert there is not None
    assert (here.period, here.pattern) == (there.period, there.pattern)


def test_first_and_last_action_and_lateness(activity: Callable, rota: Callable) -> None:
    times = rota(4, "W", a_day=14)
    found = answer(activity(times), ZONE, draws=200)
    assert found.actions is not None
    one = found.actions
    assert abs(one.first.value - 9.25 * 60) <= 30
    assert abs(one.last.value - 17.4 * 60) <= 40
    assert abs(one.usual_first - 9 * 60) <= 30
    assert list(one.late) == sorted(one.late, reverse=True)
    assert found.stretches is not None
    assert 7 <= found.stretches.hours[1] <= 9.5


def test_signs_of_people_who_never_stop(activity: Callable) -> None:
    rng = np.random.default_rng(6)
    found = answer(activity(rng.uniform(17_897, 17_997, 3000) * 86_400), ZONE, draws=50)
    assert found.signs == ("no_trough", "no_weekend")
    assert found.status == "nothing_found"
    assert "No rota" in finding(found).statement


def test_overtime_before_stated_dates(activity: Callable, rota: Callable) -> None:
    times = rota(5, "W", days=500)
    dates = [17_897 + number for number in (80, 153, 226, 299, 372, 445)]
    day = (times + 28_800) // 86_400
    extra = np.concatenate([times[(day >= date - 3) & (day < date)] + 1800 for date in dates])
    more = np.concatenate((extra, extra + 1900, extra + 3800))
    days, _ = by_day(activity(np.concatenate((times, more))), ZONE)
    found = overtime_of(days, dates)
    assert found is not None
    assert found.ratio > 1.3
    assert found.p <= 0.05
    quiet, _ = by_day(activity(times), ZONE)
    nothing = overtime_of(quiet, dates)
    assert nothing is not None
    assert nothing.p > 0.05
    assert overtime_of(days, dates[:2]) is None


def test_numbers_are_whole_and_equal_each_time(activity: Callable, rota: Callable) -> None:
    unit = activity(rota(7, "DD--"))
    first, second = (json.dumps(details_of(answer(unit, ZONE, draws=50))) for _ in range(2))
    assert first == second

    def whole(text: str) -> None:
        raise AssertionError(text)

    json.loads(first, parse_float=whole)
    found = answer(unit, ZONE, draws=50)
    assert found.cycle is not None
    assert cycle_text(found.cycle) == "4 days: 2 on, 2 off"
    told = finding(found)
    assert told.clues == ()
    assert told.observations[0].id == "rota:u:period"
    assert told.observations[0].value == 4


def test_placebos_keep_what_they_must_keep(activity: Callable, rota: Callable) -> None:
    days, _ = by_day(activity(rota(8, "DD--")), ZONE)
    rng = np.random.default_rng(1)
    moved = cycle._permuted(days, rng)
    assert sorted(moved.tolist()) == list(range(len(days.on)))
    assert np.array_equal(days.weekday[moved], days.weekday)
    turned = cycle._turned(len(days.on), rng)
    assert sorted(turned.tolist()) == list(range(len(days.on)))
    assert np.array_equal(turned // 14, np.arange(len(days.on)) // 14)


def test_actogram_holds_every_post(activity: Callable, rota: Callable) -> None:
    times = rota(9, "DD--", days=60)
    drawn = actogram(activity(times), ZONE)
    assert drawn.posts == len(times)
    assert drawn.days_per_row == 1
    assert len(drawn.rows) <= 60
    assert {len(row) for row in drawn.rows} == {96}
    assert drawn.first_date == "2019-01-01"
    cells = {
        (row, bin_)
        for row, text in enumerate(drawn.rows)
        for bin_, d in enumerate(text)
        if d != "0"
    }
    local = (times + 28_800) // 900
    assert cells == {(int(c // 96 - 17_897), int(c % 96)) for c in local}
    assert drawn.as_json()["rows"] == list(drawn.rows)


def test_long_spans_are_drawn_with_full_weeks(activity: Callable, rota: Callable) -> None:
    drawn = actogram(activity(rota(10, "DD--", days=900)), ZONE, most_rows=100)
    assert len(drawn.rows) <= 100
    assert drawn.days_per_row == 14
    assert (drawn.first_day + 3) % 7 == 0
    assert actogram(activity(np.empty(0)), ZONE).rows == ()


@pytest.mark.slow
@pytest.mark.shared
def test_committers_have_no_rota(shared_data: Path, activity: Callable) -> None:
    """People of a labelled set who write programs: at most 5 % get a cycle."""
    file = shared_data / "commits_dev.parquet"
    with duckdb.connect() as con:
        rows = con.execute(
            "SELECT account, list(epoch_seconds) FROM read_parquet(?) GROUP BY 1 ORDER BY 1",
            [str(file)],
        ).fetchall()
    with (shared_data / "commits_dev_accounts.csv").open(encoding="utf-8") as lines:
        offset = {row["account"]: int(row["modal_offset"]) for row in csv.DictReader(lines)}
    called = []
    for account, times in rows[::4]:
        local = np.array(times) + 60 * offset[account]
        found = answer(activity(local), "UTC", draws=20)
        if found.cycle is not None:
            called.append(found.cycle.real)
    assert len(called) > 80
    assert np.mean(called) <= 0.05
