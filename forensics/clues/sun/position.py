"""Where the sun stands: the point on Earth below it, and its height and direction at a place.

Low-order series after Meeus, Astronomical Algorithms, chapters 12, 22 and 25: within 0.02 degrees
of full theories from 1990 to 2040 (docs/methods/sun.md). Angles in degrees, longitudes east.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

KM_PER_DEGREE = 111.195
"""Of a great circle on the mean sphere."""
TURN_DEG_S = 15 / 3600
"""Degrees by which the subsolar point moves west in a second, to 1 part in 5,000."""
_TT_LESS_UTC_DAYS = 69 / 86_400
"""Terrestrial time less UTC: 57 s in 1990, 69 s now; a minute moves the sun by 0.0007 degrees."""


def subsolar(utc_s: Any) -> tuple[FloatArray, FloatArray]:
    """(latitude, longitude) of the point that has the sun overhead at Unix seconds.

    Longitude lies in [-180, 180). The shape is that of the argument.
    """
    d = np.asarray(utc_s, dtype=np.float64) / 86_400 - 10_957.5
    t = (d + _TT_LESS_UTC_DAYS) / 36_525
    mean = np.radians(357.52911 + t * (35_999.05029 - 0.0001537 * t))
    node = np.radians(125.04 - 1_934.136 * t)
    centre = (
        (1.914602 - t * (0.004817 + 0.000014 * t)) * np.sin(mean)
        + (0.019993 - 0.000101 * t) * np.sin(2 * mean)
        + 0.000289 * np.sin(3 * mean)
    )
    mean_longitude = 280.46646 + t * (36_000.76983 + 0.0003032 * t)
    lam = np.radians(mean_longitude + centre - 0.00569 - 0.00478 * np.sin(node))
    tilt = 23 + (26 + (21.448 - t * (46.815 + t * (0.00059 - 0.001813 * t))) / 60) / 60
    eps = np.radians(tilt + 0.00256 * np.cos(node))
    ascension = np.degrees(np.arctan2(np.cos(eps) * np.sin(lam), np.cos(lam)))
    declination = np.degrees(np.arcsin(np.sin(eps) * np.sin(lam)))
    sidereal = 280.46061837 + 360.98564736629 * d - 17.20 / 3600 * np.sin(node) * np.cos(eps)
    return declination, wrapped(ascension - sidereal)


def wrapped(degrees: Any) -> FloatArray:
    """The angle in [-180, 180)."""
    return np.asarray((np.asarray(degrees, dtype=np.float64) + 180) % 360 - 180)


def horizontal(utc_s: Any, lat: Any, lon: Any) -> tuple[FloatArray, FloatArray]:
    """(elevation, azimuth) of the centre of the sun, without refraction.

    Azimuth counts from north through east, 0 to 360.

    Args:
        utc_s: Unix seconds.
        lat: Latitude in degrees.
        lon: Longitude in degrees; all three are broadcast against each other.
    """
    declination, below = subsolar(utc_s)
    phi, delta = np.radians(np.asarray(lat, dtype=np.float64)), np.radians(declination)
    hour = np.radians(np.asarray(lon, dtype=np.float64) - below)
    up = np.sin(phi) * np.sin(delta) + np.cos(phi) * np.cos(delta) * np.cos(hour)
    east = -np.cos(delta) * np.sin(hour)
    north = np.sin(delta) * np.cos(phi) - np.cos(delta) * np.cos(hour) * np.sin(phi)
    elevation = np.degrees(np.arcsin(np.clip(up, -1, 1)))
    return np.asarray(elevation), np.asarray(np.degrees(np.arctan2(east, north)) % 360)


def refraction(apparent: Any) -> FloatArray:
    """Degrees by which the air lifts the sun that is seen at an apparent elevation.

    Bennett's formula (Meeus, chapter 16) at 1010 hPa and 10 degrees Celsius: 0.02 at 45 degrees,
    0.16 at 5, 0.57 at the horizon, where weather changes it by a tenth and more. Below -1 degrees
    the value of -1 is kept: nothing is seen there.
    """
    h = np.maximum(np.asarray(apparent, dtype=np.float64), -1.0)
    return np.asarray(np.maximum(1 / np.tan(np.radians(h + 7.31 / (h + 4.4))), 0) / 60)
