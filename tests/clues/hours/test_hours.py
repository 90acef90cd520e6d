"""Hours as a finding: what is said, what is abstained from, and the clue that is weighed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics import clock
from forensics.clues.activity import activities
from forensics.clues.hours import finding as hours
from forensics.clues.hours.answer import alternatives, answers, shift_min
from forensics.clues.hours.finding import week_counts
from forensics.model import ZoneLikelihood
from forensics.reference.templates import library
from forensics.reference.zones import candidate_offsets, candidate_zones

START = 1_600_041_600  # Monday 14 September 2020
DAY = 86_400


def office(zone: str, seed: int = 1, days: int = 120, late_h: float = 0.0) -> list[int]:
    """Times of somebody who posts three times each working day, 09-18 on that zone's clock."""
    rng = np.random.default_rng(seed)
    local = [
        START + day * DAY + int(3600 * (hour + late_h))
        for day in range(days)
        if day % 7 < 5
        for hour in rng.uniform(9, 18, 3)
    ]
    return sorted(second - clock.offset_s(zone, second) for second in local)


def look(make_posts, times, units=None, **how):
    units = units or {name: (name,) for name in times}
    return [hours.finding(one) for one in answer(make_posts, times, units, **how)]


def answer(make_posts, times, units=None, **how):
    units = units or {name: (name,) for name in times}
    return list(answers(activities(make_posts(times, **how), units), library()))


def test_an_office_worker_gives_a_set_and_a_clue(make_posts) -> None:
    (found,) = look(make_posts, {"a": office("Asia/Shanghai")})
    assert found.status == "found"
    assert found.statement.startswith("If ordinary hours are kept")
    assert 480 in found.details["set80_population"]
    assert any("09-18 at UTC+1 is 11-20 at UTC+3" in limit for limit in found.limits)
    assert not any(word in found.statement for word in ("China", "confirmed", "Shanghai"))
    (clue,) = found.clues
    assert (clue.kind, clue.role, clue.set_by) == ("hours", "operator_present", "operator")
    assert (clue.category, clue.planted_chance_ppm) == ("behavioural", 200_000)
    assert clue.group == ("times:a",)
    assert clue.observations == tuple(o.id for o in found.observations)
    assert clock.ZONE_DATABASE in found.observations[0].version
    assert "hours-library" in found.observations[0].version


def test_the_clue_carries_the_likelihood_of_every_zone(make_posts) -> None:
    (found,) = look(make_posts, {"a": office("Asia/Shanghai")})
    likelihood = found.clues[0].likelihood
    assert isinstance(likelihood, ZoneLikelihood)
    assert set(likelihood.mdb) == set(candidate_zones())
    assert max(likelihood.mdb.values()) == 0
    # No prior in it: many people and few at the same rules weigh the same.
    assert likelihood.mdb["Asia/Shanghai"] == likelihood.mdb["Asia/Brunei"]
    assert likelihood.mdb["Asia/Shanghai"] > likelihood.mdb["America/New_York"] + 3000


def whole(value: object) -> bool:
    """No floats anywhere."""
    if isinstance(value, dict):
        return all(isinstance(k, str) and whole(v) for k, v in value.items())
    if isinstance(value, list | tuple):
        return all(map(whole, value))
    return value is None or type(value) in {bool, int, str}


def test_details_hold_no_floats_and_sum_up(make_posts) -> None:
    times = {"a": office("Europe/Berlin"), "b": office("Europe/Berlin", 2), "c": office("UTC")[:9]}
    units = {"a": ("a",), "all": ("a", "b", "c"), "c": ("c",)}
    for found in look(make_posts, times, units):
        assert whole(found.details)
        assert whole(found.observations[0].value)
        assert len(found.details["offset_min"]) == 42
        for prior in ("uniform", "population"):
            assert abs(sum(found.details[f"p_{prior}_ppm"]) - 1_000_000) < 60
            assert abs(sum(found.details[f"zone_p_{prior}_ppm"]) - 1_000_000) < 200


def test_below_fifty_hours_the_set_stands_and_nothing_else(make_posts) -> None:
    (found,) = look(make_posts, {"a": office("Asia/Tokyo")[:49]})
    assert found.status == "insufficient"
    assert found.clues == ()
    assert found.details["set80_uniform"]
    assert "week_utc" not in found.details
    assert "more would end this" in found.statement


def test_flat_activity_is_insufficient(make_posts) -> None:
    rng = np.random.default_rng(3)
    (found,) = look(make_posts, {"a": (START + rng.integers(0, 300 * DAY, 400)).tolist()})
    assert found.status == "insufficient"
    assert "flat" in found.statement


@pytest.mark.parametrize(
    ("how", "word"),
    [({"basis": "inferred"}, "whose clock"), ({"precision_s": 86_400}, "coarser")],
)
def test_unsure_clocks_are_insufficient(make_posts, how: dict[str, object], word: str) -> None:
    (found,) = look(make_posts, {"a": office("Asia/Tokyo")}, **how)
    assert found.status == "insufficient"
    assert word in found.statement


