"""Samples of position tracks other than GoPro's: open packets, texts, and blocks of makers.

A sample gives points only where the receiver says that it had a fix, or writes nothing without
one. Blocks whose numbers are scrambled are left alone: descrambling is guessing.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from fractions import Fraction

from forensics.clock import EPOCH
from forensics.read.images.blocks import TrackPoint
from forensics.read.images.boxes import boxes, first
from forensics.read.images.points import from_degrees, from_iso6709, from_minutes, track_point
from forensics.read.images.source import Source
from forensics.read.images.strings import tidy

_MAX_PACKETS = 600
_MAX_TEXTS = 4
"""Positions taken from one sample of text."""
_CAMM_SIZES = {0: 12, 1: 8, 2: 12, 3: 12, 4: 12, 5: 24, 6: 56, 7: 12}
_LOCATION = b"com.apple.quicktime.location.ISO6709"
_US = timedelta(microseconds=1)
_RMC = re.compile(
    rb"\$?[A-Z]{2}RMC,(\d{6})(?:\.\d*)?,A,(\d{3,4}\.\d{1,8}),([NS]),(\d{4,5}\.\d{1,8}),([EW])"
    rb",[\d.]*,[\d.]*,(\d{6})"
)
_GGA = re.compile(
    rb"\$?[A-Z]{2}GGA,\d{6}(?:\.\d*)?,(\d{3,4}\.\d{1,8}),([NS]),(\d{4,5}\.\d{1,8}),([EW])"
    rb",[1-5],\d*,[\d.]*,(-?\d{1,6}(?:\.\d{1,4})?)?"
)
_NUMBER = rb"([+-]?\d{1,3}\.\d{1,12})"
_DRONE = re.compile(rb"GPS ?\(" + _NUMBER + rb", ?" + _NUMBER + rb",")
"""Longitude goes first; the third number is the satellites or a height, as it happens."""
_DRONE_NAMED = re.compile(
    rb"\[latitude ?: ?" + _NUMBER + rb"\] \[longt?itude ?: ?" + _NUMBER + rb"\]"
    rb"(?: \[rel_alt: [\d.+-]+ abs_alt: (-?\d{1,5}\.\d{1,6})\])?"
)


def camm_points(data: bytes) -> list[TrackPoint]:
    """Little-endian packets: two bytes, the type, and a body whose length the type gives."""
    out: list[TrackPoint] = []
    at = 0
    for _ in range(_MAX_PACKETS):
        kind = int.from_bytes(data[at + 2 : at + 4], "little")
        size = _CAMM_SIZES.get(kind)
        body = data[at + 4 : at + 4 + size] if size else b""
        if size is None or len(body) < size:
            break
        at += 4 + size
        if kind == 5:
            out += from_degrees(*struct.unpack("<3d", body))
        elif kind == 6:
            # The time is left out: writers do not agree whether leap seconds are counted.
            _, fix, lat, lon, height, error = struct.unpack_from("<diddff", body)
            if fix in {2, 3}:
                radius = math.ceil(error) if 0 < error < 1e6 else 50
                out += from_degrees(lat, lon, height, radius_m=max(radius, 1))
    return out


def text_points(data: bytes) -> list[TrackPoint]:
    """Subtitles and texts: NMEA sentences with a fix, and the two ways in which drones write."""
    out: list[TrackPoint] = []
    for match in _bounded(_RMC, data):
        found = _minutes(match.group(2), match.group(3), match.group(4), match.group(5))
        if found:
            out += track_point(*found, utc_us=_nmea_utc(match.group(6) + match.group(1)))
    if out:
        return out
    for match in _bounded(_GGA, data):
        found = _minutes(match.group(1), match.group(2), match.group(3), match.group(4))
        if found:
            metres = match.group(5)
            out += track_point(*found, round(Fraction(metres.decode()) * 1000) if metres else None)
    for match in _bounded(_DRONE, data):
        out += from_degrees(float(match.group(2)), float(match.group(1)))
    for match in _bounded(_DRONE_NAMED, data):
        height = match.group(3)
        out += from_degrees(
            float(match.group(1)), float(match.group(2)), float(height) if height else None
        )
    return out


def _bounded(pattern: re.Pattern[bytes], data: bytes) -> Iterator[re.Match[bytes]]:
    for count, match in enumerate(pattern.finditer(data)):
        if count >= _MAX_TEXTS:
            return
        yield match


def _minutes(lat: bytes, north: bytes, lon: bytes, east: bytes) -> tuple[int, int] | None:
    return from_minutes(Fraction(lat.decode()), north == b"N", Fraction(lon.decode()), east == b"E")


def _nmea_utc(digits: bytes) -> int | None:
    """`ddmmyyhhmmss` in UTC."""
    try:
        moment = datetime.strptime(digits.decode() + "+0000", "%d%m%y%H%M%S%z")
    except ValueError:
        return None
    return (moment - EPOCH) // _US


def location_keys(entry: Source) -> frozenset[bytes]:
    """The local numbers that an `mebx` track gives to positions; `entry` is its description."""
    keys = first(entry, b"keys", 8)
    found = []
    for box in boxes(keys) if keys is not None else ():
        name = first(box.body, b"keyd")
        if name is not None and name.at(4, 64) == _LOCATION:
            found.append(box.kind)
    return frozenset(found)


def mebx_points(data: bytes, keys: frozenset[bytes]) -> list[TrackPoint]:
    """Apple's timed metadata: a length, the number of a key, and its value."""
    out: list[TrackPoint] = []
    at = 0
    for _ in range(_MAX_PACKETS):
        size = int.from_bytes(data[at : at + 4], "big")
        if size < 8 or at + size > len(data):
            break
        if data[at + 4 : at + 8] in keys:
            out += from_iso6709(tidy(data[at + 8 : at + min(size, 72)]))
        at += size
    return out


