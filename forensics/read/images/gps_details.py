"""What stands beside a position: how good the fix was, where the camera looked, how it moved."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from forensics.read.images.gps import angle, hemisphere, processing_method
from forensics.read.images.ifd import Ratio
from forensics.read.images.tags import Tags

_SPEED_MM_PER_S: Mapping[str, Fraction] = {
    "K": Fraction(1_000_000, 3600),
    "M": Fraction(1_609_344, 3600),
    "N": Fraction(1_852_000, 3600),
}
"""Kilometres an hour, miles an hour and knots in millimetres a second."""
_METRES: Mapping[str, Fraction] = {
    "K": Fraction(1000), "M": Fraction(1_609_344, 1000), "N": Fraction(1852),
}  # fmt: skip
_NORTH: Mapping[str, str] = {"T": "true", "M": "magnetic"}
_MAX_SPEED_MM_PER_S = 500_000
"""Faster than any airliner: the value is refused."""
_MAX_DISTANCE_M = 20_040_000
_DIRECTIONS = (
    ("direction", 0x10, 0x11),
    ("track", 0x0E, 0x0F),
    ("destination_bearing", 0x17, 0x18),
)


def read_gps_details(tags: Tags) -> dict[str, int | str]:
    """Fields beside the position, each only where it stands in the file and can be.

    Returns:
        `error_mm` and `dop_milli` (of the fix), `satellites`, `dimensions` (2 or 3), `fix` (void:
        the receiver had lost the satellites), `method`, `datum`; `direction_mdeg` (of view),
        `track_mdeg` (of movement) and `destination_bearing_mdeg`, each with `_north` (true or
        magnetic: magnetic north lies up to tens of degrees off and is not corrected here);
        `speed_mm_per_s`; `destination_lat_udeg`, `destination_lon_udeg`, `destination_distance_m`.
    """
    if not any(directory == "gps" for directory, _ in tags.values):
        return {}
    out: dict[str, int | str] = {}
    error = _fraction(tags, 0x1F)
    if error is not None and 0 < error < 20_000_000:
        out["error_mm"] = round(error * 1000)
    dilution = _fraction(tags, 0x0B)
    if dilution is not None and 0 < dilution < 10_000:
        out["dop_milli"] = round(dilution * 1000)
    _words(tags, out)
    for name, north, tag in _DIRECTIONS:
        degrees = _fraction(tags, tag)
        if degrees is not None and 0 <= degrees <= 360:
            out[f"{name}_mdeg"] = round(degrees * 1000) % 360_000
            out[f"{name}_north"] = _NORTH.get(tags.text("gps", north).upper()[:1], "unknown")
    speed, unit = _fraction(tags, 0x0D), _SPEED_MM_PER_S.get(tags.text("gps", 0x0C).upper()[:1])
    if speed is not None and unit is not None and 0 <= speed * unit <= _MAX_SPEED_MM_PER_S:
        out["speed_mm_per_s"] = round(speed * unit)
    _destination(tags, out)
    return dict(sorted(out.items()))


def _words(tags: Tags, out: dict[str, int | str]) -> None:
    satellites = tags.text("gps", 8)
    if satellites.isdecimal() and satellites.isascii() and 0 < int(satellites) <= 99:
        out["satellites"] = int(satellites)
    dimensions = tags.text("gps", 0x0A)
    if dimensions in {"2", "3"}:
        out["dimensions"] = int(dimensions)
    if tags.text("gps", 9).upper() == "V":
        out["fix"] = "void"
    method, datum = processing_method(tags), tags.text("gps", 0x12)
    if method:
        out["method"] = method[:40]
    if datum:
        out["datum"] = datum[:40]


def _destination(tags: Tags, out: dict[str, int | str]) -> None:
    """Where the camera looked or was going, by the same rules as a position."""
    lat_parts, lon_parts = tags.ratios("gps", 0x14), tags.ratios("gps", 0x16)
    signs = (
        hemisphere(tags.text("gps", 0x13), "N", "S"),
        hemisphere(tags.text("gps", 0x15), "E", "W"),
    )
    if lat_parts and lon_parts and signs[0] is not None and signs[1] is not None:
        lat, lon = angle(lat_parts), angle(lon_parts)
        if (
            not isinstance(lat, str) and not isinstance(lon, str)
            and lat.degrees <= 90 and lon.degrees <= 180 and (lat.degrees or lon.degrees)
        ):  # fmt: skip
            out["destination_lat_udeg"] = round(lat.degrees * signs[0] * 1_000_000)
            out["destination_lon_udeg"] = round(lon.degrees * signs[1] * 1_000_000)
    distance, unit = _fraction(tags, 0x1A), _METRES.get(tags.text("gps", 0x19).upper()[:1])
    if distance is not None and unit is not None and 0 < distance * unit <= _MAX_DISTANCE_M:
        out["destination_distance_m"] = round(distance * unit)


def _fraction(tags: Tags, tag: int) -> Fraction | None:
    parts: tuple[Ratio, ...] | None = tags.ratios("gps", tag)
    return Fraction(parts[0].num, parts[0].den) if parts and parts[0].den else None
