"""Invented units whose calendar is known: what must be found, and what must not."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from forensics.clues.activity import Activity
from forensics.clues.calendars import placebo, power
from forensics.clues.calendars.answer import answer, answers
from forensics.clues.calendars.days import CHUNK_ROWS, Plan, date_shift, quietest_hour
from forensics.clues.calendars.dips import dips
from forensics.clues.calendars.evidence import DB, bound_nats
from forensics.clues.calendars.finding import country_likelihood, finding
from forensics.model import CountryLikelihood, Json
from forensics.reference.calendars import (
    BRIDGE,
    HOLIDAY,
    MAKE_UP,
    PARTLY,
    REST,
    calendar,
    day_number,
    main_zone,
)
from forensics.reference.zones import local_quarters

IntArray = NDArray[np.int64]
START, END = day_number(2014, 1, 6), day_number(2018, 12, 20)
FEW = ("CN", "TW", "HK", "SG", "PH", "JP", "KR", "RU", "US", "DE", "SA", "IL")


def unit_of(hours: Sequence[IntArray], name: str = "A") -> Activity:
    q, n = np.unique(np.concatenate(list(hours)), return_counts=True)
    np.zeros(60, dtype=np.int64)
    accounts = tuple(f"{name}{number}" for number in range(len(hours)))
    return Activity(name, accounts, tuple(hours), q, n.astype(np.int64), {}, ())


def office(
    country: str | None,
    seed: int,
    *,
    share: float = 0.15,
    make_up: float = 0.9,
    busy: float = 0.6,
    quiet: float = 0.06,
    zone: str = "Asia/Shanghai",
    span: tuple[int, int] = (START, END),
) -> IntArray:
    """UTC quarter-hours of one account: office hours of `zone`, days off of `country`."""
    rng = np.random.default_rng(seed)
    days = np.arange(*span)
    rate = np.where((days + 3) % 7 >= 5, quiet, busy)
    if country:
        codes = calendar(country).day_class(days)
        rate = np.where((codes == REST), quiet, busy)
        rate = np.where((codes == HOLIDAY) | (codes == BRIDGE), share * busy, rate)
        rate = np.where(codes == PARTLY, 0.85 * busy, rate)
        rate = np.where(codes == MAKE_UP, make_up * busy, rate)
    active = days[rng.random(len(days)) < rate]
    local = np.concatenate([active * 96 + rng.integers(36, 72, len(active)) for _ in range(2)])
    offset = local_quarters(zone, np.array([START * 96]))[0] - START * 96
    return np.unique(local - offset).astype(np.int64)


def leader(found: object) -> str:
    assert found is not None
    return str(getattr(found, "country"))  # noqa: B009 - one place for the optional


@pytest.mark.parametrize(
    ("country", "zone"),
    [("CN", "Asia/Shanghai"), ("RU", "Europe/Moscow"), ("JP", "Asia/Tokyo"), ("TW", "Asia/Taipei")],
)
def test_an_office_is_found_by_its_days(country: str, zone: str) -> None:
    found = answer(unit_of([office(country, 1, zone=zone)]), candidates=FEW)
    assert found.status == "found"
    assert leader(found.leader) == country
    assert country not in found.near
    assert found.holm_p <= 0.05
    assert len(found.near) == 0


def test_the_twin_that_works_chinese_holidays_and_rests_on_make_up_days_is_not_chinese() -> None:
    real = answer(unit_of([office("CN", 2)]), candidates=FEW)
    twin = answer(unit_of([office("TW", 2, zone="Asia/Shanghai")]), candidates=FEW)
    assert leader(real.leader) == "CN"
    assert leader(twin.leader) == "TW"
    china = next(one for one in twin.evidence if one.country == "CN")
    assert (
        china.total_nats < next(o for o in twin.evidence if o.country == "TW").total_nats - 10 * DB
    )


def test_make_up_days_alone_weigh_for_china() -> None:
    # Rests on no holiday at all, works on make-up days: only these can tell.
    found = answer(unit_of([office("CN", 3, share=1.0, make_up=1.0)]), candidates=FEW)
    china = next(one for one in found.evidence if one.country == "CN")
    assert china.make_up_nats > 10 * DB > china.off_nats


def test_nobody_is_named_without_a_calendar() -> None:
    units = [unit_of([office(None, seed)], f"n{seed}") for seed in range(40)]
    named = [found for found in answers(units) if found.status == "found"]
    assert len(named) <= 3


def test_power_is_judged_before_the_result() -> None:
    short = unit_of([office("CN", 4, span=(START, START + 90))])
    found = answer(short, candidates=FEW)
    assert found.status == "insufficient"
    assert found.more_days is not None
    assert "active days" in " ".join(found.reasons) or "dB" in " ".join(found.reasons)
    nothing = answer(unit_of([np.array([START * 96], dtype=np.int64)]), candidates=FEW)
    assert nothing.status == "insufficient"
    assert nothing.evidence == ()


def test_a_unit_without_posts_has_an_answer() -> None:
    np.zeros(60, dtype=np.int64)
    empty = np.array([], dtype=np.int64)
    bare = Activity("none", (), (), empty, empty, {}, ())
    found = answer(bare)
    assert (found.status, found.reasons) == ("insufficient", ("No posts.",))
    assert finding(found).clues == ()


@pytest.mark.parametrize("hours", [-6, -3, 3, 6])
def test_moving_all_posts_by_hours_leaves_the_answer(hours: int) -> None:
    q = office("CN", 5)
    here = answer(unit_of([q]), candidates=FEW)
    there = answer(unit_of([q + 4 * hours]), candidates=FEW)
    china = [next(o for o in a.evidence if o.country == "CN").days_nats for a in (here, there)]
    assert leader(there.leader) == "CN"
    assert china[0] == pytest.approx(china[1], rel=0.1)


def test_posting_more_on_the_same_days_changes_nothing() -> None:
    q = office("RU", 6, zone="Europe/Moscow")
    more = np.unique(np.concatenate([q, q + 1, q + 2]))
    first, second = (answer(unit_of([x]), candidates=FEW) for x in (q, more))
    totals = [{o.country: o.total_nats for o in a.evidence} for a in (first, second)]
    for country, total in totals[0].items():
        assert totals[1][country] == pytest.approx(total, abs=0.2)


def test_copies_of_an_account_add_nothing() -> None:
    q = office("CN", 7)
    one, five = (answer(unit_of([q] * n), candidates=FEW) for n in (1, 5))
    china = [next(o for o in a.evidence if o.country == "CN").days_nats for a in (one, five)]
    assert five.dispersion > 3
    assert china[1] < china[0] * 1.4


def test_independent_colleagues_add_up() -> None:
    crew = [office("CN", seed, busy=0.25, quiet=0.05) for seed in range(20, 26)]
    single = answer(unit_of(crew[:1]), candidates=FEW)
    group = answer(unit_of(crew), candidates=FEW)
    china = [next(o for o in a.evidence if o.country == "CN").days_nats for a in (single, group)]
    assert group.status == "found"
    assert leader(group.leader) == "CN"
    assert china[1] > 3 * china[0]


def test_a_unit_of_many_accounts_is_added_up_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    crew = [office("CN", s, span=(START, START + 400)) for s in range(9)]
    whole = answer(unit_of(crew), candidates=FEW)
    assert len(crew) < CHUNK_ROWS
    monkeypatch.setattr("forensics.clues.calendars.days.CHUNK_ROWS", 4)
    parts = answer(unit_of(crew), candidates=FEW)
    assert [o.total_nats for o in parts.evidence] == pytest.approx(
        [o.total_nats for o in whole.evidence]
    )
    assert parts.dispersion == pytest.approx(whole.dispersion)


def test_days_that_the_collection_lacks_are_no_evidence() -> None:
    days = np.arange(START - 2, END + 2)
    codes = calendar("JP").day_class(days)
    gap = set(days[(codes == HOLIDAY) | (codes == BRIDGE)].tolist())
    q = office(None, 8, zone="Asia/Tokyo")
    held = np.array([x for x in q.tolist() if x // 96 not in gap], dtype=np.int64)
    covered = np.array([day for day in days.tolist() if day not in gap], dtype=np.int64)
    blind = answer(unit_of([held]), candidates=FEW)
    told = answer(unit_of([held]), candidates=FEW, covered_days=covered)
    assert leader(blind.leader) == "JP"
    japan = next(one for one in told.evidence if one.country == "JP")
    assert told.status != "found"
    assert japan.tally[0] == 0
    assert abs(japan.days_nats) < 1


def test_the_weekend_of_the_date_parts_saudi_arabia() -> None:
    days = np.arange(day_number(2012, 1, 1), day_number(2015, 1, 1))
    q = office("SA", 9, zone="Asia/Riyadh", span=(int(days[0]), int(days[-1])))
    found = answer(unit_of([q]), candidates=FEW)
    weekend = {one.country: one.weekend_nats for one in found.evidence}
    assert weekend["SA"] == 0
    assert weekend["IL"] < -0.3
    assert weekend["CN"] < weekend["IL"]


def test_an_answer_does_not_depend_on_who_is_weighed_beside_it() -> None:
    units = [unit_of([office("CN", s, span=(START + 60 * s, END))], f"u{s}") for s in range(8)]
    together = list(answers(units, candidates=FEW))
    for unit, beside in zip(units, together, strict=True):
        alone = answer(unit, candidates=FEW)
        assert alone.status == beside.status
        assert alone.holm_p == pytest.approx(beside.holm_p)
        assert [o.total_nats for o in alone.evidence] == pytest.approx(
            [o.total_nats for o in beside.evidence]
        )
    assert [a.activity.unit for a in together] == [u.unit for u in units]


def test_calendars_with_the_same_days_are_named_together() -> None:
    # In these months the United States and a copy of them cannot differ.
    found = answer(unit_of([office("RU", 10, zone="Europe/Moscow")]), candidates=("RU", "BY"))
    assert found.alike == ()
    assert {first for first, *_ in found.exclusive} == {"RU", "BY"}
    only = {country: (days, act, exp) for country, _, days, act, exp in found.exclusive}
    assert only["RU"][1] < 0.5 * only["RU"][2]
    assert only["BY"][1] > 0.7 * only["BY"][2]


def test_the_calendar_of_the_audience_makes_no_clue() -> None:
    unit = unit_of([office("JP", 11, zone="Asia/Tokyo")])
    plain = finding(answer(unit, candidates=FEW))
    aimed = finding(answer(unit, candidates=FEW, audience=frozenset({"JP"})))
    assert len(plain.clues) == 1
    assert aimed.clues == ()
    assert "aimed at that country" in aimed.statement


def no_floats(value: Json) -> bool:
    if isinstance(value, dict):
        return all(no_floats(inner) for inner in value.values())
    if isinstance(value, list):
        return all(no_floats(inner) for inner in value)
    return not isinstance(value, float)


def test_the_finding_says_power_first_and_caps_its_weight() -> None:
    found = answer(unit_of([office("CN", 12)]), candidates=FEW)
    told = finding(found)
    assert told.statement.startswith("Power: ")
    assert "China" in told.statement
    assert no_floats(dict(told.details))
    assert all(no_floats(one.value) for one in told.observations)
    clue = told.clues[0]
    assert clue.group == ("days:A",)
    assert clue.role == "operator_present"
    assert clue.planted_chance_ppm == 50_000
    assert isinstance(clue.likelihood, CountryLikelihood)
    weights = clue.likelihood.mdb
    assert max(weights.values()) == weights["CN"] == 0
    assert weights[""] < -5_000
    assert min(weights.values()) >= -math.ceil(found.cap_nats / DB * 1000)
    assert min(weights.values()) > -17_000
    assert all(isinstance(weight, int) for weight in weights.values())


def test_nothing_found_makes_no_clue() -> None:
    found = answer(unit_of([office(None, 13)]), candidates=FEW)
    told = finding(found)
    assert told.status == "nothing_found"
    assert told.clues == ()
    assert country_likelihood(found).mdb[""] <= 0
    assert "No calendar stands out" in told.statement


def test_weight_a_p_supports_is_the_published_bound() -> None:
    # Sellke, Bayarri, Berger 2001, table 1: p = .05 -> odds .407, p = .01 -> .125, .001 -> .0188.
    for p, odds in ((0.05, 0.407), (0.01, 0.125), (0.001, 0.0188)):
        assert math.exp(-bound_nats(p)) == pytest.approx(odds, rel=0.01)
    assert bound_nats(0.4) == 0


def test_weight_of_a_make_up_day_is_the_textbook_divergence() -> None:
    # 10 [p log10(p/q) + (1-p) log10((1-p)/(1-q))], worked out for weekday p and weekend q.
    table = (
        (0.97, 0.50, 2.4),
        (0.8, 0.1, 5.9),
        (0.5, 0.1, 2.2),
        (0.3, 0.05, 1.4),
        (0.1, 0.03, 0.23),
    )
    for work, rest, decibels in table:
        gain = power.gain_make_up(np.array([rest]), np.array([work]), position=1.0)[0] / DB
        assert gain == pytest.approx(decibels, abs=0.06)


def test_placebo_p_is_fair_where_no_calendar_is_kept() -> None:
    units = [unit_of([office(None, 100 + seed)], f"f{seed}") for seed in range(60)]
    wanted = frozenset({"CN", "RU", "US"})
    found = [
        (one.shift_p, one.block_p)
        for told in answers(units, candidates=FEW, also=wanted)
        for one in told.evidence
        if one.country in wanted
    ]
    shifts, blocks = (np.array(column, dtype=float) for column in zip(*found, strict=True))
    assert len(blocks) == 180
    assert 0.35 < shifts.mean() < 0.65
    assert 0.35 < blocks.mean() < 0.65
    assert (blocks < 0.05).mean() < 0.12
    assert shifts.min() >= 1 / 35


def test_dips_tell_whose_days_off_silence_a_cluster() -> None:
    crew = [office("RU", 40 + s, zone="Europe/Moscow", busy=0.7, quiet=0.5) for s in range(12)]
    found = {(d.country, d.measure): d for d in dips(unit_of(crew), "RU", "US")}
    russian, american = found["RU", "accounts"], found["US", "accounts"]
    assert russian.enough
    assert russian.ratio < 0.6
    assert russian.block_p < 0.01
    assert american.block_p > 0.05
    assert 0.85 < american.ratio < 1.2
    assert found["RU", "posts"].ratio < 0.6


def test_the_quietest_hour_is_the_middle_of_the_silence() -> None:
    q = np.array([day * 96 + hour * 4 for day in range(40) for hour in range(9, 18)])
    assert quietest_hour(q) in {1, 2}
    assert quietest_hour(q + 4 * 12) in {13, 14}
    assert 0 <= quietest_hour(np.array([5 * 96 + 40])) < 24


def test_a_day_is_called_by_the_date_in_its_middle() -> None:
    # Office hours of Shanghai on 8 Feb 2016 are that date there and in New York's night.
    q = np.array([day_number(2016, 2, 8) * 96 + 4 * hour for hour in range(1, 10)])
    plan = Plan.of([[q]], None)
    assert plan.width == 1
    for country in ("CN", "JP", "RU"):
        shift = int(date_shift(country, plan.cut, plan.middle)[0])
        assert plan.first + shift == day_number(2016, 2, 8), main_zone(country)


@given(st.integers(-3, 3), st.integers(0, 10_000))
def test_whole_weeks_move_the_days_and_nothing_else(weeks: int, seed: int) -> None:
    q = office(None, seed, span=(START, START + 200))
    here, there = Plan.of([[q]], None), Plan.of([[q + 96 * 7 * weeks]], None)
    assert there.first - here.first == 7 * weeks
    assert np.array_equal(here.rows(0, 1).active, there.rows(0, 1).active)


def test_a_single_unmovable_block_gives_no_evidence() -> None:
    codes = np.full(10, HOLIDAY, dtype=np.int8)
    gain = np.ones((3, 10))
    trial = placebo.Trial(0, codes, placebo.kinds_of(codes), gain)
    assert placebo.block_p(trial) == 1.0


def test_accounts_with_few_hours_do_not_spread_a_unit() -> None:
    from forensics.clues.calendars.answer import MEMBER_HOURS, members

    long, short = np.arange(0, 400, 4), np.arange(0, 4 * (MEMBER_HOURS - 1), 4)
    both = unit_of([long.astype(np.int64), short.astype(np.int64)])
    assert [len(q) for q in members(both).hours] == [len(long)]
    few = unit_of([short.astype(np.int64), short.astype(np.int64) + 400])
    assert members(few) is few, "where nobody has enough, everybody counts"
