"""The short answer about hours is the full one, cut short."""

from __future__ import annotations

import numpy as np
import pytest

from forensics.clues.activity import Activity
from forensics.clues.hours import answer
from forensics.clues.hours.brief import brief_answers
from forensics.clues.quarters import thin
from forensics.reference.templates import library

START_Q = 1_777_824
WRITTEN = {("written_offset", False): 100}


def activity(
    unit: str, hour: float, spread: float, posts: int, clocks: dict[tuple[str, bool], int]
) -> Activity:
    rng = np.random.default_rng(len(unit) + posts)
    day = rng.integers(0, 300, posts)
    q = np.sort(START_Q + day * 96 + np.rint(rng.normal(hour, spread, posts) * 4).astype(np.int64))
    distinct, n = np.unique(q, return_counts=True)
    return Activity(unit, (unit,), (thin(q),), distinct, n, clocks, ())


@pytest.fixture(scope="module")
def some() -> list[Activity]:
    return [
        activity("office", 6, 2.5, 160, WRITTEN),
        activity("evening", 22, 2.0, 400, WRITTEN),
        activity("flat", 12, 40.0, 300, WRITTEN),
        activity("few", 6, 2.5, 9, WRITTEN),
        activity("one", 6, 2.5, 1, WRITTEN),
        activity("unknown clock", 6, 2.5, 160, {("inferred", False): 100}),
        activity("coarse", 6, 2.5, 160, {("written_offset", True): 100}),
    ]


def test_it_says_what_the_full_answer_says(some: list[Activity]) -> None:
    full = list(answer.answers(some, library()))
    brief = list(brief_answers(some, library()))
    assert [(b.activity.unit, b.status, b.reasons, b.set80) for b in brief] == [
        (f.activity.unit, f.status, f.reasons, f.set80) for f in full
    ]
    assert [(b.point_min, b.point_worth_ppm) for b in brief] == [
        (f.point_min, f.point_worth_ppm) for f in full
    ]
    assert [b.status for b in brief] == ["found"] * 2 + ["insufficient"] * 5


def test_nothing_asked_is_nothing_answered() -> None:
    assert list(brief_answers([], library())) == []
