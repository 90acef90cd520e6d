"""Approximate shapes of prefectures: labelled as such, inside their province, apart."""

from __future__ import annotations

import pytest
import shapely
from shapely.geometry import shape

from forensics.reference.approximate import approximate_shape, approximate_shapes
from forensics.reference.boundaries import admin1
from forensics.reference.divisions import prefectures_of
from forensics.reference.places import load_gazetteer


def test_every_shape_says_that_it_is_approximate() -> None:
    found = approximate_shapes(prefectures_of("CN-JS"))["features"]
    assert len(found) == 13
    assert {feature["properties"]["boundary_kind"] for feature in found} == {"approximate"}
    assert approximate_shape("CN-JS.3209")["properties"]["name_local"] == "盐城市"


@pytest.mark.parametrize("code", ["CN-JS", "CN", "CN-JS.9999", "US-TX.277", ""])
def test_what_has_no_shape_gives_none(code: str) -> None:
    assert approximate_shape(code) is None


@pytest.mark.parametrize("province", ["CN-JS", "CN-GD", "CN-XJ", "CN-NM"])
def test_prefectures_fill_their_province_and_do_not_overlap(province: str) -> None:
    whole = shape(next(f for f in admin1("CN")["features"] if f["id"] == province)["geometry"])
    parts = [shape(f["geometry"]) for f in approximate_shapes(prefectures_of(province))["features"]]
    assert all(shapely.is_valid(parts))
    union = shapely.union_all(parts)
    assert union.symmetric_difference(whole).area < 0.02 * whole.area
    assert sum(part.area for part in parts) < 1.01 * union.area


def test_nearly_every_place_lies_in_the_shape_of_its_prefecture() -> None:
    world = load_gazetteer()
    inside = seen = 0
    for code in prefectures_of("CN-JS"):
        outline = shape(approximate_shape(code)["geometry"]).buffer(0.02)
        for number in world.mask(code).nonzero()[0]:
            seen += 1
            inside += outline.contains(shapely.Point(world.lon[number], world.lat[number]))
    assert seen > 50
    assert inside >= 0.97 * seen
