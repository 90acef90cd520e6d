"""Positions recorded all along a video: which tracks hold them, and their samples.

Read are GoPro's `gpmd`, the open `camm`, Apple's `mebx`, Sony's `rtmd`, sentences in text tracks,
and the plain forms of the `freeGPS` blocks of dashboard cameras. Other forms, some of them
scrambled, are refused by name.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TypeAlias

from forensics.read.images.blocks import Blocks, TrackPoint
from forensics.read.images.boxes import deep, first
from forensics.read.images.gopro import SIGN, gopro_points
from forensics.read.images.source import Source
from forensics.read.images.timed import (
    NOT_READ,
    camm_points,
    free_points,
    location_keys,
    mebx_points,
    rtmd_points,
    text_points,
)

MAX_CHUNKS = 20_000
"""Chunks of a track: five hours and a half at one a second."""
MAX_SAMPLES = 60
"""Chunks that are read, evenly spread, the first and the last among them."""
_MAX_SAMPLE = 64 * 1024
_MAX_SAMPLES_A_CHUNK = 600

Reader: TypeAlias = Callable[[bytes], list[TrackPoint]]
_READERS: Mapping[bytes, Reader] = {
    b"gpmd": gopro_points, b"camm": camm_points, b"rtmd": rtmd_points,
    b"text": text_points, b"tx3g": text_points, b"sbtl": text_points,
}  # fmt: skip


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
    if table is None or kinds is None:
        return
    if kind in NOT_READ:
        blocks.problem(f"field track {kind.decode()}", "unsupported_container", NOT_READ[kind])
        return
    read = _READERS.get(kind)
    if kind == b"mebx":
        keys = location_keys(kinds.part(16, kinds.size))
        read = partial(mebx_points, keys=keys) if keys else None
    if read is None:
        return
    chunks = _spread(list(_chunks(table)))
    samples = [source.at(offset, min(size, _MAX_SAMPLE)) for offset, size in chunks]
    for sample in samples:
        blocks.track += read(sample)
    if kind == b"gpmd" and samples and not samples[0].startswith(SIGN):
        blocks.problem("field track gpmd", "unsupported_container", "not of the maker it names")


def read_gps_list(source: Source, body: Source, blocks: Blocks) -> None:
    """Collect the `freeGPS` blocks that a `gps ` box lists, as dashboard cameras write them."""
    count = min(body.number(4, 4), (body.size - 8) // 8, MAX_CHUNKS)
    rows = body.at(8, 8 * max(count, 0))
    known = unknown = 0
    for offset, size in _spread(list(struct.iter_unpack(">2I", rows[: len(rows) // 8 * 8]))):
        found = free_points(source.at(offset, min(size, 4096)))
        known += found is not None
        unknown += found is None
        blocks.track += found or []
    if unknown and not known:
        blocks.problem("field track freeGPS", "unsupported_container", "scrambled or not known")


def _spread(chunks: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """At most so many chunks, evenly spread, the first and the last among them."""
    step = max(1, -(-len(chunks) // MAX_SAMPLES))
    return [*chunks[::step], *(chunks[-1:] if step > 1 else [])]


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
        part = table_of_sizes[4 * sample : 4 * min(sample + count, sample + _MAX_SAMPLES_A_CHUNK)]
        size = (
            fixed * count
            if fixed
            else sum(item for (item,) in struct.iter_unpack(">I", part[: len(part) // 4 * 4]))
        )
        sample += count
        yield int.from_bytes(places[wide * chunk : wide * chunk + wide], "big"), size
