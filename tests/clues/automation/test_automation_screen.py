"""Accounts looked at together get the answers that each gets alone, and that plain loops give."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from forensics.clues.automation import intervals, minutes, screen, slots, together
from forensics.clues.automation.screen import screened, spaced_posts
from forensics.clues.moments import Moments

DAY_S = 86_400


def machine_like(seed: int, accounts: int = 24) -> Moments:
    """Accounts of many kinds: typed, in slots, on the hour, at delays, nearly without posts."""
    rng = np.random.default_rng(seed)
    parts = []
    for one in range(accounts):
        size, days = int(rng.integers(1, 700)), int(rng.integers(3, 200))
        second = rng.integers(0, DAY_S, size)
        slot = rng.choice([540, 0, 1439, 720], size) * 60 + rng.integers(0, 90, size)
        second = np.where((one % 4 == 0) & (rng.random(size) < 0.4), slot % DAY_S, second)
        second = second // 3600 * 3600 + 20 if one % 5 == 1 else second
        t_s = rng.integers(0, days, size) * DAY_S + second
        t_s = np.cumsum(rng.choice([2220, 5400], size)) if one % 7 == 2 else t_s
        parts.append(np.sort(t_s.astype(np.int64)) + 1_500_000_000)
    t_s = np.concatenate(parts)
    owner = np.repeat(np.arange(accounts, dtype=np.int32), [len(one) for one in parts])
    none = np.full(len(t_s), -1, dtype=np.int32)
    precision = np.where(rng.random(len(t_s)) < 0.03, 3600, 1).astype(np.int32)
    names = tuple(f"a{one}" for one in range(accounts))
    return Moments("u", names, owner, t_s, precision, none, none, none, none, np.arange(len(t_s)))


@pytest.fixture(scope="module")
def posts() -> Moments:
    return machine_like(1)


def known(posts: Moments, account: int) -> NDArray[np.int64]:
    mine = (posts.owner == account) & (posts.precision_s <= 60)
    return posts.t_s[mine] // 60


def test_posts_are_spaced_some_accounts_at_a_time(
    posts: Moments, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [spaced_posts(posts, precision).tolist() for precision in (60, 1)]
    monkeypatch.setattr(screen, "POSTS", 500)
    parts = list(screen.some_accounts(posts))
    assert len(parts) > 5
    assert [one.start for one in parts[1:]] == [one.stop for one in parts[:-1]]
    assert (parts[0].start, parts[-1].stop) == (0, len(posts))
    edges = set(screen.edges_of(posts))
    assert all(one.start in edges and one.stop > one.start for one in parts)
    assert [spaced_posts(posts, precision).tolist() for precision in (60, 1)] == whole


def test_no_account_is_screened_out_that_has_slots_or_delays(posts: Moments) -> None:
    told = list(screened(posts, spaced_posts(posts, 60)))
    some = [0, 0]
    for account, seen in enumerate(told):
        at = known(posts, account)
        if seen.least_p is None:
            assert len(minutes.spaced(at)) < minutes.ENOUGH_POSTS
            continue
        alone = slots.daily_slots(at)
        assert seen.no_slots == (not alone.windows)
        assert not seen.no_slots or seen.least_p == alone.least_p
        assert seen.no_delays == (not intervals.repeated(np.unique(at)).delays)
        some[0] += not seen.no_slots
        some[1] += not seen.no_delays
    assert min(some) > 0


def test_spaced_posts_of_all_accounts_are_those_of_each(posts: Moments) -> None:
    kept = spaced_posts(posts, 60)
    for account in range(len(posts.accounts)):
        mine = posts.t_s[(posts.owner == account) & kept] // 60
        assert mine.tolist() == minutes.spaced(known(posts, account)).tolist()


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 90)), max_size=40))
def test_spacing_starts_anew_with_every_account(given_: list[tuple[int, int]]) -> None:
    rows = sorted(given_)
    owner = np.array([one for one, _ in rows], dtype=np.int32)
    at = np.array([minute for _, minute in rows], dtype=np.int64)
    kept = minutes.spaced_mask(owner, at)
    for account in range(3):
        plain = minutes.spaced(at[owner == account]).tolist()
        assert at[kept & (owner == account)].tolist() == plain


def days_by_looking(at: NDArray[np.int64], half: int) -> list[int]:
    """Distinct days with a post in the window of each minute, window by window."""
    day, minute = np.divmod(at, slots.DAY_MIN)
    seen: list[set[int]] = [set() for _ in range(slots.DAY_MIN)]
    for one, where in zip(day.tolist(), minute.tolist(), strict=True):
        for beside in range(-half, half + 1):
            seen[(where + beside) % slots.DAY_MIN].add(one)
    return [len(one) for one in seen]


@pytest.mark.parametrize("half", slots.WIDTHS)
def test_days_in_windows_are_counted_around_the_clock(half: int) -> None:
    rng = np.random.default_rng(half)
    edge = rng.choice([0, 1, 3, 5, 700, 704, 1435, 1438, 1439], 120)
    at = np.sort(rng.integers(0, 30, 120) * slots.DAY_MIN + edge)
    assert slots.days_in_windows(at, half).tolist() == days_by_looking(at, half)


@pytest.mark.parametrize("seed", [1, 2])
def test_days_change_places_as_one_long_sort_would_have_it(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(together, "ROWS", 5)
    posts = machine_like(seed, 6)
    at, owner = posts.t_s, posts.owner.astype(np.int64)
    days = together._days_of(at, owner, DAY_S)
    day, rest = np.divmod(at, DAY_S)
    first = np.r_[True, (np.diff(day) != 0) | (np.diff(owner) != 0)]
    starts, group = np.flatnonzero(first), np.cumsum(first) - 1
    block = owner[starts] * 1_000_000 + day[starts] // together.BLOCK_DAYS
    drawn = np.random.default_rng([together.SEED, seed, 1, len(at)]).random(len(starts))
    order = np.lexsort((drawn, block))
    plain = day[starts][order][group] * DAY_S + rest
    assert together._other_days(days, at, seed).tolist() == plain.tolist()


def test_who_shares_moments_is_counted_as_by_looking() -> None:
    at, owner = np.array([5, 9, 9, 5, 7, 5]), np.array([0, 0, 1, 1, 1, 2])
    told = together._named(("a", "b", "c", "d"), at, owner)
    assert told == (("a", 2, 2), ("b", 2, 3), ("c", 1, 1))
    assert together._pairs(at) == 4