def test_stated_zones_stay_attached(make_posts) -> None:
    (found,) = look(make_posts, {"a": office("Asia/Tokyo")}, basis="stated")
    assert found.status == "found"
    assert any("rest on a zone that was stated" in limit for limit in found.limits)


def test_doubling_the_posts_changes_nothing(make_posts) -> None:
    times = office("Asia/Shanghai")
    (once,) = look(make_posts, {"a": times})
    (twice,) = look(make_posts, {"a": sorted(times + times)})
    keep = {"p_uniform_ppm", "p_population_ppm", "set80_uniform", "set80_population"}
    assert {k: once.details[k] for k in keep} == {k: twice.details[k] for k in keep}


def test_names_of_accounts_do_not_matter(make_posts) -> None:
    a, b = office("Asia/Shanghai"), office("Europe/Moscow", 2)
    first = {f.unit: f.details for f in look(make_posts, {"a": a, "b": b})}
    second = {f.unit: f.details for f in look(make_posts, {"a": b, "b": a})}
    assert first["a"] == second["b"]
    assert first["b"] == second["a"]
    pool = {"all": ("a", "b")}
    one = look(make_posts, {"a": a, "b": b}, pool)[0]
    other = look(make_posts, {"a": b, "b": a}, pool)[0]
    assert one.details == other.details


def test_moving_all_posts_moves_the_answer_and_keeps_the_status(make_posts) -> None:
    times = office("Asia/Shanghai")
    (here,) = answer(make_posts, {"a": times})
    (moved,) = answer(make_posts, {"a": [t - 3 * 3600 for t in times]})
    assert here.status == moved.status == "found"
    middle = [float(np.mean(a.set80[0])) for a in (here, moved)]
    assert middle[1] - middle[0] == pytest.approx(180, abs=60)


def test_a_copied_account_does_not_narrow_the_answer(make_posts) -> None:
    times = office("Asia/Shanghai")
    (alone,) = answer(make_posts, {"a": times})
    (copied,) = answer(make_posts, {"a": times, "b": times, "c": times}, {"all": ("a", "b", "c")})
    assert copied.set80 == alone.set80
    assert copied.group is not None
    assert copied.group.copies == 2
    assert any("count once" in limit for limit in copied.limits)


def test_a_crew_gets_a_wide_set_and_both_shifts_are_printed(make_posts) -> None:
    crew = {f"m{i}": office("Asia/Shanghai", i, late_h=(i % 5 - 2) * 0.7) for i in range(8)}
    (found,) = look(make_posts, crew, {"crew": tuple(crew)})
    assert found.status == "found"
    group = found.details["group"]
    assert len(found.details["set80_uniform"]) > len(group["set80_uniform_colleagues"])
    assert group["tau_min"] == 180
    assert group["colleagues_tau_min"] == 42
    assert any("0.7 h" in limit and "3 h" in limit for limit in found.limits)
    larger = {f"m{i}": office("Asia/Shanghai", i, late_h=(i % 5 - 2) * 0.7) for i in range(9)}
    (one_more,) = look(make_posts, larger, {"crew": tuple(larger)})
    before, after = (len(f.details["set80_uniform"]) for f in (found, one_more))
    assert after >= before - 1


def test_members_that_do_not_agree_must_be_split(make_posts) -> None:
    mixed = {f"c{i}": office("Asia/Shanghai", i) for i in range(6)}
    mixed |= {f"n{i}": office("America/New_York", i + 30) for i in range(6)}
    (found,) = look(make_posts, mixed, {"pool": tuple(mixed)})
    assert found.status == "insufficient"
    assert "do not agree in phase" in found.statement
    assert "split first" in found.statement


def test_one_chair_behind_many_accounts_is_said(make_posts) -> None:
    slots = [START + d * DAY + h * 3600 + 60 * (7 * d % 60) for d in range(60) for h in (1, 4, 9)]
    crew = {f"m{i}": [s + i * 7 * DAY + i * 61 for s in slots] for i in range(6)}
    (found,) = look(make_posts, crew, {"crew": tuple(crew)})
    assert any("no independent people" in limit for limit in found.limits)


def test_untested_agreement_is_said(make_posts) -> None:
    small = {f"m{i}": office("Asia/Shanghai", i)[:30] for i in range(4)}
    (found,) = look(make_posts, small, {"crew": tuple(small)})
    assert any("not tested" in limit for limit in found.limits)


def test_units_without_posts_and_no_posts_at_all(make_posts) -> None:
    (found,) = look(make_posts, {"a": office("UTC")}, {"images only": ("x",)})
    assert found.status == "insufficient"
    assert found.details["n_posts"] == 0
    assert found.observations == ()
    assert hours.zone_likelihood(answer(make_posts, {"a": [START]}, {"x": ("x",)})[0]).mdb == {}


