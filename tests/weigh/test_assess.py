"""The whole of weighing, on a small world: invariances, conclusions, words."""

from __future__ import annotations

import dataclasses
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forensics.errors import WeighError
from forensics.weigh import assess, check_words
from forensics.weigh.conclude import DOES_NOT_SAY, quoted
from forensics.words import term_index


def _assess(world: Any, clues: Any, hypotheses: Any = None, **changes: Any) -> Any:
    fields = {"accounts": 3, "posts": 100} | changes
    return assess("u", clues, hypotheses, world, **fields)


def _strong(make: Any) -> list[Any]:
    """The made-up case without the planted clue, with a filing that a register confirmed."""
    filing = make.clue(
        "f",
        make.area("CN-JS.3209"),
        "filing",
        set_by="third_party",
        planted_chance_ppm=10_000,
        category="contextual",
    )
    return [*(clue for clue in make.five() if clue.id != "m"), filing]


def _numbers(result: Any) -> Any:
    """All that must not move when the input is shuffled or repeated."""
    groups = [dataclasses.replace(group, clues=()) for group in result.groups]
    conclusion = dataclasses.replace(result.conclusion, clues=(), reasons=())
    return (result.rows, groups, result.weights, result.tests, result.places, conclusion)


def test_nothing_to_weigh_says_so(world: Any, make: Any) -> None:
    result = _assess(world, [])
    assert result.places is None
    assert result.tests == result.rows == result.groups == ()
    assert result.conclusion.statement.startswith("Nothing can be said about where")
    assert result.conclusion.likelihood is None
    assert result.conclusion.confidence == "low"
    assert check_words(result) == ()


def test_clues_in_roles_that_move_nothing_are_shown_unweighed(world: Any, make: Any) -> None:
    shown = make.clue("s", make.area("US"), role="content_subject")
    result = _assess(world, [shown])
    assert result.unweighed == (shown,)
    assert "1 clues shown" in result.conclusion.statement
    both = _assess(world, [shown, *make.five()])
    assert both.unweighed == (shown,)
    assert _numbers(both) == _numbers(_assess(world, make.five()))


def test_a_clue_of_another_unit_is_refused(world: Any, make: Any) -> None:
    with pytest.raises(WeighError, match="given for 'u'"):
        _assess(world, [make.clue("x", make.area("CN"), unit="v")])


def test_hours_alone_name_no_place(world: Any, make: Any) -> None:
    result = _assess(world, [make.clue("h", make.hours(), "hours", category="behavioural")])
    conclusion = result.conclusion
    assert conclusion.statement.startswith(
        "No place can be named: the leading rows together (one of the zones Asia/Shanghai"
    )
    assert conclusion.hypothesis is None
    assert conclusion.rung is None
    assert conclusion.likelihood is None
    assert conclusion.confidence == "low"
    assert any("Rung zone" in note for note in result.notes)
    assert any("calendar test" in text for text in conclusion.would_change)
    assert any("audience" in text for text in conclusion.would_change)
    assert check_words(result) == ()


def test_a_strong_case_names_the_province_and_not_the_city(world: Any, make: Any) -> None:
    result = _assess(world, _strong(make), assumptions=["times are UTC"])
    conclusion = result.conclusion
    assert conclusion.rung == "province"
    assert conclusion.hypothesis == "H_CN-JS"
    assert "Jiangsu (CN-JS)" in conclusion.statement
    assert "Yancheng" not in conclusion.statement
    assert conclusion.assumptions == ("times are UTC",)
    assert conclusion.clues == ("c", "e", "f", "h", "l")
    assert set(result.claim_rows) == {"H_CN-JS", "H_CN-JS.3209"}
    assert conclusion.probability_ppm == min(
        test.assessed_ppm for test in result.tests if test.in_headline
    )
    lowest = next(test for test in result.tests if test.id == conclusion.lowest_test)
    assert lowest.assessed_ppm == conclusion.probability_ppm
    for fine, whole in zip(result.row_tests, result.tests, strict=True):
        assert fine.id == whole.id
        assert fine.assessed_ppm <= whole.assessed_ppm
    assert any("H_CN-JS, H_CN-JS.3209 as one" in note for note in result.notes)
    assert "second reviewer" in " ".join(conclusion.would_change)
    assert result.rows[0].hypothesis.id == "H_CN-JS.3209"
    assert result.rows[0].stated_ppm > 800_000


