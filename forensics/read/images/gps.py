"""Position, height and satellite time from EXIF GPS tags, with the rules for refusing them.

Degrees are computed in exact fractions. A hemisphere is never guessed, a date never repaired.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from forensics.clock import EARLIEST_US, EPOCH, LATEST_US
from forensics.model import Instant, Position
from forensics.read.images.blocks import Blocks
from forensics.read.images.ifd import Ratio
from forensics.read.images.strings import tidy
from forensics.read.images.tags import Tags

DEFAULT_RADIUS_M = 50
"""A satellite fix that states no error of its own; phones state 4 to 65 m."""
MINUTE_RADIUS_M = 1_900
"""One arc minute: a position without seconds."""
DEGREE_RADIUS_M = 111_000
NETWORK_RADIUS_M = 2_000
"""A position from cell towers or WLAN names an area."""
WEAK_RADIUS_M = 500
"""A fix with a dilution of precision above 10."""
_MAX_RADIUS_M = 20_000_000


@dataclass(frozen=True, slots=True)
class Angle:
    """One coordinate without its hemisphere."""

    degrees: Fraction
    radius_m: int


def angle(parts: tuple[Ratio, ...]) -> Angle | str:
    """Degrees from one to three fractions, or a refusal reason.

    A fraction with denominator 0 counts as absent. Minutes may be absent only beside fractional
    degrees, seconds only beside fractional minutes; otherwise the radius grows to what is missing.

    Example: 48/1, 5332358/100000, 0/0 is 48 degrees 53.32358 minutes.
    """
    values = [None if item.den == 0 else Fraction(item.num, item.den) for item in parts[:3]]
    degrees, minutes, seconds = [*values, None, None, None][:3]
    if degrees is None:
        return "zero_denominator"
    if degrees < 0 or any(item is not None and not 0 <= item < 60 for item in (minutes, seconds)):
        return "impossible_position"
    whole_degrees = degrees.denominator == 1
    radius = 0
    if whole_degrees and not minutes and not (minutes is not None and seconds):
        radius = DEGREE_RADIUS_M
    elif seconds is None and whole_degrees and minutes is not None and minutes.denominator == 1:
        radius = MINUTE_RADIUS_M
    total = degrees + (minutes or Fraction(0)) / 60 + (seconds or Fraction(0)) / 3600
    return Angle(total, radius)


def degrees_text(udeg: int) -> str:
    """Microdegrees as decimal degrees with six places: `-0.500000`."""
    whole, rest = divmod(abs(udeg), 1_000_000)
    return f"{'-' if udeg < 0 else ''}{whole}.{rest:06d}"


def hemisphere(text: str, positive: str, negative: str) -> int | None:
    """1 or -1 by the first letter, in either case; None if it is neither."""
    letter = text.strip()[:1].upper()
    return {positive: 1, negative: -1}.get(letter)


def position(
    lat: Angle, lat_sign: int, lon: Angle, lon_sign: int, *, basis: str, radius_m: int, raw: str
) -> Position | str:
    """The position, or a refusal reason (outside the globe, exactly 0, 0)."""
    if lat.degrees > 90 or lon.degrees > 180:
        return "impossible_position"
    if lat.degrees == 0 and lon.degrees == 0:
        return "null_island"
    return Position(
        lat_udeg=round(lat.degrees * lat_sign * 1_000_000),
        lon_udeg=round(lon.degrees * lon_sign * 1_000_000),
        radius_m=max(radius_m, lat.radius_m, lon.radius_m),
        basis=basis,
        raw=raw[:200],
    )


def read_position(tags: Tags, blocks: Blocks) -> Position | None:
    """The EXIF position, or None with the reason in the problems of the file."""
    lat_parts, lon_parts = tags.ratios("gps", 2), tags.ratios("gps", 4)
    if not lat_parts and not lon_parts:
        return None
    raw = " ".join(
        f"{tags.text('gps', tag)} {' '.join(f'{item.num}/{item.den}' for item in parts or ())}"
        for tag, parts in ((1, lat_parts), (3, lon_parts))
    )
    if not lat_parts or not lon_parts:
        name = "GPSLongitude" if lat_parts else "GPSLatitude"
        blocks.problem(f"field {name}", "incomplete_position", raw)
        return None
    lat, lon = angle(lat_parts), angle(lon_parts)
    for name, found in (("GPSLatitude", lat), ("GPSLongitude", lon)):
        if isinstance(found, str):
            blocks.problem(f"field {name}", found, raw)
    signs = (
        hemisphere(tags.text("gps", 1), "N", "S"),
        hemisphere(tags.text("gps", 3), "E", "W"),
    )
    if isinstance(lat, str) or isinstance(lon, str):
        return None
    if signs[0] is None or signs[1] is None:
        name = "GPSLatitudeRef" if signs[0] is None else "GPSLongitudeRef"
        blocks.problem(f"field {name}", "no_hemisphere", raw)
        return None
    radius, remark = _radius(tags)
    place = position(lat, signs[0], lon, signs[1], basis="exif", radius_m=radius, raw=raw + remark)
    if isinstance(place, str):
        blocks.problem("field GPSPosition", place, raw)
        return None
    return place


def _radius(tags: Tags) -> tuple[int, str]:
    """Radius in metres from the stated error, the method and the dilution of precision."""
    radius, remark = DEFAULT_RADIUS_M, ""
    stated = _fraction(tags.ratios("gps", 0x1F))
    if stated is not None and 0 < stated < _MAX_RADIUS_M:
        radius = max(1, -int(-stated // 1))
        remark = f" error {radius} m"
    method = processing_method(tags).upper()
    if "NETWORK" in method or "CELLID" in method or "WLAN" in method:
        radius = max(radius, NETWORK_RADIUS_M)
        remark += " by network"
    dilution = _fraction(tags.ratios("gps", 0x0B))
    if dilution is not None and dilution > 10:
        radius = max(radius, WEAK_RADIUS_M)
        remark += " weak fix"
    return radius, remark


def processing_method(tags: Tags) -> str:
    """The processing method; it may stand behind eight bytes that name its character code."""
    value = tags.values.get(("gps", 0x1B))
    if isinstance(value, bytes):
        return tidy(value[8:].replace(b"\0", b"")) if value[5:8] == b"\0\0\0" else tidy(value)
    return tags.text("gps", 0x1B)


def _fraction(parts: tuple[Ratio, ...] | None) -> Fraction | None:
    if not parts or parts[0].den == 0:
        return None
    return Fraction(parts[0].num, parts[0].den)


def read_altitude_mm(tags: Tags, blocks: Blocks) -> int | None:
    """Height in millimetres, negative below sea level; None if there is none."""
    height = _fraction(tags.ratios("gps", 6))
    if height is None:
        return None
    if tags.number("gps", 5) in {1, 3}:
        height = -abs(height)
    if not -12_000 <= height <= 100_000:
        blocks.problem("field GPSAltitude", "impossible_position", str(height))
        return None
    return round(height * 1000)


def read_satellite_time(tags: Tags, blocks: Blocks) -> Instant | None:
    """The moment of the fix: UTC by the EXIF standard. None without both stamps.

    The date stamp may have colons, hyphens or slashes. A time stamp of 0/0 is no time: it is not
    midnight, although other programs print it so.
    """
    date, parts = tags.text("gps", 0x1D), tags.ratios("gps", 7)
    if not date:
        return None
    raw = f"{date} {' '.join(f'{item.num}/{item.den}' for item in parts or ())}"
    day_us = _day_us(date)
    if isinstance(day_us, str):
        blocks.problem("field GPSDateStamp", day_us, raw)
        return None
    if not parts:
        return None
    time_us = _time_of_day_us(parts)
    if isinstance(time_us, str):
        blocks.problem("field GPSTimeStamp", time_us, raw)
        return None
    return Instant(day_us + time_us, basis="stated", clock_writer="satellite", raw=raw[:200])


def _day_us(date: str) -> int | str:
    """Start of the day in microseconds UTC, or a refusal reason."""
    if not date.strip("0:-/. "):
        return "placeholder_time"
    match = re.fullmatch(r"(\d{4})[:\-/.](\d{1,2})[:\-/.](\d{1,2})", date, re.ASCII)
    if match is None:
        return "bad_time"
    year, month, day = (int(part) for part in match.groups())
    try:
        moment = datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return "bad_time"
    day_us = (moment - EPOCH) // timedelta(microseconds=1)
    return day_us if EARLIEST_US <= day_us < LATEST_US else "time_out_of_range"


def _time_of_day_us(parts: tuple[Ratio, ...]) -> int | str:
    """Microseconds since midnight, or a refusal reason."""
    if len(parts) != 3 or any(item.den == 0 for item in parts):
        return "placeholder_time"
    hour, minute, second = (Fraction(item.num, item.den) for item in parts)
    seconds = hour * 3600 + minute * 60 + second
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60 and seconds < 86_400):
        return "bad_time"
    return int(seconds * 1_000_000)
