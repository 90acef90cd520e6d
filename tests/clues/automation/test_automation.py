"""Minutes of the hour: schedulers are flagged, people are not, and neither is a verdict."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from forensics.clues.automation import finding as automation
from forensics.clues.automation import minutes
from forensics.clues.automation.answer import answers
from forensics.clues.automation.finding import NOT_TYPED, SCHEDULER_MDB, finding
from forensics.clues.automation.minutes import spaced
from forensics.model import KindLikelihood

START = 1_599_955_200
DAY = 86_400


def typed(n: int, seed: int = 1) -> list[int]:
    rng = np.random.default_rng(seed)
    return np.sort(START + rng.integers(0, 400 * DAY, n)).tolist()


def scheduled(n: int, minutes: tuple[int, ...], seed: int = 1, jitter_s: int = 20) -> list[int]:
    rng = np.random.default_rng(seed)
    hours = rng.choice(400 * 24, n, replace=False)
    at = rng.choice(minutes, n)
    return (START + hours * 3600 + at * 60 + rng.integers(0, jitter_s, n)).tolist()


def look(make_posts, times: dict[str, list[int]], units=None):
    units = units or {name: (name,) for name in times}
    return [finding(one) for one in answers(make_posts(times), units)]


def test_a_scheduler_is_flagged_with_its_minutes(make_posts) -> None:
    (found,) = look(make_posts, {"a": scheduled(300, (0, 15, 30, 45))})
    assert found.status == "found"
    assert found.details["minutes"] == [0, 15, 30, 45]
    assert found.details["share_ppm"] == 1_000_000
    (clue,) = found.clues
    assert clue.likelihood == KindLikelihood({"scheduler": SCHEDULER_MDB})
    assert clue.group == ("times:a",)
    assert "100 % of the posts fall on minutes :00, :15, :30, :45" in found.statement
    assert "say nothing about the chair" in found.statement
    assert "no verdict" in found.limits[0]
    assert found.observations[0].rows_total == 300
    assert found.details["scheduled_ppm"][0] > 950_000
    assert found.details["scheduler_stands"]


def test_people_are_not_flagged_and_nothing_is_claimed(make_posts) -> None:
    found = look(make_posts, {f"p{i}": typed(400, i) for i in range(20)})
    assert sum(one.status == "found" for one in found) == 0
    assert found[0].limits[0] == NOT_TYPED
    assert "No minute" in found[0].statement


def test_bursts_of_one_person_are_thinned(make_posts) -> None:
    bursts = [second + 20 * k for second in typed(60) for k in range(15)]
    (found,) = look(make_posts, {"a": sorted(bursts)})
    assert found.details["n_tested"] <= 61
    assert found.status == "nothing_found"


def test_a_large_random_delay_is_honest_silence(make_posts) -> None:
    (found,) = look(make_posts, {"a": scheduled(300, (0,), jitter_s=3600)})
    assert found.status == "nothing_found"
    assert "not show" in found.limits[0]


def test_few_posts_are_insufficient(make_posts) -> None:
    (found,) = look(make_posts, {"a": scheduled(29, (0,))})
    assert found.status == "insufficient"
    assert found.details["p_ppm"] is None
    assert "30 are needed" in found.statement


def test_a_part_of_scheduled_posts_gives_its_share(make_posts) -> None:
    (found,) = look(make_posts, {"a": sorted(typed(300) + scheduled(100, (7,)))})
    assert found.status == "found"
    assert found.details["minutes"] == [7]
    assert 230_000 < found.details["share_ppm"] < 300_000
    assert found.clues == ()


def test_an_account_does_not_hide_in_a_unit(make_posts) -> None:
    times = {"a": scheduled(200, (3,)), "b": typed(200)}
    (found,) = look(make_posts, times, {"both": ("a", "b")})
    assert found.unit == "both"
    assert 3 in found.details["minutes"]


def test_many_minutes_are_cut_and_none_is_said(make_posts) -> None:
    (found,) = look(make_posts, {"a": scheduled(900, tuple(range(20)))})
    assert "and 12 more" in found.statement
    assert automation._minutes(()).startswith("no single minute")


@settings(deadline=None)
@given(st.floats(0.0, 400.0))
def test_the_tail_is_that_of_the_chi_square(value: float) -> None:
    assert minutes._tail_59(value) == pytest.approx(chi2.sf(value, 59), rel=1e-9, abs=1e-300)


def test_small_samples_are_simulated_and_repeat() -> None:
    # A value the approximation calls rarer than it is at thirty posts.
    first = minutes._chance_ppm(98.4, 31)
    assert first == minutes._chance_ppm(98.4, 31)
    assert 500 < first < 6000
    assert minutes._chance_ppm(98.4, 31) != round(chi2.sf(98.4, 59) * 1_000_000)
    assert minutes._chance_ppm(98.4, 5000) == round(chi2.sf(98.4, 59) * 1_000_000)


def test_even_minutes_are_rarely_flagged(make_posts) -> None:
    times = {f"u{i:03d}": typed(60, 1000 + i) for i in range(200)}
    units = {name: (name,) for name in times}
    flags = [one.minutes.flagged for one in answers(make_posts(times), units)]
    assert sum(flags) <= 2


@pytest.mark.parametrize(
    ("minutes", "kept"),
    [
        ([], []),
        ([0], [0]),
        ([0, 14, 15, 16, 29, 30], [0, 15, 30]),
        ([0, 10, 20, 30, 40], [0, 20, 40]),
        ([5, 5, 5], [5]),
        ([7, 100], [7, 100]),
    ],
)
def test_spacing(minutes: list[int], kept: list[int]) -> None:
    assert spaced(np.array(minutes, dtype=np.int64)).tolist() == kept