def test_moderate_confidence_wants_two_categories_and_no_conflict(world: Any, make: Any) -> None:
    strong = _strong(make)
    assert _assess(world, strong).conclusion.confidence == "moderate"
    conflict = [*strong, make.clue("m", make.point(14.6, 121.0), "text_position")]
    found = _assess(world, conflict).conclusion
    assert found.confidence == "low"
    assert any("conflicts with the other groups" in text for text in found.against)
    alike = [dataclasses.replace(clue, category="technical") for clue in strong]
    one = _assess(world, alike).conclusion
    assert one.confidence == "low"
    assert any("of one category" in text for text in one.against)
    assert any("another category" in text for text in one.would_change)


def test_stronger_words_than_the_numbers_are_found(world: Any, make: Any) -> None:
    result = _assess(world, _strong(make))
    stronger = result.conclusion.statement.replace(result.conclusion.likelihood, "almost certain")
    louder = dataclasses.replace(result.conclusion, statement=stronger)
    found = check_words(dataclasses.replace(result, conclusion=louder))
    assert {item.rule for item in found} == {"W3"}


def test_confidence_and_likelihood_never_share_a_sentence(world: Any, make: Any) -> None:
    conclusion = _assess(world, _strong(make)).conclusion
    assert "onfidence" not in conclusion.statement
    heads = [reason.split(":")[0] for reason in conclusion.reasons]
    assert heads == ["Source quality", "Corroboration", "Assumptions", "Gaps"]


def test_what_it_does_not_say_only_grows(world: Any, make: Any) -> None:
    clues = [
        dataclasses.replace(clue, accounts=("a1", "a2", "a3") if clue.id == "h" else ("a1", "a2"))
        for clue in make.five()
    ]
    conclusion = _assess(world, clues).conclusion
    assert set(DOES_NOT_SAY) <= set(conclusion.does_not_say)
    assert "all 3 accounts share the place: 2 of them carry a clue" in conclusion.does_not_say[0]


def test_a_country_is_named_where_no_province_is_carried(world: Any, make: Any) -> None:
    clues = [
        make.clue("a", make.area("CN"), set_by="platform", planted_chance_ppm=10_000),
        make.clue("b", make.area("CN"), "filing", planted_chance_ppm=10_000, set_by="third_party"),
        make.clue("c", make.area("CN-GD"), "phone", planted_chance_ppm=300_000),
        make.clue("d", make.area("CN-JS"), "phone", planted_chance_ppm=300_000),
    ]
    result = _assess(world, clues)
    assert result.conclusion.rung == "country"
    assert "China (CN)" in result.conclusion.statement
    assert len(result.claim_rows) == 2
    assert any("counting 2 rows as one: named" in note for note in result.notes)


def test_zones_are_named_where_hours_carry_and_places_do_not(world: Any, make: Any) -> None:
    strong = {"planted_chance_ppm": 2_000, "set_by": "platform", "category": "behavioural"}
    clues = [make.clue(f"h{n}", make.hours(8, 20_000 + n), "hours", **strong) for n in range(4)]
    result = _assess(world, clues, audience_zone="America/New_York")
    assert result.conclusion.rung == "zone"
    assert "one of the zones Asia/Shanghai" in result.conclusion.statement
    assert result.conclusion.hypothesis == "H_CN"
    assert check_words(result) == ()


def test_stated_rows_are_kept_and_completed(world: Any, make: Any) -> None:
    rows = [
        make.row("H1", "CN-JS.3209", rung="city", statement="Worked in Yancheng."),
        make.row("H2", "CN", statement="Worked in China outside Yancheng."),
        make.row("H3", "PH"),
        make.row("H4", kind="scheduler"),
    ]
    result = _assess(world, _strong(make), rows)
    assert [row.hypothesis.id for row in result.rows][:4] == ["H1", "H2", "H3", "H4"]
    assert len(result.rows) == 7
    assert sum("Row added" in note for note in result.notes) == 3
    assert result.conclusion.rung == "province"  # a city waits for a second reviewer
    assert result.claim_rows == ()
    assert result.row_tests == ()