def rtmd_points(data: bytes) -> list[TrackPoint]:
    """Sony's timed metadata: the tags of EXIF's GPS directory under numbers of their own."""
    fields: dict[int, bytes] = {}
    at = int.from_bytes(data[:2], "big")
    for _ in range(_MAX_PACKETS):
        tag, size = (int.from_bytes(data[at + add : at + add + 2], "big") for add in (0, 2))
        if not tag or at + 4 > len(data):
            break
        if tag == 0x060E:
            # A key of sixteen bytes before the container, no field.
            at += 16
        elif tag == 0x8300:
            at += 4
        else:
            fields.setdefault(tag, data[at + 4 : at + 4 + min(size, 64)])
            at += 4 + size
    lat, lon = _sexagesimal(fields.get(0x8502, b"")), _sexagesimal(fields.get(0x8504, b""))
    north, east = fields.get(0x8501, b"")[:1], fields.get(0x8503, b"")[:1]
    void = fields.get(0x8509, b"A")[:1] != b"A"
    if lat is None or lon is None or void or north not in {b"N", b"S"} or east not in {b"E", b"W"}:
        return []
    return track_point(lat * (1 if north == b"N" else -1), lon * (1 if east == b"E" else -1))


def _sexagesimal(data: bytes) -> int | None:
    """Microdegrees of three fractions; None where one is missing or cannot be."""
    if len(data) != 24:
        return None
    numbers = struct.unpack(">6I", data)
    if 0 in numbers[1::2]:
        return None
    degrees, minutes, seconds = (Fraction(*numbers[i : i + 2]) for i in (0, 2, 4))
    if minutes >= 60 or seconds >= 60 or degrees > 180:
        return None
    return round((degrees + minutes / 60 + seconds / 3600) * 1_000_000)


_FREE_LAYOUTS: tuple[tuple[int, int, int, int], ...] = (
    (72, 76, 80, 48), (40, 44, 48, 16), (64, 96, 92, -1),
)  # fmt: skip
"""Where `A`, hemispheres; latitude; longitude; and the date (hours first) stand; -1 for none."""


def free_points(data: bytes) -> list[TrackPoint] | None:
    """A `freeGPS` block of a dashboard camera; None for a form that is not known.

    Read are sentences of NMEA and three plain layouts. Other makers scramble the numbers.
    """
    if data[4:12] != b"freeGPS ":
        return None
    found = text_points(data[:1024])
    if found:
        return found[:1]
    for sign, lat_at, lon_at, date_at in _FREE_LAYOUTS:
        marks = data[sign : sign + 3]
        if len(data) < lon_at + 8 or marks[:1] != b"A":
            continue
        if marks[1:2] not in {b"N", b"S"} or marks[2:3] not in {b"E", b"W"}:
            continue
        lat, lon = (struct.unpack_from("<f", data, at)[0] for at in (lat_at, lon_at))
        if not (0 < lat <= 9000 and 0 < lon <= 18_000) or not _date_like(data, date_at):
            continue
        place = from_minutes(Fraction(lat), marks[1:2] == b"N", Fraction(lon), marks[2:3] == b"E")
        if place is not None:
            return track_point(*place)
    # A block that says it had no fix is known, and has no point.
    return [] if any(data[sign : sign + 1] == b"V" for sign, *_ in _FREE_LAYOUTS) else None


def _date_like(data: bytes, at: int) -> bool:
    if at < 0:
        return True
    numbers: tuple[int, ...] = struct.unpack_from("<6I", data, at)
    hour, minute, second, _, month, day = numbers
    return hour < 24 and minute < 60 and second < 61 and 1 <= month <= 12 and 1 <= day <= 31


NOT_READ: Mapping[bytes, str] = {
    b"mett": "drone telemetry", b"marl": "car telemetry", b"RVMI": "car telemetry",
}  # fmt: skip
"""Kinds of tracks that are known to hold positions and are not read, with what they are."""
