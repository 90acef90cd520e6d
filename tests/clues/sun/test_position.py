"""Where the sun stands, against a published known answer and against another program."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forensics.clues.sun.position import horizontal, refraction, subsolar, wrapped

KNOWN_S = 1_715_236_200
"""2024-05-09T06:30:00Z."""
DIRECTION_GOAL_DEG = 0.02


@pytest.fixture(scope="module")
def oracle(root: Path) -> np.ndarray:
    return np.loadtxt(root / "fixtures" / "sun" / "oracle.csv", delimiter=",", skiprows=2).T


def apart(one: tuple, other: tuple) -> np.ndarray:
    """Angle between two directions given as (elevation, azimuth)."""
    (h, a), (k, b) = ((np.radians(x), np.radians(y)) for x, y in (one, other))
    half = np.sin((h - k) / 2) ** 2 + np.cos(h) * np.cos(k) * np.sin((a - b) / 2) ** 2
    return np.degrees(2 * np.arcsin(np.sqrt(half)))


def test_known_answer() -> None:
    elevation, azimuth = horizontal(KNOWN_S, 33.3575, 120.1573)
    lat, lon = subsolar(KNOWN_S)
    assert round(float(elevation), 2) == 52.04
    assert round(float(azimuth), 2) == 255.03
    assert (round(float(lat), 2), round(float(lon), 2)) == (17.51, 81.61)


def test_directions_agree_with_another_program_from_1990_to_2040(oracle: np.ndarray) -> None:
    utc_s, lat, lon, elevation, _, azimuth = oracle
    assert len(utc_s) >= 500
    years = 1970 + utc_s / 31_556_952
    assert years.min() < 1991
    assert years.max() > 2040
    off = apart(horizontal(utc_s, lat, lon), (elevation, azimuth))
    assert off[elevation > 5].max() <= DIRECTION_GOAL_DEG
    assert off.max() <= DIRECTION_GOAL_DEG, "the series knows no horizon"


def test_refraction_near_the_horizon(oracle: np.ndarray) -> None:
    """What is seen is higher: 0.16 degrees at 5; taking it off gives the sun without air back."""
    utc_s, lat, lon, _, apparent, _ = oracle
    true, _ = horizontal(utc_s, lat, lon)
    for low, high, error in ((1, 5, 0.015), (5, 90, 0.012)):
        here = (apparent > low) & (apparent <= high)
        assert here.sum() > 20
        assert np.abs(apparent - refraction(apparent) - true)[here].max() < error
    low_sun = (apparent > 1) & (apparent < 5)
    assert np.abs(apparent - true)[low_sun].max() > 0.2, "without it, low suns are off"
    assert float(refraction(90)) < 0.001
    assert float(refraction(0)) == pytest.approx(0.57, abs=0.03)


@pytest.mark.skipif(importlib.util.find_spec("pvlib") is None, reason="pvlib is not installed")
def test_the_frozen_table_is_what_the_other_program_says_today(oracle: np.ndarray) -> None:
    import pandas as pd

    solar = importlib.import_module("pvlib").solarposition
    for utc_s, lat, lon, elevation, _, azimuth in oracle.T[:20]:
        moment = pd.DatetimeIndex([pd.Timestamp(int(utc_s), unit="s", tz="UTC")])
        now = solar.spa_python(moment, lat, lon).iloc[0]
        assert now["elevation"] == pytest.approx(elevation, abs=1e-3)
        assert now["azimuth"] == pytest.approx(azimuth, abs=1e-2)


@given(
    utc_s=st.integers(946_684_800, 2_145_916_799),
    lat=st.floats(-89, 89),
    lon=st.floats(-180, 180),
    hours=st.floats(-2, 2),
)
def test_time_and_longitude_together_change_nothing(
    utc_s: int, lat: float, lon: float, hours: float
) -> None:
    """An hour later and 15 degrees further west the sun stands the same, but for its own motion."""
    here = horizontal(utc_s, lat, lon)
    there = horizontal(utc_s + hours * 3600, lat, float(wrapped(lon - 15 * hours)))
    assert apart(here, there) <= 0.03 * abs(hours) + 1e-4


def test_a_column_of_times_is_done_at_once() -> None:
    times = np.arange(5)[:, None] * 3600.0 + KNOWN_S
    lat, lon = np.array([[0.0, 10.0, 20.0]]), np.array([[0.0, 50.0, 100.0]])
    elevation, azimuth = horizontal(times, lat, lon)
    assert elevation.shape == azimuth.shape == (5, 3)
    assert elevation[2, 1] == horizontal(times[2, 0], 10.0, 50.0)[0]
