"""From a shadow to the height of the sun, and from there to circles and points on Earth.

All closed forms: no grid. Angles in degrees, standard errors too. Formulas: docs/methods/sun.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.clues.sun.position import (
    KM_PER_DEGREE,
    TURN_DEG_S,
    refraction,
    subsolar,
    wrapped,
)
from forensics.errors import ClueError
from forensics.model import SunSighting

FloatArray = NDArray[np.float64]

RATIO_ERROR = 0.05
SLOPE_ERROR_DEG = 1.0
LEAN_ERROR_DEG = 1.0
ELEVATION_ERROR_DEG = 2.0
AZIMUTH_ERROR_DEG = 5.0
"""Errors taken where none is stated; judged. Every answer says which were used."""
LEAST_SIGMA_DEG = 0.05
"""The sun is half a degree wide, and the series is good to 0.02 degrees: nothing is sharper."""
_LARGEST_ERROR_DEG = 45.0


@dataclass(frozen=True, slots=True)
class Sight:
    """What one shadow says about the sun, with standard errors; None where it says nothing."""

    elevation: float | None
    elevation_sigma: float
    azimuth: float | None
    azimuth_sigma: float
    lifted: float = 0.0
    """Degrees of refraction that were taken off."""

    def sighting(self) -> SunSighting:
        """The same in integers, for clues and the record."""
        return SunSighting(
            elevation_mdeg=None if self.elevation is None else round(self.elevation * 1000),
            elevation_sigma_mdeg=round(self.elevation_sigma * 1000),
            azimuth_mdeg=None if self.azimuth is None else round(self.azimuth * 1000) % 360_000,
            azimuth_sigma_mdeg=round(self.azimuth_sigma * 1000),
        )


def from_shadow(
    height: float,
    length: float,
    *,
    ratio_error: float = RATIO_ERROR,
    slope_error: float = SLOPE_ERROR_DEG,
    lean_error: float = LEAN_ERROR_DEG,
) -> tuple[float, float]:
    """(elevation, standard error) of the sun from an upright object and its shadow on the level.

    tan h = height / length. The error of the ratio moves h by sin h cos h times itself, ground that
    slopes along the shadow by cos² h times the slope, an object that leans along it by sin² h times
    the lean; the three are independent.

    Args:
        height: Height of the object, in any unit.
        length: Length of its shadow in the same unit.
        ratio_error: Relative standard error of height / length, such as 0.05.
        slope_error: Standard error of "the ground is level", in degrees.
        lean_error: Standard error of "the object is upright", in degrees.

    Raises:
        ClueError: a length is not positive, or an error is impossible.
    """
    if not (0 < height < math.inf and 0 < length < math.inf):
        raise ClueError("height and shadow must be positive numbers", todo="in the same unit")
    if not 0 <= ratio_error <= 1:
        raise ClueError("the error of the ratio must lie between 0 and 100 %")
    for name, value in (("slope", slope_error), ("lean", lean_error)):
        _check_error(name, value)
    h = math.atan2(height, length)
    parts = (
        math.degrees(math.sin(h) * math.cos(h) * ratio_error),
        math.cos(h) ** 2 * slope_error,
        math.sin(h) ** 2 * lean_error,
    )
    return math.degrees(h), max(math.hypot(*parts), LEAST_SIGMA_DEG)


def sight(
    elevation: tuple[float, float] | None,
    azimuth: tuple[float, float] | None,
    *,
    air: bool = True,
) -> Sight:
    """What was measured, checked, with refraction taken off.

    Args:
        elevation: (degrees as seen, standard error), or None.
        azimuth: (degrees from true north through east towards the sun, standard error), or None.
        air: False leaves refraction in: then the elevation must already be without it.

    Raises:
        ClueError: nothing was measured, or a value is impossible.
    """
    if elevation is None and azimuth is None:
        raise ClueError(
            "neither height nor direction of the sun is given",
            todo="measure an object and its shadow: --height 1.7 --shadow 2.4 --time TIME",
        )
    height, height_sigma, lifted = None, 0.0, 0.0
    if elevation is not None:
        height, height_sigma = elevation
        if not -1 <= height <= 90:
            raise ClueError("the sun is seen between -1 and 90 degrees", where=f"{height:g}")
        _check_error("elevation", height_sigma)
        height_sigma = max(height_sigma, LEAST_SIGMA_DEG)
        lifted = float(refraction(height)) if air else 0.0
        height -= lifted
    where, where_sigma = None, 0.0
    if azimuth is not None:
        where, where_sigma = azimuth
        if not -360 <= where <= 360:
            raise ClueError("a direction lies between 0 and 360 degrees", where=f"{where:g}")
        _check_error("azimuth", where_sigma)
        where, where_sigma = where % 360, max(where_sigma, LEAST_SIGMA_DEG)
    return Sight(height, height_sigma, where, where_sigma, lifted)


def _check_error(name: str, value: float) -> None:
    if not 0 <= value <= _LARGEST_ERROR_DEG:
        raise ClueError(
            f"the error of the {name} must lie between 0 and {_LARGEST_ERROR_DEG:g} degrees",
            where=f"{value:g}",
        )


def circle(utc_s: float, elevation: float, points: int = 361) -> tuple[FloatArray, FloatArray]:
    """(latitudes, longitudes) of the circle on which the sun stands that high at that second.

    It lies 90 - elevation degrees round the subsolar point; first and last point are the same.
    """
    declination, below = subsolar(utc_s)
    delta, rho = np.radians(declination), np.radians(90 - elevation)
    bearing = np.linspace(0, 2 * np.pi, points)
    sine = np.sin(delta) * np.cos(rho) + np.cos(delta) * np.sin(rho) * np.cos(bearing)
    lat = np.arcsin(np.clip(sine, -1, 1))
    east = np.arctan2(
        np.sin(bearing) * np.sin(rho) * np.cos(delta), np.cos(rho) - np.sin(delta) * np.sin(lat)
    )
    return np.degrees(lat), wrapped(below + np.degrees(east))


@dataclass(frozen=True, slots=True)
class Fix:
    """A point from height and direction of the sun at a known moment."""

    lat: float
    lon: float
    error_km: float
    """Standard error: root of the sum of the squares along and across."""


def fix(
    utc_s: float,
    elevation: float,
    azimuth: float,
    *,
    elevation_sigma: float = 0.0,
    azimuth_sigma: float = 0.0,
    time_sigma_s: float = 0.0,
) -> tuple[Fix, ...]:
    """The 0, 1 or 2 points where the sun has that height and direction at that second.

    South first. Two places may see the same sun, one on each side of it; both are given.
    """
    out = []
    for lat, lon in solve(utc_s, elevation, azimuth):
        steps = (
            (solve(utc_s, elevation + 0.01, azimuth), elevation_sigma / 0.01),
            (solve(utc_s, elevation, azimuth + 0.01), azimuth_sigma / 0.01),
        )
        moved = [_nearest_km(lat, lon, found) * scale for found, scale in steps]
        moved.append(time_sigma_s * TURN_DEG_S * KM_PER_DEGREE * math.cos(math.radians(lat)))
        out.append(Fix(lat, lon, math.hypot(*moved)))
    return tuple(out)


def solve(utc_s: float, elevation: float, azimuth: float) -> list[tuple[float, float]]:
    """(latitude, longitude) of every point that sees the sun so, from south to north.

    sin d = A sin f + B cos f with A = sin h, B = cos h cos az is solved for the latitude f; then
    the hour angle follows from the triangle.
    """
    declination, below = subsolar(utc_s)
    delta, h, az = math.radians(float(declination)), math.radians(elevation), math.radians(azimuth)
    a, b = math.sin(h), math.cos(h) * math.cos(az)
    size = math.hypot(a, b)
    if abs(math.sin(delta)) > size:
        return []
    middle, half = math.atan2(a, b), math.acos(math.sin(delta) / size)
    found: list[tuple[float, float]] = []
    for turn in (middle - half, middle + half):
        lat = math.remainder(turn, 2 * math.pi)
        if abs(lat) > math.pi / 2:
            continue
        hour = math.atan2(
            -math.sin(az) * math.cos(h),
            math.sin(h) * math.cos(lat) - math.cos(h) * math.sin(lat) * math.cos(az),
        )
        point = (math.degrees(lat), float(wrapped(float(below) + math.degrees(hour))))
        if not any(_km(*point, *other) < 1e-3 for other in found):
            found.append(point)
    return sorted(found)


def _nearest_km(lat: float, lon: float, points: list[tuple[float, float]]) -> float:
    """Distance to the nearest of some points; a whole quadrant where there is none."""
    return min((_km(lat, lon, *point) for point in points), default=90 * KM_PER_DEGREE)


def _km(lat: float, lon: float, lat2: float, lon2: float) -> float:
    """Great-circle distance in kilometres."""
    p, q = math.radians(lat), math.radians(lat2)
    half = (
        math.sin((q - p) / 2) ** 2
        + math.cos(p) * math.cos(q) * math.sin(math.radians(lon2 - lon) / 2) ** 2
    )
    return math.degrees(2 * math.asin(math.sqrt(min(1.0, half)))) * KM_PER_DEGREE
