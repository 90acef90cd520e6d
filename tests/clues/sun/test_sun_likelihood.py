"""The likelihood of places, its grid over the globe, and the answer that follows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics import clock
from forensics.clues.sun.answer import SunAnswer
from forensics.clues.sun.likelihood import (
    FLOOR,
    REACH,
    Points,
    gazetteer_points,
    least_error,
    local_offset_s,
    log_likelihood,
    moments,
)
from forensics.clues.sun.position import horizontal
from forensics.clues.sun.scene import Scene, Shot, fixes
from forensics.clues.sun.shadow import sight
from forensics.clues.sun.when import When, read_when
from forensics.clues.sun.world import axes, world
from forensics.errors import ClueError
from forensics.model import SunLikelihood, SunShot, SunSighting
from forensics.reference.places import load_gazetteer

KNOWN_S = 1_715_236_200
KNOWN = read_when(time="2024-05-09T06:30Z")
HALF_HOUR = read_when(time="2024-05-09T06:30Z", error_s=1800)
LOCAL = read_when(local_time="2024-05-09 14:30")
YANCHENG = (33.3575, 120.1573)


def seen(elevation: float | None, sigma: float = 2, azimuth: float | None = None) -> SunSighting:
    return sight(
        None if elevation is None else (elevation, sigma),
        None if azimuth is None else (azimuth, 5),
        air=False,
    ).sighting()


def one(when: When, *sightings: SunSighting) -> SunLikelihood:
    return SunLikelihood((when.shot(sightings),))


def points(lat, lon, zone: str = "UTC") -> Points:
    lat, lon = np.atleast_1d(np.asarray(lat, float)), np.atleast_1d(np.asarray(lon, float))
    return Points.of(lat, lon, (zone,), np.zeros(len(lat), dtype=np.intp))


RNG = np.random.default_rng(5)
LATS = np.degrees(np.arcsin(RNG.uniform(-1, 1, 400)))
LONS = RNG.uniform(-180, 180, 400)


@pytest.mark.parametrize("azimuth", [None, 255.0])
def test_a_known_moment_is_the_bell_of_its_errors(azimuth: float | None) -> None:
    found = np.exp(log_likelihood(one(KNOWN, seen(52, 2, azimuth)), points(LATS, LONS)))
    elevation, direction = horizontal(KNOWN_S, LATS, LONS)
    square = ((elevation - 52) / 2) ** 2
    if azimuth is not None:
        square += (((direction - azimuth + 180) % 360 - 180) / 5) ** 2
    assert found == pytest.approx(np.exp(-square / 2) + FLOOR, abs=2e-4)


def test_an_interval_is_the_mean_over_its_moments() -> None:
    found = np.exp(log_likelihood(one(HALF_HOUR, seen(52)), points(LATS, LONS))) - FLOOR
    times = KNOWN_S + np.linspace(-1800, 1800, 721)
    elevation, _ = horizontal(times[:, None], LATS, LONS)
    plain = np.exp(-(((elevation - 52) / 2) ** 2) / 2).mean(axis=0)
    assert found == pytest.approx(plain, abs=0.01)


def test_any_time_of_the_day_leaves_the_latitude() -> None:
    day = read_when(day="2024-06-21")
    lat = np.array([-60.0, -40.0, 0.0, 40.0, 60.0])
    at = [log_likelihood(one(day, seen(70)), points(lat, np.full(5, lon))) for lon in (0.0, 100.0)]
    assert at[0] == pytest.approx(at[1])
    assert at[0][3] > at[0][0] + 5, "in June the sun of 60 S is never 70 degrees high"
    plain = np.exp(
        -(((horizontal(clock.instant("2024-06-21T00:00Z", clock_writer="unknown").utc_us / 1e6
                       + np.linspace(0, 86_400, 1441)[:, None], lat, 0.0)[0] - 70) / 2) ** 2) / 2
    ).mean(axis=0)  # fmt: skip
    assert np.exp(at[0]) - FLOOR == pytest.approx(plain, abs=0.005)


def test_a_local_clock_is_read_in_each_places_own_zone() -> None:
    asia = points(*YANCHENG, "Asia/Shanghai")
    moscow = points(*YANCHENG, "Europe/Moscow")
    truth = float(horizontal(KNOWN_S, *YANCHENG)[0])
    likelihood = one(LOCAL, seen(truth))
    assert log_likelihood(likelihood, asia)[0] == pytest.approx(0, abs=1e-3)
    assert log_likelihood(likelihood, moscow)[0] < -5, "14:30 there is another moment"
    both = Points.of(
        np.full(2, YANCHENG[0]), np.full(2, YANCHENG[1]),
        ("Asia/Shanghai", "Europe/Moscow"), np.array([0, 1]),
    )  # fmt: skip
    together = log_likelihood(likelihood, both)
    assert together[0] == log_likelihood(likelihood, asia)[0]
    assert together[1] == log_likelihood(likelihood, moscow)[0]


def test_summer_time_counts_on_each_day_of_a_span() -> None:
    """14:30 in Berlin is 13:30 UTC in January and 12:30 in July."""
    berlin = (52.52, 13.4)
    here = points(*berlin, "Europe/Berlin")
    for day, utc in (("2024-01-15", "2024-01-15T13:30Z"), ("2024-07-15", "2024-07-15T12:30Z")):
        truth = float(horizontal(read_when(time=utc).middle_s, *berlin)[0])
        when = read_when(local_time="14:30", day=day)
        assert log_likelihood(one(when, seen(truth, 0.5)), here)[0] == pytest.approx(0, abs=1e-3)
        span = read_when(local_time="14:30", unknown="date")
        assert least_error(one(span, seen(truth, 0.5)), here)[0] < 0.5
    high = float(horizontal(read_when(time="2024-07-15T13:30Z").middle_s, *berlin)[0])
    low = float(horizontal(read_when(time="2024-07-15T12:30Z").middle_s, *berlin)[0])
    july = read_when(local_time="14:30", day="2024-07-10..2024-07-20")
    found = [log_likelihood(one(july, seen(h, 1)), here)[0] for h in (low, high)]
    assert found[0] > found[1] + 5


def test_offsets_in_a_doubled_hour_are_one_of_both() -> None:
    doubled = read_when(local_time="2024-10-27 02:30").middle_s
    assert local_offset_s("Europe/Berlin", int(doubled)) in {3600, 7200}


def test_shots_of_one_scene_multiply() -> None:
    later = read_when(time="2024-05-09T08:30Z")
    parts = [one(KNOWN, seen(52)), one(later, seen(28))]
    both = SunLikelihood((*parts[0].shots, *parts[1].shots))
    where = points(LATS, LONS)
    total = sum(log_likelihood(part, where) for part in parts)
    assert log_likelihood(both, where) == pytest.approx(total)
    worst = np.maximum(*(least_error(part, where) for part in parts))
    assert least_error(both, where) == pytest.approx(worst)


def test_one_clock_has_one_error() -> None:
    """Two heights that fit only if the clock is late for one picture and early for the other."""
    first = read_when(time="2024-05-09T06:30Z", error_s=1800)
    second = read_when(time="2024-05-09T07:30Z", error_s=1800)
    early, late = (float(horizontal(KNOWN_S + s, *YANCHENG)[0]) for s in (-1500, 3600 + 1500))
    shots = (first.shot((seen(early, 0.5),)), second.shot((seen(late, 0.5),)))
    here = points(*YANCHENG)
    apart = log_likelihood(SunLikelihood(shots), here)[0]
    together = log_likelihood(SunLikelihood(shots, one_clock=True), here)[0]
    assert together < apart - 3
    same = float(horizontal(KNOWN_S + 3600 - 1500, *YANCHENG)[0])
    fits = (shots[0], second.shot((seen(same, 0.5),)))
    assert log_likelihood(SunLikelihood(fits, one_clock=True), here)[0] > together + 3


def test_what_fits_nowhere_costs_no_more_than_the_floor() -> None:
    found = log_likelihood(one(KNOWN, seen(52)), points(LATS, LONS))
    assert found.min() == pytest.approx(np.log(FLOOR))
    assert found.max() <= np.log(1 + FLOOR)


def test_least_error_counts_standard_errors_at_the_best_moment() -> None:
    truth = float(horizontal(KNOWN_S, *YANCHENG)[0])
    here = points(*YANCHENG)
    for sigmas in (0.0, 1.5, 3.0, 5.0):
        found = least_error(one(KNOWN, seen(truth + 2 * sigmas)), here)[0]
        assert found == pytest.approx(sigmas, abs=0.01)
    assert np.isinf(least_error(one(KNOWN, seen(truth + 2 * REACH + 2)), here)[0])
    end = float(horizontal(KNOWN_S - 1800, *YANCHENG)[0])
    assert least_error(one(HALF_HOUR, seen(end)), here)[0] < 0.01, "the ends are possible, too"


@settings(max_examples=25)
@given(
    shift_h=st.floats(-11, 11),
    elevation=st.floats(5, 85),
    lat=st.floats(-80, 80),
    lon=st.floats(-180, 180),
)
def test_time_and_longitude_together_change_nothing(
    shift_h: float, elevation: float, lat: float, lon: float
) -> None:
    moved = replace(
        HALF_HOUR,
        from_us=HALF_HOUR.from_us + round(shift_h * 3.6e9),
        to_us=HALF_HOUR.to_us + round(shift_h * 3.6e9),
    )
    here = np.exp(log_likelihood(one(HALF_HOUR, seen(elevation)), points(lat, lon)))
    there = np.exp(log_likelihood(one(moved, seen(elevation)), points(lat, lon - 15 * shift_h)))
    assert here == pytest.approx(there, abs=0.06), "the declination moves by 0.13 degrees at most"


@pytest.mark.parametrize("azimuth", [None, 255.0])
@pytest.mark.parametrize("when", [KNOWN, HALF_HOUR, replace(HALF_HOUR, to_us=HALF_HOUR.to_us + 7)])
def test_the_globe_is_what_the_points_are(when: When, azimuth: float | None) -> None:
    likelihood = one(when, seen(52, 2, azimuth))
    grid = world(likelihood, 1.0)
    lat, lon = axes(1.0)
    assert grid.shape == (180, 360)
    y, x = np.meshgrid(lat, lon, indexing="ij")
    plain = np.exp(log_likelihood(likelihood, points(y.ravel(), x.ravel()))).reshape(grid.shape)
    assert np.abs(grid - plain).max() < 0.012
    assert grid.sum() == pytest.approx(plain.sum(), rel=0.01)


def test_the_globe_is_for_known_dates_in_utc() -> None:
    for when in (LOCAL, read_when(time="06:30Z", unknown="date"), read_when(day="2024-05-09")):
        with pytest.raises(ClueError):
            world(one(when, seen(52)))
    shots = (HALF_HOUR.shot((seen(52),)), HALF_HOUR.shot((seen(50),)))
    with pytest.raises(ClueError, match="share"):
        world(SunLikelihood(shots, one_clock=True))
    assert world(SunLikelihood(shots), 1.0).max() > 0.3


def test_steps_are_finer_than_the_errors() -> None:
    day = read_when(day="2024-05-09").shot((seen(50, 1),))
    assert np.diff(moments([day], 0)[:, 0]).max() * 15 / 3600 <= 1.0
    shot = SunShot(0, 0, 1, False, (seen(50, 1),))
    assert moments([shot], 3600).tolist() == [[0.0]], "an offset is for local clocks only"


def answer(*shots: Shot, zone_log=None) -> SunAnswer:
    places = load_gazetteer()
    prior = (places.population + 500.0) / (places.population + 500.0).sum()
    return SunAnswer(Scene("x", shots), places, prior, zone_log)


def test_the_answer_names_where_it_may_be_and_what_is_out() -> None:
    truth = [float(value) for value in horizontal(KNOWN_S, *YANCHENG)]
    found = answer(Shot(HALF_HOUR, (sight((truth[0], 2), (truth[1], 5), air=False),)))
    countries = found.shares("country")
    assert countries[0].code == "CN"
    assert countries[0].people > 0.8
    assert (countries[0].land or 0) > 0.8
    assert sum(one.people for one in countries) == pytest.approx(1)
    assert sum(one.land or 0 for one in countries) == pytest.approx(1, abs=0.01)
    assert found.land_ruled_out > 0.95
    out = {one.code for one in countries if one.least_sigma > 3}
    assert {"US", "RU", "DE", "BR"} <= out
    assert not {"CN", "KR"} & out
    assert found.test("Y", *YANCHENG).verdict == "fits"
    moscow = found.test("M", 55.75, 37.6)
    assert (moscow.verdict, moscow.zone) == ("ruled out", "Europe/Moscow")
    (point,) = fixes(found.scene.shots[0])
    assert abs(point.lat - YANCHENG[0]) < 0.2
    half, most = found.region(0.5), found.region(0.9)
    assert half.sum() < most.sum()
    assert not (half & ~most).any()
    assert found.land_p[most].sum() >= 0.9


def test_what_is_known_of_zones_is_weighed_in() -> None:
    shot = Shot(LOCAL, (sight((52, 2), None),))
    plain, given_zone = (
        answer(shot, zone_log=log) for log in (None, {"Asia/Shanghai": 0.0, "Europe/Moscow": -9.0})
    )
    share = {one.code: one.people for one in plain.shares("zone")}
    more = {one.code: one.people for one in given_zone.shares("zone")}
    assert share["Asia/Shanghai"] < 0.3
    assert more["Asia/Shanghai"] > 0.99


def test_points_of_the_gazetteer_stand_in_its_order() -> None:
    places = load_gazetteer()
    found = gazetteer_points(places)
    assert len(found) == len(places)
    assert found.zones[found.zone_of[7]] == places.zone[7]
    assert np.degrees(np.arcsin(found.up[2, 7])) == pytest.approx(places.lat[7], abs=1e-4)
