"""What a reader of the map chooses by: rungs, crews, credible sets and approximate outlines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from forensics.model import (
    AreaLikelihood,
    Finding,
    KindLikelihood,
    PointLikelihood,
    Position,
    ZoneLikelihood,
)
from forensics.show.mapfilters import (
    RUNGS,
    approximate_names,
    bands,
    crew_names,
    crews_with,
    rung_of,
)
from forensics.show.outline import Shapes
from forensics.show.view import Boundaries, ReportView, UnitView
from forensics.weigh.assessment import CredibleSet


@pytest.mark.parametrize(
    ("likelihood", "rung"),
    [
        (AreaLikelihood(("CN",), 1), "country"),
        (AreaLikelihood(("CN-JS",), 1), "province"),
        (AreaLikelihood(("CN-JS.3209",), 1), "city"),
        (AreaLikelihood(("CN-JS.3209", "CN-SH"), 1), "province"),
        (AreaLikelihood((), 1), "country"),
        (PointLikelihood(Position(1, 1, 5, "exif")), "position"),
        (ZoneLikelihood({}), "zone"),
        (KindLikelihood({}), "no place"),
    ],
)
def test_a_clue_bears_on_the_rung_of_its_coarsest_area(
    view: ReportView, likelihood: Any, rung: str
) -> None:
    clue = replace(view.units[0].clues[0].clue, likelihood=likelihood)
    assert rung_of(clue) == rung
    assert rung in RUNGS


@pytest.fixture
def crewed(view: ReportView) -> UnitView:
    details = {"crews": [{"members": ["a", "b"]}, {"members": ["c"]}]}
    found = Finding("crews", "A", "found", "two", details=details)
    return replace(view.units[0], findings=(found,), accounts=("a", "b", "c", "d"))


def test_crews_that_carry_a_clue(crewed: UnitView) -> None:
    assert crew_names(crewed) == [
        "crew 1 (2 accounts)", "crew 2 (1 account)", "accounts in no crew",
    ]  # fmt: skip
    assert crews_with(("b",), crewed) == [0]
    assert crews_with(("a", "c"), crewed) == [0, 1]
    assert crews_with(("c", "d"), crewed) == [1, 2]
    assert crews_with((), crewed) == [2], "what no account carries belongs to no crew"


def test_without_crews_there_is_nothing_to_choose(crewed: UnitView) -> None:
    none = replace(crewed, findings=(replace(crewed.findings[0], status="nothing_found"),))
    assert crew_names(none) == []
    assert crews_with(("a",), none) == []


def test_sets_say_what_is_not_drawn(view: ReportView, boundaries: Boundaries) -> None:
    unit = view.units[0]
    places = unit.assessment.places
    assert places is not None
    sets = (
        CredibleSet("country", 500_000, ("CN", "ZZ", ""), 3, 500_001),
        CredibleSet("zone", 500_000, ("Asia/Shanghai",), 1, 900_000),
        CredibleSet("admin1", 950_000, ("CN-JS",), 40, 950_001),
        CredibleSet("admin2", 950_000, ("ZZ-1.2",), 40, 950_001),
    )
    changed = replace(
        unit, assessment=replace(unit.assessment, places=replace(places, credible=sets))
    )
    found = bands(changed, Shapes(boundaries))
    assert [(one["level"], one["codes"]) for one in found] == [
        ("country", ["CN"]), ("admin1", ["CN-JS"]),
    ]  # fmt: skip
    assert found[0]["text"] == "50 %: 3 areas, 2 of them not drawn"
    assert found[1]["text"] == "95 %: 40 areas, 39 of them not drawn"
    nowhere = replace(unit, assessment=replace(unit.assessment, places=None))
    assert bands(nowhere, Shapes(boundaries)) == []


def test_approximate_outlines_are_named_as_such(
    view: ReportView, boundaries: Boundaries, with_unit: Callable[..., ReportView]
) -> None:
    square = boundaries.countries["features"][0]["geometry"]
    second = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": square,
             "properties": {"code": code, "name": name, "boundary_kind": kind}}
            for code, name, kind in (
                ("CN-JS.3209", "Yan\u202echeng", "approximate"),
                ("CN-JS.3201", "Nanjing", "approximate"),
            )
        ],
    }  # fmt: skip
    shapes = Shapes(replace(boundaries, admin2=second))
    found = approximate_names(view.units[0], shapes)
    assert [one["name"] for one in found] == ["Yan⟨U+202E⟩cheng: approximate"], "only what is drawn"
    assert approximate_names(view.units[0], Shapes(boundaries)) == []
