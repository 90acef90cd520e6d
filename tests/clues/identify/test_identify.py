"""What can be told apart: each level from the statements it rests on, and what would tell more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from forensics.clock import offset_s
from forensics.clues.activity import Activity
from forensics.clues.calendars import answer as calendars
from forensics.clues.clockchanges import answer as clocks
from forensics.clues.hours.answer import answers
from forensics.clues.identify.answer import LEVELS, IdentifyAnswer, answer
from forensics.clues.identify.finding import finding, text_of
from forensics.clues.quarters import thin
from forensics.reference.calendars import MAKE_UP, WORK, calendar
from forensics.reference.templates import library

DAY_S = 86_400
FIRST_DAY = 18_262  # 2020-01-01


def office(zone: str, country: str, days: int, *, accounts: int = 1, seed: int = 1) -> Activity:
    """People of an office: about four hours a working day, local time, by a national calendar."""
    rng = np.random.default_rng(seed)
    span = np.arange(FIRST_DAY, FIRST_DAY + days)
    codes = calendar(country).day_class(span)
    worked = span[(codes == WORK) | (codes == MAKE_UP)]
    hours = []
    for _ in range(accounts):
        late = rng.normal(0, 1)
        times = []
        for day in worked:
            for hour in rng.choice(9, 4, replace=False):
                local = int(day) * DAY_S + int((9 + late + hour + rng.random()) * 3600)
                times.append(local - offset_s(zone, local))
        hours.append(thin(np.array(times, dtype=np.int64) // 900))
    names = tuple(f"a{number}" for number in range(accounts))
    q, n = np.unique(np.concatenate(hours), return_counts=True)
    np.full(60, 1, dtype=np.int64)
    known = {("platform_utc", False): int(n.sum())}
    return Activity("u", names, tuple(hours), q, n.astype(np.int64), known, ())


def asked(activity: Activity) -> IdentifyAnswer:
    (hours,) = answers([activity], library())
    return answer(hours, clocks.answer(activity), calendars.answer(activity))


@pytest.fixture(scope="module")
def chinese() -> IdentifyAnswer:
    return asked(office("Asia/Shanghai", "CN", 900, accounts=4))


def test_a_calendar_leaves_its_country(chinese: IdentifyAnswer) -> None:
    assert chinese.level == "calendar_country"
    assert "CN" in chinese.countries
    assert not {"PH", "AU", "RU", "IN"} & set(chinese.countries)
    assert "Asia/Shanghai" in chinese.zones


def test_without_its_calendar_only_the_clock_rule_is_left() -> None:
    activity = office("Asia/Shanghai", "CN", 900, accounts=4)
    (hours,) = answers([activity], library())
    days = calendars.answer(activity)
    mute = replace(days, status="nothing_found")
    found = answer(hours, clocks.answer(activity), mute)
    assert found.level == "clock_rule"
    assert {"CN", "PH"} <= set(found.countries)
    assert any(part.by == "calendar" and "CN from" in part.parts for part in found.parts)


def test_an_audience_s_calendar_is_nobody_s_country() -> None:
    activity = office("Asia/Shanghai", "CN", 900, accounts=4)
    (hours,) = answers([activity], library())
    days = calendars.answer(activity, audience=frozenset({"CN"}))
    assert days.follows_audience
    found = answer(hours, clocks.answer(activity), days)
    assert found.level != "calendar_country"
    assert "PH" in found.countries


def test_a_month_determines_the_phase_at_most() -> None:
    found = asked(office("Europe/Berlin", "DE", 40))
    assert found.level in {"nothing", "phase_only"}
    needed = {part.by: part.need for part in found.parts}
    assert needed["clock_changes"] is not None
    assert needed["clock_changes"] > 0
    assert "active days" in finding(found).statement


def test_no_posts_determine_nothing() -> None:
    none = np.array([], dtype=np.int64)
    empty = Activity("n", ("n",), (), none, none, {}, ())
    found = asked(empty)
    assert found.level == "nothing"
    assert found.zones == ()
    said = finding(found)
    assert said.status == "insufficient"
    assert "determine nothing" in said.statement


def test_every_zone_that_remains_is_in_the_wider_set(chinese: IdentifyAnswer) -> None:
    (hours,) = answers([chinese.activity], library())
    wider = max(hours.set95, key=len)
    assert hours.classes is not None
    offset_of = {
        name: int(modal)
        for names, modal in zip(hours.classes.names, hours.modal_min, strict=True)
        for name in names
    }
    if hours.status == "found":
        assert {offset_of[zone] for zone in chinese.zones} <= set(wider)
    assert chinese.names >= len(chinese.zones)


def test_the_finding_holds_no_floats_and_says_what_is_needed(chinese: IdentifyAnswer) -> None:
    said = finding(chinese)
    assert said.finder == "identifiability"
    assert said.clues == ()
    assert said.details["level"] in LEVELS
    assert "float" not in {type(value).__name__ for value in said.details.values()}
    for part in chinese.parts:
        assert text_of(part)
