"""Which share a machine placed: slots, minutes, seconds, intervals, clients, rest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.clues.activity import activities
from forensics.clues.automation import clients, intervals, minutes, rest, slots
from forensics.clues.automation import together as together_module
from forensics.clues.automation.answer import answer, answers, typed_activity, typed_hours
from forensics.clues.automation.finding import JITTER, PARTIAL, ROTA, finding, kind
from forensics.clues.automation.shares import Machine, look
from forensics.clues.automation.together import together
from forensics.clues.moments import Moments, made

DAY = 86_400
START = 1_599_955_200  # 2020-09-13 00:00:00 UTC


def typed(rng: np.random.Generator, n: int, days: int = 300) -> np.ndarray:
    """A person's seconds: evenings, with threads."""
    at = START + rng.integers(0, days, n) * DAY + (rng.normal(17, 3, n) % 24 * 3600).astype(int)
    thread = rng.random(n) < 0.3
    at[thread] = at[rng.integers(0, n, int(thread.sum()))] + rng.integers(
        30, 900, int(thread.sum())
    )
    return at


def slotted(
    rng: np.random.Generator, n: int, jitter_min: int = 0, at: tuple[int, ...] = (425, 760, 1115)
) -> np.ndarray:
    """Daily slots on the first days, with a random delay either way."""
    cells = rng.choice(len(at) * round(1.3 * n / len(at)), n, replace=False)
    minute = cells // len(at) * 1440 + np.array(at)[cells % len(at)]
    return START + minute * 60 + rng.integers(-60 * jitter_min, 60 * jitter_min + 1, n)


def account(times: np.ndarray, **columns: object) -> Machine:
    return look("a", made("a", times, **columns))  # type: ignore[arg-type]


@pytest.mark.parametrize("jitter_min", [0, 1, 5])
def test_the_share_of_half_scheduled_accounts(jitter_min: int) -> None:
    for seed in range(8):
        rng = np.random.default_rng([seed, jitter_min])
        found = account(np.concatenate([typed(rng, 150), slotted(rng, 150, jitter_min)]))
        assert found.flagged
        assert abs(found.share - 0.5) < 0.1
        assert found.low <= 0.5 <= found.high
        assert kind(found) in {"mixed", "scheduled"}


def test_a_delay_of_twenty_minutes_is_not_called_a_share() -> None:
    shares = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        shares.append(account(np.concatenate([typed(rng, 100), slotted(rng, 100, 20)])).share)
    assert np.mean(shares) < 0.1, "humps of forty minutes are habits to these tests"
    assert "twenty" in JITTER


def test_people_have_no_share() -> None:
    found = [account(typed(np.random.default_rng(seed), 400)) for seed in range(20)]
    assert sum(one.flagged for one in found) <= 1
    assert max(one.share for one in found if not one.flagged) == 0.0


