"""The standing alternatives: each one is spoken for or against by the unit's own times."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from forensics.clock import offset_s
from forensics.clues import times
from forensics.clues.activity import activities
from forensics.clues.rivals.answer import shares
from forensics.clues.rivals.finding import finding
from forensics.reference.calendars import MAKE_UP, WORK, calendar

DAY_S = 86_400
FIRST_DAY = 18_262  # 2020-01-01
KINDS = ["shifted", "audience", "scheduler", "night_crew", "mixed_crew", "after_work"]


def person(
    zone: str, hours: tuple[float, float], days: list[int], *, seed: int = 1, a_day: int = 4
) -> list[int]:
    """Posts at random moments between two local hours of some days."""
    rng = np.random.default_rng(seed)
    found = []
    for day in days:
        for hour in rng.uniform(*hours, a_day):
            local = day * DAY_S + int(hour * 3600)
            found.append(local - offset_s(zone, local))
    return sorted(found)


def working_days(country: str, number: int) -> list[int]:
    span = np.arange(FIRST_DAY, FIRST_DAY + number)
    codes = calendar(country).day_class(span)
    return [int(day) for day in span[(codes == WORK) | (codes == MAKE_UP)]]


def said(make_posts: Any, posts: list[int], audience: tuple[str, ...] = ()) -> dict[str, str]:
    (one,) = times.unit_times(make_posts({"a": posts}), {"a": ("a",)}, audience)
    return {rival.kind: rival.verdict for rival in one.rivals().rivals}


def test_an_office_with_its_calendar_speaks_against_most(make_posts: Any) -> None:
    posts = person("Asia/Shanghai", (9, 18), working_days("CN", 900), a_day=6)
    found = said(make_posts, posts)
    assert list(found) == KINDS
    assert found["shifted"] == found["night_crew"] == found["after_work"] == "against"
    assert found["scheduler"] == "against"


def test_without_a_calendar_a_shifted_zone_and_a_night_crew_stay_open(make_posts: Any) -> None:
    every = [FIRST_DAY + day for day in range(200) if day % 7 not in {3, 4}]
    found = said(make_posts, person("Asia/Shanghai", (9, 18), every))
    assert found["shifted"] == found["night_crew"] == "open"


def test_a_night_crew_is_seen_where_days_know_the_country(make_posts: Any) -> None:
    posts = person("Asia/Shanghai", (16, 30), working_days("CN", 900), a_day=6)
    (one,) = times.unit_times(make_posts({"a": posts}), {"a": ("a",)})
    assert one.identify.level == "calendar_country"
    verdicts = {rival.kind: rival.verdict for rival in one.rivals().rivals}
    assert verdicts["night_crew"] == "fits"


def test_somebody_with_a_job_posts_in_evenings_and_at_weekends(make_posts: Any) -> None:
    evenings = [FIRST_DAY + day for day in range(250) if day % 7 not in {3, 4}]
    weekends = [FIRST_DAY + day for day in range(250) if day % 7 in {3, 4}]
    posts = person("Europe/Berlin", (18.5, 23), evenings, a_day=2)
    posts += person("Europe/Berlin", (10, 22), weekends, a_day=6)
    only = next(activities(make_posts({"a": posts}), {"a": ("a",)}))
    night, office, weekend = shares(only, "Europe/Berlin")
    assert office < 0.05
    assert weekend > 1.5
    assert night < 0.4


def test_slots_and_an_audience_are_named(make_posts: Any) -> None:
    every = [FIRST_DAY + day for day in range(300)]
    slots = sorted(
        day * DAY_S + hour * 3600 + (day * 7 + hour) % 3 for day in every for hour in (9, 12, 17)
    )
    assert said(make_posts, slots)["scheduler"] == "fits"
    typed = person("Africa/Abidjan", (8, 23), every)
    assert said(make_posts, typed, ("Asia/Tokyo",))["audience"] == "against"


def test_too_few_hours_compare_nothing(make_posts: Any) -> None:
    (one,) = times.unit_times(make_posts({"a": [FIRST_DAY * DAY_S]}), {"a": ("a",)})
    told = finding(one.rivals())
    assert told.status == "insufficient"
    assert told.clues == ()


@pytest.mark.parametrize("hours", [(9, 18), (0, 24)])
def test_the_statement_holds_every_alternative_and_no_floats(
    make_posts: Any, hours: tuple[float, float]
) -> None:
    posts = person("UTC", hours, [FIRST_DAY + day for day in range(200)])
    (one,) = times.unit_times(make_posts({"a": posts}), {"a": ("a",)})
    told = finding(one.rivals())
    assert [row["kind"] for row in told.details["rivals"]] == KINDS  # type: ignore[index, union-attr]
    assert not any(isinstance(value, float) for value in told.details.values())
    for words in ("night crew", "after work", "scheduler", "shifted habits"):
        assert words in told.statement