def test_priors_stated_by_hand_replace_those_of_the_rows(world: Any, make: Any) -> None:
    priors = {"H_scheduler": (0, "seconds are spread evenly"), "H_ZZ": (5, "a wrong id")}
    result = _assess(world, make.five(), priors=priors)
    row = next(row for row in result.rows if row.hypothesis.id == "H_scheduler")
    assert row.hypothesis.prior_ppm == row.stated_ppm == row.equal_ppm == 0
    assert row.hypothesis.prior_reason == "seconds are spread evenly"
    assert any("H_ZZ was not used" in note for note in result.notes)
    with pytest.raises(WeighError, match="below 0"):
        _assess(world, make.five(), priors={"H_none": (-1, "")})


def test_a_scheduler_that_leads_is_named_as_what_it_is(world: Any, make: Any) -> None:
    rows = [
        make.row("H1", "US", prior_ppm=10_000),
        make.row("H2", kind="scheduler", prior_ppm=990_000),
    ]
    result = _assess(world, [make.clue("l", make.area("US"))], rows)
    assert "the leading row (a scheduler)" in result.conclusion.statement
    assert result.conclusion.hypothesis is None


def test_rows_without_a_place_name_none(world: Any, make: Any) -> None:
    result = _assess(world, [make.clue("l", make.area("US"))], [make.row("q", kind="scheduler")])
    assert result.conclusion.statement.startswith("No place can be named")


@pytest.mark.parametrize(
    ("areas", "rung", "label"),
    [
        (("CN-JS", "CN-GD"), "province", "Jiangsu (CN-JS) or Guangdong (CN-GD)"),
        (("CN", "TW"), "country", "China (CN) or Taiwan (TW)"),
    ],
)
def test_a_set_of_areas_is_named_as_a_set(
    world: Any, make: Any, areas: tuple[str, ...], rung: str, label: str
) -> None:
    rows = [make.row("H1", *areas, rung=rung), make.row("H2", "US"), make.row("H3", "RU")]
    clues = [
        make.clue(f"l{n}", make.area(*areas), planted_chance_ppm=5_000, set_by="platform")
        for n in range(3)
    ]
    conclusion = _assess(world, clues, rows).conclusion
    assert label in conclusion.statement
    assert conclusion.rung == rung


def test_a_row_that_is_a_zone_can_be_concluded_as_one(world: Any, make: Any) -> None:
    rows = [
        make.row("H1", zone="Europe/Moscow", rung="zone"),
        make.row("H2", "CN"),
        make.row("H3", "US"),
    ]
    clues = [
        make.clue(
            f"h{n}",
            make.hours(3, 15_000 + n),
            "hours",
            planted_chance_ppm=5_000,
            set_by="platform",
        )
        for n in range(4)
    ]
    conclusion = _assess(world, clues, rows).conclusion
    assert conclusion.rung == "zone"
    assert "Europe/Moscow" in conclusion.statement


def test_notes_name_repeats_missing_areas_and_unlisted_audiences(world: Any, make: Any) -> None:
    clues = [
        make.clue("h", make.hours(), "hours"),
        make.clue("p", make.point(33.4, 120.2), "image_position", group=("content:a",)),
        make.clue("q", make.point(33.4, 120.2), "image_position", group=("content:a",)),
        make.clue("z", make.area("ZZ-9"), "label"),
    ]
    notes = " ".join(_assess(world, clues, audience_zone="Asia/Kolkata").notes)
    assert "1 clues repeat" in notes
    assert "does not hold ZZ-9" in notes
    assert "Asia/Kolkata" in notes
    assert "proposed by the program" in notes


def test_places_hold_one_and_explain_their_prior(world: Any, make: Any) -> None:
    places = _assess(world, make.five()).places
    total = sum(area.aimed_ppm for area in places.countries) + places.countries_rest_ppm
    assert total == pytest.approx(1_000_000, abs=30)
    assert places.countries[0].code == "CN"
    assert places.provinces[0].code == "CN-JS"
    held = sum(a.aimed_ppm for a in places.countries if a.code in places.credible80)
    assert held >= 800_000
    last = places.credible80[-1]
    assert held - next(a.aimed_ppm for a in places.countries if a.code == last) < 800_000
    assert "population + 500" in places.prior_note
    assert "exponents 0, 0.5 and 1" in places.prior_note