def test_slots_are_found_where_they_are() -> None:
    rng = np.random.default_rng(3)
    found = slots.daily_slots(np.sort(slotted(rng, 200)) // 60)
    assert sorted(minute for minute, _ in found.windows) == [425, 760, 1115]
    assert all(half == 0 for _, half in found.windows)
    assert min(found.days) > 40
    assert found.chance[425] > 0.95
    assert found.chance[430] == 0.0


def test_a_step_at_nine_is_no_slot() -> None:
    rng = np.random.default_rng(4)
    n = 3000
    at = rng.integers(0, 300, n) * 1440 + rng.integers(540, 1020, n)
    assert slots.daily_slots(np.sort(at)).windows == ()


def test_a_slot_across_midnight() -> None:
    rng = np.random.default_rng(5)
    found = slots.daily_slots(np.sort(slotted(rng, 120, 5, at=(0,))) // 60)
    assert len(found.windows) == 1
    minute, half = found.windows[0]
    assert half == 5
    assert min(minute, 1440 - minute) <= 2


def test_exact_intervals_are_found_without_slots() -> None:
    rng = np.random.default_rng(6)
    # 307 minutes wander through the day, so that no slot and no minute of the hour holds them.
    machine = START + 307 * 60 * np.arange(200)
    found = account(np.concatenate([typed(rng, 200, 60), machine]))
    assert any(abs(delay - 307) <= 1 for delay, _ in found.intervals.delays)
    assert abs(found.share - 0.5) < 0.1


def test_bursts_make_no_interval() -> None:
    starts = np.array([0, 300, 811, 1999, 2500]) + np.arange(5) * 10_000
    burst = np.sort((starts[:, None] + np.arange(12)).ravel())
    assert intervals.repeated(burst).delays == ()


def test_minutes_with_a_delay_are_windows_and_typed_posts_stay() -> None:
    counts = np.full(60, 50)
    counts[[58, 59, 0, 1, 2]] += 100
    chance = minutes.excess_bins(counts)
    assert set(np.flatnonzero(chance)) == {58, 59, 0, 1, 2}
    assert chance[0] == pytest.approx(2 / 3, abs=0.02)
    assert not minutes.uneven_outside(counts, chance)


def test_uneven_minutes_that_no_window_explains_are_a_lower_bound() -> None:
    rng = np.random.default_rng(7)
    hours = rng.choice(300 * 24, 3000, replace=False)
    wave = (rng.normal(30, 11, 3000) % 60 * 60).astype(int)
    found = answer(made("a", START + hours * 3600 + wave))
    assert found.partial
    assert found.high == 1.0
    assert PARTIAL in finding(found).limits


def test_seconds_flag_only_where_they_were_recorded() -> None:
    rng = np.random.default_rng(8)
    # The machine waits for a random minute but always fires in the same second.
    at = typed(rng, 300) // 60 * 60 + 7
    found = account(np.concatenate([at, typed(rng, 300)]))
    assert found.seconds is not None
    assert found.seconds.flagged
    assert 7 in found.seconds.minutes
    assert abs(found.share - 0.5) < 0.1
    coarse = look("a", made("a", at // 60 * 60, precision_s=60))
    assert coarse.seconds is None
    assert not coarse.flagged


def test_clients_that_post_from_a_queue() -> None:
    rng = np.random.default_rng(9)
    names = ["Buffer"] * 100 + ["Twitter Web Client"] * 100
    found = account(typed(rng, 200), client=names)
    assert found.clients == (("Buffer", 100),)
    assert found.share == pytest.approx(0.5)
    assert clients.kind_of('<a href="http://ifttt.com">IFTTT</a>') == "feed"
    assert clients.kind_of(" dlvr.it ") == "feed"
    assert clients.kind_of("TweetDeck") is None
    assert all(
        name == name.lower() and "." in source for name, (_, source) in clients.KNOWN.items()
    )


def test_rest() -> None:
    hourly = START + np.arange(24 * 9) * 3600
    found = rest.rest(hourly)
    assert found.no_rest
    assert found.restless_days == 8
    assert found.dead_share_ppm == pytest.approx(208_333, abs=2)
    sleeper = hourly[(hourly // 3600) % 24 >= 6]
    assert not rest.rest(sleeper).no_rest
    assert rest.rest(sleeper).dead_share_ppm == 0
    assert rest.rest(sleeper).dead_from_h in {0, 1}
    assert rest.rest(np.array([], dtype=np.int64)).restless_days == 0
    assert ROTA in finding(answer(made("a", hourly + 60 * (np.arange(216) * 37 % 60)))).limits


def two(make_posts, times: dict[str, np.ndarray]) -> Moments:
    from forensics.clues.moments import moments

    posts = make_posts({name: np.sort(at).tolist() for name, at in times.items()})
    (unit,) = moments(posts, {"both": tuple(times)})
    return unit


def test_shared_seconds_are_counted_against_shuffled_days(make_posts) -> None:
    rng = np.random.default_rng(10)
    first, second = typed(rng, 300), typed(rng, 300)
    apart = together(two(make_posts, {"a": first, "b": second}))
    assert apart is not None
    assert apart.days_p > 0.02
    shared = together(two(make_posts, {"a": first, "b": np.r_[second, first[:60]]}))
    assert shared is not None
    assert shared.pairs >= 60
    assert shared.days_p == shared.near_p == pytest.approx(1 / 40)
    assert shared.days_mean < 10
    assert {name: n for name, n, _ in shared.accounts}["a"] >= 60
    assert together(made("a", first)) is None


def test_shared_seconds_do_not_depend_on_the_size_of_numbers(
    make_posts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond a span of 68 years numbers are twice as wide."""
    rng = np.random.default_rng(12)
    first = typed(rng, 200)
    unit = two(make_posts, {"a": first, "b": np.r_[typed(rng, 200), first[:30]]})
    small = together(unit)
    assert small is not None
    monkeypatch.setattr(together_module, "SMALL", 0)
    monkeypatch.setattr(together_module, "AT_ONCE", 17)
    assert together(unit) == small


def test_times_rounded_to_the_hour_share_no_moments(make_posts) -> None:
    from forensics.clues.moments import moments

    hours = (1_546_300_800 + 3_600 * np.arange(60)).tolist()
    posts = make_posts({"a": hours, "b": hours}, precision_s=3_600)
    (unit,) = moments(posts, {"both": ("a", "b")})
    assert together(unit) is None


def test_typed_hours_leave_the_machine_out(make_posts) -> None:
    rng = np.random.default_rng(11)
    person, machine = typed(rng, 150), slotted(rng, 60)
    posts = make_posts({"a": np.sort(np.r_[person, machine]).tolist()})
    units = {"a": ("a",)}
    (found,) = answers(posts, units)
    left = typed_hours(found.posts, found.machines)
    assert left.posts == 210
    assert abs(left.removed - 60) <= 6
    assert not left.scheduler_stands
    (activity,) = activities(posts, units)
    rest_of = typed_activity(activity, found)
    assert rest_of.n_posts == 210 - left.removed
    slot_quarters = {425 // 15, 760 // 15, 1115 // 15}
    assert sum(int(q) % 96 in slot_quarters for q in rest_of.q) < 40
    assert len(rest_of.hours) == 1


def test_half_gone_and_the_scheduler_stands() -> None:
    rng = np.random.default_rng(12)
    found = answer(made("a", np.r_[typed(rng, 60), slotted(rng, 140)]))
    assert found.scheduler_stands
    assert found.typed.scheduler_stands
    said = finding(found)
    assert said.status == "found"
    assert said.details["scheduler_stands"] is True
    (clue,) = said.clues
    assert {one.id for one in said.observations} == set(clue.observations)
    assert "daily slots" in said.statement


def test_one_flagged_account_of_many_is_no_finding_about_the_unit(make_posts) -> None:
    rng = np.random.default_rng(13)
    times = {f"p{i:02d}": typed(rng, 60) for i in range(60)}
    times["machine"] = slotted(rng, 60, at=(425, 761, 1117, 1298))
    found = answer(two(make_posts, times))
    assert [one.account for one in found.flagged] == ["machine"]
    assert found.status in {"nothing_found", "found"}
    assert found.status == ("found" if found.minutes.flagged else "nothing_found")


@settings(max_examples=8)
@given(st.integers(0, 23), st.integers(0, 400))
def test_whole_hours_and_days_change_no_share(hours: int, days: int) -> None:
    rng = np.random.default_rng(14)
    times = np.concatenate([typed(rng, 60), slotted(rng, 60)])
    moved = account(times + hours * 3600 + days * DAY)
    assert moved.share == pytest.approx(account(times).share, abs=0.03)


def test_no_posts() -> None:
    found = answer(made("a", np.array([], dtype=np.int64)))
    assert found.status == "insufficient"
    assert finding(found).status == "insufficient"
    assert found.typed.posts == 0
