"""The order of the statements about times, and that each is about the same unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from forensics.clues import times
from forensics.clues.activity import Activity
from forensics.clues.evidence import Evidence
from forensics.clues.moments import Moments, made
from forensics.clues.quarters import thin

FINDERS = [
    "hours",
    "clock_changes",
    "calendar",
    "calendar_pieces",
    "audience",
    "automation",
    "splits",
    "hands",
    "segments",
    "rivals",
    "identifiability",
    "shifts",
    "rota",
]
BASE_S = 1_577_836_800  # 2020-01-01


def seconds(days: int, seed: int) -> list[int]:
    """Three posts a day in office hours, UTC."""
    rng = np.random.default_rng(seed)
    return [
        BASE_S + day * 86_400 + int(rng.integers(9 * 3600, 17 * 3600))
        for day in range(days)
        for _ in range(3)
    ]


def whole(posts: Moments) -> Activity:
    """Everything that an account posted."""
    q, n = np.unique(posts.t_s // 900, return_counts=True)
    clocks = {("platform_utc", False): len(posts)}
    return Activity("a", ("a",), (thin(q),), q, n.astype(np.int64), clocks, ())


def evidence(posts: Any, **more: Any) -> Evidence:
    units = {"b": ("b",), "a": ("a",), "both": ("a", "b")}
    return Evidence(posts, (), units, None, **more)  # type: ignore[arg-type]


def test_every_unit_gets_every_statement_in_order(make_posts: Any) -> None:
    posts = make_posts({"a": seconds(60, 1), "b": seconds(5, 2)})
    found = times.find(evidence(posts))
    assert [one.finder for one in found] == FINDERS * 3
    assert [one.unit for one in found] == [name for name in ("b", "a", "both") for _ in FINDERS]


def test_chunks_change_nothing(make_posts: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    posts = make_posts({"a": seconds(60, 1), "b": seconds(5, 2)})
    whole = times.find(evidence(posts))
    monkeypatch.setattr(times, "TOGETHER", 1)
    assert times.find(evidence(posts)) == whole


def test_a_stated_audience_is_the_one_that_is_tested(make_posts: Any) -> None:
    posts = make_posts({"a": seconds(60, 1), "b": seconds(5, 2)})
    told = times.find(evidence(posts, audience_zone="Asia/Manila"))
    said = next(one for one in told if one.finder == "audience" and one.unit == "a")
    assert "Asia/Manila" in said.statement
    silent = times.find(evidence(posts))
    assert not any("Asia/Manila" in one.statement for one in silent if one.finder == "audience")


def test_days_on_which_nobody_posted_are_not_covered(make_posts: Any) -> None:
    from forensics.clues.activity import covered_days

    gap = [second for second in seconds(60, 1) if not 20 <= (second - BASE_S) // 86_400 < 30]
    days = covered_days(make_posts({"a": gap})) - BASE_S // 86_400
    assert days.tolist() == [*range(20), *range(30, 60)]
    holiday = [second for second in seconds(60, 1) if not 20 <= (second - BASE_S) // 86_400 < 29]
    days = covered_days(make_posts({"a": holiday})) - BASE_S // 86_400
    assert days.tolist() == list(range(60)), "nine silent days may be everybody's holiday"


def test_a_scheduler_takes_the_hours_and_the_shift_back(make_posts: Any) -> None:
    slots = [second // 900 * 900 for second in seconds(300, 4)]
    posts = make_posts({"a": slots, "b": seconds(300, 5)})
    said = {one.finder: one for one in times.find(evidence(posts)) if one.unit == "a"}
    assert said["automation"].status == "found"
    assert said["hours"].status == "insufficient"
    assert "placed by a machine" in said["hours"].statement
    assert said["hours"].clues == ()
    assert said["shifts"].status == said["rota"].status == "not_looked"
    typed = {one.finder: one for one in times.find(evidence(posts)) if one.unit == "b"}
    assert "machine" not in typed["hours"].statement
    assert typed["shifts"].status != "not_looked"


def test_the_scheduled_part_is_taken_out_before_zones_are_inferred(make_posts: Any) -> None:
    typed = seconds(300, 6)
    queue = [BASE_S + day * 86_400 + 2 * 3600 + 7 * 60 for day in range(0, 300, 2)]
    mixed = make_posts({"a": sorted(typed + queue), "b": typed})
    units = {"a": ("a",), "b": ("b",)}
    with_queue, alone = times.unit_times(mixed, units)
    assert with_queue.posts.machines.flagged
    assert with_queue.posts.activity.n_posts == len(typed) + len(queue)
    night = with_queue.posts.left.q % 96 == 8
    assert with_queue.posts.left.n[night].sum() < len(queue) // 10
    assert with_queue.hours.headline == alone.hours.headline


def test_reposts_are_left_out_where_enough_is_left() -> None:
    own, other = seconds(200, 8), [second + 9 * 3600 for second in seconds(200, 9)]
    kind = ["original"] * len(own) + ["repost"] * len(other)
    both = made("a", np.array(own + other, dtype=np.int64), kind=kind)
    sorted_out = times.sort_posts(whole(both), both)
    assert sorted_out.reposts == len(other)
    assert sorted_out.left.n_posts == len(own)
    assert sorted_out.activity.n_posts == len(own) + len(other)
    (told,) = times.answers([sorted_out], times.Told())
    said = told.findings()[0]
    assert said.details["reposts_left_out"] == len(other)
    assert any("reposts are left out" in limit for limit in said.limits)
    alone = made("a", np.array(own, dtype=np.int64), kind=["original"] * len(own))
    (without,) = times.answers([times.sort_posts(whole(alone), alone)], times.Told())
    assert told.hours.headline == without.hours.headline


def test_an_account_that_only_reposts_is_read_as_it_is() -> None:
    only = made("a", np.array(seconds(200, 8), dtype=np.int64), kind=["repost"] * 600)
    sorted_out = times.sort_posts(whole(only), only)
    assert sorted_out.reposts == 0
    assert sorted_out.left is sorted_out.activity


def test_an_audience_that_fits_takes_the_hours_back(make_posts: Any) -> None:
    posts = make_posts({"a": seconds(300, 7), "b": seconds(5, 2)})
    told = times.find(evidence(posts, audience_zone="Africa/Abidjan"))
    said = {one.finder: one for one in told if one.unit == "a"}
    assert said["audience"].details["hours_stand"] is False
    assert said["hours"].status == "insufficient"
    assert "Africa/Abidjan" in said["hours"].statement


def test_without_posts_there_is_nothing_to_say() -> None:
    assert times.find(evidence(None)) == []
