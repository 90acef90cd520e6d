"""Positions recorded all along a video: GoPro's `gpmd` and the open `camm` track.

Positions are read only where the receiver says that it had a fix. Other cameras write tracks in
forms of their own, some of them scrambled; those are not read.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from forensics.clock import EARLIEST_US, EPOCH, LATEST_US
from forensics.read.images.blocks import Blocks, TrackPoint
from forensics.read.images.boxes import deep, first
from forensics.read.images.source import Source

MAX_CHUNKS = 20_000
"""Chunks of a track: five hours and a half at one a second."""
MAX_SAMPLES = 60
"""Chunks that are read, evenly spread, the first and the last among them."""
_MAX_SAMPLE = 64 * 1024
_MAX_KEYS = 600
_FORMATS = {"b": "b", "B": "B", "s": "h", "S": "H", "l": "i", "L": "I", "j": "q", "J": "Q"}
_GOPRO_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def read_track(source: Source, trak: Source, blocks: Blocks) -> None:
    """Collect the positions of one `trak` box, if it is a track of positions.

    Args:
        source: The file, in which the samples lie.
        trak: The content of the box.
        blocks: Where the points go.
    """
    table = deep(trak, b"mdia", b"minf", b"stbl")
    kinds = None if table is None else first(table, b"stsd")
    kind = b"" if kinds is None else kinds.at(12, 4)
    if table is None or kind not in {b"gpmd", b"camm"}:
        return
    read = _gopro if kind == b"gpmd" else _camm
    chunks = list(_chunks(table))
    step = max(1, -(-len(chunks) // MAX_SAMPLES))
    for offset, size in [*chunks[::step], *(chunks[-1:] if step > 1 else [])]:
        blocks.track += read(source.at(offset, min(size, _MAX_SAMPLE)))


def _chunks(table: Source) -> Iterator[tuple[int, int]]:
    """(Offset, size) of the chunks, whose samples lie in one piece."""
    offsets, wide = first(table, b"stco"), 4
    if offsets is None:
        offsets, wide = first(table, b"co64"), 8
    sizes, grouping = first(table, b"stsz"), first(table, b"stsc")
    if offsets is None or sizes is None:
        return
    fixed, samples = sizes.number(4, 4), sizes.number(8, 4)
    fields = b"" if grouping is None else grouping.at(8, 12 * MAX_CHUNKS)
    runs = [
        (start, count)
        for start, count, _ in struct.iter_unpack(">3I", fields[: len(fields) // 12 * 12])
    ]
    table_of_sizes = b"" if fixed else sizes.at(12, 4 * MAX_CHUNKS)
    places = offsets.at(8, wide * min(offsets.number(4, 4), MAX_CHUNKS))
    sample = run = 0
    for chunk in range(len(places) // wide):
        while run + 1 < len(runs) and runs[run + 1][0] <= chunk + 1:
            run += 1
        count = min(runs[run][1] if runs else 1, max(samples - sample, 0), MAX_CHUNKS)
        part = table_of_sizes[4 * sample : 4 * min(sample + count, sample + _MAX_KEYS)]
        size = (
            fixed * count
            if fixed
            else sum(item for (item,) in struct.iter_unpack(">I", part[: len(part) // 4 * 4]))
        )
        sample += count
        yield int.from_bytes(places[wide * chunk : wide * chunk + wide], "big"), size


def _keys(data: bytes) -> Iterator[tuple[bytes, str, int, int, bytes]]:
    """(Key, type, size of one value, count, bytes) of a GoPro stream; containers are opened."""
    stack = [(0, len(data))]
    for _ in range(_MAX_KEYS):
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


def _gopro(data: bytes) -> list[TrackPoint]:
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
            if fix in {2, 3}:
                out += _scaled(struct.unpack(">3i", value[:12]), scale, utc_us, dilution)
        elif key == b"GPS9" and size == 32 and len(value) >= 32 and len(scale) >= 9:
            lat, lon, alt, _, _, days, millis, dop, state = struct.unpack(">7i2H", value[:32])
            if state in {2, 3} and scale[5] == 1 and scale[6] == 1000:
                moment = _GOPRO_EPOCH + timedelta(days=days % 100_000, milliseconds=millis)
                out += _scaled((lat, lon, alt), scale, (moment - EPOCH) // _US, dop)
    return out


_US = timedelta(microseconds=1)


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
    return _point(lat, lon, height, utc_us, 500 if dilution > 1_000 else 50)


def _written_utc(value: bytes) -> int | None:
    """`yymmddhhmmss.sss` in UTC."""
    text = value[:12].decode("ascii", "replace")
    try:
        moment = datetime.strptime(text + "+0000", "%y%m%d%H%M%S%z")
    except ValueError:
        return None
    return (moment - EPOCH) // _US


def _point(
    lat: int, lon: int, height: int | None, utc_us: int | None, radius_m: int
) -> list[TrackPoint]:
    if abs(lat) > 90_000_000 or abs(lon) > 180_000_000 or (lat == 0 and lon == 0):
        return []
    if height is not None and not -12_000_000 <= height <= 100_000_000:
        height = None
    if utc_us is not None and not EARLIEST_US <= utc_us < LATEST_US:
        utc_us = None
    return [TrackPoint(lat, lon, height, utc_us, radius_m)]


_CAMM_SIZES = {0: 12, 1: 8, 2: 12, 3: 12, 4: 12, 5: 24, 6: 56, 7: 12}


def _camm(data: bytes) -> list[TrackPoint]:
    """Little-endian packets: two bytes, the type, and a body whose length the type gives."""
    out: list[TrackPoint] = []
    at = 0
    for _ in range(_MAX_KEYS):
        kind = int.from_bytes(data[at + 2 : at + 4], "little")
        size = _CAMM_SIZES.get(kind)
        body = data[at + 4 : at + 4 + size] if size else b""
        if size is None or len(body) < size:
            break
        at += 4 + size
        if kind == 5:
            out += _degrees(*struct.unpack("<3d", body), radius=50)
        elif kind == 6:
            # The time is left out: writers do not agree whether leap seconds are counted.
            _, fix, lat, lon, height, error = struct.unpack_from("<diddff", body)
            if fix in {2, 3}:
                radius = math.ceil(error) if 0 < error < 1e6 else 50
                out += _degrees(lat, lon, height, radius=max(radius, 1))
    return out


def _degrees(lat: float, lon: float, height: float, *, radius: int) -> list[TrackPoint]:
    if not (math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180):
        return []
    mm = round(height * 1000) if math.isfinite(height) and abs(height) < 1e6 else None
    return _point(round(lat * 1_000_000), round(lon * 1_000_000), mm, None, radius)
