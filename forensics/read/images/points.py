"""Single positions of a track: checked, in whole numbers, and as ISO 6709 writes them."""

from __future__ import annotations

import math
import re
from fractions import Fraction

from forensics.clock import EARLIEST_US, LATEST_US
from forensics.read.images.blocks import TrackPoint

ISO6709 = re.compile(r"([+-]\d{2}(?:\.\d+)?)([+-]\d{3}(?:\.\d+)?)([+-]\d+(?:\.\d+)?)?(?:CRS.*)?/?")
"""Degrees north, degrees east, metres: `+48.8577+002.2950+035.0/`."""
RADIUS_M = 50
"""Where a track states no error."""


def track_point(
    lat_udeg: int,
    lon_udeg: int,
    height_mm: int | None = None,
    utc_us: int | None = None,
    radius_m: int = RADIUS_M,
) -> list[TrackPoint]:
    """The point, or nothing for one that cannot be, or that stands at 0, 0."""
    if abs(lat_udeg) > 90_000_000 or abs(lon_udeg) > 180_000_000 or lat_udeg == lon_udeg == 0:
        return []
    if height_mm is not None and not -12_000_000 <= height_mm <= 100_000_000:
        height_mm = None
    if utc_us is not None and not EARLIEST_US <= utc_us < LATEST_US:
        utc_us = None
    return [TrackPoint(lat_udeg, lon_udeg, height_mm, utc_us, radius_m)]


def from_degrees(
    lat: float, lon: float, height_m: float | None = None, *, radius_m: int = RADIUS_M
) -> list[TrackPoint]:
    """The point of decimal degrees; nothing for numbers that are none."""
    if not (math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180):
        return []
    known = height_m is not None and math.isfinite(height_m) and abs(height_m) < 1e6
    height_mm = round(height_m * 1000) if known and height_m is not None else None
    return track_point(round(lat * 1_000_000), round(lon * 1_000_000), height_mm, radius_m=radius_m)


def from_minutes(lat: Fraction, north: bool, lon: Fraction, east: bool) -> tuple[int, int] | None:
    """Microdegrees of degrees and minutes in one number (`4807.038` is 48 degrees 7.038 minutes).

    None where the minutes reach 60 or the degrees are beyond the globe.
    """
    out = []
    for value, positive, limit in ((lat, north, 90), (lon, east, 180)):
        degrees = int(value / 100)
        minutes = value - 100 * degrees
        if not 0 <= minutes < 60 or not 0 <= degrees <= limit:
            return None
        found = round((degrees + minutes / 60) * 1_000_000)
        out.append(found if positive else -found)
    return out[0], out[1]


def from_iso6709(text: str) -> list[TrackPoint]:
    """The point of an ISO 6709 text; nothing for other texts."""
    match = ISO6709.fullmatch(text)
    if match is None:
        return []
    lat, lon = (round(Fraction(match.group(i)) * 1_000_000) for i in (1, 2))
    height_mm = round(Fraction(match.group(3)) * 1000) if match.group(3) else None
    return track_point(lat, lon, height_mm)
