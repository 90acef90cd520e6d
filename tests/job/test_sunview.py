"""What the map of a shadow shows."""

from __future__ import annotations

import numpy as np
import pytest

import forensics
from forensics.job.sunview import outline, sun_view
from forensics.reference.land import load_land
from forensics.reference.places import load_gazetteer
from forensics.show.sunmap import SunView


@pytest.fixture(scope="module")
def view() -> SunView:
    found = forensics.sun(
        height=1.7, shadow=1.33, azimuth=255, time="2024-05-09T06:30Z", places=["Lagos"]
    )
    return sun_view(found.answer, found.tested, found.zone_note)


def area(rings: list) -> float:
    """Square degrees of polygons with holes."""
    total = 0.0
    for polygon in rings:
        for number, ring in enumerate(polygon):
            y, x = np.array(ring, dtype=float).T
            size = abs(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) / 2
            total += -size if number else size
    return total


def test_the_region_is_an_area_that_holds_its_share(view: SunView) -> None:
    most, half = view.bands
    assert (most.mass, half.mass) == (90, 50)
    assert area(half.shape) < area(most.shape)
    corners = np.array([pair for polygon in half.shape for pair in polygon[0]], dtype=float)
    assert 20 < corners[:, 0].min() < corners[:, 0].max() < 48
    assert 105 < corners[:, 1].min() < corners[:, 1].max() < 135


def test_circles_points_and_places(view: SunView) -> None:
    assert [one.exact for one in view.circles] == [True, False, False]
    for circle in view.circles:
        for line in circle.lines:
            assert np.abs(np.diff([float(x) for _, x in line])).max() < 180, "no streak"
    assert len(view.overhead) == 1
    assert len(view.points) == 1
    assert view.points[0].radius_m > 100_000
    assert [one.out for one in view.tested] == [True, True], "two places have this name"
    assert view.countries[0]["name"] == "China"
    assert "of the land" in view.ruled_out


def test_an_outline_has_the_area_of_its_cells() -> None:
    land = load_land(load_gazetteer())
    inside = (np.abs(land.lat - 35) < 6) & (np.abs(land.lon - 105) < 6)
    rings = outline(land, inside)
    assert area(rings) == pytest.approx(inside.sum() * land.step**2, rel=0.03)


def test_nothing_but_the_region_where_the_clock_is_local() -> None:
    view = sun_view(forensics.sun(elevation=60, local_time="2024-12-09T14:30").answer)
    assert not view.circles
    assert not view.points
    assert view.bands[0].shape
