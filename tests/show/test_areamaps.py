"""Maps of the report: sets per level, and lines from what is claimed to what was assessed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from forensics.show.areamaps import place_maps
from forensics.show.outline import Shapes
from forensics.show.view import Boundaries, ReportView, UnitView
from forensics.weigh.assessment import CredibleSet


def with_sets(unit: UnitView) -> UnitView:
    places = unit.assessment.places
    assert places is not None
    sets = (
        CredibleSet("country", 500_000, ("CN",), 1, 900_000),
        CredibleSet("country", 950_000, ("CN", "PH", ""), 3, 960_000),
        CredibleSet("admin1", 800_000, ("CN-JS", "PH-00"), 2, 810_000),
    )
    return replace(unit, assessment=replace(unit.assessment, places=replace(places, credible=sets)))


def test_each_level_is_drawn_with_its_own_sets(view: ReportView, boundaries: Boundaries) -> None:
    countries, provinces = place_maps("u1", with_sets(view.units[0]), Shapes(boundaries))
    assert re.findall(r'class="(set\d+)"', str(countries.svg)) == ["set95", "set50"]
    assert re.findall(r'class="(set\d+)"', str(provinces.svg)) == ["set80"]
    assert 'id="u1-countries"' in str(countries.svg)
    assert provinces.title == "Provinces of China by probability"


def test_a_line_leads_from_claimed_to_assessed(view: ReportView, boundaries: Boundaries) -> None:
    unit = view.units[0]
    countries, provinces = place_maps("u1", unit, Shapes(boundaries))
    claim = unit.claimed[0]
    assert (claim.claimed_area, claim.assessed_area) == ("US", "CN-JS")
    assert str(countries.svg).count('class="claimed-to"') == 1
    assert f"{claim.accounts} accounts ({claim.rung})" in str(countries.svg)
    assert 'class="claimed-to"' not in str(provinces.svg)
    same = replace(unit, claimed=(replace(claim, claimed_area="CN-SD"),))
    assert 'class="claimed-to"' not in str(place_maps("u1", same, Shapes(boundaries))[0].svg)


def test_nothing_to_draw(
    view: ReportView, boundaries: Boundaries, with_unit: Callable[..., ReportView]
) -> None:
    unit = view.units[0]
    assert place_maps("u1", unit, None) == ()
    nowhere = replace(unit, assessment=replace(unit.assessment, places=None))
    assert place_maps("u1", nowhere, Shapes(boundaries)) == ()
