"""From shadows to heights, circles and points."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from forensics.clues.sun.position import horizontal, refraction, subsolar
from forensics.clues.sun.shadow import circle, fix, from_shadow, sight, solve
from forensics.errors import ClueError

KNOWN_S = 1_715_236_200
TIMES = st.integers(946_684_800, 2_145_916_799)


def test_height_of_the_sun_from_lengths() -> None:
    assert from_shadow(1, 1)[0] == pytest.approx(45)
    assert from_shadow(1.7, 2.4)[0] == pytest.approx(35.311, abs=1e-3)
    assert from_shadow(170, 240)[0] == pytest.approx(from_shadow(1.7, 2.4)[0])


@pytest.mark.parametrize(("ratio", "h"), [(0.2, 12.0), (0.2, 45.0), (0.05, 45.0), (0.05, 80.0)])
def test_errors_of_lengths_are_those_of_a_simulation(ratio: float, h: float) -> None:
    """Lean and slope by real geometry, not by the formula that is tested."""
    rng = np.random.default_rng(3)
    n = 40_000
    slope, lean = np.radians(rng.normal(0, 1.0, n)), np.radians(rng.normal(0, 1.5, n))
    sun = math.radians(h)
    # an object that leans by `lean` towards the sun, on ground that falls away from it by `slope`
    top_x, top_y = -np.sin(lean), np.cos(lean)
    # the ray comes down with slope -tan(sun); the ground is y = -tan(slope) x
    x = (top_y + math.tan(sun) * top_x) / (math.tan(sun) - np.tan(slope))
    length = x / np.cos(slope)
    seen = np.degrees(np.arctan((1 / length) * (1 + rng.normal(0, ratio / 4, n))))
    _, sigma = from_shadow(
        math.sin(sun), math.cos(sun), ratio_error=ratio / 4, slope_error=1.0, lean_error=1.5
    )
    assert seen.std() == pytest.approx(sigma, rel=0.06)


def test_published_size_of_errors() -> None:
    only = {"slope_error": 0.0, "lean_error": 0.0}
    low = from_shadow(math.tan(math.radians(10)), 1, ratio_error=0.2, **only)[1]
    middle = from_shadow(1, 1, ratio_error=0.2, **only)[1]
    assert low == pytest.approx(2, abs=0.1)
    assert 5 < middle < 6


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (lambda: from_shadow(0, 1), "positive"),
        (lambda: from_shadow(1, -1), "positive"),
        (lambda: from_shadow(math.nan, 1), "positive"),
        (lambda: from_shadow(math.inf, 1), "positive"),
        (lambda: from_shadow(1, 1, ratio_error=1.5), "ratio"),
        (lambda: from_shadow(1, 1, slope_error=-1), "slope"),
        (lambda: from_shadow(1, 1, lean_error=90), "lean"),
        (lambda: sight(None, None), "neither"),
        (lambda: sight((91, 1), None), "between -1 and 90"),
        (lambda: sight((-5, 1), None), "between -1 and 90"),
        (lambda: sight((math.nan, 1), None), "between -1 and 90"),
        (lambda: sight((30, 100), None), "error of the elevation"),
        (lambda: sight(None, (400, 1)), "direction"),
        (lambda: sight(None, (10, -1)), "error of the azimuth"),
    ],
)
def test_impossible_measurements_are_refused(call, what: str) -> None:
    with pytest.raises(ClueError, match=what):
        call()


def test_refraction_is_taken_off_unless_told() -> None:
    seen = sight((5, 1), None)
    assert seen.elevation == pytest.approx(5 - float(refraction(5)))
    assert seen.lifted == pytest.approx(0.16, abs=0.01)
    assert sight((5, 1), None, air=False).elevation == 5
    assert sight((30, 0), (361 - 360, 0)).sighting().azimuth_sigma_mdeg == 50, "never sharper"


@given(utc_s=TIMES, elevation=st.floats(0, 89.5))
def test_points_of_the_circle_have_the_elevation(utc_s: int, elevation: float) -> None:
    lat, lon = circle(utc_s, elevation, 73)
    found, _ = horizontal(utc_s, lat, lon)
    assert np.abs(found - elevation).max() < 1e-6
    assert lat[0] == pytest.approx(lat[-1], abs=1e-9)


@given(utc_s=TIMES, lat=st.floats(-89, 89), lon=st.floats(-180, 179.9))
def test_a_fix_recovers_the_point(utc_s: int, lat: float, lon: float) -> None:
    elevation, azimuth = (float(value) for value in horizontal(utc_s, lat, lon))
    assume(0.1 < elevation < 89.9)
    found = solve(utc_s, elevation, azimuth)
    assert 1 <= len(found) <= 2
    for point in found:
        seen = [float(value) for value in horizontal(utc_s, *point)]
        assert seen[0] == pytest.approx(elevation, abs=1e-5), "every point sees this sun"
        turn = (seen[1] - azimuth + 180) % 360 - 180
        assert abs(turn) * math.cos(math.radians(elevation)) < 1e-4
    nearest = min(
        math.hypot(y - lat, ((x - lon + 180) % 360 - 180) * math.cos(math.radians(lat)))
        for y, x in found
    )
    assert nearest < 1e-3


def test_two_places_may_see_the_same_sun() -> None:
    """At noon on the equator's side: north of a high sun, both poleward solutions exist."""
    rng = np.random.default_rng(1)
    counts = {0: 0, 1: 0, 2: 0}
    for _ in range(400):
        lat, lon = math.degrees(math.asin(rng.uniform(-1, 1))), rng.uniform(-180, 180)
        utc_s = float(rng.integers(946_684_800, 2_145_916_799))
        elevation, azimuth = (float(value) for value in horizontal(utc_s, lat, lon))
        if elevation > 5:
            counts[len(solve(utc_s, elevation, azimuth))] += 1
    assert counts[0] == 0
    assert 0.1 < counts[2] / (counts[1] + counts[2]) < 0.35


def test_a_sun_that_nobody_sees_gives_no_point() -> None:
    declination, _ = subsolar(KNOWN_S)
    assert float(declination) > 17
    assert solve(KNOWN_S, 0.5, 90.0) == [], "due east at the horizon needs a sun on the equator"


def test_errors_of_a_fix() -> None:
    """At Yancheng: one degree of height is 121 km, two of azimuth 155, a minute 23."""
    seen = (52.036, 255.031)
    (one,) = fix(KNOWN_S, *seen, elevation_sigma=1)
    assert (one.lat, one.lon) == (
        pytest.approx(33.3575, abs=0.01),
        pytest.approx(120.157, abs=0.01),
    )
    assert one.error_km == pytest.approx(121, abs=3)
    assert fix(KNOWN_S, *seen, azimuth_sigma=2)[0].error_km == pytest.approx(155, abs=4)
    assert fix(KNOWN_S, *seen, time_sigma_s=60)[0].error_km == pytest.approx(23, abs=1)
