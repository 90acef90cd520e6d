"""Change of hands: dates of sold accounts are found, and none are invented."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.clues.hands import answer as hands
from forensics.clues.hands import effects, scan
from forensics.clues.hands.answer import account_answer, since_last_hand_over, split
from forensics.clues.hands.features import features
from forensics.clues.hands.finding import finding
from forensics.clues.moments import Moments, made

DAY = 86_400
FIRST = 16_436


def person(
    rng: np.random.Generator,
    hour_utc: float,
    first: int,
    days: int,
    n: int,
    *,
    office: bool = False,
) -> np.ndarray:
    """UTC seconds around an hour; an office rests at weekends."""
    every = np.arange(first, first + days)
    weight = np.where((every + 3) % 7 >= 5, 0.1 if office else 1.2, 1.0)
    day = rng.choice(every, n, p=weight / weight.sum())
    hour = rng.normal(hour_utc, 2.5, n) % 24
    return np.sort(day * DAY + (hour * 3600).astype(int))


def mixed(rng: np.random.Generator, n: int, words: tuple[str, str], share: float) -> list[str]:
    return [words[int(x >= share)] for x in rng.random(n)]


def sold(seed: int, gap: int = 0) -> tuple[Moments, int]:
    rng = np.random.default_rng([seed, gap])
    before = person(rng, 23.0, FIRST, 250, 400)
    start = FIRST + 250 + gap
    after = person(rng, 9.5, start, 200, 350, office=True)
    posts = made(
        "sold",
        np.r_[before, after],
        client=mixed(rng, 400, ("phone", "web"), 0.8) + mixed(rng, 350, ("phone", "web"), 0.2),
        language=mixed(rng, 400, ("pt", "en"), 0.9) + mixed(rng, 350, ("pt", "en"), 0.1),
    )
    return posts, int(after[0] // DAY)


@pytest.mark.parametrize("gap", [0, 30, 120])
def test_the_date_of_a_sold_account(gap: int) -> None:
    for seed in range(5):
        posts, truth = sold(seed, gap)
        found = account_answer(posts)
        (change,) = found.hand_overs
        assert abs(change.day - truth) <= 7
        assert change.first_day <= truth <= change.last_day
        assert {"hours", "language"} <= set(change.changed)
        assert change.gap_days >= gap - 3
        if gap:
            assert change.last_day - change.first_day >= gap - 5, "the silence is in the interval"
        assert abs(change.shift_h) > 8
        assert found.looked


def test_stable_accounts_change_no_hands() -> None:
    for seed in range(12):
        rng = np.random.default_rng([seed, 1])
        times = person(rng, 10.0, FIRST, 600, 900, office=True)
        drift = (np.linspace(0, 1.5, len(times)) * 3600).astype(int)
        week = (times // DAY - FIRST) // 7
        share = 0.6 + 0.25 * np.sin(week / 9.0 + seed)
        language = [("en", "ru")[int(x > s)] for x, s in zip(rng.random(900), share, strict=True)]
        found = account_answer(made("a", times + drift, language=language))
        assert found.looked
        assert found.hand_overs == ()


def test_a_new_client_of_the_same_owner_is_only_that() -> None:
    for seed in range(6):
        rng = np.random.default_rng([seed, 2])
        times = person(rng, 10.0, FIRST, 500, 900, office=True)
        client = mixed(rng, 450, ("phone", "web"), 0.9) + mixed(rng, 450, ("tablet", "web"), 0.9)
        found = account_answer(made("a", times, client=client, language=["en"] * 900))
        assert [change.verdict for change in found.changes] == ["client"]
        said = finding("a", [found])
        assert said.status == "nothing_found"
        assert "new client" in said.statement


def test_hours_alone_are_a_schedule() -> None:
    rng = np.random.default_rng(3)
    times = np.r_[person(rng, 8.0, FIRST, 250, 500), person(rng, 18.0, FIRST + 250, 250, 500)]
    found = account_answer(made("a", times))
    assert [change.verdict for change in found.changes] == ["schedule"]
    assert found.hand_overs == ()


def test_too_few_hours_are_insufficient() -> None:
    rng = np.random.default_rng(4)
    found = account_answer(made("a", person(rng, 9.0, FIRST, 90, 60)))
    assert not found.looked
    said = finding("a", [found])
    assert said.status == "insufficient"
    assert "twice 50" in said.statement
    empty = account_answer(made("a", np.array([], dtype=np.int64)))
    assert not empty.looked
    assert finding("a", [empty]).status == "insufficient"


def test_the_finding_names_the_date_and_parts_are_apart() -> None:
    posts, truth = sold(1, 30)
    found = account_answer(posts)
    said = finding("sold", [found])
    assert said.status == "found"
    assert str(np.datetime64(truth, "D")) in said.statement
    assert "days of silence" in said.statement
    assert "previous owner" in said.limits[1]
    assert said.observations[0].interval is not None
    now, before = since_last_hand_over(found)
    assert before is not None
    assert len(now) + len(before) == len(posts)
    assert now.t_s.min() // DAY >= truth - 7
    assert before.unit == "sold (previous owner)"
    assert since_last_hand_over(account_answer(now))[1] is None
    early, late = split(posts, truth)
    assert early.t_s.max() < truth * DAY <= late.t_s.min()


def test_several_accounts_have_their_own_answers(make_posts) -> None:
    rng = np.random.default_rng(5)
    times = {"a": person(rng, 9.0, FIRST, 200, 150), "b": person(rng, 9.0, FIRST, 200, 30)}
    posts = make_posts({name: at.tolist() for name, at in times.items()})
    (unit,) = hands.answers(posts, {"u": ("a", "b")})
    assert [one.looked for one in unit] == [True, False]
    said = finding("u", unit)
    assert said.details["accounts_tested"] == 1
    assert said.status == "nothing_found"


def test_distance_and_shift_of_day_curves() -> None:
    rng = np.random.default_rng(6)
    curve = np.bincount((rng.normal(12, 2, 4000) % 24).astype(int), minlength=24).astype(float)
    for hours in (-11, -3, 0, 2, 5, 12):
        assert effects.day_shift(curve, np.roll(curve, hours)) == hours
    for hours in (-5, -3, 2, 5):
        # Up to half a day less the width of the curve, all of it moves by the shift.
        moved = effects.day_distance(curve, np.roll(curve, hours))
        assert moved == pytest.approx(abs(hours), abs=0.2)
    assert effects.day_distance(curve, curve) == 0.0


@settings(max_examples=25)
@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=2, max_size=2))
def test_the_ratio_is_that_of_a_contingency_table(rows: list[list[int]]) -> None:
    from scipy.stats import chi2_contingency

    table = np.array(rows, dtype=float)
    value = float(scan.log_ratio(table[0], table[1]))
    kept = table[:, table.sum(axis=0) > 0]
    if kept.shape[1] > 1 and (kept.sum(axis=1) > 0).all():
        expected = chi2_contingency(kept, correction=False, lambda_="log-likelihood").statistic
        assert value == pytest.approx(expected, abs=1e-6)
    else:
        assert value == pytest.approx(0.0, abs=1e-9)


def test_threads_count_once() -> None:
    rng = np.random.default_rng(7)
    times = person(rng, 9.0, FIRST, 100, 80)
    one = features(made("a", times, language=["en"] * 40 + ["ru"] * 40))
    thread = features(made("a", np.r_[times, times + 1], language=(["en"] * 40 + ["ru"] * 40) * 2))
    assert one.active.sum() == thread.active.sum()
    assert abs(int(one.tables["language"].sum()) - int(thread.tables["language"].sum())) <= 1


@settings(max_examples=6)
@given(st.integers(-12, 12))
def test_another_zone_gives_the_same_date(hours: int) -> None:
    posts, _ = sold(2)
    moved = made(
        "sold",
        posts.t_s + hours * 3600,
        client=[posts.clients[i] for i in posts.client],
        language=[posts.languages[i] for i in posts.language],
    )
    (first,) = account_answer(posts).hand_overs
    (second,) = account_answer(moved).hand_overs
    assert abs(first.day - second.day) <= 3


def test_posts_known_to_the_day_only_give_empty_tables() -> None:
    by_day = made("a", np.arange(30, dtype=np.int64) * 86_400)
    coarse = dataclasses.replace(by_day, precision_s=np.full(30, 86_400, dtype=np.int32))
    found = features(coarse)
    assert len(found.days) == 0
    assert found.tables["hours"].shape == (0, 12)
