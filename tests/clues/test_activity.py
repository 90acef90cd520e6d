"""Counting what a unit did."""

from __future__ import annotations

import numpy as np
import pytest

from forensics.clues import activity as module
from forensics.clues.activity import activities
from forensics.model import RowRef

DAY = 86_400
START = 1_600_000_200  # 2020-09-13 12:30:00 UTC


def test_one_account(make_posts) -> None:
    seconds = [START, START + 60, START + 1000, START + 2 * DAY]
    (one,) = activities(make_posts({"a": seconds}), {"a": ("a",)})
    assert (one.n_posts, one.n_active_hours, one.n_active_days, one.span_days) == (4, 2, 2, 3)
    assert one.hours[0].tolist() == [START // 900, (START + 2 * DAY) // 900]
    assert one.n.tolist() == [2, 1, 1]
    assert one.clocks == {("platform_utc", False): 4}
    assert one.rows[0] == RowRef("a" * 64, 1)


def test_units_keep_their_order_and_share_no_accounts(make_posts) -> None:
    posts = make_posts({"a": [START], "b": [START, START + DAY], "c": [START + 5 * DAY]})
    units = {"second": ("c",), "first": ("a", "b"), "nobody": ("x",)}
    found = list(activities(posts, units))
    assert [one.unit for one in found] == ["second", "first", "nobody"]
    assert found[1].n_posts == 3
    assert found[1].n_active_hours == 2, "the same hour of two accounts is one hour of the unit"
    assert [len(q) for q in found[1].hours] == [1, 2]
    assert found[2].n_posts == 0
    assert found[2].hours == ()
    assert found[2].span_days == 0


def test_chunks_do_not_change_the_counts(make_posts, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    times = {f"a{i:02d}": (START + rng.integers(0, 90 * DAY, 40)).tolist() for i in range(12)}
    posts = make_posts(times)
    units = {name: (name,) for name in times}
    whole = list(activities(posts, units))
    monkeypatch.setattr(module, "CHUNK_POSTS", 50)
    for one, other in zip(whole, activities(posts, units), strict=True):
        assert one.unit == other.unit
        assert one.q.tolist() == other.q.tolist()
        assert one.rows == other.rows


@pytest.mark.parametrize("spread", [1, 5_000])
@pytest.mark.parametrize("accounts", [0, 1, 2, 7])
def test_counts_of_accounts_are_summed_by_quarter_hour(accounts: int, spread: int) -> None:
    """Close together or far apart, which are summed in two ways."""
    rng = np.random.default_rng(accounts)
    none = np.empty(0, dtype=np.int64)
    quarters = [np.unique(rng.integers(0, 300, 90)) * spread + 7 for _ in range(accounts)]
    counts = [rng.integers(1, 9, len(part)) for part in quarters]
    q, n = module._summed([none, *quarters], [none, *counts])
    plain: dict[int, int] = {}
    for part, number in zip(quarters, counts, strict=True):
        for at, size in zip(part.tolist(), number.tolist(), strict=True):
            plain[at] = plain.get(at, 0) + size
    assert dict(zip(q.tolist(), n.tolist(), strict=True)) == plain
    assert q.tolist() == sorted(plain)


def test_coarse_and_inferred_times_are_counted_apart(make_posts) -> None:
    posts = make_posts({"a": [START, START + DAY]}, basis="inferred", precision_s=86_400)
    (one,) = activities(posts, {"a": ("a",)})
    assert one.clocks == {("inferred", True): 2}


def test_no_units_gives_nothing(make_posts) -> None:
    assert list(activities(make_posts({"a": [START]}), {})) == []


def test_at_most_ten_example_rows(make_posts) -> None:
    times = {name: [START + i * DAY for i in range(30)] for name in "abc"}
    (one,) = activities(make_posts(times), {"all": ("a", "b", "c")})
    assert len(one.rows) == 10