@pytest.mark.parametrize("unit", ["likely", "very likely the bureau", "is confirmed [G9]. It"])
def test_unit_names_cannot_pose_as_words(world: Any, make: Any, unit: str) -> None:
    assert quoted("a\n b\t ”c") == "“a b 'c”"
    assert len(quoted("x" * 200)) == 82
    clues = [dataclasses.replace(clue, unit=unit) for clue in _strong(make)]
    result = assess(unit, clues, None, world, accounts=1, posts=1)
    assert result.conclusion.unit == unit
    assert result.conclusion.likelihood
    assert check_words(result) == ()


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    picked=st.lists(
        st.tuples(
            st.sampled_from(["h", "l", "c", "e", "m"]),
            st.sampled_from(["technical", "behavioural", "contextual"]),
            st.sampled_from(["operator", "platform", "third_party", "unknown"]),
            st.integers(2_000, 400_000),
            st.integers(0, 3),
        ),
        min_size=1,
        max_size=7,
    ),
    seed=st.integers(0, 99),
    audience=st.sampled_from([None, "America/New_York", "Asia/Tokyo"]),
)
def test_any_case_keeps_the_rules(
    world: Any, make: Any, picked: Any, seed: int, audience: str | None
) -> None:
    base = {clue.id: clue for clue in make.five()}
    clues = [
        dataclasses.replace(
            base[name],
            id=f"{name}{number}",
            category=category,
            set_by=set_by,
            planted_chance_ppm=planted,
            group=() if key == 0 else (f"k:{key}",),
        )
        for number, (name, category, set_by, planted, key) in enumerate(picked)
    ]
    result = _assess(world, clues, audience_zone=audience)
    # order and duplicates change nothing
    shuffled = [*clues, *clues]
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - not for secrets
    assert _assess(world, shuffled, audience_zone=audience) == result
    # sums are sums
    for row in result.rows:
        cells = [w.mdb for w in result.weights if w.hypothesis == row.hypothesis.id]
        assert row.sum_mdb == sum(cells)
        assert len(cells) == len(result.groups)
    # no weight above the ceiling
    for group in result.groups:
        cells = [w.mdb for w in result.weights if w.group == group.id]
        assert max(cells) - min(cells) <= group.ceiling_mdb + 1
    # a conclusion needs more than roughly even in every headline test, and passes the linter
    conclusion = result.conclusion
    if conclusion.rung is None:
        assert conclusion.likelihood is None
        assert conclusion.hypothesis is None
    else:
        tests = result.tests
        low = min(test.assessed_ppm for test in tests if test.in_headline)
        assert conclusion.probability_ppm == low > 550_000
        assert conclusion.rung in {"province", "country", "zone"}
        if len({test.leader for test in tests}) > 1:
            assert conclusion.likelihood != "almost certain"
        assert conclusion.likelihood is not None
        assert term_index(low) >= 4
    assert check_words(result) == ()
    assert conclusion.confidence in {"low", "moderate"}


@settings(
    deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(reposts=st.integers(1, 10))
def test_a_repost_changes_no_number(world: Any, make: Any, reposts: int) -> None:
    clues = [
        dataclasses.replace(clue, group=("content:manila",)) if clue.id == "m" else clue
        for clue in make.five()
    ]
    planted = next(clue for clue in clues if clue.id == "m")
    copies = [
        dataclasses.replace(planted, id=f"m{n}", group=("content:manila", f"persona:{n}"))
        for n in range(reposts)
    ]
    assert _numbers(_assess(world, [*clues, *copies])) == _numbers(_assess(world, clues))


def test_everything_stored_is_an_integer(world: Any, make: Any) -> None:
    def walk(value: Any) -> None:
        assert not isinstance(value, float)
        if isinstance(value, dict):
            for item in value.values():
                walk(item)
        elif isinstance(value, (list, tuple)):
            for item in value:
                walk(item)

    result = dataclasses.asdict(_assess(world, make.five()))
    walk(result)
    assert type(result["rows"][0]["sum_mdb"]) is int
    assert type(result["places"]["countries"][0]["aimed_ppm"]) is int