def test_the_week_is_converted_by_the_rules_of_each_date(make_posts) -> None:
    """09:00 in New York through both clock changes: one local bin, two in UTC."""
    days = range(365)
    local = [START + day * DAY + 9 * 3600 for day in days]
    times = [second - clock.offset_s("America/New_York", second) for second in local]
    (one,) = answer(make_posts, {"a": times})
    there = np.array(week_counts(one, "America/New_York")).reshape(7, 24)
    utc = np.array(week_counts(one, "UTC")).reshape(7, 24)
    assert there.sum() == utc.sum() == len(times)
    assert np.flatnonzero(there.sum(axis=0)).tolist() == [9]
    assert np.flatnonzero(utc.sum(axis=0)).tolist() == [13, 14]
    assert there[0].sum() == 53, "Mondays stand first"


def test_week_counts_of_the_details(make_posts) -> None:
    (found,) = look(make_posts, {"a": office("Asia/Shanghai")})
    assert len(found.details["week_utc"]) == len(found.details["week_local"]) == 168
    assert sum(found.details["week_utc"]) == found.details["n_posts"]
    assert found.details["local_zone"] in candidate_zones()


@settings(deadline=None)
@given(st.sampled_from(candidate_offsets()), st.sampled_from(candidate_offsets()))
def test_shifts_lead_from_one_offset_to_the_other(offset: int, best: int) -> None:
    shift = shift_min(offset, best)
    assert -720 < shift <= 720
    assert (best + shift - offset) % 1440 == 0


def test_alternatives_cover_every_offset() -> None:
    # UTC+1 at 09-18 is UTC+3 at 11-20: two hours later.
    assert dict(alternatives(60))[180] == 120
    assert dict(alternatives(60))[60] == 0
    assert [offset for offset, _ in alternatives(60)] == list(candidate_offsets())


def test_a_class_in_words(make_posts) -> None:
    (one,) = answer(make_posts, {"a": office("Asia/Kolkata")})
    assert one.classes is not None
    place = next(i for i, names in enumerate(one.classes.names) if "Asia/Kolkata" in names)
    assert hours.zone_label(one.classes, place, 330).startswith("Asia/Kolkata (UTC+5:30")


def test_many_small_units_go_through_in_order(make_posts, monkeypatch: pytest.MonkeyPatch) -> None:
    times = {f"u{i:03d}": office("UTC", i)[: 1 + i % 5] for i in range(40)}
    posts = make_posts(times)
    units = {name: (name,) for name in times}

    def asked() -> list[tuple[str, object]]:
        found = answers(activities(posts, units), library())
        return [(one.activity.unit, hours.details_of(one)) for one in found]

    whole_run = asked()
    monkeypatch.setattr("forensics.clues.hours.answer.TOGETHER", 7)
    assert asked() == whole_run
    assert [name for name, _ in whole_run] == list(units)


def test_one_offset_is_named_or_the_reason_why_not(make_posts) -> None:
    sure, few = answer(
        make_posts, {"a": office("Asia/Kolkata", days=300), "b": office("Asia/Kolkata")[:30]}
    )
    for one in (sure, few):
        assert (one.point_min is None) == bool(one.point_reason)
        place, worth = hours.model.point(one.offset_p[1])
        assert one.point_min in (None, candidate_offsets()[place])
        assert one.point_worth_ppm == round(worth * 1_000_000)
    assert few.point_min is None
    assert "names no zone" in few.point_reason or "name no zone" in few.point_reason
    (found,) = look(make_posts, {"a": office("Asia/Kolkata", days=300)})
    assert found.details["point_min"] == sure.point_min
    assert found.details["point_reason"] == sure.point_reason
    assert found.details["point_worth_ppm"] == sure.point_worth_ppm


@pytest.mark.parametrize("needed", [0.0, 1.1])
def test_the_limit_decides_whether_a_point_is_named(make_posts, monkeypatch, needed: float) -> None:
    monkeypatch.setattr(hours.model, "POINT_AT", needed)
    (one,) = answer(make_posts, {"a": office("Asia/Shanghai")})
    assert one.status == "found"
    assert (one.point_min is None) == (needed > 1)
    assert ("stands out" in one.point_reason) == (needed > 1)


def test_sets_for_other_people_are_wider_and_said(make_posts) -> None:
    (one,) = answer(make_posts, {"a": office("Europe/Berlin", days=200)})
    for narrow, wide in zip(one.set80, one.set80_others, strict=True):
        assert len(wide) > len(narrow)
        assert set(narrow) <= set(wide)
    (found,) = look(make_posts, {"a": office("Europe/Berlin", days=200)})
    widest = max(found.details["set80_uniform_others"], found.details["set80_population_others"])
    assert widest
    said = [limit for limit in found.limits if "another hour off" in limit]
    assert said
    # The clue carries the flatter likelihood: whoever is asked about, is hardly a programmer.
    assert np.ptp(one.likelihood_others) < np.ptp(one.log_likelihood)
