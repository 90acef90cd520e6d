"""GoPro's streams of keys and values: positions along a video, and the serial of the camera."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from forensics.clock import EPOCH
from forensics.read.images.blocks import TrackPoint
from forensics.read.images.points import track_point
from forensics.read.images.strings import tidy

MAX_KEYS = 600
SIGN = b"DEVC"
"""How a stream begins."""
_FORMATS = {"b": "b", "B": "B", "s": "h", "S": "H", "l": "i", "L": "I", "j": "q", "J": "Q"}
_GOPRO_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)


def _keys(data: bytes) -> Iterator[tuple[bytes, str, int, int, bytes]]:
    """(Key, type, size of one value, count, bytes) of a stream; containers are opened."""
    stack = [(0, len(data))]
    for _ in range(MAX_KEYS):
        if not stack:
            return
        at, end = stack.pop()
        if at + 8 > end:
            continue
        key, kind, size = data[at : at + 4], data[at + 4], data[at + 5]
        count = int.from_bytes(data[at + 6 : at + 8], "big")
        length = size * count
        stack.append((at + 8 + (length + 3) // 4 * 4, end))
        if kind == 0:
            if len(stack) < 16:
                stack.append((at + 8, min(at + 8 + length, end)))
            yield key, "", 0, count, b""
        else:
            yield key, chr(kind), size, count, data[at + 8 : min(at + 8 + length, end)]


def gopro_serial(data: bytes) -> str:
    """The serial of the camera in a stream; empty if there is none."""
    for key, kind, _, _, value in _keys(data):
        if key == b"CASN" and kind == "c":
            return tidy(value[:64])
    return ""


def gopro_points(data: bytes) -> list[TrackPoint]:
    """One point for each `GPS5` or `GPS9` of a sample: its first one with a fix."""
    out: list[TrackPoint] = []
    scale: list[int] = []
    fix, utc_us, dilution = 0, None, 9_999
    for key, kind, size, count, value in _keys(data):
        if key == b"STRM":
            scale, fix, utc_us, dilution = [], 0, None, 9_999
        elif key == b"SCAL":
            scale = _numbers(kind, value)
        elif key == b"GPSF":
            fix = int.from_bytes(value[:4], "big")
        elif key == b"GPSP":
            dilution = int.from_bytes(value[:2], "big")
        elif key == b"GPSU":
            utc_us = _written_utc(value)
        elif key == b"GPS5" and kind == "l" and size == 20 and count and len(scale) >= 3:
            if fix in {2, 3} and len(value) >= 12:
                out += _scaled(struct.unpack(">3i", value[:12]), scale, utc_us, dilution)
        elif key == b"GPS9" and size == 32 and len(value) >= 32 and len(scale) >= 9:
            lat, lon, alt, _, _, days, millis, dop, state = struct.unpack(">7i2H", value[:32])
            if state in {2, 3} and scale[5] == 1 and scale[6] == 1000:
                moment = _GOPRO_EPOCH + timedelta(days=days % 100_000, milliseconds=millis)
                out += _scaled((lat, lon, alt), scale, (moment - EPOCH) // _US, dop)
    return out


def _numbers(kind: str, value: bytes) -> list[int]:
    code = _FORMATS.get(kind)
    if code is None:
        return []
    count = min(len(value) // struct.calcsize(">" + code), 16)
    return list(struct.unpack_from(f">{count}{code}", value))


def _scaled(
    numbers: tuple[int, ...], scale: list[int], utc_us: int | None, dilution: int
) -> list[TrackPoint]:
    if 0 in scale[:3]:
        return []
    lat, lon = (round(numbers[i] * 1_000_000 / scale[i]) for i in (0, 1))
    height = round(numbers[2] * 1000 / scale[2])
    # Dilution stands in hundredths; above 10 the fix is weak, as for photographs.
    return track_point(lat, lon, height, utc_us, 500 if dilution > 1_000 else 50)


def _written_utc(value: bytes) -> int | None:
    """`yymmddhhmmss.sss` in UTC."""
    text = value[:12].decode("ascii", "replace")
    try:
        moment = datetime.strptime(text + "+0000", "%y%m%d%H%M%S%z")
    except ValueError:
        return None
    return (moment - EPOCH) // _US
